"""``deskcheck-models unlisted`` on a pair drawn here, by a tiny real model with features; figures counted by hand."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from deskcheck_datasets.synthetic.pairs import PAIR_FORMAT, Pair, Pictured, Unlisted
from deskcheck_models.cli import app
from deskcheck_models.predicting import open_detector
from deskcheck_models.unlisted import PairVerdict, judge_pair, look_at_pairs, unlisted_figures
from deskcheck_vision.errors import ModelFileError
from typer.testing import CliRunner

WH = (640, 480)
CORNERS = ((60.0, 120.0), (580.0, 120.0), (620.0, 440.0), (20.0, 440.0))
THING = (300.0, 260.0, 360.0, 310.0)
CUP = (420.0, 200.0, 470.0, 260.0)
# A cell of features, 8 px, is touched by all that is within it.
AROUND_CUP = (412.0, 192.0, 478.0, 268.0)


def desk(noise: int, *boxes: tuple[tuple[float, ...], tuple[int, int, int]]) -> np.ndarray:
    y, x = np.mgrid[0 : WH[1], 0 : WH[0]]
    grain = 110 + 30 * np.sin(x / 60 + y / 90) + 25 * np.cos(y / 35 - x / 130)
    image = np.stack([grain * 0.8, grain * 0.9, grain], axis=-1)
    for xyxy, bgr in boxes:
        left, top, right, bottom = map(int, xyxy)
        image[top:bottom, left:right] = bgr
    image += np.random.default_rng(noise).normal(0, 5, image.shape)
    return np.asarray(image.clip(0, 255), np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One pair: a cup was moved into the desk, and a red thing is new."""
    target = tmp_path / "set"
    for name in ("images", "pairs"):
        (target / name).mkdir(parents=True)
    cup = (CUP, (240, 240, 10))
    for number, (name, boxes) in enumerate(
        {"reference": (), "clean": (cup,), "changed": (cup, (THING, (30, 20, 250)))}.items()
    ):
        cv2.imwrite(str(target / "images" / f"{name}.png"), desk(number, *boxes))
    pictured = {
        name: Pictured(f"{name}.png", CORNERS, () if name == "reference" else (("cup", AROUND_CUP),))
        for name in ("reference", "clean", "changed")
    }
    thing = Unlisted("ball", THING, 1.0, (12.0, 12.0, 12.0), ((80.0, 30.0), (92.0, 30.0), (92.0, 42.0)))
    pair = Pair(PAIR_FORMAT, 7, "phone", WH, (180.0, 70.0), 0.5, unlisted=thing, **pictured)
    (target / "pairs" / "pair_7.json").write_text(json.dumps(asdict(pair)), encoding="utf-8")
    return target


@pytest.fixture
def model(tiny_onnx: Any, tiny_row: Any) -> Path:
    """Its one label means nothing on a desk, so that it never explains anything."""
    path: Path = tiny_onnx(
        [tiny_row((0, 0, 9, 9), 3, (0, 0, 0))], free_sides=True, features=True, input_size="[640, 640]"
    )
    return path


def test_the_new_thing_is_noticed_and_the_moved_cup_is_false_unless_it_is_known(folder: Path, model: Path) -> None:
    (seen,) = look_at_pairs(folder, open_detector(model), lambda: None)
    blind = judge_pair(seen, {})
    assert (blind.found, blind.false_regions, blind.unjudged) == (True, 2, 0)
    known = judge_pair(seen.with_true_boxes(), {}, registered=True)
    assert (known.found, known.false_regions) == (True, 0)
    strict = judge_pair(seen, {"distance": 10.0})
    assert (strict.found, strict.false_regions) == (False, 0)


def test_the_command_tells_all_four_ways(folder: Path, model: Path) -> None:
    told = CliRunner().invoke(app, ["unlisted", str(folder), "--model", str(model), "--json"])
    assert told.exit_code == 0, told.output
    figures = json.loads(told.stdout)
    assert set(figures) == {"model", "model_registered", "true", "true_registered"}
    assert figures["true"]["recall"] == 1.0
    assert figures["model"]["false_per_picture"] == 1.0
    shown = CliRunner().invoke(app, ["unlisted", str(folder), "--model", str(model), "--pairs", "--distance", "2.5"])
    assert "phone ball noticed, 2 false" in shown.stdout


def test_a_model_without_features_and_a_folder_without_pairs_are_said_so(
    folder: Path, tmp_path: Path, tiny_onnx: Any
) -> None:
    detector = open_detector(tiny_onnx(name="old.onnx"))
    with pytest.raises(ModelFileError, match="no second output"):
        look_at_pairs(folder, detector, lambda: None)
    with pytest.raises(ModelFileError, match="no pairs"):
        look_at_pairs(tmp_path, detector, lambda: None)


def test_figures_count_things_regions_and_pictures() -> None:
    verdicts = [
        PairVerdict("ball", "phone", True, 1, 0, ()),
        PairVerdict("ball", "ceiling", False, 0, 2, ()),
        PairVerdict("gift", "phone", True, 0, 0, ()),
        PairVerdict("gift", "phone", True, 1, 0, ()),
    ]
    figures = unlisted_figures(verdicts)
    assert (figures.pairs, figures.recall) == (4, 0.75)
    assert (figures.false_per_picture, figures.unjudged_share) == (0.25, 0.25)
    assert figures.by_label == {"ball": (1, 2), "gift": (2, 2)}
