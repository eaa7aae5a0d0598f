"""Finds a sheet of A4 paper lying on the desk: a ruler that every office has.

The sheet is the brightest and least coloured large quadrilateral of the picture. Its outline is taken from several
thresholds, each side is fitted as a line to its outline points, and the lines are crossed, so that a
worn or rounded corner does not move the plane. The aspect ratio of the plane rectangle behind a picture
quadrilateral, which tells A4 from another bright thing, is recovered as in Zhengyou Zhang and Li-wei He,
"Whiteboard scanning and image enhancement", Digital Signal Processing 17(2), 2007, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.quads import crossed_sides

A4_LONG_CM = 29.7
A4_SHORT_CM = 21.0
A4_DIAGONAL_CM = float(np.hypot(A4_LONG_CM, A4_SHORT_CM))

_A4_RATIO = A4_LONG_CM / A4_SHORT_CM
_WORK_SIDE_PX = 1000
_MIN_AREA_SHARE = 0.004  # a sheet on a desk of 3 x 1 m that fills the picture
_MIN_SOLIDITY = 0.93
_ON_SIDE_PX = 2.5
# Focal length over the longer side of the picture: phones have 0.64 to 0.78, hall cameras 0.5 to 1.6.
_FOCAL_SHARES = tuple(float(share) for share in np.geomspace(0.5, 2.5, 33))
_USUAL_FOCAL_SHARE, _FOCAL_LOG_SIGMA = 0.75, 0.25
# Lens distortion and a bent sheet move the recovered ratio by a few percent.
_RATIO_SIGMA = 0.04
_MAX_ODDNESS = 2.5
_SQUARE_COSINE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A sheet found in a picture.

    Attributes:
        corners_px: (4, 2) float64 x, y in px of the picture, clockwise from the top left one.
        size_wh_cm: extent along the first side (top) and the second one (right) in cm.
        ratio: long side over short side as recovered from the picture; an A4 sheet has 1.414.
    """

    corners_px: Float64Array
    size_wh_cm: tuple[float, float]
    ratio: float


def find_a4_sheet(image: Uint8Array, focal_px: float | None = None) -> Sheet | None:
    """Find the A4 sheet that fits best.

    Args:
        image: (H, W, 3) uint8 BGR.
        focal_px: focal length in px where known; makes the proportions certain.

    Returns:
        The sheet, or None where no bright quadrilateral has the proportions of A4.
    """
    height_px, width_px = image.shape[:2]
    scale = min(1.0, _WORK_SIDE_PX / max(height_px, width_px))
    small = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    best: tuple[float, Float64Array] | None = None
    for contour in _bright_outlines(_paperness(small)):
        candidate = _fitted_quadrilateral(contour)
        if candidate is None or _touches_border(candidate, small.shape):
            continue
        quality, corners = _solidity(contour, candidate), candidate
        ratio, oddness = rectangle_ratio(corners / scale, (width_px, height_px), _A4_RATIO, focal_px)
        if quality < _MIN_SOLIDITY or oddness > _MAX_ODDNESS:
            continue
        score = (
            quality
            * _straightness(contour, corners)
            * float(np.exp(-4 * abs(np.log(max(ratio, 1 / ratio) / _A4_RATIO))))
        )
        if best is None or score > best[0]:
            best = (score, corners)
    if best is None:
        return None
    corners = _on_the_edges(image, (best[1] + 0.5) / scale - 0.5, reach_px=6.0 / scale)
    ratio, _ = rectangle_ratio(corners, (width_px, height_px), _A4_RATIO, focal_px)
    size = (A4_LONG_CM, A4_SHORT_CM) if ratio > 1 else (A4_SHORT_CM, A4_LONG_CM)
    corners.flags.writeable = False
    return Sheet(corners, size, max(ratio, 1 / ratio))


def rectangle_ratio(
    corners_px: Float64Array, image_wh: tuple[int, int], expected: float, focal_px: float | None = None
) -> tuple[float, float]:
    """Return width over height of the plane rectangle behind a quadrilateral of the picture, and how odd that is.

    Assumes square pixels and the optical axis at the centre of the picture. Where neither the file nor the picture
    tells the focal length (two sides parallel in it), each lens explains the quadrilateral by another ratio; the one
    taken is the best compromise between the ratio expected and a usual lens.

    Args:
        corners_px: (4, 2) corners, clockwise from the top left.
        image_wh: size of the picture in px.
        expected: ratio of the rectangle looked for; its inverse (the rectangle lies across) is as good.
        focal_px: focal length in px where known.

    Returns:
        The ratio, and by how many standard deviations it and the lens it needs differ from what is expected; infinite
        where no lens makes the quadrilateral a rectangle.
    """
    across, down = _side_rays(corners_px, image_wh)
    longest = max(image_wh)
    focals_px = [focal_px] if focal_px else [share * longest for share in _FOCAL_SHARES]
    if not focal_px and (told := _told_focal_px(across, down)) is not None:
        focals_px.append(told)
    best, least = _mean_side_ratio(corners_px), np.inf
    for candidate_px in focals_px:
        if not _FOCAL_SHARES[0] <= candidate_px / longest <= _FOCAL_SHARES[-1] and not focal_px:
            continue
        ratio = _ratio_if_square(across, down, candidate_px)
        if ratio is None:
            continue
        misfit = (abs(np.log(ratio)) - abs(np.log(expected))) / _RATIO_SIGMA
        lens = 0.0 if focal_px else np.log(candidate_px / longest / _USUAL_FOCAL_SHARE) / _FOCAL_LOG_SIGMA
        if misfit**2 + lens**2 < least:
            best, least = ratio, float(misfit**2 + lens**2)
    return best, least**0.5


def _told_focal_px(across: Float64Array, down: Float64Array) -> float | None:
    """Return the focal length that makes the sides square to each other, None where none does."""
    weight = float(across[2] * down[2])
    squared = -float(across[0] * down[0] + across[1] * down[1]) / weight if abs(weight) > 1e-12 else -1.0
    return squared**0.5 if squared > 0 else None


def _ratio_if_square(across: Float64Array, down: Float64Array, focal_px: float) -> float | None:
    lens = np.array([1 / focal_px, 1 / focal_px, 1.0])
    width, height = float(np.linalg.norm(across * lens)), float(np.linalg.norm(down * lens))
    cosine = abs(float((across * lens) @ (down * lens))) / (width * height)
    return width / height if cosine < _SQUARE_COSINE else None


def _side_rays(corners_px: Float64Array, image_wh: tuple[int, int]) -> tuple[Float64Array, Float64Array]:
    """Return the two side directions of the rectangle, up to the lens, (3,) each in px, px, 1."""
    top_left, top_right, bottom_right, bottom_left = (
        np.array([x - image_wh[0] / 2, y - image_wh[1] / 2, 1.0]) for x, y in corners_px
    )
    right = _ratio_of_triples(top_left, bottom_right, bottom_left, top_right)
    below = _ratio_of_triples(top_left, bottom_right, top_right, bottom_left)
    return right * top_right - top_left, below * bottom_left - top_left


def _ratio_of_triples(first: Float64Array, second: Float64Array, upper: Float64Array, lower: Float64Array) -> float:
    below = float(np.cross(lower, second) @ upper)
    above = float(np.cross(first, second) @ upper)
    return above / below if abs(below) > 1e-12 else 1.0


def _mean_side_ratio(corners: Float64Array) -> float:
    lengths = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    return float((lengths[0] + lengths[2]) / (lengths[1] + lengths[3]))


def _paperness(image: Uint8Array) -> Uint8Array:
    """Return (H, W) uint8: bright and colourless is high, so that a beige table differs from white paper."""
    lab = cv2.cvtColor(cv2.GaussianBlur(image, (5, 5), 0), cv2.COLOR_BGR2LAB).astype(np.int16)
    # The sheet itself takes the colour of the light, so colour is measured against the brightest part.
    bright = lab[lab[..., 0] >= np.percentile(lab[..., 0], 99.5)]
    tint = np.abs(lab[..., 1:] - np.median(bright[:, 1:], axis=0)).sum(axis=2)
    return np.asarray(np.clip(lab[..., 0] - 3 * tint, 0, 255), np.uint8)


def _bright_outlines(paperness: Uint8Array) -> Iterator[Float64Array]:
    otsu, _ = cv2.threshold(paperness, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    # Otsu's level parts the picture's two largest areas; where neither is the sheet, a share of its brightness does.
    brightest = float(np.percentile(paperness, 99.5))
    levels = {float(np.clip(otsu + shift, 1, 254)) for shift in (-30, -15, 0, 10, 20, 30)}
    levels |= {float(np.clip(brightest * share, 1, 254)) for share in (0.6, 0.7, 0.8, 0.88)}
    kernel = np.ones((5, 5), np.uint8)
    for level in sorted(levels):
        _, mask = cv2.threshold(paperness, level, 255, cv2.THRESH_BINARY)
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel)
        mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        for contour in contours:
            if cv2.contourArea(contour) >= _MIN_AREA_SHARE * mask.size:
                yield contour.reshape(-1, 2).astype(np.float64)


def _fitted_quadrilateral(outline: Float64Array) -> Float64Array | None:
    """Return (4, 2) corners of the quadrilateral around an outline, clockwise from the top left; None if it is none."""
    hull = cv2.convexHull(outline.astype(np.float32))
    length = cv2.arcLength(hull, True)
    for tolerance in (0.02, 0.03, 0.04, 0.06):
        rough = cv2.approxPolyDP(hull, tolerance * length, True).reshape(-1, 2).astype(np.float64)
        if len(rough) == 4:
            break
    else:
        return None
    fitted = _crossed_sides(outline, _clockwise_from_top_left(rough))
    return fitted if fitted is not None and cv2.isContourConvex(fitted.astype(np.float32)) else None


def _clockwise_from_top_left(corners: Float64Array) -> Float64Array:
    offsets = corners - corners.mean(axis=0)
    turned = corners[np.argsort(np.arctan2(offsets[:, 1], offsets[:, 0]))]
    return np.asarray(np.roll(turned, -int(np.argmin(turned.sum(axis=1))), axis=0), dtype=np.float64)


def _crossed_sides(outline: Float64Array, rough: Float64Array) -> Float64Array | None:
    sides = []
    for start, end in zip(rough, np.roll(rough, -1, axis=0), strict=True):
        length = float(np.linalg.norm(end - start))
        along = (end - start) / length
        offset = outline - start
        position = offset @ along / length
        distance = np.abs(offset @ _normal(along))
        near = outline[(position > 0.08) & (position < 0.92) & (distance < 0.04 * length)]
        if len(near) < 10:
            return None
        sides.append(near)
    return crossed_sides(sides)


def _normal(along: Float64Array) -> Float64Array:
    return np.array([-along[1], along[0]])


def _on_the_edges(image: Uint8Array, corners: Float64Array, reach_px: float) -> Float64Array:
    """Move the corners to where the sides are brightest inside and darkest outside, within a reach.

    Args:
        image: (H, W, 3) uint8 BGR.
        corners: (4, 2) px, clockwise, so that the inside lies to the right of every side.
        reach_px: how far a side may move.
    """
    grey = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (0, 0), 1.0)
    offsets = np.arange(-reach_px, reach_px + 0.25, 0.5)
    sides = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        inwards = _normal((end - start) / np.linalg.norm(end - start))
        base = start + np.linspace(0.06, 0.94, 90)[:, None] * (end - start)
        points = (base[:, None, :] + offsets[None, :, None] * inwards).astype(np.float32)
        profile = cv2.remap(grey, points[..., 0], points[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        step = np.diff(profile.astype(np.float64), axis=1)
        at = offsets[np.argmax(step, axis=1)] + 0.25
        sides.append(base + at[:, None] * inwards)
    moved = crossed_sides(sides)
    limit_px = 2 * reach_px
    return moved if moved is not None and np.abs(moved - corners).max() <= limit_px else corners


def _solidity(outline: Float64Array, corners: Float64Array) -> float:
    area = cv2.contourArea(outline.astype(np.float32))
    around = cv2.contourArea(corners.astype(np.float32))
    return float(min(area, around) / max(area, around, 1e-9))


def _straightness(outline: Float64Array, corners: Float64Array) -> float:
    """Return 1 where the outline lies on the sides; less the more of it strays (a shadow, a thing on the edge)."""
    distances = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (end - start) / np.linalg.norm(end - start)
        distances.append(np.abs((outline - start) @ np.array([-along[1], along[0]])))
    return float((np.min(distances, axis=0) < _ON_SIDE_PX).mean())


def _touches_border(corners: Float64Array, shape: tuple[int, ...]) -> bool:
    limit = np.array([shape[1], shape[0]])
    return bool((corners < 1).any() or (corners > limit - 2).any())
