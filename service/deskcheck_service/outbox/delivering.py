"""Deliveries: at least once, in order within a window, tried again later each time, dead after too many tries.

A window's deliveries to a system are one after the other: the first that waits holds up the later ones until it is
accepted or dead. Whoever delivers holds them for a while; any number of processes may do so at once. A process that
is killed after a system accepted a message and before that was written down leaves it to be sent again, under the
same id.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

import structlog

from deskcheck_service.errors.secrets import SecretError
from deskcheck_service.outbox import repository, signing
from deskcheck_service.outbox.addresses import read_networks
from deskcheck_service.outbox.events import webhook_id
from deskcheck_service.outbox.repository import Failure, Waiting
from deskcheck_service.outbox.sending import Answer, Sender
from deskcheck_service.services import Services
from deskcheck_service.tables import utc_now
from deskcheck_service.tables.outbox import DeliveryState, WebhookTarget

WINDOWS_AT_ONCE, EVENTS_OF_WINDOW = 16, 200
HOLD_S = 180.0
_SYSTEMS_AT_ONCE = 8
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 10.0, 3600.0
_JITTER = 0.2


@dataclass(slots=True)
class _Batch:
    """What came of one batch."""

    delivered: list[int] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    is_away: bool = False


def deliver_due(services: Services, now: datetime, limit_s: float = 20.0) -> int:
    """Send what is due and return how many messages were accepted.

    Each system is served by a thread of its own, so that one that is away keeps no other waiting.

    Args:
        services: of the service.
        now: what is due by then is sent.
        limit_s: seconds after which no new batch is begun.
    """
    with services.database.reading() as session:
        due = repository.due_targets(session, now)
    if not due:
        return 0
    end = monotonic() + limit_s
    with ThreadPoolExecutor(min(len(due), _SYSTEMS_AT_ONCE), "outbox") as pool:
        return sum(pool.map(lambda target: _serve(services, target, now, end), due))


def _serve(services: Services, target: WebhookTarget, now: datetime, end: float) -> int:
    settings = services.settings
    try:
        key = signing.key_of(services.secrets.decrypt(target.secret))
    except (SecretError, ValueError) as exc:  # one system's trouble; the others are told all the same
        error = exc.sentence("en") if isinstance(exc, SecretError) else "the signing secret is damaged"
        with services.database.writing() as session:
            repository.note_target(session, target.id, success_at=None, error=error)
        return 0
    sender = Sender(target.url, key, read_networks(settings.webhook_networks), settings.webhook_timeout_s)
    accepted = 0
    try:
        while True:
            batch = _serve_batch(services, target, sender, now)
            accepted += len(batch.delivered)
            if batch.is_away or not (batch.delivered or batch.failures) or monotonic() > end:
                return accepted
    finally:
        sender.close()


def _serve_batch(services: Services, target: WebhookTarget, sender: Sender, now: datetime) -> _Batch:
    """Take, send and write down; the messages themselves are sent outside any transaction."""
    held_until = now + timedelta(seconds=HOLD_S)
    stop = monotonic() + HOLD_S - 2 * services.settings.webhook_timeout_s
    with services.database.writing() as session:
        taken = repository.take(session, target.id, now, held_until, WINDOWS_AT_ONCE, EVENTS_OF_WINDOW)
    batch = _Batch()
    if not taken:
        return batch
    error = _send_all(services, target, sender, taken, stop, batch, now)
    with services.database.writing() as session:
        if batch.delivered:
            repository.delivered(session, batch.delivered, utc_now())
        if batch.failures:
            repository.failed(session, batch.failures)
        if batch.left:
            repository.release(session, batch.left, held_until)
        success_at = utc_now() if batch.delivered else None
        repository.note_target(session, target.id, success_at=success_at, error=error)
    return batch


def _send_all(
    services: Services,
    target: WebhookTarget,
    sender: Sender,
    taken: Sequence[Waiting],
    stop: float,
    batch: _Batch,
    now: datetime,
) -> str:
    """Send messages in order; a window ends with its first failure, everything with a system that is away."""
    error, stuck = "", set[int]()
    for one in taken:
        if batch.is_away or one.window_id in stuck or monotonic() > stop:
            batch.left.append(one.id)
            continue
        answer = sender.send(webhook_id(one.event_id), one.body.encode())
        if answer.accepted:
            batch.delivered.append(one.id)
            continue
        error = answer.error
        stuck.add(one.window_id)
        batch.is_away = answer.is_away
        failure = _failure(services, one, answer, now)
        batch.failures.append(failure)
        structlog.get_logger().warning(
            "message not accepted", target=target.name, message=webhook_id(one.event_id), tries=failure.tries,
            state=failure.state.value, reason=answer.error,
        )  # fmt: skip
    return error


def _failure(services: Services, one: Waiting, answer: Answer, now: datetime) -> Failure:
    tries = one.tries + 1
    old = now - one.created_at >= timedelta(hours=services.settings.webhook_give_up_hours)
    is_dead = old or tries >= services.settings.webhook_tries
    next_try_at = now + timedelta(seconds=pause_s(tries))
    return Failure(
        one.id, DeliveryState.DEAD if is_dead else DeliveryState.WAITING, tries, next_try_at, answer.error[:500]
    )


def pause_s(tries: int, spread: float | None = None) -> float:
    """Return seconds until the next try: doubled each time up to an hour, a fifth more or less by chance.

    Args:
        tries: how many failed, 1 at least.
        spread: in [-1, 1]; by chance where None.
    """
    chance = random.uniform(-1.0, 1.0) if spread is None else spread  # noqa: S311 -- no secret, only spread
    return min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** min(tries - 1, 20)) * (1.0 + _JITTER * chance)
