"""A drawn desk with position stickers on it, and a camera of known pose that looks at it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.lens import Lens
from deskcheck_vision.markers import tag_ids, tag_image

PX_PER_CM = 16
STICKER_CM, TAG_CM = 6, 4


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """A camera over a desk: homography cm -> px (3, 3), focal length in px, picture size."""

    to_px: Float64Array
    focal_px: float
    image_wh: tuple[int, int]

    def px(self, points_cm: Float64Array) -> Float64Array:
        homogeneous = np.asarray(points_cm, np.float64) @ self.to_px[:, :2].T + self.to_px[:, 2]
        return np.asarray(homogeneous[..., :2] / homogeneous[..., 2:])


def camera(
    desk_wh_cm: tuple[float, float],
    elevation_deg: float = 45.0,
    azimuth_deg: float = 10.0,
    distance_cm: float = 180.0,
    image_wh: tuple[int, int] = (1920, 1080),
    focal_of_long_side: float = 0.72,
) -> Camera:
    """A camera that looks at the middle of the desk from the staff's side."""
    elevation, azimuth = np.radians([elevation_deg, azimuth_deg])
    target = np.array([desk_wh_cm[0] / 2, desk_wh_cm[1] / 2, 0.0])
    away = [np.sin(azimuth) * np.cos(elevation), np.cos(azimuth) * np.cos(elevation), -np.sin(elevation)]
    centre = target + distance_cm * np.array(away)
    z = (target - centre) / distance_cm
    x = np.cross([0, 0, 1.0], z) / np.linalg.norm(np.cross([0, 0, 1.0], z))
    rotation = np.array([x, np.cross(z, x), z])
    focal = focal_of_long_side * max(image_wh)
    matrix = np.array([[focal, 0, image_wh[0] / 2], [0, focal, image_wh[1] / 2], [0, 0, 1]])
    return Camera(matrix @ np.column_stack([rotation[:, :2], -rotation @ centre]), focal, image_wh)


def sticker_squares(desk_wh_cm: tuple[float, float]) -> list[Float64Array]:
    """Where the black squares (4, 2) of stickers that are flush with the desk's corners lie, in cm."""
    width, depth = desk_wh_cm
    inset = (STICKER_CM - TAG_CM) / 2
    right, inner = width - STICKER_CM, depth - STICKER_CM
    starts = [
        (0.0, 0.0),
        (right, 0.0),
        (right, inner),
        (0.0, inner),
    ]
    square = np.array([[0, 0], [TAG_CM, 0], [TAG_CM, TAG_CM], [0, TAG_CM]], np.float64)
    return [square + np.array(start) + inset for start in starts]


def desk_texture(number: int, desk_wh_cm: tuple[int, int], corners: tuple[int, ...] = (0, 1, 2, 3)) -> Uint8Array:
    """A wooden desk from above with some of the stickers of a desk number at its corners."""
    rng = np.random.default_rng(number)
    width, depth = (side * PX_PER_CM for side in desk_wh_cm)
    grain = cv2.resize(rng.normal(0, 10, (depth // 4, width // 64, 1)), (width, depth), interpolation=cv2.INTER_CUBIC)
    desk = np.clip(np.array([90.0, 130.0, 170.0]) + grain[..., None], 0, 255).astype(np.uint8)
    margin = (STICKER_CM - TAG_CM) // 2 * PX_PER_CM
    for corner in corners:
        left, top = (round(float(value)) * PX_PER_CM for value in sticker_squares(desk_wh_cm)[corner][0])
        side = TAG_CM * PX_PER_CM
        desk[top - margin : top + side + margin, left - margin : left + side + margin] = 235
        tag = np.where(tag_image(tag_ids(number)[corner], side // 8) > 0, 235, 25).astype(np.uint8)
        desk[top : top + side, left : left + side] = tag[..., None]
    return desk


def seen(texture: Uint8Array, by: Camera, seed: int = 0, noise: float = 3.0, blur_px: float = 0.7) -> Uint8Array:
    """The picture that a camera takes of a desk's texture: averaged over each px, blurred, with noise, as JPEG."""
    rng = np.random.default_rng(seed)
    # Pictures have (0, 0) at the outer corner of the first px, OpenCV at its middle.
    to_middle = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1.0]])
    mapping = np.diag([2.0, 2.0, 1.0]) @ by.to_px @ np.diag([1 / PX_PER_CM, 1 / PX_PER_CM, 1.0])
    width, height = by.image_wh
    twice = cv2.warpPerspective(
        texture, to_middle @ mapping @ np.linalg.inv(to_middle), (2 * width, 2 * height), borderValue=(70, 80, 90)
    )
    image = cv2.GaussianBlur(cv2.resize(twice, (width, height), interpolation=cv2.INTER_AREA), (0, 0), blur_px)
    image = np.clip(image + rng.normal(0, noise, image.shape), 0, 255).astype(np.uint8)
    _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)


def bent(image: Uint8Array, lens: Lens) -> Uint8Array:
    """The same picture through a lens that bends it; what the ideal picture lacks repeats its border."""
    height, width = image.shape[:2]
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    at = (lens.straightened(np.stack([x, y], axis=-1)) - 0.5).astype(np.float32)
    where = np.ascontiguousarray(at[..., 0]), np.ascontiguousarray(at[..., 1])
    return np.asarray(cv2.remap(image, *where, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8)
