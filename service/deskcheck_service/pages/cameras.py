"""Cameras: all as tiles, and one with its pictures of before and after, its drift and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from deskcheck_vision.errors import DeskcheckError
from fastapi import APIRouter, Form, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.cameras import linking, service
from deskcheck_service.cameras.schemas import CameraNew, CameraOut, CameraReactivate, LookOut
from deskcheck_service.cameras.source_schemas import SourceTried
from deskcheck_service.cameras.watching import check_camera
from deskcheck_service.dependencies import App, CurrentUser
from deskcheck_service.error_responses import status_of
from deskcheck_service.layouts import service as layouts
from deskcheck_service.pages.access import Trouble, go, needs, trouble_of
from deskcheck_service.pages.camera_health import HealthLine, health_line, health_lines, shown_state, troubled_first
from deskcheck_service.pages.camera_panel import panel_view
from deskcheck_service.pages.drift_plot import LOOK_WORDS, drift_plot
from deskcheck_service.pages.form_errors import CameraFormError, NoPhotoError, ReasonError
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.render import may, page
from deskcheck_service.pages.states import PageState
from deskcheck_service.schemas import Code
from deskcheck_service.services import Services
from deskcheck_service.tables import utc_now
from deskcheck_service.tables.cameras import CameraState, TaskEnd
from deskcheck_service.uploads import read_upload
from deskcheck_service.watching.camera_health import list_camera_health, read_camera_health

router = APIRouter()
_LOOKS_SHOWN = 60

ACTIVE = PageState("pass", "pass", mark("In use"))
MOVED = PageState("inconclusive", "cannot", mark("Camera has moved"))
SILENT = PageState("offline", "offline", mark("No picture yet"))
END_WORDS = {
    TaskEnd.HANGS_AS_BEFORE: mark("It hangs as before"),
    TaskEnd.RECALIBRATED: mark("Calibrated anew"),
}


@dataclass(frozen=True, slots=True)
class Age:
    """How long ago something was, in the largest unit that it fills."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class CameraTile:
    """A camera with how it looks; ``picture`` is its last one, else its still."""

    camera: CameraOut
    state: PageState
    picture: str | None
    age: Age | None


@dataclass(frozen=True, slots=True)
class Outline:
    """A window drawn over the still: points in shares of 1000, and where its name stands."""

    code: str
    points: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look as a line of the table."""

    look: LookOut
    word: str
    shift_percent: str
    roll_deg: str


def camera_state(camera: CameraOut) -> PageState:
    """Return how a camera's state looks."""
    if camera.state is CameraState.SUSPENDED:
        return MOVED
    return ACTIVE if camera.last_look is not None else SILENT


def age_of(look: LookOut | None) -> Age | None:
    """Return how old a camera's last picture is; None without one."""
    if look is None:
        return None
    minutes = max(0, int((utc_now() - look.taken_at).total_seconds() // 60))
    if minutes < 60:
        return Age(minutes, "minutes")
    return Age(minutes // 60, "hours") if minutes < 48 * 60 else Age(minutes // (24 * 60), "days")


def _tile(camera: CameraOut) -> CameraTile:
    picture = camera.last_look.picture_sha256 if camera.last_look is not None else camera.reference_sha256
    return CameraTile(camera, camera_state(camera), picture, age_of(camera.last_look))


def _with_health(tile: CameraTile, line: HealthLine | None) -> CameraTile:
    return replace(tile, state=shown_state(tile.state, line))


def outlines(camera: CameraOut) -> list[Outline]:
    """Return the windows that were drawn on the camera's present still."""
    found = []
    for view in camera.views:
        if view.reference_sha256 != camera.reference_sha256:
            continue
        width, height = view.image_wh
        points = [(round(1000 * x / width, 1), round(1000 * y / height, 1)) for x, y in view.corners_px]
        middle = (sum(x for x, _ in points) / 4, sum(y for _, y in points) / 4)
        text = " ".join(f"{x},{y}" for x, y in points)
        found.append(Outline(view.window_code, text, round(middle[0] / 10, 1), round(middle[1] / 10, 1)))
    return found


def _row(look: LookOut) -> LookRow:
    shift = f"{100 * look.shift_share:.2f}" if look.shift_share is not None else "-"
    roll = f"{look.roll_deg:+.2f}" if look.roll_deg is not None else "-"
    return LookRow(look, LOOK_WORDS[look.state], shift, roll)


def _list(
    request: Request,
    services: Services,
    principal: Principal,
    trouble: Trouble | None = None,
    entered: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    with services.database.reading() as session:
        cameras = service.list_cameras(session, principal)
        centres = layouts.list_centres(session, principal)
        health = health_lines(list_camera_health(session, principal))
    tiles = [_with_health(_tile(camera), health.get(camera.code)) for camera in cameras]
    view = {
        "tiles": sorted(tiles, key=lambda tile: troubled_first(tile.camera.code, health)),
        "health": health,
        "centres": centres,
        "may_add": may(principal, "add_camera"),
        "trouble": trouble,
        "entered": entered or {"code": "", "name_zh": "", "name_en": "", "centre_id": ""},
    }
    return page(request, "cameras.html", view, here="cameras", status=status)


@router.get("/cameras", name="page_cameras")
def cameras_page(request: Request, principal: Annotated[Principal, needs("list_cameras")], services: App) -> Response:
    """Show every camera."""
    return _list(request, services, principal)


@router.post("/cameras", name="page_add_camera")
def add_camera(
    request: Request,
    principal: Annotated[Principal, needs("add_camera")],
    services: App,
    code: Annotated[str, Form(max_length=64)] = "",
    name_zh: Annotated[str, Form(max_length=200)] = "",
    name_en: Annotated[str, Form(max_length=200)] = "",
    centre_id: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Add a camera."""
    entered = {"code": code, "name_zh": name_zh, "name_en": name_en, "centre_id": centre_id}
    try:
        body = _new_camera(entered)
        with services.database.writing() as session:
            service.add_camera(session, principal, body)
    except DeskcheckError as error:
        status = status_of(error)
        if status in {401, 403} or status >= 500:
            raise
        return _list(request, services, principal, trouble_of(request, error), entered, status)
    return go(f"/cameras/{body.code}")


def _new_camera(entered: dict[str, str]) -> CameraNew:
    centre = entered["centre_id"]
    name = entered["name_zh"].strip()
    try:
        return CameraNew(
            centre_id=int(centre) if centre.isascii() and centre.isdigit() else 0,
            code=entered["code"].strip(),
            name_zh=name,
            name_en=entered["name_en"].strip() or name,
        )
    except ValidationError as exc:
        raise CameraFormError(field=str(exc.errors()[0]["loc"][0])) from exc


def one_camera(
    request: Request,
    services: Services,
    principal: Principal,
    code: str,
    trouble: Trouble | None = None,
    status: int = 200,
    *,
    tried: SourceTried | None = None,
    panel_trouble: Trouble | None = None,
    entered: Mapping[str, str] | None = None,
) -> Response:
    """Show one camera, with what was tried or went wrong just now.

    Raises:
        NotFoundError: there is no such camera that the person sees.
    """
    with services.database.reading() as session:
        camera = service.read_camera(session, principal, code)
        found = service.list_looks(session, principal, code, limit=_LOOKS_SHOWN)
        view = _camera_view(session, principal, camera, found.items)
        view |= panel_view(session, principal, camera, tried, panel_trouble, entered)
    return page(request, "camera.html", {**view, "trouble": trouble}, here="cameras", status=status)


def _camera_view(session: Session, principal: Principal, camera: CameraOut, looks: list[LookOut]) -> dict[str, object]:
    may_link = may(principal, "link_view")
    still_wh = next((one.image_wh for one in camera.views), (4, 3))
    past = [one for one in service.list_tasks_of(session, principal, camera.code) if one.closed_at is not None]
    line = health_line(read_camera_health(session, principal, camera.code))
    return {
        "camera": camera,
        "line": line,
        "tile": _with_health(_tile(camera), line),
        "outlines": outlines(camera),
        "plot": drift_plot(looks, still_wh, camera.time_zone),
        "rows": [_row(look) for look in looks],
        "ways": service.ways_out(session, principal, camera.code) if camera.open_task is not None else [],
        "past": [(one, END_WORDS[one.how]) for one in past if one.how is not None],
        "linkable": linking.linkable_views(session, principal, camera.code) if may_link else [],
        "may_link": may_link,
        "may_decide": may(principal, "reactivate_camera"),
        "may_check": may(principal, "check_camera"),
    }


@router.get("/cameras/{code}", name="page_camera")
def camera_page(request: Request, code: Code, principal: CurrentUser, services: App) -> Response:
    """Show one camera."""
    return one_camera(request, services, principal, code)


def _again(request: Request, services: Services, principal: Principal, code: str, error: DeskcheckError) -> Response:
    status = status_of(error)
    if status in {401, 404} or status >= 500:
        raise error
    return one_camera(request, services, principal, code, trouble_of(request, error), status)


@router.post("/cameras/{code}/reactivate", name="page_reactivate_camera")
def reactivate(
    request: Request,
    code: Code,
    principal: Annotated[Principal, needs("reactivate_camera")],
    services: App,
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Say that the camera hangs as before."""
    try:
        try:
            body = CameraReactivate(reason=reason.strip())
        except ValidationError as exc:
            raise ReasonError from exc
        with services.database.writing() as session:
            service.reactivate_camera(session, principal, code, body)
    except DeskcheckError as error:
        return _again(request, services, principal, code, error)
    return go(f"/cameras/{code}")


@router.post("/cameras/{code}/views", name="page_link_view")
def link(
    request: Request,
    code: Code,
    principal: Annotated[Principal, needs("link_view")],
    services: App,
    view: Annotated[str, Form(max_length=300)] = "",
    remove: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Link a view to the camera or take it off; both name it as window, slash, view."""
    window, _, name = (remove or view).partition("/")
    try:
        with services.database.writing() as session:
            change = linking.unlink_view if remove else linking.link_view
            change(session, principal, code, window, name)
    except DeskcheckError as error:
        return _again(request, services, principal, code, error)
    return go(f"/cameras/{code}")


@router.post("/cameras/{code}/captures", name="page_check_camera")
async def check(
    request: Request, code: Code, principal: Annotated[Principal, needs("check_camera")], services: App
) -> Response:
    """Look at a picture of the camera that somebody chose, as at any other that comes in."""
    try:
        upload = await read_upload(request)
        if not upload.photo:
            raise NoPhotoError
        await run_in_threadpool(check_camera, services, principal, code, upload)
    except DeskcheckError as error:
        return await run_in_threadpool(_again, request, services, principal, code, error)
    return go(f"/cameras/{code}")
