"""Which windows a camera shows: views linked to it and taken off again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, Scope, scope_of_actor
from deskcheck_service.cameras import permits, recalibration, repository
from deskcheck_service.cameras.present import cameras_out
from deskcheck_service.cameras.schemas import CameraOut, ViewChoice
from deskcheck_service.cameras.service import MAKERS, camera_of
from deskcheck_service.errors import NotFoundError
from deskcheck_service.errors.cameras import CameraPictureError, ViewBareError, ViewTakenError
from deskcheck_service.layouts import repository as places
from deskcheck_service.schemas import Text
from deskcheck_service.tables import Camera, Evidence, View

_SAME_ASPECT = 0.01


def _view(session: Session, actor: Principal | str, window_code: str, name: str) -> View:
    window = places.window(session, window_code)
    if window is None or not scope_of_actor(actor, *MAKERS).reaches(window.area.centre_id, window.area_id):
        raise NotFoundError(what=f"window {window_code}")
    view = places.view(session, window.id, name)
    if view is None:
        raise NotFoundError(what=f"view {name}")
    view.window = window
    return view


def link_view(session: Session, actor: Principal | str, code: str, window_code: str, name: str) -> CameraOut:
    """Say that a view of a window is what a camera shows; the camera's first view brings its reference still.

    Raises:
        NotFoundError: there is no such camera of that centre, window or view that the person sees.
        ViewBareError: the view has no reference picture.
        ViewTakenError: it is another camera's, or the camera has a view of that window.
        CameraPictureError: its reference picture has other proportions than the camera's still.
    """
    view = _view(session, actor, window_code, name)
    row = repository.camera(session, Scope(everything=True), code, lock=True)
    if row is None or row.centre_id != view.window.area.centre_id:
        raise NotFoundError(what=f"camera {code}")
    seen = [one.view for one in repository.views(session, [row.id])[row.id]]
    if view.reference_sha256 is None:
        raise ViewBareError(view=name)
    if view.camera_id not in (None, row.id) or any(o.window_id == view.window_id and o.id != view.id for o in seen):
        raise ViewTakenError(view=name, camera=code)
    if row.reference_sha256 is None or not seen:
        recalibration.take_still(row, view)
    require_proportions(row, (view.width_px, view.height_px))
    view.camera_id = row.id
    session.flush()
    _share_pictures(session, row, view.window_id)
    audit.record(session, actor, "camera.link", "camera", code, f"{window_code}/{name}")
    scope = scope_of_actor(actor)
    return cameras_out(session, scope, [row])[0]


def require_proportions(camera: Camera, image_wh: tuple[int, int]) -> None:
    """Refuse a picture that cannot be a camera's.

    Raises:
        CameraPictureError: it has other proportions than the camera's still.
    """
    width, height = camera.reference_width_px or image_wh[0], camera.reference_height_px or image_wh[1]
    if abs(width * image_wh[1] / (height * image_wh[0]) - 1) > _SAME_ASPECT:
        raise CameraPictureError(
            camera=camera.code,
            width_px=image_wh[0],
            height_px=image_wh[1],
            still_width_px=width,
            still_height_px=height,
        )


def _share_pictures(session: Session, camera: Camera, window_id: int) -> None:
    """Let who may see a newly linked window see what its camera shows now: the still and the open task's pictures."""
    task = repository.open_tasks(session, [camera.id]).get(camera.id)
    last = repository.last_looks(session, [camera.id]).get(camera.id)
    wanted = {camera.reference_sha256, last.picture_sha256 if last is not None else None}
    if task is not None:
        wanted |= {task.before_sha256, task.after_sha256}
    known = {row.sha256 for row in repository.pictures(session, [window_id], wanted)}
    for row in repository.pictures(session, None, {one for one in wanted if one not in known}):
        if row.sha256 not in known:
            known.add(row.sha256)
            session.add(
                Evidence(
                    sha256=row.sha256,
                    window_id=window_id,
                    kind=row.kind,
                    media_type=row.media_type,
                    byte_count=row.byte_count,
                    created_at=row.created_at,
                )
            )
    session.flush()


def unlink_view(session: Session, actor: Principal | str, code: str, window_code: str, name: str) -> CameraOut:
    """Say that a view is not a camera's any more; the view stays.

    Raises:
        NotFoundError: there is no such camera, window or view that the person sees, or they do not belong together.
    """
    view = _view(session, actor, window_code, name)
    row = repository.camera(session, Scope(everything=True), code, lock=True)
    if row is None or view.camera_id != row.id:
        raise NotFoundError(what=f"camera {code}")
    permits.end(session, actor, row.code, [view.id])
    view.camera_id = None
    session.flush()
    audit.record(session, actor, "camera.unlink", "camera", code, f"{window_code}/{name}")
    left = repository.views(session, [row.id])[row.id]
    if left and all(one.view.reference_sha256 != row.reference_sha256 for one in left):
        recalibration.take_still(row, left[0].view)
    session.flush()
    return cameras_out(session, scope_of_actor(actor), [row])[0]


def linkable_views(session: Session, actor: Principal | str, code: str) -> list[ViewChoice]:
    """Return the views that the person may link to a camera: with a reference picture, and of no camera yet.

    Raises:
        NotFoundError: there is no such camera that the person sees.
    """
    row = camera_of(session, scope_of_actor(actor), code)
    shown = {seen.view.window_id for seen in repository.views(session, [row.id])[row.id]}
    found = repository.free_views(session, scope_of_actor(actor, *MAKERS), row.centre_id)
    return [
        ViewChoice(
            window_code=view.window.code,
            window_name=Text(zh=view.window.name_zh, en=view.window.name_en),
            view=view.name,
        )
        for view in found
        if view.window_id not in shown
    ]
