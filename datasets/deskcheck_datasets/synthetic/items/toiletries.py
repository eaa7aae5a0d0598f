"""Cosmetics, mirrors and combs; more kinds of tissues."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Rgb, metal, plastic, printed
from deskcheck_datasets.synthetic.items.faces import contrast, fitted
from deskcheck_datasets.synthetic.items.looks import (
    BLACK,
    GOLD,
    PET,
    WHITE,
    clad,
    coloured,
    disc,
    lid_print,
    pastel,
    rod,
    tilted,
    timber,
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
    tube,
)
from deskcheck_datasets.synthetic.textures import canvas, pattern

_TISSUE = Material((0.96, 0.96, 0.96), 0.95, specular=0.1)


def _brand(draw: Draw, rgb: Rgb, w_px: int = 256, h_px: int = 128) -> np.ndarray:
    img = canvas(w_px, h_px, rgb)
    for middle in (w_px // 4, 3 * w_px // 4):
        name = draw.pick(("雅芙", "百合", "SOFT", "AQUA", "珍珠霜", "护手霜", "LUMI"))
        fitted(img, name, middle, h_px / 2, h_px * 0.4, w_px * 0.4, contrast(rgb))
    return img


def lotion_bottle(draw: Draw) -> Item:
    """A lotion bottle with a pump."""
    kit, r, h = Kit(), draw.uniform(2.4, 3.6), draw.uniform(9, 14)
    rgb = pastel(draw) if draw.chance(0.7) else draw.vivid()
    kit.add(
        revolve([(0, 0), (r - 0.2, 0), (r, 0.3), (r, h * 0.85), (r * 0.4, h), (0, h)], 26),
        Material(rgb, 0.25, clearcoat=0.4),
    )
    kit.add(band([(r + 0.015, h * 0.2), (r + 0.015, h * 0.7)], 28), printed(_brand(draw, rgb), 0.3))
    look = WHITE if draw.chance(0.5) else GOLD
    kit.add(disc(r * 0.42, 1.2, 0.1, 18).moved(z_cm=h), look)
    kit.add(rod((0, 0, h + 1), (0, 0, h + 3), 0.3), look)
    kit.add(tube([(0.5, 0, h + 3), (-1.0, 0, h + 3.1), (-2.6, 0, h + 2.7)], [0.55, 0.5, 0.3], 8), look)
    return kit.item("cosmetics", "lotion_bottle")


def cream_jar(draw: Draw) -> Item:
    """A squat jar of cream."""
    kit, x = Kit(), 0.0
    for _ in range(1):
        r, h = draw.uniform(2.6, 4.0), draw.uniform(3.5, 5.5)
        rgb = pastel(draw)
        kit.add(disc(r, h * 0.6, 0.3, 26).moved(x), Material(rgb, 0.15, clearcoat=0.6))
        kit.add(
            disc(r * 1.02, h * 0.4, 0.2, 26).moved(x, 0, h * 0.6), GOLD if draw.chance(0.4) else coloured(draw, 0.25)
        )
        x += r * 2 + 1.5
    return kit.item("cosmetics", "cream_jar")


def lipsticks(draw: Draw) -> Item:
    """Lipsticks standing, one open."""
    kit = Kit()
    for k in range(draw.integer(1, 3)):
        x, look = k * 3.2, GOLD if draw.chance(0.4) else BLACK if draw.chance(0.6) else plastic(draw.vivid(), 0.2)
        kit.add(box(2.0, 2.0, 4.0, 0.15, 0.5).moved(x), look)
        if draw.chance(0.5):
            kit.add(disc(0.75, 1.6, 0.1, 16).moved(x, 0, 4.0), GOLD)
            stick = extrude(rounded_rectangle(1.1, 1.1, 0.54), 2.2, 0.3, top_scale=0.8)
            kit.add(stick.moved(x, 0, 5.6), plastic(draw.hsv((0.93, 1.03), (0.6, 0.95), (0.5, 0.85)), 0.3))
        else:
            kit.add(box(2.05, 2.05, 4.0, 0.15, 0.5).moved(x, 0, 4.02), look)
    kit.add(box(7, 5.5, 1.0, 0.2, 0.8).moved(-6.5), plastic(draw.hsv((0.9, 1.1), (0.2, 0.7), (0.2, 0.9)), 0.15))
    return kit.item("cosmetics", "lipsticks")


def mirror_and_comb(draw: Draw) -> Item:
    """A round mirror on a stand, sometimes with a comb before it."""
    kit, r = Kit(), draw.uniform(5, 8.5)
    look = coloured(draw, 0.3)
    kit.add(disc(r * 0.65, 1.0, 0.3), look)
    kit.add(rod((0, 0, 0.8), (0, 0.4, r * 0.8), 0.5), look)
    rim = rod((0, -0.5, 0), (0, 0.5, 0), r, 32)
    face = rod((0, -0.53, 0), (0, -0.5, 0), r * 0.93, 32)
    tilted(kit, [(rim, look), (face, metal((0.92, 0.93, 0.94), 0.05))], "x", -draw.uniform(5, 20), (0, 0, r * 1.75))
    if draw.chance(0.6):
        teeth = [box(0.14, 2.0, 0.35, 0).moved(k * 0.36, 0, 0) for k in range(30)]
        comb = merged([box(14, 1.3, 0.4, 0.1).moved(5, 1.6), *teeth])
        kit.add(
            comb.turned("z", draw.free(-30, 30)).moved(-6, -r - 2), timber(draw) if draw.chance(0.3) else coloured(draw)
        )
    return kit.item("cosmetics", "mirror")


def tube_and_spray(draw: Draw) -> Item:
    """A tube of hand cream standing on its cap beside a small spray bottle."""
    kit, h, r = Kit(), draw.uniform(10, 14), draw.uniform(1.8, 2.4)
    rgb = pastel(draw) if draw.chance(0.6) else draw.vivid()
    rings = []
    for t in np.linspace(0, 1, 6):
        a = np.linspace(0, 2 * np.pi, 20, endpoint=False)
        rings.append(
            np.stack(
                [r * (1 + 0.25 * t) * np.cos(a), r * (1 - 0.94 * t) * np.sin(a), np.full(20, 1.6 + t * (h - 1.6))], 1
            )
        )
    kit.add(disc(r * 0.95, 1.6, 0.2, 20), WHITE)
    kit.add(
        loft(np.array(rings), crease_deg=60),
        Material(texture=_brand(draw, rgb, 200, 200), roughness=0.3, clearcoat=0.3),
    )
    x, tall = 5.5, draw.uniform(8, 11)
    kit.add(disc(1.7, tall * 0.7, 0.3, 20).moved(x), PET if draw.chance(0.5) else plastic(pastel(draw), 0.2))
    kit.add(disc(1.0, tall * 0.3, 0.2, 18).moved(x, 0, tall * 0.7), WHITE)
    return kit.item("cosmetics", "tube_and_spray")


def _peak(draw: Draw, h: float, at: tuple[float, float] = (0.0, 0.0)) -> Mesh:
    """A tissue pulled halfway out."""
    a, v = np.linspace(-1, 1, 11)[None, :], np.linspace(0, 1, 8)[:, None]
    high, bow = draw.uniform(3.5, 7), draw.uniform(0.5, 1.4)
    x = a * (1.3 + v * draw.uniform(2.0, 4.0)) + 0.4 * np.sin(v * 5) + at[0]
    y = bow * v * np.sin(a * 4 + v * 2) + at[1]
    z = np.maximum(h + high * v * (1 - 0.35 * a**2 * v) + 0.25 * np.sin(a * 9) * v, h - 0.1)
    return grid(np.stack([x, y + 0 * a, z], -1))


def soft_pack(draw: Draw) -> Item:
    """A soft plastic pack of tissues, a little crushed, its slot open."""
    kit, w, d, h = Kit(), draw.uniform(16, 20), draw.uniform(9, 12), draw.uniform(4.5, 8)
    rgb = pastel(draw) if draw.chance(0.6) else draw.vivid()
    outline, loops = rounded_rectangle(w, d, 1.2, 4), []
    for t in np.linspace(0, 1, 7):
        swell = 0.95 + 0.06 * np.sin(np.pi * t)
        jitter = 1 + draw.rng.normal(0, 0.008, (len(outline), 1))
        loops.append(np.column_stack([outline * swell * jitter, np.full(len(outline), t * h)]))
    kit.add(loft(np.array(loops), crease_deg=60), Material(rgb, 0.3, clearcoat=0.3))
    face = pattern(draw, rgb, 256, 160)
    fitted(face, draw.pick(("清柔", "心柔", "洁爽", "抽纸", "竹浆")), 128, 50, 60, 160, contrast(rgb))
    lid_print(kit, w * 0.86, d * 0.8, h + 0.08, face, 0.35)
    if draw.chance(0.8):
        kit.add(_peak(draw, h + 0.05), _TISSUE)
    return kit.item("tissue", "soft_pack")


def paper_roll(draw: Draw) -> Item:
    """A roll of paper, standing, in a drum holder or bare."""
    kit, r, h = Kit(), draw.uniform(5, 6.5), draw.uniform(9.5, 12)
    if draw.chance(0.5):
        kit.add(disc(r + 0.8, h + 1.5, 0.6), coloured(draw))
        kit.add(disc(r * 0.4, 0.1, 0.02, 18).moved(z_cm=h + 1.5), BLACK)
        kit.add(_peak(draw, h + 1.6), _TISSUE)
    else:
        a = np.linspace(0, 2 * np.pi, 30, endpoint=False)
        ring = ((r * 0.35, 0.0), (r, 0.0), (r, h), (r * 0.35, h))
        loops = np.array([np.column_stack([np.cos(a) * p, np.sin(a) * p, np.full(30, q)]) for p, q in ring])
        kit.add(loft(loops, ring=True), _TISSUE)
    return kit.item("tissue", "paper_roll")


def holder_box(draw: Draw) -> Item:
    """A leather, wooden or acrylic holder with a brass slot."""
    kit, w, d, h = Kit(), draw.uniform(20, 26), draw.uniform(11.5, 14), draw.uniform(7.5, 10)
    look = (
        timber(draw)
        if draw.chance(0.4)
        else Material(draw.hsv((0.03, 0.1), (0.4, 0.8), (0.15, 0.5)), 0.4, clearcoat=0.3)
    )
    kit.add(box(w, d, h, 0.4, 0.6), look)
    kit.add(
        extrude(rounded_rectangle(w * 0.55, 3.4, 1.6), 0.15, 0.05).moved(z_cm=h), GOLD if draw.chance(0.5) else BLACK
    )
    kit.add(_peak(draw, h + 0.15), _TISSUE)
    return kit.item("tissue", "holder_box")


def wet_wipes(draw: Draw) -> Item:
    """A flat pack of wet wipes with a plastic flap."""
    kit, w, d, h = Kit(), draw.uniform(14, 20), draw.uniform(8, 11), draw.uniform(3, 5.5)
    rgb = pastel(draw) if draw.chance(0.4) else draw.vivid()
    kit.add(box(w, d, h, 1.0, 1.2), Material(rgb, 0.25, clearcoat=0.4))
    face = _brand(draw, rgb, 256, 140)
    lid_print(kit, w * 0.8, d * 0.75, h, face, 0.3)
    kit.add(extrude(rounded_rectangle(w * 0.4, d * 0.55, 1.5), 0.8, 0.2).moved(z_cm=h), WHITE)
    clad(kit, w, d, h * 0.5, face, base=h * 0.25, sides="fb", margin=0.8)
    return kit.item("tissue", "wet_wipes")
