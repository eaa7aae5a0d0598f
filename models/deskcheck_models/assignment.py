"""Which anchors of the frozen detector should name which object.

The boxes of the one-to-one head are frozen, so the assignment depends on geometry alone and is computed once per
picture: an object is named by the anchors inside it whose predicted boxes fit it best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from deskcheck_vision.boxes import box_iou
from deskcheck_vision.detections import Float64Array, Int64Array
from numpy.typing import NDArray

_FITS_IOU = 0.45
_NEAR_IOU = 0.55


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """Targets of one picture, sparse.

    Attributes:
        positive: (P, 2) int64, anchor and object that it should name.
        quality: (P,) float64 IoU of the anchor's box with the object, relative to the object's best.
        near: (Q, 2) int64, anchor and object where the box fits well enough to be a duplicate: not judged.
    """

    positive: Int64Array
    quality: Float64Array
    near: Int64Array


def _inside(anchors_xy: Float64Array, boxes: Float64Array) -> NDArray[np.bool_]:
    """Return (N, A) whether an anchor point lies in a box."""
    low = anchors_xy[None] >= boxes[:, None, :2]
    high = anchors_xy[None] <= boxes[:, None, 2:]
    return np.asarray((low & high).all(axis=2))


def assign(
    objects_xyxy: Float64Array, predicted_xyxy: Float64Array, anchors_xy: Float64Array, count: int
) -> Assignment:
    """Assign anchors to objects.

    Args:
        objects_xyxy: (N, 4) true boxes in input px.
        predicted_xyxy: (A, 4) boxes that the frozen head predicts, input px.
        anchors_xy: (A, 2) anchor points, input px.
        count: anchors per object.

    Returns:
        An object that no predicted box fits by IoU 0.45 gets no positive anchor; an anchor names one object only.
    """
    empty = np.zeros((0, 2), np.int64)
    if len(objects_xyxy) == 0:
        return Assignment(empty, np.zeros(0), empty)
    fit = box_iou(objects_xyxy, predicted_xyxy)
    near_object, near_anchor = np.nonzero(fit >= _NEAR_IOU)
    usable = np.where(_inside(anchors_xy, objects_xyxy) & (fit >= _FITS_IOU), fit, 0.0)
    usable = np.where(usable == usable.max(axis=0, keepdims=True), usable, 0.0)
    best = usable.max(axis=1)
    ranked = np.argsort(-usable, axis=1)[:, :count]
    rows: list[tuple[int, int]] = []
    quality: list[float] = []
    for index, anchors in enumerate(ranked):
        for anchor in anchors:
            if usable[index, anchor] > 0:
                rows.append((int(anchor), index))
                quality.append(float(usable[index, anchor] / best[index]))
    return Assignment(
        np.array(rows, np.int64).reshape(-1, 2),
        np.array(quality, np.float64),
        np.stack([near_anchor, near_object], axis=1).astype(np.int64),
    )
