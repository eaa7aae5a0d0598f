"""The layout editor: a window calibrated in the browser, approved by another, and judging the next photo."""

from __future__ import annotations

import pytest
from browser_kit import DESKTOP, PHONE, Visitor
from deskcheck_calibration.layout_file import load_layout
from deskcheck_service.accounts import repository as accounts
from deskcheck_service.accounts.rights import Principal, RoleGrant
from deskcheck_service.captures.service import check_photo
from deskcheck_service.layouts import repository
from deskcheck_service.tables import Role
from deskcheck_service.uploads import Upload
from editor_hand import (
    DESK_CM,
    MIDDLES,
    MORNING_CORNERS,
    REFERENCE_CORNERS,
    Fingers,
    Hand,
    calibrated,
    drawn,
    hall_photo,
    moved_left,
)
from pages_kit import Site
from playwright.sync_api import ViewportSize, expect

MOST_TAPS = 40


def judge_morning(site: Site) -> tuple[int, set[str]]:
    """Judge another photo of that desk as an inspector: the layout version, and the rules that are suspected."""
    with site.services.database.reading() as session:
        user = accounts.user_by_name(session, "inspector")
    assert user is not None
    inspector = Principal(user.id, user.name, user.display_name, None, (RoleGrant(Role.INSPECTOR),))
    corners = " ".join(f"{x},{y}" for x, y in MORNING_CORNERS)
    upload = Upload(hall_photo("morning").read_bytes(), "morning.jpg", {"corners_px": corners})
    judgement = check_photo(site.services, inspector, "B01", upload).judgement
    return judgement.layout_version, {one.item for one in judgement.items}


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_window_is_calibrated_in_forty_taps(
    visitor: Visitor, site: Site, viewport: ViewportSize, record_property: pytest.RecordProperty
) -> None:
    taps = calibrated(visitor, viewport)
    record_property("calibrate_taps", taps)
    print(f"calibrate_taps {viewport['width']} px: {taps}")
    assert taps <= MOST_TAPS

    with site.services.database.reading() as session:
        window = repository.window(session, "B01")
        assert window is not None
        approved = repository.approved_layout(session, window.id)
        assert approved is not None
        view = repository.view(session, window.id, "A01-reference.jpg")
        assert view is not None
    layout = load_layout(approved.text)
    assert layout.desk_wh_cm == DESK_CM
    for (x, y), (was_x, was_y) in zip(layout.views[0].corners_px, REFERENCE_CORNERS, strict=True):
        assert abs(x - was_x) < 8
        assert abs(y - was_y) < 8
    for zone in layout.zones:
        xs, ys = zip(*zone.polygon_cm, strict=True)
        middle = MIDDLES[zone.id]
        assert abs((min(xs) + max(xs)) / 2 - middle[0]) < 1
        assert abs((min(ys) + max(ys)) / 2 - middle[1]) < 1
    assert {zone.id: zone.min_count for zone in layout.zones}["monitor"] == 1
    assert view.reference_sha256 is not None
    version, items = judge_morning(site)
    assert version == approved.version
    assert "monitor" in items


def test_corners_are_moved_by_keys_and_snapped(visitor: Visitor) -> None:
    hand = Hand(visitor("supervisor", DESKTOP), touch=False)
    hand.begin("B01")
    hand.photograph(hall_photo("reference"))
    page = hand.page
    page.locator("[data-snap]").uncheck()
    hand.corners(((372.6, 370.6),))
    chip = page.locator("[data-corner='0'] [data-corner-at]")
    first = chip.inner_text()
    page.locator("[data-corner='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    x, y = (int(part) for part in first.split(","))
    moved = [int(part) for part in chip.inner_text().split(",")]
    assert abs(moved[0] - x - 1) <= 1
    assert abs(moved[1] - y - 10) <= 1
    expect(page.locator("[data-loupe]")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(chip).to_have_text(first)


def test_shapes_are_moved_reshaped_turned_copied_and_taken_back(visitor: Visitor) -> None:
    hand = drawn(visitor, DESKTOP)
    page = hand.page
    left, stage = page.locator("[data-properties] [data-key=x]"), hand.stage("desk")
    hand.tap(page.locator("[data-thing='zones:cup']"))
    page.locator("[data-thing='zones:cup']").scroll_into_view_if_needed()
    before = float(left.input_value())
    stage.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert float(left.input_value()) == pytest.approx(before + 1.1, abs=0.01)

    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    from_x, from_y = hand.on_desk(MIDDLES["cup"])
    page.mouse.move(box["x"] + from_x, box["y"] + from_y)
    page.mouse.down()
    to_x, to_y = hand.on_desk((120, 40))
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + to_x, box["y"] + to_y, steps=5)
    page.keyboard.up("Shift")
    page.mouse.up()
    top = page.locator("[data-properties] [data-key=y]")
    assert float(left.input_value()) == pytest.approx(before + 1.1 - 20.7, abs=0.6)  # along x alone
    kept = top.input_value()

    page.locator("[data-do=turn-right]").click()
    assert top.input_value() != kept
    page.locator("[data-undo]").click()
    assert top.input_value() == kept
    page.locator("[data-redo]").click()
    assert top.input_value() != kept
    page.locator("[data-do=copy]").click()
    expect(page.locator("[data-thing='zones:cup-2']")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-do=delete]").click()
    expect(page.locator("[data-thing='zones:cup-2']")).to_have_count(0)


def test_what_is_wrong_is_told_where_it_is(visitor: Visitor) -> None:
    hand = Hand(visitor("supervisor", DESKTOP), touch=False)
    hand.begin("B01")
    hand.photograph(hall_photo("reference"))
    page = hand.page
    a, b, c, d = REFERENCE_CORNERS
    hand.corners((b, a, c, d))
    hand.size(160, 100_000)
    expect(page.locator("[data-problems-desk]")).to_contain_text("5 至 2000")
    page.locator("[data-desk-depth]").fill("70")
    expect(page.locator("[data-problems-corners]")).to_contain_text("自相交")
    page.locator("[data-corners-clear]").click()
    hand.corners()
    expect(page.locator("[data-problems-corners]")).to_be_empty()
    hand.zone("mouse", (158, 40))
    row = page.locator("li:has([data-thing='zones:mouse'])")
    expect(row).to_contain_text("超出了桌面")
    page.locator("[data-submit]").click()
    listed = page.locator("[data-problem-list]")
    expect(listed).to_contain_text("鼠标: 超出了桌面")
    page.locator("[data-properties] [data-key=x]").fill("100")
    page.locator("[data-properties] [data-key=x]").press("Tab")
    expect(listed).to_be_hidden()


def test_relations_are_picked_and_policies_listed(visitor: Visitor) -> None:
    hand = drawn(visitor, DESKTOP)
    page = hand.page
    hand.tap(page.locator("[data-relate]"))
    hand.tap(hand.stage("desk"), hand.on_desk(MIDDLES["telephone"]))
    hand.tap(hand.stage("desk"), hand.on_desk(MIDDLES["monitor"]))
    expect(page.locator("[data-relations]")).to_contain_text("电话机 靠近 显示器（右侧）")
    page.locator("[data-new-policy]").click()
    page.locator("[data-policies] [data-key='item:0']").select_option("cup")
    page.locator("[data-policies] [data-key='kind:0']").select_option("zone")
    hand.saved()
    page.reload()
    expect(page.locator("[data-policies] [data-key='item:0']")).to_have_value("cup")
    expect(page.locator("[data-relations]")).to_contain_text("电话机 靠近 显示器")


def test_a_lost_connection_keeps_the_draft(visitor: Visitor) -> None:
    hand = drawn(visitor, DESKTOP)
    page = hand.page
    hand.saved()
    state = page.locator("[data-save-state]")
    page.context.set_offline(True)
    hand.zone("tissue", (20, 20))
    expect(state).to_contain_text("未保存：网络中断")
    page.context.set_offline(False)
    expect(state).to_contain_text("已保存")
    page.context.set_offline(True)
    hand.zone("pen_holder", (30, 50))
    expect(state).to_contain_text("未保存")
    # The page is left without a connection; what it kept is saved by the next visit.
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto("/windows/B01/layouts/edit")
    expect(page.locator("[data-thing='zones:pen_holder']")).to_be_visible()
    hand.saved()
    page.reload()
    expect(page.locator("[data-thing='zones:pen_holder']")).to_be_visible()


def test_two_people_at_once_look_merge_or_take(visitor: Visitor) -> None:
    mine = drawn(visitor, DESKTOP)
    mine.saved()
    theirs = visitor("second", DESKTOP)
    theirs.goto("/windows/B01/layouts/edit")
    moved_left(theirs, "mouse", "90")
    moved_left(theirs, "cup", "120")
    Hand(theirs, touch=False).saved()

    page = mine.page
    moved_left(page, "telephone", "100")
    moved_left(page, "cup", "110")
    dialog = page.locator("[data-conflict]")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("监督员乙")
    merge = dialog.locator("[data-merge]")
    expect(merge).to_be_disabled()
    dialog.locator("[data-look]").click()
    page.locator("[data-thing='zones:mouse']").click()
    expect(page.locator("[data-properties] [data-key=x]")).to_have_value("90")
    page.locator("[data-looking] button").click()
    dialog.get_by_label("我的").check()
    merge.click()
    mine.saved()
    expect(dialog).to_be_hidden()
    theirs.reload()
    for thing, left_cm in (("mouse", "90"), ("telephone", "100"), ("cup", "110")):
        theirs.locator(f"[data-thing='zones:{thing}']").click()
        expect(theirs.locator("[data-properties] [data-key=x]")).to_have_value(left_cm)

    moved_left(theirs, "keyboard", "50")
    Hand(theirs, touch=False).saved()
    moved_left(page, "keyboard", "40")
    expect(dialog).to_be_visible()
    dialog.locator("[data-take]").click()
    page.locator("[data-thing='zones:keyboard']").click()
    expect(page.locator("[data-properties] [data-key=x]")).to_have_value("50")


def test_a_version_is_compared_and_an_old_one_comes_back(visitor: Visitor) -> None:
    hand = Hand(visitor("supervisor", DESKTOP), touch=False)
    hand.begin("A01")
    page = hand.page
    moved_left(page, "keyboard", "59")
    hand.tap(page.locator("[data-submit]"))
    page.wait_for_url("**/layouts/*")
    expect(page.locator(".changes")).to_contain_text("键盘定位区：右移 4.0 cm")
    expect(page.locator(".desk-map .map-before")).to_have_count(1)
    address = page.url
    other = visitor("second", DESKTOP)
    other.goto(address)
    other.get_by_role("button", name="批准此版本").click()
    expect(other.locator(".pill").first).to_have_text("已批准")
    page.goto("/windows/A01/layouts")
    page.locator("li:has-text('第 1 版') a").first.click()
    page.get_by_role("button", name="以此版本新建草稿").click()
    page.wait_for_url("**/layouts/*")
    expect(page.locator("h1")).to_contain_text("第 3 版")
    expect(page.locator(".changes")).to_contain_text("左移 4.0 cm")


def test_inspectors_are_kept_out(visitor: Visitor) -> None:
    page = visitor("inspector")
    answer = page.goto("/windows/A01/layouts/edit")
    assert answer is not None
    assert answer.status == 403


def test_fingers_drag_a_zone_and_magnify_the_desk(visitor: Visitor) -> None:
    hand = drawn(visitor, PHONE)
    page = hand.page
    stage = hand.stage("desk")
    stage.scroll_into_view_if_needed()
    scrolled = page.evaluate("scrollY")
    box = stage.bounding_box()
    assert box is not None
    x, y = (box["x"] + hand.on_desk(MIDDLES["mouse"])[0], box["y"] + hand.on_desk(MIDDLES["mouse"])[1])
    page.locator("[data-thing='zones:mouse']").evaluate("button => button.click()")
    top = page.locator("[data-properties] [data-key=y]")
    before = float(top.input_value())
    fingers = Fingers(page)
    fingers("touchStart", (x, y))
    for step in range(1, 6):
        fingers("touchMove", (x, y - 6 * step))
    fingers("touchEnd")
    up_cm = before - float(top.input_value())
    scale = hand.on_desk((1, 0))[0] - hand.on_desk((0, 0))[0]
    assert up_cm == pytest.approx(30 / scale, abs=1.0)
    assert page.evaluate("scrollY") == scrolled

    fingers("touchStart", (x - 20, y), (x + 20, y))
    for step in range(1, 6):
        fingers("touchMove", (x - 20 - 10 * step, y), (x + 20 + 10 * step, y))
    fingers("touchEnd")
    expect(page.locator("[data-part=desk] .editor-stage")).to_have_class("editor-stage editor-stage-desk zoomed")
    assert float(top.input_value()) == pytest.approx(before - up_cm, abs=0.01)
    page.locator("[data-part=desk] [data-zoom-step=whole]").click()
    expect(page.locator("[data-part=desk] .editor-stage")).to_have_class("editor-stage editor-stage-desk")


def test_an_outline_is_drawn_point_by_point_and_its_points_deleted(visitor: Visitor) -> None:
    hand = drawn(visitor, DESKTOP)
    page = hand.page
    page.locator("[data-by-points]").check()
    page.locator("[data-new-surface]").select_option("riser_top")
    for point in ((20, 5), (50, 5), (50, 30), (35, 40), (20, 30)):
        hand.tap(hand.stage("desk"), hand.on_desk(point))
    page.locator("[data-finish]").click()
    riser = page.locator("[data-thing='surfaces:riser_top']")
    expect(riser).to_have_attribute("aria-pressed", "true")
    height = page.locator("[data-properties] [data-key=d]")
    assert float(height.input_value()) == pytest.approx(35, abs=0.6)
    x, y = hand.on_desk((35, 40))
    hand.stage("desk").click(position={"x": x, "y": y}, modifiers=["Alt"])
    assert float(height.input_value()) == pytest.approx(25, abs=0.6)
    page.locator("[data-own-edge]").click()
    page.locator("[data-properties] [data-key=clearance]").fill("8")
    page.locator("[data-properties] [data-key=clearance]").press("Tab")
    expect(page.locator("[data-thing=edge]")).to_be_visible()
    hand.saved()
    page.reload()
    page.locator("[data-thing=edge]").click()
    expect(page.locator("[data-properties] [data-key=clearance]")).to_have_value("8")


def test_what_is_tapped_is_large_enough_for_a_finger(visitor: Visitor) -> None:
    hand = drawn(visitor, PHONE)
    targets = (
        "button, select, summary, label.choice, label.btn, .page-title a, "
        "input:not([type=checkbox]):not([type=radio]):not([type=file])"
    )
    small = hand.page.evaluate(
        """targets => [...document.querySelectorAll(`main :is(${targets})`)]
          .filter((one) => one.getClientRects().length > 0)
          .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
          .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
          .map(([html, box]) => `${html} ${box.width}x${box.height}`)""",
        targets,
    )
    assert small == []
    assert hand.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
