"""What one layout version changes against another, in words and as outlines."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from types import MappingProxyType

import numpy as np
import pytest
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
    PolygonCm,
    ReferenceView,
    Relation,
    Side,
    Sticker,
    Surface,
    SurfaceKind,
    When,
)
from deskcheck_calibration.layout_diff import ChangeKind, layout_changes
from hypothesis import assume, given
from hypothesis import strategies as st

DESK = ((0.0, 0.0), (160.0, 0.0), (160.0, 75.0), (0.0, 75.0))
KEYBOARD = ((55.0, 45.0), (105.0, 45.0), (105.0, 63.0), (55.0, 63.0))
CUP = ((130.0, 50.0), (150.0, 50.0), (150.0, 70.0), (130.0, 70.0))
VIEW = ReferenceView("a.jpg", (1280, 960), ((250.0, 250.0), (1030.0, 250.0), (1200.0, 820.0), (80.0, 820.0)))
BASE = Layout(
    window="A01",
    version=1,
    desk_wh_cm=(160.0, 75.0),
    taxonomy_version="1",
    surfaces=(Surface("counter", SurfaceKind.MAIN_COUNTER, DESK),),
    zones=(HomeZone("keyboard", "keyboard", KEYBOARD, min_count=1), HomeZone("cup", "cup", CUP)),
    relations=(Relation("beside", "document_camera", "monitor"),),
    policies=(Policy("cup", PolicyKind.ZONE), Policy("potted_plant", PolicyKind.FORBIDDEN, "counter")),
    views=(VIEW,),
)


def moved(polygon: PolygonCm, x: float, y: float) -> PolygonCm:
    return tuple((px + x, py + y) for px, py in polygon)


def keyboard(**change: object) -> Layout:
    zone = replace(BASE.zones[0], **change)  # type: ignore[arg-type]
    return replace(BASE, zones=(zone, BASE.zones[1]))


SQUARE_TURNED = ((80.0, 29.0), (105.0, 54.0), (80.0, 79.0), (55.0, 54.0))
SQUARE = ((62.3223, 36.3223), (97.6777, 36.3223), (97.6777, 71.6777), (62.3223, 71.6777))


@pytest.mark.parametrize(
    ("after", "section", "zh", "en"),
    [
        (
            keyboard(polygon_cm=moved(KEYBOARD, 4, 0)),
            "zones",
            "键盘定位区：右移 4.0 cm",
            "keyboard home zone: moved 4.0 cm to the right",
        ),
        (
            keyboard(polygon_cm=moved(KEYBOARD, -2.5, -1)),
            "zones",
            "键盘定位区：左移 2.5 cm、向群众侧移 1.0 cm",
            "keyboard home zone: moved 2.5 cm to the left and 1.0 cm towards the visitors",
        ),
        (
            keyboard(polygon_cm=moved(KEYBOARD, 0, 1.5)),
            "zones",
            "键盘定位区：向工作人员侧移 1.5 cm",
            "keyboard home zone: moved 1.5 cm towards the staff",
        ),
        (
            keyboard(polygon_cm=((55.0, 45.0), (115.0, 45.0), (115.0, 63.0), (55.0, 63.0))),
            "zones",
            "键盘定位区：形状改变，现为 60.0 x 18.0 cm（原 50.0 x 18.0 cm），右移 5.0 cm",
            "keyboard home zone: reshaped to 60.0 x 18.0 cm (was 50.0 x 18.0 cm), moved 5.0 cm to the right",
        ),
        (
            keyboard(min_count=0, max_count=2, tolerance_cm=3.5),
            "zones",
            "键盘定位区：数量由1-1改为0-2；允许偏移由默认改为3.5 cm",
            "keyboard home zone: count 0-2 (was 1-1); tolerance 3.5 cm (was default)",
        ),
        (
            keyboard(valid=When.CLOSED, returns=True),
            "zones",
            "键盘定位区：适用时段由全天改为下班后；用后归位由否改为是",
            "keyboard home zone: hours closed hours (was always); returns after use yes (was no)",
        ),
        (
            replace(BASE, around=(Around("seen", AroundKind.SIGHT_LINE, DESK),)),
            "around",
            "新增视线范围",
            "sight line was added",
        ),
        (
            keyboard(item="mouse"),
            "zones",
            "鼠标定位区：物品由键盘定位区改为鼠标定位区",
            "mouse home zone: item mouse home zone (was keyboard home zone)",
        ),
        (replace(BASE, zones=BASE.zones[:1]), "zones", "删除水杯/保温杯定位区", "cup home zone was removed"),
        (
            replace(BASE, zones=(*BASE.zones, HomeZone("cup-2", "cup", CUP))),
            "zones",
            "新增水杯/保温杯定位区“cup-2”",
            "cup home zone 'cup-2' was added",
        ),
        (
            replace(BASE, surfaces=(replace(BASE.surfaces[0], kind=SurfaceKind.OFFICE_DESK, height_cm=2.0),)),
            "surfaces",
            "办公桌：类型由主柜面改为办公桌；高度由0 cm改为2 cm",
            "office desk: kind office desk (was main counter); height 2 cm (was 0 cm)",
        ),
        (
            replace(BASE, relations=(replace(BASE.relations[0], max_gap_cm=12.0),)),
            "relations",
            "高拍仪在显示器旁边：最大间距由默认改为12 cm",
            "document camera with monitor, beside it: largest gap 12 cm (was default)",
        ),
        (
            replace(BASE, relations=(replace(BASE.relations[0], side=Side.LEFT),)),
            "relations",
            "相邻要求：高拍仪在显示器旁边 改为 高拍仪在显示器左侧",
            "relation: document camera with monitor, beside it is now document camera with monitor, on its left",
        ),
        (
            replace(BASE, policies=(BASE.policies[0], replace(BASE.policies[1], kind=PolicyKind.ALLOWED, max_count=1))),
            "policies",
            "规定：绿植主柜面禁止 改为 绿植主柜面允许，至多 1 件",
            "policy: potted plant forbidden on the main counter "
            "is now potted plant allowed on the main counter, at most 1",
        ),
        (
            replace(BASE, policies=BASE.policies[1:]),
            "policies",
            "删除水杯/保温杯仅限定位区",
            "cup in its zone only everywhere was removed",
        ),
        (
            replace(BASE, desk_wh_cm=(170.0, 75.0)),
            "desk_cm",
            "桌面尺寸由160 x 75 cm改为170 x 75 cm",
            "size of the desk 170 x 75 cm (was 160 x 75 cm)",
        ),
        (
            replace(BASE, edge_clearance_cm=8.0),
            "edge_clearance_cm",
            "离外沿最小距离由无改为8 cm",
            "least distance to the edge 8 cm (was none)",
        ),
        (
            replace(BASE, cabinet_fitted=False),
            "cabinet_fitted",
            "配有矮柜由是改为否",
            "low cabinet fitted no (was yes)",
        ),
        (
            replace(BASE, place_type=PlaceType.CHIEF_OFFICE),
            "place_type",
            "场所类型由window改为chief_office",
            "kind of place chief_office (was window)",
        ),
        (
            replace(BASE, outer_edge_cm=((0.0, 1.0), (160.0, 0.0))),
            "outer_edge_cm",
            "外沿线已改画",
            "the outer edge was redrawn",
        ),
        (
            replace(BASE, hours=Hours(open=((time(8, 30), time(12, 0)),), weekdays=(0, 6))),
            "hours",
            "开放时间由周一二三四五 09:00-12:00, 13:30-17:00 Asia/Shanghai改为周一日 08:30-12:00 Asia/Shanghai",
            "opening hours Mon Sun 08:30-12:00 Asia/Shanghai "
            "(was Mon Tue Wed Thu Fri 09:00-12:00, 13:30-17:00 Asia/Shanghai)",
        ),
        (
            replace(BASE, parameters=MappingProxyType({"V04": MappingProxyType({"shift_photo_cm": 4.0})})),
            "parameters",
            "V04 shift_photo_cm由默认改为4",
            "V04 shift_photo_cm 4 (was default)",
        ),
        (replace(BASE, views=()), "views", "删除参考视图“a.jpg”", "reference view 'a.jpg' was removed"),
        (
            replace(BASE, views=(replace(VIEW, focal_px=900.0),)),
            "views",
            "参考视图“a.jpg”：重新标定了四角",
            "reference view 'a.jpg': its corners were set anew",
        ),
        (
            replace(BASE, views=(replace(VIEW, corners_px=((250, 250), (2000, 250), (2400, 820), (80, 820))),)),
            "views",
            "参考视图“a.jpg”：重新标定了四角，只看到台面的 56%",
            "reference view 'a.jpg': its corners were set anew; it shows 56% of the desk",
        ),
        (
            replace(BASE, stickers=tuple(Sticker(corner, CUP) for corner in list(DeskCorner)[:2])),
            "stickers",
            "定位贴的位置有改动",
            "the places of the position stickers changed",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) and one.isascii() and "_" not in one else "",
)
def test_one_change_is_one_sentence(after: Layout, section: str, zh: str, en: str) -> None:
    (change,) = layout_changes(BASE, after)
    assert (change.section, change.zh, change.en) == (section, zh, en)


def test_what_is_turned_is_said_to_be_turned() -> None:
    before = keyboard(polygon_cm=SQUARE)
    (change,) = layout_changes(before, keyboard(polygon_cm=SQUARE_TURNED))
    assert change.en == "keyboard home zone: turned 45° clockwise"
    (back,) = layout_changes(keyboard(polygon_cm=SQUARE_TURNED), before)
    assert back.zh == "键盘定位区：逆时针旋转 45°"


def test_outlines_are_told_only_where_they_changed() -> None:
    after = keyboard(polygon_cm=moved(KEYBOARD, 4, 0))
    (change,) = layout_changes(BASE, after)
    assert (change.kind, change.id) == (ChangeKind.CHANGED, "keyboard")
    assert (change.before_cm, change.after_cm) == (KEYBOARD, moved(KEYBOARD, 4, 0))
    (counted,) = layout_changes(BASE, keyboard(max_count=2))
    assert (counted.before_cm, counted.after_cm) == ((), ())
    (gone,) = layout_changes(BASE, replace(BASE, zones=BASE.zones[:1]))
    assert (gone.kind, gone.before_cm, gone.after_cm) == (ChangeKind.REMOVED, CUP, ())
    (new,) = layout_changes(replace(BASE, zones=BASE.zones[:1]), BASE)
    assert (new.kind, new.before_cm, new.after_cm) == (ChangeKind.ADDED, (), CUP)


def test_sight_line_and_seats_move_change_and_go() -> None:
    seen = Around("seen", AroundKind.SIGHT_LINE, DESK)
    before = replace(BASE, around=(seen, Around("seat", AroundKind.STAFF_SEAT, CUP)))
    after = replace(BASE, around=(replace(seen, kind=AroundKind.VISITOR_SEAT, polygon_cm=moved(DESK, 0, -5)),))
    changed, gone = layout_changes(before, after)
    assert changed.zh == "群众座位：向群众侧移 5.0 cm；类型由视线范围改为群众座位"
    assert changed.en == "visitors' seat: moved 5.0 cm towards the visitors; kind visitors' seat (was sight line)"
    assert changed.before_cm == DESK
    assert gone.en == "staff seat was removed"


def test_a_hair_s_breadth_is_still_a_change() -> None:
    (change,) = layout_changes(BASE, keyboard(polygon_cm=moved(KEYBOARD, 0.01, 0)))
    assert change.en == "keyboard home zone: outline adjusted slightly"


def test_number_and_window_are_no_change_and_an_outline_without_area_is_no_fault() -> None:
    assert layout_changes(BASE, replace(BASE, version=7, window="A02")) == ()
    line = ((10.0, 10.0), (20.0, 10.0), (30.0, 10.0))
    (change,) = layout_changes(keyboard(polygon_cm=line), BASE)
    assert "reshaped" in change.en


def test_a_class_that_this_version_does_not_know_keeps_its_id() -> None:
    (change,) = layout_changes(BASE, replace(BASE, policies=(*BASE.policies, Policy("hologram", PolicyKind.IGNORED))))
    assert change.zh == "新增hologram不检查"


@given(st.floats(-40, 40), st.floats(-40, 40), st.floats(-179, 179))
def test_any_move_and_turn_is_one_change_and_its_reverse(x: float, y: float, angle_deg: float) -> None:
    assume(max(abs(x), abs(y)) > 0.1)
    old = np.array(KEYBOARD)
    middle = old.mean(axis=0)
    angle = np.radians(angle_deg)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    new = (old - middle) @ turn + middle + (x, y)
    after = keyboard(polygon_cm=tuple((float(px), float(py)) for px, py in new))
    there, back = layout_changes(BASE, after), layout_changes(after, BASE)
    assert len(there) == len(back) == 1
    assert "reshaped" not in there[0].en
    assert ("to the right" in there[0].en) == ("to the left" in back[0].en)
    assert (there[0].before_cm, there[0].after_cm) == (back[0].after_cm, back[0].before_cm)
