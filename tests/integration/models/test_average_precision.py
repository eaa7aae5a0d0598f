"""Average precision against the reference metric of ultralytics, on detections and truth drawn at random."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from deskcheck_models.matching import Truth
from deskcheck_models.metrics_precision import mean_precision
from deskcheck_models.metrics_scored import score
from deskcheck_vision.detections import Detections
from deskcheck_vision.taxonomy import CLASSES

reference: Any = pytest.importorskip("ultralytics.utils.metrics", reason="the extra [train] is not installed")
pytestmark = pytest.mark.train

USED = (0, 2, 35)


def _pairs(seed: int) -> list[tuple[Detections, Truth]]:
    rng = np.random.default_rng(seed)
    pairs = []
    for _ in range(60):
        count = int(rng.integers(0, 7))
        corner, size = rng.uniform(0, 500, (count, 2)), rng.uniform(15, 140, (count, 2))
        xyxy = np.hstack([corner, corner + size])
        class_id = rng.choice(USED, count)
        found = rng.random(count) < 0.8
        moved = xyxy[found] + rng.normal(0, 6, (int(found.sum()), 4))
        wrong = rng.uniform(0, 500, (int(rng.integers(0, 4)), 2))
        boxes = np.vstack([moved, np.hstack([wrong, wrong + rng.uniform(15, 140, wrong.shape)])])
        ids = np.concatenate([class_id[found], rng.choice(USED, len(wrong))])
        sure = np.concatenate([rng.beta(5, 2, int(found.sum())), rng.beta(2, 4, len(wrong))])
        pairs.append(
            (
                Detections(boxes.astype(np.float32), sure.astype(np.float32), ids.astype(np.int64), (700, 700)),
                Truth(class_id.astype(np.int64), xyxy, frozenset(USED)),
            )
        )
    return pairs


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_reference_metric(seed: int) -> None:
    pairs = _pairs(seed)
    scored = score(pairs, len(CLASSES))
    target = np.concatenate([truth.class_id for _, truth in pairs])
    table = reference.ap_per_class(scored.hit, scored.confidence, scored.class_id, target)
    theirs = np.asarray(table[5])  # (classes, 10)
    ours = mean_precision(pairs)
    names = [CLASSES[index].id for index in sorted(USED)]
    # 101 points are read off the curve there by a trapezoid, here as COCO does, by a mean.
    for row, name in enumerate(names):
        assert ours.classes[name].ap50 == pytest.approx(theirs[row, 0], abs=0.01)
        assert ours.classes[name].ap50_95 == pytest.approx(theirs[row].mean(), abs=0.01)
    assert ours.map50_95 == pytest.approx(theirs.mean(), abs=0.01)
    assert 0.2 < ours.map50_95 < ours.map50 < 0.95


def test_perfect_and_empty() -> None:
    box = np.array([[10.0, 10.0, 60.0, 60.0]])
    truth = Truth(np.array([2], np.int64), box, frozenset({2}))
    found = Detections(box.astype(np.float32), np.ones(1, np.float32), np.array([2], np.int64), (99, 99))
    assert mean_precision([(found, truth)]).map50_95 == 1.0
    assert mean_precision([(Detections.empty((99, 99)), truth)]).map50_95 == 0.0
