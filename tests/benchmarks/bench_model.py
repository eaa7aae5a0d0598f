"""Accuracy of the committed weights: measured here on real pictures, and read from models/metrics.json.

What takes 300 rendered pictures that are not in the repository is measured by ``deskcheck-models evaluate`` and read
from the file that it wrote; it counts only where the file is of these very weights.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from deskcheck_models.evaluate import real_recall_gain as gain_over_start
from deskcheck_models.metrics_file import figure, read_metrics
from deskcheck_vision.model_files import checked_sha256, default_model_path
from deskcheck_vision.taxonomy import BY_ID

from tests.benchmarks.figures import Figure, measures

ROOT = Path(__file__).resolve().parents[2]
METRICS = ROOT / "models" / "metrics.json"
# Name, path in the file, asked, at most, unit.
PUBLISHED = (
    ("rendered_map50", "rendered_map50", 0.85, False, "mAP50"),
    ("real_gain", "real_gain", 0.05, False, "recall"),
    ("verdict_recall", "verdict_recall", 0.92, False, "share"),
    ("verdict_precision", "verdict_precision", 0.92, False, "share"),
    ("inconclusive_share", "inconclusive_share", 0.10, True, "share"),
    ("footprint_photo_cm", "footprint_photo_cm", 1.5, True, "cm"),
    ("footprint_camera_cm", "footprint_camera_cm", 3.0, True, "cm"),
)


@measures
def real_recall_gain() -> Iterator[Figure]:
    """Recall gained at equal or better precision; needs DESKCHECK_DATA_DIR and DESKCHECK_START_WEIGHTS."""
    data = Path(os.environ.get("DESKCHECK_DATA_DIR", ROOT.parent / "shared" / "data"))
    start = Path(os.environ.get("DESKCHECK_START_WEIGHTS", data.parent / "weights" / "yolo26n_rebuilt.onnx"))
    missing = [str(path) for path in (data, start) if not path.exists()]
    value = None if missing else gain_over_start(default_model_path(), data, start)
    yield Figure("real_recall_gain", value, 0.0, False, "recall", f"missing: {', '.join(missing)}" if missing else "")


@measures
def published() -> Iterator[Figure]:
    """What models/metrics.json says of the weights in use."""
    metrics = read_metrics(METRICS)
    measured = metrics.get("model_sha256") == checked_sha256(default_model_path())
    for name, path, asked, at_most, unit in PUBLISHED:
        value = figure(metrics, path) if measured else None
        note = f"models/metrics.json has no {path}" if measured else "models/metrics.json is of other weights"
        yield Figure(name, value, asked, at_most, unit, "" if value is not None else note)


@measures
def weakest_classes() -> Iterator[Figure]:
    """Least average precision of a first-release class on the rendered test set, and of the three asked for most."""
    metrics = read_metrics(METRICS)
    measured = metrics.get("model_sha256") == checked_sha256(default_model_path())
    classes = metrics.get("rendered", {}).get("classes", {}) if measured else {}
    first = {name: row["ap50"] for name, row in classes.items() if BY_ID[name].first_release}
    weakest = min(first, key=lambda name: first[name], default="")
    note = f"weakest: {weakest}" if first else "models/metrics.json has no rendered test set of these weights"
    yield Figure("rendered_worst_class_ap50", first.get(weakest), 0.60, False, "AP50", note)
    for name in ("document_camera", "cup", "keyboard"):
        yield Figure(f"rendered_{name}_ap50", first.get(name), 0.90, False, "AP50", note)
