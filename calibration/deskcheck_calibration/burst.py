"""Several frames of a resting scene to one: what stands where, and in how many frames it was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.visibility import PlaceSight

_SAME_PLACE_CM = 4.0


def fuse_items(frames: Sequence[Sequence[PlacedItem]]) -> tuple[PlacedItem, ...]:
    """Return the items of the last frame and those only seen before it (index -1), with their share of the frames.

    Items are the same where their class is and their centres are nearer than what is known of them allows. One bad
    frame changes a support, never an item's presence.

    Args:
        frames: the placed items of each frame, oldest first; at least one frame.
    """
    tracks: list[list[PlacedItem]] = []
    for age, items in enumerate(reversed(frames)):
        free = list(range(len(tracks)))
        for item in items:
            same = [index for index in free if _is_same(tracks[index][0], item)]
            if same:
                nearest = min(same, key=lambda index: _distance(tracks[index][0], item))
                tracks[nearest].append(item)
                free.remove(nearest)
            else:
                tracks.append([replace(item, index=-1) if age else item])
    return tuple(replace(track[0], support=len(track) / len(frames)) for track in tracks)


def _distance(first: PlacedItem, second: PlacedItem) -> float:
    dx, dy = first.centre_cm[0] - second.centre_cm[0], first.centre_cm[1] - second.centre_cm[1]
    return float((dx * dx + dy * dy) ** 0.5)


def _is_same(first: PlacedItem, second: PlacedItem) -> bool:
    reach = max(_SAME_PLACE_CM, (first.uncertainty_cm + second.uncertainty_cm) / 2)
    return first.item == second.item and _distance(first, second) <= reach


def best_sights(frames: Sequence[Mapping[str, PlaceSight]]) -> Mapping[str, PlaceSight]:
    """Return of each place the frame that showed it best: what one frame hides another may show."""
    return MappingProxyType({place: min((sights[place] for sights in frames), key=_worst_last) for place in frames[-1]})


def _worst_last(sight: PlaceSight) -> tuple[float, float, float]:
    shares = sight.shares()
    return (shares.covered_share, -shares.visible_share, shares.hidden_share)
