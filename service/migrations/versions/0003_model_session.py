"""Which session ran the model of a judgement: runtimes and precisions find slightly other boxes.

Judgements from before have none: that they ran on onnxruntime is likely, but was not written down.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("judgement", sa.Column("model_session", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("judgement", "model_session")
