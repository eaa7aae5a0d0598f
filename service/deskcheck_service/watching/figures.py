"""How things stand, by queries on rows: the same whichever process asks, so that a restart forgets nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from deskcheck_service.tables import Camera, CameraLook, utc_now
from deskcheck_service.tables.audits import AuditRound, CameraVisit, OwedView, VisitState, Worker
from deskcheck_service.tables.outbox import DeliveryState, OutboxDelivery, OutboxEvent
from deskcheck_service.tables.sources import CameraSource, CameraTrouble

_DAY = timedelta(days=1)
# Three heartbeats missed.
ALIVE_WITHIN = timedelta(seconds=35)
# One line a camera would be 20,000 lines: how many cameras were looked at within a span says as much.
SPANS: Mapping[str, timedelta] = {
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "7d": timedelta(days=7),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The state of the installation.

    Attributes:
        rounds, visits, views: of rounds whose time ended within a day or is running, by state.
        visits_due, oldest_due_s: visits whose turn has come, and seconds since the first of them's.
        visits_failed: of the same rounds, by the code of the reason.
        cameras: by state.
        sourced: cameras that deskcheck fetches pictures of.
        looked_within: how many of those were looked at within a span.
        oldest_look_s: of those looked at, seconds since the look that is longest ago.
        troubles: that are open, by kind.
        deliveries: that are not delivered, by state.
        oldest_delivery_s: seconds since the event of the first delivery that waits.
        workers: by whether they are alive.
    """

    rounds: Mapping[str, int]
    visits: Mapping[str, int]
    views: Mapping[str, int]
    visits_due: int
    oldest_due_s: float
    visits_failed: Mapping[str, int]
    cameras: Mapping[str, int]
    sourced: int
    looked_within: Mapping[str, int]
    oldest_look_s: float
    troubles: Mapping[str, int]
    deliveries: Mapping[str, int]
    oldest_delivery_s: float
    workers: Mapping[str, int] = field(default_factory=dict)


def read_figures(session: Session, now: datetime | None = None) -> Figures:
    """Return how things stand; a fixed number of queries, each over an index or a small table."""
    moment = now or utc_now()
    recent = AuditRound.due_until >= moment - _DAY
    visits = _counted(session, CameraVisit.state, recent, through_round=CameraVisit.round_id)
    failed = and_(recent, CameraVisit.state == VisitState.FAILED)
    due, first_due = _due_visits(session, moment)
    sourced, within, oldest = _looks(session, moment)
    waiting = OutboxDelivery.state.in_((DeliveryState.WAITING, DeliveryState.DEAD))
    return Figures(
        rounds=_counted(session, AuditRound.state, recent),
        visits=visits,
        views=_counted(session, OwedView.state, recent, through_round=OwedView.round_id),
        visits_due=due,
        oldest_due_s=_age_s(first_due, moment),
        visits_failed=_counted(session, CameraVisit.reason, failed, through_round=CameraVisit.round_id),
        cameras=_counted(session, Camera.state),
        sourced=sourced,
        looked_within=within,
        oldest_look_s=_age_s(oldest, moment),
        troubles=_counted(session, CameraTrouble.kind, CameraTrouble.ended_at.is_(None)),
        deliveries=_counted(session, OutboxDelivery.state, waiting),
        oldest_delivery_s=_age_s(_first_waiting_event(session), moment),
        workers=_workers(session, moment),
    )


def _counted(
    session: Session,
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
    *where: ColumnElement[bool],
    through_round: InstrumentedAttribute[int] | None = None,
) -> dict[str, int]:
    query = select(column, func.count()).where(*where).group_by(column)
    if through_round is not None:
        query = query.join(AuditRound, AuditRound.id == through_round)
    return {str(value) if value is not None else "": count for value, count in session.execute(query).all()}


def _due_visits(session: Session, now: datetime) -> tuple[int, datetime | None]:
    due = and_(CameraVisit.state == VisitState.WAITING, CameraVisit.next_try_at <= now)
    query = select(func.count(), func.min(CameraVisit.next_try_at)).where(due)
    row = session.execute(query).one()
    return row[0], row[1]


def _looks(session: Session, now: datetime) -> tuple[int, dict[str, int], datetime | None]:
    """Return how many cameras have a source, how many of them were looked at in each span, and the oldest last look."""
    newest = (
        select(CameraLook.taken_at)
        .where(CameraLook.camera_id == CameraSource.camera_id)
        .order_by(CameraLook.taken_at.desc(), CameraLook.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    last = select(newest.label("at")).select_from(CameraSource).subquery()
    sums = [func.coalesce(func.sum(case((last.c.at >= now - span, 1), else_=0)), 0) for span in SPANS.values()]
    row = session.execute(select(func.count(), func.min(last.c.at), *sums).select_from(last)).one()
    return row[0], dict(zip(SPANS, (int(one) for one in row[2:]), strict=True)), row[1]


def _first_waiting_event(session: Session) -> datetime | None:
    waiting = select(func.min(OutboxDelivery.event_id)).where(OutboxDelivery.state == DeliveryState.WAITING)
    return session.scalar(select(OutboxEvent.created_at).where(OutboxEvent.id == waiting.scalar_subquery()))


def _workers(session: Session, now: datetime) -> dict[str, int]:
    alive = func.coalesce(func.sum(case((Worker.beat_at >= now - ALIVE_WITHIN, 1), else_=0)), 0)
    row = session.execute(select(func.count(), alive).where(Worker.ended_at.is_(None))).one()
    return {"alive": int(row[1]), "silent": row[0] - int(row[1])}


def _age_s(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment is not None else 0.0
