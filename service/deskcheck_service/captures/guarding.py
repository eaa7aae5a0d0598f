"""A picture of a fixed camera held against its reference still, and the one run of the detector that all share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import structlog
from deskcheck_calibration.camera_guard import GuardState, corrected_plane, look_at_camera, persons_in, state_of
from deskcheck_calibration.judging import plane_from_view
from deskcheck_calibration.layout import ReferenceView
from deskcheck_calibration.plane import DeskPlane
from deskcheck_vision.camera_shift import CameraStill, ViewShift
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import Detector, ModelIdentity, Sight, Tiling, look

from deskcheck_service.engine import JudgeEngine
from deskcheck_service.errors import EvidenceMissingError
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.watching.stages import Stage, timed

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Guarded:
    """What the guard says of a picture for one view.

    Attributes:
        moved: the view's corners are not where they were, or its camera is suspended: nothing can be judged.
        shift: against the still that the corners were drawn on; None where there is none to hold it against.
    """

    moved: bool
    shift: ViewShift | None


UNGUARDED = Guarded(moved=False, shift=None)


class SeenOnce:
    """A detector that looks at the same picture once, whoever asks; for one job, not for several threads."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._seen: dict[tuple[int, float, Tiling], Sight] = {}
        self._people: dict[int, Detections] = {}
        self._known: dict[int, Sight] = {}
        self._masked: dict[int, bytes] = {}
        self._images: list[Uint8Array] = []  # held, so that no other picture gets its id

    def remember_people(self, image: Uint8Array, xyxy: Sequence[Box]) -> None:
        """Say where people are in a kept picture: masked, they are hardly found again, and hide what they hid."""
        rows = [("person", 1.0, box) for box in xyxy]
        self._images.append(image)
        self._people[id(image)] = Detections.from_rows(rows, (image.shape[1], image.shape[0]))

    def remember_sight(self, image: Uint8Array, sight: Sight) -> None:
        """Say what is in a picture that shows just what another one shows, which was looked at."""
        self._images.append(image)
        self._known[id(image)] = sight

    def remember_masked(self, image: Uint8Array, jpeg: bytes) -> None:
        """Keep a picture with people masked, encoded, for the next window that it shows."""
        self._images.append(image)
        self._masked[id(image)] = jpeg

    def masked_jpeg(self, image: Uint8Array) -> bytes | None:
        """Return a picture with people masked, encoded; None where nobody made it yet."""
        return self._masked.get(id(image))

    @property
    def model(self) -> ModelIdentity:
        """The model behind it."""
        return self._detector.model

    def look(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Sight:
        """See ``FeatureDetector.look``."""
        known = self._known.get(id(image))
        if known is not None:
            return known
        key = (id(image), min_confidence, tiling)
        if key not in self._seen:
            self._images.append(image)
            with timed(Stage.DETECT):
                sight = look(self._detector, image, min_confidence=min_confidence, tiling=tiling)
            people = self._people.get(id(image))
            self._seen[key] = sight if people is None else replace(sight, detections=_both(sight.detections, people))
        return self._seen[key]

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        """See ``Detector.detect``."""
        return self.look(image, min_confidence=min_confidence, tiling=tiling).detections


def _both(first: Detections, second: Detections) -> Detections:
    return Detections(
        np.concatenate([first.xyxy, second.xyxy]),
        np.concatenate([first.confidence, second.confidence]),
        np.concatenate([first.class_id, second.class_id]),
        first.image_wh,
    )


def shift_against(
    engine: JudgeEngine, evidence: EvidenceStore, sha256: str, image: Uint8Array, detector: Detector
) -> ViewShift | None:
    """Measure how far the camera of a picture has turned since a stored still; None where that file is lost.

    Args:
        engine: keeps the stills that were prepared already.
        evidence: where the still is.
        sha256: of the still.
        image: (H, W, 3) uint8 BGR.
        detector: says where people are, in both.

    Raises:
        InferenceError: the model failed to run.
    """

    def load() -> CameraStill:
        picture = engine.decode(evidence.get(sha256))
        return CameraStill.from_picture(picture.image, persons_in(picture.image, engine.detector()))

    try:
        still = engine.camera_stills.get(sha256, load)
    except EvidenceMissingError:
        structlog.get_logger().warning("camera_still_lost", sha256=sha256)
        return None
    return look_at_camera(image, still, detector).shift


def guarded_by(shift: ViewShift | None, *, suspended: bool) -> Guarded:
    """Return what a shift means for judging by the view that it was measured for."""
    moved = shift is not None and state_of(shift) is GuardState.MOVED
    return Guarded(moved or suspended, shift)


def plane_of(
    view: ReferenceView, guarded: Guarded, size_cm: tuple[float, float], image_wh: tuple[int, int]
) -> DeskPlane:
    """Return the desk in a picture of a view, moved along with what its camera drifted.

    Raises:
        CalibrationError: the view's corners are unusable.
    """
    if guarded.shift is None:
        return plane_from_view(view, size_cm, image_wh)
    return corrected_plane(view, size_cm, guarded.shift)
