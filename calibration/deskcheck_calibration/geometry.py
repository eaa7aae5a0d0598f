"""Plane geometry on plain arrays: polygons in any unit, homographies from four corners.

All functions are pure; none writes to its arguments. Pictures have x to the right and y DOWN, and desk
coordinates (x right, y towards the staff, seen from above) are oriented alike, so that a desk seen from above
runs clockwise on the screen in both and never appears mirrored.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from deskcheck_vision.detections import Float64Array


def signed_area(polygon: Float64Array) -> float:
    """Return the shoelace area of a polygon (N, 2); positive where it runs clockwise on a screen (y down)."""
    # In plain numbers: polygons have a handful of corners, and on so few each array operation costs more than the sum.
    corners: list[list[float]] = polygon.tolist()
    return 0.5 * sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True))


def apply_homography(homography: Float64Array, points: Float64Array) -> Float64Array:
    """Map points (..., 2) by a homography (3, 3); the result has the same shape."""
    homogeneous = points @ homography[:, :2].T + homography[:, 2]
    mapped: Float64Array = homogeneous[..., :2] / homogeneous[..., 2:]
    return mapped


def homographies_from_corners(source: Float64Array, target: Float64Array) -> Float64Array:
    """Solve the homographies (B, 3, 3) that take source (B, 4, 2) to target (B, 4, 2), h33 = 1.

    The exact four-point solution (Hartley and Zisserman, Multiple View Geometry, 2nd ed., section 4.1), batched.

    Raises:
        numpy.linalg.LinAlgError: one of the systems is singular.
    """
    x, y = source[..., 0], source[..., 1]
    u, v = target[..., 0], target[..., 1]
    one, zero = np.ones_like(x), np.zeros_like(x)
    rows_u = np.stack([x, y, one, zero, zero, zero, -u * x, -u * y], axis=-1)
    rows_v = np.stack([zero, zero, zero, x, y, one, -v * x, -v * y], axis=-1)
    matrix = np.concatenate([rows_u, rows_v], axis=-2)
    right = np.concatenate([u, v], axis=-1)[..., None]
    solution = np.linalg.solve(matrix, right)[..., 0]
    return np.concatenate([solution, np.ones_like(solution[..., :1])], axis=-1).reshape(*solution.shape[:-1], 3, 3)


def inverse(matrices: Float64Array) -> Float64Array:
    """Return the inverses of matrices (..., N, N) as float64.

    Raises:
        numpy.linalg.LinAlgError: one of them is singular.
    """
    return np.asarray(np.linalg.inv(matrices), np.float64)


def homography_jacobians(homography: Float64Array, points: Float64Array) -> Float64Array:
    """Return d(mapped)/d(point) of a homography (3, 3) at points (N, 2) as (N, 2, 2)."""
    homogeneous = points @ homography[:, :2].T + homography[:, 2]  # [N,3]
    scale = homogeneous[:, 2:, None]  # [N,1,1]
    mapped = homogeneous[:, :2, None] / scale  # [N,2,1]
    jacobians: Float64Array = (homography[None, :2, :2] - mapped * homography[None, 2:, :2]) / scale
    return jacobians


def normaliser(points: Float64Array) -> Float64Array:
    """Return the similarity (3, 3) that brings points (N, 2) to mean 0 and mean length sqrt(2).

    Hartley, In defense of the eight-point algorithm, 1997: conditions mean something only after it.
    """
    centre = points.mean(axis=0)
    length = float(np.linalg.norm(points - centre, axis=1).mean())
    factor = np.sqrt(2.0) / max(length, 1e-12)
    return np.array([[factor, 0, -factor * centre[0]], [0, factor, -factor * centre[1]], [0, 0, 1]], np.float64)


def smallest_triangle_height(quad: Float64Array) -> float:
    """Return the smallest height of the four triangles that the corners of a quad (4, 2) span."""
    corners: list[list[float]] = quad.tolist()
    return min(_triangle_height(*triangle) for triangle in combinations(corners, 3))


def _triangle_height(a: Sequence[float], b: Sequence[float], c: Sequence[float]) -> float:
    """Return the height of a triangle over its longest side; 0 where all three corners are one."""
    double_area = abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
    longest = max(math.dist(a, b), math.dist(b, c), math.dist(c, a))
    return double_area / longest if longest > 0 else 0.0


def is_convex(quad: Float64Array) -> bool:
    """Tell whether a polygon (N, 2) is convex: all turns to the same side."""
    corners: list[list[float]] = quad.tolist()
    following, next_but_one = corners[1:] + corners[:1], corners[2:] + corners[:2]
    turns = [
        (bx - ax) * (cy - by) - (by - ay) * (cx - bx)
        for (ax, ay), (bx, by), (cx, cy) in zip(corners, following, next_but_one, strict=True)
    ]
    return all(turn > 0 for turn in turns) or all(turn < 0 for turn in turns)


def is_crossed(quad: Float64Array) -> bool:
    """Tell whether two opposite sides of a quad (4, 2) cross each other."""
    a, b, c, d = quad.tolist()
    return _segments_cross(a, b, c, d) or _segments_cross(b, c, d, a)


def _segments_cross(p: Sequence[float], q: Sequence[float], r: Sequence[float], s: Sequence[float]) -> bool:
    def side(a: Sequence[float], b: Sequence[float], c: Sequence[float]) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    return side(p, q, r) * side(p, q, s) < 0 and side(r, s, p) * side(r, s, q) < 0
