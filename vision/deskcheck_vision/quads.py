"""Corners of a quadrilateral from points on its sides: straight sides tell them better than the corners themselves."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from deskcheck_vision.detections import Float64Array


def crossed_sides(sides: Sequence[Float64Array]) -> Float64Array | None:
    """Return the corners (4, 2) at which the lines through four sides cross; corner i lies before side i.

    Args:
        sides: points (N >= 2, 2) on each side in turn; outliers count less (Huber).

    Returns:
        The corners, None where two sides that follow each other are parallel.
    """
    lines = []
    for points in sides:
        vx, vy, x, y = cv2.fitLine(points.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().astype(float)
        lines.append(np.cross([x, y, 1.0], [x + vx, y + vy, 1.0]))
    crossings = np.array([np.cross(lines[index - 1], lines[index]) for index in range(4)])
    if np.abs(crossings[:, 2]).min() < 1e-9:
        return None
    return np.asarray(crossings[:, :2] / crossings[:, 2:], np.float64)
