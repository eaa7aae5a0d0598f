"""The published model on real pictures; skipped where the data folder is absent."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from deskcheck_models.checksets import CheckPicture, held_out
from deskcheck_models.comparison import alarms_per_100, class_figures, gain, set_figures
from deskcheck_models.decide import kept_aside
from deskcheck_models.evaluate import predictions
from deskcheck_models.predicting import StartSession, open_detector, open_session
from deskcheck_vision.detector import Tiling
from deskcheck_vision.sessions import OnnxSession

ROOT = Path(__file__).parents[3]
ONNX = ROOT / "models" / "weights" / "deskcheck-yolo26n.onnx"
DATA = Path(os.environ.get("DESKCHECK_DATA_DIR", ROOT.parent / "shared" / "data"))

pytestmark = pytest.mark.skipif(
    not (DATA / "desk_photos").is_dir(), reason="no data folder: set DESKCHECK_DATA_DIR to run on real pictures"
)


@pytest.fixture(scope="module")
def pictures() -> list[CheckPicture]:
    return held_out(DATA, ("desk_photos", "bottles_cups"))[:8]


def test_held_out_truth_lies_in_the_pictures_and_is_judged(pictures: list[CheckPicture]) -> None:
    for picture in pictures:
        image = picture.read()
        truth = picture.truth((image.shape[1], image.shape[0]))
        assert set(truth.class_id.tolist()) <= truth.judged
        assert (truth.xyxy[:, 2:] > truth.xyxy[:, :2]).all()
        assert (truth.xyxy <= np.array([image.shape[1], image.shape[0]] * 2) * 1.05).all()


def test_a_model_gains_nothing_over_itself_and_figures_agree(pictures: list[CheckPicture]) -> None:
    pairs = predictions(open_detector(ONNX), pictures)
    assert gain(pairs, pairs) == 0.0
    whole = set_figures(pairs, pairs)
    by_class = class_figures(pairs, pairs)
    assert whole.boxed == sum(row.boxed for row in by_class.values()) > 10
    assert 0 < whole.recall <= 1
    assert whole.recall_at_start_precision >= whole.recall
    assert all(count > 0 for count in alarms_per_100(pairs, 0.01).values())


def test_a_model_without_our_metadata_is_read_as_coco(tmp_path: Path, pictures: list[CheckPicture]) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is a development package")
    graph = onnx.load(str(ONNX))
    del graph.metadata_props[:]
    bare = tmp_path / "start.onnx"
    onnx.save(graph, str(bare))
    session = open_session(bare)
    assert isinstance(session, StartSession)
    assert session.metadata.labels[41] == "cup"
    assert isinstance(open_session(ONNX), OnnxSession)
    image = pictures[0].read()
    plain = open_detector(bare).detect(image, min_confidence=0.3, tiling=Tiling.NEVER)
    ours = open_detector(ONNX).detect(image, min_confidence=0.3, tiling=Tiling.NEVER)
    assert len(plain) > 0
    assert len(ours) >= 1


def test_shifts_are_chosen_on_pictures_that_do_not_check() -> None:
    aside = kept_aside(DATA)
    assert all(aside.values())
    checking = {picture.path for picture in held_out(DATA)}
    assert not checking & {picture.path for some in aside.values() for picture in some}
