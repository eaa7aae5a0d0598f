"""YOLO sets as training reads them: pictures with named boxes and whether everything in them is boxed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from deskcheck_datasets.converters.yolo import read_labels, read_names
from deskcheck_datasets.splits import Role, role_of
from deskcheck_vision.detections import Float64Array
from deskcheck_vision.taxonomy import BY_ID

from deskcheck_models.errors import TrainingDataError
from deskcheck_models.targets import TAXONOMY_PREFIX


@dataclass(frozen=True, slots=True, eq=False)
class SetPicture:
    """One picture of a YOLO set.

    Attributes:
        path: the picture.
        names: (N,) label names of its boxes.
        cxcywh: (N, 4) float64 boxes as fractions of the picture.
        complete: every thing of an appended label is boxed.
        origin: which real set it is a view of; empty for composed and rendered pictures.
    """

    path: Path
    names: tuple[str, ...]
    cxcywh: Float64Array
    complete: bool
    origin: str = ""


def _origin(manifest: Path, row: dict[str, str]) -> str:
    """Return the real set that a picture is a view of; views that may not teach are refused."""
    if row["kind"] != "real":
        return ""
    shown = row.get("picture")
    if not shown:
        raise TrainingDataError(path=manifest, reason="it does not say of what its real views are; make the set again")
    if role_of(shown) is not Role.TRAIN:
        raise TrainingDataError(path=manifest, reason=f"{row['file']} is a view of {shown}, which must not teach")
    return row["origin"]


def read_set(folder: Path) -> list[SetPicture]:
    """Read a YOLO set with its manifest; a set without one counts as complete.

    A set whose classes are all taxonomy ids names things by class, not by label: see ``targets.taught``.

    Raises:
        YoloSetError: the set is broken.
        TrainingDataError: a picture of the manifest is absent, or is a view of one that decides or checks.
    """
    names = read_names(folder)
    prefix = TAXONOMY_PREFIX if set(names) <= set(BY_ID) else ""
    manifest = folder / "manifest.csv"
    if manifest.is_file():
        with manifest.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        listed = [(row["file"], row["complete"] == "1", _origin(manifest, row)) for row in rows]
    else:
        listed = [(path.name, True, "") for path in sorted((folder / "images").iterdir())]
    pictures = []
    for file, complete, origin in listed:
        path = folder / "images" / file
        if not path.is_file():
            raise TrainingDataError(path=path, reason="the manifest names it, but it is absent")
        boxes = read_labels((folder / "labels" / file).with_suffix(".txt"))
        told = tuple(prefix + names[index] for index in boxes.class_id.tolist())
        pictures.append(SetPicture(path, told, boxes.cxcywh, complete, origin))
    return pictures
