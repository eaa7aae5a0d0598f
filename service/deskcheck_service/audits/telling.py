"""What outside systems are told about rounds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from deskcheck_service.audits import round_repository
from deskcheck_service.outbox import events
from deskcheck_service.outbox.events import EventKind
from deskcheck_service.tables.audits import AuditRound, OwedState, RoundState


def round_closed(session: Session, row: AuditRound, state: RoundState, at: datetime) -> None:
    """Tell each window of a round how it ended there."""
    judged: dict[int, int] = {}
    reasons: dict[int, str | None] = {}
    for window_id, how, count, reason in round_repository.ended_by_window(session, row.id):
        judged[window_id] = judged.get(window_id, 0) + (count if how is OwedState.JUDGED else 0)
        reasons[window_id] = reason or reasons.get(window_id)
    told = {
        "id": row.id,
        "kind": row.kind.value,
        "on_date": row.on_date.isoformat(),
        "number": row.number,
        "state": state.value,
        "closed_at": events.moment(at),
    }
    bodies = {key: {"round": told, "judged": count > 0, "reason": reasons[key]} for key, count in judged.items()}
    events.add_all(session, EventKind.ROUND_CLOSED, bodies)
