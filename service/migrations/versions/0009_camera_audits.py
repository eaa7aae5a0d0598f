"""Scheduled camera audits: sources, permits, troubles, schedules, rounds, visits, workers, problems, outbox; bursts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "audit_worker",
        sa.Column("id", _key(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("embedded", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at_work", sa.Integer(), nullable=False),
        sa.Column("visits_done", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_worker")),
        sa.UniqueConstraint("name", name=op.f("uq_audit_worker_name")),
    )
    op.create_index(op.f("ix_audit_worker_beat_at"), "audit_worker", ["beat_at"], unique=False)

    op.create_table(
        "calendar_day",
        sa.Column("id", _key(), nullable=False),
        sa.Column("centre_id", _key(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_calendar_day_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("centre_id", "on_date", name=op.f("uq_calendar_day_centre_id_on_date")),
    )
    op.create_table(
        "webhook_target",
        sa.Column("id", _key(), nullable=False),
        sa.Column("centre_id", _key(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_webhook_target_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_target")),
        sa.UniqueConstraint("name", name=op.f("uq_webhook_target_name")),
    )
    op.create_index(op.f("ix_webhook_target_centre_id"), "webhook_target", ["centre_id"], unique=False)

    op.create_table(
        "audit_schedule",
        sa.Column("id", _key(), nullable=False),
        sa.Column("centre_id", _key(), nullable=False),
        sa.Column("area_id", _key(), nullable=True),
        sa.Column("name_zh", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("kind", _enum("kind", "round", "closing", "spot"), nullable=False),
        sa.Column("counts_as", _enum("counts_as", "morning", "afternoon"), nullable=True),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("working_days_only", sa.Boolean(), nullable=False),
        sa.Column("times_a_day", sa.Integer(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("burst_frames", sa.Integer(), nullable=False),
        sa.Column("burst_span_s", sa.Float(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_audit_schedule_area_id")),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_audit_schedule_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_schedule")),
    )
    op.create_index(op.f("ix_audit_schedule_centre_id"), "audit_schedule", ["centre_id"], unique=False)

    op.create_table(
        "camera_source",
        sa.Column("camera_id", _key(), autoincrement=False, nullable=False),
        sa.Column("kind", _enum("kind", "rtsp", "snapshot", "onvif", "film", "folder"), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("width_px", sa.Integer(), nullable=True),
        sa.Column("height_px", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_camera_source_camera_id")),
        sa.PrimaryKeyConstraint("camera_id", name=op.f("pk_camera_source")),
    )
    op.create_table(
        "camera_trouble",
        sa.Column("id", _key(), nullable=False),
        sa.Column("camera_id", _key(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_count", sa.Integer(), nullable=False),
        sa.Column("detail_zh", sa.String(500), nullable=False),
        sa.Column("detail_en", sa.String(500), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_camera_trouble_camera_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_trouble")),
    )
    op.create_index("ix_camera_trouble_camera", "camera_trouble", ["camera_id", "id"], unique=False)
    op.create_index(
        "uq_camera_trouble_open",
        "camera_trouble",
        ["camera_id", "kind"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "audit_round",
        sa.Column("id", _key(), nullable=False),
        sa.Column("schedule_id", _key(), nullable=True),
        sa.Column("centre_id", _key(), nullable=False),
        sa.Column("kind", _enum("kind", "round", "closing", "spot"), nullable=False),
        sa.Column("counts_as", _enum("counts_as", "morning", "afternoon"), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("burst_frames", sa.Integer(), nullable=False),
        sa.Column("burst_span_s", sa.Float(), nullable=False),
        sa.Column("state", _enum("state", "running", "complete", "partial", "missed"), nullable=False),
        sa.Column("caught_up", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owed_count", sa.Integer(), nullable=False),
        sa.Column("judged_count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_audit_round_centre_id")),
        sa.ForeignKeyConstraint(["schedule_id"], ["audit_schedule.id"], name=op.f("fk_audit_round_schedule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_round")),
        sa.UniqueConstraint("schedule_id", "on_date", "number", name="uq_audit_round_once"),
    )
    op.create_index("ix_audit_round_centre", "audit_round", ["centre_id", "on_date", "id"], unique=False)
    op.create_index("ix_audit_round_state", "audit_round", ["state", "due_until"], unique=False)

    op.create_table(
        "outbox_event",
        sa.Column("id", _key(), nullable=False),
        sa.Column("centre_id", _key(), nullable=False),
        sa.Column("window_id", _key(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_outbox_event_centre_id")),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_outbox_event_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_event")),
    )
    op.create_index("ix_outbox_event_window", "outbox_event", ["window_id", "id"], unique=False)

    op.create_table(
        "route_stop",
        sa.Column("schedule_id", _key(), autoincrement=False, nullable=False),
        sa.Column("window_id", _key(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["schedule_id"], ["audit_schedule.id"], name=op.f("fk_route_stop_schedule_id")),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_route_stop_window_id")),
        sa.PrimaryKeyConstraint("schedule_id", "window_id", name=op.f("pk_route_stop")),
    )
    op.create_table(
        "camera_visit",
        sa.Column("id", _key(), nullable=False),
        sa.Column("round_id", _key(), nullable=False),
        sa.Column("camera_id", _key(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", _enum("state", "waiting", "done", "failed"), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_by", sa.String(100), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(64), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("correlation_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_camera_visit_camera_id")),
        sa.ForeignKeyConstraint(["round_id"], ["audit_round.id"], name=op.f("fk_camera_visit_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_visit")),
        sa.UniqueConstraint("round_id", "camera_id", name=op.f("uq_camera_visit_round_id_camera_id")),
    )
    op.create_index("ix_camera_visit_camera", "camera_visit", ["camera_id", "id"], unique=False)
    op.create_index(op.f("ix_camera_visit_correlation_id"), "camera_visit", ["correlation_id"], unique=False)
    op.create_index("ix_camera_visit_waiting", "camera_visit", ["state", "next_try_at"], unique=False)

    op.create_table(
        "outbox_delivery",
        sa.Column("id", _key(), nullable=False),
        sa.Column("event_id", _key(), nullable=False),
        sa.Column("target_id", _key(), nullable=False),
        sa.Column("window_id", _key(), nullable=False),
        sa.Column("state", _enum("state", "waiting", "delivered", "dead"), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(500), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["outbox_event.id"], name=op.f("fk_outbox_delivery_event_id")),
        sa.ForeignKeyConstraint(["target_id"], ["webhook_target.id"], name=op.f("fk_outbox_delivery_target_id")),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_outbox_delivery_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_delivery")),
        sa.UniqueConstraint("event_id", "target_id", name=op.f("uq_outbox_delivery_event_id_target_id")),
    )
    op.create_index("ix_outbox_delivery_waiting", "outbox_delivery", ["state", "next_try_at"], unique=False)
    op.create_index(
        "ix_outbox_delivery_window", "outbox_delivery", ["target_id", "window_id", "event_id"], unique=False
    )

    op.create_table(
        "view_permit",
        sa.Column("id", _key(), nullable=False),
        sa.Column("view_id", _key(), nullable=False),
        sa.Column("purpose", sa.String(500), nullable=False),
        sa.Column("legal_basis", sa.String(500), nullable=False),
        sa.Column("approved_by_id", _key(), nullable=True),
        sa.Column("approved_by", sa.String(64), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approved_by_id"], ["user_account.id"], name=op.f("fk_view_permit_approved_by_id")),
        sa.ForeignKeyConstraint(["view_id"], ["view.id"], name=op.f("fk_view_permit_view_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view_permit")),
    )
    op.create_index(
        "uq_view_permit_open",
        "view_permit",
        ["view_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "owed_view",
        sa.Column("id", _key(), nullable=False),
        sa.Column("round_id", _key(), nullable=False),
        sa.Column("visit_id", _key(), nullable=False),
        sa.Column("view_id", _key(), nullable=False),
        sa.Column("window_id", _key(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", _enum("state", "owed", "judged", "unjudged"), nullable=False),
        sa.Column("reason", sa.String(64), nullable=True),
        sa.Column("judgement_id", _key(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgement.id"], name=op.f("fk_owed_view_judgement_id")),
        sa.ForeignKeyConstraint(["round_id"], ["audit_round.id"], name=op.f("fk_owed_view_round_id")),
        sa.ForeignKeyConstraint(["view_id"], ["view.id"], name=op.f("fk_owed_view_view_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["camera_visit.id"], name=op.f("fk_owed_view_visit_id")),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_owed_view_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owed_view")),
        sa.UniqueConstraint("judgement_id", name=op.f("uq_owed_view_judgement_id")),
        sa.UniqueConstraint("round_id", "view_id", name=op.f("uq_owed_view_round_id_view_id")),
    )
    op.create_index(op.f("ix_owed_view_visit_id"), "owed_view", ["visit_id"], unique=False)
    op.create_index("ix_owed_view_window", "owed_view", ["window_id", "id"], unique=False)

    op.create_table(
        "unchanged_since",
        sa.Column("judgement_id", _key(), autoincrement=False, nullable=False),
        sa.Column("looked_id", _key(), nullable=False),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgement.id"], name=op.f("fk_unchanged_since_judgement_id")),
        sa.ForeignKeyConstraint(["looked_id"], ["judgement.id"], name=op.f("fk_unchanged_since_looked_id")),
        sa.PrimaryKeyConstraint("judgement_id", name=op.f("pk_unchanged_since")),
    )
    op.create_index(op.f("ix_unchanged_since_looked_id"), "unchanged_since", ["looked_id"], unique=False)

    op.create_table(
        "problem",
        sa.Column("id", _key(), nullable=False),
        sa.Column("window_id", _key(), nullable=False),
        sa.Column("area_id", _key(), nullable=False),
        sa.Column("centre_id", _key(), nullable=False),
        sa.Column("rule", sa.String(8), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_count", sa.Integer(), nullable=False),
        sa.Column("clean_looks", sa.Integer(), nullable=False),
        sa.Column("best_finding_id", _key(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", _enum("ended_by", "no_longer_seen", "dismissed"), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_problem_area_id")),
        sa.ForeignKeyConstraint(["best_finding_id"], ["finding.id"], name=op.f("fk_problem_best_finding_id")),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_problem_centre_id")),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_problem_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
    )
    op.create_index("ix_problem_area", "problem", ["area_id", "closed_at", "last_seen", "id"], unique=False)
    op.create_index("ix_problem_window", "problem", ["window_id", "id"], unique=False)
    op.create_index(
        "uq_problem_open",
        "problem",
        ["window_id", "rule", "item", "place"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )

    op.create_table(
        "problem_sighting",
        sa.Column("problem_id", _key(), autoincrement=False, nullable=False),
        sa.Column("finding_id", _key(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_problem_sighting_finding_id")),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_problem_sighting_problem_id")),
        sa.PrimaryKeyConstraint("problem_id", "finding_id", name=op.f("pk_problem_sighting")),
    )
    op.create_index(op.f("ix_problem_sighting_finding_id"), "problem_sighting", ["finding_id"], unique=False)

    op.add_column("capture", sa.Column("frame_count", sa.Integer(), server_default="1", nullable=False))
    op.add_column("capture", sa.Column("first_taken_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("capture", sa.Column("first_masked_sha256", sa.String(64), nullable=True))
    op.add_column("finding", sa.Column("support", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("finding", "support")
    for column in ("first_masked_sha256", "first_taken_at", "frame_count"):
        op.drop_column("capture", column)
    for table in (
        "problem_sighting",
        "problem",
        "unchanged_since",
        "owed_view",
        "view_permit",
        "outbox_delivery",
        "camera_visit",
        "route_stop",
        "outbox_event",
        "audit_round",
        "camera_trouble",
        "camera_source",
        "audit_schedule",
        "webhook_target",
        "calendar_day",
        "audit_worker",
    ):
        op.drop_table(table)
