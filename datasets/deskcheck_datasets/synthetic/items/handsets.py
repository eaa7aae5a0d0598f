"""More kinds of telephones, light enough for every scene, and of mobile phones."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Rgb, plastic, printed
from deskcheck_datasets.synthetic.items.faces import display, keypad
from deskcheck_datasets.synthetic.items.looks import BLACK, RUBBER, STEEL, Piece, cord, disc, lit, office, rod, tilted
from deskcheck_datasets.synthetic.mesh import (
    Floats,
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
from deskcheck_datasets.synthetic.textures import canvas, screen

_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#")


def receiver(length: float, thick: float = 1.0) -> Mesh:
    """A handset along y, its ends down, standing on z = 0."""
    span = length / 2 - 2
    path = smooth_path([(0, -span, 1.5), (0, -span * 0.6, 2.5), (0, 0, 2.9), (0, span * 0.6, 2.5), (0, span, 1.5)], 3)
    shaft = tube(path, 1.25 * thick, 10).scaled(1.45, 1, 1)
    ends = [extrude(rounded_rectangle(4.6 * thick, 4.6, 1.9), 2.4, 0.7).moved(0, y) for y in (-span, span)]
    return merged([shaft, *ends])


def coil(points: list[tuple[float, float, float]], radius: float = 0.45, turns: int = 22) -> Mesh:
    """A coiled cord along a path."""
    spine = smooth_path(points, 8)
    along = np.linspace(0, 1, turns * 6)
    t = np.linspace(0, 1, len(spine))
    path: Floats = np.stack([np.interp(along, t, spine[:, k]) for k in range(3)], 1)
    phase = along * turns * 2 * np.pi
    path = path + radius * np.stack([np.cos(phase), 0 * phase, np.sin(phase)], 1)
    path[:, 2] = np.maximum(path[:, 2], 0.17)
    return tube(path, 0.15, 4)


def _keys(rgb: Rgb, w: float, d: float, at: tuple[float, float, float]) -> list[Piece]:
    """Twelve raised keys with printed tops."""
    x, y, z = at
    caps = [
        box(w / 3 * 0.74, d / 4 * 0.62, 0.35, 0.1, 0.25).moved(x + (c - 1) * w / 3, y + (1.5 - r) * d / 4, z - 0.02)
        for r in range(4)
        for c in range(3)
    ]
    caps_print = keypad(_KEYS, 3, rgb, rgb)
    tops = [
        panel(w / 3 * 0.66, d / 4 * 0.54).moved(x + (c - 1) * w / 3, y + (1.5 - r) * d / 4, z + 0.342)
        for r in range(4)
        for c in range(3)
    ]
    flat = merged(tops)
    uv = np.stack([(flat.vertices[:, 0] - x) / w + 0.5, (flat.vertices[:, 1] - y) / d + 0.5], 1)
    return [
        (merged(caps), plastic(rgb, 0.5)),
        (Mesh(flat.vertices, flat.faces, uv, solid=False), printed(caps_print, 0.5)),
    ]


def _phone(kit: Kit, draw: Draw, pieces: list[Piece], depth: float, slope: float, look: Material) -> None:
    """Tilt a body, put a foot under it and a cord to the wall behind."""
    lift = depth / 2 * float(np.sin(np.radians(slope)))
    tilted(kit, pieces, "x", slope, (0, 0, lift))
    if slope > 3:
        kit.add(box(12, 2.4, lift * 1.6, 0.1).moved(0, depth * 0.36), look)
    if draw.chance(0.6):
        kit.add(
            cord(
                [(3, depth / 2 - 1, 0.8), (4, depth / 2 + 4, 0.25), (draw.uniform(-6, 12), depth / 2 + 11, 0.25)], 0.2
            ),
            RUBBER,
            loose=True,
        )


def business(draw: Draw, mirrored: bool = False) -> Item:
    """An office telephone: handset beside the keys, display, rows of function keys."""
    kit, look = Kit(), office(draw, 0.65)
    w, d, slope = draw.uniform(17, 22), draw.uniform(18, 22), draw.uniform(8, 22)
    side = 1 if mirrored else -1
    key: Rgb = draw.grey(0.75, 0.92) if draw.chance(0.5) else draw.grey(0.12, 0.35)
    rest, x = side * (w / 2 - 3.2), -side * w * 0.13
    pieces: list[Piece] = [(box(w, d, 2.4, 0.5, 1.2), look)]
    pieces += _keys(key, w * 0.36, d * 0.42, (x, -d * 0.18, 2.4))
    text = display(draw, f"{draw.integer(9, 17)}:{draw.integer(10, 59)} {draw.integer(8000, 8999)}")
    pieces.append((panel(w * 0.5, d * 0.17).moved(x, d * 0.33, 2.42), printed(text, 0.2)))
    functions = [
        box(w * 0.1, 0.8, 0.3, 0.1).moved(x + (k % 4 - 1.5) * w * 0.125, d * (0.19 - 0.07 * (k // 4)), 2.38)
        for k in range(8)
    ]
    pieces.append((merged(functions), plastic(draw.grey(0.3, 0.8), 0.5)))
    pieces.append((receiver(d * 0.96).moved(rest, 0, 2.5), look))
    _phone(kit, draw, pieces, d, slope, look)
    kit.add(
        coil(
            [
                (rest, -d / 2 + 0.6, 2.6),
                (rest + side * 3.4, -d / 2 + 1, 0.7),
                (rest + side * 4.2, 0, 0.6),
                (rest + side * 3, d * 0.3, 0.9),
            ]
        ),
        look,
        loose=True,
    )
    return kit.item("telephone", "business")


def right_handed(draw: Draw) -> Item:
    """The same with the handset on the right."""
    return business(draw, mirrored=True)


def slim_plain(draw: Draw) -> Item:
    """A plain set without a display, its handset across the top."""
    kit = Kit()
    look = plastic(draw.pick(((0.75, 0.06, 0.07), (0.93, 0.92, 0.88), (0.04, 0.04, 0.05), (0.15, 0.3, 0.6))), 0.3)
    w, d = draw.uniform(17, 20), draw.uniform(19, 23)
    pieces: list[Piece] = [(extrude(rounded_rectangle(w, d, 2.5), 3.0, 0.8, top_scale=0.94), look)]
    pieces += _keys(draw.grey(0.85, 0.95), w * 0.5, d * 0.44, (0, -d * 0.16, 2.98))
    pieces += [(box(4.6, 4, 1.6, 0.4).moved(x, d * 0.3, 2.8), look) for x in (-w * 0.3, w * 0.3)]
    pieces.append((receiver(w * 1.12).turned("z", 90).moved(0, d * 0.3, 4.0), look))
    _phone(kit, draw, pieces, d, draw.uniform(4, 12), look)
    kit.add(
        coil(
            [
                (-w * 0.5, d * 0.3, 3),
                (-w * 0.5 - 3.5, 0, 0.7),
                (-w * 0.5 - 2.5, -d * 0.3, 0.6),
                (-w * 0.42, -d * 0.36, 0.9),
            ]
        ),
        look,
        loose=True,
    )
    return kit.item("telephone", "slim_plain")


def screen_phone(draw: Draw) -> Item:
    """A network telephone with a large colour screen and a wedge foot."""
    kit, look = Kit(), office(draw, 0.9)
    w, d, slope = draw.uniform(20, 26), draw.uniform(17, 20), draw.uniform(22, 38)
    face = screen(draw, 320, 200)
    rest = -w / 2 + 3.3
    pieces: list[Piece] = [(box(w, d, 2.0, 0.5, 1.0), look)]
    pieces.append((panel(w * 0.5, d * 0.44).moved(w * 0.14, d * 0.22, 2.02), lit(face, 0.7)))
    pieces += _keys(draw.grey(0.1, 0.3), w * 0.34, d * 0.38, (w * 0.12, -d * 0.24, 2.0))
    pieces.append((receiver(d * 0.98).moved(rest, 0, 2.1), look))
    _phone(kit, draw, pieces, d, slope, look)
    kit.add(
        coil([(rest, -d / 2 + 1, 1.6), (rest - 3, -d / 2, 0.7), (rest - 4, 1, 0.6), (rest - 1, d * 0.2, 0.8)]),
        look,
        loose=True,
    )
    return kit.item("telephone", "screen_phone")


def cordless(draw: Draw) -> Item:
    """A cordless handset standing in its cradle."""
    kit, look = Kit(), office(draw, 0.6)
    w, tall = draw.uniform(4.8, 5.6), draw.uniform(15, 17.5)
    kit.add(extrude(rounded_rectangle(11, 10, 3), 3.4, 1.0), look)
    pieces: list[Piece] = [(box(w, 2.4, tall, 0.7, 1.0), look)]
    pieces.append(
        (
            panel(w * 0.8, tall * 0.42).turned("x", 90).moved(0, -1.22, tall * 0.34),
            printed(keypad(_KEYS, 3, look.rgb, (0.8, 0.82, 0.85)), 0.5),
        )
    )
    pieces.append(
        (
            panel(w * 0.72, tall * 0.2).turned("x", 90).moved(0, -1.22, tall * 0.74),
            lit(display(draw, "话机 1", 90, 60, (0.3, 0.6, 0.8)), 0.5),
        )
    )
    tilted(kit, pieces, "x", -draw.uniform(8, 20), (0, 0.3, 1.8))
    return kit.item("telephone", "cordless")


def conference(draw: Draw) -> Item:
    """A low three-armed conference telephone."""
    kit, look = Kit(), BLACK if draw.chance(0.7) else plastic(draw.grey(0.5, 0.8), 0.4)
    a = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    r = draw.uniform(11, 14) * (0.72 + 0.28 * np.cos(3 * a - np.pi / 2))
    kit.add(extrude(np.stack([r * np.cos(a), r * np.sin(a)], 1), 4.2, 1.2, 3, top_scale=0.75), look)
    kit.add(disc(5, 0.5, 0.2, 26).moved(z_cm=4.1), plastic(draw.grey(0.15, 0.35), 0.7))
    kit.add(
        panel(5, 4.6).moved(0, -6, 3.9).turned("x", 6), printed(keypad(_KEYS, 3, look.rgb, (0.75, 0.76, 0.78)), 0.5)
    )
    kit.add(panel(5, 2.2).moved(0, 0.5, 4.62), lit(display(draw, "会议电话", 140, 60, (0.3, 0.5, 0.7)), 0.6))
    return kit.item("telephone", "conference")


def dial_retro(draw: Draw) -> Item:
    """An old set with a high cradle and a dial or square keys."""
    kit = Kit()
    look = plastic(draw.pick(((0.7, 0.05, 0.06), (0.03, 0.03, 0.03), (0.85, 0.8, 0.65), (0.1, 0.3, 0.22))), 0.2)
    w, d = draw.uniform(18, 21), draw.uniform(17, 20)
    section = np.array([[-d / 2, 0], [d / 2, 0], [d * 0.42, 9], [d * 0.05, 9.4], [-d / 2, 3]])
    loops = np.array(
        [
            np.column_stack([np.full(5, x), section * s])
            for x, s in ((-w / 2, 0.97), (-w * 0.42, 1), (w * 0.42, 1), (w / 2, 0.97))
        ]
    )
    kit.add(loft(loops), look)
    angle = float(np.degrees(np.arctan2(6.4, d * 0.55)))
    middle = (0.0, -d * 0.22, 6.3)
    dial = disc(4.2, 0.6, 0.15, 30).turned("x", angle).moved(*middle)
    kit.add(dial, STEEL if draw.chance(0.5) else plastic((0.9, 0.9, 0.86), 0.3))
    holes = [
        disc(0.6, 0.08, 0.02, 10).moved(3.1 * float(np.cos(k * 0.55)), 3.1 * float(np.sin(k * 0.55)), 0.6)
        for k in range(10)
    ]
    kit.add(merged(holes).turned("x", angle).moved(*middle), BLACK)
    for x in (-5.5, 5.5):
        kit.add(box(2.2, 4.5, 2.0, 0.4).moved(x, d * 0.24, 9.2), look)
    kit.add(receiver(w * 1.15, 1.05).turned("z", 90).moved(0, d * 0.24, 10.2), look)
    kit.add(
        coil([(-w * 0.5, d * 0.24, 10), (-w * 0.5 - 4, 0, 4), (-w * 0.5 - 3, -3, 0.7), (-w * 0.42, -4, 1)], 0.4, 18),
        look,
        loose=True,
    )
    return kit.item("telephone", "dial_retro")


def headset_pad(draw: Draw) -> Item:
    """An operator's keypad with a headset lying before it."""
    kit, look = Kit(), office(draw, 0.7)
    w, d = draw.uniform(11, 15), draw.uniform(15, 18)
    pieces: list[Piece] = [(box(w, d, 2.6, 0.6, 1.4), look)]
    pieces += _keys(draw.grey(0.75, 0.92), w * 0.72, d * 0.44, (0, -d * 0.16, 2.6))
    pieces.append(
        (panel(w * 0.7, d * 0.18).moved(0, d * 0.28, 2.62), printed(display(draw, f"{draw.integer(100, 999)}"), 0.2))
    )
    _phone(kit, draw, pieces, d, draw.uniform(5, 12), look)
    a = np.linspace(0, np.pi, 13)
    band = np.stack([w * 0.5 + 8 + 7 * np.cos(a), -2 + 8 * np.sin(a), np.full(13, 1.0)], 1)
    kit.add(tube(band, 0.6, 6), BLACK)
    for x in (w * 0.5 + 1, w * 0.5 + 15):
        kit.add(rod((x - 1.2, -2.5, 2.9), (x + 1.2, -2.5, 2.9), 2.9, 18), BLACK)
    kit.add(
        tube(smooth_path([(w * 0.5 + 1, -3.5, 1.5), (w * 0.5 + 4, -8, 1.0), (w * 0.5 + 8, -9, 0.8)], 4), 0.35, 6), BLACK
    )
    return kit.item("telephone", "headset_pad")


def cased_phone(draw: Draw) -> Item:
    """A mobile phone in a coloured case, face up or down."""
    kit, w, long = Kit(), draw.uniform(7.4, 8.4), draw.uniform(15, 17)
    kit.add(box(w, long, 1.1, 0.3, 1.2), plastic(draw.vivid() if draw.chance(0.7) else draw.grey(0.03, 0.9), 0.5))
    if draw.chance(0.6):
        on = draw.chance(0.4)
        face = screen(draw, 200, 400) if on else canvas(8, 8, (0.012, 0.012, 0.016))
        kit.add(
            panel(w - 1.0, long - 1.1).moved(z_cm=1.115),
            Material(texture=face, roughness=0.08, clearcoat=0.8, glow=0.8 if on else 0.0),
        )
    else:
        kit.add(box(3.0, 3.6, 0.25, 0.08, 0.7).moved(-w * 0.22, long * 0.33, 1.08), BLACK)
        lenses = [
            disc(0.65, 0.12, 0.02, 14).moved(-w * 0.22 + dx, long * 0.33 + dy, 1.32)
            for dx, dy in ((-0.7, 0.8), (-0.7, -0.8), (0.7, 0))
        ]
        kit.add(merged(lenses), Material((0.01, 0.01, 0.03), 0.05, clearcoat=1.0))
        if draw.chance(0.4):
            kit.add(disc(2.0, 0.5, 0.1, 22).moved(0, -long * 0.1, 1.1), plastic(draw.vivid(), 0.3))
    return kit.item("mobile_phone", "cased_phone")


def phone_on_stand(draw: Draw) -> Item:
    """A mobile phone leaning on a small stand."""
    kit, w, long = Kit(), draw.uniform(7.0, 7.9), draw.uniform(14.6, 16.6)
    body = Material(draw.grey(0.02, 0.3), 0.25, clearcoat=0.5)
    face = screen(draw, 200, 400) if draw.chance(0.6) else canvas(8, 8, (0.012, 0.012, 0.016))
    lean = draw.uniform(15, 35)
    pieces: list[Piece] = [(box(w, 0.85, long, 0.2, 0.3), body)]
    pieces.append(
        (
            panel(w * 0.94, long * 0.96).turned("x", 90).moved(0, -0.44, long / 2),
            Material(texture=face, roughness=0.08, clearcoat=0.8, glow=0.7 if face.shape[0] > 9 else 0.0),
        )
    )
    tilted(kit, pieces, "x", -lean, (0, 0, 1.6))
    stand = STEEL if draw.chance(0.4) else plastic(draw.vivid(), 0.4)
    kit.add(box(w * 0.9, 9, 0.6, 0.2, 1.0).moved(0, 3), stand)
    kit.add(box(w * 0.8, 0.6, 8.5, 0.2).turned("x", -lean).moved(0, 1.6, 0.5), stand)
    kit.add(box(w * 0.8, 1.8, 1.4, 0.2).moved(0, -0.6, 0.4), stand)
    return kit.item("mobile_phone", "phone_on_stand")
