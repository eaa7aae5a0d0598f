"""Queries on desk types."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from deskcheck_service.tables import Area, DeskType, Window


def desk_types(session: Session, centre_ids: Iterable[int]) -> list[DeskType]:
    """Return the types of centres, by centre and code."""
    query = select(DeskType).where(DeskType.centre_id.in_(sorted(centre_ids)))
    return list(session.scalars(query.order_by(DeskType.centre_id, DeskType.code)))


def desk_type(session: Session, desk_type_id: int, *, lock: bool = False) -> DeskType | None:
    """Return a type; ``lock`` makes other changes to it wait."""
    query = select(DeskType).where(DeskType.id == desk_type_id)
    return session.scalar(query.with_for_update() if lock else query)


def by_code(session: Session, centre_id: int, code: str) -> DeskType | None:
    """Return a centre's type of that code."""
    return session.scalar(select(DeskType).where(DeskType.centre_id == centre_id, DeskType.code == code))


def users(session: Session, desk_type_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the codes of the windows that have each type, in route order."""
    found: dict[int, list[str]] = {key: [] for key in desk_type_ids}
    query = select(Window.desk_type_id, Window.code).join(Area, Area.id == Window.area_id)
    query = query.where(Window.desk_type_id.in_(sorted(found)))
    for key, code in session.execute(query.order_by(Area.position, Area.code, Window.position, Window.code)).all():
        if key is not None:
            found[key].append(code)
    return found


def remove_unused(session: Session, desk_type_id: int) -> bool:
    """Delete a type that no window has; False where one has it. One statement, so the database itself decides."""
    used = exists().where(Window.desk_type_id == desk_type_id)
    here = delete(DeskType).where(DeskType.id == desk_type_id, ~used)
    return session.execute(here.returning(DeskType.id)).first() is not None
