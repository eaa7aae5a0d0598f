"""Matches that tell of the same step from a desk's view to a photo: one turn and one change of size. Pure functions.

One match in twenty may be right. But the right ones are all turned and enlarged by about as much, since the desk was
looked at from all sides beforehand, and the wrong ones by chance: among those of one turn and size every second one may
be right, and a camera is soon found (Lowe, Distinctive image features from scale-invariant keypoints, 2004, section
7.2, votes so).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deskcheck_vision.registration import Matches

CLEAR = 0.92
_TURN_STEP_DEG, _TURN_REACH_DEG = 15.0, 25.0
_SIZE_STEP, _SIZE_REACH = 0.4, 0.8
LEAST = 6


def groups(found: Matches, most: int = 3) -> list[NDArray[np.bool_]]:
    """Return masks (N,) of the matches of a common turn and size, those that chance explains least first.

    Only clear ones take part; none is in two groups, and each has at least six.
    """
    left = found.ratios < CLEAR
    if left.sum() < LEAST:
        return []
    sizes = np.arange(found.log_sizes[left].min(), found.log_sizes[left].max() + _SIZE_STEP, _SIZE_STEP)
    turns = np.arange(0.0, 360.0, _TURN_STEP_DEG)
    of_turn = turn_between(found.turns_deg, turns[:, None]) < _TURN_REACH_DEG  # [T,N]
    of_size = np.abs(found.log_sizes - sizes[:, None]) < _SIZE_REACH  # [S,N]
    # Turns of wrong matches are even all round.
    by_chance = (of_size & left).sum(axis=1) * (2 * _TURN_REACH_DEG / 360.0)
    chosen: list[NDArray[np.bool_]] = []
    while len(chosen) < most:
        votes = of_turn.astype(np.float32) @ (of_size & left).astype(np.float32).T  # [T,S]
        turn, size = np.unravel_index(int(np.argmax((votes - by_chance) / np.sqrt(by_chance + 1))), votes.shape)
        group = of_turn[turn] & of_size[size] & left
        if group.sum() < LEAST:
            break
        chosen.append(group)
        left = left & ~group
    return chosen


def turn_between(turns_deg: NDArray[np.float64], others_deg: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return by how much directions differ, 0 to 180 degrees."""
    return np.asarray(np.abs((turns_deg - others_deg + 180.0) % 360.0 - 180.0), np.float64)
