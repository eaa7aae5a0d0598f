"""Whether a fixed camera still looks where it was calibrated: what a measured shift means for judging.

A little drift is corrected: the desk's corners move with the picture. More is "camera moved": the picture is judged
with ``problems_of``, and once it has been seen several times in a row the view is suspended. Where it cannot be told,
the picture is judged as if there were no guard.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from deskcheck_vision.camera_shift import CameraStill, Outcome, ViewShift, measure_shift
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.detector import Detector, Tiling
from deskcheck_vision.taxonomy import INDEX
from deskcheck_vision.view_fit import mapped

from deskcheck_calibration.findings import Reason
from deskcheck_calibration.judging import plane_from_view
from deskcheck_calibration.layout import ReferenceView
from deskcheck_calibration.plane import DeskPlane

_PERSON_FROM = 0.2


class GuardState(StrEnum):
    """What the guard says of one picture."""

    STEADY = "steady"
    DRIFTED = "drifted"
    MOVED = "moved"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """Where a camera counts as drifted and as moved.

    A turn of 0.5 degrees moves the picture's middle by 0.42 % of its width under the widest lens of indoor cameras
    (92 degrees across), a roll of 0.5 degrees its corners by 0.50 %: 0.4 % lies below both.

    Attributes:
        drifted_from_share: largest displacement, share of the picture's width, from which a drift is corrected.
        moved_from_share: from which the camera counts as moved.
        largest_sigma_share: a shift that is known worse than this tells nothing, unless it is beyond
            ``moved_from_share`` by twice its uncertainty.
        looks: how many pictures in a row have to say "moved" before a view is suspended.
    """

    drifted_from_share: float = 0.0012
    moved_from_share: float = 0.004
    largest_sigma_share: float = 0.0015
    looks: int = 2


DEFAULT_LIMITS = GuardLimits()


def state_of(shift: ViewShift, limits: GuardLimits = DEFAULT_LIMITS) -> GuardState:
    """Say what a measured shift means."""
    if shift.outcome is Outcome.NOTHING_SHARED:
        return GuardState.MOVED
    if shift.outcome is Outcome.CANNOT_TELL:
        return GuardState.CANNOT_TELL
    surely = shift.share - 2 * shift.sigma_share >= limits.moved_from_share
    if shift.sigma_share > limits.largest_sigma_share and not surely:
        return GuardState.CANNOT_TELL
    if shift.share >= limits.moved_from_share:
        return GuardState.MOVED
    # What is not larger than its own uncertainty is no drift.
    drifted_from = max(limits.drifted_from_share, 2 * shift.sigma_share)
    return GuardState.DRIFTED if shift.share >= drifted_from else GuardState.STEADY


@dataclass(frozen=True, slots=True)
class CameraLook:
    """One picture of a fixed camera, held against the reference still of its view."""

    state: GuardState
    shift: ViewShift


def persons_in(image: Uint8Array, detector: Detector) -> Float64Array:
    """Return the boxes (N, 4) of persons in a picture, rather too many than too few.

    Raises:
        InferenceError: the model failed to run.
    """
    found = detector.detect(image, min_confidence=_PERSON_FROM, tiling=Tiling.NEVER)
    boxes: Float64Array = found.xyxy[found.class_id == INDEX["person"]].astype(np.float64)
    return boxes


def look_at_camera(
    image: Uint8Array, still: CameraStill, detector: Detector | None = None, limits: GuardLimits = DEFAULT_LIMITS
) -> CameraLook:
    """Hold a picture, (H, W, 3) uint8 BGR, against a still.

    People are looked for only where the camera seems to have moved: what they hide does not matter else, and finding
    them takes far longer than the rest. Seen without them, it has to seem so again.

    Raises:
        InferenceError: the model failed to run.
    """
    shift = measure_shift(image, still, np.zeros((0, 4)))
    state = state_of(shift, limits)
    if state is GuardState.MOVED and detector is not None:
        persons = persons_in(image, detector)
        if len(persons):
            shift = measure_shift(image, still, persons)
            state = state_of(shift, limits)
    return CameraLook(state, shift)


def corrected_view(view: ReferenceView, shift: ViewShift, limits: GuardLimits = DEFAULT_LIMITS) -> ReferenceView:
    """Return where the desk lies in a picture whose camera drifted, in the picture's px.

    The corners move only with a drift that is corrected; else the view is scaled to the picture.

    Args:
        view: of the still, at any scale.
        shift: of the picture.
        limits: what counts as a drift.
    """
    corners = np.array(view.corners_px, np.float64) * (np.array(shift.still_wh) / np.array(view.image_wh))
    plain = np.diag([shift.image_wh[0] / shift.still_wh[0], shift.image_wh[1] / shift.still_wh[1], 1.0])
    drifted = state_of(shift, limits) is GuardState.DRIFTED
    to_picture = np.linalg.inv(shift.to_still) if drifted else plain
    moved = mapped(np.asarray(to_picture, np.float64), corners)
    a, b, c, d = ((float(x), float(y)) for x, y in moved)
    focal = None if view.focal_px is None else view.focal_px * shift.image_wh[0] / view.image_wh[0]
    return replace(view, image_wh=shift.image_wh, corners_px=(a, b, c, d), focal_px=focal)


def corrected_plane(
    view: ReferenceView,
    desk_wh_cm: tuple[float, float],
    shift: ViewShift,
    limits: GuardLimits = DEFAULT_LIMITS,
) -> DeskPlane:
    """Return the desk plane of a picture whose camera drifted.

    Raises:
        CalibrationError: the view's corners are unusable.
    """
    moved = corrected_view(view, shift, limits)
    # As exact as the still's own corners: what the drift adds is far less.
    return plane_from_view(moved, desk_wh_cm, shift.image_wh)


def problems_of(state: GuardState) -> tuple[Reason, ...]:
    """Return what ``judge`` is told of a picture (``problems=``)."""
    return (Reason.CAMERA_MOVED,) if state is GuardState.MOVED else ()


@dataclass(frozen=True, slots=True)
class GuardHistory:
    """What the last pictures of a view said.

    Attributes:
        moved_in_a_row: how many said "moved" since one said otherwise; those that cannot tell count for nothing.
    """

    moved_in_a_row: int = 0

    def after(self, state: GuardState) -> GuardHistory:
        """Return the history with one more picture."""
        if state is GuardState.CANNOT_TELL:
            return self
        return GuardHistory(self.moved_in_a_row + 1 if state is GuardState.MOVED else 0)

    def suspends(self, limits: GuardLimits = DEFAULT_LIMITS) -> bool:
        """Whether the view is to be suspended: somebody who bumps into a camera moves one picture."""
        return self.moved_in_a_row >= limits.looks


def suspends(states: Iterable[GuardState], limits: GuardLimits = DEFAULT_LIMITS) -> bool:
    """Whether a view is to be suspended after pictures that said so, oldest first."""
    history = GuardHistory()
    for state in states:
        history = history.after(state)
    return history.suspends(limits)
