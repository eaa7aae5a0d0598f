"""A record of a set that fits into the sources: what its labels were and how its pictures looked, by hash.

Pictures made again elsewhere are not the same byte for byte: renderers and JPEG encoders round differently. So a record
has the exact labels' SHA-256 and the pictures' difference hashes, which such differences move by a few bits at most.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from deskcheck_datasets.checks import Problem
from deskcheck_datasets.converters.yolo import label_path, pictures_of
from deskcheck_datasets.errors import SetRecordError
from deskcheck_datasets.near_duplicates import fingerprints

# Bits of 64 in which the same scene's hash may differ after another renderer's or encoder's rounding; two pictures that
# have nothing in common differ in about 32.
SAME_LOOK_BITS = 6
_COLUMNS = ("picture", "labels", "look")
_LABEL_DIGITS = 16


@dataclass(frozen=True, slots=True)
class PictureRecord:
    """What is recorded of one picture.

    Attributes:
        labels: first 16 hexadecimal digits of the SHA-256 of its label file; of nothing where it has none.
        look: its 64-bit difference hash.
    """

    labels: str
    look: int


def record_of(folder: Path, tick: Callable[[], None] = lambda: None) -> dict[str, PictureRecord]:
    """Return the record of a YOLO set, picture by picture.

    Args:
        folder: the set.
        tick: called after every picture.

    Raises:
        DataFolderError: a picture cannot be decoded.
        YoloSetError: the set has no pictures.
    """
    pictures = pictures_of(folder)
    looks = fingerprints(pictures, tick).hashes.tolist()
    return {
        picture.name: PictureRecord(_label_digest(label_path(folder, picture)), look)
        for picture, look in zip(pictures, looks, strict=True)
    }


def _label_digest(path: Path) -> str:
    # By lines: a checkout may have other line ends.
    told = "\n".join(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else ""
    return sha256(told.encode()).hexdigest()[:_LABEL_DIGITS]


def write_record(record: dict[str, PictureRecord], path: Path) -> None:
    """Write a record as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(_COLUMNS)
        rows.writerows((name, one.labels, f"{one.look:016x}") for name, one in sorted(record.items()))


def read_record(path: Path) -> dict[str, PictureRecord]:
    """Read a record.

    Raises:
        SetRecordError: the file is absent or no record.
    """
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            rows = csv.DictReader(stream)
            if tuple(rows.fieldnames or ()) != _COLUMNS:
                raise SetRecordError(path=path, reason=f"its columns are not {', '.join(_COLUMNS)}")
            return {row["picture"]: PictureRecord(row["labels"], int(row["look"], 16)) for row in rows}
    except (OSError, UnicodeDecodeError) as error:
        raise SetRecordError(path=path, reason=str(error)) from error
    except (TypeError, ValueError) as error:
        raise SetRecordError(path=path, reason="a row of it is broken") from error


def differences(made: dict[str, PictureRecord], recorded: dict[str, PictureRecord]) -> list[Problem]:
    """Return in what a set differs from its record: pictures too few or too many, other labels, another look."""
    problems = [Problem(name, "it is recorded, but absent") for name in sorted(recorded.keys() - made.keys())]
    problems += [Problem(name, "it is not in the record") for name in sorted(made.keys() - recorded.keys())]
    for name in sorted(made.keys() & recorded.keys()):
        mine, theirs = made[name], recorded[name]
        if mine.labels != theirs.labels:
            problems.append(Problem(name, "its labels are not the recorded ones"))
        apart = (mine.look ^ theirs.look).bit_count()
        if apart > SAME_LOOK_BITS:
            problems.append(Problem(name, f"it looks otherwise than recorded: {apart} of 64 bits"))
    return problems
