"""What lingers at windows between two looks, and since when the thing of a finding has been where it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from deskcheck_service.tables.base import Base, BigInt, Key, UtcDateTime


class LingeringThing(Base):
    """A thing that a rule with a time of grace is about, seen by cameras, as it was at the last look at its window.

    ``judgement_id`` is of the first look that saw it where it is.
    """

    __tablename__ = "lingering_thing"

    id: Mapped[Key]
    window_id: Mapped[int] = mapped_column(BigInt, ForeignKey("window.id"), index=True)
    rule: Mapped[str] = mapped_column(String(8))
    item: Mapped[str] = mapped_column(String(64))
    place: Mapped[str] = mapped_column(String(100))
    x_cm: Mapped[float] = mapped_column(Float)
    y_cm: Mapped[float] = mapped_column(Float)
    uncertainty_cm: Mapped[float] = mapped_column(Float)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    judgement_id: Mapped[int] = mapped_column(BigInt, ForeignKey("judgement.id"))


class FindingSince(Base):
    """Since when the thing of a finding has been where it is, and the judgement of the look that first saw it there."""

    __tablename__ = "finding_since"

    finding_id: Mapped[int] = mapped_column(BigInt, ForeignKey("finding.id"), primary_key=True, autoincrement=False)
    judgement_id: Mapped[int] = mapped_column(BigInt, ForeignKey("judgement.id"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
