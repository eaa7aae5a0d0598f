"""The layout file: read with every problem named by line and path, written with comments, hashed.

The format is described in docs/layout-format.md; its JSON Schema is ``schema/layout-1.schema.json``.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import time
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema

from deskcheck_calibration import layout_checks
from deskcheck_calibration.layout import (
    Around,
    AroundKind,
    DeskCorner,
    HomeZone,
    Hours,
    Layout,
    PlaceType,
    Policy,
    PolicyKind,
    PolygonCm,
    ReferenceView,
    Relation,
    Side,
    Sticker,
    Surface,
    SurfaceKind,
    When,
)
from deskcheck_calibration.layout_schema import WEEKDAYS, layout_json_schema
from deskcheck_calibration.layout_text import (
    LayoutFileError,
    LayoutProblem,
    LinedValues,
    PathSteps,
    parse,
    path_text,
    read_source,
)
from deskcheck_calibration.layout_writer import layout_values, layout_yaml

__all__ = [
    "LayoutFileError",
    "LayoutProblem",
    "dump_layout",
    "layout_json_schema",
    "layout_sha256",
    "load_layout",
]

_TYPES = {
    "string": ("文字", "text"),
    "number": ("数字", "a number"),
    "integer": ("整数", "a whole number"),
    "boolean": ("true 或 false", "true or false"),
    "array": ("列表", "a list"),
    "object": ("键值表", "a mapping"),
    "null": ("空", "empty"),
}


def load_layout(source: Path | str) -> Layout:
    """Read a layout from a file (``Path``) or from YAML or JSON text (``str``).

    Raises:
        LayoutFileError: with every problem found, in file order.
    """
    name, text = read_source(source)
    lined = parse(name, text)
    if not isinstance(lined.value, dict):
        lined.add((), "layout.type", "文件最外层应为键值表", "the file must be a mapping at its top")
        raise LayoutFileError(name, tuple(lined.problems))
    broken = _check_schema(lined)
    layout_checks.check(lined, broken)
    if lined.problems:
        raise LayoutFileError(name, tuple(sorted(lined.problems, key=lambda problem: problem.line)))
    return _layout(lined.value)


def dump_layout(layout: Layout) -> str:
    """Return a layout as commented YAML; ``load_layout`` gives back an equal layout."""
    return layout_yaml(layout)


def layout_sha256(layout: Layout) -> str:
    """Return the SHA-256 of a layout's meaning: comments, key order and number spelling do not count."""
    canonical = json.dumps(layout_values(layout), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


@cache
def _validator() -> jsonschema.protocols.Validator:
    return jsonschema.Draft202012Validator(layout_json_schema())


def _check_schema(lined: LinedValues) -> set[PathSteps]:
    """Add the schema's problems; return their paths."""
    broken: set[PathSteps] = set()
    for error in _validator().iter_errors(lined.value):
        path: PathSteps = tuple(error.absolute_path)
        for at, code, zh, en in _explain(error, path):
            broken.add(at)
            # A value that the text reader refused already (NaN) is not reported again as a missing number.
            if not any(known.path == path_text(at) for known in lined.problems):
                lined.add(at, code, zh, en)
    return broken


def _explain(error: jsonschema.ValidationError, path: PathSteps) -> Iterable[tuple[PathSteps, str, str, str]]:
    limit: Any = error.validator_value
    instance: Any = error.instance
    schema: Any = error.schema
    value = _short(instance)
    if error.validator == "required":
        missing = [key for key in limit if key not in instance]
        names = ", ".join(missing)
        yield path, "layout.missing_key", f"缺少 {names}", f"lacks {names}"
    elif error.validator == "additionalProperties":
        known = list(schema["properties"])
        for key in (key for key in instance if key not in known):
            near = ", ".join(_near(key, known))
            yield (*path, key), "layout.unknown_key", f"未知的键；可用：{near}", f"is no known key; known: {near}"
    elif error.validator == "type":
        yield path, "layout.type", *_type_texts(limit, value, instance)
    elif error.validator == "const":
        yield path, "layout.format", f'应为 "{limit}"，实际为 {value}', f'must be "{limit}", not {value}'
    elif error.validator == "enum":
        choices = ", ".join(str(choice) for choice in limit)
        yield path, "layout.choice", f"{value} 不在可选值中：{choices}", f"{value} is none of: {choices}"
    elif error.validator in ("minimum", "maximum"):
        least = error.validator == "minimum"
        zh, en = ("不得小于", "must be at least") if least else ("不得大于", "must be at most")
        yield path, "layout.range", f"{value} {zh} {limit:g}", f"{value} {en} {limit:g}"
    elif error.validator in ("minItems", "maxItems", "minLength", "maxLength"):
        least = error.validator.startswith("min")
        zh, en = ("至少", "at least") if least else ("至多", "at most")
        count = len(instance)
        yield path, "layout.length", f"有 {count} 项，{zh} {limit} 项", f"has {count} entries, needs {en} {limit}"
    else:  # pattern: the only one left in the schema
        how = schema["description"]
        yield path, "layout.pattern", f"{value} 的写法不对，应为 {how}", f"{value} must be written as {how}"


def _near(key: str, known: list[str]) -> list[str]:
    return difflib.get_close_matches(key, known, n=3, cutoff=0.4) or known[:12]


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:37] + "..."


def _type_texts(limit: str | list[str], value: str, instance: object) -> tuple[str, str]:
    wanted = [limit] if isinstance(limit, str) else limit
    zh = "或".join(_TYPES[name][0] for name in wanted)
    en = " or ".join(_TYPES[name][1] for name in wanted)
    if wanted == ["boolean"] and isinstance(instance, str):
        return f"应写 true 或 false，{value} 只是文字", f"write true or false; {value} is mere text"
    if "string" in wanted and isinstance(instance, int | float):
        return f'应为文字，请加引号："{value}"', f'must be text: put it in quotes, "{value}"'
    return f"应为{zh}，实际为 {value}", f"must be {en}, not {value}"


def _polygon(points: list[list[float]]) -> PolygonCm:
    return tuple((float(x), float(y)) for x, y in points)


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _layout(values: dict[str, Any]) -> Layout:
    width, depth = values["desk_cm"]
    return Layout(
        window=values["window"],
        version=values["version"],
        desk_wh_cm=(float(width), float(depth)),
        taxonomy_version=values["taxonomy"],
        place_type=PlaceType(values.get("place_type", "window")),
        outer_edge_cm=_polygon(values.get("outer_edge_cm", [])),
        edge_clearance_cm=_number(values.get("edge_clearance_cm")),
        cabinet_fitted=values.get("cabinet_fitted", True),
        surfaces=tuple(_surface(entry) for entry in values.get("surfaces", ())),
        zones=tuple(_zone(entry) for entry in values.get("zones", ())),
        relations=tuple(_relation(entry) for entry in values.get("relations", ())),
        policies=tuple(_policy(entry) for entry in values.get("policies", ())),
        hours=_hours(values.get("hours", {})),
        parameters=_parameters(values.get("parameters", {})),
        views=tuple(_view(entry) for entry in values.get("views", ())),
        stickers=tuple(
            Sticker(DeskCorner(entry["corner"]), _polygon(entry["tag_cm"])) for entry in values.get("stickers", ())
        ),
        around=tuple(
            Around(entry["id"], AroundKind(entry["kind"]), _polygon(entry["polygon_cm"]))
            for entry in values.get("around", ())
        ),
    )


def _surface(entry: dict[str, Any]) -> Surface:
    return Surface(
        entry["id"], SurfaceKind(entry["kind"]), _polygon(entry["polygon_cm"]), float(entry.get("height_cm", 0))
    )


def _zone(entry: dict[str, Any]) -> HomeZone:
    return HomeZone(
        id=entry["id"],
        item=entry["item"],
        polygon_cm=_polygon(entry["polygon_cm"]),
        min_count=int(entry.get("min_count", 0)),
        max_count=int(entry.get("max_count", 1)),
        tolerance_cm=_number(entry.get("tolerance_cm")),
        valid=When(entry.get("valid", "always")),
        returns=entry.get("returns", False),
    )


def _relation(entry: dict[str, Any]) -> Relation:
    side = Side(entry.get("side", "either"))
    return Relation(entry["id"], entry["item"], entry["anchor"], _number(entry.get("max_gap_cm")), side)


def _policy(entry: dict[str, Any]) -> Policy:
    return Policy(entry["item"], PolicyKind(entry["kind"]), entry.get("surface"), entry.get("max_count"))


def _hours(entry: dict[str, Any]) -> Hours:
    default = Hours()
    return Hours(
        open=tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in entry["open"])
        if "open" in entry
        else default.open,
        weekdays=tuple(sorted(WEEKDAYS.index(day) for day in entry["weekdays"]))
        if "weekdays" in entry
        else default.weekdays,
        time_zone=entry.get("time_zone", default.time_zone),
    )


def _parameters(entry: dict[str, Any]) -> Mapping[str, Mapping[str, float]]:
    return MappingProxyType(
        {
            rule: MappingProxyType({name: float(value) for name, value in chosen.items()})
            for rule, chosen in entry.items()
        }
    )


def _view(entry: dict[str, Any]) -> ReferenceView:
    a, b, c, d = _polygon(entry["corners_px"])
    width, height = entry["image_wh"]
    focal_px, bend = _number(entry.get("focal_px")), _number(entry.get("bend"))
    return ReferenceView(entry["name"], (int(width), int(height)), (a, b, c, d), focal_px, bend)
