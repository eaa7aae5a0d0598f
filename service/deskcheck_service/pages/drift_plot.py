"""How a camera hung over time, as two small plots in SVG: shift in % of the picture's width, roll in degrees.

Every state has its own mark, every limit its own dashes, so that it reads in black and white.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from deskcheck_calibration.camera_guard import DEFAULT_LIMITS

from deskcheck_service.cameras.schemas import LookOut
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.render import clock
from deskcheck_service.tables.cameras import LookState

WIDTH, HEIGHT = 420.0, 172.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 50.0, 10.0, 12.0, 26.0
# What lies beyond is drawn at the edge: a camera turned by ten degrees would else hide every drift.
_SHOWN_LIMITS = 2.0

LOOK_WORDS = {
    LookState.STEADY: mark("Steady"),
    LookState.DRIFTED: mark("Drifted, corrected"),
    LookState.MOVED: mark("Moved"),
    LookState.CANNOT_TELL: mark("Could not be told"),
}


@dataclass(frozen=True, slots=True)
class Spot:
    """One look: where it is drawn, how, and what it says."""

    x: float
    y: float
    state: str
    beyond: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: where it is drawn, its value as written, and which of the two it is ("drifted" or "moved")."""

    y: float
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot.

    Attributes:
        word: message id of its title.
        spots: the looks, oldest first.
        line: points of the line through those that were measured.
        limits: the two limits; of the roll on both sides.
        zero_y: where zero is.
    """

    word: str
    spots: tuple[Spot, ...]
    line: str
    limits: tuple[Limit, ...]
    zero_y: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A time below the plots."""

    x: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class DriftPlot:
    """Both plots over the same time, in a box of ``width`` x ``height``."""

    width: float
    height: float
    left: float
    right: float
    panels: tuple[Panel, ...]
    ticks: tuple[Tick, ...]


def drift_plot(looks: Sequence[LookOut], image_wh: tuple[int, int], zone: str) -> DriftPlot | None:
    """Return the plots of a camera's looks, newest first as they are listed; None for no look.

    Args:
        looks: the looks.
        image_wh: size of the camera's still in px.
        zone: IANA name of the centre's time zone.
    """
    if not looks:
        return None
    ordered = sorted(looks, key=lambda look: (look.taken_at, look.id))
    across = _across(ordered)
    shares = (DEFAULT_LIMITS.drifted_from_share, DEFAULT_LIMITS.moved_from_share)
    # The roll by which the corners of the picture, furthest from its middle, move that far.
    arm = math.hypot(1.0, image_wh[1] / image_wh[0]) / 2
    rolls = tuple(math.degrees(share / arm) for share in shares)
    shift = _panel(
        mark("Shift in percent of the picture's width"),
        ordered,
        across,
        lambda look: None if look.shift_share is None else 100 * look.shift_share,
        tuple(100 * share for share in shares),
        two_sided=False,
    )
    roll = _panel(mark("Roll in degrees"), ordered, across, lambda look: look.roll_deg, rolls, two_sided=True)
    ticks = _ticks(ordered, zone)
    return DriftPlot(WIDTH, HEIGHT, _LEFT, WIDTH - _RIGHT, (shift, roll), ticks)


def _across(ordered: Sequence[LookOut]) -> list[float]:
    first, last = ordered[0].taken_at, ordered[-1].taken_at
    span_s = (last - first).total_seconds()
    room = WIDTH - _LEFT - _RIGHT - 16

    def x_of(at: int, moment: datetime) -> float:
        share = (moment - first).total_seconds() / span_s if span_s > 0 else (at + 0.5) / len(ordered)
        return round(_LEFT + 8 + share * room, 1)

    return [x_of(at, look.taken_at) for at, look in enumerate(ordered)]


def _panel(
    word: str,
    looks: Sequence[LookOut],
    across: Sequence[float],
    value_of: Callable[[LookOut], float | None],
    limits: tuple[float, ...],
    *,
    two_sided: bool,
) -> Panel:
    largest = _SHOWN_LIMITS * max(limits)
    low, high = (-largest if two_sided else 0.0), largest

    def y_of(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)

    spots, line = [], []
    for look, x in zip(looks, across, strict=True):
        value = value_of(look)
        # A moved camera that shows nothing of the still has no measure: it is drawn at the edge, beyond.
        unmeasured = high if look.state is LookState.MOVED else 0.0
        shown = unmeasured if value is None else value
        beyond = look.state is LookState.MOVED and (value is None or not low <= value <= high)
        spots.append(Spot(x, y_of(shown), look.state.value, beyond))
        if value is not None:
            line.append(f"{x},{y_of(shown)}")
    kinds = ("drifted", "moved")
    drawn = [Limit(y_of(value), f"{value:.2f}", kind) for value, kind in zip(limits, kinds, strict=True)]
    if two_sided:
        drawn += [Limit(y_of(-value), f"-{value:.2f}", kind) for value, kind in zip(limits, kinds, strict=True)]
    return Panel(word, tuple(spots), " ".join(line), tuple(drawn), y_of(0.0))


def _ticks(ordered: Sequence[LookOut], zone: str) -> tuple[Tick, ...]:
    first, last = ordered[0].taken_at, ordered[-1].taken_at
    if first == last:
        return (Tick((_LEFT + WIDTH - _RIGHT) / 2, clock(first, zone), "middle"),)
    return (Tick(_LEFT, clock(first, zone), "start"), Tick(WIDTH - _RIGHT, clock(last, zone), "end"))
