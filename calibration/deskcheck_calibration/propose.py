"""A layout drafted from pictures of a tidy window: what stands where, how often, how far apart.

Things of one class that stand in the same place in several pictures become a home zone there. People correct the
draft and another person approves it: nothing here decides what is allowed.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import numpy as np
import shapely
from deskcheck_vision.detections import Detections, Float64Array
from deskcheck_vision.taxonomy import BY_ID, CLASSES, DefaultPolicy, ItemClass

from deskcheck_calibration.compare import common_parameters
from deskcheck_calibration.layout import HomeZone, Layout, PointCm, PolicyKind, PolygonCm
from deskcheck_calibration.place_fit import FittedPlace, Sighting, fit_place, sightings_of
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.placing import place_items
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.rules.parameters import defaults
from deskcheck_calibration.scene import PlaceView
from deskcheck_calibration.visibility import place_views

MOST_PICTURES = 20
# A thing put back by hand lies about so far from where it lay; further apart, two places are meant.
_REACH_CM = 9.0
# Of the pictures that show its place: seen so often it belongs there; more seldom it was there by chance.
_REQUIRED_SHARE = 0.8
_ALLOWED_SHARE = 0.4
_LEAST_FOR_REQUIRED = 2
# A zone is a little larger than the thing, as people draw it.
_MARGIN_CM = 1.0
_RETURNING = frozenset({"cup", "tissue"})


class NoZone(StrEnum):
    """Why no home zone was drafted where something stood."""

    FORBIDDEN = "forbidden"
    SELDOM = "seldom"
    UNSURE = "unsure"
    OFF_DESK = "off_desk"


@dataclass(frozen=True, slots=True, eq=False)
class TidyPicture:
    """One picture of a window as it should look.

    Attributes:
        detections: what the detector found, people included.
        plane: the desk in it.
    """

    detections: Detections
    plane: DeskPlane


@dataclass(frozen=True, slots=True)
class ProposedPlace:
    """Where things of one class stood.

    Attributes:
        item: taxonomy class id.
        centre_cm: where they belong, by all pictures together.
        uncertainty_cm: radius around it that holds the true place with ~95 %.
        seen: pictures that show one there.
        looked: pictures that show the place well enough to tell, at least ``seen``.
        spread_cm: how far from the centre it stood at most.
        zone: the home zone drafted there; None where none was.
        no_zone: why none was drafted.
    """

    item: str
    centre_cm: PointCm
    uncertainty_cm: float
    seen: int
    looked: int
    spread_cm: float
    zone: HomeZone | None = None
    no_zone: NoZone | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft and what it rests on.

    Attributes:
        layout: the layout given, with the drafted home zones in place of its own; relations whose classes have no
            zone any more are left out.
        places: every place, with a zone or without, class by class in the taxonomy's order, from left to right.
    """

    layout: Layout
    places: tuple[ProposedPlace, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
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

    def surface_cm(self) -> float:
        """Return the height of what most of them stand on."""
        return statistics.mode(sorted(one.item.height_cm for one in self.members.values()))


def propose_layout(pictures: Sequence[TidyPicture], base: Layout) -> Proposal:
    """Draft the home zones of a window.

    A place is required (``min_count`` 1) where at least four in five of the pictures that show it, and two at least,
    show a thing there, and allowed from two in five on. Its tolerance is the rule's own, or what the things lay apart
    where that is more.

    Args:
        pictures: 1 to ``MOST_PICTURES`` of the tidy window.
        base: its desk, surfaces, policies and hours; its own zones are not looked at.

    Raises:
        ValueError: no picture, or too many.
    """
    if not 1 <= len(pictures) <= MOST_PICTURES:
        raise ValueError(f"1 to {MOST_PICTURES} pictures are needed, got {len(pictures)}")
    lowest = common_parameters(base)["grey_low"]
    placed = [place_items(one.detections, one.plane, base.surfaces, min_confidence=lowest) for one in pictures]
    seen = [sightings_of(items, one.plane) for items, one in zip(placed, pictures, strict=True)]
    drafts = list(_drafts(seen, base))
    bare = replace(base, relations=(), zones=tuple(zone for _, _, zone in drafts if zone is not None))
    views = [
        place_views(bare, one.plane, one.detections, items, lowest) for one, items in zip(pictures, placed, strict=True)
    ]
    places = tuple(_judged(group, fitted, zone, views, base) for group, fitted, zone in drafts)
    zones = tuple(place.zone for place in places if place.zone is not None)
    at_home = {zone.item for zone in zones}
    relations = tuple(one for one in base.relations if {one.item, one.anchor} <= at_home)
    return Proposal(replace(base, zones=zones, relations=relations), places)


def _drafts(seen: Sequence[Sequence[Sighting]], base: Layout) -> Iterator[tuple[_Group, FittedPlace, HomeZone | None]]:
    """Yield every place with the zone that would be drawn there; None where it would lie off the desk."""
    for known in CLASSES:
        if _kind(known, base) is PolicyKind.IGNORED:
            continue
        groups = _groups(known.id, seen)
        for number, group in enumerate(groups, 1):
            fitted = fit_place(list(group.members.values()), group.surface_cm())
            polygon = _polygon(fitted, base)
            name = known.id if len(groups) == 1 else f"{known.id}-{number}"
            zone = None if polygon is None else HomeZone(name, known.id, polygon, returns=known.id in _RETURNING)
            yield group, fitted, zone


def _kind(known: ItemClass, base: Layout) -> PolicyKind:
    """Return what holds for a class anywhere on the desk: the layout's policy, else the taxonomy's default."""
    kinds = {policy.kind for policy in base.policies if policy.item == known.id}
    if kinds:
        return min(kinds, key=[PolicyKind.REQUIRED, PolicyKind.ZONE, PolicyKind.ALLOWED, PolicyKind.FORBIDDEN,
                               PolicyKind.IGNORED].index)  # fmt: skip
    if known.default_policy in (DefaultPolicy.CONTEXT, DefaultPolicy.ADVISORY):
        return PolicyKind.IGNORED
    return PolicyKind.FORBIDDEN if known.default_policy is DefaultPolicy.FORBIDDEN else PolicyKind.ALLOWED


def _groups(item: str, seen: Sequence[Sequence[Sighting]]) -> list[_Group]:
    """Return the places of one class from left to right; of each picture, at most one thing is in a place.

    Greedy by distance, begun with the picture that shows most; a second round assigns all anew to the centres found,
    so that nothing depends on the order of the pictures but ties.
    """
    own = {number: [one for one in items if one.item.item == item] for number, items in enumerate(seen)}
    groups: list[_Group] = []
    for _ in range(2):
        centres = [group.centre() for group in groups]
        members: list[dict[int, Sighting]] = [{} for _ in groups]
        for number in sorted(own, key=lambda number: -len(own[number])):
            _assign(number, own[number], centres, members)
        groups = [_Group(item, found) for found in members if found]
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


def _polygon(fitted: FittedPlace, base: Layout) -> PolygonCm | None:
    """Return the outline of a place: its footprint with a margin, turned as the thing is, within the desk."""
    wide, deep = (side + 2 * _MARGIN_CM for side in fitted.sides_cm)
    corners = cv2.boxPoints((fitted.centre_cm, (wide, deep), fitted.turn_deg))
    desk = shapely.box(0, 0, *base.desk_wh_cm)
    ground = shapely.union_all([desk, *(shapely.Polygon(surface.polygon_cm) for surface in base.surfaces)])
    part = shapely.Polygon(corners).intersection(ground)
    if part.geom_type != "Polygon" or part.area < 1.0:
        return None
    return tuple((round(x, 1), round(y, 1)) for x, y in list(part.exterior.coords)[:-1])


def _judged(
    group: _Group, fitted: FittedPlace, zone: HomeZone | None, views: Sequence[Mapping[str, PlaceView]], base: Layout
) -> ProposedPlace:
    """Say what the pictures tell about a place, and give it its counts and tolerance."""
    common = common_parameters(base)
    seen = len(group.members)
    place = ProposedPlace(group.item, fitted.centre_cm, fitted.uncertainty_cm, seen, seen, fitted.spread_cm)
    if zone is None:
        return replace(place, no_zone=NoZone.OFF_DESK)
    looked = sum(number in group.members or _is_shown(view[zone.id], common) for number, view in enumerate(views))
    place = replace(place, looked=looked)
    if _kind(BY_ID[group.item], base) is PolicyKind.FORBIDDEN:
        return replace(place, no_zone=NoZone.FORBIDDEN)
    if seen < _ALLOWED_SHARE * looked:
        return replace(place, no_zone=NoZone.SELDOM)
    if max(one.item.confidence for one in group.members.values()) < common["grey_high"]:
        return replace(place, no_zone=NoZone.UNSURE)
    required = seen >= max(_LEAST_FOR_REQUIRED, _REQUIRED_SHARE * looked)
    apart_cm = place.spread_cm
    tolerance_cm = float(math.ceil(apart_cm)) if apart_cm > usual_tolerance_cm(base) else None
    return replace(place, zone=replace(zone, min_count=int(required), tolerance_cm=tolerance_cm))


def _is_shown(view: PlaceView, common: Mapping[str, float]) -> bool:
    return view.unseen(common) is None and view.hidden_share <= common["hidden_share"]


def usual_tolerance_cm(layout: Layout) -> float:
    """Return how far beyond its zone a thing may lie in a photo where the zone says nothing of its own."""
    return {**defaults("V04"), **layout.parameters.get("V04", {})}["shift_photo_cm"]
