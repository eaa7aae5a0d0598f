from __future__ import annotations

from dataclasses import replace

import pytest
from deskcheck_calibration.layout import Around, AroundKind
from deskcheck_service.layouts.schemas import PlacedItemOut
from deskcheck_service.pages.desk_map import desk_map, item_name, svg_points
from deskcheck_service.schemas import Text
from pages_kit import layout_of


def placed(item: str, footprint: list[tuple[float, float]] | None) -> PlacedItemOut:
    return PlacedItemOut(
        item=item,
        item_name=Text(zh="水杯", en="cup"),
        confidence=0.9,
        xyxy=(0, 0, 10, 10),
        footprint_cm=footprint,
        uncertainty_cm=1.25,
    )


def test_the_drawing_is_in_centimetres_with_room_around() -> None:
    drawn = desk_map(layout_of("A01"), [], "zh")
    left, top, width, height = (float(part) for part in drawn.view_box.split())
    assert left < 0
    assert top < 0
    assert left + width > 160
    assert top + height > 75
    assert (drawn.width_cm, drawn.depth_cm) == (160, 75)
    assert drawn.edge == "0.0,0.0 160.0,0.0"
    assert drawn.clearance_cm == 5


def test_a_sight_line_is_drawn_and_cut_where_it_goes_far() -> None:
    seen = Around("seen", AroundKind.SIGHT_LINE, ((-300.0, -300.0), (460.0, -300.0), (160.0, 75.0), (0.0, 75.0)))
    drawn = desk_map(replace(layout_of("A01"), around=(seen,)), [], "zh")
    left, top, width, height = (float(part) for part in drawn.view_box.split())
    assert (left, top) == (-36, -42)  # 30 cm beyond the desk and the margin
    (shape,) = drawn.around
    assert shape.word == "Sight line"
    assert left < shape.x_cm < left + width
    assert top < shape.y_cm < top + height


def test_zones_carry_names_in_the_language_and_their_numbers() -> None:
    zh, en = desk_map(layout_of("A01"), [], "zh"), desk_map(layout_of("A01"), [], "en")
    assert [zone.label for zone in zh.zones] == ["显示器", "键盘", "水杯/保温杯"]
    assert en.zones[0].label == item_name("monitor", "en")
    assert zh.zones[0].note == "显示器 1-1"
    assert zh.zones[0].points == "50.0,12.0 110.0,12.0 110.0,38.0 50.0,38.0"


def test_items_stand_where_they_stood_and_those_without_a_place_are_left_out() -> None:
    footprint = [(10.0, 20.0), (18.0, 20.0), (18.0, 28.0), (10.0, 28.0)]
    drawn = desk_map(layout_of("A01"), [placed("cup", footprint), placed("cup", None)], "en")
    assert len(drawn.items) == 1
    assert (drawn.items[0].x_cm, drawn.items[0].y_cm) == (14, 28)  # the name stands below the footprint
    assert drawn.items[0].label == "cup"
    assert drawn.items[0].note == "cup x 14 cm, y 24 cm ±1.2 cm"


def test_an_item_at_home_is_named_by_its_zone_alone() -> None:
    home = [(136.0, 56.0), (144.0, 56.0), (144.0, 64.0), (136.0, 64.0)]
    drawn = desk_map(layout_of("A01"), [placed("cup", home)], "en")
    assert drawn.items[0].label == ""
    assert drawn.items[0].note.startswith("cup")


def test_what_stands_far_off_does_not_shrink_the_desk() -> None:
    far = [(900.0, 20.0), (908.0, 20.0), (908.0, 28.0), (900.0, 28.0)]
    over_the_edge = [(60.0, -15.0), (90.0, -15.0), (90.0, 5.0), (60.0, 5.0)]
    _, top, width, _ = map(float, desk_map(layout_of("A01"), [placed("cup", far)], "en").view_box.split())
    assert width == 160 + 30 + 12
    _, lower_top, _, _ = map(float, desk_map(layout_of("A01"), [placed("cup", over_the_edge)], "en").view_box.split())
    assert lower_top == top - 15


def test_the_ruler_counts_every_ten_and_names_every_fifty() -> None:
    ticks = desk_map(layout_of("A01"), [], "zh").ticks
    assert [tick.x_cm for tick in ticks] == [float(at) for at in range(0, 161, 10)]
    assert [tick.label for tick in ticks if tick.label] == ["0", "50", "100", "150"]


def test_an_unknown_item_shows_as_its_id() -> None:
    assert item_name("hoverboard", "zh") == "hoverboard"


@pytest.mark.parametrize(("polygon", "points"), [([], ""), ([(1, 2), (3.04, 4.06)], "1.0,2.0 3.0,4.1")])
def test_points(polygon: list[tuple[float, float]], points: str) -> None:
    assert svg_points(polygon) == points
