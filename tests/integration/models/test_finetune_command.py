"""``deskcheck-models finetune`` through its door: sets by the plan's names and shares, a run that is not done twice."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml
from deskcheck_models.cli import app
from deskcheck_models.errors import TrainingDataError
from deskcheck_vision.errors import ModelFileError
from real_sets import DECIDING, write_sets
from typer.testing import CliRunner

ROOT = Path(__file__).parents[3]
TRUTH = ROOT / "datasets" / "truth"
STAGE = {"part": "classes", "side_px": 64, "zoom": [0.7, 2.2], "epochs": 1, "learning_rate": 0.001}
PLAN = {
    "name": "deskcheck-yolo26n-9",
    "appended": ["stamp", "thermos"],
    "own_network": False,
    "width": 8,
    "batch": 2,
    "shares": {"phone": 2, "mixed/coco_mini": 1},
    "pictures": 4,
    "weight_decay": 0.0,
    "distillation": 1.0,
    "incomplete_weight": 0.5,
    "mosaic": 0.0,
    "patience": 1,
    "ema": 0.5,
    "seed": 1,
    "stages": [STAGE],
}


@pytest.mark.parametrize(("entry", "said"), [("sets/phone", "not NAME=FOLDER"), ("a=x a=y", "given twice")])
def test_sets_are_named(tmp_path: Path, entry: str, said: str) -> None:
    required = ["--plan", "p.yaml", "--run", str(tmp_path), "--rendered", str(TRUTH)]
    shown = CliRunner().invoke(app, ["finetune", "model.pt", *entry.split(), *required])
    assert shown.exit_code == 2
    assert said in " ".join(shown.output.replace("│", " ").split())


def _set(folder: Path, kinds: tuple[str, str]) -> Path:
    for part in ("images", "labels"):
        (folder / part).mkdir(parents=True)
    (folder / "classes.txt").write_text("cup\n")
    rows = []
    for number in range(2):
        image = np.random.default_rng(number).integers(0, 255, (96, 128, 3), np.uint8)
        cv2.imwrite(str(folder / "images" / f"{number}.jpg"), image)
        (folder / "labels" / f"{number}.txt").write_text("0 0.5 0.5 0.4 0.4\n")
        shown, complete = ("coco_mini/images/train2017/0.jpg", "0") if kinds[0] == "real" else ("", "1")
        rows.append([f"{number}.jpg", *kinds, shown, complete])
    with (folder / "manifest.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([["file", "kind", "origin", "picture", "complete"], *rows])
    return folder


@pytest.fixture
def called(tmp_path: Path) -> list[str]:
    """The command as it is called on small sets, from starting weights; its plan lies at ``plan.yaml``."""
    torch = pytest.importorskip("torch", reason="the extra [train] is not installed")
    pytest.importorskip("ultralytics", reason="the extra [train] is not installed")
    os.environ.setdefault("YOLO_OFFLINE", "1")
    from ultralytics.nn.tasks import DetectionModel

    start = tmp_path / "start.pt"
    torch.save({"model": DetectionModel("yolo26n.yaml", ch=3, nc=80, verbose=False)}, start)
    counters = tmp_path / "counters"
    for part, endings in (("images", "*.jpg"), ("truth", "*.json")):
        (counters / part).mkdir(parents=True)
        for path in sorted((TRUTH / part).glob(endings))[:2]:
            shutil.copy(path, counters / part)
    data = tmp_path / "data"
    write_sets(data, DECIDING, sorted((counters / "images").iterdir()) * 2)
    plan = tmp_path / "plan.yaml"
    plan.write_text(yaml.safe_dump(PLAN))
    phone, mixed = _set(tmp_path / "phone", ("", "rendered")), _set(tmp_path / "mixed", ("real", "coco_mini"))
    return [
        "finetune", str(start), f"phone={phone}", f"mixed={mixed}", "--plan", str(plan),
        "--run", str(tmp_path / "run"), "--rendered", str(counters), "--data", str(data), "--start", str(start),
        "--workers", "0",
    ]  # fmt: skip


def _from(called: list[str], checkpoint: Path, run: Path) -> list[str]:
    return [called[0], str(checkpoint), *called[2:7], str(run), *called[8:]]


def _run(called: list[str]) -> Any:
    """Train, and return the model that is written."""
    import torch

    shown = CliRunner().invoke(app, called)
    assert shown.exit_code == 0, shown.output
    return torch.load(Path(called[7]) / "model.pt", map_location="cpu", weights_only=False)


@pytest.mark.train
@pytest.mark.filterwarnings("default")
def test_a_plan_is_trained_once_and_the_model_bears_its_name(tmp_path: Path, called: list[str]) -> None:
    made = _run(called)
    logs = json.loads((tmp_path / "run" / "log.json").read_text())
    assert [(log["stage"], log["epoch"]) for log in logs] == [(0, 0), (0, 1)]
    assert "deskcheck-yolo26n-9" in made["deskcheck"].values()
    assert list(made["model"].names.values())[80:] == PLAN["appended"]
    assert "deskcheck_models" not in type(made["model"].model[0]).__module__  # an outside reader can load it
    further = _run(_from(called, tmp_path / "run" / "model.pt", tmp_path / "further"))
    assert further["model"].names == made["model"].names
    _run(called)
    assert json.loads((tmp_path / "run" / "log.json").read_text()) == logs
    Path(called[5]).write_text(yaml.safe_dump({**PLAN, "shares": {"phone": 2, "mixed": 1}}))
    refused = CliRunner().invoke(app, called)
    assert isinstance(refused.exception, TrainingDataError)


@pytest.mark.train
@pytest.mark.filterwarnings("default")
def test_a_network_of_their_own_leaves_the_starting_weights_as_they_are(tmp_path: Path, called: list[str]) -> None:
    own = {**PLAN, "own_network": True, "width": 0, "distillation": 0, "stages": [{**STAGE, "part": "body"}]}
    Path(called[5]).write_text(yaml.safe_dump(own))
    from deskcheck_models.extra import load_yolo
    from deskcheck_models.verify import old_score_gap

    made, start = _run(called)["model"].float(), load_yolo(Path(called[1])).model
    image = np.random.default_rng(0).integers(0, 255, (128, 96, 3), np.uint8)
    assert old_score_gap(made, start, [image]) < 5e-3
    further = _run(_from(called, tmp_path / "run" / "model.pt", tmp_path / "further"))
    assert further["model"].names == made.names
    Path(called[5]).write_text(yaml.safe_dump(PLAN))
    refused = CliRunner().invoke(app, _from(called, tmp_path / "run" / "model.pt", tmp_path / "other"))
    assert isinstance(refused.exception, ModelFileError)
