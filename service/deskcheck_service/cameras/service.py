"""Cameras and what they show: added, linked to views, read, made active again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, Scope, scope_of_actor
from deskcheck_service.cameras import recalibration, repository
from deskcheck_service.cameras.present import cameras_out, look_out, task_out
from deskcheck_service.cameras.schemas import (
    CameraChange,
    CameraNew,
    CameraOut,
    CameraReactivate,
    LookPage,
    TaskOut,
    ViewChoice,
    WayOut,
)
from deskcheck_service.errors import (
    CameraActiveError,
    CameraInUseError,
    CameraPictureError,
    ExistsError,
    ForbiddenError,
    NotFoundError,
    ViewBareError,
    ViewTakenError,
)
from deskcheck_service.layouts import repository as places
from deskcheck_service.paging import mark, read_mark
from deskcheck_service.schemas import Text
from deskcheck_service.tables import Camera, CameraState, Evidence, Role, TaskEnd, View, utc_now

MAKERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
_SAME_ASPECT = 0.01
_MOST_TASKS = 200


def _camera(session: Session, scope: Scope, code: str, *, lock: bool = False) -> Camera:
    row = repository.camera(session, scope, code, lock=lock)
    if row is None:
        raise NotFoundError(what=f"camera {code}")
    return row


def _require_all(session: Session, scope: Scope, camera: Camera, role: Role) -> None:
    """Refuse who reaches some of a camera's windows only, where the act concerns all of them.

    Raises:
        ForbiddenError: a window lies outside.
    """
    for seen in repository.views(session, [camera.id])[camera.id]:
        area = seen.view.window.area
        if not scope.reaches(area.centre_id, area.id):
            raise ForbiddenError(needed=role.value)


def list_cameras(session: Session, actor: Principal | str) -> list[CameraOut]:
    """Return the cameras that the person sees, suspended ones first."""
    scope = scope_of_actor(actor)
    return cameras_out(session, scope, repository.cameras(session, scope))


def read_camera(session: Session, actor: Principal | str, code: str) -> CameraOut:
    """Return a camera.

    Raises:
        NotFoundError: there is none, or it shows nothing of the person's areas.
    """
    scope = scope_of_actor(actor)
    return cameras_out(session, scope, [_camera(session, scope, code)])[0]


def add_camera(session: Session, actor: Principal | str, body: CameraNew) -> CameraOut:
    """Add a camera to a centre.

    Raises:
        NotFoundError: there is no such centre.
        ExistsError: the code is taken in this installation.
        ForbiddenError: the person does not administer that centre.
    """
    centre = places.centre(session, body.centre_id)
    if centre is None:
        raise NotFoundError(what=f"centre {body.centre_id}")
    _require_centre(actor, centre.id)
    if repository.camera_by_code(session, body.code) is not None:
        raise ExistsError(what=f"camera {body.code}")
    row = Camera(**body.model_dump(), state=CameraState.ACTIVE, watched_closely=False, created_at=utc_now())
    row.centre = centre
    session.add(row)
    session.flush()
    audit.record(session, actor, "camera.add", "camera", row.code)
    return cameras_out(session, Scope(everything=True), [row])[0]


def _require_centre(actor: Principal | str, centre_id: int) -> None:
    scope = scope_of_actor(actor, Role.ADMINISTRATOR)
    if not (scope.everything or centre_id in scope.centre_ids):
        raise ForbiddenError(needed=Role.ADMINISTRATOR.value)


def change_camera(session: Session, actor: Principal | str, code: str, body: CameraChange) -> CameraOut:
    """Rename a camera.

    Raises:
        NotFoundError: there is none that the person sees.
        ForbiddenError: the person does not administer its centre.
    """
    scope = scope_of_actor(actor)
    row = _camera(session, scope, code)
    _require_centre(actor, row.centre_id)
    row.name_zh, row.name_en = body.name_zh or row.name_zh, body.name_en or row.name_en
    session.flush()
    audit.record(session, actor, "camera.change", "camera", code)
    return cameras_out(session, scope, [row])[0]


def remove_camera(session: Session, actor: Principal | str, code: str) -> None:
    """Remove a camera that was never used; its views stay, as usual places of phones.

    Raises:
        NotFoundError: there is none that the person sees.
        ForbiddenError: the person does not administer its centre.
        CameraInUseError: it has a history.
    """
    row = _camera(session, scope_of_actor(actor), code, lock=True)
    _require_centre(actor, row.centre_id)
    if repository.has_history(session, row.id):
        raise CameraInUseError(camera=code)
    for seen in repository.views(session, [row.id])[row.id]:
        seen.view.camera_id = None
    session.flush()
    session.delete(row)
    audit.record(session, actor, "camera.remove", "camera", code)


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
    view.camera_id = None
    session.flush()
    audit.record(session, actor, "camera.unlink", "camera", code, f"{window_code}/{name}")
    left = repository.views(session, [row.id])[row.id]
    if left and all(one.view.reference_sha256 != row.reference_sha256 for one in left):
        recalibration.take_still(row, left[0].view)
    session.flush()
    return cameras_out(session, scope_of_actor(actor), [row])[0]


def list_looks(
    session: Session, actor: Principal | str, code: str, after: str | None = None, limit: int = 50
) -> LookPage:
    """Return a camera's looks, newest first.

    Raises:
        NotFoundError: there is no such camera that the person sees.
        CursorError: ``after`` is not a page mark.
    """
    row = _camera(session, scope_of_actor(actor), code)
    found = repository.looks(session, row.id, read_mark(after) if after is not None else None, limit + 1)
    shown = found[:limit]
    return LookPage(
        items=[look_out(one) for one in shown],
        next=mark(shown[-1].taken_at, shown[-1].id) if len(found) > limit else None,
    )


def list_tasks(session: Session, actor: Principal | str, *, only_open: bool = True) -> list[TaskOut]:
    """Return the tasks at the cameras that the person sees, newest first."""
    rows = repository.tasks(session, scope_of_actor(actor), only_open=only_open, limit=_MOST_TASKS)
    return [task_out(row) for row in rows]


def list_tasks_of(session: Session, actor: Principal | str, code: str, limit: int = 20) -> list[TaskOut]:
    """Return a camera's tasks, newest first.

    Raises:
        NotFoundError: there is no such camera that the person sees.
    """
    row = _camera(session, scope_of_actor(actor), code)
    return [task_out(one) for one in repository.tasks_of(session, row.id, limit)]


def linkable_views(session: Session, actor: Principal | str, code: str) -> list[ViewChoice]:
    """Return the views that the person may link to a camera: with a reference picture, and of no camera yet.

    Raises:
        NotFoundError: there is no such camera that the person sees.
    """
    row = _camera(session, scope_of_actor(actor), code)
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


def ways_out(session: Session, actor: Principal | str, code: str) -> list[WayOut]:
    """Return how far each window of a suspended camera has been calibrated anew; empty where nothing is to be done.

    Raises:
        NotFoundError: there is no such camera that the person sees.
    """
    scope = scope_of_actor(actor)
    row = _camera(session, scope, code)
    task = repository.open_tasks(session, [row.id]).get(row.id)
    if task is None:
        return []
    seen = [one.view for one in repository.views(session, [row.id])[row.id] if one.layout_version is not None]
    waiting = repository.waiting_layouts(session, [view.window_id for view in seen], task.opened_at)
    return [
        WayOut(
            window_code=view.window.code,
            window_name=Text(zh=view.window.name_zh, en=view.window.name_en),
            view=view.name,
            done=recalibration.is_anew(session, view, task),
            waiting_layout_id=waiting.get((view.window_id, view.name)),
        )
        for view in seen
        if scope.reaches(view.window.area.centre_id, view.window.area_id)
    ]


def reactivate_camera(session: Session, actor: Principal | str, code: str, body: CameraReactivate) -> CameraOut:
    """Say that a suspended camera hangs as before; its next picture must agree, or it is suspended again.

    Raises:
        NotFoundError: there is no such camera that the person sees.
        ForbiddenError: it shows windows outside the areas where the person may decide this.
        CameraActiveError: it is not suspended.
    """
    scope = scope_of_actor(actor, *MAKERS)
    row = _camera(session, scope, code, lock=True)
    _require_all(session, scope, row, Role.SUPERVISOR)
    if row.state is not CameraState.SUSPENDED:
        raise CameraActiveError(camera=code)
    recalibration.end(session, actor, row, TaskEnd.HANGS_AS_BEFORE, body.reason)
    return cameras_out(session, scope_of_actor(actor), [row])[0]
