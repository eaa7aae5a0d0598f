"""Cups: mug, glass, steel thermos, lidded office cup, paper cup."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, metal, plastic, printed
from deskcheck_datasets.synthetic.items.looks import glassware
from deskcheck_datasets.synthetic.mesh import band, revolve, smooth_path, tube
from deskcheck_datasets.synthetic.textures import label, pattern

_GLASS = Material((0.96, 0.98, 0.97), 0.02, clear=True)


def mug(draw: Draw) -> Item:
    """A ceramic mug with a handle, some tea in it."""
    kit, r, h = Kit(), draw.uniform(3.7, 4.7), draw.uniform(8.5, 11.5)
    wall, flare, belly = 0.38, draw.uniform(-0.3, 0.6), draw.uniform(0.0, 0.5)
    z = np.linspace(0, 1, 9)
    outer = r + flare * (z - 0.5) + belly * np.sin(np.pi * z)
    profile = [(0, 0), (outer[0] - 0.5, 0), *zip(outer, 0.35 + z * (h - 0.5), strict=True), (outer[-1] - wall / 2, h)]
    profile += [
        *zip(outer[::-1] - wall, 0.35 + z[::-1] * (h - 0.9) + 0.4, strict=True),
        (outer[0] - 1.4, 0.6),
        (0, 0.6),
    ]
    rgb = draw.grey(0.85, 0.97) if draw.chance(0.5) else draw.vivid()
    glaze = Material(rgb, 0.18, clearcoat=0.6)
    kit.add(revolve(profile, 40), glaze)
    fill = draw.uniform(0.35, 0.85)
    liquid = float(np.interp(fill, z, outer)) - wall - 0.01
    kit.add(
        revolve([(0, h * fill - 0.3), (liquid, h * fill - 0.3), (liquid, h * fill), (0, h * fill)]),
        Material(draw.hsv((0.03, 0.13), (0.6, 0.9), (0.1, 0.5)), 0.05),
    )
    reach, low, high = draw.uniform(2.2, 3.2), h * 0.2, h * 0.82
    start, end = float(np.interp(0.2, z, outer)) - 0.15, float(np.interp(0.82, z, outer)) - 0.15
    bow = [
        (start, 0, low),
        (start + reach * 0.7, 0, low + 0.3),
        (start + reach, 0, h * 0.5),
        (end + reach * 0.75, 0, high),
        (end, 0, high),
    ]
    kit.add(tube(smooth_path(bow), draw.uniform(0.42, 0.65), 12), glaze)
    if draw.chance(0.6):
        rise = np.linspace(0.15, 0.88, 7)
        skin = [(float(np.interp(t, z, outer)) + 0.015, 0.35 + t * (h - 0.5)) for t in rise]
        kit.add(band(skin, 40), printed(pattern(draw, rgb, 512, 192), 0.25))
    return kit.item("cup", "mug")


def glass(draw: Draw) -> Item:
    """A clear glass of water or tea."""
    kit, r, h = Kit(), draw.uniform(3.0, 3.9), draw.uniform(9, 14)
    taper = draw.uniform(0.8, 1.0)
    glassware(kit, [(r * taper, 0.0), (r, h)])
    tea = (
        Material(draw.hsv((0.08, 0.14), (0.5, 0.9), (0.3, 0.8)), 0.05)
        if draw.chance(0.7)
        else Material((0.78, 0.84, 0.84), 0.03, clearcoat=0.8)
    )
    fill = h * draw.uniform(0.4, 0.85)
    wide = r * (taper + (1 - taper) * fill / h) - 0.28
    kit.add(revolve([(0, 0.92), (r * taper - 0.28, 0.92), (wide, fill), (0, fill)], 40), tea)
    if draw.chance(0.3):
        bow = [(r * 0.92, 0, h * 0.25), (r + 2.2, 0, h * 0.3), (r + 2.3, 0, h * 0.7), (r * 0.97, 0, h * 0.78)]
        kit.add(tube(smooth_path(bow), 0.45), _GLASS)
    return kit.item("cup", "glass")


def steel_thermos(draw: Draw) -> Item:
    """A slim vacuum flask with a screw lid: bare steel or painted."""
    kit, r, h = Kit(), draw.uniform(3.1, 3.9), draw.uniform(17, 25)
    lid = draw.uniform(2.5, 6)
    body = (
        metal((0.78, 0.78, 0.79), 0.28)
        if draw.chance(0.4)
        else Material(draw.vivid() if draw.chance(0.6) else draw.grey(0.03, 0.9), 0.35, clearcoat=0.4)
    )
    top = metal((0.8, 0.8, 0.8), 0.25) if draw.chance(0.5) else plastic(draw.grey(0.02, 0.2), 0.4)
    shoulder = h - lid
    kit.add(revolve([(0, 0), (r - 0.3, 0), (r, 0.3), (r, shoulder - 1.2), (r - 0.35, shoulder), (0, shoulder)]), body)
    kit.add(revolve([(0, shoulder), (r - 0.2, shoulder), (r - 0.15, h - 0.5), (r - 0.6, h), (0, h)]), top)
    return kit.item("cup", "steel_thermos")


def lidded_cup(draw: Draw) -> Item:
    """The porcelain or double-walled office cup with a lid and knob."""
    kit, r, h = Kit(), draw.uniform(3.8, 4.4), draw.uniform(10.5, 14)
    white = Material(draw.grey(0.86, 0.97), 0.15, clearcoat=0.7)
    kit.add(
        revolve(
            [(0, 0), (r * 0.88, 0), (r, 1.5), (r, h), (r - 0.35, h), (r - 0.35, 1.6), (r * 0.6, 0.8), (0, 0.8)], 40
        ),
        white,
    )
    kit.add(
        revolve(
            [
                (0, h),
                (r - 0.45, h),
                (r + 0.1, h + 0.02),
                (r + 0.05, h + 0.4),
                (1.0, h + 1.5),
                (0.7, h + 1.7),
                (0.95, h + 2.3),
                (0.6, h + 2.8),
                (0, h + 2.85),
            ],
            40,
        ),
        white,
    )
    bow = [(r - 0.15, 0, h * 0.25), (r + 2.3, 0, h * 0.35), (r + 2.3, 0, h * 0.7), (r - 0.15, 0, h * 0.8)]
    kit.add(tube(smooth_path(bow), 0.5), white)
    kit.add(band([(r + 0.015, 2.2), (r + 0.015, h - 1)], 40), printed(pattern(draw, white.rgb, 512, 192), 0.2))
    return kit.item("cup", "lidded_cup")


def paper_cup(draw: Draw) -> Item:
    """A paper cup of the water dispenser."""
    kit, r, h = Kit(), draw.uniform(3.4, 3.9), draw.uniform(8, 9.5)
    low = r * 0.72
    kit.add(
        revolve(
            [
                (0, 0.3),
                (low - 0.1, 0.3),
                (low - 0.1, 0),
                (low, 0),
                (r, h - 0.3),
                (r + 0.18, h - 0.15),
                (r + 0.1, h),
                (r - 0.1, h - 0.1),
                (low - 0.08, 0.6),
                (0, 0.6),
            ],
            40,
        ),
        Material((0.95, 0.94, 0.92), 0.7),
    )
    fill = 0.7
    wide = low + (r - low) * fill - 0.12
    kit.add(
        revolve([(0, h * fill - 0.2), (wide - 0.08, h * fill - 0.2), (wide, h * fill), (0, h * fill)]),
        Material(draw.hsv((0.05, 0.12), (0.4, 0.9), (0.15, 0.7)), 0.05),
    )
    kit.add(
        band([(low + (r - low) * 0.1 + 0.02, h * 0.1), (low + (r - low) * 0.85 + 0.02, h * 0.85)], 40),
        printed(label(draw), 0.6),
    )
    return kit.item("cup", "paper_cup")
