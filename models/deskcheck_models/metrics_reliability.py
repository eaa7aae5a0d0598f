"""Whether a confidence of 0.7 means that seven in ten are right: reliability bins and their mean error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deskcheck_models.matching import Hits

BINS = 10
FLOOR = 0.05


@dataclass(frozen=True, slots=True)
class Bin:
    """Detections of one band of confidence.

    Attributes:
        low, high: the band; the last one includes its upper end.
        count: number of detections.
        confidence: their mean confidence; the band's middle where there is none.
        precision: share of them that is true at IoU 0.5; 0 where there is none.
    """

    low: float
    high: float
    count: int
    confidence: float
    precision: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Reliability of confidences.

    Attributes:
        bins: ten bands of equal width.
        ece: expected calibration error, mean of |precision - confidence| weighted by count (Naeini et al., 2015);
            0 where nothing is found.
    """

    bins: tuple[Bin, ...]
    ece: float


def reliability(hits: Hits, floor: float = FLOOR) -> Reliability:
    """Return the reliability of all detections of at least a confidence.

    Args:
        hits: judged detections with whether each is true.
        floor: detections below it, which no program shows to anybody, are left out.
    """
    shown = hits.confidence >= floor
    confidence, true = hits.confidence[shown].astype(np.float64), hits.true[shown]
    place = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(place, minlength=BINS)
    sums = np.bincount(place, confidence, BINS)
    hit = np.bincount(place, true, BINS)
    some = np.maximum(counts, 1)
    middle = (np.arange(BINS) + 0.5) / BINS
    mean, precision = np.where(counts > 0, sums / some, middle), hit / some
    error = float((counts * np.abs(precision - mean)).sum() / max(1, counts.sum())) if counts.sum() else 0.0
    bins = tuple(
        Bin(i / BINS, (i + 1) / BINS, int(counts[i]), round(float(mean[i]), 4), round(float(precision[i]), 4))
        for i in range(BINS)
    )
    return Reliability(bins, round(error, 4))
