"""Write a training set: composed pictures and views of real ones, as a YOLO set with a manifest.

``manifest.csv`` has a row per picture: ``file, kind, origin, picture, complete``. ``complete`` is 1 where everything of
an appended label is boxed, 0 where the picture also shows a real place whose own pens and papers nobody has boxed:
training counts its empty regions for less.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from deskcheck_vision.boxes import box_iou
from deskcheck_vision.detections import Uint8Array

from deskcheck_datasets.augment import random_view
from deskcheck_datasets.backgrounds import load_backgrounds
from deskcheck_datasets.compose import SIZE_PX, Library, compose, make_library
from deskcheck_datasets.converters.yolo import YoloBoxes, boxes_from_xyxy, read_labels, write_labels
from deskcheck_datasets.cutouts import load_cutouts
from deskcheck_datasets.errors import DataFolderError
from deskcheck_datasets.readers import ONE_OBJECT_SETS, RealPicture, read_boxed, read_one_object, read_unlabelled
from deskcheck_datasets.splits import Role
from deskcheck_datasets.teacher import Teacher
from deskcheck_datasets.vocabulary import COCO_NAMES, LABEL_NAMES

MANIFEST_COLUMNS = ("file", "kind", "origin", "picture", "complete")
# How many views a real training picture gives: few pictures of a wanted label give more.
VIEWS = {
    "coco_mini": 3, "bottles_cups": 6, "fruit_boxes": 2, "office_cctv": 1, "scenes_unlabelled": 4,
    **dict.fromkeys(ONE_OBJECT_SETS, 1),
}  # fmt: skip
_DEFAULT_VIEWS = 6
_SAME_THING_IOU = 0.5


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """What is known about one picture of a set; the columns of ``manifest.csv``.

    Attributes:
        file: name in ``images/``.
        kind: of background, or ``real``.
        origin: ``composed``, or the real set.
        picture: path in the data folder of the real picture that it is a view of, with forward slashes; else empty.
        complete: every thing of an appended label is boxed.
    """

    file: str
    kind: str
    origin: str
    picture: str
    complete: bool


@dataclass(frozen=True, slots=True)
class SetPlan:
    """What to make.

    Attributes:
        data_dir: the data folder.
        out_dir: where the set goes.
        composed: number of composed pictures.
        seed: all randomness comes from it.
        processes: how many at once.
        real_views: also write views of the real training pictures.
        teacher: NMS-free ONNX starting weights, None to leave unboxed things unboxed.
    """

    data_dir: Path
    out_dir: Path
    composed: int
    seed: int
    processes: int
    real_views: bool
    teacher: Path | None


_library: Library | None = None


def _start_worker(data_dir: Path) -> None:
    global _library  # noqa: PLW0603 - one library per process, loaded once: pickling it per picture costs more
    cv2.setNumThreads(1)
    _library = make_library(load_cutouts(data_dir), load_backgrounds(data_dir))


def _save(out_dir: Path, stem: str, image: Uint8Array, boxes: YoloBoxes) -> None:
    cv2.imwrite(str(out_dir / "images" / f"{stem}.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, 92])
    write_labels(out_dir / "labels" / f"{stem}.txt", boxes)


def _make_composed(job: tuple[Path, int, int]) -> ManifestRow:
    out_dir, seed, index = job
    if _library is None:
        raise RuntimeError("the worker has no library")
    picture = compose(_library, seed, index)
    told = [(LABEL_NAMES.index(box.label), box.xyxy) for box in picture.boxes if box.label is not None]
    ids = np.array([label for label, _ in told], np.int64)
    xyxy = np.array([box for _, box in told], np.float64).reshape(-1, 4)
    stem = f"c{seed:03d}_{index:05d}"
    _save(out_dir, stem, picture.image, boxes_from_xyxy(ids, xyxy, (SIZE_PX, SIZE_PX)))
    return ManifestRow(f"{stem}.jpg", picture.kind, "composed", "", not picture.paste_region_only)


def _make_view(job: tuple[Path, Path, int, int, int, RealPicture]) -> ManifestRow:
    out_dir, data_dir, seed, index, view, real = job
    image = cv2.imread(str(real.path), cv2.IMREAD_COLOR)
    if image is None:
        raise DataFolderError(path=real.path, reason="not a picture")
    rng = np.random.default_rng((seed, 1, index, view))
    shot, boxes = random_view(np.asarray(image, np.uint8), real.boxes, rng)
    # With the folder's name: one-object sets number each class from 1.
    stem = f"r_{real.source}_{real.path.parent.name}_{real.path.stem}_{view}"
    _save(out_dir, stem, shot, boxes)
    return ManifestRow(f"{stem}.jpg", "real", real.source, real.path.relative_to(data_dir).as_posix(), complete=False)


def training_pictures(data_dir: Path) -> list[RealPicture]:
    """Return the real pictures that may teach, sorted by path."""
    sources = ("coco_mini", "bottles_cups", "fruit_boxes", "office_cctv")
    pictures = [
        *chain.from_iterable(read_boxed(data_dir, source) for source in sources),
        *read_unlabelled(data_dir),
        *chain.from_iterable(read_one_object(data_dir, source) for source in ONE_OBJECT_SETS),
    ]
    return [picture for picture in pictures if picture.role is Role.TRAIN]


def add_teacher_boxes(image: Uint8Array, boxes: YoloBoxes, teacher: Teacher) -> YoloBoxes:
    """Return the boxes with those of the teacher added that overlap none of them by IoU 0.5 or more."""
    wh = (image.shape[1], image.shape[0])
    known = boxes.xyxy(wh)
    seen = teacher.look(image)
    new = seen.label < len(COCO_NAMES)
    if len(known):
        new &= box_iou(seen.xyxy, known).max(axis=1, initial=0.0) < _SAME_THING_IOU
    ids = np.concatenate([boxes.class_id, seen.label[new]])
    return boxes_from_xyxy(ids, np.vstack([known, seen.xyxy[new]]), wh)


def _teach(plan: SetPlan, rows: Iterable[ManifestRow], tick: Callable[[], None]) -> None:
    """Add the teacher's boxes wherever the set shows a real place."""
    if plan.teacher is None:
        return
    teacher = Teacher(plan.teacher)
    for row in rows:
        if not row.complete:
            image = np.asarray(cv2.imread(str(plan.out_dir / "images" / row.file)), np.uint8)
            labels = (plan.out_dir / "labels" / row.file).with_suffix(".txt")
            write_labels(labels, add_teacher_boxes(image, read_labels(labels), teacher))
        tick()


def _rows(plan: SetPlan, pool: ProcessPoolExecutor) -> Iterator[ManifestRow]:
    composed = [(plan.out_dir, plan.seed, index) for index in range(plan.composed)]
    yield from pool.map(_make_composed, composed, chunksize=16)
    if not plan.real_views:
        return
    views = [
        (plan.out_dir, plan.data_dir, plan.seed, index, view, real)
        for index, real in enumerate(training_pictures(plan.data_dir))
        for view in range(VIEWS.get(real.source, _DEFAULT_VIEWS))
    ]
    yield from pool.map(_make_view, views, chunksize=16)


def make_set(plan: SetPlan, tick: Callable[[], None] = lambda: None) -> list[ManifestRow]:
    """Make a training set; the same plan gives the same files.

    Args:
        plan: what to make.
        tick: called after each picture, for a progress bar.

    Raises:
        DataFolderError: the data folder lacks a part.
    """
    for part in ("images", "labels"):
        (plan.out_dir / part).mkdir(parents=True, exist_ok=True)
    (plan.out_dir / "classes.txt").write_text("\n".join(LABEL_NAMES) + "\n", encoding="utf-8")
    rows: list[ManifestRow] = []
    # spawn: a forked child inherits the locked threads of OpenCV and ONNX Runtime and waits for ever.
    context = get_context("spawn")
    with ProcessPoolExecutor(plan.processes, context, _start_worker, (plan.data_dir,)) as pool:
        for row in _rows(plan, pool):
            rows.append(row)
            tick()
    _teach(plan, rows, tick)
    with (plan.out_dir / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(MANIFEST_COLUMNS)
        writer.writerows((row.file, row.kind, row.origin, row.picture, int(row.complete)) for row in rows)
    return rows
