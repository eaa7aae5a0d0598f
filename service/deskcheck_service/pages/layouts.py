"""Layouts: a file becomes a draft, another person approves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from deskcheck_calibration.layout_text import LayoutFileError
from deskcheck_vision.errors import DeskcheckError
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.dependencies import App
from deskcheck_service.error_responses import status_of
from deskcheck_service.layouts import service
from deskcheck_service.layouts.approvals import count_waiting
from deskcheck_service.layouts.changes import layout_changes_of
from deskcheck_service.layouts.desk_types import list_desk_types
from deskcheck_service.layouts.schemas import LayoutOut
from deskcheck_service.layouts.trial import try_layout
from deskcheck_service.layouts.trial_rows import TrialFinding, TrialRow, TrialSide
from deskcheck_service.layouts.versions import restore_version
from deskcheck_service.pages.access import Trouble, go, needs, trouble_of
from deskcheck_service.pages.desk_map import desk_map_of_text, with_changes
from deskcheck_service.pages.form_errors import NoFileError
from deskcheck_service.pages.i18n import page_language
from deskcheck_service.pages.render import page
from deskcheck_service.pages.states import LAYOUT_WORDS, PageState, machine_state
from deskcheck_service.pages.today import by_area
from deskcheck_service.schemas import Code, Identifier, Text
from deskcheck_service.services import Services
from deskcheck_service.tables import LayoutState
from deskcheck_service.uploads import read_text

router = APIRouter()
Maker = Annotated[Principal, needs("add_layout")]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version in the list of a window.

    Attributes:
        layout: the version.
        word: message id of its state.
        approvable: this person may approve it.
        own: it is a draft of this person, whom four eyes keep from approving it.
        retirable: it can be retired.
    """

    layout: LayoutOut
    word: str
    approvable: bool
    own: bool
    retirable: bool


def version_row(layout: LayoutOut, principal: Principal) -> VersionRow:
    """Return a version as one line for a person."""
    draft = layout.state is LayoutState.DRAFT
    own = draft and layout.author is not None and layout.author.id == principal.user_id
    return VersionRow(
        layout, LAYOUT_WORDS[layout.state], draft and not own, own, layout.state is not LayoutState.RETIRED
    )


@router.get("/layouts", name="page_layouts")
def layouts_page(request: Request, principal: Maker, services: App) -> Response:
    """Show every window with its approved version."""
    with services.database.reading() as session:
        windows = service.list_windows(session, principal)
        waiting = count_waiting(session, principal)
    return page(request, "layouts.html", {"areas": by_area(windows), "waiting": waiting}, here="layouts")


def _window(
    request: Request,
    services: Services,
    principal: Principal,
    code: str,
    trouble: Trouble | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> Response:
    with services.database.reading() as session:
        detail = service.window_detail(session, principal, code)
        versions = service.list_layouts(session, principal, code)
        kinds = list_desk_types(session, principal, detail.window.centre_id)
    view = {
        "window": detail.window,
        "kinds": kinds,
        "versions": [version_row(layout, principal) for layout in versions],
        "trouble": trouble,
        "problems": problems or [],
    }
    return page(request, "window_layouts.html", view, here="layouts", status=status)


def _again(request: Request, services: Services, principal: Principal, code: str, error: DeskcheckError) -> Response:
    status = status_of(error)
    if status in {401, 404} or status >= 500:
        raise error
    language = page_language(request)
    problems = [one.sentence(language) for one in error.problems] if isinstance(error, LayoutFileError) else []
    return _window(request, services, principal, code, trouble_of(request, error), problems, status)


@router.get("/windows/{code}/layouts", name="page_window_layouts")
def window_layouts_page(request: Request, code: Code, principal: Maker, services: App) -> Response:
    """Show a window's versions and the form for a new one."""
    return _window(request, services, principal, code)


@router.post("/windows/{code}/layouts", name="page_add_layout")
async def add_layout(request: Request, code: Code, principal: Maker, services: App) -> Response:
    """Store a layout file as a draft; its problems come back by line."""
    try:
        text = await read_text(request, "layout", services.settings.max_layout_kb)
        if not text.strip():
            raise NoFileError
        layout_id = await run_in_threadpool(_store, services, principal, code, text)
    except DeskcheckError as error:
        return await run_in_threadpool(_again, request, services, principal, code, error)
    return go(f"/layouts/{layout_id}")


def _store(services: Services, principal: Principal, code: str, text: str) -> int:
    with services.database.writing() as session:
        return service.add_layout(session, principal, code, text).id


@router.get("/layouts/{layout_id}", name="page_layout")
def layout_page(
    request: Request,
    layout_id: Identifier,
    principal: Maker,
    services: App,
    against: Annotated[Identifier | None, Query()] = None,
) -> Response:
    """Show one version: drawn, what it changes, as text, and who did what."""
    return _version(request, services, principal, layout_id, against)


def _version(
    request: Request,
    services: Services,
    principal: Principal,
    layout_id: int,
    against: int | None = None,
    trouble: Trouble | None = None,
    status: int = 200,
) -> Response:
    with services.database.reading() as session:
        layout = service.read_layout(session, principal, layout_id)
        others = [one for one in service.list_layouts(session, principal, layout.window_code) if one.id != layout_id]
        changed = layout_changes_of(session, principal, layout_id, against)
    drawn = desk_map_of_text(layout.text, [], page_language(request))
    view = {
        "layout": layout,
        "row": version_row(layout, principal),
        "map": with_changes(drawn, changed.changes),
        "others": others,
        "against": changed.against,
        "changes": changed.changes,
        "trouble": trouble,
    }
    return page(request, "layout.html", view, here="layouts", status=status)


@dataclass(frozen=True, slots=True)
class TriedFinding:
    """A suspicion or doubt of a trial, and how its state looks."""

    finding: TrialFinding
    state: PageState


@dataclass(frozen=True, slots=True)
class TriedSide:
    """What one version says of a picture.

    Attributes:
        state: how its state looks; None where it says nothing.
        findings: what it flags.
        problem: why it says nothing.
    """

    state: PageState | None
    findings: list[TriedFinding]
    problem: Text | None


@dataclass(frozen=True, slots=True)
class TriedRow:
    """One picture of a trial."""

    row: TrialRow
    tried: TriedSide
    present: TriedSide | None


def _tried_side(side: TrialSide) -> TriedSide:
    findings = [TriedFinding(finding, machine_state(finding.state)) for finding in side.findings]
    return TriedSide(machine_state(side.state) if side.state is not None else None, findings, side.problem)


@router.get("/layouts/{layout_id}/trial", name="page_try_layout")
def trial_page(
    request: Request, layout_id: Identifier, principal: Annotated[Principal, needs("try_layout")], services: App
) -> Response:
    """Show what a version would have flagged in the last pictures, beside the version that counts."""
    found = try_layout(services, principal, layout_id)
    rows = [
        TriedRow(row, _tried_side(row.tried), _tried_side(row.present) if row.present is not None else None)
        for row in found.rows
    ]
    return page(request, "layout_trial.html", {"trial": found, "rows": rows}, here="layouts")


@router.post("/layouts/{layout_id}/restore", name="page_restore_layout")
def restore(request: Request, layout_id: Identifier, principal: Maker, services: App) -> Response:
    """Make a new draft of an old version; another person approves it."""
    try:
        with services.database.writing() as session:
            made = restore_version(session, principal, layout_id)
    except DeskcheckError as error:
        status = status_of(error)
        if status in {401, 404} or status >= 500:
            raise
        return _version(request, services, principal, layout_id, None, trouble_of(request, error), status)
    return go(f"/layouts/{made.id}")


@router.post("/layouts/{layout_id}/approve", name="page_approve_layout")
def approve(request: Request, layout_id: Identifier, principal: Maker, services: App) -> Response:
    """Approve a draft of somebody else."""
    return _decide(request, services, principal, layout_id, approve_it=True)


@router.post("/layouts/{layout_id}/retire", name="page_retire_layout")
def retire(request: Request, layout_id: Identifier, principal: Maker, services: App) -> Response:
    """Retire a version."""
    return _decide(request, services, principal, layout_id, approve_it=False)


def _decide(
    request: Request, services: Services, principal: Principal, layout_id: int, *, approve_it: bool
) -> Response:
    with services.database.reading() as session:
        code = service.read_layout(session, principal, layout_id).window_code
    change = service.approve_layout if approve_it else service.retire_layout
    try:
        with services.database.writing() as session:
            change(session, principal, layout_id)
    except DeskcheckError as error:
        return _again(request, services, principal, code, error)
    return go(f"/windows/{code}/layouts")
