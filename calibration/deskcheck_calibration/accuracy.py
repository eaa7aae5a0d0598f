"""How well items are placed, measured against pictures whose truth is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from deskcheck_vision.detections import Detections, Float64Array
from deskcheck_vision.taxonomy import CLASSES

from deskcheck_calibration.layout import PolygonCm, Surface
from deskcheck_calibration.placing import place_items
from deskcheck_calibration.plane import DeskPlane


@dataclass(frozen=True, slots=True, eq=False)
class TruthPicture:
    """One picture with known truth.

    Attributes:
        detections: N boxes, true ones or a detector's matched to the truth.
        plane: the desk in that picture, calibrated as a person would.
        footprints_cm: N true footprints, in the order of the detections.
        surfaces: raised surfaces that items may stand on.
    """

    detections: Detections
    plane: DeskPlane
    footprints_cm: tuple[PolygonCm, ...]
    surfaces: tuple[Surface, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class FootprintErrors:
    """Distances between placed and true footprint centres over many pictures.

    Attributes:
        errors_cm: (N,) distance of the centres.
        uncertainties_cm: (N,) stated ~95 % radius.
        class_id: (N,) index into ``taxonomy.CLASSES``.
    """

    errors_cm: Float64Array
    uncertainties_cm: Float64Array
    class_id: Float64Array

    @property
    def median_cm(self) -> float:
        """Median distance of the centres in cm."""
        return float(np.median(self.errors_cm))

    @property
    def coverage(self) -> float:
        """Share of the items whose true centre lies within the stated radius."""
        return float((self.errors_cm <= self.uncertainties_cm).mean())

    @property
    def median_uncertainty_cm(self) -> float:
        """Median stated radius in cm: coverage alone could be bought with large radii."""
        return float(np.median(self.uncertainties_cm))

    def by_class(self) -> dict[str, tuple[int, float, float, float]]:
        """Return class id -> (count, median error, coverage, median uncertainty)."""
        result = {}
        for index in np.unique(self.class_id):
            of = self.class_id == index
            errors, stated = self.errors_cm[of], self.uncertainties_cm[of]
            result[CLASSES[int(index)].id] = (
                int(of.sum()), float(np.median(errors)), float((errors <= stated).mean()), float(np.median(stated)),
            )  # fmt: skip
        return result


def footprint_errors(pictures: Iterable[TruthPicture]) -> FootprintErrors:
    """Place every item of every picture and compare with the truth; persons are left out.

    Raises:
        ValueError: there is nothing to compare, or a picture has not one footprint per detection.
    """
    errors: list[float] = []
    stated: list[float] = []
    classes: list[int] = []
    for picture in pictures:
        if len(picture.footprints_cm) != len(picture.detections):
            raise ValueError(f"{len(picture.detections)} detections but {len(picture.footprints_cm)} footprints")
        for item in place_items(picture.detections, picture.plane, picture.surfaces):
            true = centroid(picture.footprints_cm[item.index])
            errors.append(float(np.hypot(item.centre_cm[0] - true[0], item.centre_cm[1] - true[1])))
            stated.append(item.uncertainty_cm)
            classes.append(int(picture.detections.class_id[item.index]))
    if not errors:
        raise ValueError("no item to compare")
    return FootprintErrors(np.array(errors), np.array(stated), np.array(classes, np.float64))


def centroid(polygon: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the centre of area of a polygon in cm."""
    point = shapely.Polygon(polygon).centroid
    return float(point.x), float(point.y)
