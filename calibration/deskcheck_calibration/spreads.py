"""What is not known about a place: probabilities of shapes, their mixture, and what both leave of the covariance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from deskcheck_vision.detections import Float64Array, Int64Array

from deskcheck_calibration.fitting import Fits

_LIKELY = 0.05  # what is rarer lies outside of a 95 % interval


def weights(cost: Float64Array, starts: Int64Array, counts: Sequence[int]) -> Float64Array:
    """Return the posterior probability (M,) of each hypothesis within its task."""
    lowest = np.repeat(np.minimum.reduceat(cost, starts), counts)
    likelihood = np.exp(-0.5 * (cost - lowest))
    weight: Float64Array = likelihood / np.repeat(np.add.reduceat(likelihood, starts), counts)
    return weight


def mixture(fits: Fits, weight: Float64Array, starts: Int64Array) -> tuple[Float64Array, Float64Array]:
    """Return the mean (T, 2) and covariance (T, 2, 2) of the centre over the hypotheses of each task."""
    points = fits.parameters[:, :2]
    mean = np.add.reduceat(points * weight[:, None], starts)
    second = fits.covariance[:, :2, :2] + points[:, :, None] * points[:, None, :]
    second = np.add.reduceat(second * weight[:, None, None], starts)
    return mean, second - mean[:, :, None] * mean[:, None, :]


def extent_covariance(
    offsets: Float64Array, weight: Float64Array, best: Int64Array, starts: Int64Array, counts: Sequence[int]
) -> Float64Array:
    """Return the covariance (T, 2, 2) of how far footprints reach in x and y: other shapes reach other than the best.

    Args:
        offsets: (M, 8, 2) corners of every hypothesis against its centre.
        weight: (M,) probability of each within its task.
        best: (T,) the likeliest of each task.
        starts, counts: first hypothesis of each task, and how many it has.
    """
    extent = np.abs(offsets).max(axis=1)  # [M,2]
    off = extent - np.repeat(extent[best], counts, axis=0)
    likely = np.where(weight >= _LIKELY, weight, 0.0)
    variance = np.add.reduceat(likely[:, None] * off**2, starts)
    covariance: Float64Array = variance[:, :, None] * np.eye(2)
    return covariance


def off_centre_covariance(sigma_cm: Float64Array, turn_rad: Float64Array) -> Float64Array:
    """Return the covariance (T, 2, 2) of standard deviations (T, 2) along width and depth of turned items."""
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    axes = np.stack([np.stack([cos, -sin], axis=-1), np.stack([sin, cos], axis=-1)], axis=-2)  # [T,2,2]
    covariance: Float64Array = (axes * sigma_cm[:, None, :] ** 2) @ axes.transpose(0, 2, 1)
    return covariance


def radius_95(xx: float, xy: float, yy: float) -> float:
    """Return the radius of a circle that holds ~95 % of a plane normal distribution of that covariance.

    Between 1.96 sigma (all spread in one direction) and 2.45 sigma (the same in all); the line between them is
    within 1.5 % of the exact radius.
    """
    half_trace = (xx + yy) / 2
    root = float(np.hypot((xx - yy) / 2, xy))
    largest, smallest = half_trace + root, max(half_trace - root, 0.0)
    if largest <= 0:
        return 0.0
    return float(np.sqrt(largest) * (1.96 + 0.49 * (smallest / largest)))
