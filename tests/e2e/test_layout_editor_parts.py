"""Parts of the layout editor: stickers, sight line, hours, trial, turning and copying, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import pytest
from browser_kit import DESKTOP, PHONE, Visitor
from deskcheck_calibration.layout import Layout
from deskcheck_calibration.layout_file import load_layout
from deskcheck_service.captures.storing import add_evidence
from deskcheck_service.layouts import repository
from deskcheck_service.tables import EvidenceKind, Window
from editor_hand import REFERENCE_CORNERS, Fingers, Hand, drawn, hall_photo, moved_left
from pages_kit import Site
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select
from sticker_desk import Camera, camera, desk_texture, seen

BOTH = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
STICKER_DESK = (160, 70)
VERSION_PAGE = re.compile(r"/layouts/\d+$")


def looking() -> Camera:
    return camera(STICKER_DESK, 48.0, 12.0, 200.0, (1920, 1280))


def sticker_photo(site: Site, folder: Path, code: str, number: int | None = None) -> Path:
    """A photo of a desk with the stickers of a window, or of any number."""
    with site.services.database.reading() as session:
        key = session.scalars(select(Window.id).where(Window.code == code)).one()
    path = folder / f"stickers-{code}.jpg"
    image = seen(desk_texture(number or key, STICKER_DESK), looking(), seed=key)
    cv2.imwrite(str(path), image, [cv2.IMWRITE_JPEG_QUALITY, 92])
    return path


def submitted(hand: Hand, site: Site) -> Layout:
    """Submit the draft and return the version that came of it."""
    hand.tap(hand.page.locator("[data-submit]"))
    hand.page.wait_for_url(VERSION_PAGE)
    with site.services.database.reading() as session:
        row = repository.layout(session, int(hand.page.url.rsplit("/", 1)[1]))
    assert row is not None
    return load_layout(row.text)


def fold(page: Page, part: str) -> None:
    """Open a part that is folded away on a phone."""
    page.locator(f"[data-part={part}]").evaluate("fold => { fold.open = true; }")


def value(page: Page, key: str) -> float:
    return float(page.locator(f"[data-properties] [data-key={key}]").input_value())


@BOTH
def test_corners_and_size_are_read_from_stickers_in_one_step(
    visitor: Visitor, site: Site, tmp_path: Path, viewport: ViewportSize
) -> None:
    hand = Hand(visitor("supervisor", viewport), touch=viewport == PHONE)
    hand.begin("B01")
    page = hand.page
    hand.photograph(sticker_photo(site, tmp_path, "B01"))
    said = page.locator("[data-stickers]")
    expect(said).to_contain_text("看到 4 张定位贴：台面")
    expect(said).to_contain_text("±")
    hand.tap(page.locator("[data-read-stickers]"))
    expect(page.locator("[data-corner='3'] [data-corner-at]")).not_to_be_empty()
    sizes = [float(page.locator(f"[data-desk-{side}]").input_value()) for side in ("width", "depth")]
    assert sizes == pytest.approx(STICKER_DESK, abs=1.5)
    expect(said).to_contain_text("100 毫米")
    hand.tap(page.locator("[data-undo]"))
    expect(page.locator("[data-corner='0'] [data-corner-at]")).to_be_empty()
    expect(page.locator("[data-desk-width]")).to_have_value("")
    hand.tap(page.locator("[data-redo]"))
    hand.zone("cup", (140, 50))
    assert len(submitted(hand, site).stickers) == 4


def test_a_sheet_that_was_printed_at_another_scale_is_told(visitor: Visitor, site: Site, tmp_path: Path) -> None:
    hand = Hand(visitor("supervisor", DESKTOP), touch=False)
    hand.begin("B01")
    page = hand.page
    hand.photograph(sticker_photo(site, tmp_path, "B01"))
    hand.tap(page.locator("[data-read-stickers]"))
    warned = page.locator("[data-wrong-scale]")
    expect(warned).to_have_count(0)
    # The tape says 6 % more than the stickers: they came out smaller than the sheet has them.
    page.locator("[data-desk-width]").fill("150.4")
    page.locator("[data-desk-depth]").fill("65.8")
    expect(warned).to_contain_text("94 %")


def test_a_still_of_another_window_is_told_before_anybody_draws(visitor: Visitor, site: Site, tmp_path: Path) -> None:
    photo = sticker_photo(site, tmp_path, "A02")
    page = visitor("supervisor", DESKTOP)
    page.goto("/windows/B01/layouts/edit")
    page.locator("[data-still-choice] input[type=file]").set_input_files(photo)
    expect(page.locator("[data-still-note]")).to_contain_text("照片上的定位贴属于窗口 A02")
    expect(page.locator("[data-editor]")).not_to_have_attribute("data-still", "shown")
    # One that is there already, as a camera's picture may be, is told in the choice and stops the submission.
    content = photo.read_bytes()
    sha256 = site.services.evidence.put(content)
    with site.services.database.writing() as session:
        key = session.scalars(select(Window.id).where(Window.code == "B01")).one()
        add_evidence(session, key, EvidenceKind.REFERENCE, (sha256, len(content)))
    token = page.evaluate("JSON.parse(document.querySelector('#editor-start').textContent).csrf")
    still = {"sha256": sha256, "image_wh": [1920, 1280], "focal_px": None, "view": "ceiling"}
    document = {"layout": {"desk_cm": None}, "still": still, "corners_px": []}
    saved = page.context.request.put(
        "/api/v1/windows/B01/draft", data={"revision": 0, "document": document}, headers={"X-CSRF-Token": token}
    )
    assert saved.ok, saved.text()
    page.reload()
    expect(page.locator("[data-problems-corners]")).to_contain_text("属于窗口 A02")
    page.locator("[data-submit]").click()
    expect(page.locator("[data-problem-list]")).to_contain_text("属于窗口 A02")


@BOTH
def test_a_sight_line_is_drawn_beyond_the_desk_and_shown_on_the_map(visitor: Visitor, viewport: ViewportSize) -> None:
    hand = drawn(visitor, viewport)
    page = hand.page
    hand.choose(page.locator("[data-new-surface]"), "around:sight_line")
    expect(page.locator("[data-editor]")).to_have_attribute("data-tool", "around")
    hand.tap(hand.stage("desk"), hand.on_desk((80, -50), beside=112))
    row = page.locator("[data-thing='around:sight_line']")
    expect(row).to_have_attribute("aria-pressed", "true")
    assert value(page, "x") == pytest.approx(20, abs=2)
    assert value(page, "y") == pytest.approx(-80, abs=2)
    for key, typed in (("x", "-420"), ("w", "900")):
        page.locator(f"[data-properties] [data-key={key}]").fill(typed)
        page.locator(f"[data-properties] [data-key={key}]").press("Tab")
    expect(page.locator("li:has([data-thing='around:sight_line'])")).to_contain_text("超出台面 4 米以上")
    page.locator("[data-properties] [data-key=w]").fill("200")
    page.locator("[data-properties] [data-key=w]").press("Tab")
    page.locator("[data-properties] [data-key=x]").fill("-20")
    page.locator("[data-properties] [data-key=x]").press("Tab")
    hand.tap(page.locator("[data-submit]"))
    page.wait_for_url(VERSION_PAGE)
    expect(page.locator(".map-around.map-sight_line")).to_have_count(1)
    expect(page.locator(".desk-map")).to_contain_text("视线范围")


@BOTH
def test_opening_hours_are_set_and_overlaps_refused_where_they_are(
    visitor: Visitor, site: Site, viewport: ViewportSize
) -> None:
    hand = drawn(visitor, viewport)
    page = hand.page
    fold(page, "hours")
    panel = page.locator("[data-hours]")
    expect(panel).to_contain_text("Asia/Shanghai")
    hand.tap(panel.locator("[data-key=add-span]"))
    expect(panel.locator("[data-key='from:2']")).to_have_value("18:00")
    panel.locator("[data-key='from:2']").fill("1630")
    panel.locator("[data-key='from:2']").press("Tab")
    expect(panel.locator("[data-key='from:2']")).to_have_value("16:30")
    expect(panel.locator("li").nth(2)).to_contain_text("与上一时段重叠")
    page.locator("[data-submit]").click()
    expect(page.locator("[data-problem-list]")).to_contain_text("开放时间: 与上一时段重叠")
    panel.locator("[data-key='from:2']").fill("17.30")
    panel.locator("[data-key='from:2']").press("Tab")
    expect(page.locator("[data-problem-list]")).to_be_hidden()
    hand.tap(panel.locator("label:has([data-key='day:sat'])"))
    expect(page.locator("[data-hours-line]")).to_have_text("周一至周六 09:00-12:00, 13:30-17:00, 17:30-19:00")
    hours = submitted(hand, site).hours
    assert [f"{start:%H:%M}-{end:%H:%M}" for start, end in hours.open] == ["09:00-12:00", "13:30-17:00", "17:30-19:00"]
    assert hours.weekdays == (0, 1, 2, 3, 4, 5)


@pytest.mark.judged
@BOTH
def test_a_draft_is_tried_on_the_last_pictures_and_left(visitor: Visitor, viewport: ViewportSize) -> None:
    hand = Hand(visitor("supervisor", viewport), touch=viewport == PHONE)
    hand.begin("A01")
    page = hand.page
    hand.tap(page.locator("[data-thing='zones:monitor']"))
    page.locator("[data-do=delete]").click()
    # Unsaved as it is, it is tried: it is saved first.
    hand.tap(page.locator("[data-trial]"))
    dialog = page.locator("[data-trial-dialog]")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-trial-state]")).to_have_text("已判定照片：1 张。", timeout=60_000)
    expect(dialog.locator("[data-trial-sum]")).to_contain_text("结论不同的照片")
    rows = dialog.locator("[data-trial-rows] > li")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("仅第 1 版标出")
    expect(rows).to_contain_text("V05 显示器")
    link = rows.locator("a")
    expect(link).to_have_attribute("href", "/judgements/1")
    expect(link).to_have_attribute("target", "_blank")
    hand.tap(dialog.locator("[data-trial-close]"))
    expect(dialog).to_be_hidden()
    hand.saved()
    # Left in the middle: nothing more is asked for, and what is drawn stays.
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/draft/trial") else None)
    page.route("**/draft/trial", lambda route: None)
    hand.tap(page.locator("[data-trial]"))
    expect(dialog.locator("progress")).to_be_visible()
    expect(dialog.locator("[data-trial-close]")).to_have_text("停止")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert len(asked) == 1
    expect(page.locator("[data-thing='zones:keyboard']")).to_be_visible()


def test_keys_turn_and_copy_and_one_step_takes_a_turn_back(visitor: Visitor) -> None:
    hand = drawn(visitor, DESKTOP)
    page = hand.page
    hand.tap(page.locator("[data-thing='zones:keyboard']"))
    wide, deep = value(page, "w"), value(page, "d")
    hand.stage("desk").focus()
    for _ in range(6):
        page.keyboard.press("r")
    assert value(page, "w") == pytest.approx(deep, abs=0.2)
    assert value(page, "d") == pytest.approx(wide, abs=0.2)
    page.keyboard.press("Control+z")
    assert value(page, "w") == pytest.approx(wide, abs=0.01)
    page.keyboard.press("Shift+R")
    page.keyboard.press("]")
    assert value(page, "w") != pytest.approx(wide, abs=0.2)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+d")
    expect(page.locator("[data-thing='zones:keyboard-2']")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Delete")
    expect(page.locator("[data-thing='zones:keyboard-2']")).to_have_count(0)


@BOTH
def test_the_handle_turns_by_mouse_and_finger(visitor: Visitor, viewport: ViewportSize) -> None:
    hand = drawn(visitor, viewport)
    page = hand.page
    page.locator("[data-thing='zones:keyboard']").evaluate("button => button.click()")
    wide, deep = value(page, "w"), value(page, "d")
    left, top = value(page, "x"), value(page, "y")
    stage = hand.stage("desk")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    above = hand.on_desk((left + wide / 2, top))
    start = (box["x"] + above[0], box["y"] + above[1] - 30)
    middle = hand.on_desk((left + wide / 2, top + deep / 2))
    reach = box["y"] + middle[1] - start[1]
    end = (box["x"] + middle[0] + reach, box["y"] + middle[1])
    if viewport == PHONE:
        fingers = Fingers(page)
        fingers("touchStart", start)
        for step in range(1, 6):
            fingers("touchMove", tuple(a + (b - a) * step / 5 for a, b in zip(start, end, strict=True)))
        fingers("touchEnd")
    else:
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(*end, steps=5)
        page.mouse.up()
    assert value(page, "w") == pytest.approx(deep, abs=2.5)
    assert value(page, "d") == pytest.approx(wide, abs=2.5)
    page.locator("[data-undo]").click()
    assert value(page, "w") == pytest.approx(wide, abs=0.01)


@BOTH
def test_keep_clear_surfaces_and_counts_hours_and_tolerance_of_a_zone(
    visitor: Visitor, site: Site, viewport: ViewportSize
) -> None:
    hand = drawn(visitor, viewport)
    page = hand.page
    for kind, middle in (("riser_top", (30, 20)), ("machine_top", (30, 55))):
        hand.choose(page.locator("[data-new-surface]"), kind)
        hand.tap(hand.stage("desk"), hand.on_desk(middle))
        expect(page.locator(f"[data-thing='surfaces:{kind}']")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-do=copy]").click()
    expect(page.locator("[data-thing='surfaces:machine_top-2']")).to_be_visible()
    page.locator("[data-do=delete]").click()
    hand.tap(page.locator("[data-thing='zones:cup']"))
    expect(page.locator("[data-properties] [data-key=tolerance]")).to_have_attribute("placeholder", "默认 3")
    for key, typed in (("min", "1"), ("max", "2"), ("tolerance", "4.5")):
        page.locator(f"[data-properties] [data-key={key}]").fill(typed)
        page.locator(f"[data-properties] [data-key={key}]").press("Tab")
    page.locator("[data-properties] [data-key=valid]").select_option("closed")
    layout = submitted(hand, site)
    assert {surface.kind.value for surface in layout.surfaces} == {"main_counter", "riser_top", "machine_top"}
    cup = next(zone for zone in layout.zones if zone.id == "cup")
    assert (cup.min_count, cup.max_count, cup.tolerance_cm, cup.valid.value) == (1, 2, 4.5, "closed")


def test_corners_on_a_line_or_outside_and_sizes_of_nothing_are_refused_there(visitor: Visitor) -> None:
    hand = Hand(visitor("supervisor", DESKTOP), touch=False)
    hand.begin("B01")
    hand.photograph(hall_photo("reference"))
    page = hand.page
    page.locator("[data-snap]").uncheck()
    told = page.locator("[data-problems-corners]")
    hand.size(160, 70)
    hand.corners(((200, 400), (600, 400), (1000, 402), (1400, 404)))
    expect(told).to_contain_text("几乎在一条直线上")
    page.locator("[data-corners-clear]").click()
    a, b, c, d = REFERENCE_CORNERS
    hand.corners((b, c, d, a))
    page.locator("[data-desk-width]").fill("1600")
    expect(told).to_contain_text("顺序")
    page.locator("[data-desk-width]").fill("0")
    expect(page.locator("[data-problems-desk]")).to_contain_text("5 至 2000")
    page.locator("[data-desk-width]").fill("1000000")
    expect(page.locator("[data-problems-desk]")).to_contain_text("5 至 2000")
    # A corner is held inside the picture however far the hand goes.
    page.locator("[data-corners-clear]").click()
    stage = hand.stage("picture")
    box = stage.bounding_box()
    assert box is not None
    x, y = hand.in_picture((300, 300))
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.down()
    page.mouse.move(box["x"] - 400, box["y"] - 300, steps=4)
    page.mouse.up()
    expect(page.locator("[data-corner='0'] [data-corner-at]")).to_have_text("0, 0")


def test_the_author_cannot_approve(visitor: Visitor) -> None:
    hand = Hand(visitor("supervisor", DESKTOP), touch=False)
    hand.begin("A01")
    page = hand.page
    moved_left(page, "keyboard", "59")
    hand.tap(page.locator("[data-submit]"))
    page.wait_for_url(VERSION_PAGE)
    expect(page.get_by_role("button", name="批准此版本")).to_have_count(0)
    key = page.url.rsplit("/", 1)[1]
    token = page.locator("input[name=csrf_token]").first.get_attribute("value")
    answer = page.context.request.post(f"/api/v1/layouts/{key}/approve", headers={"X-CSRF-Token": token or ""})
    assert (answer.status, answer.json()["error"]["code"]) == (403, "layout.own_approval")


@pytest.mark.judged
def test_history_stays_whole_when_the_zone_of_an_open_finding_is_deleted(visitor: Visitor) -> None:
    page = visitor("supervisor", DESKTOP)
    page.goto("/review")
    row = page.locator(".review-row-text", has_text="显示器").first
    before = row.inner_text()
    hand = Hand(page, touch=False)
    hand.begin("A01")
    hand.tap(page.locator("[data-thing='zones:monitor']"))
    page.locator("[data-do=delete]").click()
    hand.tap(page.locator("[data-submit]"))
    page.wait_for_url(VERSION_PAGE)
    other = visitor("second", DESKTOP)
    other.goto(page.url)
    other.get_by_role("button", name="批准此版本").click()
    expect(other.locator(".pill").first).to_have_text("已批准")

    page.goto("/review")
    expect(page.locator(".review-row-text", has_text="显示器").first).to_have_text(before)
    page.goto("/judgements/1")
    expect(page.locator("main")).to_contain_text("显示器")
    # The picture was drawn when it was judged: the zone is in it. The version that it was judged by draws it as well.
    expect(page.locator("main img").first).to_be_visible()
    page.locator("dd a[href^='/layouts/']").click()
    expect(page.locator("h1")).to_contain_text("第 1 版")
    expect(page.locator(".desk-map")).to_contain_text("显示器")
    page.goto("/windows/A01")
    expect(page.locator(".desk-map .map-zone-label", has_text="显示器")).to_have_count(0)
