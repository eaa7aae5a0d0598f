"""The database is built by migrating, and the migrations say exactly what the tables say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from alembic import command
from deskcheck_service import migrate
from deskcheck_service.db import make_engine
from deskcheck_service.errors import DatabaseOutdatedError
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Base, JudgementRow
from seed_queue import seed_queue
from service_kit import Hall
from sqlalchemy import Engine, inspect, select, update


def test_migrations_and_tables_say_the_same(database_url: str) -> None:
    engine = make_engine(Settings(database_url=database_url))
    with engine.connect() as connection:
        command.check(migrate.alembic_config(connection))
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    assert names == set(Base.metadata.tables) | {"alembic_version"}


def test_upgrade_is_repeatable_and_can_be_taken_back(database_url: str) -> None:
    settings = Settings(database_url=database_url)
    assert migrate.upgrade(settings) == migrate.newest_version()
    engine = make_engine(settings)
    migrate.check_current(engine)
    with engine.begin() as connection:
        command.downgrade(migrate.alembic_config(connection), "base")
    with pytest.raises(DatabaseOutdatedError):
        migrate.check_current(engine)
    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    assert migrate.upgrade(settings) == migrate.newest_version()


def test_judgements_from_before_sessions_were_kept_stay_and_name_none(services: Services, hall: Hall) -> None:
    seed_queue(services.database, 10)  # two judgements
    judgements = select(JudgementRow.id, JudgementRow.state).order_by(JudgementRow.id)
    with services.database.writing() as session:
        session.execute(update(JudgementRow).values(model_session="openvino-bf16"))
        before = session.execute(judgements).all()
    engine = make_engine(services.settings)
    with engine.begin() as connection:
        command.downgrade(migrate.alembic_config(connection), "0002")
    assert "model_session" not in {column["name"] for column in inspect(engine).get_columns("judgement")}
    engine.dispose()
    assert migrate.upgrade(services.settings) == migrate.newest_version()
    with services.database.reading() as session:
        assert session.execute(judgements).all() == before
        assert session.scalars(select(JudgementRow.model_session)).all() == [None, None]


def test_constraints_have_names_on_both_databases(database_url: str) -> None:
    engine = make_engine(Settings(database_url=database_url))
    inspector = inspect(engine)
    for table in Base.metadata.tables:
        checks = inspector.get_check_constraints(table)
        assert all(str(check["name"]).startswith("ck_") for check in checks), (table, checks)
        assert inspector.get_pk_constraint(table)["name"] == f"pk_{table}"
        for key in inspector.get_foreign_keys(table):
            column = key["constrained_columns"][0]
            # SQLAlchemy reads no names of SQLite's constraints that stand in a column added later.
            inline = (
                re.search(rf"{column} INTEGER CONSTRAINT (fk_\w+) REFERENCES", _sql(engine, table))
                if not key["name"]
                else None
            )
            named = inline[1] if inline else key["name"]
            assert named == f"fk_{table}_{column}"
    engine.dispose()


def _sql(engine: Engine, table: str) -> str:
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).scalar()
    return str(found)


def test_sqlite_is_set_up_for_several_processes(sqlite_url: str) -> None:
    engine = make_engine(Settings(database_url=sqlite_url, database_busy_timeout_s=7))
    with engine.connect() as connection:
        asked = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in
                 ("foreign_keys", "journal_mode", "busy_timeout")}  # fmt: skip
    engine.dispose()
    assert asked == {"foreign_keys": 1, "journal_mode": "wal", "busy_timeout": 7000}


def test_scripts_are_found_inside_an_installed_package_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel carries the scripts as ``_migrations`` beside the module."""
    package = tmp_path / "deskcheck_service"
    package.mkdir()
    shutil.copytree(migrate.migrations_folder(), package / "_migrations")
    monkeypatch.setattr(migrate, "__file__", str(package / "migrate.py"))
    assert migrate.migrations_folder() == package / "_migrations"
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert migrate.upgrade(Settings(database_url=url)) == migrate.newest_version()


def test_unfinished_upgrade_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "deskcheck_service"
    folder.mkdir()
    shutil.copytree(migrate.migrations_folder(), folder / "_migrations")
    broken = folder / "_migrations" / "versions" / "9999_broken.py"
    broken.write_text(
        f"from alembic import op\nrevision = '9999'\ndown_revision = '{migrate.newest_version()}'\n"
        "branch_labels = depends_on = None\n"
        "def upgrade():\n    op.execute('CREATE TABLE half (id INTEGER)')\n    op.execute('NO SUCH STATEMENT')\n"
    )
    monkeypatch.setattr(migrate, "__file__", str(folder / "migrate.py"))
    from deskcheck_service.errors import DatabaseError

    settings = Settings(database_url=f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(DatabaseError):
        migrate.upgrade(settings)
    engine = make_engine(settings)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
