from __future__ import annotations

import numpy as np
from deskcheck_models.assignment import assign
from deskcheck_vision.detections import Float64Array

ANCHORS = np.array([[10.0, 10.0], [30.0, 10.0], [50.0, 10.0]])


def _around(points: list[tuple[float, float, float]]) -> Float64Array:
    return np.array([[x - half, y - half, x + half, y + half] for x, y, half in points])


def test_the_best_fitting_anchor_inside_names_the_object() -> None:
    objects = _around([(10, 10, 8)])
    predicted = _around([(10, 10, 8), (10, 10, 7.9), (50, 10, 8)])
    found = assign(objects, predicted, ANCHORS, 2)
    assert found.positive.tolist() == [[0, 0]]  # the second fits too, but its point lies outside
    assert found.quality.tolist() == [1.0]
    assert found.near.tolist() == [[0, 0], [1, 0]]


def test_the_second_anchor_counts_relative_to_the_first() -> None:
    objects = _around([(30, 10, 30)])
    predicted = _around([(30, 10, 30), (30, 10, 24), (30, 10, 5)])
    found = assign(objects, predicted, ANCHORS, 3)
    assert found.positive[:, 0].tolist() == [0, 1]
    np.testing.assert_allclose(found.quality, [1.0, 0.64])


def test_an_anchor_names_one_object_only() -> None:
    objects = _around([(10, 10, 8), (10, 10, 7)])
    predicted = _around([(10, 10, 7), (90, 90, 1), (90, 90, 1)])
    found = assign(objects, predicted, ANCHORS, 1)
    assert found.positive.tolist() == [[0, 1]]


def test_an_object_that_no_box_fits_gets_none() -> None:
    found = assign(_around([(10, 10, 8)]), _around([(10, 10, 3), (30, 10, 3), (50, 10, 3)]), ANCHORS, 2)
    assert found.positive.shape == (0, 2)
    assert found.near.shape == (0, 2)


def test_no_objects() -> None:
    found = assign(np.zeros((0, 4)), _around([(10, 10, 3)] * 3), ANCHORS, 2)
    assert (len(found.positive), len(found.quality), len(found.near)) == (0, 0, 0)
