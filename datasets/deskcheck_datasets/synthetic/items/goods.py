"""Drinks and food."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, plastic, printed
from deskcheck_datasets.synthetic.mesh import (
    Floats,
    Mesh,
    band,
    extrude,
    grid,
    loft,
    revolve,
    rounded_rectangle,
    tube,
)
from deskcheck_datasets.synthetic.textures import cloud, cover, label

_PET = Material((0.94, 0.97, 0.98), 0.03, clear=True)


def pet_bottle(draw: Draw) -> Item:
    """A PET bottle with drink inside, wrap-around label and screw cap."""
    kit, r, h = Kit(), draw.uniform(3.0, 3.6), draw.uniform(19.5, 24)
    waist = draw.uniform(0.0, 0.35)
    z = np.array([0, 0.25, 1.2, 3.0, 5.5, 8, 10.5, 12.5, 14.5, 16.5, 18.0, 18.8, 19.6]) / 21 * (h - 0.4)
    radius = (
        np.array([0.75, 0.95, 1, 1, 1 - waist * 0.4, 1 - waist * 0.5, 1 - waist * 0.3, 1, 0.98, 0.82, 0.55, 0.4, 0.38])
        * r
    )
    kit.add(revolve([(0, 0.3), *zip(radius, z, strict=True), (0, z[-1])], 32, 60), _PET)
    sort = draw.integer(0, 3)
    tea, juice = draw.hsv((0.04, 0.1), (0.7, 0.95), (0.15, 0.5)), draw.hsv((0.08, 0.13), (0.7, 0.95), (0.6, 0.95))
    tint = {0: None, 1: tea, 2: juice,
            3: draw.vivid()}[sort]  # fmt: skip
    level = draw.uniform(0.55, 0.93) * z[-2]
    keep = z < level
    inner = [(max(float(a) - 0.12, 0.1), float(b) + 0.1) for a, b in zip(radius[keep], z[keep], strict=True)]
    top = float(np.interp(level, z, radius)) - 0.12
    water = Material((0.9, 0.95, 0.97), 0.02, clear=True) if tint is None else Material(tint, 0.08, clearcoat=0.5)
    kit.add(revolve([(0, 0.4), *inner, (top, level), (0, level)], 32, 60), water)
    low, high = (h * 0.3, h * 0.58) if draw.chance(0.6) else (h * 0.18, h * 0.62)
    rise = np.linspace(low, high, 8)
    kit.add(band([(float(np.interp(t, z, radius)) + 0.04, float(t)) for t in rise], 40), printed(label(draw), 0.35))
    neck = z[-2]
    cap_rgb = draw.grey(0.85, 0.97) if draw.chance(0.4) else draw.vivid()
    cap = [(0, neck), (1.5, neck), (1.52, neck + 1.4), (1.35, neck + 1.6), (0, neck + 1.6)]
    kit.add(revolve(cap, 24), plastic(cap_rgb, 0.4))
    return kit.item("beverage_container", "bottle")


def milk_tea(draw: Draw) -> Item:
    """A milk-tea cup: tapered, sealed or domed, tea with pearls, thick straw."""
    kit, r, h = Kit(), draw.uniform(4.2, 4.8), draw.uniform(12.5, 16)
    low = r * 0.7
    tea = Material(draw.hsv((0.05, 0.11), (0.35, 0.7), (0.5, 0.85)), 0.2, clearcoat=0.6)
    fill = draw.uniform(0.7, 0.95)
    mid = low + (r - low) * fill
    kit.add(revolve([(0, 0.15), (low - 0.1, 0.15), (mid - 0.1, h * fill), (0, h * fill)]), tea)
    kit.add(revolve([(0, 0), (low, 0), (r, h), (r + 0.25, h), (r + 0.25, h + 0.3), (0, h + 0.32)], 36), _PET)
    if draw.chance(0.7):
        skin = [(low + (r - low) * t + 0.05, h * t) for t in (0.12, 0.86)]
        kit.add(band(skin, 40), printed(label(draw, 512, 256), 0.45))
    kit.add(
        revolve([(0, h + 0.33), (r - 0.05, h + 0.33), (r - 0.05, h + 0.38), (0, h + 0.38)]),
        printed(cover(draw, 128, 128), 0.3),
    )
    lean = draw.uniform(-1.5, 1.5)
    kit.add(
        tube([(0.8, 0, h - 4), (0.8 + lean * 0.5, 0, h + 2), (0.8 + lean, 0, h + 6.5)], 0.55, 12),
        plastic(draw.vivid(), 0.35),
    )
    return kit.item("beverage_container", "milk_tea")


def _ball(r: float, squash: float, dimple: float, base_r: float) -> Floats:
    """Profile of a fruit about the z axis, standing on a small flat."""
    t = np.linspace(0.0, np.pi, 20)
    radius = r * np.sin(t) * (1 + 0.06 * np.cos(t - 2.6))
    z = r * squash * (1 - np.cos(t)) - dimple * np.exp(-((np.sin(t) / 0.28) ** 2)) * np.sign(np.cos(np.pi - t))
    z = z - z.min()
    radius[0] = radius[-1] = 0.0
    return np.stack([radius, z], 1)


def _fruit_skin(draw: Draw, low: tuple[float, ...], high: tuple[float, ...]) -> Material:

    level = cloud(draw, 256, 128, 5)[..., None]
    rgb = np.asarray(low) * (1 - level) + np.asarray(high) * level
    rgb += draw.rng.normal(0, 0.012, rgb.shape)
    return Material(texture=np.clip(rgb * 255, 0, 255).astype(np.uint8), roughness=0.32, clearcoat=0.25)


def apple(draw: Draw) -> Item:
    """One or two apples."""
    kit = Kit()
    for k in range(draw.pick((1, 1, 2))):
        r = draw.uniform(3.4, 4.3)
        skin = (
            _fruit_skin(draw, (0.55, 0.06, 0.06), (0.85, 0.5, 0.2))
            if draw.chance(0.65)
            else _fruit_skin(draw, (0.35, 0.55, 0.1), (0.65, 0.75, 0.25))
        )
        body = revolve(_ball(r, 0.92, 0.55, 1), 36, 80)
        kit.add(body.moved(k * 8.9), skin)
        z = float(body.vertices[:, 2].max())
        kit.add(
            tube([(0, 0, z - 1.0), (0.1, 0, z), (0.4, 0, z + 0.9)], 0.14, 6).moved(k * 8.9),
            plastic((0.25, 0.15, 0.07), 0.8),
        )
    return kit.item("food", "apple")


def banana(draw: Draw) -> Item:
    """A bunch of one to four bananas."""
    kit, count = Kit(), draw.integer(1, 4)
    ripe = _fruit_skin(draw, (0.86, 0.68, 0.12), (0.95, 0.83, 0.25))
    length, bow = draw.uniform(17, 21), draw.uniform(3.5, 5.5)
    for k in range(count):
        t = np.linspace(-1, 1, 15)
        radius = 1.75 * (1 - np.abs(t) ** 5 * 0.75)
        radius[:2] = 0.5
        radius[-1] = 0.55
        path = np.stack([t * length / 2, bow * (1 - t**2) + 0.3, np.full(15, 1.78)], 1)
        one = _five_sided(path, radius).turned("x", k * 14)
        lift = -float(one.vertices[:, 2].min())
        kit.add(one.moved(0, k * 2.6, lift), ripe)
        rise = float(np.tan(np.radians(k * 14)))
        along = np.array([[0.0, 0.0, 0.0], [-1.0, -0.8, 0.8 * rise], [-1.7, -1.3, 1.3 * rise]])
        tip = tube(path[0] + along, [0.55, 0.5, 0.6], 8).turned("x", k * 14)
        kit.add(tip.moved(0, k * 2.6, lift), plastic((0.35, 0.3, 0.1), 0.7))
    return kit.item("food", "banana")


def _five_sided(path: Floats, radius: Floats) -> Mesh:
    """A tube with five soft edges, as a banana has."""
    angle = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    section = 1 + 0.06 * np.cos(5 * angle)
    loops = []
    for (x, y, z), r in zip(path, radius, strict=True):
        loops.append(np.stack([np.full(20, x), y + r * section * np.cos(angle), z + r * section * np.sin(angle)], 1))
    return loft(np.array(loops), crease_deg=60)


def snack_bag(draw: Draw) -> Item:
    """A puffed bag lying on its back."""
    kit, w, d, puff = Kit(), draw.uniform(13, 19), draw.uniform(17, 25), draw.uniform(1.6, 2.8)
    y, x = np.meshgrid(np.linspace(-1, 1, 24), np.linspace(-1, 1, 18), indexing="ij")
    swell = puff * np.clip((1 - x**4) * (1 - np.abs(y) ** 5), 0, None) ** 0.6
    wrinkle = 0.16 * np.sin(x * 17 + draw.free(0, 6)) * np.abs(y) ** 3 + draw.rng.normal(0, 0.035, x.shape)
    pull = 1 - 0.06 * np.abs(y) ** 2 * 0 - 0.05 * (1 - np.abs(y))
    top = np.stack([x * w / 2 * pull, y * d / 2, puff + swell + wrinkle * (1 - x**4)], -1)
    low = np.stack([x * w / 2 * pull, y * d / 2, puff - swell * 0.97 - 0.02], -1)
    low[..., 2] -= low[..., 2].min()
    top[..., 2] = np.maximum(top[..., 2], low[..., 2] + 0.03)
    foil = Material(texture=cover(draw, 320, 440), roughness=0.28, clearcoat=0.5)
    kit.add(grid(top), foil)
    kit.add(grid(low[:, ::-1]), foil)
    return kit.item("food", "snack_bag")


def lunch_box(draw: Draw) -> Item:
    """A take-away box, closed, with chopsticks on it or not."""
    kit, w, d, h = Kit(), draw.uniform(15, 20), draw.uniform(11, 14), draw.uniform(4, 6)

    kit.add(
        extrude(rounded_rectangle(w, d, 2.0), h, 0.3, top_scale=1.1),
        Material(draw.grey(0.02, 0.06) if draw.chance(0.4) else (0.92, 0.91, 0.88), 0.4),
    )
    lid = extrude(rounded_rectangle(w * 1.13, d * 1.14, 2.2), 0.9, 0.25)
    kit.add(lid.moved(z_cm=h + 0.01), Material((0.85, 0.87, 0.88), 0.12, clearcoat=0.6))
    if draw.chance(0.6):
        for k in (-0.4, 0.4):
            kit.add(
                tube([(-w * 0.45, k, 0), (0, k * 1.2, 0), (w * 0.5, k * 1.6, 0)], [0.22, 0.28, 0.36], 8).moved(
                    z_cm=h + 1.3
                ),
                plastic((0.75, 0.6, 0.38), 0.7),
            )
    return kit.item("food", "lunch_box")
