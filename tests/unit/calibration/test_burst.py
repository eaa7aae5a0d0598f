"""Frames of a resting scene to one: what stays counts, what passes does not, what is covered is not absent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from deskcheck_calibration.burst import FrameItems, Fused, fuse_faint, fuse_frames, fuse_sights
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.rules.parameters import COMMON, defaults
from deskcheck_calibration.visibility import PlaceSight

from tests.unit.calibration.conftest import make_item

LIMITS = defaults(COMMON)
NOBODY = np.zeros((0, 4))
CUP = make_item("cup", 20, 20)
BAG = make_item("bag", 90, 20)


def seen(*items: PlacedItem, people: np.ndarray = NOBODY, touched: frozenset[int] = frozenset()) -> FrameItems:
    return FrameItems(items, people, touched)


def before(item: PlacedItem) -> np.ndarray:
    """A person who covers an item."""
    return np.array([item.xyxy], np.float64)


def fused(*frames: FrameItems) -> Fused:
    return fuse_frames(frames, LIMITS)


def test_one_frame_is_what_it_shows() -> None:
    assert fused(seen(CUP, BAG, touched=frozenset({1}))) == Fused((CUP, BAG), (), frozenset({1}))


def test_a_thing_that_stays_counts_once_and_the_sighting_in_the_middle_speaks() -> None:
    at = [make_item("cup", x, 20, confidence=c) for x, c in ((20, 0.9), (20.5, 0.7), (20.2, 0.8))]
    (item,) = fused(*(seen(one) for one in at)).items
    assert (item.support, item.shown_frames, item.is_fleeting) == (1.0, 3, False)
    assert item.centre_cm == at[2].centre_cm
    assert item.confidence == pytest.approx(0.8)


def test_what_one_frame_shows_passes() -> None:
    found = fused(seen(CUP), seen(CUP, BAG), seen(CUP), seen(CUP), seen(CUP))
    assert [(item.item, item.support) for item in found.items] == [("cup", 1.0)]
    assert [(item.item, item.support, item.shown_frames) for item in found.passing] == [("bag", 0.2, 5)]


def test_what_some_frames_show_is_a_doubt() -> None:
    (bag,) = fused(seen(BAG), seen(), seen(BAG), seen(), seen()).items
    assert (bag.support, bag.is_fleeting) == (0.4, True)
    (bag,) = fused(seen(BAG), seen(), seen(BAG), seen(), seen(BAG)).items
    assert (bag.support, bag.is_fleeting) == (0.6, False)


def test_a_covered_place_is_not_an_empty_one() -> None:
    hidden = seen(people=before(BAG))
    (bag,) = fused(seen(BAG), hidden, hidden, seen(BAG), hidden).items
    assert (bag.support, bag.shown_frames, bag.is_fleeting) == (1.0, 2, False)
    (bag,) = fused(seen(BAG), hidden, hidden).items
    assert (bag.support, bag.shown_frames, bag.is_fleeting) == (1.0, 1, True)  # once is not enough to say it stays


def test_a_thing_that_stands_before_hides_and_one_in_its_place_does_not() -> None:
    left, top, right, bottom = BAG.xyxy
    tall = replace(make_item("storage_box", 90, 40), xyxy=(left - 5, top, right + 5, bottom + 0.5 * (bottom - top)))
    instead = replace(make_item("storage_box", 90, 20), xyxy=BAG.xyxy)
    shown = {
        name: [item.shown_frames for item in fused(seen(BAG), seen(BAG), seen(other)).items if item.item == "bag"]
        for name, other in (("before", tall), ("instead", instead))
    }
    assert shown == {"before": [2], "instead": [3]}


def test_two_alike_stay_two_and_what_is_pushed_along_does_not_stay() -> None:
    two = seen(make_item("cup", 20, 20), make_item("cup", 40, 20), make_item("pen_holder", 20, 20))
    assert [item.support for item in fused(two, two).items] == [1.0, 1.0, 1.0]
    pushed = [seen(make_item("cup", 20 + 3 * step, 20, uncertainty_cm=1.0)) for step in range(5)]
    assert all(item.support < 0.6 for item in fused(*pushed).items)


def test_items_of_the_last_frame_keep_their_index_and_no_two_share_one() -> None:
    found = fused(seen(CUP, BAG), seen(CUP, BAG), seen(replace(CUP, index=7)))
    assert {item.item: item.index for item in found.items}["cup"] == 7
    assert len({item.index for item in found.items}) == 2


def test_a_thing_is_in_a_hand_only_where_no_frame_shows_it_free() -> None:
    held = seen(replace(CUP, index=3), touched=frozenset({3}))
    free = seen(replace(CUP, index=3))
    assert fused(held, held).touched == {3}
    assert fused(free, held).touched == frozenset()


def test_what_is_glimpsed_in_one_frame_of_many_vetoes_nothing() -> None:
    glimpsed = make_item("cup", 20, 20, confidence=0.25)
    assert fuse_faint([[glimpsed]], 0.3) == (glimpsed,)
    assert fuse_faint([[glimpsed], [], [], []], 0.3) == ()
    assert fuse_faint([[glimpsed], [glimpsed], [], []], 0.3) == (glimpsed,)


def test_a_place_is_as_well_seen_as_in_the_second_best_frame() -> None:
    every, none = np.ones(4, np.bool_), np.zeros(4, np.bool_)
    free = PlaceSight(every, none, none, every, 6.0)
    covered = replace(free, covered=every)
    assert fuse_sights([{"z": free}], LIMITS)["z"] is free
    once = fuse_sights([{"z": covered}, {"z": free}, {"z": covered}], LIMITS)["z"].shares()
    assert (once.covered_share, once.shown_frames) == (1.0, 1)
    twice = fuse_sights([{"z": free}, {"z": covered}, {"z": free}], LIMITS)["z"].shares()
    assert (twice.covered_share, twice.shown_frames) == (0.0, 2)
