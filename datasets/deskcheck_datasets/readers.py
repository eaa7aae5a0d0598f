"""Readers of the boxed and the unlabelled real pictures: one list of `RealPicture`, labels in the model's words."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from deskcheck_datasets.converters.yolo import YoloBoxes, label_path, pictures_of, read_labels, read_names
from deskcheck_datasets.errors import DataFolderError
from deskcheck_datasets.splits import Role, role_of
from deskcheck_datasets.vocabulary import LABEL_NAMES, THERMOS_BOXES, label_of

# Words of these sets that differ from the one-object folders' words.
_SET_WORDS: dict[str, dict[str, str | None]] = {
    "office_cctv": {"monitor": "tv", "phone": None},
    "desk_photos": {
        "monitor": "tv", "mobile_phone": "cell phone", "pen_holder": "pen holder", "toy": "figurine",
        "drink_can": "drink carton", "headphones": None, "tissue": "tissue",
    },
    "rare_boxes": {"monitor": "tv", "tray": "document tray"},
    "placer_boxes": {"notebook": "book"},
}  # fmt: skip
BOXED_SETS = (
    "coco_mini", "bottles_cups", "fruit_boxes", "office_cctv", "desk_photos", "rare_boxes", "placer_boxes",
)  # fmt: skip
ONE_OBJECT_SETS = ("product_photos", "webobj224", "caltech101", "clothing")
_UNLABELLED = ("scenes_unlabelled/nyu_indoor", "scenes_unlabelled/web", "desk_photos_unlabelled/images")


@dataclass(frozen=True, slots=True, eq=False)
class RealPicture:
    """A photograph with what its source says about it.

    Attributes:
        path: the picture.
        source: folder it comes from.
        role: what it may be used for.
        boxes: boxes whose class_id indexes ``LABEL_NAMES``; classes without a label are left out.
    """

    path: Path
    source: str
    role: Role
    boxes: YoloBoxes


def _label_ids(names: tuple[str, ...], source: str) -> list[int | None]:
    """Return the label index of every class of a set, None where it has no label."""
    words = _SET_WORDS.get(source, {})
    labels = [words[name] if name in words else label_of(name) for name in names]
    return [None if label is None else LABEL_NAMES.index(label) for label in labels]


def _boxes(source: str, stem: str, raw: YoloBoxes, label_ids: list[int | None]) -> YoloBoxes:
    ids: list[int] = []
    rows: list[int] = []
    for row, class_id in enumerate(raw.class_id.tolist()):
        label = label_ids[class_id]
        if source == "bottles_cups" and (stem, row) in THERMOS_BOXES:
            label = LABEL_NAMES.index("thermos")
        if label is not None:
            ids.append(label)
            rows.append(row)
    return YoloBoxes(np.array(ids, np.int64), raw.cxcywh[rows])


def read_boxed(data_dir: Path, source: str) -> list[RealPicture]:
    """Read one boxed set of the data folder.

    Args:
        data_dir: the data folder.
        source: one of ``BOXED_SETS``.

    Raises:
        DataFolderError: the set is absent.
        YoloSetError: a label file is broken.
    """
    folder = data_dir / source
    pictures = pictures_of(folder) if folder.is_dir() else []
    if not pictures:
        raise DataFolderError(path=folder, reason="no picture there")
    label_ids = _label_ids(read_names(folder), source)
    return [
        RealPicture(
            picture,
            source,
            role_of(picture.relative_to(data_dir).as_posix()),
            _boxes(source, picture.stem, read_labels(label_path(folder, picture)), label_ids),
        )
        for picture in pictures
    ]


def read_unlabelled(data_dir: Path) -> list[RealPicture]:
    """List the rooms, counters and desks that nobody has boxed, without boxes.

    Raises:
        DataFolderError: none is there.
    """
    empty = YoloBoxes(np.zeros(0, np.int64), np.zeros((0, 4)))
    paths = [path for part in _UNLABELLED for path in sorted((data_dir / part).glob("*.jpg"))]
    if not paths:
        raise DataFolderError(path=data_dir, reason="no unlabelled scene there")
    return [
        RealPicture(path, path.relative_to(data_dir).parts[0], role_of(path.relative_to(data_dir).as_posix()), empty)
        for path in paths
    ]


def read_one_object(data_dir: Path, source: str) -> list[RealPicture]:
    """Read one set of pictures of a single thing each, boxed by its outline on a plain ground.

    A picture whose box is doubtful is left out where its thing has a label, and stays without boxes where it has none.

    Args:
        data_dir: the data folder.
        source: one of ``ONE_OBJECT_SETS``.

    Raises:
        DataFolderError: the set or its ``auto_boxes.csv`` is absent.
    """
    folder = data_dir / source
    try:
        with (folder / "auto_boxes.csv").open(encoding="utf-8", newline="") as stream:
            rows = [row for row in csv.DictReader(stream) if row["class"] != "class"]
    except OSError as error:
        raise DataFolderError(path=folder / "auto_boxes.csv", reason=error.strerror or str(error)) from error
    pictures = []
    for row in rows:
        label = label_of(row["class"])
        # The table also lists pictures that its folder does not hold.
        if (label is not None and row["good"] != "1") or not (folder / row["file"]).is_file():
            continue
        left, top, right, bottom = (float(row[name]) for name in ("x0", "y0", "x1", "y1"))
        ids = [] if label is None else [LABEL_NAMES.index(label)]
        cxcywh = np.array([[(left + right) / 2, (top + bottom) / 2, right - left, bottom - top]])
        boxes = YoloBoxes(np.array(ids, np.int64), cxcywh[: len(ids)])
        pictures.append(RealPicture(folder / row["file"], source, role_of(f"{source}/{row['file']}"), boxes))
    return pictures
