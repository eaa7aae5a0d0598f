"""A set goes to any format and back and keeps what that format can hold."""

from __future__ import annotations

import tempfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_datasets.converters import coco, voc
from deskcheck_datasets.converters.boxed import BoxedPicture, BoxedSet, BoxFormat, numbered
from deskcheck_datasets.converters.convert import format_of, read_boxed_set, write_boxed_set
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

WH = (320, 200)
# A thousandth of a px: VOC and COCO keep every decimal, yet 0.1 + 0.2 is not 0.3.
CLOSE_PX = 1e-9
YOLO_PX = 2e-6 * max(WH)
# What XML 1.0 can hold, without white space at the ends, which every reader strips.
_names = st.lists(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="￾￿"), min_size=1, max_size=8
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


@st.composite
def _boxes(draw: st.DrawFn) -> list[tuple[float, float, float, float]]:
    rows = []
    for _ in range(draw(st.integers(0, 5))):
        x1, y1 = draw(st.floats(0, WH[0] - 2)), draw(st.floats(0, WH[1] - 2))
        rows.append((x1, y1, draw(st.floats(x1 + 1, WH[0])), draw(st.floats(y1 + 1, WH[1]))))
    return rows


@st.composite
def _sets(draw: st.DrawFn) -> tuple[tuple[str, ...], list[BoxedPicture]]:
    names = tuple(draw(_names))
    pictures = []
    for index in range(draw(st.integers(1, 3))):
        boxes = draw(_boxes())
        count = len(boxes)
        flags = [np.array(draw(st.lists(st.booleans(), min_size=count, max_size=count)), np.bool_) for _ in range(3)]
        ids = draw(st.lists(st.integers(0, len(names) - 1), min_size=count, max_size=count))
        file = f"part{index}/p{index}.png" if draw(st.booleans()) else f"p{index}.png"
        pictures.append(
            BoxedPicture(file, WH, np.array(ids, np.int64), np.array(boxes, np.float64).reshape(-1, 4), *flags)
        )
    return names, sorted(pictures, key=lambda picture: picture.file)


def _stored(folder: Path, names: tuple[str, ...], pictures: list[BoxedPicture]) -> BoxedSet:
    for picture in pictures:
        path = folder / picture.file
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.zeros((WH[1], WH[0], 3), np.uint8))
    return BoxedSet(names, numbered(len(names)), tuple(pictures), folder)


def _same(first: BoxedSet, second: BoxedSet, close_px: float) -> None:
    assert second.names == first.names
    assert [picture.file for picture in second.pictures] == [picture.file for picture in first.pictures]
    for one, two in zip(first.pictures, second.pictures, strict=True):
        assert two.image_wh == one.image_wh
        np.testing.assert_array_equal(two.class_id, one.class_id)
        np.testing.assert_allclose(two.xyxy, one.xyxy, atol=close_px, rtol=1e-12)


_settings = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_settings
@given(_sets())
def test_coco_keeps_classes_boxes_and_crowds(made: tuple[tuple[str, ...], list[BoxedPicture]]) -> None:
    with tempfile.TemporaryDirectory() as root:
        boxed = _stored(Path(root) / "source", *made)
        write_boxed_set(Path(root) / "out", boxed, BoxFormat.COCO)
        again = read_boxed_set(Path(root) / "out", format_of(Path(root) / "out"))
        _same(boxed, again, CLOSE_PX)
        for one, two in zip(boxed.pictures, again.pictures, strict=True):
            np.testing.assert_array_equal(two.crowd, one.crowd)
            assert (again.folder / two.file).read_bytes() == (boxed.folder / one.file).read_bytes()


@_settings
@given(_sets())
def test_voc_keeps_classes_boxes_difficult_and_truncated(made: tuple[tuple[str, ...], list[BoxedPicture]]) -> None:
    with tempfile.TemporaryDirectory() as root:
        boxed = _stored(Path(root) / "source", *made)
        write_boxed_set(Path(root) / "out", boxed, BoxFormat.VOC)
        again = read_boxed_set(Path(root) / "out", format_of(Path(root) / "out"))
        _same(boxed, again, CLOSE_PX)
        for one, two in zip(boxed.pictures, again.pictures, strict=True):
            np.testing.assert_array_equal(two.difficult, one.difficult)
            np.testing.assert_array_equal(two.truncated, one.truncated)


@_settings
@given(_sets())
def test_yolo_keeps_classes_and_boxes_of_all_but_crowds(made: tuple[tuple[str, ...], list[BoxedPicture]]) -> None:
    with tempfile.TemporaryDirectory() as root:
        boxed = _stored(Path(root) / "source", *made)
        plain = [
            BoxedPicture.plain(one.file, one.image_wh, one.class_id[~one.crowd], one.xyxy[~one.crowd])
            for one in boxed.pictures
        ]
        write_boxed_set(Path(root) / "out", boxed, BoxFormat.YOLO)
        again = read_boxed_set(Path(root) / "out", format_of(Path(root) / "out"))
        _same(BoxedSet(boxed.names, boxed.category_ids, tuple(plain), boxed.folder), again, YOLO_PX)


@_settings
@given(_sets(), st.permutations(list(BoxFormat)))
def test_a_round_through_all_formats_keeps_what_all_can_hold(
    made: tuple[tuple[str, ...], list[BoxedPicture]], way: list[BoxFormat]
) -> None:
    with tempfile.TemporaryDirectory() as root:
        names, pictures = made
        plain = [BoxedPicture.plain(one.file, WH, one.class_id, one.xyxy) for one in pictures]
        boxed = now = _stored(Path(root) / "source", names, plain)
        for step in way:
            write_boxed_set(Path(root) / step, now, step)
            now = read_boxed_set(Path(root) / step, step)
        _same(boxed, now, 2 * YOLO_PX)


def test_conventions_of_the_formats_by_hand(tmp_path: Path) -> None:
    picture = BoxedPicture.plain("a.png", WH, np.array([1]), np.array([[0.0, 0.0, 1.0, 1.0]]))
    boxed = BoxedSet(("cup", "pen"), (3, 7), (picture,), tmp_path)
    table = coco.coco_of(boxed)
    assert table["annotations"][0] | {"bbox": [0.0, 0.0, 1.0, 1.0], "category_id": 7} == table["annotations"][0]
    voc.write_voc(tmp_path / "voc", boxed)
    text = (tmp_path / "voc" / "Annotations" / "a.xml").read_text()
    # The box over the first pixel alone is 1, 1, 1, 1 in Pascal's way of counting.
    assert "<xmin>1</xmin>" in text
    assert "<xmax>1</xmax>" in text


@pytest.mark.parametrize("file", ["../a.png", "/a.png", "", "a\\b.png", "x/../../a.png"])
def test_no_name_leads_out_of_a_set(file: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        BoxedPicture.plain(file, WH, np.zeros(0, np.int64), np.zeros((0, 4)))
