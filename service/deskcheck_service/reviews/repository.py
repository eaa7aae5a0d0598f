"""Queries on the review queue. Every page is ONE query along one index, whatever the table holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deskcheck_calibration.findings import Reason, State
from sqlalchemy import ColumnElement, Select, func, select, true, tuple_, update
from sqlalchemy.orm import Session, joinedload

from deskcheck_service.accounts.rights import Scope
from deskcheck_service.layouts.repository import WindowRef, within
from deskcheck_service.reviews.schemas import QueueFilter
from deskcheck_service.tables import Capture, Centre, FindingRow, JudgementRow, Review, ReviewState, Window
from deskcheck_service.tables.base import as_moment
from deskcheck_service.tables.problems import Problem


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A finding with its window, its pictures and, in the queue, the problem that it stands for."""

    finding: FindingRow
    window: WindowRef
    capture: Capture
    problem: Problem | None = None


def _queue(scope: Scope) -> Select[FindingRow, str, str, Capture]:
    return (
        select(FindingRow, Window.code, Centre.time_zone, Capture)
        .join(Window, Window.id == FindingRow.window_id)
        .join(Centre, Centre.id == FindingRow.centre_id)
        .join(JudgementRow, JudgementRow.id == FindingRow.judgement_id)
        .join(Capture, Capture.id == JudgementRow.capture_id)
        .where(within(scope, FindingRow.centre_id, FindingRow.area_id))
    )


def _for_reviewers(review_state: ReviewState) -> ColumnElement[bool]:
    """What reviewers are asked: that a camera has moved is one task of its camera, not a finding a rule and window."""
    if review_state is not ReviewState.OPEN:
        return true()
    return FindingRow.reason.is_distinct_from(Reason.CAMERA_MOVED)


def _filtered(
    query: Select[FindingRow, str, str, Capture], asked: QueueFilter
) -> Select[FindingRow, str, str, Capture]:
    query = query.where(FindingRow.stands.is_(True), FindingRow.review_state == asked.review_state)
    query = query.where(_for_reviewers(asked.review_state))
    if asked.state is not None:
        query = query.where(FindingRow.state == asked.state)
    if asked.window is not None:
        window = select(Window.id).where(Window.code == asked.window).scalar_subquery()
        query = query.where(FindingRow.window_id == window)
    if asked.area_id is not None:
        query = query.where(FindingRow.area_id == asked.area_id)
    if asked.rule is not None:
        query = query.where(FindingRow.rule == asked.rule)
    if asked.taken_from is not None:
        query = query.where(FindingRow.taken_at >= asked.taken_from)
    if asked.taken_before is not None:
        query = query.where(FindingRow.taken_at < asked.taken_before)
    return query


def queue(
    session: Session, scope: Scope, asked: QueueFilter, after: tuple[datetime, int] | None, limit: int
) -> list[QueueRow]:
    """Return findings, newest first, after a (time, key) pair."""
    query = _filtered(_queue(scope), asked)
    if after is not None:
        query = query.where(tuple_(FindingRow.taken_at, FindingRow.id) < tuple_(as_moment(after[0]), after[1]))
    query = query.order_by(FindingRow.taken_at.desc(), FindingRow.id.desc()).limit(limit)
    told = query.outerjoin(Problem, Problem.standing_id == FindingRow.id).add_columns(Problem)
    return [QueueRow(row[0], WindowRef(row[1], row[2]), row[3], row[4]) for row in session.execute(told).all()]


def finding(session: Session, scope: Scope, finding_id: int) -> QueueRow | None:
    """Return one finding, if the person may see it."""
    row = session.execute(_queue(scope).where(FindingRow.id == finding_id)).one_or_none()
    return QueueRow(row[0], WindowRef(row[1], row[2]), row[3]) if row is not None else None


def _up_to(scope: Scope, limit: int, review_state: ReviewState, state: State | None) -> Any:
    query = select(FindingRow.id).where(
        FindingRow.stands.is_(True),
        FindingRow.review_state == review_state,
        within(scope, FindingRow.centre_id, FindingRow.area_id),
        _for_reviewers(review_state),
    )
    if state is not None:
        query = query.where(FindingRow.state == state)
    return select(func.count()).select_from(query.limit(limit).subquery()).scalar_subquery()


def counts(session: Session, scope: Scope, limit: int) -> tuple[int, int, int, int, int]:
    """Return how many are open and suspected, open and inconclusive, confirmed, dismissed, beyond judging.

    Counting stops at ``limit``, so that the tabs cost the same with a million findings as with a thousand.
    """
    row = session.execute(
        select(
            _up_to(scope, limit, ReviewState.OPEN, State.SUSPECTED),
            _up_to(scope, limit, ReviewState.OPEN, State.INCONCLUSIVE),
            _up_to(scope, limit, ReviewState.CONFIRMED, None),
            _up_to(scope, limit, ReviewState.DISMISSED, None),
            _up_to(scope, limit, ReviewState.CANNOT_JUDGE, None),
        )
    ).one()
    return (row[0], row[1], row[2], row[3], row[4])


def reviews_of(session: Session, finding_id: int) -> list[Review]:
    """Return all decisions on a finding, newest first, with who made them."""
    query = select(Review).where(Review.finding_id == finding_id).options(joinedload(Review.reviewer))
    return list(session.scalars(query.order_by(Review.version.desc())))


def decide(session: Session, finding_id: int, seen_version: int, review_state: ReviewState) -> bool:
    """Set what people make of a finding; False if it is no longer of the version that was seen."""
    result = session.execute(
        update(FindingRow)
        .where(FindingRow.id == finding_id, FindingRow.version == seen_version)
        .values(review_state=review_state, version=FindingRow.version + 1)
        .execution_options(synchronize_session=False)
        .returning(FindingRow.id)
    )
    return result.scalar_one_or_none() is not None


def open_findings(session: Session, window_id: int, limit: int) -> int:
    """Return how many suspected findings of a window wait, counting up to ``limit``."""
    query = select(FindingRow.id).where(
        FindingRow.window_id == window_id,
        FindingRow.stands.is_(True),
        FindingRow.review_state == ReviewState.OPEN,
        FindingRow.state == State.SUSPECTED,
    )
    return session.scalar(select(func.count()).select_from(query.limit(limit).subquery())) or 0
