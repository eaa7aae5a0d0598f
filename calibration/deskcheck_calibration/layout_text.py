"""YAML or JSON text to plain values that remember their lines; everything hostile is refused here.

Scalars follow the YAML 1.2 core schema: ``yes``, ``on``, ``9:30`` and ``012`` stay text, as in JSON, where YAML 1.1
would turn them into true, true, 570 and 10.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from deskcheck_vision.errors import DeskcheckError, Language

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_NODES = 20_000

PathSteps = tuple[str | int, ...]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is 10 x faster where it is built
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,30})$")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,5})?$")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)$|\.(nan|NaN|NAN)$")
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_WORDS: dict[str, bool | None] = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "null": None, "Null": None, "NULL": None, "~": None, "": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LayoutProblem:
    """One thing that is wrong with a layout file.

    Attributes:
        line: 1-based line; 0 where the whole file is meant.
        path: where in the file, such as ``zones[2].polygon_cm``; empty for the whole file.
        code: stable code.
        zh, en: what is wrong, without line and path.
    """

    line: int
    path: str
    code: str
    zh: str
    en: str

    def sentence(self, language: Language = "zh") -> str:
        """The problem with its line and path, in the language asked for."""
        if language == "zh":
            where, text = (f"第 {self.line} 行 " if self.line else ""), self.zh
        else:
            where, text = (f"line {self.line} " if self.line else ""), self.en
        return f"{where}{self.path}: {text}" if self.path else f"{where}{text}"


_MOST_LISTED = 10


class LayoutFileError(DeskcheckError):
    """A layout file cannot be used; ``problems`` tells everything that is wrong with it, in file order.

    Args:
        source: file name or "text".
        problems: at least one.
    """

    code = "layout.file_unusable"
    zh = "布局文件 {source} 有 {count} 处错误：{listing_zh}"
    en = "The layout file {source} has {count} problem(s): {listing_en}"
    next_zh = "请按行号修改后重试；格式说明见 docs/layout-format.md。"
    next_en = "Correct the named lines and try again; docs/layout-format.md describes the format."

    def __init__(self, source: str, problems: tuple[LayoutProblem, ...]) -> None:
        self.problems = problems
        listed = problems[:_MOST_LISTED]
        more = len(problems) - len(listed)
        super().__init__(
            source=source,
            count=len(problems),
            listing_zh="；".join(problem.sentence("zh") for problem in listed) + (f"；另有 {more} 处" if more else ""),
            listing_en="; ".join(problem.sentence("en") for problem in listed) + (f"; {more} more" if more else ""),
        )


@dataclass(slots=True)
class LinedValues:
    """Plain values of a file with the line of each path, and the problems met while reading them.

    Attributes:
        value: None, bool, int, float, str, list or dict.
        lines: path -> 1-based line.
        problems: what is wrong with the text itself.
    """

    value: Any = None
    lines: dict[PathSteps, int] = field(default_factory=dict)
    problems: list[LayoutProblem] = field(default_factory=list)

    def line_of(self, path: PathSteps) -> int:
        """Return the line of a path or, where that is absent, of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def add(self, path: PathSteps, code: str, zh: str, en: str) -> None:
        """Note a problem at a path."""
        self.problems.append(LayoutProblem(self.line_of(path), path_text(path), code, zh, en))


def path_text(path: PathSteps) -> str:
    """Return a path as people write it: ``zones[2].polygon_cm``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text


def _refuse(source: str, line: int, code: str, zh: str, en: str) -> LayoutFileError:
    return LayoutFileError(source, (LayoutProblem(line, "", code, zh, en),))


def read_source(source: Path | str) -> tuple[str, str]:
    """Return name and text of a layout given as a path or as text.

    Raises:
        LayoutFileError: unreadable, too large or not UTF-8.
    """
    if isinstance(source, str):
        if len(source) > MAX_BYTES or len(source.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise _too_large("text")
        return "text", source.removeprefix("\ufeff")
    try:
        with source.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as exc:
        reason = exc.strerror or "?"
        raise _refuse(
            source.name, 0, "layout.unreadable", f"无法读取（{reason}）", f"cannot be read ({reason})"
        ) from exc
    if len(content) > MAX_BYTES:
        raise _too_large(source.name)
    try:
        return source.name, content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = content[: exc.start].count(b"\n") + 1
        raise _refuse(source.name, line, "layout.not_utf8", "不是 UTF-8 文本", "is not UTF-8 text") from exc


def _too_large(name: str) -> LayoutFileError:
    limit = MAX_BYTES // 1024
    return _refuse(name, 0, "layout.too_large", f"文件超过 {limit} KB", f"is larger than {limit} KB")


def parse(name: str, text: str) -> LinedValues:
    """Parse YAML or JSON text.

    Raises:
        LayoutFileError: not YAML, several documents, aliases, tags, too deep or too many nodes.
    """
    if text.lstrip().startswith("{"):
        # YAML forbids the tabs that JSON may be indented with.
        text = re.sub(r"^[ \t]+", lambda match: " " * len(match.group()), text, flags=re.MULTILINE)
        # JSON writes characters beyond the first plane as two escapes, which YAML refuses.
        text = _SURROGATES.sub(lambda match: f"{match[1]}\\U{_code_point(match[2], match[3]):08x}", text)
    try:
        _check_events(name, text)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None) or getattr(exc, "context_mark", None)
        problem = getattr(exc, "problem", None) or str(exc).splitlines()[0]
        raise _refuse(
            name, mark.line + 1 if mark else 0, "layout.syntax", f"不是有效的 YAML/JSON（{problem}）",
            f"is not valid YAML or JSON ({problem})",
        ) from exc  # fmt: skip
    except UnicodeEncodeError as exc:
        raise _refuse(name, 0, "layout.syntax", "含有无效字符", "contains characters that are no text") from exc
    lined = LinedValues()
    if root is not None:
        lined.value = _plain(root, (), lined)
    return lined


def _code_point(high: str, low: str) -> int:
    return 0x10000 + (int(high, 16) - 0xD800) * 0x400 + int(low, 16) - 0xDC00


def _check_events(name: str, text: str) -> None:
    depth = nodes = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise _refuse(name, line, "layout.alias", "不允许使用 YAML 引用（*）", "YAML aliases (*) are not allowed")
        if getattr(event, "tag", None) is not None:
            raise _refuse(name, line, "layout.tag", "不允许使用 YAML 标签（!）", "YAML tags (!) are not allowed")
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise _refuse(name, line, "layout.too_complex", "嵌套过深或内容过多", "is nested too deeply or too long")


def _plain(node: yaml.Node, path: PathSteps, lined: LinedValues) -> Any:
    lined.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*path, index), lined) for index, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lined)
    return _scalar(node, path, lined)


def _mapping(node: yaml.MappingNode, path: PathSteps, lined: LinedValues) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
        if not isinstance(key_node, yaml.ScalarNode) or not key or key == "<<" or len(key) > 64:
            lined.problems.append(LayoutProblem(line, path_text(path), "layout.key", "键名无效", "has an invalid key"))
            continue
        if key in result:
            lined.problems.append(
                LayoutProblem(line, path_text((*path, key)), "layout.duplicate_key", "键重复出现", "is given twice")
            )
            continue
        lined.lines[(*path, key)] = line
        result[key] = _plain(value_node, (*path, key), lined)
    return result


def _scalar(node: yaml.Node, path: PathSteps, lined: LinedValues) -> Any:
    text = str(node.value)
    if getattr(node, "style", None):  # quoted or block text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    number = float(text) if _FLOAT.match(text) and not _leading_zero(text) else None
    if _SPECIAL.match(text) or (number is not None and not math.isfinite(number)):
        lined.add(path, "layout.not_finite", f"{text[:40]} 不是有限的数", f"{text[:40]} is not a finite number")
        return None
    return text if number is None else number


def _leading_zero(text: str) -> bool:
    digits = text.lstrip("+-")
    return len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
