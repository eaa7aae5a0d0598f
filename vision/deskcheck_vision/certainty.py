"""What a model's score of a class is worth: a curve per class that turns scores into shares of being right.

Networks are not equally sure of all that they know: a score of 0.4 may be right nine times in ten for keyboards and
three times for trays. The curve is Platt's (in: Advances in Large Margin Classifiers, 1999): straight in log odds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from deskcheck_vision.detections import Float32Array, Float64Array, Int64Array
from deskcheck_vision.taxonomy import CLASSES, class_index

_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Curve:
    """Log odds of being right as a straight line over the log odds of the score.

    Attributes:
        slope: above 0, so that the surer of two scores stays the surer one.
        offset: at the score 0.5.
    """

    slope: float
    offset: float


def log_odds(score: Float32Array | Float64Array) -> Float64Array:
    """Return log(s / (1 - s)) of scores in [0, 1], finite at both ends."""
    clipped = np.clip(np.asarray(score, np.float64), _EDGE, 1 - _EDGE)
    return np.asarray(np.log(clipped / (1 - clipped)), np.float64)


class Curves:
    """The curves of all classes; a class without one keeps its score.

    Args:
        curves: taxonomy class id -> curve.

    Raises:
        UnknownClassError: a class is not in the taxonomy.
    """

    def __init__(self, curves: Mapping[str, Curve]) -> None:
        self._slope, self._offset = np.ones(len(CLASSES)), np.zeros(len(CLASSES))
        for name, curve in curves.items():
            index = class_index(name)
            self._slope[index], self._offset[index] = curve.slope, curve.offset
        self._any = bool(curves)

    def confidence(self, score: Float32Array, class_id: Int64Array) -> Float32Array:
        """Return (N,) float32 confidences of (N,) scores.

        Args:
            score: (N,) the network's, in [0, 1].
            class_id: (N,) taxonomy index, -1 for what is not in the taxonomy: it keeps its score.
        """
        if not self._any:
            return score
        known = class_id >= 0
        place = np.where(known, class_id, 0)
        moved = self._slope[place] * log_odds(score) + self._offset[place]
        return np.where(known, 1 / (1 + np.exp(-moved)), score).astype(np.float32)
