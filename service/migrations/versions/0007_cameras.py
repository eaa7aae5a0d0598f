"""Fixed cameras, the looks at where they hang, recalibration tasks; a view may be a camera's.

No camera is made here: which of the views are places of cameras nobody has written down yet. The first frame of a
fixed camera, or a person, says so.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    _cameras()
    _looks()
    _tasks()
    with op.batch_alter_table("view") as view:
        view.add_column(sa.Column("camera_id", _key(), nullable=True))
        view.add_column(sa.Column("calibrated_at", sa.DateTime(timezone=True), nullable=True))
        view.create_foreign_key(op.f("fk_view_camera_id"), "camera", ["camera_id"], ["id"])
        view.create_unique_constraint(op.f("uq_view_camera_id_window_id"), ["camera_id", "window_id"])


def _cameras() -> None:
    op.create_table(
        "camera",
        sa.Column("id", _key(), nullable=False),
        sa.Column("centre_id", _key(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name_zh", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("state", _enum("state", "active", "suspended"), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reference_sha256", sa.String(64), nullable=True),
        sa.Column("reference_width_px", sa.Integer(), nullable=True),
        sa.Column("reference_height_px", sa.Integer(), nullable=True),
        sa.Column("watched_closely", sa.Boolean(), nullable=False),
        sa.Column("counted_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_camera_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera")),
        sa.UniqueConstraint("code", name=op.f("uq_camera_code")),
    )
    op.create_index(op.f("ix_camera_centre_id"), "camera", ["centre_id"])


def _looks() -> None:
    op.create_table(
        "camera_look",
        sa.Column("id", _key(), nullable=False),
        sa.Column("camera_id", _key(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", _enum("state", "steady", "drifted", "moved", "cannot_tell"), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("roll_deg", sa.Float(), nullable=True),
        sa.Column("shift_share", sa.Float(), nullable=True),
        sa.Column("scale", sa.Float(), nullable=True),
        sa.Column("sigma_share", sa.Float(), nullable=True),
        sa.Column("photo_sha256", sa.String(64), nullable=False),
        sa.Column("reference_sha256", sa.String(64), nullable=False),
        sa.Column("picture_sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_camera_look_camera_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_look")),
        sa.UniqueConstraint("camera_id", "reference_sha256", "photo_sha256", name="uq_camera_look_same_photo"),
    )
    op.create_index("ix_camera_look_taken", "camera_look", ["camera_id", "taken_at", "id"])


def _tasks() -> None:
    op.create_table(
        "camera_task",
        sa.Column("id", _key(), nullable=False),
        sa.Column("camera_id", _key(), nullable=False),
        sa.Column("reason", _enum("reason", "camera_moved"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before_sha256", sa.String(64), nullable=False),
        sa.Column("after_sha256", sa.String(64), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", _key(), nullable=True),
        sa.Column("how", _enum("how", "hangs_as_before", "recalibrated"), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_camera_task_camera_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user_account.id"], name=op.f("fk_camera_task_closed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_task")),
    )
    op.create_index("ix_camera_task_camera", "camera_task", ["camera_id", "id"])
    op.create_index(
        "uq_camera_task_open",
        "camera_task",
        ["camera_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def downgrade() -> None:
    with op.batch_alter_table("view") as view:
        view.drop_constraint(op.f("uq_view_camera_id_window_id"), type_="unique")
        view.drop_constraint(op.f("fk_view_camera_id"), type_="foreignkey")
        view.drop_column("calibrated_at")
        view.drop_column("camera_id")
    op.drop_table("camera_task")
    op.drop_table("camera_look")
    op.drop_table("camera")
