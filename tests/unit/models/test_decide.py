"""Shifts of appended labels are chosen so that COCO's classes lose nothing on real pictures kept aside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from deskcheck_models.decide import (
    SECOND_OPINION_EVIDENCE,
    Chooser,
    Evidence,
    Recorded,
    looks,
    loss,
    record,
    replay,
    shifted,
)
from deskcheck_models.labels import label_names, taxonomy_map, trained_classes
from deskcheck_models.matching import Truth
from deskcheck_vision.detections import Float32Array
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.model_files import ModelMetadata
from deskcheck_vision.taxonomy import CLASSES, class_index

WH = (640, 640)
LABELS = label_names(("thermos", "printer"))
CUP, PRINTER = class_index("cup"), class_index("printer")
COCO_CUP, THERMOS, PRINTER_LABEL = LABELS.index("cup"), 80, 81
HERE, THERE, ELSEWHERE = (10.0, 10.0, 110.0, 110.0), (300.0, 300.0, 420.0, 420.0), (300.0, 10.0, 420.0, 110.0)
EVERYTHING = frozenset(range(len(CLASSES)))


class Saying:
    """A session that says the same whatever it sees."""

    def __init__(self, rows: list[tuple[float, ...]], labels: tuple[str, ...] = LABELS) -> None:
        table = taxonomy_map(labels)
        self.metadata = ModelMetadata(
            name="saying",
            labels=labels,
            label_classes=tuple(table[label] for label in labels),
            trained_classes=frozenset(trained_classes(labels)),
            input_wh=WH,
            licence="none",
            training_commit="none",
            origin="test",
        )
        self.name = "saying"
        self.sha256 = "0" * 64
        self.input_step_px = None
        self._rows = np.array(rows, np.float32).reshape(-1, 6)

    def run(self, planes: Float32Array) -> Float32Array:
        return self._rows


def truth(*things: tuple[tuple[float, ...], int], judged: frozenset[int] = EVERYTHING) -> Truth:
    return Truth(
        np.array([class_id for _, class_id in things], np.int64),
        np.array([box for box, _ in things], np.float64).reshape(-1, 4),
        judged,
    )


def seen(rows: list[tuple[float, ...]], true: Truth) -> Recorded:
    return record(Saying(rows), np.zeros((*WH[::-1], 3), np.uint8), true)


def evidence(real: list[Recorded], rendered: list[Recorded]) -> Evidence:
    return Evidence(LABELS, {"set": real}, rendered)


def rendered(label: int, class_id: int, confidence: float = 0.9) -> list[Recorded]:
    """Rendered pictures in which a label is right."""
    return [seen([(*HERE, confidence, label)], truth((HERE, class_id))) for _ in range(SECOND_OPINION_EVIDENCE)]


def test_a_shift_moves_the_logit() -> None:
    confidence = np.array([0.5, 0.9], np.float32)
    assert shifted(confidence, np.array([0.0, 0.0])) == pytest.approx(confidence)
    assert shifted(confidence, np.array([-np.log(3), np.log(2)])) == pytest.approx([0.25, 18 / 19])


def test_a_recording_says_again_what_the_detector_found() -> None:
    session = Saying([(*HERE, 0.8, COCO_CUP), (*THERE, 0.6, PRINTER_LABEL)])
    image = np.zeros((*WH[::-1], 3), np.uint8)
    straight = YoloDetector(session).detect(image, min_confidence=0.01)
    again, _ = replay(session, [record(session, image, truth())], {})[0]
    assert again.xyxy == pytest.approx(straight.xyxy)
    assert again.confidence == pytest.approx(straight.confidence, abs=1e-6)
    assert again.class_id.tolist() == straight.class_id.tolist() == [CUP, PRINTER]


def test_a_harmless_label_stays_as_it_is() -> None:
    real = [seen([(*HERE, 0.8, COCO_CUP)], truth((HERE, CUP)))]
    chosen = Chooser(Saying([]), evidence(real, rendered(THERMOS, CUP))).choose()
    assert chosen == {"thermos": 0.0, "printer": None}  # the printer was never right


def test_a_label_that_fires_wrongly_is_shifted_below_what_coco_finds() -> None:
    """Its false alarm at 0.7 stands above a true cup at 0.5: half of the cup's average precision would be lost."""
    real = [seen([(*HERE, 0.5, COCO_CUP), (*THERE, 0.7, THERMOS)], truth((HERE, CUP)))]
    pictures = evidence(real, rendered(THERMOS, CUP, 0.95))
    chosen = Chooser(Saying([]), pictures).choose()
    shift = chosen["thermos"]
    assert shift is not None
    assert shift < 0
    before = replay(Saying([]), real, {"thermos": -30.0})
    assert loss(replay(Saying([]), real, {"thermos": shift}), before) <= 0
    assert loss(replay(Saying([]), real, {}), before) == pytest.approx(0.5)


def test_one_false_alarm_among_many_looks_does_not_silence_a_label() -> None:
    """It stands above all 300 true cups, and no recall is left at full precision; but it is one of 301."""
    real = [seen([(*HERE, 0.5, COCO_CUP)], truth((HERE, CUP))) for _ in range(299)]
    real.append(seen([(*HERE, 0.5, COCO_CUP), (*THERE, 0.99, THERMOS)], truth((HERE, CUP))))
    assert Chooser(Saying([]), evidence(real, rendered(THERMOS, CUP, 0.6))).choose()["thermos"] == 0.0
    assert Chooser(Saying([]), evidence(real[250:], rendered(THERMOS, CUP, 0.6))).choose()["thermos"] is None


def test_a_label_that_is_sure_of_wrong_things_is_dropped() -> None:
    real = [seen([(*HERE, 0.3, COCO_CUP), (*THERE, 0.99, THERMOS)], truth((HERE, CUP)))]
    assert Chooser(Saying([]), evidence(real, rendered(THERMOS, CUP, 0.6))).choose()["thermos"] is None


def test_a_dropped_label_is_tried_again_when_another_has_named_what_it_was_wrong_about() -> None:
    """It takes a carton for a cup, surer than COCO is of the true cup; the carton's own label comes later."""
    labels = label_names(("thermos", "drink carton"))
    carton = class_index("beverage_container")
    rows = [(*HERE, 0.7, 80), (*HERE, 0.9, 81), (*THERE, 0.5, COCO_CUP)]
    like = Saying([], labels)
    real = [record(Saying(rows, labels), np.zeros((*WH[::-1], 3), np.uint8), truth((HERE, carton), (THERE, CUP)))]
    cups = [seen([(*HERE, 0.6, 80)], truth((HERE, CUP))) for _ in range(SECOND_OPINION_EVIDENCE + 1)]
    cartons = [seen([(*HERE, 0.9, 81)], truth((HERE, carton))) for _ in range(SECOND_OPINION_EVIDENCE)]
    asked: list[str] = []
    chosen = Chooser(like, Evidence(labels, {"set": real}, [*cups, *cartons])).choose(
        lambda label, _: asked.append(label)
    )
    assert asked == ["thermos", "drink carton"]
    assert chosen == {"thermos": 0.0, "drink carton": 0.0}
    alone = [replace(one, rows=one.rows[one.rows[:, 5] != 81]) for one in real]
    assert Chooser(like, Evidence(labels, {"set": alone}, [*cups, *cartons])).choose()["thermos"] is None


def test_a_label_of_another_class_must_hardly_fire_where_its_class_is_not_boxed() -> None:
    judged = frozenset({CUP})
    real = [seen([(*THERE, 0.6, PRINTER_LABEL)], truth((HERE, CUP), judged=judged))]
    chosen = Chooser(Saying([]), evidence(real, rendered(PRINTER_LABEL, PRINTER, 0.9))).choose()
    shift = chosen["printer"]
    assert shift is not None
    assert shifted(np.array([0.6], np.float32), np.array([shift]))[0] < 0.25


def test_a_label_that_is_wrong_more_often_than_right_on_rendered_counters_is_dropped() -> None:
    wrong = seen([(*HERE, 0.9, PRINTER_LABEL), (*THERE, 0.9, PRINTER_LABEL), (*ELSEWHERE, 0.9, PRINTER_LABEL)], truth())
    chosen = Chooser(Saying([]), evidence([], [*rendered(PRINTER_LABEL, PRINTER)[:2], wrong])).choose()
    assert chosen["printer"] is None


def test_a_label_beside_cocos_own_must_be_worth_its_risk() -> None:
    few = rendered(THERMOS, CUP)[:-1] + rendered(PRINTER_LABEL, PRINTER)[:2]
    assert Chooser(Saying([]), evidence([], few)).choose() == {"thermos": None, "printer": 0.0}


def test_the_choice_is_the_same_again() -> None:
    real = [seen([(*HERE, 0.5, COCO_CUP), (*THERE, 0.7, THERMOS)], truth((HERE, CUP)))]
    pictures = evidence(real, [*rendered(THERMOS, CUP, 0.95), *rendered(PRINTER_LABEL, PRINTER)])
    assert Chooser(Saying([]), pictures).choose() == Chooser(Saying([]), pictures).choose()


def test_a_picture_is_looked_at_mirrored_and_as_another_camera_stores_it() -> None:
    image = np.full((60, 100, 3), 40, np.uint8)
    image[10:30, 5:25] = 220
    seen_as = looks(image, truth(((5.0, 10.0, 25.0, 30.0), CUP)), seed=3)
    assert len(seen_as) == 4
    assert np.array_equal(seen_as[0][0], image)
    for look, true in seen_as:
        left, top, right, bottom = true.xyxy[0].astype(int).tolist()
        inside = look[top + 3 : bottom - 3, left + 3 : right - 3].mean()
        assert inside > 120
        assert look[40:].mean() < 100
        assert true.class_id.tolist() == [CUP]
    assert [true.xyxy[0].tolist() for _, true in seen_as[1::2]] == [[75.0, 10.0, 95.0, 30.0]] * 2
    assert not np.array_equal(seen_as[2][0], image)
    again = looks(image, truth(((5.0, 10.0, 25.0, 30.0), CUP)), seed=3)
    assert all(np.array_equal(one[0], other[0]) for one, other in zip(seen_as, again, strict=True))
