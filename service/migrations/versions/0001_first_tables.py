"""First tables: places, people, layouts, captures, findings, reviews, the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# The audit log is append only, held by the database itself: no bug of the program can rewrite it.
_SQLITE_GUARD = """
CREATE TRIGGER audit_log_no_{verb} BEFORE {verb} ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log is append only'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE FUNCTION audit_log_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit_log is append only'; END $$
"""
_POSTGRESQL_GUARD = """
CREATE TRIGGER audit_log_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION audit_log_append_only()
"""


def _guard_audit_log() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(_SQLITE_GUARD.format(verb=verb))
    else:
        op.execute(_POSTGRESQL_FUNCTION)
        op.execute(_POSTGRESQL_GUARD)


def upgrade() -> None:
    op.create_table(
        "centre",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre")),
        sa.UniqueConstraint("code", name=op.f("uq_centre_code")),
    )
    op.create_table(
        "login_throttle",
        sa.Column("key_sha256", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_sha256", name=op.f("pk_login_throttle")),
    )
    op.create_index(op.f("ix_login_throttle_last_failure_at"), "login_throttle", ["last_failure_at"], unique=False)
    op.create_table(
        "user_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("name", name=op.f("uq_user_account_name")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_api_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_token_token_sha256")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_api_token_user_id_name")),
    )
    op.create_table(
        "area",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("centre_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_area_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("centre_id", "code", name=op.f("uq_area_centre_id_code")),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_audit_log_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index(op.f("ix_audit_log_at"), "audit_log", ["at"], unique=False)
    op.create_index("ix_audit_log_subject", "audit_log", ["subject_kind", "subject"], unique=False)
    op.create_table(
        "user_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_user_session_token_sha256")),
    )
    op.create_index(op.f("ix_user_session_expires_at"), "user_session", ["expires_at"], unique=False)
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"], unique=False)
    op.create_table(
        "user_role",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "inspector",
                "supervisor",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("centre_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("centre_id IS NULL OR area_id IS NULL", name=op.f("ck_user_role_one_scope")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_user_role_area_id")),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_user_role_centre_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_user_role_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_role")),
    )
    op.create_index(op.f("ix_user_role_user_id"), "user_role", ["user_id"], unique=False)
    op.create_table(
        "window",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_window_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window")),
        sa.UniqueConstraint("code", name=op.f("uq_window_code")),
    )
    op.create_index(op.f("ix_window_area_id"), "window", ["area_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("window_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "photo",
                "overlay_zh",
                "overlay_en",
                "reference",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("media_type", sa.String(length=50), nullable=False),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_evidence_window_id")),
        sa.PrimaryKeyConstraint("sha256", "window_id", name=op.f("pk_evidence")),
    )
    op.create_table(
        "layout_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("window_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taxonomy_version", sa.String(length=16), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "approved", "retired", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approver_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approver_id"], ["user_account.id"], name=op.f("fk_layout_version_approver_id")),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_layout_version_author_id")),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_layout_version_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layout_version")),
        sa.UniqueConstraint("window_id", "version", name=op.f("uq_layout_version_window_id_version")),
    )
    op.create_index(
        "uq_layout_version_approved",
        "layout_version",
        ["window_id"],
        unique=True,
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_table(
        "view",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("window_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("outer_left_x_px", sa.Float(), nullable=False),
        sa.Column("outer_left_y_px", sa.Float(), nullable=False),
        sa.Column("outer_right_x_px", sa.Float(), nullable=False),
        sa.Column("outer_right_y_px", sa.Float(), nullable=False),
        sa.Column("inner_right_x_px", sa.Float(), nullable=False),
        sa.Column("inner_right_y_px", sa.Float(), nullable=False),
        sa.Column("inner_left_x_px", sa.Float(), nullable=False),
        sa.Column("inner_left_y_px", sa.Float(), nullable=False),
        sa.Column("focal_px", sa.Float(), nullable=True),
        sa.Column("reference_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_view_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view")),
        sa.UniqueConstraint("window_id", "name", name=op.f("uq_view_window_id_name")),
    )
    op.create_table(
        "capture",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("window_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("layout_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("photo_sha256", sa.String(length=64), nullable=False),
        sa.Column("corners_key", sa.String(length=250), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploader_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("masked_sha256", sa.String(length=64), nullable=False),
        sa.Column("overlay_zh_sha256", sa.String(length=64), nullable=False),
        sa.Column("overlay_en_sha256", sa.String(length=64), nullable=False),
        sa.Column("reference_sha256", sa.String(length=64), nullable=True),
        sa.Column("view_name", sa.String(length=200), nullable=False),
        sa.Column("masked_people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["layout_version_id"], ["layout_version.id"], name=op.f("fk_capture_layout_version_id")
        ),
        sa.ForeignKeyConstraint(["uploader_id"], ["user_account.id"], name=op.f("fk_capture_uploader_id")),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_capture_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capture")),
        sa.UniqueConstraint(
            "window_id", "layout_version_id", "photo_sha256", "corners_key", name="uq_capture_same_photo"
        ),
    )
    op.create_index(op.f("ix_capture_uploader_id"), "capture", ["uploader_id"], unique=False)
    op.create_index("ix_capture_window_taken", "capture", ["window_id", "taken_at"], unique=False)
    op.create_table(
        "judgement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("capture_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("window_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("layout_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model_sha256", sa.String(length=64), nullable=False),
        sa.Column("rule_set_version", sa.String(length=32), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pass",
                "suspected",
                "inconclusive",
                "not_assessed",
                "exempt",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("residual_cm", sa.Float(), nullable=True),
        sa.Column("px_per_cm", sa.Float(), nullable=True),
        sa.Column("sharpness", sa.Float(), nullable=True),
        sa.Column("brightness", sa.Float(), nullable=True),
        sa.Column("pass_count", sa.Integer(), nullable=False),
        sa.Column("suspected_count", sa.Integer(), nullable=False),
        sa.Column("inconclusive_count", sa.Integer(), nullable=False),
        sa.Column("not_assessed_count", sa.Integer(), nullable=False),
        sa.Column("exempt_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_judgement_capture_id")),
        sa.ForeignKeyConstraint(
            ["layout_version_id"], ["layout_version.id"], name=op.f("fk_judgement_layout_version_id")
        ),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_judgement_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
        sa.UniqueConstraint("capture_id", name=op.f("uq_judgement_capture_id")),
    )
    op.create_index("ix_judgement_taken", "judgement", ["taken_at", "id"], unique=False)
    op.create_index("ix_judgement_window_taken", "judgement", ["window_id", "taken_at", "id"], unique=False)
    op.create_table(
        "finding",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("judgement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("window_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("centre_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pass",
                "suspected",
                "inconclusive",
                "not_assessed",
                "exempt",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("item", sa.String(length=64), nullable=True),
        sa.Column("place", sa.String(length=100), nullable=True),
        sa.Column("measured", sa.Float(), nullable=True),
        sa.Column("limit_value", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("uncertainty", sa.Float(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("left_px", sa.Float(), nullable=True),
        sa.Column("top_px", sa.Float(), nullable=True),
        sa.Column("right_px", sa.Float(), nullable=True),
        sa.Column("bottom_px", sa.Float(), nullable=True),
        sa.Column("footprint_cm", sa.Text(), nullable=True),
        sa.Column(
            "review_state",
            sa.Enum(
                "open",
                "confirmed",
                "dismissed",
                "cannot_judge",
                name="review_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_finding_area_id")),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_finding_centre_id")),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgement.id"], name=op.f("fk_finding_judgement_id")),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_finding_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_judgement_id"), "finding", ["judgement_id"], unique=False)
    op.create_index("ix_finding_reviewed", "finding", ["review_state", "taken_at", "id"], unique=False)
    op.create_index("ix_finding_queue", "finding", ["review_state", "state", "taken_at", "id"], unique=False)
    op.create_index(
        "ix_finding_queue_area", "finding", ["area_id", "review_state", "state", "taken_at", "id"], unique=False
    )
    op.create_index(
        "ix_finding_queue_rule", "finding", ["rule", "review_state", "state", "taken_at", "id"], unique=False
    )
    op.create_index(
        "ix_finding_queue_window", "finding", ["window_id", "review_state", "state", "taken_at", "id"], unique=False
    )
    op.create_table(
        "placed_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("judgement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("left_px", sa.Float(), nullable=False),
        sa.Column("top_px", sa.Float(), nullable=False),
        sa.Column("right_px", sa.Float(), nullable=False),
        sa.Column("bottom_px", sa.Float(), nullable=False),
        sa.Column("footprint_cm", sa.Text(), nullable=True),
        sa.Column("uncertainty_cm", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgement.id"], name=op.f("fk_placed_item_judgement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placed_item")),
    )
    op.create_index(op.f("ix_placed_item_judgement_id"), "placed_item", ["judgement_id"], unique=False)
    op.create_table(
        "rule_pass",
        sa.Column("judgement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgement.id"], name=op.f("fk_rule_pass_judgement_id")),
        sa.PrimaryKeyConstraint("judgement_id", "rule", name=op.f("pk_rule_pass")),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "confirm",
                "dismiss",
                "cannot_judge",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason_code",
            sa.Enum(
                "not_the_item",
                "wrong_place",
                "allowed_here",
                "in_use",
                "clients_property",
                "fixed_on_the_spot",
                "other",
                name="reason_code",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_review_finding_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["user_account.id"], name=op.f("fk_review_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("finding_id", "version", name=op.f("uq_review_finding_id_version")),
    )
    op.create_index(op.f("ix_review_reviewer_id"), "review", ["reviewer_id"], unique=False)
    _guard_audit_log()


def downgrade() -> None:
    op.drop_index(op.f("ix_review_reviewer_id"), table_name="review")
    op.drop_table("review")
    op.drop_table("rule_pass")
    op.drop_index(op.f("ix_placed_item_judgement_id"), table_name="placed_item")
    op.drop_table("placed_item")
    op.drop_index("ix_finding_queue_window", table_name="finding")
    op.drop_index("ix_finding_queue_rule", table_name="finding")
    op.drop_index("ix_finding_queue_area", table_name="finding")
    op.drop_index("ix_finding_queue", table_name="finding")
    op.drop_index("ix_finding_reviewed", table_name="finding")
    op.drop_index(op.f("ix_finding_judgement_id"), table_name="finding")
    op.drop_table("finding")
    op.drop_index("ix_judgement_window_taken", table_name="judgement")
    op.drop_index("ix_judgement_taken", table_name="judgement")
    op.drop_table("judgement")
    op.drop_index("ix_capture_window_taken", table_name="capture")
    op.drop_index(op.f("ix_capture_uploader_id"), table_name="capture")
    op.drop_table("capture")
    op.drop_table("view")
    op.drop_index(
        "uq_layout_version_approved",
        table_name="layout_version",
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.drop_table("layout_version")
    op.drop_table("evidence")
    op.drop_index(op.f("ix_window_area_id"), table_name="window")
    op.drop_table("window")
    op.drop_index(op.f("ix_user_role_user_id"), table_name="user_role")
    op.drop_table("user_role")
    op.drop_index(op.f("ix_user_session_user_id"), table_name="user_session")
    op.drop_index(op.f("ix_user_session_expires_at"), table_name="user_session")
    op.drop_table("user_session")
    op.drop_index("ix_audit_log_subject", table_name="audit_log")
    op.drop_index(op.f("ix_audit_log_at"), table_name="audit_log")
    op.drop_table("audit_log")
    op.drop_table("area")
    op.drop_table("api_token")
    op.drop_table("user_account")
    op.drop_index(op.f("ix_login_throttle_last_failure_at"), table_name="login_throttle")
    op.drop_table("login_throttle")
    op.drop_table("centre")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_log_append_only()")
