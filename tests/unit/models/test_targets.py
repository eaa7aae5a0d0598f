from __future__ import annotations

import numpy as np
import pytest
from deskcheck_models.targets import dense, make_targets, taught

APPENDED = ("pen", "stapler", "tape", "thermos")
ANCHORS = np.array([[10.0, 10.0], [30.0, 10.0], [50.0, 10.0], [70.0, 10.0]])
BOXES = np.array([[x - 8, 2, x + 8, 18] for x in (10.0, 30.0, 50.0, 70.0)])


@pytest.mark.parametrize(
    ("name", "lesson"),
    [
        ("pen", ((0,), ())),
        ("stapler", ((1,), (2,))),
        ("scissors", ((), (1, 2))),
        ("cup", ((), (3,))),
        ("bottle", ((), ())),
        ("giraffe", ((), ())),
        ("taxonomy:pen", ((0,), ())),
        ("taxonomy:small_stationery", ((), (1, 2))),
        ("taxonomy:cup", ((), (3,))),
        ("taxonomy:monitor", ((), ())),
    ],
)
def test_what_an_object_teaches(name: str, lesson: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    assert taught(name, APPENDED) == lesson


@pytest.mark.parametrize(
    ("name", "lesson"),
    [
        ("tv", ((1,), ())),
        ("taxonomy:monitor", ((1,), ())),
        ("thermos", ((0, 2), ())),
        ("cup", ((2,), (0,))),
        ("taxonomy:cup", ((2,), (0,))),
        ("stapler", ((3,), ())),
    ],
)
def test_a_label_for_a_whole_class_learns_from_all_of_it(
    name: str, lesson: tuple[tuple[int, ...], tuple[int, ...]]
) -> None:
    assert taught(name, ("thermos", "counter monitor", "counter cup", "stationery")) == lesson


def test_targets_and_weights() -> None:
    names = ("pen", "stapler", "bottle")
    targets = make_targets(names, BOXES[:3], BOXES, ANCHORS, APPENDED, 1, 0.25)
    goal, weight = dense(targets, len(APPENDED), len(ANCHORS))
    np.testing.assert_array_equal(goal, [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    np.testing.assert_array_equal(
        weight,
        [
            [1, 1, 1, 0.25],  # a pen: known things count fully, the empty anchor for less
            [1, 1, 1, 0.25],
            [1, 0, 1, 0.25],  # tape is not told off for firing on a stapler: both are small stationery
            [1, 1, 1, 0.25],  # thermos must stay silent on a bottle
        ],
    )


def test_duplicates_of_an_own_object_are_not_judged() -> None:
    predicted = np.array([[2.0, 2, 18, 18], [2, 2, 18, 17], [42, 2, 58, 18], [62, 2, 78, 18]])
    targets = make_targets(("pen",), BOXES[:1], predicted, ANCHORS, APPENDED, 1, 1.0)
    goal, weight = dense(targets, len(APPENDED), len(ANCHORS))
    assert goal[0].tolist() == [1, 0, 0, 0]
    assert weight[0].tolist() == [1, 0, 1, 1]
    assert weight[1].tolist() == [1, 1, 1, 1]


def test_a_picture_without_objects() -> None:
    goal, weight = dense(make_targets((), np.zeros((0, 4)), BOXES, ANCHORS, APPENDED, 2, 0.5), 4, 4)
    assert not goal.any()
    assert (weight == 0.5).all()
