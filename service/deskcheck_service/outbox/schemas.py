"""Shapes of outside systems and of what they are told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from deskcheck_service.schemas import Code, Identifier, Moment, Schema

EventId = Annotated[str, Field(pattern=r"^evt_[1-9][0-9]{0,17}$")]


class TargetNew(Schema):
    """An outside system to be told of a centre's windows. Without a secret one is made."""

    centre_id: Identifier
    name: Code
    url: Annotated[str, Field(min_length=1, max_length=500)]
    secret: Annotated[str, Field(pattern=r"^whsec_[A-Za-z0-9+/]{32,88}={0,2}$")] | None = None


class TargetOut(Schema):
    """An outside system and how far it is. Its secret is shown once, when it is made."""

    name: str
    centre: str
    url: str
    enabled: bool
    waiting: int
    dead: int
    waiting_since: datetime | None
    last_error: str
    last_success_at: datetime | None


class TargetMade(Schema):
    """A new outside system with its signing secret, which is told this one time."""

    target: TargetOut
    secret: str


class TargetChange(Schema):
    """Whether an outside system is told anything. What happens while it is off is not sent later of itself."""

    enabled: bool


class DeadOut(Schema):
    """A message that an outside system never accepted."""

    event: EventId
    kind: str
    window: str
    created_at: datetime
    tries: int
    last_error: str


class Replay(Schema):
    """What is to be sent again: one message, all dead ones, or everything since a time; one of the three."""

    event: EventId | None = None
    dead: bool = False
    since: Moment | None = None


class Replayed(Schema):
    """How many messages wait to be sent again."""

    count: int


class DigestRow(Schema):
    """The events of one window on one day (UTC).

    Attributes:
        count: how many.
        digest: SHA-256 of their ids in ascending order, each followed by a line feed.
    """

    day: date
    window: str
    count: int
    digest: str


class Reconciliation(Schema):
    """What an outside system should hold of a span of time."""

    target: str
    start: datetime
    end: datetime
    count: int
    digest: str
    rows: list[DigestRow]


class HeldIds(Schema):
    """The ids that an outside system holds of a span of time; ``resend`` sends it the others."""

    start: Moment
    end: Moment
    ids: Annotated[list[EventId], Field(max_length=100_000)]
    resend: bool = False


class Missing(Schema):
    """What an outside system lacks, and what it holds of that span that never was."""

    missing: list[str]
    unknown: list[str]
    resent: int
