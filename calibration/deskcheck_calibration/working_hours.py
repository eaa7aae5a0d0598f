"""Is the window open at a time? Local time of the centre, half-open spans."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from deskcheck_calibration.layout import Hours, When


def is_open(hours: Hours, at: datetime) -> bool:
    """Tell whether an aware time lies in the opening hours.

    Raises:
        ValueError: the time is not aware.
    """
    if at.tzinfo is None:
        raise ValueError("an aware time is needed")
    local = at.astimezone(ZoneInfo(hours.time_zone))
    clock = local.time()
    return local.weekday() in hours.weekdays and any(start <= clock < end for start, end in hours.open)


def is_valid(when: When, *, open_now: bool) -> bool:
    """Tell whether something valid at ``when`` counts now."""
    return when is When.ALWAYS or (when is When.OPEN) == open_now
