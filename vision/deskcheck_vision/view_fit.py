"""The one small turn of a camera that explains how points of a picture moved. Pure functions on arrays.

A camera that turns about its middle moves every picture point by a homography, for small turns one of six parameters:
shift in x and y, roll, scale, and two that bend (Hartley and Zisserman, Multiple View Geometry, 2nd ed., section 8.4).
The bend goes with the shift by the focal length, which is not known here: it is held loosely to what indoor cameras
have. So the fit cannot swing where no points are, and says itself how well each place is known.

Coordinates are centred and in units of the picture's width, y down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deskcheck_vision.detections import Float64Array, Int64Array, read_only

BoolArray = NDArray[np.bool_]

# Square of picture width over focal length: 60 degrees across have 1.3, 92 have 4.3, 22 have 0.15.
_BEND_OF_SHIFT = 1.3
_LEAST_BEND_SIGMA = 2e-3
_SCALE_SIGMA = 0.05
_SAMPLES = 160
_LARGEST_ROLL = 0.6
_LARGEST_SCALE = 0.25
# A guess of four parameters leaves the bend over, which grows with the shift.
_GUESS_ALLOWANCE = 0.06
_ROUNDS = 5
_LEAST_NOISE = 0.1
# Neighbouring parts err alike, by compression and by shadows: measured errors are half as large again.
_ALIKE = 1.5**2
_LEAST_SPREAD = 0.15
_LEAST_MOVES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Where points of the still are in the picture.

    Attributes:
        at: (N, 2) float64, in the still.
        to: (N, 2) float64, in the picture.
        cell: (N,) int64, the part of the picture each belongs to; every part has one vote.
    """

    at: Float64Array
    to: Float64Array
    cell: Int64Array

    def __post_init__(self) -> None:
        if not self.at.shape == self.to.shape == (len(self.cell), 2):
            raise ValueError(f"expected (N, 2), (N, 2), (N,), got {self.at.shape}, {self.to.shape}, {self.cell.shape}")
        for name in ("at", "to", "cell"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def cell_votes(self) -> Float64Array:
        """(N,) weights, of which those of a cell add up to one."""
        _, index, count = np.unique(self.cell, return_inverse=True, return_counts=True)
        votes: Float64Array = 1.0 / count[index]
        return votes


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A turn of the camera and what speaks for it.

    Attributes:
        homography: (3, 3) float64, still to picture.
        covariance: (6, 6) float64, of scale, roll, shift x, y, bend x, y.
        agrees: (N,) bool, which moves it explains.
        votes: how many cells' worth of moves that is.
    """

    homography: Float64Array
    covariance: Float64Array
    agrees: BoolArray
    votes: float

    def __post_init__(self) -> None:
        for name in ("homography", "covariance", "agrees"):
            object.__setattr__(self, name, read_only(getattr(self, name)))


def mapped(homography: Float64Array, points: Float64Array) -> Float64Array:
    """Map points (N, 2) by a homography (3, 3)."""
    homogeneous = points @ homography[:, :2].T + homography[:, 2]
    found: Float64Array = homogeneous[:, :2] / homogeneous[:, 2:]
    return found


def fit_turn(moves: Moves, tolerance: float) -> Fit | None:
    """Find the turn that most cells agree on.

    Args:
        moves: of at least a few cells.
        tolerance: how far a move may miss.

    Returns:
        None where nothing can be fitted.
    """
    votes = moves.cell_votes()
    start = _best_guess(moves, votes, tolerance)
    if start is None:
        return None
    return refined(moves, start, tolerance)


def refined(moves: Moves, start: Float64Array, tolerance: float) -> Fit | None:
    """Fit the six parameters to what agrees with a first guess (3, 3), some times over."""
    votes = moves.cell_votes()
    homography, covariance = start, np.eye(6)
    loose = tolerance + _GUESS_ALLOWANCE * _shift_of(start)
    agrees = _misses(moves, homography) < loose
    for _ in range(_ROUNDS):
        if agrees.sum() < _LEAST_MOVES:
            return None
        homography, covariance = _least_squares(moves, agrees, votes, homography, tolerance)
        agrees = _misses(moves, homography) < tolerance
    found = Fit(homography, covariance, agrees, float(votes[agrees].sum()))
    return found if agrees.sum() >= _LEAST_MOVES else None


def displacement(homography: Float64Array, places: Float64Array) -> Float64Array:
    """(N,) how far a homography moves places (N, 2)."""
    moved: Float64Array = np.linalg.norm(mapped(homography, places) - places, axis=1)
    return moved


def sigma_at(covariance: Float64Array, places: Float64Array) -> Float64Array:
    """(N,) standard deviation of where a turn of little size takes places (N, 2)."""
    rows = _rows(places)  # [N,2,6]
    spread = np.einsum("nij,jk,nik->ni", rows, covariance, rows)
    found: Float64Array = np.sqrt(spread.max(axis=1))
    return found


def _misses(moves: Moves, homography: Float64Array) -> Float64Array:
    found: Float64Array = np.linalg.norm(mapped(homography, moves.at) - moves.to, axis=1)
    return found


def _shift_of(homography: Float64Array) -> float:
    return float(np.hypot(homography[0, 2], homography[1, 2]))


def _best_guess(moves: Moves, votes: Float64Array, tolerance: float) -> Float64Array | None:
    """The similarity through two moves that most cells agree on; standing still is among the guesses."""
    count = len(moves.cell)
    if count < _LEAST_MOVES:
        return None
    pairs = np.random.default_rng(count).integers(0, count, (_SAMPLES, 2))
    stack = np.concatenate([np.eye(3)[None], _similarities(moves, pairs), _shifts(moves, pairs[:, 0])])  # [G,3,3]
    at = np.column_stack([moves.at, np.ones(count)])
    landed = np.einsum("gij,nj->gni", stack[:, :2], at)  # [G,N,2]
    miss = np.linalg.norm(landed - moves.to[None], axis=2)
    allowed = tolerance + _GUESS_ALLOWANCE * np.hypot(stack[:, 0, 2], stack[:, 1, 2])
    score = ((miss < allowed[:, None]) * votes[None]).sum(axis=1) - miss.clip(max=allowed[:, None]).mean(axis=1)
    best: Float64Array = stack[int(score.argmax())]
    return best


def _similarities(moves: Moves, pairs: Int64Array) -> Float64Array:
    """(G, 3, 3) similarities through pairs of moves that lie well apart and turn no more than a camera's bracket."""
    first, second = pairs[:, 0], pairs[:, 1]
    before = (moves.at[second] - moves.at[first]) @ np.array([1, 1j])
    after = (moves.to[second] - moves.to[first]) @ np.array([1, 1j])
    apart = np.abs(before) > _LEAST_SPREAD
    factor = after[apart] / before[apart]
    sane = (np.abs(np.angle(factor)) < _LARGEST_ROLL) & (np.abs(np.abs(factor) - 1) < _LARGEST_SCALE)
    factor, chosen = factor[sane], first[apart][sane]
    offset = moves.to[chosen] @ np.array([1, 1j]) - factor * (moves.at[chosen] @ np.array([1, 1j]))
    found = np.tile(np.eye(3), (len(factor), 1, 1))
    found[:, 0, 0] = found[:, 1, 1] = factor.real
    found[:, 1, 0], found[:, 0, 1] = factor.imag, -factor.imag
    found[:, 0, 2], found[:, 1, 2] = offset.real, offset.imag
    return found


def _shifts(moves: Moves, chosen: Int64Array) -> Float64Array:
    found = np.tile(np.eye(3), (len(chosen), 1, 1))
    found[:, :2, 2] = moves.to[chosen] - moves.at[chosen]
    return found


def _rows(at: Float64Array) -> Float64Array:
    """(N, 2, 6) derivatives of where places go by scale, roll, shift x, y, bend x, y, at no turn."""
    x, y = at[:, 0], at[:, 1]
    one, none = np.ones_like(x), np.zeros_like(x)
    return np.stack(
        [
            np.stack([x, -y, one, none, -x * x, -x * y], axis=1),
            np.stack([y, x, none, one, -x * y, -y * y], axis=1),
        ],
        axis=1,
    )


def _least_squares(
    moves: Moves, agrees: BoolArray, votes: Float64Array, homography: Float64Array, tolerance: float
) -> tuple[Float64Array, Float64Array]:
    """Weighted linear fit of the six parameters; a homography's denominator makes u (1 + g x + h y) linear in them."""
    at, to = moves.at[agrees], moves.to[agrees]
    miss = _misses(moves, homography)[agrees]
    noise = float(np.clip(1.2 * np.median(miss), _LEAST_NOISE * tolerance, tolerance))
    weight = votes[agrees] / (1 + (miss / noise) ** 2)
    rows = _rows(at)
    rows[:, 0, 4:] = -at * to[:, :1]
    rows[:, 1, 4:] = -at * to[:, 1:]
    weights = np.repeat(weight, 2)[:, None] / noise**2
    design, wanted = rows.reshape(-1, 6), (to - at).reshape(-1)
    # p1 = -(W / f)^2 tx: the bend that goes with a shift, and how far lenses differ in it.
    shift = homography[:2, 2]
    bend_sigma = _BEND_OF_SHIFT * np.abs(shift) + _LEAST_BEND_SIGMA
    prior = np.zeros((6, 6))
    prior[0, 0] = _SCALE_SIGMA**-2
    prior[4, 4], prior[5, 5] = bend_sigma**-2.0
    right = np.zeros(6)
    right[4:] = -_BEND_OF_SHIFT * shift * bend_sigma**-2.0
    normal = design.T @ (weights * design) + prior
    covariance = _ALIKE * np.linalg.inv(normal)
    s, r, tx, ty, g, h = np.linalg.inv(normal) @ (design.T @ (weights[:, 0] * wanted) + right)
    found = np.array([[1 + s, -r, tx], [r, 1 + s, ty], [g, h, 1.0]])
    return found, np.asarray(covariance, np.float64)
