"""A view of a part of the desk, calibrated in the browser: corners beyond the picture, and what photos leave open."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from browser_kit import DESKTOP, PHONE, Visitor
from deskcheck_calibration.findings import Reason
from deskcheck_calibration.geometry import apply_homography
from deskcheck_calibration.plane import DeskPlane
from deskcheck_service.accounts import repository as accounts
from deskcheck_service.accounts.rights import Principal, RoleGrant
from deskcheck_service.captures.schemas import JudgementOut
from deskcheck_service.captures.service import check_photo
from deskcheck_service.layouts import repository
from deskcheck_service.tables import Role
from deskcheck_service.uploads import Upload
from deskcheck_vision.detections import Float64Array
from editor_hand import DESK_CM, HALL_PHOTO_WH, MIDDLES, REFERENCE_CORNERS, Hand, hall_photo
from pages_kit import Site
from playwright.sync_api import ViewportSize, expect

# The photo as the same camera takes it, turned to the left so far that the desk's two right corners lie beyond.
TURNED_DEG = 21.0


@pytest.fixture(scope="module")
def turned() -> Float64Array:
    """Homography (3, 3) from the photo to that of the turned camera."""
    pose = DeskPlane.from_corners(REFERENCE_CORNERS, DESK_CM, HALL_PHOTO_WH).pose
    assert pose is not None
    lens = np.array([[pose.focal_px, 0, HALL_PHOTO_WH[0] / 2], [0, pose.focal_px, HALL_PHOTO_WH[1] / 2], [0, 0, 1]])
    cos, sin = np.cos(np.radians(TURNED_DEG)), np.sin(np.radians(TURNED_DEG))
    turn = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    return np.asarray(lens @ turn @ np.linalg.inv(lens))


@pytest.fixture
def left_photo(tmp_path: Path, turned: Float64Array) -> Path:
    image = cv2.imread(str(hall_photo("reference")))
    assert image is not None
    path = tmp_path / "left.png"
    seen = cv2.warpPerspective(image, turned, HALL_PHOTO_WH, borderValue=(125, 130, 135))
    assert cv2.imwrite(str(path), seen)
    return path


def judge_left(site: Site, photo: Path) -> JudgementOut:
    with site.services.database.reading() as session:
        user = accounts.user_by_name(session, "inspector")
    assert user is not None
    inspector = Principal(user.id, user.name, user.display_name, None, (RoleGrant(Role.INSPECTOR),))
    return check_photo(site.services, inspector, "B01", Upload(photo.read_bytes(), "x.png", {"view": "left"})).judgement


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_desk_that_goes_on_beyond_the_picture(
    visitor: Visitor, site: Site, viewport: ViewportSize, left_photo: Path, turned: Float64Array
) -> None:
    hand = Hand(visitor("supervisor", viewport), touch=viewport == PHONE)
    page = hand.page
    hand.begin("B01")
    hand.photograph(left_photo)
    page.locator("[data-beyond]").check()
    corners = [(float(x), float(y)) for x, y in apply_homography(turned, np.array(REFERENCE_CORNERS))]
    for corner in corners:
        hand.tap(hand.stage("picture"), hand.beyond_picture(corner, HALL_PHOTO_WH))
    hand.size(*DESK_CM)
    page.locator("[data-view]").fill("left")
    page.locator("[data-view]").press("Tab")
    status = page.locator("[data-corner-status]")
    expect(status).to_contain_text("此视角看到台面的")
    expect(status).to_contain_text("其余部分的规则不评估")
    right = [int(page.locator(f"[data-corner='{n}'] [data-corner-at]").inner_text().split(",")[0]) for n in (1, 2)]
    for at, corner in zip(right, corners[1:3], strict=True):
        assert at > HALL_PHOTO_WH[0]
        assert abs(at - corner[0]) < 16
    hand.zone("keyboard", MIDDLES["keyboard"])
    hand.zone("cup", MIDDLES["cup"])
    hand.saved()
    page.screenshot(path=str(left_photo.with_name(f"editor-{viewport['width']}.png")), full_page=True)
    # Opened again, the drawing has room for the corners that lie beyond.
    page.reload()
    expect(page.locator("[data-editor][data-still=shown]")).to_be_visible()
    expect(page.locator("[data-beyond]")).to_be_checked()
    hand.tap(page.locator("[data-submit]"))
    page.wait_for_url("**/layouts/*")
    other = Hand(visitor("second", viewport), touch=viewport == PHONE)
    other.page.goto("/windows/B01/layouts")
    other.tap(other.page.get_by_role("button", name="批准"))
    expect(other.page.locator(".pill")).to_have_text("已批准")

    with site.services.database.reading() as session:
        window = repository.window(session, "B01")
        assert window is not None
        view = repository.view(session, window.id, "left")
    assert view is not None
    assert view.outer_right_x_px > HALL_PHOTO_WH[0]
    judgement = judge_left(site, left_photo)
    assert judgement.registration == "view"
    silent = {finding.place for finding in judgement.findings if finding.reason is Reason.OUTSIDE_VIEW}
    assert "main_counter" in silent
    assert "keyboard" not in silent
    assert judgement.state.value != "pass"
    page.goto(f"/judgements/{judgement.id}")
    expect(page.get_by_text("此视角只看到台面的一部分，其余位置未评估。")).to_be_visible()
    page.screenshot(path=str(left_photo.with_name(f"judgement-{viewport['width']}.png")), full_page=True)
