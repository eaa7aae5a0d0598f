"""How much of a footprint lies in a polygon, and how far out of it the rest reaches.

One picture asks this hundreds of times. Most answers are plain (far away, or well inside a convex polygon) and need
no more than a few products; shapely, at tens of microseconds a call, does the rest. Answers are remembered, since
several rules ask the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from deskcheck_vision.detections import Float64Array

from deskcheck_calibration.layout import PointCm, PolygonCm
from deskcheck_calibration.placed_item import NORMAL_95

Range = tuple[float, float, float]
_NOTHING: Range = (0.0, 0.0, 0.0)
_ALL: Range = (1.0, 1.0, 1.0)
_NO_DOUBT_CM = 1e-6  # a polygon grown by less comes back broken
_ANGLES = np.arange(16) * np.pi / 8
_DIRECTIONS = np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)])


@dataclass(frozen=True, slots=True)
class _Outline:
    """A polygon made ready: bounds, and inward unit normals with offsets where it is convex."""

    left: float
    top: float
    right: float
    bottom: float
    half_planes: tuple[tuple[float, float, float], ...]


@lru_cache(maxsize=4096)
def shape_of(polygon: PolygonCm) -> Any:
    """Return the shapely polygon of (N, 2) corners; layouts' polygons are asked for again with every picture."""
    shape = shapely.Polygon(polygon)
    shapely.prepare(shape)
    return shape


@lru_cache(maxsize=4096)
def _outline(polygon: PolygonCm) -> _Outline:
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return _Outline(min(xs), min(ys), max(xs), max(ys), _half_planes(polygon))


def _half_planes(polygon: PolygonCm) -> tuple[tuple[float, float, float], ...]:
    """Return (nx, ny, c) per side with nx x + ny y + c the distance inwards; empty where not convex."""
    area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in _sides(polygon))
    sign = 1.0 if area > 0 else -1.0
    planes = []
    for (x0, y0), (x1, y1) in _sides(polygon):
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        if length > 0:
            nx, ny = -sign * (y1 - y0) / length, sign * (x1 - x0) / length
            planes.append((nx, ny, -(nx * x0 + ny * y0)))
    convex = all(nx * x + ny * y + c >= -1e-9 for nx, ny, c in planes for x, y in polygon)
    return tuple(planes) if convex else ()


def _sides(polygon: PolygonCm) -> list[tuple[PointCm, PointCm]]:
    return list(zip(polygon, (*polygon[1:], polygon[0]), strict=True))


def depth_inside(footprint: PolygonCm, polygon: PolygonCm) -> float:
    """Return how far inside a polygon a footprint lies wholly, in cm; negative where it does not, or nobody knows.

    Exact for convex polygons where it is positive.
    """
    planes = _outline(polygon).half_planes
    if not planes:
        item, zone = shape_of(footprint), shape_of(polygon)
        return float(zone.exterior.distance(item)) if zone.contains(item) else -1.0
    return min(nx * x + ny * y + c for nx, ny, c in planes for x, y in footprint)


def inward_planes(polygon: PolygonCm) -> tuple[tuple[float, float, float], ...]:
    """Return (nx, ny, c) per side of a convex polygon, nx x + ny y + c the distance inwards; empty for others."""
    return _outline(polygon).half_planes


def _is_apart(footprint: PolygonCm, polygon: PolygonCm, by_cm: float) -> bool:
    """Tell whether two polygons are surely more than ``by_cm`` apart, by their bounds."""
    one, other = _outline(footprint), _outline(polygon)
    return (
        one.left - other.right > by_cm
        or other.left - one.right > by_cm
        or one.top - other.bottom > by_cm
        or other.top - one.bottom > by_cm
    )


def share(footprint: PolygonCm, polygon: PolygonCm) -> float:
    """Return the share of a convex footprint's area that lies in a simple polygon, in [0, 1]."""
    return share_range(footprint, polygon, 0.0)[1]


def _share(footprint: Any, polygon: Any) -> float:
    area = footprint.area
    if area <= 0 or not polygon.intersects(footprint):
        return 0.0
    return min(1.0, float(footprint.intersection(polygon).area / area))


@lru_cache(maxsize=8192)
def share_range(footprint: PolygonCm, polygon: PolygonCm, uncertainty_cm: float) -> Range:
    """Return (low, best, high) share when the footprint may be off by ``uncertainty_cm`` in any direction."""
    if _is_apart(footprint, polygon, uncertainty_cm):
        return _NOTHING
    if depth_inside(footprint, polygon) >= uncertainty_cm:
        return _ALL
    item, zone = shape_of(footprint), shape_of(polygon)
    best = _share(item, zone)
    if uncertainty_cm < _NO_DOUBT_CM:
        return (best, best, best)
    low = 0.0 if best == 0 else _share(item, zone.buffer(-uncertainty_cm))
    high = 1.0 if best >= 1 else _share(item, zone.buffer(uncertainty_cm))
    return (min(low, best), best, max(high, best))


@lru_cache(maxsize=8192)
def share_over(footprint: PolygonCm, polygon: PolygonCm, covariance_cm2: tuple[float, float, float]) -> Range:
    """Return (low, best, high) share over all places that a footprint may stand at, by its centre's covariance.

    Unlike ``share_range`` it moves the footprint one way at a time, by the ~95 % half width of each direction: what is
    badly known along the line of sight is well known across it.

    Args:
        footprint: convex.
        polygon: simple.
        covariance_cm2: xx, xy, yy of the centre.
    """
    xx, xy, yy = covariance_cm2
    half_trace = (xx + yy) / 2
    farthest = NORMAL_95 * max(half_trace + ((xx - yy) ** 2 / 4 + xy * xy) ** 0.5, 0.0) ** 0.5
    if _is_apart(footprint, polygon, farthest):
        return _NOTHING
    if depth_inside(footprint, polygon) >= farthest:
        return _ALL
    item, zone = shape_of(footprint), shape_of(polygon)
    best = _share(item, zone)
    if farthest < _NO_DOUBT_CM or item.area <= 0:
        return (best, best, best)
    outlines = np.array(footprint)[None] + _around(xx, xy, yy)[:, None]
    shares = shapely.area(shapely.intersection(shapely.polygons(outlines), zone)) / item.area
    return (min(float(shares.min()), best), best, min(max(float(shares.max()), best), 1.0))


def _around(xx: float, xy: float, yy: float) -> Float64Array:
    """Return the farthest (16, 2) ~95 % shift of the centre in each of sixteen directions."""
    # The point of an ellipse x' C^-1 x = 1 that lies farthest along n is C n / sqrt(n' C n).
    reach = _DIRECTIONS @ np.array([[xx, xy], [xy, yy]])
    length = np.sqrt(np.maximum((reach * _DIRECTIONS).sum(axis=1, keepdims=True), 1e-12))
    shifts: Float64Array = NORMAL_95 * reach / length
    return shifts


@lru_cache(maxsize=8192)
def protrusion(footprint: PolygonCm, polygon: PolygonCm) -> tuple[float, int, PointCm]:
    """Return how far a footprint sticks out of a polygon in cm, its farthest corner and the way out.

    Returns:
        Largest distance of a footprint corner to the polygon (0 where all lie inside), that corner's index, and the
        direction from the polygon to it, (0, 0) where it lies inside.
    """
    if depth_inside(footprint, polygon) >= 0:
        return 0.0, 0, (0.0, 0.0)
    zone = shape_of(polygon)
    points = shapely.points(footprint)
    distances = shapely.distance(zone, points)
    corner = int(distances.argmax())
    if distances[corner] == 0:
        return 0.0, corner, (0.0, 0.0)
    line = shapely.shortest_line(zone, points[corner])
    (x0, y0), (x1, y1) = shapely.get_coordinates(line)
    return float(distances[corner]), corner, (float(x1 - x0), float(y1 - y0))


def centred(footprint: PolygonCm, centre_cm: PointCm, polygon: PolygonCm) -> PolygonCm:
    """Return a footprint moved so that its centre lies on the polygon's centre of area."""
    middle = shape_of(polygon).centroid
    dx, dy = float(middle.x) - centre_cm[0], float(middle.y) - centre_cm[1]
    return tuple((x + dx, y + dy) for x, y in footprint)


@lru_cache(maxsize=8192)
def gap(first: PolygonCm, second: PolygonCm) -> float:
    """Return the distance between two footprints in cm; 0 where they touch or overlap."""
    return float(shape_of(first).distance(shape_of(second)))


def nearest_on_line(point: PointCm, line: PolygonCm) -> tuple[float, PointCm]:
    """Return distance in cm and direction from a point to the nearest point of a polyline."""
    best: tuple[float, PointCm] | None = None
    for (x0, y0), (x1, y1) in pairwise(line):
        dx, dy = x1 - x0, y1 - y0
        length2 = dx * dx + dy * dy
        along = ((point[0] - x0) * dx + (point[1] - y0) * dy) / length2 if length2 else 0.0
        along = min(max(along, 0.0), 1.0)
        way = (x0 + along * dx - point[0], y0 + along * dy - point[1])
        distance = (way[0] ** 2 + way[1] ** 2) ** 0.5
        if best is None or distance < best[0]:
            best = (distance, way)
    if best is None:
        raise ValueError("a line has at least two points")
    return best


def crosses(start: PointCm, end: PointCm, line: PolygonCm) -> bool:
    """Tell whether the way from one point to another crosses a polyline."""

    def side(a: PointCm, b: PointCm, c: PointCm) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    return any(
        side(start, end, a) * side(start, end, b) <= 0 and side(a, b, start) * side(a, b, end) < 0
        for a, b in pairwise(line)
    )
