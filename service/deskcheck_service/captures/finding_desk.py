"""Where the desk lies in a picture: by tapped corners, stickers, the view it was taken from, or its looks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from deskcheck_calibration.judging import lens_of_view, plane_from_view
from deskcheck_calibration.layout import Layout
from deskcheck_calibration.layout_file import load_layout
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.scene import SourceKind
from deskcheck_calibration.stickers import plane_from_stickers
from deskcheck_vision.detector import Detector
from deskcheck_vision.frames import Frame
from deskcheck_vision.images import Picture
from deskcheck_vision.markers import LARGEST_DESK_NUMBER, DeskTags, find_tags

from deskcheck_service.captures.guarding import UNGUARDED, Guarded, guarded_by, plane_of, shift_against
from deskcheck_service.captures.recognising import recognise_desk, reference_view
from deskcheck_service.captures.shown_window import shown_window
from deskcheck_service.engine import JudgeEngine
from deskcheck_service.errors import NotFoundError, OtherWindowError, ViewUnfitError
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.tables import View, utc_now

if TYPE_CHECKING:
    from datetime import datetime

    from deskcheck_service.captures.service import Order

# Two pictures of the same place have the same proportions, whatever their size.
_ASPECT_TOLERANCE = 0.01


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
class FoundDesk:
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


def find_desk(
    engine: JudgeEngine,
    evidence: EvidenceStore,
    order: Order,
    layout: Layout,
    frame: Frame,
    source_kind: SourceKind,
    focal_px: float | None,
    detector: Detector,
    guarded: Guarded | None,
) -> FoundDesk:
    """Find the desk by what the person tapped, then by stickers, then by the view that was chosen, then by features."""
    if guarded is not None and guarded.moved:
        return FoundDesk(None, "none", choose_view(order, frame.image_wh), moved=True)
    size_cm, image_wh = layout.desk_wh_cm, frame.image_wh
    # A camera is fixed to its place and shows its own windows; it is searched for stickers only to be placed by them.
    wanted = source_kind is SourceKind.PHOTO or bool(layout.stickers)
    own = own_stickers(order, frame) if wanted and order.window_id <= LARGEST_DESK_NUMBER else None
    if order.corners is not None:
        return FoundDesk(DeskPlane.from_corners(order.corners, size_cm, image_wh, focal_px), "corners", None)
    view = choose_view(order, image_wh)
    lens = lens_of_view(reference_view(view), image_wh) if view is not None else None
    plane = plane_from_stickers(own, layout, image_wh, focal_px, lens) if own is not None else None
    if plane is not None:
        return FoundDesk(plane, "markers", view)
    if view is not None:
        held = guarded or _guard(engine, evidence, order, view, frame, source_kind, detector)
        if held.moved:
            return FoundDesk(None, "none", view, moved=True)
        return FoundDesk(plane_of(reference_view(view), held, size_cm, image_wh), "view", view)
    if source_kind is SourceKind.PHOTO:
        recognised = recognise_desk(engine, evidence, order.views, layout, frame.image, focal_px)
        if recognised is not None:
            return FoundDesk(recognised.plane, "features", recognised.view)
    return FoundDesk(None, "none", None)


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
    found = find_desk(engine, evidence, order, layout, frame, kind, None, engine.detector(), None)
    return found.plane, found.how


def captured_at(told: datetime | None, picture: Picture) -> datetime:
    """Return when a picture was taken: as the sender says, else as the camera wrote, else now."""
    now = utc_now()
    moment = told or picture.taken_at or now
    # A phone's clock may be years off; a future time would stand above everything for ever.
    return moment if moment <= now else now
