"""Log-in, log-out, the language switch and a person's own page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from deskcheck_service.accounts import service
from deskcheck_service.accounts.schemas import LogIn, Me, MeChange, PasswordChange
from deskcheck_service.dependencies import (
    App,
    CurrentUser,
    OptionalUser,
    Reading,
    clear_session_cookie,
    client_address,
    set_session_cookie,
)
from deskcheck_service.errors import RequestError, ServiceError
from deskcheck_service.pages.access import go, safe_next, trouble_of
from deskcheck_service.pages.form_errors import EmptyLogInError, NewPasswordError, OldPasswordError
from deskcheck_service.pages.i18n import mark, remember_language
from deskcheck_service.pages.render import page
from deskcheck_service.pages.states import ROLE_WORDS
from deskcheck_service.schemas import LanguageCode

router = APIRouter()

Target = Annotated[str, Query(max_length=2000)]
TargetField = Annotated[str, Form(max_length=2000)]


@router.get("/login", name="page_log_in")
def log_in_page(request: Request, principal: OptionalUser, next: Target = "/", out: Target = "") -> Response:
    """Show the log-in."""
    if principal is not None:
        return go(next)
    view = {"next": safe_next(next), "name": "", "trouble": None, "logged_out": bool(out)}
    return page(request, "login.html", view)


@router.post("/login", name="page_log_in_now")
def log_in(
    request: Request,
    services: App,
    name: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    next: TargetField = "/",
) -> Response:
    """Log in and go on to where the person wanted to be."""
    try:
        if not name.strip() or not password:
            raise EmptyLogInError
        # The transaction ends here and not with the request: a counted failure is kept, then shown on the form.
        with services.database.writing() as session:
            address = client_address(request)
            body = LogIn(name=name.strip(), password=password)
            logged_in = service.log_in(session, services.settings, body, address, request.state.request_id)
    except ServiceError as error:
        status = 429 if "retry_after_s" in error.facts else 401
        view = {"next": safe_next(next), "name": name, "trouble": trouble_of(request, error), "logged_out": False}
        return page(request, "login.html", view, status=status)
    response = go(next)
    set_session_cookie(response, request, services.settings, logged_in)
    return response


@router.post("/logout", name="page_log_out")
def log_out(principal: CurrentUser, services: App) -> Response:
    """Log out."""
    with services.database.writing() as session:
        service.log_out(session, principal)
    response = go("/login?out=1")
    clear_session_cookie(response)
    return response


@router.post("/language", name="page_language")
def choose_language(
    request: Request,
    principal: OptionalUser,
    services: App,
    language: Annotated[LanguageCode, Form()],
    next: TargetField = "/",
) -> Response:
    """Keep the language on this device and, for a person who is logged in, in their account."""
    if principal is not None:
        with services.database.writing() as session:
            service.change_me(session, principal, MeChange(language=language))
    response = go(next)
    remember_language(response, language, secure=request.url.scheme == "https")
    return response


def _me_view(me: Me, **more: object) -> dict[str, object]:
    roles = [{"word": ROLE_WORDS[grant.role], "everywhere": _everywhere(grant)} for grant in me.user.roles]
    return {"me": me, "roles": roles, "trouble": None, "done": "", **more}


def _everywhere(grant: object) -> bool:
    return getattr(grant, "centre_id", None) is None and getattr(grant, "area_id", None) is None


@router.get("/me", name="page_me")
def me_page(request: Request, principal: CurrentUser, session: Reading, done: Target = "") -> Response:
    """Show who is logged in, the language and the password form."""
    words = mark("The new password is set. Other devices have been logged out.") if done == "password" else ""
    return page(request, "me.html", _me_view(service.me(session, principal), done=words), here="me")


@router.post("/me/password", name="page_password")
def change_password(
    request: Request,
    principal: CurrentUser,
    services: App,
    old_password: Annotated[str, Form(max_length=200)] = "",
    new_password: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Set a new password for oneself."""
    try:
        body = PasswordChange(old_password=old_password, new_password=new_password)
    except ValueError:
        error: ServiceError = NewPasswordError()
    else:
        try:
            with services.database.writing() as session:
                service.change_password(session, principal, body)
            return go("/me?done=password")
        except RequestError:
            error = OldPasswordError()
    with services.database.reading() as session:
        me = service.me(session, principal)
    return page(request, "me.html", _me_view(me, trouble=trouble_of(request, error)), here="me", status=422)
