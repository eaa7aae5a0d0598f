"""Shapes of the review queue and of decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from deskcheck_calibration.findings import State
from pydantic import Field, model_validator

from deskcheck_service.captures.schemas import EvidenceLinks, FindingOut
from deskcheck_service.problems.schemas import ProblemBrief
from deskcheck_service.schemas import Code, Identifier, Moment, Person, Schema
from deskcheck_service.tables import Decision, DismissReason, ReviewState


class QueueFilter(Schema):
    """What the queue shows; the address of the page carries exactly these names.

    ``state`` None shows every state, as the tabs of decided findings do.
    """

    state: State | None = State.SUSPECTED
    review_state: ReviewState = ReviewState.OPEN
    window: Code | None = None
    area_id: Identifier | None = None
    rule: Annotated[str, Field(pattern=r"^[VP][0-9]{2}$")] | None = None
    taken_from: Moment | None = None
    taken_before: Moment | None = None
    after: Annotated[str, Field(max_length=64)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] | None = None


class QueueItem(Schema):
    """A finding with the pictures to decide it by, and the problem that it stands for."""

    finding: FindingOut
    evidence: EvidenceLinks
    problem: ProblemBrief | None = None


class QueuePage(Schema):
    """One page of the queue, newest first; ``next`` goes into ``after`` of the next request."""

    items: list[QueueItem]
    next: str | None


class QueueCounts(Schema):
    """How many findings wait, per state; counting stops at ``limit``, ``more`` says which did."""

    suspected: int
    inconclusive: int
    confirmed: int
    dismissed: int
    cannot_judge: int
    limit: int


class ReviewNew(Schema):
    """A decision. ``version`` is the finding's version that the reviewer saw."""

    decision: Decision
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    reason_code: DismissReason | None = None
    note: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")] = ""

    @model_validator(mode="after")
    def _reason(self) -> Self:
        if (self.decision is Decision.DISMISS) != (self.reason_code is not None):
            raise ValueError("a dismissal needs reason_code, other decisions take none")
        return self


class ReviewOut(Schema):
    """A decision that was made."""

    id: int
    finding_id: int
    version: int
    decision: Decision
    reason_code: DismissReason | None
    note: str
    reviewer: Person
    at: datetime
    undone_at: datetime | None


class FindingDetail(Schema):
    """A finding with its pictures, its whole history and the problem that it is a sighting of."""

    finding: FindingOut
    evidence: EvidenceLinks
    problem: ProblemBrief | None = None
    reviews: list[ReviewOut]
