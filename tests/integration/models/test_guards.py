"""The published weights against what their metrics file promises, measured again on pictures that come with it.

Without a data folder the real sets cannot be measured; the pictures under ``datasets/truth`` and the demonstration
hall can, so that a file of figures that belongs to other weights does not pass.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from deskcheck_models.checksets import rendered
from deskcheck_models.metrics_file import FORMAT, broken_guards, guards_of, read_metrics
from deskcheck_models.metrics_pictures import picture_figures
from deskcheck_models.predicting import open_detector
from deskcheck_models.predictions import PredictionCache, look
from deskcheck_models.verdict_cases import read_cases
from deskcheck_models.verdicts import judge_cases, verdict_cache, verdict_figures
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.model_files import checked_sha256
from deskcheck_vision.operating import operating_points

ROOT = Path(__file__).parents[3]
ONNX = ROOT / "models" / "weights" / "deskcheck-yolo26n.onnx"
HALL = ROOT / "service" / "deskcheck_service" / "demo" / "hall"
# What another processor's arithmetic may move: a detection or two across a limit.
SAME = 0.02
NEEDED = {
    "committed_truth.map50",
    "real_recall_gain_high",
    "real_gain_high",
    "hall.verdict_recall",
    "hall.verdict_precision",
}


@pytest.fixture(scope="module")
def metrics() -> dict[str, Any]:
    return read_metrics(ROOT / "models" / "metrics.json")


@pytest.fixture(scope="module")
def detector() -> YoloDetector:
    return open_detector(ONNX)


def test_the_figures_are_of_these_weights_and_pass_every_guard(metrics: dict[str, Any]) -> None:
    assert metrics["format"] == FORMAT
    assert metrics["model_sha256"] == checked_sha256(ONNX)
    guards = guards_of(metrics)
    assert {guard.figure for guard in guards} >= NEEDED
    assert broken_guards(metrics, guards) == []


def test_average_precision_on_the_committed_pictures_is_what_the_file_says(
    metrics: dict[str, Any], detector: YoloDetector
) -> None:
    pictures = rendered(ROOT / "datasets" / "truth")
    pairs = look(detector, pictures, PredictionCache(None))
    kinds = [picture.camera_kind for picture in pictures]
    figures = picture_figures(pairs, kinds, operating_points(detector.model.thresholds))
    said = metrics["committed_truth"]
    assert figures.whole.pictures == said["pictures"]
    assert figures.whole.boxed == said["boxed"]
    assert figures.whole.map50 == pytest.approx(said["map50"], abs=SAME)
    assert figures.whole.map50_95 == pytest.approx(said["map50_95"], abs=SAME)
    assert figures.reliability.ece == pytest.approx(said["ece"], abs=SAME)


def test_verdicts_on_the_hall_are_what_the_file_says(metrics: dict[str, Any], detector: YoloDetector) -> None:
    cases = read_cases(HALL, ROOT / "datasets" / "hall_truth")
    figures = verdict_figures(judge_cases(cases, detector, verdict_cache(PredictionCache(None))))
    said = metrics["hall"]
    assert (figures.pictures, figures.planted) == (said["pictures"], said["planted"])
    assert abs(figures.found - said["found"]) <= 1
    assert abs(figures.false - said["false"]) <= 1
    assert figures.inconclusive_share == pytest.approx(said["inconclusive_share"], abs=SAME)
    assert figures.footprint_photo_cm == pytest.approx(said["footprint_photo_cm"], abs=0.2)
