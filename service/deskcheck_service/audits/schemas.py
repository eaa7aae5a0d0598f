"""Shapes of schedules, the working calendar, rounds and the day's marks."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated

from deskcheck_calibration.findings import State
from pydantic import BeforeValidator, Field, WithJsonSchema

from deskcheck_service.audits.calendar import DayKind
from deskcheck_service.schemas import Code, Identifier, Name, Schema, Text
from deskcheck_service.tables.audits import DayHalf, OwedState, RoundState, ScheduleKind

_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"


def _on_the_clock(value: object) -> object:
    if isinstance(value, time) or (isinstance(value, str) and re.fullmatch(_CLOCK, value)):
        return value
    raise ValueError("a local time is like 10:00")


# JSON Schema's own format for times is one with a zone.
LocalTime = Annotated[time, BeforeValidator(_on_the_clock), WithJsonSchema({"type": "string", "pattern": _CLOCK})]
TimesADay = Annotated[int, Field(ge=1, le=12)]
Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
BurstFrames = Annotated[int, Field(ge=1, le=20)]
BurstSpan = Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)]
# Holidays are decided a year ahead; more than a life's span of days is a slip of the pen.
CalendarDate = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 30))]
DayName = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")]


class ScheduleBody(Schema):
    """What a schedule says. Times are the centre's own, ``begins`` before ``ends``.

    Attributes:
        area_id: one area alone; None for the whole centre.
        counts_as: the half of the day whose mark its rounds make; of rounds alone.
        times_a_day: the span is shared in so many equal parts.
        share: of the views, drawn at random; of spot checks alone.
        burst_span_s: seconds over which the frames of one camera are taken.
        last_first: within each area from the last counter to the first.
    """

    area_id: Identifier | None = None
    name_zh: Name
    name_en: Name
    kind: ScheduleKind
    counts_as: DayHalf | None = None
    begins: LocalTime
    ends: LocalTime
    working_days_only: bool = True
    times_a_day: TimesADay = 1
    share: Share = 1.0
    burst_frames: BurstFrames = 5
    burst_span_s: BurstSpan = 60.0
    last_first: bool = False
    enabled: bool = True


class ScheduleNew(ScheduleBody):
    """A schedule to be added to a centre."""

    centre_id: Identifier


class ScheduleChange(ScheduleBody):
    """What a schedule says from now on, by the version that was read."""

    version: Annotated[int, Field(ge=1)]


class RouteChange(Schema):
    """A schedule's own order of windows; those not named follow by area and window. Empty: no order of its own."""

    version: Annotated[int, Field(ge=1)]
    windows: Annotated[list[Code], Field(max_length=5000)]


class ScheduleOut(ScheduleNew):
    """A schedule."""

    id: int
    version: int
    centre_code: str
    time_zone: str
    area_name: Text | None
    since: datetime
    own_order: list[str]


class DueOut(Schema):
    """A time at which a schedule is due; of a spot check the span in which it falls, never its minute."""

    schedule_id: int
    name: Text
    kind: ScheduleKind
    counts_as: DayHalf | None
    due_from: datetime
    due_until: datetime


class DayOut(Schema):
    """A day of a centre's calendar, with what is due on it.

    Attributes:
        name: of the holiday, or what the centre called the day; empty of plain days.
        own: the centre has said so itself, whatever the public calendar says.
    """

    on_date: date
    working: bool
    kind: DayKind
    name: Text
    own: bool
    due: list[DueOut]


class CalendarOut(Schema):
    """Days of a centre's calendar. ``unknown_years``: nobody knows their holidays yet; plain weekdays are worked."""

    centre_id: int
    centre_name: Text
    time_zone: str
    days: list[DayOut]
    unknown_years: list[int]


class DaySet(Schema):
    """Whether a centre works on a day, whatever the public calendar says."""

    working: bool
    name: DayName = ""


class CalendarText(Schema):
    """A year's holidays: the State Council's notice, or lines like "2027-10-01~2027-10-07,rest,National Day"."""

    year: Annotated[int, Field(ge=2000, le=2199)]
    text: Annotated[str, Field(min_length=1, max_length=20_000)]


class CalendarImported(Schema):
    """How many days of a list were taken over."""

    rest_days: int
    work_days: int
    first: date
    last: date


class RoundNew(Schema):
    """A round that no schedule asks for."""

    centre_id: Identifier
    area_id: Identifier | None = None
    counts_as: DayHalf | None = None
    minutes: Annotated[int, Field(ge=5, le=240)] = 30
    burst_frames: BurstFrames = 5
    burst_span_s: BurstSpan = 60.0


class RoundOut(Schema):
    """A round with how far it is.

    Attributes:
        name: of its schedule; None of one that a person started.
        reason: why nothing was owed or looked at.
        draw_seed: repeats what a spot check drew.
    """

    id: int
    centre_id: int
    centre_name: Text
    time_zone: str
    schedule_id: int | None
    name: Text | None
    kind: ScheduleKind
    counts_as: DayHalf | None
    on_date: date
    number: int
    due_from: datetime
    due_until: datetime
    state: RoundState
    caught_up: bool
    opened_at: datetime
    closed_at: datetime | None
    owed_count: int
    judged_count: int
    unjudged_count: int
    reason: str | None
    reason_words: Text | None
    draw_seed: str | None
    started_by: str | None


class OwedOut(Schema):
    """A view that a round owes, and what came of it.

    Attributes:
        judgement: its key and state, once judged.
        reason: why it was not judged.
        tries: how often its camera was asked.
        last_reason: what the camera's last try ended with, while the view is still owed.
    """

    window_code: str
    window_name: Text
    area_name: Text
    view: str
    camera_code: str
    position: int
    state: OwedState
    at_work: bool
    tries: int
    next_try_at: datetime
    last_reason: Text | None
    reason: str | None
    reason_words: Text | None
    judgement_id: int | None
    judgement_state: State | None
    settled_at: datetime | None


class RoundDetail(RoundOut):
    """A round with the views of the person's areas, in route order."""

    views: list[OwedOut]


class RoundPage(Schema):
    """Rounds, newest first; ``next`` continues."""

    items: list[RoundOut]
    next: int | None


class DayMark(StrEnum):
    """A window's mark of a day (P01), and what a half of it came to."""

    OK = "ok"
    FAIL = "fail"
    SUSPECTED = "suspected"
    INCOMPLETE = "incomplete"
    PENDING = "pending"
    NO_WORK = "no_work"
    NOT_AUDITED = "not_audited"


class RuleMark(Schema):
    """The day's mark of one rule at one window, with the items that people or the machine found."""

    rule: str
    mark: DayMark
    items: list[str]


class WindowMarks(Schema):
    """A window's marks of a day; ``reasons`` say why a half is not completed."""

    window_code: str
    window_name: Text
    area_id: int
    area_name: Text
    morning: DayMark
    afternoon: DayMark
    day: DayMark
    reasons: list[Text]
    rules: list[RuleMark]


class DayMarks(Schema):
    """The marks of one local day of a centre, windows in route order."""

    centre_id: int
    centre_name: Text
    on_date: date
    working: bool
    windows: list[WindowMarks]
