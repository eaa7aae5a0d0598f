"""Alembic's entry; the connection comes from ``deskcheck_service.migrate``, never from an ini file."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from deskcheck_service.tables import Base
from deskcheck_service.tables.base import UtcDateTime


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column type as what it is in the database: a migration imports nothing of the program."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=context.config.attributes.get("batch", connection.dialect.name == "sqlite"),
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
