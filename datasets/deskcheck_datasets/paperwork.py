"""Drawn paper: printed sheets, leaflets and sticky notes, since photographed ones are few and mostly crumpled.

All functions return (H, W, 4) uint8 BGRA seen straight from above, drawn from the generator alone.
"""

from __future__ import annotations

import cv2
import numpy as np
from deskcheck_vision.detections import Uint8Array

_PX_PER_CM = 14.0


def _blank(width_cm: float, height_cm: float, colour_bgr: tuple[int, int, int]) -> Uint8Array:
    sheet = np.empty((round(height_cm * _PX_PER_CM), round(width_cm * _PX_PER_CM), 4), np.uint8)
    sheet[..., :3] = colour_bgr
    sheet[..., 3] = 255
    return sheet


def _text_block(sheet: Uint8Array, rng: np.random.Generator, box: tuple[int, int, int, int], line_px: int) -> None:
    """Fill a box (left, top, right, bottom) with rows of dark strokes that read as print from afar."""
    left, top, right, bottom = box
    ink = int(rng.integers(40, 170))
    for y in range(top, bottom - line_px, line_px):
        if rng.random() < 0.12:
            continue
        x, end = left, right if rng.random() < 0.8 else int(left + (right - left) * rng.uniform(0.2, 0.9))
        while x < end:
            width = int(rng.integers(2, max(3, line_px)))
            if rng.random() < 0.93:
                cv2.rectangle(sheet, (x, y), (min(x + width, end), y + max(1, line_px // 2)), (ink, ink, ink, 255), -1)
            x += width + int(rng.integers(1, 4))


def _table(sheet: Uint8Array, rng: np.random.Generator, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    for x in np.linspace(left, right, int(rng.integers(3, 8))).astype(int):
        cv2.line(sheet, (int(x), top), (int(x), bottom), (60, 60, 60, 255), 1)
    for y in np.linspace(top, bottom, int(rng.integers(4, 14))).astype(int):
        cv2.line(sheet, (left, int(y)), (right, int(y)), (60, 60, 60, 255), 1)


def _seal(sheet: Uint8Array, rng: np.random.Generator) -> None:
    """Draw a round red seal, as official papers carry."""
    height, width = sheet.shape[:2]
    centre = (int(width * rng.uniform(0.5, 0.85)), int(height * rng.uniform(0.6, 0.9)))
    radius = round(2.0 * _PX_PER_CM)
    red = (40, 30, int(rng.integers(170, 230)), 255)
    cv2.circle(sheet, centre, radius, red, 2, cv2.LINE_AA)
    cv2.drawMarker(sheet, centre, red, cv2.MARKER_STAR, radius, 2)


def printed_sheet(rng: np.random.Generator) -> Uint8Array:
    """Draw an A4 or A5 sheet with text, a table, a heading or a seal; now and then blank."""
    tall = rng.random() < 0.8
    short_cm, long_cm = (21.0, 29.7) if rng.random() < 0.75 else (14.8, 21.0)
    white = int(rng.integers(222, 256))
    tint = rng.integers(-10, 4, size=3)
    colour = tuple(int(v) for v in np.clip(white + tint, 0, 255))
    sheet = _blank(*((short_cm, long_cm) if tall else (long_cm, short_cm)), (colour[0], colour[1], colour[2]))
    height, width = sheet.shape[:2]
    margin = int(width * rng.uniform(0.06, 0.14))
    if rng.random() < 0.08:
        return sheet
    line_px = int(rng.integers(5, 11))
    heading = int(height * 0.08)
    _text_block(sheet, rng, (width // 4, heading // 2, width * 3 // 4, heading + line_px * 2), line_px + 4)
    split = int(height * rng.uniform(0.3, 0.95))
    _text_block(sheet, rng, (margin, heading + line_px * 3, width - margin, split), line_px)
    if split < height * 0.75:
        _table(sheet, rng, (margin, split, width - margin, int(height * rng.uniform(split / height + 0.1, 0.97))))
    if rng.random() < 0.25:
        _seal(sheet, rng)
    return sheet


def _colour(rng: np.random.Generator, saturation: tuple[int, int], value: tuple[int, int]) -> tuple[int, int, int]:
    hsv = np.array([[[rng.integers(0, 180), rng.integers(*saturation), rng.integers(*value)]]], np.uint8)
    blue, green, red = cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)[0, 0].tolist()
    return int(blue), int(green), int(red)


def leaflet(rng: np.random.Generator, picture: Uint8Array) -> Uint8Array:
    """Draw a leaflet: a coloured cover with a picture, a heading and text, folded or single.

    Args:
        rng: the generator.
        picture: (H, W, 3) uint8 BGR printed on the cover.
    """
    folds = int(rng.choice([1, 1, 2, 3]))
    sheet = _blank(10.0 * folds if folds > 1 else 14.8, 21.0, _colour(rng, (20, 220), (150, 255)))
    height, width = sheet.shape[:2]
    panel = width // folds
    for index in range(folds):
        left = index * panel
        if rng.random() < 0.7:
            sheet[:, left : left + panel, :3] = _colour(rng, (10, 240), (140, 255))
        if rng.random() < 0.75:
            top, tall = int(height * rng.uniform(0, 0.5)), int(height * rng.uniform(0.25, 0.5))
            sheet[top : top + tall, left : left + panel, :3] = cv2.resize(picture, (panel, tall))
        band = int(height * rng.uniform(0.02, 0.5))
        _text_block(sheet, rng, (left + 12, band, left + panel - 12, band + 40), 18)
        if rng.random() < 0.8:
            low = int(height * rng.uniform(0.5, 0.75))
            _text_block(sheet, rng, (left + 12, low, left + panel - 12, height - 12), 8)
        if index:
            cv2.line(sheet, (left, 0), (left, height), (90, 90, 90, 255), 1)
    return sheet


def sticky_note(rng: np.random.Generator) -> Uint8Array:
    """Draw a 7.6 cm coloured note, scribbled on or empty, its lower part a little darker where it curls."""
    sheet = _blank(7.6, 7.6, _colour(rng, (60, 190), (200, 255)))
    height, width = sheet.shape[:2]
    shade = np.linspace(1.0, rng.uniform(0.8, 1.0), height)[:, None, None]
    sheet[..., :3] = (sheet[..., :3] * shade).astype(np.uint8)
    for row in range(int(rng.integers(0, 5))):
        steps = int(rng.integers(4, 12))
        x = np.linspace(10, width * rng.uniform(0.5, 0.92), steps)
        y = 18 + row * 20 + rng.uniform(-5, 5, steps)
        points = np.stack([x, y], axis=1).astype(np.int32)
        cv2.polylines(sheet, [points], False, (60, 30, 30, 255), 2, cv2.LINE_AA)
    return sheet
