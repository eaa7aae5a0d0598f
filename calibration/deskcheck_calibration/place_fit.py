"""Where one thing belongs, fitted to all the pictures that show it at once.

A single box cannot tell how deep a thing is, nor how high; cameras that look from several sides can. So one cuboid or
cylinder of the class's kinds is sought that agrees with the boxes of all pictures. From picture to picture the thing is
put back a little otherwise and the desk is known no better than its corners: both are taken into each box's covariance
(generalised least squares), and a picture that contradicts the others counts less (Student's t; Lange, Little and
Taylor, Robust statistical modeling using the t distribution, 1989).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from deskcheck_vision.detections import Float64Array, read_only

from deskcheck_calibration.fitting import Fits, Hypotheses, edges, outlines
from deskcheck_calibration.geometry import apply_homography
from deskcheck_calibration.hiding import HIDES_FROM, Bodies, covered_edges, edge_sigma, stands_before
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.placing import shape_rows
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.spreads import mixture, off_centre_covariance, radius_95, weights

# How far and how much turned a thing is put back by hand: standard deviations.
PUT_BACK_CM, PUT_BACK_RAD = 1.0, np.radians(3.0)
_ANYWHERE_CM = 20.0
_ITERATIONS = 10
_FREEDOM = 4.0
_LIMIT = np.array([20.0, 20.0, 0.4, 0.4, 0.4, 0.4])
# What is boxed beyond what stands there, and so how far the contact lies from where the box has it, cm: a telephone's
# cord lies at its left. Measured on 33 telephones of 64 rendered windows: 0.7 with a standard deviation of 0.5.
_BESIDE_CM = {"telephone": (0.7, 0.0)}
# How far a monitor's screen lies behind the middle of its foot at the top, as a share of its depth, and how often.
_LEANS = {"monitor": ((-0.1, 0.15), (0.05, 0.3), (0.2, 0.35), (0.35, 0.2))}
_SQUARE, _SIDES, _RING = np.eye(2), 4, 8


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A thing in one picture.

    Attributes:
        item: the thing as that picture alone has it.
        plane: the desk in that picture.
        box: (4,) xyxy in px, as an ideal pinhole would have it.
        edge_sigma_px: (4,) standard deviation of each edge of its box in px.
    """

    item: PlacedItem
    plane: DeskPlane
    box: Float64Array
    edge_sigma_px: Float64Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "box", read_only(self.box))
        object.__setattr__(self, "edge_sigma_px", read_only(self.edge_sigma_px))


@dataclass(frozen=True, slots=True)
class FittedPlace:
    """Where a thing belongs.

    Attributes:
        centre_cm: centre of its contact footprint.
        uncertainty_cm: radius that holds the true centre with ~95 %.
        sides_cm: of the footprint, along its width and depth.
        turn_deg: of the width against the desk's x axis.
        spread_cm: how far from the centre the thing stood at most, in one of the pictures that show its foot.
    """

    centre_cm: tuple[float, float]
    uncertainty_cm: float
    sides_cm: tuple[float, float]
    turn_deg: float
    spread_cm: float


def sightings_of(items: Sequence[PlacedItem], plane: DeskPlane) -> list[Sighting]:
    """Return the things of one picture, all that were placed in it, with what others hide of their boxes."""
    if not items:
        return []
    boxes = np.array([one.xyxy for one in items], np.float64)
    straight = boxes if plane.lens is None else plane.lens.straightened_boxes(boxes)
    names = [one.item for one in items]
    plans = np.array([np.resize(np.array(one.plan_cm), (_RING, 2)) for one in items])
    bodies = Bodies(plans, np.array([one.height_cm + one.size_cm[2] for one in items]))
    sure = np.array([one.confidence >= HIDES_FROM for one in items])
    heights = np.array([one.height_cm for one in items])
    covered = np.zeros((len(items), 4))
    for height in np.unique(heights):
        before = stands_before(straight, bodies, plane.to_px_homography, plane.pose_or_nominal(), float(height))
        at = heights == height
        covered[at] = covered_edges(straight, names, sure, before)[at]
    sigma = edge_sigma(boxes, names, covered, plane)
    return [Sighting(one, plane, box, own) for one, box, own in zip(items, straight, sigma, strict=True)]


def fit_place(sightings: Sequence[Sighting], surface_cm: float = 0.0) -> FittedPlace:
    """Fit one thing to all the pictures that show it.

    Args:
        sightings: at least one, all of one class, in any order.
        surface_cm: height of what it stands on.
    """
    first = sightings[0].item
    beside = _BESIDE_CM.get(first.item, (0.0, 0.0))
    clear = [one for one in sightings if not one.item.is_hidden]
    start = np.median([one.item.centre_cm for one in sightings], axis=0)
    shapes, log_probability, off_centre = _shapes(first.item, surface_cm, start)
    fits = _fit(shapes, sightings)
    begins, counts = np.array([0]), [len(shapes.boxes)]
    weight = weights(fits.cost - 2 * log_probability, begins, counts)
    centre, covariance = mixture(fits, weight, begins)
    best = int(np.argmax(weight))
    turn = float(shapes.turn_rad[best] + fits.parameters[best, 5])
    off = fits.size_cm[best, :2] * off_centre[best]
    total = covariance[0] + off_centre_covariance(off[None], np.array([turn]))[0]
    outline = outlines(shapes, fits)[best] - fits.parameters[best, :2]
    cos, sin = np.cos(turn), np.sin(turn)
    along = np.abs(outline @ np.array([[cos, -sin], [sin, cos]])).max(axis=0)
    return FittedPlace(
        centre_cm=(float(centre[0, 0] + beside[0]), float(centre[0, 1] + beside[1])),
        uncertainty_cm=radius_95(float(total[0, 0]), float(total[0, 1]), float(total[1, 1])),
        sides_cm=(float(2 * along[0]), float(2 * along[1])),
        turn_deg=0.0 if shapes.is_round[best] else float(np.degrees(turn)),
        spread_cm=max(_shift_cm(shapes, fits.parameters, best, one) for one in clear or sightings),
    )


def _shift_cm(shapes: Hypotheses, parameters: Float64Array, best: int, one: Sighting) -> float:
    """Return how far from its place the thing stood in one picture, its shape being known by all of them."""
    plane = one.plane
    predicted, jacobian = edges(shapes, parameters, plane.to_px_homography, plane.pose_or_nominal().up_px)
    planar = jacobian[best, :, :2] / one.edge_sigma_px[:, None]
    missed = (one.box - predicted[best]) / one.edge_sigma_px
    shift = np.linalg.solve(planar.T @ planar + _ANYWHERE_CM**-2 * _SQUARE, planar.T @ missed)
    return float(np.hypot(*shift))


def _shapes(item: str, surface_cm: float, start: Float64Array) -> tuple[Hypotheses, Float64Array, Float64Array]:
    """Return all shapes of a class that are boxed as a whole (K), their log probabilities and off-centre spreads."""
    table = shape_rows(item)
    table = table[table[:, 17] == 0]
    leans = np.array(_LEANS.get(item, ((0.0, 1.0),)))
    lean, probability = np.tile(leans, (len(table), 1)).T
    table = np.repeat(table, len(leans), axis=0)
    count = len(table)
    return (
        Hypotheses.of_shapes(
            table,
            np.zeros((count, 4)),
            np.ones((count, 4)),
            np.full(count, surface_cm),
            np.tile(start, (count, 1)),
            lean,
        ),
        table[:, 13] + np.log(probability),
        table[:, 14],
    )


def _fit(shapes: Hypotheses, sightings: Sequence[Sighting]) -> Fits:
    """Fit every shape (K) to all boxes by Gauss-Newton with weights that are found anew in each step."""
    count = len(shapes.boxes)
    parameters = np.zeros((count, 6))
    parameters[:, :2] = shapes.start_cm
    prior = np.zeros((count, 6))
    prior[:, 2:5] = shapes.log_spread**-2.0
    prior[:, 5] = shapes.turn_spread_rad**-2.0
    diagonal = np.arange(6)
    cost = np.zeros(count)
    hessian = np.zeros((count, 6, 6))
    for _ in range(_ITERATIONS):
        cost = (prior * parameters**2).sum(axis=1)
        hessian = np.zeros((count, 6, 6))
        hessian[:, diagonal, diagonal] = prior
        hessian[:, :2, :2] += 1e-9 * _SQUARE
        slope = -prior * parameters
        for one in sightings:
            missed, jacobian, inverse = _residual(shapes, parameters, one)
            pulled = np.einsum("kij,kj->ki", inverse, missed)
            square = (missed * pulled).sum(axis=1)
            trust = (_FREEDOM + _SIDES) / (_FREEDOM + square)
            cost += (_FREEDOM + _SIDES) * np.log1p(square / _FREEDOM) - np.linalg.slogdet(inverse)[1]
            turned = jacobian.transpose(0, 2, 1) * trust[:, None, None]
            hessian += turned @ inverse @ jacobian
            slope += np.einsum("kij,kj->ki", turned, pulled)
        step = np.linalg.solve(hessian, slope[:, :, None])[:, :, 0]
        parameters = parameters + np.clip(step, -_LIMIT, _LIMIT)
    cost = cost + np.linalg.slogdet(hessian)[1] - np.log(prior[:, 2:]).sum(axis=1)
    size = shapes.size_cm * np.exp(parameters[:, 2:5])
    return Fits(parameters, np.asarray(np.linalg.inv(hessian), np.float64), cost, size)


def _residual(
    shapes: Hypotheses, parameters: Float64Array, one: Sighting
) -> tuple[Float64Array, Float64Array, Float64Array]:
    """What a box misses of each shape (K, 4) in px, its derivatives (K, 4, 6), its inverse covariance (K, 4, 4)."""
    plane = one.plane
    predicted, jacobian = edges(shapes, parameters, plane.to_px_homography, plane.pose_or_nominal().up_px)
    middle = parameters[:, :2].mean(axis=0)[None]
    shift = PUT_BACK_CM**2 * _SQUARE + plane.covariance_cm2(apply_homography(plane.to_px_homography, middle))[0]
    planar, turned = jacobian[:, :, :2], jacobian[:, :, 5:]
    covariance = planar @ shift @ planar.transpose(0, 2, 1) + PUT_BACK_RAD**2 * (turned @ turned.transpose(0, 2, 1))
    covariance = covariance + np.diag(one.edge_sigma_px**2)
    missed: Float64Array = one.box - predicted
    return missed, jacobian, np.asarray(np.linalg.inv(covariance), np.float64)
