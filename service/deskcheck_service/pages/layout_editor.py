"""The layout editor: the page that carries it; everything it does goes over the API."""

from __future__ import annotations

from typing import Annotated

from deskcheck_calibration.rules.parameters import PARAMETERS
from deskcheck_vision.taxonomy import CLASSES
from fastapi import APIRouter, Request
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.dependencies import App
from deskcheck_service.layouts import service
from deskcheck_service.layouts.desk_type_schemas import DeskTypeOut
from deskcheck_service.layouts.desk_types import list_desk_types
from deskcheck_service.layouts.schemas import WindowOut
from deskcheck_service.layouts.trial_rows import LAST
from deskcheck_service.pages.access import needs
from deskcheck_service.pages.desk_map import AROUND_WORDS, SURFACE_WORDS
from deskcheck_service.pages.editor_texts import editor_texts
from deskcheck_service.pages.i18n import mark, page_language, translate
from deskcheck_service.pages.render import page
from deskcheck_service.schemas import Code, LanguageCode

router = APIRouter()

CORNER_WORDS = (mark("outer left"), mark("outer right"), mark("inner right"), mark("inner left"))
ICONS = (
    "warning",
    "dismiss",
    "copy",
    "turn-left",
    "turn-right",
    "delete",
    "plus",
    "stickers",
    "suspected",
    "inconclusive",
)


def _usual_tolerance_cm() -> float:
    """Return how far an item may stand from its zone where nothing else is said (V04, photos)."""
    return next(one.default for one in PARAMETERS["V04"] if one.name == "shift_photo_cm")


def editor_start(
    principal: Principal, window: WindowOut, language: LanguageCode, desk_types: list[DeskTypeOut]
) -> dict[str, object]:
    """Return what the script needs to begin: names in the person's language and the page's token."""
    classes = [
        {"id": one.id, "name": one.zh if language == "zh" else one.en, "size_cm": list(one.size_cm[:2])}
        for one in CLASSES
    ]
    return {
        "window": window.code,
        "user": principal.user_id,
        "csrf": principal.csrf_token or "",
        "language": language,
        "classes": classes,
        "desk_type_id": window.desk_type_id,
        "desk_types": [
            {
                "id": one.id,
                "name": one.name_zh if language == "zh" else one.name_en,
                "size_cm": [one.width_cm, one.depth_cm],
            }
            for one in desk_types
        ],
        "surfaces": {kind.value: translate(word, language) for kind, word in SURFACE_WORDS.items()},
        "around": {kind.value: translate(word, language) for kind, word in AROUND_WORDS.items()},
        "tolerance_cm": _usual_tolerance_cm(),
        "trial_pictures": LAST,
    }


@router.get("/windows/{code}/layouts/edit", name="page_layout_editor")
def editor_page(
    request: Request, code: Code, principal: Annotated[Principal, needs("save_draft")], services: App
) -> Response:
    """Show the editor of a window's layout."""
    with services.database.reading() as session:
        detail = service.window_detail(session, principal, code)
        desk_types = list_desk_types(session, principal, detail.window.centre_id)
    language = page_language(request)
    view = {
        "window": detail.window,
        "start": editor_start(principal, detail.window, language, desk_types),
        "texts": editor_texts(language),
        "corners": CORNER_WORDS,
        "icons": ICONS,
    }
    return page(request, "layout_editor.html", view, here="layouts")
