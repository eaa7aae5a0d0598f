"""Photographs every page at two widths in two languages: ``python tests/support/screenshots.py [FOLDER]``.

The hall is the demonstration hall where it has been made, else the tests' own.
Look at the pictures: nothing here judges.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from browser_kit import DESKTOP, PHONE
from deskcheck_service import migrate
from deskcheck_service.accounts.rights import Scope
from deskcheck_service.app import create_app
from deskcheck_service.demo.build import ACCOUNTS, install, judge_clips, judge_hall
from deskcheck_service.demo.hall_file import demo_hall_path, read_hall
from deskcheck_service.dependencies import LANGUAGE_COOKIE
from deskcheck_service.layouts import repository as layouts
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import JudgementRow
from pages_kit import PASSWORD, PEOPLE, furnish, judge_photos, photo_file, serving
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from sqlalchemy import func, select

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "vision" / "deskcheck_vision" / "_fonts"
WIDTHS: dict[str, ViewportSize] = {"390": PHONE, "1280": DESKTOP}


def fill(services: Services, folder: Path) -> dict[str, str]:
    """Furnish the installation, judge photos by the real path and return the passwords of the people."""
    if demo_hall_path().exists():
        hall = read_hall(demo_hall_path())
        install(services.settings, services, hall)
        judge_hall(services, hall, lambda: None)
        judge_clips(services, hall, lambda: None)
        return {account.name: account.password for account in ACCOUNTS}
    migrate.upgrade(services.settings)
    furnish(services)
    judge_photos(services, ("A01", "A02"), folder)
    return dict.fromkeys(PEOPLE, PASSWORD)


def pages_of(code: str, last: int) -> list[tuple[str, str, str]]:
    """Return (name of the picture, who looks, address); the last judgement of the demonstration hall is of a film."""
    return [
        ("login", "", "/login"),
        ("today", "supervisor", "/"),
        ("today-inspector", "inspector", "/"),
        ("check-choose", "inspector", "/check"),
        ("check", "inspector", f"/check?window={code}"),
        ("judgement-fresh", "inspector", "/judgements/1?fresh=new"),
        ("judgement", "supervisor", "/judgements/2"),
        ("judgement-last", "supervisor", f"/judgements/{last}"),
        ("history", "supervisor", "/judgements"),
        ("history-empty", "supervisor", "/judgements?from=2020-01-01&to=2020-01-02"),
        ("review", "supervisor", "/review"),
        ("review-inconclusive", "supervisor", "/review?state=inconclusive"),
        ("review-empty", "supervisor", "/review?review_state=dismissed"),
        ("window", "supervisor", f"/windows/{code}"),
        ("layouts", "supervisor", "/layouts"),
        ("desk-types", "supervisor", "/layouts/desk-types"),
        ("layouts-waiting", "supervisor", "/layouts/waiting"),
        ("layout-copies", "supervisor", "/layouts/1/copies"),
        ("window-layouts", "supervisor", f"/windows/{code}/layouts"),
        ("layout", "supervisor", "/layouts/1"),
        ("layout-trial", "supervisor", "/layouts/1/trial"),
        ("layout-editor", "supervisor", f"/windows/{code}/layouts/edit"),
        ("cameras", "administrator", "/cameras"),
        ("problems", "supervisor", "/problems"),
        ("problem", "supervisor", "/problems/1"),
        ("outside-systems", "administrator", "/outside-systems"),
        ("users", "administrator", "/users"),
        ("me", "supervisor", "/me"),
        ("error-404", "inspector", "/windows/Z99"),
        ("error-403", "inspector", "/users"),
    ]


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A browser that knows the Chinese font of the installation."""
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{FONTS}</dir><cachedir>{folder}</cachedir></fontconfig>"
    )
    with sync_playwright() as playwright:
        path = os.environ.get("DESKCHECK_CHROMIUM", "/usr/bin/chromium")
        environment = {**os.environ, "FONTCONFIG_FILE": str(config)}
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"], env=environment)
        yield browser
        browser.close()


def photograph(
    browser: Browser, url: str, out: Path, code: str, last: int, photo: Path, passwords: dict[str, str]
) -> None:
    """Write one picture a page, width and language."""
    for width, viewport in WIDTHS.items():
        for language in ("zh", "en"):
            people: dict[str, Page] = {}
            for name, who, path in pages_of(code, last):
                page = people.get(who)
                if page is None:
                    context = browser.new_context(base_url=url, viewport=viewport, has_touch=width == "390")
                    context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": url}])
                    if who:
                        context.request.post("/api/v1/session", data={"name": who, "password": passwords[who]})
                    page = people[who] = context.new_page()
                page.goto(path, wait_until="networkidle")
                page.screenshot(path=out / f"{name}-{width}-{language}.png", full_page=True)
            upload = people["inspector"]
            upload.goto(f"/check?window={code}", wait_until="networkidle")
            upload.set_input_files("input[name=photo]", photo)
            tap = upload.locator("input[data-tap]")
            if tap.count():
                tap.check()
            upload.locator("[data-corner-start]").click()
            upload.screenshot(path=out / f"check-photo-{width}-{language}.png", full_page=True)
            review = people["supervisor"]
            review.goto("/review", wait_until="networkidle")
            review.keyboard.press("x")
            review.screenshot(path=out / f"review-reasons-{width}-{language}.png")
            review.keyboard.press("x")
            review.keyboard.press("?")
            review.screenshot(path=out / f"review-help-{width}-{language}.png")
            for page in people.values():
                page.context.close()


def _photo(folder: Path) -> Path:
    """Return a photo to be tapped on."""
    demo = sorted(demo_hall_path().parent.glob("photos/*-afternoon.jpg"))
    return demo[0] if demo else photo_file(folder)


def main() -> None:
    """Make the pictures."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "screenshots"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(
            database_url=f"sqlite:///{folder / 'deskcheck.db'}",
            evidence_url=str(folder / "evidence"),
            log_level="error",
        )
        services = build_services(settings)
        passwords = fill(services, folder)
        with services.database.reading() as session:
            code = layouts.windows(session, Scope(everything=True))[0].window.code
            last = session.scalars(select(func.max(JudgementRow.id))).one() or 0
        with serving(create_app(settings, services)) as url, chromium(folder) as browser:
            photograph(browser, url, out, code, last, _photo(folder), passwords)
    sys.stdout.write(f"{len(list(out.glob('*.png')))} pictures in {out}\n")


if __name__ == "__main__":
    main()
