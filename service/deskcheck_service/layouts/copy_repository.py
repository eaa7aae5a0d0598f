"""Queries on like windows and on what waits for approval."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from deskcheck_service.accounts.rights import Scope
from deskcheck_service.layouts.repository import within
from deskcheck_service.tables import Area, LayoutDraft, LayoutState, LayoutVersion, Window

_ROUTE = (Area.centre_id, Area.position, Area.code, Window.position, Window.code)


def centre_windows(session: Session, scope: Scope, centre_id: int) -> list[Window]:
    """Return a centre's windows within a scope, in route order, with their areas."""
    query = select(Window).join(Area, Area.id == Window.area_id)
    query = query.where(Area.centre_id == centre_id, within(scope, Area.centre_id, Area.id))
    return list(session.scalars(query.options(joinedload(Window.area).joinedload(Area.centre)).order_by(*_ROUTE)))


def hold(session: Session, window_id: int) -> None:
    """Make other copies to a window wait for this one's end; SQLite has one writer anyway."""
    session.execute(select(Window.id).where(Window.id == window_id).with_for_update())


def living_layouts(session: Session, window_ids: Iterable[int]) -> dict[int, list[LayoutVersion]]:
    """Return each window's approved and waiting versions, newest first."""
    found: dict[int, list[LayoutVersion]] = {key: [] for key in window_ids}
    query = select(LayoutVersion).where(
        LayoutVersion.window_id.in_(sorted(found)), LayoutVersion.state != LayoutState.RETIRED
    )
    for row in session.scalars(query.order_by(LayoutVersion.window_id, LayoutVersion.version.desc())):
        found[row.window_id].append(row)
    return found


def drafted_windows(session: Session, window_ids: Iterable[int]) -> set[int]:
    """Return which windows have a working draft."""
    query = select(LayoutDraft.window_id).where(LayoutDraft.window_id.in_(sorted(window_ids)))
    return set(session.scalars(query))


def waiting_ids(session: Session, scope: Scope, limit: int) -> list[int]:
    """Return the keys of the draft versions within a scope, in route order, oldest first within a window."""
    query = (
        select(LayoutVersion.id)
        .join(Window, Window.id == LayoutVersion.window_id)
        .join(Area, Area.id == Window.area_id)
        .where(LayoutVersion.state == LayoutState.DRAFT, within(scope, Area.centre_id, Area.id))
    )
    return list(session.scalars(query.order_by(*_ROUTE, LayoutVersion.version).limit(limit)))
