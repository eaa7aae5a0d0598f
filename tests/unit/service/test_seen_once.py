"""One look for all who ask, and people that a kept picture no longer shows."""

from __future__ import annotations

import numpy as np
from deskcheck_service.captures.guarding import SeenOnce
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import ModelIdentity, Tiling
from deskcheck_vision.taxonomy import INDEX


class CupDetector:
    """Finds one cup in every picture, and counts how often it looked."""

    model = ModelIdentity("cup", "b" * 64, frozenset({"cup"}), session="cup-fp32")

    def __init__(self) -> None:
        self.looks = 0

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        self.looks += 1
        return Detections.from_rows([("cup", 0.9, (1, 1, 5, 5))], (image.shape[1], image.shape[0]))


def picture() -> Uint8Array:
    return np.zeros((20, 40, 3), np.uint8)


def test_a_picture_is_looked_at_once() -> None:
    own = CupDetector()
    once, image = SeenOnce(own), picture()
    assert once.detect(image) is once.detect(image)
    assert own.looks == 1
    once.detect(picture())
    assert own.looks == 2


def test_people_that_were_masked_go_on_hiding_what_they_hid() -> None:
    once, kept, other = SeenOnce(CupDetector()), picture(), picture()
    once.remember_people(kept, [(10.0, 0.0, 30.0, 20.0)])
    found = once.detect(kept)
    assert found.class_id.tolist() == [INDEX["cup"], INDEX["person"]]
    assert found.xyxy[1].tolist() == [10.0, 0.0, 30.0, 20.0]
    assert once.detect(other).class_id.tolist() == [INDEX["cup"]]
    once.remember_people(other, [])
    assert len(once.detect(other)) == 1
