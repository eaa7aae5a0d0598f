"""What a person's decision about a finding means for its problem, in the decision's own transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy.orm import Session

from deskcheck_service.problems import repository, telling
from deskcheck_service.problems.noting import CLEAN_LOOKS
from deskcheck_service.tables import Decision, DismissReason, FindingRow, ReviewState
from deskcheck_service.tables.problems import Problem, ProblemEnd

QUIET_HOURS = 24.0
# A visitor leaves and a use ends; what was put right on the spot and is seen again is a new occurrence at once.
_QUIET_AT_MOST_H = MappingProxyType(
    {DismissReason.CLIENTS_PROPERTY: 1.0, DismissReason.IN_USE: 1.0, DismissReason.FIXED_ON_THE_SPOT: 0.0}
)


def stand_for(session: Session, row: FindingRow) -> bool:
    """Let a finding that a person is about to decide stand for its problem, if nobody has decided that.

    Returns:
        False where another sighting of the same problem was decided already.
    """
    repository.hold_window(session, row.window_id)
    session.refresh(row)
    if row.stands:
        return True
    problem = repository.of_finding(session, row.id)
    if problem is None:  # an earlier doubt, for which a newer one stands
        row.stands = True
        session.flush()
        return True
    standing = problem.standing
    if standing is not None and standing.review_state is not ReviewState.OPEN:
        return False
    if standing is not None:
        standing.stands = False
    row.stands, problem.standing_id = True, row.id
    session.flush()
    return True


def decide(
    session: Session,
    row: FindingRow,
    decision: Decision,
    reason: DismissReason | None,
    now: datetime,
    quiet_hours: float = QUIET_HOURS,
) -> None:
    """Close a dismissed finding's problem or open it again, and tell outside systems of the decision.

    Args:
        session: the transaction of the decision.
        row: the finding, which stands for its problem.
        decision: what was decided.
        reason: why it was dismissed.
        now: when.
        quiet_hours: for how long at most the same deviation opens no other problem while it stays where it is.
    """
    session.refresh(row)
    problem = repository.of_finding(session, row.id)
    if problem is not None and decision is Decision.DISMISS and reason is not None:
        if problem.closed_at is None:
            problem.closed_at, problem.clean_looks, problem.last_clean_at = now, 0, None
        problem.ended_by = ProblemEnd.DISMISSED
        hours = min(quiet_hours, _QUIET_AT_MOST_H.get(reason, quiet_hours))
        problem.quiet_until = now + timedelta(hours=hours)
        session.flush()
    elif problem is not None and problem.ended_by is ProblemEnd.DISMISSED:
        _reopen(session, row, problem, CLEAN_LOOKS)  # somebody thought better of a dismissal
        problem = repository.of_finding(session, row.id)
    telling.decided(session, row, problem, decision, reason.value if reason is not None else None)


def take_back(session: Session, row: FindingRow, last: Decision, clean_looks: int) -> None:
    """Undo what a decision meant for the problem, and tell outside systems.

    Args:
        session: the transaction of the undoing.
        row: the finding.
        last: the decision that is taken back.
        clean_looks: see ``noting.note``: what has not been seen since is no longer seen.
    """
    session.refresh(row)
    problem = repository.of_finding(session, row.id)
    if problem is not None and last is Decision.DISMISS and problem.ended_by is ProblemEnd.DISMISSED:
        _reopen(session, row, problem, clean_looks)
        problem = repository.of_finding(session, row.id)
    telling.taken_back(session, row, problem)


def _reopen(session: Session, row: FindingRow, problem: Problem, clean_looks: int) -> None:
    problem.quiet_until = None
    if problem.clean_looks >= clean_looks:
        problem.ended_by, problem.closed_at = ProblemEnd.NO_LONGER_SEEN, problem.last_clean_at or problem.closed_at
        return
    newer = repository.open_of_key(session, problem)
    if newer is None:
        problem.ended_by, problem.closed_at = None, None
        session.flush()
        return
    # It came back in the meantime: one entry stands for both.
    newer.first_seen, newer.seen_count = (
        min(newer.first_seen, problem.first_seen),
        newer.seen_count + problem.seen_count,
    )
    repository.move_sightings(session, problem.id, newer.id)
    standing = newer.standing
    if row.review_state is ReviewState.OPEN or standing is None or standing.review_state is not ReviewState.OPEN:
        row.stands = False
    else:
        standing.stands, newer.standing_id = False, row.id
    session.flush()
