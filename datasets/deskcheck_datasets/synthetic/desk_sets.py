"""Desks seen again: the approved picture of a desk, photos of it from elsewhere, and a neighbour that looks alike.

What registration without stickers is measured by. Between the approved picture and a later photo the person stands
elsewhere, the light is another, things were moved, taken away and put down, and somebody may be in the way. The
neighbour's counter has the same model and materials, its boards cut from elsewhere on the same roll, and other things.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from deskcheck_datasets.synthetic.camera import (
    Camera,
    View,
    desk_corners_world,
    framing_whole_desk,
    hand_held,
)
from deskcheck_datasets.synthetic.crowd import people_about
from deskcheck_datasets.synthetic.developing import develop
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.fittings import clutter
from deskcheck_datasets.synthetic.furnishing import fits, furnish, markers
from deskcheck_datasets.synthetic.items.base import Draw, Part
from deskcheck_datasets.synthetic.lights import hall_panorama
from deskcheck_datasets.synthetic.making import in_processes
from deskcheck_datasets.synthetic.pairs import later
from deskcheck_datasets.synthetic.placing import Placed
from deskcheck_datasets.synthetic.render import Rendered, prepare, render_view
from deskcheck_datasets.synthetic.scene import Scene, surrounding
from deskcheck_datasets.synthetic.surroundings import counter
from deskcheck_datasets.synthetic.writing import write_whole

DESK_SET_FORMAT = "1"
DESK_SET_SEEDS = range(6_500_000, 6_600_000)
IMAGE_WH = (1280, 960)
PHOTOS = 4
_SAMPLES = 5
_APPROVED = View(elevation_deg=(38, 58), distance_cm=(70, 110), aim_spread=0.06, azimuth_deg=20, staff_side=1.0)
_LATER = View(elevation_deg=(20, 70), distance_cm=(50, 200), aim_spread=0.22, staff_side=0.85)
_MOST_COVERED = 0.6
_LIGHT_TURN_DEG = 120.0
# A desk of which a photo shows less is no photo of that desk.
_LEAST_SEEN = 0.25


@dataclass(frozen=True, slots=True)
class SeenDesk:
    """One picture of a desk.

    Attributes:
        file: its name in ``images``.
        role: ``approved``, ``later`` or ``neighbour``.
        to_px: (3, 3) row-major, desk cm to px.
        focal_px: focal length.
        elevation_deg, distance_cm: from the desk's middle to the camera.
        covered: share of the part of the desk in the picture that things and people hide.
        in_picture: share of the desk that lies in the picture.
    """

    file: str
    role: str
    to_px: tuple[tuple[float, ...], ...]
    focal_px: float
    elevation_deg: float
    distance_cm: float
    covered: float
    in_picture: float


@dataclass(frozen=True, slots=True)
class DeskSet:
    """All pictures of one desk and of its neighbour."""

    format: str
    seed: int
    desk_wh_cm: tuple[float, float]
    image_wh: tuple[int, int]
    pictures: tuple[SeenDesk, ...]


def make_desk_set(folder: Path, seed: int, quality: int = 90) -> str:
    """Render the pictures of a seed and write its record last; what is there already is kept."""
    stem = f"desk_{seed:07d}"
    record = folder / "desks" / f"{stem}.json"
    if record.exists():
        return stem
    draw = Draw((seed, 31), held_out=True)
    desk = (round(draw.uniform(140, 200), 1), round(draw.uniform(60, 80), 1))
    top = counter(draw, desk, draw.pick(("none", "flush")))
    fixed = clutter(draw, desk) if draw.chance(0.5) else []
    approved = _furnished(seed, 0, desk, [*top, *fixed], _APPROVED, (2, 7), people=0.0)
    seen = [_shot(folder, approved, f"{stem}_approved", "approved", 0, quality)]
    for number in range(1, PHOTOS + 1):
        scene = _at_another_time(approved, seed, number)
        seen.append(_shot(folder, scene, f"{stem}_later{number}", "later", number, quality))
    neighbour = _furnished(seed, 50, desk, _cut_elsewhere(top, draw), _LATER, (3, 9), people=0.2)
    seen.append(_shot(folder, neighbour, f"{stem}_neighbour", "neighbour", 50, quality))
    write_whole(record, json.dumps(asdict(DeskSet(DESK_SET_FORMAT, seed, desk, IMAGE_WH, tuple(seen)))) + "\n")
    return stem


def _furnished(
    seed: int,
    number: int,
    desk: tuple[float, float],
    fixed: list[Part],
    view: View,
    count: tuple[int, int],
    *,
    people: float,
) -> Scene:
    """A scene of things of its own on a given counter."""
    draw = Draw((seed, 32, number), held_out=True)
    items = furnish(draw, desk, count, 0.85)
    markers(draw, desk, items)
    camera = _camera(draw, desk, view)
    items = people_about(draw, desk, items, [camera]) if draw.chance(people) else items
    parts = [*fixed, *surrounding(draw, desk, [camera], 0.2, glass=False)]
    return Scene(seed, desk, tuple(items), tuple(parts), hall_panorama(draw), camera)


def _camera(draw: Draw, desk: tuple[float, float], view: View) -> Camera:
    if view is _APPROVED:
        return framing_whole_desk(draw, desk, IMAGE_WH, view, 0.015 * max(IMAGE_WH))
    for _ in range(60):
        camera = hand_held(draw, desk, IMAGE_WH, view)
        if _in_picture(camera, desk).mean() >= _LEAST_SEEN:
            return camera
    raise TruthError(reason="no place from which enough of the desk is seen")


def _at_another_time(approved: Scene, seed: int, number: int) -> Scene:
    """The same counter later: things moved, gone and added, the photo taken from elsewhere."""
    draw = Draw((seed, 33, number), held_out=True)
    desk = approved.desk_wh_cm
    shifted = later(approved, draw).items
    # What is stuck to the desk stays where it is.
    moved = [was if _stuck(was) else now for was, now in zip(approved.items, shifted, strict=True)]
    carrying = {placed.support for placed in moved}
    stays = [
        _stuck(placed) or index in carrying or placed.support >= 0 or draw.chance(0.8)
        for index, placed in enumerate(moved)
    ]
    places = {old: new for new, old in enumerate(index for index, kept in enumerate(stays) if kept)}
    items = [
        replace(placed, support=places.get(placed.support, -1))
        for placed, kept in zip(moved, stays, strict=True)
        if kept
    ]
    for extra in furnish(draw, desk, (0, 14), 0.2):
        if extra.support < 0 and _covers(items) < _MOST_COVERED * desk[0] * desk[1] and fits(extra, items, desk):
            items.append(extra)
    camera = _camera(draw, desk, _LATER)
    if draw.chance(0.25):
        items = people_about(draw, desk, items, [camera])
    return replace(approved, items=tuple(items), camera=camera, panorama=hall_panorama(draw))


def _stuck(placed: Placed) -> bool:
    return placed.item.class_id == "position_marker"


def _covers(items: list[Placed]) -> float:
    return float(sum(placed.footprint_desk().area for placed in items if placed.surface == "desk"))


def _cut_elsewhere(parts: list[Part], draw: Draw) -> list[Part]:
    """The same counter of boards that were cut from elsewhere on the same roll."""
    cut = []
    for part in parts:
        texture = part.material.texture
        if texture is not None:
            rows, columns = texture.shape[:2]
            shift = (draw.integer(rows // 5, rows * 4 // 5), draw.integer(columns // 5, columns * 4 // 5))
            rolled = np.roll(texture, shift, axis=(0, 1))
            part = replace(part, material=replace(part.material, texture=rolled))  # noqa: PLW2901
        cut.append(part)
    return cut


def _shot(folder: Path, scene: Scene, stem: str, role: str, number: int, quality: int) -> SeenDesk:
    look = Draw((scene.seed, 34, number), held_out=True)
    turn = look.free(-_LIGHT_TURN_DEG, _LIGHT_TURN_DEG) if number else 0.0
    rendered = render_view(prepare(scene), scene.camera, _SAMPLES, scene.seed * 64 + number, turn)
    path = folder / "images" / f"{stem}.jpg"
    cv2.imwrite(str(path), develop(rendered.radiance, look, "phone"), [cv2.IMWRITE_JPEG_QUALITY, quality])
    camera, (w, d) = scene.camera, scene.desk_wh_cm
    away = np.subtract(camera.position_cm, (w / 2, -d / 2, 0.0))
    distance = float(np.linalg.norm(away))
    to_px = camera.desk_projection()[:, [0, 1, 3]]
    return SeenDesk(
        file=path.name,
        role=role,
        to_px=tuple(tuple(float(value) for value in row) for row in to_px),
        focal_px=camera.focal_px,
        elevation_deg=float(np.degrees(np.arcsin(away[2] / distance))),
        distance_cm=distance,
        covered=_covered(scene, rendered),
        in_picture=float(_in_picture(camera, scene.desk_wh_cm).mean()),
    )


def _covered(scene: Scene, rendered: Rendered) -> float:
    """Share of the desk's px in a picture that show something else."""
    corners = scene.camera.seen(desk_corners_world(scene.desk_wh_cm))
    if np.isnan(corners).any():
        return float("nan")
    outline = np.zeros(rendered.item_index.shape, np.uint8)
    cv2.fillPoly(outline, [np.round(corners).astype(np.int32)], 1)
    inside = outline > 0
    return float((rendered.item_index[inside] >= 0).mean()) if inside.any() else 1.0


def _in_picture(camera: Camera, desk: tuple[float, float]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    x, y = np.meshgrid(np.linspace(0, desk[0], 30), np.linspace(0, desk[1], 14))
    points = camera.seen(np.column_stack([x.ravel(), -y.ravel(), np.zeros(x.size)]))
    width, height = camera.image_wh
    inside: np.ndarray[Any, np.dtype[np.bool_]] = (
        (points[:, 0] >= 0) & (points[:, 0] < width) & (points[:, 1] >= 0) & (points[:, 1] < height)
    )
    return inside


def make_desk_sets(folder: Path, seeds: range, *, workers: int) -> Iterator[str]:
    """Make sets of pictures; a second call goes on where the first one stopped.

    Yields:
        The stem of each finished record.
    """
    for name in ("images", "desks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    yield from in_processes(folder, seeds, partial(make_desk_set, folder), workers)


def read_desk_sets(folder: Path) -> list[DeskSet]:
    """Read the records of a folder.

    Raises:
        TruthError: a record is of another format.
    """
    found = []
    for path in sorted((folder / "desks").glob("*.json")):
        values = json.loads(path.read_text(encoding="utf-8"))
        if values.get("format") != DESK_SET_FORMAT:
            raise TruthError(reason=f"{path.name} is of format {values.get('format')!r}, not {DESK_SET_FORMAT!r}")
        pictures = tuple(
            SeenDesk(**{**one, "to_px": tuple(tuple(row) for row in one["to_px"])}) for one in values["pictures"]
        )
        width, depth = values["desk_wh_cm"]
        found.append(DeskSet(DESK_SET_FORMAT, int(values["seed"]), (width, depth), tuple(values["image_wh"]), pictures))
    return found
