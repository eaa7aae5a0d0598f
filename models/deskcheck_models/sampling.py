"""The anchors worth learning from: where something is, where something seems to be, and some of the rest.

Of 8,400 anchors of a picture all but some hundred see bare desk. Keeping the telling ones lets the whole training
set lie in memory and makes an epoch a matter of seconds. Needs the extra ``[train]``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from deskcheck_vision.detections import Float32Array, Int64Array
from numpy.typing import NDArray

from deskcheck_models.features import SIDE_PX, STRIDES, FeatureStore
from deskcheck_models.head import ClassTail
from deskcheck_models.targets import Targets, dense

CELLS = tuple((SIDE_PX // stride) ** 2 for stride in STRIDES)
STARTS = (0, CELLS[0], CELLS[0] + CELLS[1])
KNOWN_LIMIT = 60
SEEMING_LIMIT = 60
RANDOM_COUNT = 40
# A randomly drawn empty anchor stands for many; counting it that often would drown the few telling ones.
RANDOM_WEIGHT = 4.0

Item = tuple[FeatureStore, int, Targets]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Anchors of one level, gathered over all pictures.

    Attributes:
        first: (N, C) float16, behind the class branch's first depthwise convolution.
        old: (N, 80) float16, before its last convolution.
        goal: (N, K) float16 targets.
        weight: (N, K) float16 weights.
    """

    first: NDArray[np.float16]
    old: NDArray[np.float16]
    goal: NDArray[np.float16]
    weight: NDArray[np.float16]

    def __len__(self) -> int:
        return len(self.goal)


def coco_scores(head: Any, store: FeatureStore, index: int) -> Float32Array:
    """Return (A,) the best COCO probability at every anchor of a picture."""
    parts = []
    for branch, old in zip(head.one2one_cv3, store.old, strict=True):
        weight = branch[2].weight.detach().numpy()[:, :, 0, 0]
        bias = branch[2].bias.detach().numpy()
        scores = weight @ np.asarray(old[index], np.float32).reshape(weight.shape[1], -1) + bias[:, None]
        parts.append(scores.max(axis=0))
    logits = np.clip(np.concatenate(parts), -60.0, 60.0)
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def choose(targets: Targets, score: Float32Array, rng: np.random.Generator) -> tuple[Int64Array, Int64Array]:
    """Choose anchors of one picture.

    Args:
        targets: its targets.
        score: (A,) how much something seems to be at each anchor.
        rng: the generator.

    Returns:
        The telling anchors (positive, at known objects, or of the highest scores elsewhere) and random others.
    """
    fires = np.unique(targets.positive[:, 1])
    known = np.setdiff1d(targets.known, fires)
    if len(known) > KNOWN_LIMIT:
        known = rng.choice(known, KNOWN_LIMIT, replace=False)
    elsewhere = score.copy()
    elsewhere[targets.known] = -1.0
    elsewhere[fires] = -1.0
    seeming = np.argpartition(-elsewhere, SEEMING_LIMIT)[:SEEMING_LIMIT]
    telling = np.unique(np.concatenate([fires, known, seeming])).astype(np.int64)
    random = np.setdiff1d(rng.choice(len(score), RANDOM_COUNT, replace=False), telling).astype(np.int64)
    return telling, random


def _columns(store: FeatureStore, index: int, level: int, cells: Int64Array) -> tuple[Any, Any]:
    first = store.first[level][index].reshape(store.first[level].shape[1], -1)[:, cells].T
    old = store.old[level][index].reshape(store.old[level].shape[1], -1)[:, cells].T
    return first, old


def _rows(item: Item, level: int, anchors: Int64Array, heavy: Int64Array, labels: int) -> tuple[Any, ...]:
    """Return the (n, .) arrays of the anchors that lie on a level; anchors in ``heavy`` count more where empty."""
    store, index, targets = item
    here = anchors[(anchors >= STARTS[level]) & (anchors < STARTS[level] + CELLS[level])]
    goal, weight = dense(targets, labels, sum(CELLS))
    weight = weight[:, here].T * np.where(np.isin(here, heavy), RANDOM_WEIGHT, 1.0)[:, None]
    first, old = _columns(store, index, level, here - STARTS[level])
    return first, old, goal[:, here].T.astype(np.float16), weight.astype(np.float16)


def _stacked(parts: list[tuple[Any, ...]]) -> Samples:
    return Samples(*(np.ascontiguousarray(np.concatenate(arrays)) for arrays in zip(*parts, strict=True)))


def gather_samples(
    items: list[Item], head: Any, labels: int, seed: int, tick: Callable[[int], None] = lambda _: None
) -> list[Samples]:
    """Gather the samples of every level from all pictures.

    Args:
        items: the pictures with their targets.
        head: the frozen head.
        labels: number of appended labels.
        seed: of the random anchors.
        tick: called with the number of pictures done.
    """
    parts: list[list[tuple[Any, ...]]] = [[] for _ in STRIDES]
    for number, item in enumerate(items):
        rng = np.random.default_rng((seed, number))
        telling, random = choose(item[2], coco_scores(head, item[0], item[1]), rng)
        for level in range(len(STRIDES)):
            parts[level].append(_rows(item, level, np.concatenate([telling, random]), random, labels))
        tick(number + 1)
    return [_stacked(part) for part in parts]


def _dense_scores(tails: list[ClassTail], store: FeatureStore, index: int) -> Float32Array:
    """Return (K, A) probabilities of the appended labels at every anchor of a picture."""
    parts = []
    for level, tail in enumerate(tails):
        first = torch.from_numpy(np.asarray(store.first[level][index : index + 1])).float()
        old = torch.from_numpy(np.asarray(store.old[level][index : index + 1])).float()
        with torch.no_grad():
            parts.append(tail(first, old)[0].flatten(1).sigmoid().numpy())
    return np.asarray(np.concatenate(parts, axis=1), np.float32)


def mine(
    items: list[Item],
    tails: list[ClassTail],
    labels: int,
    per_picture: int,
    tick: Callable[[int], None] = lambda _: None,
) -> list[Samples]:
    """Gather the anchors where trained tails are most wrong: they fire and should not.

    Args:
        items: the pictures to search.
        tails: tails in evaluation mode.
        labels: number of appended labels.
        per_picture: anchors per picture.
        tick: called with the number of pictures done.
    """
    parts: list[list[tuple[Any, ...]]] = [[] for _ in STRIDES]
    for number, item in enumerate(items):
        store, index, targets = item
        goal, weight = dense(targets, labels, sum(CELLS))
        wrong = (_dense_scores(tails, store, index) * (weight > 0) * (goal == 0)).max(axis=0)
        worst = np.argpartition(-wrong, per_picture)[:per_picture].astype(np.int64)
        for level in range(len(STRIDES)):
            parts[level].append(_rows(item, level, worst, worst[:0], labels))
        tick(number + 1)
    return [_stacked(part) for part in parts]


def joined(first: list[Samples], second: list[Samples]) -> list[Samples]:
    """Put the samples of two gatherings together, level by level."""
    return [
        Samples(
            np.concatenate([a.first, b.first]),
            np.concatenate([a.old, b.old]),
            np.concatenate([a.goal, b.goal]),
            np.concatenate([a.weight, b.weight]),
        )
        for a, b in zip(first, second, strict=True)
    ]
