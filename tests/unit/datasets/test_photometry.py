"""What cameras do to a picture: the same seed does the same, shapes stay, and every kind of wear happens."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from deskcheck_datasets.photometry import photograph, repainted, worn
from deskcheck_vision.detections import Uint8Array

THING = np.array([[90.0, 70.0, 230.0, 170.0]])


@pytest.fixture
def desk() -> Uint8Array:
    """A warm wooden desk with a blue thing on it."""
    image = np.full((240, 320, 3), (90, 140, 180), np.uint8)
    image[80:160, 100:220] = (180, 70, 40)
    return image


def repainted_often(image: Uint8Array, rng: np.random.Generator) -> Uint8Array:
    return repainted(image, np.repeat(THING, 12, axis=0), rng)


@pytest.mark.parametrize("change", [photograph, worn, repainted_often])
def test_the_same_seed_changes_a_picture_alike(desk: Uint8Array, change: object) -> None:
    assert callable(change)
    first, second = (change(desk, np.random.default_rng(5)) for _ in range(2))
    assert first.shape == desk.shape
    assert first.dtype == np.uint8
    assert np.array_equal(first, second)
    assert not np.array_equal(first, change(desk, np.random.default_rng(6)))


def test_the_picture_given_is_left_alone(desk: Uint8Array) -> None:
    before = desk.copy()
    for seed in range(20):
        worn(desk, np.random.default_rng(seed))
        photograph(desk, np.random.default_rng(seed))
    assert np.array_equal(desk, before)


def test_some_pictures_turn_grey_and_most_do_not(desk: Uint8Array) -> None:
    colourful = [
        float(cv2.cvtColor(worn(desk, np.random.default_rng(seed)), cv2.COLOR_BGR2HSV)[..., 1].mean())
        for seed in range(200)
    ]
    grey = sum(value < 8 for value in colourful)
    assert 2 <= grey <= 30


def test_things_stay_where_they_are(desk: Uint8Array) -> None:
    for seed in range(40):
        changed = worn(desk, np.random.default_rng(seed)).astype(int)
        inside, outside = changed[100:140, 130:190].mean(axis=(0, 1)), changed[10:60, 10:90].mean(axis=(0, 1))
        assert np.abs(inside - outside).max() > 15


def test_a_thing_gets_other_colours_and_the_desk_around_it_keeps_its_own(desk: Uint8Array) -> None:
    painted = [repainted(desk, THING, np.random.default_rng(seed)) for seed in range(60)]
    thing = np.zeros(desk.shape[:2], bool)
    thing[80:160, 100:220] = True
    # A colour code goes there and back through L*a*b*, which costs a step or two of 255.
    moved = [np.abs(picture.astype(int) - desk).max(axis=2) for picture in painted]
    assert all(change[~thing].max() <= 4 for change in moved)
    changed = [change[thing].mean() > 15 for change in moved]
    assert 8 <= sum(changed) <= 35
    colours = {tuple((picture[120, 160] // 32).tolist()) for picture, new in zip(painted, changed, strict=True) if new}
    assert len(colours) >= 6


def test_where_the_desk_shows_at_the_middle_of_a_box_nothing_is_painted(desk: Uint8Array) -> None:
    ring = desk.copy()
    ring[90:150, 110:210] = desk[0, 0]
    box = np.array([[80.0, 60.0, 240.0, 180.0]])
    for seed in range(40):
        assert np.abs(repainted(ring, box, np.random.default_rng(seed)).astype(int) - ring).max() <= 4
    assert np.array_equal(repainted(desk, np.zeros((0, 4)), np.random.default_rng(0)), desk)
