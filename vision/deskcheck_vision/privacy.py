"""People made unrecognisable before a picture is kept."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from deskcheck_vision.boxes import as_boxes
from deskcheck_vision.detections import Detections, Int64Array, Uint8Array, read_only
from deskcheck_vision.taxonomy import INDEX

_MIN_BLOCK_PX = 12
# Faces of 16 x 16 blocks are still told apart by trained models (McPherson, Shokri and Shmatikov, "Defeating image
# obfuscation with deep learning", 2016). A head is at most about half of a person's box, so 8 blocks leave it 4.
_BLOCKS_ACROSS = 8
_MARGIN = 0.08
# Fewer greys per block than the average needs: what is left of the average's last bits is gone too.
_COLOUR_STEP = 16


@dataclass(frozen=True, slots=True, eq=False)
class PrivacyMask:
    """Where people were made unrecognisable, so that a picture can say so.

    Attributes:
        xyxy: (N, 4) int64, masked rectangles in px of the picture, margins included, clipped to it.
    """

    xyxy: Int64Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "xyxy", read_only(np.asarray(self.xyxy, np.int64).reshape(-1, 4)))

    def __len__(self) -> int:
        return len(self.xyxy)


@dataclass(frozen=True, slots=True, eq=False)
class MaskedPicture:
    """A picture that may be kept.

    Attributes:
        image: (H, W, 3) uint8, BGR, read-only.
        mask: where it was changed.
    """

    image: Uint8Array
    mask: PrivacyMask


def mask_people(
    image: Uint8Array, detections: Detections, *, min_confidence: float = 0.20, blocks_across: int = _BLOCKS_ACROSS
) -> MaskedPicture:
    """Replace everybody in a picture by a few large blocks of their average colour.

    The details are not hidden but gone: whatever was in a block, only its rounded average is kept.

    Args:
        image: (H, W, 3) uint8, BGR; never written to.
        detections: of this picture; only the class ``person`` counts, so look with a low confidence.
        min_confidence: a mask too many costs little, a face too many a lot: hence lower than for a judgement.
        blocks_across: blocks on a person's shorter side, at most 12; a block has at least 12 px.

    Raises:
        ValueError: the detections belong to a picture of another size, or ``blocks_across`` is out of range.
    """
    height, width = image.shape[:2]
    if detections.image_wh != (width, height):
        raise ValueError(f"detections are of a picture of {detections.image_wh}, not of {(width, height)}")
    if not 1 <= blocks_across <= 12:
        raise ValueError(f"blocks_across must be 1 to 12, got {blocks_across}")
    people = (detections.class_id == INDEX["person"]) & (detections.confidence >= min_confidence)
    mask = PrivacyMask(_with_margin(detections.xyxy[people], (width, height)))
    masked = image.copy()
    for left, top, right, bottom in mask.xyxy:
        region = masked[top:bottom, left:right]
        region[...] = _blocks(region, blocks_across)
    masked.flags.writeable = False
    return MaskedPicture(masked, mask)


def _with_margin(xyxy: np.ndarray[tuple[int, ...], np.dtype[np.float32]], image_wh: tuple[int, int]) -> Int64Array:
    """Return (N, 4) whole px, grown by the margin on every side and clipped; empty ones left out."""
    boxes = as_boxes(xyxy)
    margin = np.maximum(_MARGIN * (boxes[:, 2:] - boxes[:, :2]), 2.0)
    grown = np.concatenate([np.floor(boxes[:, :2] - margin), np.ceil(boxes[:, 2:] + margin)], axis=1)
    clipped: Int64Array = grown.clip(0, [*image_wh, *image_wh]).astype(np.int64)
    return clipped[(clipped[:, 2] > clipped[:, 0]) & (clipped[:, 3] > clipped[:, 1])]


def _blocks(region: Uint8Array, blocks_across: int) -> Uint8Array:
    """Return the region as blocks of one colour each; every block has at least the size asked for."""
    height, width = region.shape[:2]
    block_px = max(_MIN_BLOCK_PX, math.ceil(min(width, height) / blocks_across))
    grid_wh = max(1, width // block_px), max(1, height // block_px)
    average = cv2.resize(region, grid_wh, interpolation=cv2.INTER_AREA)
    rounded = np.asarray(average // _COLOUR_STEP * _COLOUR_STEP + _COLOUR_STEP // 2, np.uint8)
    return np.asarray(cv2.resize(rounded, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
