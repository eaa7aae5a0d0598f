"""How the lens of a place's camera bends its pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("view", sa.Column("bend", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("view", "bend")
