"""Monitors and the risers they stand on."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Top, metal, plastic, rectangle
from deskcheck_datasets.synthetic.mesh import box, extrude, front_panel, rounded_rectangle, smooth_path, tube
from deskcheck_datasets.synthetic.textures import canvas, screen, wood

_RATIOS = (16 / 9, 16 / 9, 16 / 10, 5 / 4)


def monitor(draw: Draw) -> Item:
    """A flat monitor on a stand: plate, neck, housing with a bulging back, lit screen."""
    kit, ratio = Kit(), draw.pick(_RATIOS)
    diagonal = draw.uniform(48, 62) if ratio > 1.4 else draw.uniform(43, 49)
    height = diagonal / (1 + ratio**2) ** 0.5
    width, rim, chin = height * ratio, draw.uniform(0.7, 1.8), draw.uniform(1.2, 3.2)
    body = plastic(draw.grey(0.02, 0.09) if draw.chance(0.8) else draw.grey(0.65, 0.9), draw.uniform(0.25, 0.6))
    clearance, tilt = draw.uniform(6, 15), draw.uniform(0, 9)
    full_w, full_h = width + 2 * rim, height + rim + chin
    shell = box(full_w, 2.2, full_h, 0.35, 0.5)
    bulge = extrude(rounded_rectangle(full_w * 0.62, full_h * 0.6, 3), 2.8, 1.1, top_scale=0.8)
    face = screen(draw, 640, int(640 / ratio)) if draw.chance(0.85) else canvas(64, 36, (0.02, 0.02, 0.025))
    lit = Material(texture=face, roughness=0.25, glow=draw.uniform(0.7, 1.5) if face.shape[1] > 64 else 0.0)
    back = bulge.turned("x", -90).moved(y_cm=1.0, z_cm=full_h / 2)
    glass = front_panel(width, height).moved(y_cm=-1.12, z_cm=chin)
    lamp = box(0.5, 0.1, 0.2, 0.02).moved(full_w * 0.42, -1.1, chin * 0.4)
    for mesh, look in ((shell, body), (back, body), (glass, lit), (lamp, Material((0.1, 0.5, 1.0), glow=1.0))):
        kit.add(mesh.turned("x", tilt).moved(y_cm=2.0, z_cm=clearance), look)
    stand(kit, draw, body, clearance + full_h * 0.45)
    return kit.item("monitor", "monitor")


def stand(kit: Kit, draw: Draw, body: Material, neck_top_cm: float) -> None:
    """Neck and foot; the neck stays behind the housing."""
    steel = metal((0.6, 0.6, 0.62), 0.35) if draw.chance(0.3) else body
    kind, foot_w, foot_d = draw.integer(0, 2), draw.uniform(20, 29), draw.uniform(16, 22)
    if kind == 2:
        for side in (-1, 1):
            path = [
                (side * foot_w / 2, -foot_d / 2, 0.55),
                (side * 2.5, 4.0, 0.6),
                (0, 6.2, 2.5),
                (0, 7.0, neck_top_cm),
            ]
            leg = smooth_path(path)
            kit.add(tube(np.column_stack([leg[:, :2], np.maximum(leg[:, 2], 0.55)]), 0.55), steel)
        kit.add(box(foot_w, 1.2, 0.5, 0.1).moved(y_cm=-foot_d / 2 + 0.5), steel)
        return
    corner = foot_d * (0.48 if kind == 1 else 0.12)
    kit.add(extrude(rounded_rectangle(foot_w, foot_d, corner, 8), draw.uniform(0.6, 1.2), 0.3), steel)
    kit.add(box(draw.uniform(4, 8), 1.8, neck_top_cm - 0.3, 0.2).moved(y_cm=foot_d * 0.28 + 1.2, z_cm=0.3), steel)


def monitor_riser(draw: Draw) -> Item:
    """A shelf with two cheeks, or a flat box with a slot, that lifts the monitor; the keyboard fits below."""
    kit = Kit()
    width, depth, height = draw.uniform(44, 58), draw.uniform(22, 28), draw.uniform(7, 13)
    thick = draw.uniform(1.0, 1.9)
    kind = draw.integer(0, 2)
    if kind == 0:
        look = Material(texture=wood(draw, draw.hsv((0.06, 0.11), (0.25, 0.6), (0.35, 0.9)), 512, 256), roughness=0.45)
    elif kind == 1:
        look = plastic(draw.grey(0.02, 0.08) if draw.chance(0.5) else draw.grey(0.8, 0.95), 0.35)
    else:
        look = metal((0.7, 0.7, 0.72), 0.35)
    kit.add(box(width, depth, thick, 0.25, 0.8).moved(z_cm=height - thick), look)
    for side in (-1, 1):
        kit.add(box(thick, depth * 0.92, height - thick, 0.1).moved(side * (width / 2 - thick)), look)
    if draw.chance(0.4):
        kit.add(box(width - 4 * thick, 0.8, height - thick, 0.1).moved(y_cm=depth / 2 - 1.5), look)
    return kit.item("monitor_riser", "monitor_riser", (Top("riser_top", rectangle(width - 1, depth - 1), height),))
