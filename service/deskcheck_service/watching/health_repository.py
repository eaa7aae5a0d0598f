"""Queries on how cameras do: their troubles, and what the rounds owed of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from deskcheck_service.tables.audits import AuditRound, CameraVisit, OwedState, OwedView
from deskcheck_service.tables.sources import CameraSource, CameraTrouble, TroubleKind


def open_troubles(session: Session, camera_ids: Iterable[int]) -> dict[int, list[CameraTrouble]]:
    """Return what is wrong with cameras now, the longest first."""
    query = select(CameraTrouble).where(
        CameraTrouble.camera_id.in_(sorted(set(camera_ids))), CameraTrouble.ended_at.is_(None)
    )
    found: dict[int, list[CameraTrouble]] = {}
    for row in session.scalars(query.order_by(CameraTrouble.since, CameraTrouble.id)):
        found.setdefault(row.camera_id, []).append(row)
    return found


def sourced(session: Session, camera_ids: Iterable[int]) -> frozenset[int]:
    """Return those cameras that pictures are fetched of."""
    query = select(CameraSource.camera_id).where(CameraSource.camera_id.in_(sorted(set(camera_ids))))
    return frozenset(session.scalars(query))


def settled(session: Session, camera_ids: Iterable[int], since: datetime) -> dict[int, tuple[int, int]]:
    """Return how many views of cameras the rounds since a time have settled, and how many of them were judged."""
    judged = func.sum(case((OwedView.state == OwedState.JUDGED, 1), else_=0))
    query = (
        select(CameraVisit.camera_id, func.count(), judged)
        .join(OwedView, OwedView.visit_id == CameraVisit.id)
        .join(AuditRound, AuditRound.id == CameraVisit.round_id)
        .where(
            AuditRound.due_until >= since,
            CameraVisit.camera_id.in_(sorted(set(camera_ids))),
            OwedView.state != OwedState.OWED,
        )
        .group_by(CameraVisit.camera_id)
    )
    return {row[0]: (row[1], int(row[2])) for row in session.execute(query).all()}


def troubles(
    session: Session,
    camera_id: int,
    kind: TroubleKind | None,
    only_open: bool | None,
    before_id: int | None,
    limit: int,
) -> list[CameraTrouble]:
    """Return a camera's troubles, newest first, older than a key."""
    query = select(CameraTrouble).where(CameraTrouble.camera_id == camera_id)
    if kind is not None:
        query = query.where(CameraTrouble.kind == kind)
    if only_open is not None:
        ended = CameraTrouble.ended_at
        query = query.where(ended.is_(None) if only_open else ended.is_not(None))
    if before_id is not None:
        query = query.where(CameraTrouble.id < before_id)
    return list(session.scalars(query.order_by(CameraTrouble.id.desc()).limit(limit)))
