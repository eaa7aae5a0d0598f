"""Errors as pages: one sentence, its code, the next step and a way out; a missing log-in leads to the log-in."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from deskcheck_service.errors import ForbiddenError
from deskcheck_service.pages.assets import AssetsMissingError
from deskcheck_service.pages.i18n import mark, page_language, translate
from deskcheck_service.pages.render import page
from deskcheck_service.pages.states import ROLE_WORDS
from deskcheck_service.schemas import ErrorDetail, LanguageCode

_PICTURES = {403: "lock", 404: "missing", 503: "broken", 500: "broken"}


def render_error_page(request: Request, detail: ErrorDetail, status: int) -> Response:
    """Return the answer to a page request that failed.

    Args:
        request: the request.
        detail: the error in the one shape that the API uses too.
        status: HTTP status.
    """
    if status == 401 and request.method == "GET":
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return _to_log_in(request, target)
    if status == 401:
        return _to_log_in(request, "/")
    language = page_language(request)
    view = {
        "sentence": _with_role_words(detail.message_zh if language == "zh" else detail.message_en, detail, language),
        "next_step": detail.next_step,
        "code": detail.code,
        "request_id": detail.request_id if status >= 500 else "",
        "picture": _PICTURES.get(status, "warning"),
        "way_out_url": "/",
        "way_out_word": mark("Back to today"),
    }
    try:
        answer = page(request, "error.html", view, status=status)
    except AssetsMissingError as missing:
        return PlainTextResponse(f"{missing.sentence(language)} {missing.next_step(language)}\n", status_code=503)
    if "hx-request" in request.headers:
        # The part that was asked for does not exist here: the whole content makes room for the error.
        answer.headers.update({"HX-Retarget": "#main", "HX-Reswap": "innerHTML", "HX-Reselect": "#main > *"})
    return answer


def _with_role_words(sentence: str, detail: ErrorDetail, language: LanguageCode) -> str:
    """Name roles as people call them, where the API names their codes."""
    if detail.code == ForbiddenError.code:
        for role, word in ROLE_WORDS.items():
            sentence = sentence.replace(role.value, translate(word, language))
    return sentence


def _to_log_in(request: Request, target: str) -> Response:
    address = f"/login?{urlencode({'next': target})}" if target != "/" else "/login"
    if "hx-request" in request.headers:
        # A part would otherwise receive the log-in page in its place.
        return HTMLResponse("", status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)
