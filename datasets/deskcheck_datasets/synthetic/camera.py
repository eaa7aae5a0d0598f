"""The camera of a scene: a phone held in the hand or a camera under the ceiling, with square pixels.

World axes: x as on the desk, y the desk's y negated (so that the world is right-handed with z up), z up, cm.
Picture coordinates are continuous px: (0, 0) is the outer corner of the first pixel, (w, h) that of the last.
A lens bends the picture radially: at radius r from the middle, in units of the focal length, what an ideal pinhole
shows at r appears at r (1 + k1 r^2) (the first term of Brown's model, Brown 1966, as OpenCV has it).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.mesh import Floats


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera.

    Attributes:
        position_cm: (x, y, z) world.
        target_cm: the point in the middle of the picture.
        roll_deg: turn about the line of sight.
        focal_px: focal length.
        image_wh: picture size in px.
        kind: ``phone`` or ``ceiling``.
        k1: radial distortion; negative bends lines outwards like a barrel.
    """

    position_cm: tuple[float, float, float]
    target_cm: tuple[float, float, float]
    roll_deg: float
    focal_px: float
    image_wh: tuple[int, int]
    kind: str = "phone"
    k1: float = 0.0

    @property
    def hfov_deg(self) -> float:
        """Angle of view across the picture's width."""
        return float(np.degrees(2 * np.arctan(self.image_wh[0] / 2 / self.focal_px)))

    @property
    def elevation_deg(self) -> float:
        """Angle of the line of sight below the horizontal."""
        x, y, z = np.subtract(self.target_cm, self.position_cm)
        return float(np.degrees(np.arctan2(-z, np.hypot(x, y))))

    def up(self) -> Floats:
        """(3,) world direction of the picture's upper side."""
        rotation = self.rotation()
        return np.asarray(-rotation[1])

    def rotation(self) -> Floats:
        """(3, 3) world to camera axes: x right, y down, z forward."""
        forward = np.subtract(self.target_cm, self.position_cm)
        forward = forward / np.linalg.norm(forward)
        right = np.cross(forward, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        down = np.cross(forward, right)
        c, s = np.cos(np.radians(self.roll_deg)), np.sin(np.radians(self.roll_deg))
        return np.stack([c * right + s * down, c * down - s * right, forward])

    def intrinsics(self) -> Floats:
        """(3, 3) camera matrix."""
        w, h = self.image_wh
        return np.array([[self.focal_px, 0, w / 2], [0, self.focal_px, h / 2], [0, 0, 1.0]])

    def desk_projection(self) -> Floats:
        """(3, 4) matrix from (x, y, height above the desk, 1) in desk cm to homogeneous px."""
        rotation = self.rotation()
        pose = np.column_stack([rotation, -rotation @ np.asarray(self.position_cm)])
        mirrored: Floats = self.intrinsics() @ pose @ np.diag([1.0, -1.0, 1.0, 1.0])
        return mirrored

    def desk_homography(self) -> Floats:
        """(3, 3) picture px to desk cm, scaled so that its last element is 1."""
        inverse = np.linalg.inv(self.desk_projection()[:, [0, 1, 3]])
        scaled: Floats = inverse / inverse[2, 2]
        return scaled

    @property
    def middle_px(self) -> Floats:
        """(2,) where the line of sight meets the picture."""
        return np.asarray(self.image_wh) / 2

    def bent(self, ideal_px: Floats) -> Floats:
        """(..., 2) px of an ideal pinhole to px of the picture; far outside, they stay where the lens's model ends."""
        off = (ideal_px - self.middle_px) / self.focal_px
        square = (off**2).sum(axis=-1, keepdims=True)
        if self.k1 < 0:
            turning = 1 / (3 * -self.k1)
            shrink = np.sqrt(np.minimum(1.0, turning / np.maximum(square, 1e-12)))
            off, square = off * shrink, np.minimum(square, turning)
        return np.asarray(off * (1 + self.k1 * square) * self.focal_px + self.middle_px)

    def straightened(self, picture_px: Floats) -> Floats:
        """(..., 2) px of the picture to px of an ideal pinhole; the inverse of ``bent`` by Newton's method."""
        off = (picture_px - self.middle_px) / self.focal_px
        wanted = np.sqrt((off**2).sum(axis=-1, keepdims=True))
        radius = wanted.copy()
        for _ in range(12):
            slope = np.maximum(1 + 3 * self.k1 * radius**2, 0.05)
            radius = radius - (radius * (1 + self.k1 * radius**2) - wanted) / slope
        return np.asarray(off * (radius / np.maximum(wanted, 1e-9)) * self.focal_px + self.middle_px)

    def seen(self, world_cm: Floats) -> Floats:
        """(N, 3) world points to (N, 2) px of the picture, bent by the lens; NaN behind the camera."""
        return self.bent(self.project(world_cm)) if self.k1 else self.project(world_cm)

    def project(self, world_cm: Floats) -> Floats:
        """(N, 3) world points to (N, 2) px of an ideal pinhole; points behind the camera become NaN."""
        seen = (world_cm - np.asarray(self.position_cm)) @ self.rotation().T
        ahead = np.where(seen[:, 2:] > 1.0, seen[:, 2:], np.nan)
        return np.asarray(seen[:, :2] / ahead * self.focal_px + np.asarray(self.image_wh) / 2)


@dataclass(frozen=True, slots=True)
class View:
    """Ranges that a hand-held view is drawn from."""

    elevation_deg: tuple[float, float] = (20.0, 70.0)
    distance_cm: tuple[float, float] = (60.0, 200.0)
    staff_side: float = 0.75
    azimuth_deg: float = 38.0
    aim_spread: float = 0.28
    hfov_deg: tuple[float, float] = (52.0, 70.0)
    roll_deg: float = 4.0


@dataclass(frozen=True, slots=True)
class CeilingView:
    """Ranges that a camera under the ceiling is drawn from.

    Attributes:
        above_floor_cm: where it hangs.
        elevation_deg: angle of the line of sight below the horizontal.
        reach_cm: nearest and farthest distance to the desk.
        fill: share of the picture that the desk takes up along the side that is filled first; over 1: cut off.
        hfov_deg: narrowest and widest lens.
        bend: most distortion, as a share of what the lens's model can express.
    """

    above_floor_cm: tuple[float, float] = (250.0, 600.0)
    elevation_deg: tuple[float, float] = (20.0, 70.0)
    reach_cm: tuple[float, float] = (150.0, 620.0)
    fill: tuple[float, float] = (0.45, 1.05)
    hfov_deg: tuple[float, float] = (22.0, 92.0)
    staff_side: float = 0.65
    azimuth_deg: float = 60.0
    bend: float = 0.6
    aim_spread: float = 0.15


def hand_held(draw: Draw, desk_wh_cm: tuple[float, float], image_wh: tuple[int, int], view: View) -> Camera:
    """A camera in somebody's hand on the staff's or the visitor's side, aimed at the desk."""
    w, d = desk_wh_cm
    spread = view.aim_spread
    aim = (w * (0.5 + draw.free(-spread, spread)), -d * (0.5 + draw.free(-spread, spread) * 0.7), draw.free(0, 12))
    elevation = np.radians(draw.free(*view.elevation_deg))
    distance = draw.free(*view.distance_cm)
    side = -90.0 if draw.chance(view.staff_side) else 90.0
    azimuth = np.radians(side + draw.free(-view.azimuth_deg, view.azimuth_deg))
    flat = distance * np.cos(elevation)
    at = (aim[0] + flat * np.cos(azimuth), aim[1] + flat * np.sin(azimuth), aim[2] + distance * np.sin(elevation))
    long_side = max(image_wh)
    focal = long_side / 2 / np.tan(np.radians(draw.free(*view.hfov_deg)) / 2)
    return Camera(at, aim, draw.free(-view.roll_deg, view.roll_deg), float(focal), image_wh)


def framing_whole_desk(
    draw: Draw, desk_wh_cm: tuple[float, float], image_wh: tuple[int, int], view: View, margin_px: float
) -> Camera:
    """A hand-held camera that has all four desk corners in the picture, stepping back as far as that needs."""
    camera = hand_held(draw, desk_wh_cm, image_wh, view)
    for _ in range(60):
        corners = camera.project(desk_corners_world(desk_wh_cm))
        low, high = np.nanmin(corners, axis=0), np.nanmax(corners, axis=0)
        roomy = (low > margin_px).all() and (high < np.asarray(image_wh) - margin_px).all()
        if roomy and not np.isnan(corners).any():
            return camera
        away = np.subtract(camera.position_cm, camera.target_cm) * 1.05
        middle = np.array([desk_wh_cm[0] / 2, -desk_wh_cm[1] / 2, 4.0])
        aim = np.asarray(camera.target_cm) * 0.8 + middle * 0.2
        x, y, z = aim + away
        camera = Camera((x, y, z), (aim[0], aim[1], aim[2]), camera.roll_deg, camera.focal_px, image_wh)
    return camera


_FLOOR_CM = -75.0


def under_ceiling(draw: Draw, desk_wh_cm: tuple[float, float], image_wh: tuple[int, int], view: CeilingView) -> Camera:
    """A fixed camera above the hall, its lens chosen so that the desk fills a share of the picture."""
    w, d = desk_wh_cm
    for _ in range(200):
        rise = draw.free(*view.above_floor_cm) + _FLOOR_CM
        elevation = np.radians(draw.free(*view.elevation_deg))
        distance = rise / np.sin(elevation)
        if view.reach_cm[0] <= distance <= view.reach_cm[1]:
            break
    distance = float(np.clip(distance, *view.reach_cm))
    spread = view.aim_spread
    aim = (w * (0.5 + draw.free(-spread, spread)), -d * (0.5 + draw.free(-spread, spread)), 0.0)
    side = -90.0 if draw.chance(view.staff_side) else 90.0
    azimuth = np.radians(side + draw.free(-view.azimuth_deg, view.azimuth_deg))
    flat = distance * np.cos(elevation)
    at = (aim[0] + flat * np.cos(azimuth), aim[1] + flat * np.sin(azimuth), distance * np.sin(elevation))
    trial = Camera(at, aim, draw.free(-3, 3), 1.0, image_wh, "ceiling")
    reach = np.abs(trial.project(desk_corners_world(desk_wh_cm)) - trial.middle_px).max(axis=0)
    focal = float((trial.middle_px / reach).min()) * draw.free(*view.fill)
    widest, narrowest = (image_wh[0] / 2 / np.tan(np.radians(a) / 2) for a in reversed(view.hfov_deg))
    focal = float(np.clip(focal, widest, narrowest))
    corner = float(np.hypot(*image_wh)) / 2 / focal
    k1 = -draw.free(0.0, view.bend) * 4 / (27 * max(corner, 0.75) ** 2)
    return Camera(at, aim, trial.roll_deg, focal, image_wh, "ceiling", round(k1, 5))


def desk_corners_world(desk_wh_cm: tuple[float, float]) -> Floats:
    """(4, 3) outer-left, outer-right, inner-right, inner-left corner as the staff see them."""
    w, d = desk_wh_cm
    return np.array([[0, 0, 0], [w, 0, 0], [w, -d, 0], [0, -d, 0]], dtype=np.float64)
