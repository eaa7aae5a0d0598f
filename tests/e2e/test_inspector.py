"""An inspector with a phone: log in, choose a window, take a photo, tap the corners, read the result."""

from __future__ import annotations

from pathlib import Path

from browser_kit import DESKTOP, PHONE, Visitor
from pages_kit import DESK_PX, PASSWORD, PHOTO_WH, Site, photo_file
from playwright.sync_api import Page, expect


def tap_corners(page: Page) -> None:
    """Tap the desk's corners where they lie in the shown picture, crosswise: the order must not matter."""
    stage = page.locator("[data-corner-stage]")
    expect(stage).to_be_visible()
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    for x, y in (DESK_PX[2], DESK_PX[0], DESK_PX[3], DESK_PX[1]):
        stage.click(position={"x": x * box["width"] / PHOTO_WH[0], "y": y * box["height"] / PHOTO_WH[1]})
    expect(page.locator("[data-corner-status]")).to_have_text("四个角已点好")


def send_photo(page: Page, window: str, photo: Path) -> None:
    page.goto(f"/check?window={window}")
    page.set_input_files("input[name=photo]", photo)
    tap_corners(page)
    page.get_by_label("工作人员侧").check()
    page.get_by_role("button", name="检查这张照片").click()
    page.wait_for_url("**/judgements/*")


def test_from_log_in_to_the_result(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor(viewport=PHONE)
    page.goto("/check?window=A01")
    expect(page).to_have_url("/login?next=%2Fcheck%3Fwindow%3DA01")
    page.locator("#name").fill("inspector")
    page.locator("#password").fill("wrong password")
    page.locator("form.card button").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    expect(page.locator("#name")).to_have_value("inspector")
    page.locator("#password").fill(PASSWORD)
    page.locator("form.card button").click()
    expect(page).to_have_url("/check?window=A01")
    expect(page.locator("input[name=photo]")).to_have_attribute("capture", "environment")

    send_photo(page, "A01", photo_file(tmp_path))
    expect(page.locator(".page-head .state-suspected")).to_have_text("疑似")
    expect(page.locator(".finding-sentence").first).to_contain_text("未在")
    overlay = page.locator(".picture img")
    expect(overlay).to_be_visible()
    page.wait_for_function("document.querySelector('.picture img').naturalWidth > 0")
    following = page.get_by_role("link", name="下一个窗口：A02")
    following.click()
    expect(page).to_have_url("/check?window=A02")


def test_the_same_photo_again_is_the_same_judgement(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor("inspector", PHONE)
    photo = photo_file(tmp_path)
    send_photo(page, "A01", photo)
    first = page.url.split("?")[0]
    send_photo(page, "A01", photo)
    assert page.url.split("?")[0] == first
    expect(page.get_by_text("这张照片以前发送过")).to_be_visible()
    page.goto("/judgements")
    expect(page.locator("table.rows tbody tr")).to_have_count(1)


def test_a_window_is_found_by_typing(visitor: Visitor) -> None:
    page = visitor("inspector", PHONE)
    page.goto("/check")
    expect(page.locator("#choices .tile")).to_have_count(3)
    page.locator("#q").fill("医保")
    expect(page.locator("#choices .tile")).to_have_count(1)
    expect(page.locator("#choices .tile")).to_contain_text("A02")
    page.locator("#q").fill("zzz")
    expect(page.locator("#choices")).to_contain_text("没有符合的窗口")


def test_troubles_stand_beside_the_form_and_keep_the_photo(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor("inspector", PHONE)
    page.goto("/check?window=A01")
    fake = tmp_path / "not-a-picture.jpg"
    fake.write_text("no picture at all")
    page.set_input_files("input[name=photo]", fake)
    expect(page.locator("[data-hints]")).to_contain_text("无法预览")
    page.get_by_role("button", name="检查这张照片").click()
    trouble = page.locator("[data-upload-error]")
    expect(trouble).to_be_visible()
    expect(trouble).to_be_focused()
    expect(page).to_have_url("/check?window=A01")
    assert page.locator("input[name=photo]").evaluate("input => input.files.length") == 1


def test_corners_by_keyboard_and_their_problems(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor("inspector", DESKTOP)
    page.goto("/check?window=A01")
    page.set_input_files("input[name=photo]", photo_file(tmp_path))
    expect(page.locator("[data-corner-stage]")).to_be_visible()
    page.get_by_role("button", name="检查这张照片").click()
    expect(page.locator("[data-corner-error]")).to_have_text("请点出桌面的四个角。")
    page.get_by_role("button", name="用键盘放置").click()
    handles = page.locator(".corner-handle")
    expect(handles).to_have_count(4)
    expect(handles.first).to_be_focused()
    before = handles.first.get_attribute("aria-label") or ""
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(handles.first).not_to_have_attribute("aria-label", before)
    expect(page.locator(".corner-loupe")).to_be_visible()
    page.get_by_role("button", name="重新点").click()
    expect(handles).to_have_count(0)


def test_a_photo_from_a_fixed_place_needs_no_tapping(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor("inspector", PHONE)
    page.goto("/check?window=A02")
    expect(page.get_by_label("手持拍摄")).to_be_checked()
    page.set_input_files("input[name=photo]", photo_file(tmp_path).rename(tmp_path / "stand.jpg"))
    expect(page.get_by_label("固定机位：stand.jpg")).to_be_checked()
    expect(page.locator("[data-corner-start]")).to_be_hidden()
    page.get_by_role("button", name="检查这张照片").click()
    page.wait_for_url("**/judgements/*")
    page.get_by_text("判定依据").click()
    expect(page.locator("dl.facts")).to_contain_text("已保存的视角")


def test_a_corner_follows_the_finger(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor("inspector", PHONE)
    page.goto("/check?window=A01")
    page.set_input_files("input[name=photo]", photo_file(tmp_path))
    tap_corners(page)
    handle = page.locator(".corner-handle").first
    box = handle.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] - 18, box["y"] - 8, steps=4)
    expect(page.locator(".corner-loupe")).to_be_visible()
    page.mouse.up()
    expect(page.locator(".corner-loupe")).to_be_hidden()
    after = handle.bounding_box()
    assert after is not None
    assert abs(after["x"] - (box["x"] - 40)) < 1.5
    assert abs(after["y"] - (box["y"] - 30)) < 1.5


def test_a_dark_photo_is_told_before_it_is_sent(visitor: Visitor, tmp_path: Path) -> None:
    import cv2
    import numpy as np

    dark = tmp_path / "dark.jpg"
    cv2.imwrite(str(dark), np.full((600, 800, 3), 12, np.uint8))
    page = visitor("inspector", PHONE)
    page.goto("/check?window=A01")
    page.set_input_files("input[name=photo]", dark)
    expect(page.locator("[data-hints]")).to_contain_text("照片偏暗")


def test_a_window_without_a_layout_says_what_to_do(visitor: Visitor) -> None:
    page = visitor("inspector", PHONE)
    page.goto("/check?window=B01")
    expect(page.get_by_role("heading", name="该窗口还没有已批准的布局")).to_be_visible()
    expect(page.locator("input[name=photo]")).to_have_count(0)


def test_without_scripts_a_photo_can_still_be_sent(visitor: Visitor, tmp_path: Path, site: Site) -> None:
    page = visitor("inspector", PHONE, scripts=False)
    page.goto("/check?window=A01")
    expect(page.get_by_text("点角需要浏览器启用 JavaScript")).to_be_visible()
    page.set_input_files("input[name=photo]", photo_file(tmp_path))
    page.get_by_role("button", name="检查这张照片").click()
    expect(page.locator(".page-head .state")).to_be_visible()
    assert page.url.startswith(f"{site.url}/judgements/")
