"""A camera found again by the board alone; another board, a pushed cloth and a blank one."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_calibration.camera_fit import CameraFit, camera_at, fit_camera
from deskcheck_calibration.desk_surface import DeskSurface, fit_surface, straightened
from deskcheck_calibration.plane import DeskPlane
from deskcheck_vision.detections import Float64Array, Uint8Array
from printed_desk import CORNERS_CM, DESK, worst_error_cm
from sticker_desk import Camera, camera, desk_texture, seen

SIZE = (float(DESK[0]), float(DESK[1]))
APPROVED = camera(DESK, 50.0, 0.0, 190.0)
ELSEWHERE = camera(DESK, 38.0, 22.0, 170.0)


def grey(seed: int, by: Camera, noise: int = 1) -> Uint8Array:
    """A plain wooden desk, nothing on it."""
    return np.ascontiguousarray(seen(desk_texture(seed, DESK, ()), by, noise)[:, :, 1])


def surface(seed: int = 3) -> DeskSurface:
    image = grey(seed, APPROVED)
    return DeskSurface.from_picture(image, np.full_like(image, 255), APPROVED.to_px, SIZE)


def about(by: Camera, wrong_cm: Float64Array) -> CameraFit:
    """A camera that has the desk's corners some cm wrong."""
    fit = fit_camera(by.px(CORNERS_CM + wrong_cm), CORNERS_CM, by.image_wh, focal_px=by.focal_px, point_sigma_px=20.0)
    assert fit is not None
    return fit


def plane(camera_found: CameraFit) -> DeskPlane:
    px = np.array([[100.0, 100.0]])
    made = DeskPlane.from_camera(camera_found, px, px, SIZE)
    assert made is not None
    return made


@pytest.mark.parametrize("wrong", [((3, 1), (2, 2), (1, 1), (2, 0)), ((-3, 2), (-2, 3), (-3, -1), (-4, 0))])
def test_a_bare_board_is_placed_from_a_few_cm_away(wrong: tuple[tuple[float, float], ...]) -> None:
    start = about(ELSEWHERE, np.array(wrong, np.float64))
    assert worst_error_cm(plane(start), ELSEWHERE) > 2.0
    found = fit_surface(grey(3, ELSEWHERE, 2), start, surface(), SIZE, ELSEWHERE.focal_px)
    assert found is not None
    assert len(found.points_cm) > 0.9 * found.pieces
    assert worst_error_cm(plane(found.camera), ELSEWHERE) < 0.4


def test_the_board_of_another_desk_is_not_this_one() -> None:
    found = fit_surface(grey(4, ELSEWHERE, 2), about(ELSEWHERE, np.zeros((4, 2))), surface(), SIZE, None)
    assert found is None or len(found.points_cm) < 0.3 * found.pieces


def test_where_the_photo_shows_nothing_of_the_board_nothing_is_found() -> None:
    away = about(ELSEWHERE, np.zeros((4, 2)))
    assert fit_surface(np.zeros((1080, 1920), np.uint8), away, surface(), SIZE, None) is None


def test_a_close_photo_is_brought_to_the_scale_of_the_board_and_black_is_not_shown() -> None:
    near = camera(DESK, 60.0, 0.0, 60.0)
    straight, shown = straightened(grey(3, near), near.to_px, SIZE, 6.0)
    assert straight.shape == shown.shape == (420, 900)
    assert 0.05 < (shown > 0).mean() < 0.9
    found = fit_surface(grey(3, near, 2), about(near, np.full((4, 2), 1.0)), surface(), SIZE, near.focal_px)
    assert found is not None
    assert worst_error_cm(plane(found.camera), near) < 0.4


def test_a_camera_that_has_the_desk_behind_it_finds_nothing() -> None:
    behind = camera_at(np.array([0.0, 3.1, 0.0, 0.0, 0.0, -50.0, 7.0]), (1920, 1080))
    assert fit_surface(grey(3, ELSEWHERE), behind, surface(), SIZE, None) is None


def test_one_picture_completes_another_where_something_hid_the_board() -> None:
    whole = surface()
    half = np.full_like(whole.usable, 255)
    half[:, 450:] = 0
    left = DeskSurface(np.where(half > 0, whole.grain, np.int8(0)), half, whole.px_per_cm)
    both = left.completed(whole)
    assert np.array_equal(both.grain, whole.grain)
    assert both.usable.all()
    with pytest.raises(ValueError, match="expected"):
        DeskSurface(whole.grain, whole.usable[:-1], 6.0)
    with pytest.raises(ValueError, match="read-only"):
        whole.grain[0, 0] = 1
