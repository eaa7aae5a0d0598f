"""Several frames of a resting scene to one: what stands where, and in how many frames it was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.scene import PlaceView

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


def fuse_views(frames: Sequence[Mapping[str, PlaceView]]) -> Mapping[str, PlaceView]:
    """Return of each place the frame that showed it best: what one frame hides another may show."""
    return MappingProxyType(
        {
            place: min(
                (views[place] for views in frames),
                key=lambda view: (view.covered_share, -view.visible_share, view.hidden_share),
            )
            for place in frames[-1]
        }
    )
