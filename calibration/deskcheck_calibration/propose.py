"""A layout drafted from pictures of a tidy window: what stands where, how often, how far apart.

Things of one class that stand in the same place in several pictures become a home zone there. People correct the
draft and another person approves it: nothing here decides what is allowed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import shapely
from deskcheck_vision.detections import Detections
from deskcheck_vision.taxonomy import BY_ID, CLASSES, DefaultPolicy, ItemClass

from deskcheck_calibration.compare import common_parameters
from deskcheck_calibration.layout import HomeZone, Layout, PointCm, PolicyKind, PolygonCm
from deskcheck_calibration.place_fit import FittedPlace, Sighting, fit_place, sightings_of
from deskcheck_calibration.place_groups import Group, groups_of
from deskcheck_calibration.placing import place_items
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.rules.parameters import defaults
from deskcheck_calibration.scene import PlaceView
from deskcheck_calibration.visibility import place_views

MOST_PICTURES = 20
# Of the pictures that show its place: seen so often it belongs there; more seldom it was there by chance.
_REQUIRED_SHARE = 0.8
_ALLOWED_SHARE = 0.4
_LEAST_FOR_REQUIRED = 2
# Below what counts as seen in one picture: seen in several, it counts all the same.
GLIMPSED_FROM = 0.2
# Two things of one class do not stand in one place: outlines that share so much of the smaller one are one thing that
# was boxed twice, such as a document camera and its head.
_SAME_THING_SHARE = 0.25
# A zone is a little larger than the thing, as people draw it.
_MARGIN_CM = 1.0
_RETURNING = frozenset({"cup", "tissue"})


class NoZone(StrEnum):
    """Why no home zone was drafted where something stood."""

    FORBIDDEN = "forbidden"
    SELDOM = "seldom"
    UNSURE = "unsure"
    SAME_THING = "same_thing"
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
    placed = [place_items(one.detections, one.plane, base.surfaces, min_confidence=GLIMPSED_FROM) for one in pictures]
    seen = [sightings_of(items, one.plane) for items, one in zip(placed, pictures, strict=True)]
    drafts = list(_drafts(seen, base))
    bare = replace(base, relations=(), zones=tuple(zone for _, _, zone in drafts if zone is not None))
    views = [
        place_views(bare, one.plane, one.detections, [item for item in items if item.confidence >= lowest], lowest)
        for one, items in zip(pictures, placed, strict=True)
    ]
    places = _numbered(_single(tuple(_judged(group, fitted, zone, views, base) for group, fitted, zone in drafts)))
    zones = tuple(place.zone for place in places if place.zone is not None)
    at_home = {zone.item for zone in zones}
    relations = tuple(one for one in base.relations if {one.item, one.anchor} <= at_home)
    return Proposal(replace(base, zones=zones, relations=relations), places)


def _drafts(seen: Sequence[Sequence[Sighting]], base: Layout) -> Iterator[tuple[Group, FittedPlace, HomeZone | None]]:
    """Yield every place with the zone that would be drawn there; None where it would lie off the desk."""
    for known in CLASSES:
        if _kind(known, base) is PolicyKind.IGNORED:
            continue
        groups = groups_of(known.id, seen)
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
    group: Group, fitted: FittedPlace, zone: HomeZone | None, views: Sequence[Mapping[str, PlaceView]], base: Layout
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
    if not group.is_sure(common["grey_high"]):
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


def _single(places: tuple[ProposedPlace, ...]) -> tuple[ProposedPlace, ...]:
    """Of zones of one class that lie on each other, leave the one that more pictures show, else the larger one."""
    kept: list[tuple[str, shapely.Polygon]] = []
    lost = set()
    shapes = [None if one.zone is None else shapely.Polygon(one.zone.polygon_cm) for one in places]
    areas = [0.0 if shape is None else float(shape.area) for shape in shapes]
    for number in sorted(range(len(places)), key=lambda one: (-places[one].seen, -areas[one], one)):
        shape = shapes[number]
        if shape is None:
            continue
        if any(
            name == places[number].item
            and shape.intersection(other).area >= _SAME_THING_SHARE * min(shape.area, other.area)
            for name, other in kept
        ):
            lost.add(number)
        else:
            kept.append((places[number].item, shape))
    return tuple(
        replace(one, zone=None, no_zone=NoZone.SAME_THING) if number in lost else one
        for number, one in enumerate(places)
    )


def _numbered(places: tuple[ProposedPlace, ...]) -> tuple[ProposedPlace, ...]:
    """Name the zones by their class, from left to right where it has several."""
    total = Counter(one.item for one in places if one.zone is not None)
    so_far: Counter[str] = Counter()
    named = []
    for one in places:
        if one.zone is not None:
            so_far[one.item] += 1
            name = one.item if total[one.item] == 1 else f"{one.item}-{so_far[one.item]}"
            one = replace(one, zone=replace(one.zone, id=name))  # noqa: PLW2901 -- the same place, named
        named.append(one)
    return tuple(named)
