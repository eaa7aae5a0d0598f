"""Desk telephones and mobile phones."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, metal, plastic
from deskcheck_datasets.synthetic.mesh import Mesh, box, extrude, merged, panel, rounded_rectangle, smooth_path, tube
from deskcheck_datasets.synthetic.textures import canvas, cloud, to_u8, write


def telephone(draw: Draw) -> Item:
    """An office telephone: wedge with handset on the left, keys, small display, coiled cord."""
    kit = Kit()
    width, depth, slope = draw.uniform(17, 22), draw.uniform(17, 22), draw.uniform(9, 20)
    shade = draw.grey(0.02, 0.1) if draw.chance(0.65) else draw.grey(0.75, 0.93)
    body = plastic(shade, draw.uniform(0.35, 0.55))
    lift = depth * np.sin(np.radians(slope))
    case = box(width, depth, 2.6, 0.5, 1.2)
    rest_x = -width / 2 + 3.2
    keys, x0 = [], width * 0.12
    for row in range(4):
        for column in range(3):
            keys.append(
                box(1.5, 1.1, 0.45, 0.15, 0.3).moved(x0 + (column - 1) * 2.2, -depth * 0.08 - row * 1.7 + 0.6, 2.55)
            )
    for k in range(draw.integer(2, 5)):
        keys.append(box(1.2, 0.8, 0.35, 0.1).moved(width / 2 - 1.8, depth * 0.1 - k * 1.5, 2.55))
    key_look = plastic(draw.grey(0.75, 0.9) if draw.chance(0.5) else draw.grey(0.1, 0.3), 0.5)
    display = canvas(160, 60, draw.hsv((0.2, 0.55), (0.1, 0.3), (0.45, 0.75)))
    write(display, f"10:{draw.integer(10, 59)}  8{draw.integer(100, 999)}", (12, 40), 28, (0.1, 0.12, 0.1))
    tilted = [(case, body), (merged(keys), key_look)]
    tilted.append(
        (panel(width * 0.42, 3.2).moved(x0 + 0.5, depth * 0.3, 2.63), Material(texture=display, roughness=0.2))
    )
    tilted += [(box(4.6, 5.0, 1.0, 0.3, 1.5).moved(rest_x, y, 2.4), body) for y in (-depth * 0.33, depth * 0.33)]
    tilted += [(_handset(depth).moved(rest_x, 0, 3.5), plastic(shade, 0.35))]
    for mesh, look in tilted:
        kit.add(mesh.turned("x", slope).moved(z_cm=lift / 2), look)
    kit.add(box(width * 0.8, 2.0, lift * 0.85, 0.1).moved(y_cm=depth / 2 * np.cos(np.radians(slope)) - 2.2), body)
    turns = np.linspace(0, 2 * np.pi * 26, 26 * 8)
    along = np.linspace(0, 1, turns.size)
    spine = smooth_path([(rest_x - 0.5, -depth / 2 + 0.8, 2.5), (rest_x - 3.5, -depth / 2 + 0.5, 0.9),
                         (rest_x - 5.0, 0, 0.8),
                         (rest_x - 3.4, depth * 0.3, 0.8), (-width / 2 + 0.6, depth * 0.36, 1.6)], 12)  # fmt: skip
    t = np.linspace(0, 1, len(spine))
    coil = np.stack([np.interp(along, t, spine[:, k]) for k in range(3)], 1)
    coil += 0.45 * np.stack([np.cos(turns), np.zeros_like(turns), np.sin(turns)], 1)
    kit.add(tube(coil, 0.16, 5), plastic(shade, 0.4), loose=True)
    return kit.item("telephone", "desk_phone")


def _handset(length: float) -> Mesh:
    span = length * 0.46
    bar = smooth_path([(0, -span, 0.3), (0, -span * 0.8, 1.4), (0, 0, 2.0), (0, span * 0.8, 1.4), (0, span, 0.3)])
    radii = np.interp(np.abs(np.linspace(-1, 1, len(bar))), [0, 0.6, 1], [1.2, 1.35, 1.7])
    shaft = tube(bar, radii.tolist(), 14).scaled(1.35, 1, 0.75)
    ends = [extrude(rounded_rectangle(4.6, 4.8, 1.9), 1.9, 0.5).moved(0, y, -0.1) for y in (-span * 0.82, span * 0.82)]
    return merged([shaft, *ends])


def mobile_phone(draw: Draw) -> Item:
    """A mobile phone lying face up (lit or dark) or face down with its camera block."""
    kit = Kit()
    width, length, thick = draw.uniform(6.8, 7.9), draw.uniform(14.4, 16.6), draw.uniform(0.72, 1.0)
    rgb = draw.grey(0.02, 0.1) if draw.chance(0.5) else (draw.vivid() if draw.chance(0.5) else draw.grey(0.8, 0.95))
    kit.add(box(width, length, thick, 0.2, 1.0), Material(rgb, 0.25, clearcoat=0.5))
    if draw.chance(0.7):
        on = draw.chance(0.45)
        face = _home(draw) if on else canvas(32, 64, (0.012, 0.012, 0.016))
        look = Material(texture=face, roughness=0.08, clearcoat=0.8, glow=0.9 if on else 0.0)
        kit.add(panel(width - 0.45, length - 0.5).moved(z_cm=thick + 0.012), look)
    else:
        block = draw.uniform(2.6, 4.4)
        kit.add(
            box(block, block, 0.18, 0.06, 0.7).moved(
                -width / 2 + block / 2 + 0.5, length / 2 - block / 2 - 0.5, thick - 0.02
            ),
            metal(rgb, 0.25),
        )
        for k in range(draw.integer(2, 3)):
            at = (-width / 2 + 1.4 + 1.6 * (k % 2), length / 2 - 1.5 - 1.5 * (k // 2) - 0.6 * (k % 2))
            kit.add(
                tube([(0, 0, 0), (0, 0, 0.15)], 0.6, 20).moved(*at, thick + 0.16),
                Material((0.01, 0.01, 0.02), 0.05, clearcoat=1.0),
            )
    return kit.item("mobile_phone", "mobile_phone")


def _home(draw: Draw) -> np.ndarray:
    w, h = 240, 520
    img = (
        np.asarray(np.asarray(draw.vivid()) * (0.4 + 0.8 * cloud(draw, w, h, 3)[..., None]) * 255)
        .clip(0, 255)
        .astype(np.uint8)
    )
    write(img, f"{draw.integer(9, 17):02d}:{draw.integer(10, 59)}", (70, 90), 44, (1, 1, 1))
    for k in range(20):
        x, y = 18 + (k % 4) * 54, 150 + (k // 4) * 70
        img[y : y + 40, x : x + 40] = to_u8(draw.vivid())
    return img
