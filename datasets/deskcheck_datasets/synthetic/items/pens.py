"""Pens and pen holders: the plain kinds."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, metal, plastic, printed
from deskcheck_datasets.synthetic.mesh import (
    Mesh,
    band,
    box,
    loft,
    revolve,
    rounded_rectangle,
    tube,
)
from deskcheck_datasets.synthetic.textures import pattern, wood


def _pen_parts(draw: Draw) -> list[tuple[Mesh, Material]]:
    """A pen standing on its tip, about 14 cm."""
    length, r = draw.uniform(13, 15), draw.uniform(0.4, 0.58)
    ink = plastic(draw.pick(((0.03, 0.03, 0.04), (0.05, 0.12, 0.5), (0.65, 0.05, 0.06), draw.grey(0.7, 0.9))), 0.3)
    barrel = ink if draw.chance(0.5) else Material((0.85, 0.87, 0.9), 0.15, clearcoat=0.5)
    body = revolve([(0, 0), (0.08, 0), (r, 2.2), (r, length - 4), (0, length - 4)], 14)
    cap = revolve([(0, length - 4), (r + 0.07, length - 4), (r + 0.05, length - 0.3), (0, length)], 14)
    clip = box(0.22, 0.12, 3.2, 0.04).moved(0, -r - 0.14, length - 3.6)
    return [(body, barrel), (cap, ink), (clip, metal() if draw.chance(0.4) else ink)]


def pen(draw: Draw) -> Item:
    """A pen lying down."""
    kit = Kit()
    for mesh, look in _pen_parts(draw):
        kit.add(mesh.turned("y", 90).moved(-7, 0, 0.66), look)
    return kit.item("pen", "pen")


def pen_holder(draw: Draw) -> Item:
    """A round, square or mesh-like pot with pens, scissors' handles and a ruler in it."""
    kit, h = Kit(), draw.uniform(9, 11)
    half = draw.uniform(3.6, 4.8)
    kind = draw.integer(0, 2)
    if kind == 0:
        look = plastic(draw.grey(0.02, 0.1) if draw.chance(0.5) else draw.vivid(), 0.4)
    elif kind == 1:
        look = metal((0.2, 0.2, 0.21) if draw.chance(0.6) else (0.75, 0.75, 0.76), 0.4)
    else:
        look = Material(texture=wood(draw, draw.hsv((0.07, 0.11), (0.3, 0.6), (0.4, 0.85)), 256, 128), roughness=0.5)
    if draw.chance(0.55):
        wall = [(0, 0), (half, 0), (half, h), (half - 0.3, h), (half - 0.3, 0.5), (0, 0.5)]
        kit.add(revolve(wall, 36), look)
        if draw.chance(0.35):
            kit.add(
                band([(half + 0.015, 1.0), (half + 0.015, h - 1.0)]), printed(pattern(draw, draw.vivid(), 512, 160))
            )
    else:
        outline = rounded_rectangle(half * 1.9, half * 1.9, 0.5)
        kit.add(_pot(outline, h, 0.3), look)
    for _ in range(draw.integer(2, 7)):
        lean, turn = draw.free(4, 13), draw.free(0, 360)
        foot = (half - 1.5) * 0.5
        for mesh, part in _pen_parts(draw):
            kit.add(
                mesh.turned("x", lean)
                .turned("z", turn)
                .moved(
                    -foot * float(np.sin(np.radians(turn))) * 0.6, foot * float(np.cos(np.radians(turn))) * 0.6, 0.9
                ),
                part,
            )
    if draw.chance(0.4):
        ruler = box(3, 0.2, draw.uniform(15, 18), 0.03).turned("y", 6).moved(0.4, half * 0.45, 0.8)
        kit.add(ruler, Material((0.8, 0.85, 0.9), 0.15, clearcoat=0.4))
    if draw.chance(0.4):
        colour = plastic(draw.vivid(), 0.35)
        for side in (-1, 1):
            angle = np.linspace(0, 2 * np.pi, 18)
            loop = np.stack([side * 1.5 + 1.3 * np.cos(angle), np.zeros(18), h + 2.6 + 1.9 * np.sin(angle)], 1)
            kit.add(tube(loop, 0.38, 8), colour)
        kit.add(box(1.2, 0.3, h - 0.6, 0.05).moved(z_cm=1.2), metal())
    return kit.item("pen_holder", "pen_holder")


def _pot(outline: np.ndarray, h: float, wall: float) -> Mesh:
    """An open pot over any outline."""
    inner = outline * (1 - wall / np.abs(outline).max())
    loops = [(outline, 0.0), (outline, h), (inner, h), (inner, 0.5)]
    return loft(np.array([np.column_stack([o, np.full(len(o), z)]) for o, z in loops]))
