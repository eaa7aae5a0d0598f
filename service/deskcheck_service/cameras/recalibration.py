"""When a camera is suspended, and what makes it active again; everything within the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from deskcheck_calibration.camera_guard import DEFAULT_LIMITS, GuardState, suspends
from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.cameras import repository
from deskcheck_service.tables import (
    Camera,
    CameraLook,
    CameraTask,
    View,
    utc_now,
)
from deskcheck_service.tables.cameras import CameraState, LookState, TaskEnd, TaskReason

# Enough to find a streak among pictures that could not tell.
_LOOKED_BACK = 20


def weigh(session: Session, actor: Principal | str, camera: Camera, look: CameraLook) -> None:
    """Suspend a camera where its last looks say so, the newest of them already stored, and open a task."""
    if camera.state is CameraState.SUSPENDED or not _counts(camera, look):
        return
    streak = _streak(session, camera)
    told = suspends([GuardState(one.state.value) for one in streak], DEFAULT_LIMITS)
    if told or (camera.watched_closely and look.state is LookState.MOVED):
        moved = [one for one in streak if one.state is LookState.MOVED] or [look]
        _suspend(session, actor, camera, look, since=_last_run(streak, moved)[0].received_at)
    elif look.state in (LookState.STEADY, LookState.DRIFTED):
        camera.watched_closely = False


def _counts(camera: Camera, look: CameraLook) -> bool:
    return camera.counted_from is None or look.taken_at >= camera.counted_from


def _streak(session: Session, camera: Camera) -> list[CameraLook]:
    """Return the last looks that count, oldest first."""
    looks = repository.looks(session, camera.id, limit=_LOOKED_BACK)
    return [one for one in reversed(looks) if _counts(camera, one)]


def _last_run(streak: list[CameraLook], moved: list[CameraLook]) -> list[CameraLook]:
    """Return the looks that said "moved" since one said that all is well."""
    well = [at for at, one in enumerate(streak) if one.state in (LookState.STEADY, LookState.DRIFTED)]
    since = streak[well[-1] + 1 :] if well else streak
    return [one for one in since if one.state is LookState.MOVED] or moved[-1:]


def _suspend(session: Session, actor: Principal | str, camera: Camera, look: CameraLook, since: datetime) -> None:
    now = utc_now()
    camera.state, camera.suspended_at, camera.watched_closely = CameraState.SUSPENDED, now, False
    look.suspended = True
    task = CameraTask(
        camera_id=camera.id,
        reason=TaskReason.CAMERA_MOVED,
        opened_at=now,
        moved_since=since,
        before_sha256=look.reference_sha256,
        after_sha256=look.picture_sha256,
        note="",
    )
    session.add(task)
    session.flush()
    audit.record(session, actor, "camera.suspend", "camera", camera.code, f"task {task.id}")


def end(session: Session, actor: Principal | str, camera: Camera, how: TaskEnd, note: str) -> None:
    """Close a camera's open task and make the camera active; its next picture that tells anything must agree."""
    now = utc_now()
    task = repository.open_tasks(session, [camera.id]).get(camera.id)
    if task is not None:
        task.closed_at, task.how, task.note = now, how, note
        task.closed_by_id = actor.user_id if isinstance(actor, Principal) else None
    camera.state, camera.suspended_at = CameraState.ACTIVE, None
    camera.watched_closely, camera.counted_from = True, now
    session.flush()
    audit.record(session, actor, "camera.reactivate", "camera", camera.code, f"{how.value}: {note}" if note else how)


def take_still(camera: Camera, view: View) -> None:
    """Make a view's reference picture the still that its camera is held against."""
    camera.reference_sha256 = view.reference_sha256
    camera.reference_width_px, camera.reference_height_px = view.width_px, view.height_px


def still_changed(session: Session, actor: Principal | str, view: View, *, approved: bool) -> None:
    """Tell the camera of a view that the view's reference picture was replaced.

    Where a camera is active, its still follows as soon as none of its views was drawn on the old one. Where it is
    suspended, only an approved layout counts: once every window with an approved layout has been drawn anew on a
    picture from after the move, the task closes.

    Args:
        session: with the view written.
        actor: who did it.
        view: the view.
        approved: with a layout version that another person approved.
    """
    if view.camera_id is None or view.reference_sha256 is None:
        return
    camera = repository.camera_by_key(session, view.camera_id)
    if camera is None:
        return
    seen = [one.view for one in repository.views(session, [camera.id])[camera.id]]
    if camera.state is CameraState.ACTIVE:
        if all(one.reference_sha256 != camera.reference_sha256 for one in seen):
            take_still(camera, view)
            camera.counted_from = utc_now()
            audit.record(session, actor, "camera.still", "camera", camera.code, view.reference_sha256)
        return
    task = repository.open_tasks(session, [camera.id]).get(camera.id)
    if approved and task is not None and not pending(session, camera, task):
        take_still(camera, view)
        end(session, actor, camera, TaskEnd.RECALIBRATED, "")


def pending(session: Session, camera: Camera, task: CameraTask) -> list[View]:
    """Return the views that still have to be drawn anew before a task closes."""
    seen = repository.views(session, [camera.id])[camera.id]
    return [one.view for one in seen if one.layout_version is not None and not is_anew(session, one.view, task)]


def is_anew(session: Session, view: View, task: CameraTask) -> bool:
    """Tell whether a view was approved since a task opened, on a picture that came in since the camera moved."""
    if view.calibrated_at is None or view.calibrated_at < task.opened_at or view.reference_sha256 is None:
        return False
    stored = repository.stored_at(session, view.window_id, view.reference_sha256)
    return stored is not None and stored >= task.moved_since
