"""Detections matched with boxed truth at ten IoU levels, as COCO does it; the ground of every average precision.

A detection meets the boxed thing of its class that it overlaps most and that no surer detection has met, level by
level. What meets an optional thing counts neither way. For a range of sizes, things outside it become optional and
detections outside it that meet nothing are left out (COCO's ``areaRng``). Source of the procedure: the published
evaluation of the COCO detection task (Lin et al., "Microsoft COCO", 2014).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from deskcheck_vision.boxes import box_area, box_iou
from deskcheck_vision.detections import Detections, Float32Array, Float64Array, Int64Array
from numpy.typing import NDArray

from deskcheck_models.matching import Truth

IOU_LEVELS: Float64Array = np.linspace(0.5, 0.95, 10)
SIZES_PX: dict[str, tuple[float, float]] = {"small": (0.0, 32.0), "medium": (32.0, 96.0), "large": (96.0, math.inf)}
ALL_SIZES = (0.0, math.inf)

Pairs = Sequence[tuple[Detections, Truth]]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """All judged detections of a set of pictures.

    Attributes:
        confidence: (N,) float32.
        class_id: (N,) int64.
        hit: (N, 10) bool, meets a thing that is asked for, per IoU level.
        free: (N, 10) bool, counts neither way, per IoU level.
        boxed: (C,) int64, things asked for per taxonomy class.
    """

    confidence: Float32Array
    class_id: Int64Array
    hit: BoolArray
    free: BoolArray
    boxed: Int64Array


def size_px(xyxy: Float32Array | Float64Array) -> Float64Array:
    """Return (N,) side in px of the square with the area of each of (N, 4) boxes."""
    return np.asarray(np.sqrt(box_area(xyxy)), np.float64)


def _meet(found: Detections, truth: Truth, optional: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Return (N, 10) hit and (N, 10) met-something-optional of one picture."""
    hit = np.zeros((len(found), len(IOU_LEVELS)), np.bool_)
    free = np.zeros_like(hit)
    if len(found) == 0 or len(optional) == 0:
        return hit, free
    shared = box_iou(found.xyxy, truth.xyxy)
    shared[found.class_id[:, None] != truth.class_id[None]] = 0.0
    taken = np.zeros((len(IOU_LEVELS), len(optional)), np.bool_)
    levels = np.arange(len(IOU_LEVELS))
    order = np.argsort(-found.confidence, kind="stable")
    for index in order[shared.max(axis=1)[order] >= IOU_LEVELS[0]].tolist():
        fits = ~taken & (shared[index][None] >= IOU_LEVELS[:, None])  # [T,M]
        asked = fits & ~optional
        # What is asked for comes before what is optional, whatever the overlap.
        rank = np.where(fits, shared[index][None] + asked, -1.0)
        best = rank.argmax(axis=1)
        met = rank[levels, best] >= 0
        taken[levels[met], best[met]] = True
        hit[index] = asked[levels, best] & met
        free[index] = met & ~hit[index]
    return hit, free


def score(pairs: Pairs, classes: int, sizes_px: tuple[float, float] = ALL_SIZES) -> Scored:
    """Match picture by picture and put the judged detections together.

    Args:
        pairs: detections and truth per picture.
        classes: number of taxonomy classes.
        sizes_px: least and first too large size of the things asked for, see ``size_px``.
    """
    least, beyond = sizes_px
    confidence, class_id = [np.zeros(0, np.float32)], [np.zeros(0, np.int64)]
    hits, frees = [np.zeros((0, len(IOU_LEVELS)), np.bool_)], [np.zeros((0, len(IOU_LEVELS)), np.bool_)]
    boxed = np.zeros(classes, np.int64)
    for found, truth in pairs:
        true_px, found_px = size_px(truth.xyxy), size_px(found.xyxy)
        optional = truth.optional | (true_px < least) | (true_px >= beyond)
        hit, free = _meet(found, truth, optional)
        free |= ~hit & ((found_px < least) | (found_px >= beyond))[:, None]
        judged = np.isin(found.class_id, np.array(sorted(truth.judged), np.int64))
        confidence.append(found.confidence[judged])
        class_id.append(found.class_id[judged])
        hits.append(hit[judged])
        frees.append(free[judged])
        boxed += np.bincount(truth.class_id[~optional], minlength=classes)
    return Scored(
        np.concatenate(confidence), np.concatenate(class_id), np.concatenate(hits), np.concatenate(frees), boxed
    )
