"""Pictures of a fixed camera over two windows: a rendered counter, turned as a camera that somebody knocked."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from deskcheck_service.demo.hall_file import demo_hall_path
from httpx2 import Response
from numpy.typing import NDArray
from starlette.testclient import TestClient

VIEW = "hall camera"
PICTURE_WH = (1440, 1080)
# Left and right half of the picture, as if two desks stood side by side.
CORNERS = {
    "A01": ((150.0, 400.0), (700.0, 400.0), (690.0, 950.0), (60.0, 950.0)),
    "B01": ((760.0, 400.0), (1290.0, 400.0), (1380.0, 950.0), (770.0, 950.0)),
}


@cache
def _counter(name: str) -> NDArray[np.uint8]:
    image = cv2.imread(str(demo_hall_path().parent / "photos" / name))
    assert image is not None
    return np.asarray(image, np.uint8)


def turned(deg: float = 0.0, seed: int = 0, name: str = "A01-reference.jpg") -> NDArray[np.uint8]:
    """The middle of a rendered photo, turned about its own middle: what comes in at the edges is real.

    Args:
        deg: turn of the picture.
        seed: of a little noise, so that no two pictures are the same file.
        name: of the photo.
    """
    whole = _counter(name)
    height, width = whole.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), deg, 1.0)
    moved = cv2.warpAffine(whole, matrix, (width, height), flags=cv2.INTER_CUBIC)
    left, top = (width - PICTURE_WH[0]) // 2, (height - PICTURE_WH[1]) // 2
    crop = moved[top : top + PICTURE_WH[1], left : left + PICTURE_WH[0]].astype(np.int16)
    noise = np.random.default_rng(seed).integers(-2, 3, crop.shape, np.int16)
    return np.clip(crop + noise, 0, 255).astype(np.uint8)


def jpeg(image: NDArray[np.uint8]) -> bytes:
    """A picture as a camera sends it."""
    done, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 95])
    assert done
    return content.tobytes()


def corners_text(window: str) -> str:
    return " ".join(f"{x},{y}" for x, y in CORNERS[window])


def keep_view(client: TestClient, window: str, content: bytes, corners: str | None = None) -> None:
    """Give a window its view of the camera, as a supervisor does."""
    answer = client.put(
        f"/api/v1/windows/{window}/views/{VIEW}",
        files={"photo": ("still.jpg", content)},
        data={"corners_px": corners or corners_text(window)},
    )
    assert answer.status_code in (200, 201), answer.text


def shoot(client: TestClient, camera: str, content: bytes, **fields: str) -> Response:
    """Send a picture of a camera."""
    return client.post(f"/api/v1/cameras/{camera}/captures", files={"photo": ("c.jpg", content)}, data=fields)
