"""How good a network in training is: on real pictures kept aside, and on rendered ones not trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deskcheck_vision.detections import Detections
from deskcheck_vision.detector import Detector, Tiling, YoloDetector
from deskcheck_vision.taxonomy import CLASSES

from deskcheck_models.checksets import CheckPicture, RenderedPicture
from deskcheck_models.decide import OPERATING_CONFIDENCE
from deskcheck_models.finetune.network import NetworkSession
from deskcheck_models.matching import Truth, gather, recall_at_precision, recall_precision
from deskcheck_models.metadata import Passport

RENDERED_PRECISION = 0.8
# How much more a lost thing in a photograph counts than one gained in a rendered picture.
LOSS_WEIGHT = 2.0
_FLOOR = 0.01

Pairs = list[tuple[Detections, Truth]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one look at a network came to.

    Attributes:
        real_gain: per real set, recall gained over the starting weights at their precision (confidence 0.25).
        rendered_recall: recall on rendered pictures at a precision of 0.8.
    """

    real_gain: dict[str, float]
    rendered_recall: float

    @property
    def mean_loss(self) -> float:
        """What real sets lost, in the mean of all; a set that gained counts as one that lost nothing."""
        losses = [max(0.0, -gain) for gain in self.real_gain.values()]
        return sum(losses) / len(losses) if losses else 0.0

    @property
    def score(self) -> float:
        """What the best epoch is chosen by.

        A mean, not the worst set: the smallest one has 17 boxed things, and one of them would decide.
        """
        return self.rendered_recall - LOSS_WEIGHT * self.mean_loss


class Judge:
    """Looks at networks in training.

    Args:
        start: the starting weights' detector.
        real: per set the real pictures kept aside.
        rendered: rendered pictures that are not trained on.
    """

    def __init__(
        self, start: Detector, real: Mapping[str, Sequence[CheckPicture]], rendered: Sequence[RenderedPicture]
    ) -> None:
        self._real = real
        self._rendered = rendered
        self._start = {name: _found(start, pictures) for name, pictures in real.items()}

    def look(self, network: Any, passport: Passport) -> Figures:
        """Return the figures of a network."""
        detector = YoloDetector(NetworkSession(network, passport, mixed=True))
        gains = {}
        for name, pictures in self._real.items():
            ours, theirs = gather(_found(detector, pictures), len(CLASSES)), gather(self._start[name], len(CLASSES))
            _, precision = recall_precision(theirs, OPERATING_CONFIDENCE)
            gains[name] = recall_at_precision(ours, precision)[0] - recall_at_precision(theirs, precision)[0]
        rendered = gather(_found(detector, self._rendered), len(CLASSES))
        return Figures(gains, recall_at_precision(rendered, RENDERED_PRECISION)[0])


def _found(detector: Detector, pictures: Sequence[CheckPicture] | Sequence[RenderedPicture]) -> Pairs:
    pairs = []
    for picture in pictures:
        image = picture.read()
        found = detector.detect(image, min_confidence=_FLOOR, tiling=Tiling.NEVER)
        pairs.append((found, picture.truth((image.shape[1], image.shape[0]))))
    return pairs
