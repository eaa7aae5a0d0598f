"""Which picture may teach, which may stop training, and which only ever checks.

The rule is a pure function of the picture's path inside the data folder, so it can neither drift between runs nor
depend on who lists the folder. Pictures that show the same original (a photo, its copy in ``rare_boxes``, its
cut-out) share one key and therefore one role.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from pathlib import PurePosixPath

# Cut-outs carry the first four letters of the folder they were cut from.
_CUTOUT_ORIGINS = {"prod": "product_photos", "webo": "webobj224", "calt": "caltech101", "clot": "clothing"}

# Originals copied into rare_boxes, which is the only real check of several counter classes.
RARE_ORIGINS: frozenset[str] = frozenset(
    {
        "product_photos/desk_organizer/c_desk_organizer",
        "product_photos/desk_organizer/l_desk_organizer",
        "product_photos/desk_phone/i_ip-phone",
        "product_photos/document_tray/a_tray",
        "product_photos/document_tray/l_document_tray",
        "product_photos/heater/b_heater",
        "product_photos/name_plate/a_book",
        "product_photos/printer/a_print",
        "product_photos/printer/b_printer",
        "product_photos/printer/j_printer",
        "product_photos/ring_binder/c_ring_binder",
        "product_photos/ring_binder/k_ring_file",
        "product_photos/rubber_stamp/j_rubber_stamp",
        "product_photos/scanner/a_scanner",
        "product_photos/tissue_box/k_box_tissue",
        "product_photos/trash_bin/j_trash_bin",
        "webobj224/desk_phone/83",
        "webobj224/desk_phone/84",
        "webobj224/desk_phone/98",
        "webobj224/desk_phone/99",
        "webobj224/desk_phone/img_0708",
    }
)

# Of these, the originals with a cut-out teach: of most such classes they are the only photograph there is. The
# others (telephones, a printer, a scanner, an organiser, a name plate) check.
RARE_TEACHING: frozenset[str] = RARE_ORIGINS - {
    "product_photos/desk_organizer/l_desk_organizer",
    "product_photos/desk_phone/i_ip-phone",
    "product_photos/name_plate/a_book",
    "product_photos/printer/a_print",
    "product_photos/scanner/a_scanner",
    "webobj224/desk_phone/99",
    "webobj224/desk_phone/img_0708",
}

# One-object folders with enough pictures to spare a part for choosing when to stop.
_ONE_OBJECT = frozenset({"product_photos", "webobj224", "caltech101", "clothing"})
_SPARES_VALIDATION = {
    "pen", "stapler", "mouse", "keyboard", "mobile_phone", "headphones", "laptop", "bottle", "book", "cup",
    "figurine_buddha", "umbrella", "scissors", "chair", "plant_bonsai", "fruit", "notebook", "lamp", "camera",
}  # fmt: skip
_VALIDATION_PERCENT = 20
_HELD_OUT_PERCENT = {"bottles_cups": 50, "fruit_boxes": 30}
_HELD_OUT_FOLDERS = frozenset({"desk_photos", "placer_boxes"})


class Role(StrEnum):
    """What a picture may be used for."""

    TRAIN = "train"
    VAL = "val"
    HELD_OUT = "held_out"


def percent_of(key: str) -> int:
    """Return a number in [0, 100) that depends on nothing but the key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % 100


def origin_key(path: str) -> str:
    """Return the key of the original that a picture shows: its path, or for a cut-out that of its source.

    Args:
        path: path inside the data folder with forward slashes, such as ``cutouts/photos/pen/webo_3.webp``.
    """
    parts = PurePosixPath(path)
    if parts.parts[:2] == ("cutouts", "photos"):
        prefix, _, stem = parts.stem.partition("_")
        return f"{_CUTOUT_ORIGINS.get(prefix, prefix)}/{parts.parts[2]}/{stem}"
    return str(parts.with_suffix(""))


def _original_of_copy(stem: str) -> str:
    """Return the original's key for a picture of rare_boxes, which joins the parts of the path by underscores."""
    return next((key for key in RARE_ORIGINS if key.replace("/", "_") == stem), stem)


def role_of(path: str) -> Role:
    """Return what the picture at a path inside the data folder may be used for.

    ``coco_mini`` and ``office_cctv`` keep their own validation part as held-out; ``desk_photos`` and
    ``placer_boxes`` only check; ``rare_boxes`` checks with the originals that were not cut out; a fixed part of
    ``bottles_cups`` and ``fruit_boxes`` is held out by hash.
    """
    key = origin_key(path)
    folder, *rest = key.split("/")
    if folder == "rare_boxes":
        key = _original_of_copy(rest[-1])
    if key in RARE_ORIGINS:
        return Role.TRAIN if key in RARE_TEACHING else Role.HELD_OUT
    if folder in _HELD_OUT_FOLDERS:
        return Role.HELD_OUT
    if folder == "coco_mini":
        return Role.HELD_OUT if "val2017" in rest else Role.TRAIN
    if folder == "office_cctv":
        return Role.HELD_OUT if "valid" in rest else Role.TRAIN
    if folder in _HELD_OUT_PERCENT:
        return Role.HELD_OUT if percent_of(f"{folder}/{rest[-1]}") < _HELD_OUT_PERCENT[folder] else Role.TRAIN
    spares = folder in _ONE_OBJECT and rest[0] in _SPARES_VALIDATION
    return Role.VAL if spares and percent_of(key) < _VALIDATION_PERCENT else Role.TRAIN
