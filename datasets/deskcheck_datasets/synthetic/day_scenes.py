"""What a fixed camera sees in each frame of the day: things, people, what is laid down for a moment, and the light."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from deskcheck_calibration.layout import HomeZone, Layout, Policy, PolicyKind, Surface, SurfaceKind
from numpy.typing import NDArray

from deskcheck_datasets.synthetic.camera import Camera, CeilingView, under_ceiling
from deskcheck_datasets.synthetic.crowd import people_about
from deskcheck_datasets.synthetic.day_plan import CLOSED, DayWindow, moment, photo_with
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.hall import layout_of, stand_items, stands_in
from deskcheck_datasets.synthetic.hall_plans import Photo, Stand, Window
from deskcheck_datasets.synthetic.items.base import Draw, Part
from deskcheck_datasets.synthetic.lights import daylight_panorama, hall_panorama
from deskcheck_datasets.synthetic.mesh import Floats
from deskcheck_datasets.synthetic.placing import Placed
from deskcheck_datasets.synthetic.planting import Planned
from deskcheck_datasets.synthetic.scene import Scene, surrounding
from deskcheck_datasets.synthetic.surroundings import LEDGE_DEPTH_CM, counter
from deskcheck_datasets.synthetic.truth import Truth
from deskcheck_datasets.synthetic.truth_making import covered_px
from deskcheck_datasets.synthetic.verdicts import truth_without_light, unseen

DAY_WH = (768, 432)
# Which of a burst's two scenes each of its frames shows.
_PATTERNS = ((0, 1, 0), (0, 0, 1), (1, 0, 0))
_CEILING = CeilingView(
    above_floor_cm=(290, 340),
    elevation_deg=(54, 63),
    reach_cm=(200, 420),
    fill=(0.88, 0.92),
    staff_side=1.0,
    azimuth_deg=16,
    bend=0.04,
    aim_spread=0.01,
)
# Of the staff's seats, and of how many people there are before the counter.
_COMPANY = (
    ("staff",), ("staff",), ("staff", "visitor"), ("staff", "visitor"), ("staff", "visitor", "passer"), ("visitor",),
    ("passer",), (),
)  # fmt: skip
_CLIENTS = ("paper_document", "paper_document", "file_folder", "bag", "mobile_phone", "umbrella")
_LAID_DOWN = ("paper_document", "paper_document", "file_folder", "bag", "mobile_phone")
_CLIENT_THERE, _LAID, _EARLY = 0.45, 0.4, 0.25
_SHIFT_CM, _TURN_DEG = 1.0, 3.0
_TRIES = 8


@dataclass(frozen=True, slots=True)
class Burst:
    """The frames of one moment.

    Attributes:
        number: of the moment.
        scenes: one or two; they differ in people and in what they hold or lay down.
        frames: which scene each frame shows.
        passing: what lies there for a moment only and is no finding, by class.
    """

    number: int
    scenes: tuple[Scene, ...]
    frames: tuple[int, ...]
    passing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A window's counter, room, camera and lamps, the same all day."""

    window: Window
    camera: Camera
    fixtures: tuple[Part, ...]
    lamps: Floats
    daylight: Floats


def camera_of(seed: int, number: int, window: Window) -> Camera:
    """The camera over a window."""
    return under_ceiling(Draw((seed, number, 3), held_out=True), window.desk_wh_cm, DAY_WH, _CEILING)


def place_of(seed: int, number: int, window: Window) -> Place:
    """Everything about a window that stays as it is."""
    draw, camera, desk = Draw((seed, number, 4), held_out=True), camera_of(seed, number, window), window.desk_wh_cm
    fixtures = (*counter(draw, desk, "flush"), *surrounding(draw, desk, [camera], 0.0, glass=False))
    lamps, front = hall_panorama(draw), daylight_panorama(draw)
    return Place(window, camera, fixtures, lamps, front)


def light_at(place: Place, number: int) -> Floats:
    """(H, W, 3) radiance at a moment: the lamps, and a window front that is bright at noon and warm in the evening."""
    at = moment(number)
    hour = at.hour + at.minute / 60
    height = max(float(np.sin(np.pi * (hour - 6.5) / 11.5)), 0.03)
    warm = np.array([1.0 + 0.25 * (1 - height), 1.0, 1.0 - 0.2 * (1 - height)])
    return np.asarray(place.lamps + place.daylight * warm * height)


def scene_seed(seed: int, number: int, burst: int, which: int) -> int:
    """Of a scene's light paths; no two scenes of a day share one."""
    return (seed * 64 + number * 8 + which) * 32 + burst


def tidy_scene(seed: int, number: int, place: Place) -> Scene:
    """The window as it was approved, with nobody about, in the light of a forenoon."""
    window = place.window
    items = stand_items(window, window.stands)
    made, light = scene_seed(seed, number, 31, 0), light_at(place, 3)
    return Scene(made, window.desk_wh_cm, items, place.fixtures, light, place.camera)


def burst_of(seed: int, number: int, place: Place, day: DayWindow, at: int) -> Burst:
    """What the frames of a moment show."""
    draw = Draw((seed, number, 5, at), held_out=True)
    window, open_now = day.window, at not in CLOSED
    photo = _shaken(draw, window, photo_with(window, day.at(at)))
    things = stands_in(window, photo)
    client = open_now and draw.chance(_CLIENT_THERE)
    laid = open_now and draw.chance(_LAID)
    # A client's thing lies on the public's side in every frame, what is laid down for a moment in one scene alone.
    ledge = _passing(draw, window, things, _CLIENTS, on_ledge=True) if client else ()
    counter_things = _passing(draw, window, (*things, *ledge), _LAID_DOWN, on_ledge=False) if laid else ()
    pattern = draw.pick(_PATTERNS) if open_now else (0, 0, 0)
    light = light_at(place, at)
    scenes = []
    for which in sorted(set(pattern)):
        stands = (*things, *ledge, *(counter_things if which == 1 else ()))
        items = _with_people(draw, window, stand_items(window, stands), place.camera, open_now=open_now, client=client)
        made = scene_seed(seed, number, at, which)
        scenes.append(Scene(made, window.desk_wh_cm, items, place.fixtures, light, place.camera))
    passing = tuple(stand.kind for stand in (*ledge, *counter_things))
    return Burst(at, tuple(scenes), pattern, passing)


def _with_people(
    draw: Draw, window: Window, items: tuple[Placed, ...], camera: Camera, *, open_now: bool, client: bool
) -> tuple[Placed, ...]:
    if not open_now:
        roles: tuple[str, ...] = ("staff",) if draw.chance(_EARLY) else ()
    else:
        roles = draw.pick(_COMPANY)
        if client and "visitor" not in roles:
            roles = (*roles, "visitor")
    return tuple(people_about(draw, window.desk_wh_cm, items, [camera], roles))


def _shaken(draw: Draw, window: Window, photo: Photo) -> Photo:
    """Things in use stand a little otherwise each time, well within their places."""
    moved = dict(photo.moved)
    for stand in window.stands:
        x, y, yaw = photo.moved.get(stand.key, (*stand.at_cm, stand.yaw_deg))
        if stand.kind in ("keyboard", "mouse", "cup", "tissue") and stand.key not in photo.gone:
            turn = yaw + draw.free(-_TURN_DEG, _TURN_DEG)
            moved[stand.key] = (x + draw.free(-_SHIFT_CM, _SHIFT_CM), y + draw.free(-_SHIFT_CM, _SHIFT_CM), turn)
    shaken = replace(photo, moved=moved)
    try:
        stand_items(window, stands_in(window, shaken))
    except TruthError:
        return photo
    return shaken


def _passing(
    draw: Draw, window: Window, things: tuple[Stand, ...], kinds: tuple[str, ...], *, on_ledge: bool
) -> tuple[Stand, ...]:
    """Something that lies there for a moment; nothing where there is no room."""
    w, d = window.desk_wh_cm
    for _ in range(_TRIES):
        y = draw.free(7, 12) if on_ledge else draw.free(d * 0.45, d - 12)
        at = (round(draw.free(window.cabinet_x_cm + 12, w - 12), 1), round(y, 1))
        turn = draw.free(-8, 8) if on_ledge else draw.free(-60, 60)
        stand = Stand(f"passing{len(things)}", draw.pick(kinds), draw.integer(1, 10**9), at, turn, "", None)
        try:
            stand_items(window, (*things, stand))
        except TruthError:
            continue
        return (stand,)
    return ()


def day_layout(window: Window) -> Layout:
    """The approved layout: a public ledge along the main counter, tissues that are put back, a screen on any stand."""
    layout = layout_of(window, None)
    w, x0 = window.desk_wh_cm[0], window.cabinet_x_cm
    outline = ((x0, 0.0), (w, 0.0), (w, LEDGE_DEPTH_CM), (x0, LEDGE_DEPTH_CM))
    zones = tuple(_returning(zone) for zone in layout.zones)
    policies = layout.policies
    if not any(zone.item == "monitor" for zone in zones):
        policies = (*policies, Policy("monitor", PolicyKind.REQUIRED))
    ledge = Surface("ledge", SurfaceKind.PUBLIC_LEDGE, outline)
    return replace(layout, surfaces=(*layout.surfaces, ledge), zones=zones, policies=policies)


def _returning(zone: HomeZone) -> HomeZone:
    return replace(zone, returns=True) if zone.item == "tissue" else zone


def seen_by(seed: int, number: int) -> Callable[[Planned], list[str]]:
    """Say of a photo of a window what its camera does not show well enough; see ``verdicts.unseen``."""
    known: dict[str, list[str]] = {}

    def hidden(planned: Planned) -> list[str]:
        key = repr((planned.window.stands, stands_in(planned.window, planned.photo)))
        if key not in known:
            known[key] = unseen(planned, _dark_truth(seed, number, planned))
        return known[key]

    return hidden


def _dark_truth(seed: int, number: int, planned: Planned) -> Truth:
    """The truth of a photo from the window's camera, known without rendering its light."""
    window = planned.window
    items = stand_items(window, stands_in(window, planned.photo))
    scene = Scene(seed, window.desk_wh_cm, items, (), np.zeros((2, 4, 3)), camera_of(seed, number, window))
    return truth_without_light(planned, scene, "plan.jpg")


def visible_share(scene: Scene, item: int, index: NDArray[np.int32]) -> float:
    """Share of a thing that a picture shows, of what it would show of it alone."""
    whole = max(covered_px(scene.items[item], scene.camera), 1)
    return round(min(float((index == item).sum()) / whole, 1.0), 3)
