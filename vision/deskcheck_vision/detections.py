"""What a detector found in one picture, as frozen arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from deskcheck_vision.taxonomy import CLASSES, ItemClass, class_index

Float32Array = NDArray[np.float32]
Float64Array = NDArray[np.float64]
Int64Array = NDArray[np.int64]
Uint8Array = NDArray[np.uint8]

_Scalar = TypeVar("_Scalar", bound=np.generic)


def read_only(array: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """Return a copy of an array that nobody can write to.

    Args:
        array: any array.
    """
    copy = array.copy()
    copy.flags.writeable = False
    return copy


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """The items found in one picture.

    Boxes are pixels of the ORIGINAL picture (orientation applied, before any letterbox), clipped to it.

    Attributes:
        xyxy: (N, 4) float32, left, top, right, bottom in px; 0 <= x <= width, 0 <= y <= height.
        confidence: (N,) float32 in [0, 1].
        class_id: (N,) int64, index into ``taxonomy.CLASSES``.
        image_wh: width and height of the original picture in px.
    """

    xyxy: Float32Array
    confidence: Float32Array
    class_id: Int64Array
    image_wh: tuple[int, int]

    def __post_init__(self) -> None:
        count = len(self.xyxy)
        if self.xyxy.shape != (count, 4) or self.confidence.shape != (count,) or self.class_id.shape != (count,):
            raise ValueError(
                f"expected shapes (N, 4), (N,), (N,); got {self.xyxy.shape}, {self.confidence.shape}, "
                f"{self.class_id.shape}"
            )
        object.__setattr__(self, "xyxy", read_only(np.asarray(self.xyxy, dtype=np.float32)))
        object.__setattr__(self, "confidence", read_only(np.asarray(self.confidence, dtype=np.float32)))
        object.__setattr__(self, "class_id", read_only(np.asarray(self.class_id, dtype=np.int64)))

    def __len__(self) -> int:
        return len(self.xyxy)

    @classmethod
    def empty(cls, image_wh: tuple[int, int]) -> Self:
        """Return no detections for a picture of that size."""
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64), image_wh)

    @classmethod
    def from_rows(
        cls, rows: Sequence[tuple[str, float, tuple[float, float, float, float]]], image_wh: tuple[int, int]
    ) -> Self:
        """Build from (class name, confidence, xyxy) rows.

        Raises:
            UnknownClassError: a class name is not in the taxonomy.
        """
        if not rows:
            return cls.empty(image_wh)
        return cls(
            np.array([row[2] for row in rows], np.float32),
            np.array([row[1] for row in rows], np.float32),
            np.array([class_index(row[0]) for row in rows], np.int64),
            image_wh,
        )

    def item_class(self, index: int) -> ItemClass:
        """Return the taxonomy class of one detection."""
        return CLASSES[int(self.class_id[index])]

    def select(self, keep: NDArray[np.bool_] | Int64Array) -> Self:
        """Return the detections that a boolean mask (N,) or an index array picks, in that order."""
        return type(self)(self.xyxy[keep], self.confidence[keep], self.class_id[keep], self.image_wh)
