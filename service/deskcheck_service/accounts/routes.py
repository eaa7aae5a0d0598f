"""Routes of log-in, people, tokens and the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from deskcheck_service.accounts import people, service
from deskcheck_service.accounts.schemas import (
    AuditPage,
    LogIn,
    Me,
    MeChange,
    PasswordChange,
    TokenMade,
    TokenNew,
    TokenOut,
    UserChange,
    UserNew,
    UserOut,
)
from deskcheck_service.dependencies import (
    App,
    CurrentUser,
    Reading,
    Writing,
    clear_session_cookie,
    client_address,
    set_session_cookie,
)
from deskcheck_service.schemas import Identifier

router = APIRouter(tags=["accounts"])


@router.post("/session")
def log_in(body: LogIn, request: Request, response: Response, services: App, session: Writing) -> Me:
    """Log in; the answer sets the session cookie and names the CSRF token for unsafe requests."""
    logged_in = service.log_in(session, services.settings, body, client_address(request), request.state.request_id)
    set_session_cookie(response, request, services.settings, logged_in)
    return logged_in.me


@router.delete("/session", status_code=204)
def log_out(response: Response, principal: CurrentUser, session: Writing) -> None:
    """Log out."""
    service.log_out(session, principal)
    clear_session_cookie(response)


@router.get("/me")
def me(principal: CurrentUser, session: Reading) -> Me:
    """Return the person who asks."""
    return service.me(session, principal)


@router.patch("/me")
def change_me(body: MeChange, principal: CurrentUser, session: Writing) -> Me:
    """Choose one's language."""
    return service.change_me(session, principal, body)


@router.post("/me/password", status_code=204)
def change_password(body: PasswordChange, principal: CurrentUser, session: Writing) -> None:
    """Set a new password for oneself."""
    service.change_password(session, principal, body)


@router.get("/me/tokens")
def list_tokens(principal: CurrentUser, session: Reading) -> list[TokenOut]:
    """List one's own API tokens."""
    return service.list_tokens(session, principal)


@router.post("/me/tokens", status_code=201)
def make_token(body: TokenNew, principal: CurrentUser, services: App, session: Writing) -> TokenMade:
    """Make an API token; its secret is shown this once."""
    return service.make_token(session, services.settings, principal, body)


@router.delete("/me/tokens/{token_id}", status_code=204)
def revoke_token(token_id: Identifier, principal: CurrentUser, session: Writing) -> None:
    """End an API token of one's own."""
    service.revoke_token(session, principal, token_id)


@router.get("/users")
def list_users(session: Reading) -> list[UserOut]:
    """List all accounts."""
    return people.list_users(session)


@router.post("/users", status_code=201)
def add_user(body: UserNew, principal: CurrentUser, session: Writing) -> UserOut:
    """Add an account."""
    return people.add_user(session, principal, body)


@router.patch("/users/{user_id}")
def change_user(user_id: Identifier, body: UserChange, principal: CurrentUser, session: Writing) -> UserOut:
    """Change an account: name shown, roles, password, on or off."""
    return people.change_user(session, principal, user_id, body)


@router.get("/audit")
def list_audit(session: Reading, after: Annotated[str | None, Query(max_length=20)] = None) -> AuditPage:
    """Read the audit log, newest first."""
    return people.list_audit(session, after)
