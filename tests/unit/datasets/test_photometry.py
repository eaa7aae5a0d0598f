"""What cameras do to a picture: the same seed does the same, shapes stay, and every kind of wear happens."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from deskcheck_datasets.photometry import photograph, worn
from deskcheck_vision.detections import Uint8Array


@pytest.fixture
def desk() -> Uint8Array:
    """A warm wooden desk with a blue thing on it."""
    image = np.full((240, 320, 3), (90, 140, 180), np.uint8)
    image[80:160, 100:220] = (180, 70, 40)
    return image


@pytest.mark.parametrize("change", [photograph, worn])
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
