"""The desk of a photo taken from anywhere, recognised by the stored reference pictures of its window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from deskcheck_calibration.desk_reference import DeskReference
from deskcheck_calibration.desk_registration import register_matches
from deskcheck_calibration.judging import DETECT_FROM, plane_from_view
from deskcheck_calibration.layout import Layout, ReferenceView
from deskcheck_calibration.plane import DeskPlane
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.registration import match, photo_features

from deskcheck_service.engine import JudgeEngine
from deskcheck_service.errors import EvidenceMissingError
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.layouts.view_columns import corners_of
from deskcheck_service.tables import View

# Each reference picture costs about as much as a pass of the detector; a window rarely has more.
_MOST_TRIED = 3


@dataclass(frozen=True, slots=True)
class Recognised:
    """A desk and the view whose reference picture it was recognised by."""

    plane: DeskPlane
    view: View


def reference_view(view: View) -> ReferenceView:
    """Return a stored view as calibration knows it."""
    return ReferenceView(
        name=view.name,
        image_wh=(view.width_px, view.height_px),
        corners_px=corners_of(view),
        focal_px=view.focal_px,
        bend=view.bend,
    )


def recognise_desk(
    engine: JudgeEngine,
    evidence: EvidenceStore,
    views: Sequence[View],
    layout: Layout,
    image: Uint8Array,
    focal_px: float | None,
) -> Recognised | None:
    """Recognise a window's desk in a photo, (H, W, 3) uint8 BGR; None where no reference picture tells it surely."""
    known = [view for view in views if view.reference_sha256 is not None][:_MOST_TRIED]
    if not known:
        return None
    features = photo_features(image)
    for view in known:
        reference = _desk_reference(engine, evidence, view, layout)
        if reference is None:
            continue
        matches = match(features, reference.features)
        found = register_matches(image, matches, reference, focal_px)
        if found.plane is not None:
            return Recognised(found.plane, view)
        structlog.get_logger().info("desk_not_recognised", view=view.name, reason=str(found.refusal))
    return None


def _desk_reference(engine: JudgeEngine, evidence: EvidenceStore, view: View, layout: Layout) -> DeskReference | None:
    sha256, shown = view.reference_sha256 or "", reference_view(view)

    def load() -> DeskReference:
        picture = engine.decode(evidence.get(sha256))
        plane = plane_from_view(shown, layout.desk_wh_cm, picture.image_wh)
        seen = engine.detector().detect(picture.image, min_confidence=DETECT_FROM)
        return DeskReference.from_picture(picture.image, plane, seen)

    try:
        return engine.desk_references.get((sha256, shown, layout.desk_wh_cm), load)
    except EvidenceMissingError:
        structlog.get_logger().warning("reference_lost", sha256=sha256, view=view.name)
        return None
