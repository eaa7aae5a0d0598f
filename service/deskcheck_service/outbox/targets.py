"""Outside systems: added, listed, switched, and what is sent to them again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, Scope, scope_of_actor
from deskcheck_service.errors import ExistsError, NotFoundError
from deskcheck_service.errors.outbox import EventIdError, ReplayError
from deskcheck_service.outbox import repository, signing
from deskcheck_service.outbox.addresses import checked_url
from deskcheck_service.outbox.events import webhook_id
from deskcheck_service.outbox.schemas import DeadOut, Replay, TargetChange, TargetMade, TargetNew, TargetOut
from deskcheck_service.secret_box import SecretBox
from deskcheck_service.tables import Role, utc_now
from deskcheck_service.tables.outbox import OutboxEvent, WebhookTarget

_DEAD_SHOWN = 100


def _scope(actor: Principal | str) -> Scope:
    return scope_of_actor(actor, Role.ADMINISTRATOR)


def found(session: Session, actor: Principal | str, name: str) -> WebhookTarget:
    """Return an outside system.

    Raises:
        NotFoundError: there is none of that name, or it is another centre's.
    """
    row = repository.target_by_name(session, _scope(actor), name)
    if row is None:
        raise NotFoundError(what=f"target {name}")
    return row


def _out(session: Session, rows: Sequence[WebhookTarget]) -> list[TargetOut]:
    standing = repository.standing(session, [row.id for row in rows])
    codes = repository.centre_codes(session, [row.centre_id for row in rows])
    return [
        TargetOut(
            name=row.name,
            centre=codes[row.centre_id],
            url=row.url,
            enabled=row.enabled,
            waiting=standing[row.id].waiting,
            dead=standing[row.id].dead,
            waiting_since=standing[row.id].waiting_since,
            last_error=row.last_error,
            last_success_at=row.last_success_at,
        )
        for row in rows
    ]


def list_targets(session: Session, actor: Principal | str) -> list[TargetOut]:
    """Return the outside systems with how far each is."""
    return _out(session, repository.targets(session, _scope(actor)))


def add_target(session: Session, actor: Principal | str, secrets: SecretBox, body: TargetNew) -> TargetMade:
    """Add an outside system; from now on it is told what happens.

    Raises:
        NotFoundError: there is no such centre, or the person does not administer the whole of it.
        ExistsError: there is a system of that name.
        TargetUrlError: its address cannot be used.
    """
    scope = _scope(actor)
    if not (scope.everything or body.centre_id in scope.centre_ids) or not repository.centre_codes(
        session, [body.centre_id]
    ):
        raise NotFoundError(what=f"centre {body.centre_id}")
    if repository.name_is_taken(session, body.name):
        raise ExistsError(what=body.name)
    secret = body.secret or signing.new_secret()
    row = WebhookTarget(
        centre_id=body.centre_id,
        name=body.name,
        url=checked_url(body.url),
        secret=secrets.encrypt(secret),
        enabled=True,
        created_at=utc_now(),
        last_error="",
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "outbox.target_add", "webhook_target", row.name, row.url)
    return TargetMade(target=_out(session, [row])[0], secret=secret)


def switch_target(session: Session, actor: Principal | str, name: str, change: TargetChange) -> TargetOut:
    """Switch an outside system on or off.

    Raises:
        NotFoundError: see ``found``.
    """
    row = found(session, actor, name)
    row.enabled = change.enabled
    session.flush()
    audit.record(session, actor, "outbox.target_on" if change.enabled else "outbox.target_off", "webhook_target", name)
    return _out(session, [row])[0]


def list_dead(session: Session, actor: Principal | str, name: str) -> list[DeadOut]:
    """Return the messages that a system never accepted, newest first, a hundred at most.

    Raises:
        NotFoundError: see ``found``.
    """
    rows = repository.dead(session, found(session, actor, name).id, _DEAD_SHOWN)
    codes = repository.window_codes(session, [row.window_id for row in rows])
    return [
        DeadOut(
            event=webhook_id(row.event_id),
            kind=row.event.kind,
            window=codes[row.window_id],
            created_at=row.event.created_at,
            tries=row.tries,
            last_error=row.last_error,
        )
        for row in rows
    ]


def read_event_id(text: str) -> int:
    """Return the key of the event that a message's name stands for.

    Raises:
        EventIdError: it is no such name.
    """
    number = text.removeprefix("evt_")
    if number == text or not (number.isascii() and number.isdigit()) or len(number) > 18:
        raise EventIdError(text=text[:40])
    return int(number)


def replay(session: Session, actor: Principal | str, name: str, asked: Replay, now: datetime) -> int:
    """Let messages wait to be sent to a system again, and return how many.

    Raises:
        NotFoundError: see ``found``; or there is no such event in the system's centre.
        ReplayError: not exactly one of the three ways is asked for.
    """
    row = found(session, actor, name)
    if [asked.event is not None, asked.dead, asked.since is not None].count(True) != 1:
        raise ReplayError
    if asked.dead:
        count = repository.dead_again(session, row.id, now)
    elif asked.since is not None:
        events = repository.events_between(row.centre_id, asked.since, None)
        count = repository.events_again(session, row.id, events, now)
    else:
        count = _one_again(session, row, asked.event or "", now)
    detail = asked.event or ("dead" if asked.dead else f"since {asked.since}")
    audit.record(session, actor, "outbox.replay", "webhook_target", name, f"{detail}: {count}")
    return count


def _one_again(session: Session, row: WebhookTarget, name: str, now: datetime) -> int:
    key = read_event_id(name)
    event = select(OutboxEvent.id).where(OutboxEvent.id == key, OutboxEvent.centre_id == row.centre_id)
    if session.scalar(event) is None:
        raise NotFoundError(what=name)
    return repository.events_again(session, row.id, event, now)
