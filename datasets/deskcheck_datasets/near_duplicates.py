"""Pictures that show the same thing in almost the same way: a leak where one of them teaches and the other checks.

A difference hash (the signs of the steps between neighbours of a 9 x 8 grey picture) finds candidates, mirrored ones
too; a correlation of 32 x 32 grey pictures, which a chance agreement of 64 signs does not survive, confirms them.
Crops, which a hash of the whole picture cannot see, are not found: recipes have to keep them apart by their source.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from deskcheck_vision.detections import Float32Array
from numpy.typing import NDArray

from deskcheck_datasets.errors import DataFolderError

MAX_DISTANCE = 6
LEAST_CORRELATION = 0.9
_THUMB_PX = 32
_HASH_WH = (9, 8)
_BLOCK = 1024
_FLAT = 1e-3  # a picture without any contrast is like every other one of its kind: no evidence

HashArray = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprints:
    """What is remembered of pictures.

    Attributes:
        paths: N pictures.
        digests: N SHA-256 of the files.
        hashes: (N,) uint64 difference hashes.
        mirrored: (N,) uint64 hashes of the mirrored pictures.
        thumbs: (N, 32, 32) float32, grey, mean 0 and norm 1; 0 throughout where there is no contrast.
    """

    paths: tuple[Path, ...]
    digests: tuple[str, ...]
    hashes: HashArray
    mirrored: HashArray
    thumbs: Float32Array


@dataclass(frozen=True, slots=True)
class Twin:
    """Two pictures that are the same, or nearly.

    Attributes:
        first, second: the pictures.
        distance: bits in which their hashes differ.
        correlation: of their small grey pictures.
        identical: the files are the same byte for byte.
        mirrored: one is the mirror picture of the other.
    """

    first: Path
    second: Path
    distance: int
    correlation: float
    identical: bool
    mirrored: bool


def difference_hash(grey: NDArray[np.uint8]) -> int:
    """Return the 64-bit difference hash of an (H, W) uint8 picture (Krawetz, 2013)."""
    small = cv2.resize(grey, _HASH_WH, interpolation=cv2.INTER_AREA).astype(np.int16)
    bits = (small[:, 1:] > small[:, :-1]).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def _thumb(grey: NDArray[np.uint8]) -> Float32Array:
    small = cv2.resize(grey, (_THUMB_PX, _THUMB_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
    small -= small.mean()
    norm = float(np.linalg.norm(small))
    return np.asarray(small / norm if norm > _FLAT * small.size else np.zeros_like(small), np.float32)


def fingerprints(paths: Sequence[Path], tick: Callable[[], None] = lambda: None) -> Fingerprints:
    """Look at pictures.

    Args:
        paths: picture files.
        tick: called after every picture.

    Raises:
        DataFolderError: a file is no picture.
    """
    digests, hashes, mirrored, thumbs = [], [], [], []
    for path in paths:
        data = path.read_bytes()
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) if data else None
        if grey is None:
            raise DataFolderError(path=path, reason="not a picture")
        told = np.asarray(grey, np.uint8)
        digests.append(hashlib.sha256(data).hexdigest())
        hashes.append(difference_hash(told))
        mirrored.append(difference_hash(np.ascontiguousarray(told[:, ::-1])))
        thumbs.append(_thumb(told))
        tick()
    return Fingerprints(
        tuple(paths),
        tuple(digests),
        np.array(hashes, np.uint64),
        np.array(mirrored, np.uint64),
        np.array(thumbs, np.float32).reshape(-1, _THUMB_PX, _THUMB_PX),
    )


def _candidates(first: HashArray, second: HashArray) -> list[tuple[int, int, int]]:
    """Return (index, index, distance) of every pair whose hashes differ in few bits."""
    found = []
    for start in range(0, len(first), _BLOCK):
        apart = np.bitwise_count(first[start : start + _BLOCK, None] ^ second[None])  # [N,M]
        rows, columns = np.nonzero(apart <= MAX_DISTANCE)
        found += [
            (start + row, column, int(apart[row, column]))
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ]
    return found


def twins(first: Fingerprints, second: Fingerprints) -> list[Twin]:
    """Return the pairs of a picture of the first and one of the second that are the same or nearly, by path."""
    found: dict[tuple[int, int], Twin] = {}
    for is_mirrored, hashes in ((False, second.hashes), (True, second.mirrored)):
        for row, column, distance in _candidates(first.hashes, hashes):
            other = second.thumbs[column][:, ::-1] if is_mirrored else second.thumbs[column]
            correlation = float((first.thumbs[row] * other).sum())
            identical = first.digests[row] == second.digests[column]
            if (identical or correlation >= LEAST_CORRELATION) and (row, column) not in found:
                found[row, column] = Twin(
                    first.paths[row],
                    second.paths[column],
                    distance,
                    round(correlation, 3),
                    identical,
                    is_mirrored and not identical,
                )
    return sorted(found.values(), key=lambda twin: (twin.first, twin.second))


def twins_within(pictures: Fingerprints) -> list[Twin]:
    """Return the pairs of different files of one set that are the same or nearly, each pair once."""
    return [twin for twin in twins(pictures, pictures) if twin.first < twin.second]
