"""Overlays drawn for narrow screens, beside the wide ones; captures from before have none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain additions need no copy of the table, not even on SQLite.
    op.add_column("capture", sa.Column("overlay_zh_narrow_sha256", sa.String(64), nullable=True))
    op.add_column("capture", sa.Column("overlay_en_narrow_sha256", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("capture", "overlay_en_narrow_sha256")
    op.drop_column("capture", "overlay_zh_narrow_sha256")
