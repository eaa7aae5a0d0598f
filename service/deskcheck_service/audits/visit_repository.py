"""Queries on visits and the views that they owe; each change is conditional: of two workers only one can make it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from deskcheck_service.tables import Camera, utc_now
from deskcheck_service.tables.audits import AuditRound, CameraVisit, OwedState, OwedView, VisitState
from deskcheck_service.tables.sources import CameraSource, CameraTrouble, TroubleKind

# What keeps a camera from answering at all; such cameras wait in a lane of their own.
SILENT = (
    TroubleKind.UNREACHABLE,
    TroubleKind.LOGIN_REFUSED,
    TroubleKind.NOT_THERE,
    TroubleKind.NO_PICTURE,
    TroubleKind.STALLED,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A visit that somebody should make now.

    Attributes:
        visit_id, camera_id: keys.
        address: of the camera's source, without secrets; None where it has none.
        silent: the camera did not answer when it was last asked.
    """

    visit_id: int
    camera_id: int
    address: str | None
    silent: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """What there is to know before a camera is looked at.

    Attributes:
        visit_id, round_id, camera_id, camera_code: which.
        correlation_id: names its log lines and rows.
        tries: this one included.
        frame_wh: size of the camera's pictures as far as it is known, px.
        burst_frames, burst_span_s: what the round asks for.
        due_until: end of the time in which pictures count.
        reason: code of why the last try failed; None at the first.
    """

    visit_id: int
    round_id: int
    camera_id: int
    camera_code: str
    correlation_id: str
    tries: int
    frame_wh: tuple[int, int]
    burst_frames: int
    burst_span_s: float
    due_until: datetime
    reason: str | None


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(CameraVisit.held_until.is_(None), CameraVisit.held_until < now)


def _camera_busy(now: datetime) -> ColumnElement[bool]:
    """Another visit of the same camera is held: a camera is looked at by one at a time."""
    other = aliased(CameraVisit)
    return exists().where(
        other.camera_id == CameraVisit.camera_id,
        other.id != CameraVisit.id,
        other.state == VisitState.WAITING,
        other.held_until >= now,
    )


def _changed(session: Session, statement: Any) -> int:
    return cast(
        "CursorResult[Any]", session.execute(statement, execution_options={"synchronize_session": False})
    ).rowcount


def tries(session: Session, visit_id: int) -> int:
    """Return how often a visit was tried."""
    return session.scalar(select(CameraVisit.tries).where(CameraVisit.id == visit_id)) or 0


def take(session: Session, visit_id: int, worker: str, now: datetime, until: datetime, next_try_at: datetime) -> bool:
    """Hold a waiting visit whose turn has come, unless somebody holds it or another visit of its camera.

    ``next_try_at`` stands should the worker die at it: what kills workers is tried less and less often.
    """
    taken = (
        update(CameraVisit)
        .where(
            CameraVisit.id == visit_id,
            CameraVisit.state == VisitState.WAITING,
            CameraVisit.next_try_at <= now,
            _free(now),
            ~_camera_busy(now),
        )
        .values(
            held_by=worker,
            held_until=until,
            tries=CameraVisit.tries + 1,
            next_try_at=next_try_at,
            began_at=func.coalesce(CameraVisit.began_at, now),
        )
    )
    return _changed(session, taken) == 1


def renew(session: Session, worker: str, visit_ids: list[int], until: datetime) -> set[int]:
    """Hold visits for longer and return those that are still held."""
    mine = and_(CameraVisit.id.in_(visit_ids), CameraVisit.held_by == worker, CameraVisit.state == VisitState.WAITING)
    kept = set(session.scalars(select(CameraVisit.id).where(mine)))
    if kept:
        _changed(session, update(CameraVisit).where(mine).values(held_until=until))
    return kept


def release(session: Session, worker: str, visit_ids: list[int], now: datetime) -> None:
    """Let go of visits that were not made: anybody may make them at once."""
    statement = (
        update(CameraVisit)
        .where(CameraVisit.id.in_(visit_ids), CameraVisit.held_by == worker, CameraVisit.state == VisitState.WAITING)
        .values(held_by=None, held_until=None, next_try_at=now, tries=CameraVisit.tries - 1)
    )
    _changed(session, statement)


def visit(session: Session, visit_id: int) -> Visit | None:
    """Return a visit with what its round asks for."""
    row = session.execute(
        select(CameraVisit, AuditRound, Camera, CameraSource)
        .join(AuditRound, AuditRound.id == CameraVisit.round_id)
        .join(Camera, Camera.id == CameraVisit.camera_id)
        .outerjoin(CameraSource, CameraSource.camera_id == CameraVisit.camera_id)
        .where(CameraVisit.id == visit_id)
    ).one_or_none()
    if row is None:
        return None
    made, of_round, camera, source = row
    width = (source.width_px if source else None) or camera.reference_width_px or 1920
    height = (source.height_px if source else None) or camera.reference_height_px or 1080
    return Visit(
        visit_id=made.id,
        round_id=of_round.id,
        camera_id=camera.id,
        camera_code=camera.code,
        correlation_id=made.correlation_id,
        tries=made.tries,
        frame_wh=(width, height),
        burst_frames=of_round.burst_frames,
        burst_span_s=of_round.burst_span_s,
        due_until=of_round.due_until,
        reason=made.reason,
    )


def owed_view_ids(session: Session, visit_id: int) -> list[int]:
    """Return the views that a visit still owes, in their order."""
    query = (
        select(OwedView.view_id)
        .where(OwedView.visit_id == visit_id, OwedView.state == OwedState.OWED)
        .order_by(OwedView.position, OwedView.id)
    )
    return list(session.scalars(query))


def settle_judged(session: Session, visit_id: int, view_id: int, judgement_id: int, now: datetime) -> bool:
    """Settle a view by its judgement; False where it was settled before or was never owed."""
    statement = (
        update(OwedView)
        .where(OwedView.visit_id == visit_id, OwedView.view_id == view_id, OwedView.state == OwedState.OWED)
        .values(state=OwedState.JUDGED, judgement_id=judgement_id, settled_at=now, reason=None)
    )
    return _changed(session, statement) == 1


def settle_unjudged(session: Session, visit_id: int, view_ids: list[int] | None, reason: str, now: datetime) -> int:
    """Settle views, or all that are still owed, as not judged and why; return how many."""
    statement = (
        update(OwedView)
        .where(OwedView.visit_id == visit_id, OwedView.state == OwedState.OWED)
        .values(state=OwedState.UNJUDGED, reason=reason[:64], settled_at=now)
    )
    if view_ids is not None:
        statement = statement.where(OwedView.view_id.in_(view_ids))
    return _changed(session, statement)


def end(session: Session, visit_id: int, worker: str, state: VisitState, reason: str | None, now: datetime) -> bool:
    """End a visit that the worker holds; False where it does not any more."""
    statement = (
        update(CameraVisit)
        .where(CameraVisit.id == visit_id, CameraVisit.held_by == worker, CameraVisit.state == VisitState.WAITING)
        .values(state=state, reason=reason[:64] if reason else None, ended_at=now, held_by=None, held_until=None)
    )
    return _changed(session, statement) == 1


def put_off(session: Session, visit_id: int, worker: str, reason: str, next_try_at: datetime) -> bool:
    """Have a visit that the worker holds tried again later; False where it does not hold it any more."""
    statement = (
        update(CameraVisit)
        .where(CameraVisit.id == visit_id, CameraVisit.held_by == worker, CameraVisit.state == VisitState.WAITING)
        .values(reason=reason[:64], next_try_at=next_try_at, held_by=None, held_until=None)
    )
    return _changed(session, statement) == 1


def _troubled() -> ColumnElement[bool]:
    return exists().where(
        CameraTrouble.camera_id == CameraVisit.camera_id,
        CameraTrouble.ended_at.is_(None),
        CameraTrouble.kind.in_(SILENT),
    )


def _due(now: datetime) -> Select[int, int, str, bool]:
    return (
        select(CameraVisit.id, CameraVisit.camera_id, CameraSource.address, _troubled().label("silent"))
        .join(AuditRound, AuditRound.id == CameraVisit.round_id)
        .outerjoin(CameraSource, CameraSource.camera_id == CameraVisit.camera_id)
        .where(
            CameraVisit.state == VisitState.WAITING,
            CameraVisit.next_try_at <= now,
            AuditRound.due_from <= now,
            _free(now),
            ~_camera_busy(now),
        )
    )


def due(session: Session, now: datetime, limit: int, *, silent: bool, leave_out: set[int]) -> list[Waiting]:
    """Return visits that nobody holds and whose turn has come, the round that ends first before the others.

    Args:
        session: to ask with.
        now: the present time.
        limit: at most so many.
        silent: those whose camera did not answer when it was last asked, or the others.
        leave_out: visits that the caller has in hand already.
    """
    query = (
        _due(now)
        .where(_troubled() if silent else ~_troubled())
        .order_by(AuditRound.due_until, CameraVisit.position, CameraVisit.id)
        .limit(limit + len(leave_out))
    )
    found = (Waiting(*row) for row in session.execute(query))
    return [one for one in found if one.visit_id not in leave_out][:limit]


def waiting(session: Session, visit_id: int) -> Waiting | None:
    """Return a visit that nobody holds and whose turn has come; None for others."""
    now = utc_now()
    row = session.execute(_due(now).where(CameraVisit.id == visit_id)).one_or_none()
    return Waiting(*row) if row is not None else None


def waiting_since(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """Return how many visits could be made now and nobody makes, and since when the first of them could be."""
    rows = _due(now).add_columns(CameraVisit.next_try_at).subquery()
    number, since = session.execute(select(func.count(), func.min(rows.c.next_try_at))).one()
    return number, since


def next_due_at(session: Session) -> datetime | None:
    """Return when the next waiting visit is to be tried; None where none waits."""
    found: datetime | None = session.scalar(
        select(func.min(CameraVisit.next_try_at)).where(CameraVisit.state == VisitState.WAITING)
    )
    return found
