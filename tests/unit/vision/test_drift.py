"""What a coarser session keeps of the reference's detections."""

from __future__ import annotations

import pytest
from deskcheck_vision.detections import Detections
from deskcheck_vision.drift import Drift, drift

Row = tuple[str, float, tuple[float, float, float, float]]
CUP: Row = ("cup", 0.9, (0, 0, 10, 10))
FOOD: Row = ("food", 0.8, (20, 0, 30, 10))


def of(*rows: Row) -> Detections:
    return Detections.from_rows(rows, (64, 64))


@pytest.mark.parametrize(
    ("reference", "other", "expected"),
    [
        ([CUP, FOOD], [CUP, FOOD], Drift(2, 2, 0)),
        ([CUP, FOOD], [("food", 0.3, (21, 0, 30, 10)), ("cup", 0.3, (0, 0, 9, 9))], Drift(2, 2, 0)),
        ([CUP, FOOD], [], Drift(2, 0, 0)),
        ([], [CUP], Drift(0, 0, 1)),
        ([CUP], [("bag", 0.9, (0, 0, 10, 10))], Drift(1, 0, 1)),  # another class
        ([CUP], [("cup", 0.9, (6, 0, 16, 10))], Drift(1, 0, 1)),  # elsewhere
        ([CUP, ("cup", 0.5, (0, 0, 10, 9))], [CUP], Drift(2, 1, 0)),  # one box stands for one thing only
    ],
)
def test_counts(reference: list[Row], other: list[Row], expected: Drift) -> None:
    assert drift([(of(*reference), of(*other))]) == expected


def test_pictures_add_up_and_decide() -> None:
    same = [(of(CUP), of(CUP))] * 97
    assert drift([*same, *[(of(FOOD), of())] * 3]).is_allowed
    assert not drift([*same, *[(of(FOOD), of())] * 4]).is_allowed
    assert not drift([]).is_allowed  # nothing seen proves nothing
