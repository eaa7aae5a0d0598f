"""The camera's geometry: projection, homography, framing."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_datasets.synthetic.camera import (
    Camera,
    CeilingView,
    View,
    desk_corners_world,
    framing_whole_desk,
    hand_held,
    under_ceiling,
)
from deskcheck_datasets.synthetic.items.base import Draw

DESK = (160.0, 70.0)
STAFF = Camera((80, -200, 130), (80, -35, 0), 0.0, 900.0, (1280, 960))


@pytest.mark.parametrize("seed", range(12))
def test_the_homography_maps_desk_corners_exactly(seed: int) -> None:
    draw = Draw(seed)
    camera = hand_held(draw, DESK, (1280, 960), View(staff_side=0.5))
    points = np.array([[0, 0], [160, 0], [160, 70], [0, 70], [33.3, 12.5]], float)
    pixels = camera.project(np.column_stack([points[:, 0], -points[:, 1], np.zeros(5)]))
    seen = ~np.isnan(pixels).any(axis=1)
    mapped = np.column_stack([pixels[seen], np.ones(seen.sum())]) @ camera.desk_homography().T
    np.testing.assert_allclose(mapped[:, :2] / mapped[:, 2:], points[seen], atol=1e-6)


def test_the_projection_matrix_agrees_with_project_above_the_desk() -> None:
    at = np.array([[40.0, 20, 15], [120, 60, 38]])
    homogeneous = np.column_stack([at, np.ones(2)]) @ STAFF.desk_projection().T
    world = at * [1, -1, 1]
    np.testing.assert_allclose(homogeneous[:, :2] / homogeneous[:, 2:], STAFF.project(world), atol=1e-9)


def test_seen_from_the_staff_side_the_outer_edge_is_far_and_left_is_left() -> None:
    outer_left, outer_right, inner_right, inner_left = STAFF.project(desk_corners_world(DESK))
    assert outer_left[0] < outer_right[0]
    assert inner_left[0] < inner_right[0]
    assert outer_left[1] < inner_left[1]


def test_higher_things_are_higher_in_the_picture() -> None:
    low, high = STAFF.project(np.array([[80.0, -35, 0], [80, -35, 20]]))
    assert high[1] < low[1]


def test_points_behind_the_camera_have_no_pixels() -> None:
    assert np.isnan(STAFF.project(np.array([[80.0, -400, 130]]))).all()


@pytest.mark.parametrize("seed", range(8))
def test_a_whole_desk_view_holds_all_corners(seed: int) -> None:
    view = View(elevation_deg=(30, 60), distance_cm=(70, 100), aim_spread=0.05)
    camera = framing_whole_desk(Draw(seed), DESK, (1280, 960), view, 20)
    corners = camera.project(desk_corners_world(DESK))
    assert (corners > 20).all()
    assert (corners < np.array([1260, 940])).all()
    assert 25 < camera.elevation_deg < 65


@pytest.mark.parametrize("seed", range(10))
def test_a_bending_lens_can_be_undone(seed: int) -> None:
    camera = under_ceiling(Draw(seed), DESK, (960, 540), CeilingView())
    assert camera.kind == "ceiling"
    assert camera.k1 <= 0
    picture = np.stack(np.meshgrid(np.linspace(0, 960, 9), np.linspace(0, 540, 7)), -1).reshape(-1, 2)
    np.testing.assert_allclose(camera.bent(camera.straightened(picture)), picture, atol=0.01)


def test_a_barrel_lens_draws_points_towards_the_middle() -> None:
    bent = Camera(STAFF.position_cm, STAFF.target_cm, 0.0, 900.0, (1280, 960), "ceiling", -0.1)
    corner, middle = np.array([[1200.0, 900.0]]), np.array([[640.0, 480.0]])
    assert (bent.bent(corner) < corner).all()
    np.testing.assert_allclose(bent.bent(middle), middle)
    assert (STAFF.bent(corner) == corner).all()
    off = (corner - middle) / 900
    expected = middle + off * (1 - 0.1 * (off**2).sum()) * 900
    np.testing.assert_allclose(bent.bent(corner), expected)


def test_what_is_far_outside_stays_outside() -> None:
    bent = Camera(STAFF.position_cm, STAFF.target_cm, 0.0, 900.0, (1280, 960), "ceiling", -0.12)
    far = np.array([[9000.0, 480.0], [-9000.0, 480.0]])
    seen = bent.bent(far)
    assert seen[0, 0] > 1280
    assert seen[1, 0] < 0


@pytest.mark.parametrize("seed", range(8))
def test_ceiling_cameras_see_the_desk(seed: int) -> None:
    view = CeilingView(fill=(0.5, 0.9), aim_spread=0.0)
    camera = under_ceiling(Draw(seed), DESK, (960, 540), view)
    corners = camera.seen(desk_corners_world(DESK))
    assert (corners > -1).all()
    assert (corners < np.array([961, 541])).all()
