"""Crops and mirror images of real pictures with their boxes."""

from __future__ import annotations

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array, Uint8Array

from deskcheck_datasets.converters.yolo import YoloBoxes, boxes_from_xyxy
from deskcheck_datasets.photometry import photograph

_KEEP_SHARE = 0.4


def _inside_share(xyxy: Float64Array, window: tuple[float, float, float, float]) -> Float64Array:
    """Return (N,) the share of each box's area that lies in a window."""
    low = np.maximum(xyxy[:, :2], window[:2])
    high = np.minimum(xyxy[:, 2:], window[2:])
    area = np.prod(xyxy[:, 2:] - xyxy[:, :2], axis=1)
    return np.asarray(np.prod(np.clip(high - low, 0, None), axis=1) / np.maximum(area, 1e-9))


def random_view(image: Uint8Array, boxes: YoloBoxes, rng: np.random.Generator) -> tuple[Uint8Array, YoloBoxes]:
    """Return a random crop (at least 55 % of each side), often mirrored, photographed anew, with its boxes.

    A box of which less than 40 % is left in the crop is dropped.

    Args:
        image: (H, W, 3) uint8 BGR.
        boxes: its boxes.
        rng: the generator.
    """
    height, width = image.shape[:2]
    crop_w, crop_h = int(width * rng.uniform(0.55, 1)), int(height * rng.uniform(0.55, 1))
    left, top = int(rng.integers(0, width - crop_w + 1)), int(rng.integers(0, height - crop_h + 1))
    crop = image[top : top + crop_h, left : left + crop_w]
    xyxy = boxes.xyxy((width, height))
    keep = _inside_share(xyxy, (left, top, left + crop_w, top + crop_h)) >= _KEEP_SHARE
    moved = xyxy[keep] - [left, top, left, top]
    if rng.random() < 0.5:
        crop = crop[:, ::-1]
        moved = np.stack([crop_w - moved[:, 2], moved[:, 1], crop_w - moved[:, 0], moved[:, 3]], axis=1)
    factor = 640 / max(crop.shape[:2])
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    resized = np.asarray(cv2.resize(crop, None, fx=factor, fy=factor, interpolation=method), np.uint8)
    shot = photograph(resized, rng)
    size_wh = (shot.shape[1], shot.shape[0])
    return shot, boxes_from_xyxy(boxes.class_id[keep], moved * factor, size_wh)
