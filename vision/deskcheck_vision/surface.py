"""The grain of a desk's board, and where pieces of it are found again in another picture. Pure functions on arrays.

Corners of letters and keys are what features live on, and those are on things. The board itself has none, but it is
not blank either: fibres, speckles, veins and scratches a mm or two wide lie where they lie, and no other board has
them so. Held against each other piece by piece, by normalised cross-correlation (Lewis, Fast normalized
cross-correlation, 1995) of two pictures straightened to the desk's plane, they say whether it is the very same board
and where each piece of it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deskcheck_vision.detections import Float64Array, Uint8Array

Float32Array = NDArray[np.float32]
Int8Array = NDArray[np.int8]

# Light changes over hands' breadths, grain within a cm: what is wider than this is taken out, and what is left is
# brought to one strength all over.
_GRAIN_CM = 0.8
_NOISE_LEVELS = 2.0
_STEP_OF_GRAIN = 1 / 32
PIECE_CM = 12.0
_BETWEEN_CM = 10.0
# Of a piece this much has to be board that both pictures show.
_LEAST_USABLE = 0.85
# Pieces beside each other lie shifted about alike, within this.
_BESIDE_CM = 0.7
_NEIGHBOURS = ((-1, 0), (1, 0), (0, -1), (0, 1))
_SHARE_OF_NEIGHBOURS = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Pieces of a board and where they were found.

    Attributes:
        points_cm: (N, 2) float64, the middle of each.
        shift_cm: (N, 2) float64, by how much it was found beside its place.
        likeness: (N,) float64, correlation there, -1 to 1.
    """

    points_cm: Float64Array
    shift_cm: Float64Array
    likeness: Float64Array


def grain_of(straightened: Uint8Array, px_per_cm: float) -> Int8Array:
    """Return the grain of a straightened grey picture (H, W) uint8: (H, W) int8, 32 for one standard deviation."""
    level = straightened.astype(np.float32)
    sigma = _GRAIN_CM * px_per_cm
    fine = level - cv2.GaussianBlur(level, (0, 0), sigma)
    strength = np.sqrt(cv2.GaussianBlur(fine * fine, (0, 0), sigma)) + _NOISE_LEVELS
    return np.asarray(np.clip(fine / (strength * _STEP_OF_GRAIN), -127, 127), np.int8)


def find_pieces(
    known: Int8Array,
    usable: Uint8Array,
    seen: Int8Array,
    shown: Uint8Array,
    px_per_cm: float,
    reach_cm: float,
    *,
    together: bool = False,
) -> Pieces:
    """Look for every piece of a board near its own place.

    Args:
        known: (H, W) int8 grain of the board.
        usable: (H, W) uint8, 0 where things hide it.
        seen: (H, W) int8 grain of another picture straightened alike.
        shown: (H, W) uint8, 0 where that picture shows nothing.
        px_per_cm: scale of all four.
        reach_cm: how far beside its place to look.
        together: pieces beside each other help each other, which finds more and proves less.
    """
    size, reach = round(PIECE_CM * px_per_cm), round(reach_cm * px_per_cm)
    step = max(round(_BETWEEN_CM * px_per_cm), 1)
    both = cv2.integral((np.minimum(usable, shown) > 0).astype(np.uint8))
    around = cv2.copyMakeBorder(seen, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0).astype(np.float32)
    pattern = known.astype(np.float32)
    maps: dict[tuple[int, int], Float32Array] = {}
    for row, top in enumerate(range(0, known.shape[0] - size + 1, step)):
        for column, left in enumerate(range(0, known.shape[1] - size + 1, step)):
            bottom, right = top + size, left + size
            area = both[bottom, right] - both[top, right] - both[bottom, left] + both[top, left]
            if area >= _LEAST_USABLE * size * size:
                place = around[top : bottom + 2 * reach, left : right + 2 * reach]
                found = cv2.matchTemplate(place, pattern[top:bottom, left:right], cv2.TM_CCOEFF_NORMED)
                maps[row, column] = np.asarray(found, np.float32)
    points = np.array([(column * step + size / 2, row * step + size / 2) for row, column in maps], np.float64)
    peaks = _peaks(maps, round(_BESIDE_CM * px_per_cm), _SHARE_OF_NEIGHBOURS if together else 0.0)
    shape = (len(maps), 2)
    return Pieces(
        points.reshape(shape) / px_per_cm,
        np.array([(x - reach, y - reach) for x, y, _ in peaks], np.float64).reshape(shape) / px_per_cm,
        np.array([best for _, _, best in peaks], np.float64),
    )


def _peaks(maps: dict[tuple[int, int], Float32Array], beside_px: int, share: float) -> list[tuple[int, int, float]]:
    """Return x, y and likeness of the best place of each piece, its neighbours' near it counting by a share."""
    window = np.ones((2 * beside_px + 1, 2 * beside_px + 1), np.uint8)
    wide = {key: cv2.dilate(found, window) for key, found in maps.items()} if share else {}
    peaks = []
    for (row, column), found in maps.items():
        beside = [wide.get((row + down, column + right)) for down, right in _NEIGHBOURS]
        votes = found + share * sum((one for one in beside if one is not None), np.float32(0))
        _, _, _, (x, y) = cv2.minMaxLoc(np.asarray(votes, np.float32))
        peaks.append((x, y, float(found[y, x])))
    return peaks
