"""The desk of a photo by its stickers: right to a fraction of a centimetre, or not at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from deskcheck_calibration.camera_fit import fit_camera
from deskcheck_calibration.layout import DeskCorner, Layout, Sticker
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.stickers import CORNERS, desk_by_stickers, measure_stickers, plane_from_stickers
from deskcheck_vision.markers import DeskTags, Tag, find_tags, read_desks, tag_ids
from deskcheck_vision.taxonomy import TAXONOMY_VERSION

from tests.support.sticker_desk import Camera, camera, desk_texture, seen, sticker_squares

DESK = (150, 70)
PLACES = np.array([[x, y] for x in (0.0, 50.0, 100.0, 150.0) for y in (0.0, 35.0, 70.0)])


def layout(moved: dict[int, tuple[float, float]] | None = None, only: tuple[int, ...] = (0, 1, 2, 3)) -> Layout:
    squares = sticker_squares(DESK)
    for corner, shift in (moved or {}).items():
        squares[corner] = squares[corner] + np.array(shift)
    stickers = tuple(
        Sticker(CORNERS[corner], tuple((float(x), float(y)) for x, y in squares[corner])) for corner in only
    )
    return Layout("A03", 1, (150.0, 70.0), TAXONOMY_VERSION, stickers=stickers)


def tags(view: Camera, corners: tuple[int, ...] = (0, 1, 2, 3), seed: int = 0, sigma_px: float = 0.15) -> DeskTags:
    rng = np.random.default_rng(seed)
    squares = sticker_squares(DESK)
    return DeskTags(7, {c: Tag(tag_ids(7)[c], view.px(squares[c]) + rng.normal(0, sigma_px, (4, 2))) for c in corners})


def worst_cm(plane: DeskPlane | None, view: Camera) -> float:
    assert plane is not None
    return float(np.linalg.norm(plane.to_cm(view.px(PLACES)) - PLACES, axis=1).max())


@pytest.mark.parametrize("elevation", [20.0, 35.0, 50.0, 70.0, 85.0])
@pytest.mark.parametrize("known", [True, False])
def test_four_stickers_tell_every_place_to_a_mm(elevation: float, known: bool) -> None:
    view = camera(DESK, elevation, 25.0, 220.0)
    focal = view.focal_px if known else None
    for seed in range(5):
        plane = plane_from_stickers(tags(view, seed=seed), layout(), view.image_wh, focal)
        assert worst_cm(plane, view) < 0.25
        assert plane is not None
        assert plane.pose is not None
        assert plane.pose.focal_px == pytest.approx(view.focal_px, rel=0.03 if known else 0.1)


@pytest.mark.parametrize("corners", [(0, 2), (1, 3), (0, 1, 2)])
def test_two_stickers_on_a_diagonal_do_where_the_lens_is_known(corners: tuple[int, ...]) -> None:
    view = camera(DESK, 45.0, -15.0, 220.0)
    errors = []
    for seed in range(10):
        plane = plane_from_stickers(tags(view, corners, seed), layout(), view.image_wh, view.focal_px)
        if plane is not None:
            errors.append(worst_cm(plane, view))
    assert len(errors) >= 8
    assert max(errors) < 2.0


def test_what_is_believed_is_as_right_as_it_says() -> None:
    """Whatever stickers a photo happens to show, a plane that is returned errs by little, and tells how little."""
    rng = np.random.default_rng(5)
    believed = 0
    for number in range(150):
        view = camera(DESK, float(rng.uniform(20, 70)), float(rng.uniform(-60, 60)), float(rng.uniform(120, 300)))
        corners = tuple(sorted(rng.choice(4, int(rng.integers(2, 5)), replace=False).tolist()))
        focal = view.focal_px if rng.random() < 0.5 else None
        plane = plane_from_stickers(tags(view, corners, number, 0.25), layout(), view.image_wh, focal)
        if plane is None:
            continue
        believed += 1
        missed = np.linalg.norm(plane.to_cm(view.px(PLACES)) - PLACES, axis=1)
        sigma = np.sqrt(np.trace(plane.covariance_cm2(view.px(PLACES)), axis1=1, axis2=2))
        assert missed.max() < 5.0
        assert (missed <= 4 * sigma + 0.02).all()
    assert believed >= 110


def test_a_sticker_that_was_moved_is_left_out_of_four_and_spoils_two() -> None:
    view = camera(DESK, 45.0, 10.0, 220.0)
    for corner in range(4):
        plane = plane_from_stickers(tags(view), layout({corner: (6.0, -4.0)}), view.image_wh, view.focal_px)
        assert worst_cm(plane, view) < 0.6
    moved = layout({2: (-9.0, 3.0)})
    assert plane_from_stickers(tags(view, (0, 2)), moved, view.image_wh, view.focal_px) is None


def test_stickers_that_the_layout_does_not_know_tell_nothing() -> None:
    view = camera(DESK, 45.0, 10.0, 220.0)
    assert plane_from_stickers(tags(view, (0, 1)), layout(only=(2, 3)), view.image_wh) is None
    assert plane_from_stickers(tags(view), layout(only=()), view.image_wh) is None
    assert plane_from_stickers(tags(view, (0, 1)), layout(only=(1, 2)), view.image_wh) is None


def test_mirrored_stickers_are_no_desk() -> None:
    view = camera(DESK, 45.0, 10.0, 220.0)
    mirrored = DeskTags(7, {c: Tag(t.id, t.corners_px * [-1, 1] + [1920, 0]) for c, t in tags(view).tags.items()})
    assert plane_from_stickers(mirrored, layout(), view.image_wh, view.focal_px) is None


def test_points_on_one_line_tell_no_camera() -> None:
    view = camera(DESK, 45.0, 10.0, 220.0)
    line = np.column_stack([np.linspace(0, 150, 9), np.full(9, 30.0)])
    assert fit_camera(view.px(line), line, view.image_wh, point_sigma_px=0.5) is None


def test_what_a_tapped_photo_measures_serves_a_photo_from_elsewhere() -> None:
    """The whole way on pictures: stickers measured by one photo's tapped corners, the desk of another one by them."""
    texture = desk_texture(7, DESK)
    first, second = camera(DESK, 50.0, 5.0, 190.0), camera(DESK, 40.0, -20.0, 185.0)
    corners = [(float(x), float(y)) for x, y in first.px(np.array([[0, 0], [150, 0], [150, 70], [0, 70]]))]
    tapped = DeskPlane.from_corners(corners, (150.0, 70.0), first.image_wh, first.focal_px)
    measured = measure_stickers(read_desks(find_tags(seen(texture, first)))[0], tapped)
    assert (measured.number, measured.suspicious) == (7, False)
    assert measured.side_cm == pytest.approx(4.0, abs=0.03)
    assert {sticker.corner for sticker in measured.stickers} == set(DeskCorner)
    known = replace(layout(), stickers=measured.stickers)
    desks = read_desks(find_tags(seen(texture, second, seed=3)))
    assert worst_cm(plane_from_stickers(desks[0], known, second.image_wh, second.focal_px), second) < 0.5


def test_a_sheet_printed_to_fit_the_page_is_noticed() -> None:
    view = camera(DESK, 50.0, 5.0, 190.0)
    corners = [(float(x), float(y)) for x, y in view.px(np.array([[0, 0], [150, 0], [150, 70], [0, 70]]))]
    # The desk is said to be larger than it is, which is the same as stickers that came out smaller.
    plane = DeskPlane.from_corners(corners, (150 / 0.94, 70 / 0.94), view.image_wh, view.focal_px)
    measured = measure_stickers(tags(view), plane)
    assert measured.suspicious
    assert measured.side_cm == pytest.approx(4 / 0.94, rel=0.01)


@pytest.mark.parametrize("elevation", [30.0, 50.0, 75.0])
def test_stickers_at_its_corners_measure_a_desk(elevation: float) -> None:
    view = camera(DESK, elevation, 20.0, 220.0)
    sizes = []
    for seed in range(10):
        found = desk_by_stickers(tags(view, seed=seed))
        assert found is not None
        true_px = view.px(np.array([[0, 0], [150, 0], [150, 70], [0, 70]]))
        assert np.abs(np.array(found.corners_px) - true_px).max() < 1.5
        sizes.append(found.size_cm)
    assert np.abs(np.array(sizes) / [150, 70] - 1).max() < 0.015
    assert np.abs(np.median(sizes, axis=0) / [150, 70] - 1).max() < 0.006


def test_three_stickers_or_crossed_ones_measure_no_desk() -> None:
    view = camera(DESK, 45.0, 10.0, 220.0)
    assert desk_by_stickers(tags(view, (0, 1, 2))) is None
    shown = dict(tags(view).tags)
    shown[0], shown[1] = shown[1], shown[0]
    assert desk_by_stickers(DeskTags(7, shown)) is None
