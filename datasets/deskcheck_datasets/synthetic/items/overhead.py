"""More kinds of document cameras: two lenses, slim folding arms, boxes with a mat, folded ones, lamp-like scanners."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, metal, plastic, printed
from deskcheck_datasets.synthetic.items.faces import BRANDS, centred, contrast, display
from deskcheck_datasets.synthetic.items.looks import BLACK, LENS, RUBBER, STEEL, cord, disc, lit, office, rod
from deskcheck_datasets.synthetic.mesh import (
    Mesh,
    box,
    extrude,
    front_panel,
    panel,
    rounded_rectangle,
    smooth_path,
    tube,
)
from deskcheck_datasets.synthetic.textures import canvas, document


def _mat(kit: Kit, draw: Draw, w: float, d: float, y: float, page_share: float = 0.4) -> None:
    """The soft pad under the lens with its printed frames, sometimes with a page on it."""
    rgb = draw.grey(0.02, 0.07) if draw.chance(0.65) else draw.hsv((0.3, 0.62), (0.3, 0.6), (0.15, 0.4))
    kit.add(box(w, d, 0.25, 0.08, 0.8).moved(y_cm=y), Material(rgb, 0.85, specular=0.15))
    face = canvas(int(w * 8), int(d * 8), rgb)
    for share in (0.94, 0.68):
        x0, y0 = int(w * 4 * (1 - share)), int(d * 4 * (1 - share))
        face[y0 : y0 + 2, x0:-x0] = face[-y0 - 2 : -y0, x0:-x0] = 190
        face[y0:-y0, x0 : x0 + 2] = face[y0:-y0, -x0 - 2 : -x0] = 190
    kit.add(panel(w * 0.96, d * 0.96).moved(0, y, 0.258), printed(face, 0.85))
    if draw.chance(page_share):
        page = panel(21, 29.7).turned("z", draw.free(-6, 6)).moved(y_cm=y - 1, z_cm=0.275)
        kit.add(page, printed(document(draw)))


def _eye(kit: Kit, at: tuple[float, float, float], r: float = 1.2) -> None:
    """A lens looking down, with a ring of lamps around it."""
    x, y, z = at
    kit.add(disc(r, 0.6, 0.1, 18).moved(x, y, z - 0.5), LENS)
    lamps = Material((1.0, 0.98, 0.9), glow=1.0)
    for k in range(4):
        a = np.pi / 4 + k * np.pi / 2
        kit.add(
            box(0.5, 0.5, 0.1, 0.02).moved(x + r * 1.5 * float(np.cos(a)), y + r * 1.5 * float(np.sin(a)), z - 0.1),
            lamps,
        )


def _name(kit: Kit, draw: Draw, look: Material, w: float, at: tuple[float, float, float]) -> None:
    """The maker's name on a face towards the staff."""
    img = canvas(120, 40, look.rgb)
    centred(img, draw.pick(BRANDS), 60, 20, 26, contrast(look.rgb))
    kit.add(front_panel(w, w / 3).moved(*at), printed(img, 0.4))


def _tail(kit: Kit, draw: Draw, y: float) -> None:
    if draw.chance(0.7):
        sway = draw.uniform(-10, 10)
        kit.add(cord([(2, y, 0.8), (3, y + 4, 0.3), (3 + sway, y + 11, 0.25)], 0.22), RUBBER, loose=True)


def _bar(start: tuple[float, float, float], end: tuple[float, float, float], wide: float, thick: float) -> Mesh:
    """A flat arm in the y-z plane from one point to another."""
    (_, y0, z0), (_, y1, z1) = start, end
    long = float(np.hypot(y1 - y0, z1 - z0))
    angle = float(np.degrees(np.arctan2(z1 - z0, y1 - y0)))
    slab = box(wide, long, thick, min(thick * 0.3, 0.3), 0.5).moved(0, long / 2, -thick / 2)
    return slab.turned("x", angle).moved(0, y0, z0)


def twin_lens(draw: Draw) -> Item:
    """A column with a main head over the mat and a second camera that looks at the visitor."""
    kit, look, h = Kit(), office(draw, 0.5), draw.uniform(33, 42)
    mat_d = draw.uniform(31, 37)
    _mat(kit, draw, draw.uniform(24, 30), mat_d, 0)
    back = mat_d / 2 + 6
    kit.add(box(draw.uniform(12, 17), 11, draw.uniform(2.2, 3.6), 0.6, 2.0).moved(0, back), look)
    kit.add(box(4.2, 2.4, h - 2, 0.5, 0.8).moved(0, back + 1, 2), STEEL if draw.chance(0.35) else look)
    reach = draw.uniform(15, 20)
    kit.add(box(4.6, reach, 2.0, 0.5, 0.8).moved(0, back + 1.5 - reach / 2, h - 1), look)
    tip = back + 1.5 - reach
    kit.add(extrude(rounded_rectangle(6.4, 6.4, 1.8), 2.6, 0.7).moved(0, tip, h - 1.4), look)
    _eye(kit, (0, tip, h - 1.4))
    side = box(4.4, 2.2, 4.4, 0.6, 0.8)
    kit.add(side.moved(0, back + 1.2, h + 0.9), look)
    turn = -1 if draw.chance(0.5) else 1
    kit.add(rod((0, 0, 0), (0, turn * 0.5, 0), 1.1, 16).moved(0, back + 1.2 + turn * 1.2, h + 3.1), LENS)
    _name(kit, draw, look, 5, (0, back - 5.52, 0.6))
    _tail(kit, draw, back + 5)
    return kit.item("document_camera", "twin_lens")


def slim_folding(draw: Draw) -> Item:
    """Two flat aluminium bars hinged on a small heavy foot, without a mat."""
    kit, h, reach = Kit(), draw.uniform(28, 40), draw.uniform(16, 26)
    look = metal((0.74, 0.74, 0.76), 0.35) if draw.chance(0.5) else office(draw, 0.6)
    kit.add(box(draw.uniform(8, 12), draw.uniform(9, 13), 1.8, 0.4, 2.0), look if draw.chance(0.5) else BLACK)
    lean = draw.uniform(0, 6)
    kit.add(_bar((0, 2, 1.6), (0, 2 + lean, h), 3.4, 1.1), look)
    kit.add(rod((-2.2, 2 + lean, h), (2.2, 2 + lean, h), 1.2, 16), BLACK)
    tip = (0.0, 2 + lean - reach, h + draw.uniform(-1, 4))
    kit.add(_bar((0, 2 + lean, h), tip, 3.2, 1.0), look)
    kit.add(box(4.2, 5.5, 1.5, 0.5, 1.2).moved(0, tip[1], tip[2] - 0.9), look)
    _eye(kit, (0, tip[1], tip[2] - 0.9), 0.9)
    _tail(kit, draw, 5)
    return kit.item("document_camera", "slim_folding")


def box_with_mat(draw: Draw) -> Item:
    """A thick box with keys behind a mat; its column rises from one side."""
    kit, look, h = Kit(), office(draw, 0.45), draw.uniform(30, 38)
    mat_w, mat_d = draw.uniform(25, 31), draw.uniform(29, 34)
    _mat(kit, draw, mat_w, mat_d, 0)
    deep, high = draw.uniform(9, 13), draw.uniform(4.5, 7)
    back = mat_d / 2 + deep / 2 + 0.2
    kit.add(box(mat_w * 0.9, deep, high, 0.7, 1.5).moved(0, back), look)
    keys = display(draw, draw.pick(("高拍仪", "拍照  扫描", "SCAN")), 200, 60, look.rgb)
    kit.add(front_panel(mat_w * 0.5, high * 0.5).moved(0, back - deep / 2 - 0.015, high * 0.25), printed(keys, 0.4))
    side = draw.pick((-1, 1)) * mat_w * 0.34
    kit.add(box(4, 3, h - high, 0.6, 0.9).moved(side, back, high - 0.1), look)
    arm = smooth_path([(side, back, h - 0.5), (side * 0.6, back - 5, h + 1.5), (0, back - deep * 0.5 - 11, h + 0.5)], 4)
    kit.add(tube(arm, 1.4, 10), look)
    y = back - deep * 0.5 - 12
    kit.add(extrude(rounded_rectangle(8, 7, 2.2), 2.8, 0.8).moved(0, y, h - 1), look)
    _eye(kit, (0, y, h - 1))
    _tail(kit, draw, back + deep / 2)
    return kit.item("document_camera", "box_with_mat")


def folded_camera(draw: Draw) -> Item:
    """A folding camera that is put away: the arm lies along its foot."""
    kit, look = Kit(), office(draw, 0.55)
    long, w = draw.uniform(30, 38), draw.uniform(8, 11)
    kit.add(box(w, long * 0.55, 2.4, 0.6, 1.8).moved(0, long * 0.2), look)
    kit.add(rod((-w * 0.3, long * 0.42, 3.2), (w * 0.3, long * 0.42, 3.2), 1.7, 18), look)
    kit.add(box(3.6, long * 0.9, 1.6, 0.4, 0.8).moved(0, 0, 3.0), STEEL if draw.chance(0.4) else look)
    kit.add(extrude(rounded_rectangle(6.5, 7, 2), 2.6, 0.7).moved(0, -long * 0.45, 2.4), look)
    kit.add(disc(1.2, 0.2, 0.05, 16).moved(0, -long * 0.45, 5.0), LENS if draw.chance(0.4) else look)
    kit.add(box(1.6, 1.6, 2.5, 0.3).moved(0, -long * 0.42), look)
    _tail(kit, draw, long * 0.47)
    return kit.item("document_camera", "folded_camera")


def lamp_scanner(draw: Draw) -> Item:
    """A book scanner like a lamp: black pad, curved column, a wide head with lamps and a small display."""
    kit, h = Kit(), draw.uniform(33, 40)
    look = BLACK if draw.chance(0.7) else plastic(draw.grey(0.8, 0.93), 0.35)
    mat_d = draw.uniform(30, 35)
    _mat(kit, draw, draw.uniform(36, 43), mat_d, 0, 0.5)
    back = mat_d / 2 + 5
    kit.add(disc(6.5, 2.5, 0.8).scaled(1.4, 1, 1).moved(0, back), look)
    spine = smooth_path([(0, back, 2), (0, back + 2.5, h * 0.5), (0, back + 0.5, h * 0.92), (0, back - 6, h)], 6)
    kit.add(tube(spine, np.linspace(2.2, 1.5, len(spine)).tolist(), 12).scaled(1.5, 1, 1), look)
    kit.add(extrude(rounded_rectangle(10, 17, 4.5), 2.6, 0.9).moved(0, back - 12, h - 1.4), look)
    _eye(kit, (0, back - 14, h - 1.4), 1.5)
    for side in (-1, 1):
        kit.add(
            panel(1.2, 11).turned("y", 180).moved(side * 3.6, back - 12, h - 1.42), Material((1, 0.97, 0.9), glow=1.2)
        )
    face = display(draw, "A4 READY", 120, 80, (0.05, 0.1, 0.2))
    kit.add(panel(4, 2.8).moved(0, back - 9, h + 1.22), lit(face, 0.8))
    _tail(kit, draw, back + 6)
    return kit.item("document_camera", "lamp_scanner")


def card_tower(draw: Draw) -> Item:
    """A terminal with everything: tower with a card window and a finger window, and a wide head above."""
    kit, look, h = Kit(), office(draw, 0.35), draw.uniform(33, 40)
    w, d = draw.uniform(20, 26), draw.uniform(24, 29)
    kit.add(box(w, d, 2.6, 0.6, 1.8), look)
    kit.add(panel(w * 0.8, d * 0.66).moved(0, -d * 0.1, 2.62), Material(draw.grey(0.02, 0.1), 0.8))
    kit.add(box(w * 0.5, 5, h - 2.4, 1.0, 1.8).moved(0, d / 2 - 2.6, 2.4), look)
    kit.add(box(w * 0.55, d * 0.7, 3.4, 1.0, 2.2).moved(0, d * 0.15, h), look)
    _eye(kit, (0, -d * 0.08, h), 1.4)
    kit.add(
        front_panel(w * 0.36, 6).moved(0, d / 2 - 5.12, h * 0.45),
        lit(display(draw, "身份证", 140, 90, (0.1, 0.25, 0.5)), 0.7),
    )
    kit.add(box(2.4, 0.6, 3, 0.2).moved(0, d / 2 - 5.3, h * 0.25), Material((0.2, 0.9, 0.4), glow=0.6))
    _tail(kit, draw, d / 2)
    return kit.item("document_camera", "card_tower")
