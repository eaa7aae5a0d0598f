"""Entries of the audit log, added in the transaction of the act that they speak of."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskcheck_service import correlation
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.tables import AuditEntry, utc_now


def record(session: Session, actor: Principal | str, action: str, kind: str, subject: object, detail: str = "") -> None:
    """Add one entry.

    Args:
        session: the transaction of the act.
        actor: who acted; a plain name, such as "command line", where nobody is logged in.
        action: dotted name, such as "layout.approve".
        kind: what it was done to, such as "layout".
        subject: which one.
        detail: more, for people; never a secret.
    """
    person = actor if isinstance(actor, Principal) else None
    session.add(
        AuditEntry(
            at=utc_now(),
            actor_id=person.user_id if person else None,
            actor_name=(person.name if person else str(actor))[:64],
            action=action,
            subject_kind=kind,
            subject=str(subject)[:100],
            detail=detail[:500],
            address=person.address[:64] if person else "",
            # A machine's acts carry the id that is bound to the work, such as a camera's visit.
            request_id=((person.request_id if person else "") or correlation.current())[:64],
        )
    )


def page(session: Session, before_id: int | None, limit: int) -> list[AuditEntry]:
    """Return entries, newest first, older than ``before_id``."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(AuditEntry.id < before_id)
    return list(session.scalars(query))
