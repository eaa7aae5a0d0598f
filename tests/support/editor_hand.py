"""A hand at the layout editor that counts its taps, by mouse or by finger."""

from __future__ import annotations

import re
import time
from pathlib import Path

from browser_kit import PHONE, Visitor
from deskcheck_service.demo.hall_file import demo_hall_path
from playwright.sync_api import Locator, Page, ViewportSize, expect

Point = tuple[float, float]

# The demonstration hall's first desk, 160 x 70 cm, as its own layout file has it.
HALL_PHOTO_WH = (1600, 1200)
DESK_CM = (160, 70)
REFERENCE_CORNERS: tuple[Point, ...] = ((372.6, 370.6), (1439.6, 562.6), (1525.3, 1058.5), (61.9, 691.7))
MORNING_CORNERS: tuple[Point, ...] = ((227.1, 451.9), (1363.3, 433.5), (1547.7, 844.3), (61.1, 871.5))
MIDDLES: dict[str, Point] = {
    "monitor": (78.0, 27.0),
    "keyboard": (78.0, 57.2),
    "mouse": (111.0, 56.0),
    "telephone": (134.1, 25.6),
    "cup": (140.7, 56.8),
}
# What the canvas leaves free around what it shows, CSS px, and what is shown beside the desk, cm.
_MARGIN_PX = {"picture": 24, "desk": 6}
_BESIDE_CM = 12


def hall_photo(name: str) -> Path:
    """A photo of the demonstration hall."""
    return demo_hall_path().parent / "photos" / f"A01-{name}.jpg"


class Hand:
    """Does what a person does, one tap at a time. A list costs two taps, and so does choosing a file."""

    def __init__(self, page: Page, *, touch: bool) -> None:
        self.page = page
        self.touch = touch
        self.taps = 0

    def tap(self, target: Locator, at: Point | None = None) -> None:
        self.taps += 1
        position = {"x": at[0], "y": at[1]} if at is not None else None
        if self.touch:
            target.tap(position=position)  # type: ignore[arg-type]
        else:
            target.click(position=position)  # type: ignore[arg-type]

    def choose(self, target: Locator, value: str) -> None:
        self.taps += 2
        target.select_option(value)

    def file(self, target: Locator, path: Path) -> None:
        self.taps += 2
        target.set_input_files(path)

    def type(self, target: Locator, text: str) -> None:
        self.tap(target)
        target.fill(text)

    def stage(self, part: str) -> Locator:
        return self.page.locator(f"[data-part={part}] [data-stage]")

    def in_picture(self, point: Point) -> Point:
        """Where a px of the whole still lies in its canvas."""
        return self._placed("picture", (0, 0, *HALL_PHOTO_WH), point)

    def beyond_picture(self, point: Point, wh: tuple[int, int]) -> Point:
        """Where a px in or around the still lies, once there is room around it for a desk that goes on beyond."""
        room = (-wh[0] / 2, -wh[1] / 2, 1.5 * wh[0], 1.5 * wh[1])
        return self._placed("picture", room, point)

    def on_desk(self, point: Point, desk: Point = DESK_CM, beside: float = _BESIDE_CM) -> Point:
        """Where a place of the desk, cm, lies in its canvas, which shows so much beside the desk."""
        world = (-beside, -beside, desk[0] + beside, desk[1] + beside)
        return self._placed("desk", world, point)

    def _placed(self, part: str, world: tuple[float, float, float, float], point: Point) -> Point:
        stage = self.stage(part)
        stage.scroll_into_view_if_needed()
        size = stage.evaluate("box => [box.clientWidth, box.clientHeight]")
        margin = _MARGIN_PX[part]
        left, top, right, bottom = world
        wide, high = right - left, bottom - top
        scale = min((size[0] - 2 * margin) / wide, (size[1] - 2 * margin) / high)
        x = (size[0] - scale * wide) / 2 + scale * (point[0] - left)
        y = (size[1] - scale * high) / 2 + scale * (point[1] - top)
        return x, y

    def begin(self, window: str) -> None:
        """Open the editor from the window's layouts."""
        self.page.goto(f"/windows/{window}/layouts")
        self.tap(self.page.locator(f"a[href='/windows/{window}/layouts/edit']"))
        expect(self.page.locator("[data-editor][data-ready]")).to_be_visible()

    def photograph(self, path: Path) -> None:
        """Send a photo to draw on."""
        self.file(self.page.locator("[data-still-choice] input[type=file]"), path)
        # People are looked for in it first, by the real model.
        expect(self.page.locator("[data-editor][data-still=shown]")).to_be_visible(timeout=60_000)

    def corners(self, corners: tuple[Point, ...] = REFERENCE_CORNERS) -> None:
        """Tap the four corners, in order."""
        for corner in corners:
            self.tap(self.stage("picture"), self.in_picture(corner))

    def size(self, width: float, depth: float) -> None:
        """Type the desk's real size."""
        self.type(self.page.locator("[data-desk-width]"), str(width))
        self.type(self.page.locator("[data-desk-depth]"), str(depth))

    def zone(self, item: str, middle: Point) -> None:
        """Place a home zone by one tap."""
        self.choose(self.page.locator("[data-new-zone]"), item)
        self.tap(self.stage("desk"), self.on_desk(middle))
        expect(self.page.locator(f"[data-thing='zones:{item}']")).to_be_visible()

    def saved(self) -> None:
        """Wait until the server has everything."""
        expect(self.page.locator("[data-save-state][data-state=saved]")).to_be_visible()
        deadline = time.monotonic() + 15
        while self.page.evaluate("localStorage.length") and time.monotonic() < deadline:
            self.page.wait_for_timeout(50)
        assert self.page.evaluate("localStorage.length") == 0


def drawn(visitor: Visitor, viewport: ViewportSize) -> Hand:
    """A window without a layout, calibrated on a photo of the demonstration hall: corners, size, five zones."""
    hand = Hand(visitor("supervisor", viewport), touch=viewport == PHONE)
    hand.begin("B01")
    hand.photograph(hall_photo("reference"))
    hand.corners()
    hand.size(*DESK_CM)
    for item, middle in MIDDLES.items():
        hand.zone(item, middle)
    return hand


def calibrated(visitor: Visitor, viewport: ViewportSize) -> int:
    """Calibrate the bare window from its list of versions to approved by another person; return the taps."""
    hand = drawn(visitor, viewport)
    page = hand.page
    # A monitor has to be there: its zone is chosen in the list, its least count typed.
    hand.tap(page.locator("[data-thing='zones:monitor']"))
    hand.type(page.locator("[data-properties] [data-key=min]"), "1")
    page.locator("[data-properties] [data-key=min]").press("Tab")
    hand.tap(page.locator("[data-submit]"))
    page.wait_for_url(re.compile(r"/layouts/\d+$"))
    expect(page.locator(".pill")).to_have_text("草稿")
    other = Hand(visitor("second", viewport), touch=viewport == PHONE)
    other.page.goto("/windows/B01/layouts")
    other.tap(other.page.get_by_role("button", name="批准"))
    expect(other.page.locator(".pill")).to_have_text("已批准")
    return hand.taps + other.taps


def moved_left(page: Page, thing: str, left_cm: str) -> None:
    page.locator(f"[data-thing='zones:{thing}']").click()
    field = page.locator("[data-properties] [data-key=x]")
    field.fill(left_cm)
    field.press("Tab")


class Fingers:
    """Fingers on the screen of a page; Playwright's own touchscreen only taps."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)

    def __call__(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
