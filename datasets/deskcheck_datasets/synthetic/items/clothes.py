"""Clothing: folded, thrown down, hung over the back of a chair; hats, scarves, gloves; cushions."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Rgb, plastic, printed, tinted
from deskcheck_datasets.synthetic.items.looks import BLACK, STEEL, cloth, rod
from deskcheck_datasets.synthetic.mesh import (
    Floats,
    box,
    extrude,
    grid,
    loft,
    panel,
    revolve,
    rounded_rectangle,
    smooth_path,
    tube,
)
from deskcheck_datasets.synthetic.textures import cloud, pattern


def _dye(draw: Draw) -> Rgb:
    if draw.chance(0.35):
        return draw.grey(0.05, 0.7)
    if draw.chance(0.4):
        return draw.hsv((0.55, 0.7), (0.3, 0.8), (0.15, 0.6))
    return draw.hsv((0.0, 1.0), (0.15, 0.75), (0.3, 0.9))


def _fabric(draw: Draw, rgb: Rgb) -> Material:
    if draw.chance(0.2):
        return Material(texture=pattern(draw, rgb, 192, 192), roughness=0.95, specular=0.1)
    return cloth(draw, rgb)


def folded(draw: Draw) -> Item:
    """A folded garment: one to three soft layers, collar on top."""
    kit, w, d = Kit(), draw.uniform(26, 36), draw.uniform(24, 36)
    rgb, z = _dye(draw), 0.0
    skin = _fabric(draw, rgb)
    for k in range(draw.integer(2, 4)):
        outline = rounded_rectangle(w - k * 1.4, d - k * 2.0, 3.0, 5)
        loops = []
        thick = draw.uniform(1.2, 2.4)
        for t, inset in ((0.0, 0.9), (0.25, 0.99), (0.7, 1.0), (1.0, 0.93)):
            wave = 1 + draw.rng.normal(0, 0.006, (len(outline), 1))
            loops.append(np.column_stack([outline * inset * wave, np.full(len(outline), z + t * thick)]))
        kit.add(loft(np.array(loops), crease_deg=70), skin)
        z += thick + 0.01
    if draw.chance(0.6):
        a = np.linspace(0.15 * np.pi, 0.85 * np.pi, 9)
        bow = np.stack([7 * np.cos(a), d * 0.42 - 7 * np.sin(a), np.full(9, z + 0.5)], 1)
        kit.add(tube(bow, 0.8, 8).scaled(1, 1, 1), skin)
    return kit.item("clothing", "folded")


def heap(draw: Draw, w: float, d: float, h: float) -> Floats:
    """(R, C, 3) a thrown-down cloth: an irregular outline with folds that run about it."""
    rows, columns = 26, 30
    v, u = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    rough = cloud(draw, columns, rows, 4) - 0.5
    turn = np.arctan2(v, u)
    edge = 1 + 0.14 * np.sin(3 * turn + draw.free(0, 6)) + 0.08 * np.sin(7 * turn + draw.free(0, 6))
    square = np.maximum(np.abs(u), np.abs(v))
    dome = np.clip(1 - square**3, 0, 1) ** 0.7
    folds = 0.25 * np.sin(u * draw.uniform(4, 9) + v * draw.uniform(-6, 6) + rough * 5) + 0.55 * rough
    z = np.clip(h * dome * (0.55 + folds), 0, None)
    z[[0, -1]] = 0.0
    z[:, [0, -1]] = 0.0
    return np.stack([u * w / 2 * edge, v * d / 2 * edge, z], -1)


def thrown(draw: Draw) -> Item:
    """A jacket or shirt thrown on the desk, a sleeve sticking out."""
    kit, rgb = Kit(), _dye(draw)
    skin = _fabric(draw, rgb)
    w, d = draw.uniform(34, 50), draw.uniform(26, 40)
    kit.add(grid(heap(draw, w, d, draw.uniform(6, 11))), skin)
    side = draw.pick((-1, 1))
    sleeve = smooth_path(
        [(side * w * 0.3, 0, 2.6), (side * w * 0.5, -d * 0.2, 2.2), (side * w * 0.58, -d * 0.48, 2.1)], 5
    )
    radii = np.linspace(3.4, 2.5, len(sleeve)) * (1 + draw.rng.normal(0, 0.05, len(sleeve)))
    lifted = tube(sleeve, radii.tolist(), 12).scaled(1, 1, 0.7)
    kit.add(lifted.moved(z_cm=max(0.0, -float(lifted.vertices[:, 2].min()))), skin)
    if draw.chance(0.4):
        kit.add(tube(smooth_path([(-w * 0.2, d * 0.2, 6), (0, 0, 7), (w * 0.1, -d * 0.3, 3)]), 0.25, 6), STEEL)
    return kit.item("clothing", "thrown")


def scarf(draw: Draw) -> Item:
    """A scarf or shawl in loops, with a fringe."""
    kit, rgb = Kit(), _dye(draw)
    skin = Material(texture=pattern(draw, rgb, 192, 192), roughness=0.95, specular=0.1)
    n = 34
    t = np.linspace(0, 1, n)
    x = 16 * np.sin(t * draw.uniform(5, 9)) * (0.6 + 0.4 * t)
    y = -14 + 28 * t + 5 * np.sin(t * 9)
    z = 1.6 + 1.3 * (np.sin(t * 11) + 1) / 2
    path = np.stack([x, y, z], 1)
    body = tube(path, (5.2 + 0.8 * np.sin(t * 17)).tolist(), 12).scaled(1, 1, 0.36)
    low = float(body.vertices[:, 2].min())
    kit.add(body.moved(z_cm=-low), skin)
    return kit.item("clothing", "scarf")


def cap(draw: Draw) -> Item:
    """A peaked cap or sun hat."""
    kit, r = Kit(), draw.uniform(9, 10.5)
    skin = _fabric(draw, _dye(draw))
    if draw.chance(0.6):
        crown = [(0, 0.1), (r, 0.1), (r, 3), (r * 0.92, 7), (r * 0.55, 11), (0.5, 12.2), (0, 12.3)]
        kit.add(revolve(crown, 26, 70), skin)
        u, v = np.meshgrid(np.linspace(-1, 1, 11), np.linspace(0, 1, 6))
        peak = np.stack(
            [
                u * r * 0.86 * (1 - 0.12 * v),
                -r * np.sqrt(1 - (u * 0.86) ** 2) * 0.98 - 7 * v * (1 - 0.5 * u**2),
                1.6 - 1.1 * v - 0.9 * u**2 * v + 0.4,
            ],
            -1,
        )
        kit.add(grid(np.maximum(peak, [-99, -99, 0.02])), skin)
    else:
        brim = [
            (0, 0.4),
            (r * 0.9, 0.4),
            (r * 1.9, 0),
            (r * 1.95, 0.3),
            (r, 1.0),
            (r * 0.95, 7),
            (r * 0.6, 9),
            (0, 9.3),
        ]
        kit.add(revolve(brim, 30, 70), skin)
    return kit.item("clothing", "cap")


def hung_jacket(draw: Draw, back_w_cm: float = 42.0, thick_cm: float = 7.0, drop_cm: float | None = None) -> Item:
    """A jacket hung over the back of a chair; z = 0 is its hem, the back of the chair comes up to ``size_cm[2]`` - 1.

    Args:
        back_w_cm: width of the chair's back.
        thick_cm: thickness of the chair's back, along y.
        drop_cm: how far the jacket hangs down behind; drawn where it is not given.
    """
    kit, rgb = Kit(), _dye(draw)
    skin = _fabric(draw, rgb)
    drop = drop_cm or draw.uniform(50, 68)
    front = drop * draw.uniform(0.45, 0.75)
    w = back_w_cm * draw.uniform(1.05, 1.2)
    half = thick_cm / 2 + 0.8
    rows = [
        (-half - 0.6, drop - front),
        (-half - 0.9, drop - front * 0.5),
        (-half, drop - 2.0),
        (-half * 0.5, drop - 0.3),
        (0.0, drop),
        (half * 0.5, drop - 0.3),
        (half, drop - 2.0),
        (half + 1.2, drop * 0.55),
        (half + 2.0, 0.02),
    ]
    t = np.linspace(-1, 1, 17)
    folds = 0.7 * np.sin(t * draw.uniform(8, 14) + draw.free(0, 6))
    points = []
    for y, z in rows:
        hang = abs(z - drop) / drop
        sag = 3.4 * np.abs(t) ** 2.4 * (1 - hang)
        points.append(
            np.stack([t * w / 2 * (1 + 0.06 * hang), y + np.sign(y) * folds * hang, np.maximum(z - sag, 0.0)], 1)
        )
    kit.add(grid(np.array(points)), skin)
    for side in (-1, 1):
        shoulder = [
            (side * w * 0.4, 0.0, drop - 1.5),
            (side * w * 0.53, 0.5, drop - 4.5),
            (side * w * 0.6, 1.0, drop * 0.62),
        ]
        sleeve = [(side * w * 0.6, 1.5, drop * 0.35), (side * w * 0.57, 2.0, drop * draw.uniform(0.12, 0.26))]
        arm = smooth_path([*shoulder, *sleeve], 4)
        wrinkle = 1 + 0.06 * np.sin(np.arange(len(arm)) * 2.3 + draw.free(0, 6))
        kit.add(tube(arm, (np.linspace(5.0, 3.8, len(arm)) * wrinkle).tolist(), 12).scaled(1, 0.75, 1), skin)
        cuff = arm[-1] * [1, 0.75, 1]
        up = np.array([0.0, 0.0, 1.0])
        kit.add(rod(cuff - 0.6 * up, cuff + 1.4 * up, 3.7, 12), plastic(tinted(rgb, 0.6), 0.9))
    lapel = Material(tinted(rgb, 0.55), 0.9)
    for side in (-1, 1):
        edge = np.array(
            [[side * 1.2, 0, 0], [side * 6.5, 0, 1.0], [side * 2.5, 0, -front * 0.55], [side * 1.0, 0, -front * 0.6]]
        )
        strip = np.stack([edge[[3, 2]], edge[[0, 1]]]) + np.array([0.0, -half - 1.6, drop - 2.2])
        kit.add(grid(strip if side > 0 else strip[:, ::-1]), lapel)
    neck = np.linspace(-0.15 * np.pi, 1.15 * np.pi, 11)
    collar = np.stack([7.5 * np.cos(neck), half * 1.1 * np.sin(neck), drop - 0.9 + 0.3 * np.sin(neck)], 1)
    kit.add(tube(collar, 1.0, 8), skin)
    return kit.item("clothing", "hung_jacket")


def gloves(draw: Draw) -> Item:
    """A pair of gloves or sleeve covers lying."""
    kit, skin = Kit(), _fabric(draw, _dye(draw))
    for k in range(2):
        palm = extrude(rounded_rectangle(9, 12, 3.5), 2.2, 1.0)
        turn, at = draw.free(-40, 40), (k * 12.0, draw.free(-3, 3))
        kit.add(palm.turned("z", turn).moved(*at), skin)
        cuff = extrude(rounded_rectangle(8.5, 8, 1.0), 2.0, 0.8).moved(0, -9)
        kit.add(cuff.turned("z", turn).moved(*at), skin)
        for f in range(4):
            finger = tube(
                [(-3.2 + f * 2.1, 4.5, 1.1), (-3.4 + f * 2.3, 8, 1.1), (-3.6 + f * 2.5, 11.5, 1.0)], [1.1, 1.0, 0.8], 8
            )
            kit.add(finger.turned("z", turn).moved(*at), skin)
    return kit.item("clothing", "gloves")


def _pillow(draw: Draw, w: float, d: float, h: float) -> list[Floats]:
    u, v = np.meshgrid(np.linspace(-1, 1, 15), np.linspace(-1, 1, 15))
    swell = np.clip((1 - np.abs(u) ** 2.6) * (1 - np.abs(v) ** 2.6), 0, 1) ** 0.5
    pinch = 1 - 0.06 * (u**2 + v**2) + 0.06 * (u * v) ** 2
    z = h / 2 * swell * (1 + 0.06 * (cloud(draw, 15, 15, 3) - 0.5))
    top = np.stack([u * w / 2 * pinch, v * d / 2 * pinch, h / 2 + z], -1)
    low = np.stack([u * w / 2 * pinch, v * d / 2 * pinch, np.maximum(h / 2 - z, 0.0)], -1)
    return [top, low[:, ::-1]]


def square_cushion(draw: Draw) -> Item:
    """A square cushion or back pillow."""
    kit, side = Kit(), draw.uniform(36, 46)
    rgb = _dye(draw)
    skin = Material(texture=pattern(draw, rgb, 256, 256), roughness=0.95) if draw.chance(0.5) else cloth(draw, rgb)
    for half in _pillow(draw, side, side * draw.uniform(0.7, 1.0), draw.uniform(9, 15)):
        kit.add(grid(half), skin)
    return kit.item("cushion", "square_cushion")


def seat_pad(draw: Draw) -> Item:
    """A flat seat pad, round or square, stitched."""
    kit, side, h = Kit(), draw.uniform(37, 45), draw.uniform(3, 6)
    skin = cloth(draw, _dye(draw))
    outline = rounded_rectangle(side, side, side * (0.49 if draw.chance(0.4) else 0.12), 8)
    kit.add(extrude(outline, h, h * 0.42, 3), skin)
    for x in (-1, 1):
        for y in (-1, 1):
            kit.add(box(0.8, 0.8, 0.15, 0.05).moved(x * side * 0.18, y * side * 0.18, h - 0.02), BLACK)
    return kit.item("cushion", "seat_pad")


def neck_pillow(draw: Draw) -> Item:
    """A U-shaped neck pillow."""
    kit, r = Kit(), draw.uniform(10, 12.5)
    a = np.linspace(-0.35 * np.pi, 1.35 * np.pi, 22)
    path = np.stack([r * np.cos(a), r * np.sin(a), np.full(22, 5.2)], 1)
    radii = 5.2 * np.interp(np.linspace(0, 1, 22), [0, 0.06, 0.5, 0.94, 1], [0.5, 0.9, 1.0, 0.9, 0.5])
    kit.add(tube(path, radii.tolist(), 16), cloth(draw, _dye(draw)))
    return kit.item("cushion", "neck_pillow")


def lumbar_support(draw: Draw) -> Item:
    """A lumbar support of mesh or foam with a strap."""
    kit, w, h = Kit(), draw.uniform(36, 44), draw.uniform(32, 40)
    outline = rounded_rectangle(w, h, 9, 6)
    kit.add(extrude(outline, 9, 3.5, 3, top_scale=0.9), cloth(draw, _dye(draw)))
    kit.add(panel(w * 0.5, h * 0.5).moved(z_cm=9.02), printed(pattern(draw, draw.grey(0.05, 0.3), 128, 128), 0.9))
    kit.add(box(w * 1.02, 3, 1.0, 0.2).moved(z_cm=4.0), plastic((0.05, 0.05, 0.05), 0.8))
    return kit.item("cushion", "lumbar_support")
