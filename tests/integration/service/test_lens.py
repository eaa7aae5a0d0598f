"""How a camera's lens bends its pictures: measured on a still, kept with the view, used in judging."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import cv2
import numpy as np
import pytest
from deskcheck_calibration.layout_file import load_layout
from deskcheck_service.accounts.repository import user_by_name
from deskcheck_service.accounts.rights import Principal, RoleGrant
from deskcheck_service.cameras.watching import check_frame
from deskcheck_service.captures.recognising import reference_view
from deskcheck_service.layouts import repository
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Role, View
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.frames import Frame
from deskcheck_vision.images import encode_jpeg
from deskcheck_vision.lens import Lens
from fastapi import FastAPI
from httpx2 import Response
from photos import services_that_know
from PIL import Image
from service_kit import Hall, approve, logged_in
from sqlalchemy import select
from starlette.testclient import TestClient
from sticker_desk import bent, camera, desk_texture, seen

DESK = (180, 75)
CORNERS_CM = np.array([[0, 0], [180, 0], [180, 75], [0, 75]], np.float64)
BY = camera(DESK, 50.0, 10.0, 165.0)
LENS = Lens(-0.09, BY.image_wh)
CORNERS = [[round(float(x), 1), round(float(y), 1)] for x, y in LENS.bent(BY.px(CORNERS_CM))]
VIEW = "ceiling.jpg"


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    built = services_that_know(settings)
    yield built
    built.close()


@pytest.fixture
def author(app: FastAPI, hall: Hall) -> TestClient:
    return logged_in(app, "supervisor")


@pytest.fixture(scope="module")
def picture() -> Uint8Array:
    return bent(seen(desk_texture(7, DESK), BY), LENS)


@pytest.fixture
def still(author: TestClient, picture: Uint8Array) -> dict[str, Any]:
    files = {"photo": (VIEW, encode_jpeg(picture, 92))}
    answer = author.post("/api/v1/windows/A01/stills", files=files)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def measured(client: TestClient, sha256: str, window: str = "A01", **changed: Any) -> Response:
    body = {"corners_px": CORNERS, "desk_cm": DESK, **changed}
    return client.post(f"/api/v1/windows/{window}/stills/{sha256}/lens", json=body)


def test_a_still_tells_its_lens(author: TestClient, still: dict[str, Any]) -> None:
    assert still["bend"] is None
    answer = measured(author, still["sha256"])
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["bend"] == pytest.approx(-0.09, abs=0.005)
    assert 0 < found["sigma"] < 0.01
    assert found["shift_cm"] > 1
    assert (found["helps"], found["source"]) == (True, "sides")


def test_what_the_draft_says_of_the_lens_counts_once_approved(
    app: FastAPI, author: TestClient, services: Services, still: dict[str, Any], picture: Uint8Array
) -> None:
    bend = measured(author, still["sha256"]).json()["bend"]
    document = author.get("/api/v1/windows/A01/draft").json()["document"]
    document["still"] = {key: still[key] for key in ("sha256", "image_wh", "focal_px", "view")} | {"bend": bend}
    document["corners_px"] = CORNERS
    desk = [[0, 0], [180, 0], [180, 75], [0, 75]]
    document["layout"] |= {
        "desk_cm": list(DESK),
        "surfaces": [{"id": "counter", "kind": "main_counter", "polygon_cm": desk}],
    }
    saved = author.put("/api/v1/windows/A01/draft", json={"revision": 0, "document": document})
    assert saved.json()["document"]["still"]["bend"] == bend
    version = author.post("/api/v1/windows/A01/draft/submit", json={"revision": 1}).json()
    text = author.get(f"/api/v1/layouts/{version['id']}").json()["text"]
    assert load_layout(text).views[0].bend == bend
    trial = author.get(f"/api/v1/layouts/{version['id']}/trial")
    assert trial.status_code == 200
    approved = logged_in(app, "second").post(f"/api/v1/layouts/{version['id']}/approve")
    assert approved.status_code == 200, approved.text
    with services.database.reading() as session:
        view = session.scalars(select(View).where(View.name == VIEW)).one()
        assert reference_view(view).bend == bend
        user = user_by_name(session, "supervisor")
    assert user is not None
    principal = Principal(user.id, user.name, user.display_name, None, (RoleGrant(Role.SUPERVISOR),))
    frame = Frame(picture, datetime(2026, 11, 20, 2, tzinfo=UTC), "camera 1", 4.0)
    judged = check_frame(services, principal, "A01", frame, VIEW).judgement
    assert judged.registration == "view"
    # The outline drawn over the evidence follows the desk's bowed side, not the straight line between its corners.
    shown = author.get(f"/api/v1/evidence/{judged.evidence.overlay_zh}").content
    overlay = cv2.imdecode(np.frombuffer(shown, np.uint8), cv2.IMREAD_COLOR)
    kept = author.get(f"/api/v1/evidence/{judged.evidence.masked}").content
    masked = cv2.imdecode(np.frombuffer(kept, np.uint8), cv2.IMREAD_COLOR)
    assert overlay is not None
    assert masked is not None
    drawn = np.abs(overlay.astype(int) - masked.astype(int)).max(axis=2) > 60
    shares = np.linspace(0.3, 0.7, 9)[:, None]
    on_side = LENS.bent(BY.px(np.array([180.0, 75.0]) * (1 - shares) + np.array([0.0, 75.0]) * shares))
    chord = np.array(CORNERS[2]) * (1 - shares) + np.array(CORNERS[3]) * shares
    assert np.abs(on_side - chord).max() > 15
    near = [drawn[round(y) - 6 : round(y) + 7, round(x) - 6 : round(x) + 7].any() for x, y in on_side]
    assert all(near)
    # The next draft and the still that it is drawn on say it again.
    begun = author.get("/api/v1/windows/A01/draft").json()["document"]
    assert begun["still"]["bend"] == bend
    stills = author.get("/api/v1/windows/A01/stills").json()
    assert {one["kind"]: one["bend"] for one in stills} == {"reference": bend, "capture": bend}


def test_a_new_reference_picture_keeps_the_lens_of_its_camera(
    app: FastAPI, author: TestClient, services: Services, picture: Uint8Array
) -> None:
    approve(services, "A01")
    corners = " ".join(f"{x},{y}" for x, y in CORNERS)
    address = f"/api/v1/windows/A01/views/{VIEW}"

    def put(image: Uint8Array) -> dict[str, Any]:
        answer = author.put(address, files={"photo": ("r.jpg", encode_jpeg(image, 90))}, data={"corners_px": corners})
        assert answer.status_code in (200, 201), answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    assert put(picture)["bend"] is None
    with services.database.writing() as session:
        window = repository.window(session, "A01")
        assert window is not None
        view = repository.view(session, window.id, VIEW)
        assert view is not None
        view.bend = -0.09
    assert put(picture)["bend"] == -0.09
    upright = np.ascontiguousarray(np.pad(picture, ((0, 360), (0, 0), (0, 0))))
    assert put(upright)["bend"] is None


def test_stickers_of_the_window_tell_it_where_its_sides_do_not(
    author: TestClient, services: Services, hall: Hall
) -> None:
    from dataclasses import replace

    from deskcheck_calibration.layout import Sticker
    from deskcheck_calibration.layout_file import dump_layout
    from deskcheck_calibration.stickers import CORNERS as NAMES
    from deskcheck_service.layouts import service as places
    from service_kit import layout
    from sticker_desk import sticker_squares

    squares = zip(NAMES, sticker_squares(DESK), strict=True)
    stickers = tuple(Sticker(name, tuple((float(x), float(y)) for x, y in square)) for name, square in squares)
    with services.database.writing() as session:
        places.import_layout(session, "test", dump_layout(replace(layout("A01"), stickers=stickers)))
        window = repository.window(session, "A01")
        assert window is not None
        number = window.id
    # Wood on a floor of the same colour: no side is to be seen.
    texture = desk_texture(number, DESK)
    image = seen(texture, BY)
    outside = (image.astype(int) - np.array([70, 80, 90])).__abs__().max(axis=2) < 25
    image = image.copy()
    image[outside] = (90, 130, 170)
    blurred = cv2.GaussianBlur(image, (0, 0), 1.0)
    answer = author.post(
        "/api/v1/windows/A01/stills", files={"photo": ("s.jpg", encode_jpeg(bent(np.asarray(blurred, np.uint8), LENS)))}
    )
    found = measured(author, answer.json()["sha256"]).json()
    assert found["bend"] == pytest.approx(-0.09, abs=0.012)


class TestRefused:
    @pytest.mark.parametrize(
        ("changed", "status"),
        [
            ({"corners_px": CORNERS[:3]}, 422),
            ({"corners_px": [*CORNERS, CORNERS[0]]}, 422),
            ({"corners_px": [CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3]]}, 422),
            ({"corners_px": [CORNERS[0]] * 4}, 422),
            ({"corners_px": [[1e9, 0], *CORNERS[1:]]}, 422),
            ({"desk_cm": [0, 75]}, 422),
            ({"desk_cm": None}, 422),
        ],
    )
    def test_corners_and_sizes_that_are_no_desk(
        self, author: TestClient, still: dict[str, Any], changed: dict[str, Any], status: int
    ) -> None:
        assert measured(author, still["sha256"], **changed).status_code == status

    def test_a_picture_without_sides(self, author: TestClient) -> None:
        blank = io.BytesIO()
        Image.new("RGB", BY.image_wh, (120, 120, 120)).save(blank, "JPEG")
        still = author.post("/api/v1/windows/A01/stills", files={"photo": ("b.jpg", blank.getvalue())}).json()
        answer = measured(author, still["sha256"])
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "lens.unclear")

    def test_a_still_of_another_window_or_of_none(
        self, app: FastAPI, author: TestClient, still: dict[str, Any]
    ) -> None:
        assert measured(author, still["sha256"], window="B01").status_code == 404
        assert measured(author, "0" * 64).status_code == 404
        assert measured(author, "nonsense").status_code == 422

    def test_who_may_not_draw_layouts(self, app: FastAPI, still: dict[str, Any]) -> None:
        assert measured(logged_in(app, "inspector"), still["sha256"]).status_code in (403, 404)
        assert measured(logged_in(app, "supervisor_b"), still["sha256"]).status_code == 404

    @pytest.mark.parametrize("bend", [-0.2, 0.5, "wide"])
    def test_a_draft_with_a_bend_that_no_lens_has(
        self, author: TestClient, still: dict[str, Any], bend: object
    ) -> None:
        document = author.get("/api/v1/windows/A01/draft").json()["document"]
        document["still"] = {key: still[key] for key in ("sha256", "image_wh", "focal_px", "view")} | {"bend": bend}
        answer = author.put("/api/v1/windows/A01/draft", json={"revision": 0, "document": document})
        assert answer.status_code == 422
