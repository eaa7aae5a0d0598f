"""Points in columns and form fields: "x,y x,y ...", as SVG writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from deskcheck_service.errors import RequestError


def format_points(points: Iterable[tuple[float, float]], digits: int = 2) -> str:
    """Return points as text."""
    return " ".join(f"{x:.{digits}f},{y:.{digits}f}" for x, y in points)


def parse_points(text: str | None) -> list[tuple[float, float]] | None:
    """Return the points of a text; None for none.

    Raises:
        ValueError: not points, or not finite.
    """
    if text is None:
        return None
    points: list[tuple[float, float]] = []
    for part in text.split():
        x, comma, y = part.partition(",")
        point = (float(x), float(y))
        if not comma or not all(math.isfinite(value) for value in point):
            raise ValueError(f"not a point: {part[:40]}")
        points.append(point)
    return points


Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
_MAX_PX = 100_000.0


def read_corners(text: str) -> Corners | None:
    """Return the four corners that a person tapped; None for an empty text.

    Args:
        text: "x,y x,y x,y x,y": outer-left, outer-right, inner-right, inner-left, px of the photo as shown.

    Raises:
        RequestError: not four points.
    """
    if not text.strip():
        return None
    try:
        points = parse_points(text) or []
    except ValueError as exc:
        raise RequestError(problem="corners_px: x,y x,y x,y x,y") from exc
    if len(points) != 4 or any(abs(value) > _MAX_PX for point in points for value in point):
        raise RequestError(problem="corners_px: x,y x,y x,y x,y")
    return (points[0], points[1], points[2], points[3])


def corners_key(corners: Corners | None) -> str:
    """Return the corners as the text by which a photo that is sent twice is recognised."""
    return format_points(corners, digits=1) if corners is not None else ""
