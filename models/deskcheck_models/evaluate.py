"""Judge a model on pictures that it has not seen, beside the weights it was trained from; works without torch.

Two models are compared at equal precision, never at equal confidence, for training shifts confidences; and on equal
inputs, for a smaller grey border moves detections too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from deskcheck_vision.detections import Detections, Float64Array
from deskcheck_vision.detector import Detector
from deskcheck_vision.operating import DEFAULT_CONFIDENCE, operating_points
from deskcheck_vision.taxonomy import CLASSES

from deskcheck_models.checksets import CheckPicture, JudgedPicture, held_out, rendered
from deskcheck_models.errors import VerificationError
from deskcheck_models.matching import Hits, Truth, gather, recall_at_precision, recall_precision
from deskcheck_models.metrics_pictures import PictureFigures, picture_figures
from deskcheck_models.operating import at_operating_point
from deskcheck_models.predicting import open_alike, open_detector, open_session
from deskcheck_models.predictions import PredictionCache, look

CONFIDENCE = DEFAULT_CONFIDENCE
GAIN_SETS = ("coco_mini", "bottles_cups")
START_WEIGHTS_VARIABLE = "DESKCHECK_START_WEIGHTS"
_NOTHING_KEPT = PredictionCache(None)

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
        recall_operating: of the model from every class's operating point on.
        precision_operating: of the model there.
        recall_start_at_operating: best recall of the starting weights at that precision or better.
    """

    pictures: int
    boxed: int
    recall: float
    precision: float
    recall_start: float
    precision_start: float
    recall_at_start_precision: float
    recall_start_at_its_precision: float
    recall_operating: float
    precision_operating: float
    recall_start_at_operating: float


def predictions(
    detector: Detector, pictures: Sequence[JudgedPicture], tick: Callable[[], None] = lambda: None
) -> Pairs:
    """Return detections and truth per picture."""
    return look(detector, pictures, _NOTHING_KEPT, tick)


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


def set_figures(model: Pairs, start: Pairs, points: Float64Array | None = None) -> SetFigures:
    """Return the figures of one set of pictures.

    Args:
        model: what the model finds.
        start: what the starting weights find in the same pictures.
        points: (C,) the model's operating points; None for 0.25 throughout.
    """
    ours, theirs = _gather(model), _gather(start)
    recall, precision = recall_precision(ours, CONFIDENCE)
    recall_start, precision_start = recall_precision(theirs, CONFIDENCE)
    even, _ = recall_at_precision(ours, precision_start)
    even_start, _ = recall_at_precision(theirs, precision_start)
    operating = at_operating_point(ours, operating_points({}) if points is None else points)
    start_there, _ = recall_at_precision(theirs, operating[1])
    values = (recall, precision, recall_start, precision_start, even, even_start, *operating, start_there)
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
    begin = start_weights(start)
    return gain(predictions(open_alike(model, begin), pictures), predictions(open_detector(begin), pictures))


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """One set of pictures as the model sees it.

    Attributes:
        pictures: the pictures.
        pairs: detections and truth of each.
        figures: what is counted about them.
        beside_start: the same set beside the starting weights, both models seeing pictures alike; None for
            rendered ones.
    """

    pictures: Sequence[JudgedPicture]
    pairs: Pairs
    figures: PictureFigures
    beside_start: SetFigures | None


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """A model on everything.

    Attributes:
        model: its name.
        model_sha256: of its weight file.
        thresholds: taxonomy id -> operating threshold that its metadata names; others have 0.25.
        real: set -> its figures.
        rendered: folder -> its figures.
        real_recall_gain: over coco_mini and bottles_cups together, see ``gain``.
        real_gain: the least gain of all real sets.
        classes: of all real sets together, beside the starting weights.
        alarms: on everyday pictures, by confidence, see ``alarms_per_100``.
    """

    model: str
    model_sha256: str
    thresholds: dict[str, float]
    real: dict[str, Group]
    rendered: dict[str, Group]
    real_recall_gain: float
    real_gain: float
    classes: dict[str, ClassFigures]
    alarms: dict[str, dict[str, float]]


def _group(
    pictures: Sequence[JudgedPicture], pairs: Pairs, points: Float64Array, beside_start: SetFigures | None = None
) -> Group:
    kinds = [picture.camera_kind for picture in pictures]
    return Group(pictures, pairs, picture_figures(pairs, kinds, points), beside_start)


def _by_source(pictures: Sequence[CheckPicture]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for index, picture in enumerate(pictures):
        places.setdefault(picture.source, []).append(index)
    return places


def evaluate(
    model: Path,
    start: Path,
    data_dir: Path,
    rendered_folders: Sequence[Path] = (),
    cache: PredictionCache = _NOTHING_KEPT,
    tick: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Look at a model from all sides.

    Args:
        model: the ONNX file to judge.
        start: the starting weights' ONNX file.
        data_dir: the data folder.
        rendered_folders: rendered test sets.
        cache: keeps detections between runs.
        tick: called after every picture of every model.

    Raises:
        VerificationError: a model file is absent or unfit.
        DataFolderError: a held-out set or a rendered folder is absent.
    """
    session = open_session(model)
    detector = open_detector(model)
    table = dict(session.metadata.thresholds)
    points = operating_points(table)
    pictures = held_out(data_dir)
    ours = look(detector, pictures, cache, tick)
    theirs = look(open_detector(start), pictures, cache, tick)
    alike = look(open_alike(model, start), pictures, cache, tick)
    real = {
        source: _group(
            [pictures[i] for i in at],
            [ours[i] for i in at],
            points,
            set_figures([alike[i] for i in at], [theirs[i] for i in at], points),
        )
        for source, at in _by_source(pictures).items()
    }
    made = {}
    for folder in rendered_folders:
        scenes = rendered(folder)
        made[folder.name] = _group(scenes, look(detector, scenes, cache, tick), points)
    wanted = [index for index, picture in enumerate(pictures) if picture.source in GAIN_SETS]
    daily = real["coco_mini"].pairs
    return Evaluation(
        session.metadata.name,
        session.sha256,
        table,
        real,
        made,
        round(gain([alike[i] for i in wanted], [theirs[i] for i in wanted]), 4),
        least_gain([group.beside_start for group in real.values() if group.beside_start is not None]),
        class_figures(alike, theirs),
        {f"confidence_{level}": alarms_per_100(daily, level) for level in (0.25, 0.5)},
    )


def least_gain(sets: Sequence[SetFigures]) -> float:
    """Return the least recall gained on any set at the starting weights' precision; 0 without a set."""
    gains = [row.recall_at_start_precision - row.recall_start_at_its_precision for row in sets]
    return round(min(gains), 4) if gains else 0.0
