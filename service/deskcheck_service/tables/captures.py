"""Pictures, judgements, what stood where, and the findings that people look at.

Only findings other than passes are rows; passes are counted per rule, so that a province's million
statements a day stay small. Findings repeat their window, area, centre and time, so that the review queue
reads one table through one index.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from deskcheck_calibration.findings import Reason, State
from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deskcheck_service.tables.accounts import User
from deskcheck_service.tables.base import Base, BigInt, Key, UtcDateTime, text_enum
from deskcheck_service.tables.layouts import LayoutVersion
from deskcheck_service.tables.places import Window


class ReviewState(StrEnum):
    """What people have made of a finding."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    CANNOT_JUDGE = "cannot_judge"


class EvidenceKind(StrEnum):
    """What an evidence picture shows; all are masked."""

    PHOTO = "photo"
    OVERLAY_ZH = "overlay_zh"
    OVERLAY_EN = "overlay_en"
    REFERENCE = "reference"


class Evidence(Base):
    """A stored picture of a window. The same file may belong to two windows, so the key is both."""

    __tablename__ = "evidence"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_id: Mapped[int] = mapped_column(BigInt, ForeignKey("window.id"), primary_key=True)
    kind: Mapped[EvidenceKind] = mapped_column(text_enum(EvidenceKind, "kind"))
    media_type: Mapped[str] = mapped_column(String(50))
    byte_count: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Capture(Base):
    """A picture of a window that came in.

    ``photo_sha256`` is the hash of the bytes as sent (never stored themselves); with the layout version and
    the corners tapped with it, it recognises a photo that is sent twice.
    """

    __tablename__ = "capture"
    __table_args__ = (
        UniqueConstraint("window_id", "layout_version_id", "photo_sha256", "corners_key", name="uq_capture_same_photo"),
        Index("ix_capture_window_taken", "window_id", "taken_at"),
    )

    id: Mapped[Key]
    window_id: Mapped[int] = mapped_column(BigInt, ForeignKey("window.id"))
    layout_version_id: Mapped[int] = mapped_column(BigInt, ForeignKey("layout_version.id"))
    photo_sha256: Mapped[str] = mapped_column(String(64))
    corners_key: Mapped[str] = mapped_column(String(250), default="")
    source: Mapped[str] = mapped_column(String(32))
    width_px: Mapped[int] = mapped_column(Integer)
    height_px: Mapped[int] = mapped_column(Integer)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uploader_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("user_account.id"), index=True)
    masked_sha256: Mapped[str] = mapped_column(String(64))
    overlay_zh_sha256: Mapped[str] = mapped_column(String(64))
    overlay_en_sha256: Mapped[str] = mapped_column(String(64))
    # Drawn for narrow screens; None for pictures from before there were such.
    overlay_zh_narrow_sha256: Mapped[str | None] = mapped_column(String(64))
    overlay_en_narrow_sha256: Mapped[str | None] = mapped_column(String(64))
    reference_sha256: Mapped[str | None] = mapped_column(String(64))
    view_name: Mapped[str] = mapped_column(String(200), default="")
    masked_people: Mapped[int] = mapped_column(Integer)
    # Where, px: "left,top right,bottom ..."; None for pictures from before it was written down.
    masked_px: Mapped[str | None] = mapped_column(Text)
    # Of a burst: how many frames, the first one's time and masked picture. The pictures above are of its last.
    frame_count: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    first_taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_masked_sha256: Mapped[str | None] = mapped_column(String(64))

    window: Mapped[Window] = relationship(lazy="raise")
    layout_version: Mapped[LayoutVersion] = relationship(lazy="raise")
    uploader: Mapped[User | None] = relationship(lazy="raise")


class JudgementRow(Base):
    """What the rules said about one capture, with everything needed to repeat it."""

    __tablename__ = "judgement"
    __table_args__ = (
        Index("ix_judgement_window_taken", "window_id", "taken_at", "id"),
        Index("ix_judgement_taken", "taken_at", "id"),
    )

    id: Mapped[Key]
    capture_id: Mapped[int] = mapped_column(BigInt, ForeignKey("capture.id"), unique=True)
    window_id: Mapped[int] = mapped_column(BigInt, ForeignKey("window.id"))
    layout_version_id: Mapped[int] = mapped_column(BigInt, ForeignKey("layout_version.id"))
    model_sha256: Mapped[str] = mapped_column(String(64))
    # Runtime and precision, such as "openvino-bf16"; None for judgements from before it was written down.
    model_session: Mapped[str | None] = mapped_column(String(64))
    rule_set_version: Mapped[str] = mapped_column(String(32))
    state: Mapped[State] = mapped_column(text_enum(State, "state"))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    registration: Mapped[str] = mapped_column(String(32))
    residual_cm: Mapped[float | None] = mapped_column(Float)
    px_per_cm: Mapped[float | None] = mapped_column(Float)
    sharpness: Mapped[float | None] = mapped_column(Float)
    brightness: Mapped[float | None] = mapped_column(Float)
    pass_count: Mapped[int] = mapped_column(Integer)
    suspected_count: Mapped[int] = mapped_column(Integer)
    inconclusive_count: Mapped[int] = mapped_column(Integer)
    not_assessed_count: Mapped[int] = mapped_column(Integer)
    exempt_count: Mapped[int] = mapped_column(Integer)

    capture: Mapped[Capture] = relationship(lazy="raise")
    layout_version: Mapped[LayoutVersion] = relationship(lazy="raise")


class JudgedTogether(Base):
    """Another view's judgement whose picture spoke for the places that this one's view does not show."""

    __tablename__ = "judged_together"

    judgement_id: Mapped[int] = mapped_column(BigInt, ForeignKey("judgement.id"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("judgement.id"), primary_key=True, autoincrement=False, index=True
    )


class UnchangedSince(Base):
    """The judgement whose detections were used again, since nothing in the picture had changed; it looked itself."""

    __tablename__ = "unchanged_since"

    judgement_id: Mapped[int] = mapped_column(BigInt, ForeignKey("judgement.id"), primary_key=True, autoincrement=False)
    looked_id: Mapped[int] = mapped_column(BigInt, ForeignKey("judgement.id"), index=True)


class RulePass(Base):
    """How many statements of one rule passed in one judgement."""

    __tablename__ = "rule_pass"

    judgement_id: Mapped[int] = mapped_column(BigInt, ForeignKey("judgement.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(8), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)


class PlacedItemRow(Base):
    """An item that was seen, with where it stands; the window page draws its map from these."""

    __tablename__ = "placed_item"

    id: Mapped[Key]
    judgement_id: Mapped[int] = mapped_column(BigInt, ForeignKey("judgement.id"), index=True)
    item: Mapped[str] = mapped_column(String(64))
    confidence: Mapped[float] = mapped_column(Float)
    left_px: Mapped[float] = mapped_column(Float)
    top_px: Mapped[float] = mapped_column(Float)
    right_px: Mapped[float] = mapped_column(Float)
    bottom_px: Mapped[float] = mapped_column(Float)
    footprint_cm: Mapped[str | None] = mapped_column(Text)  # "x,y x,y ...", as in SVG's points
    uncertainty_cm: Mapped[float | None] = mapped_column(Float)


def _standing(name: str, *columns: str) -> Index:
    """Return an index of the findings that stand in the queue alone: it does not grow with what is seen again."""
    return Index(name, *columns, sqlite_where=text("stands IS 1"), postgresql_where=text("stands IS true"))


class FindingRow(Base):
    """One statement of one rule that is not a pass, and what people made of it.

    ``stands``: people decide it. Other sightings of the same problem do not stand: what is decided about the one that
    does is decided about them.
    """

    __tablename__ = "finding"
    __table_args__ = (
        _standing("ix_finding_queue", "review_state", "state", "taken_at", "id"),
        _standing("ix_finding_reviewed", "review_state", "taken_at", "id"),
        _standing("ix_finding_queue_area", "area_id", "review_state", "state", "taken_at", "id"),
        _standing("ix_finding_queue_window", "window_id", "review_state", "state", "taken_at", "id"),
        _standing("ix_finding_queue_rule", "rule", "review_state", "state", "taken_at", "id"),
    )

    id: Mapped[Key]
    judgement_id: Mapped[int] = mapped_column(BigInt, ForeignKey("judgement.id"), index=True)
    window_id: Mapped[int] = mapped_column(BigInt, ForeignKey("window.id"))
    area_id: Mapped[int] = mapped_column(BigInt, ForeignKey("area.id"))
    centre_id: Mapped[int] = mapped_column(BigInt, ForeignKey("centre.id"))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rule: Mapped[str] = mapped_column(String(8))
    state: Mapped[State] = mapped_column(text_enum(State, "state"))
    item: Mapped[str | None] = mapped_column(String(64))
    place: Mapped[str | None] = mapped_column(String(100))
    measured: Mapped[float | None] = mapped_column(Float)
    limit_value: Mapped[float | None] = mapped_column(Float)
    unit: Mapped[str] = mapped_column(String(16), default="")
    uncertainty: Mapped[float | None] = mapped_column(Float)
    reason: Mapped[Reason | None] = mapped_column(text_enum(Reason, "reason", closed=False))
    confidence: Mapped[float | None] = mapped_column(Float)
    left_px: Mapped[float | None] = mapped_column(Float)
    top_px: Mapped[float | None] = mapped_column(Float)
    right_px: Mapped[float | None] = mapped_column(Float)
    bottom_px: Mapped[float | None] = mapped_column(Float)
    footprint_cm: Mapped[str | None] = mapped_column(Text)
    # Share of the burst's frames that showed its place in which it was seen; None of a single picture.
    support: Mapped[float | None] = mapped_column(Float)
    # How many frames those are; 0 of a single picture.
    shown_frames: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    review_state: Mapped[ReviewState] = mapped_column(text_enum(ReviewState, "review_state"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    stands: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())

    judgement: Mapped[JudgementRow] = relationship(lazy="raise")
    window: Mapped[Window] = relationship(lazy="raise")
