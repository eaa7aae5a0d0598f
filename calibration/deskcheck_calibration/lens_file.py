"""A camera's calibration file: what OpenCV's calibration writes (YAML or XML), or the same in JSON.

OpenCV's lens has five numbers (k1, k2, p1, p2, k3) and a principal point beside the middle; a ``Lens`` has one. Which
one is nearest is worked out over the whole picture: a desk's plane takes up whatever a homography can, so only what it
cannot take up counts. A file whose lens is not told well enough by one number is refused with what would be left over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array
from deskcheck_vision.lens import Lens
from deskcheck_vision.lens_limits import LARGEST_BEND, SMALLEST_BEND

from deskcheck_calibration.errors import LensFileError, LensFileSizeError, LensFileStrayError
from deskcheck_calibration.plane import FOCAL_OF_LONG_SIDE

MAX_BYTES = 64 * 1024
# What one number may leave over, as a share of half the diagonal: 1.1 px at 1080p.
LARGEST_STRAY = 0.001
_SAME_ASPECT = 0.01
_SQUARE_PX = 0.02
_BROWN = 5
_SHAPE_NAMES = {"width": ("image_width", "width"), "height": ("image_height", "height")}
_MATRIX_NAMES = ("camera_matrix", "Camera_Matrix", "cameraMatrix", "K")
_DISTORTION_NAMES = ("distortion_coefficients", "Distortion_Coefficients", "distCoeffs", "D")


@dataclass(frozen=True, slots=True)
class CalibratedLens:
    """A lens as its camera's calibration has it, for pictures of one size.

    Attributes:
        focal_px: focal length.
        lens: what straightens its pictures.
        stray_px: by how many px that is wrong at worst.
    """

    focal_px: float
    lens: Lens
    stray_px: float


@dataclass(frozen=True, slots=True)
class _Camera:
    matrix: Float64Array
    distortion: Float64Array
    image_wh: tuple[int, int]


def lens_from_file(content: bytes, image_wh: tuple[int, int]) -> CalibratedLens:
    """Read a camera's calibration file for a picture of that camera.

    Args:
        content: an OpenCV FileStorage (YAML or XML) with ``camera_matrix``, ``distortion_coefficients``,
            ``image_width`` and ``image_height``, or JSON with the same keys, the matrices as lists.
        image_wh: size of the pictures in px; another size of the same proportions than the file's is scaled.

    Raises:
        LensFileError: it is not such a file, or its numbers are not a camera's.
        LensFileSizeError: it is of pictures of other proportions.
        LensFileStrayError: its lens cannot be told by one number.
    """
    if len(content) > MAX_BYTES:
        raise LensFileError(problem=f"> {MAX_BYTES // 1024} KB")
    found = _read_json(content) if content.lstrip()[:1] == b"{" else _read_storage(content)
    width, height = found.image_wh
    if abs(width * image_wh[1] / (height * image_wh[0]) - 1) > _SAME_ASPECT:
        raise LensFileSizeError(file_wh=found.image_wh, image_wh=image_wh)
    _check(found)
    scale = np.diag([image_wh[0] / width, image_wh[1] / height, 1.0])
    matrix = scale @ found.matrix
    focal_px = float(np.sqrt(matrix[0, 0] * matrix[1, 1]))
    bend, stray_px = _nearest_bend(matrix, found.distortion, image_wh)
    if not stray_px <= LARGEST_STRAY * np.hypot(*image_wh) / 2:
        raise LensFileStrayError(stray_px=stray_px, limit_px=float(LARGEST_STRAY * np.hypot(*image_wh) / 2))
    return CalibratedLens(focal_px, Lens(bend, image_wh), stray_px)


def _check(found: _Camera) -> None:
    matrix, (width, height) = found.matrix, found.image_wh
    across, down = float(matrix[0, 0]), float(matrix[1, 1])
    low, high = (share * max(width, height) for share in FOCAL_OF_LONG_SIDE)
    if not (low <= across <= high and low <= down <= high):
        raise LensFileError(problem=f"focal length {across:g}, {down:g}: {low:g} - {high:g} px")
    if abs(across / down - 1) > _SQUARE_PX:
        raise LensFileError(problem=f"fx {across:g} / fy {down:g}")
    if not (0 < matrix[0, 2] < width and 0 < matrix[1, 2] < height):
        raise LensFileError(problem=f"principal point {matrix[0, 2]:g}, {matrix[1, 2]:g}")
    if np.abs(found.distortion[_BROWN:]).max(initial=0.0) > 0:
        raise LensFileError(problem=f"{len(found.distortion)} distortion coefficients, at most k1 k2 p1 p2 k3")


def _nearest_bend(matrix: Float64Array, distortion: Float64Array, image_wh: tuple[int, int]) -> tuple[float, float]:
    """Return the bend nearest to OpenCV's lens, and by how many px it misses it at worst."""
    width, height = image_wh
    x, y = np.meshgrid(np.linspace(0, width, 17), np.linspace(0, height, 13))
    shown = np.column_stack([x.ravel(), y.ravel()])
    straight = _straightened(shown, matrix, distortion)
    bends = np.linspace(SMALLEST_BEND, LARGEST_BEND, 23)
    for _ in range(5):
        strays = [_stray_px(Lens(float(bend), image_wh), shown, straight) for bend in bends]
        best, width_of_step = float(bends[int(np.argmin(strays))]), float(bends[1] - bends[0])
        bends = np.clip(best + np.linspace(-1, 1, 11) * width_of_step, SMALLEST_BEND, LARGEST_BEND)
    return best, min(strays)


def _straightened(shown: Float64Array, matrix: Float64Array, distortion: Float64Array) -> Float64Array:
    """Return OpenCV's own straightening of points (N, 2) px, checked by its own bending.

    Raises:
        LensFileStrayError: its lens shows two places at one.
    """
    stop = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 200, 1e-10)
    plane = cv2.undistortPoints(shown[:, None], matrix, distortion, None, None, None, stop).reshape(-1, 2)
    world = np.column_stack([plane, np.ones(len(plane))])
    again, _ = cv2.projectPoints(world, np.zeros(3), np.zeros(3), matrix, distortion)
    missed = float(np.abs(again.reshape(-1, 2) - shown).max())
    if not missed < 0.05:  # true for NaN as well
        raise LensFileStrayError(stray_px=missed, limit_px=0.05)
    return np.asarray(plane, np.float64)


def _stray_px(lens: Lens, shown: Float64Array, straight: Float64Array) -> float:
    """Return how far places of the picture lie apart, straightened by both lenses, at worst: up to a homography."""
    ours = lens.straightened(shown)
    mapping, _ = cv2.findHomography(straight, ours, 0)
    if mapping is None:
        return float("inf")
    ends = np.column_stack([straight, np.ones(len(straight))]) @ np.asarray(mapping, np.float64).T
    theirs = lens.bent(ends[:, :2] / ends[:, 2:])
    return float(np.linalg.norm(theirs - shown, axis=1).max())


def _read_storage(content: bytes) -> _Camera:
    try:
        text = content.decode("utf-8")
        storage = cv2.FileStorage(text, cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
    except (UnicodeDecodeError, cv2.error, SystemError) as exc:
        raise LensFileError(problem="YAML / XML / JSON") from exc
    try:
        size = [next((storage.getNode(name).real() for name in names if not storage.getNode(name).empty()), 0.0)
                for names in _SHAPE_NAMES.values()]  # fmt: skip
        matrices = [next((storage.getNode(name).mat() for name in names if not storage.getNode(name).empty()), None)
                    for names in (_MATRIX_NAMES, _DISTORTION_NAMES)]  # fmt: skip
    except cv2.error as exc:
        raise LensFileError(problem="camera_matrix") from exc
    finally:
        storage.release()
    return _camera(*matrices, *size)


def _read_json(content: bytes) -> _Camera:
    try:
        values = json.loads(content)
    except (ValueError, RecursionError) as exc:
        raise LensFileError(problem="JSON") from exc

    def first(names: tuple[str, ...]) -> Any:
        value = next((values[name] for name in names if name in values), None)
        # OpenCV's own JSON has its matrices with their shape.
        if isinstance(value, dict) and {"rows", "cols", "data"} <= value.keys():
            flat, rows, cols = value["data"], value["rows"], value["cols"]
            is_whole = isinstance(flat, list) and isinstance(rows, int) and isinstance(cols, int)
            if is_whole and rows * cols == len(flat):
                return [flat[start : start + cols] for start in range(0, len(flat), cols)] if cols > 0 else None
        return value

    return _camera(first(_MATRIX_NAMES), first(_DISTORTION_NAMES), *(first(names) for names in _SHAPE_NAMES.values()))


def _camera(matrix: Any, distortion: Any, width: Any, height: Any) -> _Camera:
    """Return what a file says, of whatever type, as arrays.

    Raises:
        LensFileError: a part is missing or no number.
    """
    for value, name in ((matrix, "camera_matrix"), (distortion, "distortion_coefficients"), (width, "image_width"),
                        (height, "image_height")):  # fmt: skip
        if value is None or value is False or value is True:
            raise LensFileError(problem=name)
    try:
        numbers = np.asarray(matrix, np.float64)
        terms = np.asarray(distortion, np.float64).ravel()
        size = (int(width), int(height))
    except (TypeError, ValueError, OverflowError) as exc:
        raise LensFileError(problem="camera_matrix, distortion_coefficients, image_width, image_height") from exc
    if numbers.shape != (3, 3) or not np.isfinite(numbers).all():
        raise LensFileError(problem="camera_matrix 3 x 3")
    if not 1 <= len(terms) <= 14 or not np.isfinite(terms).all():
        raise LensFileError(problem="distortion_coefficients")
    if not all(16 <= side <= 100_000 for side in size):
        raise LensFileError(problem="image_width, image_height")
    # OpenCV takes four, five, eight, twelve or fourteen.
    padded = np.concatenate([terms, np.zeros(max(0, _BROWN - len(terms)))])
    if np.abs(padded[_BROWN:]).max(initial=0.0) == 0:
        padded = padded[:_BROWN]
    return _Camera(numbers, padded, size)
