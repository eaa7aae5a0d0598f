"""A model beside its starting weights: what few boxes say by chance is no loss, and what many say is one."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_models.comparison import Pairs, gain, highest_gain, set_figures
from deskcheck_models.matching import Truth
from deskcheck_vision.detections import Detections
from deskcheck_vision.taxonomy import CLASSES, class_index

CUP = class_index("cup")
BOX, ELSEWHERE = (10.0, 10.0, 60.0, 60.0), (200.0, 200.0, 260.0, 260.0)
EVERYTHING = frozenset(range(len(CLASSES)))


def pictures(count: int, found: int, false: int = 0, sure: float = 0.8) -> Pairs:
    """Pictures with a cup each, found in the first of them; a false one, surer than all, in the last ones."""
    pairs: Pairs = []
    for number in range(count):
        rows = [("cup", sure, BOX)] if number < found else []
        rows += [("cup", 0.95, ELSEWHERE)] if number >= count - false else []
        truth = Truth(np.array([CUP]), np.array([BOX]), EVERYTHING)
        pairs.append((Detections.from_rows(rows, (320, 320)), truth))
    return pairs


def test_equal_models_gain_and_lose_nothing() -> None:
    start = pictures(60, 40, 2)
    assert gain(start, start) == highest_gain(start, start) == 0.0
    assert set_figures(start, start).gain_high == 0.0


@pytest.mark.parametrize("count", [30, 100])
def test_a_box_or_two_less_are_no_loss(count: int) -> None:
    start, model = pictures(count, count // 2), pictures(count, count // 2 - 2)
    assert gain(model, start) == pytest.approx(-2 / count)
    assert highest_gain(model, start) == 0.0


@pytest.mark.parametrize(("count", "lost"), [(40, 10), (200, 20), (600, 20)])
def test_many_boxes_less_are_one(count: int, lost: int) -> None:
    start, model = pictures(count, count // 2), pictures(count, count // 2 - lost)
    assert highest_gain(model, start) < -0.4 * lost / count


def test_sure_false_alarms_are_one_as_well() -> None:
    start, model = pictures(200, 150, 1), pictures(200, 150, 8)
    assert gain(model, start) < 0
    assert highest_gain(model, start) < 0


def test_a_gain_is_at_least_itself() -> None:
    start, model = pictures(50, 20), pictures(50, 30)
    assert highest_gain(model, start) >= gain(model, start) == pytest.approx(0.2)
    assert highest_gain([], []) == 0.0
