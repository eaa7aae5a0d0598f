"""Fits cuboids and cylinders that stand on a plane to boxes in the picture, many at once.

Unknowns per hypothesis: centre x and y, logarithms of width, depth and height against the class's typical size, and
the turn. Evidence: the four edges of the box. Prior: the class's size spread and the start turn. The maximum a
posteriori is found by Gauss-Newton; its inverse Hessian is the posterior covariance and its determinant weighs
hypotheses with different turns against each other (Laplace's approximation; Bishop, Pattern Recognition and
Machine Learning, 2006, section 4.4). An edge of the projection is that of its outermost vertex, whose gradient is
known in closed form.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from deskcheck_vision.detections import Float64Array, Int64Array

_ITERATIONS = 3
_LARGEST_STEP_CM = 60.0
_LARGEST_LOG_STEP = 0.6
_SQUARE = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
_ANGLES = np.arange(8) * np.pi / 4 + np.pi / 8
# An octagon of the same mean width as the circle of diameter 1.
_OCTAGON = np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)]) * 0.5 * 1.026
_RING = 8
_UNITS = np.stack([np.concatenate([_SQUARE, _SQUARE]), _OCTAGON])  # [2,8,2]
_AXES = np.array([0, 1, 0, 1])  # x or y of left, top, right, bottom


@dataclass(frozen=True, slots=True, eq=False)
class Hypotheses:
    """M shapes to fit, each to one box.

    Attributes:
        boxes: (M, 4) xyxy in px.
        box_sigma: (M, 4) standard deviation of each edge in px; huge where an edge says nothing.
        size_cm: (M, 3) typical width, depth, height.
        log_spread: (M, 3) standard deviation of their logarithms.
        turn_rad: (M,) start turn.
        turn_spread_rad: (M,) standard deviation of the turn around it.
        is_round: (M,) int64, 1 for cylinders.
        base: (M, 2) share of width and depth that touches the surface.
        top: (M, 2) the same of the upper end.
        seen_base: (M, 2) the same of the lower end of what the box is around: ``base`` where that is the whole thing.
        seen_from: (M,) height of that lower end as a share of the whole height.
        surface_cm: (M,) height of the surface that the shape stands on.
        start_cm: (M, 2) first guess of the centre.
        lean: (M,) how far the upper end lies behind the lower one, away from y, as a share of the depth; None: nowhere.
    """

    boxes: Float64Array
    box_sigma: Float64Array
    size_cm: Float64Array
    log_spread: Float64Array
    turn_rad: Float64Array
    turn_spread_rad: Float64Array
    is_round: Int64Array
    base: Float64Array
    top: Float64Array
    seen_base: Float64Array
    seen_from: Float64Array
    surface_cm: Float64Array
    start_cm: Float64Array
    lean: Float64Array | None = None

    @classmethod
    def of_shapes(
        cls,
        rows: Float64Array,
        boxes: Float64Array,
        box_sigma: Float64Array,
        surface_cm: Float64Array,
        start_cm: Float64Array,
        lean: Float64Array | None = None,
    ) -> Self:
        """Take apart rows (M, 18) of ``placing.shape_rows``; the other arguments are the attributes of that name."""
        return cls(
            boxes=boxes,
            box_sigma=box_sigma,
            size_cm=rows[:, 0:3],
            log_spread=rows[:, 3:6],
            turn_rad=rows[:, 6],
            turn_spread_rad=rows[:, 7],
            is_round=rows[:, 8].astype(np.int64),
            base=rows[:, 9:11],
            top=rows[:, 11:13],
            seen_base=rows[:, 15:17],
            seen_from=rows[:, 17],
            surface_cm=surface_cm,
            start_cm=start_cm,
            lean=lean,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Fits:
    """The best shape of each hypothesis.

    Attributes:
        parameters: (M, 6) x, y in cm, log width, log depth, log height, turn in rad, the last four against the start.
        covariance: (M, 6, 6) of the parameters.
        cost: (M,) minus twice the log evidence, up to a constant.
        size_cm: (M, 3) fitted size.
    """

    parameters: Float64Array
    covariance: Float64Array
    cost: Float64Array
    size_cm: Float64Array


def fit(hypotheses: Hypotheses, to_px: Float64Array, up_px: Float64Array) -> Fits:
    """Fit every hypothesis.

    Args:
        hypotheses: M of them.
        to_px: (3, 3) homography desk cm -> px.
        up_px: (3,) what one cm of height adds to a homogeneous picture point.
    """
    count = len(hypotheses.boxes)
    parameters = np.zeros((count, 6))
    parameters[:, :2] = hypotheses.start_cm
    weight = hypotheses.box_sigma**-2.0
    prior = np.zeros((count, 6))
    prior[:, 2:5] = hypotheses.log_spread**-2.0
    prior[:, 5] = hypotheses.turn_spread_rad**-2.0
    limit = np.array([_LARGEST_STEP_CM] * 2 + [_LARGEST_LOG_STEP] * 3 + [0.5])
    diagonal = np.arange(6)
    cost = np.zeros(count)
    hessian = np.zeros((count, 6, 6))
    seen = replace(hypotheses, base=hypotheses.seen_base)
    for _ in range(_ITERATIONS):
        predicted, jacobian = edges(seen, parameters, to_px, up_px)
        missed = hypotheses.boxes - predicted
        # Taken before the last step, which no longer changes it: one evaluation less in six.
        cost = (weight * missed**2).sum(axis=1) + (prior * parameters**2).sum(axis=1)
        weighted = jacobian * weight[:, :, None]
        hessian = weighted.transpose(0, 2, 1) @ jacobian
        hessian[:, diagonal, diagonal] += prior
        slope = (weighted * missed[:, :, None]).sum(axis=1) - prior * parameters
        hessian[:, :2, :2] += 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, slope[:, :, None])[:, :, 0]
        parameters = parameters + np.clip(step, -limit, limit)
    cost = cost + np.linalg.slogdet(hessian)[1] - np.log(prior[:, 2:]).sum(axis=1)
    size = hypotheses.size_cm * np.exp(parameters[:, 2:5])
    return Fits(parameters, np.asarray(np.linalg.inv(hessian), np.float64), cost, size)


def outlines(hypotheses: Hypotheses, fits: Fits) -> Float64Array:
    """Return the fitted footprints (M, 8, 2) in cm; a cuboid's four corners come twice."""
    along_width, along_depth = _offsets(hypotheses, fits.parameters)
    outline: Float64Array = fits.parameters[:, None, :2] + (along_width + along_depth)[:, :_RING]
    return outline


def plans(hypotheses: Hypotheses, fits: Fits) -> Float64Array:
    """Return the fitted bodies seen from above (M, 8, 2) in cm, as if base and top were as wide as the widest part."""
    whole = replace(hypotheses, base=np.maximum(hypotheses.base, hypotheses.top))
    return outlines(whole, fits)


def outline_covariance(hypotheses: Hypotheses, fits: Fits) -> Float64Array:
    """Return the covariance (M, 8, 2, 2) in cm2 of each corner of ``outlines``."""
    jacobian = _corner_jacobians(hypotheses, fits.parameters)  # [M,8,2,6]
    covariance: Float64Array = jacobian @ fits.covariance[:, None] @ jacobian.transpose(0, 1, 3, 2)
    return covariance


def _offsets(hypotheses: Hypotheses, parameters: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Parts along width and depth (M, 16, 2) of the corners' offsets from the centre: base ring, then top ring."""
    size = hypotheses.size_cm[:, :2] * np.exp(parameters[:, 2:4])
    size[:, 1] = np.where(hypotheses.is_round == 1, size[:, 0], size[:, 1])
    turn = hypotheses.turn_rad + parameters[:, 5]
    cos, sin = np.cos(turn), np.sin(turn)
    unit = _UNITS[hypotheses.is_round]  # [M,8,2]
    rings = np.concatenate([unit * (hypotheses.base * size)[:, None, :], unit * (hypotheses.top * size)[:, None, :]], 1)
    if hypotheses.lean is not None:
        rings[:, _RING:, 1] -= (hypotheses.lean * size[:, 1])[:, None]
    along_width: Float64Array = rings[:, :, :1] * np.column_stack([cos, sin])[:, None, :]
    along_depth: Float64Array = rings[:, :, 1:] * np.column_stack([-sin, cos])[:, None, :]
    return along_width, along_depth


def _corner_jacobians(hypotheses: Hypotheses, parameters: Float64Array) -> Float64Array:
    """Return d(corner x, y)/d(parameters) of the base ring as (M, 8, 2, 6)."""
    along_width, along_depth = (part[:, :_RING] for part in _offsets(hypotheses, parameters))
    offsets = along_width + along_depth
    is_round = (hypotheses.is_round == 1)[:, None, None]
    jacobian = np.zeros((*offsets.shape, 6))
    jacobian[:, :, 0, 0] = 1.0
    jacobian[:, :, 1, 1] = 1.0
    jacobian[..., 2] = np.where(is_round, offsets, along_width)
    jacobian[..., 3] = np.where(is_round, 0.0, along_depth)
    jacobian[..., 5] = np.where(is_round, 0.0, np.stack([-offsets[..., 1], offsets[..., 0]], axis=-1))
    return jacobian


def edges(
    hypotheses: Hypotheses, parameters: Float64Array, to_px: Float64Array, up_px: Float64Array
) -> tuple[Float64Array, Float64Array]:
    """Predicted box edges (M, 4) in px and their derivatives (M, 4, 6) by the parameters; ``base`` is what is seen."""
    rows = np.arange(len(parameters))[:, None]
    along_width, along_depth = _offsets(hypotheses, parameters)
    height = hypotheses.size_cm[:, 2] * np.exp(parameters[:, 4])
    corners = parameters[:, None, :2] + along_width + along_depth
    homogeneous = corners @ to_px[:, :2].T + to_px[:, 2]  # [M,16,3]
    homogeneous += (hypotheses.surface_cm[:, None] * up_px)[:, None, :]
    homogeneous[:, _RING:] += (height[:, None] * up_px)[:, None, :]
    homogeneous[:, :_RING] += ((height * hypotheses.seen_from)[:, None] * up_px)[:, None, :]
    points = homogeneous[:, :, :2] / homogeneous[:, :, 2:]
    outermost = np.concatenate([points.argmin(axis=1), points.argmax(axis=1)], axis=1)  # [M,4]
    predicted = points[rows, outermost, _AXES]
    columns = np.column_stack([to_px[:, :2], up_px])  # [3,3] d(homogeneous)/d(X, Y, height)
    gradient = (columns[_AXES] - predicted[:, :, None] * columns[2]) / homogeneous[rows, outermost, 2][:, :, None]
    planar, lift = gradient[:, :, :2], gradient[:, :, 2]  # [M,4,2], [M,4]
    width_part, depth_part = along_width[rows, outermost], along_depth[rows, outermost]  # [M,4,2]
    is_round = (hypotheses.is_round == 1)[:, None]
    by_width, by_depth = (planar * width_part).sum(axis=2), (planar * depth_part).sum(axis=2)
    offset = width_part + depth_part
    turned = planar[:, :, 1] * offset[:, :, 0] - planar[:, :, 0] * offset[:, :, 1]
    jacobian = np.empty((*predicted.shape, 6))
    jacobian[:, :, :2] = planar
    jacobian[:, :, 2] = by_width + np.where(is_round, by_depth, 0.0)
    jacobian[:, :, 3] = np.where(is_round, 0.0, by_depth)
    above = np.where(outermost >= _RING, 1.0, hypotheses.seen_from[:, None])
    jacobian[:, :, 4] = lift * height[:, None] * above
    jacobian[:, :, 5] = np.where(is_round, 0.0, turned)
    return predicted, jacobian
