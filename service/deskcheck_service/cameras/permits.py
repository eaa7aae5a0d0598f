"""What a camera's view may be audited for, on what legal basis, and who approved it; without that it is off."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.tables import Area, Camera, View, Window, utc_now
from deskcheck_service.tables.sources import ViewPermit


def permitted_view_ids(session: Session, centre_id: int) -> frozenset[int]:
    """Return the keys of a centre's cameras' views that may be audited now."""
    query = (
        select(View.id)
        .join(ViewPermit, ViewPermit.view_id == View.id)
        .join(Window, Window.id == View.window_id)
        .join(Area, Area.id == Window.area_id)
        .where(Area.centre_id == centre_id, View.camera_id.is_not(None), ViewPermit.ended_at.is_(None))
    )
    return frozenset(session.scalars(query))


def any_permitted(session: Session, camera_id: int) -> bool:
    """True if at least one of a camera's views may be audited now."""
    query = (
        select(ViewPermit.id)
        .join(View, View.id == ViewPermit.view_id)
        .where(View.camera_id == camera_id, ViewPermit.ended_at.is_(None))
    )
    return session.scalar(query.limit(1)) is not None


def open_permits(session: Session, view_ids: Iterable[int]) -> dict[int, ViewPermit]:
    """Return the permit of each view that has one now."""
    query = select(ViewPermit).where(ViewPermit.view_id.in_(sorted(set(view_ids))), ViewPermit.ended_at.is_(None))
    return {row.view_id: row for row in session.scalars(query.options(joinedload(ViewPermit.view)))}


def end(session: Session, actor: Principal | str, camera_code: str, view_ids: Iterable[int]) -> int:
    """End the permits of views, and return how many there were."""
    permits = open_permits(session, view_ids)
    for permit in permits.values():
        permit.ended_at = utc_now()
        audit.record(session, actor, "camera.permit_end", "camera", camera_code, f"view {permit.view.name}")
    session.flush()
    return len(permits)


def end_all(session: Session, actor: Principal | str, camera: Camera) -> None:
    """End the permits of all of a camera's views."""
    end(session, actor, camera.code, session.scalars(select(View.id).where(View.camera_id == camera.id)))
