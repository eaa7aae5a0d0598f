"""More kinds of bags and of umbrellas."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Rgb, metal, plastic, printed, tinted
from deskcheck_datasets.synthetic.items.faces import fitted, packet
from deskcheck_datasets.synthetic.items.looks import BLACK, GOLD, STEEL, cloth, rod, timber
from deskcheck_datasets.synthetic.mesh import (
    Floats,
    Mesh,
    box,
    extrude,
    front_panel,
    grid,
    loft,
    merged,
    panel,
    rounded_rectangle,
    smooth_path,
    tube,
)
from deskcheck_datasets.synthetic.textures import canvas, pattern


def _dye(draw: Draw) -> Rgb:
    if draw.chance(0.4):
        return draw.grey(0.02, 0.15)
    if draw.chance(0.5):
        return draw.hsv((0.03, 0.1), (0.35, 0.75), (0.2, 0.65))
    return draw.hsv((0.0, 1.0), (0.3, 0.85), (0.2, 0.8))


def _leather(draw: Draw, rgb: Rgb) -> Material:
    return Material(rgb, draw.uniform(0.3, 0.5), clearcoat=0.25)


def _body(draw: Draw, w: float, d: float, h: float, top: float, slouch: float, corner: float = 0.35) -> Mesh:
    """A soft upright body: rounded foot, sides that fall in towards the top."""
    outline, loops = rounded_rectangle(w, d, d * corner, 6), []
    levels = (
        (0.0, 0.9, 0.88),
        (0.04, 0.98, 0.97),
        (0.3, 1.0, 1.0),
        (0.65, 0.99, (1 + top) / 2 + 0.1),
        (0.92, 0.96, top + 0.05),
        (1.0, 0.93, top),
    )
    for t, sx, sy in levels:
        wave = 1 + draw.rng.normal(0, slouch, (len(outline), 1)) * (t > 0)
        loops.append(np.column_stack([outline * [sx, sy] * wave, np.full(len(outline), t * h)]))
    return loft(np.array(loops), crease_deg=60)


def _handle(grip: float, y: float, z: float, rise: float) -> Floats:
    return smooth_path(
        [
            (-grip, y, z - 3),
            (-grip, y, z + rise * 0.4),
            (-grip * 0.5, y, z + rise * 0.92),
            (0, y, z + rise),
            (grip * 0.5, y, z + rise * 0.92),
            (grip, y, z + rise * 0.4),
            (grip, y, z - 3),
        ],
        3,
    )


def handbag(draw: Draw) -> Item:
    """A leather handbag with two handles, a clasp and stitching."""
    kit, w, d, h = Kit(), draw.uniform(24, 34), draw.uniform(10, 14), draw.uniform(19, 26)
    skin = _leather(draw, _dye(draw))
    kit.add(_body(draw, w, d, h, draw.uniform(0.25, 0.6), 0.006), skin)
    for y in (-d * 0.22, d * 0.22):
        kit.add(tube(_handle(w * 0.2, y, h, draw.uniform(8, 13)), 0.55, 8), skin if draw.chance(0.7) else BLACK)
    kit.add(box(2.4, 0.6, 1.6, 0.2).moved(0, -d * 0.3, h * 0.82), GOLD if draw.chance(0.6) else STEEL)
    return kit.item("bag", "handbag")


def flap_bag(draw: Draw) -> Item:
    """A shoulder bag with a flap and a strap or chain that lies beside it."""
    kit, w, d, h = Kit(), draw.uniform(19, 27), draw.uniform(6.5, 10), draw.uniform(14, 19)
    rgb = _dye(draw)
    skin = _leather(draw, rgb)
    kit.add(_body(draw, w, d, h, 0.7, 0.004, 0.2), skin)
    u, v = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(0, 1, 7))
    drop = h * draw.uniform(0.45, 0.7) * (1 - 0.25 * u**4)
    flap = np.stack([u * w * 0.49, -d * 0.42 - 0.9 * np.sin(v * np.pi * 0.6), h + 0.35 - drop * v], -1)
    kit.add(grid(flap[::-1]), Material(tinted(rgb, 0.85), 0.38, clearcoat=0.25))
    kit.add(panel(w * 0.97, d * 0.86).moved(0, 0, h + 0.36), Material(tinted(rgb, 0.85), 0.38, clearcoat=0.25))
    kit.add(box(2.2, 0.7, 1.6, 0.2).moved(0, -d * 0.42 - 0.9, h * 0.45), GOLD if draw.chance(0.6) else STEEL)
    strap = smooth_path(
        [
            (-w * 0.46, 0, h),
            (-w * 0.62, -d, h * 0.5),
            (-w * 0.2, -d * 1.6, 0.4),
            (w * 0.4, -d * 1.4, 0.4),
            (w * 0.62, -d * 0.6, h * 0.5),
            (w * 0.46, 0, h),
        ],
        4,
    )
    strap[:, 2] = np.maximum(strap[:, 2], 0.4)
    kit.add(tube(strap, 0.35, 6), metal((0.8, 0.68, 0.35), 0.25) if draw.chance(0.4) else skin)
    return kit.item("bag", "flap_bag")


def backpack(draw: Draw) -> Item:
    """A backpack with a front pocket, side nets and straps behind."""
    kit, w, d, h = Kit(), draw.uniform(26, 32), draw.uniform(13, 18), draw.uniform(36, 44)
    rgb = _dye(draw)
    skin = cloth(draw, rgb)
    kit.add(_body(draw, w, d, h * 0.9, 0.62, 0.008, 0.45), skin)
    dome = extrude(rounded_rectangle(w * 0.9, d * 0.66, d * 0.3, 6), h * 0.12, h * 0.055, 3)
    kit.add(dome.moved(z_cm=h * 0.87), skin)
    pocket = extrude(rounded_rectangle(w * 0.72, h * 0.42, 4, 5), 4.2, 1.6).turned("x", 90)
    kit.add(pocket.moved(0, -d * 0.42, h * 0.3), cloth(draw, tinted(rgb, 0.75) if draw.chance(0.6) else draw.vivid()))
    zips = [
        box(w * 0.6, 0.3, 0.5, 0.05).moved(0, -d * 0.42 - 4.3, h * 0.46),
        box(w * 0.8, 0.3, 0.5, 0.05).moved(0, -d * 0.47, h * 0.7),
    ]
    kit.add(merged(zips), BLACK if sum(rgb) > 0.5 else STEEL)
    kit.add(tube(_handle(3.0, d * 0.2, h * 0.98, 4), 0.5, 7), BLACK)
    for x in (-1, 1):
        strap = smooth_path(
            [(x * w * 0.2, d * 0.4, h * 0.9), (x * w * 0.26, d * 0.72, h * 0.6), (x * w * 0.32, d * 0.5, h * 0.12)], 4
        )
        kit.add(tube(strap, 0.9, 7).scaled(1.3, 1, 1), skin)
    return kit.item("bag", "backpack")


def tote(draw: Draw) -> Item:
    """A slack cloth tote with a print and long handles."""
    kit, w, d, h = Kit(), draw.uniform(28, 36), draw.uniform(8, 13), draw.uniform(26, 34)
    rgb: Rgb = draw.pick(((0.88, 0.84, 0.74), (0.06, 0.06, 0.07), draw.vivid()))
    kit.add(_body(draw, w, d, h, 0.3, 0.014, 0.3), cloth(draw, rgb))
    face = canvas(200, 200, rgb)
    fitted(face, draw.pick(("政务服务", "HELLO", "环保袋", "BOOK", "便民")), 100, 100, 60, 180, draw.vivid())
    u, v = np.meshgrid(np.linspace(-0.36, 0.36, 5), np.linspace(0.2, 0.8, 5))
    y = -d / 2 * (1.0 - 0.5 * np.clip((v - 0.3) / 0.62, 0, 1)) - 0.35
    kit.add(grid(np.stack([u * w, y, v * h], -1)), printed(face, 0.9))
    for s in (-1, 1):
        kit.add(
            tube(_handle(w * 0.18, s * d * 0.16, h, draw.uniform(10, 16)), 0.5, 6).scaled(1, 1, 1),
            cloth(draw, tinted(rgb, 0.8)),
        )
    return kit.item("bag", "tote")


def paper_carrier(draw: Draw) -> Item:
    """A paper carrier bag with a folded top, print and cord handles."""
    kit, w, d, h = Kit(), draw.uniform(20, 32), draw.uniform(8, 13), draw.uniform(24, 36)
    rgb: Rgb = (
        (0.72, 0.56, 0.36) if draw.chance(0.4) else draw.pick(((0.93, 0.93, 0.91), draw.vivid(), (0.05, 0.05, 0.06)))
    )
    outline = rounded_rectangle(w, d, 0.3, 1)
    inner = outline * [1 - 0.4 / w, 1 - 0.4 / d]
    loops = [(outline, 0.0), (outline, h), (inner, h), (inner, 0.4)]
    kit.add(loft(np.array([np.column_stack([o, np.full(len(o), z)]) for o, z in loops])), plastic(rgb, 0.75))
    face = packet(draw, draw.pick(("礼品", "茗茶", "服饰", "BRAND", "特产", "书店")), 200, 260)
    for turn in (0, 180):
        kit.add(front_panel(w * 0.72, h * 0.62).moved(0, -d / 2 - 0.02, h * 0.18).turned("z", turn), printed(face, 0.5))
    for y in (-d / 2 - 0.2, d / 2 + 0.2):
        kit.add(
            tube(_handle(w * 0.16, y, h, draw.uniform(7, 11)), 0.25, 6),
            plastic(draw.vivid() if draw.chance(0.5) else (0.9, 0.88, 0.8), 0.7),
        )
    return kit.item("bag", "paper_carrier")


def plastic_bag(draw: Draw) -> Item:
    """A thin plastic shopping bag, crumpled, its two ears up."""
    kit, w, d, h = Kit(), draw.uniform(20, 28), draw.uniform(13, 18), draw.uniform(14, 22)
    rgb = draw.grey(0.85, 0.96) if draw.chance(0.45) else draw.vivid() if draw.chance(0.7) else draw.grey(0.03, 0.1)
    rings, outline = [], rounded_rectangle(w, d, d * 0.35, 7)
    for t, s in ((0, 0.85), (0.1, 1.0), (0.4, 1.05), (0.7, 0.92), (0.88, 0.7), (1.0, 0.5)):
        crumple = 1 + draw.rng.normal(0, 0.05, (len(outline), 1)) * (t > 0)
        rings.append(
            np.column_stack(
                [
                    outline * s * crumple,
                    np.full(len(outline), t * h) + (t > 0) * (t < 1) * draw.rng.normal(0, 0.3, len(outline)),
                ]
            )
        )
    skin = Material(rgb, 0.2, clearcoat=0.5)
    kit.add(loft(np.array(rings), crease_deg=25), skin)
    for x in (-1, 1):
        turn, across = np.meshgrid(np.linspace(0, np.pi, 9), (-1.3, 1.3))
        ear = np.stack([x * w * 0.12 + 2.2 * np.cos(turn), across, h * 0.97 + 6.5 * np.sin(turn)], -1)
        kit.add(grid(ear), skin)
    return kit.item("bag", "plastic_bag")


def briefcase(draw: Draw) -> Item:
    """A briefcase or laptop bag, standing or lying flat."""
    kit, w, d, h = Kit(), draw.uniform(36, 42), draw.uniform(6, 9), draw.uniform(27, 31)
    skin = _leather(draw, _dye(draw)) if draw.chance(0.5) else cloth(draw, _dye(draw))
    pieces = [(extrude(rounded_rectangle(w, d, 1.5), h, 0.8), skin)]
    pocket = extrude(rounded_rectangle(w * 0.86, h * 0.5, 2), 1.6, 0.6).turned("x", 90).moved(0, -d / 2 + 0.3, h * 0.36)
    pieces.append((pocket, skin))
    pieces.append((box(w * 0.8, 0.2, 0.5, 0.05).moved(0, -d / 2 - 1.4, h * 0.6), STEEL))
    pieces.append((tube(_handle(5, 0, h, 4.5), 0.7, 8), BLACK))
    lying = draw.chance(0.4)
    for mesh, look in pieces:
        kit.add(mesh.turned("x", -90) if lying else mesh, look)
    return kit.item("bag", "briefcase")


def clutch(draw: Draw) -> Item:
    """A long wallet, clutch or zipped pouch lying."""
    kit, w, d, h = Kit(), draw.uniform(17, 24), draw.uniform(10, 14), draw.uniform(2.0, 4.5)
    rgb = _dye(draw)
    kit.add(extrude(rounded_rectangle(w, d, 1.4), h, h * 0.45, 3), _leather(draw, rgb))
    kit.add(box(w * 0.9, 0.35, 0.3, 0.05).moved(0, -d * 0.5, h * 0.5), GOLD)
    kit.add(
        tube(
            smooth_path(
                [
                    (w * 0.46, -d * 0.4, h * 0.5),
                    (w * 0.62, -d * 0.3, 0.5),
                    (w * 0.66, d * 0.1, 0.4),
                    (w * 0.48, d * 0.1, 0.6),
                ],
                4,
            ),
            0.3,
            6,
        ),
        BLACK,
    )
    mark = canvas(100, 60, rgb)
    fitted(mark, "♥", 50, 30, 40, 60, (0.85, 0.7, 0.35))
    kit.add(panel(w * 0.3, w * 0.18).moved(w * 0.2, -d * 0.2, h + 0.015), printed(mark, 0.4))
    return kit.item("bag", "clutch")


def drawstring(draw: Draw) -> Item:
    """A drawstring sack of cloth or foil, as lunches are carried in."""
    kit, w, d, h = Kit(), draw.uniform(17, 24), draw.uniform(13, 18), draw.uniform(20, 28)
    rgb = _dye(draw) if draw.chance(0.5) else draw.hsv((0.0, 1.0), (0.2, 0.6), (0.6, 0.9))
    outline, rings = rounded_rectangle(w, d, d * 0.4, 7), []
    a = np.arctan2(outline[:, 1], outline[:, 0])
    for t, s in ((0, 0.88), (0.06, 0.98), (0.5, 1.02), (0.74, 0.75), (0.84, 0.34), (0.9, 0.4), (1.0, 0.62)):
        pleat = 1 + 0.08 * np.sin(a * 9) * (t > 0.6)
        rings.append(np.column_stack([outline * s * pleat[:, None], np.full(len(outline), t * h)]))
    skin = Material(texture=pattern(draw, rgb, 192, 192), roughness=0.9) if draw.chance(0.6) else cloth(draw, rgb)
    kit.add(loft(np.array(rings), crease_deg=50), skin)
    kit.add(tube(_handle(2.5, 0, h * 0.86, 9), 0.3, 6), BLACK if draw.chance(0.5) else plastic(draw.vivid(), 0.7))
    return kit.item("bag", "drawstring")


def _folds(length: float, r: float, wide: tuple[float, ...], x0: float) -> Mesh:
    angle, t = np.linspace(0, 2 * np.pi, 25)[:-1], np.linspace(0, 1, len(wide))
    fold = 1 + 0.16 * np.abs(np.sin(4 * angle))
    loops = [
        np.stack([np.full(24, x0 + p * length), s * r * fold * np.cos(angle), s * r * fold * np.sin(angle)], 1)
        for p, s in zip(t, wide, strict=True)
    ]
    return loft(np.array(loops), crease_deg=50)


def _cover(draw: Draw) -> Material:
    rgb = draw.grey(0.02, 0.15) if draw.chance(0.4) else draw.vivid()
    return Material(texture=pattern(draw, rgb, 192, 192), roughness=0.6) if draw.chance(0.6) else Material(rgb, 0.6)


def folding_umbrella(draw: Draw) -> Item:
    """A short folding umbrella in its sleeve, with a wrist loop."""
    kit, long, r = Kit(), draw.uniform(22, 30), draw.uniform(2.2, 3.0)
    lift = r * 1.16
    kit.add(_folds(long * 0.8, r, (0.5, 0.9, 1.0, 1.0, 0.95, 0.6), -long / 2).moved(z_cm=lift), _cover(draw))
    kit.add(rod((long * 0.28, 0, lift), (long / 2, 0, lift), r * 0.6, 14), BLACK if draw.chance(0.6) else timber(draw))
    loop = smooth_path(
        [(long / 2, 0, lift), (long / 2 + 4, 2, 0.6), (long / 2 + 6, -1, 0.4), (long / 2 - 0.2, -0.3, lift * 0.7)], 4
    )
    loop[:, 2] = np.maximum(loop[:, 2], 0.4)
    kit.add(tube(loop, 0.18, 5), BLACK, loose=True)
    return kit.item("umbrella", "folding_umbrella")


def long_umbrella(draw: Draw) -> Item:
    """A long umbrella lying, with a crook or straight handle."""
    kit, long, r = Kit(), draw.uniform(72, 92), draw.uniform(2.4, 3.4)
    lift = r * 1.16
    kit.add(_folds(long * 0.72, r, (0.15, 0.5, 0.8, 1.0, 1.0, 0.7, 0.3), -long * 0.46).moved(z_cm=lift), _cover(draw))
    kit.add(rod((-long / 2, 0, lift), (-long * 0.45, 0, lift), 0.4, 8), STEEL)
    if draw.chance(0.6):
        path = [
            (long * 0.2, 0, lift),
            (long * 0.4, 0, lift),
            (long * 0.46, 2.5, lift * 0.9),
            (long * 0.43, 6.5, lift * 0.8),
            (long * 0.37, 6.8, lift * 0.8),
        ]
        kit.add(tube(smooth_path(path, 4), 1.0, 10), timber(draw) if draw.chance(0.5) else BLACK)
    else:
        kit.add(rod((long * 0.2, 0, lift), (long / 2, 0, lift), 1.3, 12), BLACK)
    return kit.item("umbrella", "long_umbrella")


def open_umbrella(draw: Draw) -> Item:
    """An open umbrella put down to dry."""
    kit, r = Kit(), draw.uniform(40, 46)
    a, t = np.meshgrid(np.linspace(0, 2 * np.pi, 33), np.linspace(0.02, 1, 7))
    sag = 1 - 0.06 * np.abs(np.sin(a * 4)) * t
    canopy = np.stack([r * t * sag * np.cos(a), r * t * sag * np.sin(a), 26 * (1 - t**1.8)], -1)
    tilt = grid(canopy).turned("x", 24)
    look = _cover(draw)
    kit.add(tilt.moved(z_cm=-float(tilt.vertices[:, 2].min())), look)
    low = -float(tilt.vertices[:, 2].min())
    kit.add(rod((0, 0, 26), (0, 0, -20), 0.5, 8).turned("x", 24).moved(z_cm=low), STEEL)
    return kit.item("umbrella", "open_umbrella")
