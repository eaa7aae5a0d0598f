from __future__ import annotations

import numpy as np
import pytest
from deskcheck_service.cli.a4_sheet import A4_DIAGONAL_CM, find_a4_sheet, rectangle_ratio
from deskcheck_vision.detections import Float64Array, Uint8Array
from hypothesis import given, settings
from hypothesis import strategies as st

PICTURE_WH = (800, 600)
FOCAL_PX = 690.0


def _projected(points_cm: Float64Array, elevation_deg: float, roll_deg: float = 0.0) -> Float64Array:
    """Project (N, 2) desk cm by a pinhole camera 90 cm away that looks at (15, 10) of the desk."""
    elevation, roll = np.radians(elevation_deg), np.radians(roll_deg)
    tilt = np.array([[1, 0, 0], [0, np.sin(elevation), -np.cos(elevation)], [0, np.cos(elevation), np.sin(elevation)]])
    turn = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    world = np.column_stack([points_cm - np.array([15.0, 10.0]), np.zeros(len(points_cm))])
    seen = world @ turn.T @ tilt.T + np.array([0.0, 0.0, 90.0])
    return np.asarray(seen[:, :2] / seen[:, 2:] * FOCAL_PX + np.array(PICTURE_WH) / 2)


def _picture(corners_px: Float64Array) -> Uint8Array:
    """Return (H, W, 3): a sheet on a desk, its border sampled 3 x 3 a pixel (fillConvexPoly paints 0.5 px too much)."""
    width, height = PICTURE_WH
    x, y = np.meshgrid((np.arange(width * 3) - 1) / 3, (np.arange(height * 3) - 1) / 3)
    inside = np.ones_like(x, bool)
    for (x0, y0), (x1, y1) in zip(corners_px, np.roll(corners_px, -1, axis=0), strict=True):
        inside &= (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) >= 0
    share = inside.reshape(height, 3, width, 3).mean(axis=(1, 3))[..., None]
    noise = np.random.default_rng(3).normal(0, 6, (height, width, 3))
    return np.clip(share * (238, 242, 244) + (1 - share) * (92, 128, 160) + noise, 0, 255).astype(np.uint8)


A4 = np.array([[0.0, 0.0], [29.7, 0.0], [29.7, 21.0], [0.0, 21.0]])


@pytest.mark.parametrize("elevation_deg", [90.0, 70.0, 50.0, 35.0])
@pytest.mark.parametrize("roll_deg", [0.0, 12.0])
def test_a_sheet_is_found_where_it_was_drawn(elevation_deg: float, roll_deg: float) -> None:
    truth = _projected(A4, elevation_deg, roll_deg)
    sheet = find_a4_sheet(_picture(truth))
    assert sheet is not None
    assert np.abs(sheet.corners_px - truth).max() < 1.0
    assert sheet.size_wh_cm == (29.7, 21.0)
    assert sheet.ratio == pytest.approx(29.7 / 21.0, rel=0.06)
    assert not sheet.corners_px.flags.writeable


def test_an_upright_sheet_has_its_short_side_on_top() -> None:
    sheet = find_a4_sheet(_picture(_projected(A4[:, ::-1] + np.array([5.0, -5.0]), 70.0)[[0, 3, 2, 1]]))
    assert sheet is not None
    assert sheet.size_wh_cm == (21.0, 29.7)


@pytest.mark.parametrize("size_cm", [(25.0, 25.0), (40.0, 12.0)], ids=["a square is no A4", "a strip is no A4"])
def test_other_bright_rectangles_are_not_taken(size_cm: tuple[float, float]) -> None:
    width, depth = size_cm
    corners = np.array([[0.0, 0.0], [width, 0.0], [width, depth], [0.0, depth]])
    assert find_a4_sheet(_picture(_projected(corners, 60.0)), focal_px=FOCAL_PX) is None


def test_a_sheet_cut_off_by_the_picture_is_not_taken() -> None:
    assert find_a4_sheet(_picture(_projected(A4 + np.array([-52.0, 0.0]), 70.0))) is None


def test_an_empty_desk_has_no_sheet() -> None:
    assert find_a4_sheet(np.full((480, 640, 3), 120, np.uint8)) is None


@pytest.mark.parametrize("size_wh", [(10.0, 10.0), (29.7, 21.0), (60.0, 25.0)])
@pytest.mark.parametrize("elevation_deg", [75.0, 45.0])
@pytest.mark.parametrize("focal_px", [None, FOCAL_PX])
def test_the_ratio_behind_a_slanted_view_is_recovered(
    size_wh: tuple[float, float], elevation_deg: float, focal_px: float | None
) -> None:
    width, depth = size_wh
    corners = np.array([[0.0, 0.0], [width, 0.0], [width, depth], [0.0, depth]])
    seen = _projected(corners, elevation_deg, roll_deg=20.0)
    ratio, oddness = rectangle_ratio(seen, PICTURE_WH, expected=width / depth, focal_px=focal_px)
    assert oddness < 1.0
    assert ratio == pytest.approx(width / depth, rel=0.02 if focal_px is None else 1e-6)


def test_the_diagonal_of_a4() -> None:
    assert pytest.approx(36.37, abs=0.01) == A4_DIAGONAL_CM


@given(seed=st.integers(0, 2**32 - 1), blobs=st.integers(0, 6))
@settings(max_examples=25, deadline=None)
def test_any_picture_gives_a_sheet_or_none(seed: int, blobs: int) -> None:
    rng = np.random.default_rng(seed)
    width, height = (int(side) for side in rng.integers(16, 200, 2))
    image = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    for _ in range(blobs):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        image[y : y + int(rng.integers(1, height)), x : x + int(rng.integers(1, width))] = rng.integers(0, 256, 3)
    image.flags.writeable = False
    sheet = find_a4_sheet(image)
    assert sheet is None or np.isfinite(sheet.corners_px).all()
