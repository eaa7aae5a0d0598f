"""Curves of confidence: what is fitted is what was drawn, little evidence moves little, order is kept."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_models.calibrate import entry, fit_curve, fit_curves, recalls, with_curves
from deskcheck_models.matching import Hits, joined, recall_at_precision
from deskcheck_models.metrics_reliability import reliability
from deskcheck_vision.certainty import Curve, Curves, log_odds
from deskcheck_vision.taxonomy import CLASSES, class_index

CUP, KEYBOARD, STAMP = (class_index(name) for name in ("cup", "keyboard", "stamp"))


def drawn(rng: np.random.Generator, class_id: int, curve: Curve, count: int) -> Hits:
    """Detections whose share of being right follows a curve."""
    score = rng.uniform(0.02, 0.95, count).astype(np.float32)
    right = 1 / (1 + np.exp(-(curve.slope * log_odds(score) + curve.offset)))
    boxed = np.zeros(len(CLASSES), np.int64)
    boxed[class_id] = count
    return Hits(score, np.full(count, class_id, np.int64), rng.random(count) < right, boxed)


@pytest.mark.parametrize("curve", [Curve(1.0, 0.0), Curve(0.6, -1.2), Curve(1.7, 1.5)])
def test_a_curve_is_found_again(curve: Curve) -> None:
    hits = drawn(np.random.default_rng(3), CUP, curve, 6000)
    fitted = fit_curve(
        hits.confidence.astype(np.float64), hits.true.astype(np.float64), np.ones(6000), Curve(1.0, 0.0), 0.1
    )
    assert fitted.slope == pytest.approx(curve.slope, abs=0.12)
    assert fitted.offset == pytest.approx(curve.offset, abs=0.15)


def test_confidences_mean_what_they_say_afterwards() -> None:
    rng = np.random.default_rng(5)
    kinds = {CUP: Curve(0.7, 2.5), KEYBOARD: Curve(1.4, 0.2)}
    learnt = joined([drawn(rng, index, curve, 8000) for index, curve in kinds.items()])
    checked = joined([drawn(rng, index, curve, 8000) for index, curve in kinds.items()])
    curves = fit_curves([learnt])
    assert reliability(checked).ece > 0.1
    assert reliability(with_curves(checked, curves)).ece < 0.04
    before, after = (recall_at_precision(hits, 0.9)[0] for hits in (checked, with_curves(checked, curves)))
    assert after > before  # one class's sure scores no longer stand behind the other's doubtful ones


def test_little_evidence_is_drawn_to_the_curve_of_all() -> None:
    rng = np.random.default_rng(7)
    many, few = drawn(rng, CUP, Curve(1.0, -1.0), 4000), drawn(rng, STAMP, Curve(1.0, 6.0), 3)
    curves = fit_curves([joined([many, few])])
    assert abs(curves["stamp"].offset - curves["cup"].offset) < 2.5
    assert curves["stamp"].offset > curves["cup"].offset


def test_photographs_and_rendered_pictures_count_alike() -> None:
    rng = np.random.default_rng(9)
    photographs, rendered = drawn(rng, CUP, Curve(1.0, 2.0), 300), drawn(rng, CUP, Curve(1.0, -2.0), 6000)
    assert abs(fit_curves([photographs, rendered])["cup"].offset) < 0.5


def test_nothing_seen_gives_no_curve() -> None:
    nothing = drawn(np.random.default_rng(0), CUP, Curve(1.0, 0.0), 0)
    assert fit_curves([nothing, nothing]) == {}
    assert fit_curves([]) == {}


def test_a_class_asked_for_and_never_found_has_the_curve_of_all() -> None:
    many = drawn(np.random.default_rng(1), CUP, Curve(1.0, -1.0), 2000)
    many.boxed[STAMP] = 5
    curves = fit_curves([many])
    assert curves["stamp"].offset == pytest.approx(curves["cup"].offset, abs=0.1)
    assert list(entry(curves)) == [item.id for item in CLASSES if item.id in curves]


def test_recall_is_counted_on_counters_where_they_show_enough() -> None:
    rng = np.random.default_rng(2)
    sure, unsure = drawn(rng, CUP, Curve(1.0, 9.0), 40), drawn(rng, CUP, Curve(1.0, -9.0), 40)
    assert recalls(unsure, sure)["cup"] == pytest.approx(np.mean(sure.confidence >= 0.35))
    few = drawn(rng, CUP, Curve(1.0, 9.0), 5)
    assert recalls(unsure, few)["cup"] < 0.1  # photographs then
    assert recalls(few, few)["cup"] == 0.0
    assert list(recalls(few, few)) == [item.id for item in CLASSES]


def test_a_curve_keeps_the_order_of_its_class_and_leaves_others() -> None:
    score = np.array([0.0, 0.1, 0.5, 0.9, 1.0], np.float32)
    curves = Curves({"cup": Curve(0.5, 1.0)})
    moved = curves.confidence(score, np.full(5, CUP))
    assert (np.diff(moved) > 0).all()
    assert ((moved >= 0) & (moved <= 1)).all()
    np.testing.assert_allclose(curves.confidence(score, np.full(5, KEYBOARD)), score, atol=1e-6)
    np.testing.assert_array_equal(curves.confidence(score, np.full(5, -1)), score)
    assert Curves({}).confidence(score, np.full(5, CUP)) is score
