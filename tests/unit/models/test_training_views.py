"""Training views: boxes stay on the things, whatever is done to the picture. Needs no torch."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_models.errors import TrainingDataError
from deskcheck_models.finetune.views import Framing, Shelf, placed, read_picture, shelf_of, training_view
from deskcheck_models.setfiles import SetPicture
from deskcheck_vision.detections import Float64Array, Uint8Array


def framing(side_px: int, mosaic: float) -> Framing:
    return Framing(side_px, mosaic, (0.6, 1.7))


def picture(folder: Path, name: str, *, complete: bool = True) -> SetPicture:
    """A light picture with one black thing."""
    image = np.full((240, 320, 3), 190, np.uint8)
    image[60:180, 80:240] = 0
    path = folder / f"{name}.png"
    cv2.imwrite(str(path), image)
    return SetPicture(path, ("cup",), np.array([[0.5, 0.5, 0.5, 0.5]]), complete)


def black_box(image: Uint8Array) -> Float64Array:
    black = cv2.medianBlur(image, 5).max(axis=-1) < 48  # darker than the letterbox's grey is made by any light
    rows, columns = np.flatnonzero(black.any(axis=1)), np.flatnonzero(black.any(axis=0))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], np.float64)


@pytest.mark.parametrize("seed", range(12))
def test_the_box_stays_on_the_thing(tmp_path: Path, seed: int) -> None:
    shelf = Shelf(((picture(tmp_path, "a"),),), (1.0,))
    view = training_view(shelf, framing(320, 0.0), np.random.default_rng(seed))
    assert view.image.shape == (320, 320, 3)
    assert view.names == ("cup",) * len(view.xyxy)
    if len(view.xyxy):
        assert np.abs(view.xyxy[0] - black_box(view.image)).max() < 8  # blur and JPEG smear the edge


@pytest.mark.parametrize("factor", [0.1, 0.3, 0.8, 1.6, -0.4, -1.3])
def test_a_thing_shrunk_grown_or_mirrored_stays_in_its_box(tmp_path: Path, factor: float) -> None:
    image, xyxy = read_picture(picture(tmp_path, "a"))
    start = 10.0 if factor > 0 else 10.0 - 320 * factor
    moved, boxes = placed(image, xyxy, np.array([[factor, 0, start], [0, abs(factor), 5.0]]), 640)
    assert np.abs(boxes[0] - black_box(moved)).max() < 2.5


@pytest.mark.parametrize(("zoom", "least", "most"), [((0.5, 0.5), 70, 95), ((1.5, 1.5), 215, 280)])
def test_things_are_as_large_as_the_zoom_says(
    tmp_path: Path, zoom: tuple[float, float], least: float, most: float
) -> None:
    shelf = Shelf(((picture(tmp_path, "a"),),), (1.0,))
    views = [training_view(shelf, Framing(320, 0.0, zoom), np.random.default_rng(seed)) for seed in range(8)]
    widths = [np.ptp(view.xyxy[0, ::2]) for view in views if len(view.xyxy)]
    assert least <= max(widths) <= most  # it is stretched by some hundredths


def test_four_pictures_are_put_together(tmp_path: Path) -> None:
    shelf = Shelf((tuple(picture(tmp_path, name) for name in "abcd"),), (1.0,))
    views = [training_view(shelf, framing(320, 1.0), np.random.default_rng(seed)) for seed in range(10)]
    assert max(len(view.xyxy) for view in views) >= 3
    for view in views:
        assert (view.xyxy >= 0).all()
        assert (view.xyxy <= 320).all()
        assert view.complete


def test_a_picture_that_is_not_boxed_wholly_is_not_put_beside_one_that_is(tmp_path: Path) -> None:
    known, half = picture(tmp_path, "a"), picture(tmp_path, "b", complete=False)
    shelf = Shelf(((known,), (half,)), (1.0, 1.0))
    views = [training_view(shelf, framing(160, 1.0), np.random.default_rng(seed)) for seed in range(30)]
    assert {view.complete for view in views} == {True, False}


def test_a_plan_gives_sets_and_their_real_origins_their_shares(tmp_path: Path) -> None:
    composed = picture(tmp_path, "a")
    office = SetPicture(composed.path, composed.names, composed.cxcywh, False, "office_cctv")
    coco = SetPicture(composed.path, composed.names, composed.cxcywh, False, "coco_mini")
    made = shelf_of({"mixed": [composed, office, coco]}, {"mixed": 3.0, "mixed/office_cctv": 1.0})
    assert made.sets == ((composed, coco), (office,))
    assert made.shares == (3.0, 1.0)


@pytest.mark.parametrize(
    ("shares", "said"),
    [({"phone": 1.0}, "no share of 'mixed'"), ({"mixed": 1.0, "mixed/office_cctv": 1.0}, "no picture was given")],
)
def test_shares_and_sets_have_to_fit(tmp_path: Path, shares: dict[str, float], said: str) -> None:
    with pytest.raises(TrainingDataError, match=said):
        shelf_of({"mixed": [picture(tmp_path, "a")]}, shares)


def test_sets_are_drawn_by_their_shares(tmp_path: Path) -> None:
    often, seldom = picture(tmp_path, "a"), picture(tmp_path, "b")
    shelf = Shelf(((often,), (seldom,)), (3.0, 1.0))
    rng = np.random.default_rng(0)
    drawn = [shelf.draw(rng) is often for _ in range(800)]
    assert 0.69 < np.mean(drawn) < 0.81


def test_the_same_seed_gives_the_same_view(tmp_path: Path) -> None:
    shelf = Shelf(((picture(tmp_path, "a"),),), (1.0,))
    first, second = (training_view(shelf, framing(160, 0.5), np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first.image, second.image)


def test_a_broken_picture_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(b"no picture")
    shelf = Shelf(((SetPicture(path, (), np.zeros((0, 4)), True),),), (1.0,))
    with pytest.raises(TrainingDataError, match=r"x\.jpg"):
        training_view(shelf, framing(160, 0.0), np.random.default_rng(0))
