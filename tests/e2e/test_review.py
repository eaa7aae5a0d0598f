"""Supervisors at the queue: keyboard, undo, and two people at once."""

from __future__ import annotations

import re

import pytest
from browser_kit import DESKTOP, PHONE, Visitor
from deskcheck_calibration.findings import State
from deskcheck_service.tables import FindingRow, ReviewState
from pages_kit import PASSWORD, Site
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select

pytestmark = pytest.mark.judged


@pytest.fixture
def findings(site: Site) -> list[int]:
    """Keys of suspected findings, newest first, as the real path made them from photos of empty desks."""
    with site.services.database.reading() as session:
        query = select(FindingRow.id).where(FindingRow.state == State.SUSPECTED)
        found = list(session.scalars(query.order_by(FindingRow.taken_at.desc(), FindingRow.id.desc())))
    assert len(found) >= 4
    return found


def state_of(site: Site, finding_id: int) -> ReviewState:
    with site.services.database.reading() as session:
        row = session.get(FindingRow, finding_id)
        assert row is not None
        return row.review_state


def shown(page: Page) -> str:
    return page.locator("#finding-heading").inner_text()


def count(page: Page, tab: str) -> str:
    return page.locator(".review-tabs a").filter(has_text=tab).locator(".count").inner_text()


def test_by_keyboard(visitor: Visitor, site: Site, findings: list[int]) -> None:
    page = visitor("supervisor")
    page.goto("/review")
    total = len(findings)
    rows = page.locator(".review-list a")
    expect(rows).to_have_count(total)
    expect(rows.first).to_have_attribute("aria-current", "true")

    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile(f"finding={findings[1]}"))
    page.keyboard.press("k")
    expect(rows.first).to_have_attribute("aria-current", "true")

    page.keyboard.press("Enter")
    expect(page.locator(".done-note")).to_contain_text("已确认")
    expect(rows).to_have_count(total - 1)
    expect(page.locator(".done-note .state-confirmed")).to_have_text("违规")
    assert state_of(site, findings[0]) is ReviewState.CONFIRMED

    page.keyboard.press("x")
    expect(page.get_by_role("button", name="认错物品")).to_be_visible()
    page.keyboard.press("3")
    expect(page.locator(".done-note")).to_contain_text("已驳回")
    expect(rows).to_have_count(total - 2)
    assert state_of(site, findings[1]) is ReviewState.DISMISSED

    page.keyboard.press("z")
    expect(rows).to_have_count(total - 1)
    expect(page.locator(".done-note")).to_have_count(0)
    assert state_of(site, findings[1]) is ReviewState.OPEN
    expect(page.locator(".review-detail")).to_contain_text("已撤销")

    page.keyboard.press("u")
    expect(page.locator(".done-note")).to_contain_text("复核无法判定")
    assert state_of(site, findings[1]) is ReviewState.CANNOT_JUDGE


def test_the_address_tells_the_state_and_back_works(visitor: Visitor, findings: list[int]) -> None:
    page = visitor("supervisor")
    page.goto("/review")
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(f"finding={findings[1]}"))
    page.go_back()
    expect(page.locator(".review-list a").first).to_have_attribute("aria-current", "true")
    page.goto(f"/review?finding={findings[2]}")
    expect(page.locator(".review-list a").nth(2)).to_have_attribute("aria-current", "true")


def test_help_lists_the_keys(visitor: Visitor, findings: list[int]) -> None:
    page = visitor("supervisor")
    page.goto("/review")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("驳回，再按原因数字")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".review-list a")).to_have_count(len(findings))


def test_the_second_reviewer_is_told_and_nothing_is_overwritten(
    visitor: Visitor, site: Site, findings: list[int]
) -> None:
    first, second = visitor("supervisor"), visitor("second")
    for page in (first, second):
        page.goto(f"/review?finding={findings[0]}")
        expect(page.locator("#finding-heading")).to_be_visible()
    first.keyboard.press("Enter")
    expect(first.locator(".done-note")).to_be_visible()
    second.keyboard.press("x")
    second.keyboard.press("1")
    alert = second.locator("[data-trouble]")
    expect(alert).to_contain_text("监督员甲 已先作出决定")
    expect(second.locator(".review-detail")).to_contain_text("确认为违规")
    assert state_of(site, findings[0]) is ReviewState.CONFIRMED


def test_filters_stay_in_the_address(visitor: Visitor, findings: list[int]) -> None:
    page = visitor("supervisor")
    page.goto("/review")
    page.locator(".filters-fold > summary").click()
    page.get_by_label("窗口").select_option("A01")
    expect(page).to_have_url(re.compile(r"window=A01"))
    kept = page.locator(".review-list a")
    expect(kept.first).to_contain_text("A01")
    assert 0 < kept.count() < len(findings)
    page.keyboard.press("Enter")
    expect(page.locator(".done-note")).to_be_visible()
    expect(page.locator(".review-list a").first).to_contain_text("A01")


def test_counts_in_the_tabs_follow(visitor: Visitor, findings: list[int]) -> None:
    page = visitor("supervisor")
    page.goto("/review")
    before = int(count(page, "疑似"))
    page.keyboard.press("Enter")
    expect(page.locator(".done-note")).to_be_visible()
    assert int(count(page, "疑似")) == before - 1
    assert count(page, "已确认") == "1"
    page.locator(".review-tabs a").filter(has_text="已确认").click()
    expect(page.locator(".review-list a")).to_have_count(1)


def test_on_a_phone_by_touch(visitor: Visitor, site: Site, findings: list[int]) -> None:
    page = visitor("supervisor", PHONE)
    page.goto("/review")
    page.get_by_role("button", name="确认违规").tap()
    expect(page.locator(".done-note")).to_be_visible()
    assert state_of(site, findings[0]) is ReviewState.CONFIRMED


def test_an_error_in_a_part_is_shown_and_not_swallowed(visitor: Visitor, findings: list[int]) -> None:
    page = visitor("supervisor")
    page.goto("/review")
    page.locator(".decision-bar form").first.evaluate(
        "form => { form.setAttribute('hx-post', '/review/999999'); htmx.process(form); }"
    )
    page.keyboard.press("Enter")
    expect(page.locator("main [data-error-sentence]")).to_contain_text("找不到")
    page.get_by_role("link", name="回到今日").click()
    expect(page.get_by_role("heading", name="今日")).to_be_visible()


def test_a_log_in_that_ended_leads_to_the_log_in_and_back(visitor: Visitor, findings: list[int]) -> None:
    page = visitor("supervisor")
    page.goto("/review")
    page.context.clear_cookies()
    page.keyboard.press("j")
    expect(page.locator("#password")).to_be_visible()
    page.locator("#name").fill("supervisor")
    page.locator("#password").fill(PASSWORD)
    page.locator("form.card button").click()
    expect(page).to_have_url(re.compile(f"/review.*finding={findings[1]}"))


def test_without_scripts(visitor: Visitor, site: Site, findings: list[int]) -> None:
    page = visitor("supervisor", scripts=False)
    page.goto("/review")
    page.get_by_text("驳回，原因").click()
    page.get_by_role("button", name="此处允许").click()
    expect(page.locator(".done-note")).to_be_visible()
    assert state_of(site, findings[0]) is ReviewState.DISMISSED
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#finding-heading")).to_be_visible()
    assert state_of(site, findings[0]) is ReviewState.OPEN


def test_a_judgement_and_its_window_lead_to_each_other(visitor: Visitor, findings: list[int]) -> None:
    page = visitor("supervisor")
    page.goto("/windows/A01")
    expect(page.get_by_role("img", name="桌面示意图")).to_be_visible()
    expect(page.locator("dl.facts")).to_contain_text("第 1 版")
    page.locator("table.rows .row-time .row-link").first.click()
    expect(page.locator(".findings .finding").first).to_be_visible()
    expect(page.locator("dl.facts")).to_contain_text("手工点的四个角")
    page.locator("h1 a").click()
    expect(page).to_have_url("/windows/A01")


def scale_of(page: Page, picture: str) -> float:
    return float(page.locator(f"{picture} img").evaluate("img => new DOMMatrix(getComputedStyle(img).transform).a"))


def under(page: Page, picture: str, x: float, y: float) -> tuple[float, float]:
    """The point of a picture, in shares of it, that is shown at shares of its frame."""
    found = page.locator(picture).evaluate(
        """(figure, at) => {
          const frame = figure.querySelector("[data-zoom]").getBoundingClientRect();
          const image = figure.querySelector("img").getBoundingClientRect();
          return [(frame.left + at[0] * frame.width - image.left) / image.width,
                  (frame.top + at[1] * frame.height - image.top) / image.height];
        }""",
        [x, y],
    )
    return (found[0], found[1])


def test_a_picture_is_magnified_at_the_pointer_and_by_keys(visitor: Visitor, findings: list[int]) -> None:
    page = visitor("supervisor")
    page.goto("/review")
    evidence = ".picture-evidence"
    page.locator(f"{evidence} img").scroll_into_view_if_needed()
    frame = page.locator(f"{evidence} [data-zoom]").bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 0.25 * frame["width"], frame["y"] + 0.7 * frame["height"])
    page.mouse.wheel(0, -200)
    expect(page.locator("[data-zoom-percent]")).not_to_have_text("100 %")
    assert scale_of(page, evidence) == pytest.approx(2.25)
    assert under(page, evidence, 0.25, 0.7) == pytest.approx((0.25, 0.7), abs=0.01)

    page.mouse.down()
    page.mouse.move(frame["x"] + 0.45 * frame["width"], frame["y"] + 0.5 * frame["height"], steps=4)
    page.mouse.up()
    assert under(page, evidence, 0.45, 0.5) == pytest.approx((0.25, 0.7), abs=0.01)
    expect(page).to_have_url(re.compile("/review"))  # dragging a link does not follow it

    before = under(page, evidence, 0.5, 0.5)
    page.keyboard.press("ArrowRight")
    assert under(page, evidence, 0.5, 0.5)[0] > before[0]
    page.keyboard.press("+")
    assert scale_of(page, evidence) == pytest.approx(2.25 * 1.5)
    page.keyboard.press("0")
    assert scale_of(page, evidence) == 1
    page.keyboard.press("j")
    expect(page.locator(".review-list a").nth(1)).to_have_attribute("aria-current", "true")


def test_the_next_finding_begins_with_the_whole_picture(visitor: Visitor, findings: list[int]) -> None:
    page = visitor("supervisor")
    page.goto("/review")
    page.get_by_role("button", name="放大").click()
    assert scale_of(page, ".picture-evidence") == pytest.approx(1.5)
    page.keyboard.press("j")
    expect(page.locator(".review-list a").nth(1)).to_have_attribute("aria-current", "true")
    expect(page.locator("[data-zoom-percent]")).to_have_text("100 %")
    assert scale_of(page, ".picture-evidence") == 1


def test_two_fingers_magnify_on_a_phone_and_one_tap_opens_the_picture(visitor: Visitor, findings: list[int]) -> None:
    page = visitor("supervisor", PHONE)
    page.goto("/review")
    stage = page.locator(".picture-evidence [data-zoom]")
    stage.scroll_into_view_if_needed()
    frame = stage.bounding_box()
    assert frame is not None
    middle_x, middle_y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, reach: float) -> None:
        spots = [] if kind == "touchEnd" else [(middle_x - reach, 1), (middle_x + reach, 2)]
        points = [{"x": x, "y": middle_y, "id": finger} for x, finger in spots]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 30)
    for reach in (40, 50, 60, 75):
        fingers("touchMove", reach)
    fingers("touchEnd", 0)
    assert scale_of(page, ".picture-evidence") == pytest.approx(2.5, rel=0.05)
    assert under(page, ".picture-evidence", 0.5, 0.5) == pytest.approx((0.5, 0.5), abs=0.02)
    stage.tap()
    expect(page).to_have_url(re.compile("/review"))
    page.keyboard.press("Escape")
    assert scale_of(page, ".picture-evidence") == 1
    stage.tap()
    expect(page).to_have_url(re.compile("/api/v1/evidence/"))


@pytest.mark.parametrize(("viewport", "narrow"), [(PHONE, True), (DESKTOP, False)], ids=["phone", "desktop"])
def test_letters_in_the_picture_are_drawn_for_the_width_at_which_it_is_shown(
    visitor: Visitor, findings: list[int], viewport: ViewportSize, narrow: bool
) -> None:
    page = visitor("supervisor", viewport)
    page.goto("/judgements/1")
    picture = page.locator(".picture img")
    sources = page.locator("source[data-narrow]")
    small, large = sources.get_attribute("srcset"), picture.get_attribute("src")
    assert small
    assert large
    shown = small if narrow else large
    shows = "address => document.querySelector('.picture img').currentSrc.endsWith(address)"
    page.wait_for_function(shows, arg=shown)
    # Letters grow with the picture: magnified, the phone shows the drawing with the finer ones.
    for _ in range(3):
        page.get_by_role("button", name="放大").click()
    page.wait_for_function(shows, arg=large)
    page.get_by_role("button", name="显示整幅图片").click()
    page.wait_for_function(shows, arg=shown)


def test_without_scripts_the_width_of_the_screen_chooses_the_letters(visitor: Visitor, findings: list[int]) -> None:
    page = visitor("supervisor", PHONE, scripts=False)
    with page.expect_response(re.compile("/api/v1/evidence/")) as response:
        page.goto("/judgements/1")
    assert response.value.url.endswith(str(page.locator("source[data-narrow]").get_attribute("srcset")))
