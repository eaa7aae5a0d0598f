"""The desk that an A4 sheet gives: its size where the corners are known, or the part of it that the photo shows."""

from __future__ import annotations

import numpy as np
from deskcheck_calibration.plane import DeskPlane
from deskcheck_vision.detections import Float64Array

from deskcheck_service.cli.a4_sheet import Sheet
from deskcheck_service.cli.parsing import Corners

# Of the sheet's own depth: beyond four times the sheet's distance a pixel covers more desk than a ruler tells.
_FARTHEST = 0.25
_BORDER_SHARE = 0.01
_STEPS = 80


def sheet_plane(sheet: Sheet, image_wh: tuple[int, int], focal_px: float | None) -> DeskPlane:
    """Return the plane in the sheet's own centimetres: origin at its top left corner, x along its top side.

    Raises:
        CalibrationError: the sheet's corners give no plane.
    """
    corners = [(float(x), float(y)) for x, y in sheet.corners_px]
    return DeskPlane.from_corners(corners, sheet.size_wh_cm, image_wh, focal_px, corner_sigma_px=1.0)


def measured_size_cm(plane: DeskPlane, corners_px: Corners) -> tuple[float, float]:
    """Measure a desk by the sheet on it: the mean of opposite sides.

    Args:
        plane: plane of the sheet.
        corners_px: outer-left, outer-right, inner-right, inner-left corner of the desk.

    Returns:
        Width and depth in cm.
    """
    corners = plane.to_cm(np.array(corners_px))
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    return float(sides[0] + sides[2]) / 2, float(sides[1] + sides[3]) / 2


def visible_desk(plane: DeskPlane, image_wh: tuple[int, int]) -> tuple[Corners, tuple[float, float]]:
    """Return the largest rectangle along the sheet's sides that the photo shows whole.

    The top of the photo is taken as the counter's outer edge, as in a photo from the staff's side.

    Args:
        plane: plane of the sheet.
        image_wh: size of the photo in px.

    Returns:
        Corners in px (outer left, outer right, inner right, inner left) and width and depth in cm, to a millimetre.
    """
    outline_cm = plane.to_cm(_near_part(plane, image_wh))
    left, outer, right, inner = _largest_rectangle(outline_cm)
    width_cm, depth_cm = (np.floor(10 * side) / 10 for side in (right - left, inner - outer))
    corners_cm = np.array([[0, 0], [width_cm, 0], [width_cm, depth_cm], [0, depth_cm]]) + np.array([left, outer])
    first, second, third, fourth = ((float(x), float(y)) for x, y in np.round(plane.to_px(corners_cm), 2))
    return (first, second, third, fourth), (float(width_cm), float(depth_cm))


def _near_part(plane: DeskPlane, image_wh: tuple[int, int]) -> Float64Array:
    """Return the part (N, 2) px of the picture that is not too far beyond the sheet, let alone past the horizon."""
    width, height = image_wh
    border = _BORDER_SHARE * max(image_wh)
    frame = np.array(
        [[border, border], [width - border, border], [width - border, height - border], [border, height - border]]
    )
    sheet_px = plane.to_px(np.array(plane.desk_wh_cm) / 2)
    depth_row = plane.homography[2] / (plane.homography[2] @ np.append(sheet_px, 1.0))
    room = np.column_stack([frame, np.ones(4)]) @ depth_row - _FARTHEST
    kept: list[Float64Array] = []
    for index in range(4):
        after = (index + 1) % 4
        if room[index] >= 0:
            kept.append(frame[index])
        if room[index] * room[after] < 0:
            share = room[index] / (room[index] - room[after])
            kept.append(frame[index] + share * (frame[after] - frame[index]))
    return np.array(kept)


def _largest_rectangle(outline_cm: Float64Array) -> tuple[float, float, float, float]:
    """Return left, outer, right, inner of the largest upright rectangle in a convex outline (N, 2)."""
    x = np.linspace(outline_cm[:, 0].min(), outline_cm[:, 0].max(), _STEPS + 2)[1:-1]
    lower, upper = np.full(_STEPS, np.inf), np.full(_STEPS, -np.inf)
    for start, end in zip(outline_cm, np.roll(outline_cm, -1, axis=0), strict=True):
        if start[0] == end[0]:
            continue
        share = (x - start[0]) / (end[0] - start[0])
        y = np.where((share >= 0) & (share <= 1), start[1] + share * (end[1] - start[1]), np.nan)
        lower, upper = np.fmin(lower, y), np.fmax(upper, y)
    # Between two columns of a convex outline the narrower of both is free.
    outer = np.maximum(lower[:, None], lower[None, :])
    inner = np.minimum(upper[:, None], upper[None, :])
    area = np.clip(x[None, :] - x[:, None], 0, None) * np.clip(inner - outer, 0, None)
    left, right = np.unravel_index(int(np.argmax(area)), area.shape)
    return float(x[left]), float(outer[left, right]), float(x[right]), float(inner[left, right])
