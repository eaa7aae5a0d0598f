import json
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema
import pytest
import yaml
from deskcheck_calibration import layout_checks, layout_schema, layout_text
from deskcheck_calibration.layout import (
    Around,
    AroundKind,
    DeskCorner,
    HomeZone,
    Hours,
    Layout,
    PlaceType,
    Policy,
    PolicyKind,
    ReferenceView,
    Relation,
    Side,
    Sticker,
    Surface,
    SurfaceKind,
    When,
)
from deskcheck_calibration.layout_file import (
    LayoutFileError,
    dump_layout,
    layout_json_schema,
    layout_sha256,
    load_layout,
)

GOOD = """\
format: "1"
window: A03
version: 1
taxonomy: "1"
desk_cm: [180, 70]
cabinet_fitted: true
edge_clearance_cm: 8
surfaces:
  - {id: counter, kind: main_counter, polygon_cm: [[0, 0], [180, 0], [180, 70], [0, 70]]}
zones:
  - id: cup-place
    item: cup
    polygon_cm: [[0, 10], [20, 10], [20, 30], [0, 30]]
    returns: true
relations:
  - {id: beside, item: document_camera, anchor: monitor, side: right}
policies:
  - {item: printer, kind: forbidden, surface: counter}
hours:
  open: [["09:00", "12:00"], ["13:30", "17:00"]]
  weekdays: [mon, sat]
  time_zone: Asia/Shanghai
parameters: {V04: {shift_photo_cm: 4}}
views:
  - {name: a.jpg, image_wh: [640, 480], corners_px: [[200, 100], [450, 100], [600, 400], [20, 400]]}
stickers:
  - {corner: outer_left, tag_cm: [[1, 1], [5, 1], [5, 5], [1, 5]]}
  - {corner: inner_right, tag_cm: [[175, 65], [179, 65], [179, 69], [175, 69]]}
"""


def problems_of(text: str) -> list[layout_text.LayoutProblem]:
    with pytest.raises(LayoutFileError) as caught:
        load_layout(text)
    return list(caught.value.problems)


@pytest.fixture
def full(layout: Callable[..., Layout]) -> Layout:
    square = ((10.0, 10.25), (30.0, 10.0), (30.0, 30.0), (10.0, 30.0))
    return layout(
        window="3号窗 东",
        place_type=PlaceType.MIDDLE_OFFICE,
        outer_edge_cm=((0.0, 0.0), (90.0, -3.5), (180.0, 0.0)),
        edge_clearance_cm=7.25,
        cabinet_fitted=False,
        surfaces=(Surface("top", SurfaceKind.RISER_TOP, square, 10.5),),
        zones=(
            HomeZone("z1", "cup", square, 1, 2, 4.5, When.CLOSED, True),
            HomeZone("z2", "tissue", square),
        ),
        relations=(Relation("r", "document_camera", "monitor", 12.5, Side.LEFT),),
        policies=(Policy("printer", PolicyKind.FORBIDDEN, "top", 0), Policy("bag", PolicyKind.IGNORED)),
        hours=Hours(((time(8, 30), time(12, 0, 30)),), (0, 5), "Asia/Urumqi"),
        parameters=MappingProxyType({"V04": MappingProxyType({"shift_photo_cm": 4.1}), "V06": MappingProxyType({})}),
        views=(
            ReferenceView("IMG \u2028 1.jpg", (640, 480), ((1.5, 2), (400.1, 2), (600, 400), (0.5, 300)), 512.25),
        ),
        stickers=(
            Sticker(DeskCorner.OUTER_LEFT, ((1.0, 1.02), (5.0, 1.0), (5.01, 5.0), (1.0, 5.0))),
            Sticker(DeskCorner.INNER_LEFT, ((1.0, 65.0), (1.0, 61.0), (5.0, 61.0), (5.0, 65.0))),
        ),
        around=(
            Around("seen", AroundKind.SIGHT_LINE, ((-200.0, -150.5), (380.0, -150.0), (180.0, 70.0), (0.0, 70.0))),
            Around("seat", AroundKind.STAFF_SEAT, ((50.0, 80.0), (110.0, 80.0), (110.0, 140.0))),
        ),
    )  # fmt: skip


class TestReading:
    def test_a_good_file(self) -> None:
        layout = load_layout(GOOD)
        assert layout.window == "A03"
        assert layout.zones[0].returns is True
        assert layout.relations[0].side is Side.RIGHT
        assert layout.hours.weekdays == (0, 5)
        assert layout.hours.open[1] == (time(13, 30), time(17, 0))
        assert layout.parameters["V04"]["shift_photo_cm"] == 4.0
        assert layout.surface("counter").kind is SurfaceKind.MAIN_COUNTER

    def test_json_with_tabs_is_the_same(self) -> None:
        values = yaml.safe_load(GOOD)
        assert load_layout(json.dumps(values, indent="\t")) == load_layout(GOOD)

    def test_json_escapes_beyond_the_first_plane(self) -> None:
        values = yaml.safe_load(GOOD)
        values["views"][0]["name"] = "\U0001f600 \\ud83d.jpg"
        assert load_layout(json.dumps(values)).views[0].name == "\U0001f600 \\ud83d.jpg"

    def test_a_path_and_a_byte_order_mark(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
        assert load_layout(path) == load_layout("\ufeff" + GOOD)

    def test_the_least_that_is_needed(self) -> None:
        layout = load_layout('{"format": "1", "window": "A", "version": 1, "taxonomy": "1", "desk_cm": [100, 50]}')
        assert layout == Layout("A", 1, (100.0, 50.0), "1")

    @pytest.mark.parametrize("word", ["012", "no", "Yes", "on", "9:30", "0x1F", "1_000"])
    def test_words_that_old_yaml_takes_for_other_things_stay_text(self, word: str) -> None:
        assert load_layout(GOOD.replace("window: A03", f"window: {word}")).window == word

    def test_unknown_surface_lookup(self) -> None:
        with pytest.raises(KeyError):
            load_layout(GOOD).surface("nowhere")


CASES: list[tuple[str, str, str, str, int]] = [
    # what to replace, by what, code, path, line
    ("cabinet_fitted: true", "cabinet_fitted: yes", "layout.type", "cabinet_fitted", 6),
    ("cabinet_fitted: true", 'cabinet_fitted: "Yes"', "layout.type", "cabinet_fitted", 6),
    ("edge_clearance_cm: 8", "edge_clearance_cm: .nan", "layout.not_finite", "edge_clearance_cm", 7),
    ("edge_clearance_cm: 8", "edge_clearance_cm: -.inf", "layout.not_finite", "edge_clearance_cm", 7),
    ("edge_clearance_cm: 8", "edge_clearance_cm: 1e999", "layout.not_finite", "edge_clearance_cm", 7),
    ("edge_clearance_cm: 8", "edge_clearance_cm: 0", "layout.range", "edge_clearance_cm", 7),
    ("desk_cm: [180, 70]", "desk_cm: [180, 70000]", "layout.range", "desk_cm[1]", 5),
    ("desk_cm: [180, 70]", "desk_cm: [180]", "layout.length", "desk_cm", 5),
    ("desk_cm: [180, 70]\n", "", "layout.missing_key", "", 1),
    ("version: 1", "version: 1.5", "layout.type", "version", 3),
    ("window: A03", "window: 12", "layout.type", "window", 2),
    ("window: A03", 'window: " A"', "layout.pattern", "window", 2),
    ('format: "1"', 'format: "2"', "layout.format", "format", 1),
    ('taxonomy: "1"', 'taxonomy: "9"', "layout.other_taxonomy", "taxonomy", 4),
    ("kind: main_counter", "kind: balcony", "layout.choice", "surfaces[0].kind", 9),
    ("item: cup", "item: cupp", "layout.unknown_class", "zones[0].item", 12),
    ("item: cup", "item: 杯子", "layout.unknown_class", "zones[0].item", 12),
    ("[20, 10], [20, 30]", "[20, 30], [20, 10]", "layout.polygon_crossed", "zones[0].polygon_cm", 13),
    ("[20, 10], [20, 30], [0, 30]", "[10, 10], [20, 10]", "layout.polygon_area", "zones[0].polygon_cm", 13),
    ("[20, 10], [20, 30], [0, 30]", "[0, 10], [0, 10]", "layout.polygon_area", "zones[0].polygon_cm", 13),
    (
        "[[0, 10], [20, 10], [20, 30], [0, 30]]", "[[0, 0], [10, 0], [10, 10], [20, 0], [20, 10], [5, 5], [0, 10]]",
        "layout.polygon_crossed", "zones[0].polygon_cm", 13,
    ),
    ("[20, 10], [20, 30], [0, 30]", "[20, 10], [20, 130], [0, 130]", "layout.outside_desk", "zones[0].polygon_cm", 13),
    ("[[0, 10], [20, 10], [20, 30], [0, 30]]", "[[900, 0], [910, 0], [910, 9]]", "layout.outside_desk",
     "zones[0].polygon_cm", 13),
    ("[180, 0], [180, 70]", "[300, 0], [300, 70]", "layout.outside_desk", "surfaces[0].polygon_cm", 9),
    ("    returns: true", "    return: true", "layout.unknown_key", "zones[0].return", 14),
    ("    returns: true", "    min_count: 3", "layout.counts", "zones[0].min_count", 14),
    ("    returns: true", "    max_count: 0", "layout.counts", "zones[0].max_count", 14),
    ("anchor: monitor", "anchor: document_camera", "layout.same_class", "relations[0].anchor", 16),
    ("id: beside", "id: counter", "layout.duplicate_id", "relations[0].id", 16),
    ("surface: counter}", "surface: contuer}", "layout.unknown_surface", "policies[0].surface", 18),
    ("surface: counter}", "surface: counter}\n  - {item: printer, kind: allowed, surface: counter}",
     "layout.duplicate_policy", "policies[1]", 19),
    ('["09:00", "12:00"]', '["12:00", "09:00"]', "layout.hours", "hours.open[0]", 20),
    ('["13:30", "17:00"]', '["11:30", "17:00"]', "layout.hours", "hours.open[1]", 20),
    ('["13:30", "17:00"]', '["13:30", "25:00"]', "layout.pattern", "hours.open[1][1]", 20),
    ('["09:00", "12:00"]', "[9:00, 12:00]", "layout.pattern", "hours.open[0][0]", 20),
    ("[mon, sat]", "[mon, mon]", "layout.hours", "hours.weekdays", 21),
    ("Asia/Shanghai", "Mars/One", "layout.time_zone", "hours.time_zone", 22),
    ("Asia/Shanghai", "../../etc/passwd", "layout.time_zone", "hours.time_zone", 22),
    ("{V04: {shift_photo_cm: 4}}", "{V04: {shift_photo_cm: 99}}", "layout.range", "parameters.V04.shift_photo_cm", 23),
    ("{V04: {shift_photo_cm: 4}}", "{V99: {a: 1}}", "layout.unknown_key", "parameters.V99", 23),
    ("[[200, 100], [450, 100]", "[[450, 100], [200, 100]", "calibration.corners_crossed", "views[0].corners_px", 25),
    ("image_wh: [640, 480]", "image_wh: [640, 480], focal_px: 2", "calibration.focal", "views[0].corners_px", 25),
    ("edge_clearance_cm: 8", "outer_edge_cm: [[0, 0], [0, 0]]", "layout.outer_edge", "outer_edge_cm", 7),
    ("corner: inner_right", "corner: outer_left", "layout.duplicate_sticker", "stickers[1].corner", 28),
    ("corner: inner_right", "corner: middle", "layout.choice", "stickers[1].corner", 28),
    ("  - {corner: inner_right, tag_cm: [[175, 65], [179, 65], [179, 69], [175, 69]]}\n", "",
     "layout.stickers_too_few", "stickers", 26),
    ("[[1, 1], [5, 1], [5, 5], [1, 5]]", "[[1, 1], [1, 5], [5, 5], [5, 1]]", "layout.sticker",
     "stickers[0].tag_cm", 27),
    ("[[1, 1], [5, 1], [5, 5], [1, 5]]", "[[1, 1], [5, 1], [5, 4], [1, 4]]", "layout.sticker",
     "stickers[0].tag_cm", 27),
    ("[[1, 1], [5, 1], [5, 5], [1, 5]]", "[[1, 1], [2, 1], [2, 2], [1, 2]]", "layout.sticker",
     "stickers[0].tag_cm", 27),
    ("[[1, 1], [5, 1], [5, 5], [1, 5]]", "[[1, 99], [5, 99], [5, 103], [1, 103]]", "layout.sticker",
     "stickers[0].tag_cm", 27),
    ("[[1, 1], [5, 1], [5, 5], [1, 5]]", "[[1, 1], [5, 1], [5, 5]]", "layout.length", "stickers[0].tag_cm", 27),
    ("window: A03", "window: A03\nwindow: A04", "layout.duplicate_key", "window", 3),
    ("window: A03", "window: A03\n<<: {a: 1}", "layout.key", "", 3),
    ("window: A03", "window: A03\n? [1, 2]\n: 3", "layout.key", "", 3),
]  # fmt: skip


class TestProblems:
    @pytest.mark.parametrize(("old", "new", "code", "path", "line"), CASES)
    def test_line_path_and_code_are_named(self, old: str, new: str, code: str, path: str, line: int) -> None:
        assert GOOD.count(old) == 1
        found = problems_of(GOOD.replace(old, new))
        assert (code, path, line) in [(problem.code, problem.path, problem.line) for problem in found]
        for problem in found:
            assert problem.zh
            assert problem.en

    def test_the_sentence_is_as_people_read_it(self) -> None:
        (problem,) = problems_of(GOOD.replace("[20, 10], [20, 30]", "[20, 30], [20, 10]"))
        assert problem.sentence() == "第 13 行 zones[0].polygon_cm: 多边形自相交"
        assert problem.sentence("en") == "line 13 zones[0].polygon_cm: the polygon crosses itself"

    @pytest.mark.parametrize(
        ("around", "codes"),
        [
            ("[]", []),
            ("[{id: s, kind: sight_line, polygon_cm: [[-400, -400], [580, -400], [580, 470], [-400, 470]]}]", []),
            ("[{id: s, kind: sight_line, polygon_cm: [[-401, 0], [10, 0], [10, 10]]}]", ["layout.far_off"]),
            ("[{id: s, kind: staff_seat, polygon_cm: [[900, 0], [950, 0], [950, 10]]}]", ["layout.far_off"]),
            ("[{id: s, kind: sight_line, polygon_cm: [[0, 0], [9, 9], [9, 0], [0, 9]]}]", ["layout.polygon_crossed"]),
            ("[{id: counter, kind: sight_line, polygon_cm: [[0, 0], [9, 0], [9, 9]]}]", ["layout.duplicate_id"]),
            ("[{id: s, kind: window, polygon_cm: [[0, 0], [9, 0], [9, 9]]}]", ["layout.choice"]),
            ("[{id: s, kind: sight_line, polygon_cm: [[0, 0], [9, 0]]}]", ["layout.length"]),
        ],
    )
    def test_sight_line_and_seats_reach_beyond_the_desk_but_not_far(self, around: str, codes: list[str]) -> None:
        text = f"{GOOD}around: {around}\n"
        if codes:
            assert [problem.code for problem in problems_of(text)] == codes
        else:
            assert len(load_layout(text).around) == around.count("kind")

    def test_everything_wrong_is_told_at_once_in_file_order(self) -> None:
        text = GOOD.replace("item: cup", "item: cupp").replace("true", "yes", 1).replace("V04: {", "V4: {")
        found = problems_of(text)
        assert [problem.line for problem in found] == [6, 12, 23]

    def test_nearest_classes_by_english_and_chinese(self) -> None:
        assert layout_checks.nearest_classes("cupp")[0] == "cup"
        assert layout_checks.nearest_classes("水杯")[0] == "cup"
        assert len(layout_checks.nearest_classes("zzzzqqqq")) == 3

    def test_a_long_list_is_cut_in_the_sentence_but_not_in_the_problems(self) -> None:
        zones = "\n".join(f"  - {{id: z{n}, item: nothing{n}, polygon_cm: [[0,0],[9,0],[9,9]]}}" for n in range(14))
        with pytest.raises(LayoutFileError) as caught:
            load_layout(GOOD.split("relations:")[0] + zones + "\n")
        assert len(caught.value.problems) == 14
        assert "4 more" in caught.value.sentence("en")
        assert caught.value.next_step("zh")

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "layout.type"),
            ("- 1", "layout.type"),
            ("just text", "layout.type"),
            ("a: [1, 2", "layout.syntax"),
            ("a: 1\n---\nb: 2", "layout.syntax"),
            ("a: \x00", "layout.syntax"),
            ("a: \ud800", "layout.syntax"),
            ("a: &x 1\nb: *x", "layout.alias"),
            ("a: !!python/object/apply:os.system [ls]", "layout.tag"),
            ("a: !!set {b}", "layout.tag"),
            ("[" * 40 + "]" * 40, "layout.too_complex"),
            ("a: [" + "1," * 30_000 + "]", "layout.too_complex"),
            ("#" * 300_000, "layout.too_large"),
            ("文" * 100_000, "layout.too_large"),
        ],
    )
    def test_hostile_text_is_refused(self, text: str, code: str) -> None:
        assert code in [problem.code for problem in problems_of(text)]

    def test_an_alias_bomb_costs_nothing(self) -> None:
        bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
        )
        assert [problem.code for problem in problems_of(bomb)] == ["layout.alias"]

    @pytest.mark.parametrize(
        ("content", "code"),
        [(b"window: \xff\xfe", "layout.not_utf8"), (b"#" * 300_000, "layout.too_large"), (None, "layout.unreadable")],
    )
    def test_unusable_files(self, tmp_path: Path, content: bytes | None, code: str) -> None:
        path = tmp_path / "a.yaml"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(LayoutFileError) as caught:
            load_layout(path)
        assert caught.value.problems[0].code == code
        assert "a.yaml" in caught.value.sentence("zh")

    def test_the_pure_parser_agrees(self, monkeypatch: pytest.MonkeyPatch) -> None:
        expected = load_layout(GOOD)
        monkeypatch.setattr(layout_text, "_LOADER", yaml.SafeLoader)
        assert load_layout(GOOD) == expected
        assert [problem.line for problem in problems_of(GOOD.replace("item: cup", "item: cupp"))] == [12]


class TestWriting:
    def test_round_trip_is_exact(self, full: Layout) -> None:
        text = dump_layout(full)
        assert load_layout(text) == full
        assert dump_layout(load_layout(text)) == text

    def test_round_trip_of_the_least(self) -> None:
        least = Layout("A", 1, (100.0, 50.0), "1")
        assert load_layout(dump_layout(least)) == least

    def test_it_is_commented_in_both_languages(self, full: Layout) -> None:
        text = dump_layout(full)
        assert "# 定位区 / home zones" in text
        assert "shift_photo_cm: 4.1  # 照片允许偏移 / allowed shift on photos (cm)" in text

    def test_the_hash_is_of_the_meaning(self, full: Layout) -> None:
        assert layout_sha256(load_layout(GOOD)) == layout_sha256(load_layout("# x\n" + GOOD.replace("180,", "180.0,")))
        assert layout_sha256(full) != layout_sha256(replace(full, version=8))
        assert len(layout_sha256(full)) == 64

    def test_a_layout_without_areas_around_keeps_the_hash_it_had(self) -> None:
        assert "around" not in dump_layout(load_layout(GOOD))
        with_area = load_layout(f"{GOOD}around: [{{id: s, kind: sight_line, polygon_cm: [[0, 0], [9, 0], [9, 9]]}}]")
        assert layout_sha256(with_area) != layout_sha256(load_layout(GOOD))


class TestSchema:
    def test_the_published_file_is_this_schema(self) -> None:
        path = Path(layout_schema.__file__).parent / "schema" / "layout-1.schema.json"
        assert path.read_text(encoding="utf-8") == layout_schema.schema_text()

    def test_it_is_a_valid_schema_and_accepts_what_is_written(self, full: Layout) -> None:
        schema = layout_json_schema()
        jsonschema.Draft202012Validator.check_schema(schema)
        values: Any = yaml.safe_load(dump_layout(full))
        jsonschema.validate(values, schema)

    def test_callers_get_a_copy(self) -> None:
        layout_json_schema()["title"] = "changed"
        assert layout_json_schema()["title"] == "deskcheck layout"
