"""The COCO detection format: one JSON file with pictures, categories and boxes as left, top, width, height in px."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from deskcheck_datasets.converters.boxed import BoxedPicture, BoxedSet
from deskcheck_datasets.errors import BoxedSetError

PICTURES = "images"
ANNOTATIONS = "annotations.json"
_USUAL_NAMES = ("annotations/*.json", "instances_*.json", "_annotations.coco.json")


def annotation_file(folder: Path) -> Path | None:
    """Return the COCO file of a folder: ``annotations.json``, or the only one by another usual name; else None."""
    named = folder / ANNOTATIONS
    if named.is_file():
        return named
    found = sorted({path for pattern in _USUAL_NAMES for path in folder.glob(pattern)})
    return found[0] if len(found) == 1 else None


def read_coco(path: Path, folder: Path) -> BoxedSet:
    """Read a COCO file.

    Args:
        path: the JSON file.
        folder: where its pictures lie.

    Raises:
        BoxedSetError: it is no such file, or contradicts itself; the message names the entry.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BoxedSetError(path=path, reason="it is not JSON") from error
    try:
        categories = sorted(told["categories"], key=lambda entry: int(entry["id"]))
        place = {int(entry["id"]): index for index, entry in enumerate(categories)}
        boxes: dict[int, list[Mapping[str, Any]]] = {int(entry["id"]): [] for entry in told["images"]}
        for entry in told["annotations"]:
            boxes[int(entry["image_id"])].append(entry)
        pictures = [_picture(entry, boxes[int(entry["id"])], place) for entry in told["images"]]
    except KeyError as error:
        raise BoxedSetError(path=path, reason=f"{error} is missing or names nothing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise BoxedSetError(path=path, reason=str(error)) from error
    return BoxedSet(
        tuple(str(entry["name"]) for entry in categories),
        tuple(place),
        tuple(sorted(pictures, key=lambda picture: picture.file)),
        folder,
    )


def _picture(entry: Mapping[str, Any], boxes: list[Mapping[str, Any]], place: Mapping[int, int]) -> BoxedPicture:
    xywh = np.array([box["bbox"] for box in boxes], np.float64).reshape(-1, 4)
    none = np.zeros(len(boxes), np.bool_)
    return BoxedPicture(
        str(entry["file_name"]),
        (int(entry["width"]), int(entry["height"])),
        np.array([place[int(box["category_id"])] for box in boxes], np.int64),
        np.hstack([xywh[:, :2], xywh[:, :2] + xywh[:, 2:]]),
        np.array([bool(box.get("iscrowd", 0)) for box in boxes], np.bool_),
        none,
        none,
    )


def coco_of(boxed: BoxedSet) -> dict[str, Any]:
    """Return the set as a COCO table."""
    pictures: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, picture in enumerate(boxed.pictures, 1):
        width, height = picture.image_wh
        pictures.append({"id": number, "file_name": picture.file, "width": width, "height": height})
        for class_id, box, crowd in zip(
            picture.class_id.tolist(), picture.xyxy.tolist(), picture.crowd.tolist(), strict=True
        ):
            wide, high = box[2] - box[0], box[3] - box[1]
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": boxed.category_ids[class_id],
                    "bbox": [box[0], box[1], wide, high],
                    "area": wide * high,
                    "iscrowd": int(crowd),
                }
            )
    names = zip(boxed.category_ids, boxed.names, strict=True)
    return {
        "images": pictures,
        "annotations": annotations,
        "categories": [{"id": number, "name": name} for number, name in names],
    }


def write_coco(path: Path, boxed: BoxedSet) -> None:
    """Write a COCO file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(coco_of(boxed), ensure_ascii=False) + "\n", encoding="utf-8")
