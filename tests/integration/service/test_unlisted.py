"""V02 through the upload door: a stored reference picture, a photo with something new, and what the database keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from deskcheck_service.db import Database
from deskcheck_service.engine import JudgeEngine, Shelf
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import ModelIdentity, Sight, Tiling
from deskcheck_vision.letterbox import Letterbox
from deskcheck_vision.novelty import FeatureMap
from fastapi import FastAPI
from photos import send
from service_kit import CORNERS_TEXT, Hall, approve, logged_in
from starlette.testclient import TestClient

VIEW = "counter.jpg"
THING = (900, 600, 1020, 700)


class PoolingDetector:
    """Finds nothing; its features are colours in squares of 8 px of the input. Counts how often it looked."""

    model = ModelIdentity("pooling", "a" * 64, frozenset({"cup"}))

    def __init__(self) -> None:
        self.looks = 0

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        return Detections.empty((image.shape[1], image.shape[0]))

    def look(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Sight:
        self.looks += 1
        wh = (image.shape[1], image.shape[0])
        letterbox = Letterbox.fit(wh, (640, 640), 32)
        boxed = letterbox.apply(image)
        size = boxed.shape[1] // 8, boxed.shape[0] // 8
        means = cv2.resize(boxed.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        return Sight(Detections.empty(wh), FeatureMap(np.ascontiguousarray(means.transpose(2, 0, 1)), letterbox))


def desk(noise: int, thing: bool = False) -> bytes:
    y, x = np.mgrid[0:1080, 0:1920]
    grain = 110 + 30 * np.sin(x / 90 + y / 200) + 25 * np.cos(y / 60 - x / 300)
    image = np.stack([grain * 0.8, grain * 0.9, grain], axis=-1)
    if thing:
        left, top, right, bottom = THING
        image[top:bottom, left:right] = (30, 20, 250)
    image += np.random.default_rng(noise).normal(0, 6, image.shape)
    done, content = cv2.imencode(".jpg", np.asarray(image.clip(0, 255), np.uint8))
    assert done
    return content.tobytes()


@pytest.fixture
def detector() -> PoolingDetector:
    return PoolingDetector()


@pytest.fixture
def services(settings: Settings, detector: PoolingDetector) -> Any:
    engine = JudgeEngine(settings, detector)
    built = Services(settings, Database(settings), EvidenceStore(settings.evidence_url), engine)
    yield built
    built.close()


@pytest.fixture
def inspector(app: FastAPI, hall: Hall, services: Services) -> TestClient:
    approve(services, "A01")
    return logged_in(app, "inspector")


def keep_reference(app: FastAPI) -> str:
    put = logged_in(app, "supervisor").put(
        f"/api/v1/windows/A01/views/{VIEW}",
        files={"photo": ("r.jpg", desk(0))},
        data={"corners_px": CORNERS_TEXT},
    )
    assert put.status_code == 200, put.text
    sha256: str = put.json()["reference_sha256"]
    return sha256


def v02(client: TestClient, content: bytes, **fields: str) -> list[dict[str, Any]]:
    answer = send(client, "A01", content, VIEW, **fields)
    assert answer.status_code == 201, answer.text
    return [finding for finding in answer.json()["findings"] if finding["rule"] == "V02"]


def test_something_new_is_suspected_with_size_and_place(
    app: FastAPI, inspector: TestClient, detector: PoolingDetector
) -> None:
    keep_reference(app)
    (finding,) = v02(inspector, desk(1, thing=True))
    assert finding["state"] == "suspected"
    assert finding["sentence"]["zh"].startswith("未登记物品 约 ")
    assert finding["sentence"]["en"].startswith("unlisted thing, about ")
    left, top, right, bottom = finding["xyxy"]
    assert (left + right) / 2 == pytest.approx(960, abs=25)
    assert (top + bottom) / 2 == pytest.approx(650, abs=25)
    assert v02(inspector, desk(2)) == []  # a pass is counted, not listed
    assert detector.looks == 3  # the reference once, each photo once


def test_without_a_stored_reference_it_is_not_assessed(inspector: TestClient) -> None:
    (finding,) = v02(inspector, desk(1, thing=True))
    assert (finding["state"], finding["reason"]) == ("not_assessed", "no_reference")
    assert finding["reason_text"]["en"] == "there is no approved reference picture of this view"


def test_a_lost_reference_costs_the_rule_and_not_the_judgement(
    app: FastAPI, inspector: TestClient, tmp_path: Path
) -> None:
    sha256 = keep_reference(app)
    (tmp_path / "evidence" / sha256[:2] / sha256).unlink()
    (finding,) = v02(inspector, desk(1, thing=True))
    assert finding["state"] == "not_assessed"


def test_tapped_corners_name_no_view_to_compare_with(app: FastAPI, inspector: TestClient) -> None:
    keep_reference(app)
    (finding,) = v02(inspector, desk(1, thing=True), corners_px=CORNERS_TEXT)
    assert finding["state"] == "not_assessed"


def test_the_shelf_keeps_what_was_used_last() -> None:
    made: list[str] = []
    shelf: Shelf[str] = Shelf(2)

    def value(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key.upper()

        return shelf.get(key, make)

    assert [value(key) for key in "abacab"] == list("ABACAB")
    assert made == ["a", "b", "c", "b"]
