"""Properties of drafting: the order of pictures means nothing, truth lies in the radius, no argument is written to."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from deskcheck_calibration.layout import Layout
from deskcheck_calibration.place_fit import FittedPlace, Sighting, fit_place, sightings_of
from deskcheck_calibration.placing import place_items
from deskcheck_calibration.propose import Proposal, TidyPicture, propose_layout
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.calibration.conftest import make_layout
from tests.unit.calibration.test_propose import DESK, PLACES, Thing, picture

BASE: Layout = make_layout(desk_wh_cm=DESK)
# Far enough from each other and from the desk's rim that every order of them is the same desk.
SPOTS = {"keyboard": (60.0, 50.0), "cup": (150.0, 45.0), "mouse": (110.0, 55.0), "telephone": (25.0, 35.0)}
SHIFTS = st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))


@st.composite
def desks(draw: st.DrawFn) -> list[TidyPicture]:
    """One to five pictures of a desk on which things are put back a little otherwise, or are away now and then."""
    found = []
    for place in range(draw(st.integers(1, len(PLACES)))):
        things: list[Thing] = []
        for name, (x, y) in SPOTS.items():
            if draw(st.integers(0, 4)):
                dx, dy = draw(SHIFTS)
                things.append((name, (x + dx, y + dy)))
        found.append(picture(place, things, draw(st.floats(0.3, 0.95))))
    return found


def told(proposal: Proposal) -> list[tuple[object, ...]]:
    """What a proposal says but for the last digits."""
    return [
        (place.item, place.seen, place.looked, place.no_zone, place.zone and (place.zone.id, place.zone.min_count))
        for place in proposal.places
    ]


@settings(max_examples=25, deadline=None)
@given(desks(), st.randoms(use_true_random=False))
def test_the_order_of_the_pictures_means_nothing(pictures: list[TidyPicture], random: object) -> None:
    shuffled = list(pictures)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = propose_layout(pictures, BASE), propose_layout(shuffled, BASE)
    assert told(one) == told(other)
    for first, second in zip(one.places, other.places, strict=True):
        assert math.dist(first.centre_cm, second.centre_cm) < 0.01
        assert first.uncertainty_cm == pytest.approx(second.uncertainty_cm, rel=1e-3)
        assert first.spread_cm == pytest.approx(second.spread_cm, abs=0.01)


@settings(max_examples=25, deadline=None)
@given(desks())
def test_every_zone_lies_on_the_desk_around_its_place_and_is_counted_honestly(pictures: list[TidyPicture]) -> None:
    for place in propose_layout(pictures, BASE).places:
        assert 1 <= place.seen <= place.looked <= len(pictures)
        assert 0 < place.uncertainty_cm < 60
        assert (place.zone is None) is (place.no_zone is not None)
        if place.zone is not None:
            xs, ys = zip(*place.zone.polygon_cm, strict=True)
            assert -0.1 <= min(xs) < place.centre_cm[0] < max(xs) <= DESK[0] + 0.1
            assert -0.1 <= min(ys) < place.centre_cm[1] < max(ys) <= DESK[1] + 0.1
            assert place.zone.min_count == 0 or len(pictures) > 1


def fitted(name: str, centre: tuple[float, float], places: tuple[int, ...]) -> FittedPlace:
    found: list[Sighting] = []
    for place in places:
        one = picture(place, [(name, centre)])
        found += sightings_of(place_items(one.detections, one.plane, BASE.surfaces), one.plane)
    return fit_place(found)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["keyboard", "cup", "mouse"]), st.floats(40, 140), st.floats(25, 50))
def test_the_true_place_lies_within_the_stated_radius_and_more_pictures_say_more(name: str, x: float, y: float) -> None:
    one, five = fitted(name, (x, y), (0,)), fitted(name, (x, y), (0, 1, 2, 3, 4))
    assert math.dist(one.centre_cm, (x, y)) <= one.uncertainty_cm
    assert math.dist(five.centre_cm, (x, y)) <= five.uncertainty_cm < one.uncertainty_cm
    assert five.spread_cm < 1.0


@settings(max_examples=10, deadline=None)
@given(desks())
def test_no_argument_is_written_to(pictures: list[TidyPicture]) -> None:
    before = [(one.detections.xyxy.copy(), one.detections.confidence.copy()) for one in pictures]
    for one in pictures:
        assert not one.detections.xyxy.flags.writeable
        assert not one.plane.homography.flags.writeable
    propose_layout(pictures, replace(BASE))
    for one, (boxes, confidence) in zip(pictures, before, strict=True):
        assert np.array_equal(one.detections.xyxy, boxes)
        assert np.array_equal(one.detections.confidence, confidence)


def test_nothing_seen_is_nothing_drafted() -> None:
    empty = picture(0, [])
    assert sightings_of((), empty.plane) == []
    assert propose_layout([empty, empty], BASE).places == ()
