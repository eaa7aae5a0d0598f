"""Fitting pictures into the model's input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from deskcheck_vision.letterbox import PAD_VALUE, Letterbox


@pytest.mark.parametrize(
    ("image_wh", "inner_wh", "offset_xy"),
    [
        ((1920, 1080), (640, 360), (0, 140)),
        ((1080, 1920), (360, 640), (140, 0)),
        ((640, 640), (640, 640), (0, 0)),
        ((100, 100), (640, 640), (0, 0)),
        ((64, 60000), (1, 640), (319, 0)),
        ((1599, 1187), (640, 475), (0, 82)),
    ],
)
def test_plan(image_wh: tuple[int, int], inner_wh: tuple[int, int], offset_xy: tuple[int, int]) -> None:
    letterbox = Letterbox.fit(image_wh)
    assert letterbox.inner_wh == inner_wh
    assert letterbox.offset_xy == offset_xy


@pytest.mark.parametrize(
    ("image_wh", "input_wh", "inner_wh", "offset_xy"),
    [
        ((1920, 1080), (640, 384), (640, 360), (0, 12)),
        ((1080, 1920), (384, 640), (360, 640), (12, 0)),
        ((4032, 3024), (640, 512), (640, 480), (0, 16)),
        ((1599, 1187), (640, 512), (640, 475), (0, 18)),
        ((100, 100), (640, 640), (640, 640), (0, 0)),
        ((60000, 64), (640, 32), (640, 1), (0, 15)),
    ],
)
def test_plan_of_the_smallest_input(
    image_wh: tuple[int, int], input_wh: tuple[int, int], inner_wh: tuple[int, int], offset_xy: tuple[int, int]
) -> None:
    letterbox = Letterbox.fit(image_wh, (640, 640), step_px=32)
    assert letterbox.input_wh == input_wh
    assert letterbox.inner_wh == inner_wh
    assert letterbox.offset_xy == offset_xy


@pytest.mark.parametrize("wrong", [((0, 5), (64, 64)), ((5, 5), (64, -1)), ((5, 5), (64, 64), -32)])
def test_empty_pictures_are_refused(wrong: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="positive"):
        Letterbox.fit(*wrong)


def test_an_input_of_another_step_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 32"):
        Letterbox.fit((5, 5), (64, 60), 32)


def test_apply_pads_with_grey_and_leaves_the_picture_alone() -> None:
    image = np.zeros((40, 80, 3), np.uint8)
    image.flags.writeable = False
    boxed = Letterbox.fit((80, 40), (64, 64)).apply(image)
    assert boxed.shape == (64, 64, 3)
    assert (boxed[:16] == PAD_VALUE).all()
    assert (boxed[16:48] == 0).all()
    assert (boxed[48:] == PAD_VALUE).all()


@pytest.mark.parametrize("image_wh", [(80, 40), (40, 80), (33, 77), (64, 64)])
def test_planes_are_the_letterboxed_picture_in_rgb(image_wh: tuple[int, int]) -> None:
    image = np.random.default_rng(3).integers(0, 255, (image_wh[1], image_wh[0], 3), np.uint8)
    letterbox = Letterbox.fit(image_wh, (64, 64))
    planes = np.full((3, 64, 64), np.nan, np.float32)
    letterbox.write_planes(image, planes)
    expected = letterbox.apply(image)[..., ::-1].transpose(2, 0, 1) / 255
    np.testing.assert_allclose(planes, expected, atol=1e-6)


def test_boxes_of_the_padding_are_clipped_away() -> None:
    letterbox = Letterbox.fit((1920, 1080))
    assert letterbox.to_image_xyxy([[0, 0, 640, 640]]).tolist() == [[0, 0, 1920, 1080]]
    assert letterbox.to_image_xyxy([]).shape == (0, 4)
    assert letterbox.to_input_xyxy([[0, 0, 1920, 1080]]).tolist() == [[0, 140, 640, 500]]
