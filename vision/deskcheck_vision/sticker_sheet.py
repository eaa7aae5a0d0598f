"""A4 sheets of position stickers, true to scale: a desk's four tags, where each belongs, a ruler to check the print."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.errors import Language
from deskcheck_vision.lettering import Lettering
from deskcheck_vision.markers import tag_ids, tag_image

STICKER_CM = 6.0
TAG_CM = 4.0
PAGE_MM = (210.0, 297.0)
DPI = 600
_PX_PER_MM = DPI / 25.4
_MARGIN_MM = 15.0
_RULER_MM = 100
_RULER_TOP_MM = 62.0
# Left and top of the stickers as the desk lies before the staff: the public's side is up.
_PLACES_MM = ((33.0, 96.0), (117.0, 96.0), (117.0, 196.0), (33.0, 196.0))
_CORNER_NAMES = (("外左", "outer left"), ("外右", "outer right"), ("内右", "inner right"), ("内左", "inner left"))
_INK = 0


@dataclass(frozen=True, slots=True)
class StickerSet:
    """The stickers of one window.

    Attributes:
        number: the desk's, see ``markers``.
        code: the window's, such as "A03".
        name: the window's, for people; may be empty.
    """

    number: int
    code: str
    name: str = ""


def sticker_pdf(sets: Sequence[StickerSet], language: Language = "zh") -> bytes:
    """Return a PDF with one A4 page for each window.

    Raises:
        ValueError: no set, or a number that no tags exist for.
        FontMissingError: the installation lacks its font.
    """
    if not sets:
        raise ValueError("at least one window is needed")
    pages = [Image.fromarray(sticker_page(one, language)).convert("1", dither=Image.Dither.NONE) for one in sets]
    file = io.BytesIO()
    about = {"title": ", ".join(one.code for one in sets), "producer": "deskcheck"}
    pages[0].save(file, "PDF", resolution=DPI, save_all=True, append_images=pages[1:], **about)
    return file.getvalue()


def sticker_page(stickers: StickerSet, language: Language = "zh") -> Uint8Array:
    """Return a page, (H, W) uint8 at ``DPI``, black on white."""
    width, height = (round(side * _PX_PER_MM) for side in PAGE_MM)
    page = np.full((height, width), 255, np.uint8)
    _heading(page, stickers, language)
    _ruler(page, language)
    for corner, (place, tag_id) in enumerate(zip(_PLACES_MM, tag_ids(stickers.number), strict=True)):
        _sticker(page, place, corner, tag_id, stickers.code)
    _desk(page, language)
    footer = f"deskcheck · {stickers.code} · {stickers.number} · {' '.join(map(str, tag_ids(stickers.number)))}"
    _text(page, footer, (_MARGIN_MM, PAGE_MM[1] - 14), 3.0)
    return page


def _heading(page: Uint8Array, stickers: StickerSet, language: Language) -> None:
    zh = language == "zh"
    title = f"定位贴　{stickers.code}" if zh else f"Position stickers  {stickers.code}"
    _text(page, f"{title}　{stickers.name}".rstrip(), (_MARGIN_MM, 14), 8.0)
    lines = (
        (
            "1. 按实际大小（100 %）打印，不要“适应页面”。",
            "2. 用尺量下面的标尺：必须正好 100 mm，否则不要使用。",
            "3. 沿虚线剪下，贴在台面四角：粗黑角对准台面的角，箭头朝向群众一侧。",
        )
        if zh
        else (
            '1. Print at actual size (100 %), not "fit to page".',
            "2. Lay a ruler on the scale below: exactly 100 mm, or do not use the sheet.",
            "3. Cut out and stick on: bold corner on the desk's corner, arrow to the public.",
        )
    )
    for number, line in enumerate(lines):
        _text(page, line, (_MARGIN_MM, 28 + 8 * number), 4.6)


def _ruler(page: Uint8Array, language: Language) -> None:
    """Ticks every mm, longer ones every 5 and 10, lines 0.2 mm wide with their middle on the mark."""
    for mark in range(_RULER_MM + 1):
        length = 8.0 if mark % 10 == 0 else 5.5 if mark % 5 == 0 else 3.5
        _line(page, (_MARGIN_MM + mark, _RULER_TOP_MM), (_MARGIN_MM + mark, _RULER_TOP_MM + length), 0.2)
        if mark % 10 == 0:
            _text(page, str(mark), (_MARGIN_MM + mark, _RULER_TOP_MM + 8.5), 3.2, centred=True)
    _line(page, (_MARGIN_MM, _RULER_TOP_MM), (_MARGIN_MM + _RULER_MM, _RULER_TOP_MM), 0.2)
    _text(page, "mm", (_MARGIN_MM + _RULER_MM + 4, _RULER_TOP_MM + 8.5), 3.2)


def _sticker(page: Uint8Array, place: tuple[float, float], corner: int, tag_id: int, code: str) -> None:
    left, top = place
    side, tag = 10 * STICKER_CM, 10 * TAG_CM
    right, bottom = left + side, top + side
    outline = [(left, top), (right, top), (right, bottom), (left, bottom)]
    for start, end in zip(outline, [*outline[1:], outline[0]], strict=True):
        _dashes(page, start, end)
    inset = (side - tag) / 2
    _paste(page, tag_image(tag_id, 16), (left + inset, top + inset), tag)
    x, y = outline[corner]
    inwards = (1 if corner in (0, 3) else -1, 1 if corner in (0, 1) else -1)
    # The bold corner lies on the sticker, its outer edges on the cut, so that the cut sticker ends where the desk does.
    _box(page, (x, y), (x + inwards[0] * 14, y + inwards[1] * 1.2))
    _box(page, (x, y), (x + inwards[0] * 1.2, y + inwards[1] * 14))
    zh, en = _CORNER_NAMES[corner]
    _text(page, f"{code}  {zh} {en}", (left + side / 2, bottom - 4.6), 2.6, centred=True, room_mm=side - 4)
    _arrow(page, (left + side / 2, top + 4.6), 3.2)


def _desk(page: Uint8Array, language: Language) -> None:
    """A desk between the stickers that says which side is whose."""
    middle = PAGE_MM[0] / 2
    public, staff = ("↑ 群众一侧", "工作人员一侧 ↓") if language == "zh" else ("↑ public's side", "staff's side ↓")
    _text(page, public, (middle, 84), 5.0, centred=True)
    _text(page, staff, (middle, 263), 5.0, centred=True)


def _px(millimetres: float) -> int:
    return round(millimetres * _PX_PER_MM)


def _line(page: Uint8Array, start: tuple[float, float], end: tuple[float, float], width_mm: float) -> None:
    """An upright or level line as a filled box, so that it is as wide as it says."""
    half = width_mm / 2
    _box(
        page,
        (min(start[0], end[0]) - half, min(start[1], end[1]) - half),
        (max(start[0], end[0]) + half, max(start[1], end[1]) + half),
    )


def _box(page: Uint8Array, first: tuple[float, float], second: tuple[float, float]) -> None:
    (x0, x1), (y0, y1) = sorted((first[0], second[0])), sorted((first[1], second[1]))
    page[_px(y0) : _px(y1), _px(x0) : _px(x1)] = _INK


def _dashes(page: Uint8Array, start: tuple[float, float], end: tuple[float, float]) -> None:
    length = abs(end[0] - start[0]) + abs(end[1] - start[1])
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    for begin in np.arange(0.0, length, 3.0).tolist():
        stop = min(begin + 1.8, length)
        _line(
            page,
            (start[0] + along[0] * begin, start[1] + along[1] * begin),
            (start[0] + along[0] * stop, start[1] + along[1] * stop),
            0.15,
        )


def _arrow(page: Uint8Array, tip_middle: tuple[float, float], size: float) -> None:
    x, y = tip_middle
    corners = [(x, y - size / 2), (x + size, y + size / 2), (x - size, y + size / 2)]
    cv2.fillPoly(page, [np.array([[_px(a), _px(b)] for a, b in corners], np.int32)], _INK)


def _paste(page: Uint8Array, picture: Uint8Array, place: tuple[float, float], side_mm: float) -> None:
    x0, y0, x1, y1 = _px(place[0]), _px(place[1]), _px(place[0] + side_mm), _px(place[1] + side_mm)
    page[y0:y1, x0:x1] = cv2.resize(picture, (x1 - x0, y1 - y0), interpolation=cv2.INTER_NEAREST)


def _text(
    page: Uint8Array,
    text: str,
    place: tuple[float, float],
    size_mm: float,
    *,
    centred: bool = False,
    room_mm: float | None = None,
) -> None:
    """Write a line from, or around, a place; what has no room there ends in an ellipsis."""
    lettering = Lettering(_px(size_mm))
    free_mm = PAGE_MM[0] - _MARGIN_MM - place[0]
    room_mm = room_mm or (2 * free_mm if centred else free_mm)
    covered = lettering.coverage(lettering.shortened(text, _px(room_mm)))
    left = _px(place[0]) - (covered.shape[1] // 2 if centred else 0)
    top = _px(place[1])
    under = page[top : top + covered.shape[0], left : left + covered.shape[1]]
    np.minimum(under, 255 - covered[: under.shape[0], : under.shape[1]], out=under)
