"""Check with a photo: choose a window, take the picture, tap the desk's corners, see the result."""

from __future__ import annotations

from typing import Annotated

from deskcheck_vision.errors import DeskcheckError
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.captures import browse
from deskcheck_service.captures import service as captures
from deskcheck_service.dependencies import App
from deskcheck_service.error_responses import status_of
from deskcheck_service.layouts import service as layouts
from deskcheck_service.layouts.schemas import WindowOut
from deskcheck_service.pages.access import Trouble, go, needs, trouble_of
from deskcheck_service.pages.form_errors import NoPhotoError
from deskcheck_service.pages.i18n import mark, page_language, translate
from deskcheck_service.pages.render import address, page
from deskcheck_service.pages.today import tile_of
from deskcheck_service.schemas import Code, LanguageCode
from deskcheck_service.services import Services
from deskcheck_service.uploads import read_upload

router = APIRouter()
Uploader = Annotated[Principal, needs("check_photo")]

_RECENT = 4
_RECENT_LOOK = 40

SCRIPT_TEXTS = {
    "corner_label": mark("Corner {n}, at {x} px from the left and {y} px from the top; arrow keys move it"),
    "corners_left": mark("{n} of 4 corners"),
    "corners_done": mark("All four corners are set"),
    "corners_too_few": mark("Tap all four corners of the desk."),
    "corners_on_a_line": mark("The four points lie on one line. Tap the four corners of the desk."),
    "corners_not_a_quadrilateral": mark("Two corners are the same or the outline has a dent. Move them apart."),
    "corners_too_small": mark("The desk is too small in this picture. Step closer and take it again."),
    "hint_dark": mark("The picture looks too dark. Turn on a light, or take it again."),
    "hint_blurred": mark("The picture looks blurred. Hold still and take it again."),
    "hint_glare": mark("There is strong glare. Change the angle a little and take it again."),
    "hint_good": mark("The picture looks clear."),
    "no_preview": mark("This browser cannot show this kind of picture, but it can be sent as it is."),
    "sending": mark("Sending: {percent} %"),
    "judging": mark("Sent. Checking the desk..."),
    "send_failed": mark("It could not be sent. Your photo is still here: check the connection and send it again."),
}


def script_texts(language: LanguageCode) -> dict[str, str]:
    """Return the words that the page's script shows."""
    return {name: translate(message, language) for name, message in SCRIPT_TEXTS.items()}


def matching(windows: list[WindowOut], wanted: str) -> list[WindowOut]:
    """Return the windows whose code, name, area or person contains all the words looked for."""
    words = wanted.casefold().split()
    return [window for window in windows if all(word in _haystack(window) for word in words)]


def _haystack(window: WindowOut) -> str:
    area = window.area_name
    parts = (window.code, window.name_zh, window.name_en, window.responsible, area.zh, area.en)
    return " ".join(parts).casefold()


def _recent(services: Services, principal: Principal, windows: list[WindowOut]) -> list[WindowOut]:
    """Return the windows that this person checked last, newest first."""
    with services.database.reading() as session:
        found = browse.list_judgements(session, principal, browse.HistoryFilter(), _RECENT_LOOK)
    mine = [one.window_code for one in found.items if one.uploader is not None and one.uploader.id == principal.user_id]
    order = list(dict.fromkeys(mine))[:_RECENT]
    by_code = {window.code: window for window in windows}
    return [by_code[code] for code in order if code in by_code]


@router.get("/check", name="page_check")
def check_page(
    request: Request,
    principal: Uploader,
    services: App,
    window: Annotated[Code | None, Query()] = None,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Show the windows to choose from or, with one chosen, the camera."""
    if window is not None:
        return _form(request, services, principal, window, None, 200)
    with services.database.reading() as session:
        windows = layouts.list_windows(session, principal)
    recent = [] if q.strip() else _recent(services, principal, windows)
    view = {
        "q": q,
        "recent": [tile_of(one) for one in recent],
        "tiles": [tile_of(one) for one in matching(windows, q)],
        "any_window": bool(windows),
    }
    return page(request, "check_choose.html", view, here="check")


def _form(
    request: Request, services: Services, principal: Principal, code: str, trouble: Trouble | None, status: int
) -> Response:
    with services.database.reading() as session:
        detail = layouts.window_detail(session, principal, code)
    view = {
        "window": detail.window,
        "views": detail.views,
        "has_layout": detail.layout is not None,
        "trouble": trouble,
        "texts": script_texts(page_language(request)),
    }
    return page(request, "check.html", view, here="check", status=status)


@router.post("/check/{window}", name="page_send_photo")
async def send_photo(request: Request, window: Code, principal: Uploader, services: App) -> Response:
    """Judge a photo and go on to its judgement; troubles come back beside the form."""
    try:
        upload = await read_upload(request)
        if not upload.photo:
            raise NoPhotoError
        checked = await run_in_threadpool(captures.check_photo, services, principal, window, upload)
    except DeskcheckError as error:
        status, trouble = status_of(error), trouble_of(request, error)
        if status in {401, 403, 404}:
            raise
        return await run_in_threadpool(_form, request, services, principal, window, trouble, status)
    return go(address(f"/judgements/{checked.judgement.id}", fresh="new" if checked.created else "again"))
