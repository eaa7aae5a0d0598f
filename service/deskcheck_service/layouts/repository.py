"""Queries on centres, areas, windows, views and layout versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select, true, update
from sqlalchemy.orm import Session, joinedload

from deskcheck_service.accounts.rights import Scope
from deskcheck_service.tables import (
    Area,
    Camera,
    Centre,
    JudgementRow,
    LayoutState,
    LayoutVersion,
    PlacedItemRow,
    View,
    Window,
)
from deskcheck_service.tables.cameras import CameraState


def within(scope: Scope, centre_id: Any, area_id: Any) -> ColumnElement[bool]:
    """Return the condition that a row's centre or area is within a person's scope.

    Args:
        scope: what the person's roles reach.
        centre_id: the row's centre column.
        area_id: the row's area column.
    """
    if scope.everything:
        return true()
    # An empty list beside the other in an OR would keep the database from its index on the other.
    columns = ((centre_id, scope.centre_ids), (area_id, scope.area_ids))
    return or_(false(), *(column.in_(sorted(keys)) for column, keys in columns if keys))


def centres(session: Session, scope: Scope) -> list[Centre]:
    """Return the centres that a person sees any part of."""
    query = select(Centre).order_by(Centre.code)
    if not scope.everything:
        inside = select(Area.centre_id).where(within(scope, Area.centre_id, Area.id))
        query = query.where(or_(Centre.id.in_(sorted(scope.centre_ids)), Centre.id.in_(inside)))
    return list(session.scalars(query))


def areas(session: Session, scope: Scope) -> list[Area]:
    """Return the areas that a person sees, in route order."""
    query = (
        select(Area).where(within(scope, Area.centre_id, Area.id)).order_by(Area.centre_id, Area.position, Area.code)
    )
    return list(session.scalars(query))


def centre(session: Session, centre_id: int) -> Centre | None:
    """Return a centre."""
    return session.get(Centre, centre_id)


def area(session: Session, area_id: int) -> Area | None:
    """Return an area with its centre."""
    return session.get(Area, area_id, options=[joinedload(Area.centre)])


def centre_by_code(session: Session, code: str) -> Centre | None:
    """Return a centre by its code."""
    return session.scalar(select(Centre).where(Centre.code == code))


def area_by_code(session: Session, centre_id: int, code: str) -> Area | None:
    """Return an area by its code within a centre."""
    return session.scalar(select(Area).where(Area.centre_id == centre_id, Area.code == code))


@dataclass(frozen=True, slots=True)
class WindowRef:
    """A window as what happened at it names it: its code, and the time zone of its centre."""

    code: str
    time_zone: str


def window_ref(window: Window) -> WindowRef:
    """Return the reference to a window whose area and centre are loaded."""
    return WindowRef(window.code, window.area.centre.time_zone)


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A window with what its tile shows."""

    window: Window
    layout_version: int | None
    last: JudgementRow | None
    camera_moved: bool = False


def _windows(scope: Scope) -> Select[Window, int, JudgementRow, bool]:
    newest = (
        select(JudgementRow.id)
        .where(JudgementRow.window_id == Window.id)
        .order_by(JudgementRow.taken_at.desc(), JudgementRow.id.desc())
        .limit(1)
        .correlate(Window)
        .scalar_subquery()
    )
    moved = (
        exists(View.id)
        .where(View.window_id == Window.id, Camera.id == View.camera_id, Camera.state == CameraState.SUSPENDED)
        .correlate(Window)
    )
    return (
        select(Window, LayoutVersion.version, JudgementRow, moved.label("camera_moved"))
        .join(Area, Area.id == Window.area_id)
        .outerjoin(
            LayoutVersion, (LayoutVersion.window_id == Window.id) & (LayoutVersion.state == LayoutState.APPROVED)
        )
        .outerjoin(JudgementRow, JudgementRow.id == newest)
        .where(within(scope, Area.centre_id, Area.id))
        .options(joinedload(Window.area).joinedload(Area.centre))
    )


def windows(session: Session, scope: Scope, area_id: int | None = None) -> list[WindowRow]:
    """Return the windows that a person sees, in route order, with approved layout and last judgement; one query."""
    query = _windows(scope).order_by(Area.centre_id, Area.position, Area.code, Window.position, Window.code)
    if area_id is not None:
        query = query.where(Area.id == area_id)
    return [WindowRow(row[0], row[1], row[2], row[3]) for row in session.execute(query).all()]


def window_row(session: Session, scope: Scope, code: str) -> WindowRow | None:
    """Return one window as ``windows`` does."""
    row = session.execute(_windows(scope).where(Window.code == code)).one_or_none()
    return WindowRow(row[0], row[1], row[2], row[3]) if row is not None else None


def window(session: Session, code: str) -> Window | None:
    """Return a window with its area and centre, whoever asks."""
    query = select(Window).where(Window.code == code)
    return session.scalar(query.options(joinedload(Window.area).joinedload(Area.centre)))


def window_numbers(session: Session, centre_id: int) -> dict[int, str]:
    """Return the codes of a centre's windows by the number that their position stickers carry, which is their key."""
    query = select(Window.id, Window.code).join(Area, Area.id == Window.area_id).where(Area.centre_id == centre_id)
    return {row[0]: row[1] for row in session.execute(query).all()}


_PEOPLE = (
    joinedload(LayoutVersion.author),
    joinedload(LayoutVersion.approver),
    joinedload(LayoutVersion.window).joinedload(Window.area).joinedload(Area.centre),
    joinedload(LayoutVersion.copied_from).joinedload(LayoutVersion.window),
)


def layouts(session: Session, window_id: int) -> list[LayoutVersion]:
    """Return a window's layout versions, newest first."""
    query = select(LayoutVersion).where(LayoutVersion.window_id == window_id).options(*_PEOPLE)
    return list(session.scalars(query.order_by(LayoutVersion.version.desc())))


def layout(session: Session, layout_id: int, *, lock: bool = False) -> LayoutVersion | None:
    """Return a layout version with its window's area; ``lock`` makes other decisions on it wait."""
    query = select(LayoutVersion).where(LayoutVersion.id == layout_id).options(*_PEOPLE)
    if lock:
        session.execute(select(LayoutVersion.id).where(LayoutVersion.id == layout_id).with_for_update())
    return session.scalar(query)


def approved_layout(session: Session, window_id: int) -> LayoutVersion | None:
    """Return the window's approved layout."""
    query = select(LayoutVersion).where(
        LayoutVersion.window_id == window_id, LayoutVersion.state == LayoutState.APPROVED
    )
    return session.scalar(query.options(*_PEOPLE))


def layout_version(session: Session, window_id: int, version: int) -> LayoutVersion | None:
    """Return a window's layout of one version number."""
    query = select(LayoutVersion).where(LayoutVersion.window_id == window_id, LayoutVersion.version == version)
    return session.scalar(query.options(*_PEOPLE))


def newest_version(session: Session, window_id: int) -> int:
    """Return the highest version number of a window; 0 where it has none."""
    return session.scalar(select(func.max(LayoutVersion.version)).where(LayoutVersion.window_id == window_id)) or 0


def retire_approved(session: Session, window_id: int, now: datetime) -> None:
    """Retire the window's approved layout, making room for another."""
    session.execute(
        update(LayoutVersion)
        .where(LayoutVersion.window_id == window_id, LayoutVersion.state == LayoutState.APPROVED)
        .values(state=LayoutState.RETIRED, decided_at=now)
    )


def views(session: Session, window_id: int) -> list[View]:
    """Return a window's views by name."""
    return list(session.scalars(select(View).where(View.window_id == window_id).order_by(View.name)))


def camera_codes(session: Session, window_id: int) -> dict[int, str]:
    """Return the codes of the cameras that a window's views are of, by the camera's key."""
    query = select(Camera.id, Camera.code).join(View, View.camera_id == Camera.id).where(View.window_id == window_id)
    return {row[0]: row[1] for row in session.execute(query).all()}


def view(session: Session, window_id: int, name: str) -> View | None:
    """Return a window's view of that name."""
    return session.scalar(select(View).where(View.window_id == window_id, View.name == name))


def last_items(session: Session, judgement_id: int) -> list[PlacedItemRow]:
    """Return what one judgement saw."""
    query = select(PlacedItemRow).where(PlacedItemRow.judgement_id == judgement_id).order_by(PlacedItemRow.id)
    return list(session.scalars(query))
