"""Pictures with truth in the taxonomy: the real sets, and which classes each can judge; rendered folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from deskcheck_datasets.errors import DataFolderError
from deskcheck_datasets.readers import RealPicture, read_boxed
from deskcheck_datasets.splits import Role
from deskcheck_datasets.synthetic.truth import Truth as SceneTruth
from deskcheck_datasets.synthetic.truth import read_truth
from deskcheck_datasets.vocabulary import LABEL_NAMES
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.taxonomy import CLASSES, class_index

from deskcheck_models.labels import COCO_TAXONOMY, taxonomy_map
from deskcheck_models.matching import Truth

COCO_CLASSES: frozenset[str] = frozenset(COCO_TAXONOMY.values())
# Which taxonomy classes a set boxes wholly; None: only what the picture itself has a box of.
JUDGED: dict[str, frozenset[str] | None] = {
    "coco_mini": COCO_CLASSES,
    "bottles_cups": frozenset({"beverage_container", "cup"}),
    "fruit_boxes": frozenset({"food"}),
    "office_cctv": frozenset({"chair", "keyboard", "monitor", "person"}),
    "desk_photos": None,
    "rare_boxes": None,
    "placer_boxes": None,
}
HELD_OUT_SETS = tuple(JUDGED)
PHONE, CEILING = "phone", "ceiling"
_CEILING_SETS = frozenset({"office_cctv"})
# Of a rendered thing seen less than this, or smaller than this, nobody could tell what it is: see the YOLO rows that
# the same pictures teach with.
LEAST_VISIBILITY = 0.2
LEAST_SIDE_PX = 5.0


class JudgedPicture(Protocol):
    """A picture with truth."""

    @property
    def path(self) -> Path:
        """The picture."""

    @property
    def source(self) -> str:
        """The set it comes from."""

    @property
    def camera_kind(self) -> str:
        """``phone`` or ``ceiling``."""

    def read(self) -> Uint8Array:
        """Return the picture as (H, W, 3) uint8 BGR."""

    def truth(self, image_wh: tuple[int, int]) -> Truth:
        """Return what is boxed, for a picture of that size."""


def read_picture(path: Path) -> Uint8Array:
    """Return a picture as (H, W, 3) uint8 BGR.

    Raises:
        DataFolderError: it cannot be decoded.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise DataFolderError(path=path, reason="not a picture")
    return np.asarray(image, np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class CheckPicture:
    """One real picture.

    Attributes:
        path: the picture.
        source: the set it comes from.
        real: what its source says about it.
    """

    path: Path
    source: str
    real: RealPicture

    @property
    def camera_kind(self) -> str:
        """``ceiling`` for the office cameras, ``phone`` for all others."""
        return CEILING if self.source in _CEILING_SETS else PHONE

    def read(self) -> Uint8Array:
        """Return the picture as (H, W, 3) uint8 BGR.

        Raises:
            DataFolderError: it cannot be decoded.
        """
        return read_picture(self.path)

    def truth(self, image_wh: tuple[int, int]) -> Truth:
        """Return what is boxed, for a picture of that size."""
        table = taxonomy_map(LABEL_NAMES)
        names = [table[LABEL_NAMES[label]] for label in self.real.boxes.class_id.tolist()]
        known = np.array([name is not None for name in names], np.bool_)
        class_id = np.array([class_index(name) for name in names if name is not None], np.int64)
        whole = JUDGED[self.source]
        judged = frozenset(class_id.tolist()) if whole is None else frozenset(class_index(name) for name in whole)
        inside = np.isin(class_id, np.array(sorted(judged), np.int64))
        return Truth(class_id[inside], self.real.boxes.xyxy(image_wh)[known][inside], judged)


@dataclass(frozen=True, slots=True, eq=False)
class RenderedPicture:
    """One rendered picture, of which everything is known.

    Attributes:
        path: the picture.
        source: name of its folder.
        scene: what is in it.
    """

    path: Path
    source: str
    scene: SceneTruth

    @property
    def camera_kind(self) -> str:
        """As the record says; records that say nothing are of phone photos."""
        return str(getattr(self.scene, "camera_kind", PHONE))

    def read(self) -> Uint8Array:
        """Return the picture as (H, W, 3) uint8 BGR.

        Raises:
            DataFolderError: it cannot be decoded.
        """
        return read_picture(self.path)

    def truth(self, image_wh: tuple[int, int]) -> Truth:
        """Return what is boxed, for a picture of that size; every class is judged."""
        seen = [(item, item.box_xyxy) for item in self.scene.items if item.box_xyxy is not None]
        factor = np.tile(np.array(image_wh) / np.array(self.scene.image_wh), 2)
        xyxy = np.array([box for _, box in seen], np.float64).reshape(-1, 4)
        small = (xyxy[:, 2:] - xyxy[:, :2]).min(axis=1, initial=np.inf) < LEAST_SIDE_PX
        hidden = np.array([item.visibility < LEAST_VISIBILITY for item, _ in seen], np.bool_)
        class_id = np.array([class_index(item.class_id) for item, _ in seen], np.int64)
        return Truth(class_id, xyxy * factor, frozenset(range(len(CLASSES))), hidden | small)


def rendered(folder: Path) -> list[RenderedPicture]:
    """Return the pictures of a rendered folder (``images/`` and ``truth/*.json``), in a fixed order.

    Raises:
        DataFolderError: there is no record, or a record's picture is absent.
        TruthError: a record is of another format.
    """
    pictures = []
    for record in sorted((folder / "truth").glob("*.json")):
        scene = read_truth(record)
        path = folder / "images" / scene.picture
        if not path.is_file():
            raise DataFolderError(path=path, reason=f"{record.name} names it, but it is absent")
        pictures.append(RenderedPicture(path, folder.name, scene))
    if not pictures:
        raise DataFolderError(path=folder, reason="no record under truth/")
    return pictures


def of_role(data_dir: Path, role: Role, sets: tuple[str, ...] = HELD_OUT_SETS) -> list[CheckPicture]:
    """Return the real pictures of one role in the sets named, in a fixed order.

    Raises:
        DataFolderError: a set is absent.
    """
    return [
        CheckPicture(real.path, source, real)
        for source in sets
        for real in read_boxed(data_dir, source)
        if real.role is role
    ]


def held_out(data_dir: Path, sets: tuple[str, ...] = HELD_OUT_SETS) -> list[CheckPicture]:
    """Return the held-out pictures of the sets named, in a fixed order.

    Raises:
        DataFolderError: a set is absent.
    """
    return of_role(data_dir, Role.HELD_OUT, sets)
