"""How many taps it takes to calibrate a window in the browser, from its list of versions to approved."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from deskcheck_service.app import create_app
from deskcheck_service.services import build_services
from deskcheck_service.settings import Settings
from deskcheck_vision.model_files import default_model_path
from playwright.sync_api import Page, ViewportSize

from tests.benchmarks.figures import Figure, measures

# The hand of the browser tests, so that both count the same taps; its modules name one another without a package.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from browser_kit import DESKTOP, PHONE
from editor_hand import calibrated, hall_photo
from pages_kit import PASSWORD, furnished_template, serving
from screenshots import chromium

MOST_TAPS = 40


def taps(viewport: ViewportSize) -> int:
    """Calibrate the bare window of a fresh installation in a real browser."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        furnished_template(folder)
        settings = Settings(
            database_url=f"sqlite:///{folder / 'deskcheck.db'}",
            evidence_url=str(folder / "evidence"),
            log_level="error",
        )
        url = stack.enter_context(serving(create_app(settings, build_services(settings))))
        browser = stack.enter_context(chromium(folder))

        def visit(who: str, viewport: ViewportSize) -> Page:
            context = browser.new_context(base_url=url, viewport=viewport, has_touch=viewport == PHONE, locale="zh-CN")
            stack.callback(context.close)
            answer = context.request.post("/api/v1/session", data={"name": who, "password": PASSWORD})
            if not answer.ok:
                raise RuntimeError(answer.text())
            return context.new_page()

        return calibrated(visit, viewport)


@measures
def calibrate_taps() -> Iterator[Figure]:
    """The larger of the counts at 390 and 1280 px; a list costs two taps, and so does choosing a file."""
    browser = os.environ.get("DESKCHECK_CHROMIUM", "/usr/bin/chromium")
    wanted = {"Chromium": shutil.which(browser), "the demonstration hall": hall_photo("reference").exists()}
    wanted["the model"] = default_model_path().exists()
    missing = ", ".join(name for name, there in wanted.items() if not there)
    if missing:
        yield Figure("calibrate_taps", None, MOST_TAPS, True, "taps", f"without {missing}")
        return
    counts = {viewport["width"]: taps(viewport) for viewport in (PHONE, DESKTOP)}
    note = ", ".join(f"{width} px: {count}" for width, count in counts.items())
    yield Figure("calibrate_taps", max(counts.values()), MOST_TAPS, True, "taps", note)
