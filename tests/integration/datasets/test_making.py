from __future__ import annotations

import csv
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_datasets.backgrounds import load_backgrounds
from deskcheck_datasets.checks import check_set, leaks, statistics
from deskcheck_datasets.cli import app
from deskcheck_datasets.compose import Library, compose, make_library
from deskcheck_datasets.converters.yolo import pictures_of
from deskcheck_datasets.cutouts import load_cutouts
from deskcheck_datasets.errors import DataFolderError
from deskcheck_datasets.making import MANIFEST_COLUMNS, SetPlan, make_set, training_pictures
from deskcheck_datasets.readers import read_boxed, read_one_object
from deskcheck_datasets.splits import Role, role_of
from deskcheck_datasets.vocabulary import COCO_NAMES, LABEL_NAMES
from typer.testing import CliRunner


@pytest.fixture(scope="module")
def library(small_data: Path) -> Library:
    return make_library(load_cutouts(small_data), load_backgrounds(small_data))


def test_a_composed_picture_is_a_function_of_seed_and_index(library: Library) -> None:
    first, second, other = compose(library, 3, 5), compose(library, 3, 5), compose(library, 3, 6)
    np.testing.assert_array_equal(first.image, second.image)
    assert first.boxes == second.boxes
    assert first.image.shape == other.image.shape == (640, 640, 3)
    assert not np.array_equal(first.image, other.image)


def test_every_kind_comes_and_boxes_lie_in_the_picture(library: Library) -> None:
    pictures = [compose(library, 1, index) for index in range(30)]
    assert {picture.kind for picture in pictures} == {"desk", "top_down", "room", "tiles"}
    labels = {box.label for picture in pictures for box in picture.boxes}
    assert {"stapler", "cup", "pen", "paper", "brochure", "sticky notes", None} <= labels
    for box in (box for picture in pictures for box in picture.boxes):
        x0, y0, x1, y1 = box.xyxy
        assert 0 <= x0 < x1 <= 640
        assert 0 <= y0 < y1 <= 640
        assert 0.25 <= box.visible <= 1.02


def _plan(data: Path, out: Path, processes: int) -> SetPlan:
    return SetPlan(data, out, 10, 2, processes, real_views=True, teacher=None)


def test_a_set_is_sound_and_the_same_on_any_number_of_processes(small_data: Path, tmp_path: Path) -> None:
    one = make_set(_plan(small_data, tmp_path / "one", 1))
    two = make_set(_plan(small_data, tmp_path / "two", 2))
    assert one == two
    for picture in pictures_of(tmp_path / "one"):
        assert picture.read_bytes() == (tmp_path / "two" / "images" / picture.name).read_bytes()
    assert check_set(tmp_path / "one") == []
    with (tmp_path / "one" / "manifest.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == MANIFEST_COLUMNS
    assert len(rows) == len(pictures_of(tmp_path / "one")) == statistics(tmp_path / "one").pictures
    assert {row["complete"] for row in rows if row["kind"] == "real"} == {"0"}
    assert len({row["file"] for row in rows}) == len(rows)
    views = [row for row in rows if row["kind"] == "real"]
    assert all(role_of(row["picture"]) is Role.TRAIN and (small_data / row["picture"]).is_file() for row in views)
    assert {"webobj224", "product_photos", "caltech101"} <= {row["origin"] for row in rows}


def test_held_out_pictures_never_teach(small_data: Path) -> None:
    assert all(picture.role is Role.TRAIN for picture in training_pictures(small_data))
    taught = {f"{picture.source}/{picture.path.stem}" for picture in training_pictures(small_data)}
    assert {"coco_mini/9", "bottles_cups/dcl_051"} <= taught
    assert taught.isdisjoint({"coco_mini/2", "bottles_cups/dcl_004"})  # held out
    assert taught.isdisjoint({"coco_mini/1", "bottles_cups/dcl_067"})  # they decide


def test_a_steel_bottle_reads_as_thermos_and_words_are_translated(small_data: Path) -> None:
    labels = {
        picture.path.stem: [LABEL_NAMES[index] for index in picture.boxes.class_id]
        for source in ("bottles_cups", "office_cctv")
        for picture in read_boxed(small_data, source)
    }
    assert labels["dcl_051"] == ["thermos"]
    assert labels["a"] == ["tv"]  # "monitor" is COCO's tv, "phone" has no label there


def test_pictures_of_one_thing_teach_where_their_box_is_sure(small_data: Path) -> None:
    read = {picture.path.parent.name: picture for picture in read_one_object(small_data, "product_photos")}
    assert set(read) == {"stapler", "lamp"}  # a printer without a sure box would teach that there is none
    assert [LABEL_NAMES[index] for index in read["stapler"].boxes.class_id] == ["stapler"]
    assert read["stapler"].boxes.cxcywh[0].tolist() == pytest.approx([0.4, 0.6, 0.4, 0.6])
    assert len(read["lamp"].boxes.class_id) == 0  # no label, so nothing to box
    with pytest.raises(DataFolderError, match=r"auto_boxes\.csv"):
        read_one_object(small_data / "absent", "webobj224")


def test_an_absent_part_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match=r"classes\.csv"):
        load_cutouts(tmp_path)
    with pytest.raises(DataFolderError, match="textures"):
        load_backgrounds(tmp_path)
    with pytest.raises(DataFolderError, match="fruit_boxes"):
        read_boxed(tmp_path, "fruit_boxes")


def test_the_command_line_composes_checks_and_finds_a_leak(small_data: Path, tmp_path: Path) -> None:
    runner, out = CliRunner(), tmp_path / "set"
    made = runner.invoke(app, ["compose", str(out), "--data", str(small_data), "--count", "3", "--processes", "1"])
    assert made.exit_code == 0, made.output
    checked = runner.invoke(app, ["check", str(out), "--data", str(small_data)])
    assert checked.exit_code == 0, checked.output
    assert "0 problems, 0 leaks" in checked.output
    held = next(p.path for p in read_boxed(small_data, "coco_mini") if p.role is Role.HELD_OUT)
    (out / "images" / "x.jpg").write_bytes(held.read_bytes())
    (out / "labels" / "x.txt").write_text("")
    leaking = runner.invoke(app, ["check", str(out), "--data", str(small_data)])
    assert leaking.exit_code == 1
    assert "x.jpg: is the held-out picture 2.jpg" in leaking.output
    assert leaks([out / "images" / "x.jpg"], [held])
    counted = runner.invoke(app, ["stats", str(out)])
    assert "pictures" in counted.output


def test_the_teacher_names_what_nobody_boxed(small_data: Path, tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is a development package")
    helper = onnx.helper
    rows = np.array([[[64, 64, 320, 320, 0.9, 41], [0, 0, 64, 64, 0.2, 0], [400, 400, 600, 600, 0.8, 56]]], np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("ReduceSum", ["images"], ["sum"], keepdims=0),
            helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
            helper.make_node("Add", ["rows", "nothing"], ["output0"]),
        ],
        "teacher",
        [helper.make_tensor_value_info("images", onnx.TensorProto.FLOAT, [1, 3, 640, 640])],
        [helper.make_tensor_value_info("output0", onnx.TensorProto.FLOAT, [1, 3, 6])],
        [onnx.numpy_helper.from_array(rows, "rows"), onnx.numpy_helper.from_array(np.float32(0), "zero")],
    )
    path = tmp_path / "teacher.onnx"
    path.write_bytes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()
    )
    plan = SetPlan(small_data, tmp_path / "set", 6, 2, 1, real_views=True, teacher=path)
    rows_made = make_set(plan)
    real = next(row for row in rows_made if row.origin == "scenes_unlabelled")
    text = (tmp_path / "set" / "labels" / real.file).with_suffix(".txt").read_text()
    assert {COCO_NAMES[int(line.split()[0])] for line in text.splitlines()} == {"cup", "chair"}
    assert cv2.imread(str(tmp_path / "set" / "images" / real.file)) is not None


def test_the_command_line_shows_and_writes_who_teaches_and_who_decides(small_data: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    shown = runner.invoke(app, ["split", "--data", str(small_data), "--out", str(tmp_path / "roles")])
    assert shown.exit_code == 0, shown.output
    assert "coco_mini" in shown.output
    assert (tmp_path / "roles" / "val.txt").read_text().split() == [
        "coco_mini/images/train2017/1.jpg",
        "bottles_cups/images/dcl_067.jpg",
    ]
    folder = runner.invoke(app, ["split", str(small_data / "coco_mini"), "--held-out", "100", "--validation", "1"])
    assert folder.exit_code == 2


def test_the_real_sets_are_checked_against_each_other(small_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(small_data, data)
    runner = CliRunner()
    sound = runner.invoke(app, ["check", "--data", str(data)])
    assert sound.exit_code == 0, sound.output
    # Frames of one recording, which the publisher of office_cctv put on both sides, are told and do not fail.
    frame = cv2.imread(str(data / "office_cctv" / "images" / "train" / "a.jpg"))
    (data / "office_cctv" / "images" / "valid").mkdir()
    cv2.imwrite(str(data / "office_cctv" / "images" / "valid" / "b.jpg"), frame, [cv2.IMWRITE_JPEG_QUALITY, 60])
    known = runner.invoke(app, ["check", "--data", str(data)])
    assert known.exit_code == 0, known.output
    assert "1 pairs of frames of one recording" in known.output
    shutil.copy(data / "coco_mini" / "images" / "train2017" / "9.jpg", data / "coco_mini" / "images" / "val2017")
    leaking = runner.invoke(app, ["check", "--data", str(data)])
    assert leaking.exit_code == 1
    assert "9.jpg: is the held-out picture 9.jpg" in leaking.output


def test_a_set_is_checked_against_a_test_set_where_no_real_picture_is(small_data: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    words = ["check", str(small_data / "fruit_boxes"), "--data", str(tmp_path), "--against"]
    apart = runner.invoke(app, [*words, str(small_data / "bottles_cups")])
    assert apart.exit_code == 0, apart.output
    assert "not looked for" in apart.output
    assert runner.invoke(app, [*words, str(small_data / "fruit_boxes")]).exit_code == 1
    assert isinstance(runner.invoke(app, ["check", "--data", str(tmp_path)]).exception, DataFolderError)
