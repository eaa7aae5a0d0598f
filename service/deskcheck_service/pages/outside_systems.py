"""Outside systems, for administrators: who is told, what waits, what was never accepted, and sending it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from deskcheck_vision.errors import DeskcheckError
from fastapi import APIRouter, Form, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.dependencies import App
from deskcheck_service.error_responses import status_of
from deskcheck_service.layouts import service as layouts
from deskcheck_service.outbox import targets
from deskcheck_service.outbox.schemas import DeadOut, Replay, TargetChange, TargetNew, TargetOut
from deskcheck_service.pages.access import Trouble, go, needs, trouble_of
from deskcheck_service.pages.filters import day_start
from deskcheck_service.pages.form_errors import DateError, TargetFormError
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.render import page
from deskcheck_service.pages.states import PageState
from deskcheck_service.schemas import Code
from deskcheck_service.services import Services
from deskcheck_service.tables import utc_now

router = APIRouter()
Administrator = Annotated[Principal, needs("add_target")]

WELL = PageState("pass", "pass", mark("All accepted"))
WAITING = PageState("inconclusive", "refresh", mark("Waiting"))
FAILING = PageState("confirmed", "warning", mark("Not accepted"))
OFF = PageState("offline", "offline", mark("Switched off"))


@dataclass(frozen=True, slots=True)
class TargetRow:
    """An outside system with how it looks and the messages that it never accepted."""

    target: TargetOut
    state: PageState
    dead: list[DeadOut]


def target_state(target: TargetOut) -> PageState:
    """Return how an outside system looks."""
    if not target.enabled:
        return OFF
    if target.dead or target.last_error:
        return FAILING
    return WAITING if target.waiting else WELL


def _render(
    request: Request,
    services: Services,
    principal: Principal,
    trouble: Trouble | None = None,
    entered: dict[str, str] | None = None,
    secret: str = "",
    status: int = 200,
) -> Response:
    with services.database.reading() as session:
        rows = [
            TargetRow(one, target_state(one), targets.list_dead(session, principal, one.name) if one.dead else [])
            for one in targets.list_targets(session, principal)
        ]
        centres = layouts.list_centres(session, principal)
    view = {
        "rows": rows,
        "centres": centres,
        "trouble": trouble,
        "entered": entered or {"name": "", "url": "", "centre_id": ""},
        "secret": secret,
    }
    return page(request, "outside_systems.html", view, here="users", status=status)


@router.get("/outside-systems", name="page_outside_systems")
def outside_systems_page(request: Request, principal: Administrator, services: App) -> Response:
    """Show every outside system."""
    return _render(request, services, principal)


@router.post("/outside-systems", name="page_add_target")
def add(
    request: Request,
    principal: Administrator,
    services: App,
    name: Annotated[str, Form(max_length=64)] = "",
    url: Annotated[str, Form(max_length=600)] = "",
    centre_id: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Add one; its signing secret is on the page that answers and nowhere else."""
    entered = {"name": name, "url": url, "centre_id": centre_id}
    try:
        body = _new_target(entered)
        with services.database.writing() as session:
            made = targets.add_target(session, principal, services.secrets, body)
    except DeskcheckError as error:
        return _again(request, services, principal, error, entered)
    return _render(request, services, principal, secret=made.secret)


def _new_target(entered: dict[str, str]) -> TargetNew:
    centre = entered["centre_id"]
    try:
        return TargetNew(
            centre_id=int(centre) if centre.isascii() and centre.isdigit() else 0,
            name=entered["name"].strip(),
            url=entered["url"].strip(),
        )
    except ValidationError as exc:
        raise TargetFormError(field=str(exc.errors()[0]["loc"][0])) from exc


def _again(
    request: Request,
    services: Services,
    principal: Principal,
    error: DeskcheckError,
    entered: dict[str, str] | None = None,
) -> Response:
    status = status_of(error)
    if status in {401, 403} or status >= 500:
        raise error
    return _render(request, services, principal, trouble_of(request, error), entered, status=status)


def _act(request: Request, services: Services, principal: Principal, act: Callable[[Session], object]) -> Response:
    try:
        with services.database.writing() as session:
            act(session)
    except DeskcheckError as error:
        return _again(request, services, principal, error)
    return go("/outside-systems")


@router.post("/outside-systems/{name}/enabled", name="page_switch_target")
def switch(
    request: Request, name: Code, principal: Administrator, services: App, enabled: Annotated[bool, Form()]
) -> Response:
    """Switch one on or off."""
    change = TargetChange(enabled=enabled)
    return _act(request, services, principal, lambda session: targets.switch_target(session, principal, name, change))


@router.post("/outside-systems/{name}/replays", name="page_replay")
def replay(
    request: Request,
    name: Code,
    principal: Administrator,
    services: App,
    event: Annotated[str, Form(max_length=40)] = "",
    dead: Annotated[bool, Form()] = False,
    since: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Send again: one message, all dead ones, or all since a day."""
    try:
        asked = Replay(event=event or None, dead=dead, since=day_start(since, principal.time_zone))
    except ValidationError as exc:
        return _again(request, services, principal, TargetFormError(field=str(exc.errors()[0]["loc"][0])))
    except DateError as error:
        return _again(request, services, principal, error)
    return _act(
        request, services, principal, lambda session: targets.replay(session, principal, name, asked, utc_now())
    )
