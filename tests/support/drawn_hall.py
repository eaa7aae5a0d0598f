"""A hall full of edges, drawn at random: what a fixed camera sees, and the same turned, darkened, covered."""

from __future__ import annotations

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array, Uint8Array

WH = (640, 360)


def drawn_hall(seed: int, wh: tuple[int, int] = WH, things: int = 160) -> Uint8Array:
    """(H, W, 3) uint8 BGR: boards, tiles, furniture, as rectangles of any grey on a slope of light."""
    rng = np.random.default_rng((18, seed))
    width, height = wh
    slope = np.linspace(90, 150, width)[None, :, None] + np.linspace(-20, 20, height)[:, None, None]
    picture = np.repeat(slope, 3, axis=2).astype(np.uint8)
    for _ in range(things):
        at = rng.uniform(0, 1, 2) * wh
        size = rng.uniform(0.02, 0.12, 2) * width
        corners = cv2.boxPoints((tuple(at.tolist()), tuple(size.tolist()), float(rng.uniform(0, 90))))
        shade = tuple(int(value) for value in rng.integers(20, 235, 3))
        cv2.fillPoly(picture, [np.round(corners).astype(np.int32)], shade, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.8), np.uint8)


def turning(wh: tuple[int, int], pan_deg: float, tilt_deg: float, roll_deg: float, focal: float = 0.9) -> Float64Array:
    """(3, 3) what a turn of the camera does to its picture, px to px; focal length as a share of the width."""
    width, height = wh
    matrix = np.array([[focal * width, 0, width / 2], [0, focal * width, height / 2], [0, 0, 1.0]])
    turn, _ = cv2.Rodrigues(np.radians([tilt_deg, pan_deg, roll_deg]))
    found: Float64Array = matrix @ turn @ np.linalg.inv(matrix)
    return found / found[2, 2]


def turned(image: Uint8Array, homography: Float64Array) -> Uint8Array:
    """A picture moved by a homography (3, 3) of px counted from its outer corner."""
    height, width = image.shape[:2]
    half = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1.0]])
    moved = cv2.warpPerspective(image, half @ homography @ np.linalg.inv(half), (width, height),
                                flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)  # fmt: skip
    return np.asarray(moved, np.uint8)
