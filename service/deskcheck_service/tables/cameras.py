"""Fixed cameras, each picture's look at whether the camera still hangs where it hung, and what people have to do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deskcheck_service.tables.accounts import User
from deskcheck_service.tables.base import Base, BigInt, Key, UtcDateTime, text_enum
from deskcheck_service.tables.places import Centre


class CameraState(StrEnum):
    """Whether a camera's pictures are judged."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class LookState(StrEnum):
    """What one picture says of its camera against the reference still."""

    STEADY = "steady"
    DRIFTED = "drifted"
    MOVED = "moved"
    CANNOT_TELL = "cannot_tell"


class TaskReason(StrEnum):
    """Why a camera needs people."""

    CAMERA_MOVED = "camera_moved"


class TaskEnd(StrEnum):
    """How a recalibration task was closed."""

    HANGS_AS_BEFORE = "hangs_as_before"
    RECALIBRATED = "recalibrated"


class Camera(Base):
    """A fixed camera. Its code is unique in the installation and is what addresses name, as with windows.

    ``reference_sha256`` is the masked still that its pictures are held against. With ``watched_closely`` people have
    just said that all is well: the next picture that tells anything must agree. Pictures taken before ``counted_from``
    do not count towards a suspension.
    """

    __tablename__ = "camera"

    id: Mapped[Key]
    centre_id: Mapped[int] = mapped_column(BigInt, ForeignKey("centre.id"), index=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    state: Mapped[CameraState] = mapped_column(text_enum(CameraState, "state"))
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reference_sha256: Mapped[str | None] = mapped_column(String(64))
    reference_width_px: Mapped[int | None] = mapped_column(Integer)
    reference_height_px: Mapped[int | None] = mapped_column(Integer)
    watched_closely: Mapped[bool] = mapped_column(Boolean, default=False)
    counted_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    centre: Mapped[Centre] = relationship(lazy="raise")


class CameraLook(Base):
    """One picture of a camera held against its reference still; rows are only ever added.

    ``shift_share`` is the largest displacement in shares of the picture's width, ``sigma_share`` its deviation.
    ``picture_sha256`` is the masked picture. Measures are empty where the picture did not tell.
    """

    __tablename__ = "camera_look"
    __table_args__ = (
        # The same picture sent twice is one look; against another still it is another.
        UniqueConstraint("camera_id", "reference_sha256", "photo_sha256", name="uq_camera_look_same_photo"),
        Index("ix_camera_look_taken", "camera_id", "taken_at", "id"),
    )

    id: Mapped[Key]
    camera_id: Mapped[int] = mapped_column(BigInt, ForeignKey("camera.id"))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[LookState] = mapped_column(text_enum(LookState, "state"))
    suspended: Mapped[bool] = mapped_column(Boolean)
    roll_deg: Mapped[float | None] = mapped_column(Float)
    shift_share: Mapped[float | None] = mapped_column(Float)
    scale: Mapped[float | None] = mapped_column(Float)
    sigma_share: Mapped[float | None] = mapped_column(Float)
    photo_sha256: Mapped[str] = mapped_column(String(64))
    reference_sha256: Mapped[str] = mapped_column(String(64))
    picture_sha256: Mapped[str] = mapped_column(String(64))


class CameraTask(Base):
    """A camera that has to be looked after: with the still of before and the picture of after.

    ``moved_since`` is when the first picture came in that said so; stills from before it show what is no more.
    """

    __tablename__ = "camera_task"
    __table_args__ = (
        # At most one open task a camera, held by the database itself.
        Index(
            "uq_camera_task_open",
            "camera_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_camera_task_camera", "camera_id", "id"),
    )

    id: Mapped[Key]
    camera_id: Mapped[int] = mapped_column(BigInt, ForeignKey("camera.id"))
    reason: Mapped[TaskReason] = mapped_column(text_enum(TaskReason, "reason"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved_since: Mapped[datetime] = mapped_column(UtcDateTime)
    before_sha256: Mapped[str] = mapped_column(String(64))
    after_sha256: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("user_account.id"))
    how: Mapped[TaskEnd | None] = mapped_column(text_enum(TaskEnd, "how"))
    note: Mapped[str] = mapped_column(String(500), default="")

    camera: Mapped[Camera] = relationship(lazy="raise")
    closed_by: Mapped[User | None] = relationship(lazy="raise")
