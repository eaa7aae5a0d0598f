"""The demonstration hall: possible scenes, layouts that load, photos that break what they say."""

from __future__ import annotations

import pytest
from deskcheck_calibration.layout_file import dump_layout, load_layout
from deskcheck_datasets.synthetic.hall import hall_values, layout_of, stand_items, stands_in
from deskcheck_datasets.synthetic.hall_plans import KINDS, WINDOWS, Photo, Window
from deskcheck_vision.taxonomy import BY_ID

PHOTOS = [(window, photo) for window in WINDOWS for photo in window.photos]


def test_the_hall_is_large_enough() -> None:
    checked = [photo for _, photo in PHOTOS if not photo.reference]
    assert len(WINDOWS) >= 4
    assert len(checked) >= 8
    assert 0.3 <= len([photo for photo in checked if photo.planted]) / len(checked) <= 0.7


@pytest.mark.parametrize("window", WINDOWS, ids=lambda w: w.code)
def test_each_window_has_one_reference_that_breaks_nothing(window: Window) -> None:
    references = [photo for photo in window.photos if photo.reference]
    assert len(references) == 1
    assert references[0].planted == ()
    assert len(window.photos) >= 3


@pytest.mark.parametrize("window", WINDOWS, ids=lambda w: w.code)
def test_layouts_are_read_back_as_they_are_written(window: Window) -> None:
    layout = layout_of(window, None)
    assert load_layout(dump_layout(layout)) == layout


@pytest.mark.parametrize("window", WINDOWS, ids=lambda w: w.code)
def test_every_photo_of_a_window_is_physically_possible(window: Window) -> None:
    for photo in window.photos:
        assert stand_items(window, stands_in(window, photo))


@pytest.mark.parametrize(("window", "photo"), PHOTOS, ids=[photo.name for _, photo in PHOTOS])
def test_planted_things_are_in_the_photo_or_missing_from_it(window: Window, photo: Photo) -> None:
    there = [placed.item.class_id for placed in stand_items(window, stands_in(window, photo))]
    for rule, item in photo.planted:
        assert item in BY_ID
        assert (item in there) is (rule != "V05")


def test_hall_values_name_every_photo() -> None:
    values = hall_values({})
    files = [photo["file"] for window in values["windows"] for photo in window["photos"]]
    assert files == [f"photos/{photo.name}.jpg" for _, photo in PHOTOS]
    assert set(KINDS) >= {stand.kind for window in WINDOWS for stand in window.stands}
