"""The lens of a drawn desk is found again from its sides and from its stickers, or not told at all."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest
from deskcheck_calibration.lens_fit import LensEstimate, lens_from_edges, lens_from_stickers, likelier, shift_cm
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.stickers import flush_squares_cm
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.lens import Lens
from deskcheck_vision.markers import find_tags, read_desks
from sticker_desk import Camera, bent, camera, desk_texture, seen, sticker_squares

DESK = (180, 75)
CORNERS_CM = np.array([[0, 0], [180, 0], [180, 75], [0, 75]], np.float64)
BY = camera(DESK, elevation_deg=50, azimuth_deg=12, distance_cm=160)
BENDS = [-0.12, -0.06, -0.02, 0.0, 0.03]


@cache
def straight(number: int = 7) -> Uint8Array:
    return seen(desk_texture(number, DESK), BY, seed=number)


def tapped(by: Camera, lens: Lens, seed: int = 0, noise_px: float = 3.0) -> list[tuple[float, float]]:
    corners = lens.bent(by.px(CORNERS_CM)) + np.random.default_rng(seed).normal(0, noise_px, (4, 2))
    return [(float(x), float(y)) for x, y in corners]


def worst_cm(lens: Lens | None, true: Lens, by: Camera = BY) -> float:
    """How far places of the desk that the picture shows come out from where they are, with exact corners."""
    grid = np.column_stack([one.ravel() for one in np.meshgrid(np.linspace(0, 180, 13), np.linspace(0, 75, 7))])
    plane = DeskPlane.from_corners(tapped(by, true, noise_px=0), DESK, by.image_wh, lens=lens)
    places: Float64Array = plane.to_cm(true.bent(by.px(grid)))
    return float(np.linalg.norm(places - grid, axis=1).max())


@pytest.mark.parametrize("bend", BENDS)
def test_the_sides_tell_the_lens(bend: float) -> None:
    true = Lens(bend, BY.image_wh)
    found = lens_from_edges(bent(straight(), true), tapped(BY, true))
    assert found is not None
    assert abs(found.bend - bend) < 0.004
    assert abs(found.bend - bend) < 4 * found.sigma
    assert worst_cm(Lens(found.bend, BY.image_wh), true) < 0.2
    assert found.is_clear == (bend != 0)


def test_things_that_stand_over_the_sides_do_not_mislead_it() -> None:
    true = Lens(-0.08, BY.image_wh)
    picture = bent(straight(), true).copy()
    rng = np.random.default_rng(5)
    for share in (0.2, 0.35, 0.8):
        for start, end in zip(CORNERS_CM, np.roll(CORNERS_CM, -1, axis=0), strict=True):
            x, y = true.bent(BY.px(start + (end - start) * share)).astype(int)
            colour = tuple(int(value) for value in rng.integers(0, 255, 3))
            cv2.rectangle(picture, (x - 60, y - 50), (x + 50, y + 40), colour, -1)
    found = lens_from_edges(picture, tapped(BY, true, seed=3))
    assert found is not None
    assert abs(found.bend + 0.08) < 0.006


@pytest.mark.parametrize("bend", BENDS)
def test_stickers_tell_the_lens(bend: float) -> None:
    true = Lens(bend, BY.image_wh)
    desk = read_desks(find_tags(bent(straight(), true)))[0]
    known = dict(enumerate(sticker_squares(DESK)))
    squares = {corner: tag.corners_px for corner, tag in desk.tags.items()}
    found = lens_from_stickers(squares, known, BY.image_wh)
    assert found is not None
    assert abs(found.bend - bend) < 0.012
    assert abs(found.bend - bend) < 4 * found.sigma
    with_focal = lens_from_stickers(squares, known, BY.image_wh, BY.focal_px)
    assert with_focal is not None
    assert abs(with_focal.bend - bend) < 0.012


def test_flush_stickers_lie_where_their_sheet_says() -> None:
    for corner, square in flush_squares_cm((180.0, 75.0)).items():
        assert square == pytest.approx(sticker_squares(DESK)[corner])


class TestNotTold:
    def test_where_no_side_is_seen(self) -> None:
        true = Lens(-0.05, BY.image_wh)
        rng = np.random.default_rng(0)
        noise = rng.integers(118, 122, (1080, 1920, 3), np.uint8)
        assert lens_from_edges(noise, tapped(BY, true)) is None

    def test_where_the_desk_is_small_and_in_the_middle(self) -> None:
        far = camera(DESK, elevation_deg=50, distance_cm=900)
        true = Lens(-0.05, far.image_wh)
        picture = bent(seen(desk_texture(7, DESK), far), true)
        found = lens_from_edges(picture, tapped(far, true, noise_px=1))
        assert found is None or not found.is_clear
        assert worst_cm(None, true, far) < 0.1  # and it does not matter

    def test_by_fewer_than_three_stickers(self) -> None:
        squares = dict(enumerate(sticker_squares(DESK)))
        seen_px = {corner: BY.px(square) for corner, square in squares.items() if corner in (0, 1)}
        assert lens_from_stickers(seen_px, squares, BY.image_wh) is None
        assert lens_from_stickers({}, squares, BY.image_wh) is None

    def test_by_stickers_that_no_camera_sees_so(self) -> None:
        squares = dict(enumerate(sticker_squares(DESK)))
        mirrored = {corner: BY.px(square)[:, ::-1] for corner, square in squares.items()}
        assert lens_from_stickers(mirrored, squares, BY.image_wh) is None


def test_the_better_known_of_two_is_taken() -> None:
    rough, fine = LensEstimate(-0.05, 0.01, 3), LensEstimate(-0.06, 0.002, 8)
    assert likelier(rough, fine) is fine
    assert likelier(fine, rough) is fine
    assert likelier(None, rough) is rough
    assert likelier(None, None) is None


def test_how_far_straightening_moves_the_desk() -> None:
    true = Lens(-0.08, BY.image_wh)
    plane = DeskPlane.from_corners(tapped(BY, true, noise_px=0), DESK, BY.image_wh, lens=true)
    assert shift_cm(plane) == pytest.approx(worst_cm(None, true), abs=0.01)
    straight_plane = DeskPlane.from_corners(tapped(BY, true), DESK, BY.image_wh)
    assert shift_cm(straight_plane) == 0
