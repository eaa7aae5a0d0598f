"""The working calendar of a centre: a month, its own days, a year's list taken over."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from deskcheck_vision.errors import DeskcheckError
from fastapi import APIRouter, Form, Query, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.audits import own_days
from deskcheck_service.audits.schedules import may_change
from deskcheck_service.audits.schemas import CalendarDate, CalendarText, DayOut, DaySet
from deskcheck_service.dependencies import App
from deskcheck_service.error_responses import status_of
from deskcheck_service.pages.access import Trouble, go, needs, trouble_of
from deskcheck_service.pages.form_errors import DateError, DayFormError
from deskcheck_service.pages.render import page
from deskcheck_service.pages.round_words import DAY_WORDS, WEEKDAY_WORDS
from deskcheck_service.pages.rounds import chosen_centre
from deskcheck_service.services import Services
from deskcheck_service.tables import utc_now

router = APIRouter()
Editor = Annotated[Principal, needs("set_calendar_day")]
CentreField = Annotated[int, Form(ge=1, le=2**63 - 1)]
_YEARS = (2000, 2198)


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the month's grid; days of the months beside it only fill the week."""

    day: DayOut
    inside: bool
    today: bool
    word: str


def _month(text: str, today: date) -> date:
    """Return the first day of a month written like 2026-11; of this month for none.

    Raises:
        DateError: it is not a month.
    """
    if not text:
        return today.replace(day=1)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as exc:
        raise DateError(text=text[:40]) from exc
    if not _YEARS[0] <= first.year <= _YEARS[1]:
        raise DateError(text=text[:40])
    return first


def _show(
    request: Request,
    services: Services,
    principal: Principal,
    centre: int | None,
    month: str,
    *,
    day: str = "",
    trouble: Trouble | None = None,
    list_text: str = "",
    status: int = 200,
) -> Response:
    with services.database.reading() as session:
        centres, chosen = chosen_centre(session, principal, centre)
        zone = ZoneInfo(chosen.time_zone if chosen else principal.time_zone)
        today = utc_now().astimezone(zone).date()
        first = _month(month, today)
        last = first.replace(day=monthrange(first.year, first.month)[1])
        begin = first - timedelta(days=first.weekday())
        end = last + timedelta(days=6 - last.weekday())
        found = own_days.read_calendar(session, principal, chosen.id, begin, end) if chosen else None
    days = found.days if found else []
    cells = [Cell(one, first <= one.on_date <= last, one.on_date == today, DAY_WORDS[one.kind]) for one in days]
    view = {
        "centres": centres,
        "centre": chosen,
        "first": first,
        "previous_month": f"{first - timedelta(days=1):%Y-%m}",
        "next_month": f"{last + timedelta(days=1):%Y-%m}",
        "month": f"{first:%Y-%m}",
        "weeks": [cells[index : index + 7] for index in range(0, len(cells), 7)],
        "weekdays": WEEKDAY_WORDS,
        "special": [cell for cell in cells if cell.inside and (cell.day.own or cell.day.name.zh)],
        "unknown": first.year in found.unknown_years if found else False,
        "may_set": chosen is not None and may_change(principal, chosen.id),
        "entered_day": day or f"{max(first, today) if today <= last else first}",
        "trouble": trouble,
        "list_text": list_text,
        "list_year": today.year + 1,
    }
    return page(request, "work_calendar.html", view, here="rounds", status=status)


@router.get("/rounds/calendar", name="page_calendar")
def calendar_page(
    request: Request,
    principal: Annotated[Principal, needs("read_calendar")],
    services: App,
    centre: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    month: Annotated[str, Query(max_length=20)] = "",
    day: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show a month."""
    return _show(request, services, principal, centre, month, day=day)


def _on_date(text: str) -> date:
    try:
        return TypeAdapter[date](CalendarDate).validate_python(text)
    except ValidationError as exc:
        raise DayFormError from exc


@router.post("/rounds/calendar", name="page_set_day")
def set_day(
    request: Request,
    principal: Editor,
    services: App,
    centre_id: CentreField,
    on_date: Annotated[str, Form(max_length=20)] = "",
    working: Annotated[str, Form(max_length=10)] = "",
    name: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """Say whether the centre works on a day, or take that back."""
    try:
        day = _on_date(on_date)
        with services.database.writing() as session:
            if working == "public":
                own_days.clear_day(session, principal, centre_id, day)
            else:
                own_days.set_day(session, principal, centre_id, day, _set(working, name))
    except DeskcheckError as error:
        return _again(request, services, principal, centre_id, error)
    return go(f"/rounds/calendar?centre={centre_id}&month={day:%Y-%m}")


def _set(working: str, name: str) -> DaySet:
    try:
        return DaySet(working={"work": True, "rest": False}[working], name=name.strip())
    except (KeyError, ValidationError) as exc:
        raise DayFormError from exc


def _again(
    request: Request, services: Services, principal: Principal, centre_id: int, error: DeskcheckError, text: str = ""
) -> Response:
    status = status_of(error)
    if status in {401, 403, 404} or status >= 500:
        raise error
    shown = trouble_of(request, error)
    return _show(request, services, principal, centre_id, "", trouble=shown, list_text=text, status=status)


@router.post("/rounds/calendar/list", name="page_import_calendar")
def import_list(
    request: Request,
    principal: Annotated[Principal, needs("import_calendar")],
    services: App,
    centre_id: CentreField,
    year: Annotated[str, Form(max_length=10)] = "",
    text: Annotated[str, Form(max_length=25_000)] = "",
) -> Response:
    """Take over a year's list."""
    try:
        try:
            body = CalendarText.model_validate({"year": year, "text": text.strip()})
        except ValidationError as exc:
            raise DayFormError from exc
        with services.database.writing() as session:
            told = own_days.import_list(session, principal, centre_id, body)
    except DeskcheckError as error:
        return _again(request, services, principal, centre_id, error, text)
    return go(f"/rounds/calendar?centre={centre_id}&month={told.first:%Y-%m}")
