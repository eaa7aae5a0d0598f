"""Textures drawn at run time with OpenCV: worktops, screens, prints, fabrics. RGB uint8, nothing is loaded."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Rgb, Texture
from deskcheck_datasets.synthetic.mesh import Floats

WORDS = (
    "综合受理", "社会保障", "不动产登记", "出入境", "公积金", "税务服务", "医保结算", "户籍业务",
    "工商注册", "办事指南", "申请材料", "一次性告知", "便民服务", "政务公开", "承诺时限", "受理条件",
    "收费标准", "办理流程", "服务热线", "身份证", "营业执照", "居住证", "填表说明", "联系方式",
    "监督电话", "窗口编号", "请您评价", "满意", "审批事项", "预约取号",
)  # fmt: skip


def to_u8(rgb: Rgb) -> tuple[int, int, int]:
    """A colour as three bytes."""
    r, g, b = (int(np.clip(round(c * 255), 0, 255)) for c in rgb)
    return (r, g, b)


def canvas(w_px: int, h_px: int, rgb: Rgb) -> Texture:
    """A plain picture."""
    return np.full((h_px, w_px, 3), to_u8(rgb), np.uint8)


@lru_cache(maxsize=1)
def _face() -> cv2.FontFace:
    return cv2.FontFace("uni")


def write(img: Texture, text: str, xy: tuple[int, int], size_px: int, rgb: Rgb, weight: int = 400) -> None:
    """Draw text, its baseline starting at ``xy``; OpenCV's built-in face knows Chinese."""
    cv2.putText(img, text, xy, to_u8(rgb), _face(), max(size_px, 6), weight)


def cloud(draw: Draw, w_px: int, h_px: int, octaves: int = 5, stretch: tuple[float, float] = (1.0, 1.0)) -> Floats:
    """Smooth noise 0..1, (H, W); ``stretch`` draws it out along x or y."""
    out = np.zeros((h_px, w_px), np.float32)
    for octave in range(octaves):
        columns = max(2, int(2 ** (octave + 1) / stretch[0]) + 1)
        rows = max(2, int(2 ** (octave + 1) / stretch[1]) + 1)
        coarse = draw.rng.random((rows, columns)).astype(np.float32)
        out += cv2.resize(coarse, (w_px, h_px), interpolation=cv2.INTER_CUBIC) * np.float32(0.55**octave)
    out -= out.min()
    out /= max(float(out.max()), 1e-6)
    return np.asarray(out, np.float64)


def _toned(rgb: Rgb, level: Floats) -> Texture:
    # In single precision and in place: worktops and floors have half a million texels.
    toned = level.astype(np.float32)[..., None] * (np.asarray(rgb, np.float32) * 255)
    np.clip(toned, 0, 255, out=toned)
    return toned.astype(np.uint8)


def wood(draw: Draw, rgb: Rgb, w_px: int = 1024, h_px: int = 512) -> Texture:
    """Veneer: long grain along x, pores, a little colour change."""
    wave = cloud(draw, w_px, h_px, 4, (5.0, 1.0))
    grain = np.sin((np.linspace(0, 22, h_px)[:, None] + wave * draw.uniform(5, 14)) * 2.2)
    pores = cv2.GaussianBlur(draw.rng.random((h_px, w_px)).astype(np.float32), (41, 1), 0)
    fine = (pores - pores.mean()) / max(float(pores.std()), 1e-6)
    return _toned(rgb, np.asarray(0.93 + 0.05 * grain + 0.025 * fine + 0.12 * (cloud(draw, w_px, h_px, 2) - 0.5)))


def laminate(draw: Draw, rgb: Rgb, w_px: int = 1024, h_px: int = 512) -> Texture:
    """Plain or finely speckled board."""
    speckle = draw.rng.normal(0, draw.uniform(0.003, 0.035), (h_px, w_px))
    return _toned(rgb, np.asarray(0.97 + 0.05 * (cloud(draw, w_px, h_px, 3) - 0.5) + speckle))


def stone(draw: Draw, rgb: Rgb, w_px: int = 1024, h_px: int = 512) -> Texture:
    """Granite grains or marble veins."""
    if draw.chance(0.5):
        grains = cv2.GaussianBlur(draw.rng.normal(0, 1, (h_px, w_px)).astype(np.float32), (0, 0), draw.uniform(0.8, 2))
        level = 0.9 + draw.uniform(0.05, 0.2) * grains / grains.std() * 0.5
        return _toned(rgb, np.asarray(level, np.float64))
    warp = cloud(draw, w_px, h_px, 6)
    veins = np.abs(np.sin((warp * 2.2 + np.linspace(0, 1.2, w_px)[None]) * np.pi)) ** 0.3
    return _toned(rgb, np.asarray(0.75 + 0.25 * veins))


def tiles(draw: Draw, rgb: Rgb, count: int = 8, px: int = 1024) -> Texture:
    """Floor tiles with joints."""
    img = stone(draw, rgb, px, px)
    step = px // count
    for k in range(count):
        cv2.line(img, (k * step, 0), (k * step, px), to_u8((0.45, 0.44, 0.42)), 2)
        cv2.line(img, (0, k * step), (px, k * step), to_u8((0.45, 0.44, 0.42)), 2)
    return img


def fabric(draw: Draw, rgb: Rgb, px: int = 256) -> Texture:
    """Woven cloth."""
    y, x = np.mgrid[0:px, 0:px]
    weave = 0.06 * (np.sin(x * 1.6) + np.sin(y * 1.6)) + draw.rng.normal(0, 0.04, (px, px))
    return _toned(rgb, np.asarray(0.9 + weave))


def text_block(
    img: Texture, draw: Draw, box: tuple[int, int, int, int], size_px: int, rgb: Rgb = (0.15, 0.15, 0.17)
) -> None:
    """Fill a box (x0, y0, x1, y1) with lines of words."""
    x0, y0, x1, y1 = box
    y = y0 + size_px
    while y < y1:
        line, length = "", draw.integer(2, 6)
        for _ in range(length):
            line += draw.pick(WORDS) + draw.pick(("", "，", " ", "：", str(draw.integer(0, 999))))
        limit = max(2, int((x1 - x0) / size_px * draw.free(0.55, 1.0)))
        write(img, line[:limit], (x0, y), size_px, rgb)
        y += int(size_px * 1.55)


def document(draw: Draw, w_px: int = 420, h_px: int = 594) -> Texture:
    """A printed A4 page: a letter, a form, or a red-headed notice."""
    img = canvas(w_px, h_px, draw.hsv((0.1, 0.16), (0.0, 0.03), (0.93, 1.0)))
    kind = draw.integer(0, 2)
    head = (0.8, 0.1, 0.1) if kind == 2 else (0.1, 0.1, 0.1)
    write(img, draw.pick(WORDS) + draw.pick(("申请表", "通知", "须知")), (w_px // 5, 60), 30, head, 600)
    if kind == 1:
        for k in range(draw.integer(8, 14)):
            y = 90 + k * 34
            cv2.rectangle(img, (30, y), (w_px - 30, y + 34), (60, 60, 60), 1)
            cv2.line(img, (130, y), (130, y + 34), (60, 60, 60), 1)
            write(img, draw.pick(WORDS), (36, y + 23), 14, (0.2, 0.2, 0.2))
    else:
        text_block(img, draw, (40, 100, w_px - 40, h_px - draw.integer(40, 220)), 15)
    if draw.chance(0.4):
        cv2.circle(img, (w_px * 2 // 3, h_px - 90), 42, (214, 50, 45), 3)
    return img


def screen(draw: Draw, w_px: int = 640, h_px: int = 360) -> Texture:
    """The desktop of an office program: title bar, menu, form or table, task bar; or a photo-like wallpaper."""
    accent = draw.hsv((0.52, 0.66), (0.5, 0.9), (0.4, 0.85))
    if draw.chance(0.25):
        level = cloud(draw, w_px, h_px, 4)
        img = np.asarray(np.clip(np.asarray(accent) * (0.4 + 0.9 * level[..., None]) * 255, 0, 255), np.uint8)
        for k in range(draw.integer(3, 9)):
            x, y = 14 + (k // 5) * 60, 14 + (k % 5) * 58
            cv2.rectangle(img, (x, y), (x + 30, y + 30), to_u8(draw.vivid()), -1)
            write(img, draw.pick(WORDS)[:3], (x - 4, y + 44), 10, (1, 1, 1))
    else:
        img = canvas(w_px, h_px, (0.94, 0.95, 0.97))
        cv2.rectangle(img, (0, 0), (w_px, 34), to_u8(accent), -1)
        write(img, draw.pick(WORDS) + "业务管理系统", (12, 25), 19, (1, 1, 1), 600)
        cv2.rectangle(img, (0, 34), (110, h_px), to_u8(draw.hsv((0.55, 0.65), (0.2, 0.6), (0.2, 0.9))), -1)
        for k in range(9):
            write(img, draw.pick(WORDS), (12, 62 + k * 30), 13, (0.95, 0.95, 0.95))
        for k in range(draw.integer(6, 11)):
            y = 52 + k * 26
            cv2.rectangle(img, (124, y), (w_px - 14, y + 24), (255, 255, 255) if k % 2 else (228, 236, 246), -1)
            for column in range(5):
                write(img, draw.pick(WORDS), (132 + column * 98, y + 17), 12, (0.2, 0.22, 0.28))
    cv2.rectangle(img, (0, h_px - 20), (w_px, h_px), to_u8(draw.grey(0.1, 0.9)), -1)
    return img


def cover(draw: Draw, w_px: int = 300, h_px: int = 420) -> Texture:
    """A printed cover: picture field, title, small print (magazine, book, brochure, packet)."""
    base, second = draw.vivid(), draw.vivid()
    img = canvas(w_px, h_px, base if draw.chance(0.6) else (0.95, 0.94, 0.9))
    top = draw.integer(h_px // 8, h_px // 3)
    photo = cloud(draw, w_px, h_px - top - h_px // 8, 5)[..., None]
    mixed = (np.asarray(second) * photo + np.asarray(draw.vivid()) * (1 - photo)) * 255
    img[top : top + mixed.shape[0]] = np.clip(mixed, 0, 255).astype(np.uint8)
    for _ in range(draw.integer(1, 4)):
        centre = (draw.integer(0, w_px), draw.integer(top, h_px))
        cv2.circle(img, centre, draw.integer(w_px // 12, w_px // 3), to_u8(draw.vivid()), -1, cv2.LINE_AA)
    write(
        img,
        draw.pick(WORDS),
        (w_px // 12, max(top - 12, 40)),
        w_px // 5,
        (1, 1, 1) if sum(base) < 1.6 else (0.1,) * 3,
        700,
    )
    text_block(img, draw, (w_px // 10, h_px - h_px // 9, w_px - w_px // 10, h_px - 8), w_px // 18, (0.95, 0.95, 0.95))
    return img


def label(draw: Draw, w_px: int = 512, h_px: int = 160) -> Texture:
    """A bottle's or can's wrap-around label, printed twice around."""
    base = draw.vivid() if draw.chance(0.75) else (0.95, 0.95, 0.95)
    ink = (1.0, 1.0, 1.0) if sum(base) < 1.9 else draw.hsv((0.5, 1.05), (0.6, 0.9), (0.2, 0.6))
    img = canvas(w_px, h_px, base)
    other = to_u8(draw.vivid())
    for half in (0, w_px // 2):
        if draw.chance(0.6):
            cv2.ellipse(img, (half + w_px // 4, h_px // 2), (w_px // 5, h_px // 3), 0, 0, 360, other, -1, cv2.LINE_AA)
        name = draw.pick(("清泉", "山茶", "果乐", "可口", "雪原", "红牛犊", "冰露水", "乌龙", "COLA", "AQUA", "TEA"))
        write(img, name, (half + w_px // 10, int(h_px * 0.62)), int(h_px * 0.36), ink, 700)
        text_block(img, draw, (half + w_px // 3, h_px // 8, half + w_px // 2, h_px // 2), max(h_px // 16, 7), ink)
    cv2.rectangle(img, (0, 0), (w_px, h_px // 14), other, -1)
    return img


def pattern(draw: Draw, rgb: Rgb, w_px: int = 256, h_px: int = 256) -> Texture:
    """A decoration: stripes, dots, checks, flowers or plain."""
    img, ink = canvas(w_px, h_px, rgb), to_u8(draw.vivid())
    kind, step = draw.integer(0, 4), draw.integer(16, 48)
    if kind == 0:
        for x in range(0, w_px, step):
            cv2.line(img, (x, 0), (x, h_px), ink, step // 3)
    elif kind == 1:
        for x in range(0, w_px, step):
            for y in range(0, h_px, step):
                cv2.circle(img, (x, y), step // 4, ink, -1, cv2.LINE_AA)
    elif kind == 2:
        for _ in range(14):
            centre = (draw.integer(0, w_px), draw.integer(0, h_px))
            for petal in range(5):
                at = (int(centre[0] + 10 * np.cos(petal * 1.257)), int(centre[1] + 10 * np.sin(petal * 1.257)))
                cv2.circle(img, at, 7, ink, -1, cv2.LINE_AA)
            cv2.circle(img, centre, 5, (250, 220, 60), -1, cv2.LINE_AA)
    elif kind == 3:
        write(img, draw.pick(WORDS)[:2], (w_px // 4, h_px // 2), h_px // 4, draw.vivid(), 700)
    return img
