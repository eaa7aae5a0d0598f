"""The working draft of a window's layout, and the reference picture that a version brings with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "layout_draft",
        sa.Column("window_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_layout_draft_author_id")),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name=op.f("fk_layout_draft_window_id")),
        sa.PrimaryKeyConstraint("window_id", name=op.f("pk_layout_draft")),
    )
    op.add_column("layout_version", sa.Column("reference_view", sa.String(200), nullable=True))
    op.add_column("layout_version", sa.Column("reference_sha256", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("layout_version", "reference_sha256")
    op.drop_column("layout_version", "reference_view")
    op.drop_table("layout_draft")
