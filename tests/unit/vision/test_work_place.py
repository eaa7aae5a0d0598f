"""Labels that learnt their classes on counters count only in pictures that show a work place."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_vision.certainty import Curve
from deskcheck_vision.detections import Detections, Float32Array
from deskcheck_vision.detector import Tiling, YoloDetector
from deskcheck_vision.model_files import ModelMetadata

LABELS = ("cup", "counter cup", "tv", "counter monitor", "vase")
CUP, COUNTER_CUP, TV, COUNTER_MONITOR, VASE = range(5)
HERE, THERE = (20.0, 20.0, 120.0, 120.0), (300.0, 300.0, 460.0, 420.0)


class Saying:
    """A session that says the same of the first picture, and something else of all that come after."""

    def __init__(self, rows: list[tuple[float, ...]], later: list[tuple[float, ...]] | None = None, **more: object):
        self.metadata = ModelMetadata(
            name="saying",
            labels=LABELS,
            label_classes=("cup", "cup", "monitor", "monitor", "personal_ornament"),
            trained_classes=frozenset({"cup", "monitor", "personal_ornament"}),
            input_wh=(640, 640),
            licence="none",
            training_commit="none",
            origin="test",
            work_place_labels=frozenset({"counter cup", "counter monitor"}),
            **more,  # type: ignore[arg-type]
        )
        self.name, self.sha256, self.input_step_px = "saying", "0" * 64, None
        self._rows = [rows, rows if later is None else later]
        self._runs = 0

    def run(self, planes: Float32Array) -> Float32Array:
        rows = self._rows[min(self._runs, 1)]
        self._runs += 1
        return np.array(rows, np.float32).reshape(-1, 6)


def found(session: Saying, wh: tuple[int, int] = (640, 640), tiling: Tiling = Tiling.NEVER) -> Detections:
    return YoloDetector(session).detect(np.zeros((wh[1], wh[0], 3), np.uint8), min_confidence=0.2, tiling=tiling)


def test_without_a_work_place_only_the_other_labels_count() -> None:
    detections = found(Saying([(*HERE, 0.9, COUNTER_CUP), (*THERE, 0.4, CUP)]))
    assert detections.xyxy.tolist() == [list(THERE)]


@pytest.mark.parametrize("label", [TV, COUNTER_MONITOR])
def test_a_monitor_by_any_label_makes_a_work_place(label: int) -> None:
    detections = found(Saying([(*HERE, 0.9, COUNTER_CUP), (*THERE, 0.6, label)]))
    assert sorted(detections.xyxy.tolist()) == [list(HERE), list(THERE)]


def test_an_unsure_monitor_and_an_ornament_make_none() -> None:
    detections = found(Saying([(*HERE, 0.9, COUNTER_CUP), (*THERE, 0.45, TV), (200, 20, 260, 80, 0.9, VASE)]))
    assert list(HERE) not in detections.xyxy.tolist()
    assert len(detections) == 2


def test_what_counts_is_the_confidence_and_not_the_bare_score() -> None:
    rows = [(*HERE, 0.9, COUNTER_CUP), (*THERE, 0.6, TV)]
    doubtful = found(Saying(rows, curves={"monitor": Curve(1.0, -2.0)}))
    assert list(HERE) not in doubtful.xyxy.tolist()


def test_tiles_follow_the_whole_picture() -> None:
    cup = [(200.0, 200.0, 300.0, 300.0, 0.9, COUNTER_CUP)]
    at_work = found(Saying([(*THERE, 0.8, TV)], cup), (3000, 2000), Tiling.ALWAYS)
    elsewhere = found(Saying([(*THERE, 0.3, TV)], cup), (3000, 2000), Tiling.ALWAYS)
    assert len(at_work) > len(elsewhere) == 1


def test_a_model_that_names_no_such_labels_is_as_before() -> None:
    session = Saying([(*HERE, 0.9, COUNTER_CUP)])
    object.__setattr__(session.metadata, "work_place_labels", frozenset())
    assert len(found(session)) == 1
