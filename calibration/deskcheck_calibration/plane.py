"""The desk plane of one picture: pixels to desk centimetres and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from deskcheck_vision.detections import Float64Array, read_only
from deskcheck_vision.lens import Lens

from deskcheck_calibration import geometry
from deskcheck_calibration.camera_fit import CameraFit, fit_camera
from deskcheck_calibration.errors import (
    CornersCrossedError,
    CornersNotFiniteError,
    CornersOnLineError,
    CornersOrderError,
    CornersOutsideError,
    DegeneratePlaneError,
    DeskSizeError,
    FocalLengthError,
    NoCameraPoseError,
)
from deskcheck_calibration.pose import (
    NOMINAL_FOCAL_LOG_SIGMA,
    NOMINAL_FOCAL_OF_LONG_SIDE,
    CameraPose,
    estimate_focal,
    inverse_square_focals,
    pose_from_homography,
    rigid_corner_error_px,
)

DESK_SIDE_CM = (5.0, 2000.0)
FOCAL_OF_LONG_SIDE = (0.1, 20.0)
_LARGEST_CONDITION = 1e6
_LARGEST_CORNER_ERROR_PX = 0.5
_LARGEST_STRETCH = 8.0  # a desk seen from less than about 7 degrees above its plane
_ORDER = ("outer left", "outer right", "inner right", "inner left")

Corners = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, eq=False)
class DeskPlane:
    """The desk in one picture.

    Attributes:
        homography: (3, 3) float64, px of the straightened picture -> desk cm, homogeneous.
        homography_gradients: (K, 3, 3) float64, its derivative by each of the independent px errors of what it was
            made from: the eight coordinates of tapped corners, or the seven freedoms of a camera fitted to points.
        desk_wh_cm: width (along the outer edge) and depth of the desk in cm.
        image_wh: size of the picture in px.
        residual_cm: RMS by which the corners miss those of a flat rectangle seen by a camera, or the points miss the
            camera fitted to them; 0 where the pose is unknown, since four corners alone can contradict nothing.
        corner_sigma_px: standard deviation of such an error, in px.
        pose: the camera's pose, None where one view does not tell it.
        lens: how the picture is bent; None for one that is straight, as phones deliver it.
    """

    homography: Float64Array
    homography_gradients: Float64Array
    desk_wh_cm: tuple[float, float]
    image_wh: tuple[int, int]
    residual_cm: float
    corner_sigma_px: float
    pose: CameraPose | None
    lens: Lens | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "homography", read_only(self.homography))
        object.__setattr__(self, "homography_gradients", read_only(self.homography_gradients))

    @classmethod
    def from_corners(
        cls,
        corners_px: Corners,
        desk_wh_cm: tuple[float, float],
        image_wh: tuple[int, int],
        focal_px: float | None = None,
        corner_sigma_px: float = 2.0,
        lens: Lens | None = None,
    ) -> Self:
        """Calibrate from the desk's four corners.

        Args:
            corners_px: outer-left, outer-right, inner-right, inner-left corner in px (left and right as the staff
                see them); any camera above the desk sees them clockwise.
            desk_wh_cm: width along the outer edge and depth in cm.
            image_wh: picture size in px.
            focal_px: focal length in px where known; otherwise it is estimated from the view if that is possible.
            corner_sigma_px: standard deviation of a corner coordinate in px.
            lens: how the picture that the corners were tapped on is bent.

        Raises:
            CalibrationError: one of its leaves, see ``errors``.
        """
        corners = check_corners(corners_px, desk_wh_cm, image_wh)
        desk = _desk_corners(desk_wh_cm)
        _check_optics(focal_px, corner_sigma_px, image_wh)
        homographies = _nearby_homographies(corners, desk, corner_sigma_px, lens)
        corners = corners if lens is None else lens.straightened(corners)
        to_cm = homographies[0]
        to_px = _checked_inverse(to_cm, corners, desk)
        gradients = (homographies[1:9] - homographies[9:]) / (2 * max(corner_sigma_px, 1e-3))
        pose = _pose(homographies, to_px, image_wh, focal_px)
        residual = 0.0
        if pose is not None:
            missed = geometry.apply_homography(to_cm, corners + rigid_corner_error_px(pose, desk, corners)) - desk
            residual = float(np.sqrt((missed**2).sum(axis=1).mean()))
        size_cm = (float(desk_wh_cm[0]), float(desk_wh_cm[1]))
        return cls(to_cm, gradients, size_cm, image_wh, residual, float(corner_sigma_px), pose, lens)

    @classmethod
    def from_points(
        cls,
        points_px: Float64Array,
        points_cm: Float64Array,
        desk_wh_cm: tuple[float, float],
        image_wh: tuple[int, int],
        focal_px: float | None = None,
        point_sigma_px: float = 1.0,
        lens: Lens | None = None,
    ) -> Self | None:
        """Calibrate from any points of the desk, such as the corners of its stickers.

        Args:
            points_px: (N >= 4, 2) where they are seen, without outliers.
            points_cm: (N, 2) where they are on the desk.
            desk_wh_cm: width along the outer edge and depth in cm.
            image_wh: picture size in px.
            focal_px: focal length in px where known, within a few percent; otherwise a usual one is supposed as far as
                the points do not tell it.
            point_sigma_px: standard deviation of a coordinate of a seen point.
            lens: how the picture that they were seen in is bent.

        Returns:
            The desk, or None where the points do not tell where it lies (on one line, mirrored, two answers).

        Raises:
            CalibrationError: the desk's size or the focal length is absurd.
        """
        _check_desk_size(desk_wh_cm)
        _check_optics(focal_px, point_sigma_px, image_wh)
        corners = _desk_corners(desk_wh_cm)
        if lens is not None:
            points_px = lens.straightened(points_px)
        fit = fit_camera(
            points_px, points_cm, image_wh, focal_px=focal_px, point_sigma_px=point_sigma_px, region_cm=corners
        )
        if fit is None:
            return None
        plane = cls.from_camera(fit, points_px, points_cm, desk_wh_cm, point_sigma_px)
        return plane if plane is None or lens is None else replace(plane, lens=lens)

    @classmethod
    def from_camera(
        cls,
        fit: CameraFit,
        points_px: Float64Array,
        points_cm: Float64Array,
        desk_wh_cm: tuple[float, float],
        point_sigma_px: float = 1.0,
    ) -> Self | None:
        """Calibrate from a fitted camera.

        Args:
            fit: the camera.
            points_px: (N, 2) what it was fitted to in the picture, for the residual.
            points_cm: (N, 2) the same on the desk.
            desk_wh_cm: width along the outer edge and depth of the desk in cm.
            point_sigma_px: unit of the errors that ``homography_gradients`` are given in.

        Returns:
            The desk, or None where the camera has a corner of it behind it.
        """
        corners = _desk_corners(desk_wh_cm)
        if ((np.column_stack([corners, np.ones(4)]) @ fit.to_px[2]) <= 0).any():
            return None
        to_cm = geometry.inverse(np.concatenate([fit.to_px[None], fit.nearby()]))
        half = (len(to_cm) - 1) // 2
        sigma = max(point_sigma_px, 1e-3)
        gradients = (to_cm[1 : 1 + half] - to_cm[1 + half :]) / (2 * sigma)
        missed = geometry.apply_homography(to_cm[0], points_px) - points_cm
        residual = float(np.sqrt((missed**2).sum(axis=1).mean()))
        size_cm = (float(desk_wh_cm[0]), float(desk_wh_cm[1]))
        return cls(to_cm[0], gradients, size_cm, fit.image_wh, residual, sigma, fit.pose)

    @property
    def to_px_homography(self) -> Float64Array:
        """Homography (3, 3) desk cm -> straightened px, positive in front of the camera."""
        inverse = geometry.inverse(self.homography)
        middle = np.array([self.desk_wh_cm[0] / 2, self.desk_wh_cm[1] / 2, 1.0])
        return inverse * float(np.sign(inverse[2] @ middle))

    def pose_or_nominal(self) -> CameraPose:
        """Return the pose, or the one that a usual lens would have where the view does not tell it.

        Raises:
            NoCameraPoseError: not even a usual lens gives a possible camera.
        """
        if self.pose is not None:
            return self.pose
        focal = NOMINAL_FOCAL_OF_LONG_SIDE * max(self.image_wh)
        pose = pose_from_homography(self.to_px_homography, focal, self.image_wh, NOMINAL_FOCAL_LOG_SIGMA)
        if pose is None:
            raise NoCameraPoseError(height_cm=0.0)
        return pose

    def to_cm(self, points_px: Float64Array) -> Float64Array:
        """Map picture points (..., 2) px to desk points (..., 2) cm on the desk plane."""
        points = np.asarray(points_px, np.float64)
        straight = points if self.lens is None else self.lens.straightened(points)
        return geometry.apply_homography(self.homography, straight)

    def to_px(self, points_cm: Float64Array, height_cm: float = 0.0) -> Float64Array:
        """Map desk points (..., 2) cm, ``height_cm`` above the desk, to picture points (..., 2) px.

        Raises:
            NoCameraPoseError: a height was given and the pose is unknown.
        """
        straight = geometry.apply_homography(self.to_px_at(height_cm), np.asarray(points_cm, np.float64))
        return straight if self.lens is None else self.lens.bent(straight)

    def to_px_at(self, height_cm: float) -> Float64Array:
        """Return the homography (3, 3) from the plane ``height_cm`` above the desk, in cm, to straightened px.

        Raises:
            NoCameraPoseError: a height was given and the pose is unknown.
        """
        to_px = self.to_px_homography
        if height_cm == 0:
            return to_px
        if self.pose is None:
            raise NoCameraPoseError(height_cm=height_cm)
        return raised(to_px, self.pose, height_cm)

    def scale_px_per_cm(self, at_cm: tuple[float, float]) -> float:
        """Return px per cm at a desk point across the line of sight, where nothing is foreshortened."""
        return float(self.scales_px_per_cm(np.array([at_cm], np.float64))[0])

    def scales_px_per_cm(self, points_cm: Float64Array) -> Float64Array:
        """Return ``scale_px_per_cm`` of desk points (N, 2) as (N,)."""
        jacobian = geometry.homography_jacobians(self.to_px_homography, points_cm)  # [N,2,2]
        square = (jacobian**2).sum(axis=(1, 2))
        determinant = jacobian[:, 0, 0] * jacobian[:, 1, 1] - jacobian[:, 0, 1] * jacobian[:, 1, 0]
        # Largest singular value of a 2 x 2 matrix from its Frobenius norm and determinant.
        root = np.sqrt(np.maximum(square**2 - 4 * determinant**2, 0.0))
        scales: Float64Array = np.sqrt((square + root) / 2)
        return scales

    def covariance_cm2(self, points_px: Float64Array) -> Float64Array:
        """Return the covariance (N, 2, 2) in cm2 that the corners' noise gives to straightened points (N, 2) px."""
        points = np.asarray(points_px, np.float64)
        homogeneous = np.column_stack([points, np.ones(len(points))])  # [N,3]
        mapped = homogeneous @ self.homography.T  # [N,3]
        moved = np.einsum("kij,nj->nki", self.homography_gradients, homogeneous)  # [N,8,3]
        weight = mapped[:, None, 2:]
        shift = (moved[..., :2] - mapped[:, None, :2] / weight * moved[..., 2:]) / weight  # [N,8,2]
        covariance: Float64Array = self.corner_sigma_px**2 * np.einsum("nki,nkj->nij", shift, shift)
        return covariance


def raised(to_px: Float64Array, pose: CameraPose, height_cm: float) -> Float64Array:
    """Return the homography cm -> px (3, 3) of the plane ``height_cm`` above that of ``to_px`` (3, 3)."""
    result = to_px.copy()
    result[:, 2] += height_cm * pose.up_px
    return result


def check_corners(corners_px: Corners, desk_wh_cm: tuple[float, float], image_wh: tuple[int, int]) -> Float64Array:
    """Return the corners as (4, 2) float64 px after telling every mistake that a person can make with them.

    Raises:
        CalibrationError: one of its leaves.
    """
    corners = np.asarray(corners_px, np.float64)
    if corners.shape != (4, 2) or not np.isfinite(corners).all():
        raise CornersNotFiniteError(corners_px=[tuple(corner) for corner in corners_px])
    _check_desk_size(desk_wh_cm)
    for name, (x, y) in zip(_ORDER, corners, strict=True):
        width, height = image_wh
        if not (-width <= x <= 2 * width and -height <= y <= 2 * height):
            raise CornersOutsideError(corner=name, corner_px=(round(x), round(y)), image_wh=image_wh)
    error = geometry.smallest_triangle_height(corners)
    diagonal = float(np.linalg.norm(np.ptp(corners, axis=0)))
    if error < max(3.0, 0.01 * diagonal):
        raise CornersOnLineError(condition_number=diagonal / max(error, 1e-9), error_px=error)
    if geometry.is_crossed(corners):
        raise CornersCrossedError(corners_px=corners.round().tolist())
    if not geometry.is_convex(corners):
        raise CornersOrderError(
            reason_zh="轮廓向内凹，桌面四角必须外凸", reason_en="the outline is dented, a desk's outline is convex"
        )
    if geometry.signed_area(corners) < 0:
        raise CornersOrderError(
            reason_zh="轮廓是镜像的（逆时针）", reason_en="the outline is mirrored, it runs anticlockwise"
        )
    return corners


def _check_desk_size(desk_wh_cm: tuple[float, float]) -> None:
    low, high = DESK_SIDE_CM
    if not all(low <= side <= high for side in desk_wh_cm):  # false for NaN as well
        raise DeskSizeError(desk_wh_cm=desk_wh_cm, low_cm=low, high_cm=high)


def _check_optics(focal_px: float | None, corner_sigma_px: float, image_wh: tuple[int, int]) -> None:
    if not 0 <= corner_sigma_px <= 0.1 * max(image_wh):
        raise ValueError(f"corner_sigma_px must be 0 to a tenth of the picture, got {corner_sigma_px}")
    low, high = FOCAL_OF_LONG_SIDE
    low_px, high_px = low * max(image_wh), high * max(image_wh)
    if focal_px is not None and not low_px <= focal_px <= high_px:
        raise FocalLengthError(focal_px=focal_px, low_px=low_px, high_px=high_px)


def _desk_corners(desk_wh_cm: tuple[float, float]) -> Float64Array:
    width, depth = desk_wh_cm
    return np.array([[0, 0], [width, 0], [width, depth], [0, depth]], np.float64)


def _nearby_homographies(corners: Float64Array, desk: Float64Array, sigma_px: float, lens: Lens | None) -> Float64Array:
    """Homographies px -> cm (17, 3, 3): the corners as they are, each coordinate moved by +sigma, then by -sigma."""
    step = np.eye(8).reshape(8, 4, 2) * max(sigma_px, 1e-3)
    moved = np.concatenate([corners[None], corners + step, corners - step])
    moved = moved if lens is None else lens.straightened(moved)
    try:
        return geometry.homographies_from_corners(moved, np.broadcast_to(desk, moved.shape))
    except np.linalg.LinAlgError as exc:
        raise DegeneratePlaneError(condition_number=float("inf"), error_px=float("inf")) from exc


def _checked_inverse(to_cm: Float64Array, corners: Float64Array, desk: Float64Array) -> Float64Array:
    """Return cm -> px (3, 3) after checking condition, reprojection and proportions."""
    between = geometry.normaliser(desk) @ to_cm @ np.linalg.inv(geometry.normaliser(corners))
    condition = float(np.linalg.cond(between))
    to_px = geometry.inverse(to_cm)
    error = float(np.abs(geometry.apply_homography(to_px, desk) - corners).max())
    if not condition < _LARGEST_CONDITION or not error < _LARGEST_CORNER_ERROR_PX:
        raise DegeneratePlaneError(condition_number=condition, error_px=error)
    to_px = to_px * float(np.sign(to_px[2] @ np.append(desk.mean(axis=0), 1.0)))
    stretch = float(np.linalg.cond(geometry.homography_jacobians(to_px, desk.mean(axis=0)[None])[0]))
    if stretch > _LARGEST_STRETCH:
        raise CornersOrderError(
            stretch=stretch,
            reason_zh=f"按所填尺寸，一条边比另一条边拉长了 {stretch:.0f} 倍，可能起点选错或长宽填反",
            reason_en=f"with this desk size one side is stretched {stretch:.0f} times against the other; "
            "perhaps the first corner or the desk's width and depth are swapped",
        )
    return to_px


def _pose(
    homographies: Float64Array, to_px: Float64Array, image_wh: tuple[int, int], focal_px: float | None
) -> CameraPose | None:
    if focal_px is not None:
        return pose_from_homography(to_px, float(focal_px), image_wh, 0.0)
    focal = estimate_focal(inverse_square_focals(geometry.inverse(homographies), image_wh), image_wh)
    return None if focal is None else pose_from_homography(to_px, focal[0], image_wh, focal[1])
