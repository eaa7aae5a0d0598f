"""Puts the pages into the application."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from deskcheck_service.dependencies import check_csrf
from deskcheck_service.pages import (
    account,
    camera_health,
    camera_source,
    cameras,
    check,
    desk_types,
    judgements,
    layout_copies,
    layout_editor,
    layouts,
    outside_systems,
    problems,
    review,
    rounds,
    schedules,
    today,
    today_map,
    users,
    windows,
    work_calendar,
)
from deskcheck_service.pages.assets import STATIC_FOLDER, STATIC_URL
from deskcheck_service.pages.error_page import render_error_page

_A_YEAR = "public, max-age=31536000, immutable"


class _HashedFiles(StaticFiles):
    """Static files whose names carry a hash of their content may be kept for ever."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_kept(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message)["Cache-Control"] = _A_YEAR
            await send(message)

        await super().__call__(scope, receive, send_kept)


def install(app: FastAPI) -> None:
    """Add routes, static files and the error page."""
    # Only files are compressed, never pages: a page carries a token, and compression would let others guess at it.
    files = GZipMiddleware(_HashedFiles(directory=STATIC_FOLDER, check_dir=False), minimum_size=500)
    app.mount(STATIC_URL, files, name="static")
    app.state.render_error_page = render_error_page
    # Words before numbers: /layouts/waiting is no layout's number.
    like = (desk_types, layout_copies)
    audits, told = (rounds, schedules, work_calendar), (problems, outside_systems)
    fixed = (camera_health, cameras, camera_source)
    places = (windows, *fixed, *audits, layout_editor, *like, layouts)
    modules = (account, today, today_map, check, judgements, review, *places, *told, users)
    for module in modules:
        # check_csrf asks for the person too, so every page knows who looks at it.
        app.include_router(module.router, dependencies=[Depends(check_csrf)], include_in_schema=False)
