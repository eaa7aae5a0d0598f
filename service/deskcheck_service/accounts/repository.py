"""Queries on people, sessions and tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session, selectinload

from deskcheck_service.accounts.rights import Scope
from deskcheck_service.tables import ApiToken, Area, Centre, Role, User, UserRole, UserSession


def user_by_name(session: Session, name: str) -> User | None:
    """Return the account of a log-in name with its roles; upper and lower case are the same."""
    return session.scalar(select(User).where(User.name == name.lower()).options(selectinload(User.roles)))


def user_by_id(session: Session, user_id: int) -> User | None:
    """Return an account with its roles."""
    return session.scalar(select(User).where(User.id == user_id).options(selectinload(User.roles)))


def all_users(session: Session) -> list[User]:
    """Return every account with its roles, by name."""
    return list(session.scalars(select(User).order_by(User.name).options(selectinload(User.roles))))


def user_of_session(session: Session, sha256: str, now: datetime) -> tuple[User, UserSession] | None:
    """Return the active person of a live browser session."""
    query = (
        select(User, UserSession)
        .join(UserSession, UserSession.user_id == User.id)
        .where(UserSession.token_sha256 == sha256, UserSession.expires_at > now, User.active)
        .options(selectinload(User.roles))
    )
    row = session.execute(query).one_or_none()
    return (row[0], row[1]) if row is not None else None


def user_of_token(session: Session, sha256: str, now: datetime) -> User | None:
    """Return the active person of a live API token."""
    query = (
        select(User)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_sha256 == sha256, ApiToken.expires_at > now, ApiToken.revoked_at.is_(None), User.active)
        .options(selectinload(User.roles))
    )
    return session.scalar(query)


def end_session(session: Session, session_id: int) -> None:
    """Delete one browser session."""
    session.execute(delete(UserSession).where(UserSession.id == session_id))


def end_sessions_of(session: Session, user_id: int, except_id: int | None = None) -> None:
    """Delete a person's browser sessions, all or all but one."""
    query = delete(UserSession).where(UserSession.user_id == user_id)
    if except_id is not None:
        query = query.where(UserSession.id != except_id)
    session.execute(query)


def end_old_sessions(session: Session, now: datetime) -> None:
    """Delete the browser sessions that have run out."""
    session.execute(delete(UserSession).where(UserSession.expires_at <= now))


def session_end(session: Session, session_id: int) -> datetime | None:
    """Return when a browser session ends."""
    return session.scalar(select(UserSession.expires_at).where(UserSession.id == session_id))


def tokens_of(session: Session, user_id: int) -> list[ApiToken]:
    """Return a person's tokens, newest first."""
    return list(session.scalars(select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc())))


def token_by_id(session: Session, token_id: int) -> ApiToken | None:
    """Return a token."""
    return session.get(ApiToken, token_id)


def other_administrators(session: Session, user_id: int) -> int:
    """Return how many active administrators of everything there are besides one person."""
    query = (
        select(func.count(User.id.distinct()))
        .join(UserRole, UserRole.user_id == User.id)
        .where(
            User.active,
            User.id != user_id,
            UserRole.role == Role.ADMINISTRATOR,
            UserRole.centre_id.is_(None),
            UserRole.area_id.is_(None),
        )
    )
    return session.scalar(query) or 0


def lock_accounts(session: Session) -> None:
    """Let no other transaction change roles until this one ends (PostgreSQL; SQLite has one writer anyway)."""
    session.execute(select(UserRole.id).where(UserRole.role == Role.ADMINISTRATOR).with_for_update())


def places_exist(session: Session, centre_ids: set[int], area_ids: set[int]) -> bool:
    """True if every centre and every area exists."""
    centres = session.scalar(select(func.count(Centre.id)).where(Centre.id.in_(centre_ids))) if centre_ids else 0
    areas = session.scalar(select(func.count(Area.id)).where(Area.id.in_(area_ids))) if area_ids else 0
    return centres == len(centre_ids) and areas == len(area_ids)


def first_time_zone(session: Session, scope: Scope) -> str | None:
    """Return the time zone of the first centre by code that a scope reaches any part of; None where it reaches none."""
    query = select(Centre.time_zone).order_by(Centre.code).limit(1)
    if not scope.everything:
        of_areas = select(Area.centre_id).where(Area.id.in_(sorted(scope.area_ids)))
        query = query.where(or_(Centre.id.in_(sorted(scope.centre_ids)), Centre.id.in_(of_areas)))
    return session.scalar(query)
