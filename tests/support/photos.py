"""Photos for the service's tests and a detector that knows what it finds."""

from __future__ import annotations

import cv2
import numpy as np
from deskcheck_service.db import Database
from deskcheck_service.engine import JudgeEngine
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import ModelIdentity, Tiling
from httpx2 import Response
from service_kit import CORNERS_TEXT
from starlette.testclient import TestClient

__all__ = ["CORNERS_TEXT", "PERSON_BOX", "KnownDetector", "photo", "send", "services_that_know"]

PERSON_BOX = (1500, 100, 1800, 700)
DRINK_BOX = (900, 500, 960, 700)


class KnownDetector:
    """Finds a drink on the desk and a person behind it in every picture, for tests of everything but the model."""

    model = ModelIdentity("known", "a" * 64, frozenset({"beverage_container", "cup", "person"}), session="known-fp32")

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        drinks = [] if _is_tidy(image) else [("beverage_container", 0.9, DRINK_BOX)]
        rows = [*drinks, ("person", 0.8, PERSON_BOX)]
        return Detections.from_rows(rows, (image.shape[1], image.shape[0]))


def _is_tidy(image: Uint8Array) -> bool:
    blue, green, red = image[8:40, 8:40].reshape(-1, 3).mean(axis=0)
    return bool(green > 200 and max(blue, red) < 60)


def services_that_know(settings: Settings) -> Services:
    """The services with a ``KnownDetector`` for their model."""
    return Services(
        settings, Database(settings), EvidenceStore(settings.evidence_url), JudgeEngine(settings, KnownDetector())
    )


def photo(seed: int = 1, wh: tuple[int, int] = (1920, 1080), *, tidy: bool = False) -> bytes:
    """A sharp, well lit picture full of detail; a tidy one has a green corner, and no drink for ``KnownDetector``."""
    noise = np.random.default_rng(seed).integers(60, 200, (wh[1] // 4, wh[0] // 4, 3), np.uint8)
    image = cv2.resize(noise, wh, interpolation=cv2.INTER_NEAREST)
    if tidy:
        image[:48, :48] = (0, 255, 0)
    done, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])
    assert done
    return content.tobytes()


def send(client: TestClient, window: str, content: bytes, name: str = "a.jpg", **fields: str) -> Response:
    """Send a photo of a window as a phone does."""
    return client.post(f"/api/v1/windows/{window}/captures", files={"photo": (name, content)}, data=fields)
