"""Log-in, people, roles and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts import repository
from deskcheck_service.accounts.rights import Principal, RoleGrant, scope_of
from deskcheck_service.accounts.schemas import (
    Grant,
    LogIn,
    Me,
    MeChange,
    PasswordChange,
    TokenMade,
    TokenNew,
    TokenOut,
    UserOut,
)
from deskcheck_service.accounts.secrets import hash_password, new_token, password_fits, token_sha256
from deskcheck_service.accounts.throttle import Throttle
from deskcheck_service.errors import ExistsError, LogInError, NotFoundError, NotLoggedInError, RequestError
from deskcheck_service.settings import Settings
from deskcheck_service.tables import DEFAULT_TIME_ZONE, ApiToken, User, UserSession, utc_now


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A new browser session.

    Attributes:
        cookie_token: the secret for the cookie; kept nowhere else.
        expires_at: when it ends.
        me: the person.
    """

    cookie_token: str
    expires_at: datetime
    me: Me


def user_out(user: User) -> UserOut:
    """Return the shape of an account whose roles are loaded."""
    return UserOut.model_validate(
        {
            "id": user.id,
            "name": user.name,
            "display_name": user.display_name,
            "language": user.language,
            "active": user.active,
            "roles": [Grant(role=r.role, centre_id=r.centre_id, area_id=r.area_id) for r in user.roles],
        }
    )


def _principal(session: Session, user: User, row: UserSession | None, address: str, request_id: str) -> Principal:
    grants = tuple(RoleGrant(r.role, r.centre_id, r.area_id) for r in user.roles)
    return Principal(
        user_id=user.id,
        name=user.name,
        display_name=user.display_name,
        language=user.language,
        grants=grants,
        time_zone=repository.first_time_zone(session, scope_of(grants)) or DEFAULT_TIME_ZONE,
        session_id=row.id if row else None,
        csrf_token=row.csrf_token if row else None,
        address=address,
        request_id=request_id,
    )


def principal_of(
    session: Session, *, bearer: str | None, cookie: str | None, address: str = "", request_id: str = ""
) -> Principal | None:
    """Return the person behind an API token or a cookie; a token, where there is one, is what counts."""
    now = utc_now()
    if bearer is not None:
        user = repository.user_of_token(session, token_sha256(bearer), now)
        return _principal(session, user, None, address, request_id) if user else None
    if not cookie:
        return None
    found = repository.user_of_session(session, token_sha256(cookie), now)
    return _principal(session, found[0], found[1], address, request_id) if found else None


def log_in(session: Session, settings: Settings, body: LogIn, address: str, request_id: str = "") -> LoggedIn:
    """Open a browser session.

    Raises:
        LogInError: name or password is wrong, or the account is switched off; the failure is counted.
        LogInHeldError: too many failures of late.
    """
    now = utc_now()
    name = body.name.strip().lower()
    throttle = Throttle(session, settings, name, address, now)
    throttle.check()
    user = repository.user_by_name(session, name)
    fits = password_fits(body.password, user.password_hash if user and user.active else None)
    if user is None or not fits:
        throttle.failed()
        raise LogInError
    throttle.succeeded()
    repository.end_old_sessions(session, now)
    token = new_token()
    row = UserSession(
        user_id=user.id,
        token_sha256=token_sha256(token),
        csrf_token=new_token(),
        created_at=now,
        expires_at=now + timedelta(hours=settings.session_hours),
    )
    session.add(row)
    session.flush()
    audit.record(session, _principal(session, user, row, address, request_id), "session.open", "user", user.name)
    return LoggedIn(
        token, row.expires_at, Me(user=user_out(user), csrf_token=row.csrf_token, expires_at=row.expires_at)
    )


def log_out(session: Session, principal: Principal) -> None:
    """End the browser session of the request; a token has none and stays as it is."""
    if principal.session_id is not None:
        repository.end_session(session, principal.session_id)
        audit.record(session, principal, "session.close", "user", principal.name)


def _self(session: Session, principal: Principal) -> User:
    user = repository.user_by_id(session, principal.user_id)
    if user is None:
        raise NotLoggedInError
    return user


def me(session: Session, principal: Principal) -> Me:
    """Return the person who asks."""
    ends = repository.session_end(session, principal.session_id) if principal.session_id is not None else None
    return Me(user=user_out(_self(session, principal)), csrf_token=principal.csrf_token, expires_at=ends)


def change_me(session: Session, principal: Principal, body: MeChange) -> Me:
    """Set the person's language."""
    _self(session, principal).language = body.language
    session.flush()
    return me(session, principal)


def change_password(session: Session, principal: Principal, body: PasswordChange) -> None:
    """Set a new password; the person's other browser sessions end.

    Raises:
        RequestError: the old password is wrong.
    """
    user = _self(session, principal)
    if not password_fits(body.old_password, user.password_hash):
        raise RequestError(problem="old_password is wrong / 原密码不正确")
    user.password_hash = hash_password(body.new_password)
    repository.end_sessions_of(session, user.id, except_id=principal.session_id)
    audit.record(session, principal, "user.password", "user", user.name)


def _token_out(row: ApiToken) -> TokenOut:
    return TokenOut(
        id=row.id, name=row.name, created_at=row.created_at, expires_at=row.expires_at, revoked_at=row.revoked_at
    )


def list_tokens(session: Session, principal: Principal) -> list[TokenOut]:
    """Return the person's own tokens."""
    return [_token_out(row) for row in repository.tokens_of(session, principal.user_id)]


def make_token(session: Session, settings: Settings, principal: Principal, body: TokenNew) -> TokenMade:
    """Make a token for programs.

    Raises:
        ExistsError: the person has one of that name.
        RequestError: it would live longer than the installation allows.
    """
    if body.days > settings.token_days_max:
        raise RequestError(problem=f"days <= {settings.token_days_max}")
    if any(row.name == body.name for row in repository.tokens_of(session, principal.user_id)):
        raise ExistsError(what=body.name)
    secret, now = new_token(), utc_now()
    row = ApiToken(
        user_id=principal.user_id,
        name=body.name,
        token_sha256=token_sha256(secret),
        created_at=now,
        expires_at=now + timedelta(days=body.days),
    )
    session.add(row)
    session.flush()
    audit.record(session, principal, "token.make", "token", row.id, body.name)
    return TokenMade(token=_token_out(row), secret=secret)


def revoke_token(session: Session, principal: Principal, token_id: int) -> None:
    """End a token of one's own.

    Raises:
        NotFoundError: there is none of that number.
    """
    row = repository.token_by_id(session, token_id)
    if row is None or row.user_id != principal.user_id:
        raise NotFoundError(what=f"token {token_id}")
    if row.revoked_at is None:
        row.revoked_at = utc_now()
        audit.record(session, principal, "token.revoke", "token", row.id, row.name)
