"""From any of the known formats to any other, pictures included."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from deskcheck_datasets.converters import coco, voc
from deskcheck_datasets.converters.boxed import BoxedPicture, BoxedSet, BoxFormat, numbered, size_of
from deskcheck_datasets.converters.yolo import (
    YoloBoxes,
    boxes_from_xyxy,
    label_path,
    pictures_of,
    read_labels,
    read_names,
    write_labels,
)
from deskcheck_datasets.errors import BoxedSetError, YoloSetError

_YOLO_PICTURES = "images"


def format_of(folder: Path) -> BoxFormat:
    """Return the format of a folder, told by its files.

    Raises:
        BoxedSetError: it looks like none, or like several.
    """
    signs = {
        BoxFormat.YOLO: (folder / "classes.txt").is_file() and (folder / "labels").is_dir(),
        BoxFormat.VOC: (folder / voc.ANNOTATIONS).is_dir() and any((folder / voc.ANNOTATIONS).rglob("*.xml")),
        BoxFormat.COCO: coco.annotation_file(folder) is not None,
    }
    found = [kind for kind, seen in signs.items() if seen]
    if len(found) != 1:
        said = " and ".join(found) or "none of coco, yolo and voc"
        raise BoxedSetError(path=folder, reason=f"it looks like {said}: name its format with --from")
    return found[0]


def _read_yolo(folder: Path) -> BoxedSet:
    names = read_names(folder)
    pictures = []
    for path in pictures_of(folder):
        boxes = read_labels(label_path(folder, path))
        if len(boxes) and not 0 <= boxes.class_id.min() <= boxes.class_id.max() < len(names):
            raise YoloSetError(path=label_path(folder, path), reason=f"a class is not in 0..{len(names) - 1}")
        wh = size_of(path)
        file = path.relative_to(folder / _YOLO_PICTURES).as_posix()
        pictures.append(BoxedPicture.plain(file, wh, boxes.class_id, boxes.xyxy(wh)))
    return BoxedSet(names, numbered(len(names)), tuple(pictures), folder / _YOLO_PICTURES)


def read_boxed_set(folder: Path, kind: BoxFormat) -> BoxedSet:
    """Read a boxed set.

    Raises:
        BoxedSetError: a COCO or VOC file is broken, or a picture is.
        YoloSetError: a YOLO file is broken.
    """
    if kind is BoxFormat.YOLO:
        return _read_yolo(folder)
    if kind is BoxFormat.VOC:
        return voc.read_voc(folder)
    path = coco.annotation_file(folder)
    if path is None:
        raise BoxedSetError(path=folder / coco.ANNOTATIONS, reason="the file is absent")
    return coco.read_coco(path, folder / coco.PICTURES)


def yolo_boxes(picture: BoxedPicture) -> YoloBoxes:
    """Return a picture's boxes as YOLO rows, clipped to it; crowds, which the format cannot mark, are left out."""
    keep = ~picture.crowd
    return boxes_from_xyxy(picture.class_id[keep], picture.xyxy[keep], picture.image_wh)


def _write_yolo(folder: Path, boxed: BoxedSet) -> None:
    for picture in boxed.pictures:
        path = (folder / "labels" / picture.file).with_suffix(".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_labels(path, yolo_boxes(picture))
    (folder / "classes.txt").write_text("".join(f"{name}\n" for name in boxed.names), encoding="utf-8")


_PICTURE_FOLDERS = {BoxFormat.COCO: coco.PICTURES, BoxFormat.YOLO: _YOLO_PICTURES, BoxFormat.VOC: voc.PICTURES}


def write_boxed_set(folder: Path, boxed: BoxedSet, kind: BoxFormat, tick: Callable[[], None] = lambda: None) -> None:
    """Write a boxed set with copies of its pictures into a new or empty folder.

    Args:
        folder: where it goes.
        boxed: the set.
        kind: format to write.
        tick: called after every picture.

    Raises:
        BoxedSetError: the folder is not empty, or a picture is absent.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BoxedSetError(path=folder, reason="it is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    for picture in boxed.pictures:
        target = folder / _PICTURE_FOLDERS[kind] / picture.file
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy2(boxed.folder / picture.file, target)
        except FileNotFoundError as error:
            raise BoxedSetError(path=boxed.folder / picture.file, reason="the picture is absent") from error
        tick()
    if kind is BoxFormat.YOLO:
        _write_yolo(folder, boxed)
    elif kind is BoxFormat.VOC:
        voc.write_voc(folder, boxed)
    else:
        coco.write_coco(folder / coco.ANNOTATIONS, boxed)


def crowds(boxed: BoxedSet) -> int:
    """Return how many crowd boxes a set has."""
    return int(sum(np.count_nonzero(picture.crowd) for picture in boxed.pictures))
