"""The font inside the report has the glyphs that were asked for, drawn like the original's, and no others."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
from deskcheck_models.report_font import font_uri
from deskcheck_vision.lettering import FONT_PATH
from PIL import Image, ImageDraw, ImageFont


def _drawn(font: ImageFont.FreeTypeFont, text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    image = Image.new("L", (200, 60))
    ImageDraw.Draw(image).text((4, 4), text, font=font, fill=255)
    return np.asarray(image, np.uint8)


def test_the_glyphs_asked_for_look_the_same_and_the_others_are_gone() -> None:
    head, _, body = font_uri("水杯 cup é").partition(",")
    assert head == "data:font/woff;base64"
    woff = base64.b64decode(body)
    assert len(woff) < 100_000 < FONT_PATH.stat().st_size
    small, whole = ImageFont.truetype(io.BytesIO(woff), 30), ImageFont.truetype(str(FONT_PATH), 30)
    for text in "水杯cé":  # one by one: pairs are moved together by a table that a page does without
        # FreeType's hinting takes its measures from letters that are gone, so edges may differ by part of a pixel.
        assert np.corrcoef(_drawn(small, text).ravel(), _drawn(whole, text).ravel())[0, 1] > 0.98
        assert small.getlength(text) == whole.getlength(text)
    assert not _drawn(small, "键").any()
    assert _drawn(whole, "键").any()


def test_without_a_font_there_is_none(tmp_path: Path) -> None:
    assert font_uri("水杯", tmp_path / "absent.ttf") == ""
