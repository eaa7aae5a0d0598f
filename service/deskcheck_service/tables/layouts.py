"""Versions of a window's layout: the file's text, immutable, and who drew up and approved it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deskcheck_service.tables.accounts import User
from deskcheck_service.tables.base import Base, BigInt, Key, UtcDateTime, text_enum
from deskcheck_service.tables.places import Window


class LayoutState(StrEnum):
    """Where a layout version stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"


class LayoutVersion(Base):
    """One version. The text is the layout file itself, so that a judgement can always be repeated from it."""

    __tablename__ = "layout_version"
    __table_args__ = (
        UniqueConstraint("window_id", "version"),
        # At most one approved layout per window, held by the database itself.
        Index(
            "uq_layout_version_approved",
            "window_id",
            unique=True,
            sqlite_where=text("state = 'approved'"),
            postgresql_where=text("state = 'approved'"),
        ),
    )

    id: Mapped[Key]
    window_id: Mapped[int] = mapped_column(BigInt, ForeignKey("window.id"))
    version: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    taxonomy_version: Mapped[str] = mapped_column(String(16))
    state: Mapped[LayoutState] = mapped_column(text_enum(LayoutState, "state"))
    author_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approver_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The masked still that the version was drawn on: becomes the reference picture of its view with the approval.
    reference_view: Mapped[str | None] = mapped_column(String(200))
    reference_sha256: Mapped[str | None] = mapped_column(String(64))
    # The version, mostly of another window, whose content it took over.
    copied_from_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("layout_version.id"))

    window: Mapped[Window] = relationship(lazy="raise")
    author: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[author_id])
    approver: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[approver_id])
    copied_from: Mapped[LayoutVersion | None] = relationship(lazy="raise", remote_side="LayoutVersion.id")


class LayoutDraft(Base):
    """What people are drawing up at the moment, at most one a window; it may be unfinished and wrong.

    ``document`` is JSON text, since nobody asks the database about its parts: it becomes columns of nothing before it
    is submitted as a layout file. ``revision`` counts the savings, so that nobody overwrites what they have not seen.
    """

    __tablename__ = "layout_draft"

    window_id: Mapped[int] = mapped_column(BigInt, ForeignKey("window.id"), primary_key=True, autoincrement=False)
    document: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer)
    base_version: Mapped[int | None] = mapped_column(Integer)
    author_id: Mapped[int] = mapped_column(BigInt, ForeignKey("user_account.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    author: Mapped[User] = relationship(lazy="raise")
