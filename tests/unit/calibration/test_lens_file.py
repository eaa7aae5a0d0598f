"""Camera calibration files: what OpenCV writes, other sizes, other lenses, garbage."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_calibration.errors import LensFileError, LensFileSizeError, LensFileStrayError
from deskcheck_calibration.lens_file import MAX_BYTES, lens_from_file
from deskcheck_vision.lens import Lens

WH = (1920, 1080)
MATRIX = [[1300.0, 0.0, 960.0], [0.0, 1300.0, 540.0], [0.0, 0.0, 1.0]]


def as_json(**changed: object) -> bytes:
    values = {
        "image_width": 1920,
        "image_height": 1080,
        "camera_matrix": MATRIX,
        "distortion_coefficients": [-0.12, 0, 0, 0, 0],
    }
    return json.dumps({**values, **changed}).encode()


def as_opencv(path: Path, distortion: list[float]) -> bytes:
    storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)
    storage.write("image_width", 1920)
    storage.write("image_height", 1080)
    storage.write("camera_matrix", np.array(MATRIX))
    storage.write("distortion_coefficients", np.array(distortion)[:, None])
    storage.release()
    return path.read_bytes()


@pytest.mark.parametrize("name", ["camera.yml", "camera.xml", "camera.json"])
def test_what_opencv_writes_is_read(tmp_path: Path, name: str) -> None:
    found = lens_from_file(as_opencv(tmp_path / name, [-0.12, 0, 0, 0, 0]), WH)
    assert found.focal_px == pytest.approx(1300)
    assert found.lens.bend == pytest.approx(Lens.from_k1(-0.12, 1300, WH).bend, abs=2e-4)
    assert found.stray_px < 0.3


def test_it_serves_pictures_of_another_size() -> None:
    found = lens_from_file(as_json(), (960, 540))
    assert found.focal_px == pytest.approx(650)
    assert found.lens.image_wh == (960, 540)
    assert found.lens.bend == pytest.approx(Lens.from_k1(-0.12, 1300, WH).bend, abs=2e-4)


@pytest.mark.parametrize(
    "distortion",
    [[-0.13, 0.01, 0, 0, 0], [-0.12, 0, 0.0004, -0.0003, 0], [0.0, 0, 0, 0], [0.05, 0, 0, 0, 0, 0, 0, 0]],
)
def test_a_lens_near_enough_is_taken_up(distortion: list[float]) -> None:
    """Straightened with one number, the picture differs from OpenCV's by less than the limit, but for a homography."""
    found = lens_from_file(as_json(distortion_coefficients=distortion), WH)
    rng = np.random.default_rng(1)
    shown = rng.uniform([0, 0], WH, (200, 2))
    padded = np.array([*distortion, 0.0][: max(5, len(distortion))][:5], np.float64)
    theirs = cv2.undistortPoints(shown[:, None], np.array(MATRIX), padded).reshape(-1, 2)
    ours = found.lens.straightened(shown)
    mapping, _ = cv2.findHomography(theirs, ours, 0)
    apart = cv2.perspectiveTransform(theirs[:, None], mapping).reshape(-1, 2) - ours
    assert np.linalg.norm(apart, axis=1).max() < 2.5


@pytest.mark.parametrize(
    "distortion",
    [[-0.4, 0.3, 0, 0, 0], [-0.1, 0, 0.01, 0.01, 0], [-2.0, 0, 0, 0, 0], [0.1, -0.5, 0, 0, 2.0]],
)
def test_a_lens_that_one_number_does_not_tell_is_refused(distortion: list[float]) -> None:
    with pytest.raises(LensFileStrayError) as refused:
        lens_from_file(as_json(distortion_coefficients=distortion), WH)
    assert refused.value.facts["stray_px"] > 0
    assert refused.value.next_step("en")


@pytest.mark.parametrize("image_wh", [(1600, 1200), (1080, 1920), (1000, 1000)])
def test_other_proportions_are_refused(image_wh: tuple[int, int]) -> None:
    with pytest.raises(LensFileSizeError, match=r"1920, 1080"):
        lens_from_file(as_json(), image_wh)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "camera_matrix|YAML"),
        (b"hello", "camera_matrix|YAML"),
        (b"\x00\xff\xfe\x00garbage", "YAML"),
        (b"{", "JSON"),
        (b"{" * 5000, "JSON"),
        (b"{}", "camera_matrix"),
        (b"%YAML:1.0\n---\nimage_width: 1920\n", "camera_matrix"),
        (b"%YAML:1.0\n---\ncamera_matrix: [1, 2\n", "camera_matrix|YAML"),
        (as_json(camera_matrix={"rows": 3, "cols": 3, "data": [1, 2]}), "camera_matrix"),
        (b"<?xml version='1.0'?><opencv_storage><camera_matrix>x</camera_matrix></opencv_storage>", "camera_matrix"),
        (b" " * (MAX_BYTES + 1), "KB"),
        (as_json(camera_matrix=[[1, 0], [0, 1]]), "3 x 3"),
        (as_json(camera_matrix="wide"), "camera_matrix"),
        (as_json(camera_matrix=[[float("nan")] * 3] * 3), "camera_matrix"),
        (as_json(camera_matrix=[[2, 0, 960], [0, 2, 540], [0, 0, 1]]), "focal"),
        (as_json(camera_matrix=[[1300, 0, 960], [0, 900, 540], [0, 0, 1]]), "fx"),
        (as_json(camera_matrix=[[1300, 0, 9000], [0, 1300, 540], [0, 0, 1]]), "principal"),
        (as_json(distortion_coefficients=[]), "distortion"),
        (as_json(distortion_coefficients=[0.1] * 8), "k1 k2 p1 p2 k3"),
        (as_json(distortion_coefficients={"k1": 1}), "distortion"),
        (as_json(image_width=None), "image_width"),
        (as_json(image_width=True), "image_width"),
        (as_json(image_width=-3), "image_width"),
        (as_json(image_width=float("inf")), "image_width"),
    ],
)
def test_what_is_no_calibration_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(LensFileError, match=problem) as refused:
        lens_from_file(content, WH)
    assert refused.value.next_step("zh")
