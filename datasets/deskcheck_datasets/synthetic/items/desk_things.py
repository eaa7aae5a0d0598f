"""Signs, evaluators, storage boxes, tablets and tissues: the plain kinds."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import (
    Draw,
    Item,
    Kit,
    Material,
    metal,
    plastic,
    printed,
    tinted,
)
from deskcheck_datasets.synthetic.mesh import (
    Mesh,
    box,
    extrude,
    front_panel,
    grid,
    loft,
    panel,
    rounded_rectangle,
    tube,
)
from deskcheck_datasets.synthetic.textures import canvas, pattern, screen, to_u8, write


def tissue(draw: Draw) -> Item:
    """A tissue box, or a soft pack, with a tissue sticking out."""
    kit = Kit()
    cube = draw.chance(0.25)
    w, d, h = (
        (draw.uniform(12, 13.5),) * 2 + (draw.uniform(10, 13),)
        if cube
        else (draw.uniform(18, 23), draw.uniform(10, 12.5), draw.uniform(5.5, 9))
    )
    rgb = draw.vivid() if draw.chance(0.5) else draw.hsv((0.0, 1.0), (0.05, 0.3), (0.75, 0.95))
    kit.add(box(w, d, h, 0.2 if draw.chance(0.6) else 1.4, 0.3), plastic(rgb, 0.55))
    print_ = pattern(draw, rgb, 384, 160)
    write(print_, draw.pick(("清风", "心柔", "洁爽", "TISSUE")), (60, 110), 70, draw.vivid(), 700)
    for turn, span, off in ((0, w, d), (180, w, d), (90, d, w), (270, d, w)):
        kit.add(
            front_panel(span * 0.86, h * 0.7).moved(0, -off / 2 - 0.015, h * 0.15).turned("z", turn),
            printed(print_, 0.4),
        )
    kit.add(
        extrude(rounded_rectangle(w * 0.55, d * 0.3, d * 0.14), 0.05).moved(z_cm=h - 0.03),
        plastic((0.05, 0.05, 0.05), 0.9),
    )
    for k in range(draw.integer(1, 2)):
        a = np.linspace(-1, 1, 15)[None, :]
        v = np.linspace(0, 1, 12)[:, None]
        high, wave = draw.uniform(4, 7.5), draw.uniform(0.5, 1.5)
        x = a * (1.5 + v * draw.uniform(2.5, 4.5)) + 0.4 * np.sin(v * 5 + k)
        y = wave * v * np.sin(a * 4 + k * 2 + v * 2) + (k - 0.5) * 0.6
        z = h - 0.2 + high * v * (1 - 0.35 * a**2 * v) + 0.25 * np.sin(a * 9) * v
        kit.add(grid(np.stack([x, y, np.maximum(z, h - 0.2)], -1)), Material((0.96, 0.96, 0.96), 0.95, specular=0.1))
    return kit.item("tissue", "tissue_box")


def desk_sign(draw: Draw) -> Item:
    """A tent-shaped or acrylic sign: pause of service, name and number."""
    kit, w, h = Kit(), draw.uniform(16, 26), draw.uniform(8, 14)
    face = canvas(
        400, int(400 * h / w), draw.pick(((0.75, 0.07, 0.08), (0.06, 0.2, 0.55), (0.95, 0.95, 0.93), (0.8, 0.65, 0.3)))
    )
    ink = (0.08, 0.08, 0.1) if int(face[0, 0].sum()) > 520 else (1.0, 0.98, 0.9)
    write(
        face,
        draw.pick(("暂停服务", "综合窗口", "咨询服务", "党员先锋岗", "请稍候", "受理窗口")),
        (48, face.shape[0] // 2 + 24),
        64,
        ink,
        700,
    )
    write(face, draw.pick(("SUSPENDED", "NEXT WINDOW", "SERVICE", "INFORMATION")), (52, face.shape[0] - 20), 26, ink)
    if draw.chance(0.5):
        half, top = draw.uniform(2.6, 4), 0.25
        tent = np.array([[-half, 0], [half, 0], [top, h], [-top, h]])
        loops = [np.column_stack([np.full(4, x), tent[:, 0], tent[:, 1]]) for x in (-w / 2, w / 2)]
        kit.add(loft(np.array(loops)), plastic((0.85, 0.85, 0.85) if draw.chance(0.5) else (0.7, 0.55, 0.25), 0.3))
        lean = float(np.degrees(np.arctan2(half - top, h)))
        slant = h / np.cos(np.radians(lean))
        for turn in (0, 180):
            kit.add(
                front_panel(w * 0.96, slant * 0.94).turned("x", -lean).moved(0, -half - 0.02, 0.15).turned("z", turn),
                printed(face, 0.3),
            )
    else:
        kit.add(box(w * 0.8, 6.5, 0.6, 0.1), plastic((0.1, 0.1, 0.1), 0.3))
        kit.add(box(w, 0.6, h, 0.06).moved(z_cm=0.59), Material((0.9, 0.93, 0.94), 0.1, clearcoat=0.6))
        for turn in (0, 180):
            kit.add(front_panel(w * 0.95, h * 0.93).moved(0, -0.32, 0.9).turned("z", turn), printed(face, 0.25))
    return kit.item("desk_sign", "desk_sign")


def evaluator(draw: Draw) -> Item:
    """A tilted tablet on which the visitor rates the service; it faces the visitor."""
    kit, w, tall = Kit(), draw.uniform(16, 24), draw.uniform(11, 17)
    shade = plastic(draw.grey(0.02, 0.1) if draw.chance(0.6) else draw.grey(0.8, 0.95), 0.35)
    img = canvas(420, int(420 * tall / w), draw.hsv((0.55, 0.65), (0.5, 0.9), (0.35, 0.8)))
    write(img, "请对本次服务评价", (60, 60), 36, (1, 1, 1), 600)
    for k, (word, rgb) in enumerate(
        (
            ("非常满意", (0.1, 0.65, 0.25)),
            ("满意", (0.2, 0.55, 0.9)),
            ("一般", (0.95, 0.7, 0.1)),
            ("不满意", (0.85, 0.2, 0.15)),
        )
    ):
        x, y = 22 + k * 100, img.shape[0] // 2
        img[y : y + 60, x : x + 84] = to_u8(rgb)
        write(img, word, (x + 6, y + 40), 18, (1, 1, 1), 600)
        for star in range(3):
            at = (x + 20 + star * 22, y - 24)
            img[at[1] : at[1] + 12, at[0] : at[0] + 12] = (250, 220, 70)
    lean = draw.uniform(20, 40)
    slab = box(w, 1.4, tall, 0.3, 0.4)
    face = front_panel(w - 1.6, tall - 1.6).moved(0, -0.715, 0.8)
    sink = 0.7 * float(np.sin(np.radians(lean)))
    for mesh, look in ((slab, shade), (face, Material(texture=img, roughness=0.15, glow=0.9))):
        kit.add(mesh.turned("x", -lean).moved(z_cm=sink + 0.4).turned("z", 180), look)
    kit.add(box(w * 0.6, tall * 0.55, 0.8, 0.2, 1.0).moved(0, -tall * 0.2), shade)
    kit.add(box(w * 0.25, 1.2, tall * 0.5, 0.2).moved(0, -tall * 0.28, 0.7), shade)
    return kit.item("evaluator", "evaluator")


def storage_box(draw: Draw) -> Item:
    """An open bin, a lidded box or a small drawer unit."""
    kit, w, d, h = Kit(), draw.uniform(20, 34), draw.uniform(15, 24), draw.uniform(9, 18)
    look = plastic(draw.pick((draw.grey(0.85, 0.96), draw.grey(0.3, 0.6), draw.vivid(), draw.grey(0.04, 0.1))), 0.4)
    kind = draw.integer(0, 2)
    if kind == 0:
        kit.add(_bin(w, d, h), look)
        for _ in range(draw.integer(0, 4)):
            size = (draw.uniform(3, 7), draw.uniform(3, 7), draw.uniform(2, h - 2))
            kit.add(
                box(*size, 0.3).moved(draw.free(-w / 4, w / 4), draw.free(-d / 4, d / 4), 0.9), plastic(draw.vivid())
            )
    elif kind == 1:
        kit.add(extrude(rounded_rectangle(w, d, 1.5), h - 1.5, 0.4, top_scale=1.06), look)
        kit.add(
            extrude(rounded_rectangle(w * 1.1, d * 1.1, 1.8), 1.6, 0.4).moved(z_cm=h - 1.52),
            plastic(draw.vivid() if draw.chance(0.4) else look.rgb, 0.35),
        )
    else:
        kit.add(box(w, d, h, 0.25), look)
        rows = draw.integer(2, 3)
        for k in range(rows):
            z, face = 0.6 + k * (h - 0.8) / rows, (h - 0.8) / rows - 0.5
            kit.add(
                box(w - 1.4, 0.4, face, 0.1).moved(0, -d / 2 - 0.12, z),
                plastic(tinted(look.rgb, 0.85, 0.05), 0.3),
            )
            kit.add(
                tube([(-1.5, 0, 0), (0, 0, 0), (1.5, 0, 0)], 0.35, 8).moved(0, -d / 2 - 0.55, z + face / 2), metal()
            )
    return kit.item("storage_box", "storage_box")


def _bin(w: float, d: float, h: float) -> Mesh:
    rim = rounded_rectangle(w, d, 2.0)
    loops = [(0.88, 0.0), (1.0, h), (1.03, h), (1.03, h + 0.5), (0.965, h + 0.5), (0.85, 0.7)]
    return loft(np.array([np.column_stack([rim * s, np.full(len(rim), z)]) for s, z in loops]))


def tablet_terminal(draw: Draw) -> Item:
    """A tablet lying flat or leaning on a stand."""
    kit, w, d = Kit(), draw.uniform(22, 27), draw.uniform(15.5, 18.5)
    body = Material(draw.grey(0.02, 0.08) if draw.chance(0.6) else draw.grey(0.7, 0.9), 0.3)
    glass = Material(texture=screen(draw, 480, 320), roughness=0.1, glow=draw.uniform(0.7, 1.3))
    if draw.chance(0.35):
        kit.add(box(w, d, 0.8, 0.2, 1.0), body)
        kit.add(panel(w - 1.6, d - 1.6).moved(z_cm=0.815), glass)
        return kit.item("tablet_terminal", "tablet")
    lean = draw.uniform(15, 35)
    sink = 0.4 * float(np.sin(np.radians(lean)))
    kit.add(box(w, 0.8, d, 0.2, 0.3).turned("x", -lean).moved(z_cm=sink + 1.0), body)
    kit.add(front_panel(w - 1.6, d - 1.6).moved(0, -0.415, 0.8).turned("x", -lean).moved(z_cm=sink + 1.0), glass)
    kit.add(extrude(rounded_rectangle(w * 0.45, d * 0.6, 2), 1.2, 0.3).moved(0, d * 0.18), metal((0.7, 0.7, 0.72)))
    kit.add(box(4, 0.8, d * 0.6, 0.2).moved(0, d * 0.33, 1.0), metal((0.7, 0.7, 0.72)))
    return kit.item("tablet_terminal", "tablet")
