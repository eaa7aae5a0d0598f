"""``deskcheck-models quantise`` and ``drift`` through their doors, on folders of the real ones' shape."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from deskcheck_models.cli import app
from deskcheck_vision.model_files import checked_sha256
from deskcheck_vision.sessions_choice import SessionName, available_sessions, open_session, quantised_path
from real_sets import HELD_OUT, TEACHING, write_sets
from small_network import small_network
from typer.testing import CliRunner

ROOT = Path(__file__).parents[3]
ONNX = ROOT / "models" / "weights" / "deskcheck-yolo26n.onnx"
PICTURES = sorted((ROOT / "datasets" / "truth" / "images").glob("*.jpg"))


def test_quantise_calibrates_on_teaching_pictures_alone(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="onnx is a development package")
    data = tmp_path / "data"
    write_sets(data, TEACHING, PICTURES)
    for picture in write_sets(data, HELD_OUT, PICTURES):
        picture.write_bytes(b"whoever reads this fails")
    model = small_network(tmp_path / "small.onnx")
    shown = CliRunner().invoke(app, ["quantise", str(model), "--data", str(data), "--pictures", "3"])
    assert shown.exit_code == 0, shown.output
    assert "from 4 pictures" in shown.output  # each set has one that teaches
    assert "pre-processing" not in shown.output
    coarse = open_session(SessionName.ONNXRUNTIME_INT8, model, threads=1)
    assert coarse.sha256 == checked_sha256(quantised_path(model)) != checked_sha256(model)
    elsewhere = CliRunner().invoke(
        app, ["quantise", str(model), "--data", str(data), "--out", str(tmp_path / "other.onnx")]
    )
    assert elsewhere.exit_code == 0, elsewhere.output
    assert (tmp_path / "other.onnx.sha256").is_file()


def test_drift_counts_what_each_session_loses(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is a development package")
    data, model = tmp_path / "data", tmp_path / ONNX.name
    write_sets(data, HELD_OUT, PICTURES)
    shutil.copy(ONNX, model)
    # Stands for a file that has become blind to keyboards: it says "mouse pad" to every one.
    graph = onnx.load(str(ONNX))
    entry = next(one for one in graph.metadata_props if one.key == "deskcheck.taxonomy_map")
    entry.value = json.dumps({**json.loads(entry.value), "keyboard": "mouse_pad", "counter keyboard": "mouse_pad"})
    kinds = next(one for one in graph.metadata_props if one.key == "deskcheck.trained_classes")
    kinds.value = json.dumps([name for name in json.loads(kinds.value) if name != "keyboard"])
    for name in ("thresholds", "curves", "recalls"):
        table = next(one for one in graph.metadata_props if one.key == f"deskcheck.{name}")
        table.value = json.dumps({key: value for key, value in json.loads(table.value).items() if key != "keyboard"})
    onnx.save(graph, str(quantised_path(model)))
    shown = CliRunner().invoke(app, ["drift", str(model), "--data", str(data), "--pictures", "1", "--json"])
    assert shown.exit_code == 0, shown.output
    told = json.loads(shown.stdout)
    assert set(told) == {str(name) for name in available_sessions(model)}
    reference, blind = told["onnxruntime"]["all"], told["onnxruntime-int8"]["all"]
    assert reference["kept"] == reference["boxes"] == blind["boxes"] > 3
    assert (reference["added"], reference["kept_share"]) == (0, 1.0)
    assert 0 < blind["kept"] < blind["boxes"]
    assert blind["added"] > 0
    for by_set in told.values():
        assert by_set["all"]["boxes"] == sum(by_set[name]["boxes"] for name in by_set if name != "all")


def test_drift_is_a_table_for_people(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="onnx is a development package")
    data = tmp_path / "data"
    write_sets(data, HELD_OUT, PICTURES)
    shown = CliRunner().invoke(app, ["drift", str(small_network(tmp_path / "small.onnx")), "--data", str(data)])
    assert shown.exit_code == 0, shown.output
    assert "onnxruntime" in shown.stdout
    assert "0 more" in shown.stdout.replace("\n", " ")
