"""Several views of one window: each thing once, each place as well as any view shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from deskcheck_calibration.compare import common_parameters, compare
from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.layout import HomeZone, Layout, Policy, PolicyKind, Surface, SurfaceKind
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.scene import WHOLE_DESK, Comparison, PlaceView, Region
from deskcheck_calibration.several_views import fuse_comparisons, fuse_placed, fuse_places, touched_by_all
from deskcheck_calibration.visibility import PlaceSight

from tests.unit.calibration.conftest import make_context, make_item, make_layout, rect

CUP_HOME = HomeZone("home", "cup", rect(10, 30, 14, 14), 1)


def seen_by(*views: list[PlacedItem], layout: Layout | None = None, **changes: Any) -> tuple[Finding, ...]:
    layout = layout or make_layout(zones=(CUP_HOME,))
    return compare(fuse_placed(views), layout, make_context(layout, **changes)).findings


def of(findings: tuple[Finding, ...], rule: str, item: str) -> list[tuple[State, Reason | None]]:
    return [(finding.state, finding.reason) for finding in findings if (finding.rule, finding.item) == (rule, item)]


class TestThings:
    def test_one_cup_in_two_views_is_one_cup(self) -> None:
        a, b = make_item("cup", 12, 32), make_item("cup", 12.5, 31.6, sigma=0.5, confidence=0.95)
        (cup,) = fuse_placed([[a], [b]])
        # The better known place speaks, with the larger confidence.
        assert (cup.centre_cm, cup.confidence, cup.picture) == (a.centre_cm, 0.95, 0)
        found = seen_by([a], [b])
        assert of(found, "V06", "cup") == [(State.PASS, None)]
        assert of(found, "V04", "cup") == [(State.PASS, None)]

    def test_two_cups_that_both_views_see_stay_two(self) -> None:
        cups = [make_item("cup", 12, 32), make_item("cup", 22, 32, xyxy=(1.0, 1.0, 2.0, 2.0))]
        other = [replace(cup, centre_cm=(cup.centre_cm[0] + 0.4, cup.centre_cm[1])) for cup in cups]
        assert len(fuse_placed([cups, other])) == 2
        assert of(seen_by(cups, other), "V06", "cup") == [(State.SUSPECTED, None)]

    def test_cups_that_two_views_see_apart_are_two(self) -> None:
        found = seen_by([make_item("cup", 12, 32)], [make_item("cup", 100, 32)])
        assert of(found, "V06", "cup") == [(State.SUSPECTED, None)]

    def test_a_pair_that_may_be_one_or_two_is_no_count(self) -> None:
        a, b = make_item("cup", 12, 32, sigma=4.0), make_item("cup", 22, 32, sigma=4.0)
        (cup,) = fuse_placed([[a], [b]])
        assert cup.may_be_two
        assert of(seen_by([a], [b]), "V06", "cup") == [(State.INCONCLUSIVE, Reason.OVERLAPPING_BOXES)]

    def test_the_view_that_sees_a_place_whole_speaks(self) -> None:
        cut = make_item("cup", 12, 38, sigma=0.2, is_cut=True)
        whole = make_item("cup", 12, 36, sigma=1.0)
        hidden = make_item("cup", 12, 37, sigma=0.1, is_hidden=True)
        (cup,) = fuse_placed([[cut], [hidden], [whole]])
        assert (cup.centre_cm, cup.picture) == (whole.centre_cm, 2)

    def test_views_that_measure_a_place_differently_are_a_doubt(self) -> None:
        # In one the cup stands within what is allowed, in the other out of it; both are sure.
        inside, outside = make_item("cup", 17.0, 32), make_item("cup", 20.5, 32)
        assert of(seen_by([inside]), "V04", "cup") == [(State.PASS, None)]
        assert of(seen_by([outside]), "V04", "cup") == [(State.SUSPECTED, None)]
        assert of(seen_by([inside], [outside]), "V04", "cup") == [(State.INCONCLUSIVE, Reason.VIEWS_DISAGREE)]

    def test_two_classes_for_one_thing_are_a_doubt_unless_one_view_is_much_surer(self) -> None:
        cup, can = make_item("cup", 50, 32, confidence=0.85), make_item("beverage_container", 50.5, 32, confidence=0.9)
        assert of(seen_by([can]), "V01", can.item) == [(State.SUSPECTED, None)]
        assert of(seen_by([cup], [can]), "V01", can.item) == [(State.INCONCLUSIVE, Reason.VIEWS_DISAGREE)]
        unsure = replace(cup, confidence=0.5)
        assert of(seen_by([unsure], [can]), "V01", can.item) == [(State.SUSPECTED, None)]
        assert [thing.item for thing in fuse_placed([[unsure], [can]])] == [can.item]

    def test_a_cup_on_a_paper_is_two_things(self) -> None:
        paper, cup = make_item("paper_document", 50, 32, 21, 30), make_item("cup", 56, 40)
        things = fuse_placed([[paper], [cup]])
        assert [(thing.item, thing.is_disputed) for thing in things] == [("cup", False), ("paper_document", False)]

    def test_views_that_disagree_about_a_surface_are_a_doubt_where_the_surer_one_is_unsure(self) -> None:
        on = {"surface": "riser", "near_surface": "riser", "height_cm": 10.0}
        flat = make_item("cup", 50, 32, sigma=1.0)
        for share, disputed in (((0.3, 0.6, 0.9), True), ((0.7, 0.9, 1.0), False)):
            (cup,) = fuse_placed([[make_item("cup", 50.2, 32, raised_share=share, **on)], [flat]])
            assert cup.is_disputed is disputed

    def test_a_place_known_exactly(self) -> None:
        exact = {"centre_covariance_cm2": (0.0, 0.0, 0.0)}
        assert (
            len(fuse_placed([[make_item("stamp", 5, 5, 4, 4, **exact)], [make_item("stamp", 5, 5, 4, 4, **exact)]]))
            == 1
        )
        assert (
            len(fuse_placed([[make_item("stamp", 5, 5, 4, 4, **exact)], [make_item("stamp", 15, 5, 4, 4, **exact)]]))
            == 2
        )

    def test_nothing_seen(self) -> None:
        assert fuse_placed([[], []]) == ()

    def test_in_a_hand_only_where_no_view_shows_it_free(self) -> None:
        a, b = make_item("cup", 12, 32, index=4), make_item("cup", 12.2, 32, sigma=0.6, index=7)
        things = fuse_placed([[a], [b]])
        assert touched_by_all(things, [[a], [b]], [frozenset({4}), frozenset({7})]) == {0}
        assert touched_by_all(things, [[a], [b]], [frozenset({4}), frozenset()]) == frozenset()
        assert touched_by_all(things, [[a], [b]], [frozenset(), frozenset({7})]) == frozenset()


def sight(
    visible: str, covered: str = "....", hidden: str = "....", meant: str = "####", scale: float = 6.0,
    problem: Reason | None = None,
) -> PlaceSight:  # fmt: skip
    """Four points of a place; # is true."""
    masks = (np.array([mark == "#" for mark in marks]) for marks in (visible, covered, hidden, meant))
    return PlaceSight(*masks, scale, problem)


class TestPlaces:
    common = common_parameters(make_layout())

    def ways(self, *sights: PlaceSight) -> tuple[PlaceView, ...]:
        return fuse_places([{WHOLE_DESK: one} for one in sights])[WHOLE_DESK]

    def best(self, *sights: PlaceSight, name: str | None = None) -> PlaceView:
        ways = self.ways(*sights)
        layout = make_layout()
        from deskcheck_calibration.compare import scene_of

        context = make_context(layout, seen={WHOLE_DESK: ways[0]}, other_views={WHOLE_DESK: ways[1:]})
        return scene_of([], layout, context).view(WHOLE_DESK, name)

    def test_one_view_is_itself(self) -> None:
        one = sight("###.", covered="#...", hidden="##..", meant="####")
        assert self.ways(one) == (one.shares(),)

    def test_two_halves_are_a_whole(self) -> None:
        left, right = sight("##..", meant="##.."), sight("..##", meant="..##", scale=5.0)
        assert self.best(left).unseen(self.common) is Reason.OUTSIDE_VIEW
        assert self.best(left, right).unseen(self.common) is None
        assert self.best(left, right).scale_px_per_cm == 5.0

    def test_what_one_view_covers_or_hides_another_shows(self) -> None:
        behind_person, behind_thing = sight("####", covered="####"), sight("####", hidden="####")
        clear = sight("####", scale=3.0)
        assert self.best(behind_person, clear).unseen(self.common) is None
        assert self.best(behind_thing, clear).hidden_share == 0.0
        # A person before it in one, a thing before it in the other: nobody sees it.
        both = self.best(behind_person, behind_thing)
        assert (both.covered_share, both.hidden_share) == (0.0, 1.0)

    def test_a_class_that_needs_a_large_scale_takes_the_view_that_has_it(self) -> None:
        near_behind, far = sight("####", hidden="####", scale=10.0), sight("####", scale=2.0)
        assert self.best(near_behind, far, name="monitor").hidden_share == 0.0
        near_half, far_whole = sight("##..", scale=10.0), sight("####", scale=2.0)
        assert self.best(near_half, far_whole, name="stamp").scale_px_per_cm == 2.0

    def test_a_view_that_failed_is_told_for_what_it_should_have_shown(self) -> None:
        left = sight("##..", meant="##..")
        blurred = sight("....", meant="..##", scale=0.0, problem=Reason.BLURRED)
        assert self.best(left, blurred).unseen(self.common) is Reason.BLURRED


class TestComparisons:
    def region(self, x: float, score: float) -> Region:
        return Region(rect(x, 20, 10, 10), 100.0, (x, 0.0, x + 9.0, 9.0), score)

    def test_a_region_in_two_views_is_one(self) -> None:
        first = Comparison((self.region(20, 2.0),), 0.9)
        second = Comparison((self.region(24, 3.0), self.region(90, 1.5)), 0.8)
        fused = fuse_comparisons([first, second], [0.5, 0.6])
        assert [(region.score, region.picture) for region in fused.regions] == [(3.0, 1), (1.5, 1)]
        assert fused.compared_share == pytest.approx(0.48)
        assert fused.reason is None

    def test_a_view_without_reference_says_nothing(self) -> None:
        none, one = Comparison(reason=Reason.NO_REFERENCE), Comparison((self.region(20, 2.0),), 0.9)
        assert len(fuse_comparisons([none, one], [1.0, 0.5]).regions) == 1
        other = Comparison(reason=Reason.NO_FEATURES)
        assert fuse_comparisons([none, other], [1.0, 1.0]) == fuse_comparisons([other, none], [1.0, 1.0])


def test_a_surface_that_only_two_views_together_show_is_clear() -> None:
    surface = Surface("counter", SurfaceKind.MAIN_COUNTER, rect(0, 0, 180, 70))
    layout = make_layout(surfaces=(surface,), policies=(Policy("bag", PolicyKind.FORBIDDEN),))
    left, right = sight("##..", meant="##.."), sight("..##", meant="..##")
    ways = fuse_places([{WHOLE_DESK: one, "counter": one} for one in (left, right)])
    context = make_context(
        layout,
        seen={name: found[0] for name, found in ways.items()},
        other_views={name: found[1:] for name, found in ways.items()},
    )
    judgement = compare([], layout, context)
    assert judgement.state is State.PASS
