"""More kinds of document trays, light enough for every scene."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, metal, plastic, printed
from deskcheck_datasets.synthetic.items.faces import fitted
from deskcheck_datasets.synthetic.items.looks import (
    ACRYLIC_BLOCK,
    BLACK,
    PAPER,
    coloured,
    office,
    pot,
    stack,
    timber,
)
from deskcheck_datasets.synthetic.mesh import box, front_panel, loft, merged, panel, rounded_rectangle, tube
from deskcheck_datasets.synthetic.textures import canvas, document


def _papers(kit: Kit, draw: Draw, z: float, share: float = 0.75, turned: bool = False) -> None:
    """Papers on a shelf, a printed page on top."""
    if not draw.chance(share):
        return
    w, d = (29.7, 21.0) if turned else (21.0, 29.7)
    top = stack(kit, draw, draw.integer(1, 2), w, d, (draw.free(-0.8, 0.8), draw.free(-0.8, 0.3), z))
    face = document(draw, 210, 297)
    sheet = panel(21, 29.7).turned("z", (90 if turned else 0) + draw.free(-2, 2))
    kit.add(sheet.moved(0, -0.3, top + 0.012), printed(face, 0.85))


def plastic_tiers(draw: Draw) -> Item:
    """One to three moulded trays on risers, open in front with a dip for the hand."""
    kit, w, d = Kit(), draw.uniform(25, 28), draw.uniform(32, 36)
    look = coloured(draw) if draw.chance(0.8) else ACRYLIC_BLOCK
    pitch = draw.uniform(6, 8)
    for k in range(draw.integer(1, 3)):
        z = k * pitch
        walls = [box(w, d, 0.35, 0.08).moved(z_cm=z)]
        walls += [box(0.35, d, 4.0, 0.08).moved(s * (w / 2 - 0.2), 0, z + 0.36) for s in (-1, 1)]
        walls += [box(w - 0.8, 0.35, 4.0, 0.08).moved(0, d / 2 - 0.2, z + 0.36)]
        walls += [box(w * 0.3, 0.35, 2.2, 0.08).moved(s * w * 0.34, -d / 2 + 0.2, z + 0.36) for s in (-1, 1)]
        if k:
            walls += [
                box(1.2, 2.4, pitch - 4.4, 0.08).moved(sx * (w / 2 - 0.7), sy * (d / 2 - 3), z - pitch + 4.38)
                for sx in (-1, 1)
                for sy in (-1, 1)
            ]
        kit.add(merged(walls), look)
        _papers(kit, draw, z + 0.37)
    return kit.item("document_tray", "plastic_tiers")


def mesh_tiers(draw: Draw) -> Item:
    """Shelves of wire mesh in a bent frame."""
    kit, w, d = Kit(), draw.uniform(26, 30), draw.uniform(32, 35)
    look = Material((0.05, 0.05, 0.055), 0.45) if draw.chance(0.7) else metal((0.72, 0.72, 0.74), 0.35)
    levels, pitch = draw.integer(2, 3), draw.uniform(7, 9)
    top = levels * pitch
    for x in (-w / 2, w / 2):
        path = [
            (x, -d / 2 + 1, 0.35),
            (x, d / 2 - 1, 0.35),
            (x, d / 2 - 0.5, top),
            (x, -d / 2 + 3, top),
            (x, -d / 2 + 1, 0.35),
        ]
        kit.add(tube(path, 0.35, 5), look)
    holes = canvas(96, 96, (0.22, 0.22, 0.23) if look.metallic == 0 else (0.75, 0.75, 0.76))
    holes[2::6, :] = holes[3::6, :] = (12, 12, 12)
    holes[:, 2::6] = holes[:, 3::6] = (12, 12, 12)
    for k in range(levels):
        z = 0.5 + k * pitch
        kit.add(box(w - 0.8, d, 0.2, 0.02).moved(z_cm=z), look)
        kit.add(panel(w - 1.2, d - 1).moved(z_cm=z + 0.21), printed(holes, 0.5))
        rim = [box(w - 0.8, 0.3, 2.2, 0.05).moved(0, y, z + 0.15) for y in (-d / 2 + 0.2, d / 2 - 0.2)]
        kit.add(merged(rim), look)
        _papers(kit, draw, z + 0.25)
    return kit.item("document_tray", "mesh_tiers")


def basket(draw: Draw) -> Item:
    """One open basket of plastic with slots, papers inside."""
    kit, w, d, h = Kit(), draw.uniform(25, 30), draw.uniform(32, 37), draw.uniform(6, 10)
    look = coloured(draw)
    kit.add(pot(rounded_rectangle(w, d, 1.8), h, 0.35, 0.4, 1.05), look)
    slots = [
        box(0.12, 2.2, h * 0.5, 0.02).moved(s * w * 0.512, -d * 0.36 + k * d * 0.12, h * 0.25)
        for k in range(7)
        for s in (-1, 1)
    ]
    kit.add(merged(slots), BLACK if sum(look.rgb) > 0.6 else plastic((0.3, 0.3, 0.3)))
    _papers(kit, draw, 0.45, 0.85)
    return kit.item("document_tray", "basket")


def upright_sorter(draw: Draw) -> Item:
    """A row of upright files in slanted sections."""
    kit, slots = Kit(), draw.integer(3, 4)
    look, pitch, d, h = coloured(draw), draw.uniform(6.5, 8.5), draw.uniform(23, 26), draw.uniform(24, 30)
    width = slots * pitch
    side = np.array([[-d / 2, 0], [d / 2, 0], [d / 2, h], [d * 0.1, h], [-d / 2, h * 0.36]])
    for k in range(slots + 1):
        x = -width / 2 + k * pitch
        kit.add(loft(np.array([np.column_stack([np.full(5, x + t), side]) for t in (-0.17, 0.17)])), look)
    kit.add(box(width, d, 0.4, 0.05), look)
    kit.add(box(width, 0.35, h, 0.05).moved(0, d / 2), look)
    tag = canvas(60, 90, (0.95, 0.95, 0.92))
    fitted(tag, draw.pick(("待办", "已办", "归档")), 30, 45, 26, 54, (0.1, 0.1, 0.15))
    for k in range(slots):
        x = -width / 2 + (k + 0.5) * pitch
        kit.add(front_panel(pitch * 0.8, h * 0.2).moved(x, -d / 2 - 0.05, h * 0.08), printed(tag, 0.5))
        if draw.chance(0.8):
            thick, tall = draw.uniform(1.5, pitch * 0.8), draw.uniform(22, 29)
            folder = PAPER if draw.chance(0.4) else coloured(draw)
            kit.add(box(thick, d - 3, tall, 0.1).moved(x, 0, 0.42), folder)
    return kit.item("document_tray", "upright_sorter")


def drawer_cabinet(draw: Draw) -> Item:
    """A desk cabinet with three to five flat drawers and labels."""
    kit, w, d = Kit(), draw.uniform(26, 30), draw.uniform(32, 36)
    rows = draw.integer(3, 5)
    pitch = draw.uniform(4.6, 6.4)
    h = rows * pitch + 1.2
    look, front = office(draw, 0.4), coloured(draw)
    kit.add(box(w, d, h, 0.3, 0.6), look)
    tag = canvas(80, 30, (0.96, 0.96, 0.94))
    fitted(tag, draw.pick(("社保", "户籍", "税务", "材料", "空白表")), 40, 15, 22, 70, (0.1, 0.1, 0.15))
    for k in range(rows):
        z = 0.7 + k * pitch
        kit.add(box(w - 1.2, 0.8, pitch - 0.5, 0.15).moved(0, -d / 2 - 0.2, z), front)
        kit.add(front_panel(5, 1.9).moved(-w * 0.2, -d / 2 - 0.62, z + pitch * 0.3), printed(tag, 0.5))
    grips = [box(4, 0.8, 0.7, 0.15).moved(w * 0.2, -d / 2 - 0.9, 0.7 + (k + 0.4) * pitch) for k in range(rows)]
    kit.add(merged(grips), BLACK)
    return kit.item("document_tray", "drawer_cabinet")


def single_plate(draw: Draw) -> Item:
    """A flat tray for one form, of leather or wood, with a rim."""
    kit, w, d = Kit(), draw.uniform(24, 28), draw.uniform(32, 36)
    look = (
        timber(draw)
        if draw.chance(0.5)
        else Material(draw.hsv((0.0, 0.1), (0.4, 0.8), (0.1, 0.45)), 0.45, clearcoat=0.2)
    )
    kit.add(pot(rounded_rectangle(w, d, 1.2), draw.uniform(1.6, 3.5), 0.7, 0.5, 1.03), look)
    _papers(kit, draw, 0.55, 0.7)
    return kit.item("document_tray", "single_plate")


def wooden_tiers(draw: Draw) -> Item:
    """A wooden shelf of two or three levels, papers lying across."""
    kit, w, d, levels = Kit(), draw.uniform(32, 36), draw.uniform(24, 27), draw.integer(2, 3)
    look, pitch = timber(draw, 256, 128), draw.uniform(6.5, 9)
    h = levels * pitch + 0.8
    for x in (-w / 2 + 0.5, w / 2 - 0.5):
        kit.add(box(0.9, d, h, 0.1).moved(x), look)
    for k in range(levels + 1):
        kit.add(box(w - 1.9, d, 0.8, 0.08).moved(z_cm=k * pitch), look)
        if k < levels:
            _papers(kit, draw, k * pitch + 0.82, 0.7, turned=True)
    return kit.item("document_tray", "wooden_tiers")


def wire_basket(draw: Draw) -> Item:
    """A basket of thick wires."""
    kit, w, d, h = Kit(), draw.uniform(25, 29), draw.uniform(32, 35), draw.uniform(6, 9)
    look = metal((0.78, 0.78, 0.8), 0.25) if draw.chance(0.5) else Material((0.05, 0.05, 0.05), 0.4)
    hoops = []
    for z, s in ((0.25, 0.96), (h * 0.5, 0.98), (h, 1.0)):
        loop = rounded_rectangle(w * s, d * s, 1.5, 3)
        ring = np.column_stack([loop, np.full(len(loop), z)])
        hoops.append(tube(np.concatenate([ring, ring[:1]]), 0.22, 4))
    bars = [
        tube([(x, -d / 2, h), (x, -d * 0.48, 0.25), (x, d * 0.48, 0.25), (x, d / 2, h)], 0.14, 4)
        for x in np.linspace(-w * 0.44, w * 0.44, 10)
    ]
    kit.add(merged(hoops), look)
    kit.add(merged(bars), look)
    _papers(kit, draw, 0.42, 0.85)
    return kit.item("document_tray", "wire_basket")
