"""Connections and transactions, for SQLite and PostgreSQL.

There is ONE place where anything is committed: ``Database.writing``. Driver errors leave this module as
``DatabaseError`` with a stable code.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Session

from deskcheck_service.errors import (
    DatabaseAbsentError,
    DatabaseError,
    DatabaseLockedError,
    DatabaseOutdatedError,
    ServiceError,
    StorageFullError,
)
from deskcheck_service.settings import Settings

READ_ONLY = "deskcheck_read_only"


def _sqlite_connect(busy_timeout_s: float) -> Any:
    def prepare(connection: Any, _record: object) -> None:
        # Python's own transaction handling never sends BEGIN IMMEDIATE; "begin" below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(busy_timeout_s * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    return prepare


def _sqlite_begin(connection: Connection) -> None:
    # A write that starts as a read can fail with "locked" at once, whatever the time-out: take the lock first.
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _sqlite_reset(connection: Any, _record: object, _state: object) -> None:
    # A COMMIT that fails leaves SQLite's transaction open, and SQLAlchemy takes it for ended: without this, the
    # next request to get the connection could not begin its own.
    connection.rollback()


def make_engine(settings: Settings) -> Engine:
    """Return the engine for the database of the settings; nothing is opened yet.

    Raises:
        DatabaseAbsentError: the folder of a SQLite file cannot be made.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        if url.database:
            try:
                Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            except OSError as exc:
                raise DatabaseAbsentError from exc
        engine = create_engine(
            url,
            pool_size=settings.database_pool_size,
            pool_timeout=settings.database_busy_timeout_s,
            connect_args={"check_same_thread": False},
        )
        event.listen(engine, "connect", _sqlite_connect(settings.database_busy_timeout_s))
        event.listen(engine, "begin", _sqlite_begin)
        event.listen(engine, "reset", _sqlite_reset)
        return engine
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    lock_ms = int(settings.database_busy_timeout_s * 1000)
    return create_engine(
        url,
        pool_size=settings.database_pool_size,
        pool_timeout=settings.database_busy_timeout_s,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "options": f"-c lock_timeout={lock_ms} -c timezone=UTC"},
    )


# What the drivers say, by SQLSTATE (PostgreSQL) and by result code (SQLite).
_BY_SQLSTATE: dict[str, type[ServiceError]] = {
    "55P03": DatabaseLockedError,
    "40P01": DatabaseLockedError,
    "40001": DatabaseLockedError,
    "53100": StorageFullError,
    "42P01": DatabaseOutdatedError,
    "42703": DatabaseOutdatedError,
    "57P03": DatabaseAbsentError,
}
_BY_SQLITE_NAME: dict[str, type[ServiceError]] = {
    "SQLITE_BUSY": DatabaseLockedError,
    "SQLITE_LOCKED": DatabaseLockedError,
    "SQLITE_FULL": StorageFullError,
    "SQLITE_CANTOPEN": DatabaseAbsentError,
    "SQLITE_NOTADB": DatabaseAbsentError,
    "SQLITE_READONLY": DatabaseAbsentError,
}


def database_error(exc: SQLAlchemyError) -> ServiceError:
    """Translate a driver's error into ours."""
    if isinstance(exc, PoolTimeoutError):
        return DatabaseLockedError()
    original = exc.orig if isinstance(exc, DBAPIError) else None
    sqlstate = getattr(original, "sqlstate", None)
    if sqlstate in _BY_SQLSTATE:
        return _BY_SQLSTATE[sqlstate]()
    name = "_".join(str(getattr(original, "sqlite_errorname", "")).split("_")[:2])
    if name in _BY_SQLITE_NAME:
        return _BY_SQLITE_NAME[name]()
    if "no such table" in str(original) or "no such column" in str(original):
        return DatabaseOutdatedError()
    # psycopg reports a refused connection without a SQLSTATE.
    if type(original).__name__ == "OperationalError" and sqlstate is None and type(original).__module__ == "psycopg":
        return DatabaseAbsentError()
    return DatabaseError()


def is_unique_clash(exc: IntegrityError) -> bool:
    """True if a row of that key was there already; other broken constraints are faults of the program."""
    if getattr(exc.orig, "sqlstate", None) == "23505":
        return True
    return getattr(exc.orig, "sqlite_errorname", "") in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}


def insert_into(session: Session, table: type[DeclarativeBase]) -> Any:
    """Return an INSERT that can say ON CONFLICT, which both databases spell alike and SQLAlchemy keeps per dialect."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


class Database:
    """The engine with its two kinds of transaction.

    Args:
        settings: where the database is.
    """

    def __init__(self, settings: Settings) -> None:
        self.engine = make_engine(settings)
        options: dict[str, Any] = {READ_ONLY: True}
        if self.engine.dialect.name == "postgresql":
            options["postgresql_readonly"] = True
        self._reader = self.engine.execution_options(**options)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that sees one state of the database and writes nothing.

        Raises:
            DatabaseError: a statement failed.
        """
        with _translated(), Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session whose work is committed as a whole when the block ends, or not at all.

        Raises:
            DatabaseError: a statement or the commit failed; nothing was saved.
            StorageFullError: the disk is full; nothing was saved.
        """
        with _translated(), Session(self.engine, expire_on_commit=False) as session:
            try:
                yield session
            except ServiceError as exc:
                if exc.keeps_writes:
                    session.commit()
                raise
            session.commit()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise  # a service that expects a clash says which one; an unexpected one is a bug and a 500
    except SQLAlchemyError as exc:
        raise database_error(exc) from exc
    except OSError as exc:
        if exc.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFullError from exc
        raise
