"""A detector that knows the truth: what it gets wrong is not the model's fault."""

from __future__ import annotations

import numpy as np
from deskcheck_datasets.synthetic.truth import Truth as SceneTruth
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import ModelIdentity, Tiling
from deskcheck_vision.taxonomy import BY_ID

from deskcheck_models.checksets import LEAST_VISIBILITY

_TRUE_CONFIDENCE = 0.95
_SIDE_ERROR, _EDGE_ERROR_PX, _MISSED_SHARE, _CONFIDENCE_LOST = 0.02, 1.0, 0.03, 0.45


class TrueBoxes:
    """A detector that reports what is really there, or as a detector of that strength of errors would.

    Args:
        scene: what is in the picture.
        shaken: 0 for the true boxes. At 1 box sides are off by 2 % of the side and 1 px (one standard deviation),
            3 % of the things are missed, and confidences lie between 0.5 and 0.95; in proportion for other values.
    """

    def __init__(self, scene: SceneTruth, shaken: float = 0.0) -> None:
        self._scene = scene
        self._shaken = shaken

    @property
    def model(self) -> ModelIdentity:
        """No model: it knows every class."""
        return ModelIdentity("truth", "0" * 64, frozenset(BY_ID))

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        """Return the true boxes of what is seen well enough to be told."""
        seen = [item for item in self._scene.items if item.visibility >= LEAST_VISIBILITY]
        rows = [(item.class_id, _TRUE_CONFIDENCE, item.box_xyxy) for item in seen if item.box_xyxy is not None]
        found = Detections.from_rows(rows, self._scene.image_wh)
        return found if self._shaken == 0 else _shaken(found, self._shaken, self._scene.seed)


def _shaken(found: Detections, by: float, seed: int) -> Detections:
    """Detections with a detector's errors, the same for the same picture."""
    rng = np.random.default_rng((seed, 77))
    count = len(found)
    width, height = found.image_wh
    side = np.tile(found.xyxy[:, 2:] - found.xyxy[:, :2], 2)
    boxes = found.xyxy + by * rng.normal(0, 1, (count, 4)) * np.hypot(_SIDE_ERROR * side, _EDGE_ERROR_PX)
    boxes = np.clip(boxes, 0, np.array([width, height, width, height]))
    confidence = _TRUE_CONFIDENCE - by * rng.uniform(0, _CONFIDENCE_LOST, count)
    kept = (rng.random(count) >= by * _MISSED_SHARE) & (boxes[:, 2:] - boxes[:, :2] >= 2).all(axis=1)
    names = [found.item_class(index).id for index in range(count)]
    rows = [
        (names[index], float(confidence[index]), (float(x0), float(y0), float(x1), float(y1)))
        for index, (x0, y0, x1, y1) in enumerate(boxes)
        if kept[index]
    ]
    return Detections.from_rows(rows, found.image_wh)
