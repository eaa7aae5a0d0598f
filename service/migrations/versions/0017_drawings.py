"""Overlays are drawn when somebody looks; overlays that were stored as pictures stay as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drawing",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("masked_sha256", sa.String(64), nullable=False),
        sa.Column("shown_px", sa.Integer(), nullable=False),
        sa.Column("kept_px", sa.Integer(), nullable=True),
        sa.Column("overlay", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_drawing")),
    )


def downgrade() -> None:
    op.drop_table("drawing")
