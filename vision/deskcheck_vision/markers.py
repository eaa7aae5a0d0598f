"""Position stickers (定位贴): AprilTag 36h11 tags that say which desk it is and which corner of it.

The family has 587 tags, fewer than a few centres have desks. So a desk's number is spread over the tags of its four
corners as a Reed-Solomon codeword of length 4 and dimension 2 over GF(139) (Reed and Solomon 1960): any two of its
tags name the desk, and two desks never share more than one tag. Tags: Wang and Olson, AprilTag 2: Efficient and robust
fiducial detection, 2016; found and read by OpenCV's ``aruco``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

import cv2
import numpy as np

from deskcheck_vision.detections import Float64Array, Uint8Array, read_only
from deskcheck_vision.quads import crossed_sides

CORNER_COUNT = 4
_FIELD = 139  # the largest prime of which four times as many tags exist
LARGEST_DESK_NUMBER = _FIELD * _FIELD - 1
# A tag of 36h11 has 6 x 6 bits, a black border of one bit, and needs a white one around it.
TAG_BITS = 8
_DICTIONARY = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
# Larger pictures are searched at this size; the corners are then refined in the picture itself.
_SEARCH_SIDE_PX = 2560
_LOOKS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Tag:
    """A tag seen in a picture.

    Attributes:
        id: in the family, 0 to 586.
        corners_px: (4, 2) float64 px, the black square's corners clockwise from the tag's own top left.
    """

    id: int
    corners_px: Float64Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "corners_px", read_only(self.corners_px))


@dataclass(frozen=True, slots=True)
class DeskTags:
    """The stickers of one desk that a picture shows.

    Attributes:
        number: the desk's.
        tags: desk corner (0 outer left, 1 outer right, 2 inner right, 3 inner left) -> its tag; at least two.
    """

    number: int
    tags: Mapping[int, Tag]


def tag_ids(number: int) -> tuple[int, int, int, int]:
    """Return the tags of a desk's corners: outer left, outer right, inner right, inner left.

    Raises:
        ValueError: the number is not 0 to ``LARGEST_DESK_NUMBER``.
    """
    if not 0 <= number <= LARGEST_DESK_NUMBER:
        raise ValueError(f"a desk number is 0 to {LARGEST_DESK_NUMBER}, got {number}")
    first, slope = number % _FIELD, number // _FIELD
    ids = [CORNER_COUNT * ((first + slope * corner) % _FIELD) + corner for corner in range(CORNER_COUNT)]
    return (ids[0], ids[1], ids[2], ids[3])


def corner_of(tag_id: int) -> int | None:
    """Return the desk corner that a tag is made for, None for a tag that is no sticker's."""
    return tag_id % CORNER_COUNT if 0 <= tag_id < CORNER_COUNT * _FIELD else None


def _named_by(first: int, second: int) -> int | None:
    """Return the number of the desk that has both tags, None where they are of one corner or no sticker's."""
    corner, other = corner_of(first), corner_of(second)
    if corner is None or other is None or corner == other:
        return None
    symbol, other_symbol = first // CORNER_COUNT, second // CORNER_COUNT
    slope = (other_symbol - symbol) * pow(other - corner, -1, _FIELD) % _FIELD
    return slope * _FIELD + (symbol - slope * corner) % _FIELD


def read_desks(tags: Sequence[Tag]) -> tuple[DeskTags, ...]:
    """Return the desks that the tags of a picture name, those with most tags first.

    Two tags of two different desks name a third one, which most often does not exist: whoever asks knows which numbers
    were given out, and that four corners of a tag lie square on the desk.
    """
    named: dict[int, dict[int, Tag]] = {}
    for first, second in combinations(tags, 2):
        number = _named_by(first.id, second.id)
        if number is not None:
            for tag in (first, second):
                named.setdefault(number, {})[tag.id % CORNER_COUNT] = tag
    order = sorted(named, key=lambda number: (-len(named[number]), number))
    return tuple(DeskTags(number, MappingProxyType(dict(sorted(named[number].items())))) for number in order)


def find_tags(image: Uint8Array) -> tuple[Tag, ...]:
    """Find the tags in a picture.

    Args:
        image: (H, W, 3) uint8 BGR.

    Returns:
        Tags by id; where a tag is seen twice (a sheet of stickers lies there) neither, since it names no place.
    """
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    scale = min(1.0, _SEARCH_SIDE_PX / max(grey.shape))
    small = grey if scale == 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found, ids, _ = cv2.aruco.ArucoDetector(_DICTIONARY, _parameters()).detectMarkers(small)
    if ids is None:
        return ()
    names = [int(name) for name in np.asarray(ids).ravel()]
    tags = []
    for tag_id, corners in zip(names, found, strict=True):
        if names.count(tag_id) == 1:
            start = (np.asarray(corners, np.float64).reshape(4, 2) + 0.5) / scale
            tags.append(Tag(tag_id, _refined(grey, start)))
    return tuple(sorted(tags, key=lambda tag: tag.id))


def _parameters() -> cv2.aruco.DetectorParameters:
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_NONE
    return parameters


def _refined(grey: Uint8Array, start: Float64Array) -> Float64Array:
    """Return corners (4, 2) where the sides of the black square cross, each fitted to where its grey changes most.

    A corner itself is rounded by blur and touched by the tag's own bits; its sides are straight and eight bits long.
    """
    reach = float(np.clip(0.45 * np.sqrt(cv2.contourArea(start.astype(np.float32))) / TAG_BITS, 1.0, 8.0))
    corners = start
    # What is found half-way between white and black leans to where it was looked for: each look begins at the last.
    for _ in range(_LOOKS):
        moved = _on_sides(grey, corners, reach)
        if moved is None or np.abs(moved - start).max() > 2 * reach:
            return start
        corners = moved
    return corners


def _on_sides(grey: Uint8Array, corners: Float64Array, reach: float) -> Float64Array | None:
    """Look for each side within ``reach`` px of it; None where half of a side shows no edge."""
    offsets = np.linspace(-reach, reach, 33)
    shares = np.linspace(0.08, 0.92, 25)[:, None]
    sides = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (end - start) / np.linalg.norm(end - start)
        inward = np.array([-along[1], along[0]])
        points = start * (1 - shares) + end * shares
        edges = _edges(_sampled(grey, points[:, None] + offsets[None, :, None] * inward), offsets)
        seen = ~np.isnan(edges)
        if seen.mean() < 0.5:
            return None
        sides.append(points[seen] + edges[seen, None] * inward)
    return crossed_sides(sides)


def _sampled(grey: Uint8Array, points: Float64Array) -> Float64Array:
    """Return the grey at points (M, K, 2) px, between px by bilinear interpolation, as (M, K)."""
    where = (points - 0.5).astype(np.float32)
    x, y = np.ascontiguousarray(where[..., 0]), np.ascontiguousarray(where[..., 1])
    return np.asarray(cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float64)


def _edges(profiles: Float64Array, offsets: Float64Array) -> Float64Array:
    """Return (M,) where profiles (M, K) fall from white to black: where they cross half way; NaN where they do not."""
    white, black = profiles[:, :6].mean(axis=1), profiles[:, -6:].mean(axis=1)
    half = ((white + black) / 2)[:, None]
    below = profiles < half
    first = below.argmax(axis=1)
    rows = np.arange(len(profiles))
    usable = (white - black > 20) & (first > 0)
    before = np.maximum(first - 1, 0)
    high, low = profiles[rows, before], profiles[rows, first]
    share = np.where(usable, (high - half[:, 0]) / np.maximum(high - low, 1e-9), np.nan)
    return np.asarray(np.where(usable, offsets[before] + share * (offsets[1] - offsets[0]), np.nan), np.float64)


def tag_image(tag_id: int, bit_px: int) -> Uint8Array:
    """Return a tag's black square, (8 bit_px, 8 bit_px) uint8, without the white around it."""
    side = TAG_BITS * bit_px
    return np.asarray(cv2.aruco.generateImageMarker(_DICTIONARY, tag_id, side, borderBits=1), np.uint8)
