"""``deskcheck calibrate --lens`` writes how the lens bends a view; ``check`` uses it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from deskcheck_calibration.judging import plane_from_view
from deskcheck_calibration.layout_file import load_layout
from deskcheck_vision.images import encode_jpeg
from deskcheck_vision.lens import Lens
from sticker_desk import Camera, bent, camera, desk_texture, seen

from tests.integration.cli.conftest import Command

DESK = (150, 70)
CORNERS_CM = np.array([[0, 0], [150, 0], [150, 70], [0, 70]], np.float64)
BY = camera(DESK, 52.0, 12.0, 140.0, (1280, 720))
LENS = Lens(-0.09, BY.image_wh)
CALIBRATION = {
    "image_width": 2560,
    "image_height": 1440,
    "camera_matrix": [[2 * BY.focal_px, 0, 1280], [0, 2 * BY.focal_px, 720], [0, 0, 1]],
    "distortion_coefficients": [LENS.k1(BY.focal_px), 0, 0, 0, 0],
}


def corners(view: Camera = BY, lens: Lens | None = LENS, noise_px: float = 2.0) -> str:
    ideal = view.px(CORNERS_CM)
    shown = (ideal if lens is None else lens.bent(ideal)) + np.random.default_rng(4).normal(0, noise_px, (4, 2))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in shown)


@pytest.fixture(scope="module")
def content() -> bytes:
    return encode_jpeg(bent(seen(desk_texture(7, DESK), BY), LENS), 92)


@pytest.fixture
def photo(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "ceiling.jpg"
    path.write_bytes(content)
    return path


def worst_cm(layout_file: Path) -> float:
    """How far places come out from where they are by the view that was written."""
    layout = load_layout(layout_file)
    plane = plane_from_view(layout.views[0], layout.desk_wh_cm, BY.image_wh)
    grid = np.column_stack([one.ravel() for one in np.meshgrid(np.linspace(0, 150, 9), np.linspace(0, 70, 5))])
    return float(np.linalg.norm(plane.to_cm(LENS.bent(BY.px(grid))) - grid, axis=1).max())


def test_it_is_estimated_by_the_sides_and_used_by_check(deskcheck: Command, photo: Path, tmp_path: Path) -> None:
    options = ("--window", "A03", "--corners", corners(noise_px=0.5), "--desk-size", "150x70")
    plain = deskcheck("calibrate", photo, *options, "--out", "plain.yaml", "--json")
    assert json.loads(plain.out)["lens"] is None
    assert load_layout(tmp_path / "plain.yaml").views[0].bend is None
    ran = deskcheck("calibrate", photo, *options, "--lens", "estimate", "--out", "a03.yaml", "--json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)["lens"]
    assert found["how"] == "estimate"
    assert found["bend"] == pytest.approx(-0.09, abs=0.006)
    assert 0 < found["sigma"] < 0.01
    assert found["shift_cm"] > 1
    assert worst_cm(tmp_path / "plain.yaml") > 1
    assert worst_cm(tmp_path / "a03.yaml") < 0.3
    checked = deskcheck("check", photo, "--layout", "a03.yaml", "--json", "--overlay", "drawn")
    assert json.loads(checked.out)["registration"] in ("view", "markers")
    assert (tmp_path / "drawn" / "ceiling.deskcheck.jpg").exists()


def test_it_is_told_in_words(deskcheck: Command, photo: Path) -> None:
    options = ("--window", "A03", "--corners", corners(), "--desk-size", "150x70", "--lens", "estimate")
    assert "straightening moves places on the desk by up to" in deskcheck("calibrate", photo, *options).out
    assert "镜头：畸变 -0.0" in deskcheck("calibrate", photo, *options, "--lang", "zh").out


def test_stickers_alone_tell_desk_and_lens(deskcheck: Command, photo: Path, tmp_path: Path) -> None:
    plain = json.loads(deskcheck("calibrate", photo, "--window", "A03", "--stickers", "--json").out)
    ran = deskcheck(
        "calibrate", photo, "--window", "A03", "--stickers", "--lens", "estimate", "--out", "s.yaml", "--json"
    )
    found = json.loads(ran.out)
    assert found["lens"]["bend"] == pytest.approx(-0.09, abs=0.01)
    assert np.abs(np.array(found["desk_cm"]) - DESK).max() < np.abs(np.array(plain["desk_cm"]) - DESK).max()
    assert np.abs(np.array(found["desk_cm"]) - DESK).max() < 1.0
    sized = deskcheck(
        "calibrate", photo, "--window", "A03", "--stickers", "--desk-size", "150x70", "--lens", "estimate",
        "--out", "t.yaml", "--json",
    )  # fmt: skip
    assert json.loads(sized.out)["lens"]["bend"] == pytest.approx(-0.09, abs=0.008)
    assert worst_cm(tmp_path / "t.yaml") < 0.4
    assert np.allclose(load_layout(tmp_path / "t.yaml").stickers[0].tag_cm, [[1, 1], [5, 1], [5, 5], [1, 5]], atol=0.2)


def test_a_calibration_file_of_another_size_gives_lens_and_focal_length(
    deskcheck: Command, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "camera.json").write_text(json.dumps(CALIBRATION), encoding="utf-8")
    options = ("--window", "A03", "--corners", corners(noise_px=0), "--desk-size", "150x70", "--lens", "camera.json")
    ran = deskcheck("calibrate", photo, *options, "--out", "a03.yaml", "--json")
    found = json.loads(ran.out)
    assert found["lens"]["how"] == "file"
    assert found["lens"]["bend"] == pytest.approx(-0.09, abs=2e-4)
    assert found["lens"]["k1"] == pytest.approx(LENS.k1(BY.focal_px), abs=1e-3)
    assert found["pose"]["focal_px"] == pytest.approx(BY.focal_px, abs=0.1)
    assert worst_cm(tmp_path / "a03.yaml") < 0.02
    told = deskcheck("calibrate", photo, *options, "--focal", "1000", "--json")
    assert json.loads(told.out)["pose"]["focal_px"] == 1000


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"image_width": 1440}, "lens.file_size"),
        ({"distortion_coefficients": [-0.5, 0.4, 0.02, 0, 0]}, "lens.file_stray"),
        ({"camera_matrix": None}, "lens.file"),
    ],
)
def test_a_calibration_that_does_not_fit_is_refused(
    deskcheck: Command, photo: Path, tmp_path: Path, changed: dict[str, object], code: str
) -> None:
    (tmp_path / "camera.json").write_text(json.dumps({**CALIBRATION, **changed}), encoding="utf-8")
    ran = deskcheck(
        "calibrate", photo, "--window", "A03", "--corners", corners(), "--desk-size", "150x70",
        "--lens", "camera.json", "--out", "a03.yaml",
    )  # fmt: skip
    assert ran.code == 2
    assert code in ran.err
    assert not (tmp_path / "a03.yaml").exists()


def test_a_file_that_is_not_there_and_a_sheet_of_paper_are_refused(deskcheck: Command, photo: Path) -> None:
    options = ("--window", "A03", "--corners", corners(), "--desk-size", "150x70")
    assert deskcheck("calibrate", photo, *options, "--lens", "nothing.yml").code == 2
    ran = deskcheck("calibrate", photo, "--window", "A03", "--a4", "--lens", "estimate")
    assert ran.code == 2
    assert "--lens needs" in ran.err


def test_a_picture_that_does_not_tell_its_lens_is_refused(deskcheck: Command, tmp_path: Path) -> None:
    blank = tmp_path / "blank.jpg"
    blank.write_bytes(encode_jpeg(np.full((720, 1280, 3), 120, np.uint8), 92))
    ran = deskcheck(
        "calibrate", blank, "--window", "A03", "--corners", corners(), "--desk-size", "150x70", "--lens", "estimate"
    )
    assert ran.code == 2
    assert "lens.unclear" in ran.err
    assert "calibration file" in ran.err


def test_a_straight_picture_is_left_alone(deskcheck: Command, tmp_path: Path) -> None:
    path = tmp_path / "phone.jpg"
    path.write_bytes(encode_jpeg(seen(desk_texture(7, DESK), BY), 92))
    ran = deskcheck(
        "calibrate", path, "--window", "A03", "--corners", corners(lens=None), "--desk-size", "150x70",
        "--lens", "estimate", "--out", "a03.yaml",
    )  # fmt: skip
    assert "no distortion to be seen" in ran.out
    assert load_layout(tmp_path / "a03.yaml").views[0].bend is None
