"""In which order a round takes the windows (D17). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """A window with where its area and itself stand in the hall: position, then code."""

    window_id: int
    area: tuple[int, str]
    window: tuple[int, str]


def route(stops: Iterable[Stop], own: Mapping[int, int], *, last_first: bool = False) -> dict[int, int]:
    """Return each window's place in the order, from 1.

    Args:
        stops: the windows; one that comes twice counts once.
        own: own order, window to position: these come first.
        last_first: within each area from the last counter to the first; areas keep their order.
    """
    unique = {stop.window_id: stop for stop in stops}
    windows = sorted(unique.values(), key=lambda stop: stop.window, reverse=last_first)
    hall = sorted(windows, key=lambda stop: stop.area)
    named = sorted((stop for stop in hall if stop.window_id in own), key=lambda stop: own[stop.window_id])
    rest = [stop for stop in hall if stop.window_id not in own]
    return {stop.window_id: place for place, stop in enumerate([*named, *rest], start=1)}
