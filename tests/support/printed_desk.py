"""A drawn desk with flat prints on it: what registration by features goes by, without a renderer."""

from __future__ import annotations

import cv2
import numpy as np
from deskcheck_calibration.desk_reference import DeskReference
from deskcheck_calibration.plane import DeskPlane
from deskcheck_vision.detections import Detections, Float64Array, Uint8Array
from sticker_desk import PX_PER_CM, Camera, desk_texture

DESK = (150, 70)
CORNERS_CM: Float64Array = np.array([[0, 0], [150, 0], [150, 70], [0, 70]], np.float64)


def printed_desk(
    seed: int,
    prints: int = 14,
    within_cm: tuple[float, float, float, float] | None = None,
    desk_wh_cm: tuple[int, int] = DESK,
) -> Uint8Array:
    """A wooden desk from above with printed sheets on it, laid anywhere within left, top, right, bottom."""
    rng = np.random.default_rng(seed)
    desk = desk_texture(seed, desk_wh_cm, ())
    left, top, right, bottom = within_cm or (4.0, 4.0, desk_wh_cm[0] - 4.0, desk_wh_cm[1] - 4.0)
    for _ in range(prints):
        side = rng.uniform(7, 13)
        x, y = rng.uniform(left, max(right - side, left + 1)), rng.uniform(top, max(bottom - side * 0.8, top + 1))
        cells = rng.integers(20, 240, (9, 12, 3), np.uint8)
        w, h = int(side * PX_PER_CM), int(side * 0.8 * PX_PER_CM)
        sheet = cv2.resize(cells, (w, h), interpolation=cv2.INTER_NEAREST)
        x0, y0 = int(x * PX_PER_CM), int(y * PX_PER_CM)
        part = desk[y0 : y0 + h, x0 : x0 + w]
        part[:] = sheet[: part.shape[0], : part.shape[1]]
    return desk


def plane_of(view: Camera) -> DeskPlane:
    """The desk as that camera sees it."""
    corners = [(float(x), float(y)) for x, y in view.px(CORNERS_CM)]
    return DeskPlane.from_corners(corners, (float(DESK[0]), float(DESK[1])), view.image_wh, view.focal_px)


def reference_of(
    image: Uint8Array, view: Camera, rows: list[tuple[str, float, tuple[float, ...]]] | None = None
) -> DeskReference:
    """What is known of a desk from its picture by that camera."""
    detections = Detections.from_rows(rows or [], view.image_wh)
    return DeskReference.from_picture(image, plane_of(view), detections)


def worst_error_cm(plane: DeskPlane, view: Camera) -> float:
    """By how much the places of a desk that the camera sees are off at most."""
    x, y = np.meshgrid(np.linspace(0, DESK[0], 13), np.linspace(0, DESK[1], 7))
    grid = np.column_stack([x.ravel(), y.ravel()])
    seen = view.px(grid)
    inside = ((seen >= 0) & (seen < np.array(view.image_wh))).all(axis=1)
    return float(np.linalg.norm(plane.to_cm(seen[inside]) - grid[inside], axis=1).max())
