"""How the lens of a picture bends it, from a desk's straight sides or from its position stickers.

The sides of a desk are straight, so whatever bows them in a picture is the lens: the bend is the one that makes them
straight again (D. C. Brown, Close-range camera calibration, 1971, the plumb-line method). No focal length, no size and
no camera enters. Each hypothetical bend says along which curve a side between two corners has to be looked for; the one
whose curves follow edges best is refined by where exactly these edges are seen.

Stickers whose places are known see less of the curve but are exact: for each bend the best camera is fitted to them,
and the bend whose camera misses them least is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.lens import Lens
from deskcheck_vision.lens_limits import LARGEST_BEND, SMALLEST_BEND
from deskcheck_vision.side_edges import side_edges

from deskcheck_calibration.camera_fit import fit_camera
from deskcheck_calibration.geometry import apply_homography, homographies_from_corners
from deskcheck_calibration.plane import Corners, DeskPlane

# What cameras of halls have; fisheyes bend more than this model can say.
_TRIED = np.arange(-0.135, 0.0651, 0.005)
_SEARCHED, _SAMPLES = 50, 100
# Samples of one edge are wrong together: a board's edge is chipped, rounded or wavy over some cm.
_INDEPENDENT_SAMPLES = 5
_LEAST_SIGMA_PX = 0.15
_REACH_OF_LONG_SIDE = 0.009
_FINE_REACH_PX = 5.0
_EDGES_A_SIDE = 2
_LEAST_SUPPORT = 0.4
_HUBER = 2.0
_ROUNDS = 12
# A bend that is known worse moves places in the middle of a desk by more than a centimetre.
LARGEST_SIGMA = 0.012
_TAG_SIGMA_PX = 0.4
_LEAST_SCATTER = 0.4


@dataclass(frozen=True, slots=True)
class LensEstimate:
    """A lens as a picture shows it.

    Attributes:
        bend: see ``deskcheck_vision.lens``.
        sigma: its standard deviation.
        seen_on: how many edges, or corners of stickers, it was measured on.
    """

    bend: float
    sigma: float
    seen_on: int

    @property
    def is_clear(self) -> bool:
        """Whether the picture is bent for sure, three standard deviations off a straight one."""
        return abs(self.bend) > 3 * self.sigma


def likelier(first: LensEstimate | None, second: LensEstimate | None) -> LensEstimate | None:
    """Return the one of two estimates that is known better; None where there is none."""
    both = [one for one in (first, second) if one is not None]
    return min(both, key=lambda one: one.sigma, default=None)


def shift_cm(plane: DeskPlane) -> float:
    """Return by how many cm straightening its lens moves places of the desk that a picture shows, at most."""
    if plane.lens is None:
        return 0.0
    width, depth = plane.desk_wh_cm
    x, y = np.meshgrid(np.linspace(0, width, 13), np.linspace(0, depth, 7))
    places = np.column_stack([x.ravel(), y.ravel()])
    seen = plane.to_px(places)
    shown = ((seen >= 0) & (seen <= np.array(plane.image_wh))).all(axis=1)
    corners = plane.to_px(np.array([[0, 0], [width, 0], [width, depth], [0, depth]], np.float64))
    to_cm = homographies_from_corners(corners[None], np.array([[[0, 0], [width, 0], [width, depth], [0, depth]]]))[0]
    moved = np.linalg.norm(apply_homography(to_cm, seen[shown]) - places[shown], axis=1)
    return float(moved.max(initial=0.0))


def lens_from_edges(image: Uint8Array, corners_px: Corners) -> LensEstimate | None:
    """Measure the lens by the four sides of the desk.

    Args:
        image: (H, W, 3) uint8 BGR.
        corners_px: the desk's corners in it, in order, to within some px; they may lie outside.

    Returns:
        The lens, or None where the sides do not tell it: hidden, too short, or through the middle of the picture, where
        a lens bends nothing.
    """
    corners = np.asarray(corners_px, np.float64)
    image_wh = (image.shape[1], image.shape[0])
    reach_px = _REACH_OF_LONG_SIDE * max(image_wh)
    supports = [sum(_best_support(image, corners, Lens(float(bend), image_wh), reach_px)) for bend in _TRIED]
    found: LensEstimate | None = None
    bend = float(_TRIED[int(np.argmax(supports))])
    for reach in (reach_px, _FINE_REACH_PX):
        edges = _edges(image, corners, Lens(bend, image_wh), reach)
        found = _refined(edges, bend, image_wh)
        if found is None:
            return None
        bend = found.bend
    return found if found is not None and found.sigma <= LARGEST_SIGMA else None


def _samples(corners: Float64Array, side: int, lens: Lens, count: int) -> tuple[Float64Array, Float64Array]:
    """Return places (N, 2) along the curve between two corners, and unit vectors (N, 2) across it towards the desk."""
    straight = lens.straightened(corners)
    start, end = straight[side], straight[(side + 1) % 4]
    at = lens.bent(start + (end - start) * np.linspace(0.02, 0.98, count)[:, None])
    along = np.gradient(at, axis=0)
    along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    return at, np.column_stack([-along[:, 1], along[:, 0]])


def _best_support(image: Uint8Array, corners: Float64Array, lens: Lens, reach_px: float) -> list[float]:
    supports = []
    for side in range(4):
        at, inward = _samples(corners, side, lens, _SEARCHED)
        edges = side_edges(image, at, inward, reach_px)
        supports.append(edges[0].support if edges else 0.0)
    return supports


def _edges(image: Uint8Array, corners: Float64Array, lens: Lens, reach_px: float) -> list[Float64Array]:
    """Return the places (N, 2) of each well supported edge along a side."""
    kept = []
    for side in range(4):
        at, inward = _samples(corners, side, lens, _SAMPLES)
        found = [one for one in side_edges(image, at, inward, reach_px) if one.support >= _LEAST_SUPPORT]
        kept += [one.points_px for one in found[:_EDGES_A_SIDE]]
    return kept


def _refined(edges: list[Float64Array], start: float, image_wh: tuple[int, int]) -> LensEstimate | None:
    """Gauss and Newton's iteration on the bend alone: the line of each edge is fitted anew for each bend."""
    if not edges:
        return None
    bend, step = start, 1e-4
    sigma_px = _LEAST_SIGMA_PX
    slope_square = 0.0
    for _ in range(_ROUNDS):
        here = _off_line(edges, Lens(bend, image_wh))
        low, high = (_clipped(bend - step), _clipped(bend + step))
        slope = (_off_line(edges, Lens(high, image_wh)) - _off_line(edges, Lens(low, image_wh))) / (high - low)
        sigma_px = max(_LEAST_SIGMA_PX, float(1.4826 * np.median(np.abs(here))))
        weight = np.minimum(1.0, _HUBER * sigma_px / np.maximum(np.abs(here), 1e-12))
        slope_square = float((weight * slope**2).sum())
        if slope_square <= 0:
            return None
        moved = float(np.clip((weight * slope * here).sum() / slope_square, -0.02, 0.02))
        bend = _clipped(bend - moved)
        if abs(moved) < 1e-6:
            break
    together = (_SAMPLES / _INDEPENDENT_SAMPLES) ** 0.5
    return LensEstimate(bend, sigma_px / slope_square**0.5 * together, len(edges))


def _clipped(bend: float) -> float:
    return float(np.clip(bend, SMALLEST_BEND, LARGEST_BEND))


def _off_line(edges: list[Float64Array], lens: Lens) -> Float64Array:
    """Return by how many px each place of each edge lies off the line through its edge, straightened."""
    parts = []
    for points in edges:
        straight = lens.straightened(points)
        weight = np.ones(len(straight))
        off = np.zeros(len(straight))
        normal = None
        for _ in range(3):
            middle = np.average(straight, axis=0, weights=weight)
            _, _, axes = np.linalg.svd((straight - middle) * np.sqrt(weight)[:, None], full_matrices=False)
            turned = axes[1]
            normal = turned if normal is None or turned @ normal > 0 else -turned
            off = (straight - middle) @ normal
            scale = max(_LEAST_SIGMA_PX, 1.4826 * float(np.median(np.abs(off))))
            weight = np.minimum(1.0, _HUBER * scale / np.maximum(np.abs(off), 1e-12))
        # The same sign for each bend: the line runs the way its edge was sampled.
        along = points[-1] - points[0]
        parts.append(off if normal is None or along[0] * normal[1] - along[1] * normal[0] > 0 else -off)
    return np.concatenate(parts)


def lens_from_stickers(
    seen_px: Mapping[int, Float64Array],
    known_cm: Mapping[int, Float64Array],
    image_wh: tuple[int, int],
    focal_px: float | None = None,
) -> LensEstimate | None:
    """Measure the lens, with pose and focal length, by stickers whose places are known.

    Args:
        seen_px: corner of the desk -> its tag's corners (4, 2) in the picture.
        known_cm: corner of the desk -> the same on the desk.
        image_wh: size of the picture in px.
        focal_px: focal length in px where known.

    Returns:
        The lens, or None where they do not tell it.
    """
    both = [corner for corner in seen_px if corner in known_cm]
    if len(both) < 3:
        return None
    points_px = np.concatenate([seen_px[corner] for corner in both])
    points_cm = np.concatenate([known_cm[corner] for corner in both])

    def missed(bend: float) -> float:
        """Sum of squares, in standard deviations, by which the best camera with that lens misses the corners."""
        lens = Lens(_clipped(bend), image_wh)
        straight = lens.straightened(points_px)
        fit = fit_camera(straight, points_cm, image_wh, focal_px=focal_px, point_sigma_px=_TAG_SIGMA_PX)
        if fit is None:
            return float("inf")
        shown = lens.bent(apply_homography(fit.to_px, points_cm))
        return float((((shown - points_px) / _TAG_SIGMA_PX) ** 2).sum())

    lowest = _lowest(missed)
    if lowest is None:
        return None
    bend, cost, curvature = lowest
    # By how much the corners miss says how exactly they were seen: most often better than supposed, at worst worse.
    scatter = max(_LEAST_SCATTER, (cost / max(2 * len(points_px) - 8, 1)) ** 0.5)
    sigma = (2 / curvature) ** 0.5 * scatter
    return LensEstimate(bend, sigma, len(points_px)) if sigma <= LARGEST_SIGMA else None


def _lowest(cost: Callable[[float], float]) -> tuple[float, float, float] | None:
    """Return where a smooth function of the bend is least, its value and second derivative there; None at an end."""
    tried = np.linspace(SMALLEST_BEND, 0.1, 25)
    values = np.array([cost(float(bend)) for bend in tried])
    best = int(np.argmin(values))
    if not 0 < best < len(tried) - 1 or not np.isfinite(values[best - 1 : best + 2]).all():
        return None
    bend, width = float(tried[best]), float(tried[1] - tried[0])
    for _ in range(4):
        low, here, high = cost(bend - width), cost(bend), cost(bend + width)
        curvature = (low - 2 * here + high) / width**2
        if not curvature > 0 or not np.isfinite(curvature):
            return None
        bend += float(np.clip((low - high) / (2 * width) / curvature, -width, width))
        width /= 2
    return bend, cost(bend), float(curvature)
