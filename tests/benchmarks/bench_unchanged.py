"""What an audit of views that show nothing new costs: whole bursts through the service, beside the bare model.

A burst is five frames of a camera, each with noise of its own; the model looks at the first burst, those after it show
the same. Timed is all of ``check_burst``: health, comparing, guard, rules, masked pictures, files and transaction.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from deskcheck_service import migrate
from deskcheck_service.app import create_app
from deskcheck_service.cameras.watching import check_burst
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import View
from deskcheck_vision.cores import usable_cores
from deskcheck_vision.frames import Frame
from deskcheck_vision.letterbox import Letterbox
from deskcheck_vision.model_files import default_model_path
from deskcheck_vision.sessions import OnnxSession
from sqlalchemy import select

from tests.benchmarks.figures import Figure, measures
from tests.support.camera_kit import PICTURE_WH, VIEW, jpeg, keep_view, turned
from tests.support.service_kit import approve, logged_in, make_hall

CAMERA = "c-1"
BURSTS, FRAMES = 12, 5
# What an audit with the model in every frame has to reach, as a share of the bare model's rate.
WITH_MODEL = 0.85
START = datetime(2026, 11, 20, 2, tzinfo=UTC)


@measures
def unchanged_views() -> Iterator[Figure]:
    """Frames a second of unchanged views over those that an audit has to reach with the model in every frame."""
    with _hall() as services:
        with services.database.reading() as rows:
            view_id = rows.scalars(select(View.id).where(View.name == VIEW)).one()
        session = OnnxSession(default_model_path(), usable_cores())
        planes = _planes(session)
        bursts = [_burst(number) for number in range(BURSTS + 1)]
        _seconds(services, bursts[0], view_id)
        model_s, ours_s, reused = [], [], 0
        session.run(planes)
        for frames in bursts[1:]:
            began = time.perf_counter()
            session.run(planes)
            model_s.append(time.perf_counter() - began)
            seconds, unchanged = _seconds(services, frames, view_id)
            ours_s.append(seconds / FRAMES)
            reused += unchanged
    rate = statistics.median(model_s) / statistics.median(ours_s)
    ours_ms, model_ms = 1e3 * statistics.median(ours_s), 1e3 * statistics.median(model_s)
    note = f"{reused} of {BURSTS} bursts of {FRAMES} frames reused; {ours_ms:.1f} ms a frame, model {model_ms:.1f} ms"
    yield Figure("audit_unchanged_speedup", rate / WITH_MODEL, 5.0, at_most=False, unit="x", note=note)


def _planes(session: OnnxSession) -> np.ndarray:
    width, height = Letterbox.fit(PICTURE_WH, session.metadata.input_wh, session.input_step_px).input_wh
    return np.zeros((1, 3, height, width), np.float32)


def _burst(number: int) -> tuple[Frame, ...]:
    at = START + timedelta(minutes=5 * number)
    return tuple(
        Frame(turned(0.0, FRAMES * number + one), at + timedelta(seconds=12 * one), CAMERA) for one in range(FRAMES)
    )


def _seconds(services: Services, frames: tuple[Frame, ...], view_id: int) -> tuple[float, bool]:
    began = time.perf_counter()
    checked = check_burst(services, "benchmark", CAMERA, frames, key=frames[0].captured_at.isoformat().encode())
    seconds = time.perf_counter() - began
    return seconds, checked.judged[view_id].judgement.unchanged_since is not None


@contextmanager
def _hall() -> Iterator[Services]:
    """A service with the real model and one camera over one window."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            database_url=f"sqlite:///{Path(folder) / 'bench.db'}",
            evidence_url=str(Path(folder) / "evidence"),
            log_level="error",
        )
        migrate.upgrade(settings)
        services = build_services(settings)
        app, hall = create_app(settings, services), make_hall(services)
        approve(services, "A01")
        keep_view(logged_in(app, "supervisor"), "A01", jpeg(turned()))
        administrator = logged_in(app, "administrator")
        new = {"centre_id": hall.centre_id, "code": CAMERA, "name_zh": "一", "name_en": "One"}
        administrator.post("/api/v1/cameras", json=new).raise_for_status()
        administrator.put(f"/api/v1/cameras/{CAMERA}/views/A01/{VIEW}").raise_for_status()
        yield services
        services.close()
