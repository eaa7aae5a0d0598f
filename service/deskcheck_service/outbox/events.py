"""Events for outside systems, written in the transaction of what they tell: told if it was saved, else not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from deskcheck_service.tables import Area, Centre, Window, utc_now
from deskcheck_service.tables.outbox import DeliveryState, OutboxDelivery, OutboxEvent, WebhookTarget

_WINDOWS_AT_ONCE = 500


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
    return add_all(session, kind, {window_id: body})[0]


def add_all(session: Session, kind: str, bodies: Mapping[int, Mapping[str, object]]) -> list[int]:
    """Write an event of one kind for each of several windows; see ``add``. Return their keys, by ascending window.

    Windows are held in ascending order; a few statements for every five hundred.
    """
    made: list[int] = []
    keys = sorted(bodies)
    for start in range(0, len(keys), _WINDOWS_AT_ONCE):
        made += _add_some(session, kind, {key: bodies[key] for key in keys[start : start + _WINDOWS_AT_ONCE]})
    return made


def _add_some(session: Session, kind: str, bodies: Mapping[int, Mapping[str, object]]) -> list[int]:
    places = session.execute(
        select(Window.id, Centre.id, Centre.code, Area.code, Window.code)
        .join(Area, Area.id == Window.area_id)
        .join(Centre, Centre.id == Area.centre_id)
        .where(Window.id.in_(sorted(bodies)))
        .order_by(Window.id)
        .with_for_update(of=Window, key_share=True)
    ).all()
    now = utc_now()
    rows = []
    for window_id, centre_id, centre, area, window in places:
        told = {"centre": centre, "area": area, "window": window, **bodies[window_id]}
        body = json.dumps({"type": kind, "timestamp": moment(now), "data": told}, ensure_ascii=False)
        rows.append({"centre_id": centre_id, "window_id": window_id, "kind": kind, "body": body, "created_at": now})
    made = list(session.scalars(insert(OutboxEvent).returning(OutboxEvent.id, sort_by_parameter_order=True), rows))
    _address(session, made, now)
    return made


def _address(session: Session, event_ids: Sequence[int], now: datetime) -> None:
    columns = ["event_id", "target_id", "window_id", "state", "tries", "next_try_at", "last_error"]
    chosen = (
        select(
            OutboxEvent.id,
            WebhookTarget.id,
            OutboxEvent.window_id,
            literal(DeliveryState.WAITING, OutboxDelivery.state.type),
            literal(0),
            literal(now, OutboxDelivery.next_try_at.type),
            literal(""),
        )
        .join(WebhookTarget, WebhookTarget.centre_id == OutboxEvent.centre_id)
        .where(OutboxEvent.id.in_(event_ids), WebhookTarget.enabled.is_(True))
    )
    session.execute(insert(OutboxDelivery).from_select(columns, chosen))


def moment(at: datetime) -> str:
    """Return a time as messages write it: ISO 8601 with milliseconds, UTC."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
