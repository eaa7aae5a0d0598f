"""Every error of the service has a stable code, both languages and a status."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from deskcheck_service import errors
from deskcheck_service.error_responses import STATUS, status_of
from deskcheck_vision.errors import DeskcheckError


def tree(kind: type[DeskcheckError]) -> Iterator[type[DeskcheckError]]:
    for child in kind.__subclasses__():
        yield child
        yield from tree(child)


# Each package adds leaves of its own; these are the ones that the service imports by itself.
ALL = sorted(
    {one for one in tree(DeskcheckError) if one.__module__.startswith("deskcheck_")},
    key=lambda one: (one.code, one.__name__),
)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_error_is_complete(kind: type[DeskcheckError]) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", kind.code)
    assert re.search("[一-鿿]", kind.zh)
    assert not re.search("[一-鿿]", kind.en)
    fields = [set(re.findall(r"\{(\w+)", text)) for text in (kind.zh, kind.en)]
    assert {name.removesuffix("_zh") for name in fields[0]} == {name.removesuffix("_en") for name in fields[1]}
    assert 400 <= next(STATUS[one] for one in kind.__mro__ if one in STATUS) < 600


OWN = [one for one in tree(errors.ServiceError) if one.__module__.startswith("deskcheck_service.errors.")]


def test_codes_of_the_service_are_unique() -> None:
    codes = [one.code for one in OWN]
    assert len(codes) == len(set(codes))


def test_docstring_draws_every_class() -> None:
    drawn = set(re.findall(r"(\w+Error)", errors.__doc__ or ""))
    defined = {
        one.__name__ for one in tree(errors.ServiceError) if one.__module__.startswith("deskcheck_service.errors.")
    }
    assert defined | {"ServiceError", "DeskcheckError"} == drawn


def test_nearest_class_decides() -> None:
    assert status_of(errors.TooLargeError(limit_mb=1)) == 413
    assert status_of(errors.CursorError()) == 422
    assert status_of(errors.DatabaseLockedError()) == 503
    assert status_of(errors.StorageFullError()) == 507
