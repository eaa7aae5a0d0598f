"""Judge a model on pictures that it has not seen, beside the weights it was trained from; works without torch."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deskcheck_vision.detections import Float64Array
from deskcheck_vision.detector import Detector
from deskcheck_vision.operating import operating_points

from deskcheck_models.checksets import CheckPicture, JudgedPicture, held_out, rendered
from deskcheck_models.comparison import (
    ClassFigures,
    Pairs,
    SetFigures,
    alarms_per_100,
    class_figures,
    gain,
    highest_gain,
    least_gain,
    least_highest_gain,
    set_figures,
)
from deskcheck_models.errors import VerificationError
from deskcheck_models.metrics_pictures import PictureFigures, picture_figures
from deskcheck_models.predicting import open_alike, open_detector, open_session
from deskcheck_models.predictions import PredictionCache, look

GAIN_SETS = ("coco_mini", "bottles_cups")
START_WEIGHTS_VARIABLE = "DESKCHECK_START_WEIGHTS"
_NOTHING_KEPT = PredictionCache(None)


def predictions(
    detector: Detector, pictures: Sequence[JudgedPicture], tick: Callable[[], None] = lambda: None
) -> Pairs:
    """Return detections and truth per picture."""
    return look(detector, pictures, _NOTHING_KEPT, tick)


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
        rendered: name of a rendered set -> its figures.
        real_recall_gain: over coco_mini and bottles_cups together, see ``gain``.
        real_gain: the least gain of all real sets.
        real_recall_gain_high, real_gain_high: what the two may well be, see ``highest_gain``.
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
    real_recall_gain_high: float
    real_gain_high: float
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
    rendered_folders: Mapping[str, Path] | None = None,
    cache: PredictionCache = _NOTHING_KEPT,
    tick: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Look at a model from all sides.

    Args:
        model: the ONNX file to judge.
        start: the starting weights' ONNX file.
        data_dir: the data folder.
        rendered_folders: name -> rendered test set.
        cache: keeps detections between runs.
        tick: called after every picture of every model.

    Raises:
        VerificationError: a model file is absent or unfit.
        DataFolderError: a held-out set or a rendered folder is absent.
    """
    session = open_session(model)
    points = operating_points(dict(session.metadata.thresholds))
    pictures = held_out(data_dir)
    ours = look(open_detector(model), pictures, cache, tick)
    theirs = look(open_detector(start), pictures, cache, tick)
    alike = look(open_alike(model, start), pictures, cache, tick)
    real = {}
    for source, at in _by_source(pictures).items():
        beside = set_figures(_pick(alike, at), _pick(theirs, at), points)
        real[source] = _group([pictures[index] for index in at], _pick(ours, at), points, beside)
    besides = [group.beside_start for group in real.values() if group.beside_start is not None]
    wanted = [index for index, picture in enumerate(pictures) if picture.source in GAIN_SETS]
    return Evaluation(
        session.metadata.name,
        session.sha256,
        dict(session.metadata.thresholds),
        real,
        _rendered_groups(model, rendered_folders or {}, points, cache, tick),
        round(gain(_pick(alike, wanted), _pick(theirs, wanted)), 4),
        least_gain(besides),
        round(highest_gain(_pick(alike, wanted), _pick(theirs, wanted)), 4),
        least_highest_gain(besides),
        class_figures(alike, theirs),
        {f"confidence_{level}": alarms_per_100(real["coco_mini"].pairs, level) for level in (0.25, 0.5)},
    )


def _pick(pairs: Pairs, indices: Sequence[int]) -> Pairs:
    return [pairs[index] for index in indices]


def _rendered_groups(
    model: Path, folders: Mapping[str, Path], points: Float64Array, cache: PredictionCache, tick: Callable[[], None]
) -> dict[str, Group]:
    groups = {}
    for name, folder in folders.items():
        scenes = rendered(folder)
        groups[name] = _group(scenes, look(open_detector(model), scenes, cache, tick), points)
    return groups
