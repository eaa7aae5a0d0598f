"""What each appended label should say at each anchor of a training picture, and how much that counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from deskcheck_vision.detections import Float32Array, Float64Array, Int64Array

from deskcheck_models.assignment import assign
from deskcheck_models.labels import APPENDED_TAXONOMY, COCO_TAXONOMY, WHOLE_CLASS

TAXONOMY_PREFIX = "taxonomy:"


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Sparse targets of one picture over A anchors and K appended labels.

    Attributes:
        positive: (P, 2) int64, label and anchor that should fire.
        value: (P,) float32 target in (0, 1].
        unjudged: (Q, 2) int64, label and anchor that count for nothing.
        empty_weight: weight of anchors that touch no known object.
        known: (R,) int64 anchors that touch a known object; these count fully.
    """

    positive: Int64Array
    value: Float32Array
    unjudged: Int64Array
    empty_weight: float
    known: Int64Array


def taxonomy_of(name: str) -> str | None:
    """Return the taxonomy id of a label or of a ``taxonomy:`` name; None for what the taxonomy leaves out."""
    if name.startswith(TAXONOMY_PREFIX):
        return name.removeprefix(TAXONOMY_PREFIX)
    return APPENDED_TAXONOMY.get(name, COCO_TAXONOMY.get(name))


def taught(name: str, appended: tuple[str, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return which appended labels an object teaches, and which it says nothing about.

    An object teaches the label that it is named by and the label that stands for its whole taxonomy class. Other
    labels of that class are left alone on it, since firing there does no harm. An object named by a taxonomy class
    only (rendered sets) also teaches the class's label where there is just one.

    Args:
        name: a label, or ``taxonomy:`` and a taxonomy id.
        appended: the recipe's labels.
    """
    taxonomy_id = taxonomy_of(name)
    if taxonomy_id is None:
        return (), ()
    alike = [index for index, label in enumerate(appended) if APPENDED_TAXONOMY[label] == taxonomy_id]
    only = name.startswith(TAXONOMY_PREFIX) and len(alike) == 1 and taxonomy_id not in COCO_TAXONOMY.values()
    positive = tuple(i for i in alike if only or appended[i] == name or appended[i] in WHOLE_CLASS)
    return positive, tuple(i for i in alike if i not in positive)


def make_targets(
    names: tuple[str, ...],
    truth_xyxy: Float64Array,
    predicted_xyxy: Float64Array,
    anchors_xy: Float64Array,
    appended: tuple[str, ...],
    positives: int,
    empty_weight: float,
) -> Targets:
    """Build the targets of one picture.

    Args:
        names: (N,) names of its objects.
        truth_xyxy: (N, 4) their boxes, input px.
        predicted_xyxy: (A, 4) boxes of the frozen head, input px.
        anchors_xy: (A, 2) anchor points, input px.
        appended: the recipe's labels.
        positives: anchors per object that should fire.
        empty_weight: weight of anchors that touch no known object.
    """
    found = assign(truth_xyxy, predicted_xyxy, anchors_xy, positives)
    lessons = [taught(name, appended) for name in names]
    fire: list[tuple[int, int]] = []
    value: list[float] = []
    for (anchor, index), quality in zip(found.positive.tolist(), found.quality.tolist(), strict=True):
        for label in lessons[index][0]:
            fire.append((label, anchor))
            value.append(quality)
    silent = [
        (label, anchor) for anchor, index in found.near.tolist() for label in (*lessons[index][0], *lessons[index][1])
    ]
    return Targets(
        np.array(fire, np.int64).reshape(-1, 2),
        np.array(value, np.float32),
        np.array(silent, np.int64).reshape(-1, 2),
        empty_weight,
        np.unique(found.near[:, 0]),
    )


def dense(targets: Targets, labels: int, anchors: int) -> tuple[Float32Array, Float32Array]:
    """Return the (K, A) float32 target and weight arrays; what should fire wins over what is not judged."""
    goal = np.zeros((labels, anchors), np.float32)
    weight = np.full((labels, anchors), targets.empty_weight, np.float32)
    weight[:, targets.known] = 1.0
    weight[targets.unjudged[:, 0], targets.unjudged[:, 1]] = 0.0
    goal[targets.positive[:, 0], targets.positive[:, 1]] = targets.value
    weight[targets.positive[:, 0], targets.positive[:, 1]] = 1.0
    return goal, weight
