from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from deskcheck_datasets.converters.yolo import (
    YoloBoxes,
    boxes_from_xyxy,
    label_path,
    pictures_of,
    read_labels,
    read_names,
    write_labels,
)
from deskcheck_datasets.errors import YoloSetError
from hypothesis import given
from hypothesis import strategies as st

_side = st.floats(0, 400)


@given(st.lists(st.tuples(_side, _side, _side, _side), max_size=6))
def test_px_to_yolo_and_back_is_the_clipped_box(corners: list[tuple[float, float, float, float]]) -> None:
    wh = (320, 200)
    raw = np.array(corners, np.float64).reshape(-1, 4)
    xyxy = np.hstack([np.minimum(raw[:, :2], raw[:, 2:]), np.maximum(raw[:, :2], raw[:, 2:])])
    boxes = boxes_from_xyxy(np.arange(len(xyxy)), xyxy, wh)
    clipped = np.clip(xyxy, 0, [320, 200, 320, 200])
    alive = (clipped[:, 2:] > clipped[:, :2]).all(axis=1)
    np.testing.assert_allclose(boxes.xyxy(wh), clipped[alive], atol=1e-9)
    np.testing.assert_array_equal(boxes.class_id, np.flatnonzero(alive))


def test_written_labels_read_back(tmp_path: Path) -> None:
    boxes = YoloBoxes(np.array([3, 0]), np.array([[0.5, 0.5, 0.2, 0.1], [0.25, 0.75, 0.5, 0.5]]))
    write_labels(tmp_path / "a.txt", boxes)
    again = read_labels(tmp_path / "a.txt")
    np.testing.assert_array_equal(again.class_id, boxes.class_id)
    np.testing.assert_allclose(again.cxcywh, boxes.cxcywh, atol=1e-6)


def test_no_boxes(tmp_path: Path) -> None:
    write_labels(tmp_path / "a.txt", YoloBoxes(np.zeros(0), np.zeros((0, 4))))
    assert (tmp_path / "a.txt").read_text() == ""
    assert len(read_labels(tmp_path / "a.txt")) == len(read_labels(tmp_path / "absent.txt")) == 0


@pytest.mark.parametrize("line", ["0 0.5 0.5 0.1", "x 0.5 0.5 0.1 0.1", "0.5 0.5 0.5 0.1 0.1", "0 0.5 0.5 0.1 0.1 9"])
def test_a_broken_row_names_its_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.txt").write_text(f"0 0.5 0.5 0.1 0.1\n\n{line}\n")
    with pytest.raises(YoloSetError, match="line 3"):
        read_labels(tmp_path / "a.txt")


def test_boxes_are_read_only() -> None:
    boxes = YoloBoxes(np.array([1]), np.array([[0.5, 0.5, 0.1, 0.1]]))
    with pytest.raises(ValueError, match="read-only"):
        boxes.cxcywh[0, 0] = 1


def test_labels_mirror_pictures(tmp_path: Path) -> None:
    (tmp_path / "images" / "b").mkdir(parents=True)
    for name in ("images/b/x.jpg", "images/a.png", "images/notes.md"):
        (tmp_path / name).write_bytes(b"")
    pictures = pictures_of(tmp_path)
    assert [p.name for p in pictures] == ["a.png", "x.jpg"]
    assert label_path(tmp_path, pictures[1]) == tmp_path / "labels" / "b" / "x.txt"


def test_names_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(YoloSetError, match="absent"):
        read_names(tmp_path)
    (tmp_path / "classes.txt").write_text("\n\n")
    with pytest.raises(YoloSetError, match="no class"):
        read_names(tmp_path)
    (tmp_path / "classes.txt").write_text("cup\n\npen \n")
    assert read_names(tmp_path) == ("cup", "pen")
