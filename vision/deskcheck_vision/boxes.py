"""Boxes as (N, 4) arrays: areas, overlaps, clipping, removal of doubles. Free functions; nothing is written to."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deskcheck_vision.detections import Float64Array, Int64Array

_INSIDE = 0.85  # share of a box within another from which it counts as inside: boxes are never that exact


def as_boxes(boxes: ArrayLike) -> Float64Array:
    """Return boxes as an (N, 4) float64 array; an empty sequence becomes (0, 4).

    Raises:
        ValueError: the shape is not (N, 4).
    """
    array = np.asarray(boxes, np.float64)
    if array.size == 0:
        return np.zeros((0, 4))
    if array.ndim != 2 or array.shape[1] != 4:
        raise ValueError(f"expected boxes of shape (N, 4), got {array.shape}")
    return array


def xywh_to_xyxy(xywh: ArrayLike) -> Float64Array:
    """Convert (N, 4) left, top, width, height to left, top, right, bottom."""
    boxes = as_boxes(xywh)
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)


def xyxy_to_xywh(xyxy: ArrayLike) -> Float64Array:
    """Convert (N, 4) left, top, right, bottom to left, top, width, height."""
    boxes = as_boxes(xyxy)
    return np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)


def cxcywh_to_xyxy(cxcywh: ArrayLike) -> Float64Array:
    """Convert (N, 4) centre x, centre y, width, height to left, top, right, bottom."""
    boxes = as_boxes(cxcywh)
    return np.concatenate([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2], axis=1)


def xyxy_to_cxcywh(xyxy: ArrayLike) -> Float64Array:
    """Convert (N, 4) left, top, right, bottom to centre x, centre y, width, height."""
    boxes = as_boxes(xyxy)
    return np.concatenate([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]], axis=1)


def box_area(xyxy: ArrayLike) -> Float64Array:
    """Return the (N,) areas; an inside-out box has area 0."""
    boxes = as_boxes(xyxy)
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return np.asarray(sides[:, 0] * sides[:, 1], np.float64)


def box_intersection(first_xyxy: ArrayLike, second_xyxy: ArrayLike) -> Float64Array:
    """Return the areas (N, M) that each of N boxes shares with each of M boxes."""
    first, second = as_boxes(first_xyxy), as_boxes(second_xyxy)
    top_left = np.maximum(first[:, None, :2], second[None, :, :2])  # [N,M,2]
    bottom_right = np.minimum(first[:, None, 2:], second[None, :, 2:])  # [N,M,2]
    sides = np.maximum(bottom_right - top_left, 0)
    return np.asarray(sides[..., 0] * sides[..., 1], np.float64)


def box_iou(first_xyxy: ArrayLike, second_xyxy: ArrayLike) -> Float64Array:
    """Return intersection over union (N, M) in [0, 1]; 0 where both boxes are empty."""
    intersection = box_intersection(first_xyxy, second_xyxy)
    return _iou(intersection, box_area(first_xyxy), box_area(second_xyxy))


def box_ios(first_xyxy: ArrayLike, second_xyxy: ArrayLike) -> Float64Array:
    """Return intersection over the smaller box (N, M) in [0, 1]: 1 where one lies inside the other."""
    intersection = box_intersection(first_xyxy, second_xyxy)
    return _ios(intersection, box_area(first_xyxy), box_area(second_xyxy))


def _iou(intersection: Float64Array, first_area: Float64Array, second_area: Float64Array) -> Float64Array:
    union = first_area[:, None] + second_area[None, :] - intersection
    return np.divide(intersection, union, out=np.zeros_like(intersection), where=union > 0)


def _ios(intersection: Float64Array, first_area: Float64Array, second_area: Float64Array) -> Float64Array:
    smaller = np.minimum(first_area[:, None], second_area[None, :])
    return np.divide(intersection, smaller, out=np.zeros_like(intersection), where=smaller > 0)


def clip_boxes(xyxy: ArrayLike, image_wh: tuple[int, int]) -> Float64Array:
    """Return (N, 4) boxes cut off at the picture's edges, in px."""
    width, height = image_wh
    return np.asarray(as_boxes(xyxy).clip(0, [width, height, width, height]), np.float64)


def confidence_order(xyxy: ArrayLike, confidence: ArrayLike, class_id: ArrayLike) -> Int64Array:
    """Return indices (N,) from the surest detection down.

    Ties are broken by class and place, so that the order in which detections arrive never matters.
    """
    boxes = as_boxes(xyxy)
    columns = (*boxes.T[::-1], np.asarray(class_id), -np.asarray(confidence, np.float64))
    return np.asarray(np.lexsort(columns), np.int64)


def nested(xyxy: ArrayLike, least_iou: float) -> NDArray[np.bool_]:
    """Return a mask (N, N) of the pairs where one lies inside the other and their IoU is over ``least_iou``."""
    intersection, area = box_intersection(xyxy, xyxy), box_area(xyxy)
    inside = _ios(intersection, area, area) > _INSIDE
    return np.asarray(inside & (_iou(intersection, area, area) > least_iou), np.bool_)


def dedupe(
    xyxy: ArrayLike,
    class_id: ArrayLike,
    *,
    same_class_iou: float = 0.7,
    any_class_iou: float = 0.9,
    same_class_ios: float | None = None,
    nested_iou: float | None = None,
    protected_class: int | None = None,
) -> NDArray[np.bool_]:
    """Return a mask (N,) of the boxes to keep; of a group of near-identical boxes the first one stays.

    Args:
        xyxy: (N, 4) px, the best first (``confidence_order``).
        class_id: (N,).
        same_class_iou: a box overlapping a kept one of its own class by more than this is a double.
        any_class_iou: the same for a kept box of whatever class: one thing seen as two classes.
        same_class_ios: a box of the same class lying inside a kept one by more than this share is a double;
            None where things of one class may stand in front of each other.
        nested_iou: a box of the same class that lies inside a kept one, or around it, and overlaps it by more than
            this is a double: a part of a thing found as the thing, such as a monitor's screen.
        protected_class: never dropped for a box of another class, nor as nested.
    """
    boxes, classes = as_boxes(xyxy), np.asarray(class_id)
    iou = box_iou(boxes, boxes)
    same = classes[:, None] == classes[None, :]
    doubles = (same & (iou > same_class_iou)) | (iou > any_class_iou) & (same | (classes != protected_class)[None, :])
    if same_class_ios is not None:
        doubles |= same & (box_ios(boxes, boxes) > same_class_ios)
    if nested_iou is not None:
        doubles |= same & nested(boxes, nested_iou) & (classes != protected_class)[None, :]
    keep = np.ones(len(boxes), np.bool_)
    for index in range(len(boxes)):
        if keep[index]:
            keep[index + 1 :] &= ~doubles[index, index + 1 :]
    return keep
