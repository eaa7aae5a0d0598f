"""One photo through the one way of a picture, then masked, drawn over and encoded; nothing here touches a disk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING

import structlog
from deskcheck_calibration.findings import Judgement, Reason
from deskcheck_calibration.judging import DETECT_FROM, Judged, judge, lens_of_view, plane_from_view
from deskcheck_calibration.layout import Layout
from deskcheck_calibration.layout_file import load_layout
from deskcheck_calibration.picture import overlay_values
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.reference import Reference, look_at_reference
from deskcheck_calibration.scene import SourceKind
from deskcheck_calibration.stickers import plane_from_stickers
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.detector import Detector
from deskcheck_vision.errors import Language
from deskcheck_vision.frames import Frame
from deskcheck_vision.images import Picture, encode_jpeg
from deskcheck_vision.markers import LARGEST_DESK_NUMBER, DeskTags, find_tags
from deskcheck_vision.overlay import draw_overlay
from deskcheck_vision.privacy import MaskedPicture, mask_people

from deskcheck_service.captures.guarding import UNGUARDED, Guarded, SeenOnce, guarded_by, plane_of, shift_against
from deskcheck_service.captures.recognising import recognise_desk, reference_view
from deskcheck_service.captures.shown_window import shown_window
from deskcheck_service.engine import JudgeEngine
from deskcheck_service.errors import EvidenceMissingError, NotFoundError, OtherWindowError, ViewUnfitError
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.tables import View, utc_now

if TYPE_CHECKING:
    from datetime import datetime

    from deskcheck_service.captures.service import Order

# Two pictures of the same place have the same proportions, whatever their size.
_ASPECT_TOLERANCE = 0.01

# CSS px at which the two drawings of an overlay are looked at, and how wide the narrow one is kept: a phone held
# upright with three px to each CSS px, and the half of a desktop page. The pages choose by what is shown.
NARROW_SHOWN_PX, NARROW_KEPT_PX = 360, 1170
WIDE_SHOWN_PX = 720


@dataclass(frozen=True, slots=True)
class OverlayJpegs:
    """An overlay in one language, drawn for two widths, since letters that fit one are too small or large in the other.

    Attributes:
        wide: in the photo's own size.
        narrow: smaller, with letters for a phone.
    """

    wide: bytes
    narrow: bytes


@dataclass(frozen=True, slots=True)
class JudgedPhoto:
    """Everything of a photo that is kept.

    Attributes:
        judgement: the findings.
        items: what stands on the desk.
        image_wh: size of the photo in px, orientation applied.
        masked_jpeg: the photo with people masked.
        overlay_zh, overlay_en: the same with zones, boxes and labels.
        masked_people: how many people were masked.
        registration: how the desk was found: "corners", "markers", "features", "view" or "none".
        view_name: the view it was found by, or said to be taken from; empty for none.
        reference_sha256: reference picture of that view.
        residual_cm: how far the desk's corners are from a rectangle's.
        px_per_cm: picture scale in the middle of the desk.
        sharpness, brightness: of the quality gate.
    """

    judgement: Judgement
    items: tuple[PlacedItem, ...]
    image_wh: tuple[int, int]
    masked_jpeg: bytes
    overlay_zh: OverlayJpegs
    overlay_en: OverlayJpegs
    masked_people: int
    registration: str
    view_name: str
    reference_sha256: str | None
    residual_cm: float | None
    px_per_cm: float | None
    sharpness: float
    brightness: float


@lru_cache(maxsize=256)
def parsed_layout(text: str) -> Layout:
    """Return the layout of a stored, hence checked, file; values are frozen and may be shared."""
    return load_layout(text)


def _same_proportions(view: View, image_wh: tuple[int, int]) -> bool:
    ratio = view.width_px * image_wh[1] / (view.height_px * image_wh[0])
    return abs(ratio - 1) <= _ASPECT_TOLERANCE


def choose_view(order: Order, image_wh: tuple[int, int]) -> View | None:
    """Return the view that a photo was taken from: the chosen one, else the one of the photo's file name.

    No other view is ever guessed: the corners of another place would put every item where it does not stand.

    Raises:
        NotFoundError: the window has no view of the chosen name.
        ViewUnfitError: the chosen view's pictures have other proportions.
    """
    if order.view_name:
        chosen = next((view for view in order.views if view.name == order.view_name), None)
        if chosen is None:
            raise NotFoundError(what=f"view {order.view_name}")
        if not _same_proportions(chosen, image_wh):
            raise ViewUnfitError(view=chosen.name, width_px=image_wh[0], height_px=image_wh[1])
        return chosen
    names = {order.file_name, PurePath(order.file_name).stem} - {""}
    return next((view for view in order.views if view.name in names and _same_proportions(view, image_wh)), None)


def own_stickers(order: Order, frame: Frame) -> DeskTags | None:
    """Return the window's own stickers in a frame; None where it does not show two of them.

    Raises:
        OtherWindowError: it shows another window of the centre, and nothing of this one.
    """
    own, other = shown_window(find_tags(frame.image), order.window_id, order.numbered)
    if other is not None:
        raise OtherWindowError(window=order.window.code, shown=other)
    return own


@dataclass(frozen=True, slots=True)
class _Found:
    """The desk in a frame, how it was found, the view that the frame was taken from, and whether its camera moved."""

    plane: DeskPlane | None
    how: str
    view: View | None
    moved: bool = False

    def calibrated(self, layout: Layout) -> DeskPlane | None:
        """Return the desk as the view was calibrated: what that does not show, the frame is not meant to show.

        A photo that was recognised by a view's picture was taken from elsewhere and is meant to show all of the desk.
        """
        if self.view is None or self.how not in ("view", "markers"):
            return None
        shown = reference_view(self.view)
        return plane_from_view(shown, layout.desk_wh_cm, shown.image_wh)


def _guard(
    engine: JudgeEngine,
    evidence: EvidenceStore,
    order: Order,
    view: View,
    frame: Frame,
    source_kind: SourceKind,
    detector: Detector,
) -> Guarded:
    """Hold a picture against its view's still, unless the view is a usual place of a phone."""
    is_fixed = source_kind is SourceKind.CAMERA or view.camera_id is not None
    if not is_fixed or view.reference_sha256 is None:
        return UNGUARDED
    shift = shift_against(engine, evidence, view.reference_sha256, frame.image, detector)
    return guarded_by(shift, suspended=view.id in order.suspended_view_ids)


def _find_desk(
    engine: JudgeEngine,
    evidence: EvidenceStore,
    order: Order,
    layout: Layout,
    frame: Frame,
    source_kind: SourceKind,
    focal_px: float | None,
    detector: Detector,
    guarded: Guarded | None,
) -> _Found:
    """Find the desk by what the person tapped, then by stickers, then by the view that was chosen, then by features."""
    if guarded is not None and guarded.moved:
        return _Found(None, "none", choose_view(order, frame.image_wh), moved=True)
    size_cm, image_wh = layout.desk_wh_cm, frame.image_wh
    # A camera is fixed to its place and shows its own windows; it is searched for stickers only to be placed by them.
    wanted = source_kind is SourceKind.PHOTO or bool(layout.stickers)
    own = own_stickers(order, frame) if wanted and order.window_id <= LARGEST_DESK_NUMBER else None
    if order.corners is not None:
        return _Found(DeskPlane.from_corners(order.corners, size_cm, image_wh, focal_px), "corners", None)
    view = choose_view(order, image_wh)
    lens = lens_of_view(reference_view(view), image_wh) if view is not None else None
    plane = plane_from_stickers(own, layout, image_wh, focal_px, lens) if own is not None else None
    if plane is not None:
        return _Found(plane, "markers", view)
    if view is not None:
        held = guarded or _guard(engine, evidence, order, view, frame, source_kind, detector)
        if held.moved:
            return _Found(None, "none", view, moved=True)
        return _Found(plane_of(reference_view(view), held, size_cm, image_wh), "view", view)
    if source_kind is SourceKind.PHOTO:
        recognised = recognise_desk(engine, evidence, order.views, layout, frame.image, focal_px)
        if recognised is not None:
            return _Found(recognised.plane, "features", recognised.view)
    return _Found(None, "none", None)


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
    return _judged(engine, evidence, order, frame, SourceKind.PHOTO, picture.focal_px, SeenOnce(engine.detector()))


def judge_frame(
    engine: JudgeEngine, evidence: EvidenceStore, order: Order, frame: Frame, guarded: Guarded, detector: Detector
) -> JudgedPhoto:
    """Judge a frame of a fixed camera, by the limits that hold for cameras.

    Args:
        engine: with the prepared references.
        evidence: where the pictures are.
        order: what it is to be judged by.
        frame: the frame.
        guarded: whether the camera still hangs where it hung.
        detector: the engine's, or one that remembers what it saw in this frame.

    Raises:
        CalibrationError: the view's corners cannot be the desk's.
        NotFoundError, ViewUnfitError: see ``choose_view``.
        ModelFileError, InferenceError: there is no usable model.
    """
    return _judged(engine, evidence, order, frame, SourceKind.CAMERA, None, detector, guarded)


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
    return _looked(engine, evidence, order, frame, kind, None, SeenOnce(engine.detector()), None)[0].judgement


def _judged(
    engine: JudgeEngine,
    evidence: EvidenceStore,
    order: Order,
    frame: Frame,
    source_kind: SourceKind,
    focal_px: float | None,
    detector: Detector,
    guarded: Guarded | None = None,
) -> JudgedPhoto:
    judged, found = _looked(engine, evidence, order, frame, source_kind, focal_px, detector, guarded)
    masked = mask_people(frame.image, judged.detections, min_confidence=DETECT_FROM)
    return _kept(judged, masked, parsed_layout(order.layout_text), found.how, found.view)


def _looked(
    engine: JudgeEngine,
    evidence: EvidenceStore,
    order: Order,
    frame: Frame,
    source_kind: SourceKind,
    focal_px: float | None,
    detector: Detector,
    guarded: Guarded | None,
) -> tuple[Judged, _Found]:
    layout = parsed_layout(order.layout_text)
    found = _find_desk(engine, evidence, order, layout, frame, source_kind, focal_px, detector, guarded)
    reference = _approved(engine, evidence, found.view, found.plane, layout)
    problems = (Reason.CAMERA_MOVED,) if found.moved else ()
    judged = judge(
        [frame],
        layout,
        found.plane,
        detector,
        source_kind=source_kind,
        reference=reference,
        problems=problems,
        calibrated=found.calibrated(layout),
    )
    return judged, found


def captured_at(told: datetime | None, picture: Picture) -> datetime:
    """Return when a picture was taken: as the sender says, else as the camera wrote, else now."""
    now = utc_now()
    moment = told or picture.taken_at or now
    # A phone's clock may be years off; a future time would stand above everything for ever.
    return moment if moment <= now else now


def _kept(judged: Judged, masked: MaskedPicture, layout: Layout, how: str, view: View | None) -> JudgedPhoto:
    width, depth = layout.desk_wh_cm
    plane = judged.plane
    return JudgedPhoto(
        judgement=judged.judgement,
        items=judged.placed,
        image_wh=judged.detections.image_wh,
        masked_jpeg=encode_jpeg(masked.image),
        overlay_zh=_overlays(judged, masked, layout, "zh"),
        overlay_en=_overlays(judged, masked, layout, "en"),
        masked_people=len(masked.mask),
        registration=how,
        view_name=view.name if view is not None else "",
        reference_sha256=view.reference_sha256 if view is not None else None,
        residual_cm=plane.residual_cm if plane is not None else None,
        px_per_cm=float(plane.scale_px_per_cm((width / 2, depth / 2))) if plane is not None else None,
        sharpness=judged.quality.sharpness,
        brightness=judged.quality.brightness,
    )


def _overlays(judged: Judged, masked: MaskedPicture, layout: Layout, language: Language) -> OverlayJpegs:
    overlay = overlay_values(judged, layout, language, masked.mask)
    wide = draw_overlay(masked.image, overlay, display_width_px=WIDE_SHOWN_PX)
    narrow = draw_overlay(masked.image, overlay, display_width_px=NARROW_SHOWN_PX, most_width_px=NARROW_KEPT_PX)
    return OverlayJpegs(encode_jpeg(wide), encode_jpeg(narrow))


def masked_jpeg_of(image: Uint8Array, detector: Detector) -> bytes:
    """Return a picture, (H, W, 3) uint8 BGR, with people masked, encoded.

    Raises:
        InferenceError: the model failed to run.
    """
    detections = detector.detect(image, min_confidence=DETECT_FROM)
    return encode_jpeg(mask_people(image, detections, min_confidence=DETECT_FROM).image)


def find_desk_again(
    engine: JudgeEngine, evidence: EvidenceStore, order: Order, layout: Layout, picture: Picture
) -> tuple[DeskPlane | None, str]:
    """Find the desk in a kept picture, by a layout of one's own; the order's is not read.

    Returns:
        The desk, None where it is not known, and how it was found: "corners", "markers", "features", "view" or "none".

    Raises:
        CalibrationError: the corners cannot be the desk's.
        OtherWindowError: see ``own_stickers``.
        NotFoundError, ViewUnfitError: see ``choose_view``.
    """
    frame = Frame(picture.image, captured_at(order.taken_at, picture), order.source)
    kind = SourceKind.CAMERA if order.source == "camera" else SourceKind.PHOTO
    found = _find_desk(engine, evidence, order, layout, frame, kind, None, engine.detector(), None)
    return found.plane, found.how
