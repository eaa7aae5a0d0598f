"""Events for outside systems, written in the transaction of what they tell: told if it was saved, else not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from deskcheck_service.tables import Area, Centre, Window, utc_now
from deskcheck_service.tables.outbox import DeliveryState, OutboxDelivery, OutboxEvent, WebhookTarget


class EventKind(StrEnum):
    """What outside systems are told of. Each sighting of a problem is not: its count comes with the next event."""

    PROBLEM_OPENED = "problem.opened"
    PROBLEM_NO_LONGER_SEEN = "problem.no_longer_seen"
    FINDING_CONFIRMED = "finding.confirmed"
    FINDING_DISMISSED = "finding.dismissed"
    FINDING_CANNOT_JUDGE = "finding.cannot_judge"
    FINDING_REOPENED = "finding.reopened"
    ROUND_CLOSED = "round.closed"


def webhook_id(event_id: int) -> str:
    """Return the name under which an event is sent, the same at every try."""
    return f"evt_{event_id}"


def add(session: Session, window_id: int, kind: str, body: Mapping[str, object]) -> int:
    """Write an event and one delivery for each outside system of the window's centre; return the event's key.

    The window stays held to the end of the transaction, so that its events become visible in the order of their keys.

    Args:
        session: the transaction of what happened.
        window_id: where it happened.
        kind: see ``EventKind``.
        body: plain values; pictures are named by links, never carried.
    """
    place = session.execute(
        select(Centre.id, Centre.code, Area.code, Window.code)
        .join(Area, Area.id == Window.area_id)
        .join(Centre, Centre.id == Area.centre_id)
        .where(Window.id == window_id)
        .with_for_update(of=Window, key_share=True)
    ).one()
    now = utc_now()
    told = {"centre": place[1], "area": place[2], "window": place[3], **body}
    event = OutboxEvent(
        centre_id=place[0],
        window_id=window_id,
        kind=kind,
        body=json.dumps({"type": kind, "timestamp": moment(now), "data": told}, ensure_ascii=False),
        created_at=now,
    )
    session.add(event)
    session.flush()
    _address(session, event, now)
    return event.id


def _address(session: Session, event: OutboxEvent, now: datetime) -> None:
    columns = ["event_id", "target_id", "window_id", "state", "tries", "next_try_at", "last_error"]
    chosen = select(
        literal(event.id),
        WebhookTarget.id,
        literal(event.window_id),
        literal(DeliveryState.WAITING, OutboxDelivery.state.type),
        literal(0),
        literal(now, OutboxDelivery.next_try_at.type),
        literal(""),
    ).where(WebhookTarget.centre_id == event.centre_id, WebhookTarget.enabled.is_(True))
    session.execute(insert(OutboxDelivery).from_select(columns, chosen))


def moment(at: datetime) -> str:
    """Return a time as messages write it: ISO 8601 with milliseconds, UTC."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
