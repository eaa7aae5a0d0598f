"""``deskcheck-models decide`` and ``adjust`` through their doors: what is chosen on pictures is what is written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import cv2
import pytest
import yaml
from deskcheck_models.cli import app
from deskcheck_models.decide import COCO_COUNT, SHIFTS
from deskcheck_models.errors import RecipeError
from deskcheck_models.metadata import PREFIX
from deskcheck_vision.errors import ModelFileError
from deskcheck_vision.sessions import OnnxSession
from real_sets import DECIDING, HELD_OUT, write_sets
from typer.testing import CliRunner

ROOT = Path(__file__).parents[3]
WEIGHTS = ROOT / "models" / "weights"
ONNX = WEIGHTS / "deskcheck-yolo26n.onnx"
TRUTH = ROOT / "datasets" / "truth"
_WIDTH_PX = 480
_COUNTERS = 10


@pytest.fixture
def counters(tmp_path: Path) -> Path:
    """Some of the rendered pictures that come with the sources, small."""
    folder = tmp_path / "counters"
    for part in ("images", "truth"):
        (folder / part).mkdir(parents=True)
    for record in sorted((TRUTH / "truth").glob("*.json"))[:_COUNTERS]:
        shutil.copy(record, folder / "truth" / record.name)
        name = json.loads(record.read_text(encoding="utf-8"))["picture"]
        image = cv2.imread(str(TRUTH / "images" / name))
        assert image is not None
        height = round(image.shape[0] * _WIDTH_PX / image.shape[1])
        cv2.imwrite(str(folder / "images" / name), cv2.resize(image, (_WIDTH_PX, height)))
    return folder


def test_decide_says_something_of_every_appended_label_and_looks_at_no_held_out_picture(
    tmp_path: Path, counters: Path
) -> None:
    data, out = tmp_path / "data", tmp_path / "decisions.yaml"
    small = sorted((counters / "images").iterdir())
    write_sets(data, DECIDING, small)
    for picture in write_sets(data, {name: HELD_OUT[name] for name in DECIDING}, small):
        picture.write_bytes(b"whoever reads this fails")
    shown = CliRunner().invoke(app, ["decide", str(ONNX), str(counters), "--data", str(data), "--out", str(out)])
    assert shown.exit_code == 0, shown.output
    chosen: dict[str, Any] = yaml.safe_load(out.read_text(encoding="utf-8"))
    labels = OnnxSession(ONNX, threads=1).metadata.labels[COCO_COUNT:]
    assert set(chosen) == set(labels)
    assert set(chosen.values()) <= {None, *SHIFTS}
    stay = {label for label, shift in chosen.items() if shift is not None}
    assert stay  # power strips, at the least, are found there and cost nothing
    assert "-0.0" not in out.read_text(encoding="utf-8")
    assert f"{len(stay)} of {len(labels)} labels stay" in shown.output.replace("\n", " ")


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A copy of the published checkpoint, to be changed."""
    pytest.importorskip("torch", reason="the extra [train] is not installed")
    pytest.importorskip("ultralytics", reason="the extra [train] is not installed")
    return Path(shutil.copy(ONNX.with_suffix(".pt"), tmp_path / "model.pt"))


def _said(path: Path) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return each appended label's bias at the finest level, and the labels that the passport names."""
    import torch

    loaded = torch.load(path, map_location="cpu", weights_only=False)
    head = loaded["model"].float().model[-1]
    bias = {name: head.one2one_cv3[0][2].bias[index].item() for index, name in loaded["model"].names.items()}
    labels = tuple(json.loads(loaded["deskcheck"][PREFIX + "labels"]))
    return {name: value for name, value in bias.items() if name in labels[COCO_COUNT:]}, labels


@pytest.mark.train
@pytest.mark.filterwarnings("default")
def test_adjust_shifts_and_drops_what_was_decided(tmp_path: Path, checkpoint: Path) -> None:
    before, labels = _said(checkpoint)
    dropped, moved, kept = labels[COCO_COUNT : COCO_COUNT + 3]
    decisions = tmp_path / "decisions.yaml"
    decisions.write_text(yaml.safe_dump({dropped: None, moved: -1.5}))
    shown = CliRunner().invoke(app, ["adjust", str(checkpoint), str(decisions)])
    assert shown.exit_code == 0, shown.output
    assert f"{len(labels) - 1} labels left" in shown.output
    after, left = _said(checkpoint)
    assert left == tuple(label for label in labels if label != dropped)
    assert after[moved] == pytest.approx(before[moved] - 1.5, abs=0.01)  # biases are kept in half precision
    assert after[kept] == pytest.approx(before[kept], abs=0.01)


@pytest.mark.train
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("text", ["[1, 2]", "cup: lots", "no such label: -1.0"])
def test_adjust_refuses_what_it_cannot_do_and_leaves_the_model(tmp_path: Path, checkpoint: Path, text: str) -> None:
    before = checkpoint.read_bytes()
    decisions = tmp_path / "decisions.yaml"
    decisions.write_text(text)
    shown = CliRunner().invoke(app, ["adjust", str(checkpoint), str(decisions)])
    assert isinstance(shown.exception, RecipeError)
    assert checkpoint.read_bytes() == before


@pytest.mark.train
@pytest.mark.filterwarnings("default")
def test_blended_weights_lie_between_the_two(tmp_path: Path, checkpoint: Path) -> None:
    labels = _said(checkpoint)[1]
    moved = Path(shutil.copy(checkpoint, tmp_path / "moved.pt"))
    decisions = tmp_path / "decisions.yaml"
    decisions.write_text(yaml.safe_dump({labels[COCO_COUNT]: -2.0}))
    assert CliRunner().invoke(app, ["adjust", str(moved), str(decisions)]).exit_code == 0
    out = tmp_path / "blended.pt"
    shown = CliRunner().invoke(app, ["blend", str(moved), str(checkpoint), str(out), "--share", "0.25"])
    assert shown.exit_code == 0, shown.output
    before, after = _said(checkpoint), _said(out)
    assert after[1] == before[1]
    assert after[0][labels[COCO_COUNT]] == pytest.approx(before[0][labels[COCO_COUNT]] - 0.5, abs=0.01)
    assert after[0][labels[-1]] == pytest.approx(before[0][labels[-1]], abs=0.01)


@pytest.mark.train
@pytest.mark.filterwarnings("default")
def test_models_of_other_labels_are_not_blended(tmp_path: Path, checkpoint: Path) -> None:
    fewer = Path(shutil.copy(checkpoint, tmp_path / "fewer.pt"))
    decisions = tmp_path / "decisions.yaml"
    decisions.write_text(yaml.safe_dump({_said(checkpoint)[1][COCO_COUNT]: None}))
    assert CliRunner().invoke(app, ["adjust", str(fewer), str(decisions)]).exit_code == 0
    shown = CliRunner().invoke(app, ["blend", str(checkpoint), str(fewer), str(tmp_path / "out.pt")])
    assert isinstance(shown.exception, ModelFileError)
    assert not (tmp_path / "out.pt").exists()
