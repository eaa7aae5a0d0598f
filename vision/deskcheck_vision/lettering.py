"""Text with Chinese characters in pictures, on machines that have no Chinese font of their own.

Pillow's FreeType binding rather than OpenCV's FontFace: the latter takes a missing file silently and then draws no
Chinese at all.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.errors import FontMissingError

FONT_PATH = Path(__file__).resolve().parent / "_fonts" / "NotoSansSC-Regular.ttf"


class Lettering:
    """One font in one size.

    Args:
        size_px: height of a Chinese character in px.
        path: a TrueType or OpenType file.

    Raises:
        FontMissingError: there is no readable font there.
    """

    def __init__(self, size_px: int, path: Path = FONT_PATH) -> None:
        self._font = _load(path, size_px)
        # The font's own line is half as high again as its letters: room for Vietnamese accents, not needed here.
        self.height_px = math.ceil(size_px * 1.28)
        self.size_px = size_px

    def width_px(self, text: str) -> int:
        """Return the width of a text in px."""
        return int(np.ceil(self._font.getlength(text)))

    def covers(self, text: str) -> bool:
        """Tell whether the font has a glyph for every character."""
        missing = bytes(self._font.getmask("\U0010ffff"))
        return all(character.isspace() or bytes(self._font.getmask(character)) != missing for character in text)

    def shortened(self, text: str, width_px: int) -> str:
        """Return the text, cut with an ellipsis where it is wider than that; empty where not one letter fits."""
        if self.width_px(text) <= width_px:
            return text
        for end in range(len(text) - 1, 0, -1):
            if self.width_px(text[:end].rstrip() + "…") <= width_px:
                return text[:end].rstrip() + "…"
        return ""

    def coverage(self, text: str, margin_px: int = 0) -> Uint8Array:
        """Return how much of each px a text covers, (height_px + 2 margin, width + 2 margin) uint8."""
        canvas = Image.new("L", (self.width_px(text) + 2 * margin_px, self.height_px + 2 * margin_px))
        at = (margin_px, margin_px + self.size_px)  # the baseline: g and brackets hang 0.22 below it
        ImageDraw.Draw(canvas).text(at, text, font=self._font, fill=255, anchor="ls")
        return np.asarray(canvas, np.uint8)

    def write(
        self, image: Uint8Array, text: str, left_top: tuple[int, int], colour: tuple[int, int, int], halo_px: int = 0
    ) -> None:
        """Write a text into a picture, in place; what lies outside is cut off.

        Args:
            image: (H, W, 3) uint8, BGR, overwritten.
            text: one line.
            left_top: corner of the text in px.
            colour: BGR.
            halo_px: width of a white halo that keeps the text readable on any ground.
        """
        if not text:
            return
        cover = self.coverage(text, halo_px)
        left, top = left_top[0] - halo_px, left_top[1] - halo_px
        if halo_px:
            kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * halo_px + 1, 2 * halo_px + 1))
            _blend(image, np.asarray(cv2.dilate(cover, kernel), np.uint8), (left, top), (255, 255, 255))
        _blend(image, cover, (left, top), colour)


@lru_cache(maxsize=32)
def _load(path: Path, size_px: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(path, size_px)
    except OSError as exc:
        raise FontMissingError(path=path) from exc


def _blend(image: Uint8Array, cover: Uint8Array, left_top: tuple[int, int], colour: tuple[int, int, int]) -> None:
    left, top = left_top
    x, y = max(left, 0), max(top, 0)
    right, bottom = min(left + cover.shape[1], image.shape[1]), min(top + cover.shape[0], image.shape[0])
    if x >= right or y >= bottom:
        return
    alpha = cover[y - top : bottom - top, x - left : right - left, None].astype(np.uint16)
    region = image[y:bottom, x:right]
    region[...] = (region * (255 - alpha) + np.array(colour, np.uint16) * alpha + 127) // 255
