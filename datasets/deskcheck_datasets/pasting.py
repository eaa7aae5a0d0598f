"""Paste objects onto a picture so that their boxes stay true: shadows, soft edges, who covers whom."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array, Uint8Array
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TrueBox:
    """One object of a composed picture.

    Attributes:
        label: model label, None for a distractor.
        xyxy: (4,) px box of its visible part.
        visible: share of its pixels inside the frame and not covered by a later object, in [0, 1].
    """

    label: str | None
    xyxy: tuple[float, float, float, float]
    visible: float


@dataclass(slots=True)
class Canvas:
    """A picture in the making; state in time, so not frozen.

    Attributes:
        image: (H, W, 3) uint8 BGR, painted from far to near.
        owner: (H, W) int32, which object shows at a pixel, -1 for the background.
        labels: label per object, in the order of pasting.
        full_px: pixel count per object before anything covered it, its part outside the frame included.
    """

    image: Uint8Array
    owner: NDArray[np.int32] = field(init=False)
    labels: list[str | None] = field(default_factory=list)
    full_px: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.owner = np.full(self.image.shape[:2], -1, np.int32)


def transformed(cutout: Uint8Array, matrix: Float64Array) -> tuple[Uint8Array, tuple[float, float]]:
    """Warp a cut-out by a 2x2 matrix about its own centre.

    Args:
        cutout: (H, W, 4) uint8 BGRA.
        matrix: (2, 2) picture px -> canvas px.

    Returns:
        The warped (h, w, 4) uint8 BGRA picture, and its centre in that picture.
    """
    height, width = cutout.shape[:2]
    half = np.array([width, height]) / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half @ matrix.T
    low, high = np.floor(corners.min(axis=0)) - 1, np.ceil(corners.max(axis=0)) + 1
    size = np.clip(high - low, 2, 4000).astype(int)
    shrink = float(np.sqrt(abs(np.linalg.det(matrix))))
    source = cutout
    if shrink < 0.5:  # warpAffine samples single pixels; shrinking first keeps thin things from breaking up
        factor = min(1.0, shrink * 1.5)
        source = np.asarray(cv2.resize(cutout, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    ratio = np.array([source.shape[1] / width, source.shape[0] / height])
    linear = matrix / ratio
    offset = -low - linear @ (np.array([source.shape[1], source.shape[0]]) / 2)
    affine = np.hstack([linear, offset[:, None]])
    warped = cv2.warpAffine(source, affine, (int(size[0]), int(size[1])), flags=cv2.INTER_LINEAR)
    return np.asarray(warped, np.uint8), (float(-low[0]), float(-low[1]))


def _window(
    canvas_hw: tuple[int, int], left: int, top: int, hw: tuple[int, int]
) -> tuple[slice, slice, slice, slice] | None:
    """Return canvas rows, canvas columns, patch rows, patch columns of what falls inside; None if nothing does."""
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(canvas_hw[0], top + hw[0]), min(canvas_hw[1], left + hw[1])
    if y0 >= y1 or x0 >= x1:
        return None
    return slice(y0, y1), slice(x0, x1), slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)


def _cast_shadow(
    canvas: Canvas, alpha: NDArray[np.float32], left: int, top: int, shift_px: tuple[float, float], strength: float
) -> None:
    """Darken the picture where the object keeps light away: its own outline, moved, squashed and blurred."""
    pad = 24
    height, width = alpha.shape
    sigma = max(1.2, 0.05 * max(height, width))
    moved = np.array([[1, 0, pad + shift_px[0]], [0, 1, pad + shift_px[1]]], np.float64)
    shadow = cv2.warpAffine(alpha, moved, (width + 2 * pad, height + 2 * pad))
    shadow = cv2.GaussianBlur(shadow, (0, 0), sigma)
    window = _window(canvas.image.shape[:2], left - pad, top - pad, shadow.shape[:2])
    if window is None:
        return
    rows, columns, patch_rows, patch_columns = window
    factor = 1 - strength * shadow[patch_rows, patch_columns, None]
    canvas.image[rows, columns] = (canvas.image[rows, columns] * factor).astype(np.uint8)


def paste(
    canvas: Canvas,
    patch: Uint8Array,
    left_top: tuple[int, int],
    label: str | None,
    shadow: tuple[float, float, float] | None = (3.0, 4.0, 0.35),
) -> None:
    """Paste a warped cut-out; it becomes the nearest object so far.

    Args:
        canvas: written to.
        patch: (h, w, 4) uint8 BGRA.
        left_top: where its first pixel goes; may lie outside.
        label: model label, None for a distractor.
        shadow: shift right, shift down in px and strength in [0, 1]; None for no shadow.
    """
    left, top = left_top
    alpha: NDArray[np.float32] = cv2.GaussianBlur(patch[..., 3], (0, 0), 0.6).astype(np.float32) / np.float32(255)
    if shadow is not None:
        _cast_shadow(canvas, alpha, left, top, shadow[:2], shadow[2])
    canvas.labels.append(label)
    canvas.full_px.append(int((patch[..., 3] > 127).sum()))
    window = _window(canvas.image.shape[:2], left, top, patch.shape[:2])
    if window is None:
        return
    rows, columns, patch_rows, patch_columns = window
    weight = alpha[patch_rows, patch_columns, None]
    below = canvas.image[rows, columns].astype(np.float32)
    canvas.image[rows, columns] = (below + weight * (patch[patch_rows, patch_columns, :3] - below)).astype(np.uint8)
    solid = patch[patch_rows, patch_columns, 3] > 127
    canvas.owner[rows, columns][solid] = len(canvas.labels) - 1


def true_boxes(canvas: Canvas) -> list[TrueBox]:
    """Return the tight box of every object's visible pixels; objects hidden wholly are left out."""
    boxes: list[TrueBox] = []
    for index, label in enumerate(canvas.labels):
        rows, columns = np.nonzero(canvas.owner == index)
        if len(rows) == 0:
            continue
        xyxy = (float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
        boxes.append(TrueBox(label, xyxy, len(rows) / max(1, canvas.full_px[index])))
    return boxes
