"""One button of the layout editor straightens a picture that its lens bends, and takes it back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from browser_kit import DESKTOP, PHONE, Visitor
from deskcheck_vision.images import encode_jpeg
from deskcheck_vision.lens import Lens
from editor_hand import DESK_CM, HALL_PHOTO_WH, REFERENCE_CORNERS, Hand, hall_photo
from pages_kit import Site
from playwright.sync_api import Page, ViewportSize, expect
from sticker_desk import bent

LENS = Lens(-0.08, HALL_PHOTO_WH)
CORNERS = tuple((float(x), float(y)) for x, y in LENS.bent(np.array(REFERENCE_CORNERS)))


@pytest.fixture(scope="module")
def bent_photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    image = cv2.imread(str(hall_photo("reference")))
    assert image is not None
    path = tmp_path_factory.mktemp("lens") / "ceiling.jpg"
    path.write_bytes(encode_jpeg(bent(np.asarray(image, np.uint8), LENS), 92))
    return path


def draft(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.evaluate("fetch('/api/v1/windows/B01/draft').then((a) => a.text())"))
    return found


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_lens_is_straightened_by_one_button(
    visitor: Visitor, site: Site, viewport: ViewportSize, bent_photo: Path
) -> None:
    hand = Hand(visitor("supervisor", viewport), touch=viewport == PHONE)
    page = hand.page
    hand.begin("B01")
    button, note = page.locator("[data-lens]"), page.locator("[data-lens-note]")
    expect(button).to_be_disabled()
    hand.photograph(bent_photo)
    page.locator("[data-snap]").uncheck()
    hand.corners(CORNERS)
    expect(button).to_be_disabled()
    hand.size(*DESK_CM)
    expect(button).to_be_enabled()
    hand.tap(button)
    expect(note).to_contain_text("已校正：台面上的位置最多移动了")
    expect(button).to_have_attribute("aria-pressed", "true")
    hand.saved()
    still = draft(page)["document"]["still"]
    assert still["bend"] == pytest.approx(-0.08, abs=0.012)
    # Taken back by itself, by undoing, and done again.
    page.keyboard.press("Control+z")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Control+y")
    expect(button).to_have_attribute("aria-pressed", "true")
    hand.tap(button)
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(note).to_have_text("已取消校正，按摄像机原图使用。")
    hand.saved()
    assert draft(page)["document"]["still"]["bend"] is None


def test_a_phones_photo_has_nothing_to_straighten(visitor: Visitor) -> None:
    hand = Hand(visitor("supervisor", DESKTOP), touch=False)
    page = hand.page
    hand.begin("B01")
    hand.photograph(hall_photo("reference"))
    page.locator("[data-snap]").uncheck()
    hand.corners()
    hand.size(*DESK_CM)
    page.locator("[data-lens]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-lens-note]")).to_have_text("台面边缘已足够直，无需校正。")
    expect(page.locator("[data-lens]")).to_have_attribute("aria-pressed", "false")


def test_without_a_connection_it_says_so(visitor: Visitor, bent_photo: Path) -> None:
    hand = Hand(visitor("supervisor", DESKTOP), touch=False)
    page = hand.page
    hand.begin("B01")
    hand.photograph(bent_photo)
    hand.corners(CORNERS)
    hand.size(*DESK_CM)
    page.context.set_offline(True)
    hand.tap(page.locator("[data-lens]"))
    expect(page.locator("[data-lens-note]")).to_have_text("没有网络连接，未能测量镜头畸变，请重试。")
    page.context.set_offline(False)
