"""More kinds of cups: enamel, tea glasses, tumblers, travel mugs, teacups with saucers."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, metal, plastic, printed
from deskcheck_datasets.synthetic.items.faces import contrast, fitted
from deskcheck_datasets.synthetic.items.looks import (
    GLASS,
    PET,
    RUBBER,
    coloured,
    disc,
    filling,
    glassware,
    pastel,
    rod,
    vessel,
)
from deskcheck_datasets.synthetic.mesh import Mesh, band, grid, merged, revolve, smooth_path, tube
from deskcheck_datasets.synthetic.textures import canvas, pattern


def _tea(draw: Draw) -> Material:
    return Material(draw.hsv((0.06, 0.16), (0.5, 0.9), (0.3, 0.8)), 0.05)


def _pale_tea(draw: Draw) -> Material:
    return Material(draw.hsv((0.1, 0.17), (0.35, 0.75), (0.65, 0.92)), 0.1, clearcoat=0.6)


def _leaves(draw: Draw, r: float, low: float, high: float, count: int = 26) -> Mesh:
    """Opened tea leaves, sunk and floating."""
    found = []
    for _ in range(count):
        turn, out = draw.free(0, 360), r * draw.free(0.82, 0.93)
        long, wide = draw.free(0.6, 1.4), draw.free(0.2, 0.45)
        t = np.linspace(-1, 1, 4)
        edge = wide / 2 * (1 - np.abs(t) ** 2)
        rows = np.stack([np.stack([t * long / 2, s * edge, 0.2 * t**2], 1) for s in (-1, 1)])
        leaf = grid(rows).turned("x", draw.free(-90, 90)).turned("y", 90)
        z = low + 0.3 + (high - low - 0.6) * float(draw.rng.beta(0.5, 0.8))
        found.append(leaf.moved(out - 0.25).turned("z", turn).moved(z_cm=z))
    return merged(found)


def tea_bottle(draw: Draw) -> Item:
    """A double-walled glass bottle with leaves in the tea and a steel or plastic lid: the officials' cup."""
    kit, r, h = Kit(), draw.uniform(2.9, 3.5), draw.uniform(14.5, 20)
    outer = [(r * 0.92, 0.0), (r, 0.8), (r, h - 1.6), (r * 0.84, h - 0.4), (r * 0.84, h)]
    glassware(kit, outer)
    level = h * draw.uniform(0.45, 0.85)
    kit.add(filling(outer, 0.32, 1.0, level), _pale_tea(draw))
    kit.add(_leaves(draw, r + 0.15, 1.0, level), Material(draw.hsv((0.12, 0.24), (0.4, 0.7), (0.15, 0.35)), 0.8))
    lid = metal((0.8, 0.8, 0.81), 0.25) if draw.chance(0.6) else coloured(draw)
    high = draw.uniform(2.0, 3.6)
    kit.add(disc(r * 0.97, high, 0.3).moved(z_cm=h + 0.02), lid)
    if draw.chance(0.4):
        kit.add(tube(smooth_path([(-1.6, 0, h + high), (0, 0, h + high + 1.3), (1.6, 0, h + high)]), 0.22, 8), RUBBER)
    return kit.item("cup", "tea_bottle")


def enamel_mug(draw: Draw) -> Item:
    """The enamel mug with a coloured rim, a red print, sometimes its lid."""
    kit, r, h = Kit(), draw.uniform(4.0, 5.0), draw.uniform(7.5, 10)
    white = Material((0.93, 0.93, 0.9), 0.2, clearcoat=0.6)
    edge = plastic(draw.pick(((0.05, 0.15, 0.5), (0.7, 0.05, 0.06), (0.03, 0.03, 0.04))), 0.3)
    outer = [(r - 0.4, 0.0), (r, 0.4), (r, h - 0.2), (r + 0.15, h)]
    kit.add(vessel(outer, 0.14, 0.2), white)
    rim = [(np.cos(a) * (r + 0.08), np.sin(a) * (r + 0.08), h) for a in np.linspace(0, 2 * np.pi, 33)]
    kit.add(tube(rim, 0.17, 6), edge)
    bow = [(r - 0.05, 0, h * 0.78), (r + 2.4, 0, h * 0.8), (r + 2.5, 0, h * 0.35), (r - 0.05, 0, h * 0.25)]
    kit.add(tube(smooth_path(bow), 0.35, 8), edge if draw.chance(0.5) else white)
    face = canvas(512, 140, (0.93, 0.93, 0.9))
    for middle in (128, 384):
        fitted(
            face, draw.pick(("为人民服务", "先进工作者", "劳动光荣", "红星")), middle, 70, 60, 200, (0.75, 0.06, 0.07)
        )
    kit.add(band([(r + 0.02, h * 0.15), (r + 0.02, h * 0.9)], 32), printed(face, 0.25))
    if draw.chance(0.4):
        kit.add(revolve([(0, h + 0.2), (r + 0.2, h + 0.2), (r, h + 0.5), (1.0, h + 1.3), (0, h + 1.4)], 28), white)
        kit.add(disc(0.8, 1.2, 0.3, 14).moved(z_cm=h + 1.35), edge)
    else:
        kit.add(filling(outer, 0.16, h * 0.5, h * draw.uniform(0.6, 0.9)), _tea(draw))
    return kit.item("cup", "enamel_mug")


def straw_tumbler(draw: Draw) -> Item:
    """A plastic tumbler with a lid and a straw, clear or coloured."""
    kit, r, h = Kit(), draw.uniform(3.6, 4.5), draw.uniform(14, 20)
    low = r * draw.uniform(0.7, 0.9)
    outer = [(low - 0.2, 0.0), (low, 0.3), (r, h)]
    clear = draw.chance(0.4)
    kit.add(
        vessel(outer, 0.2, 0.4), PET if clear else plastic(pastel(draw) if draw.chance(0.6) else draw.vivid(), 0.35)
    )
    if clear:
        kit.add(filling(outer, 0.25, 0.5, h * draw.uniform(0.3, 0.8)), _tea(draw))
    else:
        face = pattern(draw, pastel(draw), 384, 192)
        kit.add(band([(low + (r - low) * 0.2 + 0.03, h * 0.2), (low + (r - low) * 0.8 + 0.03, h * 0.8)]), printed(face))
    lid = coloured(draw)
    kit.add(revolve([(0, h), (r + 0.2, h), (r + 0.2, h + 1.0), (r * 0.7, h + 1.7), (0, h + 1.8)], 28), lid)
    lean = draw.uniform(-1, 1)
    kit.add(rod((0.6, 0, h + 1.5), (0.6 + lean, 0, h + 6.5), 0.38), plastic(draw.vivid(), 0.3))
    return kit.item("cup", "straw_tumbler")


def travel_mug(draw: Draw) -> Item:
    """A wide insulated mug with a handle and a drinking lid."""
    kit, r, h = Kit(), draw.uniform(4.2, 5.0), draw.uniform(13, 19)
    low = r * draw.uniform(0.72, 0.85)
    rgb = pastel(draw) if draw.chance(0.5) else draw.vivid() if draw.chance(0.5) else draw.grey(0.04, 0.3)
    coat = Material(rgb, 0.45, clearcoat=0.2)
    kit.add(revolve([(0, 0), (low - 0.2, 0), (low, 0.3), (low, h * 0.35), (r, h * 0.5), (r, h), (0, h)], 32), coat)
    kit.add(revolve([(0, h + 0.01), (r + 0.05, h + 0.01), (r, h + 0.6), (0, h + 0.7)], 32), metal())
    lid = plastic(draw.grey(0.03, 0.2), 0.35) if draw.chance(0.5) else coat
    kit.add(disc(r * 0.92, 1.4, 0.4).moved(z_cm=h + 0.7), lid)
    path = [(r - 0.1, 0, h * 0.9), (r + 3.2, 0, h * 0.88), (r + 3.2, 0, h * 0.5), (r - 0.3, 0, h * 0.46)]
    kit.add(tube(smooth_path(path), 0.75, 10).scaled(1, 1.3, 1), coat)
    return kit.item("cup", "travel_mug")


def teacup(draw: Draw) -> Item:
    """A small porcelain teacup on a saucer, with or without a lid."""
    kit, r, h = Kit(), draw.uniform(3.8, 4.8), draw.uniform(5.5, 7.5)
    rgb = draw.grey(0.88, 0.97) if draw.chance(0.7) else draw.hsv((0.3, 0.55), (0.1, 0.4), (0.6, 0.85))
    glaze = Material(rgb, 0.12, clearcoat=0.8)
    saucer = [(0, 0), (r * 0.8, 0), (r * 1.6, 1.2), (r * 1.55, 1.4), (r * 0.75, 0.35), (0, 0.35)]
    kit.add(revolve(saucer, 32), glaze)
    outer = [(r * 0.5, 0.36), (r * 0.55, 0.9), (r * 0.85, 2.4), (r * 0.97, h * 0.7), (r, h)]
    kit.add(vessel(outer, 0.25, 0.5), glaze)
    bow = [(r * 0.9, 0, h * 0.75), (r + 1.8, 0, h * 0.8), (r + 1.5, 0, h * 0.4), (r * 0.82, 0, h * 0.38)]
    kit.add(tube(smooth_path(bow), 0.28, 8), glaze)
    if draw.chance(0.5):
        lid = [(0, h), (r * 0.92, h), (r * 0.98, h + 0.2), (r * 0.3, h + 1.3), (r * 0.3, h + 1.7), (0, h + 1.9)]
        kit.add(revolve(lid, 28), glaze)
    else:
        kit.add(filling(outer, 0.27, h * 0.6, h * 0.82), _tea(draw))
    return kit.item("cup", "teacup")


def handle_glass(draw: Draw) -> Item:
    """A glass mug with a handle and loose tea leaves, its lid on or off."""
    kit, r, h = Kit(), draw.uniform(3.7, 4.5), draw.uniform(9, 12.5)
    outer = [(r * 0.85, 0.0), (r * 0.95, 0.4), (r, h * 0.5), (r * 0.98, h)]
    glassware(kit, outer)
    level = h * draw.uniform(0.5, 0.85)
    kit.add(filling(outer, 0.36, 0.75, level), _pale_tea(draw))
    kit.add(_leaves(draw, r, 0.8, level), Material(draw.hsv((0.12, 0.24), (0.4, 0.7), (0.15, 0.35)), 0.8))
    bow = [(r * 0.97, 0, h * 0.82), (r + 2.6, 0, h * 0.8), (r + 2.6, 0, h * 0.3), (r * 0.97, 0, h * 0.25)]
    kit.add(tube(smooth_path(bow), 0.5, 10), GLASS)
    if draw.chance(0.5):
        knob = [
            (0, h + 0.02),
            (r, h + 0.02),
            (r, h + 0.5),
            (0.8, h + 1.1),
            (0.6, h + 1.6),
            (0.9, h + 2.2),
            (0, h + 2.4),
        ]
        kit.add(revolve(knob, 26), GLASS if draw.chance(0.5) else coloured(draw))
    return kit.item("cup", "handle_glass")


def sport_flask(draw: Draw) -> Item:
    """A wide-mouth flask with a strap and a coloured print, as children and hikers carry."""
    kit, r, h = Kit(), draw.uniform(3.5, 4.3), draw.uniform(18, 24)
    rgb = draw.vivid() if draw.chance(0.6) else draw.grey(0.05, 0.3)
    coat = Material(rgb, 0.5)
    kit.add(revolve([(0, 0), (r - 0.1, 0), (r, 1.2), (r, h * 0.72), (r * 0.72, h * 0.82), (0, h * 0.82)], 30), coat)
    kit.add(disc(r + 0.05, 1.3, 0.1).moved(z_cm=0.0), plastic(draw.grey(0.03, 0.1), 0.7))
    kit.add(disc(r * 0.78, h * 0.16, 0.4).moved(z_cm=h * 0.82), plastic(draw.grey(0.03, 0.15), 0.4))
    loop = [(r * 0.6, 0, h * 0.9), (r + 1.2, 0, h * 0.95), (r + 1.0, 0, h * 0.72), (r * 0.85, 0, h * 0.76)]
    kit.add(tube(smooth_path(loop), 0.35, 8).scaled(1, 1.8, 1), RUBBER)
    face = canvas(384, 128, rgb)
    for middle in (96, 288):
        fitted(face, draw.pick(("SPORT", "VACUUM", "保温杯", "OUTDOOR")), middle, 64, 50, 150, contrast(rgb))
    kit.add(band([(r + 0.02, h * 0.25), (r + 0.02, h * 0.55)]), printed(face, 0.5))
    return kit.item("cup", "sport_flask")


def ribbed_tumbler(draw: Draw) -> Item:
    """A ribbed ceramic or bamboo tumbler with a wooden lid."""
    kit, r, h = Kit(), draw.uniform(3.6, 4.3), draw.uniform(9.5, 13)
    z = np.linspace(0.3, h, 16)
    ribs = r + 0.1 * np.sin(np.linspace(0, 9 * np.pi, 16)) + draw.uniform(-0.4, 0.5) * (z / h)
    rgb = draw.hsv((0.05, 0.14), (0.15, 0.6), (0.35, 0.85)) if draw.chance(0.6) else draw.grey(0.05, 0.5)
    clay = Material(rgb, 0.6)
    outer = [(r - 0.5, 0.0), *((float(a), float(b)) for a, b in zip(ribs, z, strict=True))]
    kit.add(vessel(outer, 0.3, 0.5), clay)
    if draw.chance(0.6):
        kit.add(disc(float(ribs[-1]) + 0.1, 0.8, 0.2).moved(z_cm=h + 0.01), plastic((0.6, 0.42, 0.22), 0.6))
        kit.add(disc(0.9, 1.2, 0.3, 14).moved(z_cm=h + 0.8), plastic((0.6, 0.42, 0.22), 0.6))
    else:
        kit.add(filling(outer, 0.32, h * 0.5, h * 0.8), _tea(draw))
    return kit.item("cup", "ribbed_tumbler")
