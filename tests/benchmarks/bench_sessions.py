"""Speed and drift of the sessions of reduced precision, against FP32 by onnxruntime, in one run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from deskcheck_models.checksets import held_out
from deskcheck_service.cli.session_bench import bench_sessions, hall_images
from deskcheck_service.settings import Settings
from deskcheck_vision.cores import usable_cores
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.drift import ALLOWED_KEPT, Drift, measure_drift
from deskcheck_vision.model_files import default_model_path
from deskcheck_vision.sessions_choice import REFERENCE, SessionName, open_session

from tests.benchmarks.figures import Figure, measures

ROOT = Path(__file__).resolve().parents[2]
REDUCED = (SessionName.OPENVINO_BF16, SessionName.OPENVINO_INT8, SessionName.ONNXRUNTIME_INT8)
REAL_SETS = ("coco_mini", "bottles_cups", "desk_photos")


def _drift(name: SessionName) -> dict[str, Drift]:
    """Return the drift in the demonstration hall and, where the data folder is there, in each real set."""
    path = default_model_path()
    reference, other = (YoloDetector(open_session(one, path)) for one in (REFERENCE, name))
    data = Path(os.environ.get("DESKCHECK_DATA_DIR", ROOT.parent / "shared" / "data"))
    found = {"hall": measure_drift(reference, other, hall_images())}
    for source in REAL_SETS if data.exists() else ():
        found[source] = measure_drift(reference, other, (picture.read() for picture in held_out(data, (source,))))
    return found


@measures
def fast_session() -> Iterator[Figure]:
    """Speed and kept boxes of the fastest session in BF16 or INT8 that keeps enough; else of the fastest."""
    rows = [row for row in bench_sessions(Settings(inference_threads=usable_cores())) if row.session in REDUCED]
    if not rows:
        note = "no session of reduced precision runs here: needs the extra [openvino] and BF16 units, or an INT8 file"
        yield Figure("fast_session_speedup", None, 1.6, False, "x", note)
        yield Figure("fast_session_kept", None, ALLOWED_KEPT, False, "share", note)
        return
    candidates = []
    for row in rows:
        parts = _drift(SessionName(row.session))
        kept = sum(part.kept for part in parts.values()) / sum(part.boxes for part in parts.values())
        candidates.append((kept >= ALLOWED_KEPT, row.speedup, row.session, kept, parts))
    _, speedup, session, kept, parts = max(candidates, key=lambda one: one[:2])
    note = ", ".join(f"{name} {part.kept}/{part.boxes}" for name, part in parts.items())
    yield Figure("fast_session_speedup", speedup, 1.6, False, "x", session)
    yield Figure("fast_session_kept", kept, ALLOWED_KEPT, False, "share", f"{session}: {note}")
