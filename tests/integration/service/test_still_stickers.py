"""Position stickers in the editor's stills: whose they are, the desk that they tell, and what a version keeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from deskcheck_calibration.layout_file import load_layout
from deskcheck_service.captures.storing import add_evidence
from deskcheck_service.layouts import repository
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Evidence, EvidenceKind, Window
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.images import encode_jpeg
from fastapi import FastAPI
from httpx2 import Response
from photos import send, services_that_know
from service_kit import Hall, logged_in
from sqlalchemy import func, select
from starlette.testclient import TestClient
from sticker_desk import Camera, camera, desk_texture, seen, sticker_squares

DESK = (180, 75)
STILLS = "/api/v1/windows/A01/stills"
DRAFT = "/api/v1/windows/A01/draft"
CORNERS_CM = np.array([[0, 0], [180, 0], [180, 75], [0, 75]], np.float64)


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    built = services_that_know(settings)
    yield built
    built.close()


@pytest.fixture
def numbers(services: Services, hall: Hall) -> dict[str, int]:
    with services.database.reading() as session:
        return {row[0]: row[1] for row in session.execute(select(Window.code, Window.id)).all()}


@pytest.fixture
def author(app: FastAPI, hall: Hall) -> TestClient:
    return logged_in(app, "supervisor")


def phone(azimuth: float = 15.0) -> Camera:
    return camera(DESK, 48.0, azimuth, 215.0, (2880, 1620))


def shot(number: int, azimuth: float = 15.0, corners: tuple[int, ...] = (0, 1, 2, 3)) -> Uint8Array:
    return seen(desk_texture(number, DESK, corners), phone(azimuth), seed=number)


def uploaded(client: TestClient, image: Uint8Array) -> Response:
    return client.post(STILLS, files={"photo": ("IMG_7.jpg", encode_jpeg(image, 92))})


def still_of(client: TestClient, image: Uint8Array) -> dict[str, Any]:
    answer = uploaded(client, image)
    assert answer.status_code == 201, answer.text
    still: dict[str, Any] = answer.json()
    return still


def stickers_of(client: TestClient, still: dict[str, Any]) -> dict[str, Any]:
    answer = client.get(f"{STILLS}/{still['sha256']}/stickers")
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def document(still: dict[str, Any], corners: Any, size: Any, **layout: Any) -> dict[str, Any]:
    counter = {"id": "counter", "kind": "main_counter", "polygon_cm": [[0, 0], [size[0], 0], list(size), [0, size[1]]]}
    kept = {key: still[key] for key in ("sha256", "image_wh", "focal_px", "view")}
    values = {"desk_cm": list(size), "surfaces": [counter], "zones": [], **layout}
    return {"layout": values, "still": kept, "corners_px": [list(corner) for corner in corners]}


def submitted(client: TestClient, drawn: dict[str, Any]) -> Response:
    saved = client.put(DRAFT, json={"revision": client.get(DRAFT).json()["revision"], "document": drawn})
    assert saved.status_code == 200, saved.text
    return client.post(f"{DRAFT}/submit", json={"revision": saved.json()["revision"]})


def layout_text(services: Services, key: int) -> str:
    with services.database.reading() as session:
        row = repository.layout(session, key)
        assert row is not None
        return row.text


def test_four_stickers_tell_corners_and_size_with_their_doubt(author: TestClient, numbers: dict[str, int]) -> None:
    said = stickers_of(author, still_of(author, shot(numbers["A01"])))
    assert said["other_window"] is None
    assert {one["corner"] for one in said["seen"]} == {"outer_left", "outer_right", "inner_right", "inner_left"}
    proposal = said["proposal"]
    assert proposal["measured"] is True
    for side, within, true in zip(proposal["size_cm"], proposal["size_within_cm"], DESK, strict=True):
        assert 0 < within < 0.02 * true
        assert abs(side - true) <= within
    off_px = np.linalg.norm(np.array(proposal["corners_px"]) - phone().px(CORNERS_CM), axis=1)
    assert off_px.max() <= max(proposal["corners_within_px"], 0.5)


def test_a_still_of_another_window_is_refused_before_anything_is_kept(
    author: TestClient, numbers: dict[str, int], services: Services
) -> None:
    answer = uploaded(author, shot(numbers["B01"]))
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "photo.other_window"
    assert "B01" in answer.json()["error"]["message"]
    with services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Evidence)) == 0


def test_a_kept_picture_of_another_window_is_told_and_cannot_be_submitted(
    author: TestClient, numbers: dict[str, int], services: Services
) -> None:
    # It came in before that window had its stickers, as a camera's picture may.
    picture = encode_jpeg(shot(numbers["B01"]), 92)
    sha256 = services.evidence.put(picture)
    with services.database.writing() as session:
        add_evidence(session, numbers["A01"], EvidenceKind.REFERENCE, (sha256, len(picture)))
    still = {"sha256": sha256, "image_wh": [2880, 1620], "focal_px": None, "view": "ceiling"}
    said = stickers_of(author, still)
    assert (said["other_window"], said["proposal"], said["seen"]) == ("B01", None, [])
    answer = submitted(author, document(still, phone().px(CORNERS_CM).tolist(), DESK))
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "photo.other_window"


def test_stickers_are_measured_into_the_version_and_place_the_next_photo(
    app: FastAPI, author: TestClient, numbers: dict[str, int], services: Services
) -> None:
    still = still_of(author, shot(numbers["A01"]))
    answer = submitted(author, document(still, phone().px(CORNERS_CM).tolist(), DESK))
    assert answer.status_code == 201, answer.text
    layout = load_layout(layout_text(services, answer.json()["id"]))
    assert len(layout.stickers) == 4
    for sticker, square in zip(layout.stickers, sticker_squares(DESK), strict=True):
        assert np.linalg.norm(np.array(sticker.tag_cm) - square, axis=1).max() < 0.3
    approved = logged_in(app, "administrator").post(f"/api/v1/layouts/{answer.json()['id']}/approve")
    assert approved.status_code == 200, approved.text
    elsewhere = send(logged_in(app, "inspector"), "A01", encode_jpeg(shot(numbers["A01"], -25.0), 92), "later.jpg")
    assert elsewhere.json()["registration"] == "markers"

    # With their places known, three stickers tell the corners, and the size is the one that was approved.
    three = stickers_of(author, still_of(author, shot(numbers["A01"], -10.0, (0, 1, 2))))
    proposal = three["proposal"]
    assert (proposal["measured"], proposal["size_cm"], proposal["size_within_cm"]) == (False, list(DESK), [0, 0])
    off_px = np.linalg.norm(np.array(proposal["corners_px"]) - phone(-10.0).px(CORNERS_CM), axis=1)
    assert off_px.max() <= max(proposal["corners_within_px"], 1.0)


def test_unseen_stickers_keep_their_places_unless_seen_ones_were_moved(
    author: TestClient, numbers: dict[str, int], services: Services
) -> None:
    still = still_of(author, shot(numbers["A01"], corners=(0, 1)))
    corners = phone().px(CORNERS_CM).tolist()
    names = ("outer_left", "outer_right", "inner_right", "inner_left")
    known = [
        {"corner": name, "tag_cm": square.tolist()} for name, square in zip(names, sticker_squares(DESK), strict=True)
    ]
    kept = submitted(author, document(still, corners, DESK, stickers=known)).json()
    assert {one.corner.value for one in load_layout(layout_text(services, kept["id"])).stickers} == set(names)
    moved = [{**known[0], "tag_cm": (sticker_squares(DESK)[0] + 3).tolist()}, *known[1:]]
    anew = submitted(author, document(still, corners, DESK, stickers=moved)).json()
    assert {one.corner.value for one in load_layout(layout_text(services, anew["id"])).stickers} == set(names[:2])


def test_a_still_without_stickers_changes_nothing(
    author: TestClient, numbers: dict[str, int], services: Services
) -> None:
    still = still_of(author, shot(numbers["A01"], corners=()))
    assert stickers_of(author, still) == {"other_window": None, "tag_cm": 4, "seen": [], "proposal": None}
    answer = submitted(author, document(still, phone().px(CORNERS_CM).tolist(), DESK))
    assert load_layout(layout_text(services, answer.json()["id"])).stickers == ()


def test_stickers_are_read_of_the_window_s_own_stills_by_those_who_draw(
    app: FastAPI, author: TestClient, numbers: dict[str, int]
) -> None:
    still = still_of(author, shot(numbers["A01"], corners=()))
    address = f"{STILLS}/{still['sha256']}/stickers"
    assert author.get(address.replace("A01", "B01")).status_code == 404
    assert author.get(f"{STILLS}/{'0' * 64}/stickers").status_code == 404
    assert logged_in(app, "inspector").get(address).status_code == 403
