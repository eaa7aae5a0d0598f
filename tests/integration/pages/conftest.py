"""The application with pages on a migrated SQLite file, and people at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from deskcheck_service.app import create_app
from deskcheck_service.dependencies import SESSION_COOKIE
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from fastapi import FastAPI
from pages_kit import furnished_template
from service_kit import open_session
from starlette.testclient import TestClient

Visitor = Callable[[str], TestClient]


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated and furnished SQLite file that tests copy."""
    return furnished_template(tmp_path_factory.mktemp("furnished"))


@pytest.fixture
def settings(furnished: Path, tmp_path: Path) -> Settings:
    shutil.copy(furnished, tmp_path / "deskcheck.db")
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'deskcheck.db'}",
        evidence_url=str(tmp_path / "evidence"),
        queue_page_size=20,
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
def visitor(app: FastAPI, services: Services) -> Visitor:
    """A factory of browsers without scripts; "" is not logged in."""

    def visit(name: str) -> TestClient:
        client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
        if name:
            # Pages send the CSRF token in their forms, so only the cookie is given.
            client.cookies.set(SESSION_COOKIE, open_session(services, name)[0])
        return client

    return visit
