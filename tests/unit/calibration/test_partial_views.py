"""What each rule says of a desk of which the view is meant to show the left half alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deskcheck_calibration.compare import common_parameters, compare
from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.judging import plane_from_view
from deskcheck_calibration.layout import (
    HomeZone,
    Layout,
    Policy,
    PolicyKind,
    ReferenceView,
    Relation,
    Surface,
    SurfaceKind,
)
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.rules.catalogue import evaluate
from deskcheck_calibration.scene import WHOLE_DESK, Comparison, PlaceView, Region
from deskcheck_calibration.view_words import view_part
from deskcheck_calibration.visibility import desk_share, meant_shares, place_views
from deskcheck_calibration.wording import sentence
from deskcheck_vision.detections import Detections

from tests.unit.calibration.conftest import COUNTER, RISER, make_context, make_item, make_layout, make_scene, rect

PASS, SUSPECTED, DOUBT, SILENT = State.PASS, State.SUSPECTED, State.INCONCLUSIVE, State.NOT_ASSESSED
OUTSIDE, MAYBE = Reason.OUTSIDE_VIEW, Reason.MAY_BE_OUTSIDE_VIEW
HALF = PlaceView(visible_share=0.5, meant_share=0.5)
NOTHING = PlaceView(visible_share=0.0, meant_share=0.0)
# The camera was turned: it is meant to show the place, and does not.
TURNED = PlaceView(visible_share=0.3)
FAR = Surface("far-riser", SurfaceKind.RISER_TOP, rect(120, 5, 40, 24), 10.0)
FAR_MACHINE = Surface("far-machine", SurfaceKind.MACHINE_TOP, rect(120, 5, 40, 24), 10.0)
LEFT_CUP = HomeZone("left", "cup", rect(10, 30, 14, 14), 1)
RIGHT_CUP = HomeZone("right", "cup", rect(150, 30, 14, 14), 1)
BY_MONITOR = Relation("beside", "document_camera", "monitor")
MONITOR_LEFT, MONITOR_RIGHT = (
    HomeZone(f"monitor-{side}", "monitor", rect(x, 5, 60, 25)) for side, x in (("l", 20), ("r", 110))
)


def half_seen(*unseen: str) -> dict[str, PlaceView]:
    """The left half: desk and counter by half, and nothing of the places named."""
    return {WHOLE_DESK: HALF, "counter": HALF, **dict.fromkeys(unseen, NOTHING)}


def told(layout: Layout, rule: str, item: str | None, *items: PlacedItem, **changes: Any) -> list[tuple[Any, ...]]:
    found = evaluate(make_scene(layout, *items, **changes))
    return [(f.state, f.reason) for f in found if f.rule == rule and f.item == item]


NEAR_EDGE, AT_EDGE = make_item("cup", 30, 1), make_item("cup", 30, 20)
COMPARED = Comparison(compared_share=0.9)
NOVEL = Region(rect(20, 20, 10, 10), 100.0, (0.0, 0.0, 9.0, 9.0), 2.0)
CUT = {"is_cut": True}


@pytest.mark.parametrize(
    ("rule", "layout", "item", "items", "seen", "expected"),
    [
        # V01: a thing in the seen part is suspected; that nothing is there, nobody knows.
        ("V01", {}, "bag", [make_item("bag", 50, 30, 20, 20)], (), (SUSPECTED, None)),
        ("V01", {}, None, [], (), (SILENT, OUTSIDE)),
        # ... cut by the picture's edge, its doubt comes from there.
        ("V01", {}, "bag", [make_item("bag", 80, 30, 20, 20, confidence=0.5, **CUT)], (), (SILENT, OUTSIDE)),
        ("V01", {}, "bag", [make_item("bag", 50, 30, 20, 20, confidence=0.5)], (), (DOUBT, Reason.LOW_CONFIDENCE)),
        # V03: too near the edge is too near; that the rest keeps clear, nobody knows.
        ("V03", {"edge_clearance_cm": 10.0}, "cup", [NEAR_EDGE], (), (SUSPECTED, None)),
        ("V03", {"edge_clearance_cm": 10.0}, None, [AT_EDGE], (), (SILENT, OUTSIDE)),
        ("V03", {"edge_clearance_cm": 10.0}, "cup", [make_item("cup", 82, 9, sigma=9, **CUT)], (), (SILENT, OUTSIDE)),
        # V04: in a seen zone as ever; in an unseen one nothing is known; a thing that is out of it may be one too many.
        ("V04", {"zones": (LEFT_CUP,)}, "cup", [make_item("cup", 12, 32)], (), (PASS, None)),
        ("V04", {"zones": (LEFT_CUP,)}, "cup", [make_item("cup", 40, 32)], (), (SUSPECTED, None)),
        ("V04", {"zones": (RIGHT_CUP,)}, "cup", [], ("right",), (SILENT, OUTSIDE)),
        ("V04", {"zones": (RIGHT_CUP,)}, "cup", [make_item("cup", 40, 32)], ("right",),
         (DOUBT, Reason.AMBIGUOUS_ITEMS)),
        ("V04", {"zones": (RIGHT_CUP,)}, "cup", [make_item("cup", 80, 32, sigma=40, **CUT)], ("right",),
         (SILENT, OUTSIDE)),
        # V05: found is found; not found in a seen zone, it may stand in the unseen part; an unseen zone says nothing.
        ("V05", {"zones": (LEFT_CUP,)}, "cup", [make_item("cup", 12, 32)], (), (PASS, None)),
        ("V05", {"zones": (LEFT_CUP,)}, "cup", [], (), (DOUBT, MAYBE)),
        ("V05", {"zones": (RIGHT_CUP,)}, "cup", [], ("right",), (SILENT, OUTSIDE)),
        # ... fewer than a policy for the whole desk, or for a surface that is half seen, asks for.
        ("V05", {"policies": (Policy("monitor", PolicyKind.REQUIRED),)}, "monitor", [], (), (SILENT, OUTSIDE)),
        ("V05", {"policies": (Policy("monitor", PolicyKind.REQUIRED, "counter"),)}, "monitor", [], (),
         (SILENT, OUTSIDE)),
        ("V05", {"policies": (Policy("monitor", PolicyKind.REQUIRED),)}, "monitor",
         [make_item("monitor", 20, 5, 54, 20)], (), (PASS, None)),
        # V06: more than allowed in the seen part is more than allowed; not more, nobody knows.
        ("V06", {}, "cup", [make_item("cup", 10, 10), make_item("cup", 50, 10)], (), (SUSPECTED, None)),
        ("V06", {}, "cup", [make_item("cup", 10, 10)], (), (SILENT, OUTSIDE)),
        ("V06", {"policies": (Policy("cup", PolicyKind.ALLOWED, None, 3),)}, "cup", [make_item("cup", 10, 10)], (),
         (SILENT, OUTSIDE)),
        # V07 as V04.
        ("V07", {"zones": (replace(RIGHT_CUP, returns=True),)}, "cup", [], ("right",), (SILENT, OUTSIDE)),
        ("V07", {"zones": (replace(LEFT_CUP, returns=True),)}, "cup", [make_item("cup", 40, 32)], (),
         (SUSPECTED, None)),
        # V08: beside a seen one is beside it; far from it, another one may stand in the unseen part, unless its place
        # is seen; without any, where it belongs is not seen.
        ("V08", {"relations": (BY_MONITOR,)}, "document_camera",
         [make_item("document_camera", 75, 10), make_item("monitor", 20, 5, 54, 20)], (), (PASS, None)),
        ("V08", {"relations": (BY_MONITOR,)}, "document_camera",
         [make_item("document_camera", 120, 10), make_item("monitor", 20, 5, 54, 20)], (), (DOUBT, MAYBE)),
        ("V08", {"relations": (BY_MONITOR,), "zones": (MONITOR_LEFT,)}, "document_camera",
         [make_item("document_camera", 120, 10), make_item("monitor", 20, 5, 54, 20)], (), (SUSPECTED, None)),
        ("V08", {"relations": (BY_MONITOR,), "zones": (MONITOR_RIGHT,)}, "document_camera",
         [make_item("document_camera", 75, 10)], ("monitor-r",), (SILENT, OUTSIDE)),
        ("V08", {"relations": (BY_MONITOR,), "zones": (MONITOR_LEFT,)}, "document_camera",
         [make_item("document_camera", 75, 10)], (), (DOUBT, Reason.ANCHOR_NOT_FOUND)),
        ("V08", {"relations": (BY_MONITOR,), "zones": (MONITOR_RIGHT,)}, "document_camera",
         [make_item("document_camera", 60, 10), make_item("monitor", 95, 5, 54, 20, sigma=8, **CUT)], ("monitor-r",),
         (SILENT, OUTSIDE)),
        # V09 and V10: a top that is not seen, and one that is.
        ("V09", {"surfaces": (COUNTER, FAR)}, None, [], ("far-riser",), (SILENT, OUTSIDE)),
        ("V09", {"surfaces": (COUNTER, RISER)}, None, [], (), (PASS, None)),
        ("V10", {"surfaces": (COUNTER, FAR_MACHINE)}, None, [], ("far-machine",), (SILENT, OUTSIDE)),
        # V13: a printer in the seen part is one; that there is none, nobody knows.
        ("V13", {}, "printer", [make_item("printer", 20, 20, 40, 36)], (), (SUSPECTED, None)),
        ("V13", {}, None, [], (), (SILENT, OUTSIDE)),
    ],
)  # fmt: skip
def test_a_view_of_the_left_half(
    rule: str, layout: dict[str, Any], item: str | None, items: list[PlacedItem], seen: tuple[str, ...],
    expected: tuple[State, Reason | None],
) -> None:  # fmt: skip
    items = [replace(one, index=number) for number, one in enumerate(items)]
    assert set(told(make_layout(**layout), rule, item, *items, seen=half_seen(*seen))) == {expected}


@pytest.mark.parametrize(
    ("regions", "expected"), [((NOVEL,), (SUSPECTED, None)), ((), (SILENT, OUTSIDE))], ids=["novel", "nothing"]
)
def test_unlisted_things(regions: tuple[Region, ...], expected: tuple[State, Reason | None]) -> None:
    comparison = replace(COMPARED, regions=regions)
    assert told(make_layout(), "V02", None, seen=half_seen(), comparison=comparison) == [expected]


@pytest.mark.parametrize("rule", ["V01", "V03", "V06", "V13"])
def test_a_camera_that_was_turned_away_is_still_a_doubt(rule: str) -> None:
    layout = make_layout(edge_clearance_cm=8.0)
    seen = {WHOLE_DESK: TURNED, "counter": TURNED}
    states = {found[0] for found in told(layout, rule, "cup" if rule == "V06" else None, seen=seen)}
    assert states == {DOUBT}


def test_what_a_person_covers_in_the_shown_part_is_still_a_doubt() -> None:
    layout = make_layout(zones=(LEFT_CUP,))
    seen = {**half_seen(), "left": PlaceView(covered_share=0.5)}
    assert told(layout, "V05", "cup", seen=seen) == [(DOUBT, Reason.COVERED_BY_PERSON)]


def test_a_window_that_no_view_shows_whole_does_not_pass_as_a_whole() -> None:
    layout = make_layout()
    whole = compare([], layout, make_context(layout))
    half = compare([], layout, make_context(layout, seen=half_seen()))
    assert (whole.state, half.state) == (PASS, SILENT)
    bag = make_item("bag", 50, 30, 20, 20)
    assert compare([bag], layout, make_context(layout, seen=half_seen())).state is SUSPECTED


def test_words() -> None:
    silent = Finding("V05", SILENT, "cup", "right", reason=OUTSIDE)
    assert sentence(silent) == "水杯 未评估（此视角看不到该位置）"
    assert sentence(silent, "en") == "cup not assessed (this view does not show that place)"
    doubt = Finding("V05", DOUBT, "cup", "left", 0.0, 1.0, "count", reason=MAYBE)
    assert sentence(doubt) == "水杯 未在定位区找到（应有 1，实有 0）：可能在此视角看不到的位置"


LEFT_CORNERS = [(100.0, 200.0), (1900.0, 200.0), (2300.0, 900.0), (-50.0, 900.0)]
WH = (1280, 960)


def left_plane(dx: float = 0.0) -> DeskPlane:
    """A desk of 180 x 70 cm of which a picture shows about the left 60 %; two corners lie beyond its right edge."""
    return DeskPlane.from_corners([(x + dx, y) for x, y in LEFT_CORNERS], (180.0, 70.0), WH)


class TestWhatAViewIsMeantToShow:
    layout = make_layout(zones=(LEFT_CUP, RIGHT_CUP))

    def test_its_own_calibrated_picture_says_it(self) -> None:
        shares = meant_shares(self.layout, left_plane())
        assert (shares["left"], shares["right"]) == (1.0, 0.0)
        assert shares[WHOLE_DESK] == shares["counter"]
        assert 0.5 < shares[WHOLE_DESK] < 0.8

    def test_a_place_outside_is_told_from_one_that_this_picture_fails_to_show(self) -> None:
        common = common_parameters(self.layout)
        nobody = Detections.from_rows([], WH)
        views = place_views(self.layout, left_plane(), nobody, (), 0.35, left_plane())
        assert (views["left"].unseen(common), views["right"].unseen(common)) == (None, OUTSIDE)
        assert views[WHOLE_DESK].unseen(common) is OUTSIDE
        # The camera was turned to the right: what it has lost is a doubt, what it shows now as well is judged.
        turned = place_views(self.layout, left_plane(-700.0), nobody, (), 0.35, left_plane())
        assert turned["left"].unseen(common) is Reason.SURFACE_OUT_OF_FRAME
        assert turned["right"].unseen(common) is None

    def test_without_a_calibrated_view_all_of_the_desk_is_meant(self) -> None:
        views = place_views(self.layout, left_plane(), Detections.from_rows([], WH), (), 0.35)
        assert views["right"].unseen(common_parameters(self.layout)) is Reason.SURFACE_OUT_OF_FRAME

    def test_a_view_of_the_whole_desk_changes_nothing(self) -> None:
        corners = [(100.0, 200.0), (1100.0, 200.0), (1200.0, 900.0), (50.0, 900.0)]
        whole = DeskPlane.from_corners(corners, (180.0, 70.0), WH)
        nobody = Detections.from_rows([], WH)
        before = place_views(self.layout, whole, nobody, (), 0.35)
        assert place_views(self.layout, whole, nobody, (), 0.35, whole) == before
        assert set(meant_shares(self.layout, whole).values()) == {1.0}
        np.testing.assert_allclose([view.visible_share for view in before.values()], 1.0)


SHARES: list[dict[str, Any]] = json.loads(
    (Path(__file__).resolve().parents[2] / "vectors" / "desk_share.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("one", SHARES, ids=lambda one: str(one["name"]))
def test_how_much_of_the_desk_a_view_shows(one: dict[str, Any]) -> None:
    desk, image_wh = tuple(one["desk_cm"]), tuple(one["image_wh"])
    view = ReferenceView("a", image_wh, one["corners_px"], bend=one["bend"])
    assert desk_share(plane_from_view(view, desk, image_wh)) == pytest.approx(one["share"])
    zh, en = view_part(view, desk)
    if one["share"] == 1:
        assert (zh, en) == ("", "")
    else:
        percent = f"{100 * one['share']:.0f}%"
        assert (zh, en) == (f"，只看到台面的 {percent}", f"; it shows {percent} of the desk")


def test_corners_that_are_no_desk_show_nothing_to_tell() -> None:
    crossed = ((100.0, 100.0), (900.0, 900.0), (900.0, 100.0), (100.0, 900.0))
    assert view_part(ReferenceView("a", WH, crossed), (180.0, 70.0)) == ("", "")
