"""A counter with things on it, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from shapely.geometry import Polygon

from deskcheck_datasets.synthetic.camera import Camera, View, framing_whole_desk, hand_held
from deskcheck_datasets.synthetic.items.base import Draw, Item, Part
from deskcheck_datasets.synthetic.items.catalogue import BUILDERS, build
from deskcheck_datasets.synthetic.lights import hall_panorama
from deskcheck_datasets.synthetic.mesh import Floats
from deskcheck_datasets.synthetic.placing import Placed, floating, intersecting
from deskcheck_datasets.synthetic.surroundings import FLOOR_CM, chair, counter, room


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
    """

    seed: int
    desk_wh_cm: tuple[float, float]
    items: tuple[Placed, ...]
    fixtures: tuple[Part, ...]
    panorama: Floats
    camera: Camera


@dataclass(frozen=True, slots=True)
class Recipe:
    """What kind of scenes to draw.

    Attributes:
        held_out: variants, materials and light that training never sees.
        count: fewest and most items beside the usual equipment.
        tidy: share of items on their usual place.
        view: ranges of the camera.
        whole_desk: share of pictures with all four desk corners in them, as an inspector takes them.
        image_wh: picture size in px.
        portrait: share of upright pictures.
        raised_ledges: allow a shelf that hides the outer edge from the visitor's side.
    """

    held_out: bool = False
    count: tuple[int, int] = (4, 14)
    tidy: float = 0.6
    view: View = field(default_factory=View)
    whole_desk: float = 0.4
    image_wh: tuple[int, int] = (640, 480)
    portrait: float = 0.2
    raised_ledges: bool = True


# x and y as shares of the desk, yaw, spread in cm; from how such counters are set up.
USUAL: dict[str, tuple[float, float, float, float]] = {
    "monitor": (0.5, 0.52, 0, 6),
    "monitor_riser": (0.5, 0.5, 0, 5),
    "keyboard": (0.5, 0.82, 0, 4),
    "mouse": (0.69, 0.82, 0, 4),
    "document_camera": (0.24, 0.5, 0, 6),
    "telephone": (0.82, 0.55, -15, 6),
    "evaluator": (0.64, 0.13, 0, 8),
    "tablet_terminal": (0.73, 0.4, -10, 6),
    "printer": (0.13, 0.5, 5, 6),
    "desk_sign": (0.35, 0.1, 0, 10),
    "pen_stand": (0.5, 0.1, 180, 15),
    "brochure": (0.1, 0.14, 180, 8),
    "pen_holder": (0.9, 0.3, 0, 8),
    "document_tray": (0.1, 0.55, 0, 6),
    "file_folder": (0.94, 0.5, 90, 6),
    "tissue": (0.88, 0.75, 0, 8),
    "cup": (0.8, 0.82, 0, 8),
}
_CORE = ("monitor", "keyboard", "mouse")


def draw_scene(seed: int, recipe: Recipe) -> Scene:
    """Draw one scene; the same seed and recipe give the same scene."""
    draw = Draw(seed, held_out=recipe.held_out)
    desk = (round(draw.uniform(140, 200), 1), round(draw.uniform(60, 80), 1))
    items = _furnish(draw, desk, recipe)
    ledge = draw.pick(("none", "flush", "flush", "raised") if recipe.raised_ledges else ("none", "flush"))
    wh = recipe.image_wh if not draw.chance(recipe.portrait) else recipe.image_wh[::-1]
    view = recipe.view
    if ledge == "raised":
        view = replace(view, staff_side=1.0)
    if draw.chance(recipe.whole_desk):
        view = replace(view, aim_spread=view.aim_spread / 3, elevation_deg=(max(view.elevation_deg[0], 28.0), 60.0))
        camera = framing_whole_desk(draw, desk, wh, view, 0.015 * max(wh))
    else:
        camera = hand_held(draw, desk, wh, view)
    staff_side = camera.position_cm[1] < -desk[1] / 2
    items = _on_the_floor(draw, desk, items, staff_side)
    fixtures = (*counter(draw, desk, ledge), *room(draw, desk, staff_side))
    return Scene(seed, desk, tuple(items), fixtures, hall_panorama(draw), camera)


def _furnish(draw: Draw, desk: tuple[float, float], recipe: Recipe) -> list[Placed]:
    wanted = [c for c in _CORE if draw.chance(0.85)]
    others = [c for c in BUILDERS if c not in (*_CORE, "monitor_riser")]
    wanted += [draw.pick(others) for _ in range(draw.integer(*recipe.count))]
    placed: list[Placed] = []
    if "monitor" in wanted and draw.chance(0.4):
        riser = build("monitor_riser", draw.child())
        _try(draw, desk, placed, riser, 1.0)
    for class_id in wanted:
        item = build(class_id, draw.child())
        riser_waits = class_id == "monitor" and bool(placed) and placed[0].item.class_id == "monitor_riser"
        if riser_waits and _put_on(draw, desk, placed, item, 0):
            continue
        carriers = [i for i, p in enumerate(placed) if p.item.tops]
        small = item.size_cm[0] < 26 and item.size_cm[1] < 22
        if carriers and small and draw.chance(0.12) and _put_on(draw, desk, placed, item, draw.pick(carriers)):
            continue
        _try(draw, desk, placed, item, recipe.tidy)
    return placed


def fits(candidate: Placed, placed: list[Placed], desk: tuple[float, float]) -> bool:
    """Whether an item stands firmly and shares no space with the others."""
    everything = (*placed, candidate)
    if floating(candidate, everything, desk):
        return False
    return not any(intersecting(candidate, other) for other in placed)


def _try(draw: Draw, desk: tuple[float, float], placed: list[Placed], item: Item, tidy: float) -> bool:
    """Put an item on its usual place or anywhere free; gives up after a while."""
    usual = USUAL.get(item.class_id)
    orderly = usual is not None and draw.chance(tidy)
    for attempt in range(30):
        if orderly and usual is not None and attempt < 12:
            share_x, share_y, yaw, spread = usual
            wider = spread * (1 + attempt / 3)
            x, y = desk[0] * share_x + draw.free(-wider, wider), desk[1] * share_y + draw.free(-wider, wider)
            turn = yaw + draw.free(-8, 8)
        else:
            x, y = draw.free(4, desk[0] - 4), draw.free(4, desk[1] - 4)
            turn = draw.free(-180, 180) if item.class_id not in ("monitor", "keyboard") else draw.free(-25, 25)
        candidate = Placed(item, x, y, turn)
        if fits(candidate, placed, desk):
            placed.append(candidate)
            return True
    return False


def _put_on(draw: Draw, desk: tuple[float, float], placed: list[Placed], item: Item, carrier: int) -> bool:
    """Stand an item on a carrier's top, inside its outline."""
    below = placed[carrier]
    top = below.item.tops[0]
    outline = below.to_world(top.polygon)
    x0, y0, x1, y1 = outline.bounds
    for attempt in range(14):
        middle = item.class_id == "monitor" and attempt < 8
        x, y = ((x0 + x1) / 2, (y0 + y1) / 2) if middle else (draw.free(x0, x1), draw.free(y0, y1))
        turn = below.yaw_deg + (draw.free(-5, 5) if middle else draw.free(-40, 40))
        height = below.height_cm + top.height_cm
        candidate = Placed(item, x, -y, turn, height, top.name, carrier)
        if fits(candidate, placed, desk):
            placed.append(candidate)
            return True
    return False


def _on_the_floor(draw: Draw, desk: tuple[float, float], placed: list[Placed], staff_side: bool) -> list[Placed]:
    """Visitors' or staff's chairs and a large plant on the far side of the counter."""
    found = list(placed)
    for _ in range(draw.integer(0, 3)):
        item = chair(draw.child()) if draw.chance(0.8) else build("potted_plant", draw.child())
        away = draw.free(45, 150)
        y = -away if staff_side else desk[1] + away
        turn = (0.0 if not staff_side else 180.0) + draw.free(-50, 50)
        candidate = Placed(item, draw.free(-40, desk[0] + 40), y, turn + 180, FLOOR_CM, "floor")
        if not any(intersecting(candidate, other) for other in found):
            found.append(candidate)
    return found


def desk_polygon(desk_wh_cm: tuple[float, float]) -> Polygon:
    """The desk's outline in desk cm: outer-left, outer-right, inner-right, inner-left."""
    w, d = desk_wh_cm
    return Polygon([(0, 0), (w, 0), (w, d), (0, d)])
