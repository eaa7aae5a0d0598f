"""What the public is served with: evaluators, identity-card readers, tablets and call terminals."""

from __future__ import annotations

import cv2
import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Texture, plastic, printed
from deskcheck_datasets.synthetic.items.faces import centred, display, evaluator_face, fitted, keypad, portrait, smiley
from deskcheck_datasets.synthetic.items.looks import (
    BLACK,
    RUBBER,
    STEEL,
    cord,
    disc,
    lit,
    office,
    rod,
    tilted,
)
from deskcheck_datasets.synthetic.mesh import (
    box,
    extrude,
    front_panel,
    loft,
    panel,
    revolve,
    rounded_rectangle,
)
from deskcheck_datasets.synthetic.textures import canvas, screen, to_u8


def _wedge(kit: Kit, look: Material, w: float, d: float, near: float, far: float) -> float:
    """Add a desk wedge that is ``near`` high towards the viewer (-y) and ``far`` high behind; returns its tilt."""
    side = np.array([[-d / 2, 0], [d / 2, 0], [d / 2, far], [-d / 2, near]])
    loops = np.array([np.column_stack([np.full(4, x), side]) for x in (-w / 2, w / 2)])
    kit.add(loft(loops), look)
    return float(np.degrees(np.arctan2(far - near, d)))


def _cord(kit: Kit, draw: Draw, start: tuple[float, float, float], away: tuple[float, float]) -> None:
    x, y, z = start
    dx, dy = away
    path = [start, (x + dx * 0.4, y + dy * 0.4, min(z, 0.3)), (x + dx, y + dy + draw.free(-3, 3), 0.25)]
    kit.add(cord(path, 0.22), RUBBER, loose=True)


def face_buttons(draw: Draw) -> Item:
    """An evaluator with a row of face buttons and a name display, on a wedge."""
    kit, w, d = Kit(), draw.uniform(16, 23), draw.uniform(11, 15)
    look = office(draw, 0.5)
    low, high = draw.uniform(1.5, 2.5), draw.uniform(5, 8)
    tilt = _wedge(kit, look, w, d, low, high)
    count = draw.integer(3, 4)
    face = canvas(400, int(400 * d / w), (0.15, 0.3, 0.6) if draw.chance(0.6) else (0.9, 0.92, 0.95))
    ink = (1.0, 1.0, 1.0) if int(face[0, 0].sum()) < 380 else (0.1, 0.1, 0.15)
    h_px = face.shape[0]
    portrait(draw, face, (20, 20, 100, int(h_px * 0.5)))
    fitted(face, draw.pick(("请您评价", "服务评价器", "欢迎评价")), 250, h_px * 0.18, 40, 250, ink)
    for k in range(count):
        x_px = int(400 * (k + 0.5) / count)
        shade = ((0.15, 0.7, 0.3), (0.95, 0.8, 0.15), (0.9, 0.3, 0.2), (0.6, 0.15, 0.15))[k]
        smiley(face, (x_px, int(h_px * 0.7)), 34, shade, 2 if k == 0 else 1 if k == 1 else 0)
        centred(face, ("满意", "一般", "不满意", "投诉")[k], x_px, h_px * 0.92, 20, ink)
    sheet = panel(w * 0.96, d / float(np.cos(np.radians(tilt))) * 0.95).turned("x", tilt)
    kit.add(sheet.moved(z_cm=(low + high) / 2 + 0.02), printed(face, 0.3))
    for k in range(count):
        x = w * 0.96 * ((k + 0.5) / count - 0.5)
        y = -d * 0.2
        z = (low + high) / 2 + y / d * (high - low)
        cap = revolve([(0, 0), (1.4, 0), (1.3, 0.35), (0.6, 0.55), (0, 0.6)], 16).turned("x", tilt)
        rgb = ((0.15, 0.7, 0.3), (0.95, 0.8, 0.15), (0.9, 0.3, 0.2), (0.6, 0.15, 0.15))[k]
        kit.add(cap.moved(x, y, z), Material(rgb, 0.2, clearcoat=0.6))
    kit_item = _turned(kit)
    _cord(kit_item, draw, (0, -d / 2, 1.0), (draw.free(-4, 4), -8))
    return kit_item.item("evaluator", "face_buttons")


def _turned(kit: Kit) -> Kit:
    """The same parts looking the other way."""
    other = Kit()
    for part in kit.item("x", "x").parts:
        other.add(part.mesh.turned("z", 180), part.material)
    return other


def photo_evaluator(draw: Draw) -> Item:
    """An upright evaluator: large lit screen, camera above, card slot below."""
    w, h = draw.uniform(17, 26), draw.uniform(15, 21)
    look = office(draw, 0.6)
    face = evaluator_face(draw, 400, int(400 * h * 0.7 / w))
    lean = draw.uniform(8, 22)
    slab = box(w, 2.2, h, 0.5, 0.8)
    pieces = [(slab, look), (front_panel(w * 0.9, h * 0.68).moved(0, -1.12, h * 0.2), lit(face))]
    pieces.append((rod((0, -1.2, 0), (0, -1.1, 0), 0.45, 14).moved(z_cm=h * 0.94), BLACK))
    pieces.append((front_panel(w * 0.5, 0.5).moved(0, -1.12, h * 0.08), plastic((0.02, 0.02, 0.02), 0.8)))
    inner = Kit()
    tilted(inner, pieces, "x", -lean, (0, 0, 1.1))
    inner.add(box(w * 0.75, 10, 1.6, 0.4, 2.0).moved(0, 3.2), look)
    inner.add(box(w * 0.3, 2, h * 0.4, 0.3).moved(0, 4.2, 1.2), look)
    done = _turned(inner)
    _cord(done, draw, (0, -6, 0.8), (draw.free(-5, 5), -7))
    return done.item("evaluator", "photo_evaluator")


def double_screen(draw: Draw) -> Item:
    """A terminal with a screen and a number pad: screen on a pole over a heavy foot."""
    kit, w = Kit(), draw.uniform(18, 26)
    look = office(draw, 0.6)
    kit.add(box(w * 0.7, 13, 2.2, 0.6, 2.5), look)
    kit.add(box(4, 2.4, draw.uniform(6, 10), 0.5).moved(0, 2.5, 1.8), look)
    face = evaluator_face(draw, 400, 270)
    tall = w * 0.68
    pieces = [
        (box(w, 1.5, tall, 0.4, 0.6), look),
        (front_panel(w * 0.92, tall * 0.88).moved(0, -0.78, tall * 0.06), lit(face)),
    ]
    tilted(kit, pieces, "x", -draw.uniform(12, 26), (0, 0.5, draw.uniform(6, 9)))
    return _turned(kit).item("evaluator", "double_screen")


def led_evaluator(draw: Draw) -> Item:
    """The older kind: a box with a red running text, stars and push buttons."""
    kit, w, d, h = Kit(), draw.uniform(18, 24), draw.uniform(6, 9), draw.uniform(11, 15)
    look = plastic(draw.hsv((0.55, 0.65), (0.1, 0.6), (0.3, 0.9)), 0.4)
    kit.add(box(w, d, h, 0.5, 0.8), look)
    text = display(draw, draw.pick(("欢迎光临", "请评价 谢谢", "1号窗口 为您服务")), 300, 70, (0.05, 0.01, 0.01))
    text[text[..., 0] > 120] = (255, 60, 40)
    kit.add(front_panel(w * 0.85, h * 0.25).moved(0, -d / 2 - 0.02, h * 0.66), lit(text, 1.2))
    face = canvas(300, 110, look.rgb)
    for k in range(4):
        centred(face, "★" * (4 - k), 38 + 75 * k, 25, 20, (0.95, 0.8, 0.1))
        centred(face, ("很满意", "满意", "一般", "不满意")[k], 38 + 75 * k, 90, 18, (0.05, 0.05, 0.08))
    kit.add(front_panel(w * 0.92, h * 0.42).moved(0, -d / 2 - 0.02, h * 0.14), printed(face, 0.4))
    for k, rgb in enumerate(((0.1, 0.7, 0.25), (0.2, 0.5, 0.9), (0.95, 0.75, 0.1), (0.85, 0.15, 0.1))):
        knob = rod((0, -0.5, 0), (0, 0, 0), 1.1, 16)
        kit.add(knob.moved(w * 0.92 * ((k + 0.5) / 4 - 0.5), -d / 2, h * 0.35), Material(rgb, 0.25, clearcoat=0.5))
    return _turned(kit).item("evaluator", "led_evaluator")


def _id_face(draw: Draw, w_px: int = 280, h_px: int = 200, dark: bool = False) -> Texture:
    ground = (0.06, 0.06, 0.07) if dark else (0.9, 0.91, 0.93)
    img = canvas(w_px, h_px, ground)
    tone = (0.2, 0.5, 0.85) if not dark else (0.5, 0.75, 0.95)
    fitted(
        img,
        draw.pick(("身份证阅读区", "请放身份证", "二代证读卡器", "社保卡·身份证")),
        w_px / 2,
        h_px * 0.2,
        h_px * 0.16,
        w_px * 0.8,
        tone,
    )
    x0, y0, x1, y1 = int(w_px * 0.2), int(h_px * 0.35), int(w_px * 0.8), int(h_px * 0.85)
    img[y0:y1, x0:x1] = to_u8(
        (tone[0] * 0.6 + 0.3, tone[1] * 0.6 + 0.3, tone[2] * 0.5 + 0.4) if not dark else (0.15, 0.2, 0.27)
    )
    portrait(draw, img, (int(w_px * 0.62), y0 + 8, x1 - 8, y1 - 12))
    for k in range(3):
        img[y0 + 14 + k * 20 : y0 + 19 + k * 20, x0 + 10 : int(w_px * 0.55)] = to_u8(tone)
    return img


def flat_reader(draw: Draw) -> Item:
    """A flat identity-card reader with a printed place for the card, sometimes with a card on it."""
    kit, w, d, h = Kit(), draw.uniform(11, 16), draw.uniform(8, 12), draw.uniform(1.6, 3.4)
    dark = draw.chance(0.5)
    look = plastic(draw.grey(0.03, 0.08) if dark else draw.grey(0.8, 0.95), 0.35)
    kit.add(box(w, d, h, 0.5, 1.6), look)
    kit.add(panel(w * 0.88, d * 0.86).moved(z_cm=h + 0.013), printed(_id_face(draw, dark=dark), 0.3))
    kit.add(box(0.5, 0.3, 0.1, 0.02).moved(w * 0.36, d * 0.36, h), Material((0.1, 0.9, 0.3), glow=0.8))
    if draw.chance(0.4):
        kit.add(
            box(8.5, 5.4, 0.09, 0.02, 0.3).turned("z", draw.free(-12, 12)).moved(0, -d * 0.06, h + 0.03),
            plastic((0.8, 0.88, 0.9), 0.3),
        )
    _cord(kit, draw, (0, d / 2, h / 2), (draw.free(-5, 5), 9))
    return kit.item("id_card_reader", "flat_reader")


def slope_reader(draw: Draw) -> Item:
    """A wedge-shaped reader with a recess and two lamps."""
    kit, w, d = Kit(), draw.uniform(11, 15), draw.uniform(10, 14)
    look = office(draw, 0.45)
    low, high = draw.uniform(1.4, 2.2), draw.uniform(4, 6.5)
    tilt = _wedge(kit, look, w, d, low, high)
    face = panel(w * 0.86, d * 0.8).turned("x", tilt)
    kit.add(face.moved(z_cm=(low + high) / 2 + 0.03), printed(_id_face(draw, dark=sum(look.rgb) < 1), 0.35))
    _cord(kit, draw, (0, d / 2, 1.5), (draw.free(-5, 5), 9))
    return kit.item("id_card_reader", "slope_reader")


def pad_reader(draw: Draw) -> Item:
    """A reader with a keypad and a display for passwords."""
    kit, w, d, h = Kit(), draw.uniform(8.5, 11), draw.uniform(14, 18), draw.uniform(2.5, 4)
    look = office(draw, 0.6)
    kit.add(box(w, d, h, 0.6, 1.4), look)
    keys = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "×", "0", "○")
    kit.add(
        panel(w * 0.8, d * 0.5).moved(0, -d * 0.17, h + 0.014), printed(keypad(keys, 3, look.rgb, (0.85, 0.86, 0.88)))
    )
    kit.add(panel(w * 0.8, d * 0.2).moved(0, d * 0.26, h + 0.014), lit(display(draw, "请输入密码", 180, 60), 0.5))
    shade = box(w * 1.02, d * 0.12, 3.0, 0.2).moved(0, d * 0.44, h - 0.1)
    kit.add(shade, look)
    _cord(kit, draw, (0, d / 2, h / 2), (draw.free(-5, 5), 9))
    return kit.item("id_card_reader", "pad_reader")


def fingerprint_reader(draw: Draw) -> Item:
    """A card reader with a lit fingerprint window."""
    kit, w, d = Kit(), draw.uniform(10, 13), draw.uniform(12, 15)
    look = office(draw, 0.7)
    kit.add(extrude(rounded_rectangle(w, d, 3), 2.8, 0.8, top_scale=0.92), look)
    kit.add(box(3.2, 4.2, 1.4, 0.4, 1.0).moved(0, -d * 0.22, 2.5), BLACK)
    kit.add(
        panel(2.2, 2.8).moved(0, -d * 0.22, 3.92),
        Material((0.2, 0.9, 0.45) if draw.chance(0.5) else (0.9, 0.2, 0.15), glow=0.7),
    )
    kit.add(panel(w * 0.75, d * 0.36).moved(0, d * 0.2, 2.82), printed(_id_face(draw, 240, 150, sum(look.rgb) < 1)))
    _cord(kit, draw, (0, d / 2, 1.2), (draw.free(-5, 5), 9))
    return kit.item("id_card_reader", "fingerprint_reader")


def tablet_flat(draw: Draw) -> Item:
    """A tablet lying flat, lit or dark, sometimes in a cover."""
    kit, w, d = Kit(), draw.uniform(22, 27), draw.uniform(15.5, 18.5)
    z = 0.0
    if draw.chance(0.4):
        kit.add(box(w + 0.8, d + 0.8, 0.6, 0.2, 1.0), plastic(draw.vivid(), 0.6))
        z = 0.6
    kit.add(box(w, d, 0.8, 0.2, 1.0).moved(z_cm=z), office(draw, 0.6))
    on = draw.chance(0.7)
    face = screen(draw, 480, 330) if on else canvas(16, 16, (0.015, 0.015, 0.02))
    look = Material(texture=face, roughness=0.08, clearcoat=0.7, glow=draw.uniform(0.6, 1.1) if on else 0.0)
    kit.add(panel(w - 1.4, d - 1.4).moved(z_cm=z + 0.815), look)
    return kit.item("tablet_terminal", "tablet_flat")


def signing_pad(draw: Draw) -> Item:
    """A signature tablet with a pen on a cord."""
    kit, w, d = Kit(), draw.uniform(20, 27), draw.uniform(16, 21)
    look = office(draw, 0.8)
    tilt = _wedge(kit, look, w, d, 1.1, 3.0)
    face = canvas(320, 230, (0.95, 0.96, 0.97))
    fitted(face, draw.pick(("请在此签名", "电子签名板", "请签字确认")), 160, 40, 34, 260, (0.2, 0.3, 0.6))
    trace = np.stack([np.linspace(60, 250, 40), 140 + 28 * np.sin(np.linspace(0, 14, 40)) * np.linspace(1, 0.2, 40)], 1)
    cv2.polylines(face, [trace.astype(np.int32)], False, (20, 20, 60), 3, cv2.LINE_AA)
    kit.add(panel(w * 0.8, d * 0.72).turned("x", tilt).moved(z_cm=2.08), lit(face, 0.6))
    pen = rod((-5.5, 0, 0), (6.5, 0, 0), 0.5, 10)
    kit.add(pen.turned("x", tilt).moved(0, d * 0.4, 3.4), BLACK)
    return kit.item("tablet_terminal", "signing_pad")


def caller_pad(draw: Draw) -> Item:
    """A call controller: small keypad box with a display, as staff use to call the next number."""
    kit, w, d, h = Kit(), draw.uniform(13, 18), draw.uniform(9, 13), draw.uniform(2.2, 3.5)
    look = office(draw, 0.5)
    kit.add(box(w, d, h, 0.5, 1.2), look)
    text = display(draw, f"A{draw.integer(1, 199):03d}", 160, 60, (0.05, 0.05, 0.05))
    text[text[..., 0] > 120] = (255, 70, 50)
    kit.add(panel(w * 0.4, d * 0.32).moved(-w * 0.22, d * 0.26, h + 0.014), lit(text, 1.0))
    keys = ("呼叫", "重呼", "过号", "暂停", "转移", "评价", "1", "2", "3", "开始")
    kit.add(
        panel(w * 0.9, d * 0.46).moved(0, -d * 0.18, h + 0.014),
        printed(keypad(keys, 5, look.rgb, (0.8, 0.85, 0.9), 36)),
    )
    _cord(kit, draw, (0, d / 2, h / 2), (draw.free(-5, 5), 8))
    return kit.item("tablet_terminal", "caller_pad")


def pole_tablet(draw: Draw) -> Item:
    """A tablet in a lockable frame on a pole with a round foot."""
    kit, w, h = Kit(), draw.uniform(22, 28), draw.uniform(10, 18)
    kit.add(disc(draw.uniform(7, 9.5), 1.2, 0.3), STEEL if draw.chance(0.5) else BLACK)
    kit.add(rod((0, 0.8, 0.8), (0, 0.8, h), 1.0), STEEL)
    tall = w * 0.68
    frame = box(w, 1.4, tall, 0.4, 0.8)
    glass = front_panel(w * 0.88, tall * 0.84).moved(0, -0.72, tall * 0.08)
    tilted(
        kit,
        [(frame, office(draw, 0.7)), (glass, lit(screen(draw, 480, 320), 0.9))],
        "x",
        -draw.uniform(15, 40),
        (0, 0, h - tall * 0.3),
    )
    return kit.item("tablet_terminal", "pole_tablet")
