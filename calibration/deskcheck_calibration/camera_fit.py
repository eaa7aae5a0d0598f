"""A camera fitted to any number of points of the desk: pose and focal length with what is known beforehand.

Four corners of a desk fix a plane exactly; stickers and matched features give many points, often in a corner of the
desk only. A free homography would bend away from them, a camera of known or usual lens does not. So the pose and the
logarithm of the focal length are fitted together, the latter held by its prior, by Levenberg and Marquardt's iteration
(Hartley and Zisserman, Multiple View Geometry, 2nd ed., appendix 6).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array

from deskcheck_calibration.geometry import apply_homography
from deskcheck_calibration.pose import (
    NOMINAL_FOCAL_LOG_SIGMA,
    NOMINAL_FOCAL_OF_LONG_SIDE,
    CameraPose,
    camera_matrix,
    pose_from_homography,
)

# EXIF rounds the focal length to whole mm of a small sensor's equivalent, and phones crop for steadiness.
KNOWN_FOCAL_LOG_SIGMA = 0.03
_START_FOCALS_OF_LONG_SIDE = (0.6, 0.8, 1.1)
_ITERATIONS = 40
# A residual of more than this many standard deviations counts less, in proportion (Huber 1964).
_HUBER = 2.5
# Another camera that explains the points nearly as well (one standard deviation: 1) makes both of them guesses.
_AMBIGUOUS = 9.0
_SAME_SIGMAS = 5.0


_ON_ONE_LINE = 1e-6  # how broad points are, as a share of how long
_ODD_TURN = np.array([[np.cos(0.61), -np.sin(0.61), 0.0], [np.sin(0.61), np.cos(0.61), 0.0], [0.0, 0.0, 1.0]])


@dataclass(frozen=True, slots=True, eq=False)
class CameraFit:
    """A camera over the desk with what the points leave open.

    Attributes:
        to_px: (3, 3) float64, desk cm -> picture px.
        focal_px, focal_log_sigma: focal length and the standard deviation of its logarithm.
        error_px: (N, 2) float64, where the camera sees each point less where it was seen.
        covariance: (7, 7) float64 of rotation vector, translation in cm and log focal length.
        vector: (7,) float64, those seven.
        cost: sum of squares of what is left, in standard deviations; about 2 N - 6 where all is as assumed.
        image_wh: px.
    """

    to_px: Float64Array
    focal_px: float
    focal_log_sigma: float
    error_px: Float64Array
    covariance: Float64Array
    vector: Float64Array
    cost: float
    image_wh: tuple[int, int]

    @property
    def pose(self) -> CameraPose | None:
        """The camera's pose; None for one below the desk."""
        return pose_from_homography(self.to_px, self.focal_px, self.image_wh, self.focal_log_sigma)

    def nearby(self) -> Float64Array:
        """Return homographies cm -> px (14, 3, 3): the camera moved by + one, then - one standard deviation along
        each of the seven directions in which the points leave it open independently."""
        values, directions = np.linalg.eigh(self.covariance)
        steps = directions * np.sqrt(np.maximum(values, 0.0))
        return np.stack(
            [camera_homography(self.vector + sign * steps[:, k], self.image_wh) for sign in (1, -1) for k in range(7)]
        )


def fit_camera(
    points_px: Float64Array,
    points_cm: Float64Array,
    image_wh: tuple[int, int],
    *,
    focal_px: float | None = None,
    point_sigma_px: float,
    region_cm: Float64Array | None = None,
) -> CameraFit | None:
    """Fit a camera to points of the desk.

    Args:
        points_px: (N >= 4, 2) where they are seen.
        points_cm: (N, 2) where they are on the desk plane.
        image_wh: picture size in px.
        focal_px: focal length where known, within a few percent.
        point_sigma_px: standard deviation of a coordinate of a seen point; outliers count less, but should be gone.
        region_cm: (M, 2) corners of what has to be known; the points themselves where nothing is given.

    Returns:
        The camera, or None where no camera above the desk sees the points so (they lie on one line, or mirrored), or
        two do that see the region elsewhere.
    """
    sigma = point_sigma_px
    prior = _Prior(*focal_prior(focal_px, image_wh))
    world = np.column_stack([points_cm, np.zeros(len(points_cm))])
    focals = [focal_px] if focal_px else [share * max(image_wh) for share in _START_FOCALS_OF_LONG_SIDE]
    region = points_cm if region_cm is None else region_cm
    fits: list[CameraFit] = []
    for focal in focals:
        for vector in _starts(points_px, world, image_wh, focal):
            fit = _fitted(vector, points_px, world, image_wh, prior, sigma)
            if fit is not None and fit.pose is not None:
                fits.append(fit)
    fits.sort(key=lambda fit: fit.cost)
    if not fits or any(_contradicts(fits[0], other, region, sigma) for other in fits[1:]):
        return None
    return fits[0]


@dataclass(frozen=True, slots=True)
class _Prior:
    """What is known of the focal length: its value in px and the standard deviation of its logarithm."""

    focal_px: float
    log_sigma: float


def focal_prior(focal_px: float | None, image_wh: tuple[int, int]) -> tuple[float, float]:
    """Return what is known of a focal length beforehand: its value in px and its logarithm's standard deviation."""
    if focal_px is not None:
        return focal_px, KNOWN_FOCAL_LOG_SIGMA
    return NOMINAL_FOCAL_OF_LONG_SIDE * max(image_wh), NOMINAL_FOCAL_LOG_SIGMA


def _starts(
    points_px: Float64Array, world: Float64Array, image_wh: tuple[int, int], focal_px: float
) -> list[Float64Array]:
    """Return the vectors (7,) of the one or two cameras that see a plane's points so, by Collins and Bartoli,
    Infinitesimal plane-based pose estimation, 2014."""
    spread = np.linalg.svd(world - world.mean(axis=0), compute_uv=False)
    if spread[1] <= _ON_ONE_LINE * spread[0]:
        return []
    # Turned by an odd angle first: of a plane whose axes run exactly along the picture's the solver answers wrongly.
    turned = np.ascontiguousarray(world @ _ODD_TURN.T)
    try:
        _, rotations, translations, _ = cv2.solvePnPGeneric(
            turned, np.ascontiguousarray(points_px), camera_matrix(focal_px, image_wh), None, flags=cv2.SOLVEPNP_IPPE
        )
    except cv2.error:  # the points lie on one line, or on one spot
        return []
    pairs = zip(rotations, translations, strict=True)
    vectors = [
        np.concatenate(
            [cv2.Rodrigues(cv2.Rodrigues(turn)[0] @ _ODD_TURN)[0].ravel(), shift.ravel(), [np.log(focal_px)]]
        )
        for turn, shift in pairs
    ]
    return [vector for vector in vectors if np.isfinite(vector).all()]


def _fitted(
    start: Float64Array,
    points_px: Float64Array,
    world: Float64Array,
    image_wh: tuple[int, int],
    prior: _Prior,
    sigma_px: float,
) -> CameraFit | None:
    """Levenberg and Marquardt with Huber's weights; None where it runs away."""
    vector, damping = start, 1e-3
    found = _state(vector, points_px, world, image_wh, prior, sigma_px)
    for _ in range(_ITERATIONS):
        if not np.isfinite(found.cost):
            return None
        damped = found.normal + damping * np.diag(np.diag(found.normal)) + 1e-12 * np.eye(7)
        step = np.linalg.solve(damped, found.gradient)
        tried = _state(vector - step, points_px, world, image_wh, prior, sigma_px)
        if tried.cost < found.cost:
            gain = found.cost - tried.cost
            vector, found, damping = vector - step, tried, max(damping / 10, 1e-12)
            if gain < 1e-9 * max(1.0, found.cost):
                break
        elif damping > 1e8:
            break
        else:
            damping *= 10
    covariance = np.linalg.pinv(found.normal, hermitian=True)
    return CameraFit(
        to_px=camera_homography(vector, image_wh),
        focal_px=float(np.exp(vector[6])),
        focal_log_sigma=float(max(covariance[6, 6], 0.0) ** 0.5),
        error_px=found.error_px,
        covariance=np.asarray(covariance, np.float64),
        vector=vector,
        cost=found.cost,
        image_wh=image_wh,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """How well a camera explains the points, and which way is better."""

    error_px: Float64Array
    cost: float
    normal: Float64Array
    gradient: Float64Array


def _state(
    vector: Float64Array,
    points_px: Float64Array,
    world: Float64Array,
    image_wh: tuple[int, int],
    prior: _Prior,
    sigma_px: float,
) -> _State:
    focal = float(np.exp(np.clip(vector[6], -20, 20)))
    seen, jacobian = cv2.projectPoints(world, vector[:3], vector[3:6], camera_matrix(focal, image_wh), None)
    error = seen.reshape(-1, 2) - points_px
    # Both coordinates of a point are wrong together, so they are weighted together.
    length = np.linalg.norm(error, axis=1) / sigma_px
    weight = np.minimum(1.0, _HUBER / np.maximum(length, 1e-12))
    inside = length <= _HUBER
    cost = float(np.where(inside, length**2, 2 * _HUBER * length - _HUBER**2).sum())
    pull = (vector[6] - np.log(prior.focal_px)) / prior.log_sigma
    columns = np.column_stack([jacobian[:, :6], (jacobian[:, 6] + jacobian[:, 7]) * focal])
    scaled = columns * np.repeat(weight, 2)[:, None] / sigma_px**2
    normal = scaled.T @ columns
    normal[6, 6] += prior.log_sigma**-2
    gradient = scaled.T @ error.ravel()
    gradient[6] += pull / prior.log_sigma
    return _State(error, cost + float(pull**2), normal, gradient)


def camera_homography(vector: Float64Array, image_wh: tuple[int, int]) -> Float64Array:
    """Return the homography cm -> px (3, 3) of a camera's seven numbers, positive where it looks."""
    rotation, _ = cv2.Rodrigues(vector[:3])
    camera = np.column_stack([rotation[:, :2], vector[3:6]])
    return np.asarray(camera_matrix(float(np.exp(vector[6])), image_wh) @ camera, np.float64)


def camera_at(vector: Float64Array, image_wh: tuple[int, int]) -> CameraFit:
    """Return the camera of seven numbers of which nothing else is known."""
    nothing = np.zeros((0, 2))
    focal = float(np.exp(vector[6]))
    return CameraFit(camera_homography(vector, image_wh), focal, 0.0, nothing, np.zeros((7, 7)), vector, 0.0, image_wh)


def _contradicts(best: CameraFit, other: CameraFit, region_cm: Float64Array, sigma_px: float) -> bool:
    """Whether another camera explains the points about as well and sees the region quite elsewhere."""
    if other.cost - best.cost > _AMBIGUOUS:
        return False
    apart = apply_homography(best.to_px, region_cm) - apply_homography(other.to_px, region_cm)
    return not bool(np.abs(apart).max() <= _SAME_SIGMAS * sigma_px)  # NaN, behind the camera, contradicts
