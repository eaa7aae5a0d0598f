"""Verdicts, thresholds and the report on pictures that come with the sources."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deskcheck_datasets.errors import DataFolderError
from deskcheck_datasets.synthetic.stand_in import write_stand_in
from deskcheck_datasets.synthetic.truth import STAND_IN, read_truth, write_truth
from deskcheck_models.checksets import RenderedPicture, rendered
from deskcheck_models.cli import app
from deskcheck_models.evaluate import Evaluation, Group
from deskcheck_models.matching import gather
from deskcheck_models.metrics_file import Guard, guards_of, metrics_of, read_metrics, write_metrics
from deskcheck_models.metrics_pictures import picture_figures
from deskcheck_models.predicting import open_detector
from deskcheck_models.predictions import KeptDetector, PredictionCache, look
from deskcheck_models.report import write_report
from deskcheck_models.threshold_file import validation_pictures, write_thresholds
from deskcheck_models.true_boxes import TrueBoxes
from deskcheck_models.verdict_cases import read_cases
from deskcheck_models.verdicts import judge_cases, verdict_cache, verdict_figures
from deskcheck_vision.certainty import Curves
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.errors import ModelMetadataError
from deskcheck_vision.model_files import checked_sha256
from deskcheck_vision.operating import LEAST_RECALL, operating_points
from deskcheck_vision.sessions import OnnxSession
from deskcheck_vision.taxonomy import BY_ID, CLASSES
from real_sets import DECIDING, HELD_OUT, write_sets
from typer.testing import CliRunner

ROOT = Path(__file__).parents[3]
ONNX = ROOT / "models" / "weights" / "deskcheck-yolo26n.onnx"
TRUTH = ROOT / "datasets" / "truth"
HALL = ROOT / "service" / "deskcheck_service" / "demo" / "hall"
HALL_TRUTH = ROOT / "datasets" / "hall_truth"


@pytest.fixture(scope="module")
def pictures() -> list[RenderedPicture]:
    return rendered(TRUTH)[:6]


@pytest.fixture(scope="module")
def group(pictures: list[RenderedPicture]) -> Group:
    pairs = look(open_detector(ONNX), pictures, PredictionCache(None))
    kinds = [picture.camera_kind for picture in pictures]
    return Group(pictures, pairs, picture_figures(pairs, kinds, operating_points({})), None)


def test_kept_detections_are_those_that_were_seen(
    tmp_path: Path, pictures: list[RenderedPicture], group: Group
) -> None:
    cache = PredictionCache(tmp_path)
    detector = open_detector(ONNX)
    first = look(detector, pictures[:2], cache)
    files = sorted(tmp_path.rglob("*.npz"))
    stamps = [file.stat().st_mtime_ns for file in files]
    again = look(detector, pictures[:2], cache)
    assert len(files) == 2
    assert [file.stat().st_mtime_ns for file in files] == stamps
    for (one, _), (two, _), (fresh, _) in zip(first, again, group.pairs, strict=False):
        np.testing.assert_array_equal(one.xyxy, two.xyxy)
        np.testing.assert_array_equal(one.confidence, fresh.confidence)
    kept = KeptDetector(detector, cache, pictures[0].path)
    assert (kept.detect(pictures[0].read(), min_confidence=0.5).confidence >= 0.5).all()
    with pytest.raises(ValueError, match="px"):
        kept.detect(np.zeros((4, 4, 3), np.uint8))


def test_figures_of_a_set_hang_together(group: Group) -> None:
    figures = group.figures
    hits = gather(group.pairs, len(CLASSES))
    assert figures.whole.boxed == int(hits.boxed.sum()) == sum(part.boxed for part in figures.sizes.values())
    assert 0 < figures.whole.map50_95 <= figures.whole.map50 <= 1
    assert figures.whole.boxed == sum(row.boxed for row in figures.classes.values())
    assert figures.confusion.counts[:-1].sum() == figures.whole.boxed


def test_true_boxes_judge_the_hall_without_a_mistake_and_the_model_not_better() -> None:
    cases = read_cases(HALL, HALL_TRUTH)
    cache = verdict_cache(PredictionCache(None))
    best = verdict_figures(judge_cases(cases, None, cache))
    assert (best.verdict_recall, best.verdict_precision, best.inconclusive_share) == (1.0, 1.0, 0.0)
    assert best.footprint_photo_cm is not None
    assert best.footprint_photo_cm < 1.5
    seen = verdict_figures(judge_cases(cases[:4], open_detector(ONNX), cache))
    assert seen.planted == sum(len(case.planted) for case in cases[:4])
    assert seen.found <= seen.planted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photos of the hall as a folder of verdict pictures."""
    plans: list[dict[str, Any]] = json.loads((HALL / "hall.json").read_text(encoding="utf-8"))["windows"]
    for part in ("images", "truth", "layouts"):
        (tmp_path / part).mkdir()
    for photo in plans[0]["photos"][1:]:
        stem = Path(photo["file"]).stem
        record = json.loads((HALL_TRUTH / f"{stem}.json").read_text(encoding="utf-8"))
        record["violations"] = photo["planted"]
        shutil.copy(HALL / photo["file"], tmp_path / "images" / record["picture"])
        (tmp_path / "truth" / f"{stem}.json").write_text(json.dumps(record))
        layout = tmp_path / "layouts" / f"{Path(record['picture']).stem}.yaml"
        shutil.copy(HALL / plans[0]["layout"], layout)
    return tmp_path


def test_a_folder_is_judged_by_its_own_layouts(folder: Path) -> None:
    cases = read_cases(folder)
    figures = verdict_figures(judge_cases(cases, None, verdict_cache(PredictionCache(None))))
    assert figures.planted == sum(len(case.planted) for case in cases) > 0
    assert figures.verdict_recall == 1.0
    shown = CliRunner().invoke(app, ["verdicts", str(folder), "--model", str(ONNX), "--pictures"])
    assert shown.exit_code == 0, shown.output
    assert "true boxes: pictures 2" in shown.output
    next((folder / "layouts").iterdir()).unlink()
    with pytest.raises(DataFolderError, match="layout is absent"):
        read_cases(folder)


def test_stand_ins_without_light_are_judged_by_true_boxes_alone(folder: Path) -> None:
    picture, *_ = sorted((folder / "images").iterdir())
    record = next(path for path in (folder / "truth").iterdir() if picture.name in path.read_text(encoding="utf-8"))
    stand_in = picture.with_name(f"{record.stem}{STAND_IN}")
    truth = read_truth(record)
    write_stand_in(stand_in, truth)
    shutil.move(folder / "layouts" / f"{picture.stem}.yaml", folder / "layouts" / f"{record.stem}.yaml")
    picture.unlink()
    write_truth(replace(truth, picture=stand_in.name), record)
    words = ["verdicts", str(folder), "--model", str(ONNX)]
    refused = CliRunner().invoke(app, words)
    assert refused.exit_code != 0
    assert "stand-in" in str(refused.exception)
    shown = CliRunner().invoke(app, [*words, "--true-boxes", "--pictures"])
    assert shown.exit_code == 0, shown.output
    assert "shaken boxes: pictures 2" in shown.output
    assert f"{stand_in.name}: as it is" in shown.output
    assert "verdict_recall 1.0, verdict_precision 1.0" in shown.output.split("true boxes: pictures")[1].splitlines()[0]


def test_shaken_boxes_are_the_same_in_every_run_and_the_more_wrong_the_more_they_are_shaken(folder: Path) -> None:
    scene = read_cases(folder)[0].picture.scene
    image = np.zeros((4, 4, 3), np.uint8)
    true, little, again, much = (TrueBoxes(scene, shaken).detect(image) for shaken in (0.0, 0.5, 0.5, 1.0))
    np.testing.assert_array_equal(little.xyxy, again.xyxy)
    assert len(little) <= len(true)
    assert (true.confidence == np.float32(0.95)).all()
    assert 0.72 <= little.confidence.min() < 0.95
    assert 0.49 <= much.confidence.min() < little.confidence.min()


def test_a_hall_needs_its_records(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="hall-truth"):
        read_cases(HALL)
    with pytest.raises(DataFolderError, match="record is absent"):
        read_cases(HALL, tmp_path)
    with pytest.raises(DataFolderError, match="no record"):
        rendered(tmp_path)


def test_thresholds_are_written_and_read_and_nothing_else_changes(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="onnx is a development package")
    copy = tmp_path / ONNX.name
    shutil.copy(ONNX, copy)
    digest = write_thresholds(copy, {"cup": 0.4, "keyboard": 0.55})
    assert checked_sha256(copy) == digest != checked_sha256(ONNX)
    session = OnnxSession(copy)
    assert session.metadata.thresholds == {"cup": 0.4, "keyboard": 0.55}
    assert session.metadata.labels == OnnxSession(ONNX).metadata.labels
    with pytest.raises(ModelMetadataError, match="chair_leg"):
        write_thresholds(copy, {"chair_leg": 0.4})
    assert OnnxSession(copy).metadata.thresholds == {"cup": 0.4, "keyboard": 0.55}
    write_thresholds(copy, {})
    assert OnnxSession(copy).metadata.thresholds == {}


def test_the_report_is_one_file_that_asks_nobody(tmp_path: Path, group: Group) -> None:
    evaluation = Evaluation("<model>", "0" * 64, {"cup": 0.4}, {}, {"rendered": group}, 0.0, 0.0, 0.0, 0.0, {}, {})
    metrics = metrics_of(evaluation, {})
    assert metrics["rendered"]["map50"] == group.figures.whole.map50
    cases = read_cases(HALL, HALL_TRUTH)[:2]
    judged = judge_cases(cases, None, verdict_cache(PredictionCache(None)))
    written = write_report(tmp_path, evaluation, {"hall": judged}, guards_of(metrics), [])
    assert {path.name for path in written} == {"report.html", "worst.jpg"}
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "&lt;model&gt;" in page
    assert "<model>" not in page
    assert "显示器" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in page
    assert 'src="data:image/jpeg' in page


@pytest.fixture
def real_sets(tmp_path: Path) -> Path:
    """A data folder of the real one's shape, its pictures taken from the rendered truth."""
    write_sets(tmp_path / "data", HELD_OUT, sorted((TRUTH / "images").glob("*.jpg")))
    return tmp_path / "data"


def test_evaluate_writes_figures_and_does_not_pass_worse_ones(
    tmp_path: Path, real_sets: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is a development package")
    graph = onnx.load(str(ONNX))
    del graph.metadata_props[:]
    onnx.save(graph, str(tmp_path / "start.onnx"))
    monkeypatch.chdir(tmp_path)  # away from the pictures that come with the sources
    words = ["evaluate", str(ONNX), "--data", str(real_sets), "--start", str(tmp_path / "start.onnx")]
    words += ["--out", str(tmp_path / "metrics.json"), "--cache", str(tmp_path / "kept")]
    looked_at = ["--rendered", str(folder), "--verdicts", str(folder), "--report", str(tmp_path / "report")]
    first = CliRunner().invoke(app, [*words, *looked_at, "--tighten"])
    assert first.exit_code == 0, first.output
    metrics = read_metrics(tmp_path / "metrics.json")
    assert metrics["model_sha256"] == checked_sha256(ONNX)
    assert set(metrics["sets"]) == set(HELD_OUT)
    assert metrics["sets"]["fruit_boxes"]["boxed"] == 1
    assert {"real_gain_high", "real_recall_gain_high", "rendered_map50", "verdict_recall", "footprint_photo_cm"} <= {
        guard.figure for guard in guards_of(metrics)
    }
    assert metrics["verdicts_true_boxes"]["verdict_recall"] == 1.0
    assert metrics["footprint_photo_cm"] == metrics["verdicts"]["footprint_photo_cm"] < 20
    assert metrics["footprint_camera_cm"] is None  # none of the two pictures is a ceiling camera's
    shown = {name: row["ap50"] for name, row in metrics["rendered"]["classes"].items() if BY_ID[name].first_release}
    assert metrics["rendered_map50"] == pytest.approx(sum(shown.values()) / len(shown), abs=1e-4)
    assert metrics["rendered_weak_classes"] == {name: ap50 for name, ap50 in shown.items() if ap50 < 0.6}
    assert len(shown) + len(metrics["rendered_unseen_classes"]) == 30
    assert (tmp_path / "report" / "report.html").is_file()
    write_metrics(tmp_path / "metrics.json", metrics, (Guard("real_gain", 0.9, at_least=True),))
    second = CliRunner().invoke(app, words)
    assert second.exit_code == 1
    assert "guard not passed: real_gain >= 0.9" in second.output
    assert guards_of(read_metrics(tmp_path / "metrics.json")) == (Guard("real_gain", 0.9, at_least=True),)


def test_thresholds_look_at_the_validation_part_alone(tmp_path: Path, real_sets: Path) -> None:
    pytest.importorskip("onnx", reason="onnx is a development package")
    copy = tmp_path / ONNX.name
    shutil.copy(ONNX, copy)
    (picture,) = write_sets(
        real_sets, {"coco_mini": DECIDING["coco_mini"]}, sorted((TRUTH / "images").glob("*.jpg"))[9:]
    )
    assert [one.path for one in validation_pictures(real_sets, [])] == [picture]
    words = [
        "thresholds",
        str(copy),
        "--data",
        str(real_sets),
        "--rendered",
        str(TRUTH),
        "--cache",
        str(tmp_path / "c"),
    ]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 0, shown.output
    rows = [line.split() for line in shown.output.splitlines() if line[:2] == "0."]
    assert {name for _, name in rows} & {"keyboard", "monitor", "mouse"}
    assert all(0.1 <= float(value) <= 0.9 for value, _ in rows)
    assert checked_sha256(copy) == checked_sha256(ONNX)  # shown, not written
    written = CliRunner().invoke(app, [*words, "--write"])
    assert written.exit_code == 0, written.output
    kept = OnnxSession(copy).metadata.thresholds
    assert {name: f"{value:.3f}" for name, value in kept.items()} == {name: value for value, name in rows}


def test_calibrate_writes_curves_and_thresholds_that_the_detector_uses(tmp_path: Path, real_sets: Path) -> None:
    pytest.importorskip("onnx", reason="onnx is a development package")
    copy = tmp_path / ONNX.name
    shutil.copy(ONNX, copy)
    write_sets(real_sets, {"coco_mini": DECIDING["coco_mini"]}, sorted((TRUTH / "images").glob("*.jpg"))[9:])
    words = ["calibrate", str(copy), "--data", str(real_sets), "--rendered", str(TRUTH)]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 0, shown.output
    assert "ECE on rendered" in shown.output
    assert checked_sha256(copy) == checked_sha256(ONNX)  # shown, not written
    written = CliRunner().invoke(app, [*words, "--write"])
    assert written.exit_code == 0, written.output
    session = OnnxSession(copy)
    assert {"keyboard", "monitor"} <= set(session.metadata.curves) <= session.metadata.trained_classes
    assert set(session.metadata.thresholds) <= set(session.metadata.curves)
    assert set(session.metadata.recalls) == session.metadata.trained_classes
    missed = YoloDetector(session).model.often_missed
    assert missed == {name for name, value in session.metadata.recalls.items() if value < LEAST_RECALL}
    assert missed < session.metadata.trained_classes
    picture = rendered(TRUTH)[0].read()
    bare = YoloDetector(session, calibrated=False).detect(picture, min_confidence=0.05)
    through = YoloDetector(session).detect(picture, min_confidence=0.05)
    sure = Curves(session.metadata.curves).confidence(bare.confidence, bare.class_id)
    assert through.confidence.max() == pytest.approx(sure.max(), abs=1e-5)
    assert CliRunner().invoke(app, [*words, "--write"]).output == written.output  # fitted to bare scores each time
