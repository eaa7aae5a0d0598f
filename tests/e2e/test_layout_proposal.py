"""Home zones drafted from pictures in the browser: chosen, looked at, taken over, taken back, submitted."""

from __future__ import annotations

import os

import pytest
from browser_kit import DESKTOP, PHONE, Visitor
from deskcheck_calibration.layout_file import load_layout
from deskcheck_service.layouts import repository
from editor_hand import Hand
from pages_kit import Site
from playwright.sync_api import Page, ViewportSize, expect
from proposal_hand import judge_tidy_desk


def opened(visitor: Visitor, viewport: ViewportSize, language: str = "zh") -> Hand:
    """The editor with its panel open."""
    page = visitor("supervisor", viewport)
    page.context.add_cookies([{"name": "deskcheck_language", "value": language, "url": page.url}])
    hand = Hand(page, touch=viewport == PHONE)
    hand.begin("A01")
    hand.tap(page.locator("[data-proposal] > summary"))
    expect(page.locator("[data-proposal-pictures] li").first).to_be_visible()
    return hand


def pictured(hand: Hand, name: str) -> None:
    """Keep the panel as a picture where somebody wants to look at it."""
    folder = os.environ.get("DESKCHECK_SCREENSHOTS")
    if folder:
        hand.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def zone_ids(page: Page) -> set[str]:
    things = page.locator("[data-thing^='zones:']")
    return {(one.get_attribute("data-thing") or "").removeprefix("zones:") for one in things.all()}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_zones_are_drafted_taken_over_taken_back_and_submitted(
    visitor: Visitor, site: Site, viewport: ViewportSize, language: str
) -> None:
    photos = judge_tidy_desk(site.services)
    hand = opened(visitor, viewport, language)
    page = hand.page
    pictures = page.locator("[data-proposal-pictures] input")
    expect(pictures).to_have_count(photos)
    useless = page.locator("[data-proposal-pictures] .is-useless")
    expect(useless).to_have_count(1)
    expect(useless).to_contain_text("台面位置未知" if language == "zh" else "where the desk lies is not known")
    for picture in pictures.all():
        if picture.is_enabled():
            picture.check()
    before = zone_ids(page)
    name = f"proposal-{viewport['width']}-{language}"
    pictured(hand, f"{name}-pictures")
    # Nothing was drawn here by hand: one zone is taken away to be drafted as a new one, the others are there already.
    hand.tap(page.locator("[data-thing='zones:keyboard']"))
    hand.tap(page.locator("[data-do=delete]"))
    hand.tap(page.locator("[data-propose]"))
    expect(page.locator("[data-proposal-zones] li").first).to_be_visible(timeout=60_000)
    ticks = page.locator("[data-proposal-zones] input")
    # What has a zone already is replaced only if somebody says so.
    expect(page.locator("[data-take=keyboard]")).to_be_checked()
    expect(page.locator("[data-take=monitor]")).not_to_be_checked()
    expect(page.locator("[data-proposal-zones] li", has=page.locator("[data-take=monitor]"))).to_contain_text(
        "勾选则替换" if language == "zh" else "tick to replace"
    )
    assert ticks.count() >= 3
    page.locator("[data-take=monitor]").check()
    pictured(hand, f"{name}-drafted")
    hand.tap(page.locator("[data-take-over]"))
    expect(page.locator("[data-thing='zones:keyboard']")).to_be_visible()
    after = zone_ids(page)
    # Nothing is doubled: what is there beside the zones of before was drafted, and the desk's keyboard is back as one.
    assert before <= after
    assert not {f"{name}-2" for name in before} & after

    page.locator("[data-undo]").click()
    expect(page.locator("[data-thing='zones:keyboard']")).to_have_count(0)
    page.locator("[data-redo]").click()
    expect(page.locator("[data-thing='zones:keyboard']")).to_be_visible()
    assert zone_ids(page) == after
    hand.saved()
    hand.tap(page.locator("[data-submit]"))
    expect(page.locator(".pill")).to_have_text("草稿" if language == "zh" else "draft", ignore_case=True)
    with site.services.database.reading() as session:
        window = repository.window(session, "A01")
        assert window is not None
        drafted = load_layout(max(repository.layouts(session, window.id), key=lambda one: one.version).text)
        approved = repository.approved_layout(session, window.id)
        assert approved is not None
        present = load_layout(approved.text)
    zones = {zone.id: zone for zone in drafted.zones}
    assert set(zones) == after
    assert zones["monitor"].polygon_cm != {zone.id: zone for zone in present.zones}["monitor"].polygon_cm
    keyboard = zones["keyboard"].polygon_cm
    assert sum(x for x, _ in keyboard) / len(keyboard) == pytest.approx(78, abs=3)


def test_without_a_connection_nothing_changes_and_it_can_be_tried_again(visitor: Visitor, site: Site) -> None:
    judge_tidy_desk(site.services)
    hand = opened(visitor, DESKTOP)
    page = hand.page
    before = zone_ids(page)
    page.locator("[data-proposal-pictures] input:enabled").first.check()
    page.context.set_offline(True)
    hand.tap(page.locator("[data-propose]"))
    expect(page.locator("[data-proposal-note]")).to_contain_text("连接中断")
    page.context.set_offline(False)
    hand.tap(page.locator("[data-propose]"))
    expect(page.locator("[data-proposal-zones] li").first).to_be_visible(timeout=60_000)
    assert zone_ids(page) == before
