"""``deskcheck check-film --reference`` on films made of the demonstration's own pictures: drifted, moved, covered."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import cv2
import deskcheck_service
import numpy as np
import pytest
from deskcheck_calibration.layout_file import load_layout
from deskcheck_vision.detections import Uint8Array
from films import write_film

from tests.integration.cli.conftest import Command

HALL = Path(deskcheck_service.__file__).parent / "demo" / "hall"


def _slid(image: Uint8Array, right_px: float, down_px: float) -> Uint8Array:
    height, width = image.shape[:2]
    shift = np.array([[1, 0, right_px], [0, 1, down_px]], np.float64)
    moved = cv2.warpAffine(image, shift, (width, height), borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(moved, np.uint8)


@pytest.fixture
def hall(tmp_path: Path, tiny_onnx: Any, monkeypatch: pytest.MonkeyPatch, deskcheck: Command) -> Path:
    """The layout and the still of a demonstration window."""
    monkeypatch.setenv("DESKCHECK_MODEL_PATH", str(tiny_onnx()))
    shutil.copy(HALL / "layouts" / "A01.yaml", tmp_path / "A01.yaml")
    shutil.copy(HALL / "photos" / "A01-reference.jpg", tmp_path / "A01-reference.jpg")
    return tmp_path


def _still(hall: Path) -> Uint8Array:
    return np.asarray(cv2.imread(str(hall / "A01-reference.jpg")), np.uint8)


def _film(hall: Path, pictures: list[Uint8Array]) -> None:
    even = [np.ascontiguousarray(cv2.resize(one, (800, 600), interpolation=cv2.INTER_AREA)) for one in pictures]
    write_film(hall / "film.mp4", len(even), pictures=even, created="2026-11-20T10:00:00+00:00", keyframe_s=1)


def _told(deskcheck: Command, *more: str) -> list[dict[str, Any]]:
    ran = deskcheck(
        "check-film", "film.mp4", "--layout", "A01.yaml", "--reference", "A01-reference.jpg", "--every", "1s", "--json",
        *more,
    )  # fmt: skip
    assert ran.err == ""
    return [json.loads(line) for line in ran.out.splitlines()]


def test_a_drift_moves_the_desk_with_it_and_a_moved_camera_is_said(deskcheck: Command, hall: Path) -> None:
    still = _still(hall)
    _film(hall, [still, _slid(still, 3.0, -2.0), _slid(still, 30.0, 0.0), _slid(still, 30.0, 0.0), still])
    told = _told(deskcheck)
    assert [one["camera"]["state"] for one in told] == ["steady", "drifted", "moved", "moved", "steady"]
    assert [one["camera"]["suspends"] for one in told] == [False, False, False, True, False]
    assert told[1]["camera"]["share"] == pytest.approx(np.hypot(3, 2) / 1600, abs=0.0006)
    assert {f["reason"] for f in told[2]["findings"] if f["state"] == "inconclusive"} >= {"camera_moved"}
    assert not [f for one in (told[0], told[1], told[4]) for f in one["findings"] if f["reason"] == "camera_moved"]
    assert {one["view"] for one in told} == {load_layout(hall / "A01.yaml").views[0].name}


def test_a_covered_lens_is_no_moved_camera(deskcheck: Command, hall: Path) -> None:
    still = _still(hall)
    _film(hall, [still, np.full_like(still, 12)])
    told = _told(deskcheck)
    assert [one["camera"]["state"] for one in told] == ["steady", "cannot_tell"]
    assert told[1]["camera"]["obstacle"] == "no_contrast"


@pytest.mark.parametrize(("language", "words"), [("zh", "摄像机已移动"), ("en", "the camera has moved")])
def test_people_are_told_once_a_picture(deskcheck: Command, hall: Path, language: str, words: str) -> None:
    still = _still(hall)
    _film(hall, [still, _slid(still, 40.0, 10.0)])
    ran = deskcheck(
        "check-film", "film.mp4", "--layout", "A01.yaml", "--reference", "A01-reference.jpg", "--every", "1s",
        "--lang", language,
    )  # fmt: skip
    lines = [line for line in ran.out.splitlines() if line.startswith(f"  {words}")]
    assert len(lines) == 1


def test_a_reference_needs_a_view_that_fits_it(deskcheck: Command, hall: Path) -> None:
    still = _still(hall)
    _film(hall, [still])
    arguments = ("check-film", "film.mp4", "--layout", "A01.yaml", "--lang", "en")
    corners = ("--corners", "10,10 600,10 600,400 10,400")
    ran = deskcheck(*arguments, "--reference", "A01-reference.jpg", *corners)
    assert (ran.code, "--corners" in ran.err) == (2, True)
    cv2.imwrite(str(hall / "tall.jpg"), np.ascontiguousarray(still[:, :600]))
    ran = deskcheck(*arguments, "--reference", "tall.jpg")
    assert (ran.code, "tall.jpg" in ran.err) == (2, True)
