"""Areas, overlaps and doubles of boxes."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_vision import boxes

EMPTY = np.zeros((0, 4), np.float32)


@pytest.mark.parametrize(
    ("first", "second", "iou", "ios"),
    [
        ([0, 0, 10, 10], [0, 0, 10, 10], 1, 1),
        ([0, 0, 10, 10], [10, 0, 20, 10], 0, 0),
        ([0, 0, 10, 10], [5, 0, 15, 10], 1 / 3, 0.5),
        ([0, 0, 10, 10], [2, 2, 4, 4], 0.04, 1),
        ([0, 0, 0, 0], [0, 0, 0, 0], 0, 0),
        ([5, 5, 0, 0], [0, 0, 10, 10], 0, 0),
    ],
)
def test_overlaps(first: list[float], second: list[float], iou: float, ios: float) -> None:
    assert boxes.box_iou([first], [second])[0, 0] == pytest.approx(iou)
    assert boxes.box_ios([first], [second])[0, 0] == pytest.approx(ios)


def test_conversions_there_and_back() -> None:
    xyxy = np.array([[1, 2, 11, 22], [0, 0, 0, 0]], np.float32)
    xyxy.flags.writeable = False
    assert boxes.xyxy_to_xywh(xyxy).tolist() == [[1, 2, 10, 20], [0, 0, 0, 0]]
    assert boxes.xyxy_to_cxcywh(xyxy).tolist() == [[6, 12, 10, 20], [0, 0, 0, 0]]
    assert boxes.xywh_to_xyxy(boxes.xyxy_to_xywh(xyxy)).tolist() == xyxy.tolist()
    assert boxes.cxcywh_to_xyxy(boxes.xyxy_to_cxcywh(xyxy)).tolist() == xyxy.tolist()
    assert boxes.box_area(xyxy).tolist() == [200, 0]


def test_clipping_keeps_boxes_inside_the_picture() -> None:
    assert boxes.clip_boxes([[-5, -5, 50, 5], [90, 90, 200, 200]], (100, 80)).tolist() == [
        [0, 0, 50, 5],
        [90, 80, 100, 80],
    ]


def test_no_boxes() -> None:
    assert boxes.box_iou(EMPTY, EMPTY).shape == (0, 0)
    assert boxes.box_iou([[0, 0, 1, 1]], []).shape == (1, 0)
    assert boxes.clip_boxes([], (10, 10)).shape == (0, 4)
    assert boxes.xyxy_to_xywh(EMPTY).shape == (0, 4)
    assert boxes.box_area(EMPTY).shape == (0,)
    assert boxes.dedupe(EMPTY, []).shape == (0,)
    assert boxes.confidence_order(EMPTY, [], []).shape == (0,)


@pytest.mark.parametrize("wrong", [[1, 2, 3, 4], [[1, 2, 3]], [[[1, 2, 3, 4]]]])
def test_other_shapes_are_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"\(N, 4\)"):
        boxes.as_boxes(wrong)  # type: ignore[arg-type]


NEAR = [[0, 0, 100, 100], [1, 1, 100, 100]]  # IoU 0.98
HALF = [[0, 0, 100, 100], [0, 0, 100, 75]]  # IoU 0.75
INSIDE = [[0, 0, 100, 100], [0, 0, 50, 50]]  # one lies in the other


@pytest.mark.parametrize(
    ("xyxy", "class_id", "options", "kept"),
    [
        (NEAR, [1, 1], {}, [True, False]),
        (NEAR, [1, 2], {}, [True, False]),
        (NEAR, [1, 2], {"protected_class": 2}, [True, True]),
        (NEAR, [2, 1], {"protected_class": 2}, [True, False]),
        (NEAR, [2, 2], {"protected_class": 2}, [True, False]),
        (HALF, [1, 1], {}, [True, False]),
        (HALF, [1, 2], {}, [True, True]),
        (INSIDE, [1, 1], {}, [True, True]),
        (INSIDE, [1, 1], {"same_class_ios": 0.8}, [True, False]),
        (INSIDE, [1, 2], {"same_class_ios": 0.8}, [True, True]),
    ],
)
def test_doubles(xyxy: list[list[float]], class_id: list[int], options: dict[str, float], kept: list[bool]) -> None:
    assert boxes.dedupe(xyxy, class_id, **options).tolist() == kept  # type: ignore[arg-type]


def test_a_dropped_box_drops_no_other() -> None:
    chain = [[0, 0, 100, 10], [14, 0, 114, 10], [28, 0, 128, 10]]  # neighbours 0.75, ends 0.56
    assert boxes.dedupe(chain, [1, 1, 1]).tolist() == [True, False, True]


def test_the_surest_comes_first_and_ties_go_by_class_then_place() -> None:
    xyxy = [[5, 0, 6, 1], [4, 0, 6, 1], [9, 0, 10, 1], [0, 0, 1, 1]]
    assert boxes.confidence_order(xyxy, [0.5, 0.5, 0.5, 0.9], [2, 2, 1, 7]).tolist() == [3, 2, 1, 0]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ([0, 0, 100, 60], True),  # the upper part of the first
        ([0, 0, 100, 30], False),  # too small a part of it
        ([60, 0, 160, 100], False),  # beside it
        ([-5, -5, 105, 105], True),  # around it
    ],
)
def test_a_part_lies_nested_in_its_thing(second: list[float], expected: bool) -> None:
    pairs = boxes.nested([[0, 0, 100, 100], second], 0.4)
    assert pairs[0, 1] == pairs[1, 0] == expected


def test_a_nested_part_is_a_double_but_never_for_the_protected_class() -> None:
    screen_and_monitor = [[0, 0, 100, 60], [0, 0, 100, 100]]
    assert boxes.dedupe(screen_and_monitor, [0, 0]).tolist() == [True, True]
    assert boxes.dedupe(screen_and_monitor, [0, 0], nested_iou=0.4).tolist() == [True, False]
    assert boxes.dedupe(screen_and_monitor, [7, 7], nested_iou=0.4, protected_class=7).tolist() == [True, True]
