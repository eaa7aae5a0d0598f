"""Which inference session is the fastest here that finds what the reference finds: times and drift on real work."""

from __future__ import annotations

import statistics
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from deskcheck_service.session_choice import SessionRecord, model_path

if TYPE_CHECKING:
    from deskcheck_vision.detections import Float32Array, Uint8Array
    from deskcheck_vision.sessions import InferenceSession

    from deskcheck_service.settings import Settings

_WARM_UP, _ROUNDS = 2, 20  # the first runs build what later ones use
_BENCH_WH = (1920, 1080)


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """One session with one number of threads.

    Attributes:
        session: its name in DESKCHECK_SESSION.
        threads: threads of one run.
        median_ms: time of one run on a 1080p photo of the demonstration hall.
        best_ms: the shortest run.
        speedup: how many times as fast as the reference with as many threads.
        boxes: what the reference finds in the hall's photos.
        kept: share of it that this session finds as well.
        allowed: whether that is enough to stand in for the reference.
        chosen: the fastest allowed one with the threads of the settings.
    """

    session: str
    threads: int
    median_ms: float
    best_ms: float
    speedup: float
    boxes: int
    kept: float
    allowed: bool
    chosen: bool = False

    def document(self) -> dict[str, object]:
        """Return it as a JSON row."""
        return asdict(self)


def bench_sessions(settings: Settings, model: Path | None = None) -> list[SessionTimes]:
    """Time every session that can run here, measure its drift, and choose.

    The sessions take turns, so that another load on the machine meets all of them.

    Args:
        settings: threads and weight file.
        model: weight file in place of the settings' one.

    Returns:
        One row a session with the threads of the settings, and the reference with one thread.

    Raises:
        DeskcheckError: a session or the hall's photos cannot be used.
    """
    from deskcheck_vision.detector import YoloDetector
    from deskcheck_vision.drift import measure_drift
    from deskcheck_vision.sessions_choice import REFERENCE, available_sessions, open_session

    path, images = model_path(settings, model), hall_images()
    keys = [(REFERENCE, 1)] if settings.inference_threads > 1 else []
    keys += [(name, settings.inference_threads) for name in available_sessions(path)]
    sessions = {key: open_session(key[0], path, key[1]) for key in keys}
    times_ms = _times_ms(list(sessions.values()), _planes(images[0], sessions[keys[-1]]))
    medians = dict(zip(keys, map(statistics.median, times_ms), strict=True))
    reference = YoloDetector(sessions[REFERENCE, settings.inference_threads])
    rows = []
    for key, times in zip(keys, times_ms, strict=True):
        found = measure_drift(reference, YoloDetector(sessions[key]), images)
        speedup = round(medians[REFERENCE, key[1]] / medians[key], 2)
        allowed = found.is_allowed or key[0] is REFERENCE
        shown_ms = round(medians[key], 2), round(min(times), 2)
        rows.append(SessionTimes(*key, *shown_ms, speedup, found.boxes, round(found.kept_share, 4), allowed))
    return _with_choice(rows, settings.inference_threads)


def record_of(rows: list[SessionTimes], settings: Settings, model: Path | None = None) -> SessionRecord:
    """Return the chosen session as a record for DESKCHECK_SESSION=auto."""
    from deskcheck_vision.model_files import checked_sha256

    chosen = next(row for row in rows if row.chosen)
    return SessionRecord(chosen.session, checked_sha256(model_path(settings, model)), chosen.kept, chosen.speedup)


def _with_choice(rows: list[SessionTimes], threads: int) -> list[SessionTimes]:
    allowed = [row for row in rows if row.allowed and row.threads == threads]
    fastest = min(allowed, key=lambda row: row.median_ms)
    return [replace(row, chosen=row is fastest) for row in rows]


def hall_images() -> list[Uint8Array]:
    """Return the photos of the demonstration hall that comes with deskcheck, each (H, W, 3) uint8 BGR."""
    from deskcheck_vision.images import decode_picture

    from deskcheck_service.demo.hall_file import demo_hall_path, read_hall

    hall = read_hall(demo_hall_path())
    return [decode_picture((hall.folder / photo.file).read_bytes()).image for _, photo in hall.photos]


def _planes(image: Uint8Array, session: InferenceSession) -> Float32Array:
    """Return what the detector would give the model of a 1080p photo, (1, 3, H, W) float32."""
    import cv2
    import numpy as np
    from deskcheck_vision.letterbox import Letterbox

    large = np.asarray(cv2.resize(image, _BENCH_WH, interpolation=cv2.INTER_LINEAR), np.uint8)
    letterbox = Letterbox.fit(_BENCH_WH, session.metadata.input_wh, session.input_step_px)
    width, height = letterbox.input_wh
    planes = np.empty((1, 3, height, width), np.float32)
    letterbox.write_planes(large, planes[0])
    return planes


def _times_ms(sessions: list[InferenceSession], planes: Float32Array) -> list[list[float]]:
    times_ms: list[list[float]] = [[] for _ in sessions]
    for turn in range(_WARM_UP + _ROUNDS):
        for session, times in zip(sessions, times_ms, strict=True):
            start = time.perf_counter()
            session.run(planes)
            if turn >= _WARM_UP:
                times.append(1000 * (time.perf_counter() - start))
    return times_ms
