"""The queue's tables: Procrastinate's own, in a PostgreSQL schema of their own, brought up with ours.

Its scripts come with the installed package; the schema's comment says how far they have been applied.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

SCHEMA = "deskcheck_queue"


def is_there(connection: Connection) -> bool:
    """Whether the database has the queue's tables."""
    found = connection.scalar(text("SELECT to_regclass(:name) IS NOT NULL"), {"name": f"{SCHEMA}.procrastinate_jobs"})
    return bool(found)


def bring_up(connection: Connection) -> None:
    """Create the queue's tables or bring them to the installed package's version, in the connection's transaction.

    Other databases than PostgreSQL have no queue, and nothing is done.
    """
    if connection.dialect.name != "postgresql":
        return
    from procrastinate.schema import SchemaManager

    scripts = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    newest = _version(scripts[-1])
    if is_there(connection):
        applied = connection.scalar(
            text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :name"),
            {"name": SCHEMA},
        )
        todo = [script.read_text(encoding="utf-8") for script in scripts if _version(script) > str(applied or "")]
    else:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        todo = [SchemaManager.get_schema()]
    if not todo:
        return
    connection.execute(text(f"SET LOCAL search_path = {SCHEMA}"))
    cursor = connection.connection.cursor()
    for script in todo:
        cursor.execute(script)  # as the driver has it: several statements, and signs that are no placeholders
    cursor.close()
    connection.execute(text("SET LOCAL search_path TO DEFAULT"))
    # Its functions name its tables without saying where: whoever calls them need not know either.
    connection.execute(text(_OWN_PATH))
    connection.execute(text(f"COMMENT ON SCHEMA {SCHEMA} IS '{newest}'"))


def _version(script: Path) -> str:
    return script.name.split("_", 1)[0]


_OWN_PATH = f"""
DO $$
DECLARE one regprocedure;
BEGIN
    FOR one IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
               WHERE n.nspname = '{SCHEMA}' LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = {SCHEMA}, pg_temp', one);
    END LOOP;
END;
$$
"""  # noqa: S608  the schema's name is ours
