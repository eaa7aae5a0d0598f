"""Which edges of a box another thing hides, and how much each edge says about where its thing ends.

What lies lower in the picture need not be nearer: a printer does not hide the cup on its top, nor a monitor the cup
before its screen. So the way from where a thing seems to touch its surface to the camera is followed over the desk,
as far as the other thing is high.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from deskcheck_vision.boxes import box_iou
from deskcheck_vision.detections import Float64Array
from deskcheck_vision.taxonomy import BY_ID
from numpy.typing import NDArray

from deskcheck_calibration import geometry
from deskcheck_calibration.layout import Surface
from deskcheck_calibration.plane import DeskPlane, raised
from deskcheck_calibration.pose import CameraPose
from deskcheck_calibration.shapes import SHAPES

HIDDEN_SHARE = 0.6
HIDES_FROM = 0.5  # confidence from which a box may hide another: stray boxes are many, things in front are clear
PERSON = "person"
# A box edge is off by this share of the picture's long side even around a small, clear item.
_EDGE_SIGMA_OF_LONG_SIDE = 0.0012
_UNKNOWN_EDGE_PX = 1e5
ON_BORDER_PX = 2.0
_HIDING_HEIGHT_CM = 5.0
_STRIP = 0.15
_FREE_SHARE = 0.25
_HIDDEN_EDGE = 0.35
_SAME_THING_IOU = 0.5
# A machine's trays and cables reach beyond what lies under its top.
_CARRIES_IOU = 0.45
# Where along the lower edge of a box its thing is taken to touch the surface.
_CONTACTS = np.array([0.2, 0.5, 0.8])
# Rays graze what hides a thing: its height is taken a little larger than it was measured.
_HEIGHT_SLACK, _HEIGHT_SLACK_CM = 1.1, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Bodies:
    """Things that may hide others, as prisms.

    Attributes:
        plans_cm: (N, 8, 2) convex outlines seen from above; corners may come twice.
        top_cm: (N,) height of their upper ends above the desk.
    """

    plans_cm: Float64Array
    top_cm: Float64Array


def covered_edges(
    boxes: Float64Array,
    names: Sequence[str],
    sure: NDArray[np.bool_] | None = None,
    before: NDArray[np.bool_] | None = None,
) -> Float64Array:
    """Return which share (N, 4) of a strip along each edge of each box lies in the box of one nearer, solid item.

    Left, top, right, bottom. A nearer box reaches lower, as things on one plane do. A box about the same thing, seen as
    another class, hides nothing of it; nor does one that is not ``sure`` (N,).

    Args:
        boxes: (N, 4) xyxy in px.
        names: class ids.
        sure: (N,) boxes that may hide others; all where it is None.
        before: (N, N) whether the second one stands before the first; None: wherever it reaches lower.
    """
    count = len(boxes)
    strips = np.repeat(boxes[:, None, :], 4, axis=1)  # [N,4,4]
    side = _STRIP * (boxes[:, 2:] - boxes[:, :2])
    strips[:, 0, 2] = boxes[:, 0] + side[:, 0]
    strips[:, 1, 3] = boxes[:, 1] + side[:, 1]
    strips[:, 2, 0] = boxes[:, 2] - side[:, 0]
    strips[:, 3, 1] = boxes[:, 3] - side[:, 1]
    solid = np.array([name != PERSON and BY_ID[name].size_cm[2] >= _HIDING_HEIGHT_CM for name in names], bool)
    if sure is not None:
        solid &= sure
    nearer = (boxes[None, :, 3] > boxes[:, None, 3] + ON_BORDER_PX) & solid  # [N,N] j hides i
    nearer &= box_iou(boxes, boxes) < _SAME_THING_IOU
    if before is not None:
        nearer &= before
    low = np.maximum(strips[:, :, None, :2], boxes[None, None, :, :2])
    high = np.minimum(strips[:, :, None, 2:], boxes[None, None, :, 2:])
    overlap = np.maximum(high - low, 0).prod(axis=3)  # [N,4,N]
    area = np.maximum((strips[:, :, 2:] - strips[:, :, :2]).prod(axis=2), 1e-6)
    covered = np.where(nearer[:, None, :], overlap / area[:, :, None], 0.0)
    return np.asarray(covered.max(axis=2, initial=0.0), np.float64).reshape(count, 4)


def carriers(boxes: Float64Array, to_px: Float64Array, pose: CameraPose, surface: Surface) -> NDArray[np.bool_]:
    """Tell which boxes (N, 4) are about what carries a raised surface: as large as all that lies under its outline.

    A machine does not stand on its own top, however well its box agrees with that.
    """
    outline = np.array(surface.polygon_cm, np.float64)
    planes = (to_px, raised(to_px, pose, surface.height_cm))
    points = np.concatenate([geometry.apply_homography(one, outline) for one in planes])
    box = np.concatenate([points.min(axis=0), points.max(axis=0)])
    return np.asarray(box_iou(boxes, box[None])[:, 0] >= _CARRIES_IOU, np.bool_)


def stands_before(
    boxes: Float64Array, bodies: Bodies, to_px: Float64Array, pose: CameraPose, surface_cm: float
) -> NDArray[np.bool_]:
    """Tell (N, N) whether the second thing's body lies between the first one's contact and the camera.

    Args:
        boxes: (N, 4) xyxy in px.
        bodies: N of them; of all that hide nothing, any.
        to_px: (3, 3) homography desk cm -> px.
        pose: the camera.
        surface_cm: height of what the first one stands on.

    Returns:
        False as well where the contact lies within the other's outline: then it stands on top of it, not behind.
    """
    x, y, height = pose.centre_cm
    across = boxes[:, None, 0] + _CONTACTS * (boxes[:, None, 2] - boxes[:, None, 0])  # [N,3]
    at_px = np.stack([across, np.broadcast_to(boxes[:, None, 3], across.shape)], axis=-1)
    contact = geometry.apply_homography(geometry.inverse(raised(to_px, pose, surface_cm)), at_px)  # [N,3,2]
    rise = np.maximum(bodies.top_cm * _HEIGHT_SLACK + _HEIGHT_SLACK_CM - surface_cm, 0.0)
    share = np.clip(rise / max(height - surface_cm, 1.0), 0.0, 1.0)  # [N] of the way to the camera
    normal, offset = _inward(bodies.plans_cm)  # [N,8,2], [N,8]
    start = np.einsum("ikc,jsc->ikjs", contact, normal) + offset  # [N,3,N,8] distance inwards
    way = np.einsum("ikc,jsc->ikjs", np.array([x, y]) - contact, normal) * share[:, None]
    # Clipped side by side: Cyrus and Beck, Generalized two- and three-dimensional clipping, 1978.
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = -start / way
    enters = np.where(way > 0, crossing, np.where(start >= 0, 0.0, np.inf)).max(axis=-1)
    leaves = np.where(way < 0, crossing, 1.0).min(axis=-1)
    behind = (start < 0).any(axis=-1) & (np.maximum(enters, 0.0) <= np.minimum(leaves, 1.0))
    return np.asarray((behind & (rise > 0)).any(axis=1), np.bool_)


def _inward(outlines: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Unit normals (N, 8, 2) and offsets (N, 8) of the sides, positive inwards; 0 for sides without length."""
    following = np.roll(outlines, -1, axis=1)
    along = following - outlines
    area = (outlines[..., 0] * following[..., 1] - following[..., 0] * outlines[..., 1]).sum(axis=1)
    normal = np.stack([-along[..., 1], along[..., 0]], axis=-1) * np.sign(area)[:, None, None]
    length = np.linalg.norm(normal, axis=-1, keepdims=True)
    normal = normal / np.where(length > 0, length, 1.0)
    return normal, -(normal * outlines).sum(axis=-1)


def edge_sigma(boxes: Float64Array, names: Sequence[str], covered: Float64Array, plane: DeskPlane) -> Float64Array:
    """Return the standard deviation (N, 4) of each box edge in px: larger where the thing may go on behind another.

    Args:
        boxes: (N, 4) xyxy in px.
        names: class ids.
        covered: (N, 4) of ``covered_edges``.
        plane: the desk in that picture.
    """
    width, height = plane.image_wh
    usual = np.array([SHAPES[name].box_spread for name in names])
    lower = np.hypot(usual, [SHAPES[name].foot_spread for name in names])
    spread = np.stack([usual, usual, usual, lower], axis=1)
    side = np.stack([boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]] * 2, axis=1)
    sigma: Float64Array = np.hypot(_EDGE_SIGMA_OF_LONG_SIDE * max(plane.image_wh), spread * side)
    sigma = np.hypot(sigma, _HIDDEN_EDGE * side * np.maximum(covered - _FREE_SHARE, 0.0))
    border = np.array([0, 0, width, height])
    sigma[np.abs(boxes - border) <= ON_BORDER_PX] = _UNKNOWN_EDGE_PX
    return sigma
