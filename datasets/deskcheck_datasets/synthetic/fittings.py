"""What else is at a counter: glass, low cabinet, cables and stickers, queue screens, lamps, windows, boards."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from deskcheck_datasets.synthetic.camera import Camera, desk_corners_world
from deskcheck_datasets.synthetic.items.base import Draw, Material, Part, Texture, metal, plastic, printed
from deskcheck_datasets.synthetic.mesh import box, front_panel, panel, smooth_path, tube
from deskcheck_datasets.synthetic.surroundings import FLOOR_CM, worktop_material
from deskcheck_datasets.synthetic.textures import WORDS, canvas, cloud, write

Rectangle = tuple[float, float, float, float]
_LAMP_NEAREST_CM = 170.0


def glass_screen(draw: Draw, desk: tuple[float, float]) -> list[Part]:
    """A pane along the outer edge with posts and a slot below."""
    w, _ = desk
    bottom, tall = draw.uniform(12, 22), draw.uniform(45, 80)
    tint = (0.93, 0.97, 0.95)
    pane = front_panel(w - 2, tall).moved(w / 2, -1.0, bottom)
    parts = [Part(pane, Material(tint, clear=True))]
    for x in np.linspace(3, w - 3, draw.integer(2, 4)):
        parts.append(Part(box(2.0, 1.2, bottom + tall * 0.6, 0.1).moved(float(x), -1.0, 0.0), metal()))
    return parts


def low_cabinet(draw: Draw, desk: tuple[float, float], side: int) -> tuple[list[Part], Rectangle, float]:
    """A cabinet beside the desk, left (-1) or right (1): parts, its top in desk cm, the top's height."""
    w, d = desk
    wide, deep, high = draw.uniform(42, 62), draw.uniform(40, 52), draw.uniform(52, 68)
    x0 = -wide - draw.uniform(4, 12) if side < 0 else w + draw.uniform(4, 12)
    y0 = max(d - deep, 6.0)
    z = FLOOR_CM + high
    look = worktop_material(draw)
    body = box(wide, deep, high, 0.3).moved(x0 + wide / 2, -(y0 + deep / 2), FLOOR_CM)
    parts = [Part(body, plastic(draw.grey(0.5, 0.9), 0.4)), Part(box(wide + 1, deep + 1, 2.0, 0.3)
             .moved(x0 + wide / 2, -(y0 + deep / 2), z), look)]  # fmt: skip
    for k in range(3):
        knob = box(10, 1.2, 1.2, 0.3).moved(x0 + wide / 2, -(y0 + deep) - 0.6, z - 12 - k * 17)
        parts.append(Part(knob, metal()))
    return parts, (x0, y0, x0 + wide, y0 + deep), z + 2.0


def clutter(draw: Draw, desk: tuple[float, float]) -> list[Part]:
    """Harmless things without a class: cables, grommets, stickers, stains, scratches, a taped notice."""
    w, d = desk
    parts = []
    for _ in range(draw.integer(0, 3)):
        start = (draw.free(0, w), -draw.free(2, 25))
        points = [(start[0] + k * draw.free(-14, 14), start[1] - k * draw.free(0, 7), 0.28) for k in range(5)]
        run = np.clip(smooth_path(points, 6), (1.0, 1.0 - d, 0.0), (w - 1.0, -1.0, 9.0))
        parts.append(Part(tube(run, draw.uniform(0.16, 0.3), 6), plastic(draw.grey(0.02, 0.9), 0.5)))
    if draw.chance(0.4):
        ring = tube([(3 * np.cos(a), 3 * np.sin(a), 0.1) for a in np.linspace(0, 2 * np.pi, 17)], 0.35, 6)
        at = (draw.free(10, w - 10), -draw.free(6, 20))
        parts.append(Part(ring.moved(*at), plastic(draw.grey(0.05, 0.6), 0.5)))
    for _ in range(draw.integer(0, 3)):
        size = draw.uniform(2.5, 9)
        sign = canvas(64, 40, draw.vivid() if draw.chance(0.6) else (0.95, 0.95, 0.95))
        write(sign, draw.pick(WORDS)[:2], (8, 28), 20, (0.1, 0.1, 0.1) if int(sign[0, 0].sum()) > 380 else (1, 1, 1))
        flat = panel(size, size * 0.62).turned("z", draw.free(-180, 180))
        parts.append(Part(flat.moved(draw.free(8, w - 8), -draw.free(4, d - 4), 0.03), printed(sign)))
    return parts


def queue_screen(draw: Draw, at: tuple[float, float, float], turn_deg: float) -> list[Part]:
    """A number display above the counter or on a wall."""
    img = canvas(420, 110, (0.03, 0.02, 0.02))
    text = f"{draw.pick('ABCDE')}{draw.integer(1, 199):03d} 请到 {draw.integer(1, 30)} 号窗口"
    write(img, text, (14, 76), 52, (1.0, 0.15, 0.08) if draw.chance(0.7) else (0.2, 1.0, 0.3), 700)
    wide = draw.uniform(60, 120)
    case = box(wide + 4, 6, wide * 0.27 + 4, 0.4).moved(0, 3.2, 0).turned("z", turn_deg).moved(*at)
    face = front_panel(wide, wide * 0.26).moved(0, 0, 2.2).turned("z", turn_deg).moved(*at)
    return [Part(case, plastic((0.03, 0.03, 0.03))), Part(face, Material(texture=img, roughness=0.4, glow=1.6))]


def daylight(draw: Draw, x_cm: float, wall_y: float, facing: float) -> list[Part]:
    """Windows in a wall: a bright view between dark frames; faces world y ``facing``."""
    view = _view(draw)
    parts, wide, tall = [], draw.uniform(90, 160), draw.uniform(110, 170)
    strength = draw.uniform(1.2, 4.0)
    turn = 0.0 if facing < 0 else 180.0
    for k in range(draw.integer(1, 3)):
        x = x_cm + k * (wide + 12)
        pane = front_panel(wide, tall).turned("z", turn).moved(x, wall_y + facing * 0.4, draw.uniform(5, 30))
        parts.append(Part(pane, Material(texture=view, glow=strength)))
        low = float(pane.vertices[:, 2].min())
        for dx in (-wide / 2, 0.0, wide / 2):
            bar = box(4.5, 3, tall + 6, 0.2).moved(x + dx, wall_y + facing * 1.0, low - 3)
            parts.append(Part(bar, plastic((0.85, 0.85, 0.84))))
    return parts


def _view(draw: Draw) -> Texture:
    """Sky above, trees or a street below, out of focus."""
    sky = np.array(draw.hsv((0.55, 0.62), (0.05, 0.3), (0.9, 1.0)))
    low = np.array(draw.hsv((0.2, 0.38), (0.1, 0.5), (0.35, 0.7)))
    edge = np.clip((np.linspace(0, 1, 96)[:, None] - draw.free(0.4, 0.8)) * 9 + cloud(draw, 96, 96, 4) * 3, 0, 1)
    img = (sky * (1 - edge[..., None]) + low * edge[..., None]) * 255
    return np.asarray(np.clip(cv2.GaussianBlur(img, (0, 0), 2), 0, 255), np.uint8)


def lamps(draw: Draw, desk: tuple[float, float], height_cm: float, cameras: Sequence[Camera]) -> list[Part]:
    """Tubes or round lamps that hang in view of a ceiling camera, bright enough to clip, never before the desk."""
    w, _ = desk
    parts = []
    for _ in range(draw.integer(1, 4)):
        at = (w / 2 + draw.free(-260, 260), draw.free(-330, 330), height_cm + draw.free(-25, 25))
        if any(_before_the_desk(camera, desk, at) for camera in cameras):
            continue
        glow = Material((1.0, 0.98, 0.93), glow=draw.uniform(5, 14))
        shape = box(110, 12, 4, 0.5) if draw.chance(0.6) else box(30, 30, 6, 1.0, 12)
        parts.append(Part(shape.turned("z", draw.pick((0.0, 90.0))).moved(*at), glow))
    return parts


def _before_the_desk(camera: Camera, desk: tuple[float, float], at: tuple[float, float, float]) -> bool:
    """Whether a lamp would hang close to a camera or hide part of the desk from it."""
    if float(np.linalg.norm(np.subtract(at, camera.position_cm))) < _LAMP_NEAREST_CM:
        return True
    (lamp,) = camera.project(np.array([at]))
    if np.isnan(lamp).any():
        return False
    corners = camera.project(desk_corners_world(desk))
    low, high = np.nanmin(corners, axis=0), np.nanmax(corners, axis=0)
    margin = 0.25 * (high - low)
    return bool(((lamp > low - margin) & (lamp < high + margin)).all())
