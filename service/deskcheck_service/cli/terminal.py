"""What a command says and where: results on stdout, errors and progress on stderr, in one language."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from deskcheck_vision.errors import DeskcheckError, Language

if TYPE_CHECKING:
    import typer
    from rich.console import Console

_PLAIN_WIDTH = 160

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Terminal:
    """The two streams of a command and the language it speaks.

    Attributes:
        language: "zh" or "en".
        out: where results go.
        err: where errors, notes and progress go.
    """

    language: Language
    out: TextIO
    err: TextIO

    def say(self, zh: str, en: str) -> None:
        """Print one line of a result for people."""
        self.line(zh if self.language == "zh" else en)

    def note(self, zh: str, en: str) -> None:
        """Print one line that is no result: what is being done, what to know."""
        _print(zh if self.language == "zh" else en, self.err)

    def line(self, text: str) -> None:
        """Print one line on stdout as it is."""
        _print(text, self.out)

    def json(self, document: Mapping[str, Any], *, indent: int | None = None) -> None:
        """Print one JSON document on stdout: one line unless indented."""
        _print(json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False), self.out)

    def error(self, error: DeskcheckError, *, about: str = "") -> None:
        """Print an error as one line: its code, what is wrong, the next step."""
        _print(error_line(error, self.language, about=about), self.err)

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print a table on stdout; its texts are taken literally."""
        from rich import box
        from rich.table import Table

        table = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left")
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*row)
        self._console(self.out).print(table)

    def track(self, items: Sequence[_Item], zh: str, en: str) -> Iterator[_Item]:
        """Yield the items with a progress bar on stderr; without one where nobody watches or there is but one."""
        if len(items) < 2 or not self.err.isatty():
            yield from items
            return
        with self.progress(zh, en, len(items)) as advance:
            for item in items:
                yield item
                advance()

    @contextmanager
    def progress(self, zh: str, en: str, total: int) -> Iterator[Any]:
        """Show a progress bar on stderr; the value is a function that moves it one on."""
        if not self.err.isatty():
            yield lambda: None
            return
        from rich.progress import Progress

        with Progress(console=self._console(self.err), transient=True) as bar:
            task = bar.add_task(zh if self.language == "zh" else en, total=total)
            yield lambda: bar.advance(task)

    def _console(self, stream: TextIO) -> Console:
        from rich.console import Console

        plain = not stream.isatty() and "COLUMNS" not in os.environ
        return Console(file=stream, markup=False, highlight=False, emoji=False, width=_PLAIN_WIDTH if plain else None)


def terminal_of(context: typer.Context) -> Terminal:
    """Return the terminal that ``run`` gave to a command."""
    terminal = context.obj
    return (
        terminal
        if isinstance(terminal, Terminal)
        else Terminal(spoken_language([], os.environ), sys.stdout, sys.stderr)
    )


def spoken_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language to speak: ``--lang`` first, then LC_ALL, LC_MESSAGES, LANG; Chinese where these say zh.

    Args:
        arguments: the command line after the program's name.
        environment: environment variables.
    """
    for position, argument in enumerate(arguments):
        chosen = arguments[position + 1 : position + 2] if argument == "--lang" else []
        if argument.startswith("--lang="):
            chosen = [argument.removeprefix("--lang=")]
        if chosen:
            return "zh" if chosen[0] == "zh" else "en"
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def error_line(error: DeskcheckError, language: Language, *, about: str = "") -> str:
    """Return an error as one line.

    Args:
        error: the error.
        language: language of the sentence.
        about: the photo or file it is about, where the sentence does not name it.
    """
    sentence, next_step = _one_line(error.sentence(language)), _one_line(error.next_step(language))
    subject = f"{about}：" if about and language == "zh" else f"{about}: " if about else ""
    if language == "zh":
        return f"错误 {error.code}：{subject}{sentence}" + (f" 下一步：{next_step}" if next_step else "")
    return f"error {error.code}: {subject}{sentence}" + (f" Next: {next_step}" if next_step else "")


def error_document(error: DeskcheckError, language: Language) -> dict[str, str]:
    """Return an error as the JSON object that every command with --json prints."""
    return {
        "code": error.code,
        "message": _one_line(error.sentence(language)),
        "next_step": _one_line(error.next_step(language)),
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _print(text: str, stream: TextIO) -> None:
    try:
        print(text, file=stream, flush=True)
    except UnicodeEncodeError:
        # A terminal without Chinese, or a file name that is no text: say it in escapes rather than not at all.
        encoding = stream.encoding or "ascii"
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
