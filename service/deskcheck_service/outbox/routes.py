"""Routes of outside systems."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from deskcheck_service.dependencies import App, CurrentUser, Reading, Writing
from deskcheck_service.outbox import reconciling, targets
from deskcheck_service.outbox.schemas import (
    DeadOut,
    HeldIds,
    Missing,
    Reconciliation,
    Replay,
    Replayed,
    TargetChange,
    TargetMade,
    TargetNew,
    TargetOut,
)
from deskcheck_service.schemas import Code, Moment
from deskcheck_service.tables import utc_now

router = APIRouter(tags=["outside systems"])


@router.get("/webhook-targets")
def list_targets(principal: CurrentUser, session: Reading) -> list[TargetOut]:
    """List outside systems with what waits for them and what they never accepted."""
    return targets.list_targets(session, principal)


@router.post("/webhook-targets", status_code=201)
def add_target(body: TargetNew, principal: CurrentUser, services: App, session: Writing) -> TargetMade:
    """Add an outside system; its signing secret is in this answer and nowhere else."""
    return targets.add_target(session, principal, services.secrets, body)


@router.patch("/webhook-targets/{name}")
def switch_target(name: Code, body: TargetChange, principal: CurrentUser, session: Writing) -> TargetOut:
    """Switch an outside system on or off."""
    return targets.switch_target(session, principal, name, body)


@router.get("/webhook-targets/{name}/dead")
def list_dead_messages(name: Code, principal: CurrentUser, session: Reading) -> list[DeadOut]:
    """List the messages that a system never accepted, newest first, a hundred at most."""
    return targets.list_dead(session, principal, name)


@router.post("/webhook-targets/{name}/replays")
def replay_messages(name: Code, body: Replay, principal: CurrentUser, session: Writing) -> Replayed:
    """Send again: one message, all dead ones, or everything since a time."""
    return Replayed(count=targets.replay(session, principal, name, body, utc_now()))


@router.get("/webhook-targets/{name}/reconciliation")
def reconcile_target(
    name: Code,
    start: Annotated[Moment, Query()],
    end: Annotated[Moment, Query()],
    principal: CurrentUser,
    session: Reading,
) -> Reconciliation:
    """Count and digest the events of a span of time by window and day."""
    return reconciling.reconcile(session, principal, name, start, end)


@router.post("/webhook-targets/{name}/reconciliation")
def compare_target(name: Code, body: HeldIds, principal: CurrentUser, session: Writing) -> Missing:
    """Say what a system lacks, given the ids that it holds; on wish send it that."""
    at = utc_now() if body.resend else None
    return reconciling.missing(session, principal, name, (body.start, body.end), body.ids, at)
