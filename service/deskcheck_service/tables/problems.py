"""What is wrong at a window, over all the pictures that show it: one open row, however often it is seen."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Float, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deskcheck_service.tables.base import Base, BigInt, Key, UtcDateTime, text_enum
from deskcheck_service.tables.captures import FindingRow
from deskcheck_service.tables.places import Window

_OPEN = text("closed_at IS NULL")


class ProblemEnd(StrEnum):
    """How a problem was closed."""

    NO_LONGER_SEEN = "no_longer_seen"
    DISMISSED = "dismissed"


class Problem(Base):
    """The same deviation of a window, seen from ``first_seen`` to ``last_seen`` in ``seen_count`` judgements.

    Two findings are the same deviation where rule, item and place agree; empty texts stand for none. Of unlisted
    things, which have neither, the place is the spot where the first of them was seen. ``clean_looks`` are judgements
    in a row that saw its place and not the deviation, the last one at ``last_clean_at``. ``best_finding_id``: with the
    best picture, of ``best_score``. ``standing_id``: the finding that people decide for all of its sightings.
    ``quiet_until``: of a dismissed one, until when the same deviation opens no other. ``earlier_id``: the one before.
    """

    __tablename__ = "problem"
    __table_args__ = (
        Index(
            "uq_problem_open", "window_id", "rule", "item", "place",
            unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index("ix_problem_area", "area_id", "closed_at", "last_seen", "id"),
        Index("ix_problem_window", "window_id", "id"),
        Index("ix_problem_key", "window_id", "rule", "item", "place", "closed_at"),
        Index("ix_problem_ended", "ended_by", "last_seen", "id"),
        Index("ix_problem_closed", "window_id", "closed_at"),
    )  # fmt: skip

    id: Mapped[Key]
    window_id: Mapped[int] = mapped_column(BigInt, ForeignKey("window.id"))
    area_id: Mapped[int] = mapped_column(BigInt, ForeignKey("area.id"))
    centre_id: Mapped[int] = mapped_column(BigInt, ForeignKey("centre.id"))
    rule: Mapped[str] = mapped_column(String(8))
    item: Mapped[str] = mapped_column(String(64), default="")
    place: Mapped[str] = mapped_column(String(100), default="")
    first_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_count: Mapped[int] = mapped_column(Integer, default=1)
    clean_looks: Mapped[int] = mapped_column(Integer, default=0)
    best_finding_id: Mapped[int] = mapped_column(BigInt, ForeignKey("finding.id"))
    best_score: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")
    standing_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("finding.id"), index=True)
    earlier_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("problem.id"))
    last_clean_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    quiet_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Where it was seen last, desk cm; None where nothing has a place.
    x_cm: Mapped[float | None] = mapped_column(Float)
    y_cm: Mapped[float | None] = mapped_column(Float)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[ProblemEnd | None] = mapped_column(text_enum(ProblemEnd, "ended_by"))

    window: Mapped[Window] = relationship(lazy="raise")
    best_finding: Mapped[FindingRow] = relationship(foreign_keys=[best_finding_id], lazy="raise")
    standing: Mapped[FindingRow | None] = relationship(foreign_keys=[standing_id], lazy="raise")


class ProblemSighting(Base):
    """That a finding is a sighting of a problem."""

    __tablename__ = "problem_sighting"

    problem_id: Mapped[int] = mapped_column(BigInt, ForeignKey("problem.id"), primary_key=True, autoincrement=False)
    finding_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("finding.id"), primary_key=True, autoincrement=False, index=True
    )
