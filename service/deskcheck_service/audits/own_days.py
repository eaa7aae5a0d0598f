"""A centre's calendar as people see and change it: its own days, a year's list taken over, what is due on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, scope_of_actor
from deskcheck_service.audits import repository, rounds
from deskcheck_service.audits import schedule_repository as rows
from deskcheck_service.audits.calendar import WorkCalendar, span
from deskcheck_service.audits.holiday_list import ListedDay, read_list
from deskcheck_service.audits.making import timetable_of
from deskcheck_service.audits.schemas import CalendarImported, CalendarOut, CalendarText, DayOut, DaySet, DueOut
from deskcheck_service.audits.timetable import due_on
from deskcheck_service.errors import NotFoundError
from deskcheck_service.schemas import Text
from deskcheck_service.tables import Centre, utc_now
from deskcheck_service.tables.audits import AuditSchedule, CalendarDay, ScheduleKind

MOST_DAYS = 100


def _centre(session: Session, actor: Principal | str, centre_id: int) -> Centre:
    centre = rows.centre(session, scope_of_actor(actor), centre_id)
    if centre is None:
        raise NotFoundError(what=f"centre {centre_id}")
    return centre


def calendar_of(session: Session, centre_id: int, first: date, last: date) -> WorkCalendar:
    """Return a centre's calendar, with its own days of whole years from ``first`` to ``last``."""
    own = repository.own_days(session, [centre_id], date(first.year, 1, 1), date(last.year, 12, 31))
    return WorkCalendar(own[centre_id])


def read_calendar(session: Session, actor: Principal | str, centre_id: int, first: date, last: date) -> CalendarOut:
    """Return the days of a centre from ``first`` to ``last``, both included, with what is due on them; 100 at most.

    Raises:
        NotFoundError: there is no such centre that the person sees any part of.
    """
    centre = _centre(session, actor, centre_id)
    last = min(last, first + timedelta(days=MOST_DAYS - 1))
    calendar = calendar_of(session, centre_id, first, last)
    schedules = [row for row, _ in rows.schedules(session, scope_of_actor(actor), centre_id) if row.enabled]
    zone = ZoneInfo(centre.time_zone)
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return CalendarOut(
        centre_id=centre.id,
        centre_name=Text(zh=centre.name_zh, en=centre.name_en),
        time_zone=centre.time_zone,
        days=[_day_out(calendar, day, schedules, zone) for day in days],
        unknown_years=[year for year in range(first.year, last.year + 1) if not calendar.knows(year)],
    )


def _day_out(calendar: WorkCalendar, on_date: date, schedules: Iterable[AuditSchedule], zone: ZoneInfo) -> DayOut:
    day = calendar.day(on_date)
    due = [one for row in schedules for one in _dues(calendar, on_date, row, zone)]
    return DayOut(
        on_date=on_date,
        working=day.working,
        kind=day.kind,
        name=Text(zh=day.name_zh, en=day.name_en),
        own=on_date in calendar.own,
        due=sorted(due, key=lambda one: (one.due_from, one.schedule_id)),
    )


def _dues(calendar: WorkCalendar, on_date: date, row: AuditSchedule, zone: ZoneInfo) -> list[DueOut]:
    found = [
        (one.due_from, one.due_until)
        for one in due_on(timetable_of(row), on_date, calendar, zone)
        if one.due_until > row.since
    ]
    if row.kind is ScheduleKind.SPOT and found:
        # When exactly is nobody's to know beforehand.
        found = [span(on_date, row.begins, row.ends, zone)]
    return [
        DueOut(
            schedule_id=row.id,
            name=Text(zh=row.name_zh, en=row.name_en),
            kind=row.kind,
            counts_as=row.counts_as,
            due_from=begins,
            due_until=ends,
        )
        for begins, ends in found
    ]


def coming_days(
    session: Session, actor: Principal | str, centre_id: int, days: int, now: datetime | None = None
) -> CalendarOut:
    """Return today and the days to come of a centre.

    Raises:
        NotFoundError: there is no such centre that the person sees any part of.
    """
    centre = _centre(session, actor, centre_id)
    today = (now or utc_now()).astimezone(ZoneInfo(centre.time_zone)).date()
    return read_calendar(session, actor, centre_id, today, today + timedelta(days=max(1, days) - 1))


def set_day(session: Session, actor: Principal | str, centre_id: int, on_date: date, body: DaySet) -> DayOut:
    """Say whether a centre works on a day.

    Raises:
        NotFoundError: there is no such centre that the person sees any part of.
        ForbiddenError: the person may not say when that centre is audited.
    """
    centre = _centre(session, actor, centre_id)
    rounds.require_place(scope_of_actor(actor, *rounds.STARTERS), centre_id, None)
    new = CalendarDay(centre_id=centre_id, on_date=on_date, working=body.working, name=body.name.strip())
    rows.replace_days(session, centre_id, [new])
    audit.record(session, actor, "calendar.set", "centre", centre.code, _told(new))
    return read_calendar(session, actor, centre_id, on_date, on_date).days[0]


def _told(day: CalendarDay) -> str:
    return f"{day.on_date} {'work' if day.working else 'rest'} {day.name}".strip()


def clear_day(session: Session, actor: Principal | str, centre_id: int, on_date: date) -> None:
    """Take back what a centre said about a day; the public calendar holds again.

    Raises:
        NotFoundError: there is no such centre that the person sees any part of, or it said nothing about that day.
        ForbiddenError: the person may not say when that centre is audited.
    """
    centre = _centre(session, actor, centre_id)
    rounds.require_place(scope_of_actor(actor, *rounds.STARTERS), centre_id, None)
    row = rows.own_day(session, centre_id, on_date)
    if row is None:
        raise NotFoundError(what=f"day {on_date}")
    session.delete(row)
    session.flush()
    audit.record(session, actor, "calendar.clear", "centre", centre.code, str(on_date))


def import_list(session: Session, actor: Principal | str, centre_id: int, body: CalendarText) -> CalendarImported:
    """Take over a year's list of holidays and make-up days as a centre's own days.

    Raises:
        NotFoundError: there is no such centre that the person sees any part of.
        ForbiddenError: the person may not say when that centre is audited.
        CalendarTextError: a line cannot be read; nothing was taken over.
    """
    centre = _centre(session, actor, centre_id)
    rounds.require_place(scope_of_actor(actor, *rounds.STARTERS), centre_id, None)
    days = read_list(body.text, body.year)
    rows.replace_days(session, centre_id, [_own(centre_id, day) for day in days])
    told = CalendarImported(
        rest_days=sum(not day.working for day in days),
        work_days=sum(day.working for day in days),
        first=days[0].on_date,
        last=days[-1].on_date,
    )
    audit.record(session, actor, "calendar.import", "centre", centre.code, f"{body.year}: {len(days)} days")
    return told


def _own(centre_id: int, day: ListedDay) -> CalendarDay:
    return CalendarDay(centre_id=centre_id, on_date=day.on_date, working=day.working, name=day.name)
