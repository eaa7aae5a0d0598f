"""What is taken for what: a confusion matrix with a row and a column for the background."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from deskcheck_vision.boxes import box_iou
from deskcheck_vision.detections import Detections, Float64Array, Int64Array
from deskcheck_vision.taxonomy import CLASSES

from deskcheck_models.matching import MATCH_IOU, Truth
from deskcheck_models.metrics_scored import Pairs

BACKGROUND = len(CLASSES)


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """Counts of what is boxed beside what was found.

    Attributes:
        counts: (C + 1, C + 1) int64, row: the boxed class, column: the found one; the last row is background that
            was taken for something, the last column what was not found.
    """

    counts: Int64Array

    def frequent(self, least: int = 1) -> list[tuple[str, str, int]]:
        """Return (boxed, found, count) of different classes, most frequent first; "" is background."""
        names = (*(item.id for item in CLASSES), "")
        off = self.counts * (1 - np.eye(len(names), dtype=np.int64))
        rows, columns = np.nonzero(off >= least)
        order = np.argsort(-off[rows, columns], kind="stable")
        return [
            (names[r], names[c], int(off[r, c]))
            for r, c in zip(rows[order].tolist(), columns[order].tolist(), strict=True)
        ]

    def present(self) -> list[int]:
        """Return the classes that occur, boxed or found, and the background, in taxonomy order."""
        seen = (self.counts.sum(axis=0) + self.counts.sum(axis=1)) > 0
        return [index for index in range(BACKGROUND) if seen[index]] + [BACKGROUND]


def _couples(found: Detections, truth: Truth) -> list[tuple[int, int]]:
    """Return (detection, thing) that overlap by IoU 0.5 or more, each once, the same class and best overlap first."""
    shared = box_iou(found.xyxy, truth.xyxy)
    rows, columns = np.nonzero(shared >= MATCH_IOU)
    same = found.class_id[rows] == truth.class_id[columns]
    couples: list[tuple[int, int]] = []
    free_rows, free_columns = set(range(len(found))), set(range(len(truth.class_id)))
    for place in np.lexsort((-shared[rows, columns], ~same)).tolist():
        row, column = int(rows[place]), int(columns[place])
        if row in free_rows and column in free_columns:
            free_rows.remove(row)
            free_columns.remove(column)
            couples.append((row, column))
    return couples


def confusion(pairs: Pairs, least_confidence: Float64Array) -> Confusion:
    """Count what is taken for what.

    Args:
        pairs: detections and truth per picture.
        least_confidence: (C,) operating point of every class; what is below it was not found.
    """
    counts = np.zeros((BACKGROUND + 1, BACKGROUND + 1), np.int64)
    for every, truth in pairs:
        found = every.select(every.confidence >= least_confidence[every.class_id])
        couples = _couples(found, truth) if len(found) and len(truth.class_id) else []
        for row, column in couples:
            if not (truth.optional[column]):
                counts[truth.class_id[column], found.class_id[row]] += 1
        lost = set(range(len(truth.class_id))) - {column for _, column in couples}
        for column in lost:
            if not truth.optional[column]:
                counts[truth.class_id[column], BACKGROUND] += 1
        for row in set(range(len(found))) - {row for row, _ in couples}:
            if int(found.class_id[row]) in truth.judged:
                counts[BACKGROUND, found.class_id[row]] += 1
    return Confusion(counts)
