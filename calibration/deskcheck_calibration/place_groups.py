"""Which things of several pictures stand in the same place."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from deskcheck_vision.detections import Float64Array

from deskcheck_calibration.place_fit import Sighting
from deskcheck_calibration.placed_item import PlacedItem

# A thing put back by hand lies about so far from where it lay; further apart, two places are meant.
_REACH_CM = 9.0
# Confidences are shares of right ones; what is seen in the same place in several pictures is wrong in all of them only
# so often. But one strange thing may be mistaken in every picture alike, so more is asked of several looks than of one.
_SURE_TOGETHER = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Things of one class in one place: number of the picture -> thing."""

    item: str
    members: Mapping[int, Sighting]

    def best(self) -> list[PlacedItem]:
        """Return those whose foot is seen; all where none is."""
        items = [one.item for one in self.members.values()]
        return [one for one in items if not one.is_hidden] or items

    def centre(self) -> Float64Array:
        """Return the rough centre (2,): each weighs as its place is known, one far from the others hardly at all."""
        points = np.array([one.centre_cm for one in self.best()])
        weights = np.array([max(one.uncertainty_cm, 0.3) ** -2 for one in self.best()])
        if len(points) > 2:
            away = np.linalg.norm(points - np.median(points, axis=0), axis=1)
            weights = np.where(away > max(3.0, 3 * float(np.median(away))), 1e-6 * weights, weights)
        return np.asarray(weights @ points / weights.sum(), np.float64)

    def is_sure(self, at_once: float) -> bool:
        """Tell whether one picture shows it surely, or all of them together."""
        confidences = np.array([one.item.confidence for one in self.members.values()])
        return bool(confidences.max() >= at_once or 1 - np.prod(1 - confidences) >= _SURE_TOGETHER)

    def surface_cm(self) -> float:
        """Return the height of what most of them stand on."""
        return statistics.mode(sorted(one.item.height_cm for one in self.members.values()))


def groups_of(item: str, seen: Sequence[Sequence[Sighting]]) -> list[Group]:
    """Return the places of one class from left to right; of each picture, at most one thing is in a place.

    Greedy by distance, begun with the picture that shows most; a second round assigns all anew to the centres found,
    so that nothing depends on the order of the pictures but ties.
    """
    own = {number: [one for one in items if one.item.item == item] for number, items in enumerate(seen)}
    groups: list[Group] = []
    for _ in range(2):
        centres = [group.centre() for group in groups]
        members: list[dict[int, Sighting]] = [{} for _ in groups]
        for number in sorted(own, key=lambda number: -len(own[number])):
            _assign(number, own[number], centres, members)
        groups = [Group(item, found) for found in members if found]
    return sorted(groups, key=lambda group: float(group.centre()[0]))


def _assign(
    number: int, items: Sequence[Sighting], centres: list[Float64Array], members: list[dict[int, Sighting]]
) -> None:
    """Put one picture's things into the nearest places, nearest pairs first; what is left begins places of its own."""
    pairs = sorted(
        (math.dist(one.item.centre_cm, centre), index, place)
        for index, one in enumerate(items)
        for place, centre in enumerate(centres)
    )
    free = set(range(len(items)))
    for distance, index, place in pairs:
        reach_cm = _REACH_CM + items[index].item.uncertainty_cm
        if index in free and number not in members[place] and distance <= reach_cm:
            members[place][number] = items[index]
            free.remove(index)
    for index in sorted(free):
        centres.append(np.array(items[index].item.centre_cm, np.float64))
        members.append({number: items[index]})
