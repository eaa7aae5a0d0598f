"""Rounds: a schedule's secret for what it draws at random, the seed of each draw, the way of the route, who started it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_schedule", sa.Column("draw_secret", sa.String(64), server_default="", nullable=False))
    op.add_column("audit_schedule", sa.Column("last_first", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("audit_round", sa.Column("draw_seed", sa.String(64), nullable=True))
    op.add_column("audit_round", sa.Column("started_by", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("audit_round", "started_by")
    op.drop_column("audit_round", "draw_seed")
    op.drop_column("audit_schedule", "last_first")
    op.drop_column("audit_schedule", "draw_secret")
