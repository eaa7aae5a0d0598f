"""Sheets of position stickers for windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.errors import NotFoundError, RequestError
from deskcheck_service.layouts import repository
from deskcheck_service.tables import Window

if TYPE_CHECKING:
    from deskcheck_vision.errors import Language


def sheet_of(session: Session, principal: Principal, code: str, language: Language) -> bytes:
    """Return the PDF of a window's stickers.

    Raises:
        NotFoundError: there is no such window, or it is outside the person's areas.
        RequestError: there are more windows than stickers can tell apart.
    """
    window = repository.window(session, code)
    if window is None or not principal.scope().reaches(window.area.centre_id, window.area_id):
        raise NotFoundError(what=f"window {code}")
    return _pdf([window], language)


def sheets(session: Session, codes: list[str], language: Language) -> bytes:
    """Return one PDF with a page for each window, whoever asks.

    Raises:
        NotFoundError: there is no window of one of the codes.
        RequestError: there are more windows than stickers can tell apart.
    """
    windows = []
    for code in codes:
        window = repository.window(session, code)
        if window is None:
            raise NotFoundError(what=f"window {code}")
        windows.append(window)
    return _pdf(windows, language)


def _pdf(windows: list[Window], language: Language) -> bytes:
    from deskcheck_vision.markers import LARGEST_DESK_NUMBER
    from deskcheck_vision.sticker_sheet import StickerSet, sticker_pdf

    for window in windows:
        if window.id > LARGEST_DESK_NUMBER:
            most = LARGEST_DESK_NUMBER + 1
            raise RequestError(problem=f"{window.code}: 定位贴至多 {most} 个窗口 / stickers for at most {most} windows")
    chinese = language == "zh"
    return sticker_pdf(
        [StickerSet(window.id, window.code, window.name_zh if chinese else window.name_en) for window in windows],
        language,
    )
