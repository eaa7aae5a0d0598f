"""Which of the straight edges near a desk's supposed sides are its sides: those that one camera sees together.

A board's rim, a strip on the desk, a shadow or a keyboard have straight edges near and beside the desk's own. One side
alone cannot be told from them, but four sides of known length seen by a camera of known or usual lens can: for every
choice of one edge, or none, for each side, the camera that explains them best is worked out at once, to first order.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.side_edges import SideEdge, side_edges

from deskcheck_calibration.camera_fit import CameraFit, focal_prior
from deskcheck_calibration.geometry import apply_homography, homography_jacobians
from deskcheck_calibration.side_fit import Sightings, explained, slopes_px

_SAMPLES = 60
# Samples of one side are wrong together.
_INDEPENDENT_SAMPLES = 8
SIDE_SIGMA_PX = 0.8
_MATCH_SIGMA_CM = 2.0
# However many things were matched, they may all be off the same way: they weigh like a dozen at most.
_INDEPENDENT_MATCHES = 12
_LEAST_REACH_PX = 5.0
# What a fully seen edge is worth against what it costs the fit, in squares of standard deviations.
_WORTH = 40.0
# Of edges seen about as well the one next to the desk's surface is its side, the others are rim and shadow.
_FIRST_WORTH = 4.0
_ABOUT_AS_WELL = 0.6
# Choices that put a corner or the middle of the desk this far elsewhere are another answer.
_ELSEWHERE_CM = 2.5
_MOST_OF_A_SIDE = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The edges taken for the desk's sides.

    Attributes:
        sightings: these edges and the matches.
        sides: how many sides have one.
        missing: how many sides lie in the picture, most of them, and have none.
        lead: by how much this choice is better than the best one that puts the desk elsewhere.
    """

    sightings: Sightings
    sides: int
    missing: int
    lead: float


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """An edge that may be a side, and what it asks of the camera."""

    seen: Sightings
    worth: float
    cost: float
    normal: Float64Array
    gradient: Float64Array


def choose_sides(
    image: Uint8Array,
    camera: CameraFit,
    points_cm: Float64Array,
    points_px: Float64Array,
    desk_wh_cm: tuple[float, float],
    reach_cm: float,
    focal_px: float | None,
) -> Choice | None:
    """Choose the edges of a photo that are the desk's sides.

    Args:
        image: (H, W, 3) uint8 BGR.
        camera: about where it is.
        points_cm, points_px: (N, 3) and (N, 2) matched places that agree with it roughly.
        desk_wh_cm: the desk.
        reach_cm: how far from where the camera has a side to look for it.
        focal_px: focal length where known.

    Returns:
        The choice; None where no edge is seen near any side.
    """
    matches = _matches(camera, points_cm, points_px)
    sides = [_candidates(image, camera, side, desk_wh_cm, reach_cm) for side in range(4)]
    if not any(sides):
        return None
    base = explained(camera.vector, matches, camera.image_wh, focal_prior(focal_px, camera.image_wh))
    options: list[list[_Candidate | None]] = [[None, *side] for side in sides]
    combinations = [tuple(one) for one in product(*options)]
    worth = np.array([sum(one.worth for one in chosen if one) for chosen in combinations])
    cost = np.array([sum(one.cost for one in chosen if one) for chosen in combinations])
    normal = np.array([base.normal + sum(one.normal for one in chosen if one) for chosen in combinations])
    gradient = np.array([base.gradient + sum(one.gradient for one in chosen if one) for chosen in combinations])
    step = np.linalg.solve(normal, gradient[..., None])[..., 0]
    score = worth - (cost - np.einsum("ni,ni->n", gradient, step))
    best = int(np.argmax(score))
    moved_cm = _moved_cm(camera, step - step[best], desk_wh_cm)
    elsewhere = moved_cm > _ELSEWHERE_CM
    lead = float(score[best] - score[elsewhere].max()) if elsewhere.any() else float("inf")
    chosen = [one for one in combinations[best] if one]
    if not chosen:
        return None
    missing = sum(
        one is None and _share_in_picture(camera, side, desk_wh_cm) >= _MOST_OF_A_SIDE
        for side, one in enumerate(combinations[best])
    )
    return Choice(_joined(matches, [one.seen for one in chosen]), len(chosen), missing, lead)


def _matches(camera: CameraFit, points_cm: Float64Array, points_px: Float64Array) -> Sightings:
    nothing = np.zeros((0, 2))
    flat_cm = points_cm[:, :2]
    scales = np.sqrt(np.abs(np.linalg.det(homography_jacobians(camera.to_px, flat_cm)))) if len(flat_cm) else []
    together = max(len(points_cm) / _INDEPENDENT_MATCHES, 1.0) ** 0.5
    sigma = _MATCH_SIGMA_CM * together * np.asarray(scales, np.float64)
    return Sightings(points_cm, points_px, sigma, nothing, nothing, nothing, np.zeros(0))


def _candidates(
    image: Uint8Array, camera: CameraFit, side: int, desk_wh_cm: tuple[float, float], reach_cm: float
) -> list[_Candidate]:
    """Return the edges that may be a side: 0 the outer, 1 the right, 2 the inner, 3 the left one."""
    places = _places(side, desk_wh_cm)
    inward_cm = np.array([[0, 1], [-1, 0], [0, -1], [1, 0]], np.float64)[side]
    # An edge is looked for a little inside and outside of the side; all of that has to lie before the camera.
    around = np.concatenate([places, places + 2 * reach_cm * inward_cm, places - 2 * reach_cm * inward_cm])
    if not (np.column_stack([around, np.ones(len(around))]) @ camera.to_px[2] > 0).all():
        return []
    seen = apply_homography(camera.to_px, places)
    along = np.gradient(seen, axis=0)
    along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    # Every camera above the desk sees its corners clockwise: the desk lies to the right of each side.
    across = np.column_stack([-along[:, 1], along[:, 0]])
    shift = apply_homography(camera.to_px, places + inward_cm) - seen
    px_per_cm = float(np.median(np.abs(np.einsum("ni,ni->n", shift, across))))
    edges = side_edges(image, seen, across, max(reach_cm * px_per_cm, _LEAST_REACH_PX))
    if not edges:
        return []
    well = [edge for edge in edges if edge.support >= _ABOUT_AS_WELL * edges[0].support]
    first = max(well, key=lambda edge: edge.inward_px)
    return [_candidate(camera, edge, places, across, _FIRST_WORTH * (edge is first)) for edge in edges]


def sides_shown(camera: CameraFit, desk_wh_cm: tuple[float, float]) -> int:
    """Return how many sides of the desk lie in the picture, most of them."""
    return sum(_share_in_picture(camera, side, desk_wh_cm) >= _MOST_OF_A_SIDE for side in range(4))


def _places(side: int, desk_wh_cm: tuple[float, float]) -> Float64Array:
    width, depth = desk_wh_cm
    corners = np.array([[0, 0], [width, 0], [width, depth], [0, depth]], np.float64)
    start, end = corners[side], corners[(side + 1) % 4]
    return np.asarray(start + (end - start) * np.linspace(0.01, 0.99, _SAMPLES)[:, None], np.float64)


def _share_in_picture(camera: CameraFit, side: int, desk_wh_cm: tuple[float, float]) -> float:
    places = _places(side, desk_wh_cm)
    ahead = np.column_stack([places, np.ones(len(places))]) @ camera.to_px[2] > 0
    seen = apply_homography(camera.to_px, places)
    return float((ahead & (seen > 0).all(axis=1) & (seen < np.array(camera.image_wh)).all(axis=1)).mean())


def _candidate(
    camera: CameraFit, edge: SideEdge, places: Float64Array, across: Float64Array, bonus: float
) -> _Candidate:
    nothing = np.zeros((0, 2))
    together = max(len(edge.at) / _INDEPENDENT_SAMPLES, 1.0) ** 0.5
    sigma = np.full(len(edge.at), SIDE_SIGMA_PX * together)
    seen = Sightings(np.zeros((0, 3)), nothing, np.zeros(0), places[edge.at], edge.points_px, across[edge.at], sigma)
    # No prior here: what is known of the focal length counts once, with the matches.
    found = explained(camera.vector, seen, camera.image_wh, (camera.focal_px, 1e6), huber=np.inf)
    return _Candidate(seen, _WORTH * edge.support + bonus, found.cost, found.normal, found.gradient)


def _moved_cm(camera: CameraFit, steps: Float64Array, desk_wh_cm: tuple[float, float]) -> Float64Array:
    """Return (N,) how far steps (N, 7) of the camera move the desk in its picture, at the worst of nine places."""
    width, depth = desk_wh_cm
    x, y = np.meshgrid(np.array([0.15, 0.5, 0.85]) * width, np.array([0.15, 0.5, 0.85]) * depth)
    grid = np.column_stack([x.ravel(), y.ravel()])
    jacobian = slopes_px(camera.vector, grid, camera.image_wh)  # [G,2,7]
    to_px = homography_jacobians(camera.to_px, grid)  # [G,2,2]
    to_cm = np.linalg.solve(to_px, jacobian)  # [G,2,7]
    moved = np.einsum("gij,nj->ngi", to_cm, steps)
    return np.asarray(np.linalg.norm(moved, axis=2).max(axis=1), np.float64)


def _joined(matches: Sightings, sides: list[Sightings]) -> Sightings:
    return Sightings(
        matches.points_cm,
        matches.points_px,
        matches.point_sigma_px,
        np.concatenate([one.sides_cm for one in sides]),
        np.concatenate([one.sides_px for one in sides]),
        np.concatenate([one.across for one in sides]),
        np.concatenate([one.side_sigma_px for one in sides]),
    )
