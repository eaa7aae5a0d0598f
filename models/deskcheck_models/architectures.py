"""Checkpoints of other architectures and input sizes, run by ultralytics itself, on the same held-out pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import ModelIdentity, Tiling
from deskcheck_vision.operating import operating_points

from deskcheck_models.checksets import JudgedPicture
from deskcheck_models.evaluate import predictions
from deskcheck_models.extra import load_yolo
from deskcheck_models.labels import taxonomy_map
from deskcheck_models.metadata import sha256_of
from deskcheck_models.metrics_pictures import PictureFigures, picture_figures

_MOST_ROWS = 300


class UltralyticsDetector:
    """A checkpoint behind ``ultralytics predict``, with or without NMS as its head needs it.

    Args:
        checkpoint: a ``.pt`` file whose labels are COCO's or ours.
        side_px: the longer side of its input.

    Raises:
        MissingExtraError: ultralytics is not installed.
        ModelFileError: the file is absent or not a checkpoint.
        UnknownLabelError: it has a label that nothing maps onto the taxonomy or past it.
    """

    def __init__(self, checkpoint: Path, side_px: int) -> None:
        self._yolo = load_yolo(checkpoint)
        self._side_px = side_px
        labels = tuple(self._yolo.names[index] for index in range(len(self._yolo.names)))
        table = taxonomy_map(labels)
        self._classes = [table[label] for label in labels]
        known = frozenset(name for name in self._classes if name is not None)
        self.model = ModelIdentity(checkpoint.stem, sha256_of(checkpoint), known, session="ultralytics")

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        """Find what the checkpoint finds in one pass over the whole picture; it is never cut into tiles."""
        found = self._yolo.predict(
            image, imgsz=self._side_px, conf=min_confidence, max_det=_MOST_ROWS, verbose=False, save=False
        )[0].boxes
        rows = []
        for box, confidence, label in zip(
            found.xyxy.tolist(), found.conf.tolist(), found.cls.int().tolist(), strict=True
        ):
            name = self._classes[label]
            if name is not None:
                rows.append((name, float(confidence), (box[0], box[1], box[2], box[3])))
        return Detections.from_rows(rows, (image.shape[1], image.shape[0]))


@dataclass(frozen=True, slots=True)
class Contender:
    """A checkpoint at one input size.

    Attributes:
        checkpoint: its file.
        side_px: longer side of its input.
        sets: set -> figures.
        picture_ms: median time of a picture, from array to boxes.
    """

    checkpoint: Path
    side_px: int
    sets: dict[str, PictureFigures]
    picture_ms: float


class _Timed:
    """A detector and how long each of its pictures took."""

    def __init__(self, detector: UltralyticsDetector) -> None:
        self._detector = detector
        self.model = detector.model
        self.seconds: list[float] = []

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        begun = time.perf_counter()
        found = self._detector.detect(image, min_confidence=min_confidence, tiling=tiling)
        self.seconds.append(time.perf_counter() - begun)
        return found


def compare(
    checkpoints: Sequence[Path],
    sides_px: Sequence[int],
    pictures: Mapping[str, Sequence[JudgedPicture]],
    tick: Callable[[], None] = lambda: None,
) -> list[Contender]:
    """Judge every checkpoint at every size on every set.

    Args:
        checkpoints: ``.pt`` files.
        sides_px: input sizes.
        pictures: set -> pictures.
        tick: called after every picture.

    Raises:
        DeskcheckError: a checkpoint or a picture cannot be used.
    """
    points = operating_points({})
    contenders = []
    for checkpoint in checkpoints:
        for side_px in sides_px:
            timed = _Timed(UltralyticsDetector(checkpoint, side_px))
            sets = {}
            for name, chosen in pictures.items():
                pairs = predictions(timed, chosen, tick)
                sets[name] = picture_figures(pairs, [picture.camera_kind for picture in chosen], points)
            contenders.append(Contender(checkpoint, side_px, sets, 1000 * float(np.median(timed.seconds))))
    return contenders
