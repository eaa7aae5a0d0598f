"""Matches of one turn and size: the right ones are found among wrong ones of any."""

from __future__ import annotations

import numpy as np
from deskcheck_vision.match_groups import LEAST, groups, turn_between
from deskcheck_vision.registration import Matches

RNG = np.random.default_rng(4)


def matches(turns_deg: list[float], sizes: list[float], ratio: float = 0.5) -> Matches:
    count = len(turns_deg)
    return Matches(
        np.zeros((count, 2)), np.zeros((count, 3)), np.array(turns_deg) % 360.0, np.array(sizes), np.full(count, ratio)
    )


def test_the_right_ones_are_found_among_ten_times_as_many_wrong_ones() -> None:
    right = [float(turn) for turn in RNG.normal(350.0, 6.0, 20)]
    wrong = [float(turn) for turn in RNG.uniform(0, 360, 200)]
    sizes = [float(size) for size in np.concatenate([RNG.normal(2.0, 0.2, 20), RNG.uniform(-1, 4, 200)])]
    first = groups(matches(right + wrong, sizes))[0]
    assert first[:20].sum() >= 18
    assert first[20:].sum() < 30


def test_a_photo_from_the_other_side_is_a_group_of_its_own_and_none_is_in_two() -> None:
    found = groups(matches([5.0] * 30 + [185.0] * 20, [2.0] * 50))
    assert [int(group.sum()) for group in found] == [30, 20]
    assert not (found[0] & found[1]).any()


def test_few_or_unclear_ones_are_no_group() -> None:
    assert groups(matches([], [])) == []
    assert groups(matches([5.0] * (LEAST - 1), [2.0] * (LEAST - 1))) == []
    assert groups(matches([5.0] * 30, [2.0] * 30, ratio=0.95)) == []
    scattered = matches([60.0 * k for k in range(6)], [2.0] * 6)
    assert groups(scattered) == []


def test_not_more_groups_than_asked_for() -> None:
    assert len(groups(matches([5.0] * 9 + [95.0] * 8 + [185.0] * 7, [2.0] * 24), most=2)) == 2


def test_turns_are_compared_round_the_circle() -> None:
    assert turn_between(np.array([350.0, 90.0, 0.0]), 10.0).tolist() == [20.0, 80.0, 10.0]
    assert turn_between(np.array([0.0]), 180.0).tolist() == [180.0]
