"""Things that no class of the taxonomy covers, in the sizes met on desks: what rule V02 has to notice unnamed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, metal, plastic
from deskcheck_datasets.synthetic.mesh import Mesh, box, extrude, revolve, rounded_rectangle, tube

UNLISTED = "unlisted"


def _ball(radius_cm: float) -> Mesh:
    angles = np.linspace(-np.pi / 2, np.pi / 2, 15)
    return revolve([(float(radius_cm * np.cos(a)), float(radius_cm * np.sin(a))) for a in angles], 28)


def _lying(mesh: Mesh) -> Mesh:
    """A thing made standing, laid along x."""
    return mesh.turned("y", 90)


def puzzle_cube(draw: Draw) -> Item:
    """A twisting cube with coloured tiles."""
    kit, side = Kit(), draw.uniform(4.6, 6.8)
    kit.add(box(side, side, side, 0.2), plastic((0.05, 0.05, 0.05)))
    colours = [(0.9, 0.1, 0.1), (0.1, 0.3, 0.8), (0.95, 0.85, 0.1), (0.1, 0.6, 0.2), (0.95, 0.5, 0.1), (0.92,) * 3]
    tile, step = side * 0.29, side / 3
    for row in (-1, 0, 1):
        for column in (-1, 0, 1):
            flat = box(tile, tile, 0.1, 0.02)
            kit.add(flat.moved(column * step, row * step, side), plastic(draw.pick(colours), 0.25))
            for turn in (0, 90, 180, 270):
                face = flat.turned("x", 90).moved(column * step, -side / 2, side / 2 + row * step)
                kit.add(face.turned("z", turn), plastic(draw.pick(colours), 0.25))
    return kit.item(UNLISTED, "puzzle_cube")


def ball(draw: Draw) -> Item:
    """A ball, from a tennis ball to a small football."""
    kit, radius = Kit(), draw.uniform(3.2, 9.0)
    kit.add(_ball(radius), plastic(draw.vivid(), draw.uniform(0.2, 0.9)))
    kit.add(revolve([(radius * 0.99, -0.5), (radius * 1.01, -0.4), (radius * 1.01, 0.4), (radius * 0.99, 0.5)], 28)
            .turned("x", draw.free(0, 180)), plastic(draw.grey(0.1, 0.9)))  # fmt: skip
    return kit.item(UNLISTED, "ball")


def screwdriver(draw: Draw) -> Item:
    """A lying screwdriver."""
    kit, thick, long = Kit(), draw.uniform(1.2, 2.0), draw.uniform(9, 12)
    grip = [(0, 0), (thick, 0.4), (thick * 0.9, long * 0.6), (thick, long * 0.8), (thick * 0.5, long), (0, long)]
    kit.add(_lying(revolve(grip, 16)), plastic(draw.vivid(), 0.3))
    kit.add(_lying(revolve([(0, 0), (0.35, 0), (0.35, 10), (0, 10.4)], 10).moved(0, 0, long)), metal())
    return kit.item(UNLISTED, "screwdriver")


def hammer(draw: Draw) -> Item:
    """A lying hammer with a wooden or plastic handle."""
    kit, long = Kit(), draw.uniform(22, 30)
    handle = plastic(draw.hsv((0.06, 0.11), (0.4, 0.7), (0.4, 0.8)) if draw.chance(0.6) else draw.vivid())
    kit.add(tube([[0, 0, 1.4], [long / 2, 0, 1.4], [long, 0, 1.4]], draw.uniform(1.1, 1.5)), handle)
    kit.add(box(2.8, draw.uniform(9, 12), 2.8, 0.3).moved(long, 0, 0), metal((0.35, 0.35, 0.37), 0.4))
    return kit.item(UNLISTED, "hammer")


def light_bulb(draw: Draw) -> Item:
    """A light bulb standing on its socket."""
    kit, radius = Kit(), draw.uniform(2.8, 4.5)
    kit.add(revolve([(0, 0), (1.3, 0.1), (1.35, 2.6), (0, 2.6)], 18), metal())
    angles = np.linspace(-1.15, np.pi / 2, 14)
    glass = [(float(radius * np.cos(a)), float(2.5 + radius * 0.95 + radius * np.sin(a))) for a in angles]
    kit.add(revolve([(1.3, 2.5), *glass], 24), plastic((0.95, 0.94, 0.9), 0.15))
    return kit.item(UNLISTED, "light_bulb")


def toy_car(draw: Draw) -> Item:
    """A toy car."""
    kit, long = Kit(), draw.uniform(9, 19)
    wide, paint = long * 0.42, plastic(draw.vivid(), 0.15)
    kit.add(box(long, wide, long * 0.16, long * 0.04).moved(0, 0, long * 0.08), paint)
    kit.add(box(long * 0.55, wide * 0.85, long * 0.16, long * 0.04).moved(-long * 0.06, 0, long * 0.23),
            plastic((0.08, 0.09, 0.1), 0.1))  # fmt: skip
    kit.add(box(long * 0.45, wide * 0.8, 0.3).moved(-long * 0.06, 0, long * 0.385), paint)
    radius = long * 0.105
    wheel = revolve([(0, 0), (radius, 0), (radius, long * 0.08), (0, long * 0.08)], 18).turned("x", 90)
    for x in (-0.3, 0.3):
        for y in (-0.42, 0.5):
            kit.add(wheel.moved(long * x, wide * y, radius), plastic((0.04, 0.04, 0.04), 0.8))
    return kit.item(UNLISTED, "toy_car")


def dumbbell(draw: Draw) -> Item:
    """A small dumbbell."""
    kit, radius, long = Kit(), draw.uniform(3.2, 5.0), draw.uniform(15, 21)
    disc = revolve([(0, 0), (radius * 0.9, 0), (radius, 0.6), (radius, 3.4), (radius * 0.9, 4), (0, 4)], 12)
    rubber = plastic(draw.vivid() if draw.chance(0.6) else (0.06, 0.06, 0.06), 0.7)
    for at in (0.0, long - 4):
        kit.add(_lying(disc.moved(0, 0, at)), rubber)
    kit.add(_lying(revolve([(0, 3), (1.4, 3), (1.4, long - 3), (0, long - 3)], 14)), metal())
    return kit.item(UNLISTED, "dumbbell")


def trophy(draw: Draw) -> Item:
    """A trophy on a dark foot."""
    kit, high, radius = Kit(), draw.uniform(14, 24), draw.uniform(3.5, 5.5)
    kit.add(box(radius * 1.5, radius * 1.5, 3.0), plastic((0.08, 0.06, 0.05), 0.2))
    bowl = [(0, 3), (radius * 0.6, 3), (0.7, 5), (0.7, high * 0.5), (radius * 0.8, high * 0.62), (radius, high),
            (radius * 0.92, high), (0, high * 0.7)]  # fmt: skip
    kit.add(revolve(bowl, 24), metal((0.85, 0.65, 0.22) if draw.chance(0.6) else (0.75, 0.75, 0.78), 0.2))
    return kit.item(UNLISTED, "trophy")


def helmet(draw: Draw) -> Item:
    """A helmet as cyclists and builders wear it."""
    kit, radius = Kit(), draw.uniform(11, 13.5)
    angles = np.linspace(0, np.pi / 2, 12)
    shell = [(float(radius * np.cos(a)), float(radius * 1.1 * np.sin(a))) for a in angles]
    shell_colour = plastic(draw.vivid(), 0.2)
    kit.add(revolve([(0, 0), *shell], 30).scaled(1.0, 1.2, 1.0), shell_colour)
    kit.add(extrude(rounded_rectangle(radius * 1.5, radius, 4), 0.5).moved(0, -radius * 1.1, 0.3), shell_colour)
    return kit.item(UNLISTED, "helmet")


def padlock(draw: Draw) -> Item:
    """A lying padlock with a key ring."""
    kit, wide = Kit(), draw.uniform(4.5, 7.5)
    kit.add(box(wide, wide, 2.2, 0.4), metal((0.75, 0.58, 0.25), 0.35))
    angles = np.linspace(0, np.pi, 9)
    bow = [[float(wide * 0.33 * np.cos(a)), float(wide * 0.9 + wide * 0.33 * np.sin(a)), 1.1] for a in angles]
    kit.add(tube([[wide * 0.33, wide * 0.4, 1.1], *bow, [-wide * 0.33, wide * 0.4, 1.1]], 0.5), metal())
    return kit.item(UNLISTED, "padlock")


def torch(draw: Draw) -> Item:
    """A lying torch."""
    kit, radius, long = Kit(), draw.uniform(1.4, 2.2), draw.uniform(12, 20)
    body = [(0, 0), (radius, 0.2), (radius, long * 0.72), (radius * 1.5, long * 0.84), (radius * 1.5, long), (0, long)]
    coat = metal((0.12, 0.12, 0.13), 0.4) if draw.chance(0.5) else plastic(draw.vivid(), 0.4)
    kit.add(_lying(revolve(body, 20)), coat)
    return kit.item(UNLISTED, "torch")


def candle(draw: Draw) -> Item:
    """A thick candle on a dish."""
    kit, radius, high = Kit(), draw.uniform(2.5, 4.0), draw.uniform(5, 14)
    dish = radius * 1.7
    kit.add(revolve([(0, 0), (dish, 0), (dish, 1.2), (dish * 0.95, 0.6), (0, 0.6)], 24), metal())
    kit.add(revolve([(0, 0.6), (radius, 0.6), (radius, high), (0, high - 0.4)], 24), plastic(draw.vivid(), 0.6))
    return kit.item(UNLISTED, "candle")


def gift(draw: Draw) -> Item:
    """A wrapped present with a ribbon."""
    kit, wide, deep, high = Kit(), draw.uniform(9, 20), draw.uniform(8, 15), draw.uniform(4, 12)
    kit.add(box(wide, deep, high, 0.1), plastic(draw.vivid(), 0.3))
    ribbon = plastic(draw.vivid(), 0.2)
    kit.add(box(1.6, deep + 0.3, high + 0.15, 0.05), ribbon)
    kit.add(box(wide + 0.3, 1.6, high + 0.16, 0.05), ribbon)
    return kit.item(UNLISTED, "gift")


UNLISTED_THINGS: Mapping[str, Callable[[Draw], Item]] = MappingProxyType(
    {
        thing.__name__: thing
        for thing in (
            puzzle_cube,
            ball,
            screwdriver,
            hammer,
            light_bulb,
            toy_car,
            dumbbell,
            trophy,
            helmet,
            padlock,
            torch,
            candle,
            gift,
        )
    }
)
