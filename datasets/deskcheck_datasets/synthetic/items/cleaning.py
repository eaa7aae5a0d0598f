"""Cleaning tools and bins."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, plastic, printed
from deskcheck_datasets.synthetic.items.clothes import heap
from deskcheck_datasets.synthetic.items.faces import fitted
from deskcheck_datasets.synthetic.items.looks import (
    BLACK,
    PET,
    STEEL,
    cloth,
    coloured,
    disc,
    egg,
    filling,
    pastel,
    pot,
    rod,
    timber,
    vessel,
)
from deskcheck_datasets.synthetic.mesh import (
    Mesh,
    band,
    box,
    extrude,
    front_panel,
    grid,
    merged,
    revolve,
    rounded_rectangle,
    smooth_path,
    tube,
)
from deskcheck_datasets.synthetic.textures import canvas, pattern


def _tuft(draw: Draw, w: float, d: float, h: float, count: int, spread: float) -> Mesh:
    """Bristles or mop strands hanging from z = h to the ground."""
    found = []
    for _ in range(count):
        x, y = draw.free(-w / 2, w / 2), draw.free(-d / 2, d / 2)
        out = 1 + spread * draw.free(0.6, 1.2)
        found.append(
            tube([(x, y, h), (x * (1 + out) / 2, y * (1 + out) / 2, h / 2), (x * out, y * out, 0.15)], 0.14, 3)
        )
    return merged(found)


def broom_set(draw: Draw) -> Item:
    """A broom standing in its long-handled dustpan."""
    kit, tall, w = Kit(), draw.uniform(72, 95), draw.uniform(24, 30)
    look = coloured(draw)
    pan = pot(rounded_rectangle(w, 22, 2.0), 9, 0.5, 0.6, 1.05)
    kit.add(pan, look)
    kit.add(rod((0, 10, 2), (0, 11, tall * 0.95), 1.1), STEEL if draw.chance(0.5) else look)
    kit.add(rod((-3, 4, 14), (-4, 10, tall), 1.1), timber(draw) if draw.chance(0.3) else STEEL)
    kit.add(box(20, 4, 6, 0.8).moved(-2, 3, 12), coloured(draw))
    kit.add(_tuft(draw, 19, 3.6, 11.4, 40, 0.15).moved(-2, 3, 0.62), plastic(draw.vivid(), 0.8))
    return kit.item("cleaning_tool", "broom_set")


def lying_broom(draw: Draw) -> Item:
    """A broom lying down."""
    kit, tall = Kit(), draw.uniform(85, 115)
    kit.add(
        rod((-tall * 0.38, 0, 1.3), (tall * 0.5, 0, 1.3), 1.2), timber(draw) if draw.chance(0.5) else coloured(draw)
    )
    kit.add(box(5, 22, 3.2, 0.8).moved(-tall * 0.4), coloured(draw))
    fan = _tuft(draw, 2.6, 20, 12, 44, 0.3).turned("y", 90)
    low = float(fan.vertices[:, 2].min())
    squashed = fan.moved(z_cm=-low).scaled(1, 1, 0.9)
    kit.add(squashed.moved(-tall * 0.4 - 14), plastic(draw.vivid() if draw.chance(0.6) else (0.7, 0.6, 0.3), 0.8))
    return kit.item("cleaning_tool", "lying_broom")


def mop_bucket(draw: Draw) -> Item:
    """A bucket with a mop standing in it."""
    kit, r, h = Kit(), draw.uniform(12, 15), draw.uniform(22, 28)
    outer = [(r * 0.76, 0.0), (r * 0.8, 0.4), (r, h - 0.6), (r + 0.6, h)]
    kit.add(vessel(outer, 0.35, 0.6, 32), coloured(draw))
    if draw.chance(0.7):
        kit.add(filling(outer, 0.4, 0.7, h * 0.5), Material((0.4, 0.42, 0.4), 0.05))
    lean = draw.uniform(3, 6)
    kit.add(rod((0, 0, h * 0.4), (lean, r * 0.6, h + draw.uniform(60, 78)), 1.1), STEEL)
    strands = _tuft(draw, 9, 9, h * 0.42, 50, 0.3).moved(z_cm=0.9)
    kit.add(strands, plastic(pastel(draw), 0.95))
    bow = smooth_path(
        [
            (-r - 0.2, 0, h - 1),
            (-r * 0.9, -r * 0.9, h * 0.75),
            (0, -r - 1.2, h * 0.6),
            (r * 0.9, -r * 0.9, h * 0.75),
            (r + 0.2, 0, h - 1),
        ]
    )
    kit.add(tube(bow, 0.3, 6), STEEL)
    return kit.item("cleaning_tool", "mop_bucket")


def bucket(draw: Draw) -> Item:
    """A bucket or basin with a cloth over its rim."""
    kit, r, h = Kit(), draw.uniform(12, 16), draw.uniform(13, 27)
    outer = [(r * 0.74, 0.0), (r * 0.78, 0.4), (r, h - 0.6), (r + 0.6, h)]
    kit.add(vessel(outer, 0.35, 0.6, 32), coloured(draw))
    t, s = np.linspace(-1, 1, 9)[None, :], np.linspace(0, 1, 9)[:, None]
    y = -r + 6 - 8 * s + 0.6 * np.sin(t * 6) * s
    z = np.where(s < 0.55, h + 0.3 - 6 * np.clip(0.4 - s, 0, 1), h + 0.3 - (s - 0.55) * 20)
    rag = np.stack([t * 7 + 0 * s, y + 0 * t, np.maximum(z, 1.0) + 0.3 * np.sin(t * 7)], -1)
    kit.add(grid(rag), Material(texture=pattern(draw, pastel(draw), 128, 128), roughness=0.95))
    return kit.item("cleaning_tool", "bucket")


def rag(draw: Draw) -> Item:
    """A wiping cloth, crumpled or spread."""
    kit = Kit()
    skin = (
        Material(texture=pattern(draw, pastel(draw), 128, 128), roughness=0.97)
        if draw.chance(0.5)
        else cloth(draw, pastel(draw))
    )
    kit.add(grid(heap(draw, draw.uniform(16, 26), draw.uniform(14, 22), draw.uniform(1.2, 5))), skin)
    return kit.item("cleaning_tool", "rag")


def spray_bottle(draw: Draw) -> Item:
    """A trigger spray with cleaner in it, a sponge beside it."""
    kit, r, h = Kit(), draw.uniform(3.6, 4.6), draw.uniform(18, 22)
    body = [(0, 0), (r - 0.3, 0), (r, 0.6), (r, h * 0.55), (r * 0.4, h * 0.75), (r * 0.36, h), (0, h)]
    kit.add(
        revolve(body, 26),
        plastic(draw.vivid(), 0.2) if draw.chance(0.6) else Material((0.6, 0.8, 0.9), 0.05, clear=True),
    )
    face = canvas(256, 140, draw.vivid())
    for middle in (64, 192):
        fitted(face, draw.pick(("清洁剂", "消毒液", "84消毒", "玻璃水", "洗手液")), middle, 70, 50, 116, (1, 1, 1))
    kit.add(band([(r + 0.015, h * 0.1), (r + 0.015, h * 0.5)], 28), printed(face, 0.35))
    head = coloured(draw)
    kit.add(box(3.0, 7.5, 2.4, 0.5, 0.8).moved(0, -1.2, h + 0.4), head)
    kit.add(disc(r * 0.45, 1.6, 0.2, 16).moved(z_cm=h - 0.8), head)
    kit.add(tube([(0, -2.6, h + 0.6), (0, -3.6, h - 2), (0, -3.2, h - 4.2)], 0.5, 8), head)
    if draw.chance(0.5):
        kit.add(box(9, 6, 3, 0.4, 0.6).moved(r + 7, 0), plastic((0.95, 0.8, 0.25), 0.95))
    return kit.item("cleaning_tool", "spray_bottle")


def hand_brush(draw: Draw) -> Item:
    """A hand brush in a small dustpan."""
    kit, w = Kit(), draw.uniform(16, 22)
    look = coloured(draw)
    kit.add(pot(rounded_rectangle(w, w * 0.9, 1.5), 4, 0.4, 0.5, 1.06), look)
    kit.add(box(3, 12, 1.6, 0.5).moved(0, w * 0.45 + 5, 2.2), look)
    kit.add(box(3.2, 26, 1.8, 0.6).moved(2, 3, 5.2), look)
    kit.add(_tuft(draw, 3, 13, 4.6, 26, 0.1).moved(2, -2.5, 0.55), plastic((0.2, 0.2, 0.22), 0.9))
    return kit.item("cleaning_tool", "hand_brush")


def feather_duster(draw: Draw) -> Item:
    """A duster lying down, its head of fibre bright."""
    kit, long = Kit(), draw.uniform(34, 55)
    kit.add(rod((0, 0, 3.0), (long * 0.55, 0, 0.82), 0.8), coloured(draw))
    t = np.linspace(0, 1, 12)
    radii = np.interp(t, [0, 0.15, 0.6, 1], [1.0, 3.4, 3.8, 1.5]) * (1 + draw.rng.normal(0, 0.12, 12))
    head = tube(np.stack([-long * 0.45 * t[::-1], np.zeros(12), np.full(12, 3.9)], 1), radii.tolist(), 12)
    low = float(head.vertices[:, 2].min())
    kit.add(head.moved(z_cm=-low), plastic(draw.vivid(), 0.98))
    return kit.item("cleaning_tool", "feather_duster")


def _liner(draw: Draw, r: float, h: float) -> Mesh:
    """The bag's edge folded over the rim."""
    a = np.linspace(0, 2 * np.pi, 31)
    wave = 1 + 0.02 * np.sin(a * 9 + draw.free(0, 6))
    rows = [(r - 0.6, h - 5), (r - 0.4, h), (r + 0.35, h + 0.3), (r + 0.5, h - draw.uniform(3, 6))]
    return grid(np.stack([np.stack([p * wave * np.cos(a), p * wave * np.sin(a), np.full(31, q)], 1) for p, q in rows]))


def round_bin(draw: Draw) -> Item:
    """An open bin with a bag in it and some paper."""
    kit, r, h = Kit(), draw.uniform(10, 13), draw.uniform(24, 32)
    outer = [(r * 0.76, 0.0), (r * 0.79, 0.4), (r, h)]
    kit.add(vessel(outer, 0.3, 0.5), coloured(draw))
    if draw.chance(0.75):
        kit.add(
            _liner(draw, r, h),
            Material((0.03, 0.03, 0.03) if draw.chance(0.6) else (0.75, 0.78, 0.8), 0.25, clearcoat=0.3),
        )
    for _ in range(draw.integer(0, 4)):
        ball = egg(3, 2.8, 2.5, 7, 9)
        kit.add(
            ball.moved(draw.free(-4, 4), draw.free(-4, 4), h * draw.free(0.55, 0.8)), plastic((0.92, 0.92, 0.9), 0.9)
        )
    return kit.item("trash_bin", "round_bin")


def pedal_bin(draw: Draw) -> Item:
    """A bin with a lid and a pedal, or a swing top."""
    kit, w, d, h = Kit(), draw.uniform(22, 30), draw.uniform(19, 26), draw.uniform(28, 40)
    look = STEEL if draw.chance(0.3) else coloured(draw)
    kit.add(extrude(rounded_rectangle(w, d, 4), h * 0.85, 0.6, top_scale=1.05), look)
    lid = extrude(rounded_rectangle(w * 1.07, d * 1.07, 4.3), h * 0.15, 1.6)
    kit.add(lid.moved(z_cm=h * 0.85 + 0.02), BLACK if draw.chance(0.4) else look)
    kit.add(box(6, 3, 1.0, 0.3).moved(0, -d / 2 - 1.2, 1.2), BLACK)
    mark = canvas(120, 60, (0.95, 0.95, 0.95))
    fitted(
        mark,
        draw.pick(("可回收物", "其他垃圾", "厨余垃圾", "有害垃圾")),
        60,
        30,
        26,
        110,
        draw.pick(((0.1, 0.3, 0.7), (0.3, 0.3, 0.3), (0.1, 0.5, 0.2))),
    )
    kit.add(front_panel(w * 0.5, w * 0.25).moved(0, -d * 0.525, h * 0.5), printed(mark))
    return kit.item("trash_bin", "pedal_bin")


def wire_bin(draw: Draw) -> Item:
    """A bin of wire mesh."""
    kit, r, h = Kit(), draw.uniform(11, 13.5), draw.uniform(25, 32)
    look = Material((0.04, 0.04, 0.045), 0.5) if draw.chance(0.7) else STEEL
    a = np.linspace(0, 2 * np.pi, 25)
    hoops = [
        np.stack([np.cos(a), np.sin(a), 0 * a + z], 1) * [s, s, 1]
        for z, s in ((0.5, r * 0.78), (h * 0.5, r * 0.89), (h, r))
    ]
    kit.add(merged([tube(hoop, 0.3, 5) for hoop in hoops]), look)
    kit.add(disc(r * 0.78, 0.3, 0.05), look)
    bars = [
        rod((r * 0.78 * np.cos(b), r * 0.78 * np.sin(b), 0.4), (r * np.cos(b), r * np.sin(b), h), 0.12, 4)
        for b in a[:-1]
    ]
    kit.add(merged(bars), look)
    kit.add(_liner(draw, r, h), Material((0.8, 0.82, 0.84), 0.25, clearcoat=0.3))
    return kit.item("trash_bin", "wire_bin")


def desk_bin(draw: Draw) -> Item:
    """A small bin for the desk, with a flap or a ball lid."""
    kit, r, h = Kit(), draw.uniform(6.5, 9), draw.uniform(13, 20)
    look = plastic(pastel(draw), 0.35) if draw.chance(0.6) else coloured(draw)
    kit.add(revolve([(0, 0), (r * 0.85, 0), (r, 0.8), (r, h * 0.75), (0, h * 0.75)], 28), look)
    kit.add(
        revolve([(0, h * 0.75), (r * 1.02, h * 0.75), (r * 0.95, h * 0.88), (r * 0.5, h * 0.98), (0, h)], 28, 60),
        PET if draw.chance(0.2) else coloured(draw),
    )
    kit.add(box(r * 0.8, 0.4, 1.2, 0.1).moved(0, -r * 0.9, h * 0.8), BLACK)
    return kit.item("trash_bin", "desk_bin")
