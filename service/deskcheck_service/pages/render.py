"""Turns a template and a view into a page: one Jinja environment per language, logic-free templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.responses import HTMLResponse

from deskcheck_service.accounts.rights import Principal, needed_roles
from deskcheck_service.pages.assets import Assets
from deskcheck_service.pages.i18n import LANGUAGES, catalogue, mark, page_language
from deskcheck_service.pages.states import STATES, PageState
from deskcheck_service.schemas import LanguageCode, Text
from deskcheck_service.tables import DEFAULT_TIME_ZONE, Role

TEMPLATES_FOLDER = Path(__file__).resolve().parent / "templates"
HTMX_CONFIG = '{"includeIndicatorCSS": false, "history": "reload"}'
# The bar at the foot of a phone holds these many and "Me", where the others are found.
_PHONE_TABS = 4


@dataclass(frozen=True, slots=True)
class Tab:
    """One place of the main navigation.

    Attributes:
        name: what the page calls itself, for marking the current one.
        url: address.
        icon: icon name.
        word: message id.
    """

    name: str
    url: str
    icon: str
    word: str


def clock(moment: datetime | None, zone: str, own_zone: str | None = None) -> str:
    """Return a time as people write it: 2026-11-21 14:05; empty for none.

    Args:
        moment: the time.
        zone: IANA name of the zone of the centre that it belongs to.
        own_zone: the reader's zone; where clocks differ there, the time says by how much it differs from UTC.
    """
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone))
    text = local.strftime("%Y-%m-%d %H:%M")
    if own_zone is None or local.utcoffset() == moment.astimezone(ZoneInfo(own_zone)).utcoffset():
        return text
    offset = local.strftime("%z")
    return f"{text} UTC{offset[:3]}:{offset[3:5]}"


@pass_context
def _clock(context: Context, moment: datetime | None, zone: str | None = None) -> str:
    """Write a time in a centre's zone, else in the reader's."""
    own_zone: str = context.get("own_zone") or DEFAULT_TIME_ZONE
    return clock(moment, zone or own_zone, own_zone)


def number(value: float | None) -> str:
    """Return a measured number with one decimal, whole numbers without."""
    if value is None:
        return ""
    return f"{value:.0f}" if value == round(value) else f"{value:.1f}"


def address(path: str, **query: object) -> str:
    """Return a path with the query's non-empty values."""
    pairs = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(pairs)}" if pairs else path


@cache
def _environment(language: LanguageCode) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = catalogue(language)
    # Installed by the i18n extension above, which jinja2 does not declare on Environment.
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    assets = Assets()
    environment.filters.update(clock=_clock, number=number, words=lambda text: _in_language(text, language))
    environment.globals.update(
        language=language,
        languages=LANGUAGES,
        icon=assets.icon,
        script=assets.script,
        styles=assets.styles,
        address=address,
        states=STATES,
        htmx_config=HTMX_CONFIG,
        list_mark="、" if language == "zh" else ", ",
    )
    return environment


def _in_language(text: Text | None, language: LanguageCode) -> str:
    return "" if text is None else text.in_language(language)


def may(principal: Principal | None, route: str) -> bool:
    """Return whether a person's roles allow what an API route does; pages show only what is allowed."""
    if principal is None:
        return False
    needed = needed_roles(route)
    return not needed or principal.has(*needed)


def _tabs(principal: Principal | None) -> list[Tab]:
    if principal is None:
        return []
    tabs = [
        (True, Tab("today", "/", "today", mark("Today"))),
        (may(principal, "check_photo"), Tab("check", "/check", "camera", mark("Check"))),
        (may(principal, "review_finding"), Tab("review", "/review", "review", mark("Review"))),
        (True, Tab("history", "/judgements", "history", mark("History"))),
        (may(principal, "list_problems"), Tab("problems", "/problems", "suspected", mark("Problems"))),
        (may(principal, "list_rounds"), Tab("rounds", "/rounds", "rounds", mark("Rounds"))),
        (may(principal, "add_layout"), Tab("layouts", "/layouts", "layouts", mark("Layouts"))),
        (may(principal, "link_view"), Tab("cameras", "/cameras", "cctv", mark("Cameras"))),
        (principal.has(Role.ADMINISTRATOR), Tab("users", "/users", "users", mark("Users"))),
    ]
    return [tab for shown, tab in tabs if shown]


def page(
    request: Request,
    template: str,
    view: Mapping[str, Any] | None = None,
    *,
    here: str = "",
    status: int = 200,
) -> HTMLResponse:
    """Render a template for the person who asks.

    Args:
        request: the request; its state carries the person where one is logged in.
        template: file under templates/.
        view: what the template shows.
        here: name of the tab the page belongs to.
        status: HTTP status.
    """
    principal: Principal | None = getattr(request.state, "principal", None)
    language = page_language(request)
    tabs = _tabs(principal)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    markup = (
        _environment(language)
        .get_template(template)
        .render(
            person=principal,
            csrf_token=principal.csrf_token if principal is not None else "",
            tabs=tabs,
            more_tabs=tabs[_PHONE_TABS:],
            own_zone=principal.time_zone if principal is not None else DEFAULT_TIME_ZONE,
            here=here,
            here_url=target if request.method == "GET" else "/",
            **(view or {}),
        )
    )
    response = HTMLResponse(markup, status_code=status)
    # A page speaks to one person in one language: no shared cache may keep it.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = "zh-CN" if language == "zh" else "en"
    if "hx-request" in request.headers and request.method == "GET":
        response.headers["HX-Push-Url"] = target
    return response


def word_of(state: PageState, language: LanguageCode) -> str:
    """Return a state's word in a language."""
    return catalogue(language).gettext(state.word)
