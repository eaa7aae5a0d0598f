"""Real phone photos: the desk plane from an A4 sheet, checked by what was not used for it, and things placed on it.

Calibrated are the corners of the sheet's outline as a polygon. Checked are the diagonals between the corners where
lines through its four sides meet, fitted to hundreds of outline points away from the corners: 36.37 cm each.
The pictures come from the data folder (``DESKCHECK_DATA_DIR``) and are no part of the project.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_calibration.placing import place_items
from deskcheck_calibration.plane import DeskPlane
from deskcheck_vision.detections import Detections

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("DESKCHECK_DATA_DIR", ROOT.parent / "shared" / "data"))
FOLDER = DATA / "placer_boxes"
A4_CM = (29.7, 21.0)
DIAGONAL_CM = float(np.hypot(*A4_CM))
PAPER = "paper"
CLASSES = {
    "stapler": "small_stationery", "tape": "small_stationery", "scissors": "small_stationery",
    "notebook": "newspaper_magazine", "cosmetics": "cosmetics", "figurine": "personal_ornament",
}  # fmt: skip

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="no data folder: set DESKCHECK_DATA_DIR to run on real pictures"
)


@dataclass(frozen=True)
class SheetPhoto:
    name: str
    image_wh: tuple[int, int]
    corners_px: np.ndarray  # (4, 2) of the polygon
    fitted_px: np.ndarray  # (4, 2) where lines through the sides meet
    boxes: tuple[tuple[str, tuple[float, float, float, float]], ...]


@cache
def photos() -> tuple[SheetPhoto, ...]:
    names = (FOLDER / "classes.txt").read_text().split()
    found = [photo for path in sorted((FOLDER / "images").glob("*.jpg")) if (photo := _photo(path, names)) is not None]
    return tuple(found)


def _photo(path: Path, names: list[str]) -> SheetPhoto | None:
    image = cv2.imread(str(path))
    height, width = image.shape[:2]
    boxes = []
    for line in (FOLDER / "labels" / f"{path.stem}.txt").read_text().splitlines():
        number, *rest = line.split()
        cx, cy, w, h = (float(value) for value in rest)
        box = ((cx - w / 2) * width, (cy - h / 2) * height, (cx + w / 2) * width, (cy + h / 2) * height)
        boxes.append((names[int(number)], box))
    sheets = [box for name, box in boxes if name == PAPER]
    if len(sheets) != 1 or min(sheets[0][:2]) < 4 or sheets[0][2] > width - 4 or sheets[0][3] > height - 4:
        return None  # cut off by the picture's edge
    outline = _outline(image, sheets[0])
    corners = _quad(outline)
    if corners is None:
        return None
    others = tuple((name, box) for name, box in boxes if name != PAPER)
    return SheetPhoto(path.name, (width, height), corners, _line_corners(outline, corners), others)


def _outline(image: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """Outline points (N, 2) px of the bright sheet around its labelled box."""
    left, top = max(int(box[0]) - 12, 0), max(int(box[1]) - 12, 0)
    part = image[top : int(box[3]) + 12, left : int(box[2]) + 12]
    grey = cv2.GaussianBlur(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = max(contours, key=cv2.contourArea)
    return largest.reshape(-1, 2).astype(float) + np.array([left, top])


def _quad(outline: np.ndarray) -> np.ndarray | None:
    hull = cv2.convexHull(outline.astype(np.float32))
    for share in np.linspace(0.01, 0.1, 20):
        quad = cv2.approxPolyDP(hull, share * cv2.arcLength(hull, True), True).reshape(-1, 2)
        if len(quad) == 4:
            around = quad - quad.mean(axis=0)
            # Top left first, clockwise: the sheets lie across the picture.
            clockwise = quad[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
            return np.roll(clockwise, -int(np.argmin(clockwise.sum(axis=1))), axis=0).astype(float)
    return None


def _line_corners(outline: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Where lines fitted to the middle 70 % of each side meet (4, 2)."""
    lines = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (outline - start) @ (end - start) / np.dot(end - start, end - start)
        normal = np.array([start[1] - end[1], end[0] - start[0]]) / np.linalg.norm(end - start)
        near = (np.abs((outline - start) @ normal) < 8) & (along > 0.15) & (along < 0.85)
        vx, vy, x, y = cv2.fitLine(outline[near].astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        lines.append(np.cross([x, y, 1.0], [x + vx, y + vy, 1.0]))
    meets = [np.cross(lines[number - 1], lines[number]) for number in range(4)]
    return np.array([meet[:2] / meet[2] for meet in meets])


def plane_of(photo: SheetPhoto) -> DeskPlane:
    corners = [(float(x), float(y)) for x, y in photo.corners_px]
    return DeskPlane.from_corners(corners, A4_CM, photo.image_wh, corner_sigma_px=2.0)


def test_there_are_enough_sheets() -> None:
    assert len(photos()) >= 25


def test_the_sheets_own_diagonals() -> None:
    errors = []
    for photo in photos():
        a, b, c, d = plane_of(photo).to_cm(photo.fitted_px)
        errors += [np.linalg.norm(c - a) - DIAGONAL_CM, np.linalg.norm(d - b) - DIAGONAL_CM]
    off = np.abs(errors)
    print(f"diagonals of {len(photos())} sheets: median error {np.median(off):.3f} cm, worst {off.max():.3f} cm")
    assert np.median(off) < 0.3
    assert off.max() < 1.5


def test_the_stated_noise_covers_the_corners() -> None:
    inside, count = 0, 0
    for photo in photos():
        plane = plane_of(photo)
        away = plane.to_cm(photo.fitted_px) - np.array([[0, 0], [29.7, 0], [29.7, 21], [0, 21]])
        for offset, covariance in zip(away, plane.covariance_cm2(photo.fitted_px), strict=True):
            # Both corners are measured, so their difference has twice the variance.
            inside += offset @ np.linalg.inv(2 * covariance) @ offset < 5.99
            count += 1
    assert inside / count > 0.8


def test_placed_things_have_plausible_and_steady_sizes() -> None:
    """The ten objects come again and again, turned every way: their boxes' diagonals are nearly their lengths."""
    lengths: dict[str, list[float]] = defaultdict(list)
    for photo in photos():
        plane = plane_of(photo)
        rows = [(CLASSES[name], 0.9, box) for name, box in photo.boxes]
        for item in place_items(Detections.from_rows(rows, photo.image_wh), plane):
            name, (left, top, right, bottom) = photo.boxes[item.index]
            corners = plane.to_cm(np.array([[left, top], [right, top], [right, bottom], [left, bottom]]))
            low, high = corners.min(axis=0) - 1, corners.max(axis=0) + 1
            assert (low < item.centre_cm).all()
            assert (item.centre_cm < high).all()
            assert item.uncertainty_cm < 6
            lengths[name].append(float(np.linalg.norm(corners[2] - corners[0])))
    for name, found in sorted(lengths.items()):
        print(f"{name}: {len(found)} placed, {np.median(found):.1f} cm long, spread {_spread(found):.2f}")
    # Office scissors are 10 to 22 cm long, staplers 5 to 16, rolls of tape 4 to 10 across (square boxes: 1.4 x).
    for name, low_cm, high_cm in (("scissors", 10, 22), ("stapler", 5, 16), ("tape", 5.6, 14)):
        assert len(lengths[name]) >= 5
        assert low_cm < np.median(lengths[name]) < high_cm
        assert _spread(lengths[name]) < 0.15 * np.median(lengths[name])


def _spread(values: list[float]) -> float:
    """Median deviation from the median: now and then the scissors lie open."""
    return float(np.median(np.abs(np.array(values) - np.median(values))))
