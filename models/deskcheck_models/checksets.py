"""The held-out real pictures with their truth in the taxonomy, and which classes each set can judge."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from deskcheck_datasets.errors import DataFolderError
from deskcheck_datasets.readers import RealPicture, read_boxed
from deskcheck_datasets.splits import Role
from deskcheck_datasets.vocabulary import LABEL_NAMES
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.taxonomy import class_index

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


@dataclass(frozen=True, slots=True, eq=False)
class CheckPicture:
    """One held-out picture.

    Attributes:
        path: the picture.
        source: the set it comes from.
        real: what its source says about it.
    """

    path: Path
    source: str
    real: RealPicture

    def read(self) -> Uint8Array:
        """Return the picture as (H, W, 3) uint8 BGR.

        Raises:
            DataFolderError: it cannot be decoded.
        """
        image = cv2.imread(str(self.path), cv2.IMREAD_COLOR)
        if image is None:
            raise DataFolderError(path=self.path, reason="not a picture")
        return np.asarray(image, np.uint8)

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


def held_out(data_dir: Path, sets: tuple[str, ...] = HELD_OUT_SETS) -> list[CheckPicture]:
    """Return the held-out pictures of the sets named, in a fixed order.

    Raises:
        DataFolderError: a set is absent.
    """
    return [
        CheckPicture(real.path, source, real)
        for source in sets
        for real in read_boxed(data_dir, source)
        if real.role is Role.HELD_OUT
    ]
