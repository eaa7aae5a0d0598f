"""What of a desk looks other than in its approved picture, in the features the detector itself sees by. Pure functions.

A closed list of classes cannot see what it never learned, but its features differ where something new stands. Features
of both pictures, each standardised by its own mean and spread over the desk, which takes out exposure and colour cast,
are compared cell by cell; each cell of the present picture may find its partner a little off its place, which takes
out drift and a little parallax. What has no partner anywhere near is a region that nothing explains.

Standardised features and the nearest of several partners: as in PaDiM (Defard et al., 2021) and PatchCore (Roth et
al., 2022), which learn from many pictures what one approved picture has to show here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deskcheck_vision.detections import Float32Array, Float64Array, Uint8Array, read_only
from deskcheck_vision.letterbox import Letterbox

Mask = NDArray[np.bool_]

# How far the whole picture may have drifted against the reference, in cells, and how far a single cell may find its
# partner beside that.
DRIFT_CELLS = 3
_SEARCH_CELLS = 1.0
_SEARCH_STEP = 0.5
# Cells that the drift is found by: more do not find it better.
_DRIFT_SAMPLE = 400
LEAST_CELLS = 40
_SPREAD_FLOOR = 1e-3
_MAD_TO_SIGMA = 1.4826
# A region reaches as far as cells stand out by this share of the threshold.
_REACH = 0.46
# What a region's size adds to its largest distance, for each factor e of cells: noise rarely stands together.
_SIZE_WEIGHT = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class FeatureMap:
    """The features of one picture.

    Attributes:
        values: (C, h, w) float32, read-only, laid over the whole input of the model.
        letterbox: how the picture lies in that input.
    """

    values: Float32Array
    letterbox: Letterbox

    def __post_init__(self) -> None:
        if self.values.ndim != 3:
            raise ValueError(f"expected (C, h, w), got {self.values.shape}")
        object.__setattr__(self, "values", read_only(np.asarray(self.values, np.float32)))

    @property
    def grid_hw(self) -> tuple[int, int]:
        """Rows and columns of cells."""
        return self.values.shape[1], self.values.shape[2]

    def centres_px(self) -> Float64Array:
        """Return the middles (h * w, 2) of all cells in px of the picture, row by row; outside it where it is grey."""
        rows, columns = self.grid_hw
        x, y = np.meshgrid(np.arange(columns) + 0.5, np.arange(rows) + 0.5)
        return self.to_px(np.column_stack([x.ravel(), y.ravel()]))

    def to_px(self, edges: Float64Array) -> Float64Array:
        """Map (N, 2) counted in cells from the input's corner to px of the picture."""
        input_px = edges * self._cell_input_px() - np.array(self.letterbox.offset_xy)
        return np.asarray(input_px / np.array(self.letterbox.scale_xy), np.float64)

    def to_cells(self, points_px: Float64Array) -> Float64Array:
        """Map (N, 2) px of the picture to cells: whole numbers are middles of cells."""
        input_px = points_px * np.array(self.letterbox.scale_xy) + np.array(self.letterbox.offset_xy)
        return np.asarray(input_px / self._cell_input_px() - 0.5, np.float64)

    def _cell_input_px(self) -> Float64Array:
        rows, columns = self.grid_hw
        return np.array([self.letterbox.input_wh[0] / columns, self.letterbox.input_wh[1] / rows])


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """How much each cell of a picture differs from the reference.

    Attributes:
        distance: (h, w) float32, RMS over the channels in units of their spread over the desk; NaN: not compared.
        noise: what nothing new makes here: the distance's median and its spread (1.4826 x MAD) over the desk.
        drift_cells: how far the picture had drifted, in cells along x and y.
    """

    distance: Float32Array
    noise: tuple[float, float]
    drift_cells: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class NovelRegion:
    """A connected region that the reference does not explain.

    Attributes:
        polygon_px: (N, 2) float64, N >= 3, its outline in px of the picture.
        score: its largest distance, and 0.3 times the logarithm of its cells, over the threshold; at least 1.
    """

    polygon_px: Float64Array
    score: float


def inside_polygon(points: Float64Array, polygon: Float64Array) -> Mask:
    """Tell which points (N, 2) lie inside a polygon (M, 2), by crossings to the right."""
    x, y = points[:, 0], points[:, 1]
    inside = np.zeros(len(points), np.bool_)
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y1 != y2:
            crosses = ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
            inside ^= crosses
    return inside


def inside_boxes(points: Float64Array, xyxy: Float64Array) -> Mask:
    """Tell which points (N, 2) lie in any of the boxes (M, 4)."""
    inside = np.zeros(len(points), np.bool_)
    for left, top, right, bottom in xyxy:
        inside |= (points[:, 0] > left) & (points[:, 0] < right) & (points[:, 1] > top) & (points[:, 1] < bottom)
    return inside


def mapped(to_other: Float64Array, points: Float64Array) -> Float64Array:
    """Map points (N, 2) by a homography (3, 3)."""
    homogeneous = points @ to_other[:, :2].T + to_other[:, 2]
    return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:], np.float64)


def comparable_cells(
    present: FeatureMap,
    reference: FeatureMap,
    to_reference: Float64Array,
    outline_px: Float64Array,
    explained_xyxy: Float64Array,
    gone_xyxy: Float64Array,
) -> Mask:
    """Tell which cells of a picture can be held against the reference.

    Args:
        present: the picture.
        reference: the approved picture.
        to_reference: homography (3, 3) of the desk plane, px of the picture -> px of the reference.
        outline_px: (N, 2) outline of the desk in the picture.
        explained_xyxy: (N, 4) boxes in the picture of what the detector names, and of people.
        gone_xyxy: (N, 4) boxes in the reference of what stood there, and of people.

    Returns:
        (h, w) mask: on the desk, in both pictures, and neither in a box of the one nor of the other.
    """
    here = present.centres_px()
    there = mapped(to_reference, here)
    inside = inside_polygon(here, outline_px)
    for points, wh in ((here, present.letterbox.image_wh), (there, reference.letterbox.image_wh)):
        inside &= ((points > 0) & (points < np.array(wh))).all(axis=1)
    inside &= ~inside_boxes(here, explained_xyxy) & ~inside_boxes(there, gone_xyxy)
    return inside.reshape(present.grid_hw)


def difference(
    present: FeatureMap, reference: FeatureMap, to_reference: Float64Array, compared: Mask
) -> Difference | None:
    """Compare two pictures of a desk in their features.

    Args:
        present: the picture.
        reference: the approved picture, by the same model.
        to_reference: homography (3, 3) of the desk plane, px of the picture -> px of the reference.
        compared: (h, w), see ``comparable_cells``.

    Returns:
        The difference; None where too little of the desk can be compared.
    """
    chosen = np.flatnonzero(compared)
    if len(chosen) < LEAST_CELLS:
        return None
    at = reference.to_cells(mapped(to_reference, present.centres_px()[chosen]))
    flat = reference.values.transpose(1, 2, 0)
    own = _standardised(present.values.reshape(len(present.values), -1).T[chosen])
    raw = _sampled(flat, at)
    mean, spread = raw.mean(axis=0), raw.std(axis=0) + _SPREAD_FLOOR
    sample = np.linspace(0, len(chosen) - 1, min(_DRIFT_SAMPLE, len(chosen))).astype(np.int64)
    drift = _drift(own[sample], flat, at[sample], mean, spread)
    nearest = np.full(len(chosen), np.inf, np.float32)
    for shift in _shifts(_SEARCH_CELLS, _SEARCH_STEP):
        other = (_sampled(flat, at + drift + shift) - mean) / spread
        np.minimum(nearest, _rms(own, other), out=nearest)
    distance = np.full(present.grid_hw, np.nan, np.float32)
    distance.ravel()[chosen] = nearest
    middle = float(np.median(nearest))
    noise = (middle, _MAD_TO_SIGMA * float(np.median(np.abs(nearest - middle))))
    return Difference(read_only(distance), noise, (float(drift[0]), float(drift[1])))


def _standardised(features: Float32Array) -> Float32Array:
    return np.asarray((features - features.mean(axis=0)) / (features.std(axis=0) + _SPREAD_FLOOR), np.float32)


def _shifts(reach: float, step: float) -> Iterator[Float64Array]:
    """All shifts of a square about nothing, in cells."""
    steps = np.arange(-reach, reach + step / 2, step)
    for y in steps:
        for x in steps:
            yield np.array([x, y])


def _drift(
    own: Float32Array, flat: Float32Array, at: Float64Array, mean: Float32Array, spread: Float32Array
) -> Float64Array:
    """The shift of the whole picture in cells that makes half of the desk fit best; none where none is better."""

    def misfit(shift: Float64Array) -> float:
        other = (_sampled(flat, at + shift) - mean) / spread
        return float(np.median(_rms(own, other)))

    return min(_shifts(DRIFT_CELLS, 1.0), key=lambda shift: (misfit(shift), float(np.abs(shift).sum())))


def _rms(first: Float32Array, second: Float32Array) -> Float32Array:
    gap = first - second
    return np.asarray(np.sqrt(np.einsum("nc,nc->n", gap, gap) / gap.shape[1]), np.float32)


def _sampled(flat: Float32Array, at: Float64Array) -> Float32Array:
    """Return the features (N, C) of a map (h, w, C) between its cells' middles; its edge goes on outside."""
    rows, columns, channels = flat.shape
    x = at[:, 0].clip(0, columns - 1)
    y = at[:, 1].clip(0, rows - 1)
    left, top = x.astype(np.int64), y.astype(np.int64)
    right, bottom = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
    by_x, by_y = (x - left).astype(np.float32)[:, None], (y - top).astype(np.float32)[:, None]
    values = flat.reshape(-1, channels)
    upper = values[top * columns + left] * (1 - by_x) + values[top * columns + right] * by_x
    lower = values[bottom * columns + left] * (1 - by_x) + values[bottom * columns + right] * by_x
    return np.asarray(upper * (1 - by_y) + lower * by_y, np.float32)


def threshold_of(found: Difference, least: float, sigmas: float) -> float:
    """Return the score that makes a region new.

    Args:
        found: the comparison; its own noise raises the threshold where light or camera make everything look different.
        least: what never suffices, whatever little noise there is.
        sigmas: how many spreads above its own median a region has to stand out.
    """
    middle, spread = found.noise
    return max(least, middle + sigmas * spread)


def novel_regions(present: FeatureMap, found: Difference, threshold: float) -> tuple[NovelRegion, ...]:
    """Return the regions that stand out, strongest first.

    A region holds all neighbouring cells above 0.46 of the threshold, see ``NovelRegion.score``.
    """
    distance = np.nan_to_num(found.distance, nan=0.0)
    above: Uint8Array = (distance >= _REACH * threshold).astype(np.uint8)
    count, labels = cv2.connectedComponents(above, connectivity=8)
    regions = []
    for label in range(1, count):
        own = labels == label
        score = (float(distance[own].max()) + _SIZE_WEIGHT * float(np.log(own.sum()))) / threshold
        if score >= 1:
            regions.append(NovelRegion(read_only(_outline_px(present, own)), score))
    return tuple(sorted(regions, key=lambda region: -region.score))


def _outline_px(present: FeatureMap, own: Mask) -> Float64Array:
    """Return the convex outline (N, 2) px around a region's cells, to their edges."""
    rows, columns = np.nonzero(own)
    corners = np.concatenate([np.column_stack([columns + x, rows + y]) for x in (0, 1) for y in (0, 1)])
    hull = cv2.convexHull(corners.astype(np.float32)).reshape(-1, 2).astype(np.float64)
    return present.to_px(hull)
