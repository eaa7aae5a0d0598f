"""More kinds of desk signs: acrylic, name plates, flags, triangular prisms, pull-up stands."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, metal, plastic, printed
from deskcheck_datasets.synthetic.items.faces import contrast, fitted, name_face, sign_face
from deskcheck_datasets.synthetic.items.looks import (
    ACRYLIC_BLOCK,
    BLACK,
    GOLD,
    STEEL,
    disc,
    office,
    rod,
    tilted,
    timber,
)
from deskcheck_datasets.synthetic.mesh import box, extrude, front_panel, grid, loft, rounded_rectangle
from deskcheck_datasets.synthetic.textures import canvas


def l_acrylic(draw: Draw) -> Item:
    """A printed sheet in an L of clear acrylic."""
    kit, w, h = Kit(), draw.uniform(14, 24), draw.uniform(9, 15)
    face = sign_face(draw, 400, int(400 * h / w)) if draw.chance(0.6) else name_face(draw, 400, int(400 * h / w))
    kit.add(box(w, draw.uniform(5, 7), 0.35, 0.05), ACRYLIC_BLOCK)
    pieces = [(box(w, 0.35, h, 0.05), ACRYLIC_BLOCK)]
    pieces += [(front_panel(w * 0.96, h * 0.94).moved(0, -0.19, h * 0.03), printed(face, 0.15))]
    back = front_panel(w * 0.96, h * 0.94).turned("z", 180).moved(0, 0.19, h * 0.03)
    pieces += [(back, printed(face, 0.15))]
    tilted(kit, pieces, "x", -draw.uniform(4, 18), (0, -0.5, 0.4))
    return kit.item("desk_sign", "l_acrylic")


def prism(draw: Draw) -> Item:
    """A long triangular prism with a name on two sides: the name plate of meetings and windows."""
    kit, w, h = Kit(), draw.uniform(17, 26), draw.uniform(6.5, 10)
    half = h * draw.uniform(0.38, 0.55)
    side = np.array([[-half, 0], [half, 0], [0.0, h]])
    loops = np.array([np.column_stack([np.full(3, x), side]) for x in (-w / 2, w / 2)])
    shell = metal((0.78, 0.66, 0.36), 0.3) if draw.chance(0.3) else timber(draw) if draw.chance(0.3) else ACRYLIC_BLOCK
    kit.add(loft(loops), shell)
    lean = float(np.degrees(np.arctan2(half, h)))
    slant = h / float(np.cos(np.radians(lean)))
    ground = draw.pick(((0.8, 0.06, 0.08), (0.97, 0.95, 0.9), (0.85, 0.3, 0.35)))
    face = canvas(420, int(420 * slant / w), ground)
    name = draw.pick(("王某某", "李某某", "审核岗", "受理一号", "政务专员", "值班长", "导办员", "主任", "复核"))
    fitted(face, name, 210, face.shape[0] / 2, face.shape[0] * 0.55, 360, contrast(ground))
    for turn in (0, 180):
        sheet = front_panel(w * 0.96, slant * 0.9).moved(z_cm=slant * 0.04).turned("x", -lean).moved(0, -half - 0.02)
        kit.add(sheet.turned("z", turn), printed(face, 0.3))
    return kit.item("desk_sign", "prism")


def flag_and_plate(draw: Draw) -> Item:
    """A plate of honour on a foot with one or two small red flags on poles."""
    kit, w, h = Kit(), draw.uniform(13, 18), draw.uniform(7, 10)
    kit.add(box(w, 5.5, 1.6, 0.3), timber(draw) if draw.chance(0.5) else GOLD)
    face = canvas(360, int(360 * h / w), (0.78, 0.06, 0.07))
    fitted(
        face,
        draw.pick(("党员先锋岗", "共产党员", "先锋示范岗", "服务标兵")),
        180,
        face.shape[0] / 2,
        80,
        320,
        (1.0, 0.85, 0.25),
    )
    kit.add(box(w * 0.95, 0.6, h, 0.1).moved(z_cm=1.55), GOLD)
    for turn in (0, 180):
        kit.add(front_panel(w * 0.9, h * 0.92).moved(0, -0.32, 1.6).turned("z", turn), printed(face, 0.25))
    for side in (-1, 1) if draw.chance(0.5) else (1,):
        x, tall = side * w * 0.42, h + draw.uniform(7, 12)
        kit.add(rod((x, 1.6, 1.5), (x * 1.15, 1.6, tall), 0.18, 6), STEEL)
        u, v = np.meshgrid(np.linspace(0, 1, 8), np.linspace(0, 1, 6))
        flag = np.stack([x * 1.13 + side * 7 * u, 1.6 + 0.7 * np.sin(u * 6), tall - 5.5 + 5 * v - 0.8 * u], -1)
        kit.add(grid(flag if side > 0 else flag[:, ::-1]), plastic((0.82, 0.05, 0.06), 0.7))
    return kit.item("desk_sign", "flag_and_plate")


def round_foot_stand(draw: Draw) -> Item:
    """A sheet in a frame on a stem over a round metal foot."""
    kit, w, h = Kit(), draw.uniform(15, 22), draw.uniform(10, 14)
    kit.add(disc(draw.uniform(4, 6), 0.9, 0.25), STEEL if draw.chance(0.6) else BLACK)
    low = draw.uniform(2.5, 6)
    kit.add(rod((0, 0, 0.5), (0, 0, low + 1), 0.5), STEEL)
    kit.add(box(w, 0.9, h, 0.2, 0.3).moved(z_cm=low), office(draw, 0.4))
    face = sign_face(draw, 400, int(400 * h / w))
    for turn in (0, 180):
        kit.add(front_panel(w * 0.92, h * 0.9).moved(0, -0.47, low + h * 0.05).turned("z", turn), printed(face, 0.3))
    return kit.item("desk_sign", "round_foot_stand")


def flip_plate(draw: Draw) -> Item:
    """A thick wooden or metal block with engraved letters."""
    kit, w, h, d = Kit(), draw.uniform(16, 24), draw.uniform(7, 10), draw.uniform(2.5, 4.5)
    look = timber(draw) if draw.chance(0.5) else plastic((0.55, 0.05, 0.06), 0.3)
    kit.add(extrude(rounded_rectangle(w, d, 0.3), h, 0.2, top_scale=0.9), look)
    ground = (0.8, 0.66, 0.32) if draw.chance(0.5) else (0.75, 0.06, 0.07)
    face = canvas(400, int(400 * h / w), ground)
    fitted(
        face,
        draw.pick(("暂停服务", "暂停办公", "暂离", "休息中")),
        200,
        face.shape[0] * 0.42,
        110,
        340,
        contrast(ground),
    )
    fitted(face, "PAUSE SERVICE", 200, face.shape[0] * 0.8, 30, 300, contrast(ground))
    lean = float(np.degrees(np.arctan2(d * 0.05, h)))
    for turn in (0, 180):
        sheet = front_panel(w * 0.84, h * 0.8).turned("x", -lean).moved(0, -d / 2 - 0.03, h * 0.1)
        kit.add(sheet.turned("z", turn), Material(texture=face, roughness=0.3, clearcoat=0.3))
    return kit.item("desk_sign", "flip_plate")
