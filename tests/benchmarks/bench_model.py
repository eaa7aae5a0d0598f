"""Accuracy of the committed weights on held-out real pictures, against the weights they started from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from deskcheck_models.evaluate import real_recall_gain as gain_over_start
from deskcheck_vision.model_files import default_model_path

from tests.benchmarks.figures import Figure, measures

ROOT = Path(__file__).resolve().parents[2]


@measures
def real_recall_gain() -> Iterator[Figure]:
    """Recall gained at equal or better precision; needs DESKCHECK_DATA_DIR and DESKCHECK_START_WEIGHTS."""
    data = Path(os.environ.get("DESKCHECK_DATA_DIR", ROOT.parent / "shared" / "data"))
    start = Path(os.environ.get("DESKCHECK_START_WEIGHTS", data.parent / "weights" / "yolo26n_rebuilt.onnx"))
    missing = [str(path) for path in (data, start) if not path.exists()]
    value = None if missing else gain_over_start(default_model_path(), data, start)
    yield Figure("real_recall_gain", value, 0.0, False, "recall", f"missing: {', '.join(missing)}" if missing else "")
