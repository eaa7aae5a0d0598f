"""Readers of the boxed and the unlabelled real pictures: one list of `RealPicture`, labels in the model's words."""

from __future__ import annotations

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
