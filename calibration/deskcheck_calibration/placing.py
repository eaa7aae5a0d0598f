"""From boxes in the picture to contact footprints in desk centimetres.

The centre of a box is not where its item stands: the top of a 15 cm cup seen from 45 degrees lies 15 cm behind its
foot. So a cuboid or cylinder of the class's typical size is stood on the plane and moved, scaled and turned until
its projection agrees best with the box (``fitting``). What the box cannot tell (how the item is turned, how deep it
is) stays in the uncertainty, together with the noise of the box and of the tapped corners.

Without a camera pose (a view straight down) a usual lens is assumed; looking down, parallax is small, and the
doubt about the lens is added to the uncertainty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from deskcheck_vision.detections import Detections, Float64Array, Int64Array
from deskcheck_vision.taxonomy import BY_ID

from deskcheck_calibration import geometry
from deskcheck_calibration.fitting import Fits, Hypotheses, fit, outline_covariance, outlines
from deskcheck_calibration.layout import PolygonCm, Surface
from deskcheck_calibration.placed_item import Covariance, PlacedItem
from deskcheck_calibration.plane import DeskPlane, raised
from deskcheck_calibration.pose import CameraPose
from deskcheck_calibration.shapes import SHAPES
from deskcheck_calibration.shares import share_range

PERSON = "person"
# A box edge is off by this share of the picture's long side even around a small, clear item.
_EDGE_SIGMA_OF_LONG_SIDE = 0.0012
_UNKNOWN_EDGE_PX = 1e5
_ON_BORDER_PX = 2.0
_HIDING_HEIGHT_CM = 5.0
_HIDDEN_SHARE = 0.5
_STANDS_ON = 0.5
_REACH_CM = 25.0


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """What placing needs of one picture."""

    plane: DeskPlane
    pose: CameraPose
    to_px: Float64Array
    boxes: Float64Array
    sigma: Float64Array
    hidden: tuple[bool, ...]


def place_items(
    detections: Detections, plane: DeskPlane, surfaces: Sequence[Surface] = (), *, min_confidence: float = 0.0
) -> tuple[PlacedItem, ...]:
    """Place every detection but persons on the desk.

    Args:
        detections: N boxes in px of the plane's picture.
        plane: the desk in that picture.
        surfaces: the layout's surfaces; items are found to stand on the raised ones among them.
        min_confidence: less sure detections are left out.

    Returns:
        One item per chosen detection, in their order; ``index`` counts in all detections.

    Raises:
        ValueError: detections and plane are of pictures of different size.
        NoCameraPoseError: the plane fits no camera at all.
    """
    if detections.image_wh != plane.image_wh:
        raise ValueError(f"detections are of a {detections.image_wh} picture, the plane of {plane.image_wh}")
    names = [detections.item_class(index).id for index in range(len(detections))]
    sure = detections.confidence >= min_confidence
    chosen = [index for index, name in enumerate(names) if name != PERSON and sure[index]]
    if not chosen:
        return ()
    boxes = detections.xyxy.astype(np.float64)
    hidden = hidden_lower_edges(boxes, names)
    picture = _Picture(
        plane, plane.pose_or_nominal(), plane.to_px_homography, boxes, _edge_sigma(boxes, names, hidden, plane), hidden
    )
    tasks: list[Task] = [(index, None) for index in chosen]
    tasks += _raised_tasks(picture, names, chosen, surfaces)
    found = _place(picture, names, tasks)
    best = dict(zip(chosen, found, strict=False))
    for (index, surface), item in list(zip(tasks, found, strict=True))[len(chosen) :]:
        best[index] = _better(best[index], item, surface)
    return tuple(_finish(best[index], index, names[index], detections, hidden[index]) for index in chosen)


def hidden_lower_edges(boxes: Float64Array, names: Sequence[str]) -> tuple[bool, ...]:
    """Tell of each box (N, 4) whether most of its lower edge lies behind a nearer item that is high enough."""
    count = len(boxes)
    if count < 2:
        return (False,) * count
    left, top, right, bottom = boxes.T
    strip_top = bottom - 0.15 * (bottom - top)
    wide = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    high = np.minimum(bottom[:, None], bottom) - np.maximum(strip_top[:, None], top)
    nearer = bottom > bottom[:, None] + 0.1 * (bottom - top)[:, None]
    hides = np.array([name != PERSON and BY_ID[name].size_cm[2] >= _HIDING_HEIGHT_CM for name in names])
    share = wide / np.maximum(right - left, 1.0)[:, None]
    covered = (share >= _HIDDEN_SHARE) & (high > 0.5 * (bottom - strip_top)[:, None]) & nearer & hides
    return tuple(bool(any_) for any_ in covered.any(axis=1))


def _edge_sigma(boxes: Float64Array, names: Sequence[str], hidden: tuple[bool, ...], plane: DeskPlane) -> Float64Array:
    """Standard deviation (N, 4) of each box edge in px."""
    width, height = plane.image_wh
    spread = np.array([SHAPES[name].box_spread for name in names])[:, None]
    side = np.stack([boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]] * 2, axis=1)
    sigma: Float64Array = np.hypot(_EDGE_SIGMA_OF_LONG_SIDE * max(plane.image_wh), spread * side)
    sigma[np.array(hidden), 3] = 0.3 * side[np.array(hidden), 1]
    border = np.array([0, 0, width, height])
    sigma[np.abs(boxes - border) <= _ON_BORDER_PX] = _UNKNOWN_EDGE_PX
    return sigma


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """One item at one height."""

    centre: Float64Array
    footprint: PolygonCm
    radius_cm: float
    covariance: Covariance
    outline_covariance: tuple[Covariance, ...]
    size_cm: tuple[float, float, float]
    height_cm: float
    surface: str | None
    near: str | None
    share: tuple[float, float, float]
    scale: float


Task = tuple[int, Surface | None]


def _raised_tasks(
    picture: _Picture, names: Sequence[str], chosen: Sequence[int], surfaces: Sequence[Surface]
) -> list[Task]:
    """Items to be placed once more: on every raised surface that their lower edge may touch."""
    tasks: list[Task] = []
    middle = np.column_stack([picture.boxes[:, [0, 2]].mean(axis=1), picture.boxes[:, 3]])
    for surface in surfaces:
        if surface.height_cm == 0:
            continue
        to_cm = geometry.inverse(raised(picture.to_px, picture.pose, surface.height_cm))
        at = geometry.apply_homography(to_cm, middle)
        polygon = np.array(surface.polygon_cm)
        low, high = polygon.min(axis=0) - _REACH_CM, polygon.max(axis=0) + _REACH_CM
        near = ((at >= low) & (at <= high)).all(axis=1)
        tasks += [(index, surface) for index in chosen if near[index] and names[index] != "monitor_riser"]
    return tasks


def _better(ground: _Placed, other: _Placed, surface: Surface | None) -> _Placed:
    """Choose between the desk (or a surface already found) and one more raised surface."""
    assert surface is not None
    share = share_range(other.footprint, surface.polygon_cm, other.radius_cm)
    if share[1] >= max(_STANDS_ON, ground.share[1] if ground.surface else 0.0):
        return replace(other, surface=surface.id, near=surface.id, share=share)
    if ground.surface is None and share[2] > ground.share[2]:
        return replace(ground, near=surface.id, share=share)
    return ground


def _hypotheses(picture: _Picture, names: Sequence[str], tasks: Sequence[Task]) -> tuple[Hypotheses, Float64Array]:
    """All turns of all tasks, task by task, and the logarithm of each turn's probability."""
    turns = [SHAPES[names[index]].turns for index, _ in tasks]
    counts = [len(turn) for turn in turns]
    rows = np.repeat(np.array([index for index, _ in tasks]), counts)
    base = np.repeat(np.array([surface.height_cm if surface else 0.0 for _, surface in tasks]), counts)
    shapes = [SHAPES[names[index]] for index in rows]
    start = _starts(picture, tasks)
    flat = np.array([turn for group in turns for turn in group])
    hypotheses = Hypotheses(
        boxes=picture.boxes[rows],
        box_sigma=picture.sigma[rows],
        size_cm=np.array([shape.size_cm for shape in shapes], np.float64),
        log_spread=np.array([shape.log_spread for shape in shapes], np.float64),
        turn_rad=np.radians(flat[:, 0]),
        turn_spread_rad=np.radians(flat[:, 2]),
        is_round=np.array([shape.is_round for shape in shapes], np.int64),
        base_cm=base,
        start_cm=np.repeat(start, counts, axis=0),
    )
    return hypotheses, np.log(flat[:, 1])


def _starts(picture: _Picture, tasks: Sequence[Task]) -> Float64Array:
    """First guess (T, 2): where the middle of the lower edge meets the surface."""
    boxes = picture.boxes[[index for index, _ in tasks]]
    points = np.column_stack([boxes[:, [0, 2]].mean(axis=1), boxes[:, 3]])
    heights = np.array([surface.height_cm if surface else 0.0 for _, surface in tasks])
    start = np.empty_like(points)
    for height in np.unique(heights):
        at = heights == height
        to_cm = geometry.inverse(raised(picture.to_px, picture.pose, float(height)))
        start[at] = geometry.apply_homography(to_cm, points[at])
    return start


def _place(picture: _Picture, names: Sequence[str], tasks: Sequence[Task]) -> list[_Placed]:
    hypotheses, log_probability = _hypotheses(picture, names, tasks)
    fits = fit(hypotheses, picture.to_px, picture.pose.up_px)
    counts = [len(SHAPES[names[index]].turns) for index, _ in tasks]
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    weight = _weights(fits.cost - 2 * log_probability, starts, counts)
    centre, covariance = _mixture(fits, weight, starts)
    best = np.array([start + int(np.argmax(weight[start : start + count]))
                     for start, count in zip(starts, counts, strict=True)])  # fmt: skip
    shift = centre - fits.parameters[best, :2]
    outline = outlines(hypotheses, fits)[best] + shift[:, None, :]
    common = covariance - fits.covariance[best, :2, :2] + _plane_covariance(picture, centre, hypotheses.base_cm[best])
    corners = outline_covariance(hypotheses, fits)[best] + common[:, None]
    total = fits.covariance[best, :2, :2] + common
    scales = picture.plane.scales_px_per_cm(centre)
    upper = corners.reshape(*corners.shape[:2], 4)[..., [0, 1, 3]]
    covariances = [(float(c[0, 0]), float(c[0, 1]), float(c[1, 1])) for c in total]
    used = np.where(hypotheses.is_round[best] == 1, 8, 4)
    return [
        _Placed(
            centre=centre[row],
            footprint=tuple(map(tuple, outline[row, : used[row]].tolist())),
            radius_cm=radius_95(*covariances[row]),
            covariance=covariances[row],
            outline_covariance=tuple(map(tuple, upper[row, : used[row]].tolist())),
            size_cm=tuple(fits.size_cm[best[row]].tolist()),
            height_cm=task[1].height_cm if task[1] else 0.0,
            surface=None,
            near=None,
            share=(0.0, 0.0, 0.0),
            scale=float(scales[row]),
        )
        for row, task in enumerate(tasks)
    ]


def _weights(cost: Float64Array, starts: Int64Array, counts: Sequence[int]) -> Float64Array:
    """Posterior probability (M,) of each hypothesis within its task."""
    lowest = np.repeat(np.minimum.reduceat(cost, starts), counts)
    likelihood = np.exp(-0.5 * (cost - lowest))
    weight: Float64Array = likelihood / np.repeat(np.add.reduceat(likelihood, starts), counts)
    return weight


def _mixture(fits: Fits, weight: Float64Array, starts: Int64Array) -> tuple[Float64Array, Float64Array]:
    """Mean (T, 2) and covariance (T, 2, 2) of the centre over the hypotheses of each task."""
    points = fits.parameters[:, :2]
    mean = np.add.reduceat(points * weight[:, None], starts)
    second = fits.covariance[:, :2, :2] + points[:, :, None] * points[:, None, :]
    second = np.add.reduceat(second * weight[:, None, None], starts)
    return mean, second - mean[:, :, None] * mean[:, None, :]


def _plane_covariance(picture: _Picture, centre: Float64Array, base_cm: Float64Array) -> Float64Array:
    """Covariance (T, 2, 2) in cm2 from the tapped corners and, on raised surfaces, from the focal length."""
    covariance = picture.plane.covariance_cm2(geometry.apply_homography(picture.to_px, centre))
    x, y, height = picture.pose.centre_cm
    parallax = (centre - np.array([x, y])) * (base_cm / height * picture.pose.focal_log_sigma)[:, None]
    total: Float64Array = covariance + parallax[:, :, None] * parallax[:, None, :]
    return total


def radius_95(xx: float, xy: float, yy: float) -> float:
    """Return the radius of a circle that holds ~95 % of a plane normal distribution of that covariance.

    Between 1.96 sigma (all spread in one direction) and 2.45 sigma (the same in all); the line between them is
    within 1.5 % of the exact radius.
    """
    half_trace = (xx + yy) / 2
    root = float(np.hypot((xx - yy) / 2, xy))
    largest, smallest = half_trace + root, max(half_trace - root, 0.0)
    if largest <= 0:
        return 0.0
    return float(np.sqrt(largest) * (1.96 + 0.49 * (smallest / largest)))


def _finish(placed: _Placed, index: int, name: str, detections: Detections, is_hidden: bool) -> PlacedItem:
    left, top, right, bottom = (float(value) for value in detections.xyxy[index])
    return PlacedItem(
        index=index,
        item=name,
        confidence=float(detections.confidence[index]),
        xyxy=(left, top, right, bottom),
        footprint_cm=placed.footprint,
        centre_cm=(float(placed.centre[0]), float(placed.centre[1])),
        uncertainty_cm=placed.radius_cm,
        centre_covariance_cm2=placed.covariance,
        outline_covariance_cm2=placed.outline_covariance,
        size_cm=placed.size_cm,
        height_cm=placed.height_cm,
        surface=placed.surface,
        near_surface=placed.near,
        raised_share=placed.share,
        scale_px_per_cm=placed.scale,
        is_hidden=is_hidden and placed.surface is None,
    )


__all__ = ["hidden_lower_edges", "place_items", "radius_95"]
