"""Local features of a desk seen from many places, and their matches in a photo. Pure functions on arrays.

A feature's patch looks another from 25 degrees than from 60, more than ORB forgives. But a desk is a plane whose place
in its approved picture is known: straightened, it can be looked at from every side beforehand, as ASIFT does without
knowing the plane (Morel and Yu, ASIFT: a new framework for fully affine invariant image comparison, 2009). The photo's
features (Rublee et al., ORB: an efficient alternative to SIFT or SURF, 2011) are then matched against all views at
once; the ratio test (Lowe 2004) asks for a second-best match at another place of the desk, since views repeat places.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deskcheck_vision.detections import Float64Array, Uint8Array, read_only

IntArray = NDArray[np.int64]

# How strongly the desk is foreshortened (1 / sine of the elevation) and across which direction, in degrees from its
# y axis: about 60, 36 and 24 degrees above the desk, from up to 40 degrees beside its middle line, either side.
VIEWS = ((1.15, 0.0), (1.7, -25.0), (1.7, 25.0), (2.5, -32.0), (2.5, -11.0), (2.5, 11.0), (2.5, 32.0))
PLAIN_VIEWS = ((1.0, 0.0),)
# Photos are searched at this size: a feature is larger than a px, and time grows with the area.
SEARCH_SIDE_PX = 1280
PHOTO_FEATURES = 3000
_FEATURES_A_VIEW = 700
# ORB's corners on plain boards are faint.
_FAST_THRESHOLD = 5
_RATIO = 0.85
_NEIGHBOURS = 8
_ELSEWHERE_CM = 2.5
_SAME_PLACE_CM = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class DeskFeatures:
    """Features of a desk with their places on it.

    Attributes:
        points_cm: (N, 2) float64, desk cm.
        descriptors: (N, 32) uint8, of ORB.
    """

    points_cm: Float64Array
    descriptors: Uint8Array

    def __post_init__(self) -> None:
        if self.points_cm.shape != (len(self.descriptors), 2) or self.descriptors.shape[1:] != (32,):
            raise ValueError(f"expected (N, 2) and (N, 32), got {self.points_cm.shape}, {self.descriptors.shape}")
        object.__setattr__(self, "points_cm", read_only(np.asarray(self.points_cm, np.float64)))
        object.__setattr__(self, "descriptors", read_only(np.asarray(self.descriptors, np.uint8)))


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Places of a photo and of the desk that look alike.

    Attributes:
        points_px: (N, 2) float64, px of the photo.
        points_cm: (N, 2) float64, desk cm; no place twice.
    """

    points_px: Float64Array
    points_cm: Float64Array


def desk_features(
    straightened: Uint8Array, usable: Uint8Array, px_per_cm: float, views: tuple[tuple[float, float], ...] = VIEWS
) -> DeskFeatures:
    """Find the features of a desk as it looks from several sides.

    Args:
        straightened: (H, W) uint8 grey, the desk from above.
        usable: (H, W) uint8, 0 where nothing may be used.
        px_per_cm: scale of it.
        views: foreshortening and direction of each.
    """
    points, descriptors = [np.zeros((0, 2))], [np.zeros((0, 32), np.uint8)]
    for tilt, direction_deg in views:
        grey, mask, to_view = _from_aside(straightened, usable, tilt, direction_deg)
        found_px, found = _orb(grey, _FEATURES_A_VIEW, mask)
        points.append((found_px - to_view[:, 2]) @ np.linalg.inv(to_view[:, :2]).T / px_per_cm)
        descriptors.append(found)
    return DeskFeatures(np.concatenate(points), np.concatenate(descriptors))


def _from_aside(
    straightened: Uint8Array, usable: Uint8Array, tilt: float, direction_deg: float
) -> tuple[Uint8Array, Uint8Array, Float64Array]:
    """Return the desk foreshortened along a direction, its mask, and the affine map (2, 3) into it."""
    height, width = straightened.shape
    angle = np.radians(direction_deg)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    squeeze = np.diag([1.0, 1.0 / tilt]) @ turn
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]]) @ squeeze.T
    low = corners.min(axis=0)
    size = np.ceil(corners.max(axis=0) - low).astype(int)
    to_view = np.column_stack([squeeze, -low])
    # What is squeezed is first blurred along that direction, as a lens would average it; the blur is the same both
    # ways here, which ORB does not notice.
    blurred = cv2.GaussianBlur(straightened, (0, 0), 0.4 * float(np.sqrt(tilt**2 - 1))) if tilt > 1.2 else straightened
    wh = (int(size[0]), int(size[1]))
    grey = cv2.warpAffine(blurred, to_view, wh, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(usable, to_view, wh, flags=cv2.INTER_NEAREST)
    return np.asarray(grey, np.uint8), np.asarray(mask, np.uint8), to_view


def photo_features(image: Uint8Array) -> tuple[Float64Array, Uint8Array]:
    """Find the features of a photo, (H, W, 3) uint8 BGR; places (N, 2) in its px and descriptors (N, 32)."""
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    scale = min(1.0, SEARCH_SIDE_PX / max(grey.shape))
    if scale < 1:
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    points, descriptors = _orb(grey, PHOTO_FEATURES, None)
    return points / scale, descriptors


def _orb(grey: Uint8Array, count: int, mask: Uint8Array | None) -> tuple[Float64Array, Uint8Array]:
    found, descriptors = cv2.ORB.create(count, fastThreshold=_FAST_THRESHOLD).detectAndCompute(grey, mask)
    if descriptors is None:
        return np.zeros((0, 2)), np.zeros((0, 32), np.uint8)
    # OpenCV counts from the middle of the first px, pictures here from its outer corner.
    return np.array([one.pt for one in found], np.float64) + 0.5, np.asarray(descriptors, np.uint8)


def match(points_px: Float64Array, descriptors: Uint8Array, desk: DeskFeatures) -> Matches:
    """Match a photo's features with a desk's.

    Args:
        points_px: (N, 2) places in the photo.
        descriptors: (N, 32) of them.
        desk: what they are held against.
    """
    if len(points_px) == 0 or len(desk.points_cm) <= _NEIGHBOURS:
        return Matches(np.zeros((0, 2)), np.zeros((0, 2)))
    near, distance = _nearest(descriptors, desk.descriptors)
    places = desk.points_cm[near]  # [N,K,2]
    elsewhere = np.linalg.norm(places - places[:, :1], axis=2) > _ELSEWHERE_CM
    # Where all neighbours are of one place, the farthest of them is the least that another one can have.
    second = np.where(elsewhere.any(axis=1), np.where(elsewhere, distance, np.inf).min(axis=1), distance[:, -1])
    clear = np.flatnonzero(distance[:, 0] < _RATIO * second)
    # The surest match of each place comes first and stays: many to one is no view of a plane.
    clear = clear[np.argsort(distance[clear, 0], kind="stable")]
    cells = np.round(places[clear, 0] / _SAME_PLACE_CM).astype(np.int64)
    _, first = np.unique(cells, axis=0, return_index=True)
    chosen = clear[np.sort(first)]
    return Matches(points_px[chosen], places[chosen, 0])


def _nearest(descriptors: Uint8Array, known: Uint8Array) -> tuple[IntArray, Float64Array]:
    """Return the indices (N, K) of the nearest known descriptors, nearest first, and how many bits differ."""
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(descriptors, known, k=_NEIGHBOURS)
    near = np.array([[one.trainIdx for one in row] for row in pairs], np.int64)
    distance = np.array([[one.distance for one in row] for row in pairs], np.float64)
    return near, distance
