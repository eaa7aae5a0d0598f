"""What the position stickers of a still propose for its desk: corners and size, and how well they know them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from deskcheck_vision.detections import Float64Array
from deskcheck_vision.lens import Lens
from deskcheck_vision.markers import DeskTags
from deskcheck_vision.sticker_sheet import STICKER_CM, TAG_CM

from deskcheck_calibration.layout import Layout, PointCm
from deskcheck_calibration.stickers import flush_corners, plane_from_stickers

# Of the corners of tags on drawn desks half are found to 0.1 px and 95 % to 0.48 (docs/adr/0014-position-stickers.md).
_READ_SIGMA_PX = 0.2
_STEP_PX = 0.25
# The interval that is told holds the truth in about 95 % of cases.
_DEVIATIONS = 2.0


@dataclass(frozen=True, slots=True)
class ProposedDesk:
    """A desk as its stickers tell it.

    Attributes:
        corners_px: outer left, outer right, inner right, inner left.
        size_cm: width and depth.
        size_within_cm: by how much width and depth may be off (about 95 %), as far as reading the tags goes: that they
            lie flush and were printed to scale is taken for granted. Zero where the size was known before.
        corners_within_px: the same for the least certain corner.
        measured: corners and size come from four flush stickers; else the size was known and so were their places.
    """

    corners_px: tuple[PointCm, PointCm, PointCm, PointCm]
    size_cm: tuple[float, float]
    size_within_cm: tuple[float, float]
    corners_within_px: float
    measured: bool


def propose_desk(
    desk: DeskTags,
    layout: Layout | None,
    image_wh: tuple[int, int],
    focal_px: float | None = None,
    lens: Lens | None = None,
) -> ProposedDesk | None:
    """Return the desk that a still's stickers tell: by their known places, else as four that lie flush in its corners.

    Args:
        desk: the window's own tags in the still.
        layout: the window's approved layout, None for none; only its stickers and size are looked at.
        image_wh: size of the still in px.
        focal_px: focal length in px where known.
        lens: how the still is bent.

    Returns:
        The desk, or None where the stickers do not tell it.
    """
    if layout is not None and layout.stickers:
        known = _by_known(desk, layout, image_wh, focal_px, lens)
        if known is not None:
            return known
    return _by_flush(desk, lens) if set(desk.tags) == {0, 1, 2, 3} else None


def _by_known(
    desk: DeskTags, layout: Layout, image_wh: tuple[int, int], focal_px: float | None, lens: Lens | None
) -> ProposedDesk | None:
    plane = plane_from_stickers(desk, layout, image_wh, focal_px, lens)
    if plane is None:
        return None
    width, depth = layout.desk_wh_cm
    places = np.array([[0, 0], [width, 0], [width, depth], [0, depth]], np.float64)
    corners = plane.to_px(places)
    sigma_cm = np.sqrt(np.trace(plane.covariance_cm2(corners), axis1=1, axis2=2))
    within = _DEVIATIONS * float((sigma_cm * plane.scales_px_per_cm(places)).max())
    return ProposedDesk(_four(corners), layout.desk_wh_cm, (0.0, 0.0), round(within, 1), measured=False)


def _by_flush(desk: DeskTags, lens: Lens | None) -> ProposedDesk | None:
    squares = np.array([desk.tags[corner].corners_px for corner in range(4)], np.float64)  # [4,4,2]
    found = _values(squares, lens)
    gradients = []
    for index in np.ndindex(squares.shape):
        moved = [squares.copy(), squares.copy()]
        moved[0][index] += _STEP_PX
        moved[1][index] -= _STEP_PX
        gradients.append((_values(moved[0], lens) - _values(moved[1], lens)) / (2 * _STEP_PX))
    sigma = _READ_SIGMA_PX * np.sqrt((np.array(gradients) ** 2).sum(axis=0))  # [10]
    if not np.isfinite(sigma).all():
        return None
    width, depth = (_DEVIATIONS * sigma[8:]).tolist()
    corners_px = _DEVIATIONS * float(np.hypot(sigma[0:8:2], sigma[1:8:2]).max())
    size = (round(float(found[8]), 1), round(float(found[9]), 1))
    # A size is told to a millimetre: it is known no better than that.
    within = (max(round(width, 1), 0.1), max(round(depth, 1), 0.1))
    return ProposedDesk(_four(found[:8].reshape(4, 2)), size, within, round(corners_px, 1), measured=True)


def _values(squares: Float64Array, lens: Lens | None) -> Float64Array:
    """Return corners and size of the desk in one row (10,); NaN where the tags are no desk seen from above."""
    found = flush_corners(squares, TAG_CM, STICKER_CM, lens)
    return np.full(10, np.nan) if found is None else np.concatenate([found[0].ravel(), found[1]])


def _four(corners: Float64Array) -> tuple[PointCm, PointCm, PointCm, PointCm]:
    a, b, c, d = ((round(float(x), 1), round(float(y), 1)) for x, y in corners)
    return a, b, c, d
