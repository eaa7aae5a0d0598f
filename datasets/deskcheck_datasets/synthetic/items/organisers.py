"""More kinds of pens, pen stands, pen holders and storage boxes."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, plastic, printed
from deskcheck_datasets.synthetic.items.faces import contrast, fitted
from deskcheck_datasets.synthetic.items.looks import (
    ACRYLIC_BLOCK,
    BLACK,
    GOLD,
    PET,
    STEEL,
    clad,
    coloured,
    cord,
    disc,
    lid_print,
    pastel,
    pot,
    rod,
    timber,
    vessel,
)
from deskcheck_datasets.synthetic.mesh import Mesh, band, box, extrude, merged, revolve, rounded_rectangle, tube
from deskcheck_datasets.synthetic.textures import canvas, fabric, pattern

_INKS = ((0.03, 0.03, 0.04), (0.05, 0.12, 0.5), (0.65, 0.05, 0.06))


def _upright(draw: Draw, kind: int) -> list[tuple[Mesh, Material]]:
    """A pen standing on its tip: gel pen, retractable pen, pencil, marker, highlighter or brush."""
    ink = plastic(draw.pick(_INKS) if draw.chance(0.7) else draw.vivid(), 0.3)
    if kind == 2:
        shape = [(0, 0), (0.08, 0.2), (0.36, 1.8), (0.36, 16), (0, 16)]
        tip = revolve([(0, 15.6), (0.38, 15.6), (0.38, 17.2), (0, 17.2)], 8)
        return [(revolve(shape, 7), plastic(draw.vivid(), 0.4)), (tip, plastic((0.9, 0.5, 0.5), 0.8))]
    if kind in (3, 4):
        r = 0.85 if kind == 3 else 0.95
        body = revolve([(0, 0), (0.3, 0.2), (r, 1.6), (r, 9), (0, 9)], 14)
        cap = revolve([(0, 8.9), (r + 0.08, 8.9), (r, 12.8), (0, 13)], 14)
        rgb = draw.vivid() if kind == 3 else draw.hsv((0.1, 0.5), (0.7, 0.95), (0.85, 1.0))
        return [(body, plastic((0.9, 0.9, 0.9), 0.4) if kind == 3 else plastic(rgb, 0.4)), (cap, plastic(rgb, 0.35))]
    length, r = draw.uniform(13.2, 15), draw.uniform(0.42, 0.58)
    barrel = ink if draw.chance(0.5) else Material(draw.grey(0.75, 0.95), 0.15, clearcoat=0.5)
    body = revolve([(0, 0), (0.08, 0), (r, 2.2), (r, length - 4), (0, length - 4)], 12)
    cap = revolve([(0, length - 4), (r + 0.07, length - 4), (r + 0.05, length - 0.3), (0, length)], 12)
    clip = box(0.24, 0.12, 3.2, 0.0).moved(0, -r - 0.14, length - 3.6)
    end = ink if kind == 0 else STEEL
    return [(body, barrel), (merged([cap, clip]), end)]


def lying_pen(draw: Draw) -> Item:
    """A gel pen, retractable pen, pencil, marker or highlighter lying."""
    kit, kind = Kit(), draw.integer(0, 4)
    for mesh, look in _upright(draw, kind):
        lying = mesh.turned("y", 90).turned("x", 90)
        kit.add(lying.moved(-7, 0, 1.2), look)
    return kit.item("pen", "lying_pen")


def open_pen(draw: Draw) -> Item:
    """A pen with its cap taken off and laid beside."""
    kit, r = Kit(), draw.uniform(0.45, 0.58)
    ink = plastic(draw.pick(_INKS), 0.3)
    kit.add(
        revolve([(0, 0), (0.08, 0), (r, 2.4), (r, 12), (0, 12.2)], 12).turned("y", 90).moved(-6, 0, r),
        PET if draw.chance(0.2) else Material(draw.grey(0.7, 0.95), 0.15, clearcoat=0.6),
    )
    kit.add(rod((-1, draw.uniform(1.4, 2.6), r), (3, 1.9, r), r, 12), ink)
    return kit.item("pen", "open_pen")


def fountain_pen(draw: Draw) -> Item:
    """A thick lacquered pen with a gold ring and clip."""
    kit, r = Kit(), draw.uniform(0.6, 0.75)
    lacquer = Material(draw.grey(0.02, 0.06) if draw.chance(0.6) else draw.vivid(), 0.1, clearcoat=1.0)
    shape = [(0, 0), (r * 0.6, 0.1), (r, 1.2), (r, 7.4), (0, 7.4)]
    kit.add(revolve(shape, 16).turned("y", 90).moved(-7, 0, r + 0.1), lacquer)
    kit.add(revolve([(0, 0), (r + 0.1, 0), (r + 0.1, 0.3), (0, 0.3)], 16).turned("y", 90).moved(0.4, 0, r + 0.1), GOLD)
    kit.add(
        revolve([(0, 0), (r + 0.1, 0), (r + 0.05, 5), (r * 0.5, 6), (0, 6.1)], 16)
        .turned("y", 90)
        .moved(0.7, 0, r + 0.1),
        lacquer,
    )
    kit.add(box(4.2, 0.24, 0.14, 0.02).moved(3.2, 0, 2 * r + 0.22), GOLD)
    return kit.item("pen", "fountain_pen")


def _leaning(
    kit: Kit, draw: Draw, foot: tuple[float, float, float], lean: float, turn: float
) -> tuple[float, float, float]:
    """Put a pen into a socket; returns where its end is."""
    for mesh, look in _upright(draw, 0):
        kit.add(mesh.turned("x", lean).turned("z", turn).moved(*foot), look)
    a, b = np.radians(lean), np.radians(turn)
    out = 14 * float(np.sin(a))
    return (foot[0] + out * float(np.sin(b)), foot[1] - out * float(np.cos(b)), foot[2] + 14 * float(np.cos(a)))


def coil_stand(draw: Draw) -> Item:
    """The public pen: stuck-on foot, socket, coiled cord to the pen's end."""
    kit, r = Kit(), draw.uniform(3.0, 4.4)
    look = coloured(draw) if draw.chance(0.5) else BLACK
    kit.add(revolve([(0, 0), (r, 0), (r, 0.7), (r * 0.55, 1.8), (1.2, 2.3), (0, 2.3)], 26), look)
    kit.add(tube([(0, 0, 1.6), (0, -0.6, 3.2), (0, -1.3, 4.6)], [1.0, 1.0, 1.15], 12), look)
    end = _leaning(kit, draw, (0, -0.4, 2.0), draw.uniform(14, 26), draw.uniform(-30, 30))
    t = np.linspace(0, 1, 100)
    a, b = np.array([r * 0.8, 0, 0.7]), np.array(end)
    middle = (a + b) / 2 + [draw.uniform(2, 5), 0, -2.5]
    path = (1 - t[:, None]) ** 2 * a + 2 * t[:, None] * (1 - t[:, None]) * middle + t[:, None] ** 2 * b
    path = path + 0.35 * np.stack([np.cos(t * 110), np.sin(t * 110), 0 * t], 1)
    path[:, 2] = np.maximum(path[:, 2], 0.2)
    kit.add(tube(path, 0.1, 4), BLACK if draw.chance(0.6) else STEEL, loose=True)
    return kit.item("pen_stand", "coil_stand")


def bead_stand(draw: Draw) -> Item:
    """A heavy plate with two pens and bead chains."""
    kit, w = Kit(), draw.uniform(10, 14)
    look = ACRYLIC_BLOCK if draw.chance(0.3) else BLACK if draw.chance(0.5) else timber(draw)
    kit.add(box(w, 7, draw.uniform(1.4, 2.4), 0.3, 0.8), look)
    for x in (-w * 0.28, w * 0.28):
        kit.add(rod((x, 0.5, 1.4), (x, -0.4, 4.6), 0.95, 14), BLACK)
        end = _leaning(kit, draw, (x, 0, 2.2), draw.uniform(12, 22), draw.uniform(-20, 20))
        points = [(x * 0.4, 2.5, 2.4), (x * 0.2, 4.5, 1.5), (x * 0.6, 4, 7), end]
        kit.add(cord(points, 0.12), STEEL, loose=True)
    return kit.item("pen_stand", "bead_stand")


def cube_stand(draw: Draw) -> Item:
    """A block with holes, one or two pens in it, the word for pen or the window's name on it."""
    kit, side, h = Kit(), draw.uniform(5.5, 8), draw.uniform(4, 7)
    rgb = draw.grey(0.9, 0.97) if draw.chance(0.4) else draw.vivid()
    kit.add(box(side, side * 0.8, h, 0.3, 0.6), plastic(rgb, 0.4))
    face = canvas(120, 90, rgb)
    fitted(face, draw.pick(("便民笔", "签字笔", "用完放回")), 60, 45, 40, 110, contrast(rgb))
    clad(kit, side, side * 0.8, h, face, margin=0.5, sides="fb")
    for x in (-side * 0.2, side * 0.2)[: draw.integer(1, 2)]:
        kit.add(disc(0.8, 0.06, 0.0, 14).moved(x, 0, h), BLACK)
        _leaning(kit, draw, (x, 0, h - 2.5), draw.uniform(3, 12), draw.free(0, 360))
    return kit.item("pen_stand", "cube_stand")


def flexible_stand(draw: Draw) -> Item:
    """A pen on a stiff steel hose over a suction foot."""
    kit = Kit()
    kit.add(revolve([(0, 0), (3.4, 0), (3.2, 0.5), (1.6, 1.8), (0, 2.0)], 24), BLACK)
    kit.add(tube([(0, 0, 1.8), (1.5, 0, 5), (3.5, -1, 8), (3, -2, 11), (1, -2, 13)], 0.35, 8), STEEL)
    for mesh, look in _upright(draw, 0):
        kit.add(mesh.turned("y", 180).turned("x", 40).moved(1, -2, 13.5), look)
    return kit.item("pen_stand", "flexible_stand")


def _stuff(kit: Kit, draw: Draw, half: float, h: float, most: int) -> None:
    """Pens, scissors and a ruler in a pot."""
    for _ in range(draw.integer(2, most)):
        turn, lean = draw.free(0, 360), draw.free(2, 12)
        at = (draw.free(-0.5, 0.5) * half, draw.free(-0.5, 0.5) * half, 0.8)
        for mesh, look in _upright(draw, draw.integer(0, 4)):
            kit.add(mesh.turned("x", lean).turned("z", turn).moved(*at), look)
    if draw.chance(0.4):
        ruler = box(2.8, 0.2, draw.uniform(15, 18), 0.03).turned("y", draw.free(-8, 8)).moved(0.3, half * 0.4, 0.8)
        kit.add(ruler, Material((0.8, 0.85, 0.9), 0.15, clearcoat=0.4) if draw.chance(0.5) else STEEL)
    if draw.chance(0.4):
        a = np.linspace(0, 2 * np.pi, 15)
        loops = [
            tube(np.stack([s * 1.5 + 1.2 * np.cos(a), 0 * a, h + 2.6 + 1.8 * np.sin(a)], 1), 0.36, 6) for s in (-1, 1)
        ]
        kit.add(merged(loops), plastic(draw.vivid(), 0.35))


def round_pot(draw: Draw) -> Item:
    """A round pot of plastic, metal, wood or printed tin."""
    kit, r, h = Kit(), draw.uniform(3.5, 4.8), draw.uniform(9, 11.5)
    look = draw.pick((coloured(draw), BLACK, STEEL, timber(draw), plastic(pastel(draw), 0.4)))
    kit.add(vessel([(r, 0.0), (r, h)], 0.25, 0.4, 28), look)
    if draw.chance(0.35):
        kit.add(band([(r + 0.015, 0.8), (r + 0.015, h - 0.8)], 28), printed(pattern(draw, draw.vivid(), 384, 128)))
    _stuff(kit, draw, r, h, 6)
    return kit.item("pen_holder", "round_pot")


def mesh_pot(draw: Draw) -> Item:
    """A pot of wire mesh, round or square."""
    kit, half, h = Kit(), draw.uniform(3.8, 4.8), draw.uniform(9, 11)
    holes = canvas(128, 64, (0.3, 0.3, 0.31) if draw.chance(0.7) else (0.75, 0.75, 0.77))
    holes[1::4, :] = holes[:, 1::4] = (10, 10, 10)
    outline = rounded_rectangle(half * 2, half * 2, half if draw.chance(0.6) else 0.6, 6)
    kit.add(pot(outline, h, 0.15, 0.3), Material(texture=holes, roughness=0.5))
    rim = np.column_stack([outline, np.full(len(outline), h)])
    kit.add(tube(np.concatenate([rim, rim[:1]]), 0.25, 5), BLACK)
    _stuff(kit, draw, half, h, 7)
    return kit.item("pen_holder", "mesh_pot")


def compartments(draw: Draw) -> Item:
    """A desk organiser with several compartments and a drawer or a phone slot."""
    kit, w, d = Kit(), draw.uniform(14, 21), draw.uniform(9, 12)
    look = draw.pick((coloured(draw), BLACK, timber(draw), plastic(pastel(draw), 0.4)))
    tall, low = draw.uniform(9.5, 12), draw.uniform(4, 6)
    part = w / 3
    cell = pot(rounded_rectangle(part, d * 0.98, 0.4, 2), tall, 0.3)
    kit.add(cell.moved(-part), look)
    kit.add(pot(rounded_rectangle(part, d * 0.49, 0.4, 2), tall * 0.8, 0.3).moved(0.01, d * 0.245), look)
    kit.add(pot(rounded_rectangle(part, d * 0.48, 0.4, 2), low, 0.3).moved(0.01, -d * 0.25), look)
    kit.add(pot(rounded_rectangle(part, d * 0.98, 0.4, 2), low, 0.3).moved(part + 0.02), look)
    inner = Kit()
    _stuff(inner, draw, part * 0.45, tall, 4)
    for piece in inner.item("x", "x").parts:
        kit.add(piece.mesh.moved(-part, 0, 0.5), piece.material)
    kit.add(box(part * 0.7, d * 0.6, low * 0.6, 0.1).moved(part, 0, 0.5), plastic(draw.vivid(), 0.6))
    return kit.item("pen_holder", "compartments")


def leather_pot(draw: Draw) -> Item:
    """A square pot covered with leather and stitches, or of woven straw."""
    kit, half, h = Kit(), draw.uniform(3.6, 4.4), draw.uniform(9, 11)
    rgb = draw.hsv((0.03, 0.1), (0.4, 0.8), (0.15, 0.6))
    look = (
        Material(texture=fabric(draw, rgb, 96), roughness=0.8)
        if draw.chance(0.5)
        else Material(rgb, 0.35, clearcoat=0.4)
    )
    kit.add(pot(rounded_rectangle(half * 2, half * 2, 0.8, 3), h, 0.4, 0.4, 1.06), look)
    kit.add(box(half * 1.9, 0.1, 0.3, 0.0).moved(0, -half * 1.04, h * 0.84), GOLD)
    _stuff(kit, draw, half, h, 5)
    return kit.item("pen_holder", "leather_pot")


def lidded_box(draw: Draw) -> Item:
    """A storage box with a lid and clips, see-through or coloured."""
    kit, w, d, h = Kit(), draw.uniform(22, 36), draw.uniform(16, 25), draw.uniform(9, 18)
    see_through = draw.chance(0.3)
    look = ACRYLIC_BLOCK if see_through else coloured(draw)
    kit.add(extrude(rounded_rectangle(w, d, 1.5), h - 1.5, 0.4, top_scale=1.06), look)
    lid = coloured(draw)
    kit.add(extrude(rounded_rectangle(w * 1.1, d * 1.1, 1.8), 1.6, 0.4).moved(z_cm=h - 1.52), lid)
    clips = [box(0.8, 4, 3, 0.2).moved(s * w * 0.55, 0, h - 3) for s in (-1, 1)]
    kit.add(merged(clips), lid)
    return kit.item("storage_box", "lidded_box")


def fabric_box(draw: Draw) -> Item:
    """A folding box of cloth with handles."""
    kit, w, d, h = Kit(), draw.uniform(24, 36), draw.uniform(18, 26), draw.uniform(14, 22)
    rgb = draw.grey(0.2, 0.8) if draw.chance(0.5) else pastel(draw)
    kit.add(pot(rounded_rectangle(w, d, 0.8, 3), h, 0.5, 0.5), Material(texture=fabric(draw, rgb, 128), roughness=0.95))
    for s in (-1, 1):
        kit.add(
            tube(
                [(s * (w / 2 + 0.3), -3, h * 0.6), (s * (w / 2 + 1.0), 0, h * 0.5), (s * (w / 2 + 0.3), 3, h * 0.6)],
                0.5,
                6,
            ),
            BLACK,
        )
    if draw.chance(0.6):
        kit.add(box(w * 0.6, d * 0.5, h * 0.6, 0.5).moved(0, 0, 0.5), coloured(draw))
    return kit.item("storage_box", "fabric_box")


def divided_tray(draw: Draw) -> Item:
    """A low divided tray with small things."""
    kit, w, d, h = Kit(), draw.uniform(22, 32), draw.uniform(14, 20), draw.uniform(4, 7)
    look = ACRYLIC_BLOCK if draw.chance(0.3) else coloured(draw)
    kit.add(pot(rounded_rectangle(w, d, 1.0, 3), h, 0.4, 0.4), look)
    walls = [box(0.3, d - 1.2, h * 0.85, 0.02).moved(w * x, 0, 0.4) for x in (-0.18, 0.16)]
    kit.add(merged([*walls, box(w * 0.31, 0.3, h * 0.85, 0.02).moved(-w * 0.345, 0, 0.4)]), look)
    for x, y in ((-0.35, 0.22), (-0.35, -0.24), (0.0, 0.0), (0.33, 0.1)):
        size = (draw.uniform(3, 5.5), draw.uniform(3, 5), draw.uniform(1, h))
        kit.add(box(*size, 0.3).turned("z", draw.free(-25, 25)).moved(x * w, y * d, 0.45), plastic(draw.vivid(), 0.4))
    return kit.item("storage_box", "divided_tray")


def carton_box(draw: Draw) -> Item:
    """A cardboard box, shut with tape or open with flaps."""
    kit, w, d, h = Kit(), draw.uniform(20, 36), draw.uniform(15, 26), draw.uniform(10, 22)
    card = Material(draw.hsv((0.08, 0.1), (0.3, 0.5), (0.55, 0.78)), 0.9, specular=0.1)
    face = canvas(200, int(200 * h / w), card.rgb)
    fitted(
        face, draw.pick(("A4 复印纸", "办公用品", "易碎品", "快递")), 100, face.shape[0] / 2, 40, 170, (0.25, 0.15, 0.1)
    )
    if draw.chance(0.5):
        kit.add(box(w, d, h, 0.05), card)
        lid_print(kit, w * 0.98, 4.8, h, canvas(64, 12, (0.8, 0.7, 0.5)), 0.2)
    else:
        kit.add(pot(rounded_rectangle(w, d, 0.1, 1), h, 0.35, 0.4), card)
        for s in (-1, 1):
            kit.add(
                box(w, d * 0.42, 0.3, 0.02)
                .moved(0, d * 0.21)
                .turned("x", 35)
                .moved(0, d / 2, h)
                .turned("z", 90 + s * 90),
                card,
            )
    clad(kit, w, d, h * 0.9, face, sides="fb", margin=0.6)
    return kit.item("storage_box", "carton_box")
