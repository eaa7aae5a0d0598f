"""``deskcheck calibrate``: planes from corners and from a drawn A4 sheet."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from deskcheck_calibration.layout_file import load_layout
from deskcheck_vision.detections import Float64Array
from deskcheck_vision.images import encode_jpeg

from tests.integration.cli.conftest import Command

WH = (960, 720)
FOCAL_PX = 760.0
DESK_CM = (120.0, 60.0)
SHEET_CM = np.array([[50.0, 20.0], [79.7, 20.0], [79.7, 41.0], [50.0, 41.0]])


def _to_px(points_cm: Float64Array) -> Float64Array:
    """A camera 150 cm from the desk's middle, 50 degrees above it, on the staff's side."""
    elevation = np.radians(50.0)
    world = np.column_stack([points_cm - np.array(DESK_CM) / 2, np.zeros(len(points_cm))])
    tilt = np.array([[1, 0, 0], [0, np.sin(elevation), -np.cos(elevation)], [0, np.cos(elevation), np.sin(elevation)]])
    seen = world @ tilt.T * [1, 1, -1] + np.array([0.0, 0.0, 150.0])
    return np.asarray(seen[:, :2] / seen[:, 2:] * FOCAL_PX + np.array(WH) / 2)


DESK_PX = _to_px(np.array([[0.0, 0.0], [120.0, 0.0], [120.0, 60.0], [0.0, 60.0]]))
CORNERS = " ".join(f"{x:.2f},{y:.2f}" for x, y in DESK_PX)


def _inside(corners: Float64Array, x: Float64Array, y: Float64Array) -> Float64Array:
    inside = np.ones_like(x, bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        inside &= (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) >= 0
    return inside[..., None].astype(np.float64)


@pytest.fixture(scope="module")
def picture() -> bytes:
    """A brown desk on a grey floor with a white sheet on it."""
    x, y = np.meshgrid(np.arange(WH[0], dtype=np.float64), np.arange(WH[1], dtype=np.float64))
    desk, sheet = _inside(DESK_PX, x, y), _inside(_to_px(SHEET_CM), x, y)
    image = np.full((WH[1], WH[0], 3), 90.0)
    image = image * (1 - desk) + desk * (60, 95, 130)
    image = image * (1 - sheet) + sheet * (236, 240, 242)
    noise = np.random.default_rng(1).normal(0, 4, image.shape)
    return encode_jpeg(np.clip(image + noise, 0, 255).astype(np.uint8), 92)


@pytest.fixture
def photo(tmp_path: Path, picture: bytes) -> Path:
    path = tmp_path / "a03.jpg"
    path.write_bytes(picture)
    return path


def test_a_desk_by_its_corners_becomes_a_layout_that_can_be_read(
    deskcheck: Command, photo: Path, tmp_path: Path
) -> None:
    ran = deskcheck(
        *("calibrate", photo, "--window", "A03", "--corners", CORNERS, "--desk-size", "120x60"),
        *("--out", "out/A03.yaml", "--json"),
    )
    assert (ran.code, ran.err) == (0, "")
    told = json.loads(ran.out)
    assert told["residual_cm"] < 0.05
    assert told["pose"]["focal_px"] == pytest.approx(FOCAL_PX, rel=0.05)
    assert told["pose"]["elevation_deg"] == pytest.approx(50, abs=2)
    assert told["pose"]["height_cm"] == pytest.approx(150 * np.sin(np.radians(50)), rel=0.05)
    assert told["px_per_cm"] == pytest.approx(FOCAL_PX / 150, rel=0.05)
    layout = load_layout(tmp_path / "out" / "A03.yaml")
    assert (layout.window, layout.version, layout.desk_wh_cm) == ("A03", 1, DESK_CM)
    assert layout.views[0].name == "a03.jpg"
    assert layout.views[0].image_wh == WH
    np.testing.assert_allclose(layout.views[0].corners_px, DESK_PX, atol=0.01)
    assert [surface.id for surface in layout.surfaces] == ["counter"]


def test_the_sheet_measures_a_desk_whose_corners_are_known(deskcheck: Command, photo: Path) -> None:
    told = json.loads(deskcheck("calibrate", photo, "--window", "A03", "--a4", "--corners", CORNERS, "--json").out)
    assert told["desk_cm"] == pytest.approx(DESK_CM, rel=0.02)
    assert told["sheet"]["diagonals_cm"] == pytest.approx([36.37, 36.37], abs=0.6)


def test_a_wrong_desk_size_shows_in_the_sheets_diagonals(deskcheck: Command, photo: Path) -> None:
    arguments = ["calibrate", photo, "--window", "A03", "--a4", "--corners", CORNERS, "--json", "--desk-size"]
    right = json.loads(deskcheck(*arguments, "120x60").out)["sheet"]["diagonals_cm"]
    wrong = json.loads(deskcheck(*arguments, "144x72").out)["sheet"]["diagonals_cm"]
    assert right == pytest.approx([36.37, 36.37], abs=0.4)
    assert wrong == pytest.approx([1.2 * 36.37, 1.2 * 36.37], abs=0.5)


def test_the_sheet_alone_gives_the_part_of_the_desk_in_sight(deskcheck: Command, photo: Path, tmp_path: Path) -> None:
    told = json.loads(deskcheck("calibrate", photo, "--window", "A03", "--a4", "--json", "--out", "a.yaml").out)
    corners = np.array(told["corners_px"])
    assert (corners >= 0).all()
    assert (corners <= np.array(WH)).all()
    assert told["sheet"]["diagonals_cm"] == pytest.approx([36.37, 36.37], abs=0.1)
    # The truth measures the rectangle that was found, independently of the sheet.
    to_cm = _truth_to_cm(corners)
    sides = np.linalg.norm(to_cm - np.roll(to_cm, -1, axis=0), axis=1)
    assert sides[:2] == pytest.approx(told["desk_cm"], rel=0.04)  # six times the sheet: it is a short ruler
    assert sides[2:] == pytest.approx(told["desk_cm"], rel=0.04)
    assert load_layout(tmp_path / "a.yaml").desk_wh_cm == tuple(told["desk_cm"])


def _truth_to_cm(points_px: Float64Array) -> Float64Array:
    rows = []
    for (x, y), (u, v) in zip(DESK_PX, [(0, 0), (120, 0), (120, 60), (0, 60)], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y, -u], [0, 0, 0, x, y, 1, -v * x, -v * y, -v]]
    homography = np.linalg.svd(np.array(rows))[2][-1].reshape(3, 3)
    mapped = np.column_stack([points_px, np.ones(len(points_px))]) @ homography.T
    return np.asarray(mapped[:, :2] / mapped[:, 2:])


def test_people_read_the_same_in_their_language(deskcheck: Command, photo: Path) -> None:
    arguments = ["calibrate", photo, "--window", "A03", "--a4", "--corners", CORNERS]
    assert "A4 sheet: ratio 1.4" in deskcheck(*arguments).out
    shown = deskcheck(*arguments, "--lang", "zh").out
    assert "残差" in shown
    assert "俯角 50°" in shown


def test_nothing_is_overwritten_unless_forced(deskcheck: Command, photo: Path, tmp_path: Path) -> None:
    (tmp_path / "A03.yaml").write_text("mine")
    arguments = ["calibrate", photo, "--window", "A03", "--a4", "--out", "A03.yaml"]
    ran = deskcheck(*arguments)
    assert ran.code == 2
    assert ran.err.startswith("error cli.file_exists")
    assert (tmp_path / "A03.yaml").read_text() == "mine"
    assert deskcheck(*arguments, "--force").code == 0
    assert load_layout(tmp_path / "A03.yaml").window == "A03"


def _reordered(*order: int) -> str:
    return " ".join(CORNERS.split()[index] for index in order)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], "cli.usage"),
        (["--desk-size", "120x60"], "cli.usage"),
        (["--a4", "--desk-size", "120x60"], "cli.usage"),
        (["--desk-size", "120x60", "--corners", "1,2 3,4 5,6"], "cli.corners_unreadable"),
        (["--desk-size", "wide", "--corners", CORNERS], "cli.desk_size_unreadable"),
        (["--desk-size", "120x60", "--corners", _reordered(0, 1, 3, 2)], "calibration.corners_crossed"),
        (["--desk-size", "120x60", "--corners", _reordered(1, 0, 3, 2)], "calibration.corners_order"),
        (["--desk-size", "120x60", "--corners", "0,0 100,0 200,0 300,0"], "calibration.corners_on_line"),
        (["--desk-size", "120x60", "--corners", "0,0 9000,0 9000,600 0,600"], "calibration.corners_outside"),
        (["--desk-size", "2x60", "--corners", CORNERS], "calibration.desk_size"),
    ],
)
def test_what_makes_no_plane_is_refused_and_nothing_written(
    deskcheck: Command, photo: Path, tmp_path: Path, options: list[str], code: str
) -> None:
    ran = deskcheck("calibrate", photo, "--window", "A03", "--out", "A03.yaml", *options)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error {code}: ")
    assert " Next: " in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "A03.yaml").exists()


def test_a_photo_without_a_sheet_is_told_how_to_take_one(deskcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "bare.jpg").write_bytes(encode_jpeg(np.full((480, 640, 3), 120, np.uint8)))
    ran = deskcheck("calibrate", "bare.jpg", "--window", "A03", "--a4")
    assert ran.err.startswith("error cli.sheet_absent")
    assert "bare.jpg" in ran.err


class TestKnownPoints:
    """A desk by points on it, such as the corners of what stands there, where its own corners are not all seen."""

    @staticmethod
    def points(*at_cm: tuple[float, float], move_px: float = 0.0) -> str:
        seen = _to_px(np.array(at_cm))
        return " ".join(f"{x + move_px:.2f},{y:.2f}={a:g},{b:g}" for (x, y), (a, b) in zip(seen, at_cm, strict=True))

    def test_corners_beyond_the_photo_make_a_view_of_a_part(
        self, deskcheck: Command, photo: Path, tmp_path: Path
    ) -> None:
        # A desk of twice the width: its right half lies beyond the photo.
        known = self.points((10, 5), (110, 5), (105, 55), (12, 50), (60, 30))
        ran = deskcheck(
            "calibrate", photo, "--window", "A03", "--points", known, "--desk-size", "240x60",
            "--focal", str(FOCAL_PX), "--out", "a03.yaml", "--json",
        )  # fmt: skip
        assert (ran.code, ran.err) == (0, "")
        told = json.loads(ran.out)
        expected = _to_px(np.array([[0.0, 0.0], [240.0, 0.0], [240.0, 60.0], [0.0, 60.0]]))
        np.testing.assert_allclose(told["corners_px"], expected, atol=2.0)
        assert told["corners_px"][1][0] > WH[0]
        (view,) = load_layout(tmp_path / "a03.yaml").views
        np.testing.assert_allclose(view.corners_px, told["corners_px"])

    @pytest.mark.parametrize(
        ("known", "words"),
        [
            ("1,2=3,4", "cannot be read"),
            ("1,2 3,4 5,6 7,8", "cannot be read"),
            ("1,2=a,b 3,4=1,1 5,6=2,2 7,8=3,3", "cannot be read"),
            ("1,2=nan,0 300,4=1,1 5,600=2,2 7,8=3,3", "cannot be read"),
            ("100,100=0,0 200,200=10,10 300,300=20,20 400,400=30,30", "do not tell where the desk lies"),
        ],
    )
    def test_points_that_tell_nothing_are_refused(
        self, deskcheck: Command, photo: Path, known: str, words: str
    ) -> None:
        ran = deskcheck(
            "calibrate", photo, "--window", "A03", "--points", known, "--desk-size", "120x60"
        )  # fmt: skip
        assert ran.code == 2
        assert words in ran.err

    def test_points_need_the_desks_size_and_nothing_else(self, deskcheck: Command, photo: Path) -> None:
        known = self.points((10, 5), (110, 5), (105, 55), (12, 50))
        for words in ((), ("--desk-size", "120x60", "--corners", CORNERS), ("--desk-size", "120x60", "--a4")):
            ran = deskcheck("calibrate", photo, "--window", "A03", "--points", known, *words)
            assert ran.code == 2
            assert "--points goes with --desk-size alone" in ran.err
