"""Filters that the address carries: empty fields mean "all", days become moments in the reader's time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from deskcheck_service.errors import RequestError
from deskcheck_service.pages.form_errors import DateError

_Filter = TypeVar("_Filter", bound=BaseModel)


def day_start(text: str, zone: str) -> datetime | None:
    """Return the first moment of a day written like 2026-11-21; None for no day.

    Raises:
        DateError: it is not a day.
    """
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), ZoneInfo(zone))
    except ValueError as exc:
        raise DateError(text=text[:40]) from exc


def day_after(text: str, zone: str) -> datetime | None:
    """Return the first moment of the day after; None for no day.

    Raises:
        DateError: it is not a day, or the last one there is.
    """
    start = day_start(text, zone)
    try:
        return start + timedelta(days=1) if start is not None else None
    except OverflowError as exc:
        raise DateError(text=text[:40]) from exc


def read_filter(kind: type[_Filter], query: Mapping[str, str], zone: str) -> _Filter:
    """Return the filter that an address asks for; names that it does not know are left alone.

    Args:
        kind: the filter's schema.
        query: the address's query; ``from`` and ``to`` are days.
        zone: IANA name of the zone in which these days begin and end.

    Raises:
        RequestError: a value is not one that the filter takes.
        DateError: a day cannot be read.
    """
    values: dict[str, object] = {name: query[name] for name in kind.model_fields if query.get(name)}
    values["taken_from"] = day_start(query.get("from", ""), zone)
    values["taken_before"] = day_after(query.get("to", ""), zone)
    try:
        return kind.model_validate(values)
    except ValidationError as exc:
        raise RequestError(problem=", ".join(str(part) for part in exc.errors()[0]["loc"])) from exc
