"""Routes of desk types, copying to like windows, approving many at once, and presets."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from deskcheck_service.dependencies import App, CurrentUser, Reading, Writing
from deskcheck_service.layouts import approvals, copies, desk_types, presets
from deskcheck_service.layouts.copy_schemas import (
    ApprovalOrder,
    ApprovalResult,
    CopyCandidates,
    CopyOrder,
    CopyResult,
    WaitingLayout,
)
from deskcheck_service.layouts.desk_type_schemas import (
    DeskTypeChange,
    DeskTypeChoice,
    DeskTypeNew,
    DeskTypeOut,
    WindowCodes,
)
from deskcheck_service.layouts.presets import PresetOut
from deskcheck_service.layouts.schemas import WindowOut
from deskcheck_service.layouts.service import window_detail
from deskcheck_service.schemas import Code, Identifier

router = APIRouter(tags=["like windows"])


@router.get("/desk-types")
def list_desk_types(
    principal: CurrentUser, session: Reading, centre_id: Annotated[Identifier | None, Query()] = None
) -> list[DeskTypeOut]:
    """List the desk types of the centres whose layouts one draws, each with the windows that have it."""
    return desk_types.list_desk_types(session, principal, centre_id)


@router.post("/desk-types", status_code=201)
def add_desk_type(body: DeskTypeNew, principal: CurrentUser, session: Writing) -> DeskTypeOut:
    """Add a desk type to a centre."""
    return desk_types.add_desk_type(session, principal, body)


@router.put("/desk-types/{desk_type_id}")
def change_desk_type(
    desk_type_id: Identifier, body: DeskTypeChange, principal: CurrentUser, session: Writing
) -> DeskTypeOut:
    """Change a desk type; 409 names the windows that have it where its size would change unconfirmed."""
    return desk_types.change_desk_type(session, principal, desk_type_id, body)


@router.delete("/desk-types/{desk_type_id}", status_code=204, response_class=Response)
def remove_desk_type(desk_type_id: Identifier, principal: CurrentUser, session: Writing) -> Response:
    """Delete a desk type that no window has."""
    desk_types.remove_desk_type(session, principal, desk_type_id)
    return Response(status_code=204)


@router.post("/desk-types/{desk_type_id}/windows", status_code=204, response_class=Response)
def give_desk_type(desk_type_id: Identifier, body: WindowCodes, principal: CurrentUser, session: Writing) -> Response:
    """Give windows a desk type, all of them or none."""
    desk_types.set_desk_type(session, principal, body.windows, desk_type_id)
    return Response(status_code=204)


@router.put("/windows/{code}/desk-type")
def set_desk_type(code: Code, body: DeskTypeChoice, principal: CurrentUser, session: Writing) -> WindowOut:
    """Set a window's desk type, or take it away; layouts stay as they are."""
    desk_types.set_desk_type(session, principal, [code], body.desk_type_id)
    return window_detail(session, principal, code).window


@router.get("/layouts/waiting")
def list_waiting_layouts(principal: CurrentUser, session: Reading) -> list[WaitingLayout]:
    """List the versions that wait for approval, in route order, with what each changes."""
    return approvals.list_waiting(session, principal)


@router.post("/layouts/approvals")
def approve_layouts(body: ApprovalOrder, principal: CurrentUser, services: App) -> list[ApprovalResult]:
    """Approve versions one by one, each in a transaction of its own; says of each what came of it."""
    return approvals.approve_layouts(services.database, principal, body.ids, body.against)


@router.get("/layouts/{layout_id}/copies")
def list_copy_candidates(layout_id: Identifier, principal: CurrentUser, session: Reading) -> CopyCandidates:
    """List the windows like a version's own, and what copying it would do at each."""
    return copies.copy_candidates(session, principal, layout_id)


@router.post("/layouts/{layout_id}/copies")
def copy_layout(layout_id: Identifier, body: CopyOrder, principal: CurrentUser, services: App) -> list[CopyResult]:
    """Copy a version to windows as draft versions, each in a transaction of its own; says of each what came of it."""
    return copies.copy_layout(services.database, principal, layout_id, body.windows)


@router.get("/policy-presets")
def list_policy_presets() -> list[PresetOut]:
    """List the presets of policies, each decision with the words of the document that asks for it."""
    return presets.list_presets()
