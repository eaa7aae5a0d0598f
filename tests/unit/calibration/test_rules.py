"""Each rule with its pass, its suspicion, its doubts and the cases in which it says nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from deskcheck_calibration.compare import compare
from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.layout import (
    HomeZone,
    Layout,
    PlaceType,
    Policy,
    PolicyKind,
    PolygonCm,
    Relation,
    Side,
    Surface,
    SurfaceKind,
    When,
)
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.rules.catalogue import BY_RULE, RULES, WHOLE_PICTURE_REASONS, evaluate
from deskcheck_calibration.rules.parameters import PARAMETERS
from deskcheck_calibration.scene import WHOLE_DESK, Context, PlaceView, Scene, SourceKind
from deskcheck_vision.taxonomy import BY_ID

from tests.unit.calibration.conftest import CLOSED_TIME, COUNTER, OPEN_TIME, RISER, make_item, make_layout, make_scene


def rect(x: float, y: float, width: float, depth: float) -> PolygonCm:
    return ((x, y), (x + width, y), (x + width, y + depth), (x, y + depth))


def findings_of(rule: str, scene: Scene) -> list[Finding]:
    return [finding for finding in evaluate(scene) if finding.rule == rule]


def only(rule: str, scene: Scene) -> Finding:
    """The one finding of a rule that is not just "class untrained" or "too small"."""
    found = findings_of(rule, scene)
    assert len(found) == 1, found
    return found[0]


def worst(rule: str, scene: Scene, item: str | None = None) -> Finding:
    """The finding about an item (None: about none)."""
    found = [finding for finding in findings_of(rule, scene) if finding.item == item]
    assert len(found) == 1, found
    return found[0]


CAMERA: dict[str, Any] = {"source_kind": SourceKind.CAMERA}
HIDDEN = PlaceView(covered_share=0.31)
MISSED = {"often_missed": frozenset(BY_ID)}
OUT = PlaceView(visible_share=0.79)


class TestCatalogue:
    def test_the_rules_of_the_first_release(self) -> None:
        assert [rule.id for rule in RULES] == [
            "V01",
            "V02",
            "V03",
            "V04",
            "V05",
            "V06",
            "V07",
            "V08",
            "V09",
            "V10",
            "V13",
        ]

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
    def test_every_rule_has_titles_source_doubts_and_described_parameters(self, rule: Any) -> None:
        assert rule.zh
        assert rule.en
        assert rule.source.startswith("D")
        assert rule.inconclusive
        assert not set(rule.inconclusive) & set(WHOLE_PICTURE_REASONS)
        for parameter in rule.parameters:
            assert parameter.low <= parameter.default <= parameter.high
            assert parameter.unit in ("cm", "cm2", "deg", "share", "ratio", "count", "min")
            assert parameter.zh
            assert parameter.en

    def test_parameters_have_a_rule(self) -> None:
        assert set(PARAMETERS) == {"common", *BY_RULE}

    @pytest.mark.parametrize("reason", WHOLE_PICTURE_REASONS)
    def test_a_picture_that_cannot_be_judged_passes_nothing(self, reason: Reason) -> None:
        scene = make_scene(make_layout(edge_clearance_cm=5.0), make_item("bag", 50, 30), problems=(reason,))
        found = evaluate(scene)
        assert {finding.rule for finding in found} == set(BY_RULE)
        assert all(finding.state in (State.INCONCLUSIVE, State.NOT_ASSESSED) for finding in found)
        assert all(finding.reason is reason for finding in found if finding.state is State.INCONCLUSIVE)

    def test_another_taxonomy_makes_everything_inconclusive(self, context: Callable[..., Context]) -> None:
        layout = make_layout(taxonomy_version="99")
        judgement = compare([make_item("bag", 50, 30)], layout, context(layout))
        assert judgement.state is State.INCONCLUSIVE
        assert {f.reason for f in judgement.findings if f.state is State.INCONCLUSIVE} == {Reason.LAYOUT_MISSING}

    def test_nothing_unseen_is_a_pass(self) -> None:
        # No place has been looked at.
        layout = make_layout(
            edge_clearance_cm=5.0, surfaces=(COUNTER, RISER), zones=(HomeZone("z", "cup", rect(10, 10, 20, 20), 1),)
        )
        blind = PlaceView(0.0, 0.0, 0.0, 0.0)
        seen = dict.fromkeys((WHOLE_DESK, "counter", "riser", "z"), blind)
        assert not [finding for finding in evaluate(make_scene(layout, seen=seen)) if finding.state is State.PASS]

    def test_an_item_below_the_grey_band_is_not_there(self) -> None:
        scene = make_scene(make_layout(), make_item("bag", 50, 30, confidence=0.34))
        assert worst("V01", scene).state is State.PASS


LEDGE = Surface("ledge", SurfaceKind.PUBLIC_LEDGE, rect(0, 0, 180, 12))


class TestV01:
    @pytest.mark.parametrize(
        ("item", "changes", "state", "reason"),
        [
            (make_item("bag", 50, 30, 20, 10), {}, State.SUSPECTED, None),
            (make_item("bag", 50, 30, 20, 10, confidence=0.74), {}, State.INCONCLUSIVE, Reason.LOW_CONFIDENCE),
            (make_item("bag", 50, 65, 20, 10, sigma=1), {}, State.INCONCLUSIVE, Reason.STRADDLES_LIMIT),
            (make_item("mobile_phone", 50, 30, scale_px_per_cm=4.9), {}, State.NOT_ASSESSED, Reason.SCALE_TOO_SMALL),
            (make_item("bag", 50, 30), {"touched": frozenset({0})}, State.INCONCLUSIVE, Reason.ITEM_IN_USE),
            (make_item("bag", 50, 30), CAMERA, State.INCONCLUSIVE, Reason.WITHIN_GRACE),
            (make_item("bag", 50, 30), {**CAMERA, "observed_s": 600.0}, State.SUSPECTED, None),
            (make_item("bag", 50, 30), {**CAMERA, "captured_at": CLOSED_TIME}, State.SUSPECTED, None),
            (make_item("bag", 50, 30), {"client_present": True}, State.SUSPECTED, None),
        ],
    )
    def test_forbidden_items(
        self, item: PlacedItem, changes: dict[str, Any], state: State, reason: Reason | None
    ) -> None:
        finding = worst("V01", make_scene(make_layout(), item, **changes), item.item)
        assert (finding.state, finding.reason) == (state, reason)
        assert finding.place == "counter"
        assert finding.xyxy == item.xyxy
        assert finding.limit == 50

    @pytest.mark.parametrize(("client", "state"), [(True, State.INCONCLUSIVE), (False, State.SUSPECTED)])
    def test_on_the_public_ledge_it_may_be_the_clients(self, client: bool, state: State) -> None:
        layout = make_layout(surfaces=(COUNTER, LEDGE))
        finding = worst("V01", make_scene(layout, make_item("bag", 50, 2), client_present=client), "bag")
        assert finding.state is state
        assert finding.place == "ledge"
        assert (finding.reason is Reason.MAY_BE_CLIENTS) is client

    def test_an_allowed_surface(self) -> None:
        scene = make_scene(make_layout(), make_item("cup", 50, 30), make_item("telephone", 90, 30))
        finding = worst("V01", scene)
        assert (finding.state, finding.place) == (State.PASS, "counter")

    @pytest.mark.parametrize(
        ("view", "reason"), [(HIDDEN, Reason.COVERED_BY_PERSON), (OUT, Reason.SURFACE_OUT_OF_FRAME)]
    )
    def test_a_surface_badly_seen_is_no_pass_but_what_is_seen_counts(self, view: PlaceView, reason: Reason) -> None:
        finding = worst("V01", make_scene(make_layout(), seen={"counter": view}))
        assert (finding.state, finding.reason) == (State.INCONCLUSIVE, reason)
        scene = make_scene(make_layout(), make_item("bag", 50, 30), seen={"counter": view})
        assert worst("V01", scene, "bag").state is State.SUSPECTED

    def test_untrained_and_too_small_classes_are_named(self) -> None:
        scene = make_scene(
            make_layout(), trained_classes=frozenset(BY_ID) - {"bag"}, seen={"counter": PlaceView(scale_px_per_cm=4.0)}
        )
        found = {finding.item: finding for finding in findings_of("V01", scene)}
        assert found["bag"].reason is Reason.CLASS_UNTRAINED
        assert found["mobile_phone"].reason is Reason.SCALE_TOO_SMALL
        assert found[None].state is State.PASS
        assert "umbrella" not in found

    def test_a_class_that_is_often_missed_is_suspected_where_found_and_never_passed(self) -> None:
        missed = frozenset({"bag", "mobile_phone"})
        scene = make_scene(make_layout(), make_item("bag", 50, 30), often_missed=missed)
        found = {finding.item: finding for finding in findings_of("V01", scene)}
        assert found["bag"].state is State.SUSPECTED
        assert (found["mobile_phone"].state, found["mobile_phone"].reason) == (
            State.NOT_ASSESSED,
            Reason.CLASS_OFTEN_MISSED,
        )
        nothing = findings_of("V01", make_scene(make_layout(), often_missed=frozenset(BY_ID)))
        assert {finding.state for finding in nothing} == {State.NOT_ASSESSED}

    def test_a_small_class_that_was_seen_after_all_is_not_told_twice(self) -> None:
        scene = make_scene(
            make_layout(), make_item("mobile_phone", 50, 30), seen={"counter": PlaceView(scale_px_per_cm=4.0)}
        )
        assert [f.state for f in findings_of("V01", scene) if f.item == "mobile_phone"] == [State.SUSPECTED]

    def test_where_nothing_can_be_seen_of_any_class_it_is_not_assessed(self) -> None:
        finding = worst("V01", make_scene(make_layout(), trained_classes=frozenset()))
        assert (finding.state, finding.reason) == (State.NOT_ASSESSED, Reason.NOT_APPLICABLE)

    @pytest.mark.parametrize(
        ("policies", "zones", "name", "state"),
        [
            ((Policy("bag", PolicyKind.ALLOWED),), (), "bag", None),
            ((Policy("bag", PolicyKind.ALLOWED, "counter"),), (), "bag", None),
            ((Policy("bag", PolicyKind.IGNORED),), (), "bag", None),
            ((Policy("cup", PolicyKind.FORBIDDEN),), (), "cup", State.SUSPECTED),
            ((Policy("cup", PolicyKind.FORBIDDEN), Policy("cup", PolicyKind.ZONE, "counter")), (), "cup", None),
            # An approved home zone makes room for a class that is forbidden by default...
            ((), (HomeZone("z", "potted_plant", rect(100, 40, 20, 20)),), "potted_plant", None),
            # ...and an explicit policy forbids it everywhere but there.
            (
                (Policy("cup", PolicyKind.FORBIDDEN),), (HomeZone("z", "cup", rect(100, 40, 20, 20)),), "cup",
                State.SUSPECTED,
            ),
            ((Policy("cup", PolicyKind.FORBIDDEN),), (HomeZone("z", "cup", rect(45, 25, 20, 20)),), "cup", None),
        ],
    )  # fmt: skip
    def test_policies(
        self, policies: tuple[Policy, ...], zones: tuple[HomeZone, ...], name: str, state: State | None
    ) -> None:
        scene = make_scene(make_layout(policies=policies, zones=zones), make_item(name, 50, 30))
        found = [finding.state for finding in findings_of("V01", scene) if finding.item == name]
        assert found == ([] if state is None else [state])

    def test_an_item_mostly_beside_the_desk_is_not_on_it(self) -> None:
        assert worst("V01", make_scene(make_layout(), make_item("bag", 50, 66.5, 20, 10))).state is State.PASS

    def test_an_item_beside_the_desk_is_not_on_it(self) -> None:
        assert worst("V01", make_scene(make_layout(), make_item("bag", 200, 30))).state is State.PASS

    def test_one_item_on_two_surfaces_is_counted_once(self) -> None:
        left, right = (Surface("left", SurfaceKind.MAIN_COUNTER, rect(0, 0, 90, 70)),
                       Surface("right", SurfaceKind.LOW_CABINET, rect(90, 0, 90, 70)))  # fmt: skip
        scene = make_scene(make_layout(surfaces=(left, right)), make_item("bag", 84, 30, 10, 10))
        found = [finding for finding in findings_of("V01", scene) if finding.item == "bag"]
        assert [finding.place for finding in found] == ["left"]

    def test_without_surfaces_the_whole_desk_is_one(self) -> None:
        scene = make_scene(make_layout(surfaces=()), make_item("bag", 50, 30))
        assert worst("V01", scene, "bag").place == WHOLE_DESK
        office = make_scene(make_layout(surfaces=(), place_type=PlaceType.CHIEF_OFFICE), make_item("printer", 50, 30))
        assert worst("V01", office).state is State.PASS


class TestV03:
    @pytest.mark.parametrize(
        ("item", "changes", "state", "reason"),
        [
            (make_item("cup", 50, 20), {}, State.PASS, None),
            (make_item("cup", 50, 3), {}, State.SUSPECTED, None),
            (make_item("cup", 50, 9.7), {}, State.PASS, None),  # 0.3 too near, within the tolerance of 1
            (make_item("cup", 50, 9.0), {}, State.INCONCLUSIVE, Reason.STRADDLES_LIMIT),
            (make_item("cup", 50, 3), CAMERA, State.SUSPECTED, None),
            (make_item("cup", 50, 7), CAMERA, State.PASS, None),  # a camera's tolerance is 4
            (make_item("cup", 50, 3, is_hidden=True), {}, State.INCONCLUSIVE, Reason.FOOTPRINT_HIDDEN),
            (make_item("cup", 50, 3, confidence=0.4), {}, State.INCONCLUSIVE, Reason.LOW_CONFIDENCE),
            (make_item("cup", 50, 3, scale_px_per_cm=2.0), {}, State.NOT_ASSESSED, Reason.SCALE_TOO_SMALL),
            (make_item("cup", 50, -3), {}, State.SUSPECTED, None),  # reaching over the edge
        ],
    )
    def test_clearance(self, item: PlacedItem, changes: dict[str, Any], state: State, reason: Reason | None) -> None:
        finding = only("V03", make_scene(make_layout(edge_clearance_cm=10.0), item, **changes))
        assert (finding.state, finding.reason, finding.limit) == (state, reason, 10.0)
        if state is not State.PASS:
            assert finding.measured == pytest.approx(item.footprint_cm[0][1])

    def test_unset_is_off_and_says_so_whatever_the_picture_is_like(self) -> None:
        for problems in ((), (Reason.BLURRED,)):
            finding = only("V03", make_scene(make_layout(), make_item("cup", 50, 0), problems=problems))
            assert (finding.state, finding.reason) == (State.NOT_ASSESSED, Reason.RULE_OFF)

    def test_the_desk_must_be_seen(self) -> None:
        finding = only("V03", make_scene(make_layout(edge_clearance_cm=10.0), seen={WHOLE_DESK: OUT}))
        assert (finding.state, finding.reason) == (State.INCONCLUSIVE, Reason.SURFACE_OUT_OF_FRAME)

    @pytest.mark.parametrize(
        "item",
        [
            make_item("bag", 50, 1),  # forbidden: V01's
            make_item("trash_bin", 50, 1),  # context
            make_item("cushion", 50, 1),  # advisory
            make_item("cup", 50, 1, surface="riser", near_surface="riser", raised_share=(1.0, 1.0, 1.0)),  # V09's
            make_item("cup", 50, 200),  # not on the desk
        ],
    )
    def test_what_other_rules_explain_is_left_to_them(self, item: PlacedItem) -> None:
        layout = make_layout(edge_clearance_cm=10.0, surfaces=(COUNTER, RISER))
        assert only("V03", make_scene(layout, item)).state is State.PASS

    def test_what_lies_on_the_public_ledge_may_be_near_the_edge(self) -> None:
        layout = make_layout(edge_clearance_cm=10.0, surfaces=(COUNTER, LEDGE))
        assert only("V03", make_scene(layout, make_item("pen_stand", 50, 1))).state is State.PASS

    def test_a_bent_edge(self) -> None:
        bent = make_layout(edge_clearance_cm=10.0, outer_edge_cm=((0.0, 0.0), (90.0, 15.0), (180.0, 0.0)))
        assert only("V03", make_scene(bent, make_item("cup", 86, 20))).state is State.SUSPECTED
        beyond = only("V03", make_scene(bent, make_item("cup", 86, 2)))
        assert beyond.measured is not None
        assert beyond.measured < 0

    def test_switched_off_it_finds_nothing_even_when_asked(self) -> None:
        scene = make_scene(make_layout(), make_item("cup", 50, 0))
        assert list(BY_RULE["V03"].evaluate(scene, {"tolerance_photo_cm": 1.0})) == []


ZONE = HomeZone("kb", "keyboard", rect(50, 40, 50, 20))
CUP = HomeZone("cup-place", "cup", rect(120, 40, 12, 12), returns=True)


@pytest.mark.parametrize(
    ("rule", "zone", "name", "width", "depth"),
    [("V04", ZONE, "keyboard", 44, 14), ("V07", CUP, "cup", 8, 8)],
)
class TestHomeZones:
    """V04 for things that stay, V07 for things that come back: the same measure."""

    @pytest.mark.parametrize(
        ("shift", "changes", "state", "reason"),
        [
            (0.0, {}, State.PASS, None),
            (2.0, {}, State.PASS, None),
            (3.1, {}, State.INCONCLUSIVE, Reason.STRADDLES_LIMIT),
            (10.0, {}, State.SUSPECTED, None),
            (10.0, {"confidence": 0.59}, State.INCONCLUSIVE, Reason.LOW_CONFIDENCE),
            (0.0, {"confidence": 0.4}, State.INCONCLUSIVE, Reason.LOW_CONFIDENCE),
            (4.5, {"is_hidden": True}, State.INCONCLUSIVE, Reason.FOOTPRINT_HIDDEN),
            (10.0, {"is_hidden": True}, State.SUSPECTED, None),  # wherever exactly it stands, not there
            (10.0, {"scale_px_per_cm": 1.0}, State.NOT_ASSESSED, Reason.SCALE_TOO_SMALL),
            (10.0, {"touched": True}, State.INCONCLUSIVE, Reason.ITEM_IN_USE),
            (0.0, {"touched": True}, State.PASS, None),
        ],
    )
    def test_shifts(
        self, rule: str, zone: HomeZone, name: str, width: float, depth: float, shift: float,
        changes: dict[str, Any], state: State, reason: Reason | None,
    ) -> None:  # fmt: skip
        changes = dict(changes)
        touched = frozenset({0}) if changes.pop("touched", False) else frozenset()
        right = zone.polygon_cm[1][0]
        item = make_item(name, right - width + shift, 42, width, depth, **changes)
        finding = only(rule, make_scene(make_layout(zones=(zone,)), item, touched=touched))
        assert (finding.state, finding.reason, finding.place) == (state, reason, zone.id)
        assert finding.measured == pytest.approx(shift)
        assert (finding.limit, finding.unit) == (3.0, "cm")

    def test_cameras_get_a_wider_limit(self, rule: str, zone: HomeZone, name: str, width: float, depth: float) -> None:
        right = zone.polygon_cm[1][0]
        scene = make_scene(make_layout(zones=(zone,)), make_item(name, right - width + 6, 42, width, depth), **CAMERA)
        finding = only(rule, scene)
        assert (finding.state, finding.limit) == (State.PASS, 8.0)

    def test_an_absent_item_is_in_no_place(
        self, rule: str, zone: HomeZone, name: str, width: float, depth: float
    ) -> None:
        layout = make_layout(zones=(zone,))
        assert only(rule, make_scene(layout)).reason is Reason.NOT_APPLICABLE
        missed = make_scene(layout, often_missed=frozenset({name}))
        assert only(rule, missed).reason is Reason.CLASS_OFTEN_MISSED
        untrained = make_scene(layout, trained_classes=frozenset(BY_ID) - {name})
        assert only(rule, untrained).reason is Reason.CLASS_UNTRAINED
        small = make_scene(layout, seen={zone.id: PlaceView(scale_px_per_cm=1.0)})
        assert only(rule, small).reason is Reason.SCALE_TOO_SMALL
        assert {only(rule, scene).state for scene in (untrained, small)} == {State.NOT_ASSESSED}

    def test_no_zone_at_all(self, rule: str, zone: HomeZone, name: str, width: float, depth: float) -> None:
        assert only(rule, make_scene(make_layout())).reason is Reason.NOT_APPLICABLE


class TestV04:
    def test_the_zones_own_tolerance_wins(self) -> None:
        zone = HomeZone("kb", "keyboard", rect(50, 40, 50, 20), tolerance_cm=15.0)
        scene = make_scene(make_layout(zones=(zone,)), make_item("keyboard", 66, 42, 44, 14))
        assert only("V04", scene).limit == 15.0

    def test_the_layouts_parameter_wins(self) -> None:
        layout = make_layout(zones=(ZONE,), parameters={"V04": {"shift_photo_cm": 20.0}})
        finding = only("V04", make_scene(layout, make_item("keyboard", 66, 42, 44, 14)))
        assert (finding.state, finding.limit) == (State.PASS, 20.0)

    def test_what_does_not_fit_is_in_place_in_the_middle(self) -> None:
        zone = HomeZone("kb", "keyboard", rect(50, 40, 30, 20))
        middle = make_item("keyboard", 43, 43, 44, 14)  # 7 cm over on either side
        assert only("V04", make_scene(make_layout(zones=(zone,)), middle)).measured == pytest.approx(0.0)
        shifted = make_item("keyboard", 53, 43, 44, 14)
        assert only("V04", make_scene(make_layout(zones=(zone,)), shifted)).measured == pytest.approx(10.0)

    @pytest.mark.parametrize(
        ("valid", "at", "counts"),
        [
            (When.ALWAYS, OPEN_TIME, True), (When.OPEN, OPEN_TIME, True), (When.CLOSED, OPEN_TIME, False),
            (When.ALWAYS, CLOSED_TIME, True), (When.OPEN, CLOSED_TIME, False), (When.CLOSED, CLOSED_TIME, True),
        ],
    )  # fmt: skip
    def test_hours(self, valid: When, at: Any, counts: bool) -> None:
        zone = HomeZone("kb", "keyboard", ZONE.polygon_cm, valid=valid)
        scene = make_scene(make_layout(zones=(zone,)), make_item("keyboard", 0, 0, 44, 14), captured_at=at)
        finding = only("V04", scene)
        assert finding.state is (State.SUSPECTED if counts else State.NOT_ASSESSED)
        assert (finding.reason is Reason.OUT_OF_HOURS) is not counts

    def test_of_two_alike_the_one_in_place_is_the_one(self) -> None:
        home, other = make_item("keyboard", 52, 42, 44, 14, index=0), make_item("keyboard", 0, 0, 44, 14, index=1)
        scene = make_scene(make_layout(zones=(ZONE,)), other, home)
        finding = only("V04", scene)
        assert (finding.state, finding.xyxy) == (State.PASS, home.xyxy)
        assert worst("V06", scene, "keyboard").state is State.SUSPECTED

    def test_two_alike_both_out_of_place_are_ambiguous(self) -> None:
        scene = make_scene(
            make_layout(zones=(ZONE,)), make_item("keyboard", 0, 0, 44, 14), make_item("keyboard", 120, 0, 44, 14)
        )
        finding = only("V04", scene)
        assert (finding.state, finding.reason) == (State.INCONCLUSIVE, Reason.AMBIGUOUS_ITEMS)

    def test_one_item_never_fills_two_zones(self) -> None:
        left, right = HomeZone("a", "cup", rect(20, 20, 12, 12)), HomeZone("b", "cup", rect(28, 20, 12, 12))
        layout = make_layout(zones=(left, right))
        found = findings_of("V04", make_scene(layout, make_item("cup", 25, 22)))
        assert sorted(finding.state for finding in found) == [State.NOT_ASSESSED, State.PASS]

    def test_two_items_get_their_own_zones(self) -> None:
        left, right = HomeZone("a", "cup", rect(20, 20, 12, 12)), HomeZone("b", "cup", rect(80, 20, 12, 12))
        scene = make_scene(make_layout(zones=(left, right)), make_item("cup", 82, 22), make_item("cup", 22, 22))
        assert [finding.state for finding in findings_of("V04", scene)] == [State.PASS, State.PASS]

    def test_a_class_with_both_kinds_of_zones(self) -> None:
        fixed, returning = HomeZone("a", "cup", rect(20, 20, 12, 12)), HomeZone("b", "cup", rect(80, 20, 12, 12),
                                                                                returns=True)  # fmt: skip
        scene = make_scene(make_layout(zones=(fixed, returning)), make_item("cup", 82, 22))
        assert only("V04", scene).state is State.NOT_ASSESSED
        assert only("V07", scene).state is State.PASS

    @pytest.mark.parametrize(
        ("item", "rule"),
        [
            (make_item("cup", 60, 10, surface="riser", near_surface="riser", raised_share=(1.0, 1.0, 1.0)), "V09"),
            (make_item("printer", 20, 20, 30, 30), "V13"),
        ],
    )
    def test_one_item_is_explained_by_one_rule(self, item: PlacedItem, rule: str) -> None:
        zone = HomeZone("z", item.item, rect(120, 40, 20, 20))
        layout = make_layout(
            zones=(zone,), surfaces=(COUNTER, RISER), policies=(Policy("printer", PolicyKind.FORBIDDEN, "counter"),)
        )
        found = [finding.rule for finding in evaluate(make_scene(layout, item)) if finding.state is State.SUSPECTED]
        assert found == [rule]

    def test_a_forbidden_item_is_not_also_out_of_place(self) -> None:
        layout = make_layout(zones=(CUP,), policies=(Policy("cup", PolicyKind.FORBIDDEN),))
        found = [f.rule for f in evaluate(make_scene(layout, make_item("cup", 20, 20))) if f.state is State.SUSPECTED]
        assert found == ["V01"]


class TestV07:
    @pytest.mark.parametrize(
        ("changes", "state"),
        [
            ({**CAMERA}, State.INCONCLUSIVE),
            ({**CAMERA, "observed_s": 601.0}, State.SUSPECTED),
            ({**CAMERA, "captured_at": CLOSED_TIME}, State.SUSPECTED),
            ({**CAMERA, "open_now": False}, State.SUSPECTED),
            ({}, State.SUSPECTED),
        ],
    )
    def test_grace_on_camera_in_hours(self, changes: dict[str, Any], state: State) -> None:
        finding = only("V07", make_scene(make_layout(zones=(CUP,)), make_item("cup", 20, 20), **changes))
        assert finding.state is state
        assert (finding.reason is Reason.WITHIN_GRACE) is (state is State.INCONCLUSIVE)


REQUIRED = HomeZone("tray", "document_tray", rect(10, 20, 40, 30), min_count=1)


class TestV05:
    @pytest.mark.parametrize(
        ("items", "changes", "state", "reason"),
        [
            ([make_item("document_tray", 12, 22, 34, 26)], {}, State.PASS, None),
            ([make_item("document_tray", 120, 22, 34, 26)], {}, State.PASS, None),  # displaced is V04's
            ([], {}, State.SUSPECTED, None),
            ([make_item("document_tray", 12, 22, confidence=0.5)], {}, State.INCONCLUSIVE, Reason.LOW_CONFIDENCE),
            # Missing from 80 % of the frames that showed its place; from 60 %.
            ([make_item("document_tray", 12, 22, support=0.2, shown_frames=5)], {}, State.SUSPECTED, None),
            ([make_item("document_tray", 12, 22, 34, 26, support=0.4, shown_frames=5)], {}, State.PASS, None),
            (
                [],
                {"passing": (make_item("document_tray", 12, 22, support=0.2, shown_frames=5),)},
                State.SUSPECTED,
                None,
            ),
            ([make_item("document_tray", 12, 22, 34, 26, is_fleeting=True)], {}, State.PASS, None),
            ([], {"seen": {"tray": HIDDEN}}, State.INCONCLUSIVE, Reason.COVERED_BY_PERSON),
            ([], {"seen": {"tray": OUT}}, State.INCONCLUSIVE, Reason.SURFACE_OUT_OF_FRAME),
            ([], {"seen": {"tray": PlaceView(hidden_share=0.51)}}, State.INCONCLUSIVE, Reason.FOOTPRINT_HIDDEN),
            ([], {"seen": {"tray": PlaceView(scale_px_per_cm=1.4)}}, State.NOT_ASSESSED, Reason.SCALE_TOO_SMALL),
            ([], {"trained_classes": frozenset({"cup"})}, State.NOT_ASSESSED, Reason.CLASS_UNTRAINED),
            ([], MISSED, State.NOT_ASSESSED, Reason.CLASS_OFTEN_MISSED),
            ([make_item("document_tray", 12, 22, 34, 26)], MISSED, State.PASS, None),
            # Glimpsed, but too unsurely to count: neither there nor missing.
            ([], {"faint": (make_item("document_tray", 12, 22, 34, 26),)}, State.INCONCLUSIVE, Reason.LOW_CONFIDENCE),
            ([], {"faint": (make_item("document_tray", 120, 22, 34, 26),)}, State.SUSPECTED, None),
            ([], {"faint": (make_item("storage_box", 12, 22, 34, 26),)}, State.SUSPECTED, None),
        ],
    )
    def test_required_zone(
        self, items: list[PlacedItem], changes: dict[str, Any], state: State, reason: Reason | None
    ) -> None:
        finding = only("V05", make_scene(make_layout(zones=(REQUIRED,)), *items, **changes))
        assert (finding.state, finding.reason, finding.place) == (state, reason, "tray")
        assert (finding.limit, finding.unit) == (1.0, "count")

    def test_one_of_two_zones_is_empty(self) -> None:
        second = HomeZone("tray2", "document_tray", rect(120, 20, 40, 30), min_count=1)
        layout = make_layout(zones=(REQUIRED, second))
        found = findings_of("V05", make_scene(layout, make_item("document_tray", 12, 22, 34, 26)))
        assert [(f.place, f.state) for f in found] == [("tray", State.PASS), ("tray2", State.SUSPECTED)]

    def test_a_zone_for_two_needs_two(self) -> None:
        zone = HomeZone("tray", "document_tray", rect(10, 20, 80, 30), min_count=2, max_count=2)
        scene = make_scene(make_layout(zones=(zone,)), make_item("document_tray", 12, 22, 34, 26))
        finding = only("V05", scene)
        assert (finding.state, finding.measured, finding.limit) == (State.SUSPECTED, 1.0, 2.0)

    def test_an_item_in_no_zone_of_its_own_still_counts_as_there(self) -> None:
        # The zone holds one at most, two are needed nearby: the spare one fills.
        zone = HomeZone("tray", "document_tray", rect(10, 20, 40, 30), min_count=2, max_count=1)
        scene = make_scene(
            make_layout(zones=(zone,)),
            make_item("document_tray", 12, 22, 34, 26), make_item("document_tray", 120, 22, 34, 26),
        )  # fmt: skip
        assert only("V05", scene).state is State.PASS

    @pytest.mark.parametrize(
        ("surface", "items", "state"),
        [
            (None, [make_item("evaluator", 100, 20)], State.PASS),
            (None, [], State.SUSPECTED),
            ("ledge", [make_item("evaluator", 100, 2)], State.PASS),
            ("ledge", [make_item("evaluator", 100, 40)], State.SUSPECTED),
        ],
    )
    def test_required_by_policy(self, surface: str | None, items: list[PlacedItem], state: State) -> None:
        layout = make_layout(surfaces=(COUNTER, LEDGE), policies=(Policy("evaluator", PolicyKind.REQUIRED, surface),))
        finding = only("V05", make_scene(layout, *items))
        assert (finding.state, finding.place) == (state, surface or WHOLE_DESK)
        # Glimpsed in the place, a thing is no longer called missing.
        glimpsed = only("V05", make_scene(layout, faint=tuple(items)))
        assert glimpsed.state is (State.INCONCLUSIVE if state is State.PASS else State.SUSPECTED)

    def test_nothing_required(self) -> None:
        assert only("V05", make_scene(make_layout())).reason is Reason.NOT_APPLICABLE


class TestV06:
    @pytest.mark.parametrize(
        ("items", "changes", "state", "reason", "measured"),
        [
            ([make_item("cup", 20, 20)], {}, State.PASS, None, 1.0),
            ([], {}, State.PASS, None, 0.0),
            ([make_item("cup", 20, 20), make_item("cup", 60, 20)], {}, State.SUSPECTED, None, 2.0),
            ([make_item("cup", 20, 20), make_item("cup", 60, 20, confidence=0.5)], {},
             State.INCONCLUSIVE, Reason.LOW_CONFIDENCE, 1.0),
            ([make_item("cup", 20, 20), make_item("cup", 21, 20)], {},
             State.INCONCLUSIVE, Reason.OVERLAPPING_BOXES, 1.0),
            ([make_item("cup", 20, 20, xyxy=(0, 0, 90, 90)), make_item("cup", 60, 20, xyxy=(0, 0, 90, 100))], {},
             State.INCONCLUSIVE, Reason.OVERLAPPING_BOXES, 1.0),
            ([make_item("cup", 20, 20)], {"seen": {WHOLE_DESK: HIDDEN}},
             State.INCONCLUSIVE, Reason.COVERED_BY_PERSON, 1.0),
            ([], {"seen": {WHOLE_DESK: PlaceView(scale_px_per_cm=2.9)}},
             State.NOT_ASSESSED, Reason.SCALE_TOO_SMALL, None),
            ([], {"trained_classes": frozenset()}, State.NOT_ASSESSED, Reason.CLASS_UNTRAINED, None),
            ([make_item("cup", 20, 20)], MISSED, State.NOT_ASSESSED, Reason.CLASS_OFTEN_MISSED, None),
            ([make_item("cup", 20, 20), make_item("cup", 60, 20)], MISSED, State.SUSPECTED, None, 2.0),
        ],
    )  # fmt: skip
    def test_cups(
        self, items: list[PlacedItem], changes: dict[str, Any], state: State, reason: Reason | None,
        measured: float | None,
    ) -> None:  # fmt: skip
        finding = worst("V06", make_scene(make_layout(), *items, **changes), "cup")
        assert (finding.state, finding.reason, finding.measured) == (state, reason, measured)

    @pytest.mark.parametrize(
        ("layout", "limit", "place"),
        [
            (make_layout(), 1.0, None),
            (make_layout(parameters={"V06": {"cup": 3.0}}), 3.0, None),
            (make_layout(zones=(HomeZone("a", "cup", rect(0, 0, 9, 9), max_count=2),)), 2.0, None),
            (make_layout(policies=(Policy("cup", PolicyKind.ALLOWED, None, 4),)), 4.0, None),
        ],
    )
    def test_where_the_limit_comes_from(self, layout: Layout, limit: float, place: str | None) -> None:
        finding = worst("V06", make_scene(layout), "cup")
        assert (finding.limit, finding.place) == (limit, place)

    def test_a_limit_for_one_surface(self) -> None:
        layout = make_layout(surfaces=(COUNTER, LEDGE), policies=(Policy("brochure", PolicyKind.ALLOWED, "ledge", 0),))
        scene = make_scene(layout, make_item("brochure", 20, 1), make_item("brochure", 20, 40))
        finding = worst("V06", scene, "brochure")
        assert (finding.state, finding.place, finding.measured) == (State.SUSPECTED, "ledge", 1.0)

    def test_forbidden_and_raised_ones_are_explained_elsewhere(self) -> None:
        raised = make_item("cup", 62, 8, surface="riser", near_surface="riser", raised_share=(1.0, 1.0, 1.0))
        scene = make_scene(make_layout(surfaces=(COUNTER, RISER)), raised, make_item("cup", 20, 40))
        assert worst("V06", scene, "cup").state is State.PASS


BESIDE = Relation("beside", "document_camera", "monitor")
MONITOR = make_item("monitor", 60, 10, 50, 20)


class TestV08:
    @pytest.mark.parametrize(
        ("item", "relation", "state", "reason"),
        [
            (make_item("document_camera", 115, 10, 20, 12), BESIDE, State.PASS, None),
            (make_item("document_camera", 140, 10, 20, 12), BESIDE, State.SUSPECTED, None),
            (make_item("document_camera", 130.2, 10, 20, 12), BESIDE, State.INCONCLUSIVE, Reason.STRADDLES_LIMIT),
            (make_item("document_camera", 140, 10, 20, 12, confidence=0.5), BESIDE, State.INCONCLUSIVE,
             Reason.LOW_CONFIDENCE),
            (make_item("document_camera", 140, 10, 20, 12, is_hidden=True), BESIDE, State.INCONCLUSIVE,
             Reason.FOOTPRINT_HIDDEN),
            (make_item("document_camera", 140, 10, 20, 12, scale_px_per_cm=1), BESIDE, State.NOT_ASSESSED,
             Reason.SCALE_TOO_SMALL),
            (make_item("document_camera", 140, 10, 20, 12),
             Relation("beside", "document_camera", "monitor", 40.0), State.PASS, None),
            (make_item("document_camera", 115, 10, 20, 12),
             Relation("beside", "document_camera", "monitor", side=Side.RIGHT), State.PASS, None),
            (make_item("document_camera", 115, 10, 20, 12),
             Relation("beside", "document_camera", "monitor", side=Side.LEFT), State.SUSPECTED, None),
            (make_item("document_camera", 35, 10, 20, 12),
             Relation("beside", "document_camera", "monitor", side=Side.LEFT), State.PASS, None),
            (make_item("document_camera", 75.2, 35, 20, 12),
             Relation("beside", "document_camera", "monitor", side=Side.LEFT), State.INCONCLUSIVE,
             Reason.STRADDLES_LIMIT),
        ],
    )  # fmt: skip
    def test_gap_and_side(self, item: PlacedItem, relation: Relation, state: State, reason: Reason | None) -> None:
        finding = only("V08", make_scene(make_layout(relations=(relation,)), item, MONITOR))
        assert (finding.state, finding.reason, finding.place) == (state, reason, "beside")

    def test_the_gap_is_measured_between_whole_bodies(self) -> None:
        item = make_item("document_camera", 140, 10, 20, 12)
        finding = only("V08", make_scene(make_layout(relations=(BESIDE,)), item, MONITOR))
        assert (finding.measured, finding.limit) == (pytest.approx(30.0), 20.0)

    def test_what_is_absent(self) -> None:
        layout = make_layout(relations=(BESIDE,))
        item = make_item("document_camera", 115, 10, 20, 12)
        lonely = only("V08", make_scene(layout, item))
        assert (lonely.state, lonely.reason) == (State.INCONCLUSIVE, Reason.ANCHOR_NOT_FOUND)
        assert only("V08", make_scene(layout, MONITOR)).reason is Reason.NOT_APPLICABLE
        untrained = make_scene(layout, item, trained_classes=frozenset({"document_camera"}))
        assert only("V08", untrained).reason is Reason.CLASS_UNTRAINED
        missed = make_scene(layout, item, often_missed=frozenset({"monitor"}))
        assert only("V08", missed).reason is Reason.CLASS_OFTEN_MISSED
        assert only("V08", make_scene(layout, item, MONITOR, often_missed=frozenset(BY_ID))).state is State.PASS
        assert only("V08", make_scene(make_layout())).reason is Reason.NOT_APPLICABLE

    def test_the_nearest_anchor_counts(self) -> None:
        second = make_item("monitor", 150, 10, 20, 20)
        scene = make_scene(
            make_layout(relations=(BESIDE,)), make_item("document_camera", 135, 10, 10, 12), MONITOR, second
        )
        assert only("V08", scene).state is State.PASS


MACHINE = Surface("machine", SurfaceKind.MACHINE_TOP, rect(10, 10, 40, 36), 28.0)


@pytest.mark.parametrize(("rule", "place"), [("V09", "riser"), ("V10", "machine")])
class TestRaised:
    @pytest.mark.parametrize(
        ("share", "stands", "changes", "state", "reason"),
        [
            ((1.0, 1.0, 1.0), True, {}, State.SUSPECTED, None),
            ((0.2, 0.6, 0.9), True, {}, State.INCONCLUSIVE, Reason.STRADDLES_LIMIT),
            ((0.1, 0.4, 0.7), False, {}, State.INCONCLUSIVE, Reason.STRADDLES_LIMIT),
            ((0.0, 0.1, 0.4), False, {}, State.PASS, None),
            ((1.0, 1.0, 1.0), True, {"confidence": 0.5}, State.INCONCLUSIVE, Reason.LOW_CONFIDENCE),
            ((1.0, 1.0, 1.0), True, {"scale_px_per_cm": 1.0}, State.NOT_ASSESSED, Reason.SCALE_TOO_SMALL),
        ],
    )
    def test_cup(
        self, rule: str, place: str, share: tuple[float, float, float], stands: bool, changes: dict[str, Any],
        state: State, reason: Reason | None,
    ) -> None:  # fmt: skip
        item = make_item(
            "cup", 20, 12, raised_share=share, near_surface=place, surface=place if stands else None, **changes
        )
        finding = only(rule, make_scene(make_layout(surfaces=(COUNTER, RISER, MACHINE)), item))
        assert (finding.state, finding.reason, finding.place) == (state, reason, place)

    def test_badly_seen(self, rule: str, place: str) -> None:
        scene = make_scene(make_layout(surfaces=(COUNTER, RISER, MACHINE)), seen={place: HIDDEN})
        assert only(rule, scene).reason is Reason.COVERED_BY_PERSON

    def test_no_such_surface(self, rule: str, place: str) -> None:
        assert only(rule, make_scene(make_layout())).reason is Reason.NOT_APPLICABLE

    @pytest.mark.parametrize("how", ["policy", "zone", "context"])
    def test_what_the_layout_lets_stand_there(self, rule: str, place: str, how: str) -> None:
        where = rect(62, 8, 30, 18) if place == "riser" else rect(12, 12, 30, 30)
        name = "trash_bin" if how == "context" else "telephone"
        item = make_item(
            name, where[0][0] + 2, where[0][1] + 2, raised_share=(1.0, 1.0, 1.0), near_surface=place, surface=place
        )
        layout = make_layout(
            surfaces=(COUNTER, RISER, MACHINE),
            policies=(Policy(name, PolicyKind.ALLOWED, place),) if how == "policy" else (),
            zones=(HomeZone("z", name, where),) if how == "zone" else (),
        )
        assert only(rule, make_scene(layout, item)).state is State.PASS


def test_v09_lets_the_monitor_stand() -> None:
    monitor = make_item("monitor", 62, 8, surface="riser", near_surface="riser", raised_share=(1.0, 1.0, 1.0))
    assert only("V09", make_scene(make_layout(surfaces=(COUNTER, RISER)), monitor)).state is State.PASS


PRINTER = make_item("printer", 20, 20, 40, 36)


class TestV13:
    @pytest.mark.parametrize(
        ("item", "changes", "state", "reason"),
        [
            (PRINTER, {}, State.SUSPECTED, None),
            (make_item("printer", 20, 50, 40, 36, sigma=2), {}, State.INCONCLUSIVE, Reason.STRADDLES_LIMIT),
            (make_item("printer", 20, 20, 40, 36, confidence=0.5), {}, State.INCONCLUSIVE, Reason.LOW_CONFIDENCE),
            (make_item("printer", 20, 65, 40, 36), {}, State.PASS, None),
            (make_item("cup", 20, 20), {}, State.PASS, None),
            (make_item("cup", 20, 20), {"seen": {"counter": OUT}}, State.INCONCLUSIVE, Reason.SURFACE_OUT_OF_FRAME),
        ],
    )
    def test_printer(self, item: PlacedItem, changes: dict[str, Any], state: State, reason: Reason | None) -> None:
        finding = only("V13", make_scene(make_layout(), item, **changes))
        assert (finding.state, finding.reason, finding.place) == (state, reason, "counter")

    def test_untrained(self) -> None:
        found = findings_of("V13", make_scene(make_layout(), trained_classes=frozenset()))
        assert {finding.state for finding in found} == {State.NOT_ASSESSED}

    @pytest.mark.parametrize(
        ("changes", "state", "reason"),
        [
            ({"place_type": PlaceType.MIDDLE_OFFICE}, State.NOT_ASSESSED, Reason.NOT_APPLICABLE),
            ({"cabinet_fitted": False}, State.EXEMPT, Reason.NO_CABINET),
            ({"policies": (Policy("printer", PolicyKind.ALLOWED),)}, State.NOT_ASSESSED, Reason.NOT_APPLICABLE),
            ({"policies": (Policy("printer", PolicyKind.ZONE, "counter"),)}, State.NOT_ASSESSED, Reason.NOT_APPLICABLE),
            ({"zones": (HomeZone("p", "printer", rect(18, 18, 44, 40)),)}, State.NOT_ASSESSED, Reason.NOT_APPLICABLE),
            ({"surfaces": (Surface("low", SurfaceKind.LOW_CABINET, rect(0, 0, 180, 70)),)}, State.NOT_ASSESSED,
             Reason.NOT_APPLICABLE),
        ],
    )  # fmt: skip
    def test_where_it_does_not_apply(self, changes: dict[str, Any], state: State, reason: Reason) -> None:
        scene = make_scene(make_layout(**changes), PRINTER)
        finding = only("V13", scene)
        assert (finding.state, finding.reason) == (state, reason)
        assert not [f for f in findings_of("V01", scene) if f.item == "printer"]

    def test_a_printer_on_the_cabinet_beside_the_counter(self) -> None:
        cabinet = Surface("low", SurfaceKind.LOW_CABINET, rect(0, 0, 90, 70))
        counter = Surface("counter", SurfaceKind.MAIN_COUNTER, rect(90, 0, 90, 70))
        scene = make_scene(make_layout(surfaces=(cabinet, counter)), PRINTER)
        assert only("V13", scene).state is State.PASS

    def test_in_its_own_zone_on_an_otherwise_forbidden_counter(self) -> None:
        layout = make_layout(
            policies=(Policy("printer", PolicyKind.FORBIDDEN),), zones=(HomeZone("p", "printer", rect(18, 18, 44, 40)),)
        )
        assert only("V13", make_scene(layout, PRINTER)).state is State.PASS


class TestRaisedLedge:
    """A public ledge higher than the desk: items are placed at its height and belong to it alone."""

    def test_surface_by_height(self) -> None:
        ledge = Surface("ledge", SurfaceKind.PUBLIC_LEDGE, rect(0, 0, 180, 20), 18.0)
        on = make_item("bag", 50, 4, surface="ledge", near_surface="ledge", raised_share=(0.9, 1.0, 1.0))
        scene = make_scene(make_layout(surfaces=(COUNTER, ledge)), on)
        assert worst("V01", scene, "bag").place == "ledge"
        beneath = make_item("bag", 50, 4)
        assert worst("V01", make_scene(make_layout(surfaces=(COUNTER, ledge)), beneath), "bag").place == "counter"
