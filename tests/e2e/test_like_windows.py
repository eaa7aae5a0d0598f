"""A type for three windows, one of them calibrated, its layout copied to the others, all approved by another person."""

from __future__ import annotations

import re

import pytest
from browser_kit import DESKTOP, PHONE, Visitor
from deskcheck_calibration.layout_file import load_layout
from deskcheck_service.layouts import repository
from editor_hand import Hand, hall_photo
from pages_kit import Site
from playwright.sync_api import Locator, Page, ViewportSize, expect

SIZE = ("160", "75")


def english(page: Page) -> None:
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def add_type(page: Page, code: str, name: str, size: tuple[str, str]) -> None:
    form = page.locator("form[action='/layouts/desk-types']")
    form.locator("[name=code]").fill(code)
    form.locator("[name=name_zh]").fill(name)
    form.locator("[name=width_cm]").fill(size[0])
    form.locator("[name=depth_cm]").fill(size[1])
    form.locator("button").click()
    expect(page.locator(".finding", has_text=code)).to_be_visible()


def type_windows(page: Page, name: str, *windows: str) -> None:
    """Tick windows and give them a type."""
    form = page.locator("form[data-tick-form]")
    for code in windows:
        form.locator(f"[name=windows][value={code}]").check()
    select = form.locator("select")
    select.select_option(select.locator("option", has_text=name).get_attribute("value"))
    form.locator("button").click()
    expect(page.locator(".finding", has_text=name)).to_contain_text(windows[0])


@pytest.mark.parametrize(("viewport", "zh"), [(PHONE, True), (DESKTOP, False)], ids=["phone-zh", "desktop-en"])
def test_one_window_is_calibrated_and_the_others_of_its_type_follow(
    visitor: Visitor, site: Site, viewport: ViewportSize, zh: bool
) -> None:
    page: Page = visitor("supervisor", viewport)
    if not zh:
        english(page)
    page.goto("/layouts")
    page.locator("a[href='/layouts/desk-types']").click()
    add_type(page, "T160", "标准柜台", SIZE)
    form = page.locator("form[data-tick-form]")
    form.locator("[data-tick-all]").check()
    assert form.locator("[name=windows]:checked").count() == 3
    form.locator("[name=windows]").first.uncheck()
    expect(form.locator("[data-tick-all]")).not_to_be_checked()
    form.locator("[data-tick-all]").check()
    form.locator("button").click()
    expect(page.locator(".finding", has_text="T160")).to_contain_text(re.compile("A01.*A02.*B01"))

    hand = Hand(page, touch=viewport == PHONE)
    draw(hand)
    page.locator("[data-submit]").click()
    page.wait_for_url(re.compile(r"/layouts/\d+$"))
    drawn = page.url

    other: Page = visitor("second", viewport)
    if not zh:
        english(other)
    approve_all(other, 1)

    page.goto(drawn)
    page.locator("a[href$='/copies']").click()
    rows = page.locator(".like-item")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("A01")
    expect(rows.nth(0)).to_contain_text("取代第 1 版" if zh else "in place of version 1")
    page.locator("form[data-tick-form] .actions button").click()
    expect(page.locator("h1")).to_have_text("已生成 2 份草稿" if zh else "2 drafts made")

    page.goto(drawn + "/copies")  # again: nothing is made, and that is said
    expect(page.locator("[name=windows]")).to_have_count(0)
    expect(rows.nth(1)).to_contain_text("等待批准" if zh else "waits for approval already")
    page.goto("/layouts/waiting")
    expect(page.locator("[name=versions]")).to_have_count(0)  # one's own are for somebody else

    approve_all(other, 2)
    with site.services.database.reading() as session:
        layouts, views = {}, {}
        for code in ("B01", "A01", "A02"):
            window = repository.window(session, code)
            assert window is not None
            row = repository.approved_layout(session, window.id)
            assert row is not None
            layouts[code] = load_layout(row.text)
            views[code] = [view.name for view in repository.views(session, window.id)]
    first = layouts["B01"]
    assert [zone.item for zone in first.zones] == ["telephone"]
    assert [(one.item, one.kind.value) for one in first.policies] == [("cup", "forbidden")]
    for code in ("A01", "A02"):
        assert (layouts[code].zones, layouts[code].policies) == (first.zones, first.policies)
    assert views == {"B01": ["A01-reference.jpg"], "A01": [], "A02": ["stand.jpg"]}
    page.goto("/windows/A02/layouts")
    expect(page.locator(".finding").first).to_contain_text("B01")


def draw(hand: Hand) -> None:
    """Draw B01's layout: size from the type, one zone, a preset taken back and applied."""
    page = hand.page
    hand.begin("B01")
    hand.photograph(hall_photo("reference"))
    page.locator("[data-snap]").uncheck()
    hand.corners()
    sizes = [page.locator("[data-desk-width]"), page.locator("[data-desk-depth]")]
    assert [one.input_value() for one in sizes] == list(SIZE)
    note = page.locator("[data-desk-type-note]")
    expect(note).to_be_hidden()
    sizes[0].fill("150")
    expect(note).to_contain_text("160 × 75 cm")
    sizes[0].fill(SIZE[0])
    expect(note).to_be_hidden()
    hand.choose(page.locator("[data-new-zone]"), "telephone")
    hand.tap(hand.stage("desk"), hand.on_desk((130, 25), (160, 75)))
    expect(page.locator("[data-thing='zones:telephone']")).to_be_visible()

    policies = page.locator("[data-policies] .editor-rule-fields")
    expect(policies).to_have_count(0)
    apply_preset(page, "pinghu")
    applied = policies.count()
    assert applied > 5
    page.locator("[data-undo]").click()  # one step back takes the whole preset away
    expect(policies).to_have_count(0)
    apply_preset(page, "liaozhong")
    expect(policies).to_have_count(1)
    hand.saved()


def apply_preset(page: Page, name: str) -> None:
    dialog = page.locator("[data-presets]")
    page.locator("[data-open-presets]").click()
    dialog.locator("[data-preset]").select_option(name)
    expect(lines(dialog, "added").first).to_be_visible()
    assert lines(dialog, "waiting").count() == (4 if name == "pinghu" else 0)
    dialog.locator("[data-preset-apply]").click()
    expect(dialog).to_be_hidden()


def lines(dialog: Locator, kind: str) -> Locator:
    return dialog.locator(f"[data-preset-line={kind}]")


def approve_all(page: Page, count: int) -> None:
    """Approve everything that waits."""
    page.goto("/layouts/waiting")
    boxes = page.locator("[name=versions]")
    expect(boxes).to_have_count(count)
    if count > 1:
        page.locator("[data-tick-all]").check()
    else:
        boxes.check()
    page.locator("form[data-tick-form] .actions button").click()
    expect(page.locator(".like-results li")).to_have_count(count)
    expect(boxes).to_have_count(0)


def test_a_type_in_use_asks_before_its_size_changes_and_is_not_deleted(visitor: Visitor) -> None:
    page: Page = visitor("supervisor", PHONE)
    page.goto("/layouts/desk-types")
    add_type(page, "T160", "标准柜台", SIZE)
    add_type(page, "T120", "窄柜台", ("120", "60"))
    type_windows(page, "标准柜台", "A02")
    used, unused = page.locator(".finding", has_text="T160"), page.locator(".finding", has_text="T120")
    used.locator("summary").click()
    expect(used.get_by_role("button", name="删除")).to_have_count(0)
    used.locator("[name=width_cm]").fill("170")
    used.get_by_role("button", name="保存").click()
    expect(used.locator("[data-trouble]")).to_contain_text("A02")
    assert used.locator("[name=width_cm]").input_value() == "170"
    used.locator("[name=confirmed]").check()
    used.get_by_role("button", name="保存").click()
    expect(used).to_contain_text("170 × 75 cm")
    unused.locator("summary").click()
    unused.get_by_role("button", name="删除").click()
    expect(unused).to_have_count(0)
    form = page.locator("form[data-tick-form]")
    form.locator("button").click()
    expect(page.locator("[data-trouble]")).to_contain_text("还没有选择窗口")


def test_without_scripts_types_are_set_and_layouts_copied(visitor: Visitor) -> None:
    page: Page = visitor("supervisor", DESKTOP, scripts=False)
    page.goto("/layouts/desk-types")
    add_type(page, "T160", "标准柜台", SIZE)
    type_windows(page, "标准柜台", "A01", "B01")
    page.goto("/windows/A01/layouts")
    page.get_by_role("link", name="查看").first.click()
    page.get_by_role("link", name="复制到同类窗口").click()
    page.get_by_role("button", name="复制到勾选的窗口").click()
    expect(page.locator("h1")).to_have_text("已生成 1 份草稿")


def test_the_type_chosen_in_the_editor_fills_the_size_and_stays_with_the_window(visitor: Visitor) -> None:
    page: Page = visitor("supervisor")
    page.goto("/layouts/desk-types")
    add_type(page, "T160", "标准柜台", SIZE)
    hand = Hand(page, touch=False)
    hand.begin("B01")
    assert page.locator("[data-desk-width]").input_value() == ""
    with page.expect_response("**/desk-type") as answered:
        select = page.locator("[data-desk-type]")
        select.select_option(select.locator("option", has_text="标准柜台").get_attribute("value"))
    assert answered.value.ok
    assert page.locator("[data-desk-width]").input_value() == SIZE[0]
    expect(page.locator("[data-thing^='surfaces:']")).to_have_count(1)
    hand.saved()
    page.goto("/windows/B01/layouts")
    expect(page.locator("select[name=desk_type_id] option:checked")).to_contain_text("标准柜台")
