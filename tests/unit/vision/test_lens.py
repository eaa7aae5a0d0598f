"""The lens model against OpenCV's, its limits, boxes and pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from deskcheck_vision.errors import LensBendError
from deskcheck_vision.lens import Lens
from deskcheck_vision.lens_limits import LARGEST_BEND, SMALLEST_BEND

WH = (1920, 1080)


@pytest.mark.parametrize(("k1", "focal_px"), [(-0.12, 1100.0), (0.05, 1500.0), (-0.3, 2600.0)])
def test_it_is_the_first_term_of_opencv(k1: float, focal_px: float) -> None:
    lens = Lens.from_k1(k1, focal_px, WH)
    assert lens.k1(focal_px) == pytest.approx(k1)
    rng = np.random.default_rng(0)
    world = np.column_stack([rng.uniform(-0.8, 0.8, 50), rng.uniform(-0.45, 0.45, 50), np.ones(50)])
    matrix = np.array([[focal_px, 0, 960], [0, focal_px, 540], [0, 0, 1.0]])
    seen, _ = cv2.projectPoints(world, np.zeros(3), np.zeros(3), matrix, np.array([k1, 0, 0, 0]))
    ideal = world[:, :2] * focal_px + [960, 540]
    seen = seen.reshape(-1, 2)
    inside = ((seen > 0) & (seen < WH)).all(axis=1) & (np.linalg.norm(ideal - [960, 540], axis=1) < 1050)
    assert inside.sum() > 10
    assert np.abs(lens.bent(ideal[inside]) - seen[inside]).max() < 1e-6


@pytest.mark.parametrize("bend", [-0.15, 0.31, 4.0, float("nan"), float("inf"), -float("inf")])
def test_a_bend_that_no_lens_has_is_refused(bend: float) -> None:
    with pytest.raises(LensBendError) as refused:
        Lens(bend, WH)
    assert "0.3" in refused.value.sentence("en")
    assert refused.value.next_step("zh")


@pytest.mark.parametrize("bend", [SMALLEST_BEND, -0.05, 0.0, 0.1, LARGEST_BEND])
def test_the_middle_stays_and_empty_is_empty(bend: float) -> None:
    lens = Lens(bend, WH)
    middle = np.array([[960.0, 540.0]])
    assert (lens.bent(middle) == middle).all()
    assert (lens.straightened(middle) == middle).all()
    assert lens.bent(np.zeros((0, 2))).shape == (0, 2)
    assert lens.straightened_boxes(np.zeros((0, 4))).shape == (0, 4)


def test_an_ideal_corner_moves_by_the_bend() -> None:
    lens = Lens(-0.06, WH)
    shown = lens.bent(np.array([[0.0, 0.0]]))
    assert np.linalg.norm(shown - [960, 540]) == pytest.approx(0.94 * np.hypot(960, 540))


def test_a_box_is_straightened_through_the_middles_of_its_sides() -> None:
    lens = Lens(-0.08, WH)
    box = np.array([[100.0, 80.0, 200.0, 260.0]])
    left, top, right, bottom = lens.straightened_boxes(box)[0]
    assert left == lens.straightened(np.array([100.0, 170.0]))[0]
    assert top == lens.straightened(np.array([150.0, 80.0]))[1]
    assert right == lens.straightened(np.array([200.0, 170.0]))[0]
    assert bottom == lens.straightened(np.array([150.0, 260.0]))[1]
    assert left < 100
    assert top < 80


def test_a_straightened_picture_shows_straight_what_was_bent() -> None:
    lens = Lens(-0.09, (640, 480))
    y, x = np.mgrid[0:480, 0:640] + 0.5
    ideal = lens.straightened(np.stack([x, y], axis=-1))
    # A vertical edge of the ideal picture at x = 100, as the lens shows it.
    bent = np.where(ideal[..., 0] < 100, 40, 200).astype(np.uint8)
    bent.flags.writeable = False
    straight = lens.straightened_picture(np.repeat(bent[..., None], 3, axis=2))
    rows = straight[40:440, :, 0].astype(float)
    edge = (rows[:, 60:140] < 120).sum(axis=1) + 60
    assert np.abs(edge - 100).max() <= 1
    before = (bent[40:440, 60:200] < 120).sum(axis=1) + 60
    assert np.ptp(before) > 3
    again = lens.straightened_picture(np.repeat(bent[..., None], 3, axis=2))
    assert (again == straight).all()


def test_a_picture_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="640"):
        Lens(-0.05, (640, 480)).straightened_picture(np.zeros((240, 320, 3), np.uint8))
