"""``deskcheck detect`` with a tiny real model whose output is known."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deskcheck_vision.images import decode_picture, encode_jpeg

from tests.integration.cli.conftest import Command


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Red left, green right, blue below: what the tiny model takes for a cup, a bottle and a person."""
    image = np.zeros((128, 128, 3), np.uint8)
    image[:64, :64, 2] = 204
    image[:64, 64:, 1] = 153
    image[64:, :, 0] = 102
    path = tmp_path / "desk.jpg"
    path.write_bytes(encode_jpeg(image, 95))
    return path


def test_one_line_of_json_a_photo(deskcheck: Command, photo: Path, tiny_onnx: Any) -> None:
    ran = deskcheck("detect", photo, photo, "--json", "--model", tiny_onnx())
    assert (ran.code, ran.err) == (0, "")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert len(lines) == 2
    assert lines[0] == lines[1]
    assert list(lines[0]) == ["photo", "image_wh", "detections"]
    assert lines[0]["photo"] == str(photo)
    assert lines[0]["image_wh"] == [128, 128]
    assert [found["class"] for found in lines[0]["detections"]] == ["cup", "beverage_container", "person"]
    for found, (confidence, xyxy) in zip(
        lines[0]["detections"],
        [(0.8, [16, 16, 48, 48]), (0.6, [80, 16, 112, 48]), (0.4, [16, 80, 48, 112])],
        strict=True,
    ):
        assert list(found) == ["class", "confidence", "xyxy"]
        assert found["confidence"] == pytest.approx(confidence, abs=0.05)
        assert found["xyxy"] == pytest.approx(xyxy)


def test_the_least_confidence_is_kept(deskcheck: Command, photo: Path, tiny_onnx: Any, tiny_row: Any) -> None:
    rows = [tiny_row((8, 8, 24, 24), 1, (0, 16, 16)), tiny_row((40, 8, 56, 24), 4, (2, 16, 48))]
    model = tiny_onnx(rows)

    def found(conf: str) -> list[str]:
        line = json.loads(deskcheck("detect", photo, "--json", "--model", model, "--conf", conf).out)
        return [one["class"] for one in line["detections"]]

    assert found("0.9") == []
    assert found("0.05") == ["cup"]
    assert found("0.01")[0] == "cup"


def test_without_a_confidence_the_models_own_thresholds_hold(deskcheck: Command, photo: Path, tiny_onnx: Any) -> None:
    """Confidences are 0.8 (cup), 0.6 (bottle) and 0.4 (person); a class without a threshold has 0.25."""
    model = tiny_onnx(thresholds=json.dumps({"cup": 0.9, "beverage_container": 0.3}))

    def found(*words: str) -> list[str]:
        line = json.loads(deskcheck("detect", photo, "--json", "--model", model, *words).out)
        return [one["class"] for one in line["detections"]]

    assert found() == ["beverage_container", "person"]
    assert found("--conf", "0.5") == ["cup", "beverage_container"]
    assert found("--conf", "0.05") == ["cup", "beverage_container", "person"]


def test_the_path_is_given_back_as_it_was_given(
    deskcheck: Command, photo: Path, tiny_onnx: Any, tmp_path: Path
) -> None:
    line = json.loads(deskcheck("detect", "./desk.jpg", "--json", "--model", tiny_onnx()).out)
    assert line["photo"] in {"./desk.jpg", "desk.jpg"}


@pytest.mark.parametrize(("language", "name"), [("zh", "水杯"), ("en", "cup")])
def test_a_table_for_people(deskcheck: Command, photo: Path, tiny_onnx: Any, language: str, name: str) -> None:
    ran = deskcheck("detect", photo, "--model", tiny_onnx(), "--lang", language)
    assert ran.code == 0
    assert name in ran.out
    assert "desk.jpg" in ran.out


def test_a_photo_with_nothing_on_it_says_so(deskcheck: Command, tmp_path: Path, tiny_onnx: Any) -> None:
    (tmp_path / "dark.jpg").write_bytes(encode_jpeg(np.zeros((128, 128, 3), np.uint8)))
    assert "nothing found" in deskcheck("detect", "dark.jpg", "--model", tiny_onnx()).out


def _png_header(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def _bad(kind: str, good: bytes) -> bytes:
    return {
        "zero bytes": b"",
        "truncated": good[: len(good) // 2],
        "a letter": b"Dear inspector, here is the photo." * 20,
        "a bomb": _png_header(60_000, 60_000),
        "a thumbnail": encode_jpeg(np.zeros((20, 20, 3), np.uint8)),
    }[kind]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("zero bytes", "picture.empty"),
        ("truncated", "picture.truncated"),
        ("a letter", "picture.unknown_format"),
        ("a bomb", "picture."),
        ("a thumbnail", "picture.too_small"),
    ],
)
def test_a_bad_photo_is_told_and_the_rest_goes_on(
    deskcheck: Command, photo: Path, tmp_path: Path, tiny_onnx: Any, kind: str, code: str
) -> None:
    (tmp_path / "bad.jpg").write_bytes(_bad(kind, photo.read_bytes()))
    ran = deskcheck("detect", "bad.jpg", photo, "--json", "--model", tiny_onnx())
    assert ran.code == 2
    bad, good = (json.loads(line) for line in ran.out.splitlines())
    assert list(bad) == ["photo", "error"]
    assert list(bad["error"]) == ["code", "message", "next_step"]
    assert bad["photo"] == "bad.jpg"
    assert bad["error"]["code"].startswith(code)
    assert len(good["detections"]) == 3
    assert ran.err.startswith(f"error {bad['error']['code']}: ")
    assert "bad.jpg" in ran.err
    assert " Next: " in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(("name", "code"), [("none.jpg", "cli.file_absent"), (".", "cli.file_unreadable")])
def test_what_is_no_file_is_told(deskcheck: Command, photo: Path, tiny_onnx: Any, name: str, code: str) -> None:
    ran = deskcheck("detect", name, photo, "--json", "--model", tiny_onnx(), "--lang", "zh")
    assert ran.code == 2
    assert ran.err.startswith(f"错误 {code}：")
    assert "下一步：" in ran.err
    assert len(ran.out.splitlines()) == 2


def test_a_file_over_the_limit_is_refused_unread(
    deskcheck: Command, tmp_path: Path, tiny_onnx: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKCHECK_MAX_PHOTO_MB", "1")
    with (tmp_path / "huge.jpg").open("wb") as file:
        file.truncate(8_000_000_000)  # sparse: takes no room, but reading it all would take minutes
    assert deskcheck("detect", "huge.jpg", "--model", tiny_onnx()).err.startswith("error picture.too_many_bytes")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"taxonomy_version": "0"}, "model.taxonomy_version"),
        ({"taxonomy_map": json.dumps({"person": "person"})}, "model.label"),
        ({"labels": None}, "model.metadata"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(
    deskcheck: Command, photo: Path, tiny_onnx: Any, changes: dict[str, str | None], code: str
) -> None:
    ran = deskcheck("detect", photo, "--json", "--model", tiny_onnx(**changes))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error {code}: ")
    assert ran.err.count("\n") == 1


def test_an_absent_a_changed_and_a_wrong_model_file(
    deskcheck: Command, photo: Path, tiny_onnx: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert deskcheck("detect", photo, "--model", "none.onnx").err.startswith("error model.missing")
    monkeypatch.setenv("DESKCHECK_MODEL_PATH", "none-either.onnx")
    assert "none-either.onnx" in deskcheck("detect", photo).err
    model: Path = tiny_onnx()
    model.write_bytes(model.read_bytes() + b"\0")
    assert deskcheck("detect", photo, "--model", model).err.startswith("error model.checksum")
    assert deskcheck("detect", photo, "--model", photo).err.startswith("error model.unreadable")


def test_overlays_are_written_beside_each_other_and_people_are_masked(
    deskcheck: Command, photo: Path, tiny_onnx: Any, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "desk.jpg").write_bytes(photo.read_bytes())
    ran = deskcheck("detect", photo, "other/desk.jpg", "--model", tiny_onnx(), "--overlay", "out")
    assert ran.code == 0, ran.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "desk-2.deskcheck.jpg",
        "desk.deskcheck.jpg",
    ]
    drawn = decode_picture((tmp_path / "out" / "desk.deskcheck.jpg").read_bytes())
    original = decode_picture(photo.read_bytes())
    assert drawn.image_wh[0] >= original.image_wh[0]
    assert drawn.image.shape != original.image.shape or np.abs(drawn.image.astype(int) - original.image).max() > 60


def test_an_overlay_folder_that_cannot_be_made_is_told(deskcheck: Command, photo: Path, tiny_onnx: Any) -> None:
    ran = deskcheck("detect", photo, "--model", tiny_onnx(), "--overlay", photo / "out", "--json")
    assert ran.code == 2
    assert json.loads(ran.out)["error"]["code"] == "cli.file_unwritable"


@pytest.mark.parametrize(
    "arguments",
    [
        ["detect"],
        ["detect", "a.jpg", "--conf", "0"],
        ["detect", "a.jpg", "--conf", "1.5"],
        ["detect", "a.jpg", "--tiling", "maybe"],
        ["detect", "a.jpg", "--nonsense"],
        ["detect", "a.jpg", "--lang", "fr"],
        ["frobnicate"],
    ],
)
def test_a_wrong_command_line_is_one_line_too(deskcheck: Command, arguments: list[str]) -> None:
    ran = deskcheck(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error cli.usage: ")
    assert "--help" in ran.err
    assert ran.err.count("\n") == 1


def test_a_fault_of_our_own_is_one_line_and_a_traceback_only_when_asked(
    deskcheck: Command, photo: Path, tiny_onnx: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("deep inside")

    monkeypatch.setattr("deskcheck_service.cli.pictures.open_detector", broken)
    ran = deskcheck("detect", photo)
    assert ran.code == 2
    assert ran.err.startswith("error cli.unexpected: ")
    assert "Traceback" not in ran.err
    monkeypatch.setenv("DESKCHECK_DEBUG", "1")
    assert "Traceback" in deskcheck("detect", photo).err
