"""One entry a problem in the review queue, what a problem keeps, pending deliveries, and the views for those who pull."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_QUEUE = {
    "ix_finding_queue": ["review_state", "state", "taken_at", "id"],
    "ix_finding_reviewed": ["review_state", "taken_at", "id"],
    "ix_finding_queue_area": ["area_id", "review_state", "state", "taken_at", "id"],
    "ix_finding_queue_window": ["window_id", "review_state", "state", "taken_at", "id"],
    "ix_finding_queue_rule": ["rule", "review_state", "state", "taken_at", "id"],
}

# Columns are added at the end and never renamed; what has to change becomes a _v2 beside it (docs/sql-view.md).
_FINDINGS = """
CREATE VIEW deskcheck_findings_v1 AS
SELECT
    f.id AS finding_id,
    f.judgement_id AS judgement_id,
    s.problem_id AS problem_id,
    ce.code AS centre,
    a.code AS area,
    w.code AS window_code,
    f.taken_at AS taken_at,
    f.created_at AS created_at,
    c.source AS source,
    f.rule AS rule,
    f.state AS state,
    f.reason AS reason,
    f.item AS item,
    f.place AS place,
    f.measured AS measured,
    f.limit_value AS limit_value,
    f.unit AS unit,
    f.uncertainty AS uncertainty,
    f.confidence AS confidence,
    CASE WHEN st.id IS NULL THEN f.review_state ELSE st.review_state END AS decision,
    CASE WHEN f.stands THEN 1 ELSE 0 END AS stands,
    lv.version AS layout_version,
    j.rule_set_version AS rule_set_version,
    j.model_sha256 AS model_sha256,
    c.masked_sha256 AS picture_sha256
FROM finding f
JOIN judgement j ON j.id = f.judgement_id
JOIN capture c ON c.id = j.capture_id
JOIN layout_version lv ON lv.id = j.layout_version_id
JOIN "window" w ON w.id = f.window_id
JOIN area a ON a.id = f.area_id
JOIN centre ce ON ce.id = f.centre_id
LEFT JOIN problem_sighting s ON s.finding_id = f.id
LEFT JOIN problem p ON p.id = s.problem_id
LEFT JOIN finding st ON st.id = p.standing_id
"""
_PROBLEMS = """
CREATE VIEW deskcheck_problems_v1 AS
SELECT
    p.id AS problem_id,
    ce.code AS centre,
    a.code AS area,
    w.code AS window_code,
    p.rule AS rule,
    NULLIF(p.item, '') AS item,
    NULLIF(p.place, '') AS place,
    COALESCE(p.ended_by, 'open') AS state,
    st.review_state AS decision,
    p.first_seen AS first_seen,
    p.last_seen AS last_seen,
    p.seen_count AS seen_count,
    p.closed_at AS closed_at,
    p.earlier_id AS earlier_problem_id,
    p.best_finding_id AS best_finding_id,
    b.judgement_id AS best_judgement_id,
    c.masked_sha256 AS best_picture_sha256
FROM problem p
JOIN "window" w ON w.id = p.window_id
JOIN area a ON a.id = p.area_id
JOIN centre ce ON ce.id = p.centre_id
JOIN finding b ON b.id = p.best_finding_id
JOIN judgement j ON j.id = b.judgement_id
JOIN capture c ON c.id = j.capture_id
LEFT JOIN finding st ON st.id = p.standing_id
"""


def upgrade() -> None:
    _let_findings_stand()
    op.add_column("problem", sa.Column("best_score", sa.Float(), server_default="0", nullable=False))
    for name in ("last_clean_at", "quiet_until"):
        op.add_column("problem", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("x_cm", "y_cm"):
        op.add_column("problem", sa.Column(name, sa.Float(), nullable=True))
    _add_reference("problem", "standing_id", "finding")
    _add_reference("problem", "earlier_id", "problem")
    op.create_index(op.f("ix_problem_standing_id"), "problem", ["standing_id"])
    op.create_index("ix_problem_key", "problem", ["window_id", "rule", "item", "place", "closed_at"])
    op.create_index("ix_problem_ended", "problem", ["ended_by", "last_seen", "id"])
    op.create_index("ix_problem_closed", "problem", ["window_id", "closed_at"])
    op.add_column("webhook_target", sa.Column("last_error", sa.String(500), server_default="", nullable=False))
    op.add_column("webhook_target", sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_outbox_event_centre", "outbox_event", ["centre_id", "created_at", "id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_outbox_delivery_lane",
        "outbox_delivery",
        ["target_id", "window_id", "event_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.execute(_FINDINGS)
    op.execute(_PROBLEMS)


def _let_findings_stand() -> None:
    op.add_column("finding", sa.Column("stands", sa.Boolean(), server_default=sa.true(), nullable=False))
    for name, columns in _QUEUE.items():
        op.drop_index(name, table_name="finding")
        op.create_index(
            name,
            "finding",
            columns,
            sqlite_where=sa.text("stands IS 1"),
            postgresql_where=sa.text("stands IS true"),
        )


def _add_reference(table: str, column: str, target: str) -> None:
    name = f"fk_{table}_{column}"
    if op.get_bind().dialect.name == "sqlite":
        # Said in the column itself: a constraint of the table would need a copy of it, which rows elsewhere refer to.
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {target} (id)")
        return
    op.add_column(table, sa.Column(column, _KEY, nullable=True))
    op.create_foreign_key(op.f(name), table, target, [column], ["id"])


def downgrade() -> None:
    op.execute("DROP VIEW deskcheck_problems_v1")
    op.execute("DROP VIEW deskcheck_findings_v1")
    op.drop_index("ix_outbox_delivery_lane", table_name="outbox_delivery")
    op.drop_index("ix_outbox_event_centre", table_name="outbox_event")
    op.drop_column("webhook_target", "last_success_at")
    op.drop_column("webhook_target", "last_error")
    op.drop_index(op.f("ix_problem_standing_id"), table_name="problem")
    op.drop_index("ix_problem_ended", table_name="problem")
    op.drop_index("ix_problem_closed", table_name="problem")
    op.drop_index("ix_problem_key", table_name="problem")
    for name in ("earlier_id", "standing_id", "y_cm", "x_cm", "quiet_until", "last_clean_at", "best_score"):
        op.drop_column("problem", name)
    for name, columns in _QUEUE.items():
        op.drop_index(name, table_name="finding")
        op.create_index(name, "finding", columns)
    op.drop_column("finding", "stands")
