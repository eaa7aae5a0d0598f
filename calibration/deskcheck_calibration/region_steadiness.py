"""Regions that the approved reference does not explain, over the frames of a burst: a hand that passes is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from deskcheck_vision.detections import Detections
from deskcheck_vision.taxonomy import INDEX

from deskcheck_calibration.scene import Comparison, Region
from deskcheck_calibration.several_views import is_same_region

_LEAST_SIGHTINGS = 2


def steady_regions(
    last: Comparison, others: Sequence[tuple[Detections, Comparison]], seen_from: float, seen_share: float
) -> Comparison:
    """Return the last frame's comparison with the regions that enough of the frames that show their place show.

    Args:
        last: of the last frame.
        others: of each other frame, what was found in it, and its comparison.
        seen_from: confidence from which a person counts.
        seen_share: share of the frames that show a region's place from which it counts.
    """
    regions = tuple(region for region in last.regions if _is_steady(region, others, seen_from, seen_share))
    return replace(last, regions=regions)


def _is_steady(
    region: Region, others: Sequence[tuple[Detections, Comparison]], seen_from: float, seen_share: float
) -> bool:
    shown = seen = 1
    for found, comparison in others:
        if comparison.reason is not None or _is_covered(region, found, seen_from):
            continue
        shown += 1
        seen += any(is_same_region(region, other) for other in comparison.regions)
    return seen >= _LEAST_SIGHTINGS and seen >= seen_share * shown


def _is_covered(region: Region, found: Detections, seen_from: float) -> bool:
    """Tell whether a person stands before the middle of a region."""
    persons = found.xyxy[(found.class_id == INDEX["person"]) & (found.confidence >= seen_from)]
    left, top, right, bottom = region.xyxy
    x, y = (left + right) / 2, (top + bottom) / 2
    inside = (persons[:, 0] <= x) & (x <= persons[:, 2]) & (persons[:, 1] <= y) & (y <= persons[:, 3])
    return bool(inside.any())
