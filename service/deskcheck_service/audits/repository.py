"""Queries on schedules, rounds and what they owe. Every change of state is one statement that demands the old one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session, joinedload

from deskcheck_service.audits.calendar import OwnDay
from deskcheck_service.audits.reasons import UnjudgedReason
from deskcheck_service.audits.routing import Stop
from deskcheck_service.db import insert_into
from deskcheck_service.tables import Area, Camera, Centre, LayoutState, LayoutVersion, View, Window
from deskcheck_service.tables.audits import (
    AuditRound,
    AuditSchedule,
    CalendarDay,
    CameraVisit,
    OwedState,
    OwedView,
    RoundState,
    RouteStop,
    VisitState,
)
from deskcheck_service.tables.cameras import CameraState
from deskcheck_service.tables.sources import CameraSource, ViewPermit


@dataclass(frozen=True, slots=True)
class Auditable:
    """A view that may be audited: of a camera, with a permit, of a window with an approved layout.

    ``hindered`` says why its camera cannot be visited; None where it can.
    """

    view_id: int
    camera_id: int
    stop: Stop
    hindered: UnjudgedReason | None


def enabled_schedules(session: Session) -> list[AuditSchedule]:
    """Return the schedules that are on, with their centres."""
    query = select(AuditSchedule).where(AuditSchedule.enabled).options(joinedload(AuditSchedule.centre))
    return list(session.scalars(query.order_by(AuditSchedule.id)))


def locked_schedule(session: Session, schedule_id: int) -> AuditSchedule | None:
    """Return a schedule as the database has it now, with its centre; others who would change it wait."""
    session.execute(select(AuditSchedule.id).where(AuditSchedule.id == schedule_id).with_for_update())
    query = select(AuditSchedule).where(AuditSchedule.id == schedule_id).options(joinedload(AuditSchedule.centre))
    return session.scalar(query.execution_options(populate_existing=True))


def own_days(session: Session, centre_ids: Iterable[int], first: date, last: date) -> dict[int, dict[date, OwnDay]]:
    """Return the centres' own days from ``first`` to ``last``, both included."""
    keys = sorted(set(centre_ids))
    found: dict[int, dict[date, OwnDay]] = {key: {} for key in keys}
    query = select(CalendarDay).where(
        CalendarDay.centre_id.in_(keys), CalendarDay.on_date >= first, CalendarDay.on_date <= last
    )
    for row in session.scalars(query):
        found[row.centre_id][row.on_date] = OwnDay(row.working, row.name)
    return found


def made_since(session: Session, schedule_ids: Iterable[int], first: date) -> set[tuple[int, date, int]]:
    """Return schedule, day and number of the rounds made of schedules for days from ``first`` on."""
    query = select(AuditRound.schedule_id, AuditRound.on_date, AuditRound.number).where(
        AuditRound.schedule_id.in_(sorted(set(schedule_ids))), AuditRound.on_date >= first
    )
    return {(cast(int, row[0]), row[1], row[2]) for row in session.execute(query).all()}


def _hindered(camera: Camera, source: str | None) -> UnjudgedReason | None:
    if camera.state is CameraState.SUSPENDED:
        return UnjudgedReason.CAMERA_SUSPENDED
    if source is None:
        return UnjudgedReason.NO_SOURCE
    return UnjudgedReason.NO_STILL if camera.reference_sha256 is None else None


def auditable(session: Session, centre_id: int, area_id: int | None = None) -> list[Auditable]:
    """Return the views of a centre, or of one of its areas, that may be audited."""
    approved = and_(LayoutVersion.window_id == View.window_id, LayoutVersion.state == LayoutState.APPROVED)
    permitted = and_(ViewPermit.view_id == View.id, ViewPermit.ended_at.is_(None))
    query = (
        select(View.id, Camera, Window, Area, CameraSource.address)
        .join(Camera, Camera.id == View.camera_id)
        .join(Window, Window.id == View.window_id)
        .join(Area, Area.id == Window.area_id)
        .join(LayoutVersion, approved)
        .join(ViewPermit, permitted)
        .outerjoin(CameraSource, CameraSource.camera_id == Camera.id)
        .where(Area.centre_id == centre_id)
        .order_by(View.id)
    )
    if area_id is not None:
        query = query.where(Area.id == area_id)
    return [
        Auditable(
            view_id,
            camera.id,
            Stop(window.id, (area.position, area.code), (window.position, window.code)),
            _hindered(camera, source),
        )
        for view_id, camera, window, area, source in session.execute(query).all()
    ]


def own_order(session: Session, schedule_id: int) -> dict[int, int]:
    """Return a schedule's own order: window to position."""
    query = select(RouteStop.window_id, RouteStop.position).where(RouteStop.schedule_id == schedule_id)
    return {row[0]: row[1] for row in session.execute(query).all()}


def add_round(session: Session, values: Mapping[str, Any]) -> int | None:
    """Add a round; None where schedule, day and number have one already, whoever made it."""
    statement = (
        insert_into(session, AuditRound)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["schedule_id", "on_date", "number"])
        .returning(AuditRound.id)
    )
    return cast("int | None", session.scalar(statement))


def add_visits(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Add a round's visits and return their keys by camera."""
    if not rows:
        return {}
    statement = insert(CameraVisit).returning(CameraVisit.camera_id, CameraVisit.id)
    return {row[0]: row[1] for row in session.execute(statement, [dict(row) for row in rows]).all()}


def add_owed(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add what a round owes."""
    if rows:
        session.execute(insert(OwedView), [dict(row) for row in rows])


def rounds_to_close(session: Session, now: datetime) -> list[int]:
    """Return the running rounds whose time is over, or that owe nothing any more."""
    owing = select(OwedView.id).where(OwedView.round_id == AuditRound.id, OwedView.state == OwedState.OWED).exists()
    query = select(AuditRound.id).where(
        AuditRound.state == RoundState.RUNNING, or_(AuditRound.due_until <= now, ~owing)
    )
    return list(session.scalars(query.order_by(AuditRound.id)))


def locked_round(session: Session, round_id: int) -> AuditRound | None:
    """Return a round as the database has it now; others who would end it wait."""
    session.execute(select(AuditRound.id).where(AuditRound.id == round_id).with_for_update())
    query = select(AuditRound).where(AuditRound.id == round_id)
    return session.scalar(query.execution_options(populate_existing=True))


def being_visited(session: Session, round_id: int, now: datetime) -> bool:
    """Tell whether somebody is at work at a visit of the round."""
    query = select(CameraVisit.id).where(
        CameraVisit.round_id == round_id, CameraVisit.state == VisitState.WAITING, CameraVisit.held_until > now
    )
    return session.scalar(query.limit(1)) is not None


def end_visits(session: Session, round_id: int, reason: str, now: datetime) -> None:
    """End what is left of a round: waiting visits fail, owed views are unjudged, each with its visit's last reason."""
    # In this order, visits before views: who works at a visit holds it before it settles its views.
    session.execute(
        update(CameraVisit)
        .where(CameraVisit.round_id == round_id, CameraVisit.state == VisitState.WAITING)
        .values(state=VisitState.FAILED, ended_at=now, reason=func.coalesce(CameraVisit.reason, reason))
        .execution_options(synchronize_session=False)
    )
    last = select(CameraVisit.reason).where(CameraVisit.id == OwedView.visit_id).scalar_subquery()
    session.execute(
        update(OwedView)
        .where(OwedView.round_id == round_id, OwedView.state == OwedState.OWED)
        .values(state=OwedState.UNJUDGED, settled_at=now, reason=func.coalesce(last, reason))
        .execution_options(synchronize_session=False)
    )


def settled(session: Session, round_id: int) -> dict[tuple[OwedState, str | None], int]:
    """Return how many of a round's views ended how, with the reason of those that were not judged."""
    query = (
        select(OwedView.state, OwedView.reason, func.count())
        .where(OwedView.round_id == round_id)
        .group_by(OwedView.state, OwedView.reason)
    )
    return {(row[0], row[1]): row[2] for row in session.execute(query).all()}


def end_round(session: Session, round_id: int, values: Mapping[str, Any]) -> bool:
    """End a running round; False where somebody had ended it."""
    statement = update(AuditRound).where(AuditRound.id == round_id, AuditRound.state == RoundState.RUNNING)
    done = session.execute(statement.values(**values).execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount == 1


def locked_centre(session: Session, centre_id: int) -> Centre | None:
    """Return a centre; others who would start a round there wait."""
    session.execute(select(Centre.id).where(Centre.id == centre_id).with_for_update())
    return session.get(Centre, centre_id)


def running_on_demand(session: Session, centre_id: int) -> int | None:
    """Return the running round that a person started at a centre."""
    query = select(AuditRound.id).where(
        AuditRound.centre_id == centre_id, AuditRound.schedule_id.is_(None), AuditRound.state == RoundState.RUNNING
    )
    return session.scalar(query.limit(1))
