"""What the frozen part of the detector sees in every training picture, computed once and kept on disk.

Backbone, neck and box branch never change while labels are appended, so a pass over the set costs only the few
convolutions being trained. Needs the extra ``[train]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from deskcheck_datasets.converters.yolo import YoloBoxes
from deskcheck_datasets.teacher import input_planes
from deskcheck_vision.detections import Float32Array, Float64Array, Int64Array, Uint8Array
from deskcheck_vision.letterbox import Letterbox

from deskcheck_models.errors import TrainingDataError
from deskcheck_models.head import detect_head, frozen_parts
from deskcheck_models.setfiles import SetPicture

SIDE_PX = 640
STRIDES = (8, 16, 32)
_BATCH = 8
_FINISHED = "pictures.txt"  # written last: a folder without it was interrupted


def anchor_points() -> Float64Array:
    """Return (8400, 2) anchor points in input px, level by level, row by row."""
    grids = []
    for stride in STRIDES:
        count = SIDE_PX // stride
        x, y = np.meshgrid(np.arange(count) + 0.5, np.arange(count) + 0.5)
        grids.append(np.stack([x.ravel(), y.ravel()], axis=1) * stride)
    return np.asarray(np.vstack(grids), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class FeatureStore:
    """Frozen features of a set as memory-mapped arrays, one pair per level.

    Attributes:
        first: per level (N, C, H, W) float16, behind the class branch's first depthwise convolution.
        old: per level (N, 80, H, W) float16, before its last convolution.
        boxes_xyxy: (N, 8400, 4) float32, what the box branch predicts, input px.
        truth_xyxy: per picture (M, 4) float64 true boxes in input px.
        truth_names: per picture (M,) label names.
        complete: (N,) bool.
    """

    first: tuple[np.memmap[Any, Any], ...]
    old: tuple[np.memmap[Any, Any], ...]
    boxes_xyxy: np.memmap[Any, Any]
    truth_xyxy: tuple[Float64Array, ...]
    truth_names: tuple[tuple[str, ...], ...]
    complete: Int64Array

    def __len__(self) -> int:
        return len(self.truth_xyxy)


def _image(picture: SetPicture) -> Uint8Array:
    image = cv2.imread(str(picture.path), cv2.IMREAD_COLOR)
    if image is None:
        raise TrainingDataError(path=picture.path, reason="not a picture")
    return np.asarray(image, np.uint8)


def _read(picture: SetPicture) -> tuple[Float32Array, Float64Array]:
    """Return the (1, 3, 640, 640) input and the (N, 4) true boxes in input px."""
    image = _image(picture)
    letterbox = Letterbox.fit((image.shape[1], image.shape[0]), (SIDE_PX, SIDE_PX))
    boxes = YoloBoxes(np.zeros(len(picture.cxcywh), np.int64), picture.cxcywh)
    return input_planes(image, letterbox), letterbox.to_input_xyxy(boxes.xyxy(letterbox.image_wh))


def _decoded(boxes: torch.Tensor, anchors: Float64Array, strides: Float64Array) -> Float32Array:
    """Return (B, A, 4) xyxy in input px from the (B, 4, A) distances that a head without DFL gives."""
    distance = boxes.permute(0, 2, 1).numpy() * strides[:, None]
    return np.concatenate([anchors - distance[..., :2], anchors + distance[..., 2:]], axis=2).astype(np.float32)


def _seen(model: Any, blob: torch.Tensor) -> tuple[list[torch.Tensor], list[torch.Tensor], torch.Tensor]:
    head = detect_head(model)
    outputs: list[Any] = []
    value: Any = blob
    for module in model.model[:-1]:
        if module.f != -1:
            picked = [module.f] if isinstance(module.f, int) else module.f
            inputs = [value if index == -1 else outputs[index] for index in picked]
            value = inputs[0] if isinstance(module.f, int) else inputs
        value = module(value)
        outputs.append(value if module.i in model.save else None)
    levels = [outputs[index] if index != -1 else value for index in head.f]
    parts = [frozen_parts(branch, level) for branch, level in zip(head.one2one_cv3, levels, strict=True)]
    boxes = [branch(level).flatten(2) for branch, level in zip(head.one2one_cv2, levels, strict=True)]
    return [first for first, _ in parts], [old for _, old in parts], torch.cat(boxes, dim=2)


def _batches(pictures: list[SetPicture]) -> Iterator[tuple[int, list[SetPicture]]]:
    for start in range(0, len(pictures), _BATCH):
        yield start, pictures[start : start + _BATCH]


def _allocate(folder: Path, count: int, head: Any) -> tuple[list[np.memmap[Any, Any]], ...]:
    first: list[np.memmap[Any, Any]] = []
    old: list[np.memmap[Any, Any]] = []
    for level, (branch, stride) in enumerate(zip(head.one2one_cv3, STRIDES, strict=True)):
        side = SIDE_PX // stride
        shapes = (branch[0][0].conv.out_channels, branch[2].in_channels)
        for part, channels, name in ((first, shapes[0], "first"), (old, shapes[1], "old")):
            shape = (count, channels, side, side)
            part.append(np.lib.format.open_memmap(folder / f"{name}{level}.npy", "w+", np.float16, shape))
    boxes = np.lib.format.open_memmap(folder / "boxes.npy", "w+", np.float32, (count, len(anchor_points()), 4))
    return first, old, [boxes]


def extract(
    model: Any, pictures: list[SetPicture], folder: Path, tick: Callable[[int], None] = lambda _: None
) -> FeatureStore:
    """Run the frozen detector over a set and keep what it sees.

    Args:
        model: detection model in evaluation mode (BatchNorm statistics frozen).
        pictures: the set.
        folder: where the arrays go; about 2.9 MB per picture.
        tick: called with the number of pictures done after each batch.

    Raises:
        TrainingDataError: a picture cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model.eval()
    first, old, (boxes,) = _allocate(folder, len(pictures), detect_head(model))
    anchors = anchor_points()
    strides = np.repeat(np.array(STRIDES, np.float64), [(SIDE_PX // s) ** 2 for s in STRIDES])
    truth: list[Float64Array] = []
    for start, group in _batches(pictures):
        read = [_read(picture) for picture in group]
        truth.extend(true for _, true in read)
        with torch.no_grad():
            seen = _seen(model, torch.from_numpy(np.concatenate([blob for blob, _ in read])))
        rows = slice(start, start + len(group))
        for level in range(len(STRIDES)):
            first[level][rows] = seen[0][level].half().numpy()
            old[level][rows] = seen[1][level].half().numpy()
        boxes[rows] = _decoded(seen[2], anchors, strides)
        tick(start + len(group))
    truth_arrays: dict[str, Any] = {str(index): true for index, true in enumerate(truth)}
    np.savez(folder / "truth.npz", **truth_arrays)
    (folder / _FINISHED).write_text("\n".join(p.path.name for p in pictures), encoding="utf-8")
    return FeatureStore(
        tuple(first),
        tuple(old),
        boxes,
        tuple(truth),
        tuple(p.names for p in pictures),
        np.array([p.complete for p in pictures], np.int64),
    )


def open_store(folder: Path, pictures: list[SetPicture]) -> FeatureStore | None:
    """Open the features that an earlier call wrote for the same pictures; None where there are none, or unfinished."""
    finished = folder / _FINISHED
    if not finished.is_file() or finished.read_text(encoding="utf-8").split("\n") != [p.path.name for p in pictures]:
        return None
    parts = {name: [np.load(folder / f"{name}{level}.npy", "r") for level in range(3)] for name in ("first", "old")}
    truth = np.load(folder / "truth.npz")
    return FeatureStore(
        tuple(parts["first"]),
        tuple(parts["old"]),
        np.load(folder / "boxes.npy", "r"),
        tuple(truth[str(index)] for index in range(len(pictures))),
        tuple(p.names for p in pictures),
        np.array([p.complete for p in pictures], np.int64),
    )


def join(stores: list[FeatureStore]) -> list[tuple[FeatureStore, int]]:
    """Return every picture of several stores as (store, index)."""
    return [(store, index) for store in stores for index in range(len(store))]
