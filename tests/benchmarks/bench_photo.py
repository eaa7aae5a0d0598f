"""Time of one photo from bytes to judgement, against the bare network and against ultralytics, in one run.

The photo is one of the demonstration hall's, brought to 1920x1080. The rounds of the things compared alternate, so that
another load on the machine meets all of them; medians are compared.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
from deskcheck_calibration.judging import judge
from deskcheck_calibration.layout import Layout
from deskcheck_calibration.layout_file import load_layout
from deskcheck_calibration.plane import DeskPlane
from deskcheck_service.cli.session_bench import bench_sessions
from deskcheck_service.settings import Settings
from deskcheck_vision.cores import usable_cores
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.frames import Frame
from deskcheck_vision.images import decode_picture
from deskcheck_vision.letterbox import Letterbox
from deskcheck_vision.model_files import default_model_path
from deskcheck_vision.sessions import OnnxSession
from deskcheck_vision.sessions_choice import SessionName, open_session

from tests.benchmarks.figures import Figure, measures

ROOT = Path(__file__).resolve().parents[2]
HALL = ROOT / "service" / "deskcheck_service" / "demo" / "hall"
CHECKPOINT = ROOT / "models" / "weights" / "deskcheck-yolo26n.pt"
PICTURE_WH = (1920, 1080)
ROUNDS, REPEATS = 12, 8

# Prints "ready", then for every line read the median seconds of that many predictions on the decoded photo.
_ULTRALYTICS = """
import statistics, sys, time, cv2, torch
from ultralytics import YOLO
torch.set_num_threads(int(sys.argv[3]))
model, jpeg = YOLO(sys.argv[1]), open(sys.argv[2], "rb").read()
import numpy as np
def once():
    start = time.perf_counter()
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    model.predict(image, imgsz=640, conf=0.2, verbose=False, device="cpu")
    return time.perf_counter() - start
once(); once()
print("ready", flush=True)
for line in sys.stdin:
    print(statistics.median(once() for _ in range(int(line))), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Photo:
    """A 1080p photo with the layout and the desk corners that belong to it."""

    jpeg: bytes
    layout: Layout
    corners_px: tuple[tuple[float, float], ...]


def hall_photo() -> Photo:
    """Return a photo of the demonstration hall, cut to 16:9 and scaled to 1920x1080."""
    path = sorted((HALL / "layouts").glob("*.yaml"))[0]
    layout = load_layout(path)
    view = layout.views[0]
    picture = next(HALL.rglob(f"{Path(view.name).stem}.jpg"))
    image = cv2.imread(str(picture))
    height, width = image.shape[:2]
    wanted = round(width * PICTURE_WH[1] / PICTURE_WH[0])
    top = (height - wanted) // 2
    scale = PICTURE_WH[0] / width
    cut = cv2.resize(image[top : top + wanted], PICTURE_WH, interpolation=cv2.INTER_CUBIC)
    corners = tuple((x * scale, (y - top) * scale) for x, y in view.corners_px)
    return Photo(cv2.imencode(".jpg", cut, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes(), layout, corners)


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def judgement_of(photo: Photo, detector: YoloDetector) -> Callable[[], object]:
    """Return the whole way of a photo as an action."""

    def whole() -> object:
        picture = decode_picture(photo.jpeg)
        plane = DeskPlane.from_corners(photo.corners_px, photo.layout.desk_wh_cm, picture.image_wh)
        return judge([Frame(picture.image, datetime.now(UTC), "benchmark")], photo.layout, plane, detector)

    return whole


@measures
def photo_over_session() -> Iterator[Figure]:
    """Photo bytes to judgement over the bare ``session.run`` of the same input's shape plus JPEG decoding.

    Same session, threads and decoder on both sides.
    """
    session = OnnxSession(default_model_path())
    photo = hall_photo()
    whole = judgement_of(photo, YoloDetector(session))
    width, height = Letterbox.fit(PICTURE_WH, session.metadata.input_wh, session.input_step_px).input_wh
    planes = np.random.default_rng(0).random((1, 3, height, width), np.float32)
    encoded = np.frombuffer(photo.jpeg, np.uint8)

    def bare() -> None:
        cv2.imdecode(encoded, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        session.run(planes)

    for _ in range(5):
        whole()
        bare()
    pairs = [(seconds(whole), seconds(bare)) for _ in range(ROUNDS * REPEATS)]
    ours, base = (statistics.median(column) for column in zip(*pairs, strict=True))
    note = f"{session.name} at {width}x{height}: {ours * 1e3:.1f} ms over {base * 1e3:.1f} ms"
    yield Figure("photo_over_session", ours / base, 1.25, True, "x", note)


@contextmanager
def _ultralytics(python: str, jpeg: bytes) -> Iterator[subprocess.Popen[str]]:
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "photo.jpg"
        picture.write_bytes(jpeg)
        threads = str(usable_cores())
        command = [python, "-c", _ULTRALYTICS, str(CHECKPOINT), str(picture), threads]
        environment = {**os.environ, "YOLO_OFFLINE": "1", "YOLO_AUTOINSTALL": "false", "YOLO_CONFIG_DIR": folder}
        # In a folder of its own: ultralytics reacts to folders called models and datasets beside it.
        with subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        ) as process:
            said = () if process.stdout is None else iter(process.stdout.readline, "")
            if "ready" not in (line.strip() for line in said):
                raise RuntimeError(f"{python} cannot run ultralytics on {CHECKPOINT.name}")
            yield process
            process.kill()


@measures
def photo_vs_ultralytics() -> Iterator[Figure]:
    """Ultralytics predict on the .pt over photo bytes to judgement, same photo and threads, rounds alternating.

    Ours runs the session that ``deskcheck doctor --bench`` would choose on this machine. The interpreter with the extra
    [train] is this one or the one named by DESKCHECK_TRAIN_PYTHON.
    """
    python = os.environ.get("DESKCHECK_TRAIN_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import ultralytics"], capture_output=True, check=False).returncode:
        note = "needs the extra [train]; name its interpreter in DESKCHECK_TRAIN_PYTHON"
        yield Figure("photo_vs_ultralytics", None, 3.0, False, "x", note)
        return
    photo = hall_photo()
    name = next(row.session for row in bench_sessions(Settings(inference_threads=usable_cores())) if row.chosen)
    whole = judgement_of(photo, YoloDetector(open_session(SessionName(name), default_model_path())))
    for _ in range(5):
        whole()
    ratios: list[float] = []
    with _ultralytics(python, photo.jpeg) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("no pipes")
        for _ in range(ROUNDS):
            ours = statistics.median(seconds(whole) for _ in range(REPEATS))
            process.stdin.write(f"{REPEATS}\n")
            process.stdin.flush()
            ratios.append(float(process.stdout.readline()) / ours)
    note = f"session {name}, rounds {min(ratios):.2f} to {max(ratios):.2f}"
    yield Figure("photo_vs_ultralytics", statistics.median(ratios), 3.0, False, "x", note)
