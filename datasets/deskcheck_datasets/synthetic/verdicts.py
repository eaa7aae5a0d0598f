"""Test pictures for verdicts: planned windows, rendered, each with its approved layout beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from deskcheck_calibration.plane import DeskPlane
from deskcheck_vision.taxonomy import BY_ID

from deskcheck_datasets.synthetic.camera import CeilingView, View, framing_whole_desk, under_ceiling
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.hall import layout_of, stand_items, stands_in, write_layout
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.lights import hall_panorama
from deskcheck_datasets.synthetic.making import finish, in_processes, open_folder, take_picture
from deskcheck_datasets.synthetic.manifest import SetRecord, write_manifest
from deskcheck_datasets.synthetic.planned_windows import CEILING_CLEARANCE_CM, CLEARANCE_CM
from deskcheck_datasets.synthetic.planting import Planned, is_changed, plan
from deskcheck_datasets.synthetic.render import Rendered, prepare, seen_items
from deskcheck_datasets.synthetic.scene import Scene, surrounding
from deskcheck_datasets.synthetic.stand_in import write_stand_in
from deskcheck_datasets.synthetic.surroundings import counter
from deskcheck_datasets.synthetic.truth import STAND_IN, Truth, Violation
from deskcheck_datasets.synthetic.truth_making import truth_of

PHONE_WH, CEILING_WH = (1280, 960), (1280, 720)
SAMPLES = 4
# Of a planted thing so much has to be seen, of any other so much, and the picture's scale exceed the least by so much.
_PLANTED_VISIBILITY, _LEAST_VISIBILITY, _SCALE_ROOM = 0.6, 0.4, 1.08
_BORDER_PX = 3.0
_VARIANTS = 12
_PHONE = View(
    elevation_deg=(34, 54), distance_cm=(75, 110), staff_side=1.0, azimuth_deg=24, aim_spread=0.05, roll_deg=2.5
)
_CEILING = CeilingView(
    above_floor_cm=(260, 420),
    elevation_deg=(36, 60),
    reach_cm=(180, 420),
    fill=(0.78, 0.92),
    staff_side=1.0,
    azimuth_deg=30,
    bend=0.12,
    aim_spread=0.02,
)


def is_ceiling(seed: int) -> bool:
    """Whether a seed's picture is taken by a ceiling camera; every third is."""
    return seed % 3 == 2


def scene_of(seed: int, planned: Planned) -> Scene:
    """The scene of a planned photo."""
    window, photo = planned.window, planned.photo
    draw = Draw((seed, 3), held_out=True)
    desk = window.desk_wh_cm
    if is_ceiling(seed):
        camera = under_ceiling(draw, desk, CEILING_WH, _CEILING)
    else:
        camera = framing_whole_desk(draw, desk, PHONE_WH, _PHONE, 24)
    fixtures = (*counter(draw, desk, "flush"), *surrounding(draw, desk, [camera], 0.0, glass=False))
    items = stand_items(window, stands_in(window, photo))
    return Scene(seed, desk, items, fixtures, hall_panorama(draw), camera)


def unseen(planned: Planned, truth: Truth) -> list[str]:
    """Say which things of a photo its picture does not show well enough for anybody to judge them; empty: none.

    Args:
        planned: the photo.
        truth: of its picture, whose items are the photo's stands in their order.
    """
    corners = [(float(x), float(y)) for x, y in truth.desk_corners_px]
    plane = DeskPlane.from_corners(corners, truth.desk_wh_cm, truth.image_wh)
    width, height = truth.image_wh
    found = []
    for stand, item in zip(stands_in(planned.window, planned.photo), truth.items, strict=True):
        changed = is_changed(planned.window, planned.photo, stand)
        if item.visibility < (_PLANTED_VISIBILITY if changed else _LEAST_VISIBILITY) or item.box_xyxy is None:
            found.append(f"{item.class_id} is hidden")
            continue
        left, top, right, bottom = item.box_xyxy
        if min(left, top, width - right, height - bottom) < _BORDER_PX:
            found.append(f"{item.class_id} is cut off")
        x, y = (sum(values) / len(item.footprint_cm) for values in zip(*item.footprint_cm, strict=True))
        if changed and plane.scale_px_per_cm((x, y)) < _SCALE_ROOM * BY_ID[item.class_id].min_scale_px_per_cm:
            found.append(f"{item.class_id} is too small")
    return found


def code_of(seed: int) -> str:
    """The code of a seed's window."""
    return f"V{seed % 100_000:05d}"


def seen_plan(seed: int) -> tuple[Planned, Scene, Truth]:
    """The first plan of a seed whose picture shows what was planted; its scene and truth.

    Raises:
        TruthError: no variant does.
    """
    clearance_cm = CEILING_CLEARANCE_CM if is_ceiling(seed) else CLEARANCE_CM
    for variant in range(_VARIANTS):
        planned = plan(seed, code_of(seed), variant=variant, clearance_cm=clearance_cm)
        scene = scene_of(seed, planned)
        truth = truth_without_light(planned, scene, f"{stem_of(seed)}{STAND_IN}")
        hidden = unseen(planned, truth)
        if not hidden:
            return planned, scene, truth
    raise TruthError(reason=f"no variant of seed {seed} shows what it plants: {', '.join(hidden)}")


def truth_without_light(planned: Planned, scene: Scene, picture: str) -> Truth:
    """The truth of a photo, known from which item each px shows."""
    index = seen_items(prepare(scene), scene.camera)
    rendered = Rendered(np.zeros((*index.shape, 3), np.float32), index)
    violations = tuple(Violation(rule, item) for rule, item in planned.photo.planted)
    return truth_of(scene, rendered, picture, violations, planned.photo.captured_at)


def stem_of(seed: int) -> str:
    """File name without ending."""
    return f"verdict_{seed:07d}"


def make_verdict(folder: Path, seed: int, samples: int, quality: int) -> str:
    """Make one picture with labels, layout and truth; the truth comes last and marks it as done.

    Args:
        folder: of the set.
        seed: of the window.
        samples: light paths a pixel; 0 writes a stand-in instead of rendering.
        quality: of the JPEG.
    """
    stem = stem_of(seed)
    if (folder / "truth" / f"{stem}.json").exists():
        return stem
    planned, scene, truth = seen_plan(seed)
    if samples:
        picture = folder / "images" / f"{stem}.jpg"
        lit = take_picture(scene, picture, samples=samples, quality=quality, held_out=True, violations=truth.violations)
        truth = replace(lit, captured_at=planned.photo.captured_at)
    else:
        write_stand_in(folder / "images" / truth.picture, truth)
    write_layout(folder / "layouts" / f"{stem}.yaml", layout_of(planned.window, truth))
    finish(folder, stem, truth)
    return stem


def make_verdicts(folder: Path, seeds: range, *, workers: int, samples: int, quality: int) -> Iterator[str]:
    """Make a set of verdict pictures; a second call goes on where the first one stopped.

    Args:
        samples: light paths a pixel; 0: truth, layouts and stand-ins only, see ``STAND_IN``.

    Yields:
        The stem of each finished picture.

    Raises:
        TruthError: the folder holds stand-ins and pictures are asked for, or the other way round.
    """
    open_folder(folder)
    (folder / "layouts").mkdir(exist_ok=True)
    others = "*.jpg" if samples == 0 else f"*{STAND_IN}"
    if any((folder / "images").glob(others)):
        raise TruthError(reason=f"{folder} holds {others}: pictures and stand-ins do not go into one set")
    yield from in_processes(folder, seeds, partial(make_verdict, folder, samples=samples, quality=quality), workers)
    write_manifest(folder, SetRecord("verdicts", (seeds.start, seeds.stop), samples, quality))
