"""What must hold of partial and of several views whatever they show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from deskcheck_calibration.compare import compare, scene_of
from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.scene import WHOLE_DESK, PlaceView
from deskcheck_calibration.several_views import fuse_placed, fuse_places
from deskcheck_calibration.visibility import PlaceSight
from deskcheck_vision.taxonomy import BY_ID
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.properties.calibration.test_rule_properties import items, layout_at
from tests.unit.calibration.conftest import make_context

QUICK = settings(max_examples=80, deadline=None)
LAYOUT = layout_at()
PLACES = [WHOLE_DESK, *(surface.id for surface in LAYOUT.surfaces), *(zone.id for zone in LAYOUT.zones)]
SHARES = st.sampled_from([0.0, 0.3, 0.79, 0.8, 1.0])


@st.composite
def place_views(draw: st.DrawFn) -> PlaceView:
    return PlaceView(draw(SHARES), draw(st.sampled_from([0.0, 0.5])), draw(st.sampled_from([0.0, 0.7])))


def numbered(placed: list[PlacedItem], draw_cut: list[bool]) -> list[PlacedItem]:
    cut = [*draw_cut, *[False] * len(placed)]
    return [
        replace(item, index=n, xyxy=(n, 0.0, n + 1.0, 1.0), is_cut=cut[n]) for n, item in enumerate(placed)
    ]  # fmt: skip


def passes(findings: tuple[Finding, ...]) -> set[tuple[object, ...]]:
    return {(f.rule, f.item, f.place, f.xyxy) for f in findings if f.state is State.PASS}


@QUICK
@given(
    st.lists(items(), max_size=5), st.lists(st.booleans(), max_size=5), st.lists(place_views(), min_size=6, max_size=6)
)
def test_what_a_view_is_not_meant_to_show_passes_no_more_than_what_it_fails_to_show(
    placed: list[PlacedItem], cut: list[bool], views: list[PlaceView]
) -> None:
    placed = numbered(placed, cut)
    seen = dict(zip(PLACES, views, strict=False))
    declared = {place: replace(view, meant_share=view.visible_share) for place, view in seen.items()}
    before = compare(placed, LAYOUT, make_context(LAYOUT, seen=seen))
    after = compare(placed, LAYOUT, make_context(LAYOUT, seen=declared))
    assert passes(after.findings) <= passes(before.findings)
    assert not (after.state is State.PASS and before.state is not State.PASS)
    suspected = {(f.rule, f.item, f.place) for f in before.findings if f.state is State.SUSPECTED}
    assert {(f.rule, f.item, f.place) for f in after.findings if f.state is State.SUSPECTED} <= suspected


@QUICK
@given(st.lists(items(), max_size=6))
def test_a_half_calls_nothing_missing_that_stands_in_the_other_half(placed: list[PlacedItem]) -> None:
    placed = numbered(placed, [])
    kept = [item for item in placed if item.centre_cm[0] < 90]
    half, none = PlaceView(0.5, meant_share=0.5), PlaceView(0.0, meant_share=0.0)
    seen = {WHOLE_DESK: half, "main": PlaceView(0.75, meant_share=0.75), "low": none, "cup-a": none}
    found = compare(kept, LAYOUT, make_context(LAYOUT, seen=seen))
    missing = {f.item for f in found.findings if f.rule == "V05" and f.state is State.SUSPECTED}
    assert not missing & {item.item for item in placed}
    assert found.state is not State.PASS
    for place in ("low", "cup-a"):
        assert not [f for f in found.findings if f.place == place and f.state is State.PASS]


def essence(item: PlacedItem) -> tuple[object, ...]:
    return (item.item, item.centre_cm, item.confidence, item.may_be_two, item.is_disputed, item.uncertainty_cm)


@QUICK
@given(st.lists(st.lists(items(), max_size=3), min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_the_views_changes_nothing(views: list[list[PlacedItem]], random: object) -> None:
    flat = [item for view in views for item in view]
    assume(len({(item.item, item.centre_cm, item.uncertainty_cm, item.confidence) for item in flat}) == len(flat))
    views = [numbered(view, []) for view in views]
    shuffled = list(views)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = fuse_placed(views), fuse_placed(shuffled)
    assert sorted(map(essence, one), key=repr) == sorted(map(essence, other), key=repr)
    assert [item.index for item in one] == list(range(len(one)))
    # Nothing is made up, and nothing that a view tells apart becomes one thing.
    for name in {item.item for item in flat}:
        counts = [sum(item.item == name for item in view) for view in views]
        assert sum(item.item == name for item in one) <= sum(counts)
    assert {item.item for item in one} <= {item.item for item in flat}


@QUICK
@given(st.lists(items(), max_size=5))
def test_a_view_beside_itself_is_the_view(view: list[PlacedItem]) -> None:
    view = numbered(view, [])
    assert sorted(map(essence, fuse_placed([view, view])), key=repr) == sorted(
        map(essence, fuse_placed([view])), key=repr
    )


@st.composite
def sights(draw: st.DrawFn) -> PlaceSight:
    def mask() -> np.ndarray:
        return np.array(draw(st.lists(st.booleans(), min_size=6, max_size=6)), np.bool_)

    visible = mask()
    return PlaceSight(visible, mask() & visible, mask() & visible, mask(), draw(st.sampled_from([1.0, 4.0, 9.0])))


def known(views: list[PlaceSight]) -> set[str]:
    """The classes whose absence from the place could be told."""
    ways = fuse_places([{WHOLE_DESK: view} for view in views])[WHOLE_DESK]
    context = make_context(LAYOUT, seen={WHOLE_DESK: ways[0]}, other_views={WHOLE_DESK: ways[1:]})
    scene = scene_of([], LAYOUT, context)
    return {
        name
        for name, item in BY_ID.items()
        if (view := scene.view(WHOLE_DESK, name)).unseen(scene.common) is None
        and view.scale_px_per_cm >= item.min_scale_px_per_cm
        and view.hidden_share <= scene.common["hidden_share"]
    }


@QUICK
@given(st.lists(sights(), min_size=1, max_size=3), sights())
def test_a_view_more_never_makes_a_place_less_known(views: list[PlaceSight], more: PlaceSight) -> None:
    assert known(views) <= known([*views, more])
    ways = fuse_places([{WHOLE_DESK: view} for view in views])
    assert ways == fuse_places([{WHOLE_DESK: view} for view in reversed(views)])
    meant = fuse_places([{WHOLE_DESK: view} for view in [*views, more]])[WHOLE_DESK][0].meant_share
    assert meant >= ways[WHOLE_DESK][0].meant_share


@QUICK
@given(st.lists(sights(), min_size=1, max_size=3))
def test_a_place_that_no_view_is_meant_to_show_is_outside(views: list[PlaceSight]) -> None:
    nowhere = np.zeros(6, np.bool_)
    blind = [replace(view, visible=nowhere, covered=nowhere, hidden=nowhere, meant=nowhere) for view in views]
    for way in fuse_places([{WHOLE_DESK: view} for view in blind])[WHOLE_DESK]:
        assert way.unseen(scene_of([], LAYOUT, make_context(LAYOUT)).common) is Reason.OUTSIDE_VIEW
