"""Prove that the published files belong together and that what COCO taught is untouched. Needs the extra ``[train]``.

Three proofs: the check sum; the checkpoint and the ONNX file find the same boxes in real pictures; the 80 old
scores of the checkpoint are those of the starting weights at every anchor.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from deskcheck_datasets.teacher import input_planes
from deskcheck_vision.boxes import box_iou
from deskcheck_vision.detections import Float32Array, Float64Array, Uint8Array
from deskcheck_vision.letterbox import Letterbox
from deskcheck_vision.sessions import STEP_PX, InferenceSession, OnnxSession

from deskcheck_models.errors import VerificationError
from deskcheck_models.extra import load_yolo
from deskcheck_models.features import SIDE_PX, STRIDES

CONFIDENCE = 0.05
BOX_TOLERANCE_IOU = 0.99
SCORE_TOLERANCE = 2e-3
OLD_SCORE_TOLERANCE = 5e-3


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two models agree on some pictures.

    Attributes:
        pictures: number of pictures.
        rows: detections of at least confidence 0.05.
        unmatched: detections without a partner of the same label, IoU 0.99 and nearly the same confidence.
        worst_score: largest difference of confidence between partners.
    """

    pictures: int
    rows: int
    unmatched: int
    worst_score: float


def _planes(image: Uint8Array) -> Float32Array:
    """Return the (1, 3, H, W) input that the detector would make of a picture."""
    return input_planes(image, Letterbox.fit((image.shape[1], image.shape[0]), (SIDE_PX, SIDE_PX), STEP_PX))


def checkpoint_rows(model: Any, image: Uint8Array) -> Float32Array:
    """Return (300, 6) float32 rows in input px of a checkpoint's one-to-one head for a (H, W, 3) uint8 BGR picture."""
    head = model.model[-1]
    head.end2end = True
    blob = torch.from_numpy(_planes(image))
    with torch.no_grad():
        out = model(blob)
    return np.asarray((out[0] if isinstance(out, tuple) else out)[0].numpy(), np.float32)


def _onnx_rows(session: InferenceSession, image: Uint8Array) -> Float32Array:
    return session.run(_planes(image))


def _partners(first: Float32Array, second: Float32Array) -> tuple[int, float]:
    """Return how many rows of the first have no partner in the second, and the worst score difference."""
    if len(first) == 0:
        return 0, 0.0
    if len(second) == 0:
        return len(first), 0.0
    near = box_iou(first[:, :4], second[:, :4]) >= BOX_TOLERANCE_IOU
    near &= first[:, 5][:, None] == second[:, 5][None]
    gap = np.where(near, np.abs(first[:, 4][:, None] - second[:, 4][None]), np.inf).min(axis=1)
    paired = gap <= SCORE_TOLERANCE
    return int((~paired).sum()), float(gap[paired].max(initial=0.0))


def agreement(pairs: list[tuple[Float32Array, Float32Array]]) -> Agreement:
    """Compare (300, 6) rows of two models picture by picture, both ways.

    A row within the score tolerance of the floor may be in one and not in the other; it is not counted.
    """
    rows = unmatched = 0
    worst = 0.0
    for first, second in pairs:
        for one, other in ((first, second), (second, first)):
            sure = one[one[:, 4] >= CONFIDENCE + SCORE_TOLERANCE]
            lost, gap = _partners(sure, other[other[:, 4] >= CONFIDENCE - SCORE_TOLERANCE])
            unmatched, worst = unmatched + lost, max(worst, gap)
            rows += len(sure)
    return Agreement(len(pairs), rows, unmatched, worst)


def old_scores(model: Any, image: Uint8Array) -> Float64Array:
    """Return (80, A) COCO logits of a checkpoint's one-to-one head at every anchor of the starting weights."""
    head = model.model[-1]
    seen: list[torch.Tensor] = []
    hooks = [
        branch.register_forward_hook(lambda _module, _inputs, out: seen.append(out[:, :80].flatten(2)))
        for branch in head.one2one_cv3[: len(STRIDES)]
    ]
    try:
        with torch.no_grad():
            model(torch.from_numpy(_planes(image)))
    finally:
        for hook in hooks:
            hook.remove()
    return np.asarray(torch.cat(seen, dim=2)[0].numpy(), np.float64)


def old_score_gap(model: Any, start: Any, images: list[Uint8Array]) -> float:
    """Return the largest difference of a COCO probability between a model and its start, over all anchors."""

    def probability(logits: Float64Array) -> Float64Array:
        return np.asarray(1 / (1 + np.exp(-logits)))

    gaps = [np.abs(probability(old_scores(model, i)) - probability(old_scores(start, i))).max() for i in images]
    return float(max(gaps, default=0.0))


def verify(checkpoint: Path, onnx: Path, images: list[Uint8Array], start: Path | None = None) -> Agreement:
    """Verify the published files.

    Args:
        checkpoint: the ``.pt`` file.
        onnx: the ONNX file, its check sum beside it.
        images: real pictures, (H, W, 3) uint8 BGR.
        start: the starting weights' ``.pt``; None skips the proof that COCO's scores are untouched.

    Raises:
        VerificationError: one of the proofs fails; the message says which and by how much.
        ModelFileError: a file is absent, or its check sum or metadata are wrong.
    """
    session = OnnxSession(onnx)
    model = load_yolo(checkpoint).model
    names = tuple(model.names[index] for index in range(len(model.names)))
    if names != session.metadata.labels:
        raise VerificationError(reason="the checkpoint and the ONNX file name their labels differently")
    result = agreement([(checkpoint_rows(model, image), _onnx_rows(session, image)) for image in images])
    if result.unmatched:
        raise VerificationError(reason=f"{result.unmatched} of {result.rows} detections differ between .pt and .onnx")
    if start is not None:
        gap = old_score_gap(model, load_yolo(start).model, images)
        if gap > OLD_SCORE_TOLERANCE:
            raise VerificationError(reason=f"COCO scores moved by {gap:.4f}, more than half precision explains")
    return result
