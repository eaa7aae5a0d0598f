"""A layout is drafted from what stands in the same place in several pictures of a tidy window."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from deskcheck_calibration.layout import Policy, PolicyKind, Relation
from deskcheck_calibration.layout_file import dump_layout, load_layout
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.propose import MOST_PICTURES, NoZone, Proposal, TidyPicture, propose_layout
from deskcheck_calibration.shares import shape_of
from deskcheck_vision.detections import Detections
from deskcheck_vision.taxonomy import BY_ID

from tests.benchmarks.calibration.projected import box_of, camera, footprint, project
from tests.unit.calibration.conftest import make_layout

WH = (1280, 960)
DESK = (180.0, 70.0)
# Where a person with a phone stands: elevation and azimuth in degrees, distance in cm.
PLACES = ((45, 5, 230), (38, -20, 210), (55, 15, 240), (48, -8, 225), (42, 22, 235))
Thing = tuple[str, tuple[float, float]]
KEYBOARD, CUP, MOUSE = ("keyboard", (90.0, 55.0)), ("cup", (150.0, 50.0)), ("mouse", (125.0, 55.0))
BASE = make_layout(desk_wh_cm=DESK)


def picture(place: int, things: list[Thing], confidence: float = 0.9, person: bool = False) -> TidyPicture:
    """What a faultless detector sees of things that lie along the desk, from one of the places."""
    projection = camera(*PLACES[place % len(PLACES)], 1000, WH, DESK)
    corners = project(projection, np.array([[0, 0], [DESK[0], 0], [DESK[0], DESK[1]], [0, DESK[1]]]))
    rows = []
    for name, centre in things:
        size = np.array(BY_ID[name].size_cm)
        outline = footprint(centre, size, 0.0, is_round=name == "cup")
        rows.append((name, confidence, tuple(box_of(projection, outline, size[2]))))
    if person:
        rows.append(("person", 0.9, (0.0, 0.0, float(WH[0]), float(WH[1]))))
    plane = DeskPlane.from_corners([(float(x), float(y)) for x, y in corners], DESK, WH)
    return TidyPicture(Detections.from_rows(rows, WH), plane)


def moved(thing: Thing, x: float, y: float = 0.0) -> Thing:
    return thing[0], (thing[1][0] + x, thing[1][1] + y)


def zones(proposal: Proposal) -> dict[str, tuple[int, float | None]]:
    return {zone.id: (zone.min_count, zone.tolerance_cm) for zone in proposal.layout.zones}


def test_what_stands_in_one_place_in_all_pictures_is_required_there() -> None:
    found = propose_layout([picture(place, [KEYBOARD, CUP, MOUSE]) for place in range(5)], BASE)
    assert zones(found) == {"keyboard": (1, None), "mouse": (1, None), "cup": (1, None)}
    for place, (_, centre) in zip(found.places, (KEYBOARD, MOUSE, CUP), strict=True):
        assert (place.seen, place.looked, place.no_zone) == (5, 5, None)
        assert math.dist(place.centre_cm, centre) < 1.2
        assert place.spread_cm < 1.5
        assert place.zone is not None
        assert math.dist(shape_of(place.zone.polygon_cm).centroid.coords[0], centre) < 1.2
    keyboard = shape_of(found.layout.zones[0].polygon_cm)
    left, top, right, bottom = keyboard.bounds
    assert (right - left, bottom - top) == pytest.approx((46, 16), abs=3)
    assert [zone.returns for zone in found.layout.zones] == [False, False, True]


def test_the_draft_is_a_layout_file_that_reads_back() -> None:
    found = propose_layout([picture(place, [KEYBOARD, CUP]) for place in range(3)], BASE).layout
    assert load_layout(dump_layout(found)) == found


def test_how_often_it_is_seen_tells_required_from_allowed_from_chance() -> None:
    shown = [[KEYBOARD, CUP, MOUSE], [KEYBOARD, CUP], [KEYBOARD, CUP], [KEYBOARD], [KEYBOARD]]
    found = propose_layout([picture(place, things) for place, things in enumerate(shown)], BASE)
    assert zones(found) == {"keyboard": (1, None), "cup": (0, None)}
    (mouse,) = [place for place in found.places if place.item == "mouse"]
    assert (mouse.no_zone, mouse.zone, mouse.seen, mouse.looked) == (NoZone.SELDOM, None, 1, 5)


def test_pictures_in_which_somebody_covers_the_place_do_not_count_against_it() -> None:
    pictures = [picture(0, [KEYBOARD, CUP]), picture(1, [KEYBOARD, CUP]), picture(2, [KEYBOARD], person=True)]
    found = propose_layout(pictures, BASE)
    (cup,) = [place for place in found.places if place.item == "cup"]
    assert (cup.seen, cup.looked) == (2, 2)
    assert zones(found)["cup"] == (1, None)


def test_one_picture_requires_nothing() -> None:
    assert zones(propose_layout([picture(0, [KEYBOARD, CUP])], BASE)) == {"keyboard": (0, None), "cup": (0, None)}


def test_what_lies_further_apart_than_the_rule_allows_widens_the_tolerance() -> None:
    apart = [moved(CUP, step) for step in (-5.0, -2.0, 0.0, 2.0, 5.0)]
    found = propose_layout([picture(place, [cup]) for place, cup in enumerate(apart)], BASE)
    (zone,) = found.layout.zones
    assert zone.tolerance_cm == pytest.approx(6, abs=1)


def test_two_places_of_one_class_stay_two() -> None:
    other = ("cup", (30.0, 50.0))
    found = propose_layout([picture(place, [other, CUP][:: 1 - 2 * (place % 2)]) for place in range(4)], BASE)
    assert zones(found) == {"cup-1": (1, None), "cup-2": (1, None)}
    assert [round(place.centre_cm[0], -1) for place in found.places] == [30, 150]


def test_one_wrong_place_does_not_pull_the_others() -> None:
    things = [CUP, CUP, CUP, CUP, moved(CUP, 7.5)]
    (place,) = propose_layout([picture(place, [cup]) for place, cup in enumerate(things)], BASE).places
    assert math.dist(place.centre_cm, CUP[1]) < 1.0


def test_nothing_depends_on_the_order_of_the_pictures() -> None:
    pictures = [picture(place, [KEYBOARD, moved(CUP, place - 2.0)]) for place in range(5)]
    forwards, backwards = propose_layout(pictures, BASE), propose_layout(pictures[::-1], BASE)
    for one, other in zip(forwards.places, backwards.places, strict=True):
        assert one.centre_cm == pytest.approx(other.centre_cm)
        assert (one.item, one.seen, one.no_zone) == (other.item, other.seen, other.no_zone)


def test_forbidden_things_get_no_zone_unless_the_window_allows_them() -> None:
    bag = ("bag", (40.0, 40.0))
    pictures = [picture(place, [bag]) for place in range(3)]
    (place,) = propose_layout(pictures, BASE).places
    assert (place.no_zone, place.zone) == (NoZone.FORBIDDEN, None)
    allowed = replace(BASE, policies=(Policy("bag", PolicyKind.ALLOWED),))
    assert list(zones(propose_layout(pictures, allowed))) == ["bag"]
    ignored = replace(BASE, policies=(Policy("bag", PolicyKind.IGNORED),))
    assert propose_layout(pictures, ignored).places == ()


@pytest.mark.parametrize(
    ("confidences", "drafted"),
    [([0.5] * 2, False), ([0.5] * 3, True), ([0.25] * 5, False), ([0.3] * 5, True), ([0.65, 0.25, 0.25], True)],
)
def test_several_unsure_looks_count_as_a_sure_one(confidences: list[float], drafted: bool) -> None:
    (place,) = propose_layout([picture(n, [CUP], sure) for n, sure in enumerate(confidences)], BASE).places
    assert place.seen == len(confidences)
    assert (place.no_zone is None, place.no_zone is NoZone.UNSURE) == (drafted, not drafted)


def test_unsure_looks_in_different_places_draft_nothing() -> None:
    looks = [picture(n, [("cup", (30.0 + 25 * n, 50.0))], 0.5) for n in range(5)]
    proposal = propose_layout(looks, BASE)
    assert proposal.layout.zones == ()
    assert {place.no_zone for place in proposal.places} == {NoZone.SELDOM}


def test_one_thing_boxed_twice_gets_one_zone() -> None:
    twice = ("keyboard", (93.0, 57.0))
    proposal = propose_layout([picture(n, [KEYBOARD, twice]) for n in range(4)], BASE)
    assert list(zones(proposal)) == ["keyboard"]
    assert sorted(str(place.no_zone) for place in proposal.places) == ["None", "same_thing"]


def test_a_single_picture_gets_places_with_wider_uncertainty_than_several() -> None:
    (one,) = propose_layout([picture(0, [KEYBOARD])], BASE).places
    (five,) = propose_layout([picture(n, [KEYBOARD]) for n in range(5)], BASE).places
    assert math.dist(one.centre_cm, KEYBOARD[1]) <= one.uncertainty_cm
    assert math.dist(five.centre_cm, KEYBOARD[1]) <= five.uncertainty_cm < one.uncertainty_cm


def test_relations_between_things_without_a_zone_are_left_out() -> None:
    beside = Relation("beside", "cup", "keyboard")
    gone = Relation("gone", "telephone", "monitor")
    base = replace(BASE, relations=(beside, gone))
    found = propose_layout([picture(place, [KEYBOARD, CUP]) for place in range(2)], base).layout
    assert found.relations == (beside,)


@pytest.mark.parametrize("count", [0, MOST_PICTURES + 1])
def test_so_many_pictures_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="pictures are needed"):
        propose_layout([picture(0, [])] * count, BASE)
