"""Shift the appended labels' scores so that one confidence means about the same certainty for all of them.

A label learnt from many easy cut-outs and one learnt from a few rendered things are not equally sure at 0.5. On
pictures that were not trained on, the confidence is sought from which a label is right often enough; its logit is
shifted so that this confidence becomes 0.5. A label that is never right often enough is pushed down by the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from deskcheck_datasets.teacher import input_planes
from deskcheck_vision.boxes import box_iou
from deskcheck_vision.detections import Float32Array, Float64Array, Uint8Array
from deskcheck_vision.letterbox import Letterbox
from deskcheck_vision.sessions import InferenceSession
from numpy.typing import NDArray

from deskcheck_models.errors import TrainingDataError
from deskcheck_models.labels import taxonomy_map
from deskcheck_models.setfiles import SetPicture
from deskcheck_models.targets import taxonomy_of

FLOOR = 0.02
WANTED_PRECISION = 0.8
SHIFT_LIMIT = 2.5
_SMALLEST_EVIDENCE = 4


@dataclass(frozen=True, slots=True, eq=False)
class LabelHits:
    """All detections of one label on the calibration pictures.

    Attributes:
        confidence: (N,) float32.
        true: (N,) bool, meets a boxed thing of the label's taxonomy class at IoU 0.5.
    """

    confidence: Float32Array
    true: NDArray[np.bool_]


def threshold(hits: LabelHits, precision: float) -> float | None:
    """Return the lowest confidence from which the label is right at least that often, None if there is none.

    One true detection is taken as lost and one false as found before anything is counted, so that a handful of
    lucky detections does not pass for certainty.
    """
    order = np.argsort(-hits.confidence, kind="stable")
    ordered = hits.confidence[order]
    closes = np.append(ordered[1:] != ordered[:-1], True)[: len(order)]  # equal confidences stand or fall together
    true = np.cumsum(hits.true[order])
    reached = true / (np.arange(1, len(order) + 1) + 1)
    usable = np.nonzero(closes & (reached >= precision) & (true >= _SMALLEST_EVIDENCE))[0]
    return float(ordered[usable[-1]]) if len(usable) else None


def shift(hits: LabelHits, precision: float = WANTED_PRECISION) -> float:
    """Return what to add to the label's logit, within the limit either way."""
    found = threshold(hits, precision)
    if found is None:
        return -SHIFT_LIMIT
    clipped = min(max(found, 1e-3), 1 - 1e-3)
    return float(np.clip(-np.log(clipped / (1 - clipped)), -SHIFT_LIMIT, SHIFT_LIMIT))


def _read(picture: SetPicture) -> Uint8Array:
    image = cv2.imread(str(picture.path), cv2.IMREAD_COLOR)
    if image is None:
        raise TrainingDataError(path=picture.path, reason="not a picture")
    return np.asarray(image, np.uint8)


def _truth(picture: SetPicture, letterbox: Letterbox) -> tuple[list[str | None], Float64Array]:
    width, height = letterbox.image_wh
    size = np.array([width, height])
    centre, half = picture.cxcywh[:, :2] * size, picture.cxcywh[:, 2:] * size / 2
    return [taxonomy_of(name) for name in picture.names], letterbox.to_input_xyxy(
        np.hstack([centre - half, centre + half])
    )


def label_hits(
    session: InferenceSession, pictures: Sequence[SetPicture], tick: Callable[[], None] = lambda: None
) -> dict[str, LabelHits]:
    """Run a model over calibration pictures and tell for every label which of its detections are true.

    Args:
        session: the exported model.
        pictures: pictures that were not trained on.
        tick: called after every picture.

    Raises:
        TrainingDataError: a picture cannot be read.
    """
    labels = session.metadata.labels
    table = taxonomy_map(labels)
    found: dict[str, list[tuple[float, bool]]] = {label: [] for label in labels}
    for picture in pictures:
        image = _read(picture)
        letterbox = Letterbox.fit((image.shape[1], image.shape[0]), session.metadata.input_wh, session.input_step_px)
        names, boxes = _truth(picture, letterbox)
        rows = session.run(input_planes(image, letterbox))
        rows = rows[rows[:, 4] >= FLOOR]
        shared = box_iou(rows[:, :4], boxes) if len(boxes) else np.zeros((len(rows), 0))
        for row, overlaps in zip(rows, shared, strict=True):
            label = labels[int(row[5])]
            alike = [name is not None and name == table[label] for name in names]
            found[label].append((float(row[4]), bool((overlaps[alike] >= 0.5).any())))
        tick()
    return {
        label: LabelHits(np.array([c for c, _ in rows], np.float32), np.array([t for _, t in rows], np.bool_))
        for label, rows in found.items()
    }


def calibration_shifts(session: InferenceSession, pictures: Sequence[SetPicture]) -> dict[str, float]:
    """Return the shift of every appended label."""
    hits = label_hits(session, pictures)
    return {label: shift(hits[label]) for label in session.metadata.labels[80:]}
