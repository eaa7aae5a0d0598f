"""Queries on events, deliveries and outside systems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, text, true, update
from sqlalchemy.orm import Session, aliased, joinedload

from deskcheck_service.accounts.rights import Scope
from deskcheck_service.db import insert_into
from deskcheck_service.tables import Centre, Window
from deskcheck_service.tables.outbox import DeliveryState, OutboxDelivery, OutboxEvent, WebhookTarget

# As the partial index says it, so that both databases see that it serves.
_WAITING = text("outbox_delivery.state = 'waiting'")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery to be made."""

    id: int
    event_id: int
    window_id: int
    body: str
    tries: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """What a failed try leaves in a delivery."""

    id: int
    state: DeliveryState
    tries: int
    next_try_at: datetime
    last_error: str


def due_targets(session: Session, now: datetime) -> list[WebhookTarget]:
    """Return the systems that are switched on and have something due."""
    due = select(OutboxDelivery.id).where(
        OutboxDelivery.target_id == WebhookTarget.id, _WAITING, OutboxDelivery.next_try_at <= now
    )
    query = select(WebhookTarget).where(WebhookTarget.enabled.is_(True), due.exists())
    return list(session.scalars(query.order_by(WebhookTarget.id)))


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(OutboxDelivery.held_until.is_(None), OutboxDelivery.held_until <= now)


def take(
    session: Session, target_id: int, now: datetime, held_until: datetime, windows: int, per_window: int
) -> list[Waiting]:
    """Hold the next deliveries of a system and return them, in order within each window.

    The first of a window that waits holds the window: only who holds it goes on to the later ones, and who comes second
    finds it held. Four statements, whatever waits.
    """
    head = aliased(OutboxDelivery, name="head")
    heads = (
        select(func.min(head.event_id))
        .where(head.target_id == target_id, text("head.state = 'waiting'"))
        .group_by(head.window_id)
    )
    chosen = select(OutboxDelivery.id).where(
        OutboxDelivery.target_id == target_id,
        OutboxDelivery.event_id.in_(heads),
        OutboxDelivery.next_try_at <= now,
        _free(now),
    )
    ids = list(session.scalars(chosen.order_by(OutboxDelivery.next_try_at, OutboxDelivery.id).limit(windows)))
    if not ids:
        return []
    won = session.scalars(
        update(OutboxDelivery)
        .where(OutboxDelivery.id.in_(ids), OutboxDelivery.state == DeliveryState.WAITING, _free(now))
        .values(held_until=held_until)
        .returning(OutboxDelivery.window_id)
        .execution_options(synchronize_session=False)
    ).all()
    if not won:
        return []
    taken = _first_of_each(session, target_id, won, per_window)
    _set_held(session, [one.id for one in taken], held_until)
    return taken


def _first_of_each(session: Session, target_id: int, window_ids: Sequence[int], count: int) -> list[Waiting]:
    place = func.row_number().over(partition_by=OutboxDelivery.window_id, order_by=OutboxDelivery.event_id)
    waiting = (
        select(OutboxDelivery.id.label("id"), place.label("place"))
        .where(OutboxDelivery.target_id == target_id, OutboxDelivery.window_id.in_(sorted(window_ids)), _WAITING)
        .subquery()
    )
    query = (
        select(
            OutboxDelivery.id,
            OutboxDelivery.event_id,
            OutboxDelivery.window_id,
            OutboxEvent.body,
            OutboxDelivery.tries,
            OutboxEvent.created_at,
        )
        .join(waiting, waiting.c.id == OutboxDelivery.id)
        .join(OutboxEvent, OutboxEvent.id == OutboxDelivery.event_id)
        .where(waiting.c.place <= count)
        .order_by(OutboxDelivery.window_id, OutboxDelivery.event_id)
    )
    return [Waiting(*row) for row in session.execute(query).all()]


def _set_held(session: Session, ids: Sequence[int], held_until: datetime | None) -> None:
    session.execute(
        update(OutboxDelivery)
        .where(OutboxDelivery.id.in_(ids))
        .values(held_until=held_until)
        .execution_options(synchronize_session=False)
    )


def delivered(session: Session, ids: Sequence[int], at: datetime) -> None:
    """Write down what was accepted."""
    session.execute(
        update(OutboxDelivery)
        .where(OutboxDelivery.id.in_(ids), OutboxDelivery.state == DeliveryState.WAITING)
        .values(
            state=DeliveryState.DELIVERED,
            tries=OutboxDelivery.tries + 1,
            delivered_at=at,
            held_until=None,
            last_error="",
        )
        .execution_options(synchronize_session=False)
    )


def failed(session: Session, failures: Sequence[Failure]) -> None:
    """Write down what was not."""
    session.execute(
        update(OutboxDelivery),
        [
            {
                "id": one.id,
                "state": one.state,
                "tries": one.tries,
                "next_try_at": one.next_try_at,
                "last_error": one.last_error,
                "held_until": None,
            }
            for one in failures
        ],
    )


def release(session: Session, ids: Sequence[int], held_until: datetime) -> None:
    """Let go of what was held and not tried, unless somebody else holds it by now."""
    session.execute(
        update(OutboxDelivery)
        .where(OutboxDelivery.id.in_(ids), OutboxDelivery.held_until == held_until)
        .values(held_until=None)
        .execution_options(synchronize_session=False)
    )


def note_target(session: Session, target_id: int, *, success_at: datetime | None, error: str) -> None:
    """Keep when a system accepted something last, and its last error since."""
    values: dict[str, object] = {"last_error": error[:500]}
    if success_at is not None:
        values["last_success_at"] = success_at
    session.execute(update(WebhookTarget).where(WebhookTarget.id == target_id).values(values))


@dataclass(frozen=True, slots=True)
class Standing:
    """How many deliveries of a system wait and are dead, and since when the oldest waits."""

    waiting: int
    dead: int
    waiting_since: datetime | None


def standing(session: Session, target_ids: Iterable[int]) -> dict[int, Standing]:
    """Return how far each system is; one query along the index of states."""
    keys = sorted(target_ids)
    query = (
        select(
            OutboxDelivery.target_id,
            func.count().filter(OutboxDelivery.state == DeliveryState.WAITING),
            func.count().filter(OutboxDelivery.state == DeliveryState.DEAD),
            func.min(OutboxEvent.created_at).filter(OutboxDelivery.state == DeliveryState.WAITING),
        )
        .join(OutboxEvent, OutboxEvent.id == OutboxDelivery.event_id)
        .where(
            OutboxDelivery.target_id.in_(keys), OutboxDelivery.state.in_((DeliveryState.WAITING, DeliveryState.DEAD))
        )
        .group_by(OutboxDelivery.target_id)
    )
    found = {row[0]: Standing(row[1], row[2], row[3]) for row in session.execute(query).all()}
    return {key: found.get(key, Standing(0, 0, None)) for key in keys}


def _within(scope: Scope) -> ColumnElement[bool]:
    return true() if scope.everything else WebhookTarget.centre_id.in_(sorted(scope.centre_ids))


def targets(session: Session, scope: Scope) -> list[WebhookTarget]:
    """Return the outside systems of whole centres that a person's roles reach."""
    return list(session.scalars(select(WebhookTarget).where(_within(scope)).order_by(WebhookTarget.name)))


def target_by_name(session: Session, scope: Scope, name: str) -> WebhookTarget | None:
    """Return an outside system, if the person may see it."""
    return session.scalar(select(WebhookTarget).where(WebhookTarget.name == name, _within(scope)))


def name_is_taken(session: Session, name: str) -> bool:
    """Tell whether there is a system of that name, whoever may see it."""
    return session.scalar(select(WebhookTarget.id).where(WebhookTarget.name == name)) is not None


def centre_codes(session: Session, keys: Iterable[int]) -> dict[int, str]:
    """Return the codes of centres."""
    return dict(session.execute(select(Centre.id, Centre.code).where(Centre.id.in_(sorted(set(keys))))).all())


def dead(session: Session, target_id: int, limit: int) -> list[OutboxDelivery]:
    """Return a system's dead deliveries with their events, newest first."""
    query = select(OutboxDelivery).where(
        OutboxDelivery.target_id == target_id, OutboxDelivery.state == DeliveryState.DEAD
    )
    query = query.options(joinedload(OutboxDelivery.event)).order_by(OutboxDelivery.event_id.desc())
    return list(session.scalars(query.limit(limit)))


def window_codes(session: Session, keys: Iterable[int]) -> dict[int, str]:
    """Return the codes of windows."""
    return dict(session.execute(select(Window.id, Window.code).where(Window.id.in_(sorted(set(keys))))).all())


def _again(session: Session, now: datetime, *conditions: ColumnElement[bool]) -> int:
    result = session.scalars(
        update(OutboxDelivery)
        .where(*conditions)
        .values(
            state=DeliveryState.WAITING, tries=0, next_try_at=now, held_until=None, delivered_at=None, last_error=""
        )
        .returning(OutboxDelivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(result.all())


def dead_again(session: Session, target_id: int, now: datetime) -> int:
    """Let all dead deliveries of a system wait again."""
    return _again(session, now, OutboxDelivery.target_id == target_id, OutboxDelivery.state == DeliveryState.DEAD)


def events_again(session: Session, target_id: int, events: Select[int], now: datetime) -> int:
    """Let events be sent to a system (again), whatever has become of them there; return how many."""
    done = _again(
        session,
        now,
        OutboxDelivery.target_id == target_id,
        OutboxDelivery.state != DeliveryState.WAITING,
        OutboxDelivery.event_id.in_(events),
    )
    rows = select(
        OutboxEvent.id,
        literal(target_id),
        OutboxEvent.window_id,
        literal(DeliveryState.WAITING, OutboxDelivery.state.type),
        literal(0),
        literal(now, OutboxDelivery.next_try_at.type),
        literal(""),
    ).where(OutboxEvent.id.in_(events))
    columns = ["event_id", "target_id", "window_id", "state", "tries", "next_try_at", "last_error"]
    insert = insert_into(session, OutboxDelivery).from_select(columns, rows).on_conflict_do_nothing()
    return done + len(session.scalars(insert.returning(OutboxDelivery.id)).all())


def events_between(centre_id: int, start: datetime, end: datetime | None) -> Select[int]:
    """Return the query of a centre's events of a span of time."""
    query = select(OutboxEvent.id).where(OutboxEvent.centre_id == centre_id, OutboxEvent.created_at >= start)
    return query if end is None else query.where(OutboxEvent.created_at < end)


def listed(session: Session, centre_id: int, start: datetime, end: datetime) -> list[tuple[int, str, datetime]]:
    """Return key, window code and time of a centre's events of a span of time, in the order of their keys."""
    query = (
        select(OutboxEvent.id, Window.code, OutboxEvent.created_at)
        .join(Window, Window.id == OutboxEvent.window_id)
        .where(OutboxEvent.id.in_(events_between(centre_id, start, end)))
        .order_by(OutboxEvent.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query).all()]
