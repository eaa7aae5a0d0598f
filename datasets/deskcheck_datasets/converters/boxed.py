"""A set of pictures with named boxes, whatever format it came in: what every converter reads and writes.

A format keeps what it can hold. COCO holds the numbers of its categories and marks crowds; VOC marks difficult and
cut-off things; the YOLO text format holds class and box alone, as fractions with six decimals.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from deskcheck_vision.containers import read_header
from deskcheck_vision.detections import Float64Array, Int64Array, read_only
from deskcheck_vision.errors import DeskcheckError
from numpy.typing import NDArray

from deskcheck_datasets.errors import BoxedSetError


class BoxFormat(StrEnum):
    """Format of a boxed set."""

    COCO = "coco"
    YOLO = "yolo"
    VOC = "voc"


@dataclass(frozen=True, slots=True, eq=False)
class BoxedPicture:
    """One picture with its boxes.

    Attributes:
        file: path below the set's picture folder, with forward slashes.
        image_wh: width and height in px.
        class_id: (N,) int64, index into the set's names.
        xyxy: (N, 4) float64, left, top, right, bottom in px, (0, 0) the outer corner of the first pixel.
        crowd: (N,) bool, many things under one box (COCO ``iscrowd``).
        difficult: (N,) bool, hard to recognise (VOC).
        truncated: (N,) bool, the thing goes on outside the box (VOC).
    """

    file: str
    image_wh: tuple[int, int]
    class_id: Int64Array
    xyxy: Float64Array
    crowd: NDArray[np.bool_]
    difficult: NDArray[np.bool_]
    truncated: NDArray[np.bool_]

    def __post_init__(self) -> None:
        object.__setattr__(self, "class_id", read_only(np.asarray(self.class_id, np.int64).reshape(-1)))
        object.__setattr__(self, "xyxy", read_only(np.asarray(self.xyxy, np.float64).reshape(-1, 4)))
        for name in ("crowd", "difficult", "truncated"):
            object.__setattr__(self, name, read_only(np.asarray(getattr(self, name), np.bool_).reshape(-1)))
        counts = {len(self.xyxy), len(self.class_id), len(self.crowd), len(self.difficult), len(self.truncated)}
        if len(counts) != 1:
            raise ValueError(f"{self.file}: arrays of different lengths {sorted(counts)}")
        path = PurePosixPath(self.file)
        # A file name comes from somebody's JSON or XML: it must not lead out of the set.
        if path.is_absolute() or ".." in path.parts or not path.parts or "\\" in self.file:
            raise ValueError(f"{self.file!r} leads out of the set")

    @classmethod
    def plain(cls, file: str, image_wh: tuple[int, int], class_id: Int64Array, xyxy: Float64Array) -> BoxedPicture:
        """Return a picture of which nothing but classes and boxes is known."""
        none = np.zeros(len(class_id), np.bool_)
        return cls(file, image_wh, class_id, xyxy, none, none, none)


@dataclass(frozen=True, slots=True, eq=False)
class BoxedSet:
    """A set of boxed pictures.

    Attributes:
        names: class names.
        category_ids: number of each class in COCO files; 1, 2, 3... where the source has none.
        pictures: sorted by file.
        folder: where the pictures lie.
    """

    names: tuple[str, ...]
    category_ids: tuple[int, ...]
    pictures: tuple[BoxedPicture, ...]
    folder: Path


def numbered(count: int) -> tuple[int, ...]:
    """Return the category numbers of classes that have none: 1, 2, 3..."""
    return tuple(range(1, count + 1))


def size_of(path: Path) -> tuple[int, int]:
    """Return width and height of a picture file in px, as it is seen: turned the way its EXIF says.

    Raises:
        BoxedSetError: it is absent, broken or no picture.
    """
    try:
        header = read_header(path.read_bytes())
    except OSError as error:
        raise BoxedSetError(path=path, reason="the picture is absent") from error
    except DeskcheckError as error:
        raise BoxedSetError(path=path, reason=error.sentence("en").rstrip(".")) from error
    if header.exif or 0 in header.stored_wh:
        image = cv2.imread(str(path))
        if image is None:
            raise BoxedSetError(path=path, reason="it cannot be decoded")
        return image.shape[1], image.shape[0]
    return header.stored_wh
