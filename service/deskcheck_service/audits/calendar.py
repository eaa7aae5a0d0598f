"""Which days a centre works: China's public holidays and make-up days, overridden by the centre's own days.

Pure: the library's list goes in, nothing is read. It knows the years for which the State Council has published its
notice (each November, for the year after) as of its release; about others it raises, and this module does not: a year
that nobody knows has plain weekdays, and says so, until its list is imported as the centre's own days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays

_ZH = {holiday.value: str(holiday.chinese) for holiday in Holiday}
_SATURDAY = 5
# Minutes of a gap that a clock skips: as large as any zone has had.
_LARGEST_GAP_MIN = 24 * 60


class DayKind(StrEnum):
    """Why a day is worked or not."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    OWN_WORK = "own_work"
    OWN_REST = "own_rest"


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day on which a centre works or rests other than the public calendar says."""

    working: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day with whether it is worked, why, and the name of its holiday; empty names for plain days."""

    on_date: date
    working: bool
    kind: DayKind
    name_zh: str = ""
    name_en: str = ""


@cache
def known_years() -> frozenset[int]:
    """Return the years whose public holidays the library knows."""
    return frozenset(day.year for day in holidays)


def public_day(on_date: date) -> Day:
    """Return a day of the public calendar; a plain weekday or weekend in a year that nobody knows."""
    if on_date in workdays:
        name = str(workdays[on_date])
        return Day(on_date, True, DayKind.MAKE_UP, _ZH.get(name, name), name)
    if on_date in holidays:
        name = str(holidays[on_date])
        return Day(on_date, False, DayKind.HOLIDAY, _ZH.get(name, name), name)
    rest = on_date.weekday() >= _SATURDAY
    return Day(on_date, not rest, DayKind.WEEKEND if rest else DayKind.WEEKDAY)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The calendar of one centre; ``own`` days come before the public ones."""

    own: Mapping[date, OwnDay] = field(default_factory=lambda: MappingProxyType({}))

    def day(self, on_date: date) -> Day:
        """Return a day."""
        own = self.own.get(on_date)
        if own is None:
            return public_day(on_date)
        kind = DayKind.OWN_WORK if own.working else DayKind.OWN_REST
        return Day(on_date, own.working, kind, own.name, own.name)

    def knows(self, year: int) -> bool:
        """Tell whether the year's holidays are known: by the library, or because its list was imported.

        Every list of the State Council gives the first of January and the first of October off.
        """
        if year in known_years():
            return True
        marks = (self.own.get(date(year, 1, 1)), self.own.get(date(year, 10, 1)))
        return all(mark is not None and not mark.working for mark in marks)


def moment(on_date: date, at: time, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """Return a local time as UTC.

    Args:
        on_date: local date.
        at: local time of day.
        zone: the centre's zone.
        last: the later one of a time that comes twice, where a clock is set back.

    A time that a clock skips is the first one after the gap.
    """
    local = datetime.combine(on_date, at, zone).replace(fold=int(last))
    utc = local.astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return utc
    return _after_gap(local.replace(fold=0), zone)


def _after_gap(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment after the gap that a local time lies in; its offset of before names a moment after."""
    before = local.utcoffset() or timedelta(0)
    late = local.astimezone(UTC)
    early = late - timedelta(minutes=_LARGEST_GAP_MIN)
    # The one change between them is found by halving, to the second.
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        offset = middle.astimezone(zone).utcoffset()
        early, late = (middle, late) if offset == before else (early, middle)
    return late.replace(microsecond=0)


def span(on_date: date, begins: time, ends: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the half-open span of two local times of a day as UTC: never empty, whatever a clock does that day.

    A span that a gap swallows whole keeps its length and begins after the gap.
    """
    start, end = moment(on_date, begins, zone), moment(on_date, ends, zone, last=True)
    if end > start:
        return start, end
    length = datetime.combine(on_date, ends) - datetime.combine(on_date, begins)
    return start, start + max(length, timedelta(minutes=1))
