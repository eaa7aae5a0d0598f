"""How far a session that calculates more coarsely finds what the reference finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deskcheck_vision.boxes import box_iou
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import Detector, Tiling

CONFIDENCE = 0.25
SAME_BOX_IOU = 0.5
# Below this a session is not chosen by itself, however fast it is: of 30 things one may be missed.
ALLOWED_KEPT = 0.97


@dataclass(frozen=True, slots=True)
class Drift:
    """What became of the reference's detections.

    Attributes:
        boxes: detections of the reference, from confidence 0.25.
        kept: how many the other one has as well: same class, IoU 0.5.
        added: detections that only the other one has.
    """

    boxes: int
    kept: int
    added: int

    @property
    def kept_share(self) -> float:
        """Share of the reference's detections that is kept, 0 to 1; 0 where it found nothing to compare."""
        return self.kept / self.boxes if self.boxes else 0.0

    @property
    def is_allowed(self) -> bool:
        """Whether so little is lost that the session may stand in for the reference."""
        return self.kept_share >= ALLOWED_KEPT


def drift(pairs: Iterable[tuple[Detections, Detections]]) -> Drift:
    """Compare detections of the reference with those of another session, picture by picture.

    Args:
        pairs: reference and other, of the same picture, from the surest down.
    """
    boxes = kept = added = 0
    for reference, other in pairs:
        common = _common(reference, other)
        boxes, kept, added = boxes + len(reference), kept + common, added + len(other) - common
    return Drift(boxes, kept, added)


def measure_drift(reference: Detector, other: Detector, images: Iterable[Uint8Array]) -> Drift:
    """Run both over pictures (H, W, 3) uint8 BGR and compare.

    Raises:
        InferenceError: a runtime failed.
    """
    return drift((compared_boxes(reference, image), compared_boxes(other, image)) for image in images)


def compared_boxes(detector: Detector, image: Uint8Array) -> Detections:
    """Return what is compared of a picture (H, W, 3) uint8 BGR: one pass, from confidence 0.25.

    Raises:
        InferenceError: the runtime failed.
    """
    return detector.detect(image, min_confidence=CONFIDENCE, tiling=Tiling.NEVER)


def _common(reference: Detections, other: Detections) -> int:
    """Return how many of the reference's detections have a partner of their own."""
    alike = box_iou(reference.xyxy, other.xyxy) * (reference.class_id[:, None] == other.class_id[None, :])  # [N,M]
    count = 0
    for overlaps in alike:
        if overlaps.size and overlaps.max() >= SAME_BOX_IOU:
            alike[:, overlaps.argmax()] = 0.0
            count += 1
    return count
