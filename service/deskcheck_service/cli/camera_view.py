"""A film held against the reference still of its camera's view: ``check-film --reference``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskcheck_service.cli.checking import Check, FoundDesk
from deskcheck_service.cli.errors import UsageError

if TYPE_CHECKING:
    from deskcheck_calibration.camera_guard import CameraLook, GuardHistory
    from deskcheck_calibration.findings import Reason
    from deskcheck_calibration.layout import ReferenceView
    from deskcheck_vision.camera_shift import CameraStill
    from deskcheck_vision.detections import Uint8Array

_SAME_ASPECT = 0.01


@dataclass(frozen=True, slots=True)
class CameraView:
    """The view of a fixed camera with its reference still.

    Attributes:
        view: where the desk lies in the still.
        still: the still, ready to be compared.
    """

    view: ReferenceView
    still: CameraStill


@dataclass(frozen=True, slots=True)
class SeenView:
    """What a moment of the film showed of its camera.

    Attributes:
        look: what the guard says.
        desk: where the desk is in this picture.
        problems: what the judging is told.
        history: of all moments up to this one.
        suspends: whether so many in a row say "moved" that a camera of the service would be suspended.
    """

    look: CameraLook
    desk: FoundDesk
    problems: tuple[Reason, ...]
    history: GuardHistory
    suspends: bool


def camera_view(work: Check, path: Path) -> CameraView:
    """Read a reference still; its view is the named one, the one of its file's name, or one of its proportions.

    Raises:
        UsageError: corners were given as well.
        NoReferenceViewError: no view fits the picture.
        PictureError: it cannot be used.
    """
    from deskcheck_calibration.camera_guard import persons_in
    from deskcheck_calibration.errors import NoReferenceViewError
    from deskcheck_vision.camera_shift import CameraStill

    from deskcheck_service.cli.pictures import read_picture

    if work.corners_px is not None:
        raise UsageError(reason="--reference goes with a view, not with --corners", command="deskcheck check-film")
    picture, views = read_picture(path, work.settings), work.layout.views
    names = (work.view,) if work.view is not None else (path.name, path.stem)
    named = [view for view in views if view.name in names]
    fitting = [view for view in named or views if _alike(view.image_wh, picture.image_wh)]
    if not fitting:
        known = ", ".join(f"{view.name} ({view.image_wh[0]}x{view.image_wh[1]})" for view in views) or "-"
        raise NoReferenceViewError(
            window=work.layout.window, photo=path.name, image_wh=picture.image_wh, known=known
        )  # fmt: skip
    hidden = persons_in(picture.image, work.detector)
    return CameraView(fitting[0], CameraStill.from_picture(picture.image, hidden))


def look_at(work: Check, camera: CameraView, image: Uint8Array, history: GuardHistory) -> SeenView:
    """Hold a moment against the still and say where the desk is in it.

    Args:
        work: what is checked.
        camera: the view.
        image: (H, W, 3) uint8 BGR.
        history: of the moments before.

    Raises:
        CalibrationError: the view's corners are unusable.
        InferenceError: the model failed to run.
    """
    from deskcheck_calibration.camera_guard import corrected_plane, look_at_camera, problems_of
    from deskcheck_calibration.judging import plane_from_view

    look, view, size_cm = look_at_camera(image, camera.still, work.detector), camera.view, work.layout.desk_wh_cm
    after = history.after(look.state)
    calibrated = plane_from_view(view, size_cm, view.image_wh)
    desk = FoundDesk(corrected_plane(view, size_cm, look.shift), "view", view.name, calibrated)
    return SeenView(look, desk, problems_of(look.state), after, after.suspends())


def camera_document(seen: SeenView, work: Check) -> dict[str, Any]:
    """Return what ``--json`` says of the camera."""
    from deskcheck_calibration.camera_words import guard_sentence

    shift = seen.look.shift
    return {
        "state": seen.look.state.value,
        "sentence": guard_sentence(seen.look, work.terminal.language),
        "share": round(shift.share, 5),
        "sigma_share": round(shift.sigma_share, 5),
        "roll_deg": round(shift.roll_deg, 3),
        "scale": round(shift.scale, 4),
        "cells": shift.cells,
        "cells_asked": shift.cells_asked,
        "obstacle": shift.obstacle.value if shift.obstacle is not None else None,
        "suspends": seen.suspends,
    }


def tell_camera(seen: SeenView, work: Check) -> None:
    """Print what the guard found for people; a camera that stands as it did is not worth a line."""
    from deskcheck_calibration.camera_guard import GuardState
    from deskcheck_calibration.camera_words import guard_sentence

    if seen.look.state is not GuardState.STEADY:
        work.terminal.line(f"  {guard_sentence(seen.look, work.terminal.language)}")


def _alike(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return abs(first[0] * second[1] / (first[1] * second[0]) - 1) < _SAME_ASPECT
