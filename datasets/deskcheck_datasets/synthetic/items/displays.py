"""More kinds of monitors: seen from behind, all-in-one, on arms, with cameras, upright, curved, for touching."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, metal, plastic, printed
from deskcheck_datasets.synthetic.items.faces import BRANDS, centred, contrast, work_screen
from deskcheck_datasets.synthetic.items.looks import (
    BLACK,
    LENS,
    RUBBER,
    STEEL,
    Piece,
    cord,
    disc,
    office,
    rod,
    tilted,
)
from deskcheck_datasets.synthetic.items.screens import stand
from deskcheck_datasets.synthetic.mesh import (
    box,
    extrude,
    front_panel,
    grid,
    loft,
    merged,
    rounded_rectangle,
    smooth_path,
    tube,
)
from deskcheck_datasets.synthetic.textures import canvas


def _lit(draw: Draw, w: float, h: float, on: float = 0.85) -> Material:
    if not draw.chance(on):
        return Material((0.012, 0.012, 0.016), 0.08, clearcoat=0.9)
    scale = 480 / max(w, h)
    face = work_screen(draw, int(w * scale), int(h * scale))
    return Material(texture=face, roughness=0.25, glow=draw.uniform(0.7, 1.4))


def _back(draw: Draw, body: Material, w: float, h: float, y: float) -> list[Piece]:
    """Behind a housing: bulge, vents, maker's name, ports, the plate for the arm, cables' ends."""
    high, wide, deep = h * draw.uniform(0.5, 0.68), w * draw.uniform(0.5, 0.7), draw.uniform(1.6, 3.2)
    bulge = extrude(rounded_rectangle(wide, high, 3), deep, min(deep * 0.4, 1.0), top_scale=0.88).turned("x", -90)
    name = canvas(160, 50, body.rgb)
    centred(name, draw.pick(BRANDS), 80, 25, 32, contrast(body.rgb))
    slots = [box(wide * 0.6, 0.1, 0.25, 0.02).moved(0, y + deep, h * 0.5 + high * (0.2 + 0.05 * k)) for k in range(5)]
    ports = [box(2.2, 0.1, 1.0, 0.02).moved((k - 1.5) * 3.4, y + deep, h * 0.5 - high * 0.4) for k in range(4)]
    back = front_panel(8, 2.5).turned("z", 180).moved(0, y + 0.02, h * 0.5 + high * 0.5 + 1.0)
    sticker = front_panel(6, 4).turned("z", 180).moved(wide * 0.24, y + deep * 0.98 + 0.03, h * 0.42)
    plate = box(7.5, 0.5, 7.5, 0.1, 0.5).moved(0, y + deep, h * 0.5 - 3)
    return [
        (bulge.moved(0, y - 0.2, h * 0.5), body),
        (merged(slots), BLACK),
        (merged(ports), BLACK if sum(body.rgb) > 1 else STEEL),
        (plate, STEEL if draw.chance(0.3) else body),
        (back, printed(name, 0.4)),
        (sticker, printed(canvas(24, 16, (0.85, 0.85, 0.8)), 0.6)),
    ]


def _unit(draw: Draw, body: Material, w: float, h: float, rim: float, chin: float, thick: float = 2.0) -> list[Piece]:
    """Housing with its screen; the lower edge at z = 0, the front towards -y."""
    full_w, full_h = w + 2 * rim, h + rim + chin
    glass = front_panel(w, h).moved(0, -thick / 2 - 0.02, chin)
    lamp = front_panel(0.8, 0.25).moved(full_w * 0.42, -thick / 2 - 0.02, chin * 0.3)
    return [
        (box(full_w, thick, full_h, 0.3, 0.5), body),
        (glass, _lit(draw, w, h)),
        (lamp, Material((0.15, 0.5, 1.0), glow=0.8)),
    ]


def _size(draw: Draw, ratio: float = 16 / 9, low: float = 49, high: float = 62) -> tuple[float, float]:
    diagonal = draw.uniform(low, high)
    h = diagonal / (1 + ratio**2) ** 0.5
    return h * ratio, h


def _foot(kit: Kit, draw: Draw, look: Material, top: float, y: float) -> None:
    """A plate and a neck that reaches ``top`` behind the housing, with a cable down."""
    w, d = draw.uniform(20, 28), draw.uniform(16, 21)
    kit.add(extrude(rounded_rectangle(w, d, d * draw.pick((0.12, 0.3, 0.48)), 7), 0.9, 0.25), look)
    kit.add(box(draw.uniform(4, 7), 1.8, top, 0.3).moved(0, y, 0.4), look)
    if draw.chance(0.7):
        path = [(2, y + 1.6, top * 0.9), (3.5, y + 2.6, top * 0.4), (2.5, y + 2.5, 1.2), (8, d / 2 + 8, 0.3)]
        kit.add(cord(path, 0.3), RUBBER, loose=True)


def detailed(draw: Draw) -> Item:
    """An office monitor with everything that shows from behind."""
    kit, body = Kit(), office(draw, 0.8)
    w, h = _size(draw, draw.pick((16 / 9, 16 / 10)))
    rim, chin = draw.uniform(0.6, 1.4), draw.uniform(1.4, 3.0)
    pieces = _unit(draw, body, w, h, rim, chin) + _back(draw, body, w, h + chin, 1.0)
    low = draw.uniform(7, 14)
    tilted(kit, pieces, "x", -draw.uniform(0, 7), (0, 0, low))
    _foot(kit, draw, STEEL if draw.chance(0.3) else body, low + h * 0.45, 3.6)
    return kit.item("monitor", "detailed")


def plain(draw: Draw) -> Item:
    """A simple monitor, on a plate, a disc or three thin legs."""
    kit, body = Kit(), office(draw, 0.75)
    w, h = _size(draw, draw.pick((16 / 9, 16 / 9, 16 / 10)), 46, 60)
    rim, chin = draw.uniform(0.5, 1.6), draw.uniform(1.0, 2.6)
    pieces = _unit(draw, body, w, h, rim, chin) + _back(draw, body, w, h + chin, 1.0)[:5]
    low = draw.uniform(6, 14)
    tilted(kit, pieces, "x", -draw.uniform(0, 8), (0, 2.0, low))
    stand(kit, draw, body, low + h * 0.45)
    return kit.item("monitor", "plain")


def all_in_one(draw: Draw) -> Item:
    """A computer in its monitor: broad chin, camera above, bent metal or wedge foot."""
    kit = Kit()
    body = plastic(draw.grey(0.02, 0.07), 0.3) if draw.chance(0.6) else plastic(draw.grey(0.85, 0.95), 0.3)
    w, h = _size(draw, 16 / 9, 52, 64)
    chin = draw.uniform(4, 7.5)
    pieces = _unit(draw, body, w, h, 1.0, chin, 2.6)
    name = canvas(160, 50, body.rgb)
    centred(name, draw.pick(BRANDS), 80, 25, 32, contrast(body.rgb))
    pieces.append((front_panel(6, 1.9).moved(0, -1.33, chin * 0.3), printed(name, 0.3)))
    if draw.chance(0.5):
        pieces.append((box(5, 1.6, 2.6, 0.4).moved(0, 0, h + chin + 0.8), body))
        pieces.append((rod((0, -0.9, 0), (0, -0.8, 0), 0.5, 14).moved(0, 0, h + chin + 2.2), LENS))
    pieces += _back(draw, body, w, h + chin, 1.3)[:4]
    low = draw.uniform(3, 8)
    tilted(kit, pieces, "x", -draw.uniform(2, 9), (0, 0, low))
    look = metal((0.78, 0.78, 0.8), 0.3) if draw.chance(0.6) else body
    kit.add(box(draw.uniform(18, 26), draw.uniform(17, 21), 0.8, 0.2, 1.0).moved(0, 1), look)
    kit.add(box(draw.uniform(14, 20), 0.9, low + h * 0.4, 0.2).turned("x", -6).moved(0, 5.2, 0.3), look)
    return kit.item("monitor", "all_in_one")


def arm_mounted(draw: Draw) -> Item:
    """A monitor that floats on a clamped arm."""
    kit, body = Kit(), office(draw, 0.85)
    w, h = _size(draw)
    chin, low = draw.uniform(1.2, 2.4), draw.uniform(10, 20)
    pieces = _unit(draw, body, w, h, 0.8, chin) + _back(draw, body, w, h + chin, 1.0)
    tilted(kit, pieces, "x", -draw.uniform(-3, 6), (0, 0, low))
    steel = metal((0.68, 0.68, 0.7), 0.35) if draw.chance(0.5) else BLACK
    side, y, top = draw.pick((-1, 1)) * draw.uniform(6, 14), draw.uniform(13, 19), low + h * 0.5
    kit.add(box(8, 9, 1.6, 0.3).moved(side, y), steel)
    kit.add(rod((side, y, 1.4), (side, y, top), 1.5, 14), steel)
    elbow = (side * 1.6, y * 0.55, top)
    kit.add(tube([(side, y, top - 2), elbow, (0.0, 3.5, top - 0.5)], 1.4, 10), steel)
    kit.add(rod((elbow[0], elbow[1], top - 2.5), (elbow[0], elbow[1], top + 2.5), 1.9, 14), steel)
    return kit.item("monitor", "arm_mounted")


def with_webcam(draw: Draw) -> Item:
    """A monitor with a camera clipped on, and notes or a privacy strip along the rim."""
    kit, body = Kit(), office(draw, 0.8)
    w, h = _size(draw)
    rim, chin = draw.uniform(0.6, 1.4), draw.uniform(1.4, 3.0)
    pieces = _unit(draw, body, w, h, rim, chin) + _back(draw, body, w, h + chin, 1.0)[:4]
    top = h + rim + chin
    pieces += [
        (box(draw.uniform(5, 9), 2.8, 2.6, 0.8, 1.0).moved(0, 0, top + 0.4), BLACK),
        (box(3, 4, 0.6, 0.1).moved(0, 0.4, top), BLACK),
    ]
    pieces += [(rod((0, -1.7, 0), (0, -1.4, 0), 0.9, 18).moved(0, 0, top + 1.7), LENS)]
    low = draw.uniform(7, 13)
    tilted(kit, pieces, "x", -draw.uniform(0, 6), (0, 0, low))
    _foot(kit, draw, body, low + h * 0.5, 4.0)
    return kit.item("monitor", "with_webcam")


def square_old(draw: Draw) -> Item:
    """An old 5:4 or 4:3 monitor with a thick rim, keys below and a round foot."""
    kit, body = Kit(), office(draw, 0.55)
    w, h = _size(draw, draw.pick((5 / 4, 4 / 3)), 43, 50)
    rim, chin = draw.uniform(1.6, 2.4), draw.uniform(2.6, 4)
    pieces = _unit(draw, body, w, h, rim, chin, 3.4) + _back(draw, body, w, h + chin, 1.7)
    keys = [box(1.4, 0.3, 0.5, 0.08).moved(w * 0.16 + k * 2.2, -1.75, chin * 0.35) for k in range(5)]
    pieces.append((merged(keys), plastic(draw.grey(0.3, 0.6), 0.4)))
    low = draw.uniform(7, 11)
    tilted(kit, pieces, "x", -draw.uniform(0, 8), (0, 0, low))
    kit.add(disc(draw.uniform(10, 12.5), 2.0, 0.7), body)
    kit.add(rod((0, 3.4, 1.5), (0, 3.8, low + h * 0.4), 2.6, 16), body)
    return kit.item("monitor", "square_old")


def upright(draw: Draw) -> Item:
    """A monitor turned to stand upright."""
    kit, body = Kit(), office(draw, 0.85)
    long, short = _size(draw, 16 / 9, 49, 58)
    pieces = _unit(draw, body, short, long, 0.8, 0.9) + _back(draw, body, short, long, 1.0)
    tilted(kit, pieces, "x", -draw.uniform(0, 5), (0, 0, draw.uniform(3, 6)))
    _foot(kit, draw, body, 5 + long * 0.5, 4.2)
    return kit.item("monitor", "upright")


def back_to_back(draw: Draw) -> Item:
    """A screen for the staff and a smaller one for the visitor on one pole."""
    kit, body = Kit(), office(draw, 0.8)
    w, h = _size(draw, 16 / 9, 40, 52)
    low = draw.uniform(8, 13)
    tilted(kit, _unit(draw, body, w, h, 0.9, 1.6), "x", -4, (0, -3.2, low))
    inner = Kit()
    small_w, small_h = w * 0.62, h * 0.62
    tilted(inner, _unit(draw, body, small_w, small_h, 0.8, 1.2), "x", -6, (0, -3.4, low + 2))
    for part in inner.item("x", "x").parts:
        kit.add(part.mesh.turned("z", 180).moved(0, 4.2, low + 2), part.material)
    kit.add(extrude(rounded_rectangle(24, 20, 3, 5), 1.4, 0.4), body)
    kit.add(box(4, 2.2, low + h * 0.5, 0.4).moved(0, 0.2, 1.0), STEEL)
    return kit.item("monitor", "back_to_back")


def curved_wide(draw: Draw) -> Item:
    """A wide curved monitor on a V foot."""
    kit, body = Kit(), plastic(draw.grey(0.02, 0.08), 0.35)
    w, h = _size(draw, 21 / 9, 62, 76)
    t = np.linspace(-1, 1, 17)
    bow = 4.2 * t**2
    low = draw.uniform(8, 13)
    rows = [np.stack([t * w / 2, -bow - off, np.full(17, z)], 1) for off, z in ((0.0, low), (0.0, low + h))]
    kit.add(grid(np.array(rows)).moved(y_cm=4.2), _lit(draw, w, h, 0.95))
    section = np.array([[-0.05, low - 1.2], [2.2, low - 1.2], [2.2, low + h + 0.8], [-0.05, low + h + 0.8]])
    places = zip(t * w * 0.5075, bow, strict=True)
    slab = [np.column_stack([np.full(4, x), section + np.array([4.2 - c, 0])]) for x, c in places]
    kit.add(loft(np.array(slab)).moved(0, 0.08), body)
    for side in (-1, 1):
        leg = smooth_path([(side * 18, -8, 0.6), (side * 5, 4, 0.7), (0, 8, 1.5)], 4)
        kit.add(tube(np.column_stack([leg[:, :2], np.maximum(leg[:, 2], 0.6)]), 0.6), STEEL)
    kit.add(box(5, 2, low + h * 0.5, 0.3).moved(0, 8, 0.5), body)
    return kit.item("monitor", "curved_wide")


def easel_touch(draw: Draw) -> Item:
    """A touch screen leaning far back on a strut, for signing and reading."""
    kit, body = Kit(), office(draw, 0.7)
    w, h = _size(draw, 16 / 9, 45, 56)
    lean = draw.uniform(30, 50)
    tilted(kit, _unit(draw, body, w, h, 1.4, 1.4, 2.4), "x", -lean, (0, 0, 1.2))
    depth = h * float(np.sin(np.radians(lean)))
    for side in (-1, 1):
        top = (side * w * 0.3, depth * 0.62, h * 0.6 * float(np.cos(np.radians(lean))))
        kit.add(rod(top, (side * w * 0.3, depth * 0.95, 0.7), 0.7, 8), STEEL)
    return kit.item("monitor", "easel_touch")
