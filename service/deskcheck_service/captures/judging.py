"""One photo through the one way of a picture, then masked and encoded; nothing here touches a disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from deskcheck_calibration.findings import Judgement, Reason
from deskcheck_calibration.grace import NOTHING_LINGERS, GraceState
from deskcheck_calibration.judging import DETECT_FROM, Judged, SeenView, judge, judge_views, plane_from_view
from deskcheck_calibration.layout import Layout
from deskcheck_calibration.picture import overlay_values
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.reference import Reference, look_at_reference
from deskcheck_calibration.scene import SourceKind
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.detector import Detector
from deskcheck_vision.frames import Frame
from deskcheck_vision.images import encode_jpeg
from deskcheck_vision.overlay_values import Overlay
from deskcheck_vision.privacy import MaskedPicture, mask_people

from deskcheck_service.captures.finding_desk import FoundDesk, captured_at, find_desk, parsed_layout
from deskcheck_service.captures.guarding import Guarded, SeenOnce, plane_of
from deskcheck_service.captures.points import format_points
from deskcheck_service.captures.recognising import reference_view
from deskcheck_service.captures.together import seen_with, shows_a_part
from deskcheck_service.engine import JudgeEngine
from deskcheck_service.errors import EvidenceMissingError
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.tables import View
from deskcheck_service.watching.stages import Stage, timed

if TYPE_CHECKING:
    from deskcheck_service.captures.service import Order


@dataclass(frozen=True, slots=True)
class JudgedPhoto:
    """Everything of a photo that is kept.

    Attributes:
        judgement: the findings.
        items: what stands on the desk.
        image_wh: size of the photo in px, orientation applied.
        masked_jpeg: the photo with people masked.
        overlay_zh, overlay_en: zones, boxes and labels to be drawn over it.
        masked_people: how many people were masked, and
        masked_px: where, as text.
        registration: how the desk was found: "corners", "markers", "features", "view" or "none".
        view_name: the view it was found by, or said to be taken from; empty for none.
        reference_sha256: reference picture of that view.
        residual_cm: how far the desk's corners are from a rectangle's.
        px_per_cm: picture scale in the middle of the desk.
        sharpness, brightness: of the quality gate.
        together: keys of the judgements of other views whose pictures spoke for what this one does not show.
        frame_count: how many frames it was judged by; the pictures above are of the last one.
        first_taken_at, first_jpeg: of a burst, the first frame's time and picture, people masked.
        grace: what lingers at the window after this look.
        looked_id: the judgement whose detections were used again, since nothing had changed; None where it looked.
    """

    judgement: Judgement
    items: tuple[PlacedItem, ...]
    image_wh: tuple[int, int]
    masked_jpeg: bytes
    overlay_zh: Overlay
    overlay_en: Overlay
    masked_people: int
    registration: str
    view_name: str
    reference_sha256: str | None
    residual_cm: float | None
    px_per_cm: float | None
    sharpness: float
    brightness: float
    together: tuple[int, ...] = ()
    masked_px: str = ""
    frame_count: int = 1
    first_taken_at: datetime | None = None
    first_jpeg: bytes | None = None
    grace: GraceState = NOTHING_LINGERS
    looked_id: int | None = None


def _approved(
    engine: JudgeEngine, evidence: EvidenceStore, view: View | None, plane: DeskPlane | None, layout: Layout
) -> Reference | None:
    """Return the view's stored reference picture, looked at by the detector; None where there is none.

    A file that is lost or damaged leaves V02 without a reference, and the photo with its judgement by all other rules.
    """
    if view is None or view.reference_sha256 is None or plane is None:
        return None
    sha256, size_cm = view.reference_sha256, layout.desk_wh_cm
    shown = reference_view(view)

    def load() -> Reference:
        picture = engine.decode(evidence.get(sha256))
        return look_at_reference(picture.image, plane_from_view(shown, size_cm, picture.image_wh), engine.detector())

    try:
        return engine.references.get((sha256, shown, size_cm), load)
    except EvidenceMissingError:
        structlog.get_logger().warning("reference_lost", sha256=sha256, view=view.name)
        return None


def judge_photo(engine: JudgeEngine, evidence: EvidenceStore, order: Order, photo: bytes) -> JudgedPhoto:
    """Judge a photo.

    Raises:
        PictureError: the photo cannot be used.
        CalibrationError: the corners cannot be the desk's.
        OtherWindowError: see ``own_stickers``.
        NotFoundError, ViewUnfitError: see ``choose_view``.
        ModelFileError, InferenceError: there is no usable model.
    """
    picture = engine.decode(photo, order.window.time_zone)
    frame = Frame(picture.image, captured_at(order.taken_at, picture), "upload")
    return _judged(engine, evidence, order, [frame], SourceKind.PHOTO, picture.focal_px, SeenOnce(engine.detector()))


def judge_frames(
    engine: JudgeEngine,
    evidence: EvidenceStore,
    order: Order,
    frames: Sequence[Frame],
    guarded: Sequence[Guarded],
    detector: Detector,
) -> JudgedPhoto:
    """Judge the frames of a fixed camera, by the limits that hold for cameras.

    Args:
        engine: with the prepared references.
        evidence: where the pictures are.
        order: what it is to be judged by.
        frames: at least one, oldest first, of one size.
        guarded: of each frame, whether the camera still hangs where it hung.
        detector: the engine's, or one that remembers what it saw in these frames.

    Raises:
        CalibrationError: the view's corners cannot be the desk's.
        NotFoundError, ViewUnfitError: see ``choose_view``.
        ModelFileError, InferenceError: there is no usable model.
    """
    return _judged(engine, evidence, order, frames, SourceKind.CAMERA, None, detector, guarded)


def judge_again(engine: JudgeEngine, evidence: EvidenceStore, order: Order, *, is_camera: bool) -> Judgement:
    """Judge a kept picture, whose people are masked, by another layout; nothing is drawn or masked again.

    Args:
        engine: with the model.
        evidence: where the picture is, by ``order.photo_sha256``.
        order: what it is to be judged by.
        is_camera: by the limits that hold for cameras.

    Raises:
        EvidenceMissingError: the picture is gone.
        CalibrationError: the corners cannot be the desk's.
        OtherWindowError: see ``own_stickers``.
        NotFoundError, ViewUnfitError: see ``choose_view``.
        ModelFileError, InferenceError: there is no usable model.
    """
    picture = engine.decode(evidence.get(order.photo_sha256), order.window.time_zone)
    frame = Frame(picture.image, captured_at(order.taken_at, picture), order.source)
    kind = SourceKind.CAMERA if is_camera else SourceKind.PHOTO
    return _looked(engine, evidence, order, [frame], kind, None, SeenOnce(engine.detector()), ())[0].judgement


def _judged(
    engine: JudgeEngine,
    evidence: EvidenceStore,
    order: Order,
    frames: Sequence[Frame],
    source_kind: SourceKind,
    focal_px: float | None,
    detector: Detector,
    guarded: Sequence[Guarded] = (),
) -> JudgedPhoto:
    with timed(Stage.JUDGE):
        judged, found, together = _looked(engine, evidence, order, frames, source_kind, focal_px, detector, guarded)
    first, last = frames[judged.used[0]], frames[judged.used[-1]]
    masked = mask_people(last.image, judged.detections, min_confidence=DETECT_FROM)
    jpeg = detector.masked_jpeg(last.image) if isinstance(detector, SeenOnce) else None
    kept = _kept(judged, masked, parsed_layout(order.layout_text), found.how, found.view, jpeg)
    where = format_points(((x, y) for x, y in masked.mask.xyxy.reshape(-1, 2).tolist()), digits=0)
    kept = replace(kept, together=together, masked_px=where, grace=judged.grace)
    if first is last:
        return kept
    return replace(
        kept,
        frame_count=len(judged.used),
        first_taken_at=first.captured_at,
        first_jpeg=masked_jpeg_of(first.image, detector),
    )


def _looked(
    engine: JudgeEngine,
    evidence: EvidenceStore,
    order: Order,
    frames: Sequence[Frame],
    source_kind: SourceKind,
    focal_px: float | None,
    detector: Detector,
    guarded: Sequence[Guarded],
) -> tuple[Judged, FoundDesk, tuple[int, ...]]:
    layout, last = parsed_layout(order.layout_text), frames[-1]
    held = guarded[-1] if guarded else None
    found = find_desk(engine, evidence, order, layout, last, source_kind, focal_px, detector, held)
    reference = _approved(engine, evidence, found.view, found.plane, layout)
    problems = (Reason.CAMERA_MOVED,) if found.moved else ()
    sound = len(frames) > 1  # ``cameras.bursts`` has left the bad ones out
    calibrated, planes = found.calibrated(layout), _planes(found, guarded, layout, last.image_wh)
    if order.companions and found.plane is not None and shows_a_part(layout, calibrated):
        detector = SeenOnce(detector)
        others = list(seen_with(engine, evidence, order, layout, last, source_kind, detector))
        own = SeenView(frames, found.plane, problems, reference, calibrated, planes, sound)
        seen = [*(view for _, view in others), own]
        if others:
            shown = judge_views(seen, layout, detector, source_kind=source_kind, grace=order.grace).views[-1]
            return shown, found, tuple(one.judgement_id for one, _ in others)
    judged = judge(
        frames,
        layout,
        found.plane,
        detector,
        source_kind=source_kind,
        reference=reference,
        problems=problems,
        calibrated=calibrated,
        planes=planes,
        grace=order.grace,
        sound=sound,
    )
    return judged, found, ()


def _planes(
    found: FoundDesk, guarded: Sequence[Guarded], layout: Layout, image_wh: tuple[int, int]
) -> tuple[DeskPlane | None, ...]:
    """Return the desk in each frame of a burst, by what the camera had drifted then; none of a frame while it moved."""
    if len(guarded) < 2 or found.how != "view" or found.view is None:
        return ()
    view, made = reference_view(found.view), {}
    for held in guarded:
        if id(held) not in made:
            made[id(held)] = None if held.moved else plane_of(view, held, layout.desk_wh_cm, image_wh)
    made[id(guarded[-1])] = found.plane
    return tuple(made[id(held)] for held in guarded)


def _kept(
    judged: Judged, masked: MaskedPicture, layout: Layout, how: str, view: View | None, jpeg: bytes | None
) -> JudgedPhoto:
    width, depth = layout.desk_wh_cm
    plane = judged.plane
    return JudgedPhoto(
        judgement=judged.judgement,
        items=judged.placed,
        image_wh=judged.detections.image_wh,
        masked_jpeg=jpeg or encode_jpeg(masked.image),
        overlay_zh=overlay_values(judged, layout, "zh", masked.mask),
        overlay_en=overlay_values(judged, layout, "en", masked.mask),
        masked_people=len(masked.mask),
        registration=how,
        view_name=view.name if view is not None else "",
        reference_sha256=view.reference_sha256 if view is not None else None,
        residual_cm=plane.residual_cm if plane is not None else None,
        px_per_cm=float(plane.scale_px_per_cm((width / 2, depth / 2))) if plane is not None else None,
        sharpness=judged.quality.sharpness,
        brightness=judged.quality.brightness,
    )


def masked_jpeg_of(image: Uint8Array, detector: Detector) -> bytes:
    """Return a picture, (H, W, 3) uint8 BGR, with people masked, encoded.

    Raises:
        InferenceError: the model failed to run.
    """
    known = detector.masked_jpeg(image) if isinstance(detector, SeenOnce) else None
    if known is not None:
        return known
    detections = detector.detect(image, min_confidence=DETECT_FROM)
    jpeg = encode_jpeg(mask_people(image, detections, min_confidence=DETECT_FROM).image)
    if isinstance(detector, SeenOnce):
        detector.remember_masked(image, jpeg)
    return jpeg
