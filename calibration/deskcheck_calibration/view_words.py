"""What part of a desk a view shows, in Chinese and English, for those who approve it."""

from __future__ import annotations

from deskcheck_vision.lens import Lens

from deskcheck_calibration.errors import CalibrationError
from deskcheck_calibration.layout import ReferenceView
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.visibility import desk_share

_WHOLE = 0.995


def view_part(view: ReferenceView, desk_wh_cm: tuple[float, float]) -> tuple[str, str]:
    """Return how much of the desk the pictures of a view show, to be added to a sentence; empty where it is all.

    Empty as well where the view's corners cannot be the desk's, which others say.
    """
    try:
        lens = Lens(view.bend, view.image_wh) if view.bend else None
        plane = DeskPlane.from_corners(view.corners_px, desk_wh_cm, view.image_wh, view.focal_px, lens=lens)
    except CalibrationError:
        return "", ""
    share = desk_share(plane)
    if share >= _WHOLE:
        return "", ""
    return f"，只看到台面的 {100 * share:.0f}%", f"; it shows {100 * share:.0f}% of the desk"
