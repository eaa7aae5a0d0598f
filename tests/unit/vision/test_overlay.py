"""Values and manners of evidence pictures; their looks are compared in tests/golden."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from deskcheck_vision import errors
from deskcheck_vision.boxes import box_intersection
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.labelling import LabelPlacer, LabelSpot, lines_meet_boxes
from deskcheck_vision.lettering import Lettering
from deskcheck_vision.overlay import Overlay, OverlayItem, OverlayRuler, OverlayState, OverlayZone, draw_overlay
from deskcheck_vision.privacy import PrivacyMask
from deskcheck_vision.strokes import STYLES, draw_icon, draw_path, fill_area


def grey(width: int = 320, height: int = 200) -> Uint8Array:
    image = np.full((height, width, 3), 128, np.uint8)
    image.flags.writeable = False
    return image


def luminance(bgr: tuple[int, int, int]) -> float:
    """Relative luminance of WCAG 2.2."""
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in np.array(bgr) / 255]
    return float(0.0722 * linear[0] + 0.7152 * linear[1] + 0.2126 * linear[2])


@pytest.mark.parametrize("state", list(OverlayState))
def test_every_state_has_enough_contrast_with_white(state: OverlayState) -> None:
    assert 1.05 / (luminance(STYLES[state].colour) + 0.05) >= 4.5


def test_states_differ_without_colour() -> None:
    icons = []
    for state in OverlayState:
        icon = np.zeros((40, 40, 3), np.uint8)
        draw_icon(icon, state, (0, 0), 40)
        icons.append((icon == 255).all(axis=2).tobytes())
    assert len(set(icons)) == len(OverlayState)
    lines = {(style.dash, style.weight) for state, style in STYLES.items() if state is not OverlayState.INFO}
    assert len(lines) == len(OverlayState) - 1
    assert set(STYLES) == set(OverlayState)


def test_the_picture_given_is_left_alone_and_an_empty_overlay_changes_nothing() -> None:
    image = grey()
    drawn = draw_overlay(image, Overlay())
    assert np.array_equal(drawn, image)
    assert drawn.flags.writeable
    assert not np.shares_memory(drawn, image)


def test_a_missing_font_is_named_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(errors.FontMissingError) as caught:
        draw_overlay(grey(), Overlay(), font_path=tmp_path / "absent.ttf")
    assert caught.value.code == "font.missing"
    assert "absent.ttf" in caught.value.sentence("zh")
    assert "make setup" in caught.value.next_step("en")


def test_chinese_is_written_not_boxes() -> None:
    lettering = Lettering(16)
    assert lettering.covers("水杯 偏离定位区 14.2 cm（允许 3.0，±1.1）印章增高架…")
    assert not lettering.covers("水\U0010fffe")
    assert not np.array_equal(lettering.coverage("水"), lettering.coverage("杯"))
    assert lettering.coverage("水杯").shape == (lettering.height_px, lettering.width_px("水杯"))


def test_letters_are_not_cut_off() -> None:
    for size_px in (11, 16, 40):
        cover = Lettering(size_px).coverage("gjpy国杯（|H±", margin_px=10)
        assert cover.max() > 200
        assert cover[:10].max() == 0
        assert cover[-10:].max() == 0


def test_text_is_shortened_with_an_ellipsis() -> None:
    lettering = Lettering(16)
    assert lettering.shortened("水杯", 200) == "水杯"
    assert lettering.shortened("水杯偏离定位区", 70) == "水杯偏…"
    assert lettering.shortened("水杯", 3) == ""


def test_writing_is_cut_off_at_the_picture() -> None:
    lettering = Lettering(16)
    image = grey(60, 30).copy()
    for left_top in ((-20, -5), (50, 20), (500, 5), (5, -100)):
        lettering.write(image, "水杯", left_top, (0, 0, 0), halo_px=2)
    lettering.write(image, "", (5, 5), (0, 0, 0))
    assert (image[:, 30:45] == 128).all()
    assert image.min() < 40


def test_zones_and_lines_beyond_the_picture_do_no_harm() -> None:
    far = np.array([(-1e9, -1e9), (1e9, -1e9), (1e9, 1e9), (-1e9, 1e9)])
    image = grey().copy()
    fill_area(image, far, (0, 0, 255), 0.5)
    assert (image == np.array([64, 64, 192])).all()
    outside = grey().copy()
    fill_area(outside, np.array([(-50.0, -50), (-10, -50), (-10, -10)]), (0, 0, 255), 0.5)
    assert np.array_equal(outside, grey())
    draw_path(image, far, (0, 0, 0), 2, dash=(4, 4), closed=True)
    draw_path(image, np.zeros((0, 2)), (0, 0, 0), 1, closed=True)
    drawn = draw_overlay(grey(), Overlay(zones=(OverlayZone(far, "远", OverlayState.PASS),)))
    assert not np.array_equal(drawn, grey())


def test_dashes_leave_gaps_and_go_round_corners() -> None:
    image = np.full((60, 60, 3), 0, np.uint8)
    draw_path(image, np.array([(5.0, 5), (50, 5), (50, 50)]), (255, 255, 255), 2, dash=(3, 3), casing_px=0)
    along_x, along_y = image[5, 5:48, 0] > 128, image[8:48, 50, 0] > 128
    for along in (along_x, along_y):
        assert 0.25 < along.mean() < 0.85
        assert 4 <= np.count_nonzero(np.diff(along.astype(int))) <= 16


def test_no_items_and_things_that_fill_the_picture() -> None:
    whole = OverlayItem((0, 0, 320, 200), "人员", OverlayState.INFO)
    drawn = draw_overlay(grey(), Overlay(items=(whole,)))
    assert (drawn[:, 5:-5] != 128).any()


def test_a_label_that_finds_no_place_is_left_out() -> None:
    items = tuple(
        OverlayItem((10, 10, 60, 60), f"物品{index} 很长的说明文字", OverlayState.PASS) for index in range(60)
    )
    drawn = draw_overlay(grey(96, 96), Overlay(items=items))
    assert drawn.shape == (96, 96, 3)


def test_a_zone_name_that_finds_no_place_is_left_out() -> None:
    zone = OverlayZone(np.array([(5.0, 5), (60, 5), (60, 60), (5, 60)]), "一个名字很长的定位区", OverlayState.PASS)
    nameless = OverlayZone(zone.polygon_px, "", OverlayState.PASS)
    with_name, without = (draw_overlay(grey(64, 64), Overlay(zones=(one,))) for one in (zone, nameless))
    assert np.array_equal(with_name, without)


def test_mask_note_and_ruler_without_a_desk() -> None:
    note = Overlay(mask=PrivacyMask(np.array([[100, 20, 220, 180]])), mask_label="人员已遮挡")
    drawn = draw_overlay(grey(), note)
    changed = np.argwhere((drawn != 128).any(axis=2))
    assert changed[:, 1].min() >= 100
    assert changed[:, 1].max() <= 220
    silent = Overlay(mask=PrivacyMask(np.zeros((0, 4), np.int64)), mask_label="人员已遮挡")
    assert np.array_equal(draw_overlay(grey(), silent), grey())
    assert np.array_equal(draw_overlay(grey(), Overlay(mask=PrivacyMask(np.array([[1, 2, 30, 40]])))), grey())
    ruler = OverlayRuler(np.array([(10.0, 100), (160, 100), (310, 100)]), ("0", "", "180 cm"))
    drawn = draw_overlay(grey(), Overlay(ruler=ruler))
    assert (drawn[110:130] != 128).any()
    assert (drawn[:90] == 128).all()


def test_ruler_numbers_stand_off_the_desk_and_never_meet() -> None:
    desk = np.array([(10.0, 100), (310, 100), (310, 190), (10, 190)])
    crowded = OverlayRuler(np.linspace((10.0, 100), (310, 100), 61), tuple(str(index) for index in range(61)))
    drawn = draw_overlay(grey(), Overlay(ruler=crowded, desk_outline_px=desk))
    assert (drawn[70:90] != 128).any()
    assert (drawn[112:180, 30:290] == 128).all()


@pytest.mark.parametrize("points", [np.zeros((2, 2)), np.zeros((4, 3)), np.array([(0, 0), (1, np.nan), (2, 2)])])
def test_zones_that_are_none_are_refused(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    with pytest.raises(ValueError, match="finite points"):
        OverlayZone(points, "区", OverlayState.PASS)


def test_a_ruler_needs_a_label_per_tick() -> None:
    with pytest.raises(ValueError, match="expected 2 labels"):
        OverlayRuler(np.array([(0, 0), (1, 1)]), ("0",))


def placed(count: int = 30) -> tuple[LabelPlacer, list[tuple[int, int, int, int]], list[LabelSpot]]:
    rng = np.random.default_rng(11)
    corners = rng.uniform(0, 500, (count, 2))
    things = np.concatenate([corners, corners + rng.uniform(5, 90, (count, 2))], axis=1)
    placer = LabelPlacer((640, 480), things, 20)
    rectangles, spots = [], []
    for thing in things:
        spot = placer.beside(thing.tolist(), [(120, 20), (60, 20), (20, 20)])
        if spot is None:
            continue
        left, top = spot.left_top
        rectangles.append((left, top, left + (120, 60, 20)[spot.wording], top + 20))
        spots.append(spot)
    return placer, rectangles, spots


def test_labels_never_meet_nor_leave_the_picture_nor_cross_leaders() -> None:
    _, rectangles, spots = placed()
    boxes = np.array(rectangles, float)
    assert len(boxes) >= 20
    shared = box_intersection(boxes, boxes)
    np.fill_diagonal(shared, 0)
    assert shared.max() == 0
    assert boxes.min() >= 0
    assert boxes[:, 2].max() <= 640
    assert boxes[:, 3].max() <= 480
    leaders = np.array([spot.leader for spot in spots if spot.leader is not None])
    assert len(leaders)
    for index, spot in enumerate(spots):
        if spot.leader is not None:
            later = boxes[index + 1 :]
            assert not lines_meet_boxes(np.array([spot.leader]), later).any()


def test_taken_places_are_kept_free() -> None:
    placer = LabelPlacer((100, 100), [], 10)
    assert placer.is_free((0, 0, 100, 20))
    placer.occupy((0, 0, 100, 80))
    assert not placer.is_free((0, 70, 10, 90))
    assert not placer.is_free((0, 90, 10, 110))
    assert placer.within([[0, 0, 10, 10], [0, 85, 10, 95]]) == 1
    assert placer.within([[0, 0, 10, 10]]) is None
    assert placer.beside((0, 0, 10, 10), [(200, 10)]) is None


@pytest.mark.parametrize(
    ("line", "meets"),
    [
        ((0, 15, 40, 15), True),
        ((15, 0, 15, 40), True),
        ((0, 10, 40, 10), False),
        ((10, 0, 10, 40), False),
        ((0, 0, 9, 9), False),
        ((0, 0, 40, 40), True),
        ((12, 12, 18, 18), True),
        ((0, 25, 25, 45), False),
        ((0, 50, 40, 50), False),
    ],
)
def test_lines_through_boxes(line: tuple[float, ...], meets: bool) -> None:
    assert lines_meet_boxes(np.array([line], float), np.array([(10.0, 10, 20, 20)])).tolist() == [[meets]]


def test_no_lines_and_no_boxes() -> None:
    assert lines_meet_boxes(np.zeros((0, 4)), np.zeros((3, 4))).shape == (0, 3)
    assert lines_meet_boxes(np.zeros((2, 4)), np.zeros((0, 4))).shape == (2, 0)


def test_a_picture_that_is_kept_narrow_shows_the_same_in_its_size() -> None:
    box = OverlayItem((400, 300, 700, 600), "水杯", OverlayState.SUSPECTED)
    zone = OverlayZone(np.array([(900.0, 600), (1300, 600), (1300, 900), (900, 900)]), "定位区", OverlayState.PASS)
    ruler = OverlayRuler(np.array([(100.0, 1100), (1500, 1100)]), ("0", "180 cm"))
    outline = np.array([(100.0, 1100), (1500, 1100), (1500, 200), (100, 200)])
    mask = PrivacyMask(np.array([[20, 20, 220, 180]]))
    whole = Overlay((zone,), (box,), ruler, outline, mask, "人员已遮挡")
    narrow = draw_overlay(grey(1600, 1200), whole, display_width_px=360, most_width_px=800)
    assert narrow.shape == (600, 800, 3)
    assert np.array_equal(narrow, draw_overlay(grey(800, 600), whole.scaled(0.5), display_width_px=360))
    assert np.array_equal(
        draw_overlay(grey(1600, 1200), whole, most_width_px=1600), draw_overlay(grey(1600, 1200), whole)
    )
    bare = Overlay().scaled(0.5)
    assert bare.ruler is None
    assert bare.mask is None


def test_a_zone_says_its_name_again_only_where_there_is_room() -> None:
    square = np.array([(60.0, 60), (260, 60), (260, 160), (60, 160)])
    zone = OverlayZone(square, "水杯", OverlayState.PASS)
    nameless = OverlayZone(square, "", OverlayState.PASS)
    small = OverlayItem((150, 100, 170, 120), "水杯", OverlayState.PASS, "水杯")
    filling = OverlayItem((40, 40, 280, 180), "水杯", OverlayState.PASS, "水杯")
    other = OverlayItem((40, 40, 280, 180), "鼠标", OverlayState.PASS, "鼠标")

    def says_it(item: OverlayItem) -> bool:
        drawn, without = (draw_overlay(grey(), Overlay((one,), (item,))) for one in (zone, nameless))
        return not np.array_equal(drawn, without)

    assert says_it(small)
    assert not says_it(filling)
    assert says_it(other)


def test_letters_for_a_phone_are_eleven_css_px_high_there() -> None:
    item = OverlayItem((600, 500, 900, 800), "国", OverlayState.PASS)
    drawn = draw_overlay(grey(1600, 1200), Overlay(items=(item,)), display_width_px=360, most_width_px=1170)
    ink = (drawn < 60).all(axis=2)  # nothing else of a label is as dark as its letters
    rows = np.flatnonzero(ink.any(axis=1))
    shown_px = 366  # of a screen 390 wide, less the page's margins
    assert (rows[-1] - rows[0] + 1) * shown_px / 1170 >= 11
