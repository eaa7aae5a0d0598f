"""Small stationery, sticky notes, desk calendars, position markers."""

from __future__ import annotations

import cv2
import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Rgb, Texture, plastic, printed
from deskcheck_datasets.synthetic.items.faces import calendar_page, display, fitted, handwriting, keypad
from deskcheck_datasets.synthetic.items.looks import (
    BLACK,
    PAPER,
    PET,
    STEEL,
    coloured,
    disc,
    office,
    rod,
    tilted,
    timber,
)
from deskcheck_datasets.synthetic.mesh import (
    box,
    extrude,
    grid,
    loft,
    merged,
    panel,
    revolve,
    rounded_rectangle,
    tube,
)
from deskcheck_datasets.synthetic.textures import canvas, to_u8

_NOTES: tuple[Rgb, ...] = ((0.98, 0.92, 0.35), (0.98, 0.6, 0.72), (0.6, 0.88, 0.55), (0.5, 0.8, 0.95), (0.98, 0.7, 0.3))
_UNSEEN_NOTES: tuple[Rgb, ...] = ((0.8, 0.65, 0.95), (0.97, 0.97, 0.8), (0.95, 0.45, 0.4))


def stapler(draw: Draw) -> Item:
    """A stapler: base, long upper arm, sometimes open a little."""
    kit, long, w = Kit(), draw.uniform(10.5, 15), draw.uniform(2.8, 3.8)
    look, gape = coloured(draw, 0.35), draw.uniform(2, 8)
    kit.add(box(long, w, 0.9, 0.25, 1.0), look if draw.chance(0.5) else BLACK)
    kit.add(box(1.6, w * 0.8, 2.2, 0.3).moved(long / 2 - 1.4, 0, 0.8), look)
    jaw = box(long * 0.92, w * 0.62, 0.7, 0.1).moved(-long * 0.44)
    arm = extrude(rounded_rectangle(long * 0.95, w * 0.85, 1.3), 1.5, 0.6).moved(-long * 0.45, 0, 0.72)
    tilted(kit, [(jaw, STEEL), (arm, look)], "y", gape, (long / 2 - 1.2, 0, 2.0))
    return kit.item("small_stationery", "stapler")


def calculator(draw: Draw) -> Item:
    """A desk calculator with a tilted display."""
    kit, w, d = Kit(), draw.uniform(9, 13), draw.uniform(13, 18)
    look = office(draw, 0.5)
    keys = ("C", "±", "%", "÷", "7", "8", "9", "×", "4", "5", "6", "-", "1", "2", "3", "+", "0", ".", "00", "=")
    key: Rgb = (0.92, 0.92, 0.9) if sum(look.rgb) < 1 else (0.25, 0.25, 0.27)
    kit.add(box(w, d, 1.6, 0.3, 0.8), look)
    kit.add(panel(w * 0.88, d * 0.62).moved(0, -d * 0.16, 1.615), printed(keypad(keys, 4, look.rgb, key), 0.5))
    caps = [
        box(w * 0.17, d * 0.08, 0.3, 0.08).moved((x - 1.5) * w * 0.22, -d * 0.4 + y * d * 0.124, 1.55)
        for x in range(4)
        for y in range(5)
    ]
    kit.add(merged(caps), plastic(key, 0.5))
    top = canvas(4 * 30, 5 * 30, key)
    top[:] = keypad(keys, 4, key, key)
    kit.add(panel(w * 0.88, d * 0.62).moved(0, -d * 0.155, 1.87), Material(texture=top, roughness=0.5))
    screen = display(draw, str(draw.integer(0, 99999)), 160, 50, (0.62, 0.68, 0.6))
    piece = box(w * 0.92, d * 0.24, 0.6, 0.15)
    tilted(
        kit,
        [(piece, look), (panel(w * 0.8, d * 0.17).moved(z_cm=0.615), printed(screen, 0.2))],
        "x",
        12,
        (0, d * 0.33, 1.5),
    )
    return kit.item("small_stationery", "calculator")


def scissors(draw: Draw) -> Item:
    """Scissors lying, a little open."""
    kit, blade, gape = Kit(), draw.uniform(7, 10), draw.uniform(2, 14)
    grip = coloured(draw)
    for side in (-1, 1):
        z = 0.3 if side < 0 else 0.52
        outline = np.array([[0, -0.5], [blade, -0.1], [blade, 0.1], [0, 0.8]]) * [1, side]
        steel = extrude(outline if side > 0 else outline[::-1], 0.18).moved(z_cm=z)
        a = np.linspace(0, 2 * np.pi, 21)
        loop = np.stack([-4.6 + 2.6 * np.cos(a), -side * 1.9 + 1.5 * np.sin(a), np.full(21, 0.5)], 1)
        handle = merged(
            [tube(loop, 0.42, 8), tube([(0.6, 0, 0.5), (-1.2, -side * 0.5, 0.5), (-2.3, -side * 1.3, 0.5)], 0.42, 8)]
        )
        kit.add(steel.turned("z", side * gape / 2), STEEL)
        kit.add(handle.turned("z", side * gape / 2), grip)
    kit.add(disc(0.5, 0.35, 0.1, 12).moved(z_cm=0.45), STEEL)
    return kit.item("small_stationery", "scissors")


def tape_dispenser(draw: Draw) -> Item:
    """A weighted tape dispenser with its roll."""
    kit, long, w = Kit(), draw.uniform(11, 15), draw.uniform(4.5, 6)
    look, r = coloured(draw), draw.uniform(2.6, 3.4)
    side = np.array([[-0.5, 0], [0.5, 0], [0.5, 0.22], [0.3, 0.35], [0.1, 0.22], [-0.4, 0.3], [-0.5, 0.2]]) * long
    loops = np.array([np.column_stack([side[:, 0], np.full(7, y), side[:, 1]]) for y in (w / 2, -w / 2)])
    kit.add(loft(loops), look)
    tape = rod((0, -1, 0), (0, 1, 0), r, 26)
    kit.add(tape.moved(-long * 0.12, 0, long * 0.2 + r), Material((0.88, 0.83, 0.66), 0.15, clearcoat=0.6))
    kit.add(rod((0, -1.15, 0), (0, 1.15, 0), r * 0.45, 18).moved(-long * 0.12, 0, long * 0.2 + r), look)
    return kit.item("small_stationery", "tape_dispenser")


def tape_roll(draw: Draw) -> Item:
    """One to three rolls of clear or brown tape, lying or stacked."""
    kit, z = Kit(), 0.0
    for _ in range(draw.integer(1, 3)):
        r, h = draw.uniform(3.5, 5.5), draw.uniform(1.2, 4.8)
        rgb = (0.72, 0.55, 0.3) if draw.chance(0.4) else (0.9, 0.87, 0.72)
        ring = [(r * 0.72, 0), (r, 0), (r, h), (r * 0.72, h), (r * 0.72, 0)]
        a = np.linspace(0, 2 * np.pi, 30, endpoint=False)
        loops = np.array([np.column_stack([np.cos(a) * p, np.sin(a) * p, np.full(30, q)]) for p, q in ring[:-1]])
        kit.add(loft(loops, ring=True).moved(draw.free(-0.4, 0.4), 0, z), Material(rgb, 0.15, clearcoat=0.6))
        z += h + 0.01
    return kit.item("small_stationery", "tape_roll")


def glue_and_eraser(draw: Draw) -> Item:
    """A glue stick and a correction roller, or a bottle of glue."""
    kit, h = Kit(), draw.uniform(9, 12)
    r = draw.uniform(1.2, 1.8)
    look = plastic(draw.vivid(), 0.35)
    kit.add(disc(r, h * 0.68, 0.15, 20), look)
    kit.add(disc(r * 1.05, h * 0.32, 0.2, 20).moved(z_cm=h * 0.68), plastic(draw.vivid(), 0.35))
    kit.add(
        extrude(rounded_rectangle(6.5, 3.2, 1.4), 1.6, 0.4).moved(5.2, 0.5), PET if draw.chance(0.3) else coloured(draw)
    )
    return kit.item("small_stationery", "glue_and_eraser")


def punch(draw: Draw) -> Item:
    """A hole punch."""
    kit, w = Kit(), draw.uniform(10, 13)
    look = coloured(draw)
    kit.add(box(w, 7, 0.8, 0.2, 0.6), BLACK)
    kit.add(box(w * 0.9, 2.6, 3.2, 0.3).moved(0, 1.4, 0.7), look)
    bar = extrude(rounded_rectangle(w * 0.95, 7.5, 1.5), 0.9, 0.3)
    tilted(kit, [(bar, look)], "x", 14, (0, -0.5, 4.6))
    return kit.item("small_stationery", "punch")


def clip_box(draw: Draw) -> Item:
    """A round or square box of clips with a magnet rim, some clips outside."""
    kit, r = Kit(), draw.uniform(2.8, 3.8)
    kit.add(disc(r, draw.uniform(4.5, 7), 0.3, 24), Material(draw.vivid(), 0.15, clearcoat=0.6))
    for k in range(draw.integer(4, 9)):
        at, turn = (draw.free(r + 1, r + 7), draw.free(-4, 4)), draw.free(0, 180)
        path = np.array([(-1.4, 0.3, 0), (1.2, 0.3, 0), (1.5, 0, 0), (1.2, -0.3, 0), (-1.0, -0.3, 0)])
        look = STEEL if k % 2 else plastic(draw.vivid(), 0.3)
        kit.add(tube(path, 0.08, 5).moved(z_cm=0.09).turned("z", turn).moved(*at), look)
    return kit.item("small_stationery", "clip_box")


def _note_rgb(draw: Draw) -> Rgb:
    rgb: Rgb = draw.pick(_UNSEEN_NOTES if draw.held_out else _NOTES)
    return rgb


def note_pad(draw: Draw) -> Item:
    """A block of sticky notes, written on or not."""
    kit, side, rgb = Kit(), draw.uniform(7, 7.8), _note_rgb(draw)
    h = draw.uniform(0.4, 2.2)
    kit.add(box(side, side, h, 0.01, 0.03), plastic(rgb, 0.85))
    if draw.chance(0.7):
        kit.add(panel(side, side).moved(z_cm=h + 0.013), printed(handwriting(draw, rgb), 0.9))
    return kit.item("sticky_note", "note_pad")


def single_notes(draw: Draw) -> Item:
    """One or a few notes stuck flat, a free edge lifting."""
    kit = Kit()
    for k in range(draw.integer(1, 3)):
        side, rgb = draw.uniform(7, 7.8), _note_rgb(draw)
        v, u = np.meshgrid(np.linspace(-0.5, 0.5, 7), np.linspace(-0.5, 0.5, 4), indexing="ij")
        lift = draw.uniform(0.1, 0.9) * np.clip(0.3 - v, 0, 1) ** 2
        leaf = grid(np.stack([u * side, v * side, 0.01 + 0.012 * k + lift], -1))
        at = (draw.free(-4, 4) * k, draw.free(-4, 4) * k)
        kit.add(leaf.turned("z", draw.free(-20, 20)).moved(*at), printed(handwriting(draw, rgb), 0.9))
    return kit.item("sticky_note", "single_notes")


def flag_strips(draw: Draw) -> Item:
    """Narrow index flags in several colours side by side."""
    kit, n = Kit(), draw.integer(3, 5)
    for k in range(n):
        rgb: Rgb = (_UNSEEN_NOTES if draw.held_out else _NOTES)[k % (3 if draw.held_out else 5)]
        h = draw.uniform(0.1, 0.5)
        kit.add(box(1.9, 7.5, h, 0.01, 0.02).moved((k - (n - 1) / 2) * 2.0), plastic(rgb, 0.8))
    return kit.item("sticky_note", "flag_strips")


def note_cube(draw: Draw) -> Item:
    """A thick cube of notes in a clear or wooden holder."""
    kit, side, h = Kit(), draw.uniform(7.5, 9), draw.uniform(3.5, 6.5)
    rgbs = [_note_rgb(draw) for _ in range(4)]
    for k, rgb in enumerate(rgbs):
        kit.add(
            box(side, side, h / 4 - 0.01, 0.01, 0.03).moved(draw.free(-0.1, 0.1), 0, 0.3 + k * h / 4),
            plastic(rgb, 0.85),
        )
    kit.add(box(side + 0.8, side + 0.8, 0.28, 0.05), timber(draw) if draw.chance(0.5) else BLACK)
    kit.add(panel(side, side).moved(z_cm=0.3 + h + 0.01), printed(handwriting(draw, rgbs[-1]), 0.9))
    return kit.item("sticky_note", "note_cube")


def tent_calendar(draw: Draw) -> Item:
    """The spiral calendar on a card tent."""
    kit, w, h, half = Kit(), draw.uniform(17, 25), draw.uniform(12, 17), draw.uniform(3, 5)
    tent = np.array([[-half, 0], [half, 0], [0.2, h], [-0.2, h]])
    loops = np.array([np.column_stack([np.full(4, x), tent]) for x in (-w / 2, w / 2)])
    kit.add(loft(loops), plastic(draw.pick(((0.75, 0.08, 0.1), (0.1, 0.2, 0.4), (0.9, 0.9, 0.88))), 0.5))
    lean = float(np.degrees(np.arctan2(half - 0.2, h)))
    slant = h / float(np.cos(np.radians(lean)))
    for turn in (0, 180):
        page = panel(w * 0.98, slant * 0.96).turned("x", 90).moved(z_cm=slant * 0.49)
        face = printed(calendar_page(draw), 0.7)
        kit.add(page.turned("x", -lean).moved(0, -half - 0.03, 0.1).turned("z", turn), face)
    rings = [
        tube(np.stack([np.full(9, x), 0.45 * np.cos(a), h + 0.35 * np.sin(a)], 1), 0.09, 4)
        for a in [np.linspace(0, 2 * np.pi, 9)]
        for x in np.linspace(-w * 0.42, w * 0.42, 14)
    ]
    kit.add(merged(rings), STEEL if draw.chance(0.5) else BLACK)
    return kit.item("desk_calendar", "tent_calendar")


def block_calendar(draw: Draw) -> Item:
    """A thick tear-off or perpetual calendar on a stand."""
    kit, w, h = Kit(), draw.uniform(11, 16), draw.uniform(11, 16)
    look = timber(draw) if draw.chance(0.6) else coloured(draw)
    kit.add(box(w + 2, 6, 1.2, 0.2), look)
    face = canvas(200, 200, (0.97, 0.96, 0.94))
    accent: Rgb = draw.pick(((0.8, 0.08, 0.1), (0.1, 0.3, 0.15)))
    fitted(face, f"{draw.integer(1, 12)}月 星期" + draw.pick("一二三四五"), 100, 30, 34, 180, accent)
    fitted(face, str(draw.integer(1, 31)), 100, 115, 120, 150, accent)
    pieces = [(box(w, 1.6, h, 0.05), PAPER), (box(w + 1, 0.5, h + 1, 0.1).moved(0, 1.1), look)]
    pieces.append((panel(w * 0.98, h * 0.98).turned("x", 90).moved(0, -0.82, h / 2), printed(face, 0.8)))
    tilted(kit, pieces, "x", -14, (0, -0.8, 1.4))
    return kit.item("desk_calendar", "block_calendar")


def flat_calendar(draw: Draw) -> Item:
    """A month planner lying on the desk."""
    kit, w, d = Kit(), draw.uniform(24, 34), draw.uniform(17, 24)
    kit.add(box(w, d, 0.4, 0.03, 0.1), PAPER)
    kit.add(panel(w, d).moved(z_cm=0.413), printed(calendar_page(draw, 420, 300), 0.85))
    kit.add(box(w, 1.2, 0.5, 0.1).moved(0, d / 2 - 0.5), coloured(draw))
    return kit.item("desk_calendar", "flat_calendar")


def _marker(draw: Draw, w: float, d: float, face: Texture) -> Item:
    kit = Kit()
    kit.add(box(w, d, 0.03, 0.004, 0.02), plastic((0.9, 0.9, 0.9), 0.5))
    kit.add(panel(w * 0.995, d * 0.995).moved(z_cm=0.034), printed(face, draw.uniform(0.3, 0.6)))
    return kit.item("position_marker", "position_marker")


def _marker_rgb(draw: Draw) -> Rgb:
    shades: tuple[Rgb, ...] = (
        (0.95, 0.8, 0.1),
        (0.1, 0.35, 0.75),
        (0.85, 0.1, 0.1),
        (0.1, 0.6, 0.3),
        (0.95, 0.95, 0.95),
    )
    return draw.pick(shades)


def corner_marker(draw: Draw) -> Item:
    """An L of tape at a corner of a place."""
    kit, arm, wide, rgb = Kit(), draw.uniform(4, 6), draw.uniform(0.8, 1.6), _marker_rgb(draw)
    flat = merged(
        [
            box(arm, wide, 0.04, 0.004, 0.02).moved(arm / 2, wide / 2),
            box(wide, arm - wide, 0.04, 0.004, 0.02).moved(wide / 2, wide + (arm - wide) / 2 + 0.002),
        ]
    )
    kit.add(flat, Material(rgb, draw.uniform(0.3, 0.6)))
    return kit.item("position_marker", "corner_marker")


def name_marker(draw: Draw) -> Item:
    """A small label that names what stands there."""
    rgb = _marker_rgb(draw)
    face = canvas(160, 80, rgb)
    ink: Rgb = (0.98, 0.98, 0.98) if sum(rgb) < 1.7 else (0.08, 0.08, 0.1)
    words = ("水杯", "电话", "笔筒", "鼠标", "键盘", "高拍仪", "评价器", "文件夹", "印泥", "纸巾", "定位")
    fitted(face, draw.pick(words), 80, 40, 50, 140, ink)
    cv2.rectangle(face, (3, 3), (156, 76), to_u8(ink), 2)
    return _marker(draw, draw.uniform(4, 7), draw.uniform(2, 3.5), face)


def round_marker(draw: Draw) -> Item:
    """A round sticker with a cup or an arrow, worn at the edge."""
    kit, r, rgb = Kit(), draw.uniform(2.2, 4.5), _marker_rgb(draw)
    kit.add(revolve([(0, 0), (r, 0), (r, 0.03), (0, 0.03)], 30), plastic(rgb, 0.4))
    face = canvas(128, 128, rgb)
    ink: Rgb = (0.98, 0.98, 0.98) if sum(rgb) < 1.7 else (0.08, 0.08, 0.1)
    cv2.circle(face, (64, 64), 56, to_u8(ink), 4, cv2.LINE_AA)
    fitted(face, draw.pick(("水杯", "定位", "归位", "6S", "杯")), 64, 64, 50, 80, ink)
    kit.add(panel(r * 1.4, r * 1.4).moved(z_cm=0.034), printed(face, 0.5))
    return kit.item("position_marker", "round_marker")
