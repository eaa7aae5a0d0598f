"""The demonstration hall, judged from its true boxes: every planted deviation is found and nothing else.

This holds the layouts and photos together with the rules; how well the model sees is measured elsewhere.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from deskcheck_calibration.findings import State
from deskcheck_calibration.judging import judge, plane_for_photo
from deskcheck_calibration.layout_file import load_layout
from deskcheck_datasets.synthetic.truth import Truth, read_truth
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import ModelIdentity, Tiling
from deskcheck_vision.frames import Frame
from deskcheck_vision.taxonomy import BY_ID

ROOT = Path(__file__).resolve().parents[4]
HALL = ROOT / "service" / "deskcheck_service" / "demo" / "hall"
TRUTH = ROOT / "datasets" / "hall_truth"
WINDOWS: list[dict[str, Any]] = json.loads((HALL / "hall.json").read_text(encoding="utf-8"))["windows"]
PHOTOS = [(window["layout"], photo) for window in WINDOWS for photo in window["photos"]]
LEAST_VISIBILITY = 0.15


class TrueBoxes:
    """A detector that reports the boxes known from the making of a photo."""

    model = ModelIdentity("truth", "0" * 64, frozenset(BY_ID))

    def __init__(self, truth: Truth) -> None:
        self._truth = truth

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        seen = [i for i in self._truth.items if i.box_xyxy is not None and i.visibility >= LEAST_VISIBILITY]
        rows = [(item.class_id, 0.95, item.box_xyxy) for item in seen if item.box_xyxy is not None]
        return Detections.from_rows(rows, self._truth.image_wh)


@pytest.mark.parametrize(("layout_file", "photo"), PHOTOS, ids=[Path(photo["file"]).stem for _, photo in PHOTOS])
def test_true_boxes_give_exactly_the_planted_findings(layout_file: str, photo: dict[str, Any]) -> None:
    path = HALL / photo["file"]
    truth = read_truth(TRUTH / f"{path.stem}.json")
    layout = load_layout(HALL / layout_file)
    image = cv2.imread(str(path))
    assert image is not None
    frame = Frame(np.asarray(image, np.uint8), datetime.fromisoformat(photo["captured_at"]).astimezone(UTC), path.name)
    plane = plane_for_photo(layout, truth.image_wh, path.name)
    judged = judge([frame], layout, plane, TrueBoxes(truth))
    suspected = sorted((f.rule, f.item) for f in judged.judgement.findings if f.state is State.SUSPECTED)
    assert suspected == sorted((p["rule"], p["item"]) for p in photo["planted"])
    doubtful = [f for f in judged.judgement.findings if f.state is State.INCONCLUSIVE]
    assert doubtful == []
