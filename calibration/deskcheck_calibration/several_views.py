"""Several views of one window at about the same time to one: what stands where, and how well each place is seen.

Views are put together as things and places, never as verdicts: the rules then run once over all that was seen, so that
a count is one count and what one view misses another may show (docs/adr/0020-partial-views.md). Every function gives
the same whatever the order of the views.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations
from types import MappingProxyType

import numpy as np
from deskcheck_vision.taxonomy import BY_ID

from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.scene import Comparison, PlaceView, Region
from deskcheck_calibration.shares import share
from deskcheck_calibration.visibility import PlaceSight

# Of one window; what each adds is looked at with every choice of the others.
MOST_VIEWS = 8
# 99 % of the squared distances, in standard deviations, of two views of one thing (chi square of two freedoms).
_ALIKE = 9.21
# Two solid things do not share half of the place of either.
_ONE_PLACE = 0.5
# Lower things lie on and under others: a cup on a paper is not a dispute about what is there.
_FLAT_CM = 3.0
# A class that much surer than another speaks for the thing that both are about.
_SURER = 0.25
# Of the smaller of two regions so much has to lie in the other for both to be about one thing.
_SAME_REGION = 0.3


def fuse_places(views: Sequence[Mapping[str, PlaceSight]]) -> Mapping[str, tuple[PlaceView, ...]]:
    """Return place -> the ways in which it is seen: by each view, by each two of them together, and so on.

    Of several views together a point is seen where any of them shows it, at the scale of the least sharp one. A rule
    takes the way that is best for the class it asks about. All ways of before are still there with one view more; one
    way for all views would not do: a view that shows a new point behind a person would take from what the others show.

    Args:
        views: of each picture, its places; 1 to ``MOST_VIEWS`` pictures.

    Raises:
        ValueError: none, or more pictures than that.
    """
    if not 1 <= len(views) <= MOST_VIEWS:
        raise ValueError(f"1 to {MOST_VIEWS} views can be put together, not {len(views)}")
    return MappingProxyType({place: _ways([sights[place] for sights in views]) for place in views[0]})


def _ways(sights: Sequence[PlaceSight]) -> tuple[PlaceView, ...]:
    meant = float(np.logical_or.reduce([sight.meant for sight in sights]).mean())
    problem = min((sight.problem for sight in sights if sight.problem is not None), default=None)
    usable = [sight for sight in sights if sight.problem is None] or list(sights[:1])
    groups = chain.from_iterable(combinations(usable, count) for count in range(len(usable), 0, -1))
    ways = {replace(_united(group), meant_share=meant, problem=problem) for group in groups}
    return tuple(sorted(ways, key=lambda way: (-way.visible_share, way.covered_share, way.hidden_share,
                                               -way.scale_px_per_cm)))  # fmt: skip


def _united(sights: Sequence[PlaceSight]) -> PlaceView:
    visible = np.logical_or.reduce([sight.visible for sight in sights])
    bare = np.logical_or.reduce([sight.visible & ~sight.covered for sight in sights])
    clear = np.logical_or.reduce([sight.visible & ~sight.covered & ~sight.hidden for sight in sights])
    behind = np.logical_and.reduce([sight.hidden | ~sight.visible for sight in sights]) & visible
    return PlaceView(
        visible_share=float(visible.mean()),
        covered_share=float((visible & ~bare).mean()),
        hidden_share=float(((bare & ~clear) | behind).mean()),
        scale_px_per_cm=min(sight.scale_px_per_cm for sight in sights),
        shown_frames=max(sight.shown_frames for sight in sights),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two sightings of one class in two views that may be one thing."""

    first: int
    second: int
    distance2: float
    overlaps: bool


def fuse_placed(views: Sequence[Sequence[PlacedItem]]) -> tuple[PlacedItem, ...]:
    """Return the things that stand on the desk, each once, ``picture`` telling the view that speaks for it.

    Sightings of a class in different views are one thing where their places agree within their uncertainties, or where
    they share a place that two solid things cannot share; nearest first, at most one of each view. The sighting whose
    place is known best speaks, with the largest confidence of all. Places that overlap and disagree, and two classes
    for one thing of which neither is much surer, are disputed; a pair that may be two things is counted as both.

    Args:
        views: the placed items of each view.
    """
    sightings = [replace(item, picture=number) for number, items in enumerate(views) for item in items]
    sightings.sort(key=_order)
    pairs = sorted(_pairs(sightings), key=lambda pair: (pair.distance2, pair.first, pair.second))
    groups = {index: [index] for index in range(len(sightings))}
    for pair in pairs:
        first, second = groups[pair.first], groups[pair.second]
        taken = {sightings[index].picture for index in first}
        if first is not second and not taken & {sightings[index].picture for index in second}:
            first.extend(second)
            groups.update(dict.fromkeys(second, first))
    things = {id(members): members for members in groups.values()}.values()
    return _settled([_spoken_for([sightings[index] for index in sorted(members)]) for members in things])


def _order(item: PlacedItem) -> tuple[float | str, ...]:
    """Sort key by what a sighting is, never by which view it came from."""
    return (item.uncertainty_cm, item.item, *item.centre_cm, -item.confidence, *item.xyxy)


def _pairs(sightings: Sequence[PlacedItem]) -> list[_Pair]:
    found = []
    for (first, one), (second, other) in combinations(enumerate(sightings), 2):
        if one.item != other.item or one.picture == other.picture:
            continue
        distance2, overlaps = _distance2(one, other), _overlap(one, other) >= _ONE_PLACE
        if distance2 <= _ALIKE or overlaps:
            found.append(_Pair(first, second, distance2, overlaps))
    return found


def _distance2(one: PlacedItem, other: PlacedItem) -> float:
    """Squared distance of two centres in their standard deviations (Mahalanobis 1936)."""
    xx, xy, yy = (a + b for a, b in zip(one.centre_covariance_cm2, other.centre_covariance_cm2, strict=True))
    dx, dy = other.centre_cm[0] - one.centre_cm[0], other.centre_cm[1] - one.centre_cm[1]
    determinant = xx * yy - xy * xy
    if determinant <= 1e-12:
        return 0.0 if dx == dy == 0 else float("inf")
    return float((yy * dx * dx - 2 * xy * dx * dy + xx * dy * dy) / determinant)


def _overlap(one: PlacedItem, other: PlacedItem) -> float:
    """Return the larger share of either footprint that lies in the other."""
    return max(share(one.footprint_cm, other.footprint_cm), share(other.footprint_cm, one.footprint_cm))


def _spoken_for(sightings: Sequence[PlacedItem]) -> PlacedItem:
    """Return what several views say of one thing."""
    best = min(sightings, key=lambda item: (item.is_hidden, item.is_cut, *_order(item)))
    others = [item for item in sightings if item is not best]
    return replace(
        best,
        confidence=max(item.confidence for item in sightings),
        support=max(item.support for item in sightings),
        may_be_two=any(_overlap(best, item) == 0 for item in others),
        is_disputed=any(_distance2(best, item) > _ALIKE or _other_height(best, item) for item in others),
    )


def _other_height(best: PlacedItem, other: PlacedItem) -> bool:
    """Tell whether another view has a thing on another surface, and the one that speaks is not sure of its own."""
    low, _, high = best.raised_share
    return best.surface != other.surface and low < _ONE_PLACE <= high


def _settled(things: list[PlacedItem]) -> tuple[PlacedItem, ...]:
    """Settle what two views call differently; each thing gets a number of its own."""
    gone: set[int] = set()
    disputed: set[int] = set()
    things.sort(key=_order)
    for (first, one), (second, other) in combinations(enumerate(things), 2):
        if not _is_called_twice(one, other):
            continue
        if abs(one.confidence - other.confidence) >= _SURER:
            gone.add(first if one.confidence < other.confidence else second)
        else:
            disputed |= {first, second}
    kept = [
        replace(thing, is_disputed=True) if index in disputed else thing
        for index, thing in enumerate(things)
        if index not in gone
    ]
    return tuple(replace(thing, index=number) for number, thing in enumerate(kept))


def _is_called_twice(one: PlacedItem, other: PlacedItem) -> bool:
    """Tell whether two classes from two views are about one solid thing: both stand in the same place."""
    if one.item == other.item or one.picture == other.picture or one.surface != other.surface:
        return False
    if min(BY_ID[one.item].size_cm[2], BY_ID[other.item].size_cm[2]) < _FLAT_CM:
        return False
    shares = share(one.footprint_cm, other.footprint_cm), share(other.footprint_cm, one.footprint_cm)
    return min(shares) >= _ONE_PLACE


def touched_by_all(
    things: Sequence[PlacedItem], views: Sequence[Sequence[PlacedItem]], touched: Sequence[frozenset[int]]
) -> frozenset[int]:
    """Return the numbers of things that may be in a hand: none of the views that see one shows it free of people.

    Args:
        things: of ``fuse_placed``.
        views: the placed items of each view.
        touched: of each view, ``visibility.touched_items``.
    """
    free = [
        item for items, held in zip(views, touched, strict=True) for item in items if item.index not in held
    ]  # fmt: skip
    held_boxes = {
        (number, item.item, item.xyxy)
        for number, (items, held) in enumerate(zip(views, touched, strict=True))
        for item in items
        if item.index in held
    }
    return frozenset(
        thing.index
        for thing in things
        if (thing.picture, thing.item, thing.xyxy) in held_boxes
        and not any(item.item == thing.item and _overlap(item, thing) >= _ONE_PLACE for item in free)
    )


def fuse_comparisons(comparisons: Sequence[Comparison], visible_shares: Sequence[float]) -> Comparison:
    """Return what the comparisons of several views with their own approved pictures gave together.

    A region that two views show is one. How much of the desk was compared is the most that one view compared, since
    where two of them did is not known.

    Args:
        comparisons: one a view.
        visible_shares: share of the desk in each view's picture.
    """
    made = [number for number, comparison in enumerate(comparisons) if comparison.reason is None]
    if not made:
        return min(comparisons, key=lambda comparison: comparison.reason or "")
    regions = [replace(region, picture=number) for number in made for region in comparisons[number].regions]
    regions.sort(key=lambda region: (-region.score, region.area_cm2, region.polygon_cm))
    kept: list[Region] = []
    for region in regions:
        if not any(region.picture != other.picture and is_same_region(region, other) for other in kept):
            kept.append(region)
    compared = max(comparisons[number].compared_share * visible_shares[number] for number in made)
    return Comparison(tuple(kept), compared)


def is_same_region(one: Region, other: Region) -> bool:
    """Tell whether two regions of the desk are about one thing."""
    return max(share(one.polygon_cm, other.polygon_cm), share(other.polygon_cm, one.polygon_cm)) >= _SAME_REGION
