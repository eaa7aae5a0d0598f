"""The YOLO text format: one ``class cx cy w h`` row per box, numbers as fractions of the picture.

A set is a folder with ``images/``, ``labels/`` of the same stems and ``classes.txt`` (one name per line).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from deskcheck_vision.detections import Float64Array, Int64Array, read_only

from deskcheck_datasets.errors import YoloSetError

PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")


@dataclass(frozen=True, slots=True, eq=False)
class YoloBoxes:
    """The boxes of one picture.

    Attributes:
        class_id: (N,) int64, index into the set's names.
        cxcywh: (N, 4) float64, centre and size as fractions of the picture.
    """

    class_id: Int64Array
    cxcywh: Float64Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "class_id", read_only(np.asarray(self.class_id, np.int64).reshape(-1)))
        object.__setattr__(self, "cxcywh", read_only(np.asarray(self.cxcywh, np.float64).reshape(-1, 4)))
        if len(self.class_id) != len(self.cxcywh):
            raise ValueError(f"{len(self.class_id)} classes for {len(self.cxcywh)} boxes")

    def __len__(self) -> int:
        return len(self.class_id)

    def xyxy(self, image_wh: tuple[int, int]) -> Float64Array:
        """Return (N, 4) float64 left, top, right, bottom in px of a picture of that size."""
        scale = np.array([image_wh[0], image_wh[1]], np.float64)
        centre, half = self.cxcywh[:, :2] * scale, self.cxcywh[:, 2:] * scale / 2
        return np.hstack([centre - half, centre + half])


def boxes_from_xyxy(class_id: Int64Array, xyxy: Float64Array, image_wh: tuple[int, int]) -> YoloBoxes:
    """Return YOLO boxes for (N, 4) px boxes, clipped to the picture; boxes with no area left are dropped."""
    width, height = image_wh
    limits = np.array([width, height, width, height], np.float64)
    clipped = np.clip(np.asarray(xyxy, np.float64).reshape(-1, 4), 0, limits)
    size = clipped[:, 2:] - clipped[:, :2]
    keep = (size > 0).all(axis=1)
    centre = (clipped[:, :2] + clipped[:, 2:]) / 2
    cxcywh = np.hstack([centre, size]) / np.tile(limits[:2], 2)
    return YoloBoxes(np.asarray(class_id, np.int64)[keep], cxcywh[keep])


def read_labels(path: Path) -> YoloBoxes:
    """Read a label file; an absent file means a picture without boxes.

    Raises:
        YoloSetError: a row is not five numbers; the message names the line.
    """
    if not path.is_file():
        return YoloBoxes(np.zeros(0, np.int64), np.zeros((0, 4)))
    rows: list[list[float]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = [float(word) for word in line.split()]
        except ValueError as error:
            raise YoloSetError(path=path, reason=f"line {number} is not numbers") from error
        if len(row) != 5 or row[0] != int(row[0]):
            raise YoloSetError(path=path, reason=f"line {number} is not 'class cx cy w h'")
        rows.append(row)
    table = np.array(rows, np.float64).reshape(-1, 5)
    return YoloBoxes(table[:, 0].astype(np.int64), table[:, 1:])


def write_labels(path: Path, boxes: YoloBoxes) -> None:
    """Write a label file, six decimals (a tenth of a pixel at any size we meet)."""
    rows = [
        f"{name} " + " ".join(f"{value:.6f}" for value in box)
        for name, box in zip(boxes.class_id.tolist(), boxes.cxcywh.tolist(), strict=True)
    ]
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


def read_names(folder: Path) -> tuple[str, ...]:
    """Read ``classes.txt`` of a set.

    Raises:
        YoloSetError: the file is absent or empty.
    """
    path = folder / "classes.txt"
    if not path.is_file():
        raise YoloSetError(path=path, reason="the file is absent")
    names = tuple(line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    if not names:
        raise YoloSetError(path=path, reason="no class is named")
    return names


def pictures_of(folder: Path) -> list[Path]:
    """Return the pictures under ``images/`` of a set, sorted by path."""
    return sorted(p for p in (folder / "images").rglob("*") if p.suffix.lower() in PICTURE_SUFFIXES)


def label_path(folder: Path, picture: Path) -> Path:
    """Return where the labels of a picture of the set lie."""
    return folder / "labels" / picture.relative_to(folder / "images").with_suffix(".txt")
