"""Routes of scheduled audits: schedules, calendar, rounds, the day's marks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from deskcheck_service.audits import days, own_days, reading, rounds, schedules
from deskcheck_service.audits.schemas import (
    CalendarDate,
    CalendarImported,
    CalendarOut,
    CalendarText,
    DayMarks,
    DayOut,
    DaySet,
    RoundDetail,
    RoundNew,
    RoundPage,
    RouteChange,
    ScheduleChange,
    ScheduleNew,
    ScheduleOut,
)
from deskcheck_service.dependencies import App, CurrentUser, Reading, Writing
from deskcheck_service.schemas import Identifier

router = APIRouter(prefix="/audits", tags=["audits"])

CentreKey = Annotated[int, Path(ge=1, le=2**63 - 1)]
Key = CentreKey


@router.get("/schedules")
def list_schedules(principal: CurrentUser, session: Reading, centre_id: Identifier | None = None) -> list[ScheduleOut]:
    """List the schedules of the centres that one sees, as the day goes."""
    return schedules.list_schedules(session, principal, centre_id)


@router.post("/schedules", status_code=201)
def add_schedule(body: ScheduleNew, principal: CurrentUser, session: Writing) -> ScheduleOut:
    """Add a schedule to a centre."""
    return schedules.add_schedule(session, principal, body)


@router.get("/schedules/{schedule_id}")
def read_schedule(schedule_id: Key, principal: CurrentUser, session: Reading) -> ScheduleOut:
    """Read a schedule."""
    return schedules.read_schedule(session, principal, schedule_id)


@router.put("/schedules/{schedule_id}")
def change_schedule(
    schedule_id: Key, body: ScheduleChange, principal: CurrentUser, session: Writing, services: App
) -> ScheduleOut:
    """Change a schedule, or switch it off, by the version that was read."""
    return schedules.change_schedule(session, principal, schedule_id, body, services.settings.audit_look_back_days)


@router.put("/schedules/{schedule_id}/route")
def change_route(schedule_id: Key, body: RouteChange, principal: CurrentUser, session: Writing) -> ScheduleOut:
    """Give a schedule its own order of windows."""
    return schedules.change_route(session, principal, schedule_id, body)


@router.post("/centres/{centre_id}/usual-schedules", status_code=201)
def add_usual_schedules(centre_id: CentreKey, principal: CurrentUser, session: Writing) -> list[ScheduleOut]:
    """Add the usual schedules that a centre does not have yet: two rounds, a closing check, spot checks."""
    return schedules.add_usual(session, principal, centre_id)


@router.get("/centres/{centre_id}/calendar")
def read_calendar(
    centre_id: CentreKey, principal: CurrentUser, session: Reading, first: CalendarDate, last: CalendarDate
) -> CalendarOut:
    """Read up to 100 days of a centre's calendar, with what is due on them."""
    return own_days.read_calendar(session, principal, centre_id, first, last)


@router.put("/centres/{centre_id}/calendar/{on_date}")
def set_calendar_day(
    centre_id: CentreKey, on_date: CalendarDate, body: DaySet, principal: CurrentUser, session: Writing
) -> DayOut:
    """Say whether a centre works on a day, whatever the public calendar says."""
    return own_days.set_day(session, principal, centre_id, on_date, body)


@router.delete("/centres/{centre_id}/calendar/{on_date}", status_code=204, response_class=Response)
def clear_calendar_day(
    centre_id: CentreKey, on_date: CalendarDate, principal: CurrentUser, session: Writing
) -> Response:
    """Let the public calendar hold again for a day."""
    own_days.clear_day(session, principal, centre_id, on_date)
    return Response(status_code=204)


@router.post("/centres/{centre_id}/calendar-list", status_code=201)
def import_calendar(
    centre_id: CentreKey, body: CalendarText, principal: CurrentUser, session: Writing
) -> CalendarImported:
    """Take over a year's list of holidays and make-up days: the State Council's notice, or plain lines."""
    return own_days.import_list(session, principal, centre_id, body)


@router.get("/centres/{centre_id}/days/{on_date}")
def read_day_marks(centre_id: CentreKey, on_date: CalendarDate, principal: CurrentUser, session: Reading) -> DayMarks:
    """Read the marks of a centre's day, per window and per rule at a window."""
    return days.marks(session, principal, centre_id, on_date)


@router.get("/rounds")
def list_rounds(
    principal: CurrentUser,
    session: Reading,
    centre_id: Identifier | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RoundPage:
    """List the rounds of the centres that one sees, newest first."""
    return reading.list_rounds(session, principal, centre_id, before, limit)


@router.post("/rounds", status_code=201)
def start_round(body: RoundNew, principal: CurrentUser, services: App) -> RoundDetail:
    """Start a round that no schedule asks for."""
    given = body.model_dump(exclude={"centre_id"})
    opened = rounds.start_now(services, principal, body.centre_id, **given)
    with services.database.reading() as session:
        return reading.read_round(session, principal, opened.round_id)


@router.get("/rounds/{round_id}")
def read_round(round_id: Key, principal: CurrentUser, session: Reading) -> RoundDetail:
    """Read a round with the views that it owes in one's areas, in route order."""
    return reading.read_round(session, principal, round_id)
