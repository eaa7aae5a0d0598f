from __future__ import annotations

import numpy as np
from deskcheck_datasets.pasting import Canvas, paste, transformed, true_boxes
from deskcheck_vision.detections import Uint8Array


def _block(width: int, height: int, grey: int = 200) -> Uint8Array:
    patch = np.full((height, width, 4), grey, np.uint8)
    patch[..., 3] = 255
    return patch


def _canvas() -> Canvas:
    return Canvas(np.full((100, 120, 3), 50, np.uint8))


def test_an_uncovered_thing_has_its_own_box() -> None:
    canvas = _canvas()
    paste(canvas, _block(20, 10), (30, 40), "cup")
    (box,) = true_boxes(canvas)
    assert (box.label, box.xyxy, box.visible) == ("cup", (30, 40, 50, 50), 1.0)
    assert canvas.image[45, 40].tolist() == [200, 200, 200]


def test_a_covered_thing_has_the_box_of_what_shows() -> None:
    canvas = _canvas()
    paste(canvas, _block(20, 10), (30, 40), "cup")
    paste(canvas, _block(15, 30), (30, 30), None)
    cup, cover = true_boxes(canvas)
    assert cup.xyxy == (45, 40, 50, 50)
    assert cup.visible == 0.25
    assert cover.label is None


def test_a_thing_leaving_the_frame_counts_what_is_outside_as_hidden() -> None:
    canvas = _canvas()
    paste(canvas, _block(20, 10), (-10, 95), "pen")
    (box,) = true_boxes(canvas)
    assert box.xyxy == (0, 95, 10, 100)
    assert box.visible == 0.25


def test_hidden_and_outside_things_have_no_box() -> None:
    canvas = _canvas()
    paste(canvas, _block(10, 10), (5, 5), "pen")
    paste(canvas, _block(30, 30), (0, 0), "cup")
    paste(canvas, _block(10, 10), (500, 500), "mouse")
    assert [box.label for box in true_boxes(canvas)] == ["cup"]


def test_a_shadow_darkens_beside_the_thing_and_only_there() -> None:
    canvas = _canvas()
    paste(canvas, _block(30, 30), (40, 30), "cup", (6.0, 6.0, 0.8))
    assert canvas.image[63, 60].mean() < 45
    assert canvas.image[5, 5].mean() == 50


def test_a_turned_cutout_keeps_its_area_and_fits_its_frame() -> None:
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    warped, centre = transformed(_block(40, 20), turn)
    solid = warped[..., 3] > 127
    rows, columns = np.nonzero(solid)
    assert abs(int(solid.sum()) - 800) < 80
    assert (np.ptp(columns) + 1, np.ptp(rows) + 1) == (20, 40)
    np.testing.assert_allclose(centre, [warped.shape[1] / 2, warped.shape[0] / 2], atol=1)


def test_a_strongly_shrunk_cutout_stays_whole() -> None:
    thin = np.zeros((400, 400, 4), np.uint8)
    thin[:, 198:202] = 255
    warped, _ = transformed(thin, np.diag([0.1, 0.1]))
    assert (warped[2:-3, :, 3].max(axis=1) > 30).all()
