"""Where a camera's frames come from, who allowed it, and what is wrong with a camera at present."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deskcheck_service.tables.base import Base, BigInt, Key, UtcDateTime, text_enum
from deskcheck_service.tables.cameras import Camera
from deskcheck_service.tables.places import View

_OPEN = text("ended_at IS NULL")


class SourceType(StrEnum):
    """How a camera is asked for frames."""

    RTSP = "rtsp"
    SNAPSHOT = "snapshot"
    ONVIF = "onvif"
    FILM = "film"
    FOLDER = "folder"


class CameraSource(Base):
    """A camera's address, without user or password: those are in ``secret``, encrypted, and nowhere else.

    The address of a film or a folder is a path below the configured media folder.
    """

    __tablename__ = "camera_source"

    camera_id: Mapped[int] = mapped_column(BigInt, ForeignKey("camera.id"), primary_key=True, autoincrement=False)
    kind: Mapped[SourceType] = mapped_column(text_enum(SourceType, "kind"))
    address: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str | None] = mapped_column(Text)
    width_px: Mapped[int | None] = mapped_column(Integer)
    height_px: Mapped[int | None] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Somebody else approves the views; none where the command line set it.
    set_by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("user_account.id"))

    camera: Mapped[Camera] = relationship(lazy="raise")


class ViewPermit(Base):
    """That a camera's view of a window may be audited: what for, on what legal basis, and who approved it.

    A view without one that has not ended is off.
    """

    __tablename__ = "view_permit"
    __table_args__ = (Index("uq_view_permit_open", "view_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),)

    id: Mapped[Key]
    view_id: Mapped[int] = mapped_column(BigInt, ForeignKey("view.id"))
    purpose: Mapped[str] = mapped_column(String(500))
    legal_basis: Mapped[str] = mapped_column(String(500))
    # The name stays what it was, whatever the account is called later; none where the command line approved.
    approved_by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("user_account.id"))
    approved_by: Mapped[str] = mapped_column(String(64))
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    view: Mapped[View] = relationship(lazy="raise")


class TroubleKind(StrEnum):
    """What keeps a camera's pictures from being judged; about the camera, never about a window."""

    UNREACHABLE = "unreachable"
    LOGIN_REFUSED = "login_refused"
    NOT_THERE = "not_there"
    NO_PICTURE = "no_picture"
    STALLED = "stalled"
    FROZEN = "frozen"
    CLOCK_WRONG = "clock_wrong"
    DARK = "dark"
    BLURRED = "blurred"
    COVERED = "covered"
    TURNED = "turned"


class CameraTrouble(Base):
    """One trouble of one camera, from the first picture or try that showed it to the first that did not."""

    __tablename__ = "camera_trouble"
    __table_args__ = (
        Index("uq_camera_trouble_open", "camera_id", "kind", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_camera_trouble_camera", "camera_id", "id"),
    )

    id: Mapped[Key]
    camera_id: Mapped[int] = mapped_column(BigInt, ForeignKey("camera.id"))
    kind: Mapped[TroubleKind] = mapped_column(text_enum(TroubleKind, "kind", closed=False))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_count: Mapped[int] = mapped_column(Integer, default=1)
    # Of the error, for people who look after cameras; never a URL or a secret.
    detail_zh: Mapped[str] = mapped_column(String(500), default="")
    detail_en: Mapped[str] = mapped_column(String(500), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    camera: Mapped[Camera] = relationship(lazy="raise")
