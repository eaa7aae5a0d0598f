"""Boxed sets of a data folder's shape: a picture each, its role given by its name, as in the real folder."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

# Set -> a picture's path below images/, its classes, its one row.
HELD_OUT = {
    "coco_mini": ("val2017/1.jpg", "cup", "0 0.5 0.5 0.3 0.3"),
    "bottles_cups": ("dcl_004.jpg", "bottle", "0 0.5 0.5 0.3 0.6"),
    "fruit_boxes": ("apple_6.jpg", "apple", "0 0.4 0.4 0.3 0.3"),
    "office_cctv": ("valid/a.jpg", "chair", "0 0.5 0.5 0.2 0.2"),
    "desk_photos": ("a.jpg", "keyboard", "0 0.5 0.5 0.6 0.2"),
    "rare_boxes": ("product_photos_printer_a_print.jpg", "printer", "0 0.5 0.5 0.5 0.5"),
    "placer_boxes": ("a.jpg", "scissors", "0 0.5 0.5 0.2 0.2"),
}
DECIDING = {
    "coco_mini": ("train2017/1.jpg", "cup", "0 0.5 0.5 0.3 0.3"),
    "bottles_cups": ("000.jpg", "bottle", "0 0.5 0.5 0.3 0.6"),
    "fruit_boxes": ("apple_8.jpg", "apple", "0 0.4 0.4 0.3 0.3"),
    "office_cctv": ("train/4.jpg", "chair", "0 0.5 0.5 0.2 0.2"),
}
TEACHING = {
    "coco_mini": ("train2017/0.jpg", "cup", "0 0.5 0.5 0.3 0.3"),
    "bottles_cups": ("001.jpg", "bottle", "0 0.5 0.5 0.3 0.6"),
    "fruit_boxes": ("apple_0.jpg", "apple", "0 0.4 0.4 0.3 0.3"),
    "office_cctv": ("train/0.jpg", "chair", "0 0.5 0.5 0.2 0.2"),
}


def write_sets(data: Path, sets: Mapping[str, tuple[str, str, str]], pictures: list[Path]) -> list[Path]:
    """Add a picture to each set of a data folder, taken in turn from those given; return where they lie."""
    written = []
    for index, (name, (file, classes, row)) in enumerate(sets.items()):
        picture = data / name / "images" / file
        labels = (data / name / "labels" / file).with_suffix(".txt")
        for path in (picture, labels):
            path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(pictures[index], picture)
        labels.write_text(f"{row}\n")
        (data / name / "classes.txt").write_text(f"{classes}\n")
        written.append(picture)
    return written
