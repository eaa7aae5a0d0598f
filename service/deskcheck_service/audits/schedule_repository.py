"""Queries on schedules as people see and change them, and on a centre's own calendar days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from deskcheck_service.accounts.rights import Scope
from deskcheck_service.layouts.repository import within
from deskcheck_service.tables import Area, Centre, LayoutState, LayoutVersion, Window
from deskcheck_service.tables.audits import AuditSchedule, CalendarDay, RouteStop


def sees_centre(scope: Scope, centre_id: Any) -> Any:
    """Return the condition that a person sees any part of a row's centre."""
    if scope.everything:
        return within(scope, centre_id, centre_id)
    inside = select(Area.centre_id).where(within(scope, Area.centre_id, Area.id))
    return or_(centre_id.in_(sorted(scope.centre_ids)), centre_id.in_(inside))


def schedules(session: Session, scope: Scope, centre_id: int | None = None) -> list[tuple[AuditSchedule, Area | None]]:
    """Return the schedules of the centres that a person sees any part of, with their area, as the day goes."""
    query = (
        select(AuditSchedule, Area)
        .outerjoin(Area, Area.id == AuditSchedule.area_id)
        .where(sees_centre(scope, AuditSchedule.centre_id))
        .options(joinedload(AuditSchedule.centre))
        .order_by(AuditSchedule.centre_id, AuditSchedule.begins, AuditSchedule.id)
    )
    if centre_id is not None:
        query = query.where(AuditSchedule.centre_id == centre_id)
    return [(row[0], row[1]) for row in session.execute(query).all()]


def schedule(session: Session, scope: Scope, schedule_id: int) -> AuditSchedule | None:
    """Return a schedule that a person sees, with its centre."""
    query = select(AuditSchedule).where(AuditSchedule.id == schedule_id, sees_centre(scope, AuditSchedule.centre_id))
    return session.scalar(query.options(joinedload(AuditSchedule.centre)))


def own_orders(session: Session, schedule_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the codes of the windows that schedules name an order for."""
    found: dict[int, list[str]] = {}
    query = (
        select(RouteStop.schedule_id, Window.code)
        .join(Window, Window.id == RouteStop.window_id)
        .where(RouteStop.schedule_id.in_(sorted(set(schedule_ids))))
        .order_by(RouteStop.schedule_id, RouteStop.position)
    )
    for schedule_id, code in session.execute(query).all():
        found.setdefault(schedule_id, []).append(code)
    return found


def take_version(session: Session, schedule_id: int, version: int) -> bool:
    """Count a schedule's version up by one; False where it is another one by now."""
    statement = (
        update(AuditSchedule)
        .where(AuditSchedule.id == schedule_id, AuditSchedule.version == version)
        .values(version=version + 1)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1


def set_order(session: Session, schedule_id: int, window_ids: Iterable[int]) -> None:
    """Give a schedule its own order of windows, in place of the one it had."""
    session.execute(delete(RouteStop).where(RouteStop.schedule_id == schedule_id))
    for position, window_id in enumerate(window_ids, start=1):
        session.add(RouteStop(schedule_id=schedule_id, window_id=window_id, position=position))


def window_keys(session: Session, centre_id: int, codes: Iterable[str]) -> dict[str, int]:
    """Return the keys of those of a centre's windows that are named."""
    query = select(Window.code, Window.id).join(Area, Area.id == Window.area_id)
    found = session.execute(query.where(Area.centre_id == centre_id, Window.code.in_(sorted(set(codes))))).all()
    return {row[0]: row[1] for row in found}


def approved_texts(session: Session, centre_id: int) -> list[str]:
    """Return the approved layouts of a centre's windows, each text once."""
    query = (
        select(LayoutVersion.text)
        .join(Window, Window.id == LayoutVersion.window_id)
        .join(Area, Area.id == Window.area_id)
        .where(Area.centre_id == centre_id, LayoutVersion.state == LayoutState.APPROVED)
    )
    return sorted(set(session.scalars(query)))


def centre(session: Session, scope: Scope, centre_id: int) -> Centre | None:
    """Return a centre that a person sees any part of."""
    return session.scalar(select(Centre).where(Centre.id == centre_id, sees_centre(scope, Centre.id)))


def own_day(session: Session, centre_id: int, on_date: date) -> CalendarDay | None:
    """Return a centre's own day."""
    return session.scalar(select(CalendarDay).where(CalendarDay.centre_id == centre_id, CalendarDay.on_date == on_date))


def replace_days(session: Session, centre_id: int, days: Iterable[CalendarDay]) -> None:
    """Give a centre own days in place of those it had on the same dates."""
    rows = list(days)
    session.execute(
        delete(CalendarDay).where(
            CalendarDay.centre_id == centre_id, CalendarDay.on_date.in_([row.on_date for row in rows])
        )
    )
    session.flush()
    session.add_all(rows)
    session.flush()
