"""Desk types, the type of each window, and what a layout version was copied from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "desk_type",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("centre_id", _KEY, nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name_zh", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("width_cm", sa.Float(), nullable=False),
        sa.Column("depth_cm", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_desk_type_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_type")),
        sa.UniqueConstraint("centre_id", "code", name=op.f("uq_desk_type_centre_id_code")),
    )
    _add_reference("window", "desk_type_id", "desk_type")
    _add_reference("layout_version", "copied_from_id", "layout_version")


def _add_reference(table: str, column: str, target: str) -> None:
    name = f"fk_{table}_{column}"
    if op.get_bind().dialect.name == "sqlite":
        # Said in the column itself: a constraint of the table would need a copy of it, which rows elsewhere refer to.
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {target} (id)")
        return
    op.add_column(table, sa.Column(column, _KEY, nullable=True))
    op.create_foreign_key(op.f(name), table, target, [column], ["id"])


def downgrade() -> None:
    op.drop_column("layout_version", "copied_from_id")
    op.drop_column("window", "desk_type_id")
    op.drop_table("desk_type")
