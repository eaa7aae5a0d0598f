"""Rows of cameras to the shapes that are shown."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Scope
from deskcheck_service.cameras import repository
from deskcheck_service.cameras.repository import Seen
from deskcheck_service.cameras.schemas import CameraOut, CameraViewOut, LookOut, TaskOut
from deskcheck_service.captures.present import person
from deskcheck_service.layouts.view_columns import corners_of
from deskcheck_service.schemas import Text
from deskcheck_service.tables import Camera, CameraLook, CameraTask


def look_out(row: CameraLook) -> LookOut:
    """Return the shape of a look."""
    return LookOut(
        id=row.id,
        taken_at=row.taken_at,
        received_at=row.received_at,
        state=row.state,
        suspended=row.suspended,
        roll_deg=row.roll_deg,
        shift_share=row.shift_share,
        scale=row.scale,
        sigma_share=row.sigma_share,
        picture_sha256=row.picture_sha256,
    )


def task_out(row: CameraTask) -> TaskOut:
    """Return the shape of a task whose camera, centre and person are loaded."""
    return TaskOut(
        id=row.id,
        camera_code=row.camera.code,
        camera_name=Text(zh=row.camera.name_zh, en=row.camera.name_en),
        time_zone=row.camera.centre.time_zone,
        reason=row.reason,
        opened_at=row.opened_at,
        before_sha256=row.before_sha256,
        after_sha256=row.after_sha256,
        closed_at=row.closed_at,
        closed_by=person(row.closed_by),
        how=row.how,
        note=row.note,
    )


def view_out(seen: Seen) -> CameraViewOut:
    """Return the shape of a window in a camera's picture."""
    view, window = seen.view, seen.view.window
    return CameraViewOut(
        window_code=window.code,
        window_name=Text(zh=window.name_zh, en=window.name_en),
        view=view.name,
        image_wh=(view.width_px, view.height_px),
        corners_px=corners_of(view),
        reference_sha256=view.reference_sha256,
        layout_version=seen.layout_version,
        calibrated_at=view.calibrated_at,
    )


def cameras_out(session: Session, scope: Scope, rows: Iterable[Camera]) -> list[CameraOut]:
    """Return the shapes of cameras, with the windows among theirs that a person reaches; four queries in all."""
    cameras = list(rows)
    keys = [camera.id for camera in cameras]
    views = repository.views(session, keys)
    looks = repository.last_looks(session, keys)
    tasks = repository.open_tasks(session, keys)
    return [
        _camera_out(
            camera,
            [view_out(seen) for seen in views[camera.id] if _reaches(scope, seen)],
            looks.get(camera.id),
            tasks.get(camera.id),
        )
        for camera in cameras
    ]


def _reaches(scope: Scope, seen: Seen) -> bool:
    return scope.reaches(seen.view.window.area.centre_id, seen.view.window.area_id)


def _camera_out(row: Camera, views: list[CameraViewOut], look: CameraLook | None, task: CameraTask | None) -> CameraOut:
    return CameraOut(
        id=row.id,
        centre_id=row.centre_id,
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        time_zone=row.centre.time_zone,
        state=row.state,
        suspended_at=row.suspended_at,
        watched_closely=row.watched_closely,
        reference_sha256=row.reference_sha256,
        views=views,
        last_look=look_out(look) if look is not None else None,
        open_task=task_out(task) if task is not None else None,
    )
