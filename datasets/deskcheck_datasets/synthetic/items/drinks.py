"""More kinds of drinks: large and small bottles, glass bottles, take-away coffee, pouches, yoghurt."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Texture, metal, plastic, printed
from deskcheck_datasets.synthetic.items.faces import DRINKS, contrast, fitted, packet
from deskcheck_datasets.synthetic.items.looks import PET, WHITE, clad, coloured, disc, filling, rod
from deskcheck_datasets.synthetic.mesh import band, box, grid, loft, revolve, rounded_rectangle, tube
from deskcheck_datasets.synthetic.textures import canvas, label, to_u8


def _liquid(draw: Draw) -> Material:
    kind = draw.integer(0, 3)
    if kind == 0:
        return Material((0.78, 0.85, 0.87), 0.04, clearcoat=0.8)
    if kind == 1:
        return Material(draw.hsv((0.03, 0.1), (0.7, 0.95), (0.12, 0.5)), 0.08, clearcoat=0.6)
    if kind == 2:
        return Material(draw.hsv((0.07, 0.14), (0.7, 0.95), (0.6, 0.95)), 0.1, clearcoat=0.5)
    return Material(draw.hsv((0.0, 1.0), (0.3, 0.8), (0.4, 0.9)), 0.1, clearcoat=0.5)


def wrap(draw: Draw, w_px: int = 384, h_px: int = 128) -> Texture:
    """A label with a name that reads from every side."""
    if draw.chance(0.4):
        return label(draw, w_px, h_px)
    ground = draw.vivid() if draw.chance(0.75) else (0.95, 0.95, 0.93)
    img = canvas(w_px, h_px, ground)
    name, second = draw.pick(DRINKS), to_u8(draw.vivid())
    img[: h_px // 9] = img[-h_px // 9 :] = second
    for k in range(3):
        fitted(img, name, w_px * (k + 0.5) / 3, h_px * 0.5, h_px * 0.42, w_px * 0.26, contrast(ground))
    return img


def water_bottle(draw: Draw) -> Item:
    """A small or large water bottle with rings in its wall, half a label, a coloured cap."""
    kit, r = Kit(), draw.uniform(2.9, 3.4)
    h = draw.uniform(15, 23)
    z = np.linspace(0, h * 0.78, 15)
    rings = r * (1 - 0.035 * (np.sin(z * 3.6) > 0.3))
    outer = [(0.0, 0.0), (r * 0.8, 0.0), *((float(a), float(b)) for a, b in zip(rings, z + 0.3, strict=True))]
    outer += [(r * 0.8, h * 0.86), (1.35, h * 0.93), (1.3, h - 1.5), (0.0, h - 1.5)]
    kit.add(revolve(outer, 24, 50), PET)
    level = h * draw.uniform(0.3, 0.8)
    inside = [(r * 0.82, 0.2), (r * 0.95, h * 0.7), (1.4, h * 0.92)]
    kit.add(filling(inside, 0.1, 0.3, level), Material((0.76, 0.84, 0.88), 0.04, clearcoat=0.8))
    low, high = h * draw.uniform(0.3, 0.4), h * draw.uniform(0.52, 0.68)
    kit.add(band([(r + 0.05, low), (r + 0.05, high)], 28), printed(wrap(draw), 0.35))
    cap = WHITE if draw.chance(0.4) else plastic(draw.vivid(), 0.4)
    kit.add(disc(1.5, 1.6, 0.15, 18).moved(z_cm=h - 1.5), cap)
    return kit.item("beverage_container", "water_bottle")


def big_bottle(draw: Draw) -> Item:
    """A bottle of a litre or more, with a waist or a handle."""
    kit, r, h = Kit(), draw.uniform(4.2, 5.2), draw.uniform(26, 32)
    outline = [
        (r * 0.8, 0.0),
        (r, 0.8),
        (r, h * 0.3),
        (r * 0.94, h * 0.36),
        (r, h * 0.42),
        (r, h * 0.62),
        (r * 0.55, h * 0.84),
        (1.5, h * 0.92),
        (1.4, h - 1.8),
    ]
    kit.add(revolve([(0, 0), *outline, (0, h - 1.8)], 26, 60), PET)
    kit.add(filling(outline, 0.15, 0.15, h * draw.uniform(0.3, 0.85)), _liquid(draw))
    kit.add(band([(r + 0.05, h * 0.42), (r + 0.05, h * 0.61)], 30), printed(wrap(draw), 0.35))
    kit.add(disc(1.6, 1.9, 0.2, 18).moved(z_cm=h - 1.8), plastic(draw.vivid(), 0.4))
    return kit.item("beverage_container", "big_bottle")


def coffee_to_go(draw: Draw) -> Item:
    """A paper cup with a lid and a sleeve."""
    kit, r, h = Kit(), draw.uniform(4.0, 4.6), draw.uniform(10, 15.5)
    low = r * 0.7
    rgb = draw.grey(0.9, 0.97) if draw.chance(0.6) else draw.vivid()
    kit.add(revolve([(0, 0.3), (low - 0.1, 0.3), (low - 0.1, 0), (low, 0), (r, h), (0, h)], 30), plastic(rgb, 0.7))
    sleeve = [(low + (r - low) * t + 0.08, h * t) for t in (0.3, 0.75)]
    face = canvas(384, 110, (0.6, 0.42, 0.26) if draw.chance(0.6) else draw.vivid())
    for k in range(3):
        fitted(face, draw.pick(("COFFEE", "咖啡", "拿铁", "CAFE")), 64 + 128 * k, 55, 44, 100, (0.98, 0.95, 0.9))
    kit.add(band(sleeve, 30), printed(face, 0.8))
    lid = plastic(draw.grey(0.9, 0.96) if draw.chance(0.5) else draw.grey(0.03, 0.1), 0.35)
    kit.add(
        revolve([(0, h), (r + 0.2, h), (r + 0.2, h + 0.5), (r * 0.86, h + 0.7), (r * 0.8, h + 1.5), (0, h + 1.3)], 30),
        lid,
    )
    return kit.item("beverage_container", "coffee_to_go")


def clear_tea_cup(draw: Draw) -> Item:
    """A clear cup of fruit tea with a dome or film, ice and slices, a straw."""
    kit, r, h = Kit(), draw.uniform(4.3, 4.9), draw.uniform(12.5, 16.5)
    low = r * 0.72
    outer = [(low, 0.0), (r, h)]
    tea = Material(draw.hsv((0.02, 0.16), (0.4, 0.85), (0.55, 0.92)), 0.15, clearcoat=0.7)
    kit.add(filling(outer, 0.06, 0.05, h * draw.uniform(0.7, 0.95)), tea)
    dark = [(low - 0.03 + (r - low) * 0.02, 0.1), (low + (r - low) * 0.16, h * 0.17)]
    if draw.chance(0.5):
        kit.add(band(dark, 28), plastic((0.07, 0.04, 0.03), 0.3))
    kit.add(band([(r - 0.02, h), (r + 0.25, h + 0.15), (r + 0.1, h + 0.4)], 30), PET)
    mark = wrap(draw)
    skin = [(low + (r - low) * t + 0.06, h * t) for t in (0.3, 0.75)]
    if draw.chance(0.55):
        kit.add(band(skin, 30), printed(mark, 0.4))
    if draw.chance(0.5):
        dome = [(r, h + 0.1), (r * 0.92, h + 2.0), (r * 0.6, h + 3.6), (1.0, h + 4.1)]
        kit.add(band(dome, 26), PET)
    else:
        kit.add(disc(r, 0.2, 0.05).moved(z_cm=h + 0.1), plastic(draw.vivid(), 0.3))
    lean = draw.uniform(-1.5, 1.5)
    kit.add(rod((0.8, 0, h - 1), (0.8 + lean, 0.3, h + 7), 0.5, 10), plastic(draw.vivid(), 0.35))
    return kit.item("beverage_container", "clear_tea_cup")


def milk_brick(draw: Draw) -> Item:
    """A carton of milk: brick or gabled, its name on all sides."""
    kit, w, h = Kit(), draw.uniform(4.8, 7.4), draw.uniform(10.5, 20)
    d = w * draw.uniform(0.65, 1.0)
    name = draw.pick(("纯牛奶", "鲜牛奶", "豆奶", "酸奶", "果汁", "椰汁", "早餐奶"))
    face = packet(draw, name, 180, 300)
    kit.add(box(w, d, h, 0.1), WHITE)
    clad(kit, w, d, h, face, margin=0.05, roughness=0.35)
    if h > 15:
        ridge = np.array(
            [
                [-d / 2, 0],
                [d / 2, 0],
                [0.12, d * 0.55],
                [0.12, d * 0.55 + 1.2],
                [-0.12, d * 0.55 + 1.2],
                [-0.12, d * 0.55],
            ]
        )
        kit.add(loft(np.array([np.column_stack([np.full(6, x), ridge]) for x in (-w / 2, w / 2)])).moved(z_cm=h), WHITE)
        kit.add(disc(1.3, 1.2, 0.1, 16).turned("x", 45).moved(0, -d * 0.28, h + d * 0.2), coloured(draw))
    else:
        kit.add(tube([(w * 0.28, 0, h - 0.5), (w * 0.3, 0, h + 2), (w * 0.45, 0, h + 3.4)], 0.22, 8), WHITE)
    return kit.item("beverage_container", "milk_brick")


def glass_bottle(draw: Draw) -> Item:
    """A brown, green or clear glass bottle with a crown cap."""
    kit, r, h = Kit(), draw.uniform(2.8, 3.6), draw.uniform(18, 26)
    rgb = draw.pick(((0.2, 0.08, 0.02), (0.04, 0.2, 0.07), (0.75, 0.82, 0.8)))
    shape = [(0, 0), (r - 0.2, 0), (r, 0.3), (r, h * 0.55), (r * 0.5, h * 0.74), (1.3, h * 0.82), (1.2, h), (0, h)]
    kit.add(revolve(shape, 26, 50), Material(rgb, 0.05, clearcoat=1.0))
    kit.add(band([(r + 0.02, h * 0.14), (r + 0.02, h * 0.44)], 28), printed(wrap(draw), 0.5))
    kit.add(disc(1.5, 0.7, 0.15, 16).moved(z_cm=h - 0.3), metal(draw.vivid(), 0.35))
    return kit.item("beverage_container", "glass_bottle")


def yoghurt_pots(draw: Draw) -> Item:
    """One to four small pots of yoghurt or a small bottle row."""
    kit = Kit()
    look, rgb = WHITE, draw.vivid()
    for k in range(draw.integer(1, 4)):
        r, h = 2.4, draw.uniform(6.5, 9)
        x, y = (k % 2) * 5.2, (k // 2) * 5.2
        outer = [(0, 0), (r * 0.8, 0), (r * 0.85, 0.3), (r, h * 0.6), (r * 0.8, h * 0.7), (r, h * 0.8), (r, h), (0, h)]
        kit.add(revolve(outer, 22).moved(x, y), look)
        kit.add(disc(r + 0.15, 0.12, 0.02, 22).moved(x, y, h), plastic(rgb, 0.3))
        kit.add(
            band([(r * 0.9 + 0.03, h * 0.12), (r + 0.03, h * 0.58)], 22).moved(x, y), printed(wrap(draw, 256, 90), 0.4)
        )
    return kit.item("beverage_container", "yoghurt_pots")


def drink_pouch(draw: Draw) -> Item:
    """A standing foil pouch with a spout."""
    kit, w, h = Kit(), draw.uniform(7.5, 10), draw.uniform(13, 17)
    rings = []
    for t in np.linspace(0, 1, 8):
        depth = 5.4 * (1 - t) ** 0.6 + 0.25
        width = w * (0.9 + 0.1 * np.sin(t * np.pi))
        rings.append(
            np.column_stack([rounded_rectangle(width, depth, min(depth, width) * 0.45, 4), np.full(20, t * h)])
        )
    skin = packet(draw, draw.pick(DRINKS), 200, 260)
    kit.add(loft(np.array(rings), crease_deg=60), Material((0.75, 0.76, 0.78), 0.2, metallic=1.0))
    for side in (1, -1):
        u, v = np.meshgrid(np.linspace(-0.46, 0.46, 6), np.linspace(0.06, 0.94, 7))
        depth = 2.7 * (1 - v) ** 0.6 + 0.22
        sheet = np.stack([u * w * side, -side * depth, v * h], -1)
        kit.add(grid(sheet), printed(skin, 0.3))
    kit.add(disc(0.9, 2.2, 0.15, 14).moved(z_cm=h - 0.2), coloured(draw))
    return kit.item("beverage_container", "drink_pouch")


def open_can(draw: Draw) -> Item:
    """A slim or stout can, shut or open."""
    kit = Kit()
    r, h = (2.65, draw.uniform(13, 16)) if draw.chance(0.5) else (3.3, draw.uniform(9, 12.3))
    shape = [(0, 0.4), (r * 0.76, 0), (r, 0.9), (r, h - 1.1), (r * 0.84, h), (r * 0.76, h - 0.4), (0, h - 0.4)]
    kit.add(revolve(shape, 26), metal((0.82, 0.82, 0.83), 0.25))
    skin = Material(texture=wrap(draw, 384, 200), roughness=0.25, clearcoat=0.4)
    kit.add(band([(r + 0.012, 0.9), (r + 0.012, h - 1.1)], 28), skin)
    kit.add(box(1.1, 1.9, 0.12, 0.03).turned("z", draw.free(0, 360)).moved(0, 0, h - 0.36), metal())
    if draw.chance(0.5):
        kit.add(disc(0.8, 0.03, 0.01, 14).moved(0, -1.0, h - 0.38), plastic((0.03, 0.03, 0.03), 0.8))
    return kit.item("beverage_container", "open_can")
