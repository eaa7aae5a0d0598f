"""The camera of a scene: a phone held in the hand, as an ideal pinhole with square pixels.

World axes: x as on the desk, y the desk's y negated (so that the world is right-handed with z up), z up, cm.
Picture coordinates are continuous px: (0, 0) is the outer corner of the first pixel, (w, h) that of the last.
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
    """

    position_cm: tuple[float, float, float]
    target_cm: tuple[float, float, float]
    roll_deg: float
    focal_px: float
    image_wh: tuple[int, int]

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

    def project(self, world_cm: Floats) -> Floats:
        """(N, 3) world points to (N, 2) px; points behind the camera become NaN."""
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


def desk_corners_world(desk_wh_cm: tuple[float, float]) -> Floats:
    """(4, 3) outer-left, outer-right, inner-right, inner-left corner as the staff see them."""
    w, d = desk_wh_cm
    return np.array([[0, 0, 0], [w, 0, 0], [w, -d, 0], [0, -d, 0]], dtype=np.float64)
