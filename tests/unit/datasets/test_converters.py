"""What is wrong with a foreign set is said, with the file's name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from deskcheck_datasets.cli import app
from deskcheck_datasets.converters.boxed import BoxedPicture, BoxedSet, BoxFormat, numbered, size_of
from deskcheck_datasets.converters.convert import format_of, read_boxed_set, write_boxed_set
from deskcheck_datasets.errors import BoxedSetError, YoloSetError
from typer.testing import CliRunner

COCO: dict[str, Any] = {
    "images": [{"id": 9, "file_name": "a.png", "width": 30, "height": 20}],
    "categories": [{"id": 44, "name": "cup"}],
    "annotations": [{"id": 1, "image_id": 9, "category_id": 44, "bbox": [3, 4, 10, 8], "iscrowd": 1}],
}
VOC = """<annotation><filename>a.png</filename><size><width>30</width><height>20</height></size>
<object><name>cup</name><bndbox><xmin>4</xmin><ymin>5</ymin><xmax>13</xmax><ymax>12</ymax></bndbox></object>
</annotation>"""


def _coco(folder: Path, **changes: Any) -> Path:
    (folder / "images").mkdir(parents=True)
    cv2.imwrite(str(folder / "images" / "a.png"), np.zeros((20, 30, 3), np.uint8))
    (folder / "annotations.json").write_text(json.dumps(COCO | changes))
    return folder


def _voc(folder: Path, text: str) -> Path:
    (folder / "Annotations").mkdir(parents=True)
    (folder / "JPEGImages").mkdir()
    cv2.imwrite(str(folder / "JPEGImages" / "a.png"), np.zeros((20, 30, 3), np.uint8))
    (folder / "Annotations" / "a.xml").write_text(text)
    return folder


def test_coco_numbers_of_categories_are_kept(tmp_path: Path) -> None:
    boxed = read_boxed_set(_coco(tmp_path), BoxFormat.COCO)
    assert boxed.category_ids == (44,)
    assert boxed.pictures[0].xyxy.tolist() == [[3, 4, 13, 12]]
    assert boxed.pictures[0].crowd.tolist() == [True]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"images": 3}, "not iterable"),
        ({"categories": [{"id": 1, "name": "cup"}]}, "44 is missing or names nothing"),
        ({"annotations": [{"id": 1, "image_id": 8, "category_id": 44, "bbox": [0, 0, 1, 1]}]}, "8 is missing"),
        ({"annotations": [{"id": 1, "image_id": 9, "category_id": 44, "bbox": [0, 0, 1]}]}, "reshape"),
        ({"images": [{"id": 9, "file_name": "../../a.png", "width": 3, "height": 2}]}, "leads out"),
    ],
)
def test_a_broken_coco_file_is_told(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BoxedSetError, match=words):
        read_boxed_set(_coco(tmp_path, **changes), BoxFormat.COCO)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("</annotation>", "", "not XML"),
        ("<annotation>", "<!DOCTYPE x [<!ENTITY a 'b'>]><annotation>", "declares entities"),
        ("<filename>a.png</filename>", "", "<filename> is missing"),
        ("<xmin>4</xmin>", "<xmin>four</xmin>", "no number"),
        ("<name>cup</name>", "", "<name> is missing"),
        ("a.png", "../a.png", "leads out"),
    ],
)
def test_a_broken_voc_file_is_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(BoxedSetError, match=words):
        read_boxed_set(_voc(tmp_path, VOC.replace(old, new)), BoxFormat.VOC)


def test_voc_without_a_size_takes_the_pictures(tmp_path: Path) -> None:
    text = VOC.replace("<size><width>30</width><height>20</height></size>", "")
    boxed = read_boxed_set(_voc(tmp_path, text), BoxFormat.VOC)
    assert boxed.pictures[0].image_wh == (30, 20)
    assert boxed.pictures[0].xyxy.tolist() == [[3, 4, 13, 12]]


def test_the_format_is_told_by_the_files_or_asked_for(tmp_path: Path) -> None:
    assert format_of(_coco(tmp_path / "coco")) is BoxFormat.COCO
    assert format_of(_voc(tmp_path / "voc", VOC)) is BoxFormat.VOC
    (tmp_path / "none").mkdir()
    with pytest.raises(BoxedSetError, match="--from"):
        format_of(tmp_path / "none")
    with pytest.raises(BoxedSetError, match="absent"):
        read_boxed_set(tmp_path / "none", BoxFormat.COCO)
    with pytest.raises(BoxedSetError, match="no XML"):
        read_boxed_set(tmp_path / "none", BoxFormat.VOC)


def test_nothing_is_written_over_and_an_absent_picture_is_named(tmp_path: Path) -> None:
    boxed = read_boxed_set(_coco(tmp_path / "coco"), BoxFormat.COCO)
    with pytest.raises(BoxedSetError, match="not empty"):
        write_boxed_set(tmp_path / "coco", boxed, BoxFormat.YOLO)
    (tmp_path / "coco" / "images" / "a.png").unlink()
    with pytest.raises(BoxedSetError, match=r"a\.png cannot be used: the picture is absent"):
        write_boxed_set(tmp_path / "out", boxed, BoxFormat.YOLO)


def test_two_pictures_cannot_share_an_annotation_file(tmp_path: Path) -> None:
    pictures = []
    for name in ("a.jpg", "a.png"):
        cv2.imwrite(str(tmp_path / name), np.zeros((2, 3, 3), np.uint8))
        pictures.append(BoxedPicture.plain(name, (3, 2), np.zeros(0, np.int64), np.zeros((0, 4))))
    boxed = BoxedSet(("cup",), numbered(1), tuple(pictures), tmp_path)
    with pytest.raises(BoxedSetError, match="suffix"):
        write_boxed_set(tmp_path / "out", boxed, BoxFormat.VOC)


def test_a_yolo_class_outside_the_list_is_told(tmp_path: Path) -> None:
    write_boxed_set(tmp_path / "yolo", read_boxed_set(_coco(tmp_path / "coco"), BoxFormat.COCO), BoxFormat.YOLO)
    (tmp_path / "yolo" / "labels" / "a.txt").write_text("1 0.5 0.5 0.1 0.1\n")
    with pytest.raises(YoloSetError, match=r"0\.\.0"):
        read_boxed_set(tmp_path / "yolo", BoxFormat.YOLO)


def test_the_size_of_a_picture_is_as_it_is_seen(tmp_path: Path) -> None:
    from PIL import Image

    turned = Image.new("RGB", (30, 20))
    exif = turned.getexif()
    exif[0x0112] = 6  # shown turned by 90 degrees
    turned.save(tmp_path / "turned.jpg", exif=exif)
    assert size_of(tmp_path / "turned.jpg") == (20, 30)
    (tmp_path / "x.jpg").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(BoxedSetError, match=r"x\.jpg"):
        size_of(tmp_path / "x.jpg")
    with pytest.raises(BoxedSetError, match="absent"):
        size_of(tmp_path / "y.jpg")


def test_the_command_line_converts_and_says_what_a_format_cannot_hold(tmp_path: Path) -> None:
    source = _coco(tmp_path / "coco")
    done = CliRunner().invoke(app, ["convert", str(source), str(tmp_path / "voc"), "--to", "voc"])
    assert done.exit_code == 0, done.output
    assert "1 boxes around crowds, which voc cannot mark, kept as plain boxes" in done.output
    back = CliRunner().invoke(app, ["convert", str(tmp_path / "voc"), str(tmp_path / "yolo"), "--to", "yolo"])
    assert back.exit_code == 0, back.output
    assert (tmp_path / "yolo" / "classes.txt").read_text() == "cup\n"
    assert (tmp_path / "yolo" / "labels" / "a.txt").read_text().startswith("0 0.266667 0.400000 0.333333 0.400000")
