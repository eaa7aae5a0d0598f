"""Lines and icons of evidence pictures: each state told by colour, by line and by shape, so that print without
colour and eyes without red and green read the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import cv2
import numpy as np

from deskcheck_vision.detections import Float64Array, Uint8Array

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
INK: Colour = (28, 24, 22)
# Beyond this many px OpenCV's fixed-point drawing overflows; a plane's far corners can lie there.
_FAR_PX = 30_000.0
_SUBPIXEL_BITS = 4


class OverlayState(StrEnum):
    """What a mark says; the states of a finding, and plain information."""

    PASS = "pass"  # noqa: S105 -- the state's own word, not a password
    SUSPECTED = "suspected"
    INCONCLUSIVE = "inconclusive"
    NOT_ASSESSED = "not_assessed"
    EXEMPT = "exempt"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class StateStyle:
    """How a state looks.

    Attributes:
        colour: BGR; white on it, and it on white, have a contrast of at least 4.5 (WCAG 2.2, 1.4.3).
        dash: lengths of line and gap in line widths, in turn; empty for a solid line.
        weight: line width relative to the thin line.
        rank: the lower, the earlier its labels get their places.
    """

    colour: Colour
    dash: tuple[float, ...]
    weight: float
    rank: int


STYLES: dict[OverlayState, StateStyle] = {
    OverlayState.SUSPECTED: StateStyle((9, 83, 180), (), 1.9, 0),
    OverlayState.INCONCLUSIVE: StateStyle((105, 85, 71), (6, 3.5), 1.4, 1),
    OverlayState.EXEMPT: StateStyle((217, 40, 109), (8, 3, 2, 3), 1.4, 2),
    OverlayState.INFO: StateStyle((216, 78, 29), (), 1.0, 3),
    OverlayState.PASS: StateStyle((61, 128, 21), (), 1.0, 4),
    OverlayState.NOT_ASSESSED: StateStyle((112, 98, 92), (1.5, 3), 1.2, 5),
}


def draw_path(
    image: Uint8Array,
    points_px: Float64Array,
    colour: Colour,
    width_px: int,
    *,
    dash: tuple[float, ...] = (),
    closed: bool = False,
    casing_px: int = 1,
) -> None:
    """Draw a line through points into a picture, in place, on a white casing that lifts it off any ground.

    Args:
        image: (H, W, 3) uint8, BGR, overwritten.
        points_px: (N, 2).
        colour: BGR.
        width_px: of the coloured line.
        dash: lengths of line and gap in line widths, in turn; empty for a solid line.
        closed: join the last point to the first.
        casing_px: white on either side; 0 for none.
    """
    points = points_px.clip(-_FAR_PX, _FAR_PX)
    if closed and len(points):
        points = np.concatenate([points, points[:1]])
    pieces = [points] if not dash else _dashes(points, [length * max(width_px, 2) for length in dash])
    fixed = [np.round(piece * (1 << _SUBPIXEL_BITS)).astype(np.int32).reshape(-1, 1, 2) for piece in pieces]
    if casing_px:
        whole = np.round(points * (1 << _SUBPIXEL_BITS)).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(image, [whole], False, WHITE, width_px + 2 * casing_px, cv2.LINE_AA, _SUBPIXEL_BITS)
    cv2.polylines(image, fixed, False, colour, width_px, cv2.LINE_AA, _SUBPIXEL_BITS)


def _dashes(points: Float64Array, pattern_px: list[float]) -> list[Float64Array]:
    """Cut a line through (N, 2) points into the drawn parts of a dash pattern, each (2, 2)."""
    pieces: list[Float64Array] = []
    phase, left = 0, pattern_px[0]
    for begin, end in pairwise(points):
        length = float(np.hypot(*(end - begin)))
        done = 0.0
        while done < length:
            step = min(left, length - done)
            if phase % 2 == 0:
                pieces.append(begin + (end - begin) * np.array([[done], [done + step]]) / length)
            done, left = done + step, left - step
            if left <= 0:
                phase = (phase + 1) % len(pattern_px)
                left = pattern_px[phase]
    return pieces


def fill_area(image: Uint8Array, polygon_px: Float64Array, colour: Colour, opacity: float) -> None:
    """Tint an area of a picture, in place.

    Args:
        image: (H, W, 3) uint8, BGR, overwritten.
        polygon_px: (N, 2).
        colour: BGR.
        opacity: 0 to 1.
    """
    points = np.round(polygon_px.clip(-_FAR_PX, _FAR_PX)).astype(np.int32)
    height, width = image.shape[:2]
    left, top = points.min(axis=0).clip(0, (width, height))
    right, bottom = (points.max(axis=0) + 1).clip(0, (width, height))
    if left >= right or top >= bottom:
        return
    region = image[top:bottom, left:right]
    tinted = region.copy()
    cv2.fillPoly(tinted, [points - (left, top)], colour, cv2.LINE_AA)
    cv2.addWeighted(tinted, opacity, region, 1 - opacity, 0, dst=region)


# Icons in a unit square, as strokes through points; drawn in white on a plate of the state's colour.
_ICONS: dict[OverlayState, list[list[tuple[float, float]]]] = {
    OverlayState.PASS: [[(0.22, 0.54), (0.42, 0.74), (0.80, 0.28)]],
    OverlayState.SUSPECTED: [[(0.30, 0.84), (0.30, 0.16), (0.78, 0.34), (0.30, 0.54)]],
    OverlayState.INCONCLUSIVE: [
        [
            (0.32, 0.34),
            (0.36, 0.22),
            (0.50, 0.17),
            (0.64, 0.22),
            (0.68, 0.34),
            (0.62, 0.45),
            (0.51, 0.52),
            (0.50, 0.63),
        ],
        [(0.50, 0.79), (0.50, 0.80)],
    ],
    OverlayState.NOT_ASSESSED: [[(0.24, 0.50), (0.76, 0.50)]],
    OverlayState.EXEMPT: [
        [(0.28, 0.16), (0.60, 0.16), (0.74, 0.30), (0.74, 0.84), (0.28, 0.84), (0.28, 0.16)],
        [(0.40, 0.46), (0.62, 0.46)],
        [(0.40, 0.64), (0.62, 0.64)],
    ],
    OverlayState.INFO: [[(0.50, 0.44), (0.50, 0.80)], [(0.50, 0.22), (0.50, 0.23)]],
}


def draw_icon(image: Uint8Array, state: OverlayState, left_top: tuple[int, int], side_px: int) -> None:
    """Draw a state's icon into a picture, in place, white on a plate of the state's colour."""
    left, top = left_top
    cv2.rectangle(image, (left, top), (left + side_px - 1, top + side_px - 1), STYLES[state].colour, cv2.FILLED)
    for stroke in _ICONS[state]:
        points = np.array(stroke) * (side_px - 1) + (left, top)
        draw_path(image, points, WHITE, max(1, round(side_px / 9)), casing_px=0)
