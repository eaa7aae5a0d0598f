"""Check a YOLO set before anybody trains on it, and count what it holds."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from deskcheck_vision.taxonomy import BY_ID

from deskcheck_datasets.converters.boxed import size_of
from deskcheck_datasets.converters.yolo import YoloBoxes, label_path, pictures_of, read_labels, read_names
from deskcheck_datasets.errors import YoloSetError
from deskcheck_datasets.near_duplicates import Twin, fingerprints, twins
from deskcheck_datasets.vocabulary import LABEL_NAMES

# A coordinate that is out by less than this is rounding (six decimals), not a mistake.
_ROUNDING = 2e-6
# Sides in px of the square with a box's area, as COCO counts them.
_SMALL_PX, _LARGE_PX = 32.0, 96.0


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
        sizes: boxes under 32 px, under 96 px and larger, by the root of their area.
        cameras: pictures per kind of camera that their records name; empty without records.
        boxes_per_picture: least, median and most boxes of a picture.
    """

    pictures: int
    boxes: dict[str, int]
    kinds: dict[str, int]
    sizes: dict[str, int]
    cameras: dict[str, int]
    boxes_per_picture: tuple[int, float, int]


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


def _name_problems(names: tuple[str, ...]) -> list[Problem]:
    known = set(LABEL_NAMES) | set(BY_ID)
    strange = [name for name in names if name not in known]
    doubles = [name for name, count in Counter(names).items() if count > 1]
    return [Problem("classes.txt", f"'{name}' is neither a label nor a class of the taxonomy") for name in strange] + [
        Problem("classes.txt", f"'{name}' comes twice") for name in doubles
    ]


def check_set(folder: Path) -> list[Problem]:
    """Return everything that is wrong with a YOLO set, sorted by file; an empty list means it can be trained on.

    Raises:
        YoloSetError: ``classes.txt`` is absent or there is no picture.
    """
    names = read_names(folder)
    classes = len(names)
    pictures = pictures_of(folder)
    if not pictures:
        raise YoloSetError(path=folder / "images", reason="there is no picture")
    problems = _name_problems(names)
    problems += [problem for picture in pictures for problem in _picture_problems(folder, picture, classes)]
    expected = {label_path(folder, picture) for picture in pictures}
    for labels in sorted((folder / "labels").rglob("*.txt")):
        if labels not in expected:
            problems.append(Problem(str(labels.relative_to(folder)), "its picture is absent"))
    return sorted(problems, key=lambda problem: (problem.path, problem.reason))


def leaks(training: list[Path], checking: list[Path], tick: Callable[[], None] = lambda: None) -> list[Twin]:
    """Return the training pictures that are, or nearly are, checking pictures.

    Args:
        training: pictures that teach; what is no picture is left out, ``check_set`` names it.
        checking: pictures that decide or check.
        tick: called after every picture.

    Raises:
        DataFolderError: a checking picture cannot be decoded.
    """
    readable = [path for path in training if cv2.imread(str(path), cv2.IMREAD_REDUCED_GRAYSCALE_8) is not None]
    return twins(fingerprints(readable, tick), fingerprints(checking, tick))


def _size_name(side_px: float) -> str:
    return "small" if side_px < _SMALL_PX else "medium" if side_px < _LARGE_PX else "large"


def _cameras(folder: Path) -> Counter[str]:
    """Count the camera kinds that the records under ``truth/`` name; a record that names none is of a phone."""
    kinds: Counter[str] = Counter()
    for record in (folder / "truth").glob("*.json"):
        try:
            kinds[str(json.loads(record.read_text(encoding="utf-8")).get("camera_kind", "phone"))] += 1
        except (ValueError, AttributeError) as error:
            raise YoloSetError(path=record, reason="it is no record of a picture") from error
    return kinds


def statistics(folder: Path) -> SetStatistics:
    """Count what a set holds.

    Raises:
        YoloSetError: the set cannot be read.
        BoxedSetError: a picture cannot be read.
    """
    names = read_names(folder)
    boxes: Counter[str] = Counter()
    sizes: Counter[str] = Counter({"small": 0, "medium": 0, "large": 0})
    counts: list[int] = []
    for picture in pictures_of(folder):
        labels = read_labels(label_path(folder, picture))
        counts.append(len(labels))
        width, height = size_of(picture)
        for class_id, (_, _, w, h) in zip(labels.class_id.tolist(), labels.cxcywh.tolist(), strict=True):
            if not 0 <= class_id < len(names):
                raise YoloSetError(path=label_path(folder, picture), reason=f"a class is not in 0..{len(names) - 1}")
            boxes[names[class_id]] += 1
            sizes[_size_name(float(np.sqrt(w * width * h * height)))] += 1
    per_picture = (min(counts), float(np.median(counts)), max(counts)) if counts else (0, 0.0, 0)
    return SetStatistics(
        len(counts), dict(boxes.most_common()), _kinds(folder), dict(sizes), dict(_cameras(folder)), per_picture
    )


def _kinds(folder: Path) -> dict[str, int]:
    manifest = folder / "manifest.csv"
    if not manifest.is_file():
        return {}
    with manifest.open(encoding="utf-8", newline="") as stream:
        return dict(Counter(row.get("kind") or "" for row in csv.DictReader(stream)).most_common())
