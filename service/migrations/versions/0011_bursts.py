"""Bursts: what lingers at windows between two looks, and in how many frames the place of a finding was seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("finding", sa.Column("shown_frames", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "lingering_thing",
        sa.Column("id", _key(), nullable=False),
        sa.Column("window_id", _key(), nullable=False),
        sa.Column("rule", sa.String(8), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("x_cm", sa.Float(), nullable=False),
        sa.Column("y_cm", sa.Float(), nullable=False),
        sa.Column("uncertainty_cm", sa.Float(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judgement_id", _key(), nullable=False),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgement.id"], name=op.f("fk_lingering_thing_judgement_id")),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_lingering_thing_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lingering_thing")),
    )
    op.create_index(op.f("ix_lingering_thing_window_id"), "lingering_thing", ["window_id"], unique=False)
    op.create_table(
        "finding_since",
        sa.Column("finding_id", _key(), nullable=False),
        sa.Column("judgement_id", _key(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_finding_since_finding_id")),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgement.id"], name=op.f("fk_finding_since_judgement_id")),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_finding_since")),
    )
    op.create_index(op.f("ix_finding_since_judgement_id"), "finding_since", ["judgement_id"], unique=False)


def downgrade() -> None:
    op.drop_table("finding_since")
    op.drop_table("lingering_thing")
    op.drop_column("finding", "shown_frames")
