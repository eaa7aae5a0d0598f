"""Batches of training pictures, made in worker processes; the same seed gives the same batches."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from deskcheck_models.finetune.loss import Truths, label_to_fire
from deskcheck_models.finetune.views import Framing, Shelf, View, training_view


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """One step's pictures.

    Attributes:
        planes: (B, 3, S, S) uint8 RGB.
        truths: what is boxed in them.
    """

    planes: torch.Tensor
    truths: Truths


class _Views(Dataset[View]):  # type: ignore[misc] # torch has no types where it is not installed
    """The views of one epoch, each drawn from its own number."""

    def __init__(self, shelf: Shelf, count: int, framing: Framing, seed: tuple[int, ...]) -> None:
        self._shelf, self._count, self._framing, self._seed = shelf, count, framing, seed

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> View:
        cv2.setNumThreads(1)
        return training_view(self._shelf, self._framing, np.random.default_rng((*self._seed, number)))


class _Stack:
    """Puts views together; a callable object, since worker processes must be able to receive it."""

    def __init__(self, labels: tuple[str, ...]) -> None:
        self._labels = labels

    def __call__(self, views: list[View]) -> Batch:
        return stack(views, self._labels)


def stack(views: list[View], labels: tuple[str, ...]) -> Batch:
    """Put views of one size together; a thing that the model has no output for is left out."""
    planes = np.stack([np.ascontiguousarray(view.image[..., ::-1].transpose(2, 0, 1)) for view in views])
    told = [[(label_to_fire(name, labels), box) for name, box in zip(v.names, v.xyxy, strict=True)] for v in views]
    known = [[(label, box) for label, box in rows if label is not None] for rows in told]
    most = max(1, *(len(rows) for rows in known))
    label = np.full((len(views), most), -1, np.int64)
    xyxy = np.zeros((len(views), most, 4), np.float32)
    for row, things in enumerate(known):
        for column, (index, box) in enumerate(things):
            label[row, column], xyxy[row, column] = index, box
    complete = torch.tensor([view.complete for view in views])
    truths = Truths(torch.from_numpy(label), torch.from_numpy(xyxy), complete)
    return Batch(torch.from_numpy(planes), truths)


def batches(
    shelf: Shelf,
    labels: tuple[str, ...],
    *,
    count: int,
    size: int,
    framing: Framing,
    seed: tuple[int, ...],
    workers: int,
) -> Iterator[Batch]:
    """Yield the batches of one epoch.

    Args:
        shelf: the sets.
        labels: the model's labels.
        count: pictures in the epoch; rounded down to whole batches, at least one.
        size: pictures per batch.
        framing: how pictures are cut.
        seed: all randomness comes from it.
        workers: processes that make pictures; 0 makes them here.
    """
    whole = max(1, math.floor(count / size)) * size
    views = _Views(shelf, whole, framing, seed)
    context = "spawn" if workers else None
    yield from DataLoader(
        views, batch_size=size, num_workers=workers, collate_fn=_Stack(labels), multiprocessing_context=context
    )
