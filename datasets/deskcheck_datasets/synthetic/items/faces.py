"""Printed and lit faces: signs, evaluators, displays, calendars, notes, packets. Chinese text as halls use it."""

from __future__ import annotations

import cv2
import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Rgb, Texture
from deskcheck_datasets.synthetic.textures import WORDS, canvas, cloud, cover, screen, text_block, to_u8, write

WINDOWS = (
    "综合窗口",
    "社保窗口",
    "不动产登记",
    "税务窗口",
    "公安户政",
    "医保服务",
    "企业开办",
    "帮办代办",
    "跨省通办",
    "办不成事反映",
    "咨询导办",
    "发证窗口",
    "公积金",
    "婚姻登记",
    "市场监管",
)
SIGNS = (
    "暂停服务",
    "暂停办理",
    "请稍候",
    "党员先锋岗",
    "综合受理",
    "咨询服务",
    "请到隔壁窗口",
    "巾帼文明岗",
    "青年文明号",
    "示范窗口",
    "爱心窗口",
    "军人优先",
    "暂离岗位",
    "系统维护",
)
GRADES = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
BRANDS = (
    "晨帆",
    "德立",
    "齐兴",
    "M&C",
    "doli",
    "联创",
    "良图",
    "紫辰",
    "方圆",
    "中衡",
    "HOTEC",
    "Sunco",
    "Lenta",
    "Vico",
)
DRINKS = ("清泉", "山茶", "果乐", "雪原", "冰露水", "乌龙茶", "冰红茶", "酸梅汤", "奶咖", "COLA", "AQUA", "TEA", "橙C")
SNACKS = ("薯片", "饼干", "瓜子", "坚果", "海苔", "辣条", "牛肉面", "酸菜面", "蛋黄派", "曲奇", "话梅", "CHIPS")


def text_width(text: str, size_px: int) -> int:
    """Width of a line of text, about."""
    return int(sum(1.02 if ord(c) > 0x2E80 else 0.56 for c in text) * size_px)


def centred(img: Texture, text: str, cx: float, cy: float, size_px: float, rgb: Rgb, weight: int = 600) -> None:
    """Draw text about a middle point."""
    size = int(size_px)
    write(img, text, (int(cx - text_width(text, size) / 2), int(cy + size * 0.36)), size, rgb, weight)


def fitted(img: Texture, text: str, cx: float, cy: float, most_px: float, width_px: float, rgb: Rgb) -> None:
    """Draw bold text about a middle point, as large as the width allows."""
    size = min(most_px, width_px / max(text_width(text, 100) / 100, 0.1))
    centred(img, text, cx, cy, size, rgb, 700)


def contrast(rgb: Rgb) -> Rgb:
    """Ink that reads on a ground."""
    light = 0.3 * rgb[0] + 0.6 * rgb[1] + 0.1 * rgb[2] > 0.55
    return (0.08, 0.08, 0.1) if light else (0.98, 0.97, 0.92)


def sign_face(draw: Draw, w_px: int = 400, h_px: int = 200) -> Texture:
    """A counter sign: pause of service, the window's business, a title of honour."""
    ground: Rgb = draw.pick(
        (
            (0.75, 0.07, 0.08),
            (0.06, 0.2, 0.55),
            (0.95, 0.95, 0.93),
            (0.8, 0.65, 0.3),
            (0.05, 0.4, 0.3),
            (0.9, 0.92, 0.95),
        )
    )
    img = canvas(w_px, h_px, ground)
    ink = contrast(ground)
    if sum(ground) > 2.4 and draw.chance(0.6):
        ink = draw.pick(((0.8, 0.06, 0.08), (0.05, 0.15, 0.5)))
    if draw.chance(0.4):
        cv2.rectangle(img, (6, 6), (w_px - 7, h_px - 7), to_u8(ink), 3)
    text = draw.pick(SIGNS if draw.chance(0.65) else WINDOWS)
    fitted(img, text, w_px / 2, h_px * 0.42, h_px * 0.42, w_px * 0.86, ink)
    small = draw.pick(("SUSPENDED", "NEXT WINDOW PLEASE", "SERVICE WINDOW", "INFORMATION", "PLEASE WAIT"))
    fitted(img, small, w_px / 2, h_px * 0.8, h_px * 0.14, w_px * 0.7, ink)
    return img


def name_face(draw: Draw, w_px: int = 400, h_px: int = 160) -> Texture:
    """A staff plate: window number, portrait, name field, staff number."""
    ground: Rgb = draw.pick(((0.06, 0.25, 0.6), (0.94, 0.95, 0.97), (0.7, 0.06, 0.08)))
    img, ink = canvas(w_px, h_px, ground), contrast(ground)
    portrait(draw, img, (12, 12, int(h_px * 0.72), h_px - 12))
    x = int(h_px * 0.8)
    write(img, f"{draw.integer(1, 36):02d}号 " + draw.pick(WINDOWS)[:4], (x, int(h_px * 0.34)), h_px // 5, ink, 700)
    write(img, "姓名：" + draw.pick(("王", "李", "张", "刘", "陈")) + "某某", (x, int(h_px * 0.62)), h_px // 7, ink)
    write(img, f"工号：{draw.integer(1000, 9999)}", (x, int(h_px * 0.86)), h_px // 7, ink)
    return img


def portrait(draw: Draw, img: Texture, box: tuple[int, int, int, int]) -> None:
    """An identity photo as seen from afar: ground, shoulders, head, hair."""
    x0, y0, x1, y1 = box
    part = img[y0:y1, x0:x1]
    h, w = part.shape[:2]
    part[:] = draw.pick(((214, 228, 245), (70, 120, 200), (200, 60, 55), (245, 245, 245)))
    skin = to_u8(draw.hsv((0.05, 0.08), (0.25, 0.45), (0.75, 0.95)))
    cv2.ellipse(part, (w // 2, h), (int(w * 0.42), int(h * 0.3)), 0, 0, 360, to_u8(draw.grey(0.1, 0.4)), -1)
    cv2.ellipse(part, (w // 2, int(h * 0.46)), (int(w * 0.2), int(h * 0.24)), 0, 0, 360, skin, -1, cv2.LINE_AA)
    hair = (int(w * 0.22), int(h * 0.17))
    cv2.ellipse(part, (w // 2, int(h * 0.36)), hair, 0, 180, 360, (30, 24, 22), -1, cv2.LINE_AA)


def smiley(img: Texture, at: tuple[int, int], r: int, rgb: Rgb, mood: int) -> None:
    """A face button; mood 2 glad, 1 neutral, 0 sad."""
    cv2.circle(img, at, r, to_u8(rgb), -1, cv2.LINE_AA)
    x, y = at
    for side in (-1, 1):
        cv2.circle(img, (x + side * r // 3, y - r // 4), max(r // 8, 1), (20, 20, 20), -1, cv2.LINE_AA)
    if mood == 1:
        cv2.line(img, (x - r // 3, y + r // 3), (x + r // 3, y + r // 3), (20, 20, 20), max(r // 9, 1), cv2.LINE_AA)
        return
    arc, down = ((20, 160), 0.15) if mood == 2 else ((200, 340), 0.55)
    bow = (r // 2, r // 3)
    cv2.ellipse(img, (x, y + int(r * down)), bow, 0, *arc, (20, 20, 20), max(r // 9, 1), cv2.LINE_AA)


def evaluator_face(draw: Draw, w_px: int = 400, h_px: int = 260) -> Texture:
    """The screen of an evaluator: photo and name, or faces, or coloured grades."""
    ground = draw.hsv((0.54, 0.66), (0.4, 0.9), (0.4, 0.95)) if draw.chance(0.7) else (0.93, 0.96, 1.0)
    img, ink = canvas(w_px, h_px, ground), contrast(ground)
    title = draw.pick(("请对本次服务进行评价", "请您评价", "欢迎光临", "好差评", "您对我的服务满意吗？"))
    fitted(img, title, w_px / 2, h_px * 0.12, h_px * 0.13, w_px * 0.85, ink)
    kind, count = draw.integer(0, 2), draw.integer(3, 5)
    step = w_px / count
    colours: tuple[Rgb, ...] = (
        (0.1, 0.65, 0.25),
        (0.2, 0.55, 0.9),
        (0.95, 0.75, 0.1),
        (0.95, 0.5, 0.1),
        (0.85, 0.2, 0.15),
    )
    y = int(h_px * (0.76 if kind == 0 else 0.55))
    if kind == 0:
        portrait(draw, img, (int(w_px * 0.08), int(h_px * 0.24), int(w_px * 0.32), int(h_px * 0.6)))
        write(img, draw.pick(WINDOWS), (int(w_px * 0.38), int(h_px * 0.36)), int(h_px * 0.1), ink, 600)
        write(img, f"工号 {draw.integer(100, 999)}", (int(w_px * 0.38), int(h_px * 0.54)), int(h_px * 0.09), ink)
    for k in range(count):
        x, shade = int((k + 0.5) * step), colours[k if count > 3 else k * 2]
        if kind == 1:
            smiley(img, (x, y), int(step * 0.32), shade, 2 if k < count // 2 else 1 if k == count // 2 else 0)
        else:
            half, tall = int(step * 0.43), int(h_px * 0.1)
            cv2.rectangle(img, (x - half, y - tall), (x + half, y + tall), to_u8(shade), -1)
        below = y + (int(h_px * 0.28) if kind == 1 else 0)
        fitted(img, GRADES[k], x, below, h_px * 0.09, step * 0.8, ink if kind == 1 else (1.0, 1.0, 1.0))
    return img


def calendar_page(draw: Draw, w_px: int = 360, h_px: int = 260) -> Texture:
    """A month: title, weekdays, days; sometimes a picture on top or beside."""
    img = canvas(w_px, h_px, (0.96, 0.96, 0.94))
    accent = draw.pick(((0.8, 0.1, 0.1), (0.1, 0.35, 0.6), (0.15, 0.45, 0.25), (0.5, 0.3, 0.15)))
    x0 = 0
    if draw.chance(0.5):
        x0 = int(w_px * 0.38)
        tint = np.asarray(draw.vivid()) * (0.4 + 0.7 * cloud(draw, x0, h_px, 4)[..., None])
        img[:, :x0] = np.clip(tint * 255, 0, 255).astype(np.uint8)
    width = w_px - x0
    cv2.rectangle(img, (x0, 0), (w_px, h_px // 5), to_u8(accent), -1)
    centred(img, f"2026年{draw.integer(1, 12)}月", x0 + width / 2, h_px * 0.1, h_px * 0.11, (1, 1, 1), 700)
    size = min(h_px // 12, width // 14)
    for k, name in enumerate("日一二三四五六"):
        rgb = accent if k in (0, 6) else (0.3, 0.3, 0.3)
        centred(img, name, x0 + width * (k + 0.5) / 7, h_px * 0.27, size, rgb)
    first = draw.integer(0, 6)
    for day in range(1, 31):
        row, column = divmod(day + first - 1, 7)
        rgb = accent if column in (0, 6) else (0.12, 0.12, 0.12)
        centred(img, str(day), x0 + width * (column + 0.5) / 7, h_px * (0.38 + 0.115 * row), size, rgb, 500)
    return img


def handwriting(draw: Draw, ground: Rgb, w_px: int = 128, h_px: int = 128) -> Texture:
    """A few hurried lines and a number, as on a note."""
    img = canvas(w_px, h_px, ground)
    ink = to_u8(draw.pick(((0.08, 0.1, 0.4), (0.05, 0.05, 0.07), (0.6, 0.08, 0.08))))
    y = int(h_px * 0.2)
    while y < h_px * 0.85 and draw.chance(0.88):
        count = draw.integer(8, 22)
        x = np.linspace(w_px * 0.1, w_px * draw.free(0.5, 0.9), count)
        wave = y + draw.rng.normal(0, h_px * 0.03, count)
        cv2.polylines(img, [np.stack([x, wave], 1).astype(np.int32)], False, ink, 1, cv2.LINE_AA)
        if draw.chance(0.5):
            write(
                img,
                draw.pick(WORDS)[:4] + str(draw.integer(1, 31)),
                (int(w_px * 0.1), y + 4),
                h_px // 8,
                (ink[0] / 255, ink[1] / 255, ink[2] / 255),
                300,
            )
        y += h_px // 6
    return img


def packet(draw: Draw, name: str, w_px: int = 220, h_px: int = 280) -> Texture:
    """A printed packet: strong ground, name, a round picture, small print."""
    ground = draw.vivid()
    img, ink = canvas(w_px, h_px, ground), contrast(ground)
    second = draw.vivid()
    cv2.ellipse(
        img,
        (w_px // 2, int(h_px * 0.62)),
        (int(w_px * 0.4), int(h_px * 0.26)),
        draw.integer(-20, 20),
        0,
        360,
        to_u8(second),
        -1,
        cv2.LINE_AA,
    )
    for _ in range(5):
        at = (int(w_px * draw.free(0.25, 0.75)), int(h_px * draw.free(0.5, 0.75)))
        cv2.circle(img, at, draw.integer(w_px // 16, w_px // 8), to_u8(draw.vivid()), -1, cv2.LINE_AA)
    fitted(img, name, w_px / 2, h_px * 0.22, h_px * 0.22, w_px * 0.8, ink)
    text_block(img, draw, (w_px // 10, int(h_px * 0.88), w_px - w_px // 10, h_px - 4), max(w_px // 20, 8), ink)
    return img


def display(draw: Draw, text: str, w_px: int = 160, h_px: int = 60, ground: Rgb | None = None) -> Texture:
    """A small liquid-crystal or coloured display with one line."""
    base = ground or draw.hsv((0.2, 0.55), (0.08, 0.3), (0.45, 0.8))
    img = canvas(w_px, h_px, base)
    fitted(img, text, w_px / 2, h_px / 2, h_px * 0.6, w_px * 0.85, contrast(base))
    return img


def work_screen(draw: Draw, w_px: int, h_px: int) -> Texture:
    """What is on a monitor: an office program, a text, a public portal, or the screen saver of the hall."""
    kind = draw.integer(0, 5)
    if kind < 3:
        return screen(draw, w_px, h_px)
    if kind == 3:
        img = canvas(w_px, h_px, (0.62, 0.64, 0.68))
        x0, x1 = w_px // 4, w_px * 3 // 4
        img[h_px // 10 :, x0:x1] = 250
        text_block(img, draw, (x0 + 16, h_px // 7, x1 - 16, h_px - 8), max(h_px // 28, 9))
        img[: h_px // 10] = to_u8(draw.hsv((0.55, 0.62), (0.4, 0.9), (0.4, 0.8)))
        return img
    ground: Rgb = (0.75, 0.08, 0.08) if draw.chance(0.5) else draw.hsv((0.55, 0.62), (0.6, 0.95), (0.3, 0.7))
    img = canvas(w_px, h_px, ground if kind == 5 else (0.96, 0.96, 0.97))
    name = draw.pick(("政务服务网", "一网通办", "为人民服务", "便民服务中心", "政务服务中心"))
    if kind == 5:
        fitted(img, name, w_px / 2, h_px * 0.45, h_px * 0.2, w_px * 0.7, (1.0, 0.9, 0.4))
        return img
    img[: h_px // 6] = to_u8(ground)
    fitted(img, name, w_px * 0.3, h_px / 12, h_px * 0.09, w_px * 0.5, (1, 1, 1))
    photo = cover(draw, w_px // 3, h_px // 3)
    img[h_px // 4 : h_px // 4 + photo.shape[0], 16 : 16 + photo.shape[1]] = photo
    for k in range(8):
        x, y = int(w_px * (0.42 + 0.14 * (k % 4))), int(h_px * (0.26 + 0.3 * (k // 4)))
        cv2.rectangle(img, (x, y), (x + w_px // 9, y + h_px // 5), to_u8(draw.vivid()), -1)
        centred(img, draw.pick(WORDS)[:4], x + w_px / 18, y + h_px * 0.1, w_px // 44, (1, 1, 1))
    return img


def keypad(labels: tuple[str, ...], columns: int, body: Rgb, key: Rgb, px: int = 30) -> Texture:
    """A block of printed keys."""
    rows = -(-len(labels) // columns)
    img = canvas(columns * px, rows * px, body)
    for k, text in enumerate(labels):
        y, x = divmod(k, columns)
        cv2.rectangle(img, (x * px + 3, y * px + 3), (x * px + px - 4, y * px + px - 4), to_u8(key), -1)
        centred(img, text, (x + 0.5) * px, (y + 0.5) * px, px * 0.5, contrast(key))
    return img
