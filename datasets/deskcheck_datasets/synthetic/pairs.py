"""Pairs for rule V02: a desk as approved, and the same desk later, with and without something unlisted on it.

Between the two, time passes: the camera has drifted a little, exposure, light and noise are others, and listed things
were moved. Only what ``unlisted`` builds is new.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from deskcheck_vision.taxonomy import BY_ID

from deskcheck_datasets.synthetic.camera import Camera, CeilingView, View, desk_corners_world
from deskcheck_datasets.synthetic.developing import develop
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.furnishing import fits
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.placing import Placed
from deskcheck_datasets.synthetic.render import Rendered, prepare, render_view
from deskcheck_datasets.synthetic.scene import Recipe, Scene, draw_scene
from deskcheck_datasets.synthetic.truth_making import covered_px
from deskcheck_datasets.synthetic.unlisted_things import UNLISTED_THINGS
from deskcheck_datasets.synthetic.writing import write_whole

PAIR_FORMAT = "1"
PAIR_SEEDS = range(6_300_000, 6_400_000)
_PHONE = Recipe(
    held_out=True,
    count=(4, 10),
    tidy=0.9,
    view=View(elevation_deg=(32, 60), distance_cm=(70, 110), aim_spread=0.06, azimuth_deg=28),
    whole_desk=1.0,
    image_wh=(800, 600),
    portrait=0.0,
    raised_ledges=False,
    people=0.0,
    fitted=0.1,
)
# Below the hanging lamps: a camera is put up where it sees its desk.
_WALL = CeilingView((245, 264), elevation_deg=(32, 70), reach_cm=(150, 400), fill=(0.75, 1.0), bend=0.3)
_CEILING = replace(_PHONE, ceiling=_WALL, image_wh=(960, 540), samples=6)
_DRIFT_CM = 1.5
_LIGHT_TURN_DEG = 60.0
_MOVED = (1, 3)
_LEAST_VISIBLE_PX = 60


@dataclass(frozen=True, slots=True)
class Pictured:
    """One picture of a pair.

    Attributes:
        file: its name in ``images``.
        desk_corners_px: (4, 2) in the picture, in the order of the desk corners.
        items: class and box (x1, y1, x2, y2 px) of each listed thing that is seen.
    """

    file: str
    desk_corners_px: tuple[tuple[float, float], ...]
    items: tuple[tuple[str, tuple[float, float, float, float]], ...]


@dataclass(frozen=True, slots=True)
class Unlisted:
    """What is new.

    Attributes:
        label: which of ``UNLISTED_THINGS``.
        box_xyxy: px around its visible pixels.
        visibility: share of it that is seen.
        size_cm: width, depth, height.
        footprint_cm: contact outline, desk cm.
    """

    label: str
    box_xyxy: tuple[float, float, float, float]
    visibility: float
    size_cm: tuple[float, float, float]
    footprint_cm: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """The approved picture and two later ones.

    Attributes:
        camera_kind: ``phone`` or ``ceiling``.
        image_wh: size of all its pictures in px.
        desk_wh_cm: the desk.
        drift_cm: how far the camera has moved since the approved picture.
        reference, clean, changed: as approved; later without, and with something unlisted.
        unlisted: what it is.
    """

    format: str
    seed: int
    camera_kind: str
    image_wh: tuple[int, int]
    desk_wh_cm: tuple[float, float]
    drift_cm: float
    reference: Pictured
    clean: Pictured
    changed: Pictured
    unlisted: Unlisted


def pair_recipe(seed: int) -> Recipe:
    """Phones and ceiling cameras in turn."""
    return _PHONE if seed % 2 == 0 else _CEILING


def later(scene: Scene, draw: Draw) -> Scene:
    """The scene at another time: some listed things moved, the camera drifted."""
    items = list(scene.items)
    carrying = {placed.support for placed in items}
    movable = [
        index
        for index, placed in enumerate(items)
        if placed.surface == "desk" and placed.support < 0 and index not in carrying
        if placed.item.class_id in BY_ID and BY_ID[placed.item.class_id].size_cm[2] < 40
    ]
    draw.rng.shuffle(movable)
    for index in movable[: draw.integer(*_MOVED)]:
        others = items[:index] + items[index + 1 :]
        for attempt in range(20):
            reach = 4.0 + 2.0 * attempt
            placed = items[index]
            x, y = placed.x_cm + draw.free(-reach, reach), placed.y_cm + draw.free(-reach, reach)
            moved = replace(placed, x_cm=x, y_cm=y, yaw_deg=placed.yaw_deg + draw.free(-25, 25))
            if fits(moved, others, scene.desk_wh_cm):
                items[index] = moved
                break
    return replace(scene, items=tuple(items), camera=_drifted(scene.camera, draw))


def _drifted(camera: Camera, draw: Draw) -> Camera:
    dx, dy, dz, tx, ty = (draw.free(-_DRIFT_CM, _DRIFT_CM) * 0.577 for _ in range(5))
    x, y, z = camera.position_cm
    at_x, at_y, at_z = camera.target_cm
    roll = camera.roll_deg + draw.free(-0.3, 0.3)
    return replace(camera, position_cm=(x + dx, y + dy, z + dz), target_cm=(at_x + tx, at_y + ty, at_z), roll_deg=roll)


def with_unlisted(scene: Scene, draw: Draw, label: str) -> Scene:
    """The scene with something unlisted standing free on the desk, as its last item.

    Raises:
        TruthError: the desk is too full for it.
    """
    item = UNLISTED_THINGS[label](draw.child())
    w, d = scene.desk_wh_cm
    iw, ih = scene.camera.image_wh
    for _ in range(80):
        placed = Placed(item, draw.free(6, w - 6), draw.free(6, d - 6), draw.free(-180, 180))
        spot = scene.camera.seen(np.array([[placed.x_cm, -placed.y_cm, item.size_cm[2] / 2]]))[0]
        inside = 12 < spot[0] < iw - 12 and 12 < spot[1] < ih - 12
        if inside and fits(placed, list(scene.items), scene.desk_wh_cm):
            return replace(scene, items=(*scene.items, placed))
    raise TruthError(reason=f"no room for {label}")


def make_pair(folder: Path, seed: int, quality: int = 88) -> str:
    """Render the three pictures of a seed and write its record last; what is there already is kept.

    Returns:
        The record's stem, or an empty string where the thing turned out to be hidden.
    """
    stem = f"pair_{seed:07d}"
    record = folder / "pairs" / f"{stem}.json"
    if record.exists():
        return stem
    recipe = pair_recipe(seed)
    scene, draw = draw_scene(seed, recipe), Draw((seed, 11), held_out=True)
    labels = tuple(UNLISTED_THINGS)
    label = labels[(seed // 2) % len(labels)]
    clean = later(scene, draw)
    try:
        changed = with_unlisted(later(scene, draw), draw, label)
    except TruthError:
        return ""
    seen = _shot(folder, changed, f"{stem}_changed", 2, recipe.samples, quality)
    unlisted = _unlisted(changed, seen[1], label)
    if unlisted is None:
        return ""
    pictured = {"changed": seen[0]}
    for number, (name, view) in enumerate({"reference": scene, "clean": clean}.items()):
        pictured[name] = _shot(folder, view, f"{stem}_{name}", number, recipe.samples, quality)[0]
    drift = float(np.linalg.norm(np.subtract(changed.camera.position_cm, scene.camera.position_cm)))
    pair = Pair(PAIR_FORMAT, seed, scene.camera.kind, scene.camera.image_wh, scene.desk_wh_cm, round(drift, 2),
                unlisted=unlisted, **pictured)  # fmt: skip
    write_whole(record, json.dumps(asdict(pair)) + "\n")
    return stem


def _shot(folder: Path, scene: Scene, stem: str, number: int, samples: int, quality: int) -> tuple[Pictured, Rendered]:
    """Render, develop and write one picture; the first of a pair has the light unturned."""
    look = Draw((scene.seed, 7, number), held_out=True)
    turn = look.free(-_LIGHT_TURN_DEG, _LIGHT_TURN_DEG) if number else 0.0
    rendered = render_view(prepare(scene), scene.camera, samples, scene.seed * 8 + number, turn)
    path = folder / "images" / f"{stem}.jpg"
    cv2.imwrite(str(path), develop(rendered.radiance, look, scene.camera.kind), [cv2.IMWRITE_JPEG_QUALITY, quality])
    corners = scene.camera.seen(desk_corners_world(scene.desk_wh_cm))
    boxes = []
    for index, placed in enumerate(scene.items):
        box = _box(rendered, index)
        if box is not None and placed.item.class_id in BY_ID:
            boxes.append((placed.item.class_id, box))
    outline = tuple((round(float(x), 2), round(float(y), 2)) for x, y in corners)
    return Pictured(path.name, outline, tuple(boxes)), rendered


def _box(rendered: Rendered, index: int) -> tuple[float, float, float, float] | None:
    seen = rendered.item_index == index
    if seen.sum() < _LEAST_VISIBLE_PX // 2:
        return None
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    return (float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))


def _unlisted(scene: Scene, rendered: Rendered, label: str) -> Unlisted | None:
    placed, index = scene.items[-1], len(scene.items) - 1
    visible = int((rendered.item_index == index).sum())
    share = min(visible / max(covered_px(placed, scene.camera), 1), 1.0)
    box = _box(rendered, index)
    if box is None or visible < _LEAST_VISIBLE_PX or share < 0.5:
        return None
    w, d, h = (round(c, 1) for c in placed.item.size_cm)
    outline = tuple((round(x, 2), round(y, 2)) for x, y in placed.footprint_desk().exterior.coords[:-1])
    return Unlisted(label, box, round(share, 3), (w, d, h), outline)


def make_pairs(folder: Path, seeds: Sequence[int], *, workers: int) -> Iterator[str]:
    """Make pairs; a second call goes on where the first one stopped.

    Yields:
        The stem of each finished pair; empty for a seed whose thing is hidden or has no room.
    """
    for name in ("images", "pairs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(make_pair, folder, seed) for seed in seeds]
        for finished in as_completed(waiting):
            yield finished.result()


def read_pairs(folder: Path) -> list[Pair]:
    """Read the records of a folder.

    Raises:
        TruthError: a record is of another format.
    """
    return [_pair(json.loads(path.read_text(encoding="utf-8"))) for path in sorted((folder / "pairs").glob("*.json"))]


def _pair(values: dict[str, Any]) -> Pair:
    if values.get("format") != PAIR_FORMAT:
        raise TruthError(reason=f"a pair is of format {values.get('format')!r}, not {PAIR_FORMAT!r}")
    frozen = {key: _tuples(value) for key, value in values.items()}
    for name in ("reference", "clean", "changed"):
        frozen[name] = Pictured(**{key: _tuples(value) for key, value in values[name].items()})
    frozen["unlisted"] = Unlisted(**{key: _tuples(value) for key, value in values["unlisted"].items()})
    return Pair(**frozen)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(entry) for entry in value) if isinstance(value, list) else value
