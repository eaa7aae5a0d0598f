"""The schedule editor: what a centre's schedules say, what is due in the coming days, and how to change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from deskcheck_vision.errors import DeskcheckError
from fastapi import APIRouter, Depends, Form, Path, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.audits import own_days, schedules
from deskcheck_service.audits.schemas import DayOut, RouteChange, ScheduleChange, ScheduleNew, ScheduleOut
from deskcheck_service.dependencies import App, Language
from deskcheck_service.error_responses import status_of
from deskcheck_service.layouts import service as layouts
from deskcheck_service.pages.access import Trouble, go, needs, trouble_of
from deskcheck_service.pages.form_errors import ScheduleFormError
from deskcheck_service.pages.i18n import mark, translate
from deskcheck_service.pages.render import page
from deskcheck_service.pages.round_words import DAY_WORDS, HALF_WORDS, KIND_WORDS, WEEKDAY_WORDS
from deskcheck_service.pages.rounds import chosen_centre
from deskcheck_service.services import Services
from deskcheck_service.tables.audits import ScheduleKind

router = APIRouter()
Key = Annotated[int, Path(ge=1, le=2**63 - 1)]
Editor = Annotated[Principal, needs("add_schedule")]
_DAYS_SHOWN = 14

FIELD_WORDS = {
    "name_zh": mark("Name in Chinese"),
    "name_en": mark("Name in English (may be left empty)"),
    "area_id": mark("Area"),
    "kind": mark("Kind"),
    "counts_as": mark("Counts for the day's mark as"),
    "begins": mark("From"),
    "ends": mark("To"),
    "times_a_day": mark("Times a day"),
    "share": mark("Percent of the views"),
    "burst_frames": mark("Frames a camera"),
    "burst_span_s": mark("Seconds over which they are taken"),
}
_BLANK = {
    "name_zh": "",
    "name_en": "",
    "area_id": "",
    "kind": "round",
    "counts_as": "",
    "begins": "10:00",
    "ends": "11:30",
    "times_a_day": "1",
    "share": "100",
    "burst_frames": "5",
    "burst_span_s": "60",
    "working_days_only": "true",
    "last_first": "",
}


@dataclass(frozen=True, slots=True)
class ScheduleForm:
    """A form with what was entered and, where that went wrong, what is wrong."""

    entered: dict[str, str]
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A schedule with its form."""

    schedule: ScheduleOut
    kind: str
    half: str | None
    changeable: bool
    form: ScheduleForm
    route: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day to come with what is due on it."""

    day: DayOut
    weekday: str
    kind: str


def entered_schedule(
    name_zh: Annotated[str, Form(max_length=400)] = "",
    name_en: Annotated[str, Form(max_length=400)] = "",
    area_id: Annotated[str, Form(max_length=20)] = "",
    kind: Annotated[str, Form(max_length=20)] = "",
    counts_as: Annotated[str, Form(max_length=20)] = "",
    begins: Annotated[str, Form(max_length=20)] = "",
    ends: Annotated[str, Form(max_length=20)] = "",
    times_a_day: Annotated[str, Form(max_length=10)] = "1",
    share: Annotated[str, Form(max_length=10)] = "100",
    burst_frames: Annotated[str, Form(max_length=10)] = "5",
    burst_span_s: Annotated[str, Form(max_length=10)] = "60",
    working_days_only: Annotated[str, Form(max_length=10)] = "",
    last_first: Annotated[str, Form(max_length=10)] = "",
) -> dict[str, str]:
    """Return the fields of the form as they were entered."""
    return dict(locals())


Entered = Annotated[dict[str, str], Depends(entered_schedule)]


def _values(entered: dict[str, str]) -> dict[str, object]:
    name = entered["name_zh"].strip()
    spot = entered["kind"] == ScheduleKind.SPOT
    try:
        # What the others do not have is not asked of them.
        share = float(entered["share"]) / 100 if spot else 1.0
    except ValueError:
        share = -1.0
    return {
        **entered,
        "name_zh": name,
        "name_en": entered["name_en"].strip() or name,
        "area_id": entered["area_id"] or None,
        "counts_as": entered["counts_as"] or None if entered["kind"] == ScheduleKind.ROUND else None,
        "share": share,
        "working_days_only": bool(entered["working_days_only"]),
        "last_first": bool(entered["last_first"]),
    }


def _form_error(exc: ValidationError, language: str) -> ScheduleFormError:
    field = str(exc.errors()[0]["loc"][0])
    return ScheduleFormError(field=translate(FIELD_WORDS.get(field, field), "en" if language == "en" else "zh"))


def _entered_of(row: ScheduleOut) -> dict[str, str]:
    return {
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "area_id": str(row.area_id or ""),
        "kind": row.kind.value,
        "counts_as": row.counts_as.value if row.counts_as else "",
        "begins": f"{row.begins:%H:%M}",
        "ends": f"{row.ends:%H:%M}",
        "times_a_day": str(row.times_a_day),
        "share": f"{100 * row.share:g}",
        "burst_frames": str(row.burst_frames),
        "burst_span_s": f"{row.burst_span_s:g}",
        "working_days_only": "true" if row.working_days_only else "",
        "last_first": "true" if row.last_first else "",
    }


def _list(
    request: Request,
    services: Services,
    principal: Principal,
    centre: int | None = None,
    form: ScheduleForm | None = None,
    of: int | None = None,
    status: int = 200,
) -> Response:
    """Show the editor; ``form`` is what went wrong, of the schedule ``of`` or of a new one."""
    with services.database.reading() as session:
        centres, chosen = chosen_centre(session, principal, centre)
        found = schedules.list_schedules(session, principal, chosen.id) if chosen else []
        coming = own_days.coming_days(session, principal, chosen.id, _DAYS_SHOWN) if chosen else None
        areas = [one for one in layouts.list_areas(session, principal) if chosen and one.centre_id == chosen.id]
    allowed = [one for one in areas if schedules.may_change(principal, one.centre_id, one.id)]
    view = {
        "centres": centres,
        "centre": chosen,
        "rows": [_row(principal, one, form if of == one.id else None) for one in found],
        "new": form if form is not None and of is None else ScheduleForm(dict(_BLANK)),
        "days": [_day_row(one) for one in coming.days] if coming else [],
        "unknown_years": coming.unknown_years if coming else [],
        "areas": allowed,
        "whole": chosen is not None and schedules.may_change(principal, chosen.id),
        "may_add": bool(allowed),
        "kinds": [(kind.value, word) for kind, word in KIND_WORDS.items()],
        "halves": [(half.value, word) for half, word in HALF_WORDS.items()],
        "kind_words": KIND_WORDS,
        "words": FIELD_WORDS,
    }
    return page(request, "schedules.html", view, here="rounds", status=status)


def _row(principal: Principal, row: ScheduleOut, form: ScheduleForm | None) -> ScheduleRow:
    return ScheduleRow(
        row,
        KIND_WORDS[row.kind],
        HALF_WORDS[row.counts_as] if row.counts_as is not None else None,
        schedules.may_change(principal, row.centre_id, row.area_id),
        form or ScheduleForm(_entered_of(row)),
        " ".join(row.own_order),
        form is not None,
    )


def _day_row(day: DayOut) -> DayRow:
    return DayRow(day, WEEKDAY_WORDS[day.on_date.weekday()], DAY_WORDS[day.kind])


@router.get("/rounds/schedules", name="page_schedules")
def schedules_page(
    request: Request,
    principal: Annotated[Principal, needs("list_schedules")],
    services: App,
    centre: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Response:
    """Show a centre's schedules."""
    return _list(request, services, principal, centre)


def _again(
    request: Request,
    services: Services,
    principal: Principal,
    error: DeskcheckError,
    centre: int | None,
    entered: dict[str, str],
    of: int | None = None,
) -> Response:
    status = status_of(error)
    if status in {401, 403, 404} or status >= 500:
        raise error
    form = ScheduleForm(entered, trouble_of(request, error))
    return _list(request, services, principal, centre, form, of, status)


@router.post("/rounds/schedules", name="page_add_schedule")
def add(
    request: Request,
    principal: Editor,
    services: App,
    language: Language,
    entered: Entered,
    centre_id: Annotated[int, Form(ge=1, le=2**63 - 1)],
) -> Response:
    """Add a schedule."""
    try:
        try:
            body = ScheduleNew.model_validate({**_values(entered), "centre_id": centre_id})
        except ValidationError as exc:
            raise _form_error(exc, language) from exc
        with services.database.writing() as session:
            schedules.add_schedule(session, principal, body)
    except DeskcheckError as error:
        return _again(request, services, principal, error, centre_id, entered)
    return go(f"/rounds/schedules?centre={centre_id}")


@router.post("/rounds/schedules/usual", name="page_usual_schedules")
def usual(
    principal: Annotated[Principal, needs("add_usual_schedules")],
    services: App,
    centre_id: Annotated[int, Form(ge=1, le=2**63 - 1)],
) -> Response:
    """Add the usual schedules of a centre."""
    with services.database.writing() as session:
        schedules.add_usual(session, principal, centre_id)
    return go(f"/rounds/schedules?centre={centre_id}")


@router.post("/rounds/schedules/{schedule_id:int}", name="page_change_schedule")
def change(
    request: Request,
    principal: Editor,
    services: App,
    language: Language,
    entered: Entered,
    schedule_id: Key,
    version: Annotated[int, Form(ge=1, le=2**31 - 1)],
    enabled: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Change a schedule."""
    row = _read(services, principal, schedule_id)
    try:
        try:
            body = ScheduleChange.model_validate({**_values(entered), "version": version, "enabled": bool(enabled)})
        except ValidationError as exc:
            raise _form_error(exc, language) from exc
        _change(services, principal, schedule_id, body)
    except DeskcheckError as error:
        return _again(request, services, principal, error, row.centre_id, entered, schedule_id)
    return go(f"/rounds/schedules?centre={row.centre_id}")


def _read(services: Services, principal: Principal, schedule_id: int) -> ScheduleOut:
    with services.database.reading() as session:
        return schedules.read_schedule(session, principal, schedule_id)


def _change(services: Services, principal: Principal, schedule_id: int, body: ScheduleChange) -> None:
    with services.database.writing() as session:
        schedules.change_schedule(session, principal, schedule_id, body, services.settings.audit_look_back_days)


@router.post("/rounds/schedules/{schedule_id:int}/switch", name="page_switch_schedule")
def switch(
    request: Request,
    principal: Editor,
    services: App,
    schedule_id: Key,
    version: Annotated[int, Form(ge=1, le=2**31 - 1)],
) -> Response:
    """Switch a schedule off, or on again."""
    row = _read(services, principal, schedule_id)
    names = set(ScheduleChange.model_fields) - {"version", "enabled"}
    values = row.model_dump(include=names)
    try:
        body = ScheduleChange.model_validate({**values, "version": version, "enabled": not row.enabled})
        _change(services, principal, schedule_id, body)
    except DeskcheckError as error:
        return _again(request, services, principal, error, row.centre_id, _entered_of(row), schedule_id)
    return go(f"/rounds/schedules?centre={row.centre_id}")


@router.post("/rounds/schedules/{schedule_id:int}/route", name="page_change_route")
def route(
    request: Request,
    principal: Annotated[Principal, needs("change_route")],
    services: App,
    schedule_id: Key,
    version: Annotated[int, Form(ge=1, le=2**31 - 1)],
    windows: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Give a schedule its own order of windows."""
    row = _read(services, principal, schedule_id)
    codes = [code for code in windows.replace("，", " ").replace("、", " ").replace(",", " ").split() if code]
    try:
        try:
            body = RouteChange(version=version, windows=codes)
        except ValidationError as exc:
            raise ScheduleFormError(field=", ".join(codes)[:60]) from exc
        with services.database.writing() as session:
            schedules.change_route(session, principal, schedule_id, body)
    except DeskcheckError as error:
        return _again(request, services, principal, error, row.centre_id, _entered_of(row), schedule_id)
    return go(f"/rounds/schedules?centre={row.centre_id}")
