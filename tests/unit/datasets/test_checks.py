from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_datasets.checks import check_set, leaks, statistics
from deskcheck_datasets.errors import YoloSetError


@pytest.fixture
def small_set(tmp_path: Path) -> Path:
    for part in ("images", "labels"):
        (tmp_path / part).mkdir()
    (tmp_path / "classes.txt").write_text("cup\npen\n")
    for stem, rows in (("a", "0 0.5 0.5 0.2 0.2\n"), ("b", "1 0.1 0.1 0.2 0.2\n1 0.9 0.9 0.2 0.2\n")):
        cv2.imwrite(str(tmp_path / "images" / f"{stem}.jpg"), np.full((20, 30, 3), ord(stem), np.uint8))
        (tmp_path / "labels" / f"{stem}.txt").write_text(rows)
    return tmp_path


def test_a_sound_set_has_no_problem(small_set: Path) -> None:
    assert check_set(small_set) == []
    counted = statistics(small_set)
    assert (counted.pictures, counted.boxes) == (2, {"pen": 2, "cup": 1})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2 0.5 0.5 0.1 0.1", "a class is not in 0..1"),
        ("0 0.95 0.5 0.2 0.1", "a box leaves the picture"),
        ("0 0.5 0.5 0.0 0.1", "a box has no area"),
        ("0 nan 0.5 0.1 0.1", "a coordinate is not finite"),
        ("0 0.5", "line 1 is not"),
    ],
)
def test_a_bad_row_is_found(small_set: Path, row: str, reason: str) -> None:
    (small_set / "labels" / "a.txt").write_text(row + "\n")
    (problem,) = check_set(small_set)
    assert problem.path == "labels/a.txt"
    assert reason in problem.reason


def test_missing_and_broken_files_are_found(small_set: Path) -> None:
    (small_set / "labels" / "a.txt").unlink()
    (small_set / "labels" / "z.txt").write_text("")
    (small_set / "images" / "b.jpg").write_bytes(b"no picture")
    assert [(p.path, p.reason) for p in check_set(small_set)] == [
        ("images/b.jpg", "not a picture"),
        ("labels/a.txt", "the label file is absent"),
        ("labels/z.txt", "its picture is absent"),
    ]


def test_an_empty_set_is_an_error(small_set: Path) -> None:
    for picture in (small_set / "images").iterdir():
        picture.unlink()
    with pytest.raises(YoloSetError, match="no picture"):
        check_set(small_set)


def test_a_held_out_picture_under_another_name_is_a_leak(small_set: Path, tmp_path: Path) -> None:
    copy = tmp_path / "held.jpg"
    copy.write_bytes((small_set / "images" / "a.jpg").read_bytes())
    pictures = sorted((small_set / "images").iterdir())
    (leak,) = leaks(pictures, [copy])
    assert (leak.first, leak.second, leak.identical) == (pictures[0], copy, True)
    assert leaks(pictures[1:], [copy]) == []


def test_a_broken_training_picture_hides_no_leak(small_set: Path, tmp_path: Path) -> None:
    copy = tmp_path / "held.jpg"
    copy.write_bytes((small_set / "images" / "a.jpg").read_bytes())
    (small_set / "images" / "b.jpg").write_bytes(b"no picture")
    assert len(leaks(sorted((small_set / "images").iterdir()), [copy])) == 1


def test_a_name_that_nobody_knows_or_that_comes_twice_is_found(small_set: Path) -> None:
    (small_set / "classes.txt").write_text("cup\npen\ncupp\ncup\n")
    assert [(p.path, p.reason) for p in check_set(small_set)] == [
        ("classes.txt", "'cup' comes twice"),
        ("classes.txt", "'cupp' is neither a label nor a class of the taxonomy"),
    ]


def test_sizes_cameras_kinds_and_boxes_per_picture_are_counted(small_set: Path) -> None:
    cv2.imwrite(str(small_set / "images" / "c.png"), np.zeros((400, 400, 3), np.uint8))
    (small_set / "labels" / "c.txt").write_text("0 0.5 0.5 0.5 0.5\n0 0.5 0.5 0.1 0.1\n1 0.5 0.5 0.2 0.2\n")
    (small_set / "manifest.csv").write_text("file,kind\na.jpg,desk\nb.jpg,desk\nc.png,room\n")
    (small_set / "truth").mkdir()
    (small_set / "truth" / "a.json").write_text('{"camera_kind": "ceiling"}')
    (small_set / "truth" / "b.json").write_text("{}")
    counted = statistics(small_set)
    assert counted.sizes == {"small": 3, "medium": 2, "large": 1}  # 30 x 20 px: 0.2 of it is 4.9 px
    assert counted.cameras == {"ceiling": 1, "phone": 1}
    assert counted.kinds == {"desk": 2, "room": 1}
    assert counted.boxes_per_picture == (1, 2.0, 3)
    (small_set / "truth" / "a.json").write_text("[")
    with pytest.raises(YoloSetError, match="no record"):
        statistics(small_set)
