"""A counter with things on it and people about it, drawn from a seed and seen by one or more cameras."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from deskcheck_datasets.synthetic import fittings
from deskcheck_datasets.synthetic.camera import (
    Camera,
    CeilingView,
    View,
    framing_whole_desk,
    hand_held,
    under_ceiling,
)
from deskcheck_datasets.synthetic.crowd import clothes_on_chairs, people_about
from deskcheck_datasets.synthetic.furnishing import at_neighbour, desk_polygon, fits, furnish, markers, on_cabinet
from deskcheck_datasets.synthetic.items.base import Draw, Part
from deskcheck_datasets.synthetic.items.catalogue import build
from deskcheck_datasets.synthetic.lights import hall_panorama
from deskcheck_datasets.synthetic.mesh import Floats
from deskcheck_datasets.synthetic.placing import Placed, intersecting
from deskcheck_datasets.synthetic.surroundings import FLOOR_CM, chair, counter, room

__all__ = ["Recipe", "Scene", "desk_polygon", "draw_scene", "fits"]


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a picture is made from.

    Attributes:
        seed: what it was drawn from.
        desk_wh_cm: width along the outer edge and depth.
        items: what stands there, on the desk or the floor.
        fixtures: counter and room, in world coordinates.
        panorama: (H, W, 3) radiance of the hall.
        camera: the camera.
        further: more cameras that look at the same scene.
    """

    seed: int
    desk_wh_cm: tuple[float, float]
    items: tuple[Placed, ...]
    fixtures: tuple[Part, ...]
    panorama: Floats
    camera: Camera
    further: tuple[Camera, ...] = ()

    def views(self) -> tuple[Scene, ...]:
        """The scene once for each of its cameras."""
        return tuple(replace(self, camera=camera, further=()) for camera in (self.camera, *self.further))


@dataclass(frozen=True, slots=True)
class Recipe:
    """What kind of scenes to draw.

    Attributes:
        held_out: variants, materials and light that training never sees.
        count: fewest and most items beside the usual equipment.
        tidy: share of items on their usual place.
        view: ranges of a phone's camera.
        ceiling: ranges of a ceiling camera; None: phones.
        views: pictures of each scene.
        whole_desk: share of phone pictures with all four desk corners in them, as an inspector takes them.
        image_wh: picture size in px.
        portrait: share of upright pictures.
        raised_ledges: allow a shelf that hides the outer edge from the visitor's side.
        people: share of scenes with people.
        fitted: share of scenes with glass, low cabinet, clutter and the like, each.
        samples: light paths a pixel, before filtering.
    """

    held_out: bool = False
    count: tuple[int, int] = (4, 14)
    tidy: float = 0.6
    view: View = field(default_factory=View)
    ceiling: CeilingView | None = None
    views: int = 1
    whole_desk: float = 0.4
    image_wh: tuple[int, int] = (640, 480)
    portrait: float = 0.2
    raised_ledges: bool = True
    people: float = 0.25
    fitted: float = 0.5
    samples: int = 8


def draw_scene(seed: int, recipe: Recipe) -> Scene:
    """Draw one scene; the same seed and recipe give the same scene."""
    draw = Draw(seed, held_out=recipe.held_out)
    desk = (round(draw.uniform(140, 200), 1), round(draw.uniform(60, 80), 1))
    items = furnish(draw, desk, recipe.count, recipe.tidy)
    markers(draw, desk, items)
    ledge = draw.pick(("none", "flush", "flush", "raised") if recipe.raised_ledges else ("none", "flush"))
    cameras = [_camera(draw, desk, recipe, ledge) for _ in range(recipe.views)]
    fixtures = [*counter(draw, desk, ledge)]
    side = draw.pick((-1, 1))
    if draw.chance(recipe.fitted * 0.6):
        parts, top, height = fittings.low_cabinet(draw, desk, side)
        fixtures += parts
        on_cabinet(draw, desk, items, top, height)
    if draw.chance(recipe.fitted * 0.6):
        left = (desk[0] + draw.free(4, 45)) * -side
        fixtures += [Part(part.mesh.moved(left), part.material) for part in counter(draw, desk, "none")]
        at_neighbour(draw, desk, items, left)
    items = _on_the_floor(draw, desk, items, cameras)
    if draw.chance(recipe.people):
        items = people_about(draw, desk, items, cameras)
    items = clothes_on_chairs(draw, items)
    fixtures += surrounding(draw, desk, cameras, recipe.fitted, glass=ledge != "raised")
    return Scene(seed, desk, tuple(items), tuple(fixtures), hall_panorama(draw), cameras[0], tuple(cameras[1:]))


def _camera(draw: Draw, desk: tuple[float, float], recipe: Recipe, ledge: str) -> Camera:
    wh = recipe.image_wh if not draw.chance(recipe.portrait) else recipe.image_wh[::-1]
    if recipe.ceiling is not None:
        side = 1.0 if ledge == "raised" else recipe.ceiling.staff_side
        return under_ceiling(draw, desk, recipe.image_wh, replace(recipe.ceiling, staff_side=side))
    view = recipe.view
    if ledge == "raised":
        view = replace(view, staff_side=1.0)
    if draw.chance(recipe.whole_desk):
        view = replace(view, aim_spread=view.aim_spread / 3, elevation_deg=(max(view.elevation_deg[0], 28.0), 60.0))
        return framing_whole_desk(draw, desk, wh, view, 0.015 * max(wh))
    return hand_held(draw, desk, wh, view)


def surrounding(
    draw: Draw, desk: tuple[float, float], cameras: list[Camera], fitted: float, *, glass: bool
) -> list[Part]:
    """The room about the counter, its walls beyond every camera, and what hangs and lies about."""
    w, d = desk
    sides = {camera.position_cm[1] < -d / 2 for camera in cameras}
    behind = max([0.0, *(-camera.position_cm[1] - d for camera in cameras)])
    before = max([0.0, *(camera.position_cm[1] for camera in cameras)])
    parts: list[Part] = []
    for staff_side in sorted(sides):
        # What a camera on one side looks at lies on the other; only walls that no camera stands behind.
        beyond = before if staff_side else behind
        parts += room(draw, desk, staff_side, beyond + 40.0 if beyond else 0.0)
    parts += fittings.clutter(draw, desk) if draw.chance(fitted) else []
    if glass and draw.chance(fitted * 0.3):
        parts += fittings.glass_screen(draw, desk)
    if draw.chance(fitted * 0.4):
        turn = 0.0 if True in sides else 180.0
        at = (w * draw.free(0.2, 0.8), draw.free(25, 60), draw.free(95, 130))
        parts += fittings.queue_screen(draw, at, turn)
    high = float(np.mean([camera.position_cm[2] for camera in cameras]))
    if high > 190 and draw.chance(0.4):
        parts += fittings.lamps(draw, desk, high - 60, cameras)
    return parts


def _on_the_floor(draw: Draw, desk: tuple[float, float], placed: list[Placed], cameras: list[Camera]) -> list[Placed]:
    """Chairs on both sides, bins, bags, tools and a large plant about the counter."""
    found = list(placed)
    for _ in range(draw.integer(1, 5)):
        name = draw.pick(("chair", "chair", "chair", "potted_plant", "trash_bin", "cleaning_tool", "bag"))
        item = chair(draw.child()) if name == "chair" else build(name, draw.child(), "floor")
        away = draw.free(45, 170)
        visitors = draw.chance(0.5)
        y = -away if visitors else desk[1] + away
        turn = (0.0 if visitors else 180.0) + draw.free(-50, 50)
        candidate = Placed(item, draw.free(-60, desk[0] + 60), y, turn, FLOOR_CM, "floor")
        near = any(
            np.hypot(candidate.x_cm - c.position_cm[0], -candidate.y_cm - c.position_cm[1]) < 45 for c in cameras
        )
        if not near and not any(intersecting(candidate, other) for other in found):
            found.append(candidate)
    return found
