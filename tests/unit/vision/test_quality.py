"""The quality gate on pictures whose faults are known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.quality import QualityLimits, QualityProblem, assess_quality, is_frozen


def scene(width: int = 960, height: int = 540) -> Uint8Array:
    """Many small things of all greys with sharp edges and a little noise, as on a full desk."""
    rng = np.random.default_rng(7)
    image = np.full((height, width, 3), 150, np.uint8)
    for _ in range(150):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        size = rng.integers(10, width // 8 + 12, 2)
        colour = [int(value) for value in rng.integers(20, 235, 3)]
        cv2.rectangle(image, (x, y), (x + int(size[0]), y + int(size[1])), colour, -1)
    noisy = np.clip(image + rng.normal(0, 2, image.shape), 0, 255).astype(np.uint8)
    noisy.flags.writeable = False
    return noisy


def shaken(image: Uint8Array, length_px: int, angle_deg: float) -> Uint8Array:
    kernel = np.zeros((length_px, length_px), np.float32)
    kernel[length_px // 2] = 1
    turn = cv2.getRotationMatrix2D(((length_px - 1) / 2, (length_px - 1) / 2), angle_deg, 1)
    kernel = cv2.warpAffine(kernel, turn, (length_px, length_px))
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.uint8)


@pytest.mark.parametrize("wh", [(1920, 1080), (1080, 1920), (480, 480), (300, 200), (64, 64)])
def test_a_sharp_well_lit_picture_has_no_problem(wh: tuple[int, int]) -> None:
    quality = assess_quality(scene(*wh))
    assert quality.problems == ()
    assert 0.5 < quality.sharpness <= 1
    assert quality.glare_share < 0.1


@pytest.mark.parametrize("angle_deg", [0, 30, 45, 90, 135, 160])
def test_a_shaken_picture_is_blurred_whatever_the_direction(angle_deg: float) -> None:
    assert QualityProblem.BLURRED in assess_quality(shaken(scene(), 29, angle_deg)).problems


def test_sharpness_falls_with_blur() -> None:
    values = [assess_quality(cv2.GaussianBlur(scene(), (0, 0), sigma)).sharpness for sigma in (0.5, 2, 4, 6, 10)]
    assert values == sorted(values, reverse=True)
    assert assess_quality(cv2.GaussianBlur(scene(), (0, 0), 6)).problems == (QualityProblem.BLURRED,)


def test_a_dark_picture_is_dark() -> None:
    quality = assess_quality((scene() * 0.1).astype(np.uint8))
    assert QualityProblem.DARK in quality.problems
    assert quality.brightness < 25


def test_a_blown_out_picture_has_glare() -> None:
    quality = assess_quality(np.clip(scene() * 4.0, 0, 255).astype(np.uint8))
    assert QualityProblem.GLARE in quality.problems
    assert quality.glare_share > 0.3


@pytest.mark.parametrize(
    ("grey", "problems"),
    [
        (0, {QualityProblem.DARK, QualityProblem.BLURRED}),
        (128, {QualityProblem.BLURRED}),
        (255, {QualityProblem.GLARE, QualityProblem.BLURRED}),
    ],
)
def test_a_covered_lens_shows_nothing(grey: int, problems: set[QualityProblem]) -> None:
    quality = assess_quality(np.full((480, 640, 3), grey, np.uint8))
    assert set(quality.problems) == problems
    assert quality.sharpness == 0


def test_a_stripe_of_a_picture_is_measured_too() -> None:
    assert assess_quality(scene(4000, 64)).sharpness >= 0


def test_limits_are_the_callers() -> None:
    limits = QualityLimits(min_sharpness=1.0, min_brightness=255.5, max_glare_share=-1)
    assert assess_quality(scene(), limits).problems == tuple(QualityProblem)


def test_the_values_are_the_judgements_reasons() -> None:
    assert [problem.value for problem in QualityProblem] == ["blurred", "dark", "glare"]


def test_a_frozen_last_frame_is_told_from_a_live_one() -> None:
    rng = np.random.default_rng(1)
    still = scene()
    live = np.clip(still + rng.normal(0, 1, still.shape), 0, 255).astype(np.uint8)
    assert is_frozen(still, still.copy())
    assert not is_frozen(still, live)
    assert not is_frozen(still, scene(960, 541))
