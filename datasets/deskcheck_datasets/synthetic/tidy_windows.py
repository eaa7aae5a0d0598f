"""Windows in order, photographed several times: what drafting a layout is measured by.

From photo to photo things were put back a little otherwise, the optional ones are sometimes away, the person stands
elsewhere and the light is another. The layout beside the pictures has every thing's true place as its home zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

from deskcheck_calibration.layout import HomeZone, Layout

from deskcheck_datasets.synthetic.camera import View, framing_whole_desk
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.hall import layout_of, stand_items, stands_in, view_of, write_layout
from deskcheck_datasets.synthetic.hall_plans import Photo, Window
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.lights import hall_panorama
from deskcheck_datasets.synthetic.making import finish, in_processes, open_folder, take_picture
from deskcheck_datasets.synthetic.manifest import SetRecord, write_manifest
from deskcheck_datasets.synthetic.placing import Placed
from deskcheck_datasets.synthetic.planned_windows import draw_window
from deskcheck_datasets.synthetic.scene import Scene, surrounding
from deskcheck_datasets.synthetic.surroundings import counter
from deskcheck_datasets.synthetic.truth import Truth, read_truth

TIDY_SEEDS = range(6_600_000, 6_700_000)
PHOTOS = 5
IMAGE_WH = (1280, 960)
SAMPLES = 4
_VIEW = View(
    elevation_deg=(34, 56), distance_cm=(75, 115), staff_side=1.0, azimuth_deg=28, aim_spread=0.05, roll_deg=2.5
)
# How far, and how much turned, a thing is put back: standard deviations, cut at two.
_SHIFT_CM, _TURN_DEG = 1.0, 2.0
_AWAY = 0.12
_TRIES = 12


@lru_cache(maxsize=64)
def tidy_window(seed: int) -> Window:
    """The window of a seed: the first one drawn whose things stand clear of each other where they belong.

    Raises:
        TruthError: of several none does.
    """
    wrong = ""
    for variant in range(_TRIES):
        window = draw_window(Draw((seed, 1, variant) if variant else (seed, 1), held_out=True), code_of(seed))
        try:
            stand_items(window, window.stands)
        except TruthError as error:
            wrong = str(error)
        else:
            return window
    raise TruthError(reason=wrong)


def code_of(seed: int) -> str:
    """The code of a seed's window."""
    return f"T{seed % 100_000:05d}"


def stem_of(seed: int, photo: int) -> str:
    """File name without ending of one of a window's photos."""
    return f"tidy_{seed:07d}_{photo}"


def tidy_scene(seed: int, photo: int) -> Scene:
    """The scene of one photo of a window.

    Raises:
        TruthError: in none of several tries do the things stand clear of each other.
    """
    window = tidy_window(seed)
    desk = window.desk_wh_cm
    items = _standing(window, seed, photo)
    hand = Draw((seed, 4, photo), held_out=True)
    camera = framing_whole_desk(hand, desk, IMAGE_WH, _VIEW, 24)
    fixed = Draw((seed, 3), held_out=True)
    fixtures = (*counter(fixed, desk, "flush"), *surrounding(fixed, desk, [camera], 0.0, glass=False))
    return Scene(seed * 8 + photo, desk, items, fixtures, hall_panorama(hand), camera)


def _standing(window: Window, seed: int, photo: int) -> tuple[Placed, ...]:
    wrong = ""
    for attempt in range(_TRIES):
        try:
            return stand_items(window, stands_in(window, _put_back(window, seed, photo, attempt)))
        except TruthError as error:
            wrong = str(error)
    raise TruthError(reason=wrong)


def _put_back(window: Window, seed: int, photo: int, attempt: int) -> Photo:
    """What a photo finds: every thing about where it belongs, what is not required away now and then."""
    draw = Draw((seed, 2, photo, attempt), held_out=True)
    moved: dict[str, tuple[float, float, float]] = {}
    shifts: dict[str, tuple[float, float]] = {}
    gone = []
    for stand in window.stands:
        shift = shifts.get(stand.on) or (_normal(draw) * _SHIFT_CM, _normal(draw) * _SHIFT_CM)
        shifts[stand.key] = shift
        x, y = stand.at_cm
        moved[stand.key] = (x + shift[0], y + shift[1], stand.yaw_deg + _normal(draw) * _TURN_DEG)
        carries = any(other.on == stand.key for other in window.stands)
        if not (stand.required or stand.on or carries) and draw.chance(_AWAY):
            gone.append(stand.key)
    return Photo(f"{window.code}-{photo}", "2026-11-19T09:30:00+08:00", photo, moved=moved, gone=tuple(gone))


def _normal(draw: Draw) -> float:
    return max(-2.0, min(2.0, float(draw.rng.standard_normal())))


def true_layout(seed: int, truths: dict[str, Truth]) -> Layout:
    """The window's layout with a home zone where each of its things belongs, and a view for each photo."""
    window = tidy_window(seed)
    homes = []
    for stand, placed in zip(window.stands, stand_items(window, window.stands), strict=True):
        outline = tuple((round(x, 1), round(y, 1)) for x, y in list(placed.footprint_desk().exterior.coords)[:-1])
        homes.append(HomeZone(stand.key, placed.item.class_id, outline, int(stand.required)))
    views = tuple(replace(view_of(truth), name=name) for name, truth in truths.items())
    return replace(layout_of(window, None), zones=tuple(homes), relations=(), views=views)


def make_tidy_window(folder: Path, seed: int, samples: int, quality: int) -> str:
    """Make a window's photos with truth and layout; the layout comes last and marks it as done."""
    path = folder / "layouts" / f"{code_of(seed)}.yaml"
    if path.exists():
        return code_of(seed)
    truths = {}
    for photo in range(PHOTOS):
        stem = stem_of(seed, photo)
        record = folder / "truth" / f"{stem}.json"
        if not record.exists():
            picture = folder / "images" / f"{stem}.jpg"
            truth = take_picture(tidy_scene(seed, photo), picture, samples=samples, quality=quality, held_out=True)
            finish(folder, stem, truth)
        truths[stem] = read_truth(record)
    write_layout(path, true_layout(seed, truths))
    return code_of(seed)


def make_tidy_windows(
    folder: Path, seeds: range, *, workers: int, samples: int = SAMPLES, quality: int = 88
) -> Iterator[str]:
    """Make a set of tidy windows; a second call goes on where the first one stopped.

    Yields:
        The code of each finished window.
    """
    open_folder(folder)
    (folder / "layouts").mkdir(exist_ok=True)
    yield from in_processes(folder, seeds, partial(make_tidy_window, folder, samples=samples, quality=quality), workers)
    write_manifest(folder, SetRecord("tidy", (seeds.start, seeds.stop), samples, quality))
