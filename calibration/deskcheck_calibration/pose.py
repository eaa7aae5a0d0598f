"""Where the camera stands: pose and focal length from one view of a rectangle on the desk.

World axes are x (right along the outer edge), y (towards the staff) and z DOWN, so that they are right-handed;
heights above the desk enter as z = -height. The camera has square pixels and its principal point at the picture
centre, no lens distortion (Hartley and Zisserman, Multiple View Geometry, 2nd ed., sections 8.5 and 8.8).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array, read_only

# Phone main cameras: 23-28 mm equivalent focal length, 0.64-0.78 of the long side; indoor cameras 0.5-1.6.
NOMINAL_FOCAL_OF_LONG_SIDE = 0.8
NOMINAL_FOCAL_LOG_SIGMA = 0.35
_LARGEST_FOCAL_LOG_SIGMA = 0.35
_FOCAL_OF_LONG_SIDE = (0.3, 8.0)


@dataclass(frozen=True, slots=True, eq=False)
class CameraPose:
    """Pose of a camera over the desk.

    Attributes:
        camera_matrix: (3, 3) float64, px.
        rotation: (3, 3) float64, world (z down) to camera.
        translation: (3,) float64, cm.
        centre_cm: camera centre x, y and HEIGHT above the desk in cm.
        up_px: (3,) float64, what one cm of height adds to a homogeneous picture point of the plane's cm -> px
            homography (scaled as that homography is).
        focal_log_sigma: standard deviation of the logarithm of the focal length; 0 where it was given.
    """

    camera_matrix: Float64Array
    rotation: Float64Array
    translation: Float64Array
    centre_cm: tuple[float, float, float]
    up_px: Float64Array
    focal_log_sigma: float

    def __post_init__(self) -> None:
        for name in ("camera_matrix", "rotation", "translation", "up_px"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def focal_px(self) -> float:
        """Focal length in px."""
        return float(self.camera_matrix[0, 0])

    def elevation_deg(self, at_cm: tuple[float, float]) -> float:
        """Angle in degrees above the desk at which the camera sees a desk point."""
        dx, dy = self.centre_cm[0] - at_cm[0], self.centre_cm[1] - at_cm[1]
        return float(np.degrees(np.arctan2(self.centre_cm[2], np.hypot(dx, dy))))


def camera_matrix(focal_px: float, image_wh: tuple[int, int]) -> Float64Array:
    """Return the (3, 3) matrix of a camera with square pixels and a central principal point."""
    width, height = image_wh
    return np.array([[focal_px, 0, width / 2], [0, focal_px, height / 2], [0, 0, 1]], np.float64)


def inverse_square_focals(to_px: Float64Array, image_wh: tuple[int, int]) -> Float64Array:
    """Return 1 / f^2, in units of the long side, of homographies cm -> px (B, 3, 3) as (B,).

    Both constraints of a known rectangle are used, orthogonal axes and equal scale, in least squares: the first
    says nothing where an axis is parallel to the picture, and then the second does. Not positive: no camera fits.
    """
    width, height = image_wh
    long_side = max(image_wh)
    to_centre = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, long_side]], np.float64) / long_side
    columns = to_centre @ to_px
    first, second = columns[..., 0], columns[..., 1]
    size = (np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-1))[..., None]
    left = np.stack(
        [
            (first[..., :2] * second[..., :2]).sum(axis=-1),
            ((first[..., :2] ** 2).sum(axis=-1) - (second[..., :2] ** 2).sum(axis=-1)) / 2,
        ],
        axis=-1,
    )
    right = np.stack(
        [-first[..., 2] * second[..., 2], (second[..., 2] ** 2 - first[..., 2] ** 2) / 2],
        axis=-1,
    )
    left, right = left / size, right / size
    inverse: Float64Array = (left * right).sum(axis=-1) / np.maximum((left**2).sum(axis=-1), 1e-18)
    return inverse


def estimate_focal(inverse: Float64Array, image_wh: tuple[int, int]) -> tuple[float, float] | None:
    """Return focal length in px and the standard deviation of its logarithm, or None where the view says nothing.

    Args:
        inverse: (1 + 2 K,) output of ``inverse_square_focals``: the plane itself, then K planes with one corner
            coordinate moved by + its standard deviation, then the K with - it.
        image_wh: picture size in px.
    """
    best = float(inverse[0])
    half = (len(inverse) - 1) // 2
    sigma = float(np.sqrt((((inverse[1 : 1 + half] - inverse[1 + half :]) / 2) ** 2).sum()))
    if best <= 0 or not np.isfinite(best + sigma):
        return None
    log_sigma = sigma / (2 * best)  # f = w^-1/2
    long_side = max(image_wh)
    low, high = _FOCAL_OF_LONG_SIDE
    if log_sigma > _LARGEST_FOCAL_LOG_SIGMA or not low <= best**-0.5 <= high:
        return None
    weight, prior = log_sigma**-2 if log_sigma > 0 else 1e12, NOMINAL_FOCAL_LOG_SIGMA**-2
    mean = (weight * -0.5 * np.log(best) + prior * np.log(NOMINAL_FOCAL_OF_LONG_SIDE)) / (weight + prior)
    return float(np.exp(mean) * long_side), float((weight + prior) ** -0.5)


def pose_from_homography(
    to_px: Float64Array, focal_px: float, image_wh: tuple[int, int], focal_log_sigma: float
) -> CameraPose | None:
    """Return the pose that a homography cm -> px (3, 3) and a focal length imply; None for an impossible one.

    Zhang, A flexible new technique for camera calibration, 2000, section 3.1.
    """
    matrix = camera_matrix(focal_px, image_wh)
    columns = np.linalg.solve(matrix, to_px)
    lengths = np.linalg.norm(columns[:, :2], axis=0)
    scale = float(np.sqrt(lengths[0] * lengths[1]))
    axes = columns[:, :2] / lengths
    left, _, right = np.linalg.svd(np.column_stack([axes, np.cross(axes[:, 0], axes[:, 1])]))
    rotation = left @ right
    translation = np.asarray(columns[:, 2] / scale, np.float64)
    centre = -rotation.T @ translation
    if translation[2] <= 0 or centre[2] >= 0:
        return None
    return CameraPose(
        camera_matrix=matrix,
        rotation=rotation,
        translation=translation,
        centre_cm=(float(centre[0]), float(centre[1]), float(-centre[2])),
        up_px=-scale * matrix @ rotation[:, 2],
        focal_log_sigma=focal_log_sigma,
    )


def rigid_corner_error_px(pose: CameraPose, corners_cm: Float64Array, corners_px: Float64Array) -> Float64Array:
    """Return by how much (4, 2) px the best rigid camera misses the corners (4, 2); refined from the pose."""
    world = np.column_stack([corners_cm, np.zeros(len(corners_cm))])
    start, _ = cv2.Rodrigues(pose.rotation)
    _, rotation, translation = cv2.solvePnP(
        world,
        np.ascontiguousarray(corners_px),
        pose.camera_matrix,
        None,
        start.copy(),
        pose.translation.reshape(3, 1).copy(),
        useExtrinsicGuess=True,
        flags=cv2.SOLVEPNP_ITERATIVE,
    )
    projected, _ = cv2.projectPoints(world, rotation, translation, pose.camera_matrix, None)
    return np.asarray(projected, np.float64).reshape(-1, 2) - corners_px
