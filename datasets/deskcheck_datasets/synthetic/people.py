"""People as smooth procedural bodies: seated staff, standing visitors, arms that reach over the desk.

Nobody is copied: proportions, posture, clothes, hair and skin are drawn. A body's origin lies between its feet
(standing) or below its hips (seated), its front faces -y as with every item.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Material, Part, Rgb, Texture, plastic, tinted
from deskcheck_datasets.synthetic.mesh import Floats, Mesh, box, loft, smooth_path, tube
from deskcheck_datasets.synthetic.textures import cloud, to_u8

_SIDES = (-1.0, 1.0)
_AROUND = 28
_FRONT = 0.75
_ELBOW_LEAST_CM = 82.0
Point = tuple[float, float, float]
# Index of the left and the right palm among a body's parts: arm by arm, each two limbs, palm, four fingers, thumb.
PALMS = (-6 - 8, -6)


@dataclass(frozen=True, slots=True)
class Posture:
    """How somebody stands or sits.

    Attributes:
        seated: on a chair, hips at ``hip_cm``.
        hip_cm: height of the hips above the floor.
        lean_deg: how far the trunk bends forward.
        reach_cm: per hand (left, right as seen from the staff), where it is relative to the origin, or None where the
            arm hangs.
    """

    seated: bool
    hip_cm: float
    lean_deg: float
    reach_cm: tuple[Point | None, Point | None]


@dataclass(frozen=True, slots=True)
class Look:
    """Colours of somebody."""

    skin: Material
    hair: Material
    top: Material
    sleeve: Material
    trousers: Material
    shoes: Material


def skin_tone(draw: Draw) -> Rgb:
    """A skin colour from pale to dark brown."""
    return draw.hsv((0.045, 0.085), (0.24, 0.55), (0.42, 0.97))


def _cloth(draw: Draw, rgb: Rgb) -> Texture:
    """Cloth with soft folds."""
    folds = cloud(draw, 256, 256, 5, (0.7, 1.6))
    level = 0.74 + 0.38 * folds + draw.rng.normal(0, 0.012, folds.shape)
    if draw.chance(0.2):
        level *= np.where(np.mod(np.arange(256)[:, None] / draw.free(8, 22), 1) < 0.5, 1.0, draw.free(0.6, 0.85))
    return np.asarray(np.clip(np.asarray(rgb) * level[..., None] * 255, 0, 255), np.uint8)


def _column(u: float) -> int:
    return int(u * 256)


def _uniform(draw: Draw, jacket: Rgb, skin: Rgb) -> Texture:
    """A jacket with lapels over a light shirt, tie or badge; drawn around the trunk, front at u = 0.75."""
    img = _cloth(draw, jacket)
    shirt = draw.hsv((0.5, 0.65), (0.0, 0.2), (0.85, 1.0))
    middle, dark = _column(_FRONT), tinted(jacket, 0.7)
    half, low = draw.integer(12, 18), draw.integer(90, 140)
    cv2.fillPoly(img, [np.array([[middle - half, 18], [middle + half, 18], [middle, low]])], to_u8(shirt))
    for side in (-1, 1):
        lapel = [[middle + side * half, 16], [middle + side * (half + 9), 40], [middle, low + 6], [middle, low - 6]]
        cv2.fillPoly(img, [np.array(lapel)], to_u8(dark))
    cv2.line(img, (middle, low), (middle, 256), to_u8(tinted(jacket, 0.5)), 1)
    if draw.chance(0.6):
        tie = draw.vivid()
        cv2.fillPoly(
            img, [np.array([[middle - 2, 24], [middle + 2, 24], [middle + 4, low - 8], [middle - 4, low - 8]])],
            to_u8(tie),
        )  # fmt: skip
    if draw.chance(0.5):
        cv2.rectangle(img, (middle + 20, 70), (middle + 29, 76), (235, 200, 80), -1)
    img[:16] = to_u8(skin)
    return img


def _shirt(draw: Draw, rgb: Rgb, skin: Rgb) -> Texture:
    """A T-shirt, shirt or coat."""
    img = _cloth(draw, rgb)
    middle = _column(_FRONT)
    kind = draw.integer(0, 3)
    if kind == 0:
        cv2.line(img, (middle, 0), (middle, 256), to_u8(tinted(rgb, 0.6)), 2)
    if kind == 1:
        cv2.rectangle(img, (middle - 18, 70), (middle + 18, 130), to_u8(draw.vivid()), -1)
    if kind == 2:
        cv2.fillPoly(img, [np.array([[middle - 12, 14], [middle + 12, 14], [middle, 60]])], to_u8(draw.grey(0.7, 1.0)))
    img[: draw.integer(12, 20)] = to_u8(skin)
    return img


def _look(draw: Draw, staff: bool) -> Look:
    skin = skin_tone(draw)
    hair = draw.hsv((0.02, 0.1), (0.1, 0.5), (0.02, 0.16)) if draw.chance(0.85) else draw.grey(0.4, 0.8)
    if staff:
        colours = (draw.hsv((0.58, 0.68), (0.4, 0.85), (0.1, 0.35)), draw.grey(0.04, 0.2), draw.grey(0.7, 0.95))
        cloth = draw.pick(colours)
    else:
        cloth = draw.vivid() if draw.chance(0.55) else draw.grey(0.05, 0.9)
    painted = _uniform(draw, cloth, skin) if staff and draw.chance(0.75) else _shirt(draw, cloth, skin)
    legs = draw.grey(0.03, 0.2) if draw.chance(0.6) else draw.hsv((0.56, 0.66), (0.3, 0.6), (0.2, 0.5))
    return Look(
        Material(skin, 0.5),
        Material(hair, 0.4),
        Material(texture=painted, roughness=0.85, specular=0.2),
        Material(texture=_cloth(draw, cloth), roughness=0.85, specular=0.2),
        Material(texture=_cloth(draw, legs), roughness=0.85),
        plastic(draw.grey(0.02, 0.2), 0.35),
    )


def _ellipses(levels: Floats) -> Mesh:
    """A closed surface through ellipses given as (x, y, z, half width, half depth), bottom first."""
    angle = np.linspace(0, 2 * np.pi, _AROUND, endpoint=False)
    loops = []
    for x, y, z, wide, deep in levels:
        # A little squarer than an ellipse, as shoulders are.
        c, s = np.cos(angle), np.sin(angle)
        cx, cy = np.sign(c) * np.abs(c) ** 0.85, np.sign(s) * np.abs(s) ** 0.85
        loops.append(np.column_stack([x + wide * cx, y + deep * cy, np.full(_AROUND, z)]))
    return loft(np.array(loops), crease_deg=80.0)


def _ball(at: Point, radii: Point, low: float = -1.0) -> Mesh:
    """An ellipsoid, cut off below ``low`` of its half height."""
    t = np.linspace(low, 1.0, 12)
    t = np.sin(t * np.pi / 2)
    ring = np.sqrt(np.maximum(1 - t**2, 0.004))
    levels = [(at[0], at[1], at[2] + radii[2] * z, radii[0] * r, radii[1] * r) for z, r in zip(t, ring, strict=True)]
    return _ellipses(np.array(levels))


def _limb(points: list[Point], radii: list[float]) -> Mesh:
    path = smooth_path(points, 6)
    along = np.linspace(0, len(points) - 1, len(path))
    sizes = np.interp(along, np.arange(len(points)), radii)
    # Rounded ends.
    sizes[0] *= 0.8
    sizes[-1] *= 0.75
    return tube(path, [float(s) for s in sizes], 14)


def _hand(at: Point, towards: Point, skin: Material) -> list[Part]:
    """Palm, four fingers and a thumb."""
    ahead = np.array(towards, float)
    ahead /= max(float(np.linalg.norm(ahead)), 1e-6)
    across = np.cross(ahead, [0, 0, 1.0])
    across /= max(float(np.linalg.norm(across)), 1e-6)
    start = np.array(at)
    palm = tube([start - ahead, start + ahead * 4, start + ahead * 8], [2.6, 3.6, 3.3], 12)
    parts = [Part(_flatter(palm, at[2]), skin)]
    for k in range(4):
        root = start + ahead * 7.2 + across * (k - 1.5) * 1.75
        tip = root + ahead * (6.2 if k in (1, 2) else 5.0) + np.array([0, 0, -1.4])
        parts.append(Part(tube(np.stack([root, (root + tip) / 2 + [0, 0, 0.5], tip]), [0.9, 0.85, 0.65], 8), skin))
    thumb = start + ahead * 2.5 - across * 2.8
    parts.append(
        Part(tube(np.stack([thumb, thumb + ahead * 3 - across * 2, thumb + ahead * 6 - across * 2]), 0.95, 8), skin)
    )
    return parts


def _flatter(mesh: Mesh, z_cm: float) -> Mesh:
    return mesh.moved(z_cm=-z_cm).scaled(1, 1, 0.55).moved(z_cm=z_cm)


def _head(draw: Draw, look: Look, neck: Point) -> list[Part]:
    """Head with hair, ears, eyes, brows, nose and mouth, now and then glasses or a mask."""
    x, y, z = neck
    size = draw.uniform(0.94, 1.06)
    at: Point = (x, y - 1.5, z + 13.0 * size)
    rx, ry, rz = 7.6 * size, 9.4 * size, 11.6 * size
    parts = [Part(tube([(x, y, z - 5), (x, y - 0.8, z + 6)], [5.8, 5.4], 16), look.skin)]
    parts.append(Part(_ball(at, (rx, ry, rz)), look.skin))
    style = draw.integer(0, 3)
    parts.append(Part(_ball((x, at[1] + 1.6, at[2] + 1.2), (rx + 0.8, ry + 0.4, rz + 0.9), 0.02), look.hair))
    parts.append(Part(_ball((x, at[1] + 3.6, at[2]), (rx + 0.5, ry - 2.2, rz * 0.96), -0.55), look.hair))
    if style == 1:
        parts.append(Part(_ball((x, at[1] + 4.6, at[2] - 9), (rx + 1.0, ry - 3.4, rz * 1.35)), look.hair))
    if style == 2:
        parts.append(Part(_ball((x, at[1] + 11, at[2] + 5), (4.2, 4.2, 4.2)), look.hair))
    front = at[1] - ry
    white, dark = plastic((0.93, 0.92, 0.9), 0.3), plastic((0.05, 0.04, 0.04), 0.3)
    for side in _SIDES:
        eye = (x + side * 3.1, front + 1.35, at[2] + 0.8)
        parts.append(Part(_ball(eye, (1.35, 0.7, 0.62)), white))
        parts.append(Part(_ball((eye[0], eye[1] - 0.35, eye[2]), (0.6, 0.5, 0.6)), dark))
        parts.append(Part(box(3.2, 0.7, 0.6, 0.2).moved(eye[0], eye[1] - 0.25, eye[2] + 1.9), look.hair))
        parts.append(Part(_ball((x + side * (rx + 0.2), at[1] + 1, at[2] - 0.5), (0.9, 1.7, 2.7)), look.skin))
    nose = tube([(x, front + 0.6, at[2] + 0.9), (x, front - 1.3, at[2] - 2.6)], [0.7, 1.25], 10)
    parts.append(Part(nose, look.skin))
    if draw.chance(0.15):
        parts.append(Part(_ball((x, front + 3.2, at[2] - 4.6), (5.6, 4.4, 4.6)), plastic((0.75, 0.85, 0.93), 0.9)))
    else:
        lips = plastic(tinted(look.skin.rgb, 0.72), 0.4)
        parts.append(Part(_ball((x, front + 1.25, at[2] - 5.4), (2.3, 0.9, 0.55)), lips))
    return parts


def _trunk(draw: Draw, hip: Point, lean_deg: float, wide: float) -> tuple[Mesh, Point, Floats]:
    """Trunk from hips to neck; the neck's place and the shoulders' (2, 3) places."""
    tall = draw.uniform(50, 58)
    deep = draw.uniform(0.85, 1.15)
    shape = [
        (0.0, 17.5, 11.5), (0.14, 18.0, 12.0), (0.35, 16.0, 11.0), (0.62, 18.5, 12.2), (0.8, 19.5, 11.6),
        (0.9, 18.0, 9.6), (0.96, 11.5, 7.4), (1.0, 6.6, 6.2), (1.04, 5.8, 5.8),
    ]  # fmt: skip
    # Forward is -y, and the back bends rather than tilts.
    bend = np.radians(lean_deg)
    rows = []
    for share, half_w, half_d in shape:
        y = -tall * np.sin(bend) * share**1.35
        z = tall * share * np.cos(bend * share)
        rows.append((hip[0], hip[1] + y, hip[2] + z, half_w * wide, half_d * deep))
    top = rows[-1]
    chest = rows[4]
    shoulders = np.array([[hip[0] + side * 18.5 * wide, chest[1] + 0.5, chest[2] + 3.0] for side in _SIDES])
    return _ellipses(np.array(rows)), (top[0], top[1], top[2]), shoulders


def _arm(shoulder: Floats, hand: Point | None, side: float) -> list[Point]:
    """Shoulder, elbow, wrist; the elbow bends down and outwards."""
    start = shoulder
    if hand is None:
        return [
            (start[0], start[1], start[2]),
            (start[0] + side * 5, start[1] + 2, start[2] - 27),
            (start[0] + side * 3, start[1] - 7, start[2] - 49),
        ]
    end = np.array(hand)
    span = float(np.linalg.norm(end - start))
    upper = 29.0
    end = start + (end - start) * min(1.0, 2 * upper * 0.985 / max(span, 1.0))
    span = min(span, 2 * upper * 0.985)
    axis = (end - start) / max(span, 1e-6)
    # The elbow bends down as far as a desk below the arm allows.
    for down in (-1.0, -0.5, -0.1, 0.3):
        out = np.array([side * 0.75, 0.35, down])
        out -= axis * (out @ axis)
        out /= np.linalg.norm(out)
        elbow = (start + end) / 2 + out * np.sqrt(max(upper**2 - (span / 2) ** 2, 1.0))
        if elbow[2] > _ELBOW_LEAST_CM:
            break
    rows = [start, elbow, end]
    return [(float(p[0]), float(p[1]), float(p[2])) for p in rows]


def _legs(look: Look, posture: Posture, wide: float) -> list[Part]:
    parts = []
    for side in _SIDES:
        x = side * 9.5 * wide
        if posture.seated:
            hip: Point = (x, 0.0, posture.hip_cm + 1)
            points: list[Point] = [hip, (x * 1.2, -42, posture.hip_cm + 1.5), (x * 1.2, -44, 9.0)]
            parts.append(
                Part(_limb([points[0], (x * 1.1, -22, posture.hip_cm + 2), points[1]], [9.4, 8.6, 6.8]), look.trousers)
            )
            parts.append(Part(_limb([points[1], (x * 1.2, -45, 30), points[2]], [6.6, 6.0, 4.4]), look.trousers))
            foot_y = -49.0
        else:
            parts.append(
                Part(_limb([(x, 0, posture.hip_cm + 4), (x, -1.0, 48), (x, 1, 8)], [10.2, 7.2, 4.8]), look.trousers)
            )
            foot_y = -4.0
        parts.append(Part(box(9.5, 26, 8, 2.5, 4).moved(x * (1.2 if posture.seated else 1), foot_y, 0.0), look.shoes))
    return parts


def person(draw: Draw, posture: Posture, *, staff: bool, label: str) -> Item:
    """Build somebody.

    Args:
        staff: wears the centre's uniform.
        label: finer name.
    """
    look = _look(draw, staff)
    wide = draw.uniform(0.9, 1.12)
    trunk, neck, shoulders = _trunk(draw, (0.0, 0.0, posture.hip_cm), posture.lean_deg, wide)
    parts = [Part(trunk, look.top), *_legs(look, posture, wide), *_head(draw, look, neck)]
    bare = draw.chance(0.3) and not staff
    for side, shoulder, hand in zip(_SIDES, shoulders, posture.reach_cm, strict=True):
        points = _arm(shoulder, hand, side)
        parts.append(Part(_limb([points[0], _between(points[0], points[1]), points[1]], [6.8, 5.8, 5.0]), look.sleeve))
        parts.append(
            Part(
                _limb([points[1], _between(points[1], points[2]), points[2]], [4.9, 4.5, 3.3]),
                look.skin if bare else look.sleeve,
            )
        )
        ahead = np.subtract(points[2], points[1])
        ahead[2] *= 0.35
        parts += _hand(points[2], (float(ahead[0]), float(ahead[1]), float(ahead[2])), look.skin)
    return Item("person", label, tuple(parts))


def _between(a: Point, b: Point) -> Point:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2)
