"""A fixed camera's picture against its still: what is measured, and what must not be taken for a moved camera."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from deskcheck_vision.camera_shift import CameraStill, Obstacle, Outcome, ViewShift, measure_shift
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.view_fit import mapped
from drawn_hall import WH, drawn_hall, turned, turning

NONE = np.zeros((0, 4))
HALL = drawn_hall(1)
STILL = CameraStill.from_picture(HALL, NONE)


def _boxes(*boxes: tuple[float, float, float, float]) -> Float64Array:
    return np.array(boxes, np.float64)


def _covered(image: Uint8Array, box: tuple[int, int, int, int], seed: int = 5) -> Uint8Array:
    x0, y0, x1, y1 = box
    changed = image.copy()
    changed[y0:y1, x0:x1] = drawn_hall(seed, (x1 - x0, y1 - y0), 60)
    return changed


def _moved_thing(image: Uint8Array, box: tuple[int, int, int, int], by: tuple[int, int]) -> Uint8Array:
    """A large thing and all that is on it stands elsewhere."""
    x0, y0, x1, y1 = box
    changed = image.copy()
    changed[y0 + by[1] : y1 + by[1], x0 + by[0] : x1 + by[0]] = image[y0:y1, x0:x1]
    return changed


def _night(image: Uint8Array) -> Uint8Array:
    """Grey, dim, brightest in the middle, noisy."""
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    lamp = np.exp(-(((x - width / 2) / width) ** 2 + ((y - height / 2) / height) ** 2) * 3)
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) * 0.45 * lamp + np.random.default_rng(3).normal(
        0, 3, (height, width)
    )
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def _share(to_picture: Float64Array) -> float:
    places = _places()
    return float(np.linalg.norm(mapped(to_picture, places) - places, axis=1).max()) / WH[0]


def _places() -> Float64Array:
    x, y = np.meshgrid(np.linspace(0, WH[0], 7), np.linspace(0, WH[1], 5))
    return np.column_stack([x.ravel(), y.ravel()])


def _error_share(shift: ViewShift, to_picture: Float64Array) -> float:
    """How far the measured homography is off at its worst place, as a share of the width."""
    places = _places()
    off = np.linalg.norm(mapped(shift.to_still, mapped(to_picture, places)) - places, axis=1)
    return float(off.max()) / WH[0]


@pytest.mark.parametrize(
    "turn",
    [
        (0.5, 0.0, 0.0),
        (0.0, -0.5, 0.0),
        (0.0, 0.0, 0.5),
        (0.0, 0.0, -3.0),
        (0.1, 0.0, 0.0),
        (3.0, 1.0, 0.5),
        (9.0, 0.0, 0.0),
        (0.0, 0.0, 20.0),
    ],
)
def test_a_turn_is_measured(turn: tuple[float, float, float]) -> None:
    homography = turning(WH, *turn)
    share, roll_deg = _share(homography), turn[2]
    shift = measure_shift(turned(HALL, homography), STILL, NONE)
    assert shift.outcome is Outcome.MEASURED
    assert shift.share == pytest.approx(share, abs=0.0006 + 0.03 * share)
    assert shift.roll_deg == pytest.approx(roll_deg, abs=0.06 + 0.03 * max(map(abs, turn)))
    assert shift.scale == pytest.approx(1.0, abs=0.01)
    assert _error_share(shift, homography) < 0.0006 + 0.03 * share
    assert shift.cells <= shift.cells_asked
    assert shift.matches >= shift.cells >= 6
    assert 0 < shift.sigma_share < 0.01


ROD: tuple[int, int, int, int] = (20, 40, 300, 330)
SAME: dict[str, Callable[[Uint8Array], Uint8Array]] = {
    "the same": lambda image: image,
    "darker": lambda image: (image * 0.35).astype(np.uint8),
    "brighter": lambda image: np.clip(image * 1.6 + 10, 0, 255).astype(np.uint8),
    "grey at night": _night,
    "compressed": lambda image: np.asarray(
        cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 12])[1], cv2.IMREAD_COLOR), np.uint8
    ),
    "somebody before a third of it": lambda image: _covered(image, (200, 0, 420, 360)),
    "a screen shows something else": lambda image: _covered(image, (40, 60, 360, 300)),
    "a large thing was pushed": lambda image: _moved_thing(image, ROD, (14, 6)),
}


@pytest.mark.parametrize("name", SAME)
def test_what_is_no_turn_is_none(name: str) -> None:
    shift = measure_shift(SAME[name](HALL), STILL, NONE)
    assert shift.outcome is Outcome.MEASURED
    assert shift.share < 0.0025


def test_a_large_thing_that_moved_does_not_outvote_the_rest() -> None:
    # Nearly half of the picture moves as one; nothing that stays would do so under a turned camera.
    wide = (10, 10, 330, 350)
    shift = measure_shift(_moved_thing(HALL, wide, (24, 0)), STILL, NONE)
    assert shift.outcome is Outcome.MEASURED
    assert shift.share < 0.0025
    turn = turning(WH, 2.1, 0.0, 0.0)
    assert measure_shift(turned(HALL, turn), STILL, NONE).share > 0.03


def test_a_little_moved_thing_over_most_of_the_picture_leaves_the_camera_where_it_is() -> None:
    shift = measure_shift(_moved_thing(HALL, (10, 10, 400, 350), (5, 0)), STILL, NONE)
    assert shift.share < 0.0045 or shift.outcome is Outcome.CANNOT_TELL


@pytest.mark.parametrize(
    ("image", "hidden", "obstacle"),
    [
        (np.full_like(HALL, 8), NONE, Obstacle.NO_CONTRAST),
        (np.full_like(HALL, 251), NONE, Obstacle.NO_CONTRAST),
        (cv2.GaussianBlur(HALL, (0, 0), 40), NONE, Obstacle.NO_CONTRAST),
        (HALL, _boxes((0, 0, 640, 330)), Obstacle.HIDDEN),
        (HALL[:, :400], NONE, Obstacle.OTHER_PROPORTIONS),
        (_covered(HALL, (0, 0, 500, 360)), NONE, Obstacle.NO_AGREEMENT),
    ],
)
def test_what_cannot_be_told_is_never_a_moved_camera(
    image: Uint8Array, hidden: Float64Array, obstacle: Obstacle
) -> None:
    shift = measure_shift(image, STILL, hidden)
    assert (shift.outcome, shift.obstacle) == (Outcome.CANNOT_TELL, obstacle)
    assert (shift.share, shift.matches) == (0.0, 0)
    if obstacle is not Obstacle.OTHER_PROPORTIONS:
        np.testing.assert_allclose(shift.to_still, np.eye(3), atol=1e-9)


def test_a_plain_wall_is_no_still() -> None:
    plain = CameraStill.from_picture(np.full_like(HALL, 128), NONE)
    assert plain.cells == 0
    shift = measure_shift(HALL, plain, NONE)
    assert (shift.outcome, shift.obstacle) == (Outcome.CANNOT_TELL, Obstacle.FEW_STRUCTURES)


def test_a_still_of_soft_shades_has_no_features_but_does_not_fail() -> None:
    few = drawn_hall(2, things=0)
    few[100:110, 100:110] = 255
    assert measure_shift(few, CameraStill.from_picture(few, NONE), NONE).outcome is Outcome.CANNOT_TELL


def test_a_camera_that_looks_elsewhere_shares_nothing_with_its_still() -> None:
    shift = measure_shift(drawn_hall(77), STILL, NONE)
    assert (shift.outcome, shift.obstacle) == (Outcome.NOTHING_SHARED, None)


def test_elsewhere_is_not_said_where_people_hide_most_of_it() -> None:
    shift = measure_shift(drawn_hall(77), STILL, _boxes((0, 0, 330, 360)))
    assert shift.outcome is Outcome.CANNOT_TELL


def test_nothing_is_taken_from_what_is_hidden() -> None:
    box = (220.0, 40.0, 460.0, 360.0)
    still = CameraStill.from_picture(HALL, _boxes(box))
    x, y = still.points_px.T
    assert not ((x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])).any()
    assert still.cells < STILL.cells
    assert measure_shift(_covered(HALL, (220, 40, 460, 360)), still, _boxes(box)).share < 0.001


@pytest.mark.parametrize("factor", [0.5, 1.5, 3.0])
def test_another_size_of_the_same_picture_is_the_same_view(factor: float) -> None:
    wh = (round(WH[0] * factor), round(WH[1] * factor))
    turn = turning(WH, 0.4, 0.0, 0.0)
    image = np.asarray(cv2.resize(turned(HALL, turn), wh, interpolation=cv2.INTER_AREA), np.uint8)
    shift = measure_shift(image, STILL, NONE)
    assert (shift.image_wh, shift.still_wh) == (wh, WH)
    places = np.array([[100.0, 80.0], [500.0, 300.0]])
    np.testing.assert_allclose(mapped(shift.to_still, mapped(turn, places) * factor), places, atol=0.6)


def test_tiles_that_repeat_do_not_hide_a_turn() -> None:
    tiles = np.zeros_like(HALL)
    tiles[:] = 200
    tiles[::24] = 40
    tiles[:, ::24] = 40
    tiles[60:200, 100:320] = HALL[60:200, 100:320]
    tiles[150:330, 420:600] = HALL[150:330, 420:600]
    still = CameraStill.from_picture(tiles, NONE)
    assert measure_shift(tiles, still, NONE).share < 0.001
    shift = measure_shift(turned(tiles, turning(WH, 0.7, 0.0, 0.0)), still, NONE)
    assert shift.outcome is Outcome.CANNOT_TELL or shift.share == pytest.approx(0.0147, abs=0.001)


def test_nothing_is_written_to() -> None:
    image = HALL.copy()
    image.flags.writeable = False
    hidden = _boxes((10, 10, 60, 60))
    hidden.flags.writeable = False
    shift = measure_shift(image, CameraStill.from_picture(image, hidden), hidden)
    for array in (shift.to_still, STILL.even, STILL.points_px, STILL.cell, STILL.features_px, STILL.descriptors):
        assert not array.flags.writeable
