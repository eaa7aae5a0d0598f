"""The corners of a view between its columns and points."""

from __future__ import annotations

from deskcheck_service.captures.points import Corners
from deskcheck_service.tables import View


def corners_of(view: View) -> Corners:
    """Return outer-left, outer-right, inner-right and inner-left corner in px."""
    return (
        (view.outer_left_x_px, view.outer_left_y_px),
        (view.outer_right_x_px, view.outer_right_y_px),
        (view.inner_right_x_px, view.inner_right_y_px),
        (view.inner_left_x_px, view.inner_left_y_px),
    )


def set_view(
    view: View, corners: Corners, image_wh: tuple[int, int], focal_px: float | None, bend: float | None
) -> None:
    """Write corners, picture size, focal length and the bend of the lens into a view."""
    view.width_px, view.height_px = image_wh
    (view.outer_left_x_px, view.outer_left_y_px), (view.outer_right_x_px, view.outer_right_y_px) = corners[:2]
    (view.inner_right_x_px, view.inner_right_y_px), (view.inner_left_x_px, view.inner_left_y_px) = corners[2:]
    view.focal_px = focal_px
    view.bend = bend
