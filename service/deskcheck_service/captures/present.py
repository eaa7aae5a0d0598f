"""Rows to the shapes that the API and the pages show, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_vision.taxonomy import BY_ID

from deskcheck_service.captures import words
from deskcheck_service.captures.points import parse_points
from deskcheck_service.captures.schemas import (
    EvidenceLinks,
    FindingOut,
    JudgementBrief,
    JudgementOut,
    LookedOut,
    PassedRule,
    SinceOut,
    TogetherOut,
)
from deskcheck_service.layouts.repository import WindowRef
from deskcheck_service.layouts.schemas import PlacedItemOut
from deskcheck_service.schemas import Person, Text
from deskcheck_service.tables import Capture, FindingRow, JudgementRow, PlacedItemRow, RulePass, User
from deskcheck_service.tables.lingering import FindingSince

_WORST_FIRST = {
    state: rank
    for rank, state in enumerate((State.SUSPECTED, State.INCONCLUSIVE, State.EXEMPT, State.NOT_ASSESSED, State.PASS))
}


def person(user: User | None) -> Person | None:
    """Return someone as shown to others."""
    return Person(id=user.id, name=user.name, display_name=user.display_name) if user is not None else None


def item_name(item: str) -> Text:
    """Return a class's name; a class of a newer taxonomy shows as its id."""
    known = BY_ID.get(item)
    return Text(zh=known.zh, en=known.en) if known is not None else Text(zh=item, en=item)


def _box(row: FindingRow) -> tuple[float, float, float, float] | None:
    if row.left_px is None or row.top_px is None or row.right_px is None or row.bottom_px is None:
        return None
    return (row.left_px, row.top_px, row.right_px, row.bottom_px)


def finding_value(row: FindingRow) -> Finding:
    """Return the value that a row was made from."""
    footprint = parse_points(row.footprint_cm)
    return Finding(
        rule=row.rule,
        state=row.state,
        item=row.item,
        place=row.place,
        measured=row.measured,
        limit=row.limit_value,
        unit=row.unit,
        uncertainty=row.uncertainty,
        reason=row.reason,
        confidence=row.confidence,
        xyxy=_box(row),
        footprint_cm=tuple(footprint) if footprint is not None else None,
    )


def _reason(reason: Reason | None) -> Text | None:
    return words.reason(reason) if reason is not None else None


def finding_out(row: FindingRow, window: WindowRef, since: FindingSince | None = None) -> FindingOut:
    """Return the shape of one finding."""
    return FindingOut(
        id=row.id,
        judgement_id=row.judgement_id,
        window_code=window.code,
        time_zone=window.time_zone,
        taken_at=row.taken_at,
        rule=row.rule,
        rule_title=words.rule_title(row.rule),
        state=row.state,
        sentence=words.sentence(finding_value(row)),
        item=row.item,
        item_name=item_name(row.item) if row.item is not None else None,
        place=row.place,
        measured=row.measured,
        limit=row.limit_value,
        unit=row.unit,
        uncertainty=row.uncertainty,
        reason=row.reason,
        reason_text=_reason(row.reason),
        confidence=row.confidence,
        xyxy=_box(row),
        footprint_cm=parse_points(row.footprint_cm),
        review_state=row.review_state,
        version=row.version,
        support=row.support,
        shown_frames=row.shown_frames,
        since=SinceOut(judgement_id=since.judgement_id, since=since.since) if since is not None else None,
    )


def placed_out(row: PlacedItemRow) -> PlacedItemOut:
    """Return the shape of one item that was seen."""
    return PlacedItemOut(
        item=row.item,
        item_name=item_name(row.item),
        confidence=row.confidence,
        xyxy=(row.left_px, row.top_px, row.right_px, row.bottom_px),
        footprint_cm=parse_points(row.footprint_cm),
        uncertainty_cm=row.uncertainty_cm,
    )


def evidence_links(capture: Capture) -> EvidenceLinks:
    """Return the pictures of a capture."""
    return EvidenceLinks(
        masked=capture.masked_sha256,
        overlay_zh=capture.overlay_zh_sha256,
        overlay_en=capture.overlay_en_sha256,
        overlay_zh_narrow=capture.overlay_zh_narrow_sha256,
        overlay_en_narrow=capture.overlay_en_narrow_sha256,
        reference=capture.reference_sha256,
        first=capture.first_masked_sha256,
    )


def judgement_brief(row: JudgementRow, window: WindowRef) -> JudgementBrief:
    """Return one line of a history; needs capture, uploader and layout version loaded."""
    return JudgementBrief(
        id=row.id,
        window_code=window.code,
        time_zone=window.time_zone,
        state=row.state,
        taken_at=row.taken_at,
        received_at=row.capture.received_at,
        layout_id=row.layout_version_id,
        layout_version=row.layout_version.version,
        model_sha256=row.model_sha256,
        model_session=row.model_session,
        pass_count=row.pass_count,
        suspected_count=row.suspected_count,
        inconclusive_count=row.inconclusive_count,
        not_assessed_count=row.not_assessed_count,
        exempt_count=row.exempt_count,
        source=row.capture.source,
        uploader=person(row.capture.uploader),
        evidence=evidence_links(row.capture),
    )


@dataclass(frozen=True, slots=True)
class Earlier:
    """Earlier looks that a judgement goes back to.

    Attributes:
        looked: the judgement whose detections it used again; None where the model looked.
        since: finding -> since when its thing has been where it is.
    """

    looked: JudgementRow | None = None
    since: Mapping[int, FindingSince] = field(default_factory=dict)


NOTHING_EARLIER = Earlier()


def judgement_out(
    row: JudgementRow,
    window: WindowRef,
    findings: list[FindingRow],
    passed: list[RulePass],
    items: list[PlacedItemRow],
    together: list[JudgementRow],
    correlation_id: str = "",
    earlier: Earlier = NOTHING_EARLIER,
) -> JudgementOut:
    """Return a judgement in full."""
    looked = earlier.looked
    ordered = sorted(findings, key=lambda one: (_WORST_FIRST[one.state], one.rule, one.id))
    return JudgementOut(
        **judgement_brief(row, window).model_dump(),
        correlation_id=correlation_id,
        rule_set_version=row.rule_set_version,
        photo_sha256=row.capture.photo_sha256,
        image_wh=(row.capture.width_px, row.capture.height_px),
        masked_people=row.capture.masked_people,
        registration=row.registration,
        residual_cm=row.residual_cm,
        px_per_cm=row.px_per_cm,
        findings=[finding_out(one, window, earlier.since.get(one.id)) for one in ordered],
        passed=[PassedRule(rule=one.rule, rule_title=words.rule_title(one.rule), count=one.count) for one in passed],
        items=[placed_out(one) for one in items],
        together_with=[
            TogetherOut(judgement_id=one.id, view=one.capture.view_name, taken_at=one.taken_at) for one in together
        ],
        frame_count=row.capture.frame_count,
        first_taken_at=row.capture.first_taken_at,
        unchanged_since=LookedOut(judgement_id=looked.id, taken_at=looked.taken_at) if looked is not None else None,
    )
