"""Standing items on the desk, on each other and on the floor, so that none floats and none intersects another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from shapely.affinity import rotate, translate
from shapely.geometry import Polygon
from shapely.geometry import box as rectangle_of
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from deskcheck_datasets.synthetic.items.base import Item

_TOUCH_CM = 0.02
_TOUCH_CM2 = 0.05
# Somebody sits in a chair, a hand holds a cup, a jacket hangs over a back: these touch what carries them.
ATTACHED = frozenset({"seat", "hand", "chair_back"})
_ATTACHED_REACH_CM = 100.0

Solid = tuple[Polygon, float, float]


@dataclass(frozen=True, slots=True)
class Placed:
    """An item where it stands.

    Attributes:
        item: the thing.
        x_cm, y_cm: desk coordinates of the item's origin.
        yaw_deg: turn, counter-clockwise seen from above; 0 faces the staff.
        height_cm: height of the supporting surface above the desk plane (the floor lies below).
        surface: ``desk``, ``floor``, ``low_cabinet``, ``neighbour`` (the next window), one of ``ATTACHED``, or the name
            of the top that carries it, such as ``riser_top``.
        support: index of the carrying item, -1 for desk, floor and furniture.
        furniture_cm: x0, y0, x1, y1 in desk cm of the piece of furniture it stands on, where it is not the desk.
    """

    item: Item
    x_cm: float
    y_cm: float
    yaw_deg: float
    height_cm: float = 0.0
    surface: str = "desk"
    support: int = -1
    furniture_cm: tuple[float, float, float, float] | None = None

    def to_world(self, shape: BaseGeometry) -> BaseGeometry:
        """A shape of the item's own plane in world (x, y)."""
        return translate(rotate(shape, self.yaw_deg, origin=(0, 0)), self.x_cm, -self.y_cm)

    def footprint_desk(self) -> Polygon:
        """Contact outline in desk cm."""
        world = self.to_world(self.item.contact)
        return Polygon([(x, -y) for x, y in world.exterior.coords])

    def solids_world(self) -> list[Solid]:
        """Outlines from above with their z ranges, world cm."""
        return _solids_world(self)


@lru_cache(maxsize=512)
def _solids_world(placed: Placed) -> list[Solid]:
    base = placed.height_cm
    return [(placed.to_world(p), low + base, high + base) for p, low, high in placed.item.solids()]


def intersecting(a: Placed, b: Placed) -> bool:
    """Whether two items share space; each part is taken as an upright prism over its outline, to be safe."""
    reach = a.item.size_cm[0] + a.item.size_cm[1] + b.item.size_cm[0] + b.item.size_cm[1]
    if abs(a.x_cm - b.x_cm) > reach or abs(a.y_cm - b.y_cm) > reach:
        return False
    theirs = b.solids_world()
    for shape, low, high in a.solids_world():
        for other, other_low, other_high in theirs:
            if min(high, other_high) - max(low, other_low) <= _TOUCH_CM:
                continue
            if shape.intersects(other) and shape.intersection(other).area > _TOUCH_CM2:
                return True
    return False


def support_of(
    placed: Placed, others: tuple[Placed, ...], desk_wh_cm: tuple[float, float]
) -> tuple[BaseGeometry, float] | None:
    """The surface an item claims to stand on: its world outline and height; None for the boundless floor."""
    if placed.surface == "floor":
        return None
    if placed.furniture_cm is not None:
        x0, y0, x1, y1 = placed.furniture_cm
        return rectangle_of(x0, -y1, x1, -y0), placed.height_cm
    if placed.support < 0:
        return rectangle_of(0, -desk_wh_cm[1], desk_wh_cm[0], 0), 0.0
    carrier = others[placed.support]
    top = next(t for t in carrier.item.tops if t.name == placed.surface)
    return carrier.to_world(top.polygon), carrier.height_cm + top.height_cm


def floating(placed: Placed, others: tuple[Placed, ...], desk_wh_cm: tuple[float, float]) -> bool:
    """Whether it would hang in the air or topple.

    That is: at another height than its support, less than 98 % of the contact outline on it, or, on the desk, less
    than 90 % of the outline from above over it.
    """
    if placed.surface in ATTACHED:
        carrier = others[placed.support]
        return abs(placed.x_cm - carrier.x_cm) + abs(placed.y_cm - carrier.y_cm) > _ATTACHED_REACH_CM
    support = support_of(placed, others, desk_wh_cm)
    if support is None:
        return False
    outline, height = support
    contact = placed.to_world(placed.item.contact)
    if placed.support < 0:
        whole = unary_union([shape for shape, _, _ in placed.solids_world()])
        if outline.intersection(whole).area < 0.9 * whole.area:
            return True
    return abs(placed.height_cm - height) > _TOUCH_CM or outline.intersection(contact).area < 0.98 * contact.area


def holds_on(items: tuple[Placed, ...], a: int, b: int) -> bool:
    """Whether one of two items sits in, is held by or hangs on the other, so that they touch by rights."""
    return any(items[one].surface in ATTACHED and items[one].support == other for one, other in ((a, b), (b, a)))


def through_counter(placed: Placed, desk_wh_cm: tuple[float, float]) -> bool:
    """Whether a part that is lower than the worktop's upper side lies inside the counter's board or front."""
    w, d = desk_wh_cm
    board, front = rectangle_of(0, -d, w, 0), rectangle_of(0, -4.0, w, 0)
    for shape, low, high in placed.solids_world():
        if low < -0.05 and (
            (high > -2.9 and shape.intersection(board).area > 1.0) or shape.intersection(front).area > 1.0
        ):
            return True
    return False


def faults(items: tuple[Placed, ...], desk_wh_cm: tuple[float, float]) -> list[str]:
    """What is physically wrong with a set of items; empty when nothing is."""
    found = [f"{p.item.label} floats or overhangs" for p in items if floating(p, items, desk_wh_cm)]
    found += [f"{p.item.label} goes through the counter" for p in items if through_counter(p, desk_wh_cm)]
    for i, a in enumerate(items):
        for k, b in enumerate(items[:i]):
            if not holds_on(items, i, k) and intersecting(a, b):
                found.append(f"{a.item.label} and {b.item.label} intersect")
    return found
