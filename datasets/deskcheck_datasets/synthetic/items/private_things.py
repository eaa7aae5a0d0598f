"""Plants, ornaments and umbrellas: the plain kinds."""

from __future__ import annotations

import cv2
import numpy as np

from deskcheck_datasets.synthetic.items.base import (
    Draw,
    Item,
    Kit,
    Material,
    Rgb,
    metal,
    plastic,
    tinted,
)
from deskcheck_datasets.synthetic.mesh import (
    Mesh,
    box,
    front_panel,
    grid,
    loft,
    merged,
    revolve,
    smooth_path,
    tube,
)
from deskcheck_datasets.synthetic.textures import canvas, fabric, pattern, to_u8


def potted_plant(draw: Draw) -> Item:
    """A small plant in a pot: bush of leaves, blades, trailing leaves or a succulent."""
    kit, r, h = Kit(), draw.uniform(4.5, 8), draw.uniform(6, 12)
    rgb = (
        draw.grey(0.85, 0.96)
        if draw.chance(0.45)
        else draw.hsv((0.03, 0.09), (0.5, 0.8), (0.4, 0.75))
        if draw.chance(0.5)
        else draw.vivid()
    )
    wall = [
        (0, 0),
        (r * 0.68, 0),
        (r, h),
        (r + 0.2, h),
        (r + 0.2, h + 0.5),
        (r - 0.5, h + 0.5),
        (r - 0.6, h - 1),
        (0, h - 1),
    ]
    kit.add(revolve(wall, 32), Material(rgb, 0.35, clearcoat=0.3))
    kit.add(
        revolve([(0, h - 0.99), (r - 0.65, h - 0.99), (r - 0.7, h - 0.5), (0, h - 0.3)]),
        Material((0.12, 0.08, 0.05), 0.95),
    )
    kind = draw.integer(0, 3)
    leaves = []
    for _ in range({0: 55, 1: 20, 2: 42, 3: 34}[kind]):
        leaves.append(_leaf(draw, kind, r))
    tone = draw.hsv((0.24, 0.36), (0.45, 0.85), (0.2, 0.6))
    for share in range(3):
        shade = tuple(float(np.clip(c * (0.75 + 0.25 * share), 0, 1)) for c in tone)
        kit.add(
            merged(leaves[share::3]).moved(z_cm=h - 0.6), Material((shade[0], shade[1], shade[2]), 0.4, specular=0.4)
        )
    return kit.item("potted_plant", "potted_plant")


def _leaf(draw: Draw, kind: int, pot_r: float) -> Mesh:
    """One leaf growing from the middle, in the pot's coordinates (z = 0 at the soil)."""
    turn, up = draw.free(0, 360), draw.free(0.25, 1.0)
    length = {0: draw.free(7, 15), 1: draw.free(15, 28), 2: draw.free(10, 17), 3: draw.free(3.5, 7.5)}[kind] * (
        pot_r / 6
    ) ** 0.5
    wide = {0: 0.2, 1: 0.06, 2: 0.26, 3: 0.22}[kind] * length
    stem = {0: 0.45, 1: 0.0, 2: 0.55, 3: 0.0}[kind]
    droop = {0: 1.0, 1: 0.55, 2: 1.7, 3: 0.3}[kind]
    t = np.linspace(0, 1, 9)
    out = length * t * (1.1 - 0.7 * up)
    rise = length * (up * 1.15 * t - droop * 0.45 * t**2.2) + 0.3
    blade = np.clip((t - stem) / (1 - stem), 0, 1)
    half = np.where(t >= stem, wide * np.sin(np.pi * np.clip(blade, 0.03, 0.97)) ** 0.8, 0.1)
    cross = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    rows = np.stack(
        [out[:, None] + 0 * cross, half[:, None] * cross, rise[:, None] + 0.25 * half[:, None] * np.abs(cross)], -1
    )
    start = draw.free(0, pot_r * 0.45)
    leaf = grid(rows).moved(start).turned("z", turn)
    lowest = np.maximum(
        leaf.vertices[:, 2], -1.0 + np.maximum(np.linalg.norm(leaf.vertices[:, :2], axis=1) < pot_r + 0.5, 0) * 1.1
    )
    return Mesh(np.column_stack([leaf.vertices[:, :2], lowest]), leaf.faces, leaf.uv, False, 70)


def _egg(rx: float, ry: float, rz: float, n: int = 18) -> Mesh:
    t = np.linspace(0, np.pi, n)
    profile = np.stack([np.sin(t), 1 - np.cos(t)], 1)
    profile[0, 0] = profile[-1, 0] = 0
    return revolve(profile, 26, 80).scaled(rx, ry, rz)


def _fuzzy(draw: Draw, mesh: Mesh, amount: float) -> Mesh:
    """A plush surface: every place moved a little, alike for vertices that lie together."""
    key = np.round(mesh.vertices, 4)
    unique, back = np.unique(key, axis=0, return_inverse=True)
    shift = draw.rng.normal(0, amount, unique.shape)[back.reshape(-1)]
    return Mesh(mesh.vertices + shift, mesh.faces, mesh.uv, mesh.solid, 50)


def plush_bear(draw: Draw) -> Item:
    """A sitting plush bear."""
    kit, s = Kit(), draw.uniform(0.75, 1.5)
    rgb = (
        draw.hsv((0.05, 0.11), (0.3, 0.7), (0.35, 0.85))
        if draw.chance(0.7)
        else draw.hsv((0.85, 1.1), (0.1, 0.5), (0.7, 0.95))
    )
    fur = Material(texture=fabric(draw, rgb), roughness=0.95, specular=0.1)
    pale = Material(tinted(rgb, 1.25, 0.08), 0.95, specular=0.1)
    dark = Material((0.02, 0.015, 0.01), 0.1, clearcoat=0.8)
    limbs = [
        (_egg(4.4, 3.8, 5.0).moved(0, 0, 0.2), fur), (_egg(3.6, 3.3, 3.2).moved(0, -0.6, 8.7), fur),
        (_egg(1.7, 1.4, 1.3).moved(0, -3.4, 9.9), pale), (_egg(0.6, 0.5, 0.4).moved(0, -4.7, 11.2), dark),
        (_egg(2.5, 0.8, 2.8).moved(0, -3.3, 2.2), pale),
    ]  # fmt: skip
    for side in (-1, 1):
        limbs += [
            (_egg(1.5, 0.8, 1.5).moved(side * 2.9, -0.2, 13.2), fur),
            (_egg(0.9, 0.4, 0.9).moved(side * 2.9, -0.8, 13.8), pale),
            (_egg(0.4, 0.3, 0.4).moved(side * 1.35, -3.4, 12.2), dark),
            (_egg(1.5, 1.5, 3.2).turned("x", 38).turned("y", side * -28).moved(side * 3.7, -0.2, 3.8), fur),
            (_egg(1.8, 3.4, 1.7).turned("z", side * 22).moved(side * 3.4, -3.8, 0.0), fur),
            (_egg(1.3, 0.5, 1.2).turned("z", side * 22).moved(side * 4.55, -6.75, 0.5), pale),
        ]  # fmt: skip
    for mesh, look in limbs:
        soft = _fuzzy(draw, mesh.scaled(s, s, s), 0.05) if look.roughness > 0.5 else mesh.scaled(s, s, s)
        low = float(soft.vertices[:, 2].min())
        kit.add(soft.moved(z_cm=max(-low, 0.0)), look)
    kit.add(tube(_circle(2.6 * s, 8.9 * s), 0.4 * s, 8).scaled(1.1, 1.05, 1), plastic(draw.vivid(), 0.7))
    return kit.item("personal_ornament", "teddy_bear")


def _circle(r: float, z: float) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 28)
    return np.stack([r * np.cos(angle), r * np.sin(angle), np.full(28, z)], 1)


def photo_frame(draw: Draw) -> Item:
    """A standing photo frame leaning on its strut."""
    kit, w, h = Kit(), draw.uniform(10, 19), draw.uniform(12, 21)
    lean = draw.uniform(10, 18)
    rgb = draw.hsv((0.05, 0.12), (0.3, 0.7), (0.25, 0.8)) if draw.chance(0.5) else draw.grey(0.05, 0.95)
    sink = 0.75 * float(np.sin(np.radians(lean)))
    pieces = [(box(w, 1.5, h, 0.3, 0.3), plastic(rgb, 0.4))]
    pieces.append(
        (
            front_panel(w - 3, h - 3).moved(0, -0.765, 1.5),
            Material(texture=_snapshot(draw), roughness=0.12, clearcoat=0.7),
        )
    )
    for mesh, look in pieces:
        kit.add(mesh.turned("x", -lean).moved(z_cm=sink), look)
    back = h * float(np.sin(np.radians(lean)))
    kit.add(
        tube([(0, back + 4.5, 0.2), (0, back * 0.8 + 2.5, h * 0.3), (0, back * 0.7 + 1.2, h * 0.6)], 0.3, 8).scaled(
            4, 1, 1
        ),
        plastic((0.05, 0.05, 0.05)),
    )
    return kit.item("personal_ornament", "photo_frame")


def _snapshot(draw: Draw) -> np.ndarray:
    """A landscape with two round figures, like a family picture seen from afar."""
    img = canvas(240, 300, draw.hsv((0.5, 0.6), (0.3, 0.6), (0.7, 0.95)))
    img[170:] = to_u8(draw.hsv((0.2, 0.4), (0.4, 0.7), (0.3, 0.6)))

    for x in (85, 150):
        cv2.ellipse(img, (x, 250), (42, 80), 0, 0, 360, to_u8(draw.vivid()), -1, cv2.LINE_AA)
        cv2.circle(img, (x, 150), 27, (224, 178, 150), -1, cv2.LINE_AA)
        cv2.ellipse(img, (x, 138), (29, 20), 0, 180, 360, (40, 28, 22), -1, cv2.LINE_AA)
    return img


def figurine(draw: Draw) -> Item:
    """A lucky cat or a round figure of glazed clay."""
    kit, s = Kit(), draw.uniform(0.7, 1.3)
    rgb: Rgb = draw.pick(((0.93, 0.92, 0.9), (0.85, 0.65, 0.15), draw.vivid()))
    glaze = Material(rgb, 0.15, clearcoat=0.8)
    kit.add(revolve([(0, 0), (3.4, 0), (3.8, 1), (3.6, 3.5), (2.5, 6.2), (0, 7)], 30, 80).scaled(s, s, s), glaze)
    kit.add(_egg(3.0, 2.7, 2.5).scaled(s, s, s).moved(z_cm=5.6 * s), glaze)
    for side in (-1, 1):
        ear = (
            revolve([(0, 0), (1.0, 0), (0.5, 1.0), (0, 1.7)], 14)
            .scaled(s, 0.6 * s, s)
            .moved(side * 1.7 * s, 0, 9.8 * s)
        )
        kit.add(ear, glaze)
        kit.add(
            _egg(0.35, 0.2, 0.45).scaled(s, s, s).moved(side * 1.1 * s, -2.45 * s, 8.2 * s),
            Material((0.02, 0.02, 0.02), 0.1),
        )
    kit.add(_egg(0.9, 0.8, 2.0).scaled(s, s, s).moved(2.9 * s, -1.0 * s, 5.0 * s), glaze)
    kit.add(tube(_circle(2.35 * s, 6.0 * s), 0.3 * s, 8), plastic((0.75, 0.06, 0.07), 0.4))
    kit.add(
        revolve([(0, 0), (1.3, 0), (1.3, 0.3), (0, 0.3)]).turned("x", 90).scaled(s, s, s).moved(0, -3.2 * s, 4.0 * s),
        metal((0.85, 0.68, 0.25)),
    )
    return kit.item("personal_ornament", "figurine")


def umbrella(draw: Draw) -> Item:
    """A folded umbrella lying down, short or long."""
    kit, length, r = Kit(), draw.uniform(26, 75), draw.uniform(2.2, 3.2)
    cloth = Material(texture=pattern(draw, draw.vivid() if draw.chance(0.6) else draw.grey(0.02, 0.15)), roughness=0.7)
    angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    fold = 1 + 0.13 * np.abs(np.sin(4 * angle))
    t = np.linspace(0, 1, 10)
    swell = np.interp(t, [0, 0.08, 0.5, 0.92, 1], [0.35, 0.8, 1.0, 0.75, 0.25]) * r
    loops = [
        np.stack(
            [np.full(32, -length * 0.45 + x * length * 0.8), s * fold * np.cos(angle), s * fold * np.sin(angle)], 1
        )
        for x, s in zip(t, swell, strict=True)
    ]
    lift = float(np.max(swell) * fold.max())
    kit.add(loft(np.array(loops), crease_deg=50).moved(z_cm=lift), cloth)
    ends = length * 0.35
    hook = (
        [(ends - 1, 0, 0), (ends + length * 0.14, 0, 0), (ends + length * 0.2, 2.0, 0), (ends + length * 0.16, 4.5, 0)]
        if length > 50
        else [(ends - 1, 0, 0), (ends + 2.5, 0, 0), (ends + 5.5, 0, 0)]
    )
    kit.add(
        tube(smooth_path(hook), 1.0 if length > 50 else 1.5, 12).moved(z_cm=lift), plastic(draw.grey(0.02, 0.1), 0.35)
    )
    kit.add(
        tube([(-length * 0.5, 0, 0), (-length * 0.47, 0, 0), (-length * 0.44, 0, 0)], 0.4, 10).moved(z_cm=lift), metal()
    )
    return kit.item("umbrella", "umbrella")
