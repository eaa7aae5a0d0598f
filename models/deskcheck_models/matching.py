"""Compare detections with boxed truth: who found what, at every confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from deskcheck_vision.boxes import box_iou
from deskcheck_vision.detections import Detections, Float32Array, Float64Array, Int64Array
from numpy.typing import NDArray

MATCH_IOU = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What is boxed in one picture, in the taxonomy.

    Attributes:
        class_id: (M,) int64.
        xyxy: (M, 4) float64 px of the original picture.
        judged: class ids whose absence can be told from this picture's boxes; detections of others are not judged.
        optional: (M,) bool, too little of it is seen to ask for it: missing it costs nothing, finding it neither.
            Nothing given means that everything is asked for.
    """

    class_id: Int64Array
    xyxy: Float64Array
    judged: frozenset[int]
    optional: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))

    def __post_init__(self) -> None:
        if len(self.optional) == 0:
            object.__setattr__(self, "optional", np.zeros(len(self.class_id), np.bool_))
        if not len(self.class_id) == len(self.xyxy) == len(self.optional):
            raise ValueError(f"{len(self.class_id)} classes, {len(self.xyxy)} boxes, {len(self.optional)} flags")


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """All judged detections of a set of pictures.

    Attributes:
        confidence: (N,) float32.
        class_id: (N,) int64.
        true: (N,) bool, it is the best detection of a boxed thing.
        boxed: (C,) int64, number of boxed things per taxonomy class.
    """

    confidence: Float32Array
    class_id: Int64Array
    true: NDArray[np.bool_]
    boxed: Int64Array

    def of(self, class_id: int) -> Hits:
        """Return the part that concerns one class."""
        pick = self.class_id == class_id
        boxed = np.zeros_like(self.boxed)
        boxed[class_id] = self.boxed[class_id]
        return Hits(self.confidence[pick], self.class_id[pick], self.true[pick], boxed)


def matched(found: Detections, truth: Truth) -> Int64Array:
    """Return (N,) which boxed thing each detection is the first, by confidence, to meet; -1 for none.

    To meet means the same class and IoU 0.5 or more; a thing that is asked for comes before an optional one.
    """
    meets = np.full(len(found), -1, np.int64)
    taken = np.zeros(len(truth.class_id), np.bool_)
    if len(found) == 0 or len(taken) == 0:
        return meets
    shared = box_iou(found.xyxy, truth.xyxy)
    shared[found.class_id[:, None] != truth.class_id[None]] = 0.0
    for index in np.argsort(-found.confidence, kind="stable").tolist():
        free = np.where(taken | (shared[index] < MATCH_IOU), 0.0, shared[index])
        asked = np.where(truth.optional, 0.0, free)
        best = int((asked if asked.any() else free).argmax())
        if free[best] > 0:
            taken[best] = True
            meets[index] = best
    return meets


def match(found: Detections, truth: Truth) -> NDArray[np.bool_]:
    """Return (N,) which detections are the first, by confidence, to meet a boxed thing of their class at IoU 0.5."""
    return np.asarray(matched(found, truth) >= 0)


def gather(pairs: list[tuple[Detections, Truth]], classes: int) -> Hits:
    """Match picture by picture and put the judged detections together.

    Args:
        pairs: detections and truth per picture.
        classes: number of taxonomy classes.
    """
    confidence, class_id, true = [np.zeros(0, np.float32)], [np.zeros(0, np.int64)], [np.zeros(0, np.bool_)]
    boxed = np.zeros(classes, np.int64)
    for found, truth in pairs:
        meets = matched(found, truth)
        counts = np.isin(found.class_id, np.array(sorted(truth.judged), np.int64))
        counts &= ~np.append(truth.optional, False)[meets]  # -1, which met nothing, reads the appended one
        confidence.append(found.confidence[counts])
        class_id.append(found.class_id[counts])
        true.append(meets[counts] >= 0)
        boxed += np.bincount(truth.class_id[~truth.optional], minlength=classes)
    return Hits(np.concatenate(confidence), np.concatenate(class_id), np.concatenate(true), boxed)


def joined(parts: Sequence[Hits]) -> Hits:
    """Return the judged detections of several sets of pictures as those of one."""
    return Hits(
        np.concatenate([part.confidence for part in parts]),
        np.concatenate([part.class_id for part in parts]),
        np.concatenate([part.true for part in parts]),
        np.sum([part.boxed for part in parts], axis=0),
    )


def recall_precision(hits: Hits, confidence: float) -> tuple[float, float]:
    """Return recall and precision of detections of at least a confidence; precision is 1 where nothing is found."""
    kept = hits.confidence >= confidence
    true = int((hits.true & kept).sum())
    count, boxed = int(kept.sum()), int(hits.boxed.sum())
    return true / boxed if boxed else 0.0, true / count if count else 1.0


def recall_at_precision(hits: Hits, precision: float) -> tuple[float, float]:
    """Return the highest recall that some confidence reaches at a precision or better, and that confidence.

    Detections of equal confidence are kept or dropped together.
    """
    order = np.argsort(-hits.confidence, kind="stable")
    true = np.cumsum(hits.true[order])
    reached = true / np.arange(1, len(order) + 1)
    ordered = hits.confidence[order]
    closes = np.append(ordered[1:] != ordered[:-1], True) if len(order) else np.zeros(0, np.bool_)
    usable = np.nonzero(closes & (reached >= precision))[0]
    boxed = int(hits.boxed.sum())
    if len(usable) == 0 or boxed == 0:
        return 0.0, 1.0
    best = int(usable[-1])  # cumulated true hits only grow, so the last usable confidence finds most
    return float(true[best]) / boxed, float(ordered[best])
