"""Keyboards, mice and mouse pads."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Rgb, plastic, printed
from deskcheck_datasets.synthetic.mesh import (
    Mesh,
    box,
    extrude,
    loft,
    merged,
    panel,
    rounded_rectangle,
    smooth_path,
    tube,
)
from deskcheck_datasets.synthetic.textures import canvas, pattern, write

_PITCH_CM = 1.9
_ROWS = (
    (("Esc", 1), ("", -1), ("F1", 1), ("F2", 1), ("F3", 1), ("F4", 1), ("", -0.5), ("F5", 1), ("F6", 1), ("F7", 1),
     ("F8", 1), ("", -0.5), ("F9", 1), ("F10", 1), ("F11", 1), ("F12", 1)),
    (*((c, 1) for c in "`1234567890-="), ("Bksp", 2)),
    (("Tab", 1.5), *((c, 1) for c in "QWERTYUIOP[]"), ("\\", 1.5)),
    (("Caps", 1.75), *((c, 1) for c in "ASDFGHJKL;'"), ("Enter", 2.25)),
    (("Shift", 2.25), *((c, 1) for c in "ZXCVBNM,./"), ("Shift", 2.75)),
    (("Ctrl", 1.25), ("Win", 1.25), ("Alt", 1.25), ("", 6.25), ("Alt", 1.25), ("Fn", 1.25), ("M", 1.25),
     ("Ctrl", 1.25)),
)  # fmt: skip
_ARROWS = ((15.25, 1, "Prt"), (16.25, 1, "Ins"), (17.25, 1, "Pg"), (15.25, 2, "Del"), (16.25, 2, "End"),
           (17.25, 2, "Dn"),
           (16.25, 4, "^"), (15.25, 5, "<"), (16.25, 5, "v"), (17.25, 5, ">"))  # fmt: skip
_PAD = ("N/*-", "789+", "456", "123", "0.")
_TILT_DEG = 3.0


def layout_keys(full: bool) -> list[tuple[str, float, float, float]]:
    """Legend, left edge, row and width of every key, in key units."""
    found: list[tuple[str, float, float, float]] = []
    for row, keys in enumerate(_ROWS):
        x = 0.0
        for legend, width in keys:
            if width > 0:
                found.append((legend, x, float(row), float(width)))
            x += abs(width)
    found += [(legend, x, float(row), 1.0) for x, row, legend in _ARROWS]
    if full:
        for row, legends in enumerate(_PAD, start=1):
            found += [(c, 18.5 + k, float(row), 1.0) for k, c in enumerate(legends)]
    return found


def keyboard(draw: Draw) -> Item:
    """A keyboard with single keys; full size or without the number block."""
    kit, full = Kit(), draw.chance(0.75)
    units = 22.5 if full else 18.25
    pitch = _PITCH_CM * draw.uniform(0.93, 1.0)
    width, depth, base_h = (
        units * pitch + draw.uniform(0.8, 2.5),
        6 * pitch + draw.uniform(1.0, 4.0),
        draw.uniform(0.8, 1.8),
    )
    dark = draw.chance(0.75)
    body = draw.grey(0.02, 0.1) if dark else draw.grey(0.75, 0.95)
    caps = draw.grey(0.025, 0.12) if draw.chance(0.75) == dark else draw.grey(0.8, 0.95)
    key_h, gap = draw.uniform(0.25, 0.8), draw.uniform(0.12, 0.3)
    pieces = [(box(width, depth, base_h, 0.2, draw.uniform(0.3, 1.2)), plastic(body, draw.uniform(0.35, 0.6)))]
    tops, legends = _caps(layout_keys(full), units, pitch, gap, base_h, key_h)
    pieces.append((merged(tops), plastic(caps, 0.55)))
    pieces.append((legends, printed(_legend_sheet(layout_keys(full), units, caps), 0.6)))
    for mesh, look in pieces:
        kit.add(mesh.turned("x", _TILT_DEG).moved(z_cm=depth / 2 * np.sin(np.radians(_TILT_DEG))), look)
    for side in (-1, 1):
        lift = depth * 0.8 * np.sin(np.radians(_TILT_DEG))
        kit.add(box(2.0, 0.6, lift + 0.1, 0.05).moved(side * width * 0.4, depth * 0.3), plastic(body))
    if draw.chance(0.7):
        sway = draw.uniform(-12, 12)
        cord = smooth_path(
            [(sway / 3, depth / 2 - 0.4, 0.7), (sway / 2, depth / 2 + 4, 0.22), (sway, depth / 2 + 11, 0.22)]
        )
        kit.add(tube(cord, 0.2, 6), plastic((0.03, 0.03, 0.03)), loose=True)
    return kit.item("keyboard", "keyboard")


def _caps(
    keys: list[tuple[str, float, float, float]], units: float, pitch: float, gap: float, base: float, height: float
) -> tuple[list[Mesh], Mesh]:
    """Key caps, and one decal over their tops whose texture is laid over the whole block of keys."""
    tops, prints = [], []
    for _, x, row, w in keys:
        centre_x, centre_y = (x + w / 2 - units / 2) * pitch, (2.5 - row) * pitch
        size = w * pitch - gap
        cap = extrude(rounded_rectangle(size, pitch - gap, 0.2, 2), height, 0.06, 1, top_scale=0.86)
        tops.append(cap.moved(centre_x, centre_y, base))
        quad = panel(size * 0.84, (pitch - gap) * 0.8).moved(centre_x, centre_y, base + height + 0.012)
        u = quad.vertices[:, 0] / (units * pitch) + 0.5
        v = quad.vertices[:, 1] / (6 * pitch) + 0.5
        prints.append(Mesh(quad.vertices, quad.faces, np.stack([u, v], 1), solid=False))
    return tops, merged(prints)


def _legend_sheet(keys: list[tuple[str, float, float, float]], units: float, caps: Rgb) -> np.ndarray:
    px = 48
    img = canvas(int(units * px), 6 * px, caps)
    ink = (0.9, 0.9, 0.9) if sum(caps) < 1.5 else (0.1, 0.1, 0.1)
    for legend, x, row, _ in keys:
        size = 20 if len(legend) < 2 else 13
        write(img, legend, (int(x * px) + 12, int(row * px) + 28), size, ink, 500)
    return img


def mouse(draw: Draw) -> Item:
    """A mouse: curved shell, two buttons' groove, wheel, often a cord."""
    kit = Kit()
    length, width, height = draw.uniform(9.5, 12.5), draw.uniform(5.6, 7.0), draw.uniform(3.2, 4.2)
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = np.stack([np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** 0.75, np.sin(angle)], 1) * [
        width / 2,
        length / 2,
    ]
    loops = []
    for t in np.linspace(0, 1, 9):
        shrink = np.cos(t * np.pi / 2 * 0.93) ** 0.62
        waist = 1 - 0.1 * np.cos(ring[:, 1] / length * 4) * (1 - t)
        points = ring * shrink * np.stack([waist, np.ones(40)], 1)
        rise = 0.9 + 0.25 * np.cos((ring[:, 1] / length + 0.35) * np.pi)
        loops.append(np.column_stack([points[:, 0], points[:, 1] - 0.4 * t, height * np.sin(t * np.pi / 2) * rise]))
    shell = draw.grey(0.02, 0.1) if draw.chance(0.7) else (draw.grey(0.7, 0.95) if draw.chance(0.6) else draw.vivid())
    kit.add(loft(np.array(loops), crease_deg=60), plastic(shell, draw.uniform(0.25, 0.6)))
    groove = np.column_stack([np.zeros(8), np.linspace(length * 0.44, length * 0.05, 8), np.zeros(8)])
    for k, (_, y, _z) in enumerate(groove):
        t = min(abs(y + 0.2) / (length / 2) * 1.02, 0.99)
        groove[k, 2] = height * (1 - t**2.6) ** 0.62 * (0.9 + 0.25 * np.cos((y / length + 0.35) * np.pi))
    kit.add(tube(groove, 0.09, 5), plastic((0.01, 0.01, 0.01), 0.8))
    wheel = tube([(-0.35, 0, 0), (0.35, 0, 0)], 0.85, 16)
    kit.add(wheel.moved(0, length * 0.28, float(groove[2, 2]) - 0.25), plastic((0.05, 0.05, 0.05), 0.7))
    if draw.chance(0.65):
        sway = draw.uniform(-6, 6)
        path = [
            (0, length / 2 - 0.6, 0.8),
            (0, length / 2 + 2.5, 0.25),
            (sway / 2, length / 2 + 6, 0.2),
            (sway, length / 2 + 12, 0.2),
        ]
        kit.add(tube(smooth_path(path), 0.17, 6), plastic((0.03, 0.03, 0.03)), loose=True)
    return kit.item("mouse", "mouse")


def mouse_pad(draw: Draw) -> Item:
    """A thin pad, plain or printed."""
    kit, width, depth = Kit(), draw.uniform(20, 28), draw.uniform(17, 23)
    rgb = draw.grey(0.02, 0.15) if draw.chance(0.6) else draw.vivid()
    kit.add(box(width, depth, 0.28, 0.06, 0.8), plastic(rgb, 0.9))
    kit.add(
        panel(width - 0.8, depth - 0.8).moved(z_cm=0.285),
        Material(texture=pattern(draw, rgb), roughness=0.9, specular=0.1),
    )
    return kit.item("mouse_pad", "mouse_pad")
