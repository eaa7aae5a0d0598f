"""The review queue: people confirm, dismiss, or say that they cannot judge. Nothing is ever overwritten."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType

from deskcheck_calibration.findings import State
from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.captures.present import evidence_links, finding_out
from deskcheck_service.errors import NotFoundError, NotReviewableError, ReviewConflictError, UndoError
from deskcheck_service.paging import mark, read_mark
from deskcheck_service.problems import deciding, noting
from deskcheck_service.problems import repository as problems
from deskcheck_service.problems import service as problem_service
from deskcheck_service.problems.present import brief
from deskcheck_service.reviews import repository
from deskcheck_service.reviews.schemas import (
    FindingDetail,
    QueueCounts,
    QueueFilter,
    QueueItem,
    QueuePage,
    ReviewNew,
    ReviewOut,
)
from deskcheck_service.schemas import Person
from deskcheck_service.tables import Decision, Review, ReviewState, Role, utc_now

COUNT_LIMIT = 1000

STATE_OF = MappingProxyType(
    {
        Decision.CONFIRM: ReviewState.CONFIRMED,
        Decision.DISMISS: ReviewState.DISMISSED,
        Decision.CANNOT_JUDGE: ReviewState.CANNOT_JUDGE,
    }
)


def list_findings(session: Session, principal: Principal, asked: QueueFilter, default_limit: int) -> QueuePage:
    """Return one page of the queue, newest first.

    Raises:
        CursorError: ``asked.after`` is not a page mark.
    """
    limit = asked.limit or default_limit
    after = read_mark(asked.after) if asked.after is not None else None
    rows = repository.queue(session, principal.scope(), asked, after, limit + 1)
    shown = rows[:limit]
    items = [
        QueueItem(
            finding=finding_out(row.finding, row.window),
            evidence=evidence_links(row.capture),
            problem=brief(row.problem, row.window, row.finding.review_state) if row.problem is not None else None,
        )
        for row in shown
    ]
    more = len(rows) > limit
    return QueuePage(items=items, next=mark(shown[-1].finding.taken_at, shown[-1].finding.id) if more else None)


def count_findings(session: Session, principal: Principal) -> QueueCounts:
    """Return how many findings wait, per tab of the queue."""
    suspected, inconclusive, confirmed, dismissed, cannot_judge = repository.counts(
        session, principal.scope(), COUNT_LIMIT
    )
    return QueueCounts(
        suspected=suspected,
        inconclusive=inconclusive,
        confirmed=confirmed,
        dismissed=dismissed,
        cannot_judge=cannot_judge,
        limit=COUNT_LIMIT,
    )


def _review_out(row: Review) -> ReviewOut:
    return ReviewOut(
        id=row.id,
        finding_id=row.finding_id,
        version=row.version,
        decision=row.decision,
        reason_code=row.reason_code,
        note=row.note,
        reviewer=Person(id=row.reviewer.id, name=row.reviewer.name, display_name=row.reviewer.display_name),
        at=row.at,
        undone_at=row.undone_at,
    )


def _found(session: Session, principal: Principal, finding_id: int, *roles: Role) -> repository.QueueRow:
    row = repository.finding(session, principal.scope(*roles), finding_id)
    if row is None:
        raise NotFoundError(what=f"finding {finding_id}")
    return row


def _detail(session: Session, row: repository.QueueRow) -> FindingDetail:
    reviews = repository.reviews_of(session, row.finding.id)
    finding = finding_out(row.finding, row.window)
    return FindingDetail(
        finding=finding,
        evidence=evidence_links(row.capture),
        problem=problem_service.of_findings(session, [finding]).get(finding.id),
        reviews=[_review_out(review) for review in reviews],
    )


def read_finding(session: Session, principal: Principal, finding_id: int) -> FindingDetail:
    """Return a finding with its pictures and its history.

    Raises:
        NotFoundError: there is none, or it is outside the person's areas.
    """
    return _detail(session, _found(session, principal, finding_id))


def _conflict(session: Session, finding_id: int) -> ReviewConflictError:
    reviews = repository.reviews_of(session, finding_id)
    problem = problems.of_finding(session, finding_id) if not reviews else None
    if problem is not None and problem.standing_id is not None:
        reviews = repository.reviews_of(session, problem.standing_id)
    who = reviews[0].reviewer.display_name if reviews else "?"
    decision = reviews[0].decision.value if reviews else ""
    return ReviewConflictError(who=who, decision=decision)


def review_finding(
    session: Session,
    principal: Principal,
    finding_id: int,
    body: ReviewNew,
    quiet_hours: float = deciding.QUIET_HOURS,
) -> FindingDetail:
    """Decide a finding, on the version of it that the reviewer saw, and with it all sightings of its problem.

    Raises:
        NotFoundError: there is none, or it is outside the supervisor's areas.
        NotReviewableError: it is neither suspected nor inconclusive.
        ReviewConflictError: somebody decided in the meantime; their decision stands.
    """
    row = _found(session, principal, finding_id, Role.SUPERVISOR)
    if row.finding.state not in {State.SUSPECTED, State.INCONCLUSIVE}:
        raise NotReviewableError(state=row.finding.state.value)
    if not deciding.stand_for(session, row.finding):
        raise _conflict(session, finding_id)
    if not repository.decide(session, finding_id, body.version, STATE_OF[body.decision]):
        raise _conflict(session, finding_id)
    now = utc_now()
    session.add(
        Review(
            finding_id=finding_id,
            version=body.version,
            decision=body.decision,
            reason_code=body.reason_code,
            note=body.note,
            reviewer_id=principal.user_id,
            at=now,
        )
    )
    deciding.decide(session, row.finding, body.decision, body.reason_code, now, quiet_hours)
    audit.record(session, principal, f"review.{body.decision}", "finding", finding_id, body.reason_code or "")
    return _reloaded(session, row)


def _reloaded(session: Session, row: repository.QueueRow) -> FindingDetail:
    session.flush()
    session.refresh(row.finding)
    return _detail(session, row)


def undo_review(
    session: Session,
    principal: Principal,
    finding_id: int,
    undo_minutes: float,
    clean_looks: int = noting.CLEAN_LOOKS,
) -> FindingDetail:
    """Take back one's own last decision; the one before it, if any, stands again.

    Raises:
        NotFoundError: there is no such finding, or it is outside the supervisor's areas.
        UndoError: the last decision is somebody else's, too old, or taken back already.
    """
    row = _found(session, principal, finding_id, Role.SUPERVISOR)
    problems.hold_window(session, row.finding.window_id)
    standing = [review for review in repository.reviews_of(session, finding_id) if review.undone_at is None]
    now = utc_now()
    last = standing[0] if standing else None
    if last is None or last.reviewer_id != principal.user_id or now - last.at > timedelta(minutes=undo_minutes):
        raise UndoError
    before = STATE_OF[standing[1].decision] if len(standing) > 1 else ReviewState.OPEN
    if not repository.decide(session, finding_id, row.finding.version, before):
        raise _conflict(session, finding_id)
    last.undone_at = now
    deciding.take_back(session, row.finding, last.decision, clean_looks)
    audit.record(session, principal, "review.undo", "finding", finding_id, last.decision.value)
    return _reloaded(session, row)
