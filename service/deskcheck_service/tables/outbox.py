"""What outside systems are told: events written in the transaction of what they tell, and their deliveries."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deskcheck_service.tables.base import Base, BigInt, Key, UtcDateTime, text_enum


class WebhookTarget(Base):
    """An outside system that is told what happens at a centre's windows. Its signing secret is stored encrypted."""

    __tablename__ = "webhook_target"

    id: Mapped[Key]
    centre_id: Mapped[int] = mapped_column(BigInt, ForeignKey("centre.id"), index=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(Text)
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Of the last try that failed, until one succeeds.
    last_error: Mapped[str] = mapped_column(String(500), default="", server_default="")
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutboxEvent(Base):
    """Something that happened at a window. Its events are told in the order of their keys."""

    __tablename__ = "outbox_event"
    __table_args__ = (
        Index("ix_outbox_event_window", "window_id", "id"),
        Index("ix_outbox_event_centre", "centre_id", "created_at", "id"),
    )

    id: Mapped[Key]
    centre_id: Mapped[int] = mapped_column(BigInt, ForeignKey("centre.id"))
    window_id: Mapped[int] = mapped_column(BigInt, ForeignKey("window.id"))
    kind: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)  # JSON, as it is sent
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeliveryState(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class OutboxDelivery(Base):
    """One event for one outside system: sent until it is accepted, or dead after too many tries."""

    __tablename__ = "outbox_delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "target_id"),
        Index("ix_outbox_delivery_waiting", "state", "next_try_at"),
        Index("ix_outbox_delivery_window", "target_id", "window_id", "event_id"),
        Index(
            "ix_outbox_delivery_lane", "target_id", "window_id", "event_id",
            sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(BigInt, ForeignKey("outbox_event.id"))
    target_id: Mapped[int] = mapped_column(BigInt, ForeignKey("webhook_target.id"))
    window_id: Mapped[int] = mapped_column(BigInt, ForeignKey("window.id"))
    state: Mapped[DeliveryState] = mapped_column(text_enum(DeliveryState, "state"))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[OutboxEvent] = relationship(lazy="raise")
    target: Mapped[WebhookTarget] = relationship(lazy="raise")
