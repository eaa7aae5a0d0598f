"""Real databases for the service's tests: SQLite files and a PostgreSQL server, both built by migrating."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from deskcheck_service import migrate
from deskcheck_service.app import create_app
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from fastapi import FastAPI
from postgresql import in_database, running_postgresql
from service_kit import Hall, make_hall
from starlette.testclient import TestClient


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the fuzzing module, and the import of its tool, to runs that ask for it."""
    if collection_path.name == "test_fuzz.py" and "not fuzz" in str(config.getoption("markexpr")):
        return True
    return None


@pytest.fixture(scope="session")
def postgresql_uri() -> Iterator[str]:
    """URI of a PostgreSQL server that this test run started."""
    with running_postgresql() as uri:
        yield uri


@pytest.fixture(scope="session")
def postgresql_template(postgresql_uri: str) -> str:
    """Name of a migrated database that tests copy."""
    with psycopg.connect(postgresql_uri, autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    migrate.upgrade(Settings(database_url=in_database(postgresql_uri, "migrated")))
    return "migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrate.upgrade(Settings(database_url=f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    path = tmp_path / "deskcheck.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    uri: str = request.getfixturevalue("postgresql_uri")
    template: str = request.getfixturevalue("postgresql_template")
    name = f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield in_database(uri, name)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url,
        evidence_url=str(tmp_path / "evidence"),
        secret_key_file=tmp_path / "secret-keys",
        database_busy_timeout_s=5,
        log_level="error",
    )


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    built = build_services(settings)
    yield built
    built.close()


@pytest.fixture
def app(settings: Settings, services: Services) -> FastAPI:
    return create_app(settings, services)


@pytest.fixture
def hall(services: Services) -> Hall:
    """Two areas with a window each and one person per role."""
    return make_hall(services)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A client that is not logged in."""
    return TestClient(app, raise_server_exceptions=False)
