"""Magazines, books, newspapers and folders: the plain kinds."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import (
    Draw,
    Item,
    Kit,
    Material,
    metal,
    plastic,
    printed,
    tinted,
)
from deskcheck_datasets.synthetic.mesh import box, front_panel, grid, panel, tube
from deskcheck_datasets.synthetic.textures import canvas, cover, document, text_block, write

_PAPER = Material((0.93, 0.93, 0.9), 0.85, specular=0.2)


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
