"""Which picture may teach, which may stop training, and which only ever checks.

The rule is a pure function of the picture's path inside the data folder, so it can neither drift between runs nor
depend on who lists the folder. Pictures that show the same original (a photo, its copy in ``rare_boxes``, its
cut-out) share one key and therefore one role.
"""

from __future__ import annotations

import hashlib
import re
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
# Of what these boxed sets leave for teaching, a fixed part decides instead: when to stop, where thresholds lie. A
# decision taken on a held-out picture would make that picture's figures worthless.
_DECIDING_PERCENT = 30
_DECIDING_FOLDERS = frozenset({"coco_mini", "bottles_cups", "fruit_boxes", "office_cctv"})
# Whose publisher cut one recording into both of its parts: their held-out figures speak of rooms that were seen.
SHARED_RECORDINGS: frozenset[str] = frozenset({"office_cctv"})
_SECONDS_A_DAY = 86_400
# How frames of one ceiling camera are called: by camera, channel and time; by the second since 1970; by the player
# that saved them. An export adds ".rf." and a hash to each.
_CAMERA_FRAME = re.compile(r"(\d+-\d+-\d+-\d+_\d+_\d{8})\d+")
_EPOCH_FRAME = re.compile(r"(\d{10})-\d+")
_CLIP_FRAME = re.compile(r"(vlcsnap-\d{4}-\d\d-\d\d|frame)[-_]")


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


def recording_of(path: str) -> str:
    """Return the key of the recording that a picture is a frame of: one camera on one day; other pictures, themselves.

    Frames of one recording show the same room with the same things, so they must not part.

    Args:
        path: path inside the data folder with forward slashes.
    """
    key = origin_key(path)
    folder, *rest = key.split("/")
    if folder != "office_cctv":
        return key
    stem = rest[-1].partition(".rf.")[0]
    if frame := _CAMERA_FRAME.match(stem) or _CLIP_FRAME.match(stem):
        return f"{folder}/{frame[1]}"
    if frame := _EPOCH_FRAME.match(stem):
        return f"{folder}/day-{int(frame[1]) // _SECONDS_A_DAY}"
    return f"{folder}/{stem}"


def _teaching_or_deciding(path: str, folder: str) -> Role:
    """Return the role of a picture that is not held out: a fixed part of the boxed sets decides."""
    # Another word in front than for the held-out part, or the two parts would be cut from the same numbers.
    deciding = folder in _DECIDING_FOLDERS and percent_of(f"deciding/{recording_of(path)}") < _DECIDING_PERCENT
    return Role.VAL if deciding else Role.TRAIN


def role_of(path: str) -> Role:
    """Return what the picture at a path inside the data folder may be used for.

    ``coco_mini`` and ``office_cctv`` keep their own validation part as held-out; ``desk_photos`` and
    ``placer_boxes`` only check; ``rare_boxes`` checks with the originals that were not cut out; a fixed part of
    ``bottles_cups`` and ``fruit_boxes`` is held out by hash. Of what is left of these four boxed sets, about 30 %
    by hash is the validation part; frames of one recording of ``office_cctv`` stay together.
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
        return Role.HELD_OUT if "val2017" in rest else _teaching_or_deciding(path, folder)
    if folder == "office_cctv":
        return Role.HELD_OUT if "valid" in rest else _teaching_or_deciding(path, folder)
    if folder in _HELD_OUT_PERCENT:
        held = percent_of(f"{folder}/{rest[-1]}") < _HELD_OUT_PERCENT[folder]
        return Role.HELD_OUT if held else _teaching_or_deciding(path, folder)
    spares = folder in _ONE_OBJECT and rest[0] in _SPARES_VALIDATION
    return Role.VAL if spares and percent_of(key) < _VALIDATION_PERCENT else Role.TRAIN
