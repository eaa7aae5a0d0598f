"""The worst pictures on one sheet: what was missed, what was seen that is not there; people made unrecognisable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest

import cv2
import numpy as np
from deskcheck_vision.detections import Detections, Float64Array, Uint8Array
from deskcheck_vision.operating import believed
from deskcheck_vision.privacy import mask_people
from deskcheck_vision.taxonomy import CLASSES, INDEX

from deskcheck_models.checksets import JudgedPicture
from deskcheck_models.evaluate import Group
from deskcheck_models.matching import Truth, matched

COUNT = 30
_COLUMNS, _TILE_WH, _CAPTION_PX = 5, (384, 288), 22
_RIGHT, _MISSED, _FALSE, _INK, _PAPER = (90, 160, 60), (0, 120, 255), (200, 40, 200), (30, 30, 30), (250, 250, 250)
_PERSON = INDEX["person"]


@dataclass(frozen=True, slots=True, eq=False)
class Mistakes:
    """What is wrong in one picture at the operating points.

    Attributes:
        source: the set.
        picture: the picture.
        found: what is believed.
        truth: what is there.
        right: (N,) bool, detections that meet something, an optional thing included.
        missed: (M,) bool, things asked for that nothing met.
    """

    source: str
    picture: JudgedPicture
    found: Detections
    truth: Truth
    right: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    missed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

    @property
    def false(self) -> int:
        """Number of detections that meet nothing."""
        return int((~self.right).sum())

    @property
    def badness(self) -> tuple[float, int]:
        """One less F1, then the number of mistakes: the larger the worse."""
        lost = int(self.missed.sum())
        asked = int((~self.truth.optional).sum())
        right = asked - lost
        total = 2 * right + lost + self.false
        return (1 - 2 * right / total if total else 0.0), lost + self.false


def mistakes_of(source: str, picture: JudgedPicture, pair: tuple[Detections, Truth], points: Float64Array) -> Mistakes:
    """Compare one picture's detections with what is there.

    Args:
        source: name of the set.
        picture: the picture.
        pair: detections and truth.
        points: (C,) operating points.
    """
    every, truth = pair
    kept = believed(every, points)
    found = kept.select(np.isin(kept.class_id, np.array(sorted(truth.judged), np.int64)))
    meets = matched(found, truth)
    missed = ~truth.optional
    missed[meets[meets >= 0]] = False
    return Mistakes(source, picture, found, truth, np.asarray(meets >= 0), missed)


def worst(groups: Mapping[str, Group], points: Float64Array, count: int = COUNT) -> list[Mistakes]:
    """Return the worst pictures, the sets taking turns so that the hardest one does not fill the sheet alone."""
    ranked = []
    for source, group in groups.items():
        every = [mistakes_of(source, p, pair, points) for p, pair in zip(group.pictures, group.pairs, strict=True)]
        ranked.append(sorted((one for one in every if one.badness[1]), key=lambda one: one.badness, reverse=True))
    return [one for one in chain.from_iterable(zip_longest(*ranked)) if one is not None][:count]


def _without_faces(image: Uint8Array, one: Mistakes) -> Uint8Array:
    true = one.truth.xyxy[one.truth.class_id == _PERSON].astype(np.float32)
    seen = one.found.select(one.found.class_id == _PERSON)
    people = Detections(
        np.concatenate([seen.xyxy, true]),
        np.ones(len(seen) + len(true), np.float32),
        np.full(len(seen) + len(true), _PERSON, np.int64),
        one.found.image_wh,
    )
    return mask_people(image, people).image


def _tile(one: Mistakes) -> Uint8Array:
    image = _without_faces(one.picture.read(), one)
    factor = min(_TILE_WH[0] / image.shape[1], _TILE_WH[1] / image.shape[0])
    wh = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
    small = np.asarray(cv2.resize(image, wh, interpolation=cv2.INTER_AREA), np.uint8)
    for xyxy, right, class_id in zip(one.found.xyxy, one.right, one.found.class_id, strict=True):
        _box(small, xyxy * factor, _RIGHT if right else _FALSE, "" if right else CLASSES[int(class_id)].id)
    for xyxy, class_id in zip(one.truth.xyxy[one.missed], one.truth.class_id[one.missed], strict=True):
        _box(small, xyxy * factor, _MISSED, CLASSES[int(class_id)].id)
    tile = np.full((_TILE_WH[1] + _CAPTION_PX, _TILE_WH[0], 3), _PAPER, np.uint8)
    tile[_CAPTION_PX : _CAPTION_PX + wh[1], : wh[0]] = small
    words = f"{one.source}: {one.picture.path.stem[:22]}  missed {int(one.missed.sum())} false {one.false}"
    cv2.putText(tile, words, (4, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.42, _INK, 1, cv2.LINE_AA)
    return tile


def _box(image: Uint8Array, xyxy: Float64Array, colour: tuple[int, int, int], words: str) -> None:
    x1, y1, x2, y2 = (round(float(value)) for value in xyxy)
    cv2.rectangle(image, (x1, y1), (x2, y2), colour, 1 if colour == _RIGHT else 2)
    if words:
        place = (max(0, x1), max(10, y1 - 3))
        cv2.putText(image, words, place, cv2.FONT_HERSHEY_SIMPLEX, 0.38, _PAPER, 3, cv2.LINE_AA)
        cv2.putText(image, words, place, cv2.FONT_HERSHEY_SIMPLEX, 0.38, colour, 1, cv2.LINE_AA)


def sheet(pictures: list[Mistakes]) -> Uint8Array:
    """Return the sheet, (H, W, 3) uint8 BGR: green right, orange missed, magenta not there.

    Raises:
        DataFolderError: a picture cannot be read.
        ValueError: there is no picture.
    """
    if not pictures:
        raise ValueError("no picture for the sheet")
    tiles = [_tile(one) for one in pictures]
    while len(tiles) % _COLUMNS:
        tiles.append(np.full_like(tiles[0], 255))
    rows = [np.hstack(tiles[start : start + _COLUMNS]) for start in range(0, len(tiles), _COLUMNS)]
    return np.asarray(np.vstack(rows), np.uint8)
