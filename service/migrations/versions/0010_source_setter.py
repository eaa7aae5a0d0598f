"""Who set a camera's source: somebody else approves its views."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("camera_source") as batch:
        batch.add_column(sa.Column("set_by_id", _KEY, nullable=True))
        batch.create_foreign_key("fk_camera_source_set_by_id", "user_account", ["set_by_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("camera_source") as batch:
        batch.drop_constraint("fk_camera_source_set_by_id", type_="foreignkey")
        batch.drop_column("set_by_id")
