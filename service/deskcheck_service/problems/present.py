"""Rows of problems to the shapes that are shown."""

from __future__ import annotations

from typing import cast

from deskcheck_service.captures import words
from deskcheck_service.captures.present import evidence_links, finding_out, item_name
from deskcheck_service.layouts.repository import WindowRef
from deskcheck_service.problems.repository import ProblemRow, SightingRow
from deskcheck_service.problems.schemas import ProblemBrief, ProblemDetail, ProblemOut, ProblemState, SightingOut
from deskcheck_service.tables import ReviewState
from deskcheck_service.tables.problems import Problem


def brief(problem: Problem, window: WindowRef, decision: ReviewState) -> ProblemBrief:
    """Return a problem in one line.

    Args:
        problem: the row.
        window: its window.
        decision: what people made of the finding that stands for it.
    """
    state = problem.ended_by.value if problem.ended_by is not None else "open"
    return ProblemBrief(
        id=problem.id,
        window_code=window.code,
        time_zone=window.time_zone,
        rule=problem.rule,
        rule_title=words.rule_title(problem.rule),
        item=problem.item or None,
        item_name=item_name(problem.item) if problem.item else None,
        place=problem.place or None,
        state=cast(ProblemState, state),
        decision=decision,
        first_seen=problem.first_seen,
        last_seen=problem.last_seen,
        seen_count=problem.seen_count,
        clean_looks=problem.clean_looks,
        closed_at=problem.closed_at,
        earlier_id=problem.earlier_id,
        standing_id=problem.standing_id,
    )


def decision_of(problem: Problem) -> ReviewState:
    """Return what people made of a problem whose standing finding is loaded."""
    return problem.standing.review_state if problem.standing is not None else ReviewState.OPEN


def problem_out(row: ProblemRow) -> ProblemOut:
    """Return a problem with its best evidence."""
    return ProblemOut(
        problem=brief(row.problem, row.window, decision_of(row.problem)),
        best=finding_out(row.problem.best_finding, row.window),
        evidence=evidence_links(row.capture),
    )


def problem_detail(row: ProblemRow, sightings: list[SightingRow], *, more: bool, later_id: int | None) -> ProblemDetail:
    """Return a problem with its sightings."""
    out = problem_out(row)
    return ProblemDetail(
        problem=out.problem,
        best=out.best,
        evidence=out.evidence,
        sightings=[
            SightingOut(finding=finding_out(one.finding, row.window), evidence=evidence_links(one.capture))
            for one in sightings
        ],
        more=more,
        later_id=later_id,
    )
