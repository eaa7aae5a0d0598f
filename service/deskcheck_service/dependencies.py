"""What routes and pages ask for: the services, a session, the person, the language.

``Reading`` and ``Writing`` end with the FUNCTION, not with the response: the commit has happened, or failed,
before the first byte of the answer is sent.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Annotated, cast

from fastapi import Depends, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from deskcheck_service.accounts.rights import PUBLIC, Principal, authorise
from deskcheck_service.accounts.service import LoggedIn, principal_of
from deskcheck_service.errors import CsrfError, NotLoggedInError
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.uploads import form_field

SESSION_COOKIE = "deskcheck_session"
LANGUAGE_COOKIE = "deskcheck_language"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf_token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def get_services(request: Request) -> Services:
    """Return what ``create_app`` built."""
    return cast(Services, request.app.state.services)


App = Annotated[Services, Depends(get_services)]


def _reading(services: App) -> Iterator[Session]:
    with services.database.reading() as session:
        yield session


def _writing(services: App) -> Iterator[Session]:
    with services.database.writing() as session:
        yield session


Reading = Annotated[Session, Depends(_reading, scope="function")]
Writing = Annotated[Session, Depends(_writing, scope="function")]


def client_address(request: Request) -> str:
    """Return the caller's network address; behind a proxy, uvicorn's ``--forwarded-allow-ips`` sets it."""
    return request.client.host if request.client else ""


def set_session_cookie(response: Response, request: Request, settings: Settings, logged_in: LoggedIn) -> None:
    """Put the session's secret into an HttpOnly cookie that no other site's page can make the browser send."""
    secure = settings.cookie_secure if settings.cookie_secure is not None else request.url.scheme == "https"
    response.set_cookie(
        SESSION_COOKIE,
        logged_in.cookie_token,
        max_age=int(settings.session_hours * 3600),
        httponly=True,
        secure=secure,
        samesite="lax",
        path="/",
    )


def clear_session_cookie(response: Response) -> None:
    """Make the browser forget the session."""
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")


def _find_principal(request: Request) -> Principal | None:
    header = request.headers.get("authorization", "")
    scheme, _, bearer = header.partition(" ")
    cookie = request.cookies.get(SESSION_COOKIE)
    if scheme.lower() != "bearer" and not cookie:
        return None
    services = get_services(request)
    with services.database.reading() as session:
        return principal_of(
            session,
            bearer=bearer.strip() if scheme.lower() == "bearer" else None,
            cookie=cookie,
            address=client_address(request),
            request_id=request.state.request_id,
        )


async def optional_user(request: Request) -> Principal | None:
    """Return the person who asks, None if nobody is logged in; looked up once a request."""
    if not hasattr(request.state, "principal"):
        request.state.principal = await run_in_threadpool(_find_principal, request)
    return cast("Principal | None", request.state.principal)


OptionalUser = Annotated[Principal | None, Depends(optional_user)]


async def current_user(principal: OptionalUser) -> Principal:
    """Return the person who asks.

    Raises:
        NotLoggedInError: nobody is logged in.
    """
    if principal is None:
        raise NotLoggedInError
    return principal


CurrentUser = Annotated[Principal, Depends(current_user)]


async def check_csrf(request: Request, principal: OptionalUser) -> None:
    """Refuse an unsafe request that another site's page may have sent in the person's name.

    Raises:
        CsrfError: it comes from another site, or the session's token is missing or wrong.
    """
    if request.method in _SAFE:
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise CsrfError
    if principal is None or principal.csrf_token is None:
        return
    submitted = request.headers.get(CSRF_HEADER) or await form_field(request, CSRF_FIELD)
    if not hmac.compare_digest(submitted.encode(), principal.csrf_token.encode()):
        raise CsrfError


async def guard(request: Request, principal: OptionalUser) -> None:
    """Guard of every route of the API: log-in, rights table, CSRF, in this order.

    Raises:
        NotLoggedInError: the route needs a person and there is none.
        ForbiddenError: the person's roles do not allow it.
        CsrfError: see ``check_csrf``.
    """
    route: str = request.scope["route"].name
    if route not in PUBLIC:
        if principal is None:
            raise NotLoggedInError
        authorise(principal, route)
    # A log-in needs no token of the session that it replaces.
    await check_csrf(request, None if route in PUBLIC else principal)


def language_of(request: Request) -> str:
    """Return "zh" or "en": the person's choice, else this device's, else the installation's.

    Programs may also ask by ``Accept-Language``. Pages do not follow it: halls share machines whose browsers
    speak whatever they came with.
    """
    principal = getattr(request.state, "principal", None)
    if principal is not None and principal.language:
        return str(principal.language)
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in {"zh", "en"}:
        return str(chosen)
    wished = request.headers.get("accept-language", "") if request.url.path.startswith("/api/") else ""
    for part in wished.split(","):
        tag = part.split(";")[0].strip().lower()
        for language in ("zh", "en"):
            if tag == language or tag.startswith(f"{language}-"):
                return language
    services = getattr(request.app.state, "services", None)
    return services.settings.default_language if services is not None else "zh"


Language = Annotated[str, Depends(language_of)]
