"""Decisions of people about findings. Nothing is overwritten: an undone decision stays, marked."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deskcheck_service.tables.accounts import User
from deskcheck_service.tables.base import Base, BigInt, Key, UtcDateTime, text_enum


class Decision(StrEnum):
    """What a reviewer decides."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    CANNOT_JUDGE = "cannot_judge"


class DismissReason(StrEnum):
    """Why a finding is dismissed; the review page offers them by digit."""

    NOT_THE_ITEM = "not_the_item"
    WRONG_PLACE = "wrong_place"
    ALLOWED_HERE = "allowed_here"
    IN_USE = "in_use"
    CLIENTS_PROPERTY = "clients_property"
    FIXED_ON_THE_SPOT = "fixed_on_the_spot"
    OTHER = "other"


class Review(Base):
    """One decision. ``version`` is the finding's version that it was made on: only one can be made on each."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("finding_id", "version"),)

    id: Mapped[Key]
    finding_id: Mapped[int] = mapped_column(BigInt, ForeignKey("finding.id"))
    version: Mapped[int] = mapped_column(Integer)
    decision: Mapped[Decision] = mapped_column(text_enum(Decision, "decision"))
    reason_code: Mapped[DismissReason | None] = mapped_column(text_enum(DismissReason, "reason_code"))
    note: Mapped[str] = mapped_column(String(1000), default="")
    reviewer_id: Mapped[int] = mapped_column(BigInt, ForeignKey("user_account.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    reviewer: Mapped[User] = relationship(lazy="raise")
