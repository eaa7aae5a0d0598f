"""People, their roles, log-ins and tokens."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deskcheck_service.tables.base import Base, BigInt, Key, UtcDateTime, text_enum


class Role(StrEnum):
    """What a person may do (DOMAIN section 7)."""

    INSPECTOR = "inspector"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class User(Base):
    """A person who logs in. The name is stored in lower case: "Li" and "li" are one account."""

    __tablename__ = "user_account"  # "user" is a reserved word in PostgreSQL

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(255))
    language: Mapped[str | None] = mapped_column(String(2))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    roles: Mapped[list[UserRole]] = relationship(lazy="raise", order_by="UserRole.id", cascade="all, delete-orphan")


class UserRole(Base):
    """A role of a person, for one area, for one centre, or (both empty) for the whole installation."""

    __tablename__ = "user_role"
    __table_args__ = (CheckConstraint("centre_id IS NULL OR area_id IS NULL", name="one_scope"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(BigInt, ForeignKey("user_account.id"), index=True)
    role: Mapped[Role] = mapped_column(text_enum(Role, "role"))
    centre_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("centre.id"))
    area_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("area.id"))


class UserSession(Base):
    """A log-in by browser. Only the hash of the cookie's token is kept."""

    __tablename__ = "user_session"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(BigInt, ForeignKey("user_account.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ApiToken(Base):
    """A token for programs: named, expiring, acting as its owner. Only its hash is kept."""

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(BigInt, ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(100))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LoginThrottle(Base):
    """Wrong passwords of late, per account and address or per address alone; the key is a hash of them."""

    __tablename__ = "login_throttle"

    key_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_failure_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
