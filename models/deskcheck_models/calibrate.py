"""Fit the curves that turn a model's scores into shares of being right, see ``deskcheck_vision.certainty``.

Fitted on pictures that neither teach nor check. A class of which they show little is drawn towards the curve of all
classes together; photographs and rendered pictures count alike, however many there are of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from deskcheck_calibration.rules.parameters import defaults
from deskcheck_vision.certainty import Curve, Curves, log_odds
from deskcheck_vision.detections import Detections, Float64Array
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.taxonomy import CLASSES, INDEX

from deskcheck_models.checksets import JudgedPicture, RenderedPicture
from deskcheck_models.matching import Hits, Truth, gather, recall_precision
from deskcheck_models.operating import LEAST_BOXED
from deskcheck_models.predicting import open_session
from deskcheck_models.predictions import PredictionCache, look

# How strongly a class is drawn to the curve of all. Chosen by halves of the validation part: weaker, and what few
# photographs of one class say by chance moves it past the others (0.025 of recall at equal precision lost); nearly all
# of the calibration comes from the common curve (error 0.19 -> 0.07 on coco_mini).
_PRIOR_SLOPE, _PRIOR_OFFSET = 300.0, 60.0
_LEAST_SLOPE, _MOST_SLOPE = 0.3, 3.0
_STEPS = 50

Pairs = list[tuple[Detections, Truth]]


def fit_curve(score: Float64Array, true: Float64Array, weight: Float64Array, prior: Curve, strength: float) -> Curve:
    """Return the most likely curve of some detections, by Newton's method.

    Args:
        score: (N,) in [0, 1].
        true: (N,) 1 where the detection is right.
        weight: (N,) how much each counts.
        prior: what it is drawn towards.
        strength: how strongly, 1 for a class beside all classes.
    """
    x = np.stack([log_odds(score), np.ones(len(score))], axis=1)
    start = np.array([prior.slope, prior.offset])
    pull = np.array([_PRIOR_SLOPE, _PRIOR_OFFSET]) * strength
    value = start.copy()
    for _ in range(_STEPS):
        right = 1 / (1 + np.exp(-np.clip(x @ value, -30, 30)))
        slope = x.T @ (weight * (right - true)) + pull * (value - start)
        bend = (x * (weight * right * (1 - right))[:, None]).T @ x + np.diag(pull + 1e-6)
        step = np.linalg.solve(bend, slope)
        value = value - np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-9:
            break
    return Curve(float(np.clip(value[0], _LEAST_SLOPE, _MOST_SLOPE)), float(value[1]))


def fit_curves(domains: Sequence[Hits]) -> dict[str, Curve]:
    """Return taxonomy id -> curve of every class that a domain asks for, in taxonomy order.

    Args:
        domains: judged detections of photographs and of rendered pictures, with bare scores.
    """
    used = [hits for hits in domains if len(hits.true)]
    if not used:
        return {}
    everything = _joined(used)
    common = fit_curve(*everything, Curve(1.0, 0.0), strength=0.1)
    curves = {}
    for index, item in enumerate(CLASSES):
        if any(hits.boxed[index] for hits in used):
            parts = [hits.of(index) for hits in used]
            curves[item.id] = fit_curve(*_joined(parts), common, strength=1.0)
    return curves


def _joined(parts: Sequence[Hits]) -> tuple[Float64Array, Float64Array, Float64Array]:
    """Return scores, truths and weights of several domains, each with the same weight in all."""
    filled = [hits for hits in parts if len(hits.true)]
    total = sum(len(hits.true) for hits in filled)
    weight = [np.full(len(hits.true), total / (len(filled) * len(hits.true))) for hits in filled]
    nothing = np.zeros(0)
    return (
        np.concatenate([nothing, *(hits.confidence.astype(np.float64) for hits in filled)]),
        np.concatenate([nothing, *(hits.true.astype(np.float64) for hits in filled)]),
        np.concatenate([nothing, *weight]),
    )


def with_curves(hits: Hits, curves: Mapping[str, Curve]) -> Hits:
    """Return judged detections with confidences in place of bare scores."""
    return Hits(Curves(curves).confidence(hits.confidence, hits.class_id), hits.class_id, hits.true, hits.boxed)


def bare_hits(
    model: Path, pictures: Sequence[JudgedPicture], tick: Callable[[], None] = lambda: None
) -> tuple[Hits, Hits]:
    """Return the judged detections with bare scores of photographs, and of rendered pictures.

    Raises:
        VerificationError: the model is absent.
        DataFolderError: a picture cannot be read.
    """
    pairs = look(YoloDetector(open_session(model), calibrated=False), pictures, PredictionCache(None), tick)
    drawn = [isinstance(picture, RenderedPicture) for picture in pictures]
    photographs = [pair for pair, made in zip(pairs, drawn, strict=True) if not made]
    rendered = [pair for pair, made in zip(pairs, drawn, strict=True) if made]
    return gather(photographs, len(CLASSES)), gather(rendered, len(CLASSES))


def recalls(photographs: Hits, rendered: Hits) -> dict[str, float]:
    """Return taxonomy id -> share of its things that the rules would see, 0 without evidence, in taxonomy order.

    Counted on rendered counters, where they show enough of a class: photographs of other places tell less of it.

    Args:
        photographs, rendered: judged detections with confidences, see ``with_curves``.
    """
    sees = defaults("common")["grey_low"]
    table = {}
    for index, item in enumerate(CLASSES):
        enough = [hits for hits in (rendered, photographs) if hits.boxed[index] >= LEAST_BOXED]
        table[item.id] = recall_precision(enough[0].of(index), sees)[0] if enough else 0.0
    return table


def entry(curves: Mapping[str, Curve]) -> dict[str, list[float]]:
    """Return curves as the metadata holds them, in taxonomy order."""
    ordered = sorted(curves, key=INDEX.__getitem__)
    return {name: [round(curves[name].slope, 4), round(curves[name].offset, 4)] for name in ordered}
