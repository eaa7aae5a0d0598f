"""What an outside system should hold, for both sides to compare: counts and digests by window and day, and lists."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.outbox import repository, targets
from deskcheck_service.outbox.events import webhook_id
from deskcheck_service.outbox.schemas import DigestRow, Missing, Reconciliation
from deskcheck_service.tables.outbox import OutboxEvent

_KEYS_AT_ONCE = 500


def digest(keys: Iterable[int]) -> str:
    """Return the SHA-256 of events' names in ascending order, each followed by a line feed."""
    text = "".join(f"{webhook_id(key)}\n" for key in sorted(keys))
    return hashlib.sha256(text.encode()).hexdigest()


def reconcile(session: Session, actor: Principal | str, name: str, start: datetime, end: datetime) -> Reconciliation:
    """Return counts and digests of the events of a span of time, by window and day (UTC).

    Args:
        session: any.
        actor: who asks.
        name: of the outside system.
        start: first moment of the span.
        end: first moment after it.

    Raises:
        NotFoundError: there is no such system.
    """
    target = targets.found(session, actor, name)
    listed = repository.listed(session, target.centre_id, start, end)
    groups: dict[tuple[date, str], list[int]] = {}
    for key, window, at in listed:
        groups.setdefault((at.astimezone(UTC).date(), window), []).append(key)
    rows = [
        DigestRow(day=day, window=window, count=len(keys), digest=digest(keys))
        for (day, window), keys in sorted(groups.items())
    ]
    return Reconciliation(
        target=name, start=start, end=end, count=len(listed), digest=digest(key for key, _, _ in listed), rows=rows
    )


def missing(
    session: Session,
    actor: Principal | str,
    name: str,
    span: tuple[datetime, datetime],
    held: Collection[str],
    resend_at: datetime | None = None,
) -> Missing:
    """Return what a system lacks of a span of time, given the ids that it holds.

    Args:
        session: a transaction, where ``resend_at`` is given.
        actor: who asks.
        name: of the outside system.
        span: first moment, first moment after.
        held: ids as in the header webhook-id.
        resend_at: send it what it lacks, from then on; None sends nothing.

    Raises:
        NotFoundError: there is no such system.
        EventIdError: one of the ids is none.
    """
    target = targets.found(session, actor, name)
    theirs = {targets.read_event_id(text) for text in held}
    ours = [key for key, _, _ in repository.listed(session, target.centre_id, *span)]
    lacking = [key for key in ours if key not in theirs]
    resent = 0
    for start in range(0, len(lacking) if resend_at is not None else 0, _KEYS_AT_ONCE):
        some = select(OutboxEvent.id).where(OutboxEvent.id.in_(lacking[start : start + _KEYS_AT_ONCE]))
        assert resend_at is not None
        resent += repository.events_again(session, target.id, some, resend_at)
    if resend_at is not None:
        audit.record(session, actor, "outbox.resend", "webhook_target", name, f"{len(lacking)} missing, {resent} sent")
    unknown = sorted(theirs - set(ours))
    return Missing(
        missing=[webhook_id(key) for key in lacking], unknown=[webhook_id(key) for key in unknown], resent=resent
    )
