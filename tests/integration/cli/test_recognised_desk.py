"""``check --reference``: the desk of a photo from elsewhere by an approved picture, or the reason why not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from deskcheck_vision.images import encode_jpeg

from tests.integration.cli.conftest import Command
from tests.support.printed_desk import DESK, printed_desk
from tests.support.sticker_desk import Camera, camera, seen

APPROVED = camera(DESK, 50.0, 0.0, 190.0)
ELSEWHERE = camera(DESK, 40.0, 20.0, 190.0)


def shot(path: Path, desk: int, by: Camera) -> Path:
    path.write_bytes(encode_jpeg(seen(printed_desk(desk), by, seed=desk), 92))
    return path


@pytest.fixture
def calibrated(deskcheck: Command, tmp_path: Path) -> Path:
    """An approved picture whose window was calibrated by its four corners."""
    picture = shot(tmp_path / "approved.jpg", 3, APPROVED)
    corners = APPROVED.px(np.array([[0, 0], [150, 0], [150, 70], [0, 70]], np.float64))
    text = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    ran = deskcheck(
        "calibrate", picture, "--window", "A03", "--corners", text, "--desk-size", "150x70", "--out", "a03.yaml"
    )
    assert ran.code == 0, ran.err
    return picture


def test_a_photo_from_elsewhere_is_placed(deskcheck: Command, calibrated: Path, tmp_path: Path) -> None:
    photo = shot(tmp_path / "second.jpg", 3, ELSEWHERE)
    ran = deskcheck("check", photo, "--layout", "a03.yaml", "--reference", calibrated, "--json")
    found = json.loads(ran.out)
    assert found["registration"] == "features"
    assert found["view"] is None
    assert found["residual_cm"] < 0.3


def test_another_desk_is_refused_with_the_reason(deskcheck: Command, calibrated: Path, tmp_path: Path) -> None:
    photo = shot(tmp_path / "second.jpg", 4, ELSEWHERE)
    ran = deskcheck("check", photo, "--layout", "a03.yaml", "--reference", calibrated, "--json")
    assert json.loads(ran.out)["registration"] == "none"
    assert "cannot be recognised surely" in ran.err
    assert "too few features" in ran.err


def test_a_reference_that_no_view_fits_is_an_error(deskcheck: Command, calibrated: Path, tmp_path: Path) -> None:
    upright = tmp_path / "upright.jpg"
    upright.write_bytes(encode_jpeg(np.full((900, 600, 3), 90, np.uint8)))
    ran = deskcheck("check", calibrated, "--layout", "a03.yaml", "--reference", upright)
    assert ran.code == 2
    assert "calibration.no_view" in ran.err
