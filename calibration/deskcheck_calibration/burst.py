"""Several frames of a resting scene to one: what stands where, in how many of the frames that showed its place.

A thing counts with its share of the frames in which its place could be seen: behind a person it is not seen, which is
not the same as absent. Nothing is decided by one frame: a thing needs two sightings, and a place is as well seen as in
the second best frame. Every function gives the same whatever the order of the frames before the last one
(docs/adr/0027-bursts.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from types import MappingProxyType

import numpy as np
from deskcheck_vision.detections import Float64Array
from deskcheck_vision.taxonomy import BY_ID

from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.visibility import PlaceSight

_SAME_PLACE_CM = 4.0
_LEAST_SIGHTINGS = 2
# Points along each side of a box by which is told how much of it is covered.
_GRID = 5
# A thing stands in front of another where its lower edge is lower by this share of the other's height.
_IN_FRONT = 0.25
_HIDING_HEIGHT_CM = 5.0

_Sighting = tuple[int, PlacedItem]


@dataclass(frozen=True, slots=True, eq=False)
class FrameItems:
    """What one frame shows.

    Attributes:
        items: the placed items.
        persons_xyxy: (N, 4) boxes of people, px.
        touched: indices of items that may be in a person's hand.
    """

    items: tuple[PlacedItem, ...]
    persons_xyxy: Float64Array
    touched: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Fused:
    """What all frames show together.

    Attributes:
        items: what stands on the desk; those of which that is not sure ``is_fleeting``.
        passing: what was there for too few frames to count.
        touched: indices of items that may be in a hand: no frame shows them free of people.
    """

    items: tuple[PlacedItem, ...]
    passing: tuple[PlacedItem, ...] = ()
    touched: frozenset[int] = frozenset()


def fuse_frames(frames: Sequence[FrameItems], common: Mapping[str, float]) -> Fused:
    """Return what stands on the desk, of one frame just what it shows.

    Sightings of a class in different frames are one thing where each is as near to every other as what is known of
    them allows; nearest first, at most one of each frame. The sighting in the middle of them speaks, with the median
    of their confidences. Items of the last frame keep their index, others get negative ones.

    Args:
        frames: at least one, oldest first; px of all are the same, as of a fixed camera.
        common: the parameters that all rules share: ``seen_share``, ``passing_share``, ``covered_share``,
            ``hidden_share``.
    """
    if len(frames) == 1:
        return Fused(frames[0].items, touched=frames[0].touched)
    items: list[PlacedItem] = []
    passing: list[PlacedItem] = []
    touched: set[int] = set()
    for number, track in enumerate(_tracks([frame.items for frame in frames])):
        item = _settled(track, frames, common, -1 - number)
        if item.support < common["passing_share"]:
            passing.append(item)
            continue
        items.append(item)
        if all(one.index in frames[frame].touched for frame, one in track):
            touched.add(item.index)
    return Fused(tuple(items), tuple(passing), frozenset(touched))


def fuse_faint(frames: Sequence[Sequence[PlacedItem]], least_share: float) -> tuple[PlacedItem, ...]:
    """Return what was seen too unsurely to count in at least a share of the frames; of one frame all of it."""
    if len(frames) == 1:
        return tuple(frames[0])
    tracks = _tracks(frames)
    return tuple(_middle(track)[1] for track in tracks if len(track) >= least_share * len(frames))


def _tracks(frames: Sequence[Sequence[PlacedItem]]) -> list[list[_Sighting]]:
    """Group the sightings of all frames by thing, in an order that does not depend on that of the frames."""
    sightings = [(number, item) for number, items in enumerate(frames) for item in items]
    sightings.sort(key=lambda sighting: _order(sighting[1]))
    pairs = sorted(
        (_distance(one[1], other[1]), first, second)
        for (first, one), (second, other) in combinations(enumerate(sightings), 2)
        if one[0] != other[0] and is_same_place(one[1], other[1])
    )
    groups = {index: [index] for index in range(len(sightings))}
    for _, first, second in pairs:
        one, other = groups[first], groups[second]
        if one is not other and _may_be_one([sightings[i] for i in one], [sightings[i] for i in other]):
            one.extend(other)
            groups.update(dict.fromkeys(other, one))
    found = {id(members): members for members in groups.values()}.values()
    return [[sightings[index] for index in sorted(members)] for members in found]


def _may_be_one(first: Sequence[_Sighting], second: Sequence[_Sighting]) -> bool:
    """No frame shows both, and none is too far from any other: what is pushed along does not stay."""
    if {frame for frame, _ in first} & {frame for frame, _ in second}:
        return False
    return all(is_same_place(one, other) for _, one in first for _, other in second)


def _order(item: PlacedItem) -> tuple[float | str, ...]:
    return (item.item, -item.confidence, *item.centre_cm, *item.xyxy)


def _distance(first: PlacedItem, second: PlacedItem) -> float:
    dx, dy = first.centre_cm[0] - second.centre_cm[0], first.centre_cm[1] - second.centre_cm[1]
    return float((dx * dx + dy * dy) ** 0.5)


def is_same_place(first: PlacedItem, second: PlacedItem) -> bool:
    """Tell whether two sightings of different times are of one class and as near as what is known of them allows."""
    reach = max(_SAME_PLACE_CM, (first.uncertainty_cm + second.uncertainty_cm) / 2)
    return first.item == second.item and _distance(first, second) <= reach


def _middle(track: Sequence[_Sighting]) -> _Sighting:
    """The sighting that is nearest to all others, a whole and free one before others."""
    return min(
        track,
        key=lambda one: (one[1].is_hidden, one[1].is_cut, sum(_distance(one[1], other) for _, other in track),
                         _order(one[1])),
    )  # fmt: skip


def _settled(
    track: Sequence[_Sighting], frames: Sequence[FrameItems], common: Mapping[str, float], otherwise: int
) -> PlacedItem:
    """Return the one thing that some frames show, with how many of those that could."""
    speaks = _middle(track)[1]
    seen_in = {frame for frame, _ in track}
    shown = sum(number in seen_in or _shows(frame, speaks, common) for number, frame in enumerate(frames))
    support = len(track) / shown
    return replace(
        speaks,
        index=next((one.index for frame, one in track if frame == len(frames) - 1), otherwise),
        confidence=float(np.median([one.confidence for _, one in track])),
        support=support,
        shown_frames=shown,
        is_fleeting=len(track) < _LEAST_SIGHTINGS or support < common["seen_share"],
    )


def _shows(frame: FrameItems, item: PlacedItem, common: Mapping[str, float]) -> bool:
    """Tell whether a frame shows the place in which it does not show a thing."""
    left, top, right, bottom = item.xyxy
    at = (np.arange(_GRID) + 0.5) / _GRID
    x, y = np.meshgrid(left + at * (right - left), top + at * (bottom - top))
    covered = _within(x, y, frame.persons_xyxy)
    lower = bottom + _IN_FRONT * (bottom - top)
    before = [
        one.xyxy for one in frame.items if one.xyxy[3] > lower and BY_ID[one.item].size_cm[2] >= _HIDING_HEIGHT_CM
    ]
    hidden = _within(x, y, np.array(before, np.float64).reshape(-1, 4))
    return covered <= common["covered_share"] and hidden <= common["hidden_share"]


def _within(x: Float64Array, y: Float64Array, boxes: Float64Array) -> float:
    inside = np.zeros(x.shape, np.bool_)
    for left, top, right, bottom in boxes:
        inside |= (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    return float(inside.mean())


def fuse_sights(frames: Sequence[Mapping[str, PlaceSight]], common: Mapping[str, float]) -> Mapping[str, PlaceSight]:
    """Return of each place what the second best frame shows of it, of one frame what that shows.

    So a place is not called empty by the one frame in which somebody held what belongs there.
    """
    if len(frames) == 1:
        return frames[0]
    return MappingProxyType({place: _second_best([sights[place] for sights in frames], common) for place in frames[-1]})


def _second_best(sights: Sequence[PlaceSight], common: Mapping[str, float]) -> PlaceSight:
    shown = sum(sight.shares().unseen(common) is None for sight in sights)
    return replace(sorted(sights, key=_worst_last)[1], shown_frames=shown)


def _worst_last(sight: PlaceSight) -> tuple[float, float, float, float]:
    shares = sight.shares()
    return (shares.covered_share, -shares.visible_share, shares.hidden_share, -shares.scale_px_per_cm)
