"""Shapes of log-in, people, roles, tokens and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from deskcheck_service.schemas import Identifier, LanguageCode, Name, Schema
from deskcheck_service.tables import Role

UserName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]*$")]
Password = Annotated[str, Field(min_length=10, max_length=200)]


class LogIn(Schema):
    """Name and password."""

    name: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$")]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class Grant(Schema):
    """A role for one area, one centre or (both empty) everything."""

    role: Role
    centre_id: Identifier | None = None
    area_id: Identifier | None = None


class UserOut(Schema):
    """A person."""

    id: int
    name: str
    display_name: str
    language: LanguageCode | None
    active: bool
    roles: list[Grant]


class Me(Schema):
    """The person who asks, with what their cookie session needs; programs get no CSRF token."""

    user: UserOut
    csrf_token: str | None
    expires_at: datetime | None


class MeChange(Schema):
    """What a person may change about themselves."""

    language: LanguageCode | None


class PasswordChange(Schema):
    """The old and the new password."""

    old_password: Annotated[str, Field(min_length=1, max_length=200)]
    new_password: Password


class UserNew(Schema):
    """A new person."""

    name: UserName
    display_name: Name
    password: Password
    language: LanguageCode | None = None
    roles: Annotated[list[Grant], Field(max_length=200, default_factory=list)]


class UserChange(Schema):
    """What an administrator may change; a field left out stays."""

    display_name: Name | None = None
    active: bool | None = None
    password: Password | None = None
    roles: Annotated[list[Grant], Field(max_length=200)] | None = None


class TokenNew(Schema):
    """A token to be made."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
    days: Annotated[int, Field(ge=1, le=3650)] = 90


class TokenOut(Schema):
    """A token, without its secret."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class TokenMade(Schema):
    """A new token; its secret is shown this once and kept nowhere."""

    token: TokenOut
    secret: str


class AuditOut(Schema):
    """One entry of the audit log."""

    id: int
    at: datetime
    actor_name: str
    action: str
    subject_kind: str
    subject: str
    detail: str
    address: str
    request_id: str


class AuditPage(Schema):
    """Entries, newest first; ``next`` continues."""

    items: list[AuditOut]
    next: str | None
