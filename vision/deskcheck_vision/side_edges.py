"""Where the straight sides of a desk lie in a picture, near where they are supposed. Pure functions.

Along short lines across the supposed side the picture's colour steps; the steps that lie on one straight line are an
edge. A board's edge is often two or three parallel ones (top, rim, shadow below), and things and strips on the desk
have straight edges as well: which of them is the desk's side is for the caller, who knows what a camera can see.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deskcheck_vision.detections import Float64Array, Uint8Array

# A step counts from this many grey levels, over about two px, in the strongest of the three colours.
_LEAST_STEP = 6.0
_STEPS_A_LINE = 6
_STRAIGHT_PX = 1.2
_LEAST_SUPPORT = 0.25
_TRIALS = 300
MOST_EDGES = 4


@dataclass(frozen=True, slots=True, eq=False)
class SideEdge:
    """A straight edge near a supposed side.

    Attributes:
        at: (N,) indices of the samples that lie on it.
        points_px: (N, 2) float64, where.
        support: share of all samples of that side in the picture.
        inward_px: how far it lies on the desk's side of the supposed one, on the mean.
    """

    at: NDArray[np.int64]
    points_px: Float64Array
    support: float
    inward_px: float


def side_edges(image: Uint8Array, samples_px: Float64Array, inward: Float64Array, reach_px: float) -> list[SideEdge]:
    """Find the straight edges near one supposed side of a desk.

    Args:
        image: (H, W, 3) uint8 BGR.
        samples_px: (N, 2) places on the supposed side, evenly along it.
        inward: (N, 2) unit vectors across it, towards the desk.
        reach_px: how far from the supposed side to look.

    Returns:
        At most four edges, best supported first; none where fewer than eight samples lie in the picture.
    """
    height, width = image.shape[:2]
    usable = np.flatnonzero(((samples_px > 4) & (samples_px < np.array([width - 4, height - 4]))).all(axis=1))
    if len(usable) < 8:
        return []
    offsets = np.arange(-reach_px, reach_px + 0.5, 1.0)
    strength = _steps(image, samples_px[usable], inward[usable], offsets)
    rows, places = _peaks(strength, offsets)
    if len(rows) < 8:
        return []
    along = np.linspace(-1, 1, len(samples_px))[usable]
    edges = []
    for slope, level in _lines(along[rows], rows, places, len(usable)):
        missed = np.abs(slope * along[rows] + level - places)
        nearest = _nearest_of_each(rows, missed)
        chosen = nearest[missed[nearest] <= _STRAIGHT_PX]
        index = usable[rows[chosen]]
        points = samples_px[index] + places[chosen, None] * inward[index]
        edges.append(SideEdge(index, points, len(chosen) / len(usable), float(places[chosen].mean())))
    return edges


def _steps(image: Uint8Array, points: Float64Array, inward: Float64Array, offsets: Float64Array) -> Float64Array:
    """Return (N, K) how much the colour changes across each place, averaged over three px along the side."""
    along = np.column_stack([-inward[:, 1], inward[:, 0]])
    reach = np.concatenate([[offsets[0] - 1], offsets, [offsets[-1] + 1]])
    total = np.zeros((len(points), len(reach), 3), np.float64)
    for aside in (-1.0, 0.0, 1.0):
        at = points[:, None] + aside * along[:, None] + reach[None, :, None] * inward[:, None]
        where = (at - 0.5).astype(np.float32)
        x, y = np.ascontiguousarray(where[..., 0]), np.ascontiguousarray(where[..., 1])
        total += cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.abs(total[:, 2:] - total[:, :-2]).max(axis=2) / 3, np.float64)


def _peaks(strength: Float64Array, offsets: Float64Array) -> tuple[NDArray[np.int64], Float64Array]:
    """Return the samples (M,) and offsets (M,) of the strongest steps, between px by a parabola."""
    middle = strength[:, 1:-1]
    is_peak = (middle >= strength[:, :-2]) & (middle > strength[:, 2:]) & (middle >= _LEAST_STEP)
    ranked = np.where(is_peak, middle, 0.0)
    limit = np.sort(ranked, axis=1)[:, -min(_STEPS_A_LINE, ranked.shape[1])]
    rows, columns = np.nonzero(is_peak & (ranked >= limit[:, None]))
    before, here, after = (strength[rows, columns + shift] for shift in (0, 1, 2))
    bend = np.minimum(before - 2 * here + after, -1e-9)
    shift = np.clip(0.5 * (before - after) / bend, -0.5, 0.5)
    return rows, np.asarray(offsets[columns + 1] + shift, np.float64)


def _lines(along: Float64Array, rows: NDArray[np.int64], places: Float64Array, count: int) -> list[tuple[float, float]]:
    """Return slope and offset of the best supported lines, each apart from the others (Fischler and Bolles 1981)."""
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, len(rows), (2, _TRIALS))
    apart = np.abs(along[first] - along[second]) > 0.3
    first, second = first[apart], second[apart]
    if len(first) == 0:
        return []
    slope = (places[second] - places[first]) / (along[second] - along[first])
    level = places[first] - slope * along[first]
    close = np.abs(slope[:, None] * along + level[:, None] - places) <= _STRAIGHT_PX  # [T,M]
    support = np.zeros((len(slope), count), np.bool_)
    trial, peak = np.nonzero(close)
    support[trial, rows[peak]] = True
    share = support.mean(axis=1)
    lines: list[tuple[float, float]] = []
    ends = np.column_stack([level - slope, level + slope])
    left = share >= _LEAST_SUPPORT
    while left.any() and len(lines) < MOST_EDGES:
        best = int(np.argmax(np.where(left, share, -1.0)))
        lines.append((float(slope[best]), float(level[best])))
        left &= np.abs(ends - ends[best]).max(axis=1) > 2 * _STRAIGHT_PX
    return lines


def _nearest_of_each(rows: NDArray[np.int64], missed: Float64Array) -> NDArray[np.int64]:
    """Return for each sample with any peak the peak that misses the line least."""
    order = np.lexsort((missed, rows))
    _, first = np.unique(rows[order], return_index=True)
    return np.asarray(order[first], np.int64)
