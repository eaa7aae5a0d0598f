"""Corners that can be found again in a picture in another light, and following them. Pure functions on arrays."""

from __future__ import annotations

import cv2
import numpy as np

from deskcheck_vision.detections import Float64Array, Int64Array, Uint8Array
from deskcheck_vision.view_fit import BoolArray

# Pictures are followed at this size: a tenth of a px of it is 0.016 % of the picture's width.
SIDE_PX = 640
_CELLS_ACROSS = 10
_POINTS_A_CELL = 4
_CORNER_QUALITY = 0.02
_CONTRAST_TAPS = 31
_FLAT_GREY = 4.0
_WINDOW_PX = 19
_LEVELS = 3
_LEAST_RATIO = 0.1
LEAST_CONTRAST = 3.0
_FEATURES = 900
MIDDLE_GREY = 128
_ROLLS_DEG = (0.0, -3.0, 3.0, -6.0, 6.0)
_LEAST_RESPONSE = 0.03


def small_grey(image: Uint8Array) -> tuple[Uint8Array, float]:
    """Return a picture (H, W, 3) uint8 BGR small and grey, and by how much it was made smaller."""
    height, width = image.shape[:2]
    scale = min(1.0, SIDE_PX / max(height, width))
    wh = (max(1, round(width * scale)), max(1, round(height * scale)))
    return resized_grey(image, wh), wh[0] / width


def resized_grey(image: Uint8Array, wh: tuple[int, int]) -> Uint8Array:
    """Return a picture (H, W, 3) uint8 BGR grey and of a size (w, h) in px."""
    small = image if image.shape[1::-1] == wh else cv2.resize(image, wh, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)


def evened(grey: Uint8Array) -> Uint8Array:
    """The same picture with every neighbourhood brought to the same brightness and contrast."""
    values = grey.astype(np.float32)
    taps = (_CONTRAST_TAPS, _CONTRAST_TAPS)
    off = values - cv2.blur(values, taps)
    spread = np.sqrt(np.maximum(cv2.blur(off * off, taps), 0))
    return np.asarray(np.clip(off / (spread + _FLAT_GREY) * 45 + MIDDLE_GREY, 0, 255), np.uint8)


def contrast(grey: Uint8Array) -> Float64Array:
    """(h, w) standard deviation of the grey around each px."""
    values = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA).astype(np.float32)
    mean, square = cv2.blur(values, (5, 5)), cv2.blur(values * values, (5, 5))
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    return np.asarray(cv2.resize(spread, grey.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float64)


def free_of(hw: tuple[int, ...], hidden_xyxy: Float64Array) -> Uint8Array:
    """(h, w) uint8, 0 inside the boxes and a little around them."""
    free = np.full(hw[:2], 255, np.uint8)
    for x0, y0, x1, y1 in np.asarray(hidden_xyxy, np.float64).reshape(-1, 4):
        around = _WINDOW_PX / 2
        top, left = max(int(y0 - around), 0), max(int(x0 - around), 0)
        free[top : max(int(np.ceil(y1 + around)), 0), left : max(int(np.ceil(x1 + around)), 0)] = 0
    return free


def values_at(values: Uint8Array | Float64Array, points_px: Float64Array) -> Float64Array:
    """Return (N,) what an array (h, w) has at places (N, 2)."""
    height, width = values.shape
    x = np.clip(points_px[:, 0].astype(int), 0, width - 1)
    y = np.clip(points_px[:, 1].astype(int), 0, height - 1)
    return np.asarray(values[y, x], np.float64)


def cell_of(points_px: Float64Array, hw: tuple[int, ...]) -> Int64Array:
    """Return (N,) the part of a picture of a size (h, w) that each place (N, 2) lies in."""
    side = max(hw) / _CELLS_ACROSS
    cells = (points_px // side).astype(np.int64)
    return np.asarray(cells[:, 1] * _CELLS_ACROSS + cells[:, 0], np.int64)


def corners(grey: Uint8Array, even: Uint8Array, free: Uint8Array) -> tuple[Float64Array, Int64Array]:
    """The strongest corners of each part of the picture, (N, 2) px and (N,)."""
    usable = np.where((contrast(grey) > LEAST_CONTRAST) & _two_ways(even), free, 0).astype(np.uint8)
    found = cv2.goodFeaturesToTrack(even, 1200, _CORNER_QUALITY, 6, mask=usable, blockSize=5)
    points = np.zeros((0, 2)) if found is None else found.reshape(-1, 2).astype(np.float64)
    cell = cell_of(points, even.shape)
    order = np.argsort(cell, kind="stable")  # the strongest first in each
    _, first = np.unique(cell[order], return_index=True)
    rank = np.arange(len(order)) - np.repeat(first, np.diff([*first, len(order)]))
    kept = order[rank < _POINTS_A_CELL]
    return points[kept], cell[kept]


def _two_ways(even: Uint8Array) -> BoolArray:
    """(h, w) where a patch is known in both directions: along a straight edge anything slides unnoticed."""
    across, down = (cv2.Sobel(even, cv2.CV_32F, dx, dy, ksize=3) for dx, dy in ((1, 0), (0, 1)))
    taps = (_WINDOW_PX, _WINDOW_PX)
    xx, yy, xy = (cv2.blur(one * other, taps) for one, other in ((across, across), (down, down), (across, down)))
    mean, spread = (xx + yy) / 2, np.sqrt(((xx - yy) / 2) ** 2 + xy * xy)
    return np.asarray(mean - spread > _LEAST_RATIO * (mean + spread), np.bool_)


def orb_features(even: Uint8Array, free: Uint8Array) -> tuple[Float64Array, Uint8Array]:
    """Return ORB features (M, 2) in px and their descriptors (M, 32) where a mask (h, w) is not 0."""
    found, descriptors = cv2.ORB.create(_FEATURES, fastThreshold=12).detectAndCompute(even, free)
    if descriptors is None:
        return np.zeros((0, 2)), np.zeros((0, 32), np.uint8)
    return np.array([one.pt for one in found], np.float64), np.asarray(descriptors, np.uint8)


def there_and_back(
    still: Uint8Array, picture: Uint8Array, at_px: Float64Array
) -> tuple[Float64Array, Float64Array, BoolArray]:
    """Follow points (N, 2) from a still into a picture and back, both (h, w) uint8.

    Returns:
        where they are, (N, 2), where that leads back to, (N, 2), and whether both could be followed, (N,).
    """
    window = (_WINDOW_PX, _WINDOW_PX)
    at = np.ascontiguousarray(at_px, np.float32).reshape(-1, 1, 2)
    to, there, _ = cv2.calcOpticalFlowPyrLK(still, picture, at, at.copy(), winSize=window, maxLevel=_LEVELS)
    back, again, _ = cv2.calcOpticalFlowPyrLK(picture, still, to, to.copy(), winSize=window, maxLevel=_LEVELS)
    found, returned = (np.asarray(one, np.float64).reshape(-1, 2) for one in (to, back))
    return found, returned, (np.ravel(there) > 0) & (np.ravel(again) > 0)


def slide(still: Uint8Array, picture: Uint8Array) -> Float64Array | None:
    """Find the shift and roll of a picture against a still by phase correlation (Kuglin and Hines 1975).

    Args:
        still, picture: (h, w) uint8, evened.

    Returns:
        (3, 3) homography from still px to picture px; None where no shift stands out.
    """
    half = 0.5
    first, second = (
        np.asarray(cv2.resize(one, None, fx=half, fy=half, interpolation=cv2.INTER_AREA), np.float32) - MIDDLE_GREY
        for one in (still, picture)
    )
    height, width = first.shape
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    best: tuple[float, Float64Array | None] = (_LEAST_RESPONSE, None)
    for roll_deg in _ROLLS_DEG:
        turn = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), -roll_deg, 1.0)
        turned = first if roll_deg == 0 else cv2.warpAffine(first, turn, (width, height))
        (dx, dy), response = cv2.phaseCorrelate(turned, second, window)
        if response > best[0]:
            whole = np.vstack([turn, [0, 0, 1.0]])
            whole[:2, 2] += dx, dy
            best = response, np.diag([1 / half, 1 / half, 1.0]) @ whole @ np.diag([half, half, 1.0])
    return best[1]
