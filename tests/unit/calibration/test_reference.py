"""V02 from pictures to sentence: a detector whose features are the picture's own means over squares of 8 px."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import cv2
import numpy as np
import pytest
from deskcheck_calibration.findings import Finding, Judgement, Reason, State
from deskcheck_calibration.grace import GraceState, Lingering
from deskcheck_calibration.judging import Judged, judge
from deskcheck_calibration.layout import HomeZone, Surface, SurfaceKind
from deskcheck_calibration.picture import overlay_values
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.reference import Reference, look_at_reference, view_change_deg
from deskcheck_calibration.rules.catalogue import evaluate
from deskcheck_calibration.scene import WHOLE_DESK, Comparison, PlaceView, Region, SourceKind
from deskcheck_calibration.wording import sentence
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import ModelIdentity, Sight, Tiling
from deskcheck_vision.frames import Frame
from deskcheck_vision.letterbox import Letterbox
from deskcheck_vision.novelty import FeatureMap
from deskcheck_vision.overlay import OverlayState
from deskcheck_vision.taxonomy import BY_ID

from tests.unit.calibration.conftest import OPEN_TIME, make_item, make_layout, make_scene, rect
from tests.unit.calibration.test_rules import findings_of, only

WH = (640, 480)
DESK = (180.0, 70.0)
CORNERS = [(60.0, 120.0), (580.0, 120.0), (620.0, 440.0), (20.0, 440.0)]
TRAINED = frozenset(BY_ID)


class PoolingDetector:
    """Knows the boxes beforehand; its features are colours and their slopes in squares of 8 px."""

    def __init__(self, *rows: tuple[str, float, tuple[float, ...]], features: bool = True) -> None:
        self.rows, self.features = rows, features

    @property
    def model(self) -> ModelIdentity:
        return ModelIdentity("pooling", "ab" * 32, TRAINED, session="test")

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        rows: Any = [row for row in self.rows if row[1] >= min_confidence]
        return Detections.from_rows(rows, WH)

    def look(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Sight:
        found = self.detect(image, min_confidence=min_confidence)
        if not self.features:
            return Sight(found, None)
        letterbox = Letterbox.fit(WH, (640, 640), 32)
        boxed = letterbox.apply(image).astype(np.float32)
        rows, columns = boxed.shape[0] // 8, boxed.shape[1] // 8
        means = cv2.resize(boxed, (columns, rows), interpolation=cv2.INTER_AREA)
        slopes = [cv2.Sobel(means, cv2.CV_32F, *order) for order in ((1, 0), (0, 1))]
        values = np.concatenate([means, *slopes], axis=2).transpose(2, 0, 1)
        return Sight(found, FeatureMap(np.ascontiguousarray(values), letterbox))


def desk_picture(noise: int = 0) -> Uint8Array:
    """A desk with a smooth grain, as seen in daylight, with the noise of another moment."""
    y, x = np.mgrid[0:480, 0:640]
    grain = 110 + 25 * np.sin(x / 37 + y / 91) + 20 * np.cos(y / 23 - x / 130)
    image = np.stack([grain * 0.8, grain * 0.9, grain], axis=-1)
    image += np.random.default_rng(noise).normal(0, 4, image.shape)
    return np.asarray(image.clip(0, 255), np.uint8)


def with_thing(image: Uint8Array, xyxy: tuple[int, int, int, int], bgr: tuple[int, int, int]) -> Uint8Array:
    changed = image.copy()
    left, top, right, bottom = xyxy
    changed[top:bottom, left:right] = bgr
    return changed


THING = (300, 260, 348, 300)
# Slopes are felt a cell beyond a thing's edge, as a network's features are.
AROUND = (280.0, 240.0, 368.0, 320.0)
RED = (30, 20, 250)


def plane() -> DeskPlane:
    return DeskPlane.from_corners(CORNERS, DESK, WH)


def reference_by(detector: PoolingDetector, image: Uint8Array | None = None) -> Reference:
    return look_at_reference(desk_picture() if image is None else image, plane(), detector)


def judged(image: Uint8Array, detector: PoolingDetector, reference: Reference | None, **changes: Any) -> Judged:
    values: dict[str, Any] = {"layout": make_layout(), "plane": plane(), **changes}
    frame = Frame(image, OPEN_TIME, "test")
    return judge([frame], values.pop("layout"), values.pop("plane"), detector, reference=reference, **values)


def v02(judgement: Judgement) -> list[Finding]:
    return [finding for finding in judgement.findings if finding.rule == "V02"]


def test_something_unlisted_is_suspected_where_it_is_and_drawn() -> None:
    detector = PoolingDetector()
    result = judged(with_thing(desk_picture(1), THING, RED), detector, reference_by(detector))
    (finding,) = v02(result.judgement)
    assert finding.state is State.SUSPECTED
    assert finding.xyxy is not None
    assert finding.footprint_cm is not None
    middle = (finding.xyxy[0] + finding.xyxy[2]) / 2, (finding.xyxy[1] + finding.xyxy[3]) / 2
    assert middle == pytest.approx((324, 280), abs=8)
    assert 15 <= (finding.measured or 0) <= 400
    assert finding.unit == "cm2"
    x, y = plane().to_cm(np.array([[324.0, 280.0]]))[0]
    told = sentence(finding)
    assert told.startswith("未登记物品 约 ")
    assert f"台面左起 {x:.0f}" in told or f"台面左起 {x + 1:.0f}" in told or f"台面左起 {x - 1:.0f}" in told
    assert sentence(finding, "en").startswith("unlisted thing, about ")
    (thing,) = overlay_values(result, make_layout(), "en").items
    assert (thing.name, thing.state) == ("unlisted thing", OverlayState.SUSPECTED)
    assert thing.label in sentence(finding, "en").replace(", about", " (about").replace(" cm, at", " cm) at")
    assert result.judgement.state is State.SUSPECTED
    assert 0 < y < DESK[1]


def test_the_same_desk_in_other_light_passes_for_what_was_compared() -> None:
    detector = PoolingDetector()
    brighter = np.asarray((desk_picture(2).astype(np.float32) * 1.3 + 8).clip(0, 255), np.uint8)
    (finding,) = v02(judged(brighter, detector, reference_by(detector)).judgement)
    assert finding.state is State.PASS
    assert finding.measured == pytest.approx(100, abs=1)
    assert sentence(finding) == "清单外物品：已比对的台面（100%）未发现"
    assert sentence(finding, "en") == "unlisted item: nothing found on the 100% of the desk compared"


def test_what_the_detector_is_sure_of_explains_itself_and_what_it_guesses_does_not() -> None:
    image = with_thing(desk_picture(1), THING, RED)
    for confidence, state in ((0.9, State.PASS), (0.7, State.SUSPECTED)):
        detector = PoolingDetector(("cup", confidence, AROUND))
        reference = reference_by(PoolingDetector())
        assert {f.state for f in v02(judged(image, detector, reference).judgement)} == {state}


def test_the_place_of_a_thing_that_is_gone_is_not_compared() -> None:
    reference = reference_by(PoolingDetector(("cup", 0.5, AROUND)), with_thing(desk_picture(), THING, RED))
    (finding,) = v02(judged(desk_picture(1), PoolingDetector(), reference).judgement)
    assert finding.state is State.PASS
    assert finding.measured is not None
    assert finding.measured < 100


def test_persons_are_never_unlisted_however_unsure() -> None:
    image = with_thing(desk_picture(1), THING, RED)
    result = judged(image, PoolingDetector(("person", 0.25, AROUND)), reference_by(PoolingDetector()))
    assert {finding.state for finding in v02(result.judgement)} == {State.PASS}


def test_without_a_reference_it_is_not_assessed() -> None:
    (finding,) = v02(judged(desk_picture(), PoolingDetector(), None).judgement)
    assert (finding.state, finding.reason) == (State.NOT_ASSESSED, Reason.NO_REFERENCE)


def test_without_features_it_is_not_assessed() -> None:
    blind = PoolingDetector(features=False)
    (finding,) = v02(judged(desk_picture(), blind, reference_by(blind)).judgement)
    assert (finding.state, finding.reason) == (State.NOT_ASSESSED, Reason.NO_FEATURES)


def test_an_unregistered_picture_is_inconclusive_for_what_would_be_compared() -> None:
    detector = PoolingDetector()
    (finding,) = v02(judged(desk_picture(), detector, reference_by(detector), plane=None).judgement)
    assert finding.reason in (Reason.NOT_REGISTERED, Reason.NO_REFERENCE)
    assert finding.state in (State.INCONCLUSIVE, State.NOT_ASSESSED)


def test_without_a_layout_nothing_is_compared() -> None:
    detector = PoolingDetector()
    (finding,) = v02(judged(desk_picture(), detector, reference_by(detector), layout=None).judgement)
    assert (finding.state, finding.reason) == (State.INCONCLUSIVE, Reason.LAYOUT_MISSING)


def test_another_view_or_another_desk_is_not_assessed() -> None:
    detector = PoolingDetector()
    turned = DeskPlane.from_corners([(140, 130), (600, 100), (560, 400), (20, 460)], DESK, WH)
    (finding,) = v02(judged(desk_picture(), detector, reference_by(detector), plane=turned).judgement)
    assert (finding.state, finding.reason) == (State.NOT_ASSESSED, Reason.VIEW_TOO_DIFFERENT)
    other = np.random.default_rng(5).integers(0, 255, (480, 640, 3), np.uint8)
    (finding,) = v02(judged(other, detector, reference_by(detector)).judgement)
    assert (finding.state, finding.reason) == (State.NOT_ASSESSED, Reason.VIEW_TOO_DIFFERENT)


def test_a_desk_behind_things_is_not_assessed() -> None:
    detector = PoolingDetector(("monitor", 0.9, (0.0, 0.0, 640.0, 480.0)))
    (finding,) = v02(judged(desk_picture(), detector, reference_by(detector)).judgement)
    assert (finding.state, finding.reason) == (State.NOT_ASSESSED, Reason.TOO_LITTLE_COMPARED)
    assert "太少" in sentence(finding)


def test_a_reference_of_another_model_is_refused() -> None:
    detector = PoolingDetector()
    with pytest.raises(ValueError, match="another model"):
        judged(desk_picture(), detector, replace(reference_by(detector), model_sha256="cd" * 32))


def test_small_things_are_below_the_limit_of_the_layout() -> None:
    detector = PoolingDetector()
    layout = make_layout(parameters={"V02": {"min_area_cm2": 1500}})
    image = with_thing(desk_picture(1), THING, RED)
    (finding,) = v02(judged(image, detector, reference_by(detector), layout=layout).judgement)
    assert finding.state is State.PASS


def test_what_the_approved_picture_is_taken_for_too_is_not_forbidden() -> None:
    box = (300.0, 250.0, 340.0, 300.0)
    taken = PoolingDetector(("food", 0.8, box))
    for known, state in (
        (("food", 0.4, box), State.INCONCLUSIVE),
        (("food", 0.4, (150.0, 250.0, 190.0, 300.0)), State.SUSPECTED),
        (("bag", 0.4, box), State.SUSPECTED),
    ):
        result = judged(desk_picture(1), taken, reference_by(PoolingDetector(known)))
        (found,) = [one for one in result.judgement.findings if (one.rule, one.item) == ("V01", "food")]
        assert found.state is state, known


class TestViewChange:
    def test_none_between_pictures_of_one_view_at_two_sizes(self) -> None:
        doubled = DeskPlane.from_corners([(2 * x, 2 * y) for x, y in CORNERS], DESK, (1280, 960))
        assert view_change_deg(plane(), doubled) == 0.0
        assert view_change_deg(doubled, plane()) == 0.0

    def test_a_step_aside_changes_it(self) -> None:
        aside = DeskPlane.from_corners([(x + 12 * (y > 200), y) for x, y in CORNERS], DESK, WH)
        assert 0.3 < view_change_deg(plane(), aside) < 20

    def test_a_view_that_no_camera_has_is_unknown(self) -> None:
        behind = replace(plane(), homography=plane().homography @ np.diag([-1.0, 1.0, 1.0]), pose=None)
        assert view_change_deg(plane(), behind) == float("inf")


REGION = Region(rect(50, 5, 12, 9), 108.0, (500.0, 50.0, 620.0, 140.0), 1.4)


class TestRule:
    def test_every_region_large_enough_is_a_finding(self) -> None:
        small = replace(REGION, area_cm2=14.0)
        scene = make_scene(make_layout(), comparison=Comparison((REGION, small), 0.8))
        finding = only("V02", scene)
        assert finding.state is State.SUSPECTED
        assert (finding.measured, finding.limit, finding.xyxy) == (108.0, 15, REGION.xyxy)
        assert sentence(finding) == "未登记物品 约 12×9 cm，位于台面左起 56 cm、距外沿 10 cm"
        assert sentence(finding, "en") == "unlisted thing, about 12 x 9 cm, at 56 cm from the left, 10 cm from the edge"

    @pytest.mark.parametrize(
        ("x", "width", "confidence", "rules"),
        [
            (50, 12, 0.8, {"V01": State.SUSPECTED, "V02": State.PASS}),
            (50, 4, 0.8, {"V01": State.SUSPECTED, "V02": State.SUSPECTED}),  # a third of the region is not all of it
            (90, 12, 0.8, {"V01": State.SUSPECTED, "V02": State.SUSPECTED}),
            (50, 12, 0.7, {"V01": State.INCONCLUSIVE, "V02": State.SUSPECTED}),
        ],
    )
    def test_what_another_rule_suspects_is_not_unlisted_too(
        self, x: float, width: float, confidence: float, rules: dict[str, State]
    ) -> None:
        food = make_item("food", x, 5, width, 9, confidence=confidence)
        findings = evaluate(make_scene(make_layout(), food, comparison=Comparison((REGION,), 0.8)))
        said = {finding.rule: finding.state for finding in findings if finding.rule == "V02" or finding.item == "food"}
        assert {rule: said[rule] for rule in rules} == rules

    def test_a_listed_thing_in_its_own_place_is_none(self) -> None:
        layout = make_layout(zones=(HomeZone("mouse", "mouse", rect(48, 3, 16, 13)),))
        for confidence, x, state in ((0.4, 52, State.PASS), (0.4, 90, State.SUSPECTED), (0.9, 52, State.PASS)):
            mouse = make_item("mouse", x, 6, 6, 8, confidence=confidence)
            scene = make_scene(layout, mouse, comparison=Comparison((REGION,), 0.8))
            assert only("V02", scene).state is state, (confidence, x)
        # Another class's place explains nothing.
        bear = make_item("personal_ornament", 52, 6, 6, 8, confidence=0.4)
        assert only("V02", make_scene(layout, bear, comparison=Comparison((REGION,), 0.8))).state is State.SUSPECTED

    def test_in_hours_a_camera_gives_it_time_over_several_looks(self) -> None:
        before = Lingering("V02", "", "", (58, 11), 5.0, OPEN_TIME - timedelta(minutes=30), OPEN_TIME)
        elsewhere = replace(before, centre_cm=(90, 40))
        for things, kind, state in (
            ((), SourceKind.CAMERA, State.INCONCLUSIVE),
            ((elsewhere,), SourceKind.CAMERA, State.INCONCLUSIVE),
            ((before,), SourceKind.CAMERA, State.SUSPECTED),
            ((), SourceKind.PHOTO, State.SUSPECTED),
        ):
            seen = Comparison((REGION,), 0.8)
            scene = make_scene(make_layout(), comparison=seen, source_kind=kind, grace=GraceState(things))
            assert only("V02", scene).state is state, (things, kind)
        closed = make_scene(make_layout(), comparison=seen, source_kind=SourceKind.CAMERA, open_now=False)
        assert only("V02", closed).state is State.SUSPECTED

    def test_a_camera_tells_small_regions_less_well(self) -> None:
        for area_cm2, kind, state in (
            (40.0, SourceKind.PHOTO, State.SUSPECTED),
            (40.0, SourceKind.CAMERA, State.PASS),
            (60.0, SourceKind.CAMERA, State.SUSPECTED),
        ):
            small = Comparison((replace(REGION, area_cm2=area_cm2),), 0.8)
            scene = make_scene(make_layout(), comparison=small, source_kind=kind, open_now=False)
            assert only("V02", scene).state is state

    def test_on_the_public_ledge_it_may_be_a_clients(self) -> None:
        ledge = Surface("ledge", SurfaceKind.PUBLIC_LEDGE, rect(0, 0, 180, 20))
        layout = make_layout(surfaces=(ledge,))
        comparison = Comparison((REGION,), 0.8)
        present = only("V02", make_scene(layout, comparison=comparison, client_present=True))
        assert (present.state, present.reason) == (State.INCONCLUSIVE, Reason.MAY_BE_CLIENTS)
        assert only("V02", make_scene(layout, comparison=comparison)).state is State.SUSPECTED
        elsewhere = replace(REGION, polygon_cm=rect(50, 40, 12, 9))
        comparison = Comparison((elsewhere,), 0.8)
        assert only("V02", make_scene(layout, comparison=comparison, client_present=True)).state is State.SUSPECTED

    @pytest.mark.parametrize(
        ("view", "reason"),
        [
            (PlaceView(covered_share=0.31), Reason.COVERED_BY_PERSON),
            (PlaceView(visible_share=0.79), Reason.SURFACE_OUT_OF_FRAME),
        ],
    )
    def test_nothing_found_on_a_desk_badly_seen_is_inconclusive(self, view: PlaceView, reason: Reason) -> None:
        scene = make_scene(make_layout(), comparison=Comparison((), 0.8), seen={WHOLE_DESK: view})
        finding = only("V02", scene)
        assert (finding.state, finding.reason) == (State.INCONCLUSIVE, reason)

    def test_too_little_compared_is_never_a_pass(self) -> None:
        finding = only("V02", make_scene(make_layout(), comparison=Comparison((), 0.29)))
        assert (finding.state, finding.reason) == (State.NOT_ASSESSED, Reason.TOO_LITTLE_COMPARED)

    def test_cameras_are_judged_alike_after_closing(self) -> None:
        seen = Comparison((REGION,), 0.8)
        scene = make_scene(make_layout(), comparison=seen, source_kind=SourceKind.CAMERA, open_now=False)
        assert {finding.state for finding in findings_of("V02", scene)} == {State.SUSPECTED}
