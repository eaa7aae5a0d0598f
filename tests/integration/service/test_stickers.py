"""Position stickers through the service: printed by the page, they place a photo and name the window that it shows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
from deskcheck_calibration.layout import Layout, Sticker
from deskcheck_calibration.layout_file import dump_layout
from deskcheck_calibration.stickers import CORNERS
from deskcheck_service.layouts import service as places
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Capture, JudgementRow, Window
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.images import encode_jpeg
from deskcheck_vision.markers import find_tags, read_desks
from fastapi import FastAPI
from photos import send, services_that_know
from PIL import Image
from service_kit import CORNERS_TEXT, Hall, layout, logged_in
from sqlalchemy import func, select
from starlette.testclient import TestClient
from sticker_desk import Camera, camera, desk_texture, seen, sticker_squares

DESK = (180, 75)


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    built = services_that_know(settings)
    yield built
    built.close()


def with_stickers(window: str) -> Layout:
    """A layout that knows where its stickers lie, and no view."""
    squares = zip(CORNERS, sticker_squares(DESK), strict=True)
    stickers = tuple(Sticker(corner, tuple((float(x), float(y)) for x, y in square)) for corner, square in squares)
    return replace(layout(window), stickers=stickers, views=())


@pytest.fixture
def numbers(services: Services, hall: Hall) -> dict[str, int]:
    """What the stickers of each window carry."""
    with services.database.writing() as session:
        for code in ("A01", "B01"):
            places.import_layout(session, "test", dump_layout(with_stickers(code)))
        return {row[0]: row[1] for row in session.execute(select(Window.code, Window.id)).all()}


@pytest.fixture
def inspector(app: FastAPI, hall: Hall) -> TestClient:
    return logged_in(app, "inspector")


def phone(azimuth: float = 15.0) -> Camera:
    return camera(DESK, 48.0, azimuth, 215.0, (2880, 1620))


def shot(number: int, azimuth: float = 15.0, corners: tuple[int, ...] = (0, 1, 2, 3)) -> Uint8Array:
    return seen(desk_texture(number, DESK, corners), phone(azimuth), seed=number)


def stored(services: Services) -> tuple[int, int]:
    with services.database.reading() as session:
        kept = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Capture, JudgementRow)]
    return kept[0], kept[1]


@pytest.mark.parametrize("azimuth", [-25.0, 15.0])
def test_a_photo_from_anywhere_is_placed_by_its_stickers(
    inspector: TestClient, numbers: dict[str, int], azimuth: float
) -> None:
    answer = send(inspector, "A01", encode_jpeg(shot(numbers["A01"], azimuth), 92))
    assert answer.status_code == 201
    body = answer.json()
    assert body["registration"] == "markers"
    assert body["residual_cm"] < 0.1
    # The drink that the detector reports at fixed px lies where the camera's own homography says.
    (drink,) = [item for item in body["items"] if item["item"] == "beverage_container"]
    foot = np.linalg.inv(phone(azimuth).to_px) @ [930.0, 695.0, 1.0]
    assert np.linalg.norm(np.array(drink["footprint_cm"]).mean(axis=0) - foot[:2] / foot[2]) < 6.0


def test_a_photo_of_another_window_is_refused_with_the_right_one_named(
    inspector: TestClient, numbers: dict[str, int], services: Services
) -> None:
    photo = encode_jpeg(shot(numbers["B01"]), 92)
    for fields in ({}, {"corners_px": CORNERS_TEXT}):
        answer = send(inspector, "A01", photo, **fields)
        assert answer.status_code == 422
        assert answer.json()["error"]["code"] == "photo.other_window"
        assert "B01" in answer.json()["error"]["message"]
        assert "B01" in answer.json()["error"]["next_step"]
    assert stored(services) == (0, 0)
    assert send(inspector, "B01", photo).json()["registration"] == "markers"


def test_stickers_of_no_window_and_a_lone_one_change_nothing(inspector: TestClient, numbers: dict[str, int]) -> None:
    strange = encode_jpeg(shot(max(numbers.values()) + 40), 92)
    assert send(inspector, "A01", strange, "b.jpg").json()["registration"] == "none"
    lone = encode_jpeg(shot(numbers["B01"], corners=(2,)), 92)
    assert send(inspector, "A01", lone, "c.jpg").json()["registration"] == "none"


def test_tapped_corners_come_before_stickers(inspector: TestClient, numbers: dict[str, int]) -> None:
    photo = encode_jpeg(shot(numbers["A01"]), 92)
    assert send(inspector, "A01", photo, corners_px=CORNERS_TEXT).json()["registration"] == "corners"


@pytest.mark.parametrize("address", ["/windows/A01/stickers.pdf", "/api/v1/windows/A01/stickers.pdf"])
def test_the_sheet_that_the_page_gives_carries_the_windows_number(
    inspector: TestClient, numbers: dict[str, int], address: str
) -> None:
    answer = inspector.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert "stickers-A01.pdf" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"%PDF")
    assert _desks_on(answer.content) == [numbers["A01"]]
    assert '/windows/A01/stickers.pdf"' in inspector.get("/windows/A01").text


def _desks_on(pdf: bytes) -> list[int]:
    """Return the desk numbers on the one page of a PDF, whose picture is a CCITT fax of 1 bit."""
    start = pdf.index(b"stream\n") + 7
    content = pdf[start : pdf.index(b"endstream", start)]
    width, height = (int(pdf[pdf.index(key) + len(key) :].split()[0]) for key in (b"/Width", b"/Height"))
    page = Image.open(io.BytesIO(_tiff(content, width, height))).convert("L")
    grey = cv2.resize(np.asarray(page, np.uint8), None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    return [desk.number for desk in read_desks(find_tags(np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))))]


def _tiff(group4: bytes, width: int, height: int) -> bytes:
    """Return a TIFF file around a Group 4 stream."""
    tags = [(256, 4, width), (257, 4, height), (258, 3, 1), (259, 3, 4), (262, 3, 1), (273, 4, 8 + 2 + 12 * 8 + 4)]
    tags += [(278, 4, height), (279, 4, len(group4))]
    body = b"II*\x00" + (8).to_bytes(4, "little") + len(tags).to_bytes(2, "little")
    for tag, kind, value in tags:
        body += tag.to_bytes(2, "little") + kind.to_bytes(2, "little") + (1).to_bytes(4, "little")
        body += value.to_bytes(4, "little")
    return body + bytes(4) + group4


def test_a_window_beyond_the_last_number_has_no_stickers_and_is_told_so(
    inspector: TestClient, hall: Hall, services: Services
) -> None:
    with services.database.writing() as session:
        session.add(Window(id=19_400, area_id=hall.area_ids["A"], code="A99", name_zh="窗口", name_en="Window"))
    answer = inspector.get("/api/v1/windows/A99/stickers.pdf")
    assert answer.status_code == 422
    assert "A99" in answer.json()["error"]["message"]


def test_a_sheet_is_for_those_who_see_the_window(app: FastAPI, hall: Hall, numbers: dict[str, int]) -> None:
    assert logged_in(app, "inspector_b").get("/api/v1/windows/B01/stickers.pdf").status_code == 200
    for person, status in (("inspector_b", 404), ("nobody", 403)):
        assert logged_in(app, person).get("/api/v1/windows/A01/stickers.pdf").status_code == status
    assert TestClient(app).get("/api/v1/windows/A01/stickers.pdf").status_code == 401
