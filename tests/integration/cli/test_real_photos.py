"""The real commands, as real processes, on real photos: phone pictures of an A4 sheet and small things.

The pictures are not part of the project (no licence to pass them on). They lie in ``DESKCHECK_DATA_DIR``, by default
``../shared/data`` beside the repository; without them these tests are skipped.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deskcheck_calibration.layout import HomeZone, Layout
from deskcheck_calibration.layout_file import dump_layout, load_layout
from deskcheck_calibration.placing import place_items
from deskcheck_calibration.plane import DeskPlane
from deskcheck_service.cli.a4_sheet import A4_DIAGONAL_CM
from deskcheck_vision.detections import Detections
from deskcheck_vision.errors import ModelMissingError
from deskcheck_vision.model_files import default_model_path
from deskcheck_vision.taxonomy import BY_ID

from tests.integration.cli.conftest import Ran, as_process

DATA = Path(os.environ.get("DESKCHECK_DATA_DIR", Path(__file__).resolve().parents[4] / "shared" / "data"))
PLACER, DESKS = DATA / "placer_boxes", DATA / "desk_photos"

pytestmark = pytest.mark.skipif(not PLACER.is_dir(), reason=f"no real photos at {DATA}; set DESKCHECK_DATA_DIR")

# A sheet on a soft cover is not flat, and a corner is read to about 2 px of 24 px/cm.
DIAGONAL_TOLERANCE_CM = 0.4

# The sheet's corners read by eye at eight times magnification, independently of the program that finds the sheet.
BY_EYE_PX = {
    "eliz_12": ((20.4, 159.4), (720.6, 140.3), (729.4, 655.3), (14.6, 638.3)),
    "eliz_20": ((16.5, 108.4), (730.5, 108.3), (724.4, 611.9), (27.5, 603.0)),
    "eliz_29": ((33.4, 72.9), (733.5, 74.7), (733.4, 565.7), (35.5, 563.6)),
}


def _model() -> None:
    if "DESKCHECK_MODEL_PATH" in os.environ:
        return
    try:
        default_model_path()
    except ModelMissingError as error:
        pytest.skip(str(error))


def _photo(name: str) -> Path:
    return PLACER / "images" / f"{name}.jpg"


def _calibrated(name: str, *options: object) -> dict[str, Any]:
    ran = as_process("calibrate", _photo(name), "--a4", "--window", "A03", "--json", *options)
    assert ran.code == 0, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    return told


def _plane(told: dict[str, Any]) -> DeskPlane:
    width, depth = told["desk_cm"]
    width_px, height_px = told["image_wh"]
    return DeskPlane.from_corners([(x, y) for x, y in told["corners_px"]], (width, depth), (width_px, height_px))


def _boxes(name: str, label: int) -> list[tuple[float, float, float, float]]:
    """Return the boxes of one label by hand, px of the 750 x 1000 picture."""
    rows = [line.split() for line in (PLACER / "labels" / f"{name}.txt").read_text().splitlines()]
    found = []
    for number, *shares in rows:
        if int(number) == label:
            x, y, width, height = (float(share) for share in shares)
            left, top = (x - width / 2) * 750, (y - height / 2) * 1000
            found.append((left, top, left + width * 750, top + height * 1000))
    return found


@pytest.mark.parametrize("name", BY_EYE_PX)
def test_the_plane_agrees_with_the_sheets_own_diagonals(name: str) -> None:
    plane = _plane(_calibrated(name))
    corners_cm = plane.to_cm(np.array(BY_EYE_PX[name]))
    for first, second in ((0, 2), (1, 3)):
        diagonal_cm = float(np.linalg.norm(corners_cm[second] - corners_cm[first]))
        assert diagonal_cm == pytest.approx(A4_DIAGONAL_CM, abs=DIAGONAL_TOLERANCE_CM)


def test_the_scale_holds_beside_the_sheet_too() -> None:
    """The same notebook, beside the sheet and on it, lengthwise and across, measures the same within 4 %."""
    sides_cm = []
    for name in ("eliz_8", "eliz_28", "eliz_book"):
        (left, top, right, bottom), plane = _boxes(name, 3)[0], _plane(_calibrated(name))
        middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
        points = plane.to_cm(np.array([[left, middle_y], [right, middle_y], [middle_x, top], [middle_x, bottom]]))
        sides_cm.append(sorted(float(np.linalg.norm(points[index + 1] - points[index])) for index in (0, 2)))
    mean_cm = np.mean(sides_cm, axis=0)
    np.testing.assert_allclose(sides_cm, np.broadcast_to(mean_cm, (3, 2)), rtol=0.04)


def test_a_sheet_is_found_in_every_photo() -> None:
    """Forty-four photos; each sheet's box agrees with the one drawn by hand."""
    import cv2
    from deskcheck_service.cli.a4_sheet import find_a4_sheet

    for path in sorted((PLACER / "images").glob("*.jpg")):
        image = cv2.imread(str(path))
        assert image is not None
        sheet = find_a4_sheet(np.asarray(image, np.uint8))
        assert sheet is not None, path.name
        assert sheet.ratio == pytest.approx(A4_RATIO, rel=0.04), path.name
        by_hand = _boxes(path.stem, 6)
        if by_hand:
            low, high = sheet.corners_px.min(axis=0), sheet.corners_px.max(axis=0)
            assert _iou((low[0], low[1], high[0], high[1]), by_hand[0]) > 0.85, path.name


A4_RATIO = 29.7 / 21.0


def _iou(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    width = max(0.0, min(first[2], second[2]) - max(first[0], second[0]))
    height = max(0.0, min(first[3], second[3]) - max(first[1], second[1]))
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return width * height / (sum(areas) - width * height)


def test_boxed_things_are_placed_beside_the_sheet() -> None:
    """By hand-drawn boxes: the paper lies where the sheet is, the notebook below it, both inside their boxes."""
    told = _calibrated("eliz_8")
    plane = _plane(told)
    paper, notebook = _boxes("eliz_8", 6)[0], _boxes("eliz_8", 3)[0]
    found = Detections.from_rows(
        [("paper_document", 0.9, paper), ("newspaper_magazine", 0.9, notebook)], tuple(told["image_wh"])
    )
    sheet, book = place_items(found, plane)
    sheet_cm = plane.to_cm(np.array(told["sheet"]["corners_px"])).mean(axis=0)
    assert np.linalg.norm(np.array(sheet.centre_cm) - sheet_cm) < 4.0
    assert book.centre_cm[1] > sheet.centre_cm[1] + A4_RATIO * 10
    book_cm = plane.to_cm(np.array([[(notebook[0] + notebook[2]) / 2, (notebook[1] + notebook[3]) / 2]]))[0]
    assert np.linalg.norm(np.array(book.centre_cm) - book_cm) <= 2.0 + book.uncertainty_cm


def _checked(folder: Path, layout: Layout) -> Ran:
    path = folder / "judged.yaml"
    path.write_text(dump_layout(layout), encoding="utf-8")
    return as_process("check", _photo("eliz_16"), "--layout", path, "--json", "--at", "2026-11-20T10:00")


def _zone(centre_cm: tuple[float, float], half_cm: float) -> HomeZone:
    x, y = centre_cm
    corners = (
        (x - half_cm, y - half_cm),
        (x + half_cm, y - half_cm),
        (x + half_cm, y + half_cm),
        (x - half_cm, y + half_cm),
    )
    return HomeZone("scissors-home", "small_stationery", corners)


def test_scissors_out_of_their_place_are_suspected_and_in_their_place_are_not(tmp_path: Path) -> None:
    from dataclasses import replace

    _model()
    told = _calibrated("eliz_16", "--out", tmp_path / "A03.yaml")
    layout = load_layout(tmp_path / "A03.yaml")
    left, top, right, bottom = _boxes("eliz_16", 2)[0]
    plane = _plane(told)
    scissors_cm = plane.to_cm(np.array([[(left + right) / 2, (top + bottom) / 2]]))[0]

    there = replace(layout, zones=(_zone((float(scissors_cm[0]), float(scissors_cm[1])), 8.0),))
    elsewhere = replace(layout, zones=(_zone((6.0, 6.0), 4.0),))
    for wanted, chosen, code in (("pass", there, 0), ("suspected", elsewhere, 1)):
        ran = _checked(tmp_path, chosen)
        assert ran.code == code, (wanted, ran.out, ran.err)
        findings = json.loads(ran.out)["findings"]
        about = [finding for finding in findings if finding["rule"] == "V04" and finding["item"] == "small_stationery"]
        assert [finding["state"] for finding in about] == [wanted]
    # How far out they are is the distance that the hand-drawn box gives, within what the finding itself allows.
    assert about[0]["unit"] == "cm"
    assert about[0]["measured"] > 10.0
    assert about[0]["uncertainty"] < 5.0
    assert BY_ID["small_stationery"].en in about[0]["sentence"]


def test_detect_finds_the_plain_things_of_real_desks() -> None:
    _model()
    if not DESKS.is_dir():
        pytest.skip(f"no real photos at {DESKS}")
    photos = sorted((DESKS / "images").glob("*.jpg"))
    ran = as_process("detect", *photos, "--json", "--conf", "0.05")
    assert (ran.code, ran.err) == (0, "")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["photo"] for line in lines] == [str(photo) for photo in photos]
    for line in lines:
        width, height = line["image_wh"]
        for found in line["detections"]:
            assert found["class"] in BY_ID
            assert 0.05 <= found["confidence"] <= 1
            left, top, right, bottom = found["xyxy"]
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height
    sure = {(Path(line["photo"]).stem, found["class"]) for line in lines for found in line["detections"]}
    assert {("nju_desk4", "keyboard"), ("nju_desk4", "mouse"), ("nju_img96", "cup")} <= sure
    assert ("nju_img96", "beverage_container") in sure
