"""A camera's picture against one from before: noise, light and a shake are no change, a pen is one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.unchanged import SceneCopy, change_between, slid_apart, slid_share

WH = (1280, 720)


def desk() -> np.ndarray:
    """A desk with a monitor, a keyboard and papers, drawn softly as through a lens."""
    rng = np.random.default_rng(5)
    image = np.full((WH[1], WH[0], 3), (150, 165, 175), np.float32)
    for _ in range(25):
        x, y = rng.integers(0, WH[0]), rng.integers(0, WH[1])
        low, high = (int(x), int(y)), (int(x + rng.integers(30, 260)), int(y + rng.integers(20, 160)))
        cv2.rectangle(image, low, high, tuple(float(one) for one in rng.integers(40, 230, 3)), -1)
    return cv2.GaussianBlur(image, (0, 0), 1.2)


DESK = desk()
# An even part of it.
PLACE = (600, 500)


def shot(image: np.ndarray = DESK, seed: int = 1, sigma: float = 3.0) -> Uint8Array:
    noise = np.random.default_rng(seed).normal(0, sigma, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def changed(image: np.ndarray, seed: int = 2) -> bool:
    return change_between(SceneCopy.from_picture(shot()), SceneCopy.from_picture(shot(image, seed))).is_changed


def with_pen(contrast: float, wide: int = 8, long: int = 110) -> np.ndarray:
    """The desk with a bar that differs from what is below it."""
    x, y = PLACE
    drawn = DESK.copy()
    drawn[y : y + wide, x : x + long] += contrast
    return drawn


def test_noise_alone_is_no_change() -> None:
    assert not any(changed(DESK, seed) for seed in range(2, 12))


@pytest.mark.parametrize(("gain", "offset"), [(1.08, 0.0), (0.87, 0.0), (1.0, 12.0), (1.05, -10.0)])
def test_another_exposure_is_no_change(gain: float, offset: float) -> None:
    assert not changed(DESK * gain + offset)


@pytest.mark.parametrize("aside", [(0.3, 0.0), (0.0, -0.4), (0.5, 0.5)])
def test_a_shake_is_no_change_and_a_shift_is(aside: tuple[float, float]) -> None:
    def moved(by: tuple[float, float]) -> np.ndarray:
        matrix = np.array([[1, 0, by[0]], [0, 1, by[1]]], np.float64)
        return cv2.warpAffine(DESK, matrix, WH, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)

    assert not changed(moved(aside))
    assert changed(moved((aside[0] * 8, aside[1] * 8)))


@pytest.mark.parametrize("contrast", [-60.0, -25.0, 25.0])
@pytest.mark.parametrize("wide", [8, 5])
def test_a_pen_is_a_change(contrast: float, wide: int) -> None:
    assert changed(with_pen(contrast, wide))


def test_a_pen_under_another_exposure_is_a_change() -> None:
    assert changed(with_pen(-40.0) * 1.12 + 5)


def test_what_is_pale_but_large_and_a_shadow_are_changes() -> None:
    assert changed(with_pen(8.0, 120, 160))
    shadow = DESK * np.linspace(0.8, 1.2, WH[0], dtype=np.float32)[None, :, None]
    assert changed(shadow)


def test_what_cannot_be_told_is_a_change() -> None:
    assert change_between(
        SceneCopy.from_picture(shot(sigma=25.0)), SceneCopy.from_picture(shot(seed=2, sigma=25.0))
    ).is_changed
    other = SceneCopy.from_picture(shot()[:, :640])
    assert change_between(SceneCopy.from_picture(shot()), other).is_changed
    assert changed(DESK * 0.4)
    assert changed(np.full_like(DESK, 128.0))


def test_small_and_flat_pictures_are_compared_too() -> None:
    tiny = SceneCopy.from_picture(np.full((3, 3, 3), 90, np.uint8))
    assert not change_between(tiny, tiny).is_changed
    assert slid_apart(tiny, tiny) == 0.0
    assert slid_share(tiny, SceneCopy.from_picture(shot())) == (0.0, 0.0)


def test_comparing_writes_to_neither_picture() -> None:
    before, now = SceneCopy.from_picture(shot()), SceneCopy.from_picture(shot(seed=2))
    kept = [array.copy() for copy in (before, now) for array in (copy.copy, copy.slide)]
    change_between(before, now)
    slid_apart(before, now)
    arrays = [array for copy in (before, now) for array in (copy.copy, copy.slide)]
    assert all(np.array_equal(array, was) for array, was in zip(arrays, kept, strict=True))


def test_a_turn_about_the_line_of_sight_shows_in_the_quarters() -> None:
    matrix = cv2.getRotationMatrix2D((WH[0] / 2, WH[1] / 2), 0.5, 1.0)
    turned = cv2.warpAffine(DESK, matrix, WH, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    before = SceneCopy.from_picture(shot())
    assert slid_apart(before, SceneCopy.from_picture(shot(turned, 2))) > 0.0012
    assert slid_apart(before, SceneCopy.from_picture(shot(seed=3))) < 0.0003
