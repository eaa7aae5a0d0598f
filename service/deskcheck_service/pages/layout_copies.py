"""Copying a version to like windows, and approving many versions at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from deskcheck_vision.errors import DeskcheckError
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.dependencies import App
from deskcheck_service.error_responses import status_of
from deskcheck_service.layouts import approvals, copies
from deskcheck_service.layouts.copy_schemas import (
    ApprovalResult,
    CopyCandidate,
    CopyEffect,
    CopyResult,
    WaitingLayout,
)
from deskcheck_service.pages.access import Trouble, needs, trouble_of
from deskcheck_service.pages.form_errors import NoVersionChosenError, NoWindowChosenError
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.render import page
from deskcheck_service.schemas import Code, Identifier
from deskcheck_service.services import Services

router = APIRouter()
Copier = Annotated[Principal, needs("copy_layout")]
Approver = Annotated[Principal, needs("approve_layouts")]

EFFECT_WORDS = {
    CopyEffect.FIRST: mark("its first layout"),
    CopyEffect.REPLACES: mark("a new version"),
    CopyEffect.WAITING: mark("this very content waits for approval already"),
    CopyEffect.UNCHANGED: mark("this very content counts already"),
    CopyEffect.REFUSED: mark("cannot be copied"),
}
RESULT_WORDS = {
    CopyEffect.FIRST: mark("draft made"),
    CopyEffect.REPLACES: mark("draft made"),
    CopyEffect.WAITING: mark("nothing made: this very content waits for approval already"),
    CopyEffect.UNCHANGED: mark("nothing made: this very content counts already"),
    CopyEffect.REFUSED: mark("not copied"),
}


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A window to copy to; ``choosable`` where copying makes a version there."""

    one: CopyCandidate
    word: str
    choosable: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What came of one window."""

    one: CopyResult
    word: str


def _candidates(
    request: Request,
    services: Services,
    principal: Principal,
    layout_id: int,
    trouble: Trouble | None = None,
    status: int = 200,
) -> Response:
    with services.database.reading() as session:
        found = copies.copy_candidates(session, principal, layout_id)
    rows = [
        CandidateRow(one, EFFECT_WORDS[one.effect], choosable, choosable)
        for one in found.windows
        for choosable in [one.effect in {CopyEffect.FIRST, CopyEffect.REPLACES}]
    ]
    view = {"found": found, "rows": rows, "choosable": sum(row.choosable for row in rows), "trouble": trouble}
    return page(request, "layout_copies.html", view, here="layouts", status=status)


@router.get("/layouts/{layout_id}/copies", name="page_copy_candidates")
def copies_page(request: Request, layout_id: Identifier, principal: Copier, services: App) -> Response:
    """Show the windows that a version can be copied to, and what would happen at each."""
    return _candidates(request, services, principal, layout_id)


@router.post("/layouts/{layout_id}/copies", name="page_copy_layout")
def copy(
    request: Request,
    layout_id: Identifier,
    principal: Copier,
    services: App,
    windows: Annotated[list[Code] | None, Form(max_length=500)] = None,
) -> Response:
    """Copy a version to the ticked windows and say what came of each."""
    try:
        if not windows:
            raise NoWindowChosenError
        results = copies.copy_layout(services.database, principal, layout_id, windows)
    except DeskcheckError as error:
        if status_of(error) >= 500 or status_of(error) in {401, 403, 404}:
            raise
        return _candidates(request, services, principal, layout_id, trouble_of(request, error), status_of(error))
    rows = [ResultRow(one, RESULT_WORDS[one.effect]) for one in results]
    made = sum(row.one.effect in {CopyEffect.FIRST, CopyEffect.REPLACES} for row in rows)
    view = {"layout_id": layout_id, "rows": rows, "made": made}
    return page(request, "layout_copied.html", view, here="layouts")


def _waiting(
    request: Request,
    services: Services,
    principal: Principal,
    results: list[ApprovalResult] | None = None,
    trouble: Trouble | None = None,
    status: int = 200,
) -> Response:
    with services.database.reading() as session:
        waiting: list[WaitingLayout] = approvals.list_waiting(session, principal)
    view = {
        "waiting": waiting,
        "approvable": sum(not one.own for one in waiting),
        "results": results or [],
        "trouble": trouble,
        "full": len(waiting) >= approvals.MOST_WAITING,
    }
    return page(request, "layouts_waiting.html", view, here="layouts", status=status)


@router.get("/layouts/waiting", name="page_waiting_layouts")
def waiting_page(request: Request, principal: Approver, services: App) -> Response:
    """Show the versions that wait for approval, each with what it changes."""
    return _waiting(request, services, principal)


@router.post("/layouts/waiting", name="page_approve_layouts")
def approve(
    request: Request,
    principal: Approver,
    services: App,
    versions: Annotated[list[str] | None, Form(max_length=500)] = None,
) -> Response:
    """Approve the ticked versions, each on its own; a tick names the version and the one it was shown against."""
    against = dict(filter(None, (_ticked(one) for one in versions or [])))
    if not against:
        error = NoVersionChosenError()
        return _waiting(request, services, principal, None, trouble_of(request, error), status_of(error))
    results = approvals.approve_layouts(services.database, principal, list(against), against)
    return _waiting(request, services, principal, results)


def _ticked(text: str) -> tuple[int, int | None] | None:
    parts = text.split("-")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return None
    return int(parts[0]), int(parts[1]) or None
