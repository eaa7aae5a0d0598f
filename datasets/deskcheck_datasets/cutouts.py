"""The cut-out objects that composing pastes: what each shows, how large it is, how it lies."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import cv2
import numpy as np
from deskcheck_vision.detections import Uint8Array

from deskcheck_datasets.errors import DataFolderError
from deskcheck_datasets.splits import Role, role_of
from deskcheck_datasets.vocabulary import CUTOUT_LABELS, label_of


class Pose(StrEnum):
    """How an object meets the desk."""

    FLAT = "flat"  # lies in the plane and is foreshortened with it
    LYING = "lying"  # lies in any direction but has a body: turned, hardly foreshortened
    UPRIGHT = "upright"  # stands: only scaled


@dataclass(frozen=True, slots=True)
class CutOut:
    """One object with transparent surroundings.

    Attributes:
        path: the WebP or PNG file with alpha.
        source_class: what its class list calls it.
        label: the model label it teaches, None for a distractor.
        long_side_cm: typical length of its longer picture side.
        pose: how it meets the desk.
    """

    path: Path
    source_class: str
    label: str | None
    long_side_cm: float
    pose: Pose

    def read(self) -> Uint8Array:
        """Return (H, W, 4) uint8 BGRA.

        Raises:
            DataFolderError: the file cannot be decoded or has no alpha.
        """
        picture = cv2.imread(str(self.path), cv2.IMREAD_UNCHANGED)
        if picture is None or picture.ndim != 3 or picture.shape[2] != 4:
            raise DataFolderError(path=self.path, reason="not a picture with alpha")
        return np.asarray(picture, np.uint8)


_SIZES_CM: dict[str, float] = {
    "backpack": 45, "book": 26, "bottle": 23, "box": 25, "calculator": 17, "camera": 14, "card": 15,
    "ceiling_fan": 60, "chair": 95, "chair_windsor": 95, "clock": 18, "clothes": 55, "correction_tape": 10,
    "cosmetics": 12, "cup": 11, "desk_organizer": 24, "desk_phone": 22, "desktop_pc": 65, "document_tray": 34,
    "drink": 19, "envelope": 22, "eraser": 6, "fan": 32, "figurine": 16, "figurine_buddha": 17,
    "file_basket (magazine file)": 26, "file_folder": 31, "food (vegetable)": 13, "fruit": 10, "glasses": 14,
    "globe": 28, "glue": 12, "handbag": 30, "hat": 28, "headphones": 19, "heater": 40, "hole_punch": 12, "jar": 15,
    "kettle": 24, "keyboard": 44, "lamp": 45, "laptop": 34, "longsleeve": 55, "misc_electronics": 12,
    "mobile_phone": 15, "monitor": 54, "mop": 110, "mouse": 11, "mouse_pad": 24, "newspaper": 32, "notebook": 22,
    "paper": 29.7, "paper_bag": 32, "paper_clip": 5, "paper_ream": 30, "pen": 14, "pen_holder": 17,
    "pen_holder (desk organiser)": 15, "pen_pack": 16, "pencil_case": 20, "pizza": 26, "plant_bonsai": 32,
    "plastic_bag": 32, "printer": 42, "printer_cartridge": 25, "remote": 17, "ring_binder": 32, "rubber_stamp": 8,
    "ruler": 22, "scissors": 17, "sharpener": 5, "snack": 14, "speaker": 22, "sponge": 11, "spray": 20,
    "stapler": 14, "stationery": 12, "sticky_notes": 9, "strawberry": 4, "suitcase": 55, "tablet": 25,
    "takeaway_food": 15, "tape": 9, "tape_measure": 7, "teddy": 26, "tissue_box": 23, "tissue_roll": 12, "towel": 30,
    "toy": 14, "toy (cards)": 9, "trash_bin": 32, "umbrella": 80, "vacuum": 110,
}  # fmt: skip
_FLAT = {
    "card", "envelope", "mouse_pad", "paper", "notebook", "ruler", "book", "file_folder", "keyboard", "tablet",
    "pen_pack",
}  # fmt: skip
_LYING = {
    "pen", "mobile_phone", "scissors", "glue", "eraser", "sharpener", "correction_tape", "stapler", "stationery",
    "remote", "snack", "strawberry", "paper_clip", "glasses", "cosmetics", "mouse", "tape_measure", "calculator",
    "fruit", "food (vegetable)", "clothes", "longsleeve", "towel", "headphones", "toy (cards)", "tape", "hole_punch",
    "misc_electronics",
}  # fmt: skip


def _pose_of(source_class: str) -> Pose:
    if source_class in _FLAT:
        return Pose.FLAT
    return Pose.LYING if source_class in _LYING else Pose.UPRIGHT


def load_cutouts(data_dir: Path, roles: frozenset[Role] = frozenset({Role.TRAIN})) -> tuple[CutOut, ...]:
    """List the cut-outs whose originals have one of the given roles.

    Args:
        data_dir: the data folder (holds ``cutouts/classes.csv``).
        roles: which parts of the split to list.

    Raises:
        DataFolderError: the class list is absent.
    """
    table = data_dir / "cutouts" / "classes.csv"
    if not table.is_file():
        raise DataFolderError(path=table, reason="the class list of the cut-outs is absent")
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return tuple(
        CutOut(
            path=data_dir / "cutouts" / row["file"],
            source_class=row["class"],
            label=CUTOUT_LABELS[row["file"]] if row["file"] in CUTOUT_LABELS else label_of(row["class"]),
            long_side_cm=_SIZES_CM.get(row["class"], 15.0),
            pose=_pose_of(row["class"]),
        )
        for row in rows
        if row["class"] != "class" and role_of(f"cutouts/{row['file']}") in roles
    )
