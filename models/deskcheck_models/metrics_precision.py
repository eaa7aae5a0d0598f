"""Average precision at 101 recall points, per class and over classes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from deskcheck_vision.detections import Float32Array, Float64Array
from deskcheck_vision.taxonomy import CLASSES

from deskcheck_models.metrics_scored import ALL_SIZES, BoolArray, Pairs, score

_RECALLS: Float64Array = np.linspace(0.0, 1.0, 101)
FIRST_RELEASE: frozenset[str] = frozenset(item.id for item in CLASSES if item.first_release)


@dataclass(frozen=True, slots=True)
class ClassPrecision:
    """Average precision of one class.

    Attributes:
        boxed: number of things asked for.
        ap50: at IoU 0.5.
        ap50_95: mean over IoU 0.5 to 0.95 in steps of 0.05.
    """

    boxed: int
    ap50: float
    ap50_95: float


@dataclass(frozen=True, slots=True)
class MeanPrecision:
    """Mean average precision of a set of pictures; classes without a boxed thing are left out of the mean.

    Attributes:
        boxed: number of things asked for.
        map50: mean over classes at IoU 0.5; 0 where nothing is boxed.
        map50_95: mean over classes and IoU levels.
        classes: taxonomy id -> its own figures, in taxonomy order.
    """

    boxed: int
    map50: float
    map50_95: float
    classes: dict[str, ClassPrecision]


def average_precision(confidence: Float32Array, hit: BoolArray, free: BoolArray, boxed: int) -> Float64Array:
    """Return (T,) average precision per IoU level, by 101-point interpolation.

    Args:
        confidence: (N,) of one class's detections.
        hit: (N, T) bool.
        free: (N, T) bool, counts neither way.
        boxed: number of things asked for; 0 gives 0.
    """
    result = np.zeros(hit.shape[1])
    if boxed == 0 or len(confidence) == 0:
        return result
    order = np.argsort(-confidence, kind="stable")
    for level in range(hit.shape[1]):
        counted = order[~free[order, level]]
        true = np.cumsum(hit[counted, level])
        precision = true / np.arange(1, len(true) + 1)
        envelope = np.maximum.accumulate(precision[::-1])[::-1]
        reached = np.searchsorted(true / boxed, _RECALLS, side="left")
        result[level] = np.append(envelope, 0.0)[reached].mean()
    return result


def mean_precision(
    pairs: Pairs, sizes_px: tuple[float, float] = ALL_SIZES, only: Collection[str] | None = None
) -> MeanPrecision:
    """Return the figures of a set of pictures.

    Args:
        pairs: detections, from a confidence near zero, and truth per picture.
        sizes_px: least and first too large size of the things asked for.
        only: taxonomy ids to look at; None for all.
    """
    scored = score(pairs, len(CLASSES), sizes_px)
    classes: dict[str, ClassPrecision] = {}
    for index, item in enumerate(CLASSES):
        boxed = int(scored.boxed[index])
        if boxed == 0 or (only is not None and item.id not in only):
            continue
        of = scored.class_id == index
        levels = average_precision(scored.confidence[of], scored.hit[of], scored.free[of], boxed)
        classes[item.id] = ClassPrecision(boxed, round(float(levels[0]), 4), round(float(levels.mean()), 4))
    return MeanPrecision(
        sum(row.boxed for row in classes.values()),
        _mean([row.ap50 for row in classes.values()]),
        _mean([row.ap50_95 for row in classes.values()]),
        classes,
    )


def _mean(values: list[float]) -> float:
    return round(float(np.mean(values)), 4) if values else 0.0
