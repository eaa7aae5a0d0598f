"""The project's own weights in the service: the picture goes the whole way, nothing is faked."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_service.app import create_app
from deskcheck_service.demo.hall_file import demo_hall_path
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_vision.model_files import default_model_path
from photos import send
from service_kit import approve, logged_in, make_hall
from starlette.testclient import TestClient

DATA = Path(os.environ.get("DESKCHECK_DATA_DIR", Path(__file__).resolve().parents[4] / "shared" / "data"))


@pytest.fixture
def weights() -> Path:
    """The weights of the installation, or those that DESKCHECK_MODEL_PATH names."""
    return Settings().model_path or default_model_path()


@pytest.fixture
def services(weights: Path, sqlite_url: str, tmp_path: Path) -> Services:
    settings = Settings(
        database_url=sqlite_url, evidence_url=str(tmp_path / "evidence"), model_path=weights, log_level="error"
    )
    built = build_services(settings)
    make_hall(built)
    approve(built, "A01")
    return built


@pytest.fixture
def inspector(services: Services) -> TestClient:
    return logged_in(create_app(services.settings, services), "inspector")


def _whole_picture(content: bytes) -> str:
    """Corners that take nearly the whole picture for the desk: where things stand is not what is tested."""
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    high, wide = image.shape[:2]
    points = ((0.2, 0.1), (0.8, 0.1), (0.99, 0.98), (0.01, 0.98))
    return " ".join(f"{x * wide:.0f},{y * high:.0f}" for x, y in points)


def test_drawn_counter_is_judged_by_the_real_weights(inspector: TestClient, services: Services, weights: Path) -> None:
    image = np.full((720, 1280, 3), (150, 170, 190), np.uint8)
    cv2.rectangle(image, (500, 200), (780, 400), (30, 30, 30), -1)
    image = cv2.add(image, np.random.default_rng(1).integers(0, 25, image.shape, np.uint8))
    done, encoded = cv2.imencode(".jpg", image)
    assert done
    content = encoded.tobytes()
    answer = send(inspector, "A01", content, corners_px=_whole_picture(content))
    assert answer.status_code == 201, answer.text
    judgement = answer.json()
    assert judgement["model_sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert judgement["model_session"] == "onnxruntime-fp32"
    assert judgement["state"] in {"pass", "suspected", "inconclusive"}
    assert send(inspector, "A01", content, corners_px=_whole_picture(content)).json() == judgement
    assert inspector.get("/api/v1/ready").status_code == 200


def _pictures() -> list[Path]:
    """One photo of the demonstration's, which is always there, and a real one where the data folder is."""
    rendered = sorted((demo_hall_path().parent / "photos").glob("*.jpg"))[:1]
    assert rendered
    real = sorted((DATA / "desk_photos" / "images").glob("*.jpg"))[:1]
    return rendered + real


def test_items_of_a_desk_are_found_and_placed(inspector: TestClient) -> None:
    for path in _pictures():
        content = path.read_bytes()
        judgement = send(inspector, "A01", content, path.name, corners_px=_whole_picture(content)).json()
        assert judgement["items"], path.name
        for item in judgement["items"]:
            left, top, right, bottom = item["xyxy"]
            assert 0 <= left < right <= judgement["image_wh"][0]
            assert 0 <= top < bottom <= judgement["image_wh"][1]
            assert item["footprint_cm"]
            assert item["uncertainty_cm"] > 0
