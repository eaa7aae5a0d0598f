"""Shapes of judgements, their findings and the history of a window."""

from __future__ import annotations

from datetime import datetime

from deskcheck_calibration.findings import Reason, State
from pydantic import Field

from deskcheck_service.layouts.schemas import PlacedItemOut, PointOut
from deskcheck_service.schemas import Person, Schema, Text
from deskcheck_service.tables import ReviewState


class LookedOut(Schema):
    """An earlier judgement that this one goes back to."""

    judgement_id: int
    taken_at: datetime


class SinceOut(Schema):
    """Since when a thing has been where it is, and the judgement of the look that first saw it there."""

    judgement_id: int
    since: datetime


class FindingOut(Schema):
    """One statement of one rule that is not a pass, as a sentence and in numbers.

    Attributes:
        support: share of the frames that showed its place in which it was seen; None of a single picture.
        shown_frames: how many frames those were; 0 of a single picture.
        since: known from an earlier look; None where this one saw it first.
    """

    id: int
    judgement_id: int
    window_code: str
    time_zone: str
    taken_at: datetime
    rule: str
    rule_title: Text
    state: State
    sentence: Text
    item: str | None
    item_name: Text | None
    place: str | None
    measured: float | None
    limit: float | None
    unit: str
    uncertainty: float | None
    reason: Reason | None
    reason_text: Text | None
    confidence: float | None
    xyxy: tuple[float, float, float, float] | None
    footprint_cm: list[PointOut] | None
    review_state: ReviewState
    version: int
    support: float | None = None
    shown_frames: int = 0
    since: SinceOut | None = None

    @property
    def seen_frames(self) -> int:
        """In how many of the frames that showed its place it was seen."""
        return round((self.support or 0.0) * self.shown_frames)


class PassedRule(Schema):
    """A rule that passed, with the number of statements that did."""

    rule: str
    rule_title: Text
    count: int


class EvidenceLinks(Schema):
    """Names of the evidence pictures; each is served at /api/v1/evidence/{name}.

    The masked picture and the reference are named by the SHA-256 of their bytes. Overlays are drawn when they are
    looked at, and named by the SHA-256 of what they are drawn from. The narrow overlays have letters that are read on a
    phone; None for judgements from before there were such. Of a burst, ``first`` is
    its first frame, and all others are of its last.
    """

    masked: str
    overlay_zh: str
    overlay_en: str
    overlay_zh_narrow: str | None
    overlay_en_narrow: str | None
    reference: str | None
    first: str | None = None

    def overlay(self, language: str) -> str:
        """Return the overlay in one language."""
        return self.overlay_zh if language == "zh" else self.overlay_en

    def narrow_overlay(self, language: str) -> str | None:
        """Return the overlay in one language with letters for a narrow screen."""
        return self.overlay_zh_narrow if language == "zh" else self.overlay_en_narrow


class JudgementBrief(Schema):
    """One line of a window's history.

    Attributes:
        model_sha256: of the weight file.
        model_session: runtime and precision that ran it; None for judgements from before this was kept.
        source: "upload" of a person, or "camera".
    """

    id: int
    window_code: str
    time_zone: str
    state: State
    taken_at: datetime
    received_at: datetime
    layout_id: int
    layout_version: int
    model_sha256: str
    model_session: str | None
    pass_count: int
    suspected_count: int
    inconclusive_count: int
    not_assessed_count: int
    exempt_count: int
    source: str = "upload"
    uploader: Person | None
    evidence: EvidenceLinks


class TogetherOut(Schema):
    """Another view's picture that spoke for what this one does not show."""

    judgement_id: int
    view: str
    taken_at: datetime


class JudgementOut(JudgementBrief):
    """A judgement in full. Findings come worst first; those without a box may be about another view's picture.

    ``correlation_id`` is in every log line about it, from its picture to its findings; empty where none was kept.
    """

    correlation_id: str = ""
    rule_set_version: str
    photo_sha256: str
    image_wh: tuple[int, int]
    masked_people: int
    registration: str
    residual_cm: float | None
    px_per_cm: float | None
    findings: list[FindingOut]
    passed: list[PassedRule]
    items: list[PlacedItemOut]
    together_with: list[TogetherOut] = Field(default_factory=list)
    frame_count: int = 1
    first_taken_at: datetime | None = None
    unchanged_since: LookedOut | None = None

    @property
    def span_s(self) -> int:
        """Seconds from the first frame to the last."""
        return round((self.taken_at - self.first_taken_at).total_seconds()) if self.first_taken_at else 0


class HistoryPage(Schema):
    """Judgements of a window, newest first; ``next`` continues."""

    items: list[JudgementBrief]
    next: str | None
