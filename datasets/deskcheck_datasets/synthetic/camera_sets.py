"""Fixed cameras over months: the reference still of a view, later pictures from the same place, and turned cameras.

What the guard against moved cameras is measured by. Between the still and a later picture the light is another, it is
night, people stand about, things, chairs and screens were moved. Every picture is rendered with an ideal pinhole and
with more around it than the camera shows, so that ``camera_looks`` can cut what the camera shows out of it, turned by
any small angle, through its lens: of a camera that turns about its middle that is exact. ``turned`` pictures were
rendered from another pose, which also moved by some cm; ``away`` ones look elsewhere.
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

from deskcheck_datasets.synthetic.camera import Camera, CeilingView
from deskcheck_datasets.synthetic.crowd import people_about
from deskcheck_datasets.synthetic.developing import sensed
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.furnishing import fits, furnish
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.lights import hall_panorama, lamp_panorama
from deskcheck_datasets.synthetic.making import in_processes
from deskcheck_datasets.synthetic.mesh import Floats
from deskcheck_datasets.synthetic.pairs import later
from deskcheck_datasets.synthetic.placing import Placed, intersecting, through_counter
from deskcheck_datasets.synthetic.render import Rendered, prepare, render_view
from deskcheck_datasets.synthetic.scene import Recipe, Scene, draw_scene
from deskcheck_datasets.synthetic.writing import write_whole

CAMERA_SET_FORMAT = "1"
CAMERA_SET_SEEDS = range(6_700_000, 6_800_000)
IMAGE_WH = (960, 540)
# As much of the picture's width is rendered beyond each side of it.
MARGIN = 0.09
_RECIPE = Recipe(
    held_out=True,
    ceiling=CeilingView(above_floor_cm=(250.0, 420.0), reach_cm=(150.0, 480.0), bend=0.3),
    image_wh=IMAGE_WH,
    people=0.0,
    count=(3, 12),
    samples=4,
)
# Role and light of each picture, the still first.
PICTURES = (
    ("still", "day"),
    ("later", "day"),
    ("later", "day"),
    ("later", "night"),
    ("turned", "day"),
    ("away", "day"),
)
_PEOPLE = {"still": 0.3, "later": 0.8, "turned": 0.6, "away": 0.5}
_TURN_DEG = (0.6, 2.5)
_MOVED_CM = 2.0
_AWAY_DEG = (35.0, 70.0)
_TALL_CM = 40.0
_QUALITY = 95


@dataclass(frozen=True, slots=True)
class SeenByCamera:
    """One picture, rendered with more around it than the camera shows.

    Attributes:
        file: its name in ``images``.
        role: ``still``, ``later``, ``turned`` or ``away``.
        light: ``day`` or ``night``.
        wide_wh: its size in px; its middle is the line of sight.
        noise: sigma of the sensor's noise, 0 to 1; none is in the picture.
        people_xyxy: boxes around what is seen of people, px of this picture.
        turn_deg: pan (to the right), tilt (downwards) and roll (clockwise) against the still.
        moved_cm: how far the camera's middle has moved since.
    """

    file: str
    role: str
    light: str
    wide_wh: tuple[int, int]
    noise: float
    people_xyxy: tuple[tuple[float, float, float, float], ...]
    turn_deg: tuple[float, float, float]
    moved_cm: float


@dataclass(frozen=True, slots=True)
class CameraSet:
    """All pictures of one camera.

    Attributes:
        image_wh: what the camera shows, px.
        focal_px, k1: its lens; see ``Camera``.
        desk_corners_px: (4, 2) of the still as an ideal pinhole shows it, px of ``image_wh``.
    """

    format: str
    seed: int
    desk_wh_cm: tuple[float, float]
    image_wh: tuple[int, int]
    focal_px: float
    k1: float
    desk_to_px: tuple[tuple[float, ...], ...]
    pictures: tuple[SeenByCamera, ...]


def make_camera_set(folder: Path, seed: int) -> str:
    """Render the pictures of a seed and write its record last; what is there already is kept."""
    stem = f"camera_{seed:07d}"
    record = folder / "cameras" / f"{stem}.json"
    if record.exists():
        return stem
    base = draw_scene(seed, _RECIPE)
    seen = []
    for number, (role, light) in enumerate(PICTURES):
        draw = Draw((seed, 41, number), held_out=True)
        camera, turn_deg, moved_cm = posed(base.camera, role, draw)
        scene = scene_at(base, camera, role, light, draw)
        name = f"{stem}_{number}_{role}.jpg"
        seen.append(_shot(folder, scene, SeenByCamera(name, role, light, (0, 0), 0.0, (), turn_deg, moved_cm), draw))
    shown = base.camera
    to_px = shown.desk_projection()[:, [0, 1, 3]]
    rows = tuple(tuple(float(value) for value in row) for row in to_px)
    found = CameraSet(
        CAMERA_SET_FORMAT, seed, base.desk_wh_cm, shown.image_wh, shown.focal_px, shown.k1, rows, tuple(seen)
    )
    write_whole(record, json.dumps(asdict(found)) + "\n")
    return stem


def wide(camera: Camera) -> Camera:
    """The ideal camera that sees all that the lens brings into the picture, and some more on every side."""
    w, h = camera.image_wh
    edge = camera.straightened(np.array([[0.0, 0.0], [w, 0.0], [w / 2, 0.0], [0.0, h / 2]]))
    reach = np.abs(edge - camera.middle_px).max(axis=0) + MARGIN * w
    return replace(camera, k1=0.0, image_wh=(2 * int(np.ceil(reach[0])), 2 * int(np.ceil(reach[1]))))


def posed(camera: Camera, role: str, draw: Draw) -> tuple[Camera, tuple[float, float, float], float]:
    """Return the camera as it hangs in a picture of that role, its turn (pan, tilt, roll in degrees) and its way."""
    if role == "turned":
        axis = draw.rng.normal(size=3)
        pan, tilt, roll = axis / np.abs(axis).max() * draw.free(*_TURN_DEG)
        step = draw.rng.normal(size=3)
        step *= draw.free(0.0, _MOVED_CM) / np.linalg.norm(step)
    elif role == "away":
        pan, tilt, roll = draw.pick((-1, 1)) * draw.free(*_AWAY_DEG), draw.free(-12, 12), draw.free(-4, 4)
        step = np.zeros(3)
    else:
        return camera, (0.0, 0.0, 0.0), 0.0
    turned = turned_by(camera, (float(pan), float(tilt), float(roll)), step)
    return turned, (float(pan), float(tilt), float(roll)), float(np.linalg.norm(step))


def turn_matrix(turn_deg: tuple[float, float, float]) -> Floats:
    """(3, 3) from the axes of a camera to those of the same camera after a pan to the right, tilt down, roll clockwise.

    Axes are x right, y down, z forward; what a camera that pans to the right sees moves to the left.
    """
    pan, tilt, roll = np.radians(turn_deg)
    c, s = np.cos, np.sin
    about_y = np.array([[c(pan), 0, -s(pan)], [0, 1, 0], [s(pan), 0, c(pan)]])
    about_x = np.array([[1, 0, 0], [0, c(tilt), -s(tilt)], [0, s(tilt), c(tilt)]])
    about_z = np.array([[c(roll), s(roll), 0], [-s(roll), c(roll), 0], [0, 0, 1]])
    found: Floats = about_z @ about_x @ about_y
    return found


def turned_by(camera: Camera, turn_deg: tuple[float, float, float], step_cm: Floats) -> Camera:
    """A camera turned about its middle and moved."""
    wanted = turn_matrix(turn_deg) @ camera.rotation()
    x, y, z = np.asarray(camera.position_cm) + step_cm
    ahead = np.linalg.norm(np.subtract(camera.target_cm, camera.position_cm))
    tx, ty, tz = np.array([x, y, z]) + wanted[2] * ahead
    level = replace(camera, position_cm=(x, y, z), target_cm=(tx, ty, tz), roll_deg=0.0)
    right, down, _ = level.rotation()
    roll = np.degrees(np.arctan2(wanted[0] @ down, wanted[0] @ right))
    return replace(level, roll_deg=float(roll))


def scene_at(base: Scene, camera: Camera, role: str, light: str, draw: Draw) -> Scene:
    """The scene when a picture was taken: as it was drawn for the still, at another time for all others."""
    panorama = lamp_panorama(camera.position_cm) if light == "night" else hall_panorama(draw)
    items = list(base.items) if role == "still" else rearranged(base, draw)
    if light == "day" and draw.chance(_PEOPLE[role]):
        items = people_about(draw, base.desk_wh_cm, items, [camera])
    if role == "still":
        panorama = base.panorama
    return replace(base, items=tuple(items), camera=camera, panorama=panorama)


def rearranged(base: Scene, draw: Draw) -> list[Placed]:
    """Things of a desk and of the floor at another time: moved, turned, gone, added."""
    desk = base.desk_wh_cm
    items = list(later(base, draw).items)
    carrying = {placed.support for placed in items}
    loose = [
        index
        for index, placed in enumerate(items)
        if placed.support < 0 and index not in carrying and placed.item.class_id != "position_marker"
    ]
    for index in loose:
        _push(items, index, desk, draw)
    gone = {index for index in loose if draw.chance(0.2)}
    places = {old: new for new, old in enumerate(index for index in range(len(items)) if index not in gone)}
    left = [
        replace(placed, support=places.get(placed.support, -1))
        for index, placed in enumerate(items)
        if index not in gone
    ]
    for extra in furnish(draw, desk, (0, 8), 0.2):
        if extra.support < 0 and fits(extra, left, desk):
            left.append(extra)
    return left


def _push(items: list[Placed], index: int, desk: tuple[float, float], draw: Draw) -> None:
    """Move what stands on the floor, and turn what is tall on the desk, such as a screen."""
    placed = items[index]
    on_floor = placed.surface == "floor"
    tall = placed.surface == "desk" and placed.item.size_cm[2] >= _TALL_CM
    if not (on_floor or tall) or not draw.chance(0.6):
        return
    reach, turn = (80.0, 180.0) if on_floor else (8.0, 25.0)
    others = items[:index] + items[index + 1 :]
    for _ in range(10):
        moved = replace(
            placed,
            x_cm=placed.x_cm + draw.free(-reach, reach),
            y_cm=placed.y_cm + draw.free(-reach, reach),
            yaw_deg=placed.yaw_deg + draw.free(-turn, turn),
        )
        if on_floor:
            stands = not through_counter(moved, desk) and not any(intersecting(moved, other) for other in others)
        else:
            stands = fits(moved, others, desk)
        if stands:
            items[index] = moved
            return


def _shot(folder: Path, scene: Scene, shown: SeenByCamera, draw: Draw) -> SeenByCamera:
    camera = wide(scene.camera)
    seed = scene.seed * 64 + int(draw.rng.integers(64))
    rendered = render_view(prepare(scene), camera, _RECIPE.samples, seed)
    light = np.asarray(np.clip(np.nan_to_num(rendered.radiance), 0, 50), np.float32)
    seen = sensed(light, draw, night=shown.light == "night")
    picture = np.asarray(np.clip(seen.picture * 255, 0, 255), np.uint8)[..., ::-1]
    path = folder / "images" / shown.file
    cv2.imwrite(str(path), np.ascontiguousarray(picture), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return replace(shown, wide_wh=camera.image_wh, noise=seen.noise, people_xyxy=_people(scene, rendered))


def _people(scene: Scene, rendered: Rendered) -> tuple[tuple[float, float, float, float], ...]:
    boxes = []
    for index, placed in enumerate(scene.items):
        seen = rendered.item_index == index
        if placed.item.class_id == "person" and seen.any():
            rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
            boxes.append((float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)))
    return tuple(boxes)


def make_camera_sets(folder: Path, seeds: range, *, workers: int) -> Iterator[str]:
    """Make sets of pictures; a second call goes on where the first one stopped.

    Yields:
        The stem of each finished record.
    """
    for name in ("images", "cameras"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    yield from in_processes(folder, seeds, partial(make_camera_set, folder), workers)


def read_camera_sets(folder: Path) -> list[CameraSet]:
    """Read the records of a folder.

    Raises:
        TruthError: a record is of another format.
    """
    found = []
    for path in sorted((folder / "cameras").glob("*.json")):
        values = json.loads(path.read_text(encoding="utf-8"))
        if values.get("format") != CAMERA_SET_FORMAT:
            raise TruthError(reason=f"{path.name} is of format {values.get('format')!r}, not {CAMERA_SET_FORMAT!r}")
        pictures = tuple(_picture(one) for one in values.pop("pictures"))
        values["desk_to_px"] = tuple(tuple(row) for row in values["desk_to_px"])
        for name in ("desk_wh_cm", "image_wh"):
            values[name] = tuple(values[name])
        found.append(CameraSet(**values, pictures=pictures))
    return found


def _picture(values: dict[str, Any]) -> SeenByCamera:
    lists = {name: value for name, value in values.items() if isinstance(value, list)}
    boxes = tuple(tuple(box) for box in lists.pop("people_xyxy"))
    frozen = {name: tuple(value) for name, value in lists.items()}
    return SeenByCamera(**{**values, **frozen, "people_xyxy": boxes})
