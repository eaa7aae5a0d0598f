"""More kinds of printers, scanners, monitor risers, mice and mouse pads."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import (
    Draw,
    Item,
    Kit,
    Material,
    Top,
    metal,
    plastic,
    printed,
    rectangle,
    tinted,
)
from deskcheck_datasets.synthetic.items.faces import BRANDS, centred, contrast, display, fitted
from deskcheck_datasets.synthetic.items.looks import (
    ACRYLIC_BLOCK,
    BLACK,
    RUBBER,
    STEEL,
    coloured,
    cord,
    egg,
    lit,
    office,
    rod,
    timber,
)
from deskcheck_datasets.synthetic.mesh import (
    Mesh,
    box,
    extrude,
    front_panel,
    grid,
    loft,
    merged,
    panel,
    rounded_rectangle,
    tube,
)
from deskcheck_datasets.synthetic.textures import canvas, document, pattern


def _brand(kit: Kit, draw: Draw, look: Material, w: float, at: tuple[float, float, float]) -> None:
    img = canvas(120, 36, look.rgb)
    centred(img, draw.pick(BRANDS), 60, 18, 24, contrast(look.rgb))
    kit.add(front_panel(w, w * 0.3).moved(*at), printed(img, 0.4))


def flat_top(w: float, d: float, h: float) -> tuple[Top, ...]:
    """A machine's level top that things get put on."""
    return (Top("machine_top", rectangle(w * 0.9, d * 0.8), h),)


def multifunction(draw: Draw) -> Item:
    """A multifunction machine: scanner lid with a feeder, slanted panel with a touch screen, paper drawer."""
    kit, w, d, h = Kit(), draw.uniform(38, 46), draw.uniform(34, 42), draw.uniform(26, 36)
    look, dark = office(draw, 0.3), plastic(draw.grey(0.05, 0.25), 0.4)
    kit.add(box(w, d, h * 0.3, 0.4, 1.2), dark if draw.chance(0.5) else look)
    kit.add(box(w * 0.96, d * 0.9, h * 0.32, 0.3, 1.2).moved(0, d * 0.05, h * 0.3), look)
    kit.add(box(w, d * 0.96, h * 0.12, 0.5, 1.2).moved(0, d * 0.02, h * 0.64), look)
    kit.add(box(w * 0.7, d * 0.5, 1.0, 0.2).moved(-w * 0.06, -d * 0.1, h * 0.36), plastic((0.03, 0.03, 0.03), 0.8))
    kit.add(
        box(w * 0.98, d * 0.92, 2.0, 0.5, 1.2).moved(0, d * 0.04, h * 0.76 + 0.02), dark if draw.chance(0.5) else look
    )
    top = h * 0.76 + 2.02
    if draw.chance(0.6):
        feeder = box(w * 0.62, d * 0.4, h * 0.14, 0.8, 1.5)
        kit.add(feeder.moved(-w * 0.16, d * 0.08, top - 0.1), look)
        kit.add(box(w * 0.56, d * 0.36, 0.5, 0.1).turned("x", 12).moved(-w * 0.14, d * 0.24, top + h * 0.1), dark)
        tops: tuple[Top, ...] = ()
    else:
        tops = flat_top(w, d, top)
    face = display(draw, draw.pick(("复印  扫描  打印", "就绪", "请选择功能")), 240, 130, (0.15, 0.35, 0.6))
    panel_box = box(w * 0.5, 6, 1.6, 0.4).turned("x", 35)
    kit.add(panel_box.moved(w * 0.1, -d / 2 - 1.4, h * 0.6), dark)
    kit.add(panel(w * 0.22, 4).moved(0, 0, 1.63).turned("x", 35).moved(w * 0.03, -d / 2 - 1.4, h * 0.6), lit(face, 0.7))
    kit.add(box(w * 0.3, 0.6, 1.2, 0.2).moved(0, -d / 2 - 0.2, h * 0.12), dark)
    _brand(kit, draw, look, 6, (-w * 0.34, -d * 0.4 - 0.05, h * 0.5))
    return kit.item("printer", "multifunction", tops)


def small_laser(draw: Draw) -> Item:
    """A small laser printer: rounded body, paper standing behind, sheets on top."""
    kit, w, d, h = Kit(), draw.uniform(34, 40), draw.uniform(23, 32), draw.uniform(17, 23)
    look = office(draw, 0.35)
    section = np.array(
        [[-d / 2, 0], [d / 2, 0], [d / 2, h * 0.9], [d * 0.3, h], [-d * 0.2, h * 0.92], [-d / 2, h * 0.6]]
    )
    loops = [
        np.column_stack([np.full(6, x), section * s])
        for x, s in ((-w / 2, 0.96), (-w * 0.47, 1.0), (w * 0.47, 1.0), (w / 2, 0.96))
    ]
    kit.add(loft(np.array(loops)), look)
    kit.add(
        box(w * 0.66, d * 0.44, 0.4, 0.05).turned("x", 10).moved(0, -d * 0.08, h * 0.88),
        plastic((0.06, 0.06, 0.07), 0.6),
    )
    if draw.chance(0.7):
        sheet = panel(21, 14).turned("x", 12).moved(0, -d * 0.1, h * 0.88 + 1.2)
        kit.add(sheet, printed(document(draw, 210, 140), 0.85))
        kit.add(
            box(21.5, 0.5, 13, 0.05).turned("x", -18).moved(0, d * 0.4, h * 0.86), plastic((0.93, 0.93, 0.91), 0.85)
        )
    kit.add(box(w * 0.94, 9, 0.6, 0.2).moved(0, -d / 2 - 3.5, 1.0), look)
    buttons = [box(1.2, 0.3, 0.8, 0.1).moved(w * 0.3 + k * 1.8, -d * 0.46, h * 0.66) for k in range(3)]
    kit.add(merged(buttons), plastic((0.2, 0.6, 0.3) if draw.chance(0.5) else draw.grey(0.3, 0.6), 0.4))
    _brand(kit, draw, look, 5, (-w * 0.3, -d / 2 - 0.02, h * 0.3))
    return kit.item("printer", "small_laser")


def inkjet(draw: Draw) -> Item:
    """A flat inkjet all-in-one with ink tanks at its side."""
    kit, w, d, h = Kit(), draw.uniform(37, 45), draw.uniform(30, 36), draw.uniform(13, 19)
    look = office(draw, 0.5)
    kit.add(box(w, d, h, 0.7, 2.0), look)
    kit.add(box(w * 0.96, d * 0.9, 1.4, 0.5, 1.8).moved(0, d * 0.03, h - 0.02), look)
    kit.add(
        box(w * 0.62, 0.4, h * 0.32, 0.1).moved(-w * 0.06, -d / 2 - 0.05, h * 0.14), plastic((0.02, 0.02, 0.02), 0.8)
    )
    if draw.chance(0.6):
        kit.add(box(w * 0.5, 9, 0.4, 0.1).moved(-w * 0.06, -d / 2 - 4, h * 0.12), look)
    inks = ((0.05, 0.55, 0.8), (0.85, 0.1, 0.4), (0.95, 0.8, 0.1), (0.03, 0.03, 0.03))
    if draw.chance(0.6):
        for k, rgb in enumerate(inks):
            kit.add(box(1.8, 0.4, h * 0.4, 0.1).moved(w * 0.3 + k * 2.0, -d / 2 - 0.06, h * 0.2), plastic(rgb, 0.15))
    kit.add(
        front_panel(7, 3).moved(-w * 0.3, -d / 2 - 0.03, h * 0.62),
        lit(display(draw, "就绪", 100, 44, (0.1, 0.2, 0.35)), 0.6),
    )
    return kit.item("printer", "inkjet", flat_top(w, d, h + 1.38))


def dot_matrix(draw: Draw) -> Item:
    """A flat needle printer as used for bills, with a roller, knob and hanging paper."""
    kit, w, d, h = Kit(), draw.uniform(38, 46), draw.uniform(28, 33), draw.uniform(13, 18)
    look = plastic(draw.hsv((0.09, 0.14), (0.02, 0.12), (0.75, 0.93)), 0.5)
    kit.add(extrude(rounded_rectangle(w, d, 1.5), h, 0.8, top_scale=0.93), look)
    kit.add(box(w * 0.8, d * 0.28, 1.0, 0.3).moved(0, d * 0.1, h - 0.4), plastic((0.15, 0.12, 0.1), 0.15))
    kit.add(rod((w * 0.46, d * 0.16, h * 0.6), (w * 0.54, d * 0.16, h * 0.6), 1.9, 16), BLACK)
    t, s = np.linspace(-1, 1, 5)[None, :], np.linspace(0, 1, 8)[:, None]
    y = -d * 0.5 - 2 + s * d * 0.6
    z = h * 0.72 + (h * 0.36) * s + 0.8 * np.sin(s * 3)
    sheet = np.stack([t * 11 + 0 * s, y + 0 * t, z + 0 * t], -1)
    kit.add(grid(sheet), printed(document(draw, 210, 240), 0.85))
    keys = [box(2.2, 0.9, 0.3, 0.1).moved(-w * 0.36 + k * 3, -d * 0.36, h - 0.15) for k in range(4)]
    kit.add(merged(keys), plastic(draw.grey(0.3, 0.6), 0.4))
    _brand(kit, draw, look, 5, (w * 0.3, -d / 2 - 0.02, h * 0.4))
    return kit.item("printer", "dot_matrix")


def receipt_printer(draw: Draw) -> Item:
    """A small receipt or label printer with a strip of paper."""
    kit, w, d, h = Kit(), draw.uniform(23, 27), draw.uniform(23, 28), draw.uniform(18, 22)
    look = office(draw, 0.6)
    kit.add(extrude(rounded_rectangle(w, d, 2.0), h * 0.7, 0.6), look)
    kit.add(extrude(rounded_rectangle(w, d * 0.94, 2.0), h * 0.3, 1.2, top_scale=0.9).moved(0, 0.4, h * 0.7), look)
    strip = document(draw, 160, 220)
    t, s = np.linspace(-1, 1, 3)[None, :], np.linspace(0, 1, 7)[:, None]
    bow = np.stack([t * 4 + 0 * s, -d * 0.3 - 6 * np.sin(s * 1.5) + 0 * t, h + 7 * s - 3 * s**2 + 0 * t], -1)
    kit.add(grid(bow), printed(strip, 0.8))
    kit.add(box(w * 0.6, 0.5, 0.8, 0.1).moved(0, -d * 0.3, h - 0.3), BLACK)
    kit.add(merged([box(1.4, 0.8, 0.3, 0.1).moved(-w * 0.3 + k * 2.2, -d * 0.36, h * 0.92) for k in range(3)]), STEEL)
    return kit.item("printer", "receipt_printer")


def sheet_scanner(draw: Draw) -> Item:
    """A sheet-fed scanner: narrow body, trays above and before it."""
    kit, w, d, h = Kit(), draw.uniform(29, 33), draw.uniform(15, 19), draw.uniform(15, 19)
    look = office(draw, 0.5)
    kit.add(extrude(rounded_rectangle(w, d, 3), h * 0.8, 1.0, top_scale=0.9), look)
    kit.add(box(w * 0.8, 0.6, 17, 0.1).turned("x", -28).moved(0, d * 0.28, h * 0.7), look)
    kit.add(box(w * 0.8, 14, 0.5, 0.1).moved(0, -d / 2 - 6, 1.0), look)
    if draw.chance(0.6):
        kit.add(
            box(21, 0.3, 18, 0.02).turned("x", -28).moved(0, d * 0.28 - 0.7, h * 0.76),
            plastic((0.94, 0.94, 0.92), 0.85),
        )
    kit.add(
        front_panel(5, 2.4).moved(w * 0.3, -d * 0.5, h * 0.4), lit(display(draw, "SCAN", 90, 44, (0.1, 0.3, 0.6)), 0.6)
    )
    return kit.item("printer", "sheet_scanner")


def _riser_top(w: float, d: float, h: float) -> tuple[Top, ...]:
    return (Top("riser_top", rectangle(w - 1, d - 1), h),)


def drawer_riser(draw: Draw) -> Item:
    """A wooden riser with a shelf of pigeonholes or drawers."""
    kit, w, d, h = Kit(), draw.uniform(46, 58), draw.uniform(21, 27), draw.uniform(10, 14)
    look = timber(draw, 320, 160) if draw.chance(0.7) else plastic(draw.grey(0.85, 0.95), 0.4)
    kit.add(box(w, d, 1.4, 0.15, 0.4).moved(z_cm=h - 1.4), look)
    cell = w * 0.24
    sides = [
        box(1.2, d * 0.94, h - 1.42, 0.05).moved(x) for x in (-w / 2 + 0.7, w / 2 - 0.7, -w / 2 + cell, w / 2 - cell)
    ]
    kit.add(merged(sides), look)
    for s in (-1, 1):
        kit.add(
            box(cell - 1.6, d * 0.9, h * 0.36, 0.1).moved(s * (w / 2 - cell / 2), -0.2, h * 0.06),
            coloured(draw) if draw.chance(0.4) else look,
        )
    return kit.item("monitor_riser", "drawer_riser", _riser_top(w, d, h))


def metal_riser(draw: Draw) -> Item:
    """A bent sheet or mesh of metal on two feet, with ports or holes."""
    kit, w, d, h = Kit(), draw.uniform(44, 55), draw.uniform(22, 27), draw.uniform(8, 13)
    look = metal(draw.pick(((0.1, 0.1, 0.11), (0.75, 0.75, 0.77), (0.88, 0.88, 0.88))), 0.4)
    kit.add(box(w, d, 0.6, 0.1, 1.0).moved(z_cm=h - 0.6), look)
    for s in (-1, 1):
        leg = [(s * w * 0.46, -d * 0.46, 0.35), (s * w * 0.47, -d * 0.44, h - 0.7)]
        back = [(s * w * 0.46, d * 0.46, 0.35), (s * w * 0.47, d * 0.44, h - 0.7)]
        foot = [(s * w * 0.46, -d * 0.46, 0.35), (s * w * 0.46, d * 0.46, 0.35)]
        kit.add(merged([tube(p, 0.35, 6) for p in (leg, back)]), look)
        kit.add(tube(foot, 0.34, 6), look)
    if draw.chance(0.5):
        ports = [box(1.4, 0.2, 0.6, 0.02).moved(-w * 0.3 + k * 2.4, -d / 2 - 0.02, h - 0.58) for k in range(3)]
        kit.add(merged(ports), BLACK)
    return kit.item("monitor_riser", "metal_riser", _riser_top(w, d, h))


def glass_riser(draw: Draw) -> Item:
    """A shelf of glass or acrylic on round or cube feet."""
    kit, w, d, h = Kit(), draw.uniform(44, 56), draw.uniform(22, 27), draw.uniform(7, 11)
    look = ACRYLIC_BLOCK if draw.chance(0.6) else plastic((0.03, 0.03, 0.035), 0.06)
    kit.add(box(w, d, 0.9, 0.1, 1.5).moved(z_cm=h - 0.9), look)
    legs = STEEL if draw.chance(0.5) else coloured(draw)
    feet = [rod((x, y, 0), (x, y, h - 0.92), 1.7, 14) for x in (-w * 0.42, w * 0.42) for y in (-d * 0.36, d * 0.36)]
    kit.add(merged(feet), legs)
    return kit.item("monitor_riser", "glass_riser", _riser_top(w, d, h))


def _mouse_body(length: float, width: float, height: float, bulk: float) -> Mesh:
    a = np.linspace(0, 2 * np.pi, 26)[:-1]
    ring = np.stack([np.sign(np.cos(a)) * np.abs(np.cos(a)) ** bulk * width / 2, np.sin(a) * length / 2], 1)
    loops = []
    for t in np.linspace(0, 1, 8):
        shrink = max(float(np.cos(t * np.pi / 2 * 0.95)), 0.05) ** 0.6
        rise = 0.92 + 0.2 * np.cos((ring[:, 1] / length + 0.3) * np.pi)
        loops.append(
            np.column_stack([ring[:, 0] * shrink, ring[:, 1] * shrink - 0.3 * t, height * np.sin(t * np.pi / 2) * rise])
        )
    return loft(np.array(loops), crease_deg=60)


def _height(body: Mesh, y_cm: float) -> float:
    """Height of a mouse's back over its middle line."""
    near = body.vertices[(np.abs(body.vertices[:, 0]) < 1.2) & (np.abs(body.vertices[:, 1] - y_cm) < 1.6)]
    return float(near[:, 2].max())


def office_mouse(draw: Draw) -> Item:
    """A mouse with coloured sides, wheel and buttons' gap, with a cord or without."""
    kit, length, width, height = Kit(), draw.uniform(9.5, 12.2), draw.uniform(5.6, 6.8), draw.uniform(3.2, 4.0)
    look = office(draw, 0.65) if draw.chance(0.75) else plastic(draw.vivid(), 0.35)
    shell = _mouse_body(length, width, height, draw.uniform(0.6, 0.95))
    kit.add(shell, look)
    kit.add(_mouse_body(length * 0.98, width * 1.03, height * 0.5, 0.7), plastic(tinted(look.rgb, 0.5), 0.6))
    z = _height(shell, length * 0.26) - 0.5
    kit.add(rod((-0.4, length * 0.26, z), (0.4, length * 0.26, z), 0.8, 14), BLACK)
    kit.add(box(0.16, length * 0.3, 0.2, 0.0).moved(0, length * 0.28, z + 0.42), BLACK)
    if draw.chance(0.4):
        kit.add(
            egg(0.9, 1.6, 0.12, 6, 12).moved(0, -length * 0.12, _height(shell, -length * 0.12) - 0.06),
            Material(draw.vivid(), 0.3, glow=0.3),
        )
    if draw.chance(0.6):
        sway = draw.uniform(-6, 6)
        kit.add(
            cord([(0, length / 2 - 0.5, 0.9), (0, length / 2 + 2.5, 0.25), (sway, length / 2 + 12, 0.2)], 0.17),
            RUBBER,
            loose=True,
        )
    return kit.item("mouse", "office_mouse")


def flat_mouse(draw: Draw) -> Item:
    """A low smooth mouse without visible keys."""
    kit, length, width = Kit(), draw.uniform(10, 11.6), draw.uniform(5.6, 6.2)
    light = draw.chance(0.6)
    look = Material(draw.grey(0.88, 0.97) if light else draw.grey(0.03, 0.2), 0.1, clearcoat=0.8)
    shell = _mouse_body(length, width, draw.uniform(1.9, 2.5), 0.62)
    kit.add(shell, look)
    kit.add(box(width * 0.86, length * 0.8, 0.5, 0.2, 2.4), STEEL)
    if draw.chance(0.5):
        z = _height(shell, length * 0.24) - 0.3
        kit.add(rod((-0.25, length * 0.24, z), (0.25, length * 0.24, z), 0.5, 12), STEEL)
    return kit.item("mouse", "flat_mouse")


def upright_mouse(draw: Draw) -> Item:
    """A vertical mouse, gripped like a hand to shake."""
    kit, h = Kit(), draw.uniform(5.8, 7)
    body = _mouse_body(11.5, 7.0, h, 0.8)
    lean = body.vertices.copy()
    lean[:, 0] += 0.35 * lean[:, 2]
    kit.add(Mesh(lean, body.faces, body.uv, True, 60), office(draw, 0.9))
    kit.add(box(1.2, 4, 1.6, 0.3).turned("y", 35).moved(3.4, 1.5, h * 0.42), plastic(draw.grey(0.3, 0.6), 0.3))
    return kit.item("mouse", "upright_mouse")


def wrist_pad(draw: Draw) -> Item:
    """A mouse pad with a raised rest for the wrist."""
    kit, w, d = Kit(), draw.uniform(20, 25), draw.uniform(22, 26)
    rgb = draw.grey(0.02, 0.15) if draw.chance(0.4) else draw.vivid()
    look = Material(texture=pattern(draw, rgb), roughness=0.9, specular=0.1)
    kit.add(box(w, d, 0.35, 0.08, 4.0), plastic(tinted(rgb, 0.7), 0.9))
    kit.add(panel(w * 0.8, d * 0.66).moved(0, d * 0.08, 0.362), look)
    kit.add(extrude(rounded_rectangle(w * 0.7, 7.5, 3.4), 2.0, 0.9).moved(0, -d * 0.34, 0.3), plastic(rgb, 0.6))
    return kit.item("mouse_pad", "wrist_pad")


def round_pad(draw: Draw) -> Item:
    """A round mouse pad or a leather one with stitches."""
    kit, r = Kit(), draw.uniform(10, 12)
    rgb = draw.hsv((0.03, 0.1), (0.3, 0.7), (0.2, 0.6)) if draw.chance(0.5) else draw.vivid()
    outline = rounded_rectangle(2 * r, 2 * r, r * (0.99 if draw.chance(0.6) else 0.2), 8)
    kit.add(extrude(outline, 0.35, 0.08), Material(rgb, 0.5))
    face = canvas(128, 128, rgb)
    fitted(face, draw.pick(("加油", "GO", "为民服务", "♥")), 64, 64, 50, 100, contrast(rgb))
    kit.add(panel(r * 1.2, r * 1.2).moved(z_cm=0.362), printed(face, 0.7))
    return kit.item("mouse_pad", "round_pad")


def desk_mat(draw: Draw) -> Item:
    """A wide mat under mouse and keyboard is cut to the mouse's part; it carries a calendar or a map of keys."""
    kit, w, d = Kit(), draw.uniform(30, 40), draw.uniform(22, 27)
    rgb = draw.grey(0.03, 0.3) if draw.chance(0.6) else draw.hsv((0.5, 0.7), (0.2, 0.6), (0.3, 0.8))
    kit.add(box(w, d, 0.25, 0.05, 0.6), plastic(rgb, 0.85))
    face = pattern(draw, rgb, 320, 200)
    fitted(face, draw.pick(("服务热线 12345", "常用快捷键", "Ctrl+C 复制")), 160, 30, 30, 280, contrast(rgb))
    kit.add(panel(w - 1, d - 1).moved(z_cm=0.262), printed(face, 0.8))
    return kit.item("mouse_pad", "desk_mat")
