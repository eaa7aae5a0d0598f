"""A picture against the approved reference of its view, in the detector's features: what rule V02 looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from deskcheck_vision.detections import Detections, Float64Array, Uint8Array
from deskcheck_vision.detector import Detector, ModelIdentity, Sight, Tiling, look
from deskcheck_vision.novelty import (
    DRIFT_CELLS,
    Difference,
    FeatureMap,
    NovelRegion,
    comparable_cells,
    difference,
    inside_polygon,
    novel_regions,
    threshold_of,
)
from deskcheck_vision.taxonomy import INDEX

from deskcheck_calibration.errors import NoCameraPoseError
from deskcheck_calibration.findings import Reason
from deskcheck_calibration.geometry import signed_area
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.scene import Comparison, Region

# Persons hide what is behind them and are masked in a stored reference: rather too many than too few.
_PERSON_FROM = 0.2
# Where half of the desk differs by more than this, it is another view or another light, and no region means anything.
LARGEST_NOISE = 1.1


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The approved picture of a view, looked at once; it serves every later picture of that view by the same model.

    Attributes:
        plane: the desk in it.
        detections: what stood there, persons included.
        features: None where the model offers none.
        model_sha256, session: what looked at it; features of another model or arithmetic cannot be compared.
    """

    plane: DeskPlane
    detections: Detections
    features: FeatureMap | None
    model_sha256: str
    session: str

    def is_by(self, model: ModelIdentity) -> bool:
        """Whether that model, in that arithmetic, looked at it."""
        return (model.sha256, model.session) == (self.model_sha256, self.session)


def look_at_reference(
    image: Uint8Array, plane: DeskPlane, detector: Detector, *, tiling: Tiling = Tiling.AUTO
) -> Reference:
    """Look at an approved picture, (H, W, 3) uint8 BGR, people masked or not.

    Raises:
        InferenceError: the model failed to run.
    """
    sight = look(detector, image, min_confidence=_PERSON_FROM, tiling=tiling)
    return Reference(plane, sight.detections, sight.features, detector.model.sha256, detector.model.session)


def compare_with_reference(
    sight: Sight,
    plane: DeskPlane,
    reference: Reference,
    parameters: Mapping[str, float],
    seen_from: float,
) -> Comparison:
    """Say which regions of the desk neither the reference nor a detection explains.

    Args:
        sight: of the picture.
        plane: the desk in it.
        reference: the approved picture, by the same model.
        parameters: those of rule V02.
        seen_from: confidence from which on something stood in the reference. It is lower than ``explains_from``, the
            one asked of the picture, where an unlisted thing is often taken for something or other: a listed thing
            that was only half recognised would else be new as soon as it is gone.
    """
    if sight.features is None or reference.features is None:
        return Comparison(reason=Reason.NO_FEATURES)
    if not _bent_alike(plane, reference.plane) or view_change_deg(plane, reference.plane) > parameters["view_deg"]:
        return Comparison(reason=Reason.VIEW_TOO_DIFFERENT)
    to_reference = reference.plane.to_px_homography @ plane.homography
    outline = plane.to_px(_corners_cm(plane))
    compared = comparable_cells(
        sight.features,
        reference.features,
        to_reference,
        outline,
        _explained(sight.detections, parameters["explains_from"]),
        _explained(reference.detections, seen_from),
    )
    found = difference(sight.features, reference.features, to_reference, compared)
    if found is None:
        return Comparison(reason=Reason.TOO_LITTLE_COMPARED)
    if not is_trustworthy(found):
        return Comparison(reason=Reason.VIEW_TOO_DIFFERENT)
    threshold = threshold_of(found, parameters["distance"], parameters["sigmas"])
    regions = tuple(_region(region, plane) for region in novel_regions(sight.features, found, threshold))
    on_desk = inside_polygon(sight.features.centres_px(), outline).sum()
    return Comparison(regions, float(compared.sum() / on_desk))


def is_trustworthy(found: Difference) -> bool:
    """Whether the two pictures show the same desk alike: drift within the search, and half of it hardly changed."""
    return max(map(abs, found.drift_cells)) < DRIFT_CELLS and found.noise[0] <= LARGEST_NOISE


def _bent_alike(first: DeskPlane, second: DeskPlane) -> bool:
    """Whether one homography takes the one picture to the other: it does not undo two different lenses."""
    return (first.lens and first.lens.bend) == (second.lens and second.lens.bend)


def view_change_deg(first: DeskPlane, second: DeskPlane) -> float:
    """Return the angle at the desk's middle between the lines of sight of two pictures; infinite where unknown.

    Things with height shift against the desk by their height times this angle, which no homography of the desk undoes.
    """
    between = second.to_px_homography @ first.homography
    scale = second.image_wh[0] / first.image_wh[0]
    if np.allclose(between / between[2, 2], np.diag([scale, scale, 1.0]), atol=1e-6):
        return 0.0
    middle = np.array([first.desk_wh_cm[0] / 2, first.desk_wh_cm[1] / 2, 0.0])
    try:
        sights = [np.array(plane.pose_or_nominal().centre_cm) - middle for plane in (first, second)]
    except NoCameraPoseError:
        return float("inf")
    along = [sight / np.linalg.norm(sight) for sight in sights]
    return float(np.degrees(np.arccos(np.clip(along[0] @ along[1], -1.0, 1.0))))


def _explained(detections: Detections, from_confidence: float) -> Float64Array:
    persons = detections.class_id == INDEX["person"]
    boxes: Float64Array = detections.xyxy[persons | (detections.confidence >= from_confidence)].astype(np.float64)
    return boxes


def _corners_cm(plane: DeskPlane) -> Float64Array:
    width, depth = plane.desk_wh_cm
    return np.array([[0, 0], [width, 0], [width, depth], [0, depth]], np.float64)


def _region(region: NovelRegion, plane: DeskPlane) -> Region:
    outline = plane.to_cm(region.polygon_px)
    low, high = region.polygon_px.min(axis=0), region.polygon_px.max(axis=0)
    return Region(
        tuple((float(x), float(y)) for x, y in outline),
        abs(signed_area(outline)),
        (float(low[0]), float(low[1]), float(high[0]), float(high[1])),
        region.score,
    )
