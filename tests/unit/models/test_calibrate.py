from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_models.calibrate import SHIFT_LIMIT, LabelHits, label_hits, shift, threshold
from deskcheck_models.errors import TrainingDataError
from deskcheck_models.setfiles import SetPicture, read_set
from deskcheck_vision.detections import Float32Array
from deskcheck_vision.model_files import ModelMetadata


def _hits(rows: list[tuple[float, bool]]) -> LabelHits:
    return LabelHits(np.array([c for c, _ in rows], np.float32), np.array([t for _, t in rows], np.bool_))


def test_the_threshold_is_where_the_label_stops_being_right_often_enough() -> None:
    rows = [(0.9 - 0.02 * index, True) for index in range(20)] + [(0.3, False), (0.2, False), (0.1, False)]
    hits = _hits([*rows, *[(0.05, False)] * 20])
    assert threshold(hits, 0.9) == pytest.approx(0.3)
    assert threshold(hits, 0.5) == pytest.approx(0.1)


def test_a_handful_of_lucky_detections_is_no_evidence() -> None:
    assert threshold(_hits([(0.9, True), (0.8, True), (0.7, True)]), 0.7) is None
    assert threshold(_hits([]), 0.5) is None
    assert shift(_hits([])) == -SHIFT_LIMIT


def test_the_shift_takes_the_threshold_to_one_half() -> None:
    hits = _hits([(0.4, True)] * 30 + [(0.1, False)] * 60)
    moved = math.log(0.4 / 0.6) + shift(hits)
    assert 1 / (1 + math.exp(-moved)) == pytest.approx(0.5, abs=1e-6)


def test_the_shift_is_limited_both_ways() -> None:
    assert shift(_hits([(0.001, True)] * 30)) == SHIFT_LIMIT
    assert shift(_hits([(0.999, False)] * 30)) == -SHIFT_LIMIT


class _Session:
    """A session that always finds a pen on the left and a cup on the right, in input px."""

    metadata = ModelMetadata(
        "t",
        ("pen", "cup"),
        ("pen", "cup"),
        frozenset({"pen", "cup"}),
        (640, 640),
        "AGPL-3.0-or-later",
        "none",
        "a test",
    )
    sha256 = "0" * 64
    input_step_px = None
    name = "scripted"

    def run(self, planes: Float32Array) -> Float32Array:
        assert planes.shape == (1, 3, 640, 640)
        return np.array([[0, 80, 320, 560, 0.9, 0], [320, 80, 640, 560, 0.6, 1], [0, 0, 9, 9, 0.001, 1]], np.float32)


def test_hits_are_told_by_place_and_taxonomy_class(tmp_path: Path) -> None:
    for part in ("images", "labels"):
        (tmp_path / part).mkdir()
    cv2.imwrite(str(tmp_path / "images" / "a.jpg"), np.zeros((480, 640, 3), np.uint8))
    (tmp_path / "classes.txt").write_text("pen\ncup\n")
    (tmp_path / "labels" / "a.txt").write_text("0 0.25 0.5 0.5 1\n0 0.75 0.5 0.5 1\n")
    (picture,) = read_set(tmp_path)
    assert picture.names == ("taxonomy:pen", "taxonomy:pen")
    hits = label_hits(_Session(), [picture])
    assert hits["pen"].true.tolist() == [True]
    assert hits["cup"].true.tolist() == [False]
    empty = SetPicture(picture.path, (), np.zeros((0, 4)), complete=True)
    assert not label_hits(_Session(), [empty])["pen"].true.any()


def test_an_unreadable_picture_is_named(tmp_path: Path) -> None:
    broken = SetPicture(tmp_path / "x.jpg", (), np.zeros((0, 4)), complete=True)
    with pytest.raises(TrainingDataError, match=r"x\.jpg"):
        label_hits(_Session(), [broken])


def test_a_set_with_a_manifest_says_which_pictures_are_complete(tmp_path: Path) -> None:
    for part in ("images", "labels"):
        (tmp_path / part).mkdir()
    (tmp_path / "classes.txt").write_text("pen\nthermos\n")
    (tmp_path / "labels" / "a.txt").write_text("1 0.5 0.5 0.5 0.5\n")
    (tmp_path / "images" / "a.jpg").write_bytes(b"")
    (tmp_path / "manifest.csv").write_text("file,kind,origin,complete\na.jpg,desk,composed,0\n")
    (picture,) = read_set(tmp_path)
    assert (picture.names, picture.complete) == (("thermos",), False)
    (tmp_path / "manifest.csv").write_text("file,kind,origin,complete\nb.jpg,desk,composed,0\n")
    with pytest.raises(TrainingDataError, match=r"b\.jpg"):
        read_set(tmp_path)
