"""More kinds of papers, folders, brochure stands, and things to read."""

from __future__ import annotations

import cv2
import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Rgb, Texture, plastic, printed, tinted
from deskcheck_datasets.synthetic.items.faces import WINDOWS, contrast, fitted, portrait
from deskcheck_datasets.synthetic.items.looks import (
    ACRYLIC_BLOCK,
    BLACK,
    PAPER,
    STEEL,
    coloured,
    rod,
    stack,
    tilted,
    timber,
)
from deskcheck_datasets.synthetic.mesh import box, front_panel, grid, loft, merged, panel, tube
from deskcheck_datasets.synthetic.textures import canvas, cover, document, text_block, to_u8


def _page(draw: Draw) -> Texture:
    return document(draw, 300, 424)


def _leaf(draw: Draw, w: float, d: float, lift: float) -> np.ndarray:
    y, x = np.meshgrid(np.linspace(-d / 2, d / 2, 6), np.linspace(-w / 2, w / 2, 5), indexing="ij")
    corner = np.clip(x / w + y / d - draw.uniform(0.4, 0.9), 0, None)
    return np.stack([x, y, 0.01 + lift * corner**2 * 20], -1)


def single_sheet(draw: Draw) -> Item:
    """One printed or half-printed sheet, a corner lifting."""
    kit = Kit()
    kit.add(grid(_leaf(draw, 21, 29.7, draw.uniform(0.0, 0.6))), printed(_page(draw), 0.85))
    return kit.item("paper_document", "single_sheet")


def fanned_sheets(draw: Draw) -> Item:
    """Several sheets and forms, fanned out untidily."""
    kit = Kit()
    for k in range(draw.integer(2, 5)):
        leaf = grid(_leaf(draw, 21, 29.7, draw.uniform(0.0, 0.5))).turned("z", draw.free(-35, 35) if k else 0)
        kit.add(
            leaf.moved(draw.free(-5, 5) * (k > 0), draw.free(-4, 4) * (k > 0), k * 0.06), printed(_page(draw), 0.85)
        )
    return kit.item("paper_document", "fanned_sheets")


def paper_pile(draw: Draw) -> Item:
    """A pile of papers with edges that do not meet, sometimes clipped."""
    kit = Kit()
    top = stack(kit, draw, draw.integer(2, 6), 21, 29.7, (0, 0, 0))
    kit.add(panel(21, 29.7).turned("z", draw.free(-3, 3)).moved(z_cm=top + 0.012), printed(_page(draw), 0.85))
    if draw.chance(0.5):
        kit.add(
            box(3.2, 1.8, 0.5, 0.1).moved(draw.free(-6, 6), 14.4, top - 0.1),
            BLACK if draw.chance(0.6) else coloured(draw),
        )
    return kit.item("paper_document", "paper_pile")


def envelope(draw: Draw) -> Item:
    """A brown or white envelope, or a file bag with a string."""
    kit, w, d = Kit(), draw.uniform(22, 25), draw.uniform(15, 33)
    rgb: Rgb = draw.hsv((0.08, 0.1), (0.3, 0.55), (0.6, 0.8)) if draw.chance(0.65) else (0.93, 0.93, 0.9)
    h = draw.uniform(0.3, 1.4)
    kit.add(box(w, d, h, 0.12, 0.2), plastic(rgb, 0.8))
    face = canvas(240, int(240 * d / w), rgb)
    fitted(
        face, draw.pick(("档案袋", "政务专递", "文件袋", "挂号信")), 120, face.shape[0] * 0.3, 54, 190, (0.7, 0.1, 0.1)
    )
    for k in range(4):
        y = int(face.shape[0] * (0.5 + 0.1 * k))
        cv2.line(face, (40, y), (200, y), to_u8(tinted(rgb, 0.5)), 1)
    kit.add(panel(w, d).moved(z_cm=h + 0.012), printed(face, 0.8))
    return kit.item("paper_document", "envelope")


def certificate(draw: Draw) -> Item:
    """A certificate or licence: red or blue booklet, closed or open with a photo."""
    kit, w, d = Kit(), draw.uniform(13, 26), draw.uniform(18, 19)
    rgb: Rgb = draw.pick(((0.6, 0.05, 0.07), (0.1, 0.15, 0.4), (0.3, 0.08, 0.1)))
    kit.add(box(w, d, 0.4, 0.05, 0.2), plastic(rgb, 0.5))
    face = canvas(240, int(240 * d / w), rgb if w < 18 else (0.95, 0.93, 0.85))
    ink = (0.9, 0.75, 0.35) if w < 18 else (0.3, 0.2, 0.2)
    fitted(
        face,
        draw.pick(("营业执照", "不动产权证书", "居民户口簿", "结婚证", "许可证")),
        120,
        face.shape[0] * 0.3,
        46,
        200,
        ink,
    )
    if w >= 18:
        text_block(face, draw, (24, int(face.shape[0] * 0.45), 216, face.shape[0] - 16), 12)
        portrait(draw, face, (168, 60, 220, 124))
    kit.add(panel(w * 0.98, d * 0.98).moved(z_cm=0.413), printed(face, 0.5))
    return kit.item("paper_document", "certificate")


def clip_board(draw: Draw) -> Item:
    """A clipboard with a form and a pen."""
    kit = Kit()
    kit.add(box(23, 32, 0.4, 0.08, 0.6), coloured(draw) if draw.chance(0.7) else timber(draw))
    kit.add(panel(21, 29.7).moved(0, -0.8, 0.45), printed(_page(draw), 0.85))
    kit.add(box(11, 2.4, 1.0, 0.3).moved(0, 14.2, 0.4), STEEL)
    if draw.chance(0.5):
        pen = rod((-6.5, 0, 1.05), (6.5, 0, 1.05), 0.5, 10)
        kit.add(pen.turned("z", draw.free(20, 80)).moved(2, -2), BLACK)
    return kit.item("file_folder", "clip_board")


def ring_binder(draw: Draw) -> Item:
    """A lever-arch file, standing or lying."""
    kit, t, w, h = Kit(), draw.uniform(4.5, 7.5), draw.uniform(27, 29), draw.uniform(31, 32)
    look = coloured(draw)
    tag = canvas(70, 200, (0.96, 0.96, 0.94))
    for k, word in enumerate(draw.pick(("审批档案", "窗口台账", "办件资料", "规章制度"))):
        fitted(tag, word, 35, 30 + 42 * k, 38, 50, (0.1, 0.1, 0.14))
    boards = [box(0.3, w, h, 0.05).moved(s * (t / 2 - 0.15)) for s in (-1, 1)]
    parts = [(merged(boards), look), (box(t - 0.7, 0.3, h, 0.05).moved(0, -w / 2 + 0.2), look)]
    parts += [(box(t - 1.6, w - 3.5, h - 1.4, 0.02).moved(0, 0.8, 0.6), PAPER)]
    parts += [(front_panel(t * 0.7, h * 0.5).moved(0, -w / 2 + 0.03, h * 0.38), printed(tag, 0.6))]
    parts += [(rod((0, -w / 2, h * 0.16), (0, -w / 2 + 0.3, h * 0.16), 1.2, 16), STEEL)]
    lying = draw.chance(0.4)
    for mesh, material in parts:
        kit.add(mesh.turned("y", 90) if lying else mesh, material)
    return kit.item("file_folder", "ring_binder")


def clear_sleeve(draw: Draw) -> Item:
    """A thin coloured or clear report cover or zip bag with papers."""
    kit, w, d = Kit(), draw.uniform(22.5, 25), draw.uniform(31, 33)
    kit.add(box(21, 29.7, 0.5, 0.03), PAPER)
    kit.add(panel(21, 29.7).moved(z_cm=0.51), printed(_page(draw), 0.4))
    kit.add(box(w, d, 0.08, 0.01, 0.1), plastic(draw.vivid() if draw.chance(0.6) else draw.grey(0.7, 0.95), 0.2))
    bar = draw.vivid()
    kit.add(box(0.9, d, 0.9, 0.15).moved(-w / 2), plastic(bar, 0.3))
    if draw.chance(0.4):
        kit.add(box(w, 1.0, 0.6, 0.1).moved(0, d / 2), plastic(bar, 0.3))
    return kit.item("file_folder", "clear_sleeve")


def card_folders(draw: Draw) -> Item:
    """A few card folders of different colours in a slanting pile."""
    kit, z = Kit(), 0.0
    for _ in range(draw.integer(2, 5)):
        h = draw.uniform(0.4, 1.6)
        turn, x = draw.free(-5, 5), draw.free(-1, 1)
        rgb = draw.vivid() if draw.chance(0.6) else draw.hsv((0.08, 0.12), (0.2, 0.5), (0.6, 0.85))
        kit.add(box(23.5, 31.5, h, 0.12, 0.2).turned("z", turn).moved(x, 0, z), plastic(rgb, 0.7))
        kit.add(box(22, 30, h * 0.5, 0.02).turned("z", turn).moved(x + 0.9, 0, z + h * 0.25), PAPER)
        z += h + 0.01
    return kit.item("file_folder", "card_folders")


def folder_row(draw: Draw) -> Item:
    """Two to four box files standing side by side."""
    kit, x = Kit(), 0.0
    for k in range(draw.integer(2, 3)):
        t, rgb = draw.uniform(3.5, 6), (0.1, 0.25, 0.55) if draw.chance(0.6) else draw.vivid()
        kit.add(box(t, 24, 31.5, 0.2).moved(x + t / 2), plastic(rgb, 0.4))
        tag = canvas(60, 160, (0.96, 0.96, 0.94))
        for j, word in enumerate(draw.pick(("档案盒", "资料盒", "办件"))):
            fitted(tag, word, 30, 34 + 44 * j, 36, 46, (0.1, 0.1, 0.14))
        kit.add(front_panel(t * 0.62, 14).moved(x + t / 2, -12.02, 14), printed(tag, 0.6))
        x += t + 0.05 * (k + 1)
    return kit.item("file_folder", "folder_row")


def _leaflet(draw: Draw) -> Texture:
    if draw.chance(0.5):
        return cover(draw, 160, 300)
    rgb = draw.hsv((0.5, 0.68), (0.4, 0.9), (0.4, 0.9)) if draw.chance(0.6) else (0.78, 0.08, 0.08)
    img = canvas(160, 300, rgb)
    fitted(
        img,
        draw.pick(("办事指南", "服务手册", "一次办好", "政策解读", "便民服务", "反诈宣传")),
        80,
        50,
        44,
        140,
        contrast(rgb),
    )
    fitted(img, draw.pick(WINDOWS), 80, 92, 22, 120, contrast(rgb))
    img[120:250, 14:146] = (245, 245, 245)
    text_block(img, draw, (20, 124, 140, 246), 10)
    return img


def slanted_rack(draw: Draw) -> Item:
    """A stand with two to four rows of leaflets one behind the other."""
    kit, rows, w = Kit(), draw.integer(2, 4), draw.uniform(11, 23)
    look = draw.pick((ACRYLIC_BLOCK, timber(draw), STEEL, plastic((0.93, 0.93, 0.92), 0.4)))
    d, step = 5 + rows * 4.0, draw.uniform(4.5, 6.5)
    side = np.array([[-d / 2, 0], [d / 2, 0], [d / 2, rows * step + 2], [-d / 2, 3]])
    for x in (-w / 2 - 0.2, w / 2 + 0.2):
        kit.add(loft(np.array([np.column_stack([np.full(4, x + t), side]) for t in (-0.15, 0.15)])), look)
    for k in range(rows):
        y, z = -d / 2 + 1.6 + k * (d - 3) / rows, 0.4 + k * step
        h, columns = draw.uniform(19, 24), max(1, int(w // 9.5))
        pieces = []
        for c in range(columns):
            x = (c + 0.5 - columns / 2) * w / columns
            wide = min(w / columns * 0.94, 14.8)
            pieces.append((box(wide, draw.uniform(0.4, 1.6), h, 0.02).moved(x, 0.5), PAPER))
            pieces.append((front_panel(wide, h).moved(x, -0.33, 0), printed(_leaflet(draw), 0.3)))
        pieces.append((box(w, 0.25, 3.2, 0.03).moved(0, -0.9), look))
        tilted(kit, pieces, "x", -14, (0, y, z + 0.2))
    kit.add(box(w + 0.4, d, 0.4, 0.05), look)
    return kit.item("brochure", "slanted_rack")


def fanned_leaflets(draw: Draw) -> Item:
    """Folded leaflets fanned or piled on the desk."""
    kit, face = Kit(), _leaflet(draw)
    spread, count = draw.uniform(0, 14), draw.integer(3, 6)
    for k in range(count):
        turn, x, z = (k - count / 2) * spread, k * spread * 0.12, k * 0.2
        kit.add(box(9.9, 21, 0.18, 0.02).turned("z", turn).moved(x, 0, z), PAPER)
        kit.add(panel(9.9, 21).turned("z", turn).moved(x, 0, z + 0.19), printed(face, 0.3))
    return kit.item("brochure", "fanned_leaflets")


def single_stand(draw: Draw) -> Item:
    """One A4 or A5 notice or a pile of leaflets in an upright clear stand, a code to scan on it."""
    kit, w = Kit(), draw.uniform(11, 22)
    h = w * 1.42
    face = _leaflet(draw) if draw.chance(0.5) else cover(draw, 220, 310)
    if draw.chance(0.5):
        rows, columns = face.shape[:2]
        code = draw.rng.integers(0, 2, (17, 17), dtype=np.uint8) * 255
        size = columns // 3
        block = cv2.resize(code, (size, size), interpolation=cv2.INTER_NEAREST)
        face[rows - size - 10 : rows - 10, columns - size - 10 : columns - 10] = block[..., None]
    pieces = [(box(w + 0.4, 0.5, h, 0.05), ACRYLIC_BLOCK)]
    pieces += [(front_panel(w, h * 0.98).moved(0, -0.27, h * 0.01), printed(face, 0.15))]
    other = _leaflet(draw) if draw.chance(0.6) else canvas(16, 24, (0.95, 0.95, 0.93))
    back = front_panel(w, h * 0.98).turned("z", 180).moved(0, 0.27, h * 0.01)
    pieces += [(back, printed(other, 0.15))]
    tilted(kit, pieces, "x", -draw.uniform(6, 20), (0, -1, 0.4))
    kit.add(box(w + 0.4, 8, 0.4, 0.05).moved(0, 1.5), ACRYLIC_BLOCK)
    return kit.item("brochure", "single_stand")


def spinner(draw: Draw) -> Item:
    """A turning stand with pockets on its sides."""
    kit, h = Kit(), draw.uniform(26, 33)
    kit.add(box(16, 16, 1.0, 0.2, 2.0), STEEL)
    kit.add(box(5, 5, h - 1, 0.2).moved(z_cm=1.0), ACRYLIC_BLOCK)
    for turn in (0, 90, 180, 270):
        face = printed(_leaflet(draw), 0.3)
        for mesh, look in (
            (box(10.2, 1.2, h * 0.72, 0.03), PAPER),
            (front_panel(10, h * 0.72).moved(0, -0.62), face),
            (box(11, 0.3, 6, 0.03).moved(0, -1.0), ACRYLIC_BLOCK),
        ):
            kit.add(mesh.turned("x", -8).moved(0, -5, 2.2).turned("z", turn), look)
    return kit.item("brochure", "spinner")


def notebook(draw: Draw) -> Item:
    """A notebook with a spiral or an elastic, shut or open."""
    kit, w, d, h = Kit(), draw.uniform(13, 19), draw.uniform(19, 26), draw.uniform(0.9, 2.2)
    rgb = draw.vivid() if draw.chance(0.6) else draw.grey(0.03, 0.2)
    kit.add(box(w, d, h, 0.1, 0.4), Material(rgb, 0.5))
    kit.add(box(w - 0.5, d - 0.4, h * 0.7, 0.02).moved(0.3, 0, h * 0.15), PAPER)
    if draw.chance(0.5):
        a = np.linspace(0, 2 * np.pi, 8)
        rings = [
            tube(np.stack([-w / 2 + 0.5 * np.cos(a), 0 * a + y, h / 2 + (h / 2 + 0.15) * np.sin(a)], 1), 0.08, 4)
            for y in np.linspace(-d * 0.45, d * 0.45, 18)
        ]
        kit.add(merged(rings), STEEL)
    face = canvas(150, 200, rgb)
    fitted(face, draw.pick(("工作笔记", "NOTE", "会议记录", "学习笔记")), 75, 60, 34, 120, contrast(rgb))
    kit.add(panel(w * 0.9, d * 0.96).moved(0.3, 0, h + 0.013), printed(face, 0.5))
    return kit.item("newspaper_magazine", "notebook")


def folded_paper(draw: Draw) -> Item:
    """A newspaper folded once or twice, its layers showing."""
    kit, w, d = Kit(), draw.uniform(27, 34), draw.uniform(20, 38)
    img = canvas(320, int(320 * d / w), (0.85, 0.84, 0.8))
    fitted(
        img,
        draw.pick(("政务日报", "都市晚报", "经济导报", "晨报", "参考信息")),
        160,
        36,
        50,
        250,
        draw.pick(((0.75, 0.08, 0.08), (0.1, 0.1, 0.1))),
    )
    for column in range(4):
        text_block(img, draw, (10 + column * 77, 72, 82 + column * 77, img.shape[0] - 8), 9)
    y, x = draw.integer(80, max(81, img.shape[0] - 120)), draw.integer(10, 150)
    photo = cover(draw, 150, 100)[: img.shape[0] - y]
    img[y : y + photo.shape[0], x : x + 150] = photo
    for k in range(draw.integer(2, 4)):
        kit.add(box(w - 0.3 * k, d - 0.2 * k, 0.22, 0.09).moved(0.1 * k, 0, k * 0.23), Material((0.8, 0.79, 0.75), 0.9))
        top = 0.23 * k + 0.235
    kit.add(panel(w - 1.2, d - 0.8).moved(z_cm=top), printed(img, 0.9))
    return kit.item("newspaper_magazine", "folded_paper")
