"""More kinds of food: noodles, buns, boxes, bags, fruit in bowls, snacks in packets, cakes."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Rgb, plastic, printed
from deskcheck_datasets.synthetic.items.faces import SNACKS, fitted, packet
from deskcheck_datasets.synthetic.items.looks import (
    WHITE,
    clad,
    coloured,
    disc,
    egg,
    lid_print,
    pastel,
    pot,
    rod,
    timber,
    vessel,
)
from deskcheck_datasets.synthetic.mesh import (
    Mesh,
    band,
    box,
    extrude,
    grid,
    loft,
    merged,
    revolve,
    rounded_rectangle,
    smooth_path,
    tube,
)
from deskcheck_datasets.synthetic.textures import canvas, cloud

_BERRIES: tuple[tuple[Rgb, Rgb], ...] = (
    ((0.2, 0.05, 0.2), (0.4, 0.12, 0.35)),
    ((0.5, 0.6, 0.2), (0.7, 0.78, 0.4)),
    ((0.5, 0.03, 0.06), (0.75, 0.12, 0.1)),
    ((0.5, 0.32, 0.16), (0.72, 0.52, 0.3)),
)
_DISHES: tuple[tuple[Rgb, Rgb], ...] = (
    ((0.88, 0.87, 0.82), (0.97, 0.96, 0.93)),
    ((0.3, 0.12, 0.04), (0.6, 0.3, 0.1)),
    ((0.15, 0.35, 0.08), (0.45, 0.6, 0.2)),
)
_FRUIT: tuple[tuple[Rgb, Rgb], ...] = (
    ((0.7, 0.65, 0.2), (0.85, 0.8, 0.4)),
    ((0.85, 0.4, 0.3), (0.95, 0.75, 0.5)),
    ((0.9, 0.78, 0.1), (0.97, 0.9, 0.3)),
    ((0.75, 0.08, 0.04), (0.9, 0.3, 0.1)),
    ((0.5, 0.05, 0.06), (0.85, 0.45, 0.2)),
    ((0.86, 0.38, 0.03), (0.95, 0.55, 0.08)),
    ((0.86, 0.38, 0.03), (0.95, 0.55, 0.08)),
)
_WOOD = plastic((0.75, 0.6, 0.38), 0.7)


def _mottled(draw: Draw, low: Rgb, high: Rgb, roughness: float = 0.5, varnish: float = 0.2) -> Material:
    level = cloud(draw, 96, 64, 5)[..., None]
    rgb = np.asarray(low) * (1 - level) + np.asarray(high) * level
    return Material(texture=np.clip(rgb * 255, 0, 255).astype(np.uint8), roughness=roughness, clearcoat=varnish)


def _lumps(draw: Draw, mesh: Mesh, amount: float) -> Mesh:
    """A surface made uneven, alike for vertices that lie together."""
    key = np.round(mesh.vertices, 4)
    unique, back = np.unique(key, axis=0, return_inverse=True)
    shift = draw.rng.normal(0, amount, unique.shape) * (unique[:, 2:] > 0.05)
    moved = mesh.vertices + shift[back.reshape(-1)]
    return Mesh(np.column_stack([moved[:, :2], np.maximum(moved[:, 2], 0.0)]), mesh.faces, mesh.uv, mesh.solid, 80)


def noodle_tub(draw: Draw) -> Item:
    """A tub of instant noodles, closed or with a fork under the lid."""
    kit, r, h = Kit(), draw.uniform(6.0, 7.8), draw.uniform(7.5, 11.5)
    low = r * 0.75
    rgb = draw.hsv((0.95, 1.15), (0.7, 0.95), (0.5, 0.9)) if draw.chance(0.7) else draw.vivid()
    kit.add(
        revolve([(0, 0), (low, 0), (r, h), (r + 0.3, h), (r + 0.3, h + 0.25), (0, h + 0.25)], 32), plastic(rgb, 0.4)
    )
    name = draw.pick(("牛肉面", "酸菜面", "麻辣烫", "酸辣粉", "泡面", "炒面"))
    side = canvas(512, 120, rgb)
    for k in range(3):
        fitted(side, name, 85 + 170 * k, 60, 64, 150, (1, 0.95, 0.8))
    kit.add(band([(low + (r - low) * t + 0.03, h * t) for t in (0.1, 0.9)], 32), printed(side, 0.35))
    lid_print(kit, r * 1.38, r * 1.38, h + 0.26, packet(draw, name, 180, 180), 0.3)
    if draw.chance(0.3):
        kit.add(rod((-r * 0.8, 0, h + 0.5), (r * 1.1, 0.6, h + 0.6), 0.25, 8), WHITE)
    return kit.item("food", "noodle_tub")


def bun_bag(draw: Draw) -> Item:
    """Two to four steamed buns or eggs on a plate or in a thin bag."""
    kit, r = Kit(), draw.uniform(7.5, 9.5)
    kit.add(
        revolve([(0, 0), (r * 0.6, 0), (r, 1.3), (r * 0.96, 1.5), (r * 0.55, 0.4), (0, 0.4)], 30),
        WHITE if draw.chance(0.5) else coloured(draw),
    )
    dough = _mottled(draw, (0.86, 0.82, 0.72), (0.96, 0.94, 0.88), 0.7, 0.0)
    brown = _mottled(draw, (0.55, 0.3, 0.12), (0.8, 0.55, 0.25), 0.5)
    skin = dough if draw.chance(0.6) else brown
    for x, y in ((-3, -2), (3, -1.5), (0, 3))[: draw.integer(2, 3)]:
        kit.add(egg(3.3, 3.1, 2.3, 9, 16).moved(x, y, 0.5), skin)
    return kit.item("food", "bun_bag")


def fruit_bowl(draw: Draw) -> Item:
    """A bowl or tray with several fruits."""
    kit, r = Kit(), draw.uniform(9, 12.5)
    bowl = [(r * 0.5, 0.0), (r * 0.55, 0.3), (r * 0.9, 3.0), (r, 5.0)]
    kit.add(vessel(bowl, 0.3, 0.4), WHITE if draw.chance(0.5) else coloured(draw))
    skins = [
        _mottled(draw, (0.55, 0.06, 0.06), (0.85, 0.4, 0.2)),
        _mottled(draw, (0.88, 0.42, 0.05), (0.95, 0.58, 0.1)),
        _mottled(draw, (0.75, 0.75, 0.2), (0.9, 0.85, 0.4)),
        _mottled(draw, (0.35, 0.5, 0.12), (0.6, 0.72, 0.25)),
    ]
    for k in range(draw.integer(4, 6)):
        a, out = k * 1.25, 0.0 if k == 5 else r * 0.46
        size = draw.uniform(3.0, 3.8)
        ball = egg(size, size, size * 0.93, 9, 14)
        kit.add(
            ball.moved(out * float(np.cos(a)), out * float(np.sin(a)), 1.2 + (3.5 if k == 5 else 0)), draw.pick(skins)
        )
    return kit.item("food", "fruit_bowl")


def grapes(draw: Draw) -> Item:
    """A bunch of grapes or a heap of cherries, jujubes or nuts."""
    kit, skin = Kit(), _mottled(draw, *draw.pick(_BERRIES))
    balls = []
    for _ in range(draw.integer(22, 36)):
        x, y = draw.rng.normal(0, 3.0), draw.rng.normal(0, 4.2)
        z = max(0.0, 3.2 - 0.55 * float(np.hypot(x, y * 0.7)) + draw.free(-0.5, 0.5))
        balls.append(egg(1.15, 1.15, 1.25, 6, 8).moved(float(x), float(y), z if draw.chance(0.6) else 0.0))
    kit.add(merged(balls), skin)
    kit.add(tube(smooth_path([(0, 0, 3), (0, 4, 4), (1, 8, 3.5)], 4), 0.2, 6), plastic((0.35, 0.28, 0.12), 0.8))
    return kit.item("food", "grapes")


def takeaway_bag(draw: Draw) -> Item:
    """A tied plastic bag with boxes inside, or a paper bag with a seal."""
    kit, w, d, h = Kit(), draw.uniform(18, 26), draw.uniform(13, 18), draw.uniform(14, 22)
    rgb = draw.grey(0.86, 0.96) if draw.chance(0.5) else draw.vivid()
    rings, outline = [], rounded_rectangle(w, d, 3, 6)
    for t, s in ((0.0, 0.9), (0.08, 1.0), (0.4, 1.02), (0.6, 0.9), (0.75, 0.45), (0.82, 0.2), (0.9, 0.42), (1.0, 0.62)):
        crumple = 1 + draw.rng.normal(0, 0.035, (len(outline), 1)) * (t > 0)
        rings.append(np.column_stack([outline * s * crumple, np.full(len(outline), t * h)]))
    kit.add(loft(np.array(rings), crease_deg=30), Material(rgb, 0.25, clearcoat=0.4))
    tag = packet(draw, draw.pick(("外卖", "美味", "快餐", "小吃")), 120, 120)
    kit.add(
        grid(
            np.stack(
                np.broadcast_arrays(
                    np.linspace(-4, 4, 4)[None], np.full((4, 4), -d / 2 * 1.06), np.linspace(3, 10, 4)[:, None]
                ),
                -1,
            )
        ),
        printed(tag, 0.4),
    )
    return kit.item("food", "takeaway_bag")


def open_lunch(draw: Draw) -> Item:
    """A box of rice and dishes, open, chopsticks beside."""
    kit, w, d, h = Kit(), draw.uniform(17, 22), draw.uniform(12, 15), draw.uniform(4, 5.5)
    outline = rounded_rectangle(w, d, 1.6, 4)
    kit.add(pot(outline, h, 0.25, 0.3, 1.08), WHITE if draw.chance(0.5) else plastic(draw.grey(0.03, 0.1), 0.4))
    for k, tone in enumerate(_DISHES):
        x, span = (-w * 0.24, w * 0.46) if k == 0 else (w * 0.24, w * 0.42)
        y, deep = (0.0, d * 0.86) if k == 0 else ((k - 1.5) * d * 0.44, d * 0.4)
        heap = extrude(rounded_rectangle(span, deep, 1.5, 4), h - 0.8, 1.2, 3)
        kit.add(_lumps(draw, heap, 0.1).moved(x, y, 0.32), _mottled(draw, *tone, 0.6))
    for k in (0, 1):
        stick = rod((-11, 0, 0.3), (11, 0.8 * k, 0.3), 0.28, 6)
        kit.add(stick.turned("z", draw.free(-6, 6)).moved(0, -d * 0.62 - 1 - k * 0.9), _WOOD)
    return kit.item("food", "open_lunch")


def snack_packets(draw: Draw) -> Item:
    """A packet of sweets lying, or a box of biscuits."""
    kit = Kit()
    if draw.chance(0.4):
        w, d, h = draw.uniform(12, 20), draw.uniform(5, 12), draw.uniform(3, 6)
        face = packet(draw, draw.pick(SNACKS), 240, 160)
        kit.add(box(w, d, h, 0.08), coloured(draw))
        clad(kit, w, d, h, face, sides="fb", margin=0.05)
        lid_print(kit, w * 0.98, d * 0.98, h, face, 0.3)
        return kit.item("food", "snack_packets")
    w, d = draw.uniform(9, 14), draw.uniform(9, 16)
    u, v = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 11))
    swell = draw.uniform(0.6, 1.3) * np.clip((1 - u**4) * (1 - v**4), 0, None) ** 0.5
    top = np.stack([u * w / 2, v * d / 2, 0.05 + swell * 1.8], -1)
    low = np.stack([u * w / 2, v * d / 2, np.maximum(0.04 - swell, 0.0)], -1)[:, ::-1]
    skin = Material(texture=packet(draw, draw.pick(SNACKS), 140, 180), roughness=0.25, clearcoat=0.5)
    kit.add(grid(top), skin)
    kit.add(grid(low), skin)
    return kit.item("food", "snack_packets")


def cake(draw: Draw) -> Item:
    """A slice of cake or a sandwich in a clear box, or a small round cake."""
    kit = Kit()
    if draw.chance(0.5):
        w, d, h = draw.uniform(10, 14), draw.uniform(8, 11), draw.uniform(5, 8)
        side = np.array([[-d / 2, 0], [d / 2, 0], [d / 2, h], [d / 2 - 0.3, h]])
        loops = np.array([np.column_stack([np.full(4, x), side]) for x in (-w * 0.46, w * 0.46)])
        kit.add(loft(loops), _mottled(draw, (0.8, 0.6, 0.3), (0.95, 0.85, 0.6), 0.7, 0.0))
        for k, rgb in enumerate(((0.95, 0.92, 0.85), draw.hsv((0.9, 1.2), (0.4, 0.9), (0.4, 0.9)))):
            t = 0.3 + 0.3 * k
            cut = np.array(
                [
                    [-d / 2 + d * t - 0.05, h * t],
                    [d / 2 + 0.03, h * t],
                    [d / 2 + 0.03, h * t + 0.6],
                    [-d / 2 + d * (t + 0.1), h * t + 0.6],
                ]
            )
            kit.add(
                loft(np.array([np.column_stack([np.full(4, x), cut]) for x in (-w * 0.465, w * 0.465)])),
                plastic(rgb, 0.5),
            )
        kit.add(box(w, d + 1, 0.3, 0.05), WHITE)
    else:
        r, h = draw.uniform(5, 8), draw.uniform(4, 7)
        kit.add(disc(r + 2, 0.5, 0.1), plastic((0.85, 0.7, 0.35), 0.3))
        kit.add(disc(r, h, 0.6).moved(z_cm=0.5), plastic(pastel(draw) if draw.chance(0.5) else (0.3, 0.16, 0.08), 0.4))
        berry = _mottled(draw, (0.6, 0.03, 0.05), (0.85, 0.15, 0.1), 0.25, 0.5)
        for k in range(6):
            kit.add(
                egg(1.1, 1.1, 1.1, 6, 9).moved(r * 0.6 * float(np.cos(k)), r * 0.6 * float(np.sin(k)), h + 0.3), berry
            )
    return kit.item("food", "cake")


def single_fruit(draw: Draw) -> Item:
    """One pear, peach, lemon, tomato, apple or orange."""
    kit, kind = Kit(), draw.integer(0, len(_FRUIT) - 1)
    skin, r = _mottled(draw, *_FRUIT[kind], 0.35, 0.3), draw.uniform(3.0, 4.2)
    if kind == 0:
        shape = [(0, 0), (0.6, 0.1), (1.0, 0.8), (0.9, 1.4), (0.45, 2.1), (0.3, 2.5), (0, 2.6)]
        kit.add(revolve([(a * r, b * r) for a, b in shape], 20, 80), skin)
        kit.add(rod((0, 0, r * 2.5), (0.4, 0, r * 2.5 + 1.8), 0.15, 6), _WOOD)
        return kit.item("food", "single_fruit")
    t = np.linspace(0, np.pi, 14)
    dimple = 0.14 * r * np.exp(-((np.sin(t) / 0.3) ** 2)) * np.sign(np.cos(t))
    z = r * 0.92 * (1 - np.cos(t)) + dimple
    profile = np.stack([r * np.sin(t), z - z.min()], 1)
    profile[0, 0] = profile[-1, 0] = 0.0
    kit.add(revolve(profile, 22, 80).scaled(1.25 if kind == 2 else 1.0, 1, 1), skin)
    if kind in (1, 4):
        top = float(profile[-1, 1])
        kit.add(rod((0, 0, top - 0.3), (0.4, 0, top + 1.2), 0.14, 6), _WOOD)
    return kit.item("food", "single_fruit")


def seeds_plate(draw: Draw) -> Item:
    """A plate with sunflower seeds, sweets or biscuits."""
    kit, r = Kit(), draw.uniform(7, 10)
    kit.add(
        revolve([(0, 0), (r * 0.65, 0), (r, 1.6), (r * 0.96, 1.8), (r * 0.6, 0.4), (0, 0.4)], 28),
        coloured(draw) if draw.chance(0.5) else timber(draw),
    )
    bits = []
    for _ in range(30):
        a, out = draw.free(0, 6.28), r * 0.62 * draw.free(0, 1) ** 0.5
        piece = box(1.5, 0.8, 0.5, 0.0, 0.2).turned("z", draw.free(0, 180))
        bits.append(piece.moved(out * float(np.cos(a)), out * float(np.sin(a)), 0.42 + draw.free(0, 1.0)))
    shades: tuple[Rgb, ...] = (draw.vivid(), (0.3, 0.25, 0.2), (0.75, 0.55, 0.3))
    for k in range(2):
        kit.add(merged(bits[k::2]), plastic(shades[k] if draw.chance(0.5) else shades[k + 1], 0.4))
    return kit.item("food", "seeds_plate")
