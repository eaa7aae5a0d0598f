"""More kinds of private ornaments: dolls, plush animals, model cars, trophies, globes, figures, frames, hourglasses."""

from __future__ import annotations

import cv2
import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Rgb, metal, plastic, printed, tinted
from deskcheck_datasets.synthetic.items.faces import fitted
from deskcheck_datasets.synthetic.items.looks import (
    BLACK,
    GLASS,
    GOLD,
    STEEL,
    cloth,
    coloured,
    disc,
    egg,
    pastel,
    rod,
    tilted,
    timber,
)
from deskcheck_datasets.synthetic.mesh import (
    band,
    box,
    extrude,
    front_panel,
    grid,
    loft,
    merged,
    panel,
    revolve,
    smooth_path,
    tube,
)
from deskcheck_datasets.synthetic.textures import canvas, cloud, to_u8

_EYE = Material((0.02, 0.015, 0.01), 0.1, clearcoat=0.8)


def _eyes(kit: Kit, apart: float, y: float, z: float, r: float) -> None:
    kit.add(merged([egg(r, r * 0.6, r, 6, 8).moved(s * apart, y, z) for s in (-1, 1)]), _EYE)


def plush_animal(draw: Draw) -> Item:
    """A sitting plush bear, rabbit, cat or dog."""
    kit, s = Kit(), draw.uniform(0.7, 1.5)
    rgb = draw.hsv((0.04, 0.12), (0.15, 0.7), (0.35, 0.92)) if draw.chance(0.6) else pastel(draw)
    fur, pale = cloth(draw, rgb, 96), plastic(tinted(rgb, 1.2, 0.08), 0.95)
    kind = draw.integer(0, 2)
    body = [egg(4.6, 4.0, 4.6, 9, 14), egg(3.9, 3.6, 3.5, 9, 14).moved(0, -0.4, 7.6)]
    body += [egg(1.7, 3.2, 1.7, 7, 10).moved(x * 3.2, -3.2) for x in (-1, 1)]
    body += [egg(1.4, 1.5, 2.9, 7, 10).turned("y", x * 24).moved(x * 4.2, -1.2, 3.6) for x in (-1, 1)]
    ear = {
        0: egg(1.4, 0.8, 1.4, 7, 10),
        1: egg(1.0, 0.6, 3.6, 7, 10),
        2: revolve([(0, 0), (1.2, 0), (0.6, 1.2), (0, 2.0)], 10),
    }[kind]
    body += [ear.turned("y", x * 14).moved(x * 2.4, 0, 12.6 if kind != 1 else 13.2) for x in (-1, 1)]
    kit.add(merged(body).scaled(s, s, s), fur)
    kit.add(
        merged([egg(2.6, 1.0, 2.8, 8, 12).moved(0, -3.5, 1.6), egg(1.7, 1.1, 1.3, 8, 10).moved(0, -3.4, 8.6)]).scaled(
            s, s, s
        ),
        pale,
    )
    _eyes(kit, 1.4 * s, -3.5 * s, 11.0 * s, 0.45 * s)
    kit.add(egg(0.6, 0.4, 0.4, 6, 8).scaled(s, s, s).moved(0, -4.4 * s, 9.9 * s), _EYE)
    if draw.chance(0.5):
        a = np.linspace(0, 2 * np.pi, 19)
        scarf = tube(np.stack([2.9 * np.cos(a), -0.2 + 2.7 * np.sin(a), np.full(19, 8.3)], 1), 0.6, 6)
        kit.add(scarf.scaled(s, s, s), plastic(draw.vivid(), 0.9))
    return kit.item("personal_ornament", "plush_animal")


def doll(draw: Draw) -> Item:
    """A standing doll or cartoon figure with a large head."""
    kit, s = Kit(), draw.uniform(0.7, 1.3)
    skin = plastic(draw.hsv((0.05, 0.08), (0.2, 0.4), (0.8, 0.96)), 0.4)
    dress, hair = (
        plastic(draw.vivid(), 0.5),
        plastic(draw.hsv((0.0, 0.12), (0.4, 0.9), (0.05, 0.5)) if draw.chance(0.7) else draw.vivid(), 0.4),
    )
    kit.add(disc(3.2, 0.6, 0.15).scaled(s, s, 1), BLACK if draw.chance(0.5) else coloured(draw))
    kit.add(merged([rod((x, 0, 0.6), (x, 0, 4), 0.7, 8) for x in (-0.9, 0.9)]).scaled(s, s, s), skin)
    kit.add(revolve([(0, 3.2), (2.8, 3.2), (1.4, 6.8), (1.1, 7.6), (0, 7.8)], 18).scaled(s, s, s), dress)
    kit.add(
        merged([tube([(x * 1.2, 0, 7), (x * 2.4, -0.4, 5.6), (x * 2.9, -0.8, 4.4)], 0.5, 8) for x in (-1, 1)]).scaled(
            s, s, s
        ),
        skin,
    )
    kit.add(egg(2.7, 2.5, 2.6, 10, 16).scaled(s, s, s).moved(0, 0, 7.4 * s), skin)
    kit.add(egg(2.9, 2.7, 2.3, 10, 16).scaled(s, s, s).moved(0, 0.6 * s, 8.6 * s), hair)
    if draw.chance(0.5):
        kit.add(merged([egg(1.0, 1.0, 1.6, 7, 10).moved(x * 3.0, 0.4, 7.2) for x in (-1, 1)]).scaled(s, s, s), hair)
    _eyes(kit, 1.0 * s, -2.3 * s, 9.3 * s, 0.4 * s)
    return kit.item("personal_ornament", "doll")


def model_car(draw: Draw) -> Item:
    """A model car or train on four wheels, sometimes on a base."""
    kit, long = Kit(), draw.uniform(11, 19)
    w, paint = long * 0.42, Material(draw.vivid() if draw.chance(0.75) else draw.grey(0.03, 0.9), 0.15, clearcoat=1.0)
    base = 0.0
    if draw.chance(0.4):
        kit.add(box(long * 1.2, w * 1.4, 1.0, 0.2), BLACK if draw.chance(0.5) else timber(draw))
        base = 1.0
    r = long * 0.085
    profile = (
        np.array(
            [
                [-0.5, 0.1],
                [0.5, 0.1],
                [0.5, 0.2],
                [0.4, 0.23],
                [0.28, 0.24],
                [0.14, 0.37],
                [-0.2, 0.38],
                [-0.36, 0.26],
                [-0.5, 0.22],
            ]
        )
        * long
    )
    rows = [np.column_stack([profile[:, 0], np.full(9, y), profile[:, 1] + base]) for y in (w / 2, -w / 2)]
    kit.add(loft(np.array(rows), crease_deg=50), paint)
    pane = np.array([[0.25, 0.245], [0.13, 0.35], [-0.19, 0.36], [-0.32, 0.265]]) * long
    for y in (-w / 2 - 0.03, w / 2 + 0.03):
        sheet = np.stack(
            [
                np.column_stack([pane[[3, 0], 0], [y, y], pane[[3, 0], 1] + base]),
                np.column_stack([pane[[2, 1], 0], [y, y], pane[[2, 1], 1] + base]),
            ]
        )
        kit.add(grid(sheet), BLACK)
    wheels = [
        rod((x * long, y - 0.5, r + base), (x * long, y + 0.5, r + base), r, 16)
        for x in (-0.31, 0.31)
        for y in (-w * 0.46, w * 0.46)
    ]
    kit.add(merged(wheels), plastic((0.03, 0.03, 0.03), 0.7))
    hubs = [
        rod((x * long, y * 1.17, r + base), (x * long, y * 1.2, r + base), r * 0.55, 12)
        for x in (-0.31, 0.31)
        for y in (-w * 0.5, w * 0.5)
    ]
    kit.add(merged(hubs), STEEL)
    return kit.item("personal_ornament", "model_car")


def trophy(draw: Draw) -> Item:
    """A cup of honour, a crystal or a medal plate on a plinth."""
    kit, h = Kit(), draw.uniform(15, 26)
    kit.add(box(h * 0.36, h * 0.36, h * 0.16, 0.15), timber(draw) if draw.chance(0.5) else BLACK)
    tag = canvas(120, 40, (0.8, 0.68, 0.35))
    fitted(tag, draw.pick(("先进个人", "优秀员工", "服务之星", "第一名")), 60, 20, 26, 110, (0.1, 0.08, 0.05))
    kit.add(front_panel(h * 0.28, h * 0.09).moved(0, -h * 0.18 - 0.02, h * 0.03), printed(tag, 0.3))
    look = GOLD if draw.chance(0.6) else metal((0.8, 0.8, 0.82), 0.15)
    z = h * 0.16
    if draw.chance(0.6):
        shape = [
            (0, 0),
            (0.12, 0),
            (0.05, 0.08),
            (0.05, 0.25),
            (0.14, 0.4),
            (0.2, 0.7),
            (0.21, 0.82),
            (0.17, 0.82),
            (0.13, 0.5),
            (0, 0.45),
        ]
        kit.add(revolve([(a * h, b * h) for a, b in shape], 24).moved(z_cm=z), look)
        for s in (-1, 1):
            path = [
                (s * 0.19 * h, 0, z + 0.75 * h),
                (s * 0.32 * h, 0, z + 0.68 * h),
                (s * 0.27 * h, 0, z + 0.5 * h),
                (s * 0.14 * h, 0, z + 0.45 * h),
            ]
            kit.add(tube(smooth_path(path, 4), 0.022 * h, 7), look)
    else:
        star = [(0.2 + 0.1 * (k % 2)) * h * np.array([np.sin(k * np.pi / 5), np.cos(k * np.pi / 5)]) for k in range(10)]
        slab = extrude(np.array(star)[::-1], h * 0.07, 0.2).turned("x", 90)
        kit.add(
            slab.moved(0, h * 0.035, z + h * 0.34),
            look if draw.chance(0.5) else Material((0.7, 0.85, 0.92), 0.03, clearcoat=1.0),
        )
        kit.add(rod((0, 0, z), (0, 0, z + h * 0.12), h * 0.04), look)
    return kit.item("personal_ornament", "trophy")


def globe(draw: Draw) -> Item:
    """A small globe on a foot."""
    kit, r = Kit(), draw.uniform(5, 8.5)
    kit.add(disc(r * 0.65, 1.0, 0.3), coloured(draw) if draw.chance(0.5) else timber(draw))
    kit.add(rod((0, 0, 0.8), (0, 0, 3), 0.5), STEEL)
    land = cloud(draw, 192, 96, 5)
    face = np.where(
        land[..., None] > 0.55,
        np.array(to_u8(draw.hsv((0.1, 0.35), (0.3, 0.7), (0.5, 0.85)))),
        np.array(to_u8(draw.hsv((0.53, 0.62), (0.4, 0.9), (0.4, 0.85)))),
    )
    ball = egg(r, r, r, 14, 22)
    kit.add(
        ball.turned("x", 20).moved(0, r * 0.34, 2.9 + r * 0.06),
        Material(texture=face.astype(np.uint8), roughness=0.25, clearcoat=0.5),
    )
    a = np.linspace(-0.45 * np.pi, 0.55 * np.pi, 15)
    kit.add(
        tube(np.stack([(r + 0.7) * np.cos(a), 0 * a, 2.9 + r + (r + 0.7) * np.sin(a)], 1), 0.3, 6),
        STEEL if draw.chance(0.5) else GOLD,
    )
    return kit.item("personal_ornament", "globe")


def wide_frame(draw: Draw) -> Item:
    """A photo in a wooden, metal or white frame: one, two in a row, or a round one."""
    kit, w = Kit(), draw.uniform(11, 22)
    h = w * draw.uniform(0.7, 1.35)
    rim = draw.uniform(0.8, 2.2)
    look = draw.pick((timber(draw), GOLD, plastic((0.92, 0.92, 0.9), 0.4), BLACK, plastic(pastel(draw), 0.4)))
    img = canvas(200, int(200 * h / w), draw.hsv((0.5, 0.62), (0.2, 0.6), (0.7, 0.95)))
    rows, columns = img.shape[:2]
    img[int(rows * 0.6) :] = to_u8(draw.hsv((0.15, 0.4), (0.3, 0.7), (0.3, 0.6)))
    for k in range(draw.integer(1, 3)):
        x, y = int(columns * (0.3 + 0.22 * k)), int(rows * 0.52)
        cv2.ellipse(img, (x, y + rows // 3), (columns // 9, rows // 4), 0, 0, 360, to_u8(draw.vivid()), -1, cv2.LINE_AA)
        cv2.circle(img, (x, y), columns // 13, (224, 178, 150), -1, cv2.LINE_AA)
        cv2.ellipse(img, (x, y - 4), (columns // 12, columns // 17), 0, 180, 360, (40, 28, 22), -1, cv2.LINE_AA)
    lean = draw.uniform(8, 18)
    pieces = [
        (box(w, 0.9, h, 0.15, 0.2), look),
        (
            front_panel(w - 2 * rim, h - 2 * rim).moved(0, -0.47, rim),
            Material(texture=img, roughness=0.12, clearcoat=0.4),
        ),
    ]
    tilted(kit, pieces, "x", -lean, (0, 0, 0.1))
    depth = h * float(np.sin(np.radians(lean)))
    strut = rod((0, depth * 0.6, h * 0.6), (0, depth * 0.6 + h * 0.3, 0.4), 0.4, 6).scaled(3, 1, 1)
    kit.add(strut, BLACK)
    return kit.item("personal_ornament", "wide_frame")


def hourglass(draw: Draw) -> Item:
    """An hourglass, a snow globe or a bell jar."""
    kit, r, h = Kit(), draw.uniform(3, 4.2), draw.uniform(11, 17)
    look = timber(draw) if draw.chance(0.6) else GOLD
    if draw.chance(0.5):
        kit.add(merged([disc(r, 1.0, 0.2), disc(r, 1.0, 0.2).moved(z_cm=h - 1)]), look)
        kit.add(
            merged(
                [
                    rod(
                        (r * 0.8 * np.cos(a), r * 0.8 * np.sin(a), 0.9),
                        (r * 0.8 * np.cos(a), r * 0.8 * np.sin(a), h - 0.9),
                        0.3,
                        6,
                    )
                    for a in (0.5, 2.6, 4.7)
                ]
            ),
            look,
        )
        shape = [(r * 0.68, 1.0), (r * 0.7, h * 0.3), (0.4, h * 0.5), (r * 0.7, h * 0.7), (r * 0.68, h - 1.0)]
        kit.add(band(shape, 22), GLASS)
        kit.add(
            revolve([(0, 1.02), (r * 0.62, 1.02), (r * 0.5, h * 0.2), (0, h * 0.3)], 20), plastic(draw.vivid(), 0.9)
        )
    else:
        kit.add(disc(r * 1.05, h * 0.22, 0.5), look)
        kit.add(egg(r * 0.5, r * 0.5, r * 0.55, 8, 10).moved(z_cm=h * 0.22), plastic(draw.vivid(), 0.4))
        kit.add(
            revolve(
                [
                    (0, h * 0.22),
                    (r * 0.9, h * 0.22),
                    (r, h * 0.22 + r * 0.8),
                    (r * 0.6, h * 0.22 + r * 1.7),
                    (0, h * 0.22 + r * 1.9),
                ],
                22,
                80,
            ),
            GLASS,
        )
    return kit.item("personal_ornament", "hourglass")


def lucky_cat(draw: Draw) -> Item:
    """A beckoning cat, a piggy bank or a small buddha of glazed clay."""
    kit, s, kind = Kit(), draw.uniform(0.8, 1.5), draw.integer(0, 2)
    rgb: Rgb = draw.pick(((0.93, 0.92, 0.9), (0.85, 0.65, 0.15), (0.9, 0.5, 0.55), draw.vivid()))
    glaze = Material(rgb, 0.15, clearcoat=0.8)
    if kind == 1:
        body = [egg(4.2, 5.4, 3.6, 10, 16).moved(0, 0, 1.0), egg(1.6, 1.3, 1.4, 8, 10).moved(0, -5.0, 3.2)]
        body += [disc(0.9, 1.8, 0.3, 10).moved(x, y, 0) for x in (-2, 2) for y in (-2.6, 2.6)]
        body += [egg(0.9, 0.4, 1.0, 6, 8).moved(x, -3.0, 7.0) for x in (-1.8, 1.8)]
        kit.add(merged(body).scaled(s, s, s), glaze)
        _eyes(kit, 1.4 * s, -4.4 * s, 5.6 * s, 0.35 * s)
    else:
        body = [egg(3.6, 3.1, 4.0, 10, 16), egg(2.7, 2.5, 2.3, 9, 14).moved(0, -0.2, 6.4)]
        body += [egg(1.5, 2.2, 1.0, 7, 10).moved(x * 2.3, -1.6) for x in (-1, 1)]
        if kind == 0:
            body += [revolve([(0, 0), (0.9, 0), (0.4, 0.9), (0, 1.5)], 8).moved(x * 1.5, 0, 10.2) for x in (-1, 1)]
            body.append(egg(0.8, 0.8, 2.0, 7, 10).moved(2.7, -0.8, 6.0))
        kit.add(merged(body).scaled(s, s, s), glaze)
        _eyes(kit, 1.0 * s, -2.5 * s, 8.6 * s, 0.32 * s)
        a = np.linspace(0, 2 * np.pi, 19)
        kit.add(
            tube(np.stack([2.3 * np.cos(a), 2.1 * np.sin(a), np.full(19, 6.7)], 1), 0.35, 6).scaled(s, s, s),
            plastic((0.75, 0.06, 0.07), 0.4),
        )
        kit.add(egg(0.7, 0.4, 0.7, 6, 8).scaled(s, s, s).moved(0, -2.6 * s, 5.3 * s), GOLD)
    return kit.item("personal_ornament", "lucky_cat")


def toy_cube(draw: Draw) -> Item:
    """A puzzle cube or a small building of bricks."""
    kit, side = Kit(), draw.uniform(5.4, 6.4)
    colours: tuple[Rgb, ...] = (
        (0.8, 0.05, 0.05),
        (0.05, 0.3, 0.75),
        (0.95, 0.85, 0.1),
        (0.05, 0.55, 0.2),
        (0.95, 0.45, 0.05),
        (0.95, 0.95, 0.95),
    )
    kit.add(box(side, side, side, 0.15), BLACK)
    for turn in (0, 90, 180, 270, 1):
        face = canvas(96, 96, (0.03, 0.03, 0.03))
        for k in range(9):
            y, x = divmod(k, 3)
            face[y * 32 + 3 : y * 32 + 29, x * 32 + 3 : x * 32 + 29] = to_u8(draw.pick(colours))
        look = Material(texture=face, roughness=0.25, clearcoat=0.4)
        if turn == 1:
            kit.add(panel(side * 0.96, side * 0.96).moved(z_cm=side + 0.013), look)
        else:
            kit.add(
                front_panel(side * 0.96, side * 0.96).moved(0, -side / 2 - 0.013, side * 0.02).turned("z", turn), look
            )
    return kit.item("personal_ornament", "toy_cube")
