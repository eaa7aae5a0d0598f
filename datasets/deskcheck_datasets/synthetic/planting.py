"""Drawn windows with an approved layout, and photos of them that break chosen rules on purpose.

A window is planned as the demonstration hall's are (``hall_plans``): stands with home zones, on a desk of its own. A
photo moves, removes or adds things so clearly that each planted rule is broken and no other is. How clearly: at
least three times what the rules tolerate, a gap at least a third beyond its limit, so that the truth does not hang on
a rule's own arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.hall import stand_items, stands_in
from deskcheck_datasets.synthetic.hall_plans import Photo, Stand, Window
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.placing import Placed
from deskcheck_datasets.synthetic.planned_windows import CLEARANCE_CM, draw_window

_OPEN, _CLOSED = "2026-11-18T10:20:00+08:00", "2026-11-18T17:45:00+08:00"
_FORBIDDEN = (
    "beverage_container", "food", "bag", "personal_ornament", "newspaper_magazine", "umbrella", "clothing",
    "personal_appliance",
)  # fmt: skip
_TALL = ("monitor", "document_camera", "printer", "telephone", "tablet_terminal", "monitor_riser", "cup")
_SMALL = ("cup", "beverage_container", "mobile_phone", "food")
_TRIES, _TRIES_EACH, _DRAWS = 60, 6, 20
_APART_CM = 4.0
_AWAY_CM = 30.0


@dataclass(frozen=True, slots=True)
class Planned:
    """A window and one photo of it, the photo's ``planted`` saying what it breaks."""

    window: Window
    photo: Photo


Planting = Callable[[Draw, Window, Photo], Photo | None]


def _named(window: Window, key: str) -> Stand | None:
    return next((s for s in window.stands if s.key == key), None)


def _busy(window: Window, photo: Photo, key: str) -> bool:
    """Whether something has been done to a thing already."""
    return key in photo.gone or key in relocated(window, photo)


def _planted(photo: Photo, rule: str, item: str) -> Photo:
    return replace(photo, planted=(*photo.planted, (rule, item)))


def free_spot(draw: Draw, window: Window) -> tuple[float, float]:
    """A place on the main counter in front of what stands at the back, in sight of the staff's side."""
    w, d = window.desk_wh_cm
    left = window.cabinet_x_cm + 14
    return round(draw.free(left, w - 14), 1), round(draw.free(d * 0.42, d - 12), 1)


def _forbidden(draw: Draw, window: Window, photo: Photo) -> Photo | None:
    kind = draw.pick(_FORBIDDEN)
    if any(item == kind for _, item in photo.planted):
        return None
    extra = Stand(f"extra{len(photo.added)}", kind, draw.integer(1, 10**9), free_spot(draw, window), draw.free(-60, 60))
    return _planted(replace(photo, added=(*photo.added, extra)), "V01", kind)


def _phone(draw: Draw, window: Window, photo: Photo) -> Photo | None:
    if any(item == "mobile_phone" for _, item in photo.planted):
        return None
    extra = Stand(
        f"extra{len(photo.added)}", "mobile_phone", draw.integer(1, 10**9), free_spot(draw, window), draw.free(-80, 80)
    )
    return _planted(replace(photo, added=(*photo.added, extra)), "V01", "mobile_phone")


def _out_of_place(draw: Draw, window: Window, photo: Photo) -> Photo | None:
    key = draw.pick(("cup", "mouse", "telephone"))
    stand = _named(window, key)
    if stand is None or _busy(window, photo, key) or (key == "cup" and window.cup_returns):
        return None
    if any(s.kind == key for s in photo.added):
        # Of two alike things nobody can tell which one is out of its place.
        return None
    x, y = free_spot(draw, window)
    if abs(x - stand.at_cm[0]) + abs(y - stand.at_cm[1]) < _AWAY_CM + 12:
        return None
    moved = {**photo.moved, key: (x, y, stand.yaw_deg + draw.free(-30, 30))}
    return _planted(replace(photo, moved=moved), "V04", key)


def _missing(draw: Draw, window: Window, photo: Photo) -> Photo | None:
    candidates = [s.key for s in window.stands if s.required and s.key != "monitor" and not _busy(window, photo, s.key)]
    if not candidates:
        return None
    key = draw.pick(candidates)
    return _planted(replace(photo, gone=(*photo.gone, key)), "V05", key)


def _too_many(draw: Draw, window: Window, photo: Photo) -> Photo | None:
    if _named(window, "cup") is None or _busy(window, photo, "cup") or any(s.kind == "cup" for s in photo.added):
        return None
    make, at = draw.integer(1, 10**9), free_spot(draw, window)
    extra = Stand(f"extra{len(photo.added)}", "cup", make, at, draw.free(-90, 90))
    return _planted(replace(photo, added=(*photo.added, extra)), "V06", "cup")


def _not_returned(draw: Draw, window: Window, photo: Photo) -> Photo | None:
    stand = _named(window, "cup")
    if stand is None or not window.cup_returns or _busy(window, photo, "cup"):
        return None
    x, y = free_spot(draw, window)
    if abs(x - stand.at_cm[0]) + abs(y - stand.at_cm[1]) < _AWAY_CM + 12:
        return None
    moved = {**photo.moved, "cup": (x, y, draw.free(-180, 180))}
    return _planted(replace(photo, moved=moved, captured_at=_CLOSED), "V07", "cup")


def _camera_away(draw: Draw, window: Window, photo: Photo) -> Photo | None:
    stand = _named(window, "camera")
    if stand is None or _busy(window, photo, "camera"):
        return None
    w, d = window.desk_wh_cm
    x = draw.free(w - 34, w - 22) if draw.chance(0.6) else draw.free(window.cabinet_x_cm + 16, window.cabinet_x_cm + 24)
    monitor = _named(window, "monitor")
    if monitor is None or abs(x - monitor.at_cm[0]) < 78:
        return None
    moved = {**photo.moved, "camera": (round(x, 1), round(d * draw.free(0.4, 0.5), 1), stand.yaw_deg)}
    return _planted(replace(photo, moved=moved), "V08", "document_camera")


def _over_the_edge(draw: Draw, window: Window, photo: Photo) -> Photo | None:
    if window.edge_clearance_cm is None or any(rule == "V03" for rule, _ in photo.planted):
        return None
    kind = draw.pick(("ink_pad", "tissue", "small_stationery"))
    w, _ = window.desk_wh_cm
    x = draw.free(window.cabinet_x_cm + 15, w - 15)
    # Nothing tall may hide where it stands.
    if any(abs(s.at_cm[0] - x) < (46 if s.kind == "monitor" else 24) for s in window.stands if s.kind in _TALL):
        return None
    extra = Stand(f"extra{len(photo.added)}", kind, draw.integer(1, 10**9), (round(x, 1), 0.0), draw.free(-5, 5))
    # As near to the edge as it can stand.
    for step in range(3, 16):
        near = replace(extra, at_cm=(extra.at_cm[0], float(step)))
        try:
            (placed,) = stand_items(window, (near,))
        except TruthError:
            continue
        if placed.footprint_desk().bounds[1] > 1.5:
            return None
        return _planted(replace(photo, added=(*photo.added, near)), "V03", kind)
    return None


def _on_top(key: str, rule: str) -> Planting:
    def plant(draw: Draw, window: Window, photo: Photo) -> Photo | None:
        carrier = _named(window, key)
        if carrier is None or any(s.on == key for s in photo.added):
            return None
        (below,) = stand_items(window, (carrier,))
        x0, y0, x1, y1 = below.to_world(below.item.tops[0].polygon).bounds
        kind = draw.pick(("mobile_phone", "cup") if key == "riser" else _SMALL)
        inset_x, inset_y = (min(11.0, side * 0.32) for side in (x1 - x0, y1 - y0))
        x, y = draw.free(x0 + inset_x, x1 - inset_x), draw.free(-y1 + inset_y, -y0 - inset_y)
        if key == "riser":
            # The screen stands over the middle; things are put down before it.
            y = -y0 - draw.free(4.8, 7.0)
        at = (round(x, 1), round(y, 1))
        extra = Stand(f"extra{len(photo.added)}", kind, draw.integer(1, 10**9), at, draw.free(-30, 30), key)
        return _planted(replace(photo, added=(*photo.added, extra)), rule, kind)

    return plant


def _printer_out(draw: Draw, window: Window, photo: Photo) -> Photo | None:
    if _named(window, "printer") is not None:
        return None
    w, d = window.desk_wh_cm
    x = draw.free(24, 32) if draw.chance(0.7) else w - draw.free(24, 30)
    extra = Stand(
        f"extra{len(photo.added)}",
        "printer",
        draw.integer(1, 10**9),
        (round(x, 1), round(d * 0.45, 1)),
        draw.free(-5, 5),
    )
    return _planted(replace(photo, added=(*photo.added, extra)), "V13", "printer")


# Each with what its window needs; listed as often as it shall be drawn.
PLANTINGS: tuple[tuple[Planting, frozenset[str]], ...] = (
    (_forbidden, frozenset()),
    (_forbidden, frozenset()),
    (_phone, frozenset()),
    (_out_of_place, frozenset({"cup", "telephone"})),
    (_out_of_place, frozenset()),
    (_missing, frozenset({"telephone"})),
    (_missing, frozenset()),
    (_too_many, frozenset({"cup"})),
    (_not_returned, frozenset({"returns"})),
    (_camera_away, frozenset({"camera", "no_printer"})),
    (_over_the_edge, frozenset({"edge"})),
    (_on_top("riser", "V09"), frozenset({"riser"})),
    (_on_top("printer", "V10"), frozenset({"printer"})),
    (_printer_out, frozenset({"no_printer"})),
)
_CONTRARY = tuple(
    frozenset(pair) for pair in (("printer", "no_printer"), ("printer", "edge"), ("cup", "returns"), ("camera", "edge"))
)


def _chosen(draw: Draw, count: int) -> list[tuple[Planting, frozenset[str]]]:
    """Which violations to plant; one window can have what all of them need."""
    chosen: list[tuple[Planting, frozenset[str]]] = []
    while len(chosen) < count:
        more = draw.pick(PLANTINGS)
        needs = more[1].union(*(n for _, n in chosen))
        if not any(pair <= needs for pair in _CONTRARY):
            chosen.append(more)
    return chosen


def _shaken(draw: Draw, window: Window) -> Photo:
    """A photo that breaks nothing: things moved a little within their places."""
    moved = {}
    for stand in window.stands:
        if stand.on or stand.key == "riser":
            continue
        x, y = stand.at_cm
        moved[stand.key] = (x + draw.free(-1, 1), y + draw.free(-1, 1), stand.yaw_deg + draw.free(-3, 3))
    riser = _named(window, "riser")
    if riser is not None:
        moved.pop("riser", None)
    return Photo(window.code, _OPEN, draw.integer(1, 10**9), moved)


def is_tight(window: Window, photo: Photo) -> bool:
    """Whether moved or added things stand so near to others that boxes and places could be confused."""
    stands = stands_in(window, photo)
    placed = stand_items(window, stands)
    changed = [k for k, s in enumerate(stands) if is_changed(window, photo, s)]
    for k in changed:
        for other in range(len(placed)):
            if other != k and not _carries(placed, k, other) and _gap(placed[k], placed[other]) < _APART_CM:
                return True
    return any(_edge_trouble(window, photo, stands[k], placed[k]) for k in changed)


def is_changed(window: Window, photo: Photo, stand: Stand) -> bool:
    """Whether a thing was added to a photo or stands far from its place."""
    return stand.key.startswith("extra") or stand.key in relocated(window, photo)


def relocated(window: Window, photo: Photo) -> set[str]:
    """Keys of the things that stand far from their places in a photo."""
    far = set()
    for stand in window.stands:
        x, y, _ = photo.moved.get(stand.key, (*stand.at_cm, 0.0))
        if abs(x - stand.at_cm[0]) + abs(y - stand.at_cm[1]) > 5:
            far.add(stand.key)
    return far


def _carries(placed: tuple[Placed, ...], a: int, b: int) -> bool:
    return placed[a].support == b or placed[b].support == a or placed[a].support == placed[b].support >= 0


def _gap(a: Placed, b: Placed) -> float:
    """Smallest distance of two things seen from above."""
    return float(min(p.distance(q) for p, _, _ in a.solids_world() for q, _, _ in b.solids_world()))


def _edge_trouble(window: Window, photo: Photo, stand: Stand, placed: Placed) -> bool:
    """Whether something other than what is planted by the edge comes near to the edge."""
    low = placed.footprint_desk().bounds[1]
    planted = any(rule == "V03" and item == placed.item.class_id for rule, item in photo.planted)
    return not planted and not stand.on and low < 1.5 * (window.edge_clearance_cm or CLEARANCE_CM)


def plan(seed: int, code: str, *, variant: int = 0, clearance_cm: float = CLEARANCE_CM) -> Planned:
    """A window and a photo of it with none to three planted violations; the same seed gives the same plan.

    Args:
        seed: of the window and of how much is broken.
        code: the window's.
        variant: another plan for the same seed, as much broken, where what the first one planted cannot be seen.
        clearance_cm: see ``draw_window``.

    Raises:
        TruthError: no possible arrangement was found.
    """
    count = Draw((seed, 99)).pick((0, 1, 1, 2, 2, 3))
    first = Draw((seed, 99, variant))
    for attempt in range(_TRIES):
        # What cannot be arranged together is given up after a while, but not how many there are.
        if attempt % _TRIES_EACH == 0:
            chosen = _chosen(first, count)
            needs = frozenset[str]().union(*(n for _, n in chosen))
        draw = Draw((seed, attempt, variant), held_out=True)
        window = draw_window(draw, code, needs, clearance_cm)
        photo: Photo | None = _shaken(draw, window)
        try:
            stand_items(window, window.stands)
            for planting, _ in chosen:
                photo = photo and _with(draw, window, photo, planting)
        except TruthError:
            continue
        if photo is not None:
            return Planned(replace(window, photos=(photo,)), photo)
    raise TruthError(reason=f"no arrangement was found for seed {seed}")


def _with(draw: Draw, window: Window, photo: Photo, planting: Planting) -> Photo | None:
    """The photo with one more violation; None where several draws do not give one."""
    for _ in range(_DRAWS):
        more = planting(draw, window, photo)
        if more is None:
            continue
        try:
            if not is_tight(window, more):
                return more
        except TruthError:
            continue
    return None
