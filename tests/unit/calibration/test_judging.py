from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from deskcheck_calibration.compare import compare
from deskcheck_calibration.errors import NoReferenceViewError
from deskcheck_calibration.findings import Finding, Judgement, Reason, State, overall_state
from deskcheck_calibration.judging import DETECT_FROM, judge, plane_for_photo
from deskcheck_calibration.layout import HomeZone, Hours, Layout, ReferenceView, When
from deskcheck_calibration.picture import overlay_of, overlay_values
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.rules.catalogue import RULE_SET_VERSION, RULES
from deskcheck_calibration.scene import WHOLE_DESK, SourceKind
from deskcheck_calibration.visibility import is_client_present, place_views, sample_points, touched_items
from deskcheck_calibration.wording import item_name, reason_text, rule_title, sentence, state_name
from deskcheck_calibration.working_hours import is_open, is_valid
from deskcheck_vision.detections import Detections
from deskcheck_vision.detector import ModelIdentity, Tiling
from deskcheck_vision.frames import Frame
from deskcheck_vision.lettering import FONT_PATH
from deskcheck_vision.overlay import OverlayState
from deskcheck_vision.taxonomy import BY_ID

from tests.benchmarks.calibration.projected import box_of, camera, footprint, project
from tests.unit.calibration.conftest import COUNTER, OPEN_TIME, RISER, make_item, make_layout, rect

WH = (1280, 960)
DESK = (180.0, 70.0)
PROJECTION = camera(45, 5, 230, 1000, WH, DESK)
SHARP = np.random.default_rng(0).integers(0, 255, (960, 1280, 3), np.uint8)
CUP_ZONE = HomeZone("cup-place", "cup", rect(120, 40, 14, 14), returns=True)


class KnownDetector:
    """A detector of a scene that is known beforehand; one list of detections per call."""

    def __init__(self, *results: Detections, trained: frozenset[str] = frozenset(BY_ID)) -> None:
        self.results = list(results)
        self.asked: list[float] = []
        self._model = ModelIdentity("known", "ab" * 32, trained, session="known-fp32")

    @property
    def model(self) -> ModelIdentity:
        return self._model

    def detect(self, image: np.ndarray, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        self.asked.append(min_confidence)
        return self.results[min(len(self.asked), len(self.results)) - 1]


def corners() -> list[tuple[float, float]]:
    found = project(PROJECTION, np.array([[0, 0], [DESK[0], 0], [DESK[0], DESK[1]], [0, DESK[1]]]))
    return [(float(x), float(y)) for x, y in found]


def plane() -> DeskPlane:
    return DeskPlane.from_corners(corners(), DESK, WH)


def row(name: str, centre: tuple[float, float], confidence: float = 0.9) -> tuple[str, float, tuple[float, ...]]:
    size = np.array(BY_ID[name].size_cm)
    outline = footprint(centre, size, 0.0, is_round=name == "cup")
    return name, confidence, tuple(box_of(PROJECTION, outline, size[2]))


def frame(image: np.ndarray = SHARP, seconds: float = 0.0) -> Frame:
    live = image.copy()
    live[0, 0] = int(seconds) % 251  # a picture that comes twice, pixel by pixel, is of a frozen stream
    return Frame(live, OPEN_TIME + timedelta(seconds=seconds), "test")


def states(judgement: Judgement, rule: str) -> set[State]:
    return {finding.state for finding in judgement.findings if finding.rule == rule}


LAYOUT = make_layout(zones=(CUP_ZONE,))


class TestJudge:
    def test_a_photo_with_a_cup_out_of_place(self) -> None:
        detector = KnownDetector(Detections.from_rows([row("cup", (60, 30)), row("bag", (30, 40), 0.25)], WH))
        judged = judge([frame()], LAYOUT, plane(), detector)
        assert judged.judgement.state is State.SUSPECTED
        (finding,) = [f for f in judged.judgement.findings if f.state is State.SUSPECTED]
        assert (finding.rule, finding.item, finding.place) == ("V07", "cup", "cup-place")
        assert finding.measured == pytest.approx(120 - 56.6, abs=2.0)  # its farthest corner to the zone
        assert (judged.judgement.window, judged.judgement.layout_version) == ("A03", 7)
        assert (judged.judgement.model_sha256, judged.judgement.model_session) == ("ab" * 32, "known-fp32")
        assert judged.judgement.rule_set_version == RULE_SET_VERSION
        assert detector.asked == [DETECT_FROM]
        assert len(judged.detections) == 2
        assert [item.item for item in judged.placed] == ["cup"]

    def test_the_same_photo_gives_the_same_judgement(self) -> None:
        detections = Detections.from_rows([row("cup", (60, 30))], WH)
        first, second = (judge([frame()], LAYOUT, plane(), KnownDetector(detections)) for _ in range(2))
        assert first.judgement == second.judgement

    def test_back_in_place_it_passes(self) -> None:
        judged = judge([frame()], LAYOUT, plane(), KnownDetector(Detections.from_rows([row("cup", (127, 47))], WH)))
        assert states(judged.judgement, "V07") == {State.PASS}

    @pytest.mark.parametrize(
        ("image", "reason"),
        [(np.full((960, 1280, 3), 128, np.uint8), Reason.BLURRED), (SHARP // 20, Reason.DARK)],
    )
    def test_a_bad_picture_judges_nothing(self, image: np.ndarray, reason: Reason) -> None:
        judged = judge([frame(image)], LAYOUT, plane(), KnownDetector(Detections.from_rows([row("bag", (60, 30))], WH)))
        assert judged.judgement.state is State.INCONCLUSIVE
        assert reason.value in judged.quality.problems
        assert not states(judged.judgement, "V01") - {State.INCONCLUSIVE}

    def test_no_layout(self) -> None:
        judged = judge([frame()], None, plane(), KnownDetector(Detections.empty(WH)), window="B07")
        assert judged.judgement.window == "B07"
        assert judged.judgement.layout_version == 0
        assert {(f.state, f.reason) for f in judged.judgement.findings} == {(State.INCONCLUSIVE, Reason.LAYOUT_MISSING)}
        assert len(judged.judgement.findings) == len(RULES)

    def test_not_registered(self) -> None:
        judged = judge([frame()], LAYOUT, None, KnownDetector(Detections.from_rows([row("bag", (60, 30))], WH)))
        assert judged.placed == ()
        assert {f.reason for f in judged.judgement.findings if f.state is State.INCONCLUSIVE} == {Reason.NOT_REGISTERED}

    @pytest.mark.parametrize(("kind", "limit_cm"), [(SourceKind.PHOTO, 2.0), (SourceKind.CAMERA, 5.0)])
    def test_a_rough_registration(self, kind: SourceKind, limit_cm: float) -> None:
        detector = KnownDetector(Detections.empty(WH))
        for residual, found in ((limit_cm - 0.1, False), (limit_cm + 0.1, True)):
            judged = judge([frame()], LAYOUT, replace(plane(), residual_cm=residual), detector, source_kind=kind)
            reasons = {finding.reason for finding in judged.judgement.findings}
            assert (Reason.REGISTRATION_RESIDUAL in reasons) is found

    def test_the_callers_own_problems(self) -> None:
        detector = KnownDetector(Detections.empty(WH))
        judged = judge([frame()], LAYOUT, plane(), detector, problems=(Reason.CAMERA_MOVED,))
        assert Reason.CAMERA_MOVED in {finding.reason for finding in judged.judgement.findings}

    def test_a_class_without_training_is_never_missing(self) -> None:
        layout = make_layout(zones=(HomeZone("e", "evaluator", rect(20, 20, 30, 20), min_count=1),))
        detector = KnownDetector(Detections.empty(WH), trained=frozenset({"cup"}))
        judged = judge([frame()], layout, plane(), detector)
        assert states(judged.judgement, "V05") == {State.NOT_ASSESSED}

    @pytest.mark.parametrize(
        ("confidence", "state"),
        [(0.9, State.PASS), (0.5, State.INCONCLUSIVE), (0.25, State.INCONCLUSIVE), (None, State.SUSPECTED)],
    )
    def test_a_required_thing_is_missing_only_where_nothing_looks_like_it(
        self, confidence: float | None, state: State
    ) -> None:
        layout = make_layout(zones=(HomeZone("e", "evaluator", rect(20, 20, 30, 20), min_count=1),))
        rows = [] if confidence is None else [row("evaluator", (35, 30), confidence)]
        judged = judge([frame()], layout, plane(), KnownDetector(Detections.from_rows(rows, WH)))
        assert states(judged.judgement, "V05") == {state}
        assert len(judged.placed) == (confidence is not None and confidence >= 0.35)

    def test_a_person_over_the_zone(self) -> None:
        layout = make_layout(zones=(HomeZone("e", "evaluator", rect(20, 20, 30, 20), min_count=1),))
        person = ("person", 0.8, (100.0, 100.0, 900.0, 900.0))
        judged = judge([frame()], layout, plane(), KnownDetector(Detections.from_rows([person], WH)))
        (finding,) = [f for f in judged.judgement.findings if f.rule == "V05"]
        assert (finding.state, finding.reason) == (State.INCONCLUSIVE, Reason.COVERED_BY_PERSON)

    def test_a_burst_is_fused(self) -> None:
        with_bag = Detections.from_rows([row("bag", (60, 30))], WH)
        detector = KnownDetector(with_bag, with_bag, Detections.empty(WH))
        frames = [frame(seconds=0), frame(seconds=400), frame(seconds=700)]
        judged = judge(frames, LAYOUT, plane(), detector, source_kind=SourceKind.CAMERA)
        assert [round(item.support, 2) for item in judged.placed] == [0.67]
        assert State.SUSPECTED in states(judged.judgement, "V01")  # 700 s are longer than the grace time
        shorter = judge(frames, LAYOUT, plane(), KnownDetector(with_bag), source_kind=SourceKind.CAMERA, observed_s=5.0)
        assert State.SUSPECTED not in states(shorter.judgement, "V01")

    def test_no_frame_is_a_programming_error(self) -> None:
        with pytest.raises(ValueError, match="frame"):
            judge([], LAYOUT, plane(), KnownDetector(Detections.empty(WH)))


def view(name: str, wh: tuple[int, int], shift: float = 0.0, focal: float | None = None) -> ReferenceView:
    a, b, c, d = [(x * wh[0] / WH[0] + shift, y * wh[1] / WH[1]) for x, y in corners()]
    return ReferenceView(name, wh, (a, b, c, d), focal)


class TestPlaneForPhoto:
    def test_the_photos_own_view_comes_first(self) -> None:
        layout = make_layout(views=(view("other", WH), view("IMG_2.jpg", WH, shift=8)))
        for name in ("IMG_2.jpg", "/some/where/IMG_2.jpg"):
            assert plane_for_photo(layout, WH, name).to_cm(np.array([corners()[0]]))[0][0] < -0.5
        assert plane_for_photo(layout, WH, "new.jpg").to_cm(np.array([corners()[0]]))[0] == pytest.approx(
            [0, 0], abs=0.1
        )

    def test_corners_and_focal_length_are_scaled(self) -> None:
        layout = make_layout(views=(view("half", (640, 480), focal=500.0),))
        found = plane_for_photo(layout, WH)
        assert found.to_cm(np.array([corners()[2]]))[0] == pytest.approx(DESK, abs=0.1)
        assert found.pose is not None
        assert found.pose.focal_px == pytest.approx(1000.0)

    @pytest.mark.parametrize("views", [(), (view("tall", (960, 1280)),)])
    def test_no_view_fits(self, views: tuple[ReferenceView, ...]) -> None:
        with pytest.raises(NoReferenceViewError) as caught:
            plane_for_photo(make_layout(views=views), WH, "a.jpg")
        assert caught.value.facts["photo"] == "a.jpg"
        assert "calibrate" in caught.value.next_step("en")


class TestVisibility:
    def views(self, *rows: tuple[str, float, tuple[float, ...]], layout: Layout = LAYOUT) -> dict[str, object]:
        from deskcheck_calibration.placing import place_items

        detections = Detections.from_rows(list(rows), WH)
        return dict(place_views(layout, plane(), detections, place_items(detections, plane()), 0.35))

    def test_everything_in_frame(self) -> None:
        found = self.views()
        assert set(found) == {WHOLE_DESK, "counter", "cup-place"}
        assert found["counter"].visible_share == 1.0  # type: ignore[attr-defined]
        assert found["cup-place"].scale_px_per_cm == pytest.approx(4.3, abs=0.4)  # type: ignore[attr-defined]

    def test_a_place_outside_the_picture(self) -> None:
        layout = make_layout(surfaces=(replace(COUNTER, polygon_cm=rect(0, 0, 600, 70)),))
        assert self.views(layout=layout)["counter"].visible_share < 0.5  # type: ignore[attr-defined]

    def test_behind_the_camera_nothing_is_visible(self) -> None:
        layout = make_layout(surfaces=(replace(COUNTER, polygon_cm=rect(0, 400, 180, 70)),))
        assert self.views(layout=layout)["counter"].visible_share == 0.0  # type: ignore[attr-defined]

    def test_a_monitor_hides_what_is_behind_it_but_not_its_own_place(self) -> None:
        layout = make_layout(
            zones=(
                HomeZone("behind", "pen_holder", rect(80, 4, 14, 10)), HomeZone("own", "monitor", rect(60, 30, 54, 20)),
            )
        )  # fmt: skip
        found = self.views(row("monitor", (87, 40)), layout=layout)
        assert found["behind"].hidden_share == 1.0  # type: ignore[attr-defined]
        assert found["own"].hidden_share == 0.0  # type: ignore[attr-defined]

    def test_raised_zones_are_looked_for_at_their_height(self) -> None:
        layout = make_layout(surfaces=(COUNTER, RISER), zones=(HomeZone("up", "telephone", rect(70, 10, 20, 15)),))
        assert self.views(layout=layout)["up"].visible_share == 1.0  # type: ignore[attr-defined]

    def test_a_sliver_still_has_a_point(self) -> None:
        assert len(sample_points(((0.0, 0.0), (100.0, 100.0), (100.0, 100.01)))) >= 1

    @pytest.mark.parametrize(
        ("rows", "present"),
        [
            ([], False),
            ([("person", 0.9, (500.0, 20.0, 700.0, 300.0))], True),  # ends at the far, public edge
            ([("person", 0.9, (500.0, 300.0, 800.0, 950.0))], False),  # staff, in front
            ([("person", 0.2, (500.0, 20.0, 700.0, 300.0))], False),
        ],
    )
    def test_clients(self, rows: list[tuple[str, float, tuple[float, float, float, float]]], present: bool) -> None:
        assert is_client_present(Detections.from_rows(rows, WH), plane(), 0.35) is present

    def test_items_in_hand(self) -> None:
        detections = Detections.from_rows(
            [("person", 0.9, (0.0, 0.0, 500.0, 500.0)), ("cup", 0.9, (100.0, 100.0, 150.0, 150.0))], WH
        )
        inside = make_item("cup", 10, 10, index=1, xyxy=(100, 100, 150, 150))
        outside = make_item("cup", 10, 10, index=2, xyxy=(480, 480, 600, 600))
        assert touched_items(detections, [inside, outside], 0.35) == {1}


class TestHours:
    @pytest.mark.parametrize(
        ("at", "open_now"),
        [
            (datetime(2026, 11, 20, 0, 59, tzinfo=UTC), False),
            (datetime(2026, 11, 20, 1, 0, tzinfo=UTC), True),
            (datetime(2026, 11, 20, 4, 0, tzinfo=UTC), False),  # noon: half-open
            (datetime(2026, 11, 20, 5, 30, tzinfo=UTC), True),
            (datetime(2026, 11, 21, 2, 0, tzinfo=UTC), False),  # Saturday
            (datetime(2026, 11, 19, 23, 0, tzinfo=UTC), False),
        ],
    )
    def test_open(self, at: datetime, open_now: bool) -> None:
        assert is_open(Hours(), at) is open_now

    def test_naive_times_are_refused(self) -> None:
        with pytest.raises(ValueError, match="aware"):
            is_open(Hours(), datetime(2026, 11, 20, 1, 0))  # noqa: DTZ001

    @pytest.mark.parametrize(
        ("when", "open_now", "valid"),
        [(When.ALWAYS, True, True), (When.ALWAYS, False, True), (When.OPEN, True, True), (When.OPEN, False, False),
         (When.CLOSED, True, False), (When.CLOSED, False, True)],
    )  # fmt: skip
    def test_valid(self, when: When, open_now: bool, valid: bool) -> None:
        assert is_valid(when, open_now=open_now) is valid


class TestStates:
    @pytest.mark.parametrize(
        ("found", "expected"),
        [
            ((), State.NOT_ASSESSED),
            ((State.PASS, State.NOT_ASSESSED), State.PASS),
            ((State.PASS, State.INCONCLUSIVE), State.INCONCLUSIVE),
            ((State.INCONCLUSIVE, State.SUSPECTED, State.PASS), State.SUSPECTED),
            ((State.EXEMPT, State.NOT_ASSESSED), State.EXEMPT),
        ],
    )
    def test_the_worst_counts(self, found: tuple[State, ...], expected: State) -> None:
        assert overall_state([Finding("V01", state) for state in found]) is expected

    def test_a_count_does_not_outlive_its_item(self, context: object) -> None:
        from tests.unit.calibration.conftest import make_context

        cups = [make_item("cup", 20, 20), make_item("cup", 60, 20, index=1)]
        layout = make_layout()
        two, one = (compare(cups[:count], layout, make_context(layout)) for count in (2, 1))
        assert State.SUSPECTED in states(two, "V06")
        assert State.SUSPECTED not in states(one, "V06")


class TestWording:
    @pytest.mark.parametrize(
        ("finding", "zh", "en"),
        [
            (Finding("V04", State.SUSPECTED, "cup", "z", 14.2, 3.0, "cm", 1.1),
             "水杯 偏离定位区 14.2 cm（允许 3.0，±1.1）", "cup 14.2 cm outside its place (limit 3.0, ±1.1)"),
            (Finding("V07", State.PASS, "cup", "z", 0.0, 3.0, "cm", 1.1),
             "水杯 在定位区内，偏离 0.0 cm（允许 3.0，±1.1）", "cup inside its place, off by 0.0 cm (limit 3.0, ±1.1)"),
            (Finding("V01", State.SUSPECTED, "mobile_phone", "main", 100.0, 50.0, "%", 0.0),
             "手机 禁止放在台面", "mobile phone forbidden on the counter"),
            (Finding("V01", State.INCONCLUSIVE, "bag", "", 60.0, 50.0, "%", 30.0, Reason.STRADDLES_LIMIT),
             "包 禁止放在台面：测量值在误差范围内跨越限值",
             "bag forbidden on the desk: the measured value is too near the limit"),
            (Finding("V01", State.PASS, None, "main", 0.0, 0.0, "count", 0.0),
             "台面禁放物品：台面未发现", "forbidden item: nothing found on the counter"),
            (Finding("V01", State.INCONCLUSIVE, None, "main", reason=Reason.COVERED_BY_PERSON),
             "台面禁放物品 无法判定（被人员遮挡）", "forbidden item inconclusive (a person covers it)"),
            (Finding("V03", State.SUSPECTED, "cup", None, 2.0, 10.0, "cm", 0.5),
             "水杯 距外沿 2.0 cm（至少 10.0，±0.5）", "cup 2.0 cm from the outer edge (at least 10.0, ±0.5)"),
            (Finding("V03", State.NOT_ASSESSED, reason=Reason.RULE_OFF),
             "外沿距离不足 未评估（规则未启用（未设定限值））",
             "edge clearance not assessed (the rule is off because no limit is set)"),
            (Finding("V05", State.SUSPECTED, "monitor", "m", 0.0, 1.0, "count", 0.0),
             "显示器 未在定位区找到（应有 1，实有 0）", "monitor not found in its place (needed 1, found 0)"),
            (Finding("V05", State.PASS, "monitor", "m", 1.0, 1.0, "count", 0.0), "显示器 在位", "monitor in place"),
            (Finding("V06", State.SUSPECTED, "cup", None, 3.0, 1.0, "count", 0.0),
             "水杯 3 件（允许 1）", "3 x cup (limit 1)"),
            (Finding("V08", State.SUSPECTED, "document_camera", "r", 31.0, 20.0, "cm", 2.0),
             "高拍仪 距参照物 31.0 cm（允许 20.0，±2.0）",
             "document camera 31.0 cm from the item it belongs beside (limit 20.0, ±2.0)"),
            (Finding("V08", State.SUSPECTED, "document_camera", "r", 12.0, 0.0, "cm", 2.0),
             "高拍仪 不在规定的一侧，偏 12.0 cm（允许 0.0，±2.0）",
             "document camera on the wrong side by 12.0 cm (limit 0.0, ±2.0)"),
            (Finding("V08", State.INCONCLUSIVE, "document_camera", "r", reason=Reason.ANCHOR_NOT_FOUND),
             "高拍仪 位置无法比对：未找到参照物",
             "document camera cannot be compared: the item it has to stand beside was not found"),
            (Finding("V09", State.SUSPECTED, "cup", "riser"), "水杯 放在增高架上", "cup on the riser"),
            (Finding("V10", State.SUSPECTED, "cup", "top"), "水杯 放在机器上", "cup on the machine"),
            (Finding("V13", State.SUSPECTED, "printer", "main"), "打印机 占用主柜面", "printer on the main counter"),
            (Finding("V13", State.EXEMPT, reason=Reason.NO_CABINET),
             "打印机占主柜面 豁免（未配矮柜）", "printer on the counter exempt (no cabinet is fitted)"),
            (Finding("V99", State.NOT_ASSESSED, "cup"), "水杯 未评估", "cup not assessed"),
            (Finding("V99", State.SUSPECTED, "gadget"), "gadget V99", "gadget V99"),
            (Finding("V99", State.SUSPECTED), "整个窗口 V99", "the window V99"),
        ],
    )  # fmt: skip
    def test_sentences(self, finding: Finding, zh: str, en: str) -> None:
        assert sentence(finding) == zh
        assert sentence(finding, "en") == en

    def test_every_reason_state_rule_and_class_has_words(self) -> None:
        for language in ("zh", "en"):
            assert all(reason_text(reason, language) for reason in Reason)
            assert all(state_name(state, language) for state in State)
            assert all(rule_title(rule.id, language) for rule in RULES)
            assert all(item_name(name, language) for name in BY_ID)


class TestPicture:
    def judged(self, layout: Layout | None, desk: DeskPlane | None) -> object:
        rows = [row("cup", (60, 30)), row("bag", (30, 40), 0.5), row("keyboard", (90, 55))]
        return judge([frame()], layout, desk, KnownDetector(Detections.from_rows(rows, WH)))

    def test_values(self) -> None:
        layout = make_layout(
            surfaces=(COUNTER, RISER), zones=(CUP_ZONE, HomeZone("up", "telephone", rect(70, 10, 20, 15)))
        )
        overlay = overlay_values(self.judged(layout, plane()), layout)  # type: ignore[arg-type]
        by_name = {item.name: item for item in overlay.items}
        assert by_name["水杯"].state is OverlayState.SUSPECTED
        assert by_name["水杯"].label.startswith("水杯 偏离定位区")
        assert by_name["包"].state is OverlayState.INCONCLUSIVE
        assert by_name["包"].label == "包（识别把握不足）"
        assert by_name["键盘"].state is OverlayState.INFO
        assert [zone.state for zone in overlay.zones] == [OverlayState.SUSPECTED, OverlayState.INFO]
        assert overlay.desk_outline_px == pytest.approx(np.array(corners()), abs=0.5)
        assert overlay.ruler is not None
        assert overlay.ruler.labels[5] == "50 cm"

    def test_an_unlisted_region_is_a_thing_with_a_box_and_few_words(self) -> None:
        judged = self.judged(LAYOUT, plane())
        found = Finding("V02", State.SUSPECTED, footprint_cm=((50, 30), (74, 30), (74, 44), (50, 44)))
        judgement = replace(judged.judgement, findings=(*judged.judgement.findings, found))  # type: ignore[attr-defined]
        overlay = overlay_values(replace(judged, judgement=judgement), LAYOUT)  # type: ignore[type-var]
        thing, region = overlay.items[-1], overlay.zones[-1]
        assert (thing.name, thing.label) == ("未登记物品", "未登记物品（约 24×14 cm）")
        assert (thing.state, region.state, region.name) == (OverlayState.SUSPECTED, OverlayState.SUSPECTED, "")
        px = plane().to_px(np.array(found.footprint_cm, np.float64))
        assert thing.xyxy == pytest.approx([*px.min(axis=0), *px.max(axis=0)])

    def test_english(self) -> None:
        overlay = overlay_values(self.judged(LAYOUT, plane()), LAYOUT, "en")  # type: ignore[arg-type]
        assert {item.label for item in overlay.items} >= {"bag (the item is not recognised surely enough)"}

    def test_in_order_only_the_name_is_said(self) -> None:
        judged = judge([frame()], LAYOUT, plane(), KnownDetector(Detections.from_rows([row("cup", (127, 47))], WH)))
        assert [(item.label, item.state) for item in overlay_values(judged, LAYOUT).items] == [
            ("水杯", OverlayState.PASS)
        ]

    @pytest.mark.parametrize(("layout", "desk"), [(None, plane()), (LAYOUT, None)])
    def test_without_layout_or_plane_there_are_no_zones(self, layout: Layout | None, desk: DeskPlane | None) -> None:
        overlay = overlay_values(self.judged(layout, desk), layout)  # type: ignore[arg-type]
        assert overlay.zones == ()
        assert overlay.ruler is None

    def test_a_zone_behind_the_camera_is_not_drawn(self) -> None:
        layout = make_layout(zones=(HomeZone("far", "cup", rect(20, 500, 20, 20)),))
        assert overlay_values(self.judged(layout, plane()), layout).zones == ()  # type: ignore[arg-type]

    @pytest.mark.skipif(not Path(FONT_PATH).exists(), reason="the font is fetched when the package is built")
    def test_it_is_drawn_on_a_copy(self) -> None:
        before = SHARP.copy()
        drawn = overlay_of(SHARP, self.judged(LAYOUT, plane()), LAYOUT)  # type: ignore[arg-type]
        assert drawn.shape == SHARP.shape
        assert (drawn != SHARP).any()
        assert (before == SHARP).all()
