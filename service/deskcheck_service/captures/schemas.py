"""Shapes of judgements, their findings and the history of a window."""

from __future__ import annotations

from datetime import datetime

from deskcheck_calibration.findings import Reason, State
from pydantic import Field

from deskcheck_service.layouts.schemas import PlacedItemOut, PointOut
from deskcheck_service.schemas import Person, Schema, Text
from deskcheck_service.tables import ReviewState


class FindingOut(Schema):
    """One statement of one rule that is not a pass, as a sentence and in numbers."""

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


class PassedRule(Schema):
    """A rule that passed, with the number of statements that did."""

    rule: str
    rule_title: Text
    count: int


class EvidenceLinks(Schema):
    """Names of the evidence pictures; each is served at /api/v1/evidence/{name}.

    The masked picture and the reference are named by the SHA-256 of their bytes. Overlays are drawn when they are
    looked at, and named by the SHA-256 of what they are drawn from. The narrow overlays have letters that are read on a
    phone; None for judgements from before there were such.
    """

    masked: str
    overlay_zh: str
    overlay_en: str
    overlay_zh_narrow: str | None
    overlay_en_narrow: str | None
    reference: str | None

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


class HistoryPage(Schema):
    """Judgements of a window, newest first; ``next`` continues."""

    items: list[JudgementBrief]
    next: str | None
