"""Average precision, confusion, reliability and operating points against cases counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_models.matching import Hits, Truth, gather, matched
from deskcheck_models.metrics_confusion import BACKGROUND, confusion
from deskcheck_models.metrics_precision import average_precision, mean_precision
from deskcheck_models.metrics_reliability import reliability
from deskcheck_models.metrics_scored import SIZES_PX, score, size_px
from deskcheck_models.operating import at_operating_point, class_threshold, thresholds
from deskcheck_vision.detections import Detections
from deskcheck_vision.operating import operating_points
from deskcheck_vision.taxonomy import CLASSES, class_index

CUP, PEN = class_index("cup"), class_index("pen")
Box = tuple[float, float, float, float]


def _found(*rows: tuple[str, float, Box]) -> Detections:
    return Detections.from_rows(list(rows), (400, 400))


def _truth(*rows: tuple[str, Box], optional: tuple[bool, ...] = (), judged: set[int] | None = None) -> Truth:
    return Truth(
        np.array([class_index(name) for name, _ in rows], np.int64),
        np.array([box for _, box in rows], np.float64).reshape(-1, 4),
        frozenset({CUP, PEN} if judged is None else judged),
        np.array(optional, np.bool_),
    )


A, B, C = (0.0, 0.0, 40.0, 40.0), (100.0, 0.0, 140.0, 40.0), (200.0, 0.0, 240.0, 40.0)
FAR = (300.0, 300.0, 340.0, 340.0)
# IoU with A: 40 x 28 of 40 x 40 = 0.7, so it is right at the five levels 0.5 .. 0.7.
A_CUT = (0.0, 0.0, 40.0, 28.0)


def test_average_precision_by_hand() -> None:
    # Right, wrong, right of four: precision 1 up to recall 0.25, then 2/3 up to 0.5, then nothing:
    # 26 points (0 .. 0.25) at 1, 25 points (0.26 .. 0.50) at 2/3, of 101.
    hit = np.array([[True], [False], [True]])
    got = average_precision(np.array([0.9, 0.8, 0.7], np.float32), hit, np.zeros_like(hit), 4)
    assert got == pytest.approx((26 + 25 * 2 / 3) / 101)


def test_what_counts_neither_way_is_as_if_it_were_not_there() -> None:
    hit, free = np.array([[True], [False], [True]]), np.array([[False], [True], [False]])
    got = average_precision(np.array([0.9, 0.8, 0.7], np.float32), hit, free, 2)
    assert got == pytest.approx(1.0)


@pytest.mark.parametrize(("count", "boxed"), [(0, 3), (2, 0)])
def test_nothing_found_or_nothing_boxed_is_zero(count: int, boxed: int) -> None:
    hit = np.zeros((count, 10), np.bool_)
    assert average_precision(np.ones(count, np.float32), hit, hit, boxed).tolist() == [0.0] * 10


def test_mean_over_levels_and_classes() -> None:
    pairs = [
        (_found(("cup", 0.9, A_CUT), ("pen", 0.9, B)), _truth(("cup", A), ("pen", B))),
        (_found(), _truth(("pen", C))),
    ]
    figures = mean_precision(pairs)
    assert figures.boxed == 3
    assert figures.classes["cup"].ap50 == 1.0
    assert figures.classes["cup"].ap50_95 == pytest.approx(0.5)
    assert figures.classes["pen"].ap50 == pytest.approx(51 / 101, abs=1e-4)  # recall 0.5 of 2 at precision 1
    assert figures.map50 == pytest.approx((1 + 51 / 101) / 2, abs=1e-4)
    assert list(mean_precision(pairs, only={"pen"}).classes) == ["pen"]
    assert mean_precision([]).map50 == 0.0


def test_the_better_fit_is_taken_and_each_thing_once() -> None:
    pairs = [(_found(("cup", 0.9, A_CUT), ("cup", 0.8, A), ("pen", 0.7, A)), _truth(("cup", A)))]
    scored = score(pairs, len(CLASSES))
    # The surest takes the thing at the levels it reaches; above them the second one does. The pen never does.
    assert scored.hit[0].tolist() == [True] * 5 + [False] * 5
    assert scored.hit[1].tolist() == [False] * 5 + [True] * 5
    assert not scored.hit[2].any()
    assert scored.boxed[CUP] == 1


def test_optional_things_and_unjudged_classes_count_neither_way() -> None:
    truth = _truth(("cup", A), ("cup", B), optional=(False, True), judged={CUP})
    found = _found(("cup", 0.9, A), ("cup", 0.8, B), ("cup", 0.7, FAR), ("pen", 0.9, C))
    scored = score([(found, truth)], len(CLASSES))
    assert scored.boxed.sum() == 1
    assert scored.hit[:, 0].tolist() == [True, False, False]
    assert scored.free[:, 0].tolist() == [False, True, False]
    hits = gather([(found, truth)], len(CLASSES))
    assert hits.true.tolist() == [True, False]
    assert matched(found, truth).tolist() == [0, 1, -1, -1]


def test_what_is_asked_for_comes_before_a_better_fitting_optional_one() -> None:
    truth = _truth(("cup", A), ("cup", A_CUT), optional=(False, True))
    found = _found(("cup", 0.9, A_CUT))
    assert matched(found, truth).tolist() == [0]
    assert score([(found, truth)], len(CLASSES)).hit[0, 0]


def test_sizes_look_at_their_own_things_alone() -> None:
    small, large = (0.0, 0.0, 20.0, 20.0), (100.0, 100.0, 300.0, 300.0)
    truth = _truth(("cup", small), ("cup", large))
    found = _found(("cup", 0.9, large), ("cup", 0.8, FAR), ("cup", 0.7, small))
    assert size_px(np.array([small, large])).tolist() == [20.0, 200.0]
    by_size = {name: mean_precision([(found, truth)], limits) for name, limits in SIZES_PX.items()}
    assert {name: row.boxed for name, row in by_size.items()} == {"small": 1, "medium": 0, "large": 1}
    assert by_size["small"].map50 == by_size["large"].map50 == 1.0  # FAR is 40 px: wrong for neither


def test_a_truth_with_other_counts_is_refused() -> None:
    with pytest.raises(ValueError, match="2 flags"):
        _truth(("cup", A), optional=(True, False))


def test_confusion_by_hand() -> None:
    truth = _truth(("cup", A), ("pen", B), ("cup", C), ("pen", (0, 200, 40, 240)), optional=(False,) * 3 + (True,))
    found = _found(
        ("cup", 0.9, A),
        ("cup", 0.8, B),  # a pen called a cup
        ("pen", 0.7, FAR),  # background called a pen
        ("cup", 0.1, C),  # below its operating point: not found
        ("monitor", 0.9, (100, 200, 140, 240)),  # a class that these boxes cannot judge
        ("pen", 0.9, (0, 200, 40, 240)),  # optional
    )
    table = confusion([(found, truth)], operating_points({}))
    assert table.counts[CUP, CUP] == 1
    assert table.counts[PEN, CUP] == 1
    assert table.counts[CUP, BACKGROUND] == 1
    assert table.counts[BACKGROUND, PEN] == 1
    assert table.counts.sum() == 4
    assert set(table.frequent()) == {("pen", "cup", 1), ("cup", "", 1), ("", "pen", 1)}
    assert table.present() == [*sorted([CUP, PEN]), BACKGROUND]


def test_a_double_is_background_and_the_right_class_is_coupled_first() -> None:
    table = confusion([(_found(("pen", 0.9, A), ("cup", 0.5, A_CUT)), _truth(("cup", A)))], operating_points({}))
    assert table.counts[CUP, CUP] == 1
    assert table.counts[BACKGROUND, PEN] == 1


def _hits(rows: list[tuple[float, bool]], boxed: int, class_id: int = CUP) -> Hits:
    counts = np.zeros(len(CLASSES), np.int64)
    counts[class_id] = boxed
    confidence = np.array([row[0] for row in rows], np.float32)
    return Hits(
        confidence, np.full(len(rows), class_id, np.int64), np.array([row[1] for row in rows], np.bool_), counts
    )


def test_reliability_by_hand() -> None:
    # 0.8 .. 0.9: two of mean 0.85, one true; 0.2 .. 0.3: two of mean 0.25, none true; 0.01 is not shown.
    result = reliability(_hits([(0.84, True), (0.86, False), (0.24, False), (0.26, False), (0.01, True)], 9))
    assert result.ece == pytest.approx((2 * 0.35 + 2 * 0.25) / 4, abs=1e-4)
    assert [row.count for row in result.bins] == [0, 0, 2, 0, 0, 0, 0, 0, 2, 0]
    assert result.bins[8].precision == 0.5
    assert reliability(_hits([], 0)).ece == 0.0
    assert reliability(_hits([(1.0, True)], 1)).ece == 0.0


def test_a_threshold_is_the_lowest_confidence_that_keeps_the_precision() -> None:
    # With one false one added: 8 true of 9 = 0.89, then 8/10 = 0.8 at 0.45, 8/11 below.
    rows = [(0.9 - 0.05 * i, True) for i in range(8)] + [(0.45, False), (0.40, False)]
    assert class_threshold(_hits(rows, 10), 0.8) == pytest.approx(0.45, abs=0.0011)
    assert class_threshold(_hits(rows, 10), 0.85) == pytest.approx(0.55, abs=0.0011)


def test_without_evidence_there_is_no_threshold() -> None:
    assert class_threshold(_hits([(0.9, True)], 3), 0.8) is None
    assert class_threshold(_hits([(0.9, False)], 30), 0.8) is None
    assert thresholds(_hits([(0.9, True)] * 9, 9)) == {"cup": pytest.approx(0.9, abs=0.0015)}


def test_an_unreachable_precision_gives_the_best_compromise() -> None:
    rows = [(0.9, True), (0.8, False)] * 8 + [(0.3, False)] * 40
    found = class_threshold(_hits(rows, 10), 0.99)
    assert found is not None
    assert found >= 0.79


def test_thresholds_stay_in_their_range() -> None:
    assert class_threshold(_hits([(0.02, True)] * 20, 20), 0.8) == 0.10
    assert class_threshold(_hits([(0.99, True)] * 20, 20), 0.8) == 0.90


def test_every_class_is_believed_from_its_own_point_on() -> None:
    points = operating_points({"cup": 0.6})
    hits = _hits([(0.7, True), (0.5, False), (0.3, True)], 4)
    assert at_operating_point(hits, points) == (0.25, 1.0)
    assert at_operating_point(_hits([], 0), points) == (0.0, 1.0)
