"""Scheduled rounds of a centre's cameras: when, what each owes, and what came of it.

A round owes views; those that one camera shows are looked at in one visit, which is the unit of work. All of this is
the centre's own record: a queue may be lost without losing what is to be done, and a killed process neither loses a
visit nor repeats a judgement, since a view is settled in the transaction that stores its judgement.
"""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import Boolean, Date, Float, ForeignKey, Index, Integer, String, Time, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deskcheck_service.tables.base import Base, BigInt, Key, UtcDateTime, text_enum
from deskcheck_service.tables.cameras import Camera
from deskcheck_service.tables.captures import JudgementRow
from deskcheck_service.tables.places import Centre, View, Window


class CalendarDay(Base):
    """A day on which a centre works or rests other than the public calendar says."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("centre_id", "on_date"),)

    id: Mapped[Key]
    centre_id: Mapped[int] = mapped_column(BigInt, ForeignKey("centre.id"))
    on_date: Mapped[date] = mapped_column(Date)
    working: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(String(100), default="")


class ScheduleKind(StrEnum):
    """What a schedule is for."""

    ROUND = "round"
    CLOSING = "closing"
    SPOT = "spot"


class DayHalf(StrEnum):
    """Which of the day's two rounds a round is (D16); both are needed for the day's mark (P01)."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


class AuditSchedule(Base):
    """When a centre's cameras are looked at. Times are local, ``begins`` before ``ends`` on the same day.

    ``share`` of the views is drawn at random for spot checks, at a random minute of the span; others take all of them.
    ``area_id`` limits it to one area.
    """

    __tablename__ = "audit_schedule"

    id: Mapped[Key]
    centre_id: Mapped[int] = mapped_column(BigInt, ForeignKey("centre.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("area.id"))
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ScheduleKind] = mapped_column(text_enum(ScheduleKind, "kind"))
    counts_as: Mapped[DayHalf | None] = mapped_column(text_enum(DayHalf, "counts_as"))
    begins: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)
    working_days_only: Mapped[bool] = mapped_column(Boolean, default=True)
    times_a_day: Mapped[int] = mapped_column(Integer, default=1)
    share: Mapped[float] = mapped_column(Float, default=1.0)
    burst_frames: Mapped[int] = mapped_column(Integer, default=5)
    burst_span_s: Mapped[float] = mapped_column(Float, default=60.0)
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    # Nothing is owed for the time before.
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    # What is drawn at random comes from it; never shown, so that nobody can tell a draw beforehand.
    draw_secret: Mapped[str] = mapped_column(String(64), default="", server_default="")
    # Within each area from the last counter to the first (D17).
    last_first: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    version: Mapped[int] = mapped_column(Integer, default=1)

    centre: Mapped[Centre] = relationship(lazy="raise")


class RouteStop(Base):
    """A window's place in the order of a schedule (D17); those not named follow by area and window."""

    __tablename__ = "route_stop"

    schedule_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("audit_schedule.id"), primary_key=True, autoincrement=False
    )
    window_id: Mapped[int] = mapped_column(BigInt, ForeignKey("window.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer)


class RoundState(StrEnum):
    """How far a round is. The last three are for good."""

    RUNNING = "running"
    COMPLETE = "complete"
    PARTIAL = "partial"
    MISSED = "missed"


class AuditRound(Base):
    """One round, made once: schedule, local day and number in the day are unique, however many make rounds.

    ``due_from`` to ``due_until`` is the span in which its pictures are taken. ``caught_up``: it was made late, after
    the service had been down. Rounds that a person asked for have no schedule.
    """

    __tablename__ = "audit_round"
    __table_args__ = (
        UniqueConstraint("schedule_id", "on_date", "number", name="uq_audit_round_once"),
        Index("ix_audit_round_centre", "centre_id", "on_date", "id"),
        Index("ix_audit_round_state", "state", "due_until"),
    )

    id: Mapped[Key]
    schedule_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("audit_schedule.id"))
    centre_id: Mapped[int] = mapped_column(BigInt, ForeignKey("centre.id"))
    kind: Mapped[ScheduleKind] = mapped_column(text_enum(ScheduleKind, "kind"))
    counts_as: Mapped[DayHalf | None] = mapped_column(text_enum(DayHalf, "counts_as"))
    on_date: Mapped[date] = mapped_column(Date)
    number: Mapped[int] = mapped_column(Integer, default=1)
    due_from: Mapped[datetime] = mapped_column(UtcDateTime)
    due_until: Mapped[datetime] = mapped_column(UtcDateTime)
    burst_frames: Mapped[int] = mapped_column(Integer)
    burst_span_s: Mapped[float] = mapped_column(Float)
    state: Mapped[RoundState] = mapped_column(text_enum(RoundState, "state"))
    caught_up: Mapped[bool] = mapped_column(Boolean, default=False)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owed_count: Mapped[int] = mapped_column(Integer, default=0)
    judged_count: Mapped[int] = mapped_column(Integer, default=0)
    # Why nothing was owed or looked at, as a code of ``UnjudgedReason``.
    reason: Mapped[str | None] = mapped_column(String(64))
    # Repeats what a spot check drew.
    draw_seed: Mapped[str | None] = mapped_column(String(64))
    # Of a round without a schedule.
    started_by: Mapped[str | None] = mapped_column(String(64))

    centre: Mapped[Centre] = relationship(lazy="raise")
    schedule: Mapped[AuditSchedule | None] = relationship(lazy="raise")


class VisitState(StrEnum):
    """How far a visit is. A waiting one may be at work under a hold that has not run out."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class CameraVisit(Base):
    """One camera's turn in one round.

    Whoever works at it holds it until ``held_until`` and renews that; after it anybody may take it over. ``reason`` is
    the stable code of the last error.
    """

    __tablename__ = "camera_visit"
    __table_args__ = (
        UniqueConstraint("round_id", "camera_id"),
        Index("ix_camera_visit_waiting", "state", "next_try_at"),
        Index("ix_camera_visit_camera", "camera_id", "id"),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(BigInt, ForeignKey("audit_round.id"))
    camera_id: Mapped[int] = mapped_column(BigInt, ForeignKey("camera.id"))
    position: Mapped[int] = mapped_column(Integer)
    state: Mapped[VisitState] = mapped_column(text_enum(VisitState, "state"))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    held_by: Mapped[str | None] = mapped_column(String(100))
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(64))
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Names its log lines, those of its judgements, and their rows in the audit log.
    correlation_id: Mapped[str] = mapped_column(String(64), index=True)

    round: Mapped[AuditRound] = relationship(lazy="raise")
    camera: Mapped[Camera] = relationship(lazy="raise")


class OwedState(StrEnum):
    """What came of a view that a round owes."""

    OWED = "owed"
    JUDGED = "judged"
    UNJUDGED = "unjudged"


class OwedView(Base):
    """A view that a round owes: judged once, or not judged with the reason, and never both."""

    __tablename__ = "owed_view"
    __table_args__ = (
        UniqueConstraint("round_id", "view_id"),
        UniqueConstraint("judgement_id"),
        Index("ix_owed_view_window", "window_id", "id"),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(BigInt, ForeignKey("audit_round.id"))
    visit_id: Mapped[int] = mapped_column(BigInt, ForeignKey("camera_visit.id"), index=True)
    view_id: Mapped[int] = mapped_column(BigInt, ForeignKey("view.id"))
    window_id: Mapped[int] = mapped_column(BigInt, ForeignKey("window.id"))
    position: Mapped[int] = mapped_column(Integer)
    state: Mapped[OwedState] = mapped_column(text_enum(OwedState, "state"))
    reason: Mapped[str | None] = mapped_column(String(64))
    judgement_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("judgement.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    visit: Mapped[CameraVisit] = relationship(lazy="raise")
    view: Mapped[View] = relationship(lazy="raise")
    window: Mapped[Window] = relationship(lazy="raise")
    judgement: Mapped[JudgementRow | None] = relationship(lazy="raise")


class Worker(Base):
    """A process that makes visits, and when it was last heard of."""

    __tablename__ = "audit_worker"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(100), unique=True)
    embedded: Mapped[bool] = mapped_column(Boolean)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at_work: Mapped[int] = mapped_column(Integer, default=0)
    visits_done: Mapped[int] = mapped_column(Integer, default=0)
