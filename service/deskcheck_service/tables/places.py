"""Centre, responsibility area, window, and the places that pictures of a window are taken from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deskcheck_service.tables.base import Base, BigInt, Key, UtcDateTime

# Of a centre that names none; all of China keeps Beijing's time by law, and some of its west another by habit.
DEFAULT_TIME_ZONE = "Asia/Shanghai"


class Centre(Base):
    """A service hall. Its times are shown in its own zone."""

    __tablename__ = "centre"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    time_zone: Mapped[str] = mapped_column(String(64))


class Area(Base):
    """A responsibility area of a centre (D25)."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("centre_id", "code"),)

    id: Mapped[Key]
    centre_id: Mapped[int] = mapped_column(BigInt, ForeignKey("centre.id"))
    code: Mapped[str] = mapped_column(String(32))
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    responsible: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(Integer, default=0)

    centre: Mapped[Centre] = relationship(lazy="raise")


class DeskType(Base):
    """A kind of desk that several windows of a centre have; width along the outer edge, and depth."""

    __tablename__ = "desk_type"
    __table_args__ = (UniqueConstraint("centre_id", "code"),)

    id: Mapped[Key]
    centre_id: Mapped[int] = mapped_column(BigInt, ForeignKey("centre.id"))
    code: Mapped[str] = mapped_column(String(32))
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    width_cm: Mapped[float] = mapped_column(Float)
    depth_cm: Mapped[float] = mapped_column(Float)


class Window(Base):
    """A counter. Its code is unique in the installation and is what layouts and addresses name."""

    __tablename__ = "window"

    id: Mapped[Key]
    area_id: Mapped[int] = mapped_column(BigInt, ForeignKey("area.id"), index=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    responsible: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
    desk_type_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("desk_type.id"))

    area: Mapped[Area] = relationship(lazy="raise")


class View(Base):
    """A place of a camera or a usual place of a phone, with its reference picture and the desk's corners in it.

    Corners: outer-left, outer-right, inner-right, inner-left of the desk, px of the reference picture. A view without
    a camera is a usual place of a phone; a camera has at most one view of each of its windows. ``calibrated_at`` is
    when its reference picture came with an approved layout version.
    """

    __tablename__ = "view"
    __table_args__ = (UniqueConstraint("window_id", "name"), UniqueConstraint("camera_id", "window_id"))

    id: Mapped[Key]
    window_id: Mapped[int] = mapped_column(BigInt, ForeignKey("window.id"))
    name: Mapped[str] = mapped_column(String(200))
    width_px: Mapped[int] = mapped_column(Integer)
    height_px: Mapped[int] = mapped_column(Integer)
    outer_left_x_px: Mapped[float] = mapped_column(Float)
    outer_left_y_px: Mapped[float] = mapped_column(Float)
    outer_right_x_px: Mapped[float] = mapped_column(Float)
    outer_right_y_px: Mapped[float] = mapped_column(Float)
    inner_right_x_px: Mapped[float] = mapped_column(Float)
    inner_right_y_px: Mapped[float] = mapped_column(Float)
    inner_left_x_px: Mapped[float] = mapped_column(Float)
    inner_left_y_px: Mapped[float] = mapped_column(Float)
    focal_px: Mapped[float | None] = mapped_column(Float)
    # How its lens bends the picture (deskcheck_vision.lens); none for a straight one.
    bend: Mapped[float | None] = mapped_column(Float)
    reference_sha256: Mapped[str | None] = mapped_column(String(64))
    camera_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("camera.id"))
    calibrated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    window: Mapped[Window] = relationship(lazy="raise")
