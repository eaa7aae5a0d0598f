"""More kinds of plants."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, plastic, tinted
from deskcheck_datasets.synthetic.items.looks import GLASS, coloured, disc, egg, filling, glassware, pastel, rod, vessel
from deskcheck_datasets.synthetic.mesh import Mesh, grid, loft, merged, smooth_path, tube

_SOIL = Material((0.12, 0.08, 0.05), 0.95)


def _pot(kit: Kit, draw: Draw, r: float, h: float) -> None:
    rgb = draw.grey(0.85, 0.96) if draw.chance(0.5) else draw.hsv((0.03, 0.09), (0.5, 0.8), (0.4, 0.75))
    look = Material(rgb if draw.chance(0.7) else draw.vivid(), 0.3, clearcoat=0.4)
    outer = (
        [(r * 0.7, 0.0), (r * 0.95, h * 0.8), (r, h)]
        if draw.chance(0.6)
        else [(r * 0.8, 0.0), (r, h * 0.4), (r * 0.9, h)]
    )
    kit.add(vessel(outer, 0.4, 0.6, 26), look)
    kit.add(disc(r * 0.8, 0.5, 0.2, 22).moved(z_cm=h * 0.8), _SOIL)


def _green(draw: Draw) -> Material:
    return plastic(draw.hsv((0.22, 0.38), (0.4, 0.85), (0.2, 0.6)), 0.45)


def cactus(draw: Draw) -> Item:
    """A round or tall cactus or a group of succulents in a small pot."""
    kit, r = Kit(), draw.uniform(4, 6.5)
    h = r * draw.uniform(1.1, 1.5)
    _pot(kit, draw, r, h)
    look = _green(draw)
    a = np.linspace(0, 2 * np.pi, 29)[:-1]
    if draw.chance(0.5):
        tall = draw.uniform(5, 14)
        loops = [
            np.stack(
                [
                    s * (1 + 0.1 * np.cos(9 * a)) * np.cos(a),
                    s * (1 + 0.1 * np.cos(9 * a)) * np.sin(a),
                    np.full(28, h * 0.82 + t * tall),
                ],
                1,
            )
            for t, s in ((0, r * 0.45), (0.3, r * 0.62), (0.7, r * 0.6), (0.93, r * 0.35), (1.0, r * 0.06))
        ]
        kit.add(loft(np.array(loops), crease_deg=30), look)
        if draw.chance(0.4):
            kit.add(
                egg(1.0, 1.0, 0.8, 6, 9).moved(0, 0, h * 0.82 + tall),
                plastic(draw.hsv((0.9, 1.1), (0.6, 0.9), (0.7, 0.95)), 0.5),
            )
    else:
        leaves = []
        for ring, count, up in ((0.55, 9, 20), (0.35, 7, 45), (0.15, 5, 70)):
            for k in range(count):
                leaf = egg(0.5, 0.9, 1.6, 6, 8).moved(0, 0, -0.4).turned("x", -(90 - up)).moved(0, r * ring)
                leaves.append(leaf.turned("z", 360 / count * k + ring * 90).moved(z_cm=h * 0.9 + (0.6 - ring) * 2))
        kit.add(merged(leaves), look)
    return kit.item("potted_plant", "cactus")


def _strap(length: float, wide: float, up: float, turn: float, droop: float) -> Mesh:
    t = np.linspace(0, 1, 7)
    out = length * t * np.cos(np.radians(up))
    rise = length * (t * np.sin(np.radians(up)) - droop * t**2.2)
    half = wide * np.sin(np.pi * np.clip(0.12 + 0.86 * t, 0, 1)) ** 0.7
    cross = np.array([-1.0, 0.0, 1.0])
    rows = np.stack(
        [out[:, None] + 0 * cross, half[:, None] * cross, rise[:, None] + 0.2 * half[:, None] * np.abs(cross)], -1
    )
    return grid(rows).turned("z", turn)


def snake_plant(draw: Draw) -> Item:
    """Upright sword-like leaves, banded or with yellow edges."""
    kit, r = Kit(), draw.uniform(5, 8)
    h = r * draw.uniform(1.2, 1.6)
    _pot(kit, draw, r, h)
    tone = draw.hsv((0.24, 0.36), (0.35, 0.7), (0.2, 0.5))
    for k in range(3):
        blades = [
            _strap(draw.free(14, 26), draw.free(1.0, 1.7), draw.free(76, 88), draw.free(0, 360), 0.02).moved(
                draw.free(-1, 1) * r * 0.35, draw.free(-1, 1) * r * 0.35
            )
            for _ in range(4)
        ]
        kit.add(merged(blades).moved(z_cm=h * 0.85), plastic(tinted(tone, 0.8 + 0.25 * k), 0.4))
    return kit.item("potted_plant", "snake_plant")


def spider_plant(draw: Draw) -> Item:
    """Long arching leaves on all sides, or an orchid with flowers on a stalk."""
    kit, r = Kit(), draw.uniform(4.5, 7)
    h = r * draw.uniform(1.1, 1.5)
    _pot(kit, draw, r, h)
    orchid = draw.chance(0.4)
    tone = draw.hsv((0.2, 0.34), (0.4, 0.8), (0.3, 0.65))
    for k in range(2):
        count = 4 if orchid else 12
        blades = [
            _strap(draw.free(9, 16), 1.6 if orchid else 0.7, draw.free(20, 70), draw.free(0, 360), 0.35)
            for _ in range(count)
        ]
        kit.add(merged(blades).moved(z_cm=h * 0.88), plastic(tinted(tone, 0.85 + 0.3 * k), 0.4))
    if orchid:
        stalk = smooth_path([(0, 0, h * 0.8), (0.5, 0, h + 14), (3, 0, h + 22), (9, 0, h + 21)], 4)
        kit.add(tube(stalk, 0.2, 6), plastic((0.3, 0.4, 0.15), 0.5))
        petals = [
            egg(1.5, 0.3, 1.2, 6, 8).turned("z", draw.free(-50, 50)).moved(x, draw.free(-0.8, 0.8), h + z)
            for x, z in ((2.6, 19.5), (4.5, 21), (6.5, 19.5), (8.6, 19))
        ]
        kit.add(merged(petals), plastic(draw.hsv((0.8, 0.98), (0.2, 0.8), (0.75, 0.97)), 0.5))
    return kit.item("potted_plant", "spider_plant")


def water_plant(draw: Draw) -> Item:
    """Pothos or lucky bamboo in a glass of water."""
    kit, r, h = Kit(), draw.uniform(3.6, 5.5), draw.uniform(10, 16)
    outer = [(r * 0.85, 0.0), (r, h * 0.5), (r * 0.8, h)]
    glassware(kit, outer, 24)
    kit.add(filling(outer, 0.2, 0.5, h * 0.6), Material((0.62, 0.72, 0.7), 0.05, clearcoat=0.8))
    look = _green(draw)
    if draw.chance(0.5):
        canes = [
            rod(
                (draw.free(-1, 1), draw.free(-1, 1), 1),
                (draw.free(-2, 2), draw.free(-2, 2), h + draw.free(8, 18)),
                0.55,
                8,
            )
            for _ in range(4)
        ]
        kit.add(merged(canes), look)
        tufts = [
            _strap(draw.free(5, 9), 0.6, draw.free(20, 70), draw.free(0, 360), 0.3).moved(0, 0, h + draw.free(6, 16))
            for _ in range(12)
        ]
        kit.add(merged(tufts), look)
    else:
        leaves = [
            _strap(draw.free(5, 11), draw.free(1.6, 2.6), draw.free(-5, 60), draw.free(0, 360), 0.25).moved(
                z_cm=h + draw.free(-1, 4)
            )
            for _ in range(16)
        ]
        kit.add(merged(leaves), look)
    return kit.item("potted_plant", "water_plant")


def floor_plant(draw: Draw) -> Item:
    """A large plant in a tub on the floor: palm or rubber tree."""
    kit, r, h = Kit(), draw.uniform(12, 17), draw.uniform(24, 34)
    _pot(kit, draw, r, h)
    tone = draw.hsv((0.24, 0.36), (0.45, 0.8), (0.18, 0.45))
    tall = draw.uniform(40, 80)
    kit.add(
        merged([rod((x, y, h * 0.8), (x * 2, y * 2, h + tall * 0.7), 1.0, 8) for x, y in ((0, 0), (2, 1.5), (-2, 1))]),
        plastic((0.35, 0.25, 0.15), 0.8),
    )
    for k in range(3):
        blades = [
            _strap(draw.free(25, 45), draw.free(2.5, 5), draw.free(15, 75), draw.free(0, 360), 0.35).moved(
                z_cm=h + tall * draw.free(0.25, 0.7)
            )
            for _ in range(9)
        ]
        kit.add(merged(blades), plastic(tinted(tone, 0.8 + 0.25 * k), 0.35))
    return kit.item("potted_plant", "floor_plant")


def flowers(draw: Draw) -> Item:
    """A vase with cut or artificial flowers."""
    kit, h = Kit(), draw.uniform(11, 18)
    r = h * draw.uniform(0.2, 0.3)
    outer = [(r * 0.7, 0.0), (r, h * 0.35), (r * 0.55, h * 0.8), (r * 0.7, h)]
    kit.add(
        vessel(outer, 0.25, 0.5, 24),
        GLASS if draw.chance(0.15) else plastic(pastel(draw), 0.15) if draw.chance(0.6) else coloured(draw),
    )
    bloom = plastic(draw.hsv((0.85, 1.18), (0.4, 0.9), (0.6, 0.97)), 0.7)
    heads, stems = [], []
    for _ in range(draw.integer(5, 9)):
        x, y, z = draw.free(-7, 7), draw.free(-7, 7), h + draw.free(5, 13)
        stems.append(rod((0, 0, h * 0.5), (x, y, z), 0.18, 5))
        heads.append(egg(1.9, 1.9, 1.1, 6, 9).moved(x, y, z - 0.5))
    kit.add(merged(stems), _green(draw))
    kit.add(merged(heads), bloom)
    leaves = [_strap(draw.free(5, 10), 1.3, draw.free(20, 70), draw.free(0, 360), 0.3).moved(z_cm=h) for _ in range(7)]
    kit.add(merged(leaves), _green(draw))
    return kit.item("potted_plant", "flowers")
