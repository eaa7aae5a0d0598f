"""Check a YOLO set before anybody trains on it."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from deskcheck_datasets.converters.yolo import YoloBoxes, label_path, pictures_of, read_labels, read_names
from deskcheck_datasets.errors import YoloSetError

# A coordinate that is out by less than this is rounding (six decimals), not a mistake.
_ROUNDING = 2e-6


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a set.

    Attributes:
        path: the file concerned, relative to the set.
        reason: what is wrong with it.
    """

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class SetStatistics:
    """What a set holds.

    Attributes:
        pictures: number of pictures.
        boxes: boxes per class name, most frequent first.
        kinds: pictures per kind of the manifest; empty without one.
    """

    pictures: int
    boxes: dict[str, int]
    kinds: dict[str, int]


def _box_problems(boxes: YoloBoxes, classes: int) -> list[str]:
    reasons = []
    if ((boxes.class_id < 0) | (boxes.class_id >= classes)).any():
        reasons.append(f"a class is not in 0..{classes - 1}")
    low = boxes.cxcywh[:, :2] - boxes.cxcywh[:, 2:] / 2
    high = boxes.cxcywh[:, :2] + boxes.cxcywh[:, 2:] / 2
    if not np.isfinite(boxes.cxcywh).all():
        reasons.append("a coordinate is not finite")
    elif (low < -_ROUNDING).any() or (high > 1 + _ROUNDING).any():
        reasons.append("a box leaves the picture")
    if (boxes.cxcywh[:, 2:] <= 0).any():
        reasons.append("a box has no area")
    return reasons


def _picture_problems(folder: Path, picture: Path, classes: int) -> list[Problem]:
    labels = label_path(folder, picture)
    problems = []
    if cv2.imread(str(picture), cv2.IMREAD_COLOR) is None:
        problems.append(Problem(str(picture.relative_to(folder)), "not a picture"))
    if not labels.is_file():
        problems.append(Problem(str(labels.relative_to(folder)), "the label file is absent"))
        return problems
    try:
        reasons = _box_problems(read_labels(labels), classes)
    except YoloSetError as error:
        reasons = [str(error.facts["reason"])]
    return problems + [Problem(str(labels.relative_to(folder)), reason) for reason in reasons]


def check_set(folder: Path) -> list[Problem]:
    """Return everything that is wrong with a YOLO set, sorted by file; an empty list means it can be trained on.

    Raises:
        YoloSetError: ``classes.txt`` is absent or there is no picture.
    """
    classes = len(read_names(folder))
    pictures = pictures_of(folder)
    if not pictures:
        raise YoloSetError(path=folder / "images", reason="there is no picture")
    problems = [problem for picture in pictures for problem in _picture_problems(folder, picture, classes)]
    expected = {label_path(folder, picture) for picture in pictures}
    for labels in sorted((folder / "labels").rglob("*.txt")):
        if labels not in expected:
            problems.append(Problem(str(labels.relative_to(folder)), "its picture is absent"))
    return sorted(problems, key=lambda problem: (problem.path, problem.reason))


def _digests(pictures: list[Path]) -> dict[str, Path]:
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in pictures}


def leaks(training: list[Path], checking: list[Path]) -> list[tuple[Path, Path]]:
    """Return pairs of a training and a checking picture whose files are the same byte for byte."""
    held = _digests(checking)
    return [(path, held[digest]) for digest, path in _digests(training).items() if digest in held]


def statistics(folder: Path) -> SetStatistics:
    """Count what a set holds.

    Raises:
        YoloSetError: the set cannot be read.
    """
    names = read_names(folder)
    pictures = pictures_of(folder)
    boxes: Counter[str] = Counter()
    for picture in pictures:
        for class_id in read_labels(label_path(folder, picture)).class_id.tolist():
            boxes[names[class_id]] += 1
    kinds: Counter[str] = Counter()
    manifest = folder / "manifest.csv"
    if manifest.is_file():
        with manifest.open(encoding="utf-8", newline="") as stream:
            kinds.update(row["kind"] for row in csv.DictReader(stream))
    return SetStatistics(len(pictures), dict(boxes.most_common()), dict(kinds.most_common()))
