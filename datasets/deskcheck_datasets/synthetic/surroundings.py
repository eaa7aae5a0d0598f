"""The counter itself and what is around it: worktop, front, dividers, floor, walls, posters."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Part, plastic, printed
from deskcheck_datasets.synthetic.mesh import Mesh, box, extrude, front_panel, panel, rounded_rectangle, tube
from deskcheck_datasets.synthetic.textures import (
    canvas,
    cover,
    fabric,
    laminate,
    stone,
    text_block,
    tiles,
    to_u8,
    wood,
    write,
)

FLOOR_CM = -75.0
LEDGE_DEPTH_CM = 20.0


def worktop_material(draw: Draw) -> Material:
    """Wood, plain board or stone."""
    kind = draw.integer(0, 3)
    if kind == 0:
        rgb = draw.hsv((0.05, 0.1), (0.25, 0.65), (0.3, 0.9))
        return Material(texture=wood(draw, rgb), roughness=draw.uniform(0.25, 0.55), clearcoat=draw.uniform(0, 0.3))
    if kind in (1, 2):
        rgb = draw.grey(0.55, 0.93) if draw.chance(0.7) else draw.hsv((0.05, 0.62), (0.05, 0.25), (0.45, 0.9))
        return Material(texture=laminate(draw, rgb), roughness=draw.uniform(0.3, 0.65))
    rgb = draw.grey(0.15, 0.9) if draw.chance(0.7) else draw.hsv((0.04, 0.12), (0.1, 0.35), (0.5, 0.85))
    return Material(texture=stone(draw, rgb), roughness=draw.uniform(0.08, 0.3), clearcoat=0.3)


def _world_panel(x0: float, y0: float, x1: float, y1: float, z: float, repeat: float = 1.0) -> Mesh:
    flat = panel(x1 - x0, y1 - y0).moved((x0 + x1) / 2, (y0 + y1) / 2, z)
    return Mesh(flat.vertices, flat.faces, flat.uv * repeat, solid=False)


def counter(draw: Draw, desk_wh_cm: tuple[float, float], ledge: str) -> list[Part]:
    """Worktop, front and ends in world coordinates.

    Args:
        ledge: ``flush`` (a strip along the outer edge), ``raised`` (a shelf beyond the outer edge) or ``none``.
    """
    w, d = desk_wh_cm
    top, base = worktop_material(draw), worktop_material(draw)
    edge = plastic(draw.grey(0.1, 0.8), 0.4)
    parts = [
        Part(box(w, d, 3.0, 0.02, 0.02).moved(w / 2, -d / 2, -3.01), edge),
        Part(_world_panel(0, -d, w, 0, 0.0), top),
        Part(box(w, 3.0, -FLOOR_CM - 3.2, 0.05).moved(w / 2, -2.0, FLOOR_CM), base),
        Part(box(3.0, d * 0.9, -FLOOR_CM - 3.2, 0.05).moved(2.0, -d / 2, FLOOR_CM), base),
        Part(box(3.0, d * 0.9, -FLOOR_CM - 3.2, 0.05).moved(w - 2.0, -d / 2, FLOOR_CM), base),
    ]
    if ledge == "flush":
        strip = worktop_material(draw)
        parts.append(Part(_world_panel(0, -LEDGE_DEPTH_CM, w, 0, 0.012), strip))
        parts.append(
            Part(_world_panel(0, -LEDGE_DEPTH_CM - 0.5, w, -LEDGE_DEPTH_CM, 0.013), plastic(draw.grey(0.1, 0.7), 0.3))
        )
    if ledge == "raised":
        high, deep = draw.uniform(6, 24), draw.uniform(18, 30)
        parts.append(Part(box(w, deep, 3.0, 0.3).moved(w / 2, deep / 2 + 0.1, high), top))
        parts.append(Part(box(w, 2.5, high - FLOOR_CM, 0.05).moved(w / 2, 1.6, FLOOR_CM), base))
    if draw.chance(0.3):
        for x in (-1.6, w + 1.6):
            tall = draw.uniform(20, 45)
            parts.append(
                Part(box(2.4, d * 0.95, tall - FLOOR_CM, 0.3).moved(x, -d * 0.5, FLOOR_CM), worktop_material(draw))
            )
    return parts


def room(draw: Draw, desk_wh_cm: tuple[float, float], camera_on_staff_side: bool, beyond_cm: float = 0.0) -> list[Part]:
    """Floor, and the walls and furniture that the camera looks towards, in world coordinates.

    Args:
        beyond_cm: least distance of the wall from the counter; cameras stand before it.
    """
    w, d = desk_wh_cm
    tone = draw.grey(0.5, 0.85) if draw.chance(0.6) else draw.hsv((0.05, 0.12), (0.1, 0.4), (0.4, 0.8))
    flooring = tiles(draw, tone) if draw.chance(0.7) else wood(draw, tone, 1024, 1024)
    parts = [
        Part(
            _world_panel(-500, -600, 700, 700, FLOOR_CM, 2.0),
            Material(texture=flooring, roughness=draw.uniform(0.15, 0.5)),
        )
    ]
    ahead = 1.0 if camera_on_staff_side else -1.0
    far = draw.free(290, 520) if camera_on_staff_side else -d - draw.free(235, 380)
    far = max(far, beyond_cm) if camera_on_staff_side else min(far, -d - beyond_cm)
    paint = draw.grey(0.6, 0.95) if draw.chance(0.7) else draw.hsv((0.0, 0.65), (0.04, 0.22), (0.55, 0.92))
    wall = box(1400, 6, 300, 0.1).moved(w / 2, far + ahead * 3, FLOOR_CM)
    parts.append(Part(wall, Material(paint, 0.85)))
    skirting = box(1390, 7.5, 10, 0.1).moved(w / 2, far + ahead * 3, FLOOR_CM)
    parts.append(Part(skirting, plastic(draw.grey(0.1, 0.6), 0.4)))
    parts += _wall_things(draw, w, far, camera_on_staff_side)
    if draw.chance(0.8):
        parts += _cabinet(draw, w, far, ahead)
    return parts


def _wall_things(draw: Draw, w: float, far: float, staff_side: bool) -> list[Part]:
    """Posters, a rule board, a red banner; all face the desk."""
    parts = []
    for _ in range(draw.integer(1, 4)):
        wide = draw.uniform(40, 90)
        tall = wide * draw.uniform(0.7, 1.5)
        img = (
            cover(draw, 300, int(300 * tall / wide)) if draw.chance(0.5) else _board(draw, 300, int(300 * tall / wide))
        )
        at = (draw.free(-120, w + 120), far - (0.1 if staff_side else -0.1), draw.free(-20, 90))
        turn = 0.0 if staff_side else 180.0
        parts.append(Part(front_panel(wide, tall).turned("z", turn).moved(*at), printed(img, 0.5)))
    if draw.chance(0.4):
        img = canvas(900, 90, (0.75, 0.05, 0.06))
        write(img, "为人民服务 让群众满意 高效便民 规范服务", (60, 62), 46, (1.0, 0.9, 0.3), 700)
        parts.append(
            Part(
                front_panel(420, 42)
                .turned("z", 0 if staff_side else 180)
                .moved(w / 2, far - (0.2 if staff_side else -0.2), 95),
                printed(img),
            )
        )
    return parts


def _board(draw: Draw, w_px: int, h_px: int) -> np.ndarray:
    img = canvas(w_px, h_px, draw.hsv((0.52, 0.65), (0.3, 0.9), (0.3, 0.9)) if draw.chance(0.5) else (0.95, 0.95, 0.95))
    img[: h_px // 6] = to_u8(draw.vivid())
    write(
        img,
        draw.pick(("办事指南", "工作制度", "服务承诺", "公示栏")),
        (w_px // 6, h_px // 8),
        h_px // 11,
        (1, 1, 1),
        700,
    )
    ink = (0.1, 0.1, 0.12) if int(img[-1, -1].sum()) > 420 else (0.95, 0.95, 0.95)
    text_block(img, draw, (20, h_px // 4, w_px - 20, h_px - 16), max(h_px // 22, 9), ink)
    return img


def _cabinet(draw: Draw, w: float, far: float, ahead: float) -> list[Part]:
    """Closed cupboards or a sofa-like bench against the far wall."""
    parts, x = [], draw.free(-160, 0)
    look = worktop_material(draw) if draw.chance(0.5) else plastic(draw.grey(0.5, 0.9), 0.45)
    tall = draw.uniform(60, 180)
    for _ in range(draw.integer(2, 5)):
        wide = draw.uniform(45, 90)
        body = box(wide - 1, 40, tall, 0.5).moved(x + wide / 2, far - ahead * 21, FLOOR_CM)
        parts.append(Part(body, look))
        knob = box(0.8, 2.0, 12, 0.2).moved(x + wide * 0.85, far - ahead * 42, FLOOR_CM + tall * 0.6)
        parts.append(Part(knob, plastic((0.3, 0.3, 0.3))))
        x += wide
    return parts


def chair(draw: Draw) -> Item:
    """An office chair with castors or a visitor's chair with four legs; faces -y."""
    kit = Kit()
    rgb = draw.grey(0.02, 0.12) if draw.chance(0.55) else draw.hsv((0.5, 1.05), (0.3, 0.8), (0.15, 0.6))
    cloth = Material(texture=fabric(draw, rgb), roughness=0.85) if draw.chance(0.6) else plastic(rgb, 0.4)
    frame = (
        plastic(draw.grey(0.03, 0.1), 0.35) if draw.chance(0.6) else Material((0.75, 0.75, 0.76), 0.25, metallic=1.0)
    )
    seat_h, w, d, back = draw.uniform(42, 48), draw.uniform(43, 51), draw.uniform(42, 48), draw.uniform(35, 60)
    kit.add(extrude(rounded_rectangle(w, d, 9), 7, 2.4).moved(z_cm=seat_h - 7), cloth)
    slab = extrude(rounded_rectangle(w * 0.92, back, 8), 5, 2.0).turned("x", 80)
    kit.add(slab.moved(0, d / 2 + 4.5, seat_h + 4 + back / 2), cloth)
    kit.add(box(6, 2, 22, 0.4).turned("x", -8).moved(0, d / 2 + 0.5, seat_h - 6), frame)
    if draw.chance(0.6):
        kit.add(tube([(0, 0, 8), (0, 0, 20), (0, 0, seat_h - 6)], [3.2, 2.6, 2.6], 14), frame)
        for k in range(5):
            a = k * 2 * np.pi / 5 + 0.3
            x, y = 28 * float(np.cos(a)), 28 * float(np.sin(a))
            kit.add(tube([(0, 0, 10), (x / 2, y / 2, 9), (x, y, 6.5)], [2.6, 2.2, 1.6], 10), frame)
            kit.add(
                tube([(-1.6, 0, 0), (0, 0, 0), (1.6, 0, 0)], 2.9, 16).turned("z", k * 72).moved(x, y, 2.9),
                plastic((0.02, 0.02, 0.02)),
            )
    else:
        for sx in (-1, 1):
            for sy in (-1, 1):
                kit.add(
                    tube(
                        [
                            (sx * w * 0.46, sy * d * 0.45, 0),
                            (sx * w * 0.44, sy * d * 0.43, 20),
                            (sx * w * 0.4, sy * d * 0.4, seat_h - 5),
                        ],
                        1.3,
                        10,
                    ),
                    frame,
                )
    if draw.chance(0.5):
        for sx in (-1, 1):
            arm = [
                (sx * w * 0.5, -d * 0.1, seat_h - 4),
                (sx * w * 0.56, -d * 0.1, seat_h + 18),
                (sx * w * 0.56, d * 0.4, seat_h + 19),
            ]
            kit.add(tube(arm, 1.6, 8), frame)
    return kit.item("chair", "chair")
