"""docs/settings.md, written from the settings themselves: ``python -m deskcheck_service.settings_reference``."""

from __future__ import annotations

import sys
from typing import Any

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from deskcheck_service.settings import Settings

_HEAD = """# Settings

Every setting is an environment variable; none is needed to try the program. This page is written from
`service/deskcheck_service/settings.py` (`python -m deskcheck_service.settings_reference > docs/settings.md`) and
checked by a test. A value out of range stops the program with one line that names it.

| variable | default | range | what it does |
|---|---|---|---|
"""


def _default(field: FieldInfo) -> str:
    if field.default is not PydanticUndefined:
        value = field.default
        return "unset" if value is None else f"`{str(value).lower() if isinstance(value, bool) else value}`"
    # Defaults that depend on the machine are told in words.
    return "the machine's cores" if field.annotation is int else "`deskcheck-data/evidence`"


def _range(field: FieldInfo) -> str:
    low: Any = next((part.ge for part in field.metadata if isinstance(part, Ge)), None)
    high: Any = next((part.le for part in field.metadata if isinstance(part, Le)), None)
    if low is not None or high is not None:
        return f"{low:g} to {high:g}"
    longest = next((part.max_length for part in field.metadata if isinstance(part, MaxLen)), None)
    shortest = next((part.min_length for part in field.metadata if isinstance(part, MinLen)), None)
    if longest is not None:
        return f"{shortest or 0} to {longest} characters"
    options = getattr(field.annotation, "__args__", ())
    words = [str(one) for one in options if isinstance(one, str)]
    if words:
        return ", ".join(words)
    return "true or false" if bool in (field.annotation, *options) else "a file"


def reference() -> str:
    """Return the page."""
    rows = [
        f"| `DESKCHECK_{name.upper()}` | {_default(field)} | {_range(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(reference())
