"""A camera is found again from where a desk's sides are seen and from a few matches, from whichever start."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_calibration.camera_fit import CameraFit, fit_camera
from deskcheck_calibration.geometry import apply_homography
from deskcheck_calibration.side_fit import Sightings, flat, refine_camera
from hypothesis import given, settings
from hypothesis import strategies as st
from sticker_desk import Camera, camera

DESK = (160.0, 70.0)
GRID = np.column_stack([one.ravel() for one in np.meshgrid(np.linspace(5, 155, 5), np.linspace(5, 65, 4))])
views = st.builds(
    lambda elevation, azimuth, distance: camera(DESK, elevation, azimuth, distance),
    st.floats(25, 70),
    st.floats(-180, 180),
    st.floats(120, 220),
)
steps = st.lists(st.floats(-1, 1), min_size=7, max_size=7)


def exact(by: Camera) -> Sightings:
    """All four sides and a grid of places exactly where the camera sees them."""
    corners = np.array([[0, 0], [160, 0], [160, 70], [0, 70]], np.float64)
    places, seen, across = [], [], []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        on_side = start + (end - start) * np.linspace(0.05, 0.95, 20)[:, None]
        px = by.px(on_side)
        along = np.gradient(px, axis=0)
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        places.append(on_side)
        seen.append(px)
        across.append(np.column_stack([-along[:, 1], along[:, 0]]))
    sides = np.concatenate(places)
    return Sightings(
        flat(GRID), by.px(GRID), np.full(len(GRID), 10.0), sides, np.concatenate(seen), np.concatenate(across),
        np.full(len(sides), 1.0),
    )  # fmt: skip


def started(by: Camera) -> CameraFit:
    fit = fit_camera(by.px(GRID), GRID, by.image_wh, focal_px=by.focal_px, point_sigma_px=1.0)
    assert fit is not None
    return fit


@settings(max_examples=30, deadline=None)
@given(views, steps)
def test_a_camera_is_found_again_from_nearby(by: Camera, step: list[float]) -> None:
    fit = started(by)
    vector = fit.vector + np.array(step) * [0.02, 0.02, 0.02, 3, 3, 3, 0.02]
    moved = CameraFit(fit.to_px, fit.focal_px, fit.focal_log_sigma, fit.error_px, fit.covariance, vector, fit.cost,
                      fit.image_wh)  # fmt: skip
    found = refine_camera(moved, exact(by), by.focal_px)
    places = apply_homography(np.linalg.inv(found.to_px), by.px(GRID))
    assert np.abs(places - GRID).max() < 0.05
    assert (np.linalg.eigvalsh(found.covariance) > -1e-9).all()


@settings(max_examples=20, deadline=None)
@given(views, st.integers(0, 3))
def test_a_side_that_lies_elsewhere_shows_in_the_cost(by: Camera, side: int) -> None:
    seen = exact(by)
    shifted = seen.sides_px.copy()
    rows = slice(20 * side, 20 * side + 20)
    shifted[rows] += 12.0 * seen.across[rows]
    wrong = Sightings(
        seen.points_cm, seen.points_px, seen.point_sigma_px, seen.sides_cm, shifted, seen.across, seen.side_sigma_px
    )
    good, bad = (refine_camera(started(by), one, by.focal_px) for one in (seen, wrong))
    assert bad.cost > good.cost + 5
    assert pytest.approx(by.focal_px, rel=0.01) == good.focal_px


@pytest.mark.parametrize("azimuth", [-180.0, -90.0, 0.0, 90.0, 180.0])
@pytest.mark.parametrize("elevation", [25.0, 30.0, 45.0, 60.0, 70.0])
@pytest.mark.parametrize("distance", [120.0, 150.0, 200.0, 220.0])
def test_a_camera_exactly_along_the_desks_axes_is_found(elevation: float, azimuth: float, distance: float) -> None:
    by = camera(DESK, elevation, azimuth, distance)
    places = apply_homography(np.linalg.inv(started(by).to_px), by.px(GRID))
    assert np.abs(places - GRID).max() < 0.05
