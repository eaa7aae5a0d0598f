"""What holds for every page: nothing serious for axe, no sideways scrolling, small assets, two languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_kit import DESKTOP, PHONE, Visitor, log_in
from deskcheck_calibration.layout_file import dump_layout
from pages_kit import PASSWORD, Site, layout_of
from playwright.sync_api import Page, expect

PAGES = {
    "": ["/login"],
    "inspector": [
        "/",
        "/check",
        "/check?window=A01",
        "/check?window=B01",
        "/judgements",
        "/judgements/1",
        "/me",
        "/gone",
    ],
    "supervisor": [
        "/",
        "/map",
        "/review",
        "/review?review_state=confirmed",
        "/windows/A01",
        "/windows/B01",
        "/users",
        "/problems",
        "/problems/1",
    ],
    "administrator": [
        "/users",
        "/outside-systems",
        "/cameras",
        "/layouts",
        "/layouts/desk-types",
        "/layouts/waiting",
        "/layouts/1/copies",
        "/windows/A01/layouts",
        "/layouts/1",
        "/layouts/1/trial",
        "/windows/A01/layouts/edit",
        "/windows/B01/layouts/edit",
    ],
}


def serious(page: Page) -> list[str]:
    """What axe-core finds serious or critical, one line each."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.judged
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(
    visitor: Visitor, name: str, viewport: dict[str, int]
) -> None:
    page = visitor(name, viewport)
    for path in PAGES[name]:
        page.goto(path)
        expect(page.locator("main")).to_be_visible()
        assert serious(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path


def test_the_language_is_switched_kept_and_follows_the_person(visitor: Visitor) -> None:
    page = visitor(viewport=PHONE)
    page.goto("/login")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.locator("#name").fill("inspector")
    page.locator("#password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong.")

    log_in(page, "inspector")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="今日")).to_be_visible()
    other_device = visitor("inspector")
    expect(other_device.get_by_role("heading", name="今日")).to_be_visible()


def test_a_browser_without_chinese_fonts_gets_the_glyphs_it_lacks(visitor: Visitor) -> None:
    page = visitor("inspector")
    for words in ("今日", "疑似无法判定", "水杯偏离定位区"):
        loaded = page.evaluate(
            "words => document.fonts.load('16px \"deskcheck SC\"', words).then(f => f.length)", words
        )
        assert loaded >= 1, words


def test_first_paint_needs_less_than_100_kb_of_assets(visitor: Visitor) -> None:
    page = visitor()
    sizes: dict[str, int] = {}
    page.on(
        "requestfinished",
        lambda request: (
            sizes.__setitem__(request.url, request.sizes()["responseBodySize"]) if "/static/" in request.url else None
        ),
    )
    page.goto("/login", wait_until="networkidle")
    assert len(sizes) >= 2
    assert 5_000 < sum(sizes.values()) < 100_000, sizes


def test_too_many_wrong_passwords_are_held_back(visitor: Visitor, site: Site) -> None:
    page = visitor(viewport=PHONE)
    for _ in range(site.services.settings.login_failures_allowed + 1):
        page.goto("/login")
        page.locator("#name").fill("inspector")
        page.locator("#password").fill("wrong password")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("登录已暂停")
    expect(page.get_by_role("alert")).to_contain_text("秒后重试")


def test_nobody_is_led_away_after_log_in(visitor: Visitor, site: Site) -> None:
    page = visitor()
    page.goto("/login?next=//evil.example/")
    page.locator("#name").fill("inspector")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{site.url}/")


def test_log_out_ends_it(visitor: Visitor) -> None:
    page = visitor("inspector", PHONE)
    page.goto("/me")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("您已退出登录。")).to_be_visible()
    page.goto("/")
    expect(page).to_have_url("/login")


def test_error_pages_have_code_next_step_and_a_way_out(visitor: Visitor) -> None:
    page = visitor("inspector")
    answer = page.goto("/windows/Z99")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_contain_text("找不到")
    expect(page.locator("main")).to_contain_text("request.not_found")
    answer = page.goto("/users")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("h1")).to_contain_text("管理员")
    page.get_by_role("link", name="回到今日").click()
    expect(page.get_by_role("heading", name="今日")).to_be_visible()


def test_a_layout_needs_four_eyes(visitor: Visitor, tmp_path: Path) -> None:
    good, bad = tmp_path / "b01.yaml", tmp_path / "bad.yaml"
    good.write_text(dump_layout(layout_of("B01")), encoding="utf-8")
    bad.write_text(dump_layout(layout_of("B01")).replace('item: "monitor"', 'item: "moniter"'), encoding="utf-8")
    author = visitor("supervisor")
    author.goto("/windows/B01/layouts")
    author.set_input_files("input[name=layout]", bad)
    author.get_by_role("button", name="上传为草稿").click()
    expect(author.get_by_role("alert")).to_be_visible()
    expect(author.locator(".field-error li").first).to_contain_text("行")
    author.set_input_files("input[name=layout]", good)
    author.get_by_role("button", name="上传为草稿").click()
    expect(author.get_by_text("须由另一位监督人员批准")).to_be_visible()
    expect(author.get_by_role("button", name="批准此版本")).to_have_count(0)

    other = visitor("second", PHONE)
    other.goto("/windows/B01/layouts")
    other.get_by_role("button", name="批准").click()
    expect(other.locator(".pill")).to_have_text("已批准")
    other.goto("/windows/B01")
    expect(other.locator("dl.facts")).to_contain_text("监督员乙")


def test_an_administrator_adds_and_switches_off_an_account(visitor: Visitor) -> None:
    page = visitor("administrator")
    page.goto("/users")
    page.get_by_label("登录名").fill("newcomer")
    page.get_by_label("显示姓名").fill("新同事")
    page.get_by_label("初始密码").fill("a long first password")
    page.get_by_role("button", name="添加账号").click()
    expect(page.get_by_role("alert")).to_contain_text("角色")
    expect(page.get_by_label("登录名")).to_have_value("newcomer")
    page.get_by_label("初始密码").fill("a long first password")
    page.get_by_label("值周人员").check()
    page.get_by_role("button", name="添加账号").click()
    expect(page.locator("table.rows")).to_contain_text("新同事")
    newcomer = visitor()
    log_in(newcomer, "newcomer", "a long first password")
    page.get_by_role("button", name="停用 新同事").click()
    expect(page.get_by_role("button", name="启用 新同事")).to_be_visible()
    newcomer.goto("/")
    expect(newcomer).to_have_url("/login")
