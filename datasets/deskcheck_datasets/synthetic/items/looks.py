"""Materials that many families share, and small shapes that they are put together from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Kit, Material, Rgb, Texture, metal, plastic, printed
from deskcheck_datasets.synthetic.mesh import (
    Floats,
    Mesh,
    band,
    box,
    front_panel,
    loft,
    panel,
    revolve,
    smooth_path,
    tube,
)
from deskcheck_datasets.synthetic.textures import fabric, wood

PAPER = Material((0.93, 0.93, 0.9), 0.85, specular=0.2)
PET = Material((0.94, 0.97, 0.98), 0.03, clear=True)
GLASS = Material((0.96, 0.98, 0.97), 0.02, clear=True)
LENS = Material((0.01, 0.01, 0.02), 0.1, clearcoat=1.0)
BLACK = plastic((0.025, 0.025, 0.028), 0.45)
RUBBER = plastic((0.03, 0.03, 0.03), 0.85)
WHITE = plastic((0.9, 0.9, 0.89), 0.4)
STEEL = metal((0.72, 0.72, 0.74), 0.3)
GOLD = metal((0.85, 0.68, 0.3), 0.25)
ACRYLIC = Material((0.93, 0.97, 0.98), 0.05, clear=True)
# Where a clear block lies on something: what is seen through it would need more light paths than are taken.
ACRYLIC_BLOCK = Material((0.8, 0.85, 0.86), 0.06, clearcoat=0.9)

Piece = tuple[Mesh, Material]


def office(draw: Draw, dark_share: float = 0.6) -> Material:
    """The black, grey or off-white plastic of office machines."""
    rgb = draw.grey(0.025, 0.11) if draw.chance(dark_share) else draw.grey(0.72, 0.95)
    return plastic(rgb, draw.uniform(0.3, 0.55))


def coloured(draw: Draw, roughness: float = 0.4) -> Material:
    """Plastic in the colours of desk accessories: dark, light, blue or any other."""
    kind = draw.integer(0, 4)
    if kind == 0:
        return plastic(draw.grey(0.03, 0.12), roughness)
    if kind == 1:
        return plastic(draw.grey(0.55, 0.95), roughness)
    if kind == 2:
        return plastic(draw.hsv((0.55, 0.65), (0.5, 0.9), (0.25, 0.8)), roughness)
    return plastic(draw.vivid(), roughness)


def timber(draw: Draw, w_px: int = 256, h_px: int = 128, varnish: float = 0.2) -> Material:
    """Light to dark wood."""
    rgb = draw.hsv((0.05, 0.11), (0.3, 0.65), (0.3, 0.85))
    return Material(texture=wood(draw, rgb, w_px, h_px), roughness=draw.uniform(0.3, 0.55), clearcoat=varnish)


def cloth(draw: Draw, rgb: Rgb, px: int = 128) -> Material:
    """Woven cloth of a colour."""
    return Material(texture=fabric(draw, rgb, px), roughness=0.9, specular=0.1)


def pastel(draw: Draw) -> Rgb:
    """A pale colour of any hue."""
    return draw.hsv((0.0, 1.0), (0.12, 0.4), (0.8, 0.97))


def lit(texture: Texture, glow: float = 0.9) -> Material:
    """A screen that is on."""
    return Material(texture=texture, roughness=0.12, glow=glow)


def rod(start: Sequence[float] | Floats, end: Sequence[float] | Floats, radius_cm: float, segments: int = 10) -> Mesh:
    """A straight round bar."""
    return tube(np.array([start, end], dtype=np.float64), radius_cm, segments)


def cord(points_cm: Sequence[Sequence[float]], radius_cm: float = 0.25, steps: int = 6) -> Mesh:
    """A cable along a smooth path that never goes through the desk."""
    path = smooth_path(points_cm, steps)
    path[:, 2] = np.maximum(path[:, 2], radius_cm + 0.02)
    return tube(path, radius_cm, 6)


def disc(radius_cm: float, height_cm: float, bevel_cm: float = 0.1, segments: int = 28) -> Mesh:
    """A flat round body standing on z = 0."""
    r, h, b = radius_cm, height_cm, min(bevel_cm, height_cm / 2 - 1e-3)
    return revolve([(0, 0), (r - b, 0), (r, b), (r, h - b), (r - b, h), (0, h)], segments)


def vessel(outer: Sequence[tuple[float, float]], wall_cm: float, floor_cm: float, segments: int = 30) -> Mesh:
    """An open vessel: the outline (radius, z) from the foot up, and a wall of that thickness."""
    foot = outer[0][1]
    inner = [(max(r - wall_cm, 0.1), z) for r, z in outer if z > foot + floor_cm + 0.05]
    low = float(np.interp(foot + floor_cm, [z for _, z in outer], [r for r, _ in outer]))
    profile = [(0.0, foot), *outer, *reversed(inner), (max(low - wall_cm - 0.05, 0.05), foot + floor_cm)]
    return revolve([*profile, (0.0, foot + floor_cm)], segments)


def glassware(kit: Kit, outer: Sequence[tuple[float, float]], segments: int = 32) -> None:
    """Add a clear glass: one thin wall, a foot and a bright rim.

    One surface and no inside wall: behind more layers of clear surfaces a short light path ends in black.
    """
    kit.add(band(outer, segments), GLASS)
    (foot, low), (mouth, high) = outer[0], outer[-1]
    kit.add(disc(foot, 0.5, 0.15).moved(z_cm=low), Material((0.74, 0.8, 0.79), 0.08, clearcoat=0.8))
    a = np.linspace(0, 2 * np.pi, segments + 1)
    rim = np.stack([mouth * np.cos(a), mouth * np.sin(a), np.full(segments + 1, high)], 1)
    kit.add(tube(rim, 0.1, 5), Material((0.82, 0.87, 0.87), 0.1, clearcoat=0.8))


def filling(outer: Sequence[tuple[float, float]], wall_cm: float, low_cm: float, level_cm: float) -> Mesh:
    """What stands in a vessel up to a level, a hair smaller than its inside."""
    radius, z = np.array([r for r, _ in outer]), np.array([h for _, h in outer])
    rise = np.linspace(low_cm, level_cm, 4)
    points = [(max(float(np.interp(t, z, radius)) - wall_cm - 0.02, 0.1), float(t)) for t in rise]
    return revolve([(0.0, low_cm), *points, (0.0, level_cm)], 28)


def egg(rx_cm: float, ry_cm: float, rz_cm: float, steps: int = 10, segments: int = 16) -> Mesh:
    """An ellipsoid standing on z = 0."""
    t = np.linspace(0, np.pi, steps)
    profile = np.stack([np.sin(t), 1 - np.cos(t)], 1)
    profile[0, 0] = profile[-1, 0] = 0
    return revolve(profile, segments, 80).scaled(rx_cm, ry_cm, rz_cm)


def pot(outline: Floats, height_cm: float, wall_cm: float, floor_cm: float = 0.4, flare: float = 1.0) -> Mesh:
    """An open pot over any outline; ``flare`` is the size of the mouth against the foot."""
    inner = outline * (1 - wall_cm / np.abs(outline).max())
    loops = [(outline, 0.0), (outline * flare, height_cm), (inner * flare, height_cm), (inner, floor_cm)]
    return loft(np.array([np.column_stack([o, np.full(len(o), z)]) for o, z in loops]))


def tilted(kit: Kit, pieces: Iterable[Piece], axis: str, angle_deg: float, at: Sequence[float] = (0, 0, 0)) -> None:
    """Add pieces turned together about an axis and then moved."""
    for mesh, look in pieces:
        kit.add(mesh.turned(axis, angle_deg).moved(*at), look)


def clad(
    kit: Kit,
    w: float,
    d: float,
    h: float,
    face: Texture,
    *,
    base: float = 0.0,
    sides: str = "fblr",
    roughness: float = 0.4,
    margin: float = 0.1,
) -> None:
    """Stick a print on the upright sides of a box: front, back, left, right."""
    turns = {"f": (0, w, d), "b": (180, w, d), "r": (90, d, w), "l": (270, d, w)}
    for side in sides:
        turn, span, off = turns[side]
        sheet = front_panel(span - 2 * margin, h - 2 * margin).moved(0, -off / 2 - 0.013, base + margin)
        kit.add(sheet.turned("z", turn), printed(face, roughness))


def lid_print(kit: Kit, w: float, d: float, z: float, face: Texture, roughness: float = 0.4) -> None:
    """Stick a print on a level top."""
    kit.add(panel(w, d).moved(z_cm=z + 0.013), printed(face, roughness))


def stack(kit: Kit, draw: Draw, count: int, w: float, d: float, at: tuple[float, float, float]) -> float:
    """A neat pile of papers; returns the height of its top."""
    x, y, z = at
    for _ in range(count):
        h = draw.uniform(0.2, 0.9)
        sheet = box(w, d, h, 0.02, 0.03).turned("z", draw.free(-2, 2))
        kit.add(sheet.moved(x + draw.free(-0.2, 0.2), y + draw.free(-0.2, 0.2), z), PAPER)
        z += h + 0.004
    return z
