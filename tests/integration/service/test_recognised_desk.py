"""A photo from elsewhere through the upload door: placed by the window's stored reference picture, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from deskcheck_calibration.layout_file import dump_layout
from deskcheck_service.layouts import service as places
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_vision.images import encode_jpeg
from fastapi import FastAPI
from photos import send, services_that_know
from printed_desk import printed_desk
from service_kit import Hall, layout, logged_in
from starlette.testclient import TestClient
from sticker_desk import Camera, camera, seen

DESK = (180, 75)
APPROVED = camera(DESK, 50.0, 0.0, 225.0)
ELSEWHERE = camera(DESK, 40.0, 20.0, 225.0)


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    built = services_that_know(settings)
    yield built
    built.close()


@pytest.fixture
def inspector(app: FastAPI, services: Services, hall: Hall) -> TestClient:
    with services.database.writing() as session:
        places.import_layout(session, "test", dump_layout(replace(layout("A01"), views=())))
    return logged_in(app, "inspector")


def shot(desk: int, by: Camera) -> bytes:
    return encode_jpeg(seen(printed_desk(desk, desk_wh_cm=DESK), by, seed=desk), 92)


def keep_reference(app: FastAPI) -> str:
    corners = APPROVED.px(np.array([[0, 0], [180, 0], [180, 75], [0, 75]], np.float64))
    put = logged_in(app, "supervisor").put(
        "/api/v1/windows/A01/views/approved",
        files={"photo": ("r.jpg", shot(3, APPROVED))},
        data={"corners_px": " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)},
    )
    assert put.status_code in (200, 201), put.text
    sha256: str = put.json()["reference_sha256"]
    return sha256


def test_a_photo_from_elsewhere_is_placed_by_the_reference_picture(app: FastAPI, inspector: TestClient) -> None:
    keep_reference(app)
    answer = send(inspector, "A01", shot(3, ELSEWHERE))
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["registration"] == "features"
    assert body["residual_cm"] < 0.3
    # The drink that the detector reports at fixed px lies where the camera's own homography says.
    (drink,) = [item for item in body["items"] if item["item"] == "beverage_container"]
    foot = np.linalg.inv(ELSEWHERE.to_px) @ [930.0, 695.0, 1.0]
    assert np.linalg.norm(np.array(drink["footprint_cm"]).mean(axis=0) - foot[:2] / foot[2]) < 6.0


def test_a_desk_that_is_another_is_not_placed(app: FastAPI, inspector: TestClient) -> None:
    keep_reference(app)
    body = send(inspector, "A01", shot(4, ELSEWHERE)).json()
    assert body["registration"] == "none"
    assert body["state"] == "inconclusive"
    assert body["items"] == []


def test_without_or_with_a_lost_reference_picture_nothing_is_guessed(
    app: FastAPI, inspector: TestClient, tmp_path: Path
) -> None:
    assert send(inspector, "A01", shot(3, ELSEWHERE), "a.jpg").json()["registration"] == "none"
    sha256 = keep_reference(app)
    (tmp_path / "evidence" / sha256[:2] / sha256).unlink()
    assert send(inspector, "A01", shot(3, camera(DESK, 42.0, 18.0, 225.0)), "b.jpg").json()["registration"] == "none"


def test_tapped_corners_and_a_chosen_view_come_first(app: FastAPI, inspector: TestClient) -> None:
    keep_reference(app)
    corners = ELSEWHERE.px(np.array([[0, 0], [180, 0], [180, 75], [0, 75]], np.float64))
    text = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    assert send(inspector, "A01", shot(3, ELSEWHERE), corners_px=text).json()["registration"] == "corners"
    assert send(inspector, "A01", shot(3, APPROVED), view="approved").json()["registration"] == "view"
