"""From which confidence on a class is believed where nobody asks for another."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from deskcheck_vision.detections import Detections, Float64Array
from deskcheck_vision.taxonomy import CLASSES, class_index

DEFAULT_CONFIDENCE = 0.25
# A model that misses more of a class than this leaves does not tell by its silence that nothing is there.
LEAST_RECALL = 0.6


def operating_points(thresholds: Mapping[str, float], default: float = DEFAULT_CONFIDENCE) -> Float64Array:
    """Return (C,) the least confidence of every taxonomy class.

    Args:
        thresholds: taxonomy class id -> confidence, such as a model's metadata names.
        default: of the classes that it does not name.

    Raises:
        UnknownClassError: a name is not in the taxonomy.
    """
    points = np.full(len(CLASSES), default)
    for name, value in thresholds.items():
        points[class_index(name)] = value
    return points


def believed(found: Detections, points: Float64Array) -> Detections:
    """Return the detections whose confidence reaches their class's operating point.

    Args:
        found: detections.
        points: (C,) see ``operating_points``.
    """
    return found.select(found.confidence >= points[found.class_id])


def often_missed(recalls: Mapping[str, float], trained: frozenset[str]) -> frozenset[str]:
    """Return the trained classes that are found too seldom for their absence to mean anything.

    Args:
        recalls: what the model's metadata says; where it says nothing, no class is called so.
        trained: taxonomy class ids that the model can find.
    """
    return frozenset(name for name in trained if recalls.get(name, 0.0) < LEAST_RECALL) if recalls else frozenset()
