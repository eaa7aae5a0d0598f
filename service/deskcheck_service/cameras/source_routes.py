"""Routes of cameras' sources and permits."""

from __future__ import annotations

from fastapi import APIRouter, Response

from deskcheck_service.cameras import permitting, source_setting, trying
from deskcheck_service.cameras.source_schemas import PermitNew, SourceOut, SourceSet, SourceTried, ViewPermitOut
from deskcheck_service.dependencies import App, CurrentUser, Reading, Writing
from deskcheck_service.schemas import Code

router = APIRouter(tags=["cameras"])


@router.get("/cameras/{code}/source")
def read_source(code: Code, principal: CurrentUser, session: Reading) -> SourceOut:
    """Read where a camera's frames come from; never its password."""
    return source_setting.read_source(session, principal, code)


@router.put("/cameras/{code}/source")
def set_source(code: Code, body: SourceSet, principal: CurrentUser, services: App, session: Writing) -> SourceOut:
    """Say where a camera's frames come from. Another address turns its views off until they are approved again."""
    return source_setting.set_source(session, services, principal, code, body)


@router.delete("/cameras/{code}/source", status_code=204, response_class=Response)
def clear_source(code: Code, principal: CurrentUser, session: Writing) -> Response:
    """Forget where a camera's frames come from, with its password."""
    source_setting.clear_source(session, principal, code)
    return Response(status_code=204)


@router.post("/cameras/{code}/source/try")
def try_source(code: Code, principal: CurrentUser, services: App) -> SourceTried:
    """Open the source, and show one masked picture and what was negotiated; nothing is kept."""
    return trying.try_source(services, principal, code)


@router.get("/cameras/{code}/permits")
def list_permits(code: Code, principal: CurrentUser, session: Reading) -> list[ViewPermitOut]:
    """List the camera's views with what they may be audited for; those without are off."""
    return permitting.list_permits(session, principal, code)


@router.post("/cameras/{code}/permits", status_code=201)
def grant_permits(code: Code, body: PermitNew, principal: CurrentUser, session: Writing) -> list[ViewPermitOut]:
    """Turn views on, in one's own name; who set the address may not."""
    return permitting.grant(session, principal, code, body)


@router.delete("/cameras/{code}/permits/{window}")
def revoke_permit(code: Code, window: Code, principal: CurrentUser, session: Writing) -> list[ViewPermitOut]:
    """Turn the view of a window off at once."""
    return permitting.revoke(session, principal, code, window)
