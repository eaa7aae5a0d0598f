"""Features of things that stand on a desk, with their heights: what tells roughly where a photo was taken from.

Most features of a desk lie on what stands there, and the largest set of matches on one plane is often a screen. Taken
for places of the desk they put it elsewhere. But where a thing stands is known in the approved picture, and it stands
upright: its features are taken to lie on the upright plane through the middle of its footprint, along the desk.
"""

from __future__ import annotations

import numpy as np
from deskcheck_vision.detections import Detections, Float64Array, Uint8Array
from deskcheck_vision.registration import DeskFeatures, features

from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.placing import place_items
from deskcheck_calibration.plane import DeskPlane

# What is lower lies on the desk like a print does.
FLAT_CM = 4.0
_FEATURES = 1000
_TALLER_THAN_ITS_CLASS = 1.6


def standing_features(grey: Uint8Array, plane: DeskPlane, detections: Detections) -> DeskFeatures:
    """Find the features of the things over 4 cm in an approved picture.

    Args:
        grey: (H, W) uint8.
        plane: the desk in it.
        detections: what stands in it.
    """
    items = _standing(plane, detections)
    of_item = np.zeros(grey.shape, np.int64)
    for number, item in enumerate(items, start=1):
        left, top, right, bottom = (max(int(side), 0) for side in item.xyxy)
        of_item[top:bottom, left:right] = number
    found = features(grey, _FEATURES, np.where(of_item > 0, np.uint8(255), np.uint8(0)))
    column, row = found.points_px.astype(np.int64).T
    number = of_item[np.clip(row, 0, grey.shape[0] - 1), np.clip(column, 0, grey.shape[1] - 1)]
    behind = np.array([0.0, *(item.centre_cm[1] for item in items)])[number]
    tall = np.array([0.0, *(_TALLER_THAN_ITS_CLASS * item.size_cm[2] for item in items)])[number]
    points = upright(plane, found.points_px, behind)
    with np.errstate(invalid="ignore"):
        good = (number > 0) & np.isfinite(points).all(axis=1) & (points[:, 2] <= tall)
    scale = plane.scale_px_per_cm((plane.desk_wh_cm[0] / 2, plane.desk_wh_cm[1] / 2))
    return DeskFeatures(points[good], found.descriptors[good], found.turns_deg[good], found.sizes_px[good] / scale)


def _standing(plane: DeskPlane, detections: Detections) -> list[PlacedItem]:
    """Return the tall things, those that stand before others last."""
    placed = place_items(detections, plane)
    tall = [item for item in placed if detections.item_class(item.index).size_cm[2] > FLAT_CM]
    return sorted(tall, key=lambda item: item.xyxy[3])


def upright(plane: DeskPlane, points_px: Float64Array, behind_cm: Float64Array) -> Float64Array:
    """Return (N, 3) where lines of sight meet upright planes along the desk, x, y and height.

    Args:
        plane: the desk in the picture.
        points_px: (N, 2).
        behind_cm: (N,) y of each plane.

    Returns:
        Places on the desk where a line meets it before that plane; not finite where it never meets the plane.
    """
    x, y, height = plane.pose_or_nominal().centre_cm
    on_desk = plane.to_cm(points_px)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (behind_cm - y) / (on_desk[:, 1] - y)
        share = np.where(share > 0, np.minimum(share, 1.0), np.nan)
    flat = np.array([x, y]) + share[:, None] * (on_desk - np.array([x, y]))
    return np.column_stack([flat, height * (1.0 - share)])
