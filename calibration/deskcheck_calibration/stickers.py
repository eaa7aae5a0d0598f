"""Position stickers and the desk: where they lie on a calibrated desk, and the desk of a photo that shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from deskcheck_vision.detections import Float64Array
from deskcheck_vision.lens import Lens
from deskcheck_vision.markers import DeskTags
from deskcheck_vision.sticker_sheet import STICKER_CM, TAG_CM

from deskcheck_calibration.geometry import (
    apply_homography,
    homographies_from_corners,
    inverse,
    is_convex,
    signed_area,
)
from deskcheck_calibration.layout import DeskCorner, Layout, PointCm, Sticker
from deskcheck_calibration.plane import DeskPlane

CORNERS = tuple(DeskCorner)
_UNIT: Float64Array = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)
# A tag's corner is found to about 0.1 px, at worst 0.5 (docs/adr/0014-position-stickers.md).
TAG_SIGMA_PX = 0.4
# The worst corner may miss its place by either, not by both: px where the picture is coarse, cm where a sticker curls.
# Of 176 drawn desks with one of two or three seen stickers moved by 2 to 15 cm 46 escape; with 5 mm and 2 px, 123 did.
_LARGEST_MISS_CM = 0.15
_LARGEST_MISS_PX = 1.0
# Of the threes left when one sticker is taken away, the right one fits this many times better than the next.
_CLEARLY_BETTER = 3.0
# Where the stickers leave any corner of the desk less certain than this (one standard deviation), they do not tell it.
_LARGEST_SIGMA_CM = 1.5
# A sheet that a printer fitted to the page comes out at 92 to 97 %.
_SCALE_TOLERANCE = 0.03


@dataclass(frozen=True, slots=True)
class Measured:
    """The stickers of a calibrated picture.

    Attributes:
        number: of the desk that they name.
        stickers: where they lie.
        side_cm: median side of their black squares as the calibrated desk measures it.
        suspicious: it is not what the sheet has: the sheet was printed at another scale, or the desk's size is wrong.
    """

    number: int
    stickers: tuple[Sticker, ...]
    side_cm: float
    suspicious: bool


def measure_stickers(desk: DeskTags, plane: DeskPlane, *, tag_cm: float = TAG_CM) -> Measured:
    """Measure where a desk's stickers lie, in a picture whose desk is known by other means.

    Args:
        desk: its tags in the picture.
        plane: the desk, as tapped for instance.
        tag_cm: side of the tags as they should have been printed.
    """
    squares = {corner: plane.to_cm(tag.corners_px) for corner, tag in desk.tags.items()}
    sides = np.concatenate(
        [np.linalg.norm(square - np.roll(square, -1, axis=0), axis=1) for square in squares.values()]
    )
    side_cm = float(np.median(sides))
    stickers = tuple(
        Sticker(CORNERS[corner], tuple((round(float(x), 2), round(float(y), 2)) for x, y in square))
        for corner, square in squares.items()
    )
    return Measured(desk.number, stickers, side_cm, abs(side_cm / tag_cm - 1) > _SCALE_TOLERANCE)


@dataclass(frozen=True, slots=True)
class StickerDesk:
    """A desk as the stickers at its four corners tell it.

    Attributes:
        corners_px: outer left, outer right, inner right, inner left.
        size_cm: width and depth.
    """

    corners_px: tuple[PointCm, PointCm, PointCm, PointCm]
    size_cm: tuple[float, float]


def flush_squares_cm(
    desk_wh_cm: tuple[float, float], *, tag_cm: float = TAG_CM, sticker_cm: float = STICKER_CM
) -> dict[int, Float64Array]:
    """Return corner of the desk -> its tag's corners (4, 2) in cm, of stickers that lie flush, as their sheet says."""
    square = (_UNIT - 0.5) * tag_cm
    inset = np.where(_UNIT > 0, np.array(desk_wh_cm) - sticker_cm / 2, sticker_cm / 2)
    return {corner: square + middle for corner, middle in enumerate(inset)}


def desk_by_stickers(
    desk: DeskTags, *, tag_cm: float = TAG_CM, sticker_cm: float = STICKER_CM, lens: Lens | None = None
) -> StickerDesk | None:
    """Measure a desk by stickers that lie flush in its four corners, as their sheet says.

    The middles of the four tags fix the plane up to a scale along each side of the desk, and how long the tags' own
    sides are on it tells both: (width dx)^2 + (depth dy)^2 is the square of a side.

    Args:
        desk: its tags in the picture.
        tag_cm: side of a tag's black square.
        sticker_cm: side of a sticker.
        lens: how the picture is bent.

    Returns:
        The desk, or None where not all four stickers are seen, or not as a desk seen from above.
    """
    if set(desk.tags) != {0, 1, 2, 3}:
        return None
    found = flush_corners(np.array([desk.tags[corner].corners_px for corner in range(4)]), tag_cm, sticker_cm, lens)
    if found is None:
        return None
    corners, (width, depth) = found
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return StickerDesk((a, b, c, d), (round(width, 1), round(depth, 1)))


def flush_corners(
    squares: Float64Array, tag_cm: float, sticker_cm: float, lens: Lens | None = None
) -> tuple[Float64Array, tuple[float, float]] | None:
    """Return corners (4, 2) px and size in cm of a desk by its four tags (4, 4, 2) px; see ``desk_by_stickers``."""
    if lens is not None:
        squares = np.array([lens.straightened(square) for square in squares])
    middles = np.array([_crossing(square) for square in squares])
    if not is_convex(middles) or signed_area(middles) <= 0:
        return None
    to_unit = homographies_from_corners(middles[None], _UNIT[None])[0]
    mapped = [apply_homography(to_unit, square) for square in squares]
    sides = np.concatenate([np.roll(square, -1, axis=0) - square for square in mapped])
    scales, *_ = np.linalg.lstsq(sides**2, np.full(len(sides), tag_cm**2), rcond=None)
    if not (scales > 0).all():
        return None
    between = np.sqrt(scales)  # cm from middle to middle, across and along
    beyond = sticker_cm / 2 / between
    corners = apply_homography(inverse(to_unit), _UNIT + np.where(_UNIT > 0, beyond, -beyond))
    corners = corners if lens is None else lens.bent(corners)
    width, depth = (between + sticker_cm).tolist()
    return np.asarray(corners, np.float64), (width, depth)


def _crossing(square: Float64Array) -> Float64Array:
    """Return where the diagonals of a quad (4, 2) cross: its middle on the desk, whatever the perspective."""
    ends = np.column_stack([square, np.ones(4)])
    point = np.cross(np.cross(ends[0], ends[2]), np.cross(ends[1], ends[3]))
    return np.asarray(point[:2] / point[2], np.float64)


def plane_from_stickers(
    desk: DeskTags,
    layout: Layout,
    image_wh: tuple[int, int],
    focal_px: float | None = None,
    lens: Lens | None = None,
) -> DeskPlane | None:
    """Return the desk of a photo by the stickers that it shows.

    A sticker that was moved since contradicts the others: of four it is left out, of fewer nothing is believed.

    Args:
        desk: the window's own tags in the photo.
        layout: says where its stickers lie.
        image_wh: size of the photo in px.
        focal_px: focal length in px where known.
        lens: how the photo is bent.

    Returns:
        The desk, or None where fewer than two known stickers are seen, they contradict each other, or they leave part
        of the desk too uncertain.
    """
    known = {CORNERS.index(sticker.corner): np.array(sticker.tag_cm, np.float64) for sticker in layout.stickers}
    seen = {corner: tag.corners_px for corner, tag in desk.tags.items() if corner in known}
    if len(seen) < 2:
        return None
    whole = _fitted(tuple(seen), seen, known, layout, image_wh, focal_px, lens)
    if whole is not None or len(seen) < 4:
        return None if whole is None else whole[1]
    threes = [_fitted(corners, seen, known, layout, image_wh, focal_px, lens) for corners in combinations(seen, 3)]
    sound = sorted((one for one in threes if one is not None), key=lambda one: one[0])
    if not sound or (len(sound) > 1 and sound[1][0] < _CLEARLY_BETTER * sound[0][0]):
        return None
    return sound[0][1]


def _fitted(
    corners: tuple[int, ...],
    seen: Mapping[int, Float64Array],
    known: Mapping[int, Float64Array],
    layout: Layout,
    image_wh: tuple[int, int],
    focal_px: float | None,
    lens: Lens | None,
) -> tuple[float, DeskPlane] | None:
    """Return the desk by some of the stickers and by how many px their worst corner misses; None for no good one."""
    points_px = np.concatenate([seen[corner] for corner in corners])
    points_cm = np.concatenate([known[corner] for corner in corners])
    plane = DeskPlane.from_points(points_px, points_cm, layout.desk_wh_cm, image_wh, focal_px, TAG_SIGMA_PX, lens)
    if plane is None or _worst_sigma_cm(plane) > _LARGEST_SIGMA_CM:
        return None
    missed_px = float(np.linalg.norm(plane.to_px(points_cm) - points_px, axis=1).max())
    missed_cm = float(np.linalg.norm(plane.to_cm(points_px) - points_cm, axis=1).max())
    if missed_px > _LARGEST_MISS_PX and missed_cm > _LARGEST_MISS_CM:
        return None
    return missed_px, plane


def _worst_sigma_cm(plane: DeskPlane) -> float:
    """Return the largest standard deviation of a place among the desk's corners and middle, in cm."""
    width, depth = plane.desk_wh_cm
    places = np.array([[0, 0], [width, 0], [width, depth], [0, depth], [width / 2, depth / 2]])
    covariance = plane.covariance_cm2(apply_homography(plane.to_px_homography, places))
    return float(np.sqrt(np.trace(covariance, axis1=1, axis2=2).max()))
