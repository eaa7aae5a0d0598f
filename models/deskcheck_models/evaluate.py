"""Judge a model on held-out real pictures beside the weights it was trained from; works without torch.

Two models are compared at equal precision, never at equal confidence: training shifts confidences.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from deskcheck_vision.detections import Detections
from deskcheck_vision.detector import Detector, Tiling
from deskcheck_vision.taxonomy import CLASSES

from deskcheck_models.checksets import HELD_OUT_SETS, CheckPicture, held_out
from deskcheck_models.errors import VerificationError
from deskcheck_models.matching import Hits, Truth, gather, recall_at_precision, recall_precision
from deskcheck_models.predicting import open_detector, open_session

CONFIDENCE = 0.25
CONFIDENCE_FLOOR = 0.01
GAIN_SETS = ("coco_mini", "bottles_cups")
START_WEIGHTS_VARIABLE = "DESKCHECK_START_WEIGHTS"

Pairs = list[tuple[Detections, Truth]]


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One taxonomy class on all held-out pictures that can judge it.

    Attributes:
        boxed: number of boxed things.
        recall: share found at confidence 0.25 and IoU 0.5.
        precision: share of what is found that is true; 1 where nothing is found.
        recall_start: the same for the starting weights.
        precision_start: the same for the starting weights.
    """

    boxed: int
    recall: float
    precision: float
    recall_start: float
    precision_start: float


@dataclass(frozen=True, slots=True)
class SetFigures:
    """One held-out set.

    Attributes:
        pictures: number of pictures.
        boxed: number of boxed things.
        recall: at confidence 0.25.
        precision: at confidence 0.25.
        recall_start: of the starting weights.
        precision_start: of the starting weights.
        recall_at_start_precision: best recall of the model at that precision or better.
        recall_start_at_its_precision: the same for the starting weights, so that equal models gain nothing.
    """

    pictures: int
    boxed: int
    recall: float
    precision: float
    recall_start: float
    precision_start: float
    recall_at_start_precision: float
    recall_start_at_its_precision: float


def predictions(detector: Detector, pictures: list[CheckPicture], tick: Callable[[], None] = lambda: None) -> Pairs:
    """Return detections and truth per picture."""
    pairs: Pairs = []
    for picture in pictures:
        image = picture.read()
        pairs.append(
            (
                detector.detect(image, min_confidence=CONFIDENCE_FLOOR, tiling=Tiling.NEVER),
                picture.truth((image.shape[1], image.shape[0])),
            )
        )
        tick()
    return pairs


def _gather(pairs: Pairs) -> Hits:
    return gather(pairs, len(CLASSES))


def class_figures(model: Pairs, start: Pairs) -> dict[str, ClassFigures]:
    """Return the figures of every class that has a boxed thing."""
    ours, theirs = _gather(model), _gather(start)
    figures = {}
    for index, item in enumerate(CLASSES):
        if ours.boxed[index]:
            new, old = ours.of(index), theirs.of(index)
            values = (*recall_precision(new, CONFIDENCE), *recall_precision(old, CONFIDENCE))
            figures[item.id] = ClassFigures(int(ours.boxed[index]), *(round(value, 4) for value in values))
    return figures


def set_figures(model: Pairs, start: Pairs) -> SetFigures:
    """Return the figures of one set of pictures."""
    ours, theirs = _gather(model), _gather(start)
    recall, precision = recall_precision(ours, CONFIDENCE)
    recall_start, precision_start = recall_precision(theirs, CONFIDENCE)
    even, _ = recall_at_precision(ours, precision_start)
    even_start, _ = recall_at_precision(theirs, precision_start)
    values = (recall, precision, recall_start, precision_start, even, even_start)
    return SetFigures(len(model), int(ours.boxed.sum()), *(round(value, 4) for value in values))


def alarms_per_100(pairs: Pairs, confidence: float) -> dict[str, float]:
    """Return detections per 100 pictures of every class that the pictures' boxes cannot judge.

    On pictures of streets, kitchens and animals nearly all of these are false.
    """
    counts = np.zeros(len(CLASSES), np.int64)
    for found, truth in pairs:
        unjudged = ~np.isin(found.class_id, np.array(sorted(truth.judged), np.int64))
        counts += np.bincount(found.class_id[unjudged & (found.confidence >= confidence)], minlength=len(CLASSES))
    return {
        CLASSES[index].id: round(100 * int(counts[index]) / max(1, len(pairs)), 2)
        for index in np.nonzero(counts)[0].tolist()
    }


def gain(model: Pairs, start: Pairs) -> float:
    """Return the best recall of the model at the start's precision, minus the start's own best there."""
    figures = set_figures(model, start)
    return figures.recall_at_start_precision - figures.recall_start_at_its_precision


def start_weights(path: Path | None = None) -> Path:
    """Return the starting weights' ONNX file: the argument, or the environment variable DESKCHECK_START_WEIGHTS.

    Raises:
        VerificationError: neither names a file.
    """
    named = path or Path(os.environ.get(START_WEIGHTS_VARIABLE, ""))
    if not named.is_file():
        raise VerificationError(
            reason=f"the starting weights' ONNX file is not named: give --start or set {START_WEIGHTS_VARIABLE}"
        )
    return named


def real_recall_gain(model: Path, data_dir: Path, start: Path | None = None) -> float:
    """Return the benchmark figure: recall gained over the starting weights at their precision or better.

    Counted on coco_mini val and the held-out part of bottles_cups, both models mapped to the taxonomy, IoU 0.5.

    Args:
        model: the ONNX file to judge.
        data_dir: the data folder.
        start: the starting weights' NMS-free ONNX file; by default from DESKCHECK_START_WEIGHTS.

    Raises:
        VerificationError: a model file is absent or unfit.
        DataFolderError: a held-out set is absent.
    """
    pictures = held_out(data_dir, GAIN_SETS)
    begin = predictions(open_detector(start_weights(start)), pictures)
    return gain(predictions(open_detector(model), pictures), begin)


def evaluate(model: Path, start: Path, data_dir: Path, tick: Callable[[], None] = lambda: None) -> dict[str, object]:
    """Return everything that ``metrics.json`` holds about a model.

    Args:
        model: the ONNX file to judge.
        start: the starting weights' ONNX file.
        data_dir: the data folder.
        tick: called after every picture of every model.

    Raises:
        VerificationError: a model file is absent or unfit.
        DataFolderError: a held-out set is absent.
    """
    pictures = held_out(data_dir)
    ours = predictions(open_detector(model), pictures, tick)
    theirs = predictions(open_detector(start), pictures, tick)
    by_set = {}
    for source in HELD_OUT_SETS:
        pick = [index for index, picture in enumerate(pictures) if picture.source == source]
        by_set[source] = asdict(set_figures([ours[i] for i in pick], [theirs[i] for i in pick]))
    wanted = [index for index, picture in enumerate(pictures) if picture.source in GAIN_SETS]
    coco = [index for index, picture in enumerate(pictures) if picture.source == "coco_mini"]
    session = open_session(model)
    return {
        "model": session.metadata.name,
        "model_sha256": session.sha256,
        "confidence": CONFIDENCE,
        "real_recall_gain": round(gain([ours[i] for i in wanted], [theirs[i] for i in wanted]), 4),
        "sets": by_set,
        "classes": {name: asdict(row) for name, row in class_figures(ours, theirs).items()},
        "alarms_per_100_coco_pictures": {
            f"confidence_{level}": alarms_per_100([ours[i] for i in coco], level) for level in (0.25, 0.5)
        },
    }
