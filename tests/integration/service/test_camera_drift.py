"""A camera that drifted by 0.2 degrees, by the project's own weights: what stands on the desk is measured as before."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from camera_kit import jpeg
from deskcheck_calibration.camera_guard import GuardState, state_of
from deskcheck_calibration.layout import ReferenceView
from deskcheck_calibration.layout_file import load_layout
from deskcheck_service.app import create_app
from deskcheck_service.captures.guarding import Guarded, SeenOnce, plane_of, shift_against
from deskcheck_service.demo.hall_file import demo_hall_path
from deskcheck_service.layouts.service import import_layout
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from editor_hand import DESK_CM, HALL_PHOTO_WH, REFERENCE_CORNERS, hall_photo
from numpy.typing import NDArray
from service_kit import logged_in, make_hall

VIEW = "A01-reference.jpg"
DRIFT_DEG = 0.2


@pytest.fixture
def services(sqlite_url: str, tmp_path: Path) -> Services:
    settings = Settings(database_url=sqlite_url, evidence_url=str(tmp_path / "evidence"), log_level="error")
    built = build_services(settings)
    make_hall(built)
    with built.database.writing() as session:
        text = (demo_hall_path().parent / "layouts" / "A01.yaml").read_text(encoding="utf-8")
        import_layout(session, "test", text)
    return built


def _still() -> NDArray[np.uint8]:
    image = cv2.imread(str(hall_photo("reference")))
    assert image is not None
    return np.asarray(image, np.uint8)


def _turn() -> NDArray[np.float64]:
    """From px of the still to px of the picture of the drifted camera."""
    matrix = cv2.getRotationMatrix2D((HALL_PHOTO_WH[0] / 2, HALL_PHOTO_WH[1] / 2), DRIFT_DEG, 1.0)
    return np.vstack([matrix, [0, 0, 1]])


def _drifted() -> NDArray[np.uint8]:
    moved = cv2.warpPerspective(
        _still(), _turn(), HALL_PHOTO_WH, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, np.uint8)


def test_items_are_measured_within_their_uncertainty(services: Services) -> None:
    app = create_app(services.settings, services)
    client, administrator = logged_in(app, "supervisor"), logged_in(app, "administrator")
    corners = " ".join(f"{x},{y}" for x, y in REFERENCE_CORNERS)
    answer = client.put(
        f"/api/v1/windows/A01/views/{VIEW}", files={"photo": ("s.jpg", jpeg(_still()))}, data={"corners_px": corners}
    )
    assert answer.is_success, answer.text
    centre_id = administrator.get("/api/v1/centres").json()[0]["id"]
    new = {"centre_id": centre_id, "code": "c1", "name_zh": "一号", "name_en": "One"}
    assert administrator.post("/api/v1/cameras", json=new).is_success
    assert client.put(f"/api/v1/cameras/c1/views/A01/{VIEW}").is_success

    def places(image: NDArray[np.uint8], state: str) -> dict[str, tuple[NDArray[np.float64], float]]:
        sent = client.post("/api/v1/cameras/c1/captures", files={"photo": ("c.jpg", jpeg(image))})
        assert sent.status_code == 201, sent.text
        assert sent.json()["look"]["state"] == state
        (window,) = sent.json()["windows"]
        judgement = client.get(f"/api/v1/judgements/{window['judgement']['id']}").json()
        return {
            item["item"]: (np.mean(item["footprint_cm"], axis=0), item["uncertainty_cm"])
            for item in judgement["items"]
            if item["footprint_cm"]
        }

    steady, drifted = places(_still(), "steady"), places(_drifted(), "drifted")
    for item in ("cup", "keyboard"):
        (before, uncertainty), (after, _) = steady[item], drifted[item]
        assert np.linalg.norm(after - before) <= uncertainty, item


def test_the_corrected_plane_is_the_true_one(services: Services) -> None:
    sha256 = services.evidence.put(jpeg(_still()))
    image = _drifted()
    detector = SeenOnce(services.engine.detector())
    shift = shift_against(services.engine, services.evidence, sha256, image, detector)
    assert shift is not None
    assert state_of(shift) is GuardState.DRIFTED
    size_cm = load_layout((demo_hall_path().parent / "layouts" / "A01.yaml").read_text(encoding="utf-8")).desk_wh_cm
    assert size_cm == DESK_CM
    view = ReferenceView(VIEW, HALL_PHOTO_WH, REFERENCE_CORNERS)
    places_cm = np.array([[x, y] for x in (5.0, 80.0, 155.0) for y in (5.0, 35.0, 65.0)])
    still = plane_of(view, Guarded(moved=False, shift=None), size_cm, HALL_PHOTO_WH)
    true_px = cv2.perspectiveTransform(still.to_px(places_cm).reshape(-1, 1, 2), _turn()).reshape(-1, 2)

    def error_cm(guarded: Guarded) -> float:
        plane = plane_of(view, guarded, size_cm, HALL_PHOTO_WH)
        return float(np.linalg.norm(plane.to_cm(true_px) - places_cm, axis=1).max())

    assert error_cm(Guarded(moved=False, shift=shift)) < 0.1
    assert error_cm(Guarded(moved=False, shift=None)) > 0.3
