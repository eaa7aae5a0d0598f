"""Bringing the database's tables to this program's version, from a source checkout and from the wheel alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from deskcheck_service.audits import queue_schema
from deskcheck_service.db import database_error, make_engine
from deskcheck_service.errors import DatabaseOutdatedError
from deskcheck_service.settings import Settings

if TYPE_CHECKING:
    from alembic.config import Config


def migrations_folder() -> Path:
    """Return the folder of the migration scripts: carried inside the wheel, beside the package in a checkout.

    Raises:
        FileNotFoundError: the installation is broken.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_migrations", package.parent / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise FileNotFoundError(f"no migration scripts beside {package}")


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for one connection."""
    from alembic.config import Config  # half of the import time of the service, needed for migrations alone

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(settings: Settings, revision: str = "head") -> str:
    """Create or upgrade the tables, all steps in one transaction, and return the version reached.

    Args:
        settings: where the database is.
        revision: Alembic's name of the version to reach.

    Raises:
        DatabaseError: the database cannot be opened, is locked, or a step failed; it is as it was before.
    """
    from alembic import command

    engine = make_engine(settings)
    try:
        with engine.begin() as connection:
            command.upgrade(alembic_config(connection), revision)
            queue_schema.bring_up(connection)
        return current_version(engine) or ""
    except SQLAlchemyError as exc:
        raise database_error(exc) from exc
    finally:
        engine.dispose()


def current_version(engine: Engine) -> str | None:
    """Return the version of the database's tables; None where it has none.

    Raises:
        DatabaseError: the database cannot be opened.
    """
    from alembic.migration import MigrationContext

    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as exc:
        raise database_error(exc) from exc


def newest_version() -> str:
    """Return the version that this program needs."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(alembic_config()).get_current_head() or ""


def check_current(engine: Engine) -> None:
    """Make sure that the tables fit this program.

    Raises:
        DatabaseOutdatedError: they do not.
        DatabaseError: the database cannot be opened.
    """
    if current_version(engine) != newest_version():
        raise DatabaseOutdatedError
