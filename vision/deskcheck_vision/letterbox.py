"""Fitting a picture into the model's input, and boxes exactly back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import ArrayLike

from deskcheck_vision.boxes import as_boxes, clip_boxes
from deskcheck_vision.detections import Float32Array, Float64Array, Uint8Array, read_only

PAD_VALUE = 114  # the grey that YOLO models are trained with
_UNIT = read_only(np.arange(256, dtype=np.float32) * np.float32(1 / 255))


@dataclass(frozen=True, slots=True)
class Letterbox:
    """How one picture lies in the model's input: scaled to fit, centred, the rest grey.

    The two scales differ by the rounding to whole px; using each axis's own makes the inverse exact.

    Attributes:
        image_wh: the picture, px.
        input_wh: the model's input, px.
        inner_wh: the scaled picture within the input, px.
        offset_xy: its left and top in the input, px.
    """

    image_wh: tuple[int, int]
    input_wh: tuple[int, int]
    inner_wh: tuple[int, int]
    offset_xy: tuple[int, int]

    @classmethod
    def fit(cls, image_wh: tuple[int, int], input_wh: tuple[int, int] = (640, 640), step_px: int | None = None) -> Self:
        """Plan the letterbox of a picture.

        Args:
            image_wh: the picture, px.
            input_wh: the model's input, px; with ``step_px`` the largest one.
            step_px: the input shrinks to the smallest multiples of this that hold the scaled picture and half a step
                of grey: a 16:9 photo fills 640 x 384 rather than 640 x 640, whose grey would cost two fifths of the
                time. The half step is that of ultralytics' validation; without any grey, things at the picture's
                edges are found a little less often. None keeps the input as it is.

        Raises:
            ValueError: a side or the step is not positive, or the input is no multiple of the step.
        """
        if min(*image_wh, *input_wh, step_px or 1) <= 0:
            raise ValueError(f"sides must be positive, got {image_wh} into {input_wh} by {step_px}")
        ratio = min(input_wh[0] / image_wh[0], input_wh[1] / image_wh[1])
        width, height = max(1, round(image_wh[0] * ratio)), max(1, round(image_wh[1] * ratio))
        if step_px is not None:
            if input_wh[0] % step_px or input_wh[1] % step_px:
                raise ValueError(f"{input_wh} is no multiple of {step_px}")
            input_wh = _stepped(width, input_wh[0], step_px), _stepped(height, input_wh[1], step_px)
        return cls(image_wh, input_wh, (width, height), ((input_wh[0] - width) // 2, (input_wh[1] - height) // 2))

    @property
    def scale_xy(self) -> tuple[float, float]:
        """Input px per picture px along x and y."""
        return self.inner_wh[0] / self.image_wh[0], self.inner_wh[1] / self.image_wh[1]

    def to_input_xyxy(self, xyxy: ArrayLike) -> Float64Array:
        """Convert (N, 4) picture px to input px."""
        return np.asarray(as_boxes(xyxy) * np.tile(self.scale_xy, 2) + np.tile(self.offset_xy, 2), np.float64)

    def to_image_xyxy(self, xyxy: ArrayLike) -> Float64Array:
        """Convert (N, 4) input px to picture px, clipped to the picture."""
        return clip_boxes((as_boxes(xyxy) - np.tile(self.offset_xy, 2)) / np.tile(self.scale_xy, 2), self.image_wh)

    def resize(self, image: Uint8Array) -> Uint8Array:
        """Return the picture (H, W, C) scaled to ``inner_wh``."""
        # Linear without area averaging: four times as fast, and what YOLO models see in training.
        return np.asarray(cv2.resize(image, self.inner_wh, interpolation=cv2.INTER_LINEAR), np.uint8)

    def apply(self, image: Uint8Array) -> Uint8Array:
        """Return the letterboxed picture, (input height, input width, 3) uint8."""
        left, top = self.offset_xy
        boxed = np.full((self.input_wh[1], self.input_wh[0], 3), PAD_VALUE, np.uint8)
        boxed[top : top + self.inner_wh[1], left : left + self.inner_wh[0]] = self.resize(image)
        return boxed

    def write_planes(self, image: Uint8Array, planes: Float32Array) -> None:
        """Write the letterboxed picture into the model's input, as RGB planes in [0, 1].

        Args:
            image: (H, W, 3) uint8, BGR.
            planes: (3, input height, input width) float32, overwritten; the caller's reused buffer.
        """
        (left, top), (width, height) = self.offset_xy, self.inner_wh
        planes[:, :top] = planes[:, top + height :] = PAD_VALUE / 255
        planes[:, :, :left] = planes[:, :, left + width :] = PAD_VALUE / 255
        for plane, channel in zip(planes[::-1], cv2.split(self.resize(image)), strict=True):
            # A table look-up: a quarter faster than the multiplication, with the same numbers.
            cv2.LUT(channel, _UNIT, dst=plane[top : top + height, left : left + width])


def _stepped(inner_px: int, most_px: int, step_px: int) -> int:
    """Return the smallest multiple of the step that holds a side and half a step of grey, at most ``most_px``."""
    return min(most_px, math.ceil(inner_px / step_px + 0.5) * step_px)
