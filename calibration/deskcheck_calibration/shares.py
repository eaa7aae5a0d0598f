"""How much of a footprint lies in a polygon, and how far out of it the rest reaches.

Bounding boxes decide the clear cases, since one picture asks hundreds of these; shapely does the rest.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import shapely

from deskcheck_calibration.layout import PointCm, PolygonCm

Range = tuple[float, float, float]


@lru_cache(maxsize=4096)
def shape_of(polygon: PolygonCm) -> Any:
    """Return the shapely polygon of (N, 2) corners; layouts' polygons are asked for again with every picture."""
    shape = shapely.Polygon(polygon)
    shapely.prepare(shape)
    return shape


def share(footprint: PolygonCm, polygon: PolygonCm) -> float:
    """Return the share of a convex footprint's area that lies in a simple polygon, in [0, 1]."""
    return _share(shape_of(footprint), shape_of(polygon))


def _share(footprint: Any, polygon: Any) -> float:
    area = footprint.area
    if area <= 0 or not polygon.intersects(footprint):
        return 0.0
    if polygon.contains(footprint):
        return 1.0
    return min(1.0, float(footprint.intersection(polygon).area / area))


def share_range(footprint: PolygonCm, polygon: PolygonCm, uncertainty_cm: float) -> Range:
    """Return (low, best, high) share when the footprint may be off by ``uncertainty_cm`` in any direction."""
    item, zone = shape_of(footprint), shape_of(polygon)
    if item.distance(zone) > uncertainty_cm:
        return (0.0, 0.0, 0.0)
    best = _share(item, zone)
    if best == 1.0 and zone.exterior.distance(item) > uncertainty_cm:
        return (1.0, 1.0, 1.0)
    if uncertainty_cm <= 0:
        return (best, best, best)
    return (_share(item, zone.buffer(-uncertainty_cm)), best, _share(item, zone.buffer(uncertainty_cm)))


def protrusion(footprint: PolygonCm, polygon: PolygonCm) -> tuple[float, int, PointCm]:
    """Return how far a footprint sticks out of a polygon in cm, its farthest corner and the way out.

    Returns:
        Largest distance of a footprint corner to the polygon (0 where all lie inside), that corner's index, and the
        direction from the polygon to it, (0, 0) where it lies inside.
    """
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


def gap(first: PolygonCm, second: PolygonCm) -> float:
    """Return the distance between two footprints in cm; 0 where they touch or overlap."""
    return float(shape_of(first).distance(shape_of(second)))
