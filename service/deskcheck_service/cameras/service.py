"""Cameras and what they show: added, linked to views, read, made active again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, Scope, scope_of_actor
from deskcheck_service.cameras import recalibration, repository
from deskcheck_service.cameras.permits import end_all
from deskcheck_service.cameras.present import cameras_out, look_out, task_out
from deskcheck_service.cameras.schemas import (
    CameraChange,
    CameraNew,
    CameraOut,
    CameraReactivate,
    LookPage,
    TaskOut,
    WayOut,
)
from deskcheck_service.errors import ExistsError, ForbiddenError, NotFoundError
from deskcheck_service.errors.cameras import CameraActiveError, CameraInUseError
from deskcheck_service.layouts import repository as places
from deskcheck_service.paging import mark, read_mark
from deskcheck_service.schemas import Text
from deskcheck_service.tables import Camera, Role, utc_now
from deskcheck_service.tables.cameras import CameraState, TaskEnd

MAKERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
_MOST_TASKS = 200


def camera_of(session: Session, scope: Scope, code: str, *, lock: bool = False) -> Camera:
    """Return a camera that a scope reaches; ``lock`` makes other looks and decisions at it wait.

    Raises:
        NotFoundError: there is none.
    """
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
    return cameras_out(session, scope, [camera_of(session, scope, code)])[0]


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
    require_centre(actor, centre.id)
    if repository.camera_by_code(session, body.code) is not None:
        raise ExistsError(what=f"camera {body.code}")
    row = Camera(**body.model_dump(), state=CameraState.ACTIVE, watched_closely=False, created_at=utc_now())
    row.centre = centre
    session.add(row)
    session.flush()
    audit.record(session, actor, "camera.add", "camera", row.code)
    return cameras_out(session, Scope(everything=True), [row])[0]


def require_centre(actor: Principal | str, centre_id: int) -> None:
    """Refuse who does not administer a centre.

    Raises:
        ForbiddenError: they do not.
    """
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
    row = camera_of(session, scope, code)
    require_centre(actor, row.centre_id)
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
    row = camera_of(session, scope_of_actor(actor), code, lock=True)
    require_centre(actor, row.centre_id)
    if repository.has_history(session, row.id):
        raise CameraInUseError(camera=code)
    end_all(session, actor, row)
    for seen in repository.views(session, [row.id])[row.id]:
        seen.view.camera_id = None
    session.flush()
    repository.forget_source(session, row.id)
    session.delete(row)
    audit.record(session, actor, "camera.remove", "camera", code)


def list_looks(
    session: Session, actor: Principal | str, code: str, after: str | None = None, limit: int = 50
) -> LookPage:
    """Return a camera's looks, newest first.

    Raises:
        NotFoundError: there is no such camera that the person sees.
        CursorError: ``after`` is not a page mark.
    """
    row = camera_of(session, scope_of_actor(actor), code)
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
    row = camera_of(session, scope_of_actor(actor), code)
    return [task_out(one) for one in repository.tasks_of(session, row.id, limit)]


def ways_out(session: Session, actor: Principal | str, code: str) -> list[WayOut]:
    """Return how far each window of a suspended camera has been calibrated anew; empty where nothing is to be done.

    Raises:
        NotFoundError: there is no such camera that the person sees.
    """
    scope = scope_of_actor(actor)
    row = camera_of(session, scope, code)
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
    row = camera_of(session, scope, code, lock=True)
    _require_all(session, scope, row, Role.SUPERVISOR)
    if row.state is not CameraState.SUSPENDED:
        raise CameraActiveError(camera=code)
    recalibration.end(session, actor, row, TaskEnd.HANGS_AS_BEFORE, body.reason)
    return cameras_out(session, scope_of_actor(actor), [row])[0]
