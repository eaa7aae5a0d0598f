"""A judged photo into the evidence store and, in one transaction, into the database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcheck_calibration.findings import Finding, State
from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.captures import lingering
from deskcheck_service.captures.drawings import OverlayNames, keep_overlay
from deskcheck_service.captures.points import format_points
from deskcheck_service.db import insert_into
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.problems import noting
from deskcheck_service.tables import (
    Capture,
    Evidence,
    EvidenceKind,
    FindingRow,
    JudgementRow,
    PlacedItemRow,
    ReviewState,
    RulePass,
    utc_now,
)
from deskcheck_service.tables.captures import JudgedTogether, UnchangedSince

if TYPE_CHECKING:
    from datetime import datetime

    from deskcheck_calibration.placed_item import PlacedItem

    from deskcheck_service.captures.judging import JudgedPhoto
    from deskcheck_service.captures.service import Order

JPEG = "image/jpeg"


@dataclass(frozen=True, slots=True)
class EvidenceFiles:
    """SHA-256 and size of the picture of one capture, which is in the store already."""

    masked: tuple[str, int]
    first: tuple[str, int] | None = None


def put_evidence(store: EvidenceStore, judged: JudgedPhoto) -> EvidenceFiles:
    """Write the masked pictures.

    Raises:
        StorageFullError: there is no room; what was written stays nameless and is removed as an orphan.
    """

    def put(jpeg: bytes) -> tuple[str, int]:
        return store.put(jpeg), len(jpeg)

    first = put(judged.first_jpeg) if judged.first_jpeg is not None else None
    return EvidenceFiles(masked=put(judged.masked_jpeg), first=first)


def add_evidence(session: Session, window_id: int, kind: EvidenceKind, file: tuple[str, int]) -> None:
    """Name a file of the store in the database, once per window."""
    sha256, byte_count = file
    row = {
        "sha256": sha256,
        "window_id": window_id,
        "kind": kind,
        "media_type": JPEG,
        "byte_count": byte_count,
        "created_at": utc_now(),
    }
    # The same picture may come twice at once, with other corners for instance.
    session.execute(insert_into(session, Evidence).values(row).on_conflict_do_nothing())


def save(
    session: Session,
    actor: Principal | str,
    order: Order,
    judged: JudgedPhoto,
    files: EvidenceFiles,
    clean_looks: int = noting.CLEAN_LOOKS,
) -> int:
    """Add capture, judgement, findings and items, note the window's problems, and return the judgement's key.

    Raises:
        IntegrityError: the same photo was saved in the meantime.
    """
    now = utc_now()
    zh, en = (keep_overlay(session, files.masked[0], one) for one in (judged.overlay_zh, judged.overlay_en))
    capture = _capture(actor, order, judged, files, (zh, en), now)
    session.add(capture)
    session.flush()  # the same photo at the same time fails here, before anything else is written
    for picture in (files.masked, *((files.first,) if files.first is not None else ())):
        add_evidence(session, order.window_id, EvidenceKind.PHOTO, picture)
    for kind, names in ((EvidenceKind.OVERLAY_ZH, zh), (EvidenceKind.OVERLAY_EN, en)):
        for name in (names.wide, names.narrow):
            add_evidence(session, order.window_id, kind, name)
    judgement = _judgement(order, judged, capture, now)
    session.add(judgement)
    session.flush()
    findings = judged.judgement.findings
    passes = Counter(finding.rule for finding in findings if finding.state is State.PASS)
    session.add_all(RulePass(judgement_id=judgement.id, rule=rule, count=count) for rule, count in passes.items())
    session.add_all(JudgedTogether(judgement_id=judgement.id, other_id=other) for other in judged.together)
    session.add_all(_item(judgement.id, item) for item in judged.items)
    rows = [_finding(order, judgement, finding) for finding in findings if finding.state is not State.PASS]
    session.add_all(rows)
    if judged.looked_id is not None:
        session.add(UnchangedSince(judgement_id=judgement.id, looked_id=judged.looked_id))
    audit.record(session, actor, "capture.add", "judgement", judgement.id, order.window.code)
    session.flush()
    if order.source == "camera":
        lingering.keep_grace(session, order.window_id, judgement.id, judged.grace)
        lingering.note_since(session, rows, judged.grace)
    noting.note(session, judgement, findings, clean_looks=clean_looks)
    return judgement.id


def _capture(
    actor: Principal | str,
    order: Order,
    judged: JudgedPhoto,
    files: EvidenceFiles,
    overlays: tuple[OverlayNames, OverlayNames],
    now: datetime,
) -> Capture:
    zh, en = overlays
    return Capture(
        window_id=order.window_id,
        layout_version_id=order.layout_version_id,
        photo_sha256=order.photo_sha256,
        corners_key=order.key,
        source=order.source,
        width_px=judged.image_wh[0],
        height_px=judged.image_wh[1],
        taken_at=judged.judgement.captured_at,
        received_at=now,
        # Nobody sends what a camera sees; who asked for it is in the audit log.
        uploader_id=actor.user_id if isinstance(actor, Principal) and order.source == "upload" else None,
        masked_sha256=files.masked[0],
        overlay_zh_sha256=zh.wide[0],
        overlay_en_sha256=en.wide[0],
        overlay_zh_narrow_sha256=zh.narrow[0],
        overlay_en_narrow_sha256=en.narrow[0],
        reference_sha256=judged.reference_sha256,
        view_name=judged.view_name,
        masked_people=judged.masked_people,
        masked_px=judged.masked_px,
        frame_count=judged.frame_count,
        first_taken_at=judged.first_taken_at,
        first_masked_sha256=files.first[0] if files.first is not None else None,
    )


def _judgement(order: Order, judged: JudgedPhoto, capture: Capture, now: datetime) -> JudgementRow:
    counted = Counter(finding.state for finding in judged.judgement.findings)
    return JudgementRow(
        capture_id=capture.id,
        window_id=order.window_id,
        layout_version_id=order.layout_version_id,
        model_sha256=judged.judgement.model_sha256,
        model_session=judged.judgement.model_session or None,
        rule_set_version=judged.judgement.rule_set_version,
        state=judged.judgement.state,
        taken_at=judged.judgement.captured_at,
        created_at=now,
        registration=judged.registration,
        residual_cm=judged.residual_cm,
        px_per_cm=judged.px_per_cm,
        sharpness=judged.sharpness,
        brightness=judged.brightness,
        pass_count=counted[State.PASS],
        suspected_count=counted[State.SUSPECTED],
        inconclusive_count=counted[State.INCONCLUSIVE],
        not_assessed_count=counted[State.NOT_ASSESSED],
        exempt_count=counted[State.EXEMPT],
    )


def _item(judgement_id: int, item: PlacedItem) -> PlacedItemRow:
    left, top, right, bottom = item.xyxy
    return PlacedItemRow(
        judgement_id=judgement_id,
        item=item.item,
        confidence=item.confidence,
        left_px=left,
        top_px=top,
        right_px=right,
        bottom_px=bottom,
        footprint_cm=format_points(item.footprint_cm),
        uncertainty_cm=item.uncertainty_cm,
    )


def _finding(order: Order, judgement: JudgementRow, finding: Finding) -> FindingRow:
    left, top, right, bottom = finding.xyxy or (None, None, None, None)
    return FindingRow(
        judgement_id=judgement.id,
        window_id=order.window_id,
        area_id=order.area_id,
        centre_id=order.centre_id,
        taken_at=judgement.taken_at,
        created_at=judgement.created_at,
        rule=finding.rule,
        state=finding.state,
        item=finding.item,
        place=finding.place,
        measured=finding.measured,
        limit_value=finding.limit,
        unit=finding.unit,
        uncertainty=finding.uncertainty,
        reason=finding.reason,
        confidence=finding.confidence,
        left_px=left,
        top_px=top,
        right_px=right,
        bottom_px=bottom,
        footprint_cm=format_points(finding.footprint_cm) if finding.footprint_cm is not None else None,
        support=finding.support,
        shown_frames=finding.shown_frames,
        review_state=ReviewState.OPEN,
        version=1,
    )
