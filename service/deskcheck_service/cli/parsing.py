"""Reads the values of options: corners, sizes, times."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from deskcheck_service.cli.errors import (
    CornersUnreadableError,
    DeskSizeUnreadableError,
    SpanUnreadableError,
    TimeUnreadableError,
)

Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]

_MAX_DESK_CM = 2000.0
_SPAN_UNITS_S = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_SPAN_S = (0.1, 86_400.0)


def parse_corners(text: str) -> Corners:
    """Read four "x,y" points, separated by spaces or semicolons.

    Args:
        text: such as "120,80 1800,90 1900,1000 40,980", px.

    Raises:
        CornersUnreadableError: not four points of two finite numbers.
    """
    try:
        points = [tuple(float(part) for part in point.split(",")) for point in re.split(r"[\s;]+", text.strip())]
    except ValueError:
        raise CornersUnreadableError(text=text) from None
    if len(points) != 4 or any(len(point) != 2 or not all(map(math.isfinite, point)) for point in points):
        raise CornersUnreadableError(text=text)
    first, second, third, fourth = ((point[0], point[1]) for point in points)
    return first, second, third, fourth


def parse_desk_size(text: str) -> tuple[float, float]:
    """Read "WxD" in cm.

    Args:
        text: such as "160x70" or "160×70".

    Raises:
        DeskSizeUnreadableError: not two lengths between 1 cm and 20 m.
    """
    parts = re.split(r"[xX×*]", text.strip().removesuffix("cm").strip())
    try:
        width_cm, depth_cm = (float(part) for part in parts)
    except ValueError:
        raise DeskSizeUnreadableError(text=text) from None
    if not all(1.0 <= side_cm <= _MAX_DESK_CM for side_cm in (width_cm, depth_cm)):
        raise DeskSizeUnreadableError(text=text)
    return width_cm, depth_cm


def parse_time(text: str | None, time_zone: str) -> datetime:
    """Read an ISO 8601 time as aware UTC; none means now, one without a zone is the centre's local time.

    Args:
        text: the time, or None.
        time_zone: IANA name of the centre's zone.

    Raises:
        TimeUnreadableError: not a time.
    """
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(time_zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise TimeUnreadableError(text=text) from None


def parse_span(text: str) -> float:
    """Read a length of time in seconds.

    Args:
        text: a number with s, min or h, such as "10s", "2min", "0.5"; seconds without a unit.

    Raises:
        SpanUnreadableError: not a time between a tenth of a second and a day.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|m|min|h)?", text.strip().lower())
    span_s = float(found[1]) * _SPAN_UNITS_S[found[2] or ""] if found else 0.0
    if not _SPAN_S[0] <= span_s <= _SPAN_S[1]:
        raise SpanUnreadableError(text=text)
    return span_s
