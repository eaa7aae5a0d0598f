"""A model beside the weights it was trained from, on the same pictures.

Two models are compared at equal precision, never at equal confidence, for training shifts confidences; and on equal
inputs, for a smaller grey border moves detections too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from deskcheck_vision.detections import Detections, Float64Array
from deskcheck_vision.operating import DEFAULT_CONFIDENCE, operating_points
from deskcheck_vision.taxonomy import CLASSES

from deskcheck_models.matching import Hits, Truth, gather, joined, recall_at_precision, recall_precision
from deskcheck_models.operating import at_operating_point

CONFIDENCE = DEFAULT_CONFIDENCE

Pairs = list[tuple[Detections, Truth]]
_DRAWS, _DRAW_SEED = 400, 1979


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One taxonomy class on all held-out pictures that can judge it.

    Attributes:
        boxed: number of boxed things.
        recall: share found at confidence 0.25 and IoU 0.5.
        precision: share of what is found that is true; 1 where nothing is found.
        recall_start: the same for the starting weights.
        precision_start: the same for the starting weights.
    """

    boxed: int
    recall: float
    precision: float
    recall_start: float
    precision_start: float


@dataclass(frozen=True, slots=True)
class SetFigures:
    """One held-out set.

    Attributes:
        pictures: number of pictures.
        boxed: number of boxed things.
        recall: at confidence 0.25.
        precision: at confidence 0.25.
        recall_start: of the starting weights.
        precision_start: of the starting weights.
        recall_at_start_precision: best recall of the model at that precision or better.
        recall_start_at_its_precision: the same for the starting weights, so that equal models gain nothing.
        recall_operating: of the model from every class's operating point on.
        precision_operating: of the model there.
        recall_start_at_operating: best recall of the starting weights at that precision or better.
        gain_high: what the gain at the start's precision may well be, see ``highest_gain``.
    """

    pictures: int
    boxed: int
    recall: float
    precision: float
    recall_start: float
    precision_start: float
    recall_at_start_precision: float
    recall_start_at_its_precision: float
    recall_operating: float
    precision_operating: float
    recall_start_at_operating: float
    gain_high: float


def _gather(pairs: Pairs) -> Hits:
    return gather(pairs, len(CLASSES))


def class_figures(model: Pairs, start: Pairs) -> dict[str, ClassFigures]:
    """Return the figures of every class that has a boxed thing."""
    ours, theirs = _gather(model), _gather(start)
    figures = {}
    for index, item in enumerate(CLASSES):
        if ours.boxed[index]:
            new, old = ours.of(index), theirs.of(index)
            values = (*recall_precision(new, CONFIDENCE), *recall_precision(old, CONFIDENCE))
            figures[item.id] = ClassFigures(int(ours.boxed[index]), *(round(value, 4) for value in values))
    return figures


def set_figures(model: Pairs, start: Pairs, points: Float64Array | None = None) -> SetFigures:
    """Return the figures of one set of pictures.

    Args:
        model: what the model finds.
        start: what the starting weights find in the same pictures.
        points: (C,) the model's operating points; None for 0.25 throughout.
    """
    ours, theirs = _gather(model), _gather(start)
    recall, precision = recall_precision(ours, CONFIDENCE)
    recall_start, precision_start = recall_precision(theirs, CONFIDENCE)
    even, _ = recall_at_precision(ours, precision_start)
    even_start, _ = recall_at_precision(theirs, precision_start)
    operating = at_operating_point(ours, operating_points({}) if points is None else points)
    start_there, _ = recall_at_precision(theirs, operating[1])
    values = (recall, precision, recall_start, precision_start, even, even_start, *operating, start_there)
    high = highest_gain(model, start)
    return SetFigures(len(model), int(ours.boxed.sum()), *(round(value, 4) for value in (*values, high)))


def alarms_per_100(pairs: Pairs, confidence: float) -> dict[str, float]:
    """Return detections per 100 pictures of every class that the pictures' boxes cannot judge.

    On pictures of streets, kitchens and animals nearly all of these are false.
    """
    counts = np.zeros(len(CLASSES), np.int64)
    for found, truth in pairs:
        unjudged = ~np.isin(found.class_id, np.array(sorted(truth.judged), np.int64))
        counts += np.bincount(found.class_id[unjudged & (found.confidence >= confidence)], minlength=len(CLASSES))
    return {
        CLASSES[index].id: round(100 * int(counts[index]) / max(1, len(pairs)), 2)
        for index in np.nonzero(counts)[0].tolist()
    }


def gain(model: Pairs, start: Pairs) -> float:
    """Return the best recall of the model at the start's precision, minus the start's own best there."""
    return _gain(_gather(model), _gather(start))


def _gain(ours: Hits, theirs: Hits) -> float:
    _, precision = recall_precision(theirs, CONFIDENCE)
    return recall_at_precision(ours, precision)[0] - recall_at_precision(theirs, precision)[0]


def highest_gain(model: Pairs, start: Pairs) -> float:
    """Return what ``gain`` may well be, had other pictures of the kind been boxed: below 0, and the model is worse.

    The 95th percentile over sets of as many pictures drawn from these with replacement (Efron, Bootstrap methods,
    1979), never under the gain itself: in 40 pictures with 97 boxes one box is a hundredth, and means nothing.
    """
    ours = [_gather([pair]) for pair in model]
    theirs = [_gather([pair]) for pair in start]
    rng = np.random.default_rng(_DRAW_SEED)
    drawn = [rng.integers(len(ours), size=len(ours)).tolist() for _ in range(_DRAWS)] if ours else []
    gains = [_gain(joined([ours[at] for at in places]), joined([theirs[at] for at in places])) for places in drawn]
    return max(gain(model, start), float(np.percentile(gains, 95))) if gains else 0.0


def least_gain(sets: Sequence[SetFigures]) -> float:
    """Return the least recall gained on any set at the starting weights' precision; 0 without a set."""
    gains = [row.recall_at_start_precision - row.recall_start_at_its_precision for row in sets]
    return round(min(gains), 4) if gains else 0.0


def least_highest_gain(sets: Sequence[SetFigures]) -> float:
    """Return the least ``gain_high`` of any set; 0 without a set."""
    return min((row.gain_high for row in sets), default=0.0)
