"""Queries on problems and their sightings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from deskcheck_calibration.findings import State
from sqlalchemy import Select, func, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased, joinedload

from deskcheck_service.accounts.rights import Scope
from deskcheck_service.layouts.repository import WindowRef, within
from deskcheck_service.problems.schemas import ProblemFilter
from deskcheck_service.tables import Capture, Centre, FindingRow, JudgementRow, ReviewState, Window
from deskcheck_service.tables.base import as_moment
from deskcheck_service.tables.problems import Problem, ProblemEnd, ProblemSighting

_WITH_FINDINGS = (joinedload(Problem.best_finding), joinedload(Problem.standing))


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem with its window and the pictures of its best evidence."""

    problem: Problem
    window: WindowRef
    capture: Capture


@dataclass(frozen=True, slots=True)
class SightingRow:
    """A sighting of a problem with its pictures."""

    finding: FindingRow
    capture: Capture


def hold_window(session: Session, window_id: int) -> None:
    """Wait until nobody else notes or decides about a window; others wait for the end of this transaction.

    One lock a window and no other: two looks at it are noted one after the other and its events get their keys in the
    order in which they become visible. SQLite's writers wait for each other anyway.
    """
    session.execute(select(Window.id).where(Window.id == window_id).with_for_update(key_share=True))


def current(session: Session, window_id: int, since: datetime) -> list[Problem]:
    """Return a window's open problems and those closed after a time, newest first."""
    query = select(Problem).where(
        Problem.window_id == window_id, or_(Problem.closed_at.is_(None), Problem.closed_at > since)
    )
    layouts = joinedload(Problem.best_finding).joinedload(FindingRow.judgement)
    return list(session.scalars(query.options(layouts, joinedload(Problem.standing)).order_by(Problem.id.desc())))


def last_closed(session: Session, window_id: int, rule: str, item: str, place: str) -> int | None:
    """Return the key of the problem of that deviation which was closed last."""
    query = select(Problem.id).where(
        Problem.window_id == window_id,
        Problem.rule == rule,
        Problem.item == item,
        Problem.place == place,
        Problem.closed_at.is_not(None),
    )
    return session.scalar(query.order_by(Problem.closed_at.desc(), Problem.id.desc()).limit(1))


def suspected_of(session: Session, judgement_id: int) -> list[FindingRow]:
    """Return the suspected and the doubtful findings of a judgement."""
    query = select(FindingRow).where(
        FindingRow.judgement_id == judgement_id, FindingRow.state.in_((State.SUSPECTED, State.INCONCLUSIVE))
    )
    return list(session.scalars(query.order_by(FindingRow.id)))


def standing_doubts(session: Session, window_id: int, judgement_id: int) -> list[FindingRow]:
    """Return the doubts about a window that wait for people, but for those of one judgement."""
    query = select(FindingRow).where(
        FindingRow.window_id == window_id,
        FindingRow.review_state == ReviewState.OPEN,
        FindingRow.state == State.INCONCLUSIVE,
        FindingRow.stands.is_(True),
        FindingRow.judgement_id != judgement_id,
    )
    return list(session.scalars(query))


def fold(session: Session, finding_ids: Iterable[int]) -> None:
    """Take findings out of the queue."""
    keys = sorted(finding_ids)
    if keys:
        session.execute(update(FindingRow).where(FindingRow.id.in_(keys)).values(stands=False))


def last_sighted(session: Session, problem: Problem) -> list[FindingRow]:
    """Return the sightings of a problem at the time when it was seen last."""
    query = (
        select(FindingRow)
        .join(ProblemSighting, ProblemSighting.finding_id == FindingRow.id)
        .where(ProblemSighting.problem_id == problem.id, FindingRow.taken_at == problem.last_seen)
    )
    return list(session.scalars(query))


def of_finding(session: Session, finding_id: int) -> Problem | None:
    """Return the problem that a finding is a sighting of."""
    query = (
        select(Problem)
        .join(ProblemSighting, ProblemSighting.problem_id == Problem.id)
        .where(ProblemSighting.finding_id == finding_id)
    )
    return session.scalar(query.options(*_WITH_FINDINGS).order_by(Problem.id.desc()).limit(1))


def open_of_key(session: Session, like: Problem) -> Problem | None:
    """Return the open problem of the same deviation, if there is one."""
    query = select(Problem).where(
        Problem.window_id == like.window_id,
        Problem.rule == like.rule,
        Problem.item == like.item,
        Problem.place == like.place,
        Problem.closed_at.is_(None),
    )
    return session.scalar(query.options(joinedload(Problem.standing)))


def of_findings(session: Session, finding_ids: Sequence[int]) -> dict[int, Problem]:
    """Return the problems of findings by the finding's key; one query."""
    if not finding_ids:
        return {}
    query = (
        select(ProblemSighting.finding_id, Problem)
        .join(Problem, Problem.id == ProblemSighting.problem_id)
        .where(ProblemSighting.finding_id.in_(sorted(finding_ids)))
        .options(joinedload(Problem.standing))
    )
    return {row[0]: row[1] for row in session.execute(query.order_by(Problem.id)).all()}


def _listed(scope: Scope) -> Select[Problem, str, str, Capture]:
    best = aliased(FindingRow)
    return (
        select(Problem, Window.code, Centre.time_zone, Capture)
        .join(Window, Window.id == Problem.window_id)
        .join(Centre, Centre.id == Problem.centre_id)
        .join(best, best.id == Problem.best_finding_id)
        .join(JudgementRow, JudgementRow.id == best.judgement_id)
        .join(Capture, Capture.id == JudgementRow.capture_id)
        .where(within(scope, Problem.centre_id, Problem.area_id))
        .options(*_WITH_FINDINGS)
    )


def problems(
    session: Session, scope: Scope, asked: ProblemFilter, after: tuple[datetime, int] | None, limit: int
) -> list[ProblemRow]:
    """Return problems, those seen last first, after a (time, key) pair."""
    query = _listed(scope)
    # Along one index, for open ones too: what has no end is open.
    ended = Problem.ended_by.is_(None) if asked.state == "open" else Problem.ended_by == ProblemEnd(asked.state)
    query = query.where(ended)
    if asked.window is not None:
        window = select(Window.id).where(Window.code == asked.window).scalar_subquery()
        query = query.where(Problem.window_id == window)
    if asked.area_id is not None:
        query = query.where(Problem.area_id == asked.area_id)
    if asked.rule is not None:
        query = query.where(Problem.rule == asked.rule)
    if after is not None:
        query = query.where(tuple_(Problem.last_seen, Problem.id) < tuple_(as_moment(after[0]), after[1]))
    query = query.order_by(Problem.last_seen.desc(), Problem.id.desc()).limit(limit)
    return [ProblemRow(row[0], WindowRef(row[1], row[2]), row[3]) for row in session.execute(query).all()]


def problem(session: Session, scope: Scope, problem_id: int) -> ProblemRow | None:
    """Return one problem, if the person may see it."""
    row = session.execute(_listed(scope).where(Problem.id == problem_id)).one_or_none()
    return ProblemRow(row[0], WindowRef(row[1], row[2]), row[3]) if row is not None else None


def sightings(session: Session, problem_id: int, limit: int) -> list[SightingRow]:
    """Return a problem's sightings with their pictures, newest first."""
    query = (
        select(FindingRow, Capture)
        .join(ProblemSighting, ProblemSighting.finding_id == FindingRow.id)
        .join(JudgementRow, JudgementRow.id == FindingRow.judgement_id)
        .join(Capture, Capture.id == JudgementRow.capture_id)
        .where(ProblemSighting.problem_id == problem_id)
        .order_by(FindingRow.taken_at.desc(), FindingRow.id.desc())
        .limit(limit)
    )
    return [SightingRow(row[0], row[1]) for row in session.execute(query).all()]


def later_of(session: Session, problem_id: int) -> int | None:
    """Return the key of the problem that was opened when this one came back."""
    return session.scalar(select(func.min(Problem.id)).where(Problem.earlier_id == problem_id))


def move_sightings(session: Session, problem_id: int, other_id: int) -> None:
    """Make a problem's sightings another's."""
    session.execute(update(ProblemSighting).where(ProblemSighting.problem_id == problem_id).values(problem_id=other_id))
