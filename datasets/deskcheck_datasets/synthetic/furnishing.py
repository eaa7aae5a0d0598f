"""What stands on a counter and where: the usual equipment on its usual places, the rest anywhere free."""

from __future__ import annotations

from shapely.geometry import Polygon

from deskcheck_datasets.synthetic.items.base import Draw, Item
from deskcheck_datasets.synthetic.items.catalogue import BUILDERS, build
from deskcheck_datasets.synthetic.placing import Placed, floating, intersecting

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
_ON_CABINETS = ("printer", "cup", "tissue", "paper_document", "potted_plant", "document_tray", "bag")
_AT_NEIGHBOURS = (
    "monitor", "monitor", "keyboard", "telephone", "cup", "printer", "potted_plant", "desk_sign", "document_tray",
    "file_folder", "tissue", "evaluator",
)  # fmt: skip
_NEVER_ON_DESKS = ("chair", "person", "trash_bin", "position_marker")


def furnish(draw: Draw, desk: tuple[float, float], count: tuple[int, int], tidy: float) -> list[Placed]:
    """Equipment and further things on a desk.

    Args:
        count: fewest and most things beside the usual equipment.
        tidy: share of things on their usual place.
    """
    wanted = [c for c in _CORE if draw.chance(0.85)]
    others = [c for c in BUILDERS if c not in (*_CORE, "monitor_riser", *_NEVER_ON_DESKS)]
    wanted += [draw.pick(others) for _ in range(draw.integer(*count))]
    placed: list[Placed] = []
    if "monitor" in wanted and draw.chance(0.4):
        riser = build("monitor_riser", draw.child())
        stand(draw, desk, placed, riser, 1.0)
    for class_id in wanted:
        item = build(class_id, draw.child())
        riser_waits = class_id == "monitor" and bool(placed) and placed[0].item.class_id == "monitor_riser"
        if riser_waits and put_on(draw, desk, placed, item, 0):
            continue
        carriers = [i for i, p in enumerate(placed) if p.item.tops]
        small = item.size_cm[0] < 26 and item.size_cm[1] < 22
        if carriers and small and draw.chance(0.12) and put_on(draw, desk, placed, item, draw.pick(carriers)):
            continue
        stand(draw, desk, placed, item, tidy)
    return placed


def fits(candidate: Placed, placed: list[Placed], desk: tuple[float, float]) -> bool:
    """Whether an item stands firmly and shares no space with the others."""
    everything = (*placed, candidate)
    if floating(candidate, everything, desk):
        return False
    return not any(intersecting(candidate, other) for other in placed)


def stand(draw: Draw, desk: tuple[float, float], placed: list[Placed], item: Item, tidy: float) -> bool:
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


def put_on(draw: Draw, desk: tuple[float, float], placed: list[Placed], item: Item, carrier: int) -> bool:
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


def desk_polygon(desk_wh_cm: tuple[float, float]) -> Polygon:
    """The desk's outline in desk cm: outer-left, outer-right, inner-right, inner-left."""
    w, d = desk_wh_cm
    return Polygon([(0, 0), (w, 0), (w, d), (0, d)])


def markers(draw: Draw, desk: tuple[float, float], placed: list[Placed]) -> None:
    """Position stickers beside the things they belong to, on some desks."""
    if "position_marker" not in BUILDERS or not draw.chance(0.25):
        return
    for owner in [p for p in placed if p.surface == "desk" and p.item.class_id in USUAL][: draw.integer(1, 4)]:
        x0, _, x1, y1 = owner.footprint_desk().bounds
        for x, y, turn in ((x0, y1, 0.0), (x1, y1, 90.0)):
            candidate = Placed(build("position_marker", draw.child()), x, y + draw.free(1.5, 4.0), turn)
            if fits(candidate, placed, desk):
                placed.append(candidate)


def on_cabinet(
    draw: Draw, desk: tuple[float, float], placed: list[Placed], top: tuple[float, ...], z_cm: float
) -> None:
    """A printer, a cup, tissues and the like on the low cabinet beside the desk."""
    x0, y0, x1, y1 = top
    for _ in range(draw.integer(1, 4)):
        item = build(
            draw.pick(("printer", "cup", "tissue", "paper_document", "potted_plant", "document_tray", "bag")),
            draw.child(),
        )
        for _ in range(8):
            at = (draw.free(x0, x1), draw.free(y0, y1))
            candidate = Placed(item, *at, draw.free(-20, 20), z_cm, "low_cabinet", -1, (x0, y0, x1, y1))
            if fits(candidate, placed, desk):
                placed.append(candidate)
                break


def at_neighbour(draw: Draw, desk: tuple[float, float], placed: list[Placed], left_cm: float) -> None:
    """Equipment on the next window's counter, whose outer-left corner is at x ``left_cm``."""
    w, d = desk
    for _ in range(draw.integer(2, 6)):
        item = build(draw.pick(_AT_NEIGHBOURS), draw.child())
        for _ in range(6):
            x, y = left_cm + draw.free(10, w - 10), draw.free(8, d - 8)
            area = (left_cm, 0.0, left_cm + w, d)
            candidate = Placed(item, x, y, draw.free(-25, 25), 0.0, "neighbour", -1, area)
            if fits(candidate, placed, desk):
                placed.append(candidate)
                break
