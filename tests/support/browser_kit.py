"""What the browser tests share: screen sizes, the type of the visitors' factory, log-in through the page."""

from __future__ import annotations

from collections.abc import Callable

from pages_kit import PASSWORD
from playwright.sync_api import Page, ViewportSize, expect

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}

Visitor = Callable[..., Page]


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Log in through the page."""
    page.goto("/login")
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.locator("form.card button").click()
    expect(page.locator(".topbar")).to_be_visible()
