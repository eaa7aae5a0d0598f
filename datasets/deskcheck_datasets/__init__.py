"""Making and checking of training and test pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcheck_vision.lazy import lazy_names

if TYPE_CHECKING:
    from deskcheck_datasets.cli import main

__all__ = [
    "main",
]

_HOMES = {
    "main": "cli",
}

__getattr__ = lazy_names(__name__, _HOMES)
