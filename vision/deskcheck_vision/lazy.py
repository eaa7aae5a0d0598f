"""Public names of a package, imported when they are first asked for: ``import deskcheck_vision`` alone costs nothing.

Each package writes its list twice, for people and type checkers as imports that never run, and for the interpreter as
a table; a test holds the two and ``__all__`` equal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_names(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Return a package's ``__getattr__`` (PEP 562).

    Args:
        package: the package's ``__name__``.
        homes: public name -> module within the package that defines it.
    """

    def find(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)  # from now on it is found without coming here
        return value

    return find
