"""A rough camera by matches of which most are wrong, many of them above the desk."""

from __future__ import annotations

import numpy as np
from deskcheck_calibration.geometry import apply_homography
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.registration_limits import GOOD, Evidence, Refusal, refusal_of_surface
from deskcheck_calibration.rough_camera import rough_cameras
from deskcheck_calibration.standing import standing_features, upright
from deskcheck_vision.detections import Detections, Float64Array
from deskcheck_vision.registration import Matches
from hypothesis import given, settings
from hypothesis import strategies as st
from printed_desk import CORNERS_CM, DESK, plane_of, printed_desk
from sticker_desk import Camera, camera, seen

RNG = np.random.default_rng(2)


def pictured(by: Camera, points_cm: Float64Array) -> Float64Array:
    """Where a camera sees places (N, 3), desk cm and height."""
    columns = (
        np.linalg.inv(np.array([[by.focal_px, 0, by.image_wh[0] / 2], [0, by.focal_px, by.image_wh[1] / 2], [0, 0, 1]]))
        @ by.to_px
    )
    scale = np.linalg.norm(columns[:, 0])
    down = np.cross(columns[:, 0], columns[:, 1]) / scale
    matrix = np.array([[by.focal_px, 0, by.image_wh[0] / 2], [0, by.focal_px, by.image_wh[1] / 2], [0, 0, 1]])
    eye = points_cm[:, :2] @ columns[:, :2].T + columns[:, 2] - points_cm[:, 2:] * down
    homogeneous = eye @ matrix.T
    return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:], np.float64)


def matches(by: Camera, points_cm: Float64Array, wrong: int) -> Matches:
    """The right ones, and wrong ones that lie anywhere."""
    px = pictured(by, points_cm) + RNG.normal(0, 1.0, (len(points_cm), 2))
    strange = np.column_stack([RNG.uniform(0, 150, wrong), RNG.uniform(0, 70, wrong), np.zeros(wrong)])
    anywhere = RNG.uniform([0, 0], by.image_wh, (wrong, 2))
    count = len(points_cm) + wrong
    return Matches(
        np.concatenate([px, anywhere]), np.concatenate([points_cm, strange]),
        np.full(count, 10.0), np.full(count, 3.0), np.full(count, 0.5),
    )  # fmt: skip


def flat(count: int) -> Float64Array:
    return np.column_stack([RNG.uniform([5, 5], [145, 65], (count, 2)), np.zeros(count)])


def error_cm(to_px: Float64Array, by: Camera) -> float:
    return float(np.linalg.norm(apply_homography(np.linalg.inv(to_px), by.px(CORNERS_CM)) - CORNERS_CM, axis=1).max())


@settings(max_examples=10, deadline=None)
@given(st.floats(25, 70), st.floats(-40, 40), st.floats(90, 200))
def test_a_third_of_right_matches_suffices(elevation: float, azimuth: float, distance: float) -> None:
    by = camera(DESK, elevation, azimuth, distance)
    found = matches(by, flat(30), 60)
    rough = rough_cameras(found, np.ones(90, np.bool_), by.image_wh, by.focal_px)[0]
    assert error_cm(rough.camera.to_px, by) < 3.0
    assert rough.agree[:30].mean() > 0.9


def test_a_screen_alone_says_where_the_desk_below_it_is() -> None:
    by = camera(DESK, 35.0, 20.0, 150.0)
    screen = np.column_stack([RNG.uniform(60, 110, 60), np.full(60, 30.0), RNG.uniform(10, 40, 60)])
    found = matches(by, screen, 20)
    rough = rough_cameras(found, np.ones(80, np.bool_), by.image_wh, by.focal_px)
    assert 1 <= len(rough) <= 2
    assert min(error_cm(one.camera.to_px, by) for one in rough) < 12.0


def test_nonsense_a_line_and_a_mirrored_desk_give_no_camera() -> None:
    by = camera(DESK, 40.0, 0.0, 150.0)
    every = np.ones(40, np.bool_)
    assert rough_cameras(matches(by, flat(0), 40), every, by.image_wh, by.focal_px) == []
    spot = np.tile([[70.0, 30.0, 0.0]], (40, 1))
    one_spot = Matches(np.tile([[500.0, 500.0]], (40, 1)), spot, np.zeros(40), np.zeros(40), np.zeros(40))
    assert rough_cameras(one_spot, every, by.image_wh, None) == []
    right = matches(by, flat(40), 0)
    mirrored = Matches(
        right.points_px * [-1, 1] + [by.image_wh[0], 0], right.points_cm, right.turns_deg, right.log_sizes, right.ratios
    )
    for one in rough_cameras(mirrored, every, by.image_wh, by.focal_px):
        assert one.agree.sum() < 30


def test_matches_turned_the_other_way_are_no_evidence() -> None:
    by = camera(DESK, 40.0, 0.0, 150.0)
    right = matches(by, flat(40), 0)
    turns = np.where(np.arange(40) < 20, 10.0, 200.0)
    mixed = Matches(right.points_px, right.points_cm, turns, right.log_sizes, right.ratios)
    group = np.arange(40) < 20
    found = rough_cameras(mixed, group, by.image_wh, by.focal_px)
    assert found[0].agree.tolist() == group.tolist()
    few = np.arange(40) < 8
    assert rough_cameras(mixed.chosen(few), np.ones(8, np.bool_), by.image_wh, by.focal_px) == []


def test_what_stands_is_lifted_to_where_it_is() -> None:
    by = camera(DESK, 45.0, 10.0, 180.0)
    places = np.array([[80.0, 30.0, 25.0], [70.0, 30.0, 5.0], [60.0, 50.0, 0.0]])
    lifted = upright(plane_of(by), pictured(by, places), np.array([30.0, 30.0, 30.0]))
    assert np.allclose(lifted, places, atol=0.2)  # the last lies before the upright plane: on the desk
    behind = upright(plane_of(by), np.array([[900.0, 500.0]]), np.array([1e4]))
    assert not np.isfinite(behind).all()


def test_features_of_a_tall_thing_have_heights_and_those_of_flat_ones_and_people_none() -> None:
    by = camera(DESK, 45.0, 0.0, 180.0)
    image = np.ascontiguousarray(seen(printed_desk(3), by, 1)[:, :, 1])
    plane: DeskPlane = plane_of(by)
    left, top, right, bottom = 760.0, 330.0, 1160.0, 640.0
    found = standing_features(
        image, plane, Detections.from_rows([("monitor", 0.9, (left, top, right, bottom))], by.image_wh)
    )
    assert len(found.points_cm) > 50
    assert found.points_cm[:, 2].min() >= 0
    assert 5 < found.points_cm[:, 2].max() < 80
    for name in ("keyboard", "person"):
        rows = [(name, 0.9, (left, top, right, bottom))]
        assert len(standing_features(image, plane, Detections.from_rows(rows, by.image_wh)).points_cm) == 0


def test_every_limit_of_the_board_refuses() -> None:
    good = Evidence(pieces=40, pieces_agreeing=30, spread=0.5, breadth=0.5, miss_cm=0.1, sigma_cm=0.5)
    from dataclasses import replace

    assert refusal_of_surface(good, GOOD) is None
    assert refusal_of_surface(replace(good, miss_cm=0.3), GOOD) is None
    for change, refusal in (
        ({"pieces_agreeing": 11, "pieces": 12}, Refusal.BOARD_UNKNOWN),
        ({"pieces": 80}, Refusal.BOARD_UNKNOWN),
        ({"miss_cm": 0.3, "pieces": 51}, Refusal.BOARD_UNKNOWN),
        ({"spread": 0.05}, Refusal.ONE_SPOT),
        ({"breadth": 0.1}, Refusal.ONE_SPOT),
        ({"sigma_cm": 1.3}, Refusal.UNCERTAIN),
        ({"sigma_cm": float("nan")}, Refusal.UNCERTAIN),
    ):
        assert refusal_of_surface(replace(good, **change), GOOD) is refusal
