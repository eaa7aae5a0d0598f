"""Queries on cameras, their views, looks and tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from deskcheck_service.accounts.rights import Scope
from deskcheck_service.layouts.repository import within
from deskcheck_service.tables import (
    Area,
    Camera,
    CameraLook,
    CameraTask,
    Evidence,
    LayoutState,
    LayoutVersion,
    View,
    Window,
)
from deskcheck_service.tables.base import as_moment
from deskcheck_service.tables.sources import CameraSource, SourceType


@dataclass(frozen=True, slots=True)
class Seen:
    """A view of a camera with the version of its window's approved layout."""

    view: View
    layout_version: int | None


def reachable(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a person sees a camera: its whole centre, or one of the windows that it shows."""
    if scope.everything:
        return within(scope, Camera.centre_id, Camera.centre_id)
    windows = (
        select(View.id)
        .join(Window, Window.id == View.window_id)
        .join(Area, Area.id == Window.area_id)
        .where(View.camera_id == Camera.id, within(scope, Area.centre_id, Area.id))
    )
    return or_(Camera.centre_id.in_(sorted(scope.centre_ids)), exists(windows))


def cameras(session: Session, scope: Scope) -> list[Camera]:
    """Return the cameras that a person sees, suspended ones first, then by code."""
    query = select(Camera).where(reachable(scope)).options(joinedload(Camera.centre))
    return list(session.scalars(query.order_by(Camera.suspended_at.is_(None), Camera.code)))


def camera(session: Session, scope: Scope, code: str, *, lock: bool = False) -> Camera | None:
    """Return a camera that a person sees; ``lock`` makes other looks and decisions at it wait."""
    query = select(Camera).where(Camera.code == code, reachable(scope)).options(joinedload(Camera.centre))
    if lock:
        session.execute(select(Camera.id).where(Camera.code == code).with_for_update())
        query = query.execution_options(populate_existing=True)
    return session.scalar(query)


def camera_by_code(session: Session, code: str) -> Camera | None:
    """Return a camera, whoever asks."""
    return session.scalar(select(Camera).where(Camera.code == code).options(joinedload(Camera.centre)))


def camera_by_key(session: Session, camera_id: int) -> Camera | None:
    """Return a camera with its centre; other looks and decisions at it wait."""
    session.execute(select(Camera.id).where(Camera.id == camera_id).with_for_update())
    query = select(Camera).where(Camera.id == camera_id).options(joinedload(Camera.centre))
    return session.scalar(query.execution_options(populate_existing=True))


def locked_view(session: Session, view_id: int) -> View | None:
    """Return a view as the database has it now; others who would change it wait."""
    session.execute(select(View.id).where(View.id == view_id).with_for_update())
    return session.scalar(select(View).where(View.id == view_id).execution_options(populate_existing=True))


def views(session: Session, camera_ids: Iterable[int]) -> dict[int, list[Seen]]:
    """Return the views of cameras by camera, in route order, with window, area and centre."""
    keys = sorted(set(camera_ids))
    found: dict[int, list[Seen]] = {key: [] for key in keys}
    approved = and_(LayoutVersion.window_id == View.window_id, LayoutVersion.state == LayoutState.APPROVED)
    query = (
        select(View, LayoutVersion.version)
        .join(Window, Window.id == View.window_id)
        .join(Area, Area.id == Window.area_id)
        .outerjoin(LayoutVersion, approved)
        .where(View.camera_id.in_(keys))
        .options(joinedload(View.window).joinedload(Window.area).joinedload(Area.centre))
        .order_by(Area.position, Area.code, Window.position, Window.code)
    )
    for row in session.execute(query).all():
        found[row[0].camera_id or 0].append(Seen(row[0], row[1]))
    return found


def free_views(session: Session, scope: Scope, centre_id: int) -> list[View]:
    """Return a centre's views with a reference picture and without a camera, of windows that a person reaches."""
    query = (
        select(View)
        .join(Window, Window.id == View.window_id)
        .join(Area, Area.id == Window.area_id)
        .where(
            View.camera_id.is_(None),
            View.reference_sha256.is_not(None),
            Area.centre_id == centre_id,
            within(scope, Area.centre_id, Area.id),
        )
        .options(joinedload(View.window))
    )
    return list(session.scalars(query.order_by(Window.code, View.name)))


def _newest_looks() -> Select[int]:
    return (
        select(CameraLook.id)
        .where(CameraLook.camera_id == Camera.id)
        .order_by(CameraLook.taken_at.desc(), CameraLook.id.desc())
        .limit(1)
        .correlate(Camera)
    )


def last_looks(session: Session, camera_ids: Iterable[int]) -> dict[int, CameraLook]:
    """Return the newest look of each camera that has one."""
    newest = _newest_looks().scalar_subquery()
    query = select(CameraLook).join(Camera, CameraLook.id == newest).where(Camera.id.in_(sorted(set(camera_ids))))
    return {row.camera_id: row for row in session.scalars(query)}


def looks(
    session: Session, camera_id: int, after: tuple[datetime, int] | None = None, limit: int = 50
) -> list[CameraLook]:
    """Return a camera's looks, newest first, after a (time, key) pair."""
    query = select(CameraLook).where(CameraLook.camera_id == camera_id)
    if after is not None:
        query = query.where(tuple_(CameraLook.taken_at, CameraLook.id) < tuple_(as_moment(after[0]), after[1]))
    return list(session.scalars(query.order_by(CameraLook.taken_at.desc(), CameraLook.id.desc()).limit(limit)))


def look_of_photo(session: Session, camera_id: int, reference_sha256: str, photo_sha256: str) -> CameraLook | None:
    """Return the look at a picture that came before."""
    query = select(CameraLook).where(
        CameraLook.camera_id == camera_id,
        CameraLook.reference_sha256 == reference_sha256,
        CameraLook.photo_sha256 == photo_sha256,
    )
    return session.scalar(query)


def source_kind(session: Session, camera_id: int) -> SourceType | None:
    """Return how a camera is asked for frames; None where nothing is set."""
    return session.scalar(select(CameraSource.kind).where(CameraSource.camera_id == camera_id))


def look_before(session: Session, camera_id: int, look_id: int) -> CameraLook | None:
    """Return the look at a camera that was written down before another one."""
    query = select(CameraLook).where(CameraLook.camera_id == camera_id, CameraLook.id < look_id)
    return session.scalar(query.order_by(CameraLook.id.desc()).limit(1))


def has_history(session: Session, camera_id: int) -> bool:
    """Tell whether any picture of a camera was looked at."""
    return session.scalar(select(CameraLook.id).where(CameraLook.camera_id == camera_id).limit(1)) is not None


def forget_source(session: Session, camera_id: int) -> None:
    """Delete where a camera's frames come from."""
    session.execute(delete(CameraSource).where(CameraSource.camera_id == camera_id))


_TASK = (joinedload(CameraTask.camera).joinedload(Camera.centre), joinedload(CameraTask.closed_by))


def open_tasks(session: Session, camera_ids: Iterable[int]) -> dict[int, CameraTask]:
    """Return the open task of each camera that has one."""
    query = select(CameraTask).where(CameraTask.camera_id.in_(sorted(set(camera_ids))), CameraTask.closed_at.is_(None))
    return {row.camera_id: row for row in session.scalars(query.options(*_TASK))}


def tasks_of(session: Session, camera_id: int, limit: int) -> list[CameraTask]:
    """Return a camera's tasks, newest first."""
    query = select(CameraTask).where(CameraTask.camera_id == camera_id).options(*_TASK)
    return list(session.scalars(query.order_by(CameraTask.id.desc()).limit(limit)))


def tasks(session: Session, scope: Scope, *, only_open: bool, limit: int) -> list[CameraTask]:
    """Return the tasks at cameras that a person sees, newest first."""
    query = select(CameraTask).join(Camera, Camera.id == CameraTask.camera_id).where(reachable(scope))
    if only_open:
        query = query.where(CameraTask.closed_at.is_(None))
    return list(session.scalars(query.options(*_TASK).order_by(CameraTask.id.desc()).limit(limit)))


def stored_at(session: Session, window_id: int, sha256: str) -> datetime | None:
    """Return when a picture became one of a window's."""
    return session.scalar(select(Evidence.created_at).where(Evidence.window_id == window_id, Evidence.sha256 == sha256))


def pictures(session: Session, window_ids: Sequence[int] | None, sha256s: Iterable[str | None]) -> list[Evidence]:
    """Return the rows of some stored pictures, of some windows or (None) of any."""
    query = select(Evidence).where(Evidence.sha256.in_(sorted(one for one in sha256s if one is not None)))
    if window_ids is not None:
        query = query.where(Evidence.window_id.in_(sorted(window_ids)))
    return list(session.scalars(query.order_by(Evidence.created_at)))


def waiting_layouts(session: Session, window_ids: Sequence[int], since: datetime) -> dict[tuple[int, str], int]:
    """Return the keys of draft versions drawn on a still since a time, by window and view."""
    query = (
        select(LayoutVersion.window_id, LayoutVersion.reference_view, LayoutVersion.id)
        .where(
            LayoutVersion.window_id.in_(sorted(window_ids)),
            LayoutVersion.state == LayoutState.DRAFT,
            LayoutVersion.reference_sha256.is_not(None),
            LayoutVersion.created_at >= since,
        )
        .order_by(LayoutVersion.id)
    )
    return {(row[0], row[1] or ""): row[2] for row in session.execute(query).all()}
