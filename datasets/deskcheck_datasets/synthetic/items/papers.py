"""Papers, magazines and books, trays, folders, brochures."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import (
    Draw,
    Item,
    Kit,
    Material,
    bend,
    metal,
    plastic,
    printed,
    tinted,
)
from deskcheck_datasets.synthetic.mesh import box, front_panel, grid, merged, panel, tube
from deskcheck_datasets.synthetic.textures import canvas, cover, document, text_block, write

_PAPER = Material((0.93, 0.93, 0.9), 0.85, specular=0.2)


def _sheet_grid(w: float, d: float, lift: float) -> np.ndarray:
    y, x = np.meshgrid(np.linspace(-d / 2, d / 2, 9), np.linspace(-w / 2, w / 2, 9), indexing="ij")
    return bend(np.stack([x, y, np.zeros_like(x)], -1), lift)


def paper_document(draw: Draw) -> Item:
    """One sheet, a few fanned sheets, or a stack of A4 papers."""
    kit, kind = Kit(), draw.integer(0, 2)
    if kind == 2:
        count, z = draw.integer(2, 5), 0.0
        for _ in range(count):
            h = draw.uniform(0.15, 1.3)
            place = (draw.free(-0.7, 0.7), draw.free(-0.7, 0.7), z)
            kit.add(box(21, 29.7, h, 0.02, 0.03).turned("z", draw.free(-4, 4)).moved(*place), _PAPER)
            z += h
        kit.add(panel(21, 29.7).turned("z", draw.free(-3, 3)).moved(z_cm=z + 0.012), printed(document(draw), 0.85))
        return kit.item("paper_document", "paper_stack")
    kit.add(box(20.9, 29.6, 0.03, 0.005, 0.03), _PAPER)
    for k in range(1 if kind == 0 else draw.integer(2, 4)):
        place = (0.0, 0.0, 0.034) if k == 0 else (draw.free(-4, 4), draw.free(-3, 3), 0.034 + k * 0.05)
        leaf = grid(_sheet_grid(21, 29.7, draw.uniform(0.0, 0.5))).turned("z", 0 if k == 0 else draw.free(-25, 25))
        kit.add(leaf.moved(*place), printed(document(draw), 0.85))
    return kit.item("paper_document", "paper_sheet")


def newspaper_magazine(draw: Draw) -> Item:
    """A magazine, a closed book, a pile of books, an open book or a folded newspaper."""
    return draw.pick((_magazine, _book, _book, _open_book, _newspaper))(draw)


def _magazine(draw: Draw) -> Item:
    kit, w, d, h = Kit(), draw.uniform(18.5, 21.5), draw.uniform(25, 29), draw.uniform(0.4, 1.1)
    kit.add(box(w, d, h, 0.04, 0.05), _PAPER)
    kit.add(panel(w, d).moved(z_cm=h + 0.012), printed(cover(draw), 0.25))
    return kit.item("newspaper_magazine", "magazine")


def _book(draw: Draw) -> Item:
    kit, z = Kit(), 0.0
    for _ in range(draw.pick((1, 1, 2, 3))):
        w, d, h, board = draw.uniform(13, 19), draw.uniform(19, 26), draw.uniform(1.5, 4.0), 0.25
        picture = cover(draw)
        rgb = tuple(float(c) / 255 for c in picture[2, 2])
        hard = plastic((rgb[0], rgb[1], rgb[2]), 0.4)
        turn, x, y = draw.free(-9, 9), draw.free(-1, 1), draw.free(-1, 1)
        spine = box(board, d, h, 0.05).moved(-w / 2, 0, 0)
        leaves = box(w - 0.7, d - 0.6, h - 2 * board - 0.02, 0.02).moved(0, 0, board + 0.01)
        parts = [
            (box(w, d, board, 0.04), hard),
            (box(w, d, board, 0.04).moved(z_cm=h - board), hard),
            (spine, hard),
            (leaves, _PAPER),
        ]
        parts.append((panel(w - 0.1, d - 0.1).moved(z_cm=h + 0.012), printed(picture, 0.35)))
        for mesh, look in parts:
            kit.add(mesh.turned("z", turn).moved(x, y, z), look)
        z += h + 0.013
    return kit.item("newspaper_magazine", "book")


def _open_book(draw: Draw) -> Item:
    kit, w, d, h = Kit(), draw.uniform(14, 19), draw.uniform(20, 26), draw.uniform(0.8, 2.0)
    kit.add(box(2 * w + 0.6, d + 0.6, 0.25, 0.05), plastic(draw.vivid(), 0.4))
    for side in (-1, 1):
        t = np.linspace(0, 1, 12)
        rise = 0.28 + h * (1 - (1 - np.minimum(t * 5, 1)) ** 2) * (1 - 0.55 * t**2)
        x = t * w if side > 0 else -t[::-1] * w
        z = rise if side > 0 else rise[::-1]
        rows = np.stack([np.stack([x, np.full(12, y), z], 1) for y in np.linspace(-d / 2, d / 2, 4)])
        page = document(draw)
        kit.add(grid(rows), printed(page, 0.8))
        kit.add(box(w * 0.96, d, h * 0.4, 0.03).moved(side * w * 0.49, 0, 0.24), _PAPER)
    return kit.item("newspaper_magazine", "open_book")


def _newspaper(draw: Draw) -> Item:
    kit, w, d = Kit(), draw.uniform(26, 30), draw.uniform(19, 40)
    img = canvas(420, 520, (0.85, 0.84, 0.8))
    write(
        img,
        draw.pick(("政务日报", "都市晚报", "经济导报")),
        (30, 66),
        52,
        draw.pick(((0.75, 0.08, 0.08), (0.1, 0.1, 0.1))),
        800,
    )
    for column in range(4):
        text_block(img, draw, (16 + column * 100, 90, 108 + column * 100, 510), 9)
    x, y = draw.integer(20, 200), draw.integer(120, 300)
    img[y : y + 130, x : x + 190] = cover(draw, 190, 130)
    kit.add(box(w, d, 0.8, 0.35, 0.4), Material((0.8, 0.79, 0.75), 0.9))
    kit.add(panel(w - 0.8, d - 0.6).moved(z_cm=0.815), printed(img, 0.9))
    return kit.item("newspaper_magazine", "newspaper")


def document_tray(draw: Draw) -> Item:
    """Stacked letter trays of mesh or plastic, or an upright magazine rack, with papers in."""
    kit, w, d = Kit(), draw.uniform(24, 27), draw.uniform(31, 35)
    look = (
        metal((0.12, 0.12, 0.13), 0.45)
        if draw.chance(0.45)
        else plastic(draw.pick((draw.grey(0.03, 0.1), draw.grey(0.7, 0.9), draw.vivid())), 0.35)
    )
    if draw.chance(0.35):
        return _rack(kit, draw, look)
    levels, pitch = draw.integer(2, 4), draw.uniform(6, 8)
    for k in range(levels):
        z = k * pitch
        pieces = [box(w, d, 0.3, 0.05).moved(z_cm=z)]
        pieces += [box(0.3, d, 2.6, 0.05).moved(side * (w / 2 - 0.15), 0, z + 0.31) for side in (-1, 1)]
        pieces.append(box(w - 0.62, 0.3, 2.6, 0.05).moved(0, d / 2 - 0.15, z + 0.31))
        if k < levels - 1:
            pieces += [
                box(0.8, 0.8, pitch - 2.95, 0.05).moved(sx * (w / 2 - 0.4), sy * (d / 2 - 2), z + 2.93)
                for sx in (-1, 1) for sy in (-1, 1)
            ]  # fmt: skip
        kit.add(merged(pieces), look)
        if draw.chance(0.75):
            h = draw.uniform(0.3, 2.2)
            kit.add(box(21, 29.7, h, 0.02).moved(draw.free(-0.8, 0.8), draw.free(-0.8, 0), z + 0.32), _PAPER)
            kit.add(panel(21, 29.7).moved(0, -0.4, z + h + 0.34), printed(document(draw), 0.85))
    return kit.item("document_tray", "letter_tray")


def _rack(kit: Kit, draw: Draw, look: Material) -> Item:
    slots, pitch, d, h = draw.integer(3, 4), draw.uniform(7, 9), draw.uniform(24, 27), draw.uniform(26, 30)
    width = slots * pitch + 0.4
    kit.add(box(width, d, 0.4, 0.05), look)
    kit.add(box(width, 0.4, 11, 0.05).moved(0, -d / 2 + 0.2, 0.41), look)
    kit.add(box(width, 0.4, h, 0.05).moved(0, d / 2 - 0.2, 0.41), look)
    for k in range(slots + 1):
        kit.add(box(0.35, d - 0.9, h * 0.8, 0.05).moved(-width / 2 + 0.2 + k * pitch, 0, 0.41), look)
    for k in range(slots):
        if draw.chance(0.8):
            thick = draw.uniform(2, pitch * 0.8)
            folder = plastic(draw.pick((draw.vivid(), draw.grey(0.85, 0.95))), 0.45)
            kit.add(
                box(thick, d - 2.5, draw.uniform(24, 30), 0.15).moved(-width / 2 + 0.2 + (k + 0.5) * pitch, 0, 0.42),
                folder,
            )
    return kit.item("document_tray", "magazine_rack")


def file_folder(draw: Draw) -> Item:
    """A box file standing or lying, or a thin clip folder lying."""
    kit = Kit()
    rgb = draw.hsv((0.55, 0.68), (0.5, 0.9), (0.2, 0.7)) if draw.chance(0.6) else draw.vivid()
    w, h, t = draw.uniform(23, 25), draw.uniform(31, 33), draw.pick((draw.uniform(1.2, 2.5), draw.uniform(3.5, 7.5)))
    tag = canvas(100, 260, (0.96, 0.96, 0.94))
    text_block(tag, draw, (12, 16, 96, 240), 22)
    if t > 3 and draw.chance(0.6):
        kit.add(box(t, w, h, 0.2), plastic(rgb, 0.4))
        kit.add(front_panel(t * 0.66, h * 0.45).moved(0, -w / 2 - 0.015, h * 0.42), printed(tag))
        kit.add(tube([(0, -0.2, 0), (0, 0.2, 0)], 1.1, 18).moved(0, -w / 2, h * 0.16), metal((0.3, 0.3, 0.3)))
    else:
        kit.add(box(w, h, t, 0.15), plastic(rgb, 0.35))
        kit.add(panel(w * 0.4, h * 0.14).moved(0, h * 0.25, t + 0.012), printed(tag[:140]))
        kit.add(box(0.4, h * 0.96, t + 0.05, 0.08).moved(-w / 2 - 0.1), plastic(tinted(rgb, 0.6), 0.35))
    return kit.item("file_folder", "file_folder")


def brochure(draw: Draw) -> Item:
    """An acrylic stand with leaflets, or leaflets lying fanned."""
    kit = Kit()
    if draw.chance(0.25):
        for k in range(draw.integer(3, 6)):
            leaf = box(10, 21, 0.08, 0.01).turned("z", (k - 2) * 8)
            kit.add(leaf.moved(k * 1.2, 0, k * 0.09), _PAPER)
            kit.add(
                panel(10, 21).turned("z", (k - 2) * 8).moved(k * 1.2, 0, k * 0.09 + 0.083),
                printed(cover(draw, 200, 420), 0.3),
            )
        return kit.item("brochure", "leaflets")
    pockets, w = draw.integer(1, 3), draw.uniform(10.5, 22)
    clear = Material((0.94, 0.97, 0.98), 0.05, clear=True)
    depth = 4.0 + pockets * 3.5
    kit.add(box(w + 1, depth, 0.4, 0.05), clear)
    for k in range(pockets):
        y, z, h = -depth / 2 + 2.2 + k * 3.5, 0.4 + k * 5.0, draw.uniform(20, 26)
        thick = draw.uniform(0.5, 1.8)
        tilt = 12.0
        for mesh, look in (
            (box(w, thick, h, 0.03), _PAPER),
            (front_panel(w, h).moved(0, -thick / 2 - 0.015, 0), printed(cover(draw, 300, 420), 0.3)),
            (box(w + 1, 0.25, 7.5, 0.03).moved(0, -thick / 2 - 0.35, -0.1), clear),
        ):
            kit.add(mesh.turned("x", tilt * -1).moved(0, y, z + 0.15), look)
        if k:
            kit.add(box(w + 0.6, 2.4, z - 0.4, 0.05).moved(0, y + 0.6, 0.4), clear)
    return kit.item("brochure", "brochure_stand")
