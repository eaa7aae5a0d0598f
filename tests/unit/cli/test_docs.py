"""docs/cli.md and the commands say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from deskcheck_service.cli.app import app

DOCS = Path(__file__).resolve().parents[3] / "docs" / "cli.md"


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", {})
    if not children:
        yield path, command
    for name, child in children.items():
        yield from _commands(child, (*path, name))


COMMANDS = dict(_commands(typer.main.get_command(app)))


def _section(name: str) -> str:
    found = re.search(rf"^## {name}$(.*?)(?=^## |\Z)", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found, f"docs/cli.md has no section '## {name}'"
    return found.group(1)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_option_is_described(path: tuple[str, ...]) -> None:
    section = _section(path[0])
    assert f"deskcheck {' '.join(path)}" in section
    for parameter in COMMANDS[path].params:
        for option in (name for name in parameter.opts if name.startswith("--") and name not in {"--help", "--lang"}):
            assert f"`{option}" in section or f"[{option}" in section or f" {option} " in section, option


def test_every_section_and_every_named_command_exists() -> None:
    text = DOCS.read_text(encoding="utf-8")
    groups = {path[0] for path in COMMANDS}
    inner = {path[:2] for path in COMMANDS}
    assert set(re.findall(r"^## (\S+)$", text, re.MULTILINE)) == groups
    for named in re.findall(r"`deskcheck ([a-z][a-z-]*(?: [a-z][a-z-]*)?)", text):
        words = tuple(named.split())
        assert words in inner or words[:1] in COMMANDS, named


def test_every_option_in_the_tables_exists() -> None:
    for group in {path[0] for path in COMMANDS}:
        known = {
            option
            for path, command in COMMANDS.items()
            if path[0] == group
            for parameter in command.params
            for option in parameter.opts
        }
        for option in re.findall(r"^\| `(--[a-z0-9-]+)`", _section(group), re.MULTILINE):
            assert option in known, f"{group} {option}"


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_speaks_both_languages_and_takes_lang(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    assert re.search(r"[一-鿿].* / [a-z]", command.help or ""), command.help
    assert any("--lang" in parameter.opts for parameter in command.params)
    for parameter in command.params:
        if parameter.opts != ["--help"] and not parameter.opts[0].startswith("-h"):
            assert re.search(r"[一-鿿]", getattr(parameter, "help", "") or "数"), parameter.opts
