"""The grain of a board: pieces of it are found again where they are, and none of another board."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.surface import find_pieces, grain_of

SCALE = 4.0


def board(seed: int) -> Uint8Array:
    """A plain board 120 x 60 cm, speckled by less than an eye sees."""
    rng = np.random.default_rng(seed)
    speckle = cv2.GaussianBlur(rng.normal(0, 1, (240, 480)).astype(np.float32), (0, 0), 0.8)
    return np.clip(180 + 4 * speckle / speckle.std(), 0, 255).astype(np.uint8)


def everywhere() -> Uint8Array:
    return np.full((240, 480), 255, np.uint8)


@pytest.mark.parametrize("together", [False, True])
def test_every_piece_is_found_where_it_was_shifted_to(together: bool) -> None:
    known = board(1)
    seen = np.roll(known, (-6, 10), axis=(0, 1))
    found = find_pieces(
        grain_of(known, SCALE), everywhere(), grain_of(seen, SCALE), everywhere(), SCALE, 4.0, together=together
    )
    inner = (found.points_cm > 8).all(axis=1) & (found.points_cm < np.array([112, 52])).all(axis=1)
    assert inner.sum() > 20
    assert np.allclose(found.shift_cm[inner], [2.5, -1.5], atol=0.26)
    assert np.median(found.likeness[inner]) > 0.9


def test_other_light_and_a_shadow_leave_the_grain() -> None:
    known = board(1)
    shadow = np.linspace(0.5, 1.0, 480)[None] * known
    found = find_pieces(
        grain_of(known, SCALE), everywhere(), grain_of(shadow.astype(np.uint8), SCALE), everywhere(), SCALE, 3.0
    )
    assert (np.linalg.norm(found.shift_cm, axis=1) < 0.3).mean() > 0.9


def test_another_board_is_found_nowhere() -> None:
    found = find_pieces(grain_of(board(1), SCALE), everywhere(), grain_of(board(2), SCALE), everywhere(), SCALE, 4.0)
    assert (np.linalg.norm(found.shift_cm, axis=1) < 0.5).mean() < 0.1
    assert found.likeness.max() < 0.4


def test_hidden_pieces_are_not_looked_for_and_helping_neighbours_may_be_missing() -> None:
    grain = grain_of(board(1), SCALE)
    left = everywhere()
    left[:, 240:] = 0
    found = find_pieces(grain, left, grain, everywhere(), SCALE, 2.0, together=True)
    assert len(found.points_cm) > 0
    assert found.points_cm[:, 0].max() < 62
    nothing = find_pieces(grain, np.zeros_like(left), grain, everywhere(), SCALE, 2.0)
    assert nothing.points_cm.shape == nothing.shift_cm.shape == (0, 2)
    assert nothing.likeness.shape == (0,)


def test_a_blank_board_has_no_grain() -> None:
    assert not grain_of(np.full((240, 480), 128, np.uint8), SCALE).any()
