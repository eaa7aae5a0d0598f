"""What outside systems are told about problems and about people's decisions."""

from __future__ import annotations

from sqlalchemy.orm import Session

from deskcheck_service.outbox import events
from deskcheck_service.outbox.events import EventKind, moment
from deskcheck_service.tables import Decision, FindingRow
from deskcheck_service.tables.problems import Problem

_KIND_OF = {
    Decision.CONFIRM: EventKind.FINDING_CONFIRMED,
    Decision.DISMISS: EventKind.FINDING_DISMISSED,
    Decision.CANNOT_JUDGE: EventKind.FINDING_CANNOT_JUDGE,
}


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "id": problem.id,
        "rule": problem.rule,
        "item": problem.item or None,
        "place": problem.place or None,
        "state": problem.ended_by.value if problem.ended_by is not None else "open",
        "first_seen": moment(problem.first_seen),
        "last_seen": moment(problem.last_seen),
        "seen_count": problem.seen_count,
        "closed_at": moment(problem.closed_at) if problem.closed_at is not None else None,
        "earlier_problem_id": problem.earlier_id,
        "link": f"/problems/{problem.id}",
    }


def _finding(row: FindingRow) -> dict[str, object]:
    return {
        "id": row.id,
        "judgement_id": row.judgement_id,
        "rule": row.rule,
        "state": row.state.value,
        "item": row.item,
        "place": row.place,
        "measured": row.measured,
        "limit": row.limit_value,
        "unit": row.unit,
        "uncertainty": row.uncertainty,
        "taken_at": moment(row.taken_at),
        "link": f"/judgements/{row.judgement_id}",
    }


def opened(session: Session, problem: Problem, best: FindingRow) -> None:
    """Tell that a problem was opened."""
    body = {"problem": _problem(problem), "finding": _finding(best)}
    events.add(session, problem.window_id, EventKind.PROBLEM_OPENED, body)


def no_longer_seen(session: Session, problem: Problem) -> None:
    """Tell that the machine no longer sees a problem; that is not to say that it was rectified."""
    events.add(session, problem.window_id, EventKind.PROBLEM_NO_LONGER_SEEN, {"problem": _problem(problem)})


def decided(session: Session, row: FindingRow, problem: Problem | None, decision: Decision, reason: str | None) -> None:
    """Tell what a person decided; who it was stays in the house."""
    body = {"problem": _problem(problem) if problem is not None else None, "finding": _finding(row), "reason": reason}
    events.add(session, row.window_id, _KIND_OF[decision], body)


def taken_back(session: Session, row: FindingRow, problem: Problem | None) -> None:
    """Tell that a decision was taken back."""
    body = {"problem": _problem(problem) if problem is not None else None, "finding": _finding(row)}
    events.add(session, row.window_id, EventKind.FINDING_REOPENED, body)
