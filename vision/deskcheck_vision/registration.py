"""Local features of a desk seen from many places, and their matches in a photo. Pure functions on arrays.

A feature's patch looks another from 25 degrees than from 60, more than ORB forgives. But a desk is a plane whose place
in its approved picture is known: straightened, it can be looked at from every side beforehand, as ASIFT does without
knowing the plane (Morel and Yu, ASIFT: a new framework for fully affine invariant image comparison, 2009). The photo's
features (Rublee et al., ORB: an efficient alternative to SIFT or SURF, 2011) are then matched against all views at
once; the ratio test (Lowe 2004) asks for a second-best match at another place of the desk, since views repeat places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deskcheck_vision.detections import Float64Array, Uint8Array, read_only

# How strongly the desk is foreshortened (1 / sine of the elevation) and across which direction, in degrees from its
# y axis: about 60, 36 and 24 degrees above the desk, from up to 40 degrees beside its middle line, either side.
VIEWS = ((1.15, 0.0), (1.7, -25.0), (1.7, 25.0), (2.5, -32.0), (2.5, -11.0), (2.5, 11.0), (2.5, 32.0))
PLAIN_VIEWS = ((1.0, 0.0),)
# Photos are searched at this size: a feature is larger than a px, and time grows with the area.
SEARCH_SIDE_PX = 1280
PHOTO_FEATURES = 2000
_FEATURES_A_VIEW = 500
# ORB's corners on plain boards are faint.
_FAST_THRESHOLD = 5
_NEIGHBOURS = 6
_ELSEWHERE_CM = 2.5
_SAME_PLACE_CM = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Features of a picture.

    Attributes:
        points_px: (N, 2) float64.
        descriptors: (N, 32) uint8, of ORB.
        turns_deg: (N,) float64, which way each points.
        sizes_px: (N,) float64, how large it is.
    """

    points_px: Float64Array
    descriptors: Uint8Array
    turns_deg: Float64Array
    sizes_px: Float64Array


@dataclass(frozen=True, slots=True, eq=False)
class DeskFeatures:
    """Features of a desk with their places on it and above it.

    Attributes:
        points_cm: (N, 3) float64, desk cm and height above the desk.
        descriptors: (N, 32) uint8, of ORB.
        turns_deg: (N,) float64, which way each points, in the view that it was found in.
        sizes_cm: (N,) float64, how large it is there.
    """

    points_cm: Float64Array
    descriptors: Uint8Array
    turns_deg: Float64Array
    sizes_cm: Float64Array

    def __post_init__(self) -> None:
        count = len(self.descriptors)
        shapes = (self.points_cm.shape, self.descriptors.shape[1:], self.turns_deg.shape, self.sizes_cm.shape)
        if shapes != ((count, 3), (32,), (count,), (count,)):
            raise ValueError(f"expected (N, 3), (N, 32), (N,) and (N,), got {shapes} of {count}")
        object.__setattr__(self, "descriptors", read_only(np.asarray(self.descriptors, np.uint8)))
        for name in ("points_cm", "turns_deg", "sizes_cm"):
            object.__setattr__(self, name, read_only(np.asarray(getattr(self, name), np.float64)))


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Places of a photo and of the desk that look alike.

    Attributes:
        points_px: (N, 2) float64, px of the photo.
        points_cm: (N, 3) float64, desk cm and height; no place twice.
        turns_deg: (N,) float64, by how much the photo's feature is turned against the desk's.
        log_sizes: (N,) float64, logarithm to base 2 of how many px the photo has for a cm of the desk's.
        ratios: (N,) float64, difference to the desk's feature over that to the next best one elsewhere; small is clear.
    """

    points_px: Float64Array
    points_cm: Float64Array
    turns_deg: Float64Array
    log_sizes: Float64Array
    ratios: Float64Array

    def chosen(self, which: NDArray[np.bool_]) -> Matches:
        """Return those of a mask (N,)."""
        parts = (self.points_px, self.points_cm, self.turns_deg, self.log_sizes, self.ratios)
        return Matches(*(one[which] for one in parts))


def joined(parts: Sequence[DeskFeatures]) -> DeskFeatures:
    """Return all features of the same desk together."""
    return DeskFeatures(
        np.concatenate([np.zeros((0, 3)), *(one.points_cm for one in parts)]),
        np.concatenate([np.zeros((0, 32), np.uint8), *(one.descriptors for one in parts)]),
        np.concatenate([np.zeros(0), *(one.turns_deg for one in parts)]),
        np.concatenate([np.zeros(0), *(one.sizes_cm for one in parts)]),
    )


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
    parts = []
    for tilt, direction_deg in views:
        grey, mask, to_view = _from_aside(straightened, usable, tilt, direction_deg)
        found = features(grey, _FEATURES_A_VIEW, mask)
        flat = (found.points_px - to_view[:, 2]) @ np.linalg.inv(to_view[:, :2]).T / px_per_cm
        points = np.column_stack([flat, np.zeros(len(flat))])
        parts.append(DeskFeatures(points, found.descriptors, found.turns_deg, found.sizes_px / px_per_cm))
    return joined(parts)


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


def photo_features(image: Uint8Array) -> Features:
    """Find the features of a photo, (H, W, 3) uint8 BGR."""
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    scale = min(1.0, SEARCH_SIDE_PX / max(grey.shape))
    if scale < 1:
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    found = features(grey, PHOTO_FEATURES, None)
    return Features(found.points_px / scale, found.descriptors, found.turns_deg, found.sizes_px / scale)


def features(grey: Uint8Array, count: int, mask: Uint8Array | None) -> Features:
    """Find at most so many features of a grey picture (H, W) uint8 where its mask (H, W) uint8 is not 0."""
    found, descriptors = cv2.ORB.create(count, fastThreshold=_FAST_THRESHOLD).detectAndCompute(grey, mask)
    if descriptors is None:
        return Features(np.zeros((0, 2)), np.zeros((0, 32), np.uint8), np.zeros(0), np.zeros(0))
    # OpenCV counts from the middle of the first px, pictures here from its outer corner.
    return Features(
        np.array([one.pt for one in found], np.float64) + 0.5,
        np.asarray(descriptors, np.uint8),
        np.array([one.angle for one in found], np.float64),
        np.array([one.size for one in found], np.float64),
    )


def match(photo: Features, desk: DeskFeatures) -> Matches:
    """Match a photo's features with a desk's: with each its likest, the clear ones and the others."""
    if len(photo.points_px) == 0 or len(desk.points_cm) <= _NEIGHBOURS:
        nothing = np.zeros(0)
        return Matches(np.zeros((0, 2)), np.zeros((0, 3)), nothing, nothing, nothing)
    distance, near = cv2.batchDistance(
        photo.descriptors, desk.descriptors, cv2.CV_32S, normType=cv2.NORM_HAMMING, K=_NEIGHBOURS
    )
    places = desk.points_cm[near]  # [N,K,3]
    elsewhere = np.linalg.norm(places - places[:, :1], axis=2) > _ELSEWHERE_CM
    # Where all neighbours are of one place, the farthest of them is the least that another one can have.
    most = np.iinfo(np.int32).max
    second = np.where(elsewhere.any(axis=1), np.where(elsewhere, distance, most).min(axis=1), distance[:, -1])
    # The surest match of each place comes first and stays: many to one is no view of a plane.
    order = np.argsort(distance[:, 0], kind="stable")
    cells = np.round(places[order, 0] / _SAME_PLACE_CM).astype(np.int64)
    _, first = np.unique(cells, axis=0, return_index=True)
    chosen = order[np.sort(first)]
    best = near[chosen, 0]
    return Matches(
        photo.points_px[chosen],
        desk.points_cm[best],
        (photo.turns_deg[chosen] - desk.turns_deg[best]) % 360.0,
        np.log2(photo.sizes_px[chosen] / desk.sizes_cm[best]),
        distance[chosen, 0] / np.maximum(second[chosen], 1),
    )
