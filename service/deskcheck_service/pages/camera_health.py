"""How cameras do: a line on each tile, a section on a camera's page, and the history of its troubles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.audits.reasons import reason_text
from deskcheck_service.cameras.health import NO_PICTURES
from deskcheck_service.dependencies import Reading
from deskcheck_service.pages.access import needs
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.render import address, page
from deskcheck_service.pages.states import PageState
from deskcheck_service.schemas import Code, Identifier
from deskcheck_service.tables.cameras import CameraState
from deskcheck_service.tables.sources import TroubleKind
from deskcheck_service.watching import camera_health
from deskcheck_service.watching.schemas import CameraHealth

router = APIRouter()
_PAGE_SIZE = 50
Reader = Annotated[Principal, needs("list_camera_troubles")]

OFFLINE = PageState("offline", "broken", mark("Offline"))
NOT_USABLE = PageState("suspected", "warning", mark("Pictures not usable"))


@dataclass(frozen=True, slots=True)
class HealthLine:
    """How a camera does, as a tile and its page show it.

    Attributes:
        health: the figures.
        percent: of what the rounds of the last seven days owed; None where they owed nothing.
    """

    health: CameraHealth
    percent: int | None


def health_line(health: CameraHealth) -> HealthLine:
    """Return a camera's health as it is shown; a rate below the whole never rounds up to it."""
    rate = health.success_rate
    percent = None if rate is None else int(100 * rate)
    return HealthLine(health, percent)


def health_lines(found: Iterable[CameraHealth]) -> dict[str, HealthLine]:
    """Return the cameras' health by code."""
    return {one.camera_code: health_line(one) for one in found}


def shown_state(state: PageState, line: HealthLine | None) -> PageState:
    """Return the state that a camera's tile shows: that it has moved, else what is wrong now, else its own."""
    if line is None or line.health.state is CameraState.SUSPENDED or not line.health.troubles:
        return state
    return OFFLINE if NO_PICTURES & {one.kind for one in line.health.troubles} else NOT_USABLE


def troubled_first(code: str, lines: Mapping[str, HealthLine]) -> bool:
    """Return a key that sorts cameras in trouble before the others and keeps their order otherwise."""
    return not (code in lines and lines[code].health.troubles)


@router.get("/cameras/{code}/troubles", name="page_camera_troubles")
def troubles_page(
    request: Request,
    code: Code,
    principal: Reader,
    session: Reading,
    kind: Annotated[TroubleKind | Literal[""], Query()] = "",
    show: Literal["", "open", "ended"] = "",
    before: Identifier | None = None,
) -> Response:
    """Show the history of a camera's troubles: of one kind, open or ended."""
    only_open = {"": None, "open": True, "ended": False}[show]
    found = camera_health.list_troubles(
        session, principal, code, kind=kind or None, only_open=only_open, before=before, limit=_PAGE_SIZE
    )
    path = f"/cameras/{code}/troubles"
    view = {
        "line": health_line(camera_health.read_camera_health(session, principal, code)),
        "troubles": found.items,
        "kinds": [(one.value, reason_text(one)) for one in TroubleKind],
        "kind": kind,
        "show": show,
        "older_url": address(path, kind=kind, show=show, before=found.next) if found.next else "",
        "newest_url": address(path, kind=kind, show=show) if before is not None else "",
    }
    return page(request, "camera_troubles.html", view, here="cameras")
