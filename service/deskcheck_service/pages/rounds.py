"""Rounds: those of today and before, one as it runs, and the marks of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from deskcheck_vision.errors import DeskcheckError
from fastapi import APIRouter, Form, Path, Query, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.audits import days, own_days, reading
from deskcheck_service.audits import rounds as making
from deskcheck_service.audits.schedules import may_change
from deskcheck_service.audits.schemas import (
    CalendarOut,
    DayMark,
    DueOut,
    OwedOut,
    RoundDetail,
    RoundNew,
    RoundOut,
    WindowMarks,
)
from deskcheck_service.dependencies import App
from deskcheck_service.error_responses import status_of
from deskcheck_service.errors import NotFoundError
from deskcheck_service.layouts import service as layouts
from deskcheck_service.layouts.schemas import CentreOut
from deskcheck_service.pages.access import Trouble, go, needs, trouble_of
from deskcheck_service.pages.filters import day_start
from deskcheck_service.pages.form_errors import DateError, RoundFormError
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.render import may, page
from deskcheck_service.pages.round_words import HALF_WORDS, KIND_WORDS, MARKS, ROUND_STATES, owed_state
from deskcheck_service.pages.states import PageState
from deskcheck_service.schemas import Text
from deskcheck_service.services import Services
from deskcheck_service.tables import utc_now
from deskcheck_service.tables.audits import OwedState, RoundState

router = APIRouter()
Key = Annotated[int, Path(ge=1, le=2**63 - 1)]
Reader = Annotated[Principal, needs("list_rounds")]
Show = Literal["all", "owed", "unjudged", "judged"]

_ROUNDS_SHOWN = 30
# A hall's round fits; of a province's the page shows so many and the filter brings the others.
_VIEWS_SHOWN = 400
_SHOW = (
    ("all", mark("All")),
    ("judged", mark("Seen")),
    ("unjudged", mark("Not seen")),
    ("owed", mark("Still to come")),
)


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round as one line; percents of what it owes."""

    round: RoundOut
    state: PageState
    kind: str
    half: str | None
    judged_percent: float
    unjudged_percent: float


@dataclass(frozen=True, slots=True)
class OwedLine:
    """An owed view as one line."""

    view: OwedOut
    state: PageState


@dataclass(frozen=True, slots=True)
class MarkLine:
    """A window with its marks of a day; rules other than clean ones are named."""

    window: WindowMarks
    morning: PageState
    afternoon: PageState
    day: PageState
    rules: tuple[tuple[str, PageState], ...]


def round_line(one: RoundOut) -> RoundLine:
    """Return a round as a line."""
    whole = max(1, one.owed_count)
    return RoundLine(
        one,
        ROUND_STATES[one.state],
        KIND_WORDS[one.kind],
        HALF_WORDS[one.counts_as] if one.counts_as is not None else None,
        round(100 * one.judged_count / whole, 1),
        round(100 * one.unjudged_count / whole, 1),
    )


def chosen_centre(
    session: Session, principal: Principal, centre: int | None
) -> tuple[list[CentreOut], CentreOut | None]:
    """Return the centres that a person sees and the one that the page is about: the named one, else the first.

    Raises:
        NotFoundError: the named one is none of them.
    """
    centres = layouts.list_centres(session, principal)
    if centre is None:
        return centres, centres[0] if centres else None
    found = next((one for one in centres if one.id == centre), None)
    if found is None:
        raise NotFoundError(what=f"centre {centre}")
    return centres, found


def _list(
    request: Request,
    services: Services,
    principal: Principal,
    centre: int | None = None,
    before: int | None = None,
    trouble: Trouble | None = None,
    status: int = 200,
) -> Response:
    with services.database.reading() as session:
        centres, chosen = chosen_centre(session, principal, centre)
        found = reading.list_rounds(session, principal, chosen.id if chosen else None, before, _ROUNDS_SHOWN)
        today = own_days.coming_days(session, principal, chosen.id, 1) if chosen else None
        areas = [one for one in layouts.list_areas(session, principal) if chosen and one.centre_id == chosen.id]
    allowed = [one for one in areas if may_change(principal, one.centre_id, one.id)]
    view = {
        "centres": centres,
        "centre": chosen,
        "lines": [round_line(one) for one in found.items],
        "older": found.next,
        "newest": before is None,
        "today": _still_due(today),
        "today_word": today,
        "areas": allowed,
        "whole": bool(chosen) and may_change(principal, chosen.id if chosen else 0),
        "may_start": may(principal, "start_round") and bool(allowed),
        "halves": HALF_WORDS,
        "kinds": KIND_WORDS,
        "trouble": trouble,
    }
    return page(request, "rounds.html", view, here="rounds", status=status)


def _still_due(today: CalendarOut | None) -> list[DueOut]:
    if today is None:
        return []
    now = utc_now()
    return [one for one in today.days[0].due if one.due_until > now]


@router.get("/rounds", name="page_rounds")
def rounds_page(
    request: Request,
    principal: Reader,
    services: App,
    centre: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Response:
    """Show the rounds, newest first."""
    return _list(request, services, principal, centre, before)


@router.post("/rounds", name="page_start_round")
def start(
    request: Request,
    principal: Annotated[Principal, needs("start_round")],
    services: App,
    centre_id: Annotated[str, Form(max_length=20)] = "",
    area_id: Annotated[str, Form(max_length=20)] = "",
    counts_as: Annotated[str, Form(max_length=20)] = "",
    minutes: Annotated[str, Form(max_length=10)] = "30",
) -> Response:
    """Start a round now."""
    centre = int(centre_id) if centre_id.isascii() and centre_id.isdigit() else 0
    try:
        try:
            body = RoundNew.model_validate(
                {
                    "centre_id": centre,
                    "area_id": area_id or None,
                    "counts_as": counts_as or None,
                    "minutes": minutes,
                }
            )
        except ValidationError as exc:
            raise RoundFormError from exc
        opened = making.start_now(services, principal, body.centre_id, **body.model_dump(exclude={"centre_id"}))
    except DeskcheckError as error:
        status = status_of(error)
        if status in {401, 403, 404} or status >= 500:
            raise
        return _list(request, services, principal, centre or None, None, trouble_of(request, error), status)
    return go(f"/rounds/{opened.round_id}")


def _views(detail: RoundDetail, show: Show) -> list[OwedOut]:
    return [one for one in detail.views if show == "all" or one.state is OwedState(show)]


def _round_view(services: Services, principal: Principal, round_id: int, show: Show) -> dict[str, object]:
    with services.database.reading() as session:
        detail = reading.read_round(session, principal, round_id)
    views = _views(detail, show)
    reasons: dict[str, tuple[Text, int]] = {}
    for one in detail.views:
        if one.reason is not None and one.reason_words is not None:
            reasons[one.reason] = (one.reason_words, reasons.get(one.reason, (one.reason_words, 0))[1] + 1)
    return {
        "line": round_line(detail),
        "round": detail,
        "views": [OwedLine(one, owed_state(one)) for one in views[:_VIEWS_SHOWN]],
        "more": max(0, len(views) - _VIEWS_SHOWN),
        "reasons": sorted(reasons.values(), key=lambda one: -one[1]),
        "running": detail.state is RoundState.RUNNING,
        "show": show,
        "shows": _SHOW,
        "now": utc_now(),
    }


@router.get("/rounds/{round_id:int}", name="page_round")
def round_page(request: Request, principal: Reader, services: App, round_id: Key, show: Show = "all") -> Response:
    """Show one round."""
    return page(request, "round.html", _round_view(services, principal, round_id, show), here="rounds")


@router.get("/rounds/{round_id:int}/progress", name="page_round_progress")
def progress(request: Request, principal: Reader, services: App, round_id: Key, show: Show = "all") -> Response:
    """Show how far a round is: the part of its page that is asked for again and again."""
    response = page(request, "parts/round_progress.html", _round_view(services, principal, round_id, show))
    # The page's own address stays.
    response.headers["HX-Push-Url"] = "false"
    return response


def _mark_line(window: WindowMarks) -> MarkLine:
    quiet = {DayMark.OK, DayMark.NOT_AUDITED, DayMark.PENDING}
    rules = tuple((one.rule, MARKS[one.mark]) for one in window.rules if one.mark not in quiet)
    return MarkLine(window, MARKS[window.morning], MARKS[window.afternoon], MARKS[window.day], rules)


@router.get("/rounds/days", name="page_day_marks")
def day_marks(
    request: Request,
    principal: Annotated[Principal, needs("read_day_marks")],
    services: App,
    centre: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    day: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Show the marks of a day."""
    with services.database.reading() as session:
        centres, chosen = chosen_centre(session, principal, centre)
        zone = chosen.time_zone if chosen else principal.time_zone
        start_of_day = day_start(day, zone)
        on_date = (start_of_day or utc_now()).astimezone(ZoneInfo(zone)).date()
        if not 2000 <= on_date.year < 2199:
            raise DateError(text=day)
        found = days.marks(session, principal, chosen.id, on_date) if chosen else None
    view = {
        "centres": centres,
        "centre": chosen,
        "on_date": on_date,
        "before": on_date - timedelta(days=1),
        "after": on_date + timedelta(days=1),
        "is_today": on_date == utc_now().astimezone(ZoneInfo(zone)).date(),
        "found": found,
        "lines": [_mark_line(one) for one in found.windows] if found else [],
        "counts": _counts(found.windows) if found else [],
    }
    return page(request, "day_marks.html", view, here="rounds")


def _counts(windows: list[WindowMarks]) -> list[tuple[PageState, int]]:
    marks = [one.day for one in windows]
    return [(state, marks.count(which)) for which, state in MARKS.items() if which in marks]
