"""``deskcheck-models architectures`` through its door: checkpoints with and without NMS, at two sizes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from deskcheck_datasets.vocabulary import COCO_NAMES
from deskcheck_models.cli import app
from deskcheck_vision.errors import ModelFileError
from real_sets import HELD_OUT, write_sets
from typer.testing import CliRunner

ROOT = Path(__file__).parents[3]
PICTURES = sorted((ROOT / "datasets" / "truth" / "images").glob("*.jpg"))


@pytest.mark.train
@pytest.mark.filterwarnings("default")
def test_checkpoints_are_judged_at_every_size(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="the extra [train] is not installed")
    pytest.importorskip("ultralytics", reason="the extra [train] is not installed")
    os.environ.setdefault("YOLO_OFFLINE", "1")
    from ultralytics.nn.tasks import DetectionModel

    with_nms = tmp_path / "yolo11n.pt"
    network = DetectionModel("yolo11n.yaml", ch=3, nc=80, verbose=False)
    network.names = dict(enumerate(COCO_NAMES))
    torch.save({"model": network}, with_nms)
    ours = ROOT / "models" / "weights" / "deskcheck-yolo26n.pt"
    data = tmp_path / "data"
    write_sets(data, HELD_OUT, PICTURES)
    called = ["architectures", str(ours), str(with_nms), "--side", "128", "--side", "640", "--data", str(data)]
    shown = CliRunner().invoke(app, [*called, "--json"])
    assert shown.exit_code == 0, shown.output
    told = json.loads(shown.stdout)
    assert [(row["checkpoint"], row["side_px"]) for row in told] == [
        (path.name, side) for path in (ours, with_nms) for side in (128, 640)
    ]
    assert set(told[0]["sets"]) == set(HELD_OUT)
    assert all(0 <= figure <= 1 for row in told for own in row["sets"].values() for figure in own.values())
    assert all(row["picture_ms"] > 0 for row in told)
    table = CliRunner().invoke(app, called)
    assert "deskcheck-yolo26n" in table.stdout
    assert "640" in table.stdout


def test_an_absent_checkpoint_is_told(tmp_path: Path) -> None:
    pytest.importorskip("ultralytics", reason="the extra [train] is not installed")
    data = tmp_path / "data"
    write_sets(data, HELD_OUT, PICTURES)
    shown = CliRunner().invoke(app, ["architectures", str(tmp_path / "absent.pt"), "--data", str(data)])
    assert isinstance(shown.exception, ModelFileError)
