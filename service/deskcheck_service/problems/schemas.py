"""Shapes of problems."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from deskcheck_service.captures.schemas import EvidenceLinks, FindingOut
from deskcheck_service.schemas import Code, Identifier, Schema, Text
from deskcheck_service.tables import ReviewState

ProblemState = Literal["open", "no_longer_seen", "dismissed"]


class ProblemFilter(Schema):
    """What the list of problems shows; the address of the page carries exactly these names."""

    state: ProblemState = "open"
    window: Code | None = None
    area_id: Identifier | None = None
    rule: Annotated[str, Field(pattern=r"^[VP][0-9]{2}$")] | None = None
    after: Annotated[str, Field(max_length=64)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] | None = None


class ProblemBrief(Schema):
    """A problem in one line.

    Attributes:
        state: open, no longer seen (the machine's word, after clean looks), or dismissed (a person's).
        decision: what people made of it.
        seen_count: judgements that showed it, from ``first_seen`` to ``last_seen``.
        clean_looks: judgements since in a row that saw its place without it.
        earlier_id: the problem of the same deviation that was closed before this one opened.
        standing_id: the finding that people decide for all of its sightings.
    """

    id: int
    window_code: str
    time_zone: str
    rule: str
    rule_title: Text
    item: str | None
    item_name: Text | None
    place: str | None
    state: ProblemState
    decision: ReviewState
    first_seen: datetime
    last_seen: datetime
    seen_count: int
    clean_looks: int
    closed_at: datetime | None
    earlier_id: int | None
    standing_id: int | None


class ProblemOut(Schema):
    """A problem with its best evidence."""

    problem: ProblemBrief
    best: FindingOut
    evidence: EvidenceLinks


class SightingOut(Schema):
    """One sighting with its pictures."""

    finding: FindingOut
    evidence: EvidenceLinks


class ProblemDetail(ProblemOut):
    """A problem with its sightings, newest first; ``more`` says that there are older ones.

    ``later_id`` is the problem that was opened when this one came back.
    """

    sightings: list[SightingOut]
    more: bool
    later_id: int | None


class ProblemPage(Schema):
    """One page of problems, those seen last first; ``next`` goes into ``after`` of the next request."""

    items: list[ProblemOut]
    next: str | None
