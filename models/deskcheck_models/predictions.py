"""Detections of a model on many pictures, kept on disk so that a figure can be counted again without running it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import deskcheck_vision
import numpy as np
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import Detector, ModelIdentity, Tiling

from deskcheck_models.checksets import JudgedPicture, read_picture
from deskcheck_models.matching import Truth

# Low enough for average precision, high enough that 300 pictures fit in a few megabytes.
CONFIDENCE_FLOOR = 0.01
# What may change what a detector says of the same picture with the same weights.
_SOURCES = ("boxes.py", "certainty.py", "detector.py", "letterbox.py")


@cache
def _way_of_looking() -> str:
    folder = Path(deskcheck_vision.__file__).parent
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in _SOURCES)).hexdigest()[:12]


class PredictionCache:
    """A folder of detections, one file per model and picture.

    Args:
        folder: where they lie; None keeps nothing.
        tiling: how large pictures are looked at.
        floor: detections below this confidence are left out; it may change what doubles are made of.
    """

    def __init__(self, folder: Path | None, tiling: Tiling = Tiling.NEVER, floor: float = CONFIDENCE_FLOOR) -> None:
        self._folder = folder
        self._tiling = tiling
        self._floor = floor

    def looking(self, tiling: Tiling, floor: float) -> PredictionCache:
        """Return a cache in the same folder that looks in another way."""
        return PredictionCache(self._folder, tiling, floor)

    def detect(self, detector: Detector, path: Path) -> Detections:
        """Return what a detector finds in a picture file from the floor on.

        Raises:
            DataFolderError: the picture cannot be decoded.
            InferenceError: the runtime failed.
        """
        if self._folder is None:
            return self._look(detector, read_picture(path))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:24]
        model = detector.model
        way = f"{model.sha256[:16]}-{model.session}-{_way_of_looking()}-{self._tiling}-{self._floor:g}"
        kept = self._folder / way / f"{digest}.npz"
        if kept.is_file():
            with np.load(kept) as arrays:
                width, height = arrays["image_wh"].tolist()
                return Detections(arrays["xyxy"], arrays["confidence"], arrays["class_id"], (width, height))
        found = self._look(detector, read_picture(path))
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_name(f"{digest}.part.npz")
        np.savez(
            part,
            xyxy=found.xyxy,
            confidence=found.confidence,
            class_id=found.class_id,
            image_wh=np.array(found.image_wh),
        )
        part.replace(kept)
        return found

    def _look(self, detector: Detector, image: Uint8Array) -> Detections:
        return detector.detect(image, min_confidence=self._floor, tiling=self._tiling)


class KeptDetector:
    """A detector that answers for one picture file, from a cache where it has been looked at before.

    Args:
        detector: the one that looks.
        cache: where its detections lie.
        path: the picture that ``detect`` is going to be given.
    """

    def __init__(self, detector: Detector, cache: PredictionCache, path: Path) -> None:
        self._detector = detector
        self._cache = cache
        self._path = path

    @property
    def model(self) -> ModelIdentity:
        """The model behind it."""
        return self._detector.model

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        """Find the items in the picture, see ``Detector.detect``; how it is tiled is the cache's matter.

        Raises:
            ValueError: another picture's size.
        """
        found = self._cache.detect(self._detector, self._path)
        if found.image_wh != (image.shape[1], image.shape[0]):
            raise ValueError(f"{self._path} is {found.image_wh} px, asked about {image.shape[1]}x{image.shape[0]}")
        return found.select(found.confidence >= min_confidence)


def look(
    detector: Detector,
    pictures: Sequence[JudgedPicture],
    cache: PredictionCache,
    tick: Callable[[], None] = lambda: None,
) -> list[tuple[Detections, Truth]]:
    """Return detections and truth per picture.

    Raises:
        DataFolderError: a picture cannot be decoded.
        InferenceError: the runtime failed.
    """
    pairs = []
    for picture in pictures:
        found = cache.detect(detector, picture.path)
        pairs.append((found, picture.truth(found.image_wh)))
        tick()
    return pairs
