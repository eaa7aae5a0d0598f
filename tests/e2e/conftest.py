"""A real server and a real browser: uvicorn on a free port, a migrated SQLite, our own model, Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlparse

import pytest
from browser_kit import DESKTOP, PHONE, Visitor
from deskcheck_service.app import create_app
from deskcheck_service.dependencies import SESSION_COOKIE
from deskcheck_service.engine import JudgeEngine
from deskcheck_service.services import build_services
from deskcheck_service.settings import Settings
from pages_kit import Site, furnished_template, judge_photos, serving
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright
from service_kit import open_session

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "vision" / "deskcheck_vision" / "_fonts"
_NOTE_VIOLATIONS = """
  window.cspViolations = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    window.cspViolations.push(event.violatedDirective + " " + event.blockedURI);
  });
"""

expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


def chromium_path() -> str:
    found = os.environ.get("DESKCHECK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium: install Debian's chromium or set DESKCHECK_CHROMIUM")
    return found


def _model() -> Path | None:
    """The weights to judge with; None takes the published ones."""
    named = os.environ.get("DESKCHECK_MODEL_PATH")
    return Path(named) if named else None


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium with the Chinese font that the installation fetched, so that pictures look alike on every machine."""
    folder = tmp_path_factory.mktemp("fonts")
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{FONTS}</dir><cachedir>{folder}</cachedir></fontconfig>"
    )
    environment = {**os.environ, "FONTCONFIG_FILE": str(config)}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"], env=environment)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def engine() -> JudgeEngine:
    """The real model, loaded once for all tests."""
    return JudgeEngine(Settings(model_path=_model()))


@pytest.fixture(scope="session")
def furnished_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated and furnished SQLite file that tests copy."""
    return furnished_template(tmp_path_factory.mktemp("furnished"))


def _settings(folder: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / 'deskcheck.db'}",
        evidence_url=str(folder / "evidence"),
        model_path=_model(),
        log_level="error",
    )


@pytest.fixture(scope="session")
def judged_folder(furnished_database: Path, engine: JudgeEngine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a photo of each window judged by the real path: database and evidence, for tests to copy."""
    folder = tmp_path_factory.mktemp("judged")
    shutil.copy(furnished_database, folder / "deskcheck.db")
    services = replace(build_services(_settings(folder)), engine=engine)
    judge_photos(services, ("A01", "A02"), tmp_path_factory.mktemp("photos"))
    services.close()
    return folder


@pytest.fixture
def site(
    request: pytest.FixtureRequest, furnished_database: Path, engine: JudgeEngine, tmp_path: Path
) -> Iterator[Site]:
    """A furnished installation, fresh for each test, so that no test can lean on another.

    Photos are judged in it already for tests marked ``judged``.
    """
    if request.node.get_closest_marker("judged"):
        shutil.copytree(request.getfixturevalue("judged_folder"), tmp_path, dirs_exist_ok=True)
    else:
        shutil.copy(furnished_database, tmp_path / "deskcheck.db")
    settings = _settings(tmp_path)
    services = replace(build_services(settings), engine=engine)
    with serving(create_app(settings, services)) as url:
        yield Site(url, services)


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Visitor]:
    """A factory of people at a browser: ``visitor("inspector", PHONE)``; "" does not log in.

    Afterwards no page may have asked another host for anything, broken the Content-Security-Policy or logged an error.
    """
    contexts: list[BrowserContext] = []
    pages: list[Page] = []
    foreign: list[str] = []
    errors: list[str] = []
    host = urlparse(site.url).netloc

    def visit(name: str = "", viewport: ViewportSize | None = None, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport=viewport or DESKTOP,
            has_touch=viewport == PHONE,
            java_script_enabled=scripts,
            locale="zh-CN",
        )
        context.set_default_timeout(15_000)
        context.add_init_script(_NOTE_VIOLATIONS)
        context.on(
            "request",
            lambda request: (
                foreign.append(request.url)
                if request.url.startswith("http") and urlparse(request.url).netloc != host
                else None
            ),
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        if scripts:
            pages.append(page)
        if name:
            # The log-in page has tests of its own; here it would only cost time.
            cookie = open_session(site.services, name)[0]
            context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": site.url, "httpOnly": True}])
            page.goto("/")
        return page

    yield visit
    for page in pages:
        assert page.evaluate("window.cspViolations ?? []") == []
    for context in contexts:
        context.close()
    assert foreign == []
    assert errors == []
