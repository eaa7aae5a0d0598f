"""What a lens does to straight lines, and the way back. Pure functions on points, boxes and pictures.

What an ideal pinhole shows at radius r from the middle of the picture appears at r (1 + bend r^2): the first term of
Brown's model (D. C. Brown, Decentering distortion of lenses, 1966), as OpenCV has it, but with the radius counted in
halves of the picture's diagonal instead of focal lengths. So one number says it for pictures of any size, whether the
focal length is known or not: a corner of the ideal picture moves out by ``bend`` of its distance, or in where it is
negative (a barrel, as wide lenses have it).

The polynomial of a strong barrel turns back and shows two places at one. No lens does, so such a bend is refused; and
beyond the picture's own corners, where nothing is ever seen, the model goes on straight instead of turning back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.errors import LensBendError
from deskcheck_vision.lens_limits import LARGEST_BEND, SMALLEST_BEND

_ROUNDS = 20
_MAPS_KEPT = 4


@dataclass(frozen=True, slots=True)
class Lens:
    """How the lens of a picture bends it.

    Attributes:
        bend: Brown's k1 with the radius in halves of the picture's diagonal.
        image_wh: size of the picture in px; its middle is the principal point.

    Raises:
        LensBendError: the bend is not a lens's.
    """

    bend: float
    image_wh: tuple[int, int]

    def __post_init__(self) -> None:
        if not SMALLEST_BEND <= self.bend <= LARGEST_BEND:  # true for NaN as well
            raise LensBendError(bend=self.bend, low=SMALLEST_BEND, high=LARGEST_BEND)

    @classmethod
    def from_k1(cls, k1: float, focal_px: float, image_wh: tuple[int, int]) -> Self:
        """Return the lens of a k1 as OpenCV has it, whose radius is counted in focal lengths.

        Raises:
            LensBendError: it is not a lens's.
        """
        return cls(k1 * (_half_diagonal_px(image_wh) / focal_px) ** 2, image_wh)

    def k1(self, focal_px: float) -> float:
        """Return the bend as OpenCV has it, for a focal length in px."""
        return float(self.bend * (focal_px / _half_diagonal_px(self.image_wh)) ** 2)

    def bent(self, ideal_px: Float64Array) -> Float64Array:
        """Return where the lens shows points (..., 2) px of the ideal picture."""
        off, radius = self._radii(ideal_px)
        edge = _edge(self.bend)
        inside = np.minimum(radius, edge)
        shown = inside * (1 + self.bend * inside**2) + (radius - inside) * (1 + 3 * self.bend * edge**2)
        return self._at(off, shown, radius)

    def straightened(self, picture_px: Float64Array) -> Float64Array:
        """Return where an ideal pinhole would show points (..., 2) px of the picture; the inverse of ``bent``."""
        off, shown = self._radii(picture_px)
        edge = _edge(self.bend)
        # A corner of the picture is at radius 1.
        inside = np.minimum(shown, 1.0)
        radius = inside.copy()
        # Newton's method from the side on which it cannot leap over the root.
        for _ in range(_ROUNDS):
            radius -= (radius * (1 + self.bend * radius**2) - inside) / (1 + 3 * self.bend * radius**2)
        radius = radius + (shown - inside) / (1 + 3 * self.bend * edge**2)
        return self._at(off, radius, shown)

    def straightened_boxes(self, xyxy: Float64Array) -> Float64Array:
        """Return boxes (N, 4) through the straightened middles of their sides.

        Where in a side its thing touches it is not known, and the middle is right on the mean.
        """
        x, y = (xyxy[:, [0, 2]].mean(axis=1), xyxy[:, [1, 3]].mean(axis=1))
        middles = np.stack([xyxy[:, 0], y, x, xyxy[:, 1], xyxy[:, 2], y, x, xyxy[:, 3]], axis=1).reshape(-1, 4, 2)
        straight = self.straightened(middles)
        return np.stack([straight[:, 0, 0], straight[:, 1, 1], straight[:, 2, 0], straight[:, 3, 1]], axis=1)

    def straightened_picture(self, image: Uint8Array) -> Uint8Array:
        """Return what an ideal pinhole would show in a picture of the same size; what the lens left out is black.

        Args:
            image: (H, W, 3) or (H, W) uint8, of this lens's size; never written to.

        Raises:
            ValueError: the picture has another size.
        """
        if (image.shape[1], image.shape[0]) != self.image_wh:
            raise ValueError(f"the lens is of a {self.image_wh} picture, got {image.shape[1]}x{image.shape[0]}")
        x, y = _maps(self)
        seen = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0, 0, 0))
        return np.asarray(seen, np.uint8)

    def _radii(self, points_px: Float64Array) -> tuple[Float64Array, Float64Array]:
        off = (np.asarray(points_px, np.float64) - self._middle_px) / _half_diagonal_px(self.image_wh)
        return off, np.sqrt((off**2).sum(axis=-1, keepdims=True))

    def _at(self, off: Float64Array, wanted: Float64Array, radius: Float64Array) -> Float64Array:
        scale = wanted / np.maximum(radius, 1e-12)
        moved = off * np.where(radius > 1e-12, scale, 1.0)
        return np.asarray(moved * _half_diagonal_px(self.image_wh) + self._middle_px, np.float64)

    @property
    def _middle_px(self) -> Float64Array:
        return np.array(self.image_wh, np.float64) / 2


def _half_diagonal_px(image_wh: tuple[int, int]) -> float:
    return float(np.hypot(*image_wh)) / 2


@lru_cache(maxsize=256)
def _edge(bend: float) -> float:
    """Return the ideal radius of what appears in a corner of the picture, at radius 1."""
    radius = 1.0
    for _ in range(_ROUNDS):
        radius -= (radius * (1 + bend * radius**2) - 1) / (1 + 3 * bend * radius**2)
    return radius


@lru_cache(maxsize=_MAPS_KEPT)
def _maps(lens: Lens) -> tuple[NDArray[np.int16], NDArray[np.uint16]]:
    """Return where each px of the straightened picture is looked up, as ``cv2.remap`` takes it; read-only."""
    width, height = lens.image_wh
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    # Pictures have (0, 0) at the outer corner of the first px, OpenCV at its middle.
    at = (lens.bent(np.stack([x, y], axis=-1)) - 0.5).astype(np.float32)
    x, y = np.ascontiguousarray(at[..., 0]), np.ascontiguousarray(at[..., 1])
    places, shares = cv2.convertMaps(x, y, cv2.CV_16SC2)
    for one in (places, shares):
        one.flags.writeable = False
    return np.asarray(places, np.int16), np.asarray(shares, np.uint16)
