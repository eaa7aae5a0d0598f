"""Views of one window that were judged as one, and where people were masked, so that they go on hiding what they hid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("capture", sa.Column("masked_px", sa.Text(), nullable=True))
    op.create_table(
        "judged_together",
        sa.Column("judgement_id", _KEY, nullable=False, autoincrement=False),
        sa.Column("other_id", _KEY, nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgement.id"], name="fk_judged_together_judgement_id"),
        sa.ForeignKeyConstraint(["other_id"], ["judgement.id"], name="fk_judged_together_other_id"),
        sa.PrimaryKeyConstraint("judgement_id", "other_id", name="pk_judged_together"),
    )
    op.create_index("ix_judged_together_other_id", "judged_together", ["other_id"])


def downgrade() -> None:
    op.drop_table("judged_together")
    op.drop_column("capture", "masked_px")
