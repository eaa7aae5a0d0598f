"""Routes of cameras."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from deskcheck_service.cameras import linking, service, watching
from deskcheck_service.cameras.schemas import (
    CameraChange,
    CameraChecked,
    CameraNew,
    CameraOut,
    CameraReactivate,
    LookPage,
    TaskOut,
)
from deskcheck_service.dependencies import App, CurrentUser, Reading, Writing
from deskcheck_service.layouts.views import ViewName
from deskcheck_service.schemas import Code
from deskcheck_service.uploads import Upload, picture_form, read_upload

router = APIRouter(tags=["cameras"])


@router.get("/cameras")
def list_cameras(principal: CurrentUser, session: Reading) -> list[CameraOut]:
    """List the cameras that show windows of one's areas, suspended ones first."""
    return service.list_cameras(session, principal)


@router.post("/cameras", status_code=201)
def add_camera(body: CameraNew, principal: CurrentUser, session: Writing) -> CameraOut:
    """Add a fixed camera to a centre."""
    return service.add_camera(session, principal, body)


@router.get("/cameras/{code}")
def read_camera(code: Code, principal: CurrentUser, session: Reading) -> CameraOut:
    """Read a camera: its windows, its last look, its open task."""
    return service.read_camera(session, principal, code)


@router.patch("/cameras/{code}")
def change_camera(code: Code, body: CameraChange, principal: CurrentUser, session: Writing) -> CameraOut:
    """Rename a camera."""
    return service.change_camera(session, principal, code, body)


@router.delete("/cameras/{code}", status_code=204, response_class=Response)
def remove_camera(code: Code, principal: CurrentUser, session: Writing) -> Response:
    """Remove a camera that was never used."""
    service.remove_camera(session, principal, code)
    return Response(status_code=204)


@router.put("/cameras/{code}/views/{window}/{name}")
def link_view(code: Code, window: Code, name: ViewName, principal: CurrentUser, session: Writing) -> CameraOut:
    """Say that a view of a window is what the camera shows."""
    return linking.link_view(session, principal, code, window, name)


@router.delete("/cameras/{code}/views/{window}/{name}")
def unlink_view(code: Code, window: Code, name: ViewName, principal: CurrentUser, session: Writing) -> CameraOut:
    """Say that a view is not the camera's any more."""
    return linking.unlink_view(session, principal, code, window, name)


@router.post(
    "/cameras/{code}/captures",
    status_code=201,
    openapi_extra=picture_form(),
    responses={200: {"model": CameraChecked, "description": "The same picture had come before."}},
)
def check_camera(
    code: Code,
    upload: Annotated[Upload, Depends(read_upload)],
    principal: CurrentUser,
    services: App,
    response: Response,
) -> CameraChecked:
    """Look at a picture of the camera, and judge by it each window that the camera shows."""
    found = watching.check_camera(services, principal, code, upload)
    response.status_code = 201 if found.created else 200
    return found.checked


@router.get("/cameras/{code}/looks")
def list_looks(
    code: Code,
    principal: CurrentUser,
    session: Reading,
    after: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> LookPage:
    """List how the camera hung in its pictures, newest first."""
    return service.list_looks(session, principal, code, after, limit)


@router.post("/cameras/{code}/reactivate")
def reactivate_camera(code: Code, body: CameraReactivate, principal: CurrentUser, session: Writing) -> CameraOut:
    """Say that a suspended camera hangs as before; its next picture must agree."""
    return service.reactivate_camera(session, principal, code, body)


@router.get("/camera-tasks")
def list_camera_tasks(
    principal: CurrentUser, session: Reading, only_open: Annotated[bool, Query()] = True
) -> list[TaskOut]:
    """List the cameras that need people, newest first; with ``only_open=false`` also what was done before."""
    return service.list_tasks(session, principal, only_open=only_open)
