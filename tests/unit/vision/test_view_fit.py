"""The turn that most parts of a picture agree on."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_vision.view_fit import Moves, displacement, fit_turn, mapped, refined, sigma_at

TOLERANCE = 0.0025
RNG = np.random.default_rng(4)
AT = np.column_stack([RNG.uniform(-0.5, 0.5, 120), RNG.uniform(-0.28, 0.28, 120)])
CELL = np.arange(120) // 3
TURN = np.array([[0.999, -0.02, 0.03], [0.02, 0.999, -0.01], [-0.04, 0.01, 1.0]])


def test_the_turn_is_found_among_moves_that_do_not_follow_it() -> None:
    to = mapped(TURN, AT)
    to[:45] += RNG.uniform(0.01, 0.2, (45, 2))
    fit = fit_turn(Moves(AT, to, CELL), TOLERANCE)
    assert fit is not None
    np.testing.assert_allclose(mapped(fit.homography, AT), mapped(TURN, AT), atol=5e-4)
    assert fit.agrees[45:].all()
    assert not fit.agrees[:45].any()
    assert fit.votes == pytest.approx(25.0)


def test_every_cell_has_one_vote() -> None:
    cell = np.concatenate([np.zeros(90, np.int64), np.arange(1, 31)])
    to = AT.copy()
    to[:90] += 0.05  # three quarters of the points, but one part of the picture
    fit = fit_turn(Moves(AT, to, cell), TOLERANCE)
    assert fit is not None
    assert displacement(fit.homography, AT).max() < 1e-3


def test_places_far_from_the_moves_are_known_worse() -> None:
    near = np.abs(AT[:, 0] + 0.3) < 0.15
    fit = fit_turn(Moves(AT[near], AT[near], CELL[near]), TOLERANCE)
    assert fit is not None
    inside, outside = sigma_at(fit.covariance, np.array([[-0.3, 0.0], [0.5, 0.28]]))
    assert outside > 3 * inside


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_moves_say_nothing(count: int) -> None:
    assert fit_turn(Moves(AT[:count], AT[:count], CELL[:count]), TOLERANCE) is None


def test_moves_that_agree_on_nothing_say_nothing() -> None:
    to = AT + np.outer(np.arange(5), [0.11, -0.07]).repeat(24, axis=0)[:120]
    moves = Moves(AT[::24], to[::24], CELL[::24])
    assert refined(moves, np.eye(3), TOLERANCE) is None


def test_what_a_guess_takes_for_agreement_may_fall_apart() -> None:
    # Within the guess's allowance, but not of one turn.
    start = np.eye(3)
    start[0, 2] = 0.3
    to = AT[:6] + np.array([0.3, 0.0]) + np.random.default_rng(1).uniform(-0.014, 0.014, (6, 2))
    found = refined(Moves(AT[:6], to, CELL[:6]), start, 1e-4)
    assert found is None


def test_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match="expected"):
        Moves(AT, AT[:5], CELL)
