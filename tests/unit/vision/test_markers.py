"""Position stickers: which desk two tags name, where a tag's corners are, and what the printed sheet measures."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest
from deskcheck_vision.lettering import Lettering
from deskcheck_vision.markers import (
    CORNER_COUNT,
    LARGEST_DESK_NUMBER,
    Tag,
    corner_of,
    find_tags,
    read_desks,
    tag_ids,
    tag_image,
)
from deskcheck_vision.sticker_sheet import DPI, StickerSet, sticker_page, sticker_pdf
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sticker_desk import camera, desk_texture, seen, sticker_squares

NUMBERS = st.integers(0, LARGEST_DESK_NUMBER)
DESK = (150, 70)


def tag(tag_id: int) -> Tag:
    return Tag(tag_id, np.array([[0, 0], [8, 0], [8, 8], [0, 8]], np.float64))


@given(NUMBERS, st.permutations(range(CORNER_COUNT)))
def test_any_two_tags_of_a_desk_name_it_and_its_corners(number: int, order: list[int]) -> None:
    ids = tag_ids(number)
    assert [corner_of(tag_id) for tag_id in ids] == [0, 1, 2, 3]
    for count in (2, 3, 4):
        shown = [tag(ids[corner]) for corner in order[:count]]
        first = read_desks(shown)[0]
        assert first.number == number
        assert {corner: one.id for corner, one in first.tags.items()} == {c: ids[c] for c in sorted(order[:count])}


@given(NUMBERS, NUMBERS)
def test_two_desks_share_at_most_one_tag(first: int, second: int) -> None:
    if first != second:
        assert len(set(tag_ids(first)) & set(tag_ids(second))) <= 1


def test_every_number_has_four_tags_of_the_family_and_no_other_number_exists() -> None:
    assert max(max(tag_ids(number)) for number in range(LARGEST_DESK_NUMBER + 1)) < 587
    for number in (-1, LARGEST_DESK_NUMBER + 1):
        with pytest.raises(ValueError, match="desk number"):
            tag_ids(number)
    assert corner_of(586) is None


def test_the_desk_with_most_tags_comes_first_and_a_lone_tag_names_none() -> None:
    ours, theirs = tag_ids(40), tag_ids(41)
    desks = read_desks([tag(one) for one in (*ours[:3], *theirs[:2])])
    assert (desks[0].number, len(desks[0].tags)) == (40, 3)
    assert 41 in [desk.number for desk in desks]
    assert read_desks([tag(ours[0])]) == ()
    assert read_desks([tag(586), tag(585)]) == ()


@pytest.mark.parametrize(("elevation", "distance"), [(30.0, 130.0), (45.0, 150.0), (45.0, 200.0), (70.0, 200.0)])
def test_corners_of_tags_are_found_to_a_fraction_of_a_px(elevation: float, distance: float) -> None:
    view = camera(DESK, elevation, 12.0, distance)
    found = {one.id: one.corners_px for one in find_tags(seen(desk_texture(7, DESK), view))}
    inside = [
        (tag_id, view.px(square))
        for tag_id, square in zip(tag_ids(7), sticker_squares(DESK), strict=True)
        if (view.px(square) > 10).all() and (view.px(square) < np.array(view.image_wh) - 10).all()
    ]
    assert len(inside) >= 2
    assert set(found) == {tag_id for tag_id, _ in inside}
    errors = np.concatenate([np.linalg.norm(found[tag_id] - true, axis=1) for tag_id, true in inside])
    assert np.median(errors) < 0.2
    assert errors.max() < 0.8


def test_a_large_photo_is_searched_smaller_and_measured_in_full() -> None:
    view = camera(DESK, 50.0, -8.0, 190.0, (4000, 2250))
    found = {one.id: one.corners_px for one in find_tags(seen(desk_texture(9, DESK), view))}
    assert set(found) == set(tag_ids(9))
    for tag_id, square in zip(tag_ids(9), sticker_squares(DESK), strict=True):
        assert np.linalg.norm(found[tag_id] - view.px(square), axis=1).max() < 0.8


def test_a_tag_seen_twice_names_no_place() -> None:
    page = np.full((400, 700), 255, np.uint8)
    for left, tag_id in ((60, 4), (260, 4), (460, 5)):
        page[100:228, left : left + 128] = tag_image(tag_id, 16)
    assert [one.id for one in find_tags(np.asarray(cv2.cvtColor(page, cv2.COLOR_GRAY2BGR), np.uint8))] == [5]


def test_nothing_is_found_where_no_sticker_lies() -> None:
    view = camera(DESK)
    assert find_tags(seen(desk_texture(7, DESK, ()), view)) == ()
    assert find_tags(np.zeros((40, 60, 3), np.uint8)) == ()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_is_true_to_scale_and_reads_as_the_desk_lies(language: str) -> None:
    page = sticker_page(StickerSet(1234, "A03", "综合窗口三"), "zh" if language == "zh" else "en")
    assert page.shape == (round(297 / 25.4 * DPI), round(210 / 25.4 * DPI))
    small = cv2.resize(page, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    tags = find_tags(np.asarray(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), np.uint8))
    (desk, *_) = read_desks(tags)
    assert desk.number == 1234
    middles = {}
    for corner, one in desk.tags.items():
        mm = one.corners_px / 0.5 / DPI * 25.4
        sides = np.linalg.norm(mm - np.roll(mm, -1, axis=0), axis=1)
        assert np.abs(sides - 40).max() < 0.1
        middles[corner] = mm.mean(axis=0)
    assert middles[0][0] < middles[1][0]
    assert middles[0][1] < middles[3][1]
    assert abs(middles[2][0] - middles[1][0]) < 0.1


def test_the_ruler_of_the_sheet_is_a_hundred_mm_long() -> None:
    page = sticker_page(StickerSet(3, "A03"))
    rows = page[round(62.5 / 25.4 * DPI) : round(64 / 25.4 * DPI)]
    columns = np.flatnonzero((rows < 128).all(axis=0)) / DPI * 25.4
    ticks = columns[np.insert(np.diff(columns) > 0.3, 0, True)]
    assert len(ticks) == 101
    assert abs(ticks[-1] - ticks[0] - 100) < 0.05


def test_the_pdf_has_an_a4_page_for_each_window() -> None:
    content = sticker_pdf([StickerSet(1, "A01"), StickerSet(2, "A02")])
    assert content.startswith(b"%PDF")
    # In points of 1/72 inch; what a printer takes for the paper's size: 210 x 297 mm to a tenth of a mm.
    boxes = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", content)
    assert len(boxes) == 2
    for box in boxes:
        assert np.allclose([float(side) / 72 * 25.4 for side in box], [210, 297], atol=0.1)
    with pytest.raises(ValueError, match="at least one"):
        sticker_pdf([])


def test_a_long_window_code_stays_within_its_sticker() -> None:
    short, long = (sticker_page(StickerSet(3, code)) for code in ("A", "窗" * 64))
    changed = np.abs(short.astype(int) - long).max(axis=0) > 0
    assert changed.any()
    rows = slice(round(140 / 25.4 * DPI), round(160 / 25.4 * DPI))  # the upper stickers' labels
    columns = np.flatnonzero((short[rows] != long[rows]).any(axis=0)) / DPI * 25.4
    inside = ((columns > 33) & (columns < 93)) | ((columns > 117) & (columns < 177))
    assert inside.all()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_instruction_of_the_sheet_is_cut(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[str] = []
    shortened = Lettering.shortened

    def noted(lettering: Lettering, text: str, width_px: int) -> str:
        if (shown := shortened(lettering, text, width_px)) != text:
            cut.append(text)
        return shown

    monkeypatch.setattr(Lettering, "shortened", noted)
    sticker_page(StickerSet(1234, "A03", "General intake, window 3"), "zh" if language == "zh" else "en")
    assert cut == []
