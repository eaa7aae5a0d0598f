"""Schedules, calendar and a round as it runs, in the browser."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_kit import DESKTOP, PHONE, Visitor
from deskcheck_service.audits import rounds
from deskcheck_service.tables import Centre, utc_now
from deskcheck_service.tables.audits import CameraVisit, OwedState, OwedView
from pages_kit import Site
from playwright.sync_api import Page, ViewportSize, expect
from rounds_kit import add_camera
from sqlalchemy import select, update


def fits(page: Page, viewport: ViewportSize) -> None:
    """Nothing serious for axe, nothing that scrolls sideways."""
    found = Axe().run(page).response["violations"]
    assert [one["help"] for one in found if one["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_schedules_and_calendar_are_set_up_in_the_browser(visitor: Visitor, viewport: ViewportSize) -> None:
    page = visitor("supervisor", viewport)
    page.goto("/rounds")
    page.locator("main").get_by_role("link", name="巡检计划").last.click()
    page.get_by_role("button", name="添加常用计划").click()
    cards = page.locator("main .findings > .finding")
    expect(cards).to_have_count(4)
    expect(page.locator(".coming-days")).to_contain_text("时间随机")

    morning = cards.filter(has_text="上午巡检")
    morning.get_by_text("修改").click()
    morning.locator("input[name=ends]").fill("09:00")
    morning.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("结束时间应晚于开始时间")
    expect(morning.locator("input[name=ends]")).to_have_value("09:00")
    fits(page, viewport)
    morning.locator("input[name=ends]").fill("11:00")
    morning.get_by_role("button", name="保存").click()
    expect(morning).to_contain_text("10:00–11:00")
    morning.get_by_role("button", name="停用").click()
    expect(morning).to_contain_text("已停用")

    page.locator(".rounds-nav").get_by_role("link", name="工作日历").click()
    page.goto(f"{page.url}?month=2029-10")
    expect(page.get_by_role("status")).to_contain_text("2029")
    page.get_by_label("年份").fill("2029")
    page.get_by_label("安排内容").fill("十月放假")
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_role("alert")).to_contain_text("第 1 行无法识别")
    page.get_by_label("年份").fill("2029")
    page.get_by_label("安排内容").fill("一、元旦：1月1日放假。\n七、国庆节：10月1日至7日放假。")
    page.get_by_role("button", name="导入").click()
    page.goto("/rounds/calendar?month=2029-10")
    expect(page.get_by_role("status")).to_have_count(0)
    expect(page.locator(".month-mark")).to_have_count(7)
    fits(page, viewport)


def _hall(site: Site) -> Any:
    with site.services.database.reading() as session:
        return SimpleNamespace(centre_id=session.scalars(select(Centre.id)).one())


def test_a_round_is_watched_as_it_runs(visitor: Visitor, site: Site) -> None:
    hall = _hall(site)
    for camera, window in (("hall-1", "A01"), ("hall-2", "A02")):
        add_camera(site.services, hall, camera, window)
    page = visitor("supervisor", PHONE)
    page.goto("/rounds")
    page.get_by_text("立即巡检").click()
    page.get_by_role("button", name="开始", exact=True).click()
    expect(page.locator(".owed")).to_have_count(2)
    expect(page.locator("#progress .state-solved")).to_contain_text("进行中")
    with site.services.database.writing() as session:
        session.execute(update(CameraVisit).values(reason="unreachable", tries=2))
        session.execute(update(OwedView).values(state=OwedState.UNJUDGED, reason="unreachable"))
    # The page asks by itself.
    expect(page.locator(".owed-why").first).to_contain_text("摄像机连接不上")
    assert page.url.rsplit("/", 1)[-1].isdigit()
    rounds.close_due(site.services, utc_now())
    expect(page.locator("#progress")).to_contain_text("未执行")
    expect(page.locator("#progress[hx-trigger]")).to_have_count(0)
    fits(page, PHONE)
    page.goto("/rounds/days")
    expect(page.locator(".marks-table tbody tr")).to_have_count(3)
    fits(page, PHONE)
