"""A window's page: its desk to scale, its layout, its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from deskcheck_service.captures import service as captures
from deskcheck_service.dependencies import CurrentUser, Reading
from deskcheck_service.layouts import service as layouts
from deskcheck_service.layouts.routes import sheet_response
from deskcheck_service.layouts.schemas import WindowOut
from deskcheck_service.layouts.stickers import sheet_of
from deskcheck_service.pages.desk_map import desk_map_of_text
from deskcheck_service.pages.i18n import page_language
from deskcheck_service.pages.judgements import history_row
from deskcheck_service.pages.problem_rows import open_rows
from deskcheck_service.pages.render import address, may, page
from deskcheck_service.pages.today import counted, tile_of
from deskcheck_service.schemas import Code

router = APIRouter()
_PROBLEMS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The windows before and after in route order."""

    before: WindowOut | None
    after: WindowOut | None


def neighbours(windows: list[WindowOut], code: str) -> Neighbours:
    """Return the windows around one, in route order."""
    codes = [window.code for window in windows]
    at = codes.index(code)
    return Neighbours(windows[at - 1] if at > 0 else None, windows[at + 1] if at + 1 < len(windows) else None)


@router.get("/windows/{code}/stickers.pdf", name="page_stickers")
def stickers(request: Request, code: Code, principal: CurrentUser, session: Reading) -> Response:
    """Show the window's sheet of position stickers."""
    return sheet_response(sheet_of(session, principal, code, page_language(request)), code)


@router.get("/windows/{code}", name="page_window")
def window_page(
    request: Request,
    code: Code,
    principal: CurrentUser,
    session: Reading,
    after: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """Show a window."""
    detail = layouts.window_detail(session, principal, code)
    found = captures.window_history(session, principal, code, after)
    language = page_language(request)
    drawn = desk_map_of_text(detail.layout.text, detail.last_items, language) if detail.layout else None
    view = {
        "detail": detail,
        "window": detail.window,
        "tile": tile_of(detail.window),
        "map": drawn,
        "rows": [history_row(one) for one in found.items],
        "older_url": address(f"/windows/{code}", after=found.next) if found.next else "",
        "newest_url": f"/windows/{code}" if after else "",
        "around": neighbours(layouts.list_windows(session, principal), code),
        "problems": open_rows(session, principal, code, _PROBLEMS_SHOWN),
        "open_count": counted(detail.open_findings, 1000),
        "may_check": may(principal, "check_photo"),
        "may_review": may(principal, "review_finding"),
        "may_layout": may(principal, "add_layout"),
    }
    return page(request, "window.html", view, here="today")
