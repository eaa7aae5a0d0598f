"""A camera over two windows in the browser: set up, knocked, suspended, put back, calibrated anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_kit import DESKTOP, PHONE, Visitor
from camera_kit import CORNERS, VIEW, jpeg, turned
from playwright.sync_api import Page, ViewportSize, expect

# The two windows of the pages' hall, on the two halves of the picture.
WINDOWS = dict(zip(("A01", "A02"), CORNERS.values(), strict=True))


def keep_views(page: Page) -> None:
    """Give both windows their view of the camera."""
    token = page.context.request.get("/api/v1/me").json()["csrf_token"]
    for window, corners in WINDOWS.items():
        answer = page.context.request.put(
            f"/api/v1/windows/{window}/views/{VIEW}",
            headers={"X-CSRF-Token": token},
            multipart={
                "photo": {"name": "still.jpg", "mimeType": "image/jpeg", "buffer": jpeg(turned())},
                "corners_px": " ".join(f"{x},{y}" for x, y in corners),
            },
        )
        assert answer.ok, answer.text()


def set_up(visitor: Visitor, viewport: ViewportSize) -> Page:
    """Add the camera as an administrator and link both windows as a supervisor, through the pages."""
    administrator, supervisor = visitor("administrator", viewport), visitor("supervisor", viewport)
    keep_views(supervisor)
    administrator.goto("/cameras")
    for field, text in (("code", "hall-1"), ("name-zh", "大厅一号机"), ("name-en", "Hall camera 1")):
        administrator.locator(f"#{field}").fill(text)
    administrator.get_by_role("button", name="添加摄像机").click()
    expect(administrator.locator("h1")).to_contain_text("大厅一号机")
    supervisor.goto("/cameras/hall-1")
    for window in WINDOWS:
        supervisor.locator("#view").select_option(f"{window}/{VIEW}")
        supervisor.get_by_role("button", name="关联", exact=True).click()
        expect(supervisor.locator(f".finding a[href='/windows/{window}']")).to_be_visible()
    expect(supervisor.locator(".still-outline")).to_have_count(2)
    return supervisor


def send(page: Page, folder: Path, deg: float, seed: int) -> None:
    """Send a picture of the camera by the page's form."""
    file = folder / f"{seed}.jpg"
    file.write_bytes(jpeg(turned(deg, seed)))
    page.goto("/cameras/hall-1")
    page.locator("#photo").set_input_files(file)
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".drift-panel").first).to_be_visible()


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']}" for one in found if one["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_knocked_camera_is_suspended_and_put_back(visitor: Visitor, tmp_path: Path, viewport: ViewportSize) -> None:
    page = set_up(visitor, viewport)
    send(page, tmp_path, 0.0, 1)
    send(page, tmp_path, 0.2, 2)
    expect(page.locator(".state-pass")).to_be_visible()
    expect(page.locator(".drift-panel .drift-drifted")).to_have_count(2)  # in the shift's plot and in the roll's
    send(page, tmp_path, 2.0, 3)
    expect(page.locator(".camera-task")).to_have_count(0)
    send(page, tmp_path, 2.0, 4)

    expect(page.get_by_role("heading", name="摄像机已移动")).to_be_visible()
    expect(page.locator(".camera-task .evidence-pair img")).to_have_count(2)
    shown = page.locator(".camera-task img").evaluate_all("all => all.map(one => one.src)")
    assert len(set(shown)) == 2
    expect(page.locator(".two-ways > *")).to_have_count(2)
    page.locator("summary", has_text="全部画面列表").click()
    expect(page.locator(".plain-table tbody tr")).to_have_count(4)
    expect(page.locator(".plain-table tbody tr").first).to_contain_text("已移动")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

    page.goto("/")
    todo = page.locator(".todo a", has_text="摄像机已移动")
    expect(todo).to_contain_text("1")
    expect(page.locator(".tile", has_text="无法判定：摄像机已移动")).to_have_count(2)
    page.goto("/windows/A01")
    expect(page.locator("main")).to_contain_text("无法判定：摄像机已移动")
    assert serious(page) == []
    page.goto("/cameras")
    expect(page.locator(".tile.edge-inconclusive")).to_contain_text("hall-1")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

    page.goto("/")
    todo.click()
    page.locator("#reason").fill("已扶正")
    page.get_by_role("button", name="位置未变，恢复使用").click()
    expect(page.locator(".state-pass")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("下一张画面须与参考图相符")
    send(page, tmp_path, 0.0, 5)
    expect(page.locator(".state-pass")).to_be_visible()
    expect(page.get_by_role("status")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("已扶正")
    page.goto("/windows/A01")
    expect(page.locator("main")).not_to_contain_text("摄像机已移动")


def test_a_camera_that_stays_where_it_is_is_calibrated_anew(visitor: Visitor, tmp_path: Path) -> None:
    page, second = set_up(visitor, DESKTOP), visitor("second", DESKTOP)
    send(page, tmp_path, 2.0, 1)
    send(page, tmp_path, 2.0, 2)
    for count, window in enumerate(WINDOWS, start=1):
        page.goto("/cameras/hall-1")
        page.locator(f".two-ways a[href='/windows/{window}/layouts/edit']").click()
        expect(page.locator("[data-editor][data-ready]")).to_be_visible()
        expect(page.locator("[data-editor][data-still=shown]")).to_be_visible()
        # The reference picture comes first among those to draw on, then what the camera shows now: the draft is on it.
        expect(page.locator(".editor-still").nth(1)).to_have_attribute("aria-pressed", "true")
        page.locator("[data-corner='0']").click()
        page.keyboard.press("Shift+ArrowDown")
        expect(page.locator("[data-save-state][data-state=saved]")).to_be_visible()
        page.locator("[data-submit]").click()
        page.wait_for_url(re.compile(r"/layouts/\d+$"))
        page.goto("/cameras/hall-1")
        page.locator(".two-ways a", has_text="等待批准").click()
        number = page.url.rsplit("/", 1)[-1]
        second.goto(f"/layouts/{number}")
        second.get_by_role("button", name="批准").click()
        second.goto("/cameras/hall-1")
        if count < len(WINDOWS):
            expect(second.locator(".two-ways .pill-approved")).to_have_count(count)
    expect(second.locator(".state-pass")).to_be_visible()
    expect(second.locator("main")).to_contain_text("已重新标定")
    send(page, tmp_path, 2.0, 3)
    expect(page.locator(".state-pass")).to_be_visible()
    expect(page.locator(".drift-panel .drift-steady")).to_have_count(2)
