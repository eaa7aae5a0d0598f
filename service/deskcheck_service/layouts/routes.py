"""Routes of centres, areas, windows, views and layouts."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from deskcheck_vision.errors import Language
from fastapi import APIRouter, Depends, Query, Request, Response

from deskcheck_service.dependencies import App, CurrentUser, Reading, Writing, language_of
from deskcheck_service.layouts import service
from deskcheck_service.layouts.schemas import (
    AreaNew,
    AreaOut,
    CentreNew,
    CentreOut,
    LayoutNew,
    LayoutOut,
    LayoutText,
    ViewOut,
    WindowDetail,
    WindowNew,
    WindowOut,
)
from deskcheck_service.layouts.stickers import sheet_of
from deskcheck_service.layouts.views import ViewName, put_reference
from deskcheck_service.schemas import Code, Identifier
from deskcheck_service.uploads import Upload, photo_form, read_upload

router = APIRouter(tags=["places and layouts"])


@router.get("/centres")
def list_centres(principal: CurrentUser, session: Reading) -> list[CentreOut]:
    """List the centres that one sees any part of."""
    return service.list_centres(session, principal)


@router.post("/centres", status_code=201)
def add_centre(body: CentreNew, principal: CurrentUser, session: Writing) -> CentreOut:
    """Add a centre."""
    return service.add_centre(session, principal, body)


@router.get("/areas")
def list_areas(principal: CurrentUser, session: Reading) -> list[AreaOut]:
    """List the areas that one sees, in route order."""
    return service.list_areas(session, principal)


@router.post("/areas", status_code=201)
def add_area(body: AreaNew, principal: CurrentUser, session: Writing) -> AreaOut:
    """Add a responsibility area."""
    return service.add_area(session, principal, body)


@router.get("/windows")
def list_windows(
    principal: CurrentUser, session: Reading, area_id: Annotated[Identifier | None, Query()] = None
) -> list[WindowOut]:
    """List the windows that one sees, in route order, each with its last judgement."""
    return service.list_windows(session, principal, area_id)


@router.post("/windows", status_code=201)
def add_window(body: WindowNew, principal: CurrentUser, session: Writing) -> WindowOut:
    """Add a window."""
    return service.add_window(session, principal, body)


@router.get("/windows/{code}")
def window_detail(code: Code, principal: CurrentUser, session: Reading) -> WindowDetail:
    """Read all about a window: approved layout, views, what stood where last."""
    return service.window_detail(session, principal, code)


@router.get("/windows/{code}/layouts")
def list_layouts(code: Code, principal: CurrentUser, session: Reading) -> list[LayoutOut]:
    """List a window's layout versions, newest first."""
    return service.list_layouts(session, principal, code)


@router.post("/windows/{code}/layouts", status_code=201)
def add_layout(code: Code, body: LayoutNew, principal: CurrentUser, session: Writing) -> LayoutOut:
    """Send a layout file as a draft; problems are named by line."""
    return service.add_layout(session, principal, code, body.text)


@router.get(
    "/windows/{code}/stickers.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}},
)
def window_stickers(code: Code, request: Request, principal: CurrentUser, session: Reading) -> Response:
    """Read the window's sheet of position stickers, an A4 page to print at 100 %."""
    language: Language = "en" if language_of(request) == "en" else "zh"
    return sheet_response(sheet_of(session, principal, code, language), code)


def sheet_response(content: bytes, code: str) -> Response:
    """Return a sheet of stickers as a browser shows it; saved, it is named after the window."""
    name = quote(f"stickers-{code}.pdf")
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}", "Cache-Control": "private, max-age=0"}
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/layouts/{layout_id}")
def read_layout(layout_id: Identifier, principal: CurrentUser, session: Reading) -> LayoutText:
    """Read a layout version with its text."""
    return service.read_layout(session, principal, layout_id)


@router.post("/layouts/{layout_id}/approve")
def approve_layout(layout_id: Identifier, principal: CurrentUser, session: Writing) -> LayoutOut:
    """Approve a draft that another person drew up."""
    return service.approve_layout(session, principal, layout_id)


@router.post("/layouts/{layout_id}/retire")
def retire_layout(layout_id: Identifier, principal: CurrentUser, session: Writing) -> LayoutOut:
    """Retire a layout version."""
    return service.retire_layout(session, principal, layout_id)


@router.put("/windows/{code}/views/{name}", openapi_extra=photo_form(corners_required=True))
def put_view(
    code: Code,
    name: ViewName,
    upload: Annotated[Upload, Depends(read_upload)],
    principal: CurrentUser,
    services: App,
    response: Response,
) -> ViewOut:
    """Set the reference picture of a place that pictures are taken from, with the desk's corners in it."""
    view, created = put_reference(services, principal, code, name, upload)
    response.status_code = 201 if created else 200
    return view
