"""Test pictures for verdicts: planned windows, rendered, each with its approved layout beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from deskcheck_calibration.layout_file import dump_layout, load_layout

from deskcheck_datasets.synthetic.camera import CeilingView, View, framing_whole_desk, under_ceiling
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.hall import layout_of, stand_items, stands_in
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.lights import hall_panorama
from deskcheck_datasets.synthetic.making import finish, in_processes, open_folder, take_picture
from deskcheck_datasets.synthetic.manifest import SetRecord, write_manifest
from deskcheck_datasets.synthetic.planting import Planned, plan
from deskcheck_datasets.synthetic.scene import Scene, surrounding
from deskcheck_datasets.synthetic.surroundings import counter
from deskcheck_datasets.synthetic.truth import Truth, Violation

PHONE_WH, CEILING_WH = (1280, 960), (1280, 720)
SAMPLES = 4
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


def code_of(seed: int) -> str:
    """The code of a seed's window."""
    return f"V{seed % 100_000:05d}"


def write_layout(path: Path, planned: Planned, truth: Truth) -> None:
    """Write the window's layout, with this picture's corners as its reference view, and read it back.

    Raises:
        TruthError: it is not read back as it was written.
    """
    layout = layout_of(planned.window, truth)
    text = dump_layout(layout)
    if load_layout(text) != layout:
        raise TruthError(reason=f"layout {planned.window.code} is not read back as it was written")
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def make_verdict(folder: Path, seed: int, samples: int, quality: int) -> str:
    """Make one picture with labels, layout and truth; the truth comes last and marks it as done."""
    stem = f"verdict_{seed:07d}"
    if (folder / "truth" / f"{stem}.json").exists():
        return stem
    planned = plan(seed, code_of(seed))
    violations = tuple(Violation(rule, item) for rule, item in planned.photo.planted)
    picture = folder / "images" / f"{stem}.jpg"
    scene = scene_of(seed, planned)
    truth = take_picture(scene, picture, samples=samples, quality=quality, held_out=True, violations=violations)
    truth = replace(truth, captured_at=planned.photo.captured_at)
    write_layout(folder / "layouts" / f"{stem}.yaml", planned, truth)
    finish(folder, stem, truth)
    return stem


def make_verdicts(folder: Path, seeds: range, *, workers: int, samples: int, quality: int) -> Iterator[str]:
    """Make a set of verdict pictures; a second call goes on where the first one stopped.

    Yields:
        The stem of each finished picture.
    """
    open_folder(folder)
    (folder / "layouts").mkdir(exist_ok=True)
    yield from in_processes(folder, seeds, partial(make_verdict, folder, samples=samples, quality=quality), workers)
    write_manifest(folder, SetRecord("verdicts", (seeds.start, seeds.stop), samples, quality))
