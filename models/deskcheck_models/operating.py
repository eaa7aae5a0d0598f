"""From which confidence on a class is believed: chosen on a validation part for a stated precision."""

from __future__ import annotations

import numpy as np
from deskcheck_vision.detections import Float64Array
from deskcheck_vision.taxonomy import CLASSES

from deskcheck_models.matching import Hits

TARGET_PRECISION = 0.8
LEAST_BOXED = 8
RANGE = (0.10, 0.90)
# Where the target is never reached, precision counts twice as much as recall.
_BETA2 = 0.25


def class_threshold(hits: Hits, precision: float) -> float | None:
    """Return the lowest confidence from which one class is right at least that often, None without evidence.

    One false detection is taken as found before anything is counted, so that a handful of lucky ones does not pass
    for certainty. Where no confidence reaches the precision, the one of the best F0.5 is returned.

    Args:
        hits: judged detections of one class on the validation part.
        precision: wanted.
    """
    boxed = int(hits.boxed.sum())
    if boxed < LEAST_BOXED or not hits.true.any():
        return None
    order = np.argsort(-hits.confidence, kind="stable")
    ordered = hits.confidence[order]
    closes = np.append(ordered[1:] != ordered[:-1], True)  # equal confidences stand or fall together
    true = np.cumsum(hits.true[order])
    reached = true / (np.arange(1, len(order) + 1) + 1)
    usable = np.flatnonzero(closes & (reached >= precision))
    if len(usable):
        place = int(usable[-1])
    else:
        recall = true / boxed
        f_half = (1 + _BETA2) * reached * recall / np.maximum(_BETA2 * reached + recall, 1e-9)
        place = int(np.where(closes, f_half, -1.0).argmax())
    # Just below the detection that it lets in, or rounding would shut that one out.
    return float(np.clip(np.floor(float(ordered[place]) * 1000) / 1000, *RANGE))


def thresholds(hits: Hits, precision: float = TARGET_PRECISION) -> dict[str, float]:
    """Return taxonomy id -> operating threshold of every class with evidence, in taxonomy order.

    Args:
        hits: judged detections on the validation part, see ``matching.gather``.
        precision: wanted of every class.
    """
    table = {}
    for index, item in enumerate(CLASSES):
        found = class_threshold(hits.of(index), precision)
        if found is not None:
            table[item.id] = found
    return table


def at_operating_point(hits: Hits, points: Float64Array) -> tuple[float, float]:
    """Return recall and precision where every class is believed from its own confidence on.

    Args:
        hits: judged detections.
        points: (C,) least confidences.

    Returns:
        Recall, 0 where nothing is boxed, and precision, 1 where nothing is found.
    """
    kept = hits.confidence >= points[hits.class_id]
    true, count, boxed = int((hits.true & kept).sum()), int(kept.sum()), int(hits.boxed.sum())
    return true / boxed if boxed else 0.0, true / count if count else 1.0
