"""Who may see which page, where to go after log-in, and troubles shown beside a form."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from deskcheck_vision.errors import DeskcheckError
from fastapi import Depends, Request
from starlette.responses import RedirectResponse

from deskcheck_service.accounts.rights import Principal, authorise
from deskcheck_service.dependencies import CurrentUser
from deskcheck_service.pages.i18n import page_language


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, in the person's language, to stand beside the form it happened in.

    Attributes:
        code: stable code.
        sentence: what is wrong.
        next_step: what to do; may be empty.
    """

    code: str
    sentence: str
    next_step: str


def trouble_of(request: Request, error: DeskcheckError) -> Trouble:
    """Return an error in the page's language."""
    language = page_language(request)
    return Trouble(error.code, error.sentence(language), error.next_step(language))


def needs(route: str) -> Any:
    """Return a dependency that lets those through who may use that API route, and names the person.

    Args:
        route: a name of the rights table.
    """

    async def allowed(principal: CurrentUser) -> Principal:
        authorise(principal, route)
        return principal

    check: Callable[..., Coroutine[Any, Any, Principal]] = allowed
    return Depends(check)


def safe_next(target: str) -> str:
    """Return an address on this site to go on to: "/" for anything that could lead elsewhere."""
    if not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    return "/" if any(ord(letter) < 0x20 or letter == "\\" for letter in target) else target


def go(target: str) -> RedirectResponse:
    """Send the browser on with GET, so that reloading repeats nothing."""
    return RedirectResponse(safe_next(target), status_code=303)
