"""A day at a window under a fixed camera: when it is looked at, and what goes wrong from when to when.

Events lie on two tracks, so that two may last at the same time; each lasts for three to five of the moments at which
the window is looked at. Where something may stay for a while (V01, V07), that is longer than its time of grace.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from deskcheck_datasets.synthetic.day_kinds import WINDOW_KINDS, Kind, WindowKinds
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.hall import stand_items
from deskcheck_datasets.synthetic.hall_plans import Photo, Stand, Window
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.planned_windows import CEILING_CLEARANCE_CM, draw_window
from deskcheck_datasets.synthetic.planting import Planned, free_spot, is_tight

DAY = "2026-11-19"
ZONE = "+08:00"
# Before opening, two times after lunch break and closing; the rest while the window is open (9-12, 13:30-17).
MOMENTS = (
    "08:35", "09:05", "09:30", "10:00", "10:25", "10:55", "11:20", "11:50", "12:40", "13:45", "14:10", "14:40", "15:05",
    "15:35", "16:00", "16:30", "16:50", "17:20", "17:45",
)  # fmt: skip
CLOSED = frozenset({0, 8, 17, 18})
_TRACKS = ((0, 1, 2), (3, 4, 5))
_LASTS = (3, 5)
_TRIES_A_DAY, _TRIES_A_WINDOW, _TRIES_AN_EVENT = 400, 30, 60
_AWAY_CM = 42.0
_BEFORE_MIN, _AFTER_MIN = 7, 7

Unseen = Callable[[Planned], list[str]]


def moment(number: int) -> datetime:
    """When the window is looked at for the n-th time."""
    return datetime.fromisoformat(f"{DAY}T{MOMENTS[number]}:00{ZONE}")


@dataclass(frozen=True, slots=True)
class DayEvent:
    """Something that is wrong for a while.

    Attributes:
        name: unique in the day.
        kind: what it is.
        first, last: numbers of the first and the last moment at which it is seen.
        change: what it changes; ``moved``, ``gone`` and ``added`` are meant, nothing else.
        counted: False for kinds that are documented as weak.
    """

    name: str
    kind: Kind
    first: int
    last: int
    change: Photo
    counted: bool

    def lasts(self) -> tuple[datetime, datetime]:
        """From when to when."""
        return moment(self.first) - timedelta(minutes=_BEFORE_MIN), moment(self.last) + timedelta(minutes=_AFTER_MIN)


@dataclass(frozen=True, slots=True)
class DayWindow:
    """A window and its day."""

    window: Window
    events: tuple[DayEvent, ...]

    def at(self, number: int) -> tuple[DayEvent, ...]:
        """What is wrong at a moment."""
        return tuple(event for event in self.events if event.first <= number <= event.last)


def photo_with(window: Window, events: Sequence[DayEvent]) -> Photo:
    """The window as some events leave it."""
    moved: dict[str, tuple[float, float, float]] = {}
    for event in events:
        moved.update(event.change.moved)
    gone = tuple(key for event in events for key in event.change.gone)
    added = tuple(stand for event in events for stand in event.change.added)
    return Photo(window.code, moment(0).isoformat(), 0, moved, gone, added)


def day_window(seed: int, number: int, unseen: Unseen) -> DayWindow:
    """The day of one window; the same seed, the same day.

    Args:
        seed: of the day.
        number: of the window, counted from 0.
        unseen: says what of a photo its camera does not show well enough for anybody to judge it.

    Raises:
        TruthError: no possible arrangement was found.
    """
    kinds, wrong = WINDOW_KINDS[number % len(WINDOW_KINDS)], ""
    code = f"F{number + 1:02d}"
    for attempt in range(_TRIES_A_WINDOW):
        draw = Draw((seed, number, 1, attempt), held_out=True)
        try:
            window = _window(draw, code, kinds)
            hidden = unseen(Planned(window, photo_with(window, ())))
            wrong = ", ".join(hidden)
            if not hidden:
                return DayWindow(window, _events(draw, window, kinds, unseen))
        except TruthError as error:
            wrong = str(error)
    raise TruthError(reason=wrong)


def _window(draw: Draw, code: str, kinds: WindowKinds) -> Window:
    window = draw_window(draw, code, kinds.needs, CEILING_CLEARANCE_CM)
    stands = [stand for stand in window.stands if stand.kind not in ("tissue", "pen_holder", "tablet_terminal")]
    if kinds.tissue:
        at = (window.desk_wh_cm[0] * draw.free(0.1, 0.12), window.desk_wh_cm[1] * 0.83)
        stands.append(Stand("tissue", "tissue", draw.integer(1, 10**9), at, draw.free(-2, 2), "", 5.0))
    found = replace(window, stands=tuple(stands), edge_clearance_cm=None)
    stand_items(found, found.stands)
    return found


def _events(draw: Draw, window: Window, kinds: WindowKinds, unseen: Unseen) -> tuple[DayEvent, ...]:
    everything = (*kinds.kinds, kinds.weak)
    spans = _spans(draw, everything)
    found: list[DayEvent] = []
    for number in sorted(range(len(everything)), key=lambda n: _HARD_FIRST[everything[n].act]):
        name, counted = f"{window.code}-{number + 1}", number < len(kinds.kinds)
        event = partial(DayEvent, name, everything[number], *spans[number], counted=counted)
        found.append(_arranged(draw, window, found, event, unseen))
    return tuple(sorted(found, key=lambda event: event.name))


_HARD_FIRST = {"moved": 0, "on_printer": 1, "added": 2, "gone": 3}


def _spans(draw: Draw, kinds: Sequence[Kind]) -> dict[int, tuple[int, int]]:
    """First and last moment of each kind; no two of one thing at once, and one moment in order between them."""
    for _ in range(_TRIES_A_DAY):
        order = [int(n) for n in draw.rng.permutation(len(kinds))]
        spans: dict[int, tuple[int, int]] = {}
        for track in _TRACKS:
            at = draw.integer(1, 3)
            for place in track:
                last = at + draw.integer(*_LASTS) - 1
                spans[order[place]] = (at, last)
                at = last + 2
        if max(last for _, last in spans.values()) < len(MOMENTS) and _apart(spans, kinds):
            return spans
    raise TruthError(reason="the events do not fit into the day")


def _apart(spans: dict[int, tuple[int, int]], kinds: Sequence[Kind]) -> bool:
    for one, (first, last) in spans.items():
        for other, (begins, ends) in spans.items():
            same = one != other and kinds[one].item == kinds[other].item
            if same and first <= ends + 1 and begins <= last + 1:
                return False
    return True


def _arranged(
    draw: Draw, window: Window, others: Sequence[DayEvent], event: Callable[..., DayEvent], unseen: Unseen
) -> DayEvent:
    """The event where its thing can stand and be seen, whatever else goes wrong meanwhile."""
    wrong, make = "nowhere to put it", draw.integer(1, 10**9)
    for _ in range(_TRIES_AN_EVENT):
        found = event(change=Photo(window.code, "", make))
        change = _change(draw, window, found)
        if change is None:
            continue
        found = replace(found, change=change)
        try:
            tight = any(is_tight(window, photo_with(window, at)) for at in _states(found, others))
        except TruthError as error:
            wrong = str(error)
            continue
        if tight:
            continue
        hidden = [one for at in _states(found, others) for one in unseen(Planned(window, photo_with(window, at)))]
        if not hidden:
            return found
        wrong = ", ".join(hidden)
    raise TruthError(reason=f"{found.name} {found.kind}: {wrong}")


def _states(event: DayEvent, others: Sequence[DayEvent]) -> list[tuple[DayEvent, ...]]:
    """Every set of events that are seen at once while this one lasts."""
    found: list[tuple[DayEvent, ...]] = []
    for number in range(event.first, event.last + 1):
        at = (*(other for other in others if other.first <= number <= other.last), event)
        if at not in found:
            found.append(at)
    return found


def _change(draw: Draw, window: Window, event: DayEvent) -> Photo | None:
    """What an event does to a window; None where this draw does not come off."""
    item, act = event.kind.item, event.kind.act
    empty, (w, d) = event.change, window.desk_wh_cm
    if act == "gone":
        return replace(empty, gone=(item,))
    if act == "moved":
        home = next(stand for stand in window.stands if stand.key == item)
        x, y = round(draw.free(window.cabinet_x_cm + 9, w - 9), 1), round(draw.free(24, d - 9), 1)
        turn = draw.free(-80, 80) if item == "keyboard" else draw.free(-40, 40)
        far = abs(x - home.at_cm[0]) + abs(y - home.at_cm[1]) >= _AWAY_CM
        return replace(empty, moved={item: (x, y, turn)}) if far else None
    if act == "on_printer":
        printer = next(stand for stand in window.stands if stand.key == "printer")
        at = (printer.at_cm[0] + draw.free(-7, 7), printer.at_cm[1] + draw.free(-5, 5))
        return replace(empty, added=(_extra(draw, event, at, "printer"),))
    if item == "printer":
        aside = (round(draw.free(23, w - 23), 1), round(d * draw.free(0.34, 0.48), 1))
        return replace(empty, added=(_extra(draw, event, aside),))
    return replace(empty, added=(_extra(draw, event, free_spot(draw, window)),))


def _extra(draw: Draw, event: DayEvent, at: tuple[float, float], on: str = "") -> Stand:
    yaw = draw.free(-5, 5) if event.kind.item == "printer" else draw.free(-50, 50)
    # A thing is of one make, however often its place is drawn anew.
    return Stand(f"extra{event.name}", event.kind.item, event.change.seed, at, yaw, on, None)
