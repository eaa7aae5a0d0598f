"""How the scheduled audit is doing, in figures, and what of it is wrong; read by a command and by monitoring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from deskcheck_service.audits import heartbeats
from deskcheck_service.audits import visit_repository as visits
from deskcheck_service.schemas import Text
from deskcheck_service.tables import Camera, Centre
from deskcheck_service.tables.audits import AuditRound, OwedState, OwedView, RoundState
from deskcheck_service.tables.outbox import DeliveryState, OutboxDelivery
from deskcheck_service.tables.sources import CameraTrouble

_LATELY = timedelta(hours=24)
# A visit that could be made and is not: nobody works, or too few do.
_WAITS_TOO_LONG = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """A process that makes visits, heard of in the last day."""

    name: str
    embedded: bool
    started_at: datetime
    beat_at: datetime
    ended_at: datetime | None
    is_silent: bool
    at_work: int
    visits_done: int


@dataclass(frozen=True, slots=True)
class RoundStatus:
    """A round that runs or was opened in the last day, with how many views it owes, and what came of them."""

    round_id: int
    centre: str
    state: RoundState
    due_from: datetime
    due_until: datetime
    owed: int
    judged: int
    unjudged: int
    left: int


@dataclass(frozen=True, slots=True)
class TroubleStatus:
    """What is wrong with a camera at present."""

    camera: str
    kind: str
    since: datetime
    seen_count: int


@dataclass(frozen=True, slots=True)
class AuditStatus:
    """Everything at one moment.

    Attributes:
        at: the moment.
        workers, rounds, troubles: see there.
        waiting: visits that could be made now.
        oldest_waiting_s: for how long the first of them could have been made; None where none waits.
        outbox_waiting, outbox_dead: deliveries to outside systems.
        wrong: what a person should look at; empty where nothing is.
    """

    at: datetime
    workers: tuple[WorkerStatus, ...]
    rounds: tuple[RoundStatus, ...]
    troubles: tuple[TroubleStatus, ...]
    waiting: int
    oldest_waiting_s: float | None
    outbox_waiting: int
    outbox_dead: int
    wrong: tuple[Text, ...]


def status(session: Session, now: datetime, *, is_off: bool = False) -> AuditStatus:
    """Return how the audit is doing.

    Args:
        session: to ask with.
        now: the present time.
        is_off: the settings say that nobody makes rounds, which is then nothing wrong.
    """
    working = tuple(
        WorkerStatus(
            one.name, one.embedded, one.started_at, one.beat_at, one.ended_at,
            one.ended_at is None and one.beat_at < now - heartbeats.SILENT_AFTER, one.at_work, one.visits_done,
        )
        for one in heartbeats.workers(session, now - _LATELY)
    )  # fmt: skip
    rounds, troubles = _rounds(session, now), _troubles(session)
    waiting, since = visits.waiting_since(session, now)
    waits_s = max(0.0, (now - since).total_seconds()) if since is not None else None
    outbox = _outbox(session)
    dead = outbox.get(DeliveryState.DEAD, 0)
    return AuditStatus(
        at=now,
        workers=working,
        rounds=rounds,
        troubles=troubles,
        waiting=waiting,
        oldest_waiting_s=waits_s,
        outbox_waiting=outbox.get(DeliveryState.WAITING, 0),
        outbox_dead=dead,
        wrong=tuple(_wrong(working, rounds, troubles, waits_s, dead, is_off=is_off)),
    )


def _rounds(session: Session, now: datetime) -> tuple[RoundStatus, ...]:
    counted = (
        select(OwedView.round_id, OwedView.state, func.count())
        .join(AuditRound, AuditRound.id == OwedView.round_id)
        .where(_shown(now))
        .group_by(OwedView.round_id, OwedView.state)
    )
    counts = {(round_id, state): number for round_id, state, number in session.execute(counted)}
    query = (
        select(AuditRound, Centre.code)
        .join(Centre, Centre.id == AuditRound.centre_id)
        .where(_shown(now))
        .order_by(AuditRound.due_from.desc(), AuditRound.id.desc())
        .limit(200)
    )
    found = []
    for row, centre in session.execute(query):
        judged, unjudged, left = (
            counts.get((row.id, state), 0) for state in (OwedState.JUDGED, OwedState.UNJUDGED, OwedState.OWED)
        )
        owed = judged + unjudged + left
        found.append(RoundStatus(row.id, centre, row.state, row.due_from, row.due_until, owed, judged, unjudged, left))
    return tuple(found)


def _shown(now: datetime) -> ColumnElement[bool]:
    return (AuditRound.state == RoundState.RUNNING) | (AuditRound.due_until >= now - _LATELY)


def _troubles(session: Session) -> tuple[TroubleStatus, ...]:
    query = (
        select(Camera.code, CameraTrouble.kind, CameraTrouble.since, CameraTrouble.seen_count)
        .join(Camera, Camera.id == CameraTrouble.camera_id)
        .where(CameraTrouble.ended_at.is_(None))
        .order_by(Camera.code, CameraTrouble.kind)
    )
    return tuple(TroubleStatus(code, str(kind), since, seen) for code, kind, since, seen in session.execute(query))


def _outbox(session: Session) -> dict[DeliveryState, int]:
    query = select(OutboxDelivery.state, func.count()).group_by(OutboxDelivery.state)
    rows = session.execute(query).all()
    return {row[0]: row[1] for row in rows}


def _wrong(
    workers: tuple[WorkerStatus, ...],
    rounds: tuple[RoundStatus, ...],
    troubles: tuple[TroubleStatus, ...],
    waits_s: float | None,
    dead: int,
    *,
    is_off: bool,
) -> list[Text]:
    found = []
    if not is_off and not any(one.ended_at is None and not one.is_silent for one in workers):
        found.append(Text(zh="没有正在工作的巡检程序。", en="Nobody makes rounds at present."))
    silent = sum(1 for one in workers if one.is_silent)
    if silent:
        found.append(Text(zh=f"{silent} 个巡检程序没有声息。", en=f"{silent} workers have fallen silent."))
    if waits_s is not None and waits_s > _WAITS_TOO_LONG.total_seconds():
        minutes = round(waits_s / 60)
        found.append(Text(zh=f"有摄像机已等待 {minutes} 分钟。", en=f"A camera has waited for {minutes} minutes."))
    short = sum(1 for one in rounds if one.state in (RoundState.PARTIAL, RoundState.MISSED))
    if short:
        found.append(Text(zh=f"24 小时内有 {short} 轮未完成。", en=f"{short} rounds of the last day are incomplete."))
    cameras = len({one.camera for one in troubles})
    if cameras:
        found.append(Text(zh=f"{cameras} 台摄像机有故障。", en=f"{cameras} cameras are in trouble."))
    if dead:
        found.append(Text(zh=f"{dead} 条通知未能送达。", en=f"{dead} deliveries have been given up."))
    return found
