"""More kinds of stamps and of ink pads."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Rgb, metal, plastic, printed
from deskcheck_datasets.synthetic.items.faces import centred, fitted
from deskcheck_datasets.synthetic.items.looks import (
    BLACK,
    GOLD,
    STEEL,
    coloured,
    disc,
    egg,
    lid_print,
    pot,
    rod,
    timber,
)
from deskcheck_datasets.synthetic.mesh import band, box, extrude, front_panel, revolve, rounded_rectangle, tube
from deskcheck_datasets.synthetic.textures import canvas

_RED: Rgb = (0.72, 0.05, 0.06)
_WORDS = ("审核专用章", "业务专用章", "收讫", "已受理", "现金付讫", "公章", "作废", "合同专用章", "年检合格")


def _tag(draw: Draw, w_px: int, h_px: int) -> np.ndarray:
    img = canvas(w_px, h_px, (0.95, 0.95, 0.92))
    fitted(img, draw.pick(_WORDS), w_px / 2, h_px / 2, h_px * 0.6, w_px * 0.9, (0.75, 0.1, 0.1))
    return img


def turned_wood(draw: Draw) -> Item:
    """The round wooden stamp with a turned handle and a rubber or copper face."""
    kit, r, h = Kit(), draw.uniform(1.9, 2.6), draw.uniform(6.5, 9.5)
    wood = timber(draw, 128, 96, 0.5) if draw.chance(0.75) else plastic(draw.vivid(), 0.25)
    kit.add(disc(r * 0.97, 0.5, 0.05, 26), plastic(_RED, 0.7))
    knob = draw.uniform(0.55, 0.8)
    shape = [
        (0, 0.5),
        (r, 0.5),
        (r, 1.3),
        (r * 0.85, 1.7),
        (r * 0.42, 2.6),
        (r * 0.36, h * 0.5),
        (r * knob, h * 0.75),
        (r * knob, h * 0.9),
        (r * 0.35, h),
        (0, h),
    ]
    kit.add(revolve(shape, 26), wood)
    if draw.chance(0.5):
        kit.add(disc(r * 0.3, 0.02, 0.0, 12).moved(r * 0.9, 0, 0.9), plastic((0.95, 0.9, 0.2)))
    return kit.item("stamp", "turned_wood")


def round_automatic(draw: Draw) -> Item:
    """A round self-inking stamp with a cap, print on top."""
    kit, r, h = Kit(), draw.uniform(2.4, 3.2), draw.uniform(6.5, 9)
    look = coloured(draw, 0.3)
    kit.add(disc(r, h * 0.42, 0.2, 28), BLACK if draw.chance(0.5) else look)
    kit.add(disc(r * 0.8, h * 0.2, 0.05, 24).moved(z_cm=h * 0.4), BLACK)
    kit.add(revolve([(0, h * 0.58), (r * 0.95, h * 0.58), (r * 0.9, h * 0.85), (r * 0.5, h), (0, h)], 28), look)
    mark = canvas(96, 96, (0.96, 0.95, 0.92))
    centred(mark, "★", 48, 50, 40, _RED)
    kit.add(disc(r * 0.45, 0.06, 0.01, 22).moved(z_cm=h), printed(mark))
    return kit.item("stamp", "round_automatic")


def flat_automatic(draw: Draw) -> Item:
    """A rectangular self-inking stamp: frame, window with the text, grip."""
    kit, w, d, h = Kit(), draw.uniform(5, 8.5), draw.uniform(3, 4.4), draw.uniform(8, 11)
    look = coloured(draw, 0.3)
    for x in (-w / 2 + 0.25, w / 2 - 0.25):
        kit.add(box(0.5, d, h * 0.7, 0.1).moved(x), look)
    kit.add(box(w, d, 0.6, 0.1), BLACK)
    kit.add(box(w - 1.1, d * 0.8, h * 0.3, 0.1).moved(z_cm=h * 0.22), BLACK)
    kit.add(box(w * 1.04, d * 1.1, h * 0.34, 0.7, 0.9).moved(z_cm=h * 0.66), look)
    kit.add(front_panel(w * 0.86, h * 0.22).moved(0, -d * 0.55 - 0.02, h * 0.72), printed(_tag(draw, 160, 50), 0.3))
    return kit.item("stamp", "flat_automatic")


def dater(draw: Draw) -> Item:
    """A metal date stamp with a ball handle and number wheels."""
    kit, h = Kit(), draw.uniform(8.5, 12)
    kit.add(box(4.4, 3.4, 0.5, 0.05), plastic(_RED, 0.7))
    for x in (-1.9, 1.9):
        kit.add(box(0.3, 2.4, 4.2, 0.05).moved(x, 0, 0.5), STEEL)
    kit.add(rod((-1.7, 0, 2.2), (1.7, 0, 2.2), 1.4, 20), BLACK)
    kit.add(box(4.2, 2.6, 0.6, 0.1).moved(z_cm=4.5), STEEL)
    kit.add(rod((0, 0, 5), (0, 0, h - 2.4), 0.5), STEEL)
    kit.add(egg(1.5, 1.5, 1.3).moved(z_cm=h - 2.7), timber(draw, 64, 48, 0.5) if draw.chance(0.5) else BLACK)
    return kit.item("stamp", "dater")


def square_seal(draw: Draw) -> Item:
    """A stone or horn seal, square or oval, sometimes with a carved top."""
    kit, side, h = Kit(), draw.uniform(2.2, 4), draw.uniform(5.5, 9)
    stone = Material(draw.hsv((0.0, 0.4), (0.1, 0.7), (0.35, 0.85)), 0.15, clearcoat=0.7)
    outline = rounded_rectangle(side, side * draw.uniform(0.7, 1.0), 0.2 if draw.chance(0.6) else side * 0.34, 4)
    kit.add(extrude(outline, 0.25, 0.05), plastic(_RED, 0.6))
    kit.add(extrude(outline, h * 0.72, 0.2).moved(z_cm=0.24), stone)
    if draw.chance(0.5):
        kit.add(egg(side * 0.4, side * 0.36, h * 0.16).moved(z_cm=h * 0.7), stone)
        kit.add(egg(side * 0.22, side * 0.22, h * 0.08).moved(-side * 0.2, 0, h * 0.9), stone)
    return kit.item("stamp", "square_seal")


def wood_mount(draw: Draw) -> Item:
    """A rubber stamp on a flat block of wood with a groove or a knob, its print repeated on top."""
    kit, w, d, h = Kit(), draw.uniform(5, 9), draw.uniform(2.6, 4.5), draw.uniform(2.2, 3.4)
    wood = timber(draw, 96, 64, 0.3)
    kit.add(box(w * 0.97, d * 0.97, 0.5, 0.03), plastic(_RED if draw.chance(0.6) else (0.3, 0.35, 0.38), 0.8))
    kit.add(box(w, d, h - 0.49, 0.25).moved(z_cm=0.49), wood)
    if draw.chance(0.4):
        knob = [(0, 0), (0.6, 0), (0.5, 1.2), (1.1, 2.4), (0.9, 3.3), (0, 3.6)]
        kit.add(revolve(knob, 16).moved(z_cm=h - 0.1), wood)
    else:
        lid_print(kit, w * 0.9, d * 0.8, h, _tag(draw, 160, 70), 0.5)
    return kit.item("stamp", "wood_mount")


def rack(draw: Draw) -> Item:
    """A round or flat rack with four to eight stamps hanging or standing."""
    kit, r = Kit(), draw.uniform(5.5, 7.5)
    look = BLACK if draw.chance(0.6) else STEEL
    kit.add(disc(r, 1.2, 0.3), look)
    kit.add(rod((0, 0, 1), (0, 0, 13.5), 0.7), look)
    kit.add(disc(r * 0.9, 0.6, 0.15).moved(z_cm=11), look)
    handle = timber(draw, 64, 48, 0.5) if draw.chance(0.6) else coloured(draw)
    for k in range(draw.integer(4, 7)):
        a = k * 2 * np.pi / 7
        profile = [(0, 0), (1.5, 0), (1.5, 1.0), (0.6, 1.8), (0.6, 4.5), (1.0, 6), (0.6, 7), (0, 7.1)]
        kit.add(revolve(profile, 14).moved(r * 0.74 * float(np.cos(a)), r * 0.74 * float(np.sin(a)), 4.2), handle)
    return kit.item("stamp", "rack")


def stamp_box(draw: Draw) -> Item:
    """Several stamps standing in a small wooden or plastic box."""
    kit, w, d = Kit(), draw.uniform(13, 18), draw.uniform(7, 9)
    kit.add(pot(rounded_rectangle(w, d, 0.6), 3.6, 0.4), timber(draw) if draw.chance(0.5) else coloured(draw))
    for k in range(draw.integer(2, 4)):
        h, r = draw.uniform(6.5, 8.5), draw.uniform(1.5, 1.9)
        shape = [(0, 0), (r, 0), (r, 1.2), (r * 0.5, 2.4), (r * 0.42, h * 0.6), (r * 0.75, h * 0.85), (0, h)]
        kit.add(revolve(shape, 16).moved(-w * 0.33 + k * 4.1, draw.free(-0.8, 0.8), 0.45), timber(draw, 64, 48, 0.5))
    return kit.item("stamp", "stamp_box")


def lever_press(draw: Draw) -> Item:
    """An embossing press with a long lever."""
    kit, long = Kit(), draw.uniform(14, 19)
    look = metal((0.2, 0.2, 0.22), 0.3) if draw.chance(0.5) else metal((0.7, 0.7, 0.72), 0.3)
    kit.add(box(5, long * 0.75, 1.2, 0.3, 0.8), look)
    kit.add(box(3.4, 3.4, 6, 0.5).moved(0, long * 0.26, 1.0), look)
    kit.add(disc(2.0, 1.4, 0.2, 20).moved(0, -long * 0.2, 1.2), STEEL)
    path = [(0, long * 0.3, 6.5), (0, -long * 0.1, 7.4), (0, -long * 0.5, 9.6)]
    kit.add(tube(path, [1.1, 1.0, 1.2], 10), look)
    kit.add(rod((0, -long * 0.2, 2.6), (0, -long * 0.17, 7.2), 0.8), STEEL)
    return kit.item("stamp", "lever_press")


def round_pad(draw: Draw) -> Item:
    """The round tin or plastic pad of red paste, open with its lid beside, or shut with a print."""
    kit, r = Kit(), draw.uniform(3.6, 4.8)
    case = draw.pick((coloured(draw, 0.3), plastic((0.7, 0.05, 0.08), 0.25), metal((0.75, 0.6, 0.3), 0.3)))
    h = draw.uniform(1.6, 2.8)
    if draw.chance(0.6):
        kit.add(revolve([(0, 0), (r, 0), (r, h), (r - 0.35, h), (r - 0.4, h * 0.7), (0, h * 0.7)], 30), case)
        kit.add(disc(r - 0.45, 0.25, 0.1, 28).moved(z_cm=h * 0.7), Material((0.62, 0.02, 0.03), 0.45, clearcoat=0.2))
        if draw.chance(0.5):
            kit.add(disc(r, h * 0.5, 0.15, 28).moved(2 * r + draw.uniform(0.5, 2), draw.free(-2, 2)), case)
    else:
        kit.add(disc(r, h, 0.2, 30), case)
        mark = canvas(128, 128, (0.75, 0.05, 0.08))
        fitted(mark, draw.pick(("印泥", "印台", "快干印泥")), 64, 64, 44, 90, (1.0, 0.9, 0.4))
        lid_print(kit, r * 1.36, r * 1.36, h, mark, 0.3)
    return kit.item("ink_pad", "round_pad")


def flat_pad(draw: Draw) -> Item:
    """A rectangular pad with a hinged lid, open or shut."""
    kit, w, d, h = Kit(), draw.uniform(9, 13), draw.uniform(6.5, 8.5), draw.uniform(1.2, 1.8)
    case = coloured(draw, 0.3)
    kit.add(box(w, d, h, 0.2, 0.6), case)
    ink = (0.6, 0.02, 0.03) if draw.chance(0.75) else (0.05, 0.08, 0.4)
    if draw.chance(0.6):
        kit.add(box(w * 0.88, d * 0.84, 0.12, 0.03).moved(z_cm=h), Material(ink, 0.7))
        lid = box(w, d, 0.7, 0.15, 0.6).moved(0, d / 2)
        kit.add(lid.turned("x", draw.uniform(70, 115)).moved(0, d / 2, h), case)
    else:
        mark = canvas(160, 100, case.rgb)
        fitted(mark, "印台", 80, 50, 60, 120, (0.95, 0.95, 0.9) if sum(case.rgb) < 1.6 else (0.7, 0.05, 0.05))
        lid_print(kit, w * 0.8, d * 0.8, h, mark, 0.3)
    return kit.item("ink_pad", "flat_pad")


def porcelain_pad(draw: Draw) -> Item:
    """A porcelain jar of red paste, lid beside."""
    kit, r = Kit(), draw.uniform(3.2, 4.2)
    glaze = Material(draw.grey(0.88, 0.96), 0.1, clearcoat=0.9)
    kit.add(revolve([(0, 0), (r * 0.8, 0), (r, 0.8), (r, 2.4), (r - 0.4, 2.4), (r - 0.5, 1.6), (0, 1.6)], 28), glaze)
    kit.add(egg(r - 0.6, r - 0.6, 0.5).moved(z_cm=1.4), Material((0.66, 0.03, 0.03), 0.4, clearcoat=0.3))
    face = canvas(256, 40, glaze.rgb)
    for k in range(8):
        centred(face, draw.pick("♥★●■"), 16 + 32 * k, 20, 22, (0.1, 0.2, 0.6))
    kit.add(band([(r + 0.015, 1.0), (r + 0.015, 2.2)], 28), printed(face, 0.15))
    if draw.chance(0.6):
        kit.add(revolve([(0, 0), (r, 0), (r, 0.8), (r * 0.8, 1.3), (0, 1.6)], 28).moved(2 * r + 1), glaze)
    return kit.item("ink_pad", "porcelain_pad")


def gold_pad(draw: Draw) -> Item:
    """A metal tin pad with an embossed lid standing half open."""
    kit, r = Kit(), draw.uniform(3.8, 4.6)
    kit.add(revolve([(0, 0), (r, 0), (r, 1.2), (r - 0.3, 1.2), (r - 0.3, 0.9), (0, 0.9)], 28), GOLD)
    kit.add(disc(r - 0.4, 0.2, 0.05, 26).moved(z_cm=0.9), Material((0.55, 0.02, 0.03), 0.7))
    kit.add(disc(r, 0.8, 0.15, 28).moved(0, r).turned("x", 65).moved(0, r, 1.25), GOLD)
    return kit.item("ink_pad", "gold_pad")
