"""A detector that leaves out what it is not sure of, except people: they are masked however unsure it is."""

from __future__ import annotations

from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import Detector, ModelIdentity, Tiling
from deskcheck_vision.taxonomy import INDEX


class SureDetector:
    """Another detector's items from a confidence on.

    Args:
        detector: the one that looks.
        confidence: items below it are left out.
    """

    def __init__(self, detector: Detector, confidence: float) -> None:
        self._detector = detector
        self._confidence = confidence

    @property
    def model(self) -> ModelIdentity:
        """The model behind it."""
        return self._detector.model

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        """Find the items in a picture, see ``Detector.detect``."""
        found = self._detector.detect(image, min_confidence=min_confidence, tiling=tiling)
        return found.select((found.confidence >= self._confidence) | (found.class_id == INDEX["person"]))
