"""When a schedule is due: its spans on a day, and what a spot check draws. Pure: a schedule and a calendar go in.

What is drawn at random comes from a secret of the schedule, which no page and no route shows: staff cannot tell it
beforehand. The seed of each draw is written down with its round, and repeats it.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from deskcheck_service.audits.calendar import WorkCalendar, moment, span
from deskcheck_service.tables.audits import ScheduleKind

# How long a spot check may take from the minute drawn for it [P].
SPOT_SPAN = timedelta(minutes=20)
# A closing check that was missed is caught up until the next morning, before anybody opens [P].
CLOSED_UNTIL = time(6, 0)


@dataclass(frozen=True, slots=True)
class Timetable:
    """What of a schedule says when it is due; local times, ``begins`` before ``ends``."""

    schedule_id: int
    kind: ScheduleKind
    begins: time
    ends: time
    working_days_only: bool = True
    times_a_day: int = 1
    draw_secret: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """One time that a schedule is due, UTC, half-open.

    Attributes:
        on_date: local day.
        number: of the day, from 1.
        due_from: pictures are taken from here
        due_until: to here.
        late_until: until when it makes sense to catch it up.
        draw_seed: of a spot check's draw; None of others.
    """

    on_date: date
    number: int
    due_from: datetime
    due_until: datetime
    late_until: datetime
    draw_seed: str | None = None


def new_secret() -> str:
    """Return a fresh secret for a schedule's draws."""
    return secrets.token_hex(32)


def seed_of(secret: str, schedule_id: int, on_date: date, number: int) -> str:
    """Return the seed of one draw: HMAC-SHA256 of schedule, day and number under the schedule's secret."""
    named = f"{schedule_id}:{on_date.isoformat()}:{number}"
    return hmac.new(secret.encode(), named.encode(), hashlib.sha256).hexdigest()


def _order(seed: str, name: object) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest())


def drawn_minute(seed: str, minutes: int) -> int:
    """Return a minute from 0 to ``minutes``, both included."""
    return _order(seed, "minute") % (max(0, minutes) + 1)


def drawn_views(seed: str, view_ids: Iterable[int], share: float) -> frozenset[int]:
    """Return a share of the views, rounded up, at least one where there is one; the order of the keys plays no part."""
    keys = sorted(set(view_ids), key=lambda key: (_order(seed, key), key))
    # 0.1 * 30 is a little over 3; nobody asked for a fourth.
    return frozenset(keys[: max(1, math.ceil(share * len(keys) - 1e-9))])


def due_on(timetable: Timetable, on_date: date, calendar: WorkCalendar, zone: ZoneInfo) -> tuple[Due, ...]:
    """Return when a schedule is due on a day, in order; nothing on a day without work that it leaves out.

    More than one a day share the span in equal parts, so that no two overlap.
    """
    if timetable.working_days_only and not calendar.day(on_date).working:
        return ()
    start, end = span(on_date, timetable.begins, timetable.ends, zone)
    part = (end - start) / timetable.times_a_day
    parts = [(start + part * index, start + part * (index + 1)) for index in range(timetable.times_a_day)]
    return tuple(
        _due(timetable, on_date, number, *_whole_seconds(one), zone) for number, one in enumerate(parts, start=1)
    )


def _whole_seconds(part: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    return part[0].replace(microsecond=0), part[1].replace(microsecond=0)


def _due(timetable: Timetable, on_date: date, number: int, start: datetime, end: datetime, zone: ZoneInfo) -> Due:
    if timetable.kind is ScheduleKind.CLOSING:
        return Due(on_date, number, start, end, max(end, moment(on_date + timedelta(days=1), CLOSED_UNTIL, zone)))
    if timetable.kind is ScheduleKind.ROUND:
        return Due(on_date, number, start, end, end)
    seed = seed_of(timetable.draw_secret, timetable.schedule_id, on_date, number)
    length = min(SPOT_SPAN, end - start)
    begins = start + timedelta(minutes=drawn_minute(seed, int((end - start - length).total_seconds() // 60)))
    return Due(on_date, number, begins, begins + length, begins + length, seed)
