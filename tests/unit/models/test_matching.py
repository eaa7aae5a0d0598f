from __future__ import annotations

import numpy as np
import pytest
from deskcheck_models.matching import Hits, Truth, gather, match, recall_at_precision, recall_precision
from deskcheck_vision.detections import Detections

CUP, PEN = 35, 14


def _truth(rows: list[tuple[int, list[float]]], judged: set[int]) -> Truth:
    boxes = np.array([box for _, box in rows], np.float64).reshape(-1, 4)
    return Truth(np.array([row[0] for row in rows], np.int64), boxes, frozenset(judged))


def _found(rows: list[tuple[str, float, tuple[float, float, float, float]]]) -> Detections:
    return Detections.from_rows(rows, (100, 100))


def test_only_the_surest_of_two_boxes_on_one_thing_is_a_hit() -> None:
    truth = _truth([(CUP, [0, 0, 10, 10])], {CUP})
    found = _found([("cup", 0.5, (0, 0, 10, 10)), ("cup", 0.9, (0, 0, 10, 9))])
    assert match(found, truth).tolist() == [False, True]


@pytest.mark.parametrize(
    ("name", "box"), [("pen", (0, 0, 10, 10)), ("cup", (0, 0, 10, 4.9)), ("cup", (50, 50, 60, 60))]
)
def test_another_class_a_poor_fit_or_another_place_is_no_hit(name: str, box: tuple[float, float, float, float]) -> None:
    assert not match(_found([(name, 0.9, box)]), _truth([(CUP, [0, 0, 10, 10])], {CUP})).any()


def test_nothing_found_and_nothing_boxed() -> None:
    empty = _truth([], {CUP})
    assert len(match(Detections.empty((9, 9)), _truth([(CUP, [0, 0, 1, 1])], {CUP}))) == 0
    assert match(_found([("cup", 0.9, (0, 0, 5, 5))]), empty).tolist() == [False]
    hits = gather([], 45)
    assert recall_precision(hits, 0.1) == (0.0, 1.0)
    assert recall_at_precision(hits, 0.5) == (0.0, 1.0)


def test_classes_that_a_picture_cannot_judge_are_left_out() -> None:
    truth = _truth([(CUP, [0, 0, 10, 10])], {CUP})
    hits = gather([(_found([("cup", 0.9, (0, 0, 10, 10)), ("pen", 0.9, (20, 20, 30, 30))]), truth)], 45)
    assert len(hits.confidence) == 1
    assert recall_precision(hits, 0.25) == (1.0, 1.0)


def _hits(rows: list[tuple[float, bool]], boxed: int) -> Hits:
    counts = np.zeros(45, np.int64)
    counts[CUP] = boxed
    return Hits(
        np.array([row[0] for row in rows], np.float32),
        np.full(len(rows), CUP, np.int64),
        np.array([row[1] for row in rows], np.bool_),
        counts,
    )


def test_recall_at_precision_takes_the_lowest_confidence_that_still_reaches_it() -> None:
    hits = _hits([(0.9, True), (0.8, False), (0.7, True), (0.6, True), (0.5, False), (0.4, False)], 4)
    assert recall_at_precision(hits, 0.75) == (0.75, pytest.approx(0.6))
    assert recall_at_precision(hits, 0.95) == (0.25, pytest.approx(0.9))


def test_equal_confidences_stand_or_fall_together() -> None:
    hits = _hits([(0.9, True), (0.5, True), (0.5, False), (0.5, False)], 2)
    assert recall_at_precision(hits, 0.6) == (0.5, pytest.approx(0.9))


def test_one_class_alone() -> None:
    hits = _hits([(0.9, True)], 2)
    assert recall_precision(hits.of(CUP), 0.5) == (0.5, 1.0)
    assert len(hits.of(PEN).confidence) == 0
