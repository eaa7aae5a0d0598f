"""A camera fitted to matched places and to where the desk's straight sides are seen.

A match says where a place of the desk is, but stands for a thing that may have height or have been pushed; a side is
the desk itself, sharp and long, but says only how far the picture lies across it. Together they hold a camera: sides
as finely as they are seen, matches as roughly as things stand (Drummond and Cipolla, Real-time visual tracking of
complex structures, 2002, for the edges).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array

from deskcheck_calibration.camera_fit import CameraFit, camera_homography, focal_prior
from deskcheck_calibration.pose import camera_matrix

_HUBER = 2.0
_ITERATIONS = 25


@dataclass(frozen=True, slots=True, eq=False)
class Sightings:
    """What a picture shows of a desk.

    Attributes:
        points_cm: (N, 3) matched places, desk cm and height above the desk.
        points_px: (N, 2) where they are seen.
        point_sigma_px: (N,) standard deviations of them.
        sides_cm, sides_px: (M, 2) places on the desk's sides, and on the edges seen there.
        across: (M, 2) unit vectors across those edges.
        side_sigma_px: (M,) standard deviations across them.
    """

    points_cm: Float64Array
    points_px: Float64Array
    point_sigma_px: Float64Array
    sides_cm: Float64Array
    sides_px: Float64Array
    across: Float64Array
    side_sigma_px: Float64Array


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """How a camera explains what is seen, and what would change that.

    Attributes:
        cost: sum of squares in standard deviations, outliers less.
        normal: (7, 7) and gradient: (7,) of half of it by the camera's seven numbers.
        error_px: (N + M, 2).
    """

    cost: float
    normal: Float64Array
    gradient: Float64Array
    error_px: Float64Array


def refine_camera(start: CameraFit, seen: Sightings, focal_px: float | None) -> CameraFit:
    """Move a camera so that it explains matches and sides, by Levenberg and Marquardt's iteration with Huber's weights.

    Args:
        start: not far from it.
        seen: what the picture shows.
        focal_px: focal length where known.

    Returns:
        The camera; its covariance is that of the given standard deviations, widened where the picture fits worse.
    """
    vector, damping = start.vector.copy(), 1e-3
    prior = focal_prior(focal_px, start.image_wh)
    found = explained(vector, seen, start.image_wh, prior)
    for _ in range(_ITERATIONS):
        step = np.linalg.solve(found.normal + damping * np.diag(np.diag(found.normal)), found.gradient)
        tried = explained(vector - step, seen, start.image_wh, prior)
        if tried.cost < found.cost:
            gain = found.cost - tried.cost
            vector, found, damping = vector - step, tried, max(damping / 10, 1e-9)
            if gain < 1e-6 * found.cost:
                break
        elif damping > 1e6:
            break
        else:
            damping *= 10
    freedom = max(2 * len(seen.points_cm) + len(seen.sides_cm) - 7, 1)
    covariance = np.linalg.pinv(found.normal, hermitian=True) * max(1.0, found.cost / freedom)
    return CameraFit(
        to_px=camera_homography(vector, start.image_wh),
        focal_px=float(np.exp(vector[6])),
        focal_log_sigma=float(max(covariance[6, 6], 0.0) ** 0.5),
        error_px=found.error_px,
        covariance=np.asarray(covariance, np.float64),
        vector=vector,
        cost=found.cost,
        image_wh=start.image_wh,
    )


def explained(
    vector: Float64Array,
    seen: Sightings,
    image_wh: tuple[int, int],
    prior: tuple[float, float],
    huber: float = _HUBER,
) -> Explained:
    """Hold a camera (its seven numbers) against what is seen and against what is known of its focal length."""
    places = np.concatenate([seen.points_cm, flat(seen.sides_cm)])
    projected, columns = _projected(vector, places, image_wh)
    count = len(seen.points_cm)
    error = projected - np.concatenate([seen.points_px, seen.sides_px])
    missed = np.einsum("ni,ni->n", error[count:], seen.across)
    slopes = np.einsum("nij,ni->nj", columns[count:], seen.across)
    length = np.concatenate([
        np.linalg.norm(error[:count], axis=1) / seen.point_sigma_px, np.abs(missed) / seen.side_sigma_px,
    ])  # fmt: skip
    least = min(huber, 1e9)
    weight = np.minimum(1.0, huber / np.maximum(length, 1e-12))
    cost = float(np.where(length <= huber, length**2, 2 * least * length - least**2).sum())
    of_points = weight[:count] / seen.point_sigma_px**2
    of_sides = weight[count:] / seen.side_sigma_px**2
    normal = np.einsum("n,nij,nik->jk", of_points, columns[:count], columns[:count])
    normal = normal + np.einsum("n,nj,nk->jk", of_sides, slopes, slopes)
    gradient = np.einsum("n,nij,ni->j", of_points, columns[:count], error[:count])
    gradient = gradient + np.einsum("n,nj,n->j", of_sides, slopes, missed)
    pull = (vector[6] - np.log(prior[0])) / prior[1]
    normal[6, 6] += prior[1] ** -2
    gradient[6] += pull / prior[1]
    return Explained(cost + float(pull**2), normal + 1e-12 * np.eye(7), gradient, error)


def slopes_px(vector: Float64Array, points_cm: Float64Array, image_wh: tuple[int, int]) -> Float64Array:
    """Return (N, 2, 7) by how many px desk points (N, 2) move for a change in each of a camera's seven numbers."""
    return _projected(vector, flat(points_cm), image_wh)[1]


def project(vector: Float64Array, points_cm: Float64Array, image_wh: tuple[int, int]) -> Float64Array:
    """Return (N, 2) where a camera sees places (N, 3), desk cm and height."""
    return _projected(vector, points_cm, image_wh)[0]


def flat(points_cm: Float64Array) -> Float64Array:
    """Return places (N, 2) of the desk as (N, 3), of no height."""
    return np.column_stack([points_cm, np.zeros(len(points_cm))])


def _projected(
    vector: Float64Array, points_cm: Float64Array, image_wh: tuple[int, int]
) -> tuple[Float64Array, Float64Array]:
    if len(points_cm) == 0:
        return np.zeros((0, 2)), np.zeros((0, 2, 7))
    focal = float(np.exp(np.clip(vector[6], -20, 20)))
    # The world's third axis points down.
    world = points_cm * np.array([1.0, 1.0, -1.0])
    projected, jacobian = cv2.projectPoints(world, vector[:3], vector[3:6], camera_matrix(focal, image_wh), None)
    columns = np.column_stack([jacobian[:, :6], (jacobian[:, 6] + jacobian[:, 7]) * focal])
    return np.asarray(projected, np.float64).reshape(-1, 2), np.asarray(columns, np.float64).reshape(-1, 2, 7)
