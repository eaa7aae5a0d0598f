"""Words of the pages through gettext catalogues: Chinese by default, English by choice."""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from fastapi import Request
from starlette.responses import Response

from deskcheck_service.dependencies import LANGUAGE_COOKIE, language_of
from deskcheck_service.schemas import LanguageCode

DOMAIN = "deskcheck"
LOCALES_FOLDER = Path(__file__).resolve().parent.parent / "locales"
LANGUAGES: tuple[LanguageCode, ...] = ("zh", "en")
_A_YEAR_S = 365 * 24 * 3600


def mark(message: str) -> str:
    """Mark a message for extraction without translating it yet."""
    return message


def _stale(compiled: Path, source: Path) -> bool:
    return not compiled.exists() or (source.exists() and source.stat().st_mtime > compiled.stat().st_mtime)


@cache
def catalogue(language: LanguageCode) -> gettext.GNUTranslations:
    """Return the compiled catalogue of a language; in a source tree a newer .po is read directly."""
    folder = LOCALES_FOLDER / language / "LC_MESSAGES"
    compiled, source = folder / f"{DOMAIN}.mo", folder / f"{DOMAIN}.po"
    if not _stale(compiled, source):
        with compiled.open("rb") as binary:
            return gettext.GNUTranslations(binary)
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    buffer = BytesIO()
    with source.open("rb") as text:
        write_mo(buffer, read_po(text))
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)


def translate(message: str, language: LanguageCode) -> str:
    """Return a marked message in a language."""
    return catalogue(language).gettext(message)


def page_language(request: Request) -> LanguageCode:
    """Return the language of a page: the person's own, else this device's, else the installation's default."""
    return "en" if language_of(request) == "en" else "zh"


def remember_language(response: Response, language: LanguageCode, *, secure: bool) -> None:
    """Keep the language on this device for a year."""
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=_A_YEAR_S, httponly=True, samesite="lax", secure=secure)
