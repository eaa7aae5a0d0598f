"""From boxes in the picture to contact footprints in desk centimetres.

The centre of a box is not where its item stands: the top of a 15 cm cup seen from 45 degrees lies 15 cm behind its
foot. So a cuboid or cylinder of the class's typical size is stood on the plane and moved, scaled and turned until
its projection agrees best with the box (``fitting``). What the box cannot tell (how the item is turned, how deep it
is) stays in the uncertainty, together with the noise of the box and of the tapped corners.

Without a camera pose (a view straight down) a usual lens is assumed; looking down, parallax is small, and the
doubt about the lens is added to the uncertainty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from deskcheck_vision.detections import Detections, Float64Array, read_only
from numpy.typing import NDArray

from deskcheck_calibration import geometry
from deskcheck_calibration.fitting import Hypotheses, fit, outline_covariance, outlines, plans
from deskcheck_calibration.hiding import (
    HIDDEN_SHARE,
    HIDES_FROM,
    ON_BORDER_PX,
    PERSON,
    Bodies,
    carriers,
    covered_edges,
    edge_sigma,
    stands_before,
)
from deskcheck_calibration.layout import PolygonCm, Surface
from deskcheck_calibration.placed_item import Covariance, PlacedItem
from deskcheck_calibration.plane import DeskPlane, raised
from deskcheck_calibration.pose import CameraPose
from deskcheck_calibration.shapes import SHAPES
from deskcheck_calibration.shares import share_over
from deskcheck_calibration.spreads import extent_covariance, mixture, off_centre_covariance, radius_95, weights

_STANDS_ON = 0.5
_REACH_CM = 25.0
_RING = 8


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """What placing needs of one picture; ``boxes`` as an ideal pinhole would have them."""

    plane: DeskPlane
    pose: CameraPose
    to_px: Float64Array
    boxes: Float64Array


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
    straight = boxes if plane.lens is None else plane.lens.straightened_boxes(boxes)
    picture = _Picture(plane, plane.pose_or_nominal(), plane.to_px_homography, straight)
    tasks: list[Task] = [(index, None) for index in chosen]
    tasks += _raised_tasks(picture, names, chosen, surfaces)
    free = edge_sigma(boxes, names, np.zeros((len(boxes), 4)), plane)
    found = _place(picture, names, tasks, free[[index for index, _ in tasks]])
    # What hides an edge is known only once it is known what stands where; most things hide none.
    hides = detections.confidence >= max(min_confidence, HIDES_FROM)
    covered = _covered(picture, names, tasks, _chosen(tasks, found), hides)
    again = np.flatnonzero(covered.any(axis=1))
    if len(again):
        fewer = [tasks[task] for task in again]
        index = [index for index, _ in fewer]
        sigma = edge_sigma(boxes[index], [names[one] for one in index], covered[again], plane)
        for task, item in zip(again.tolist(), _place(picture, names, fewer, sigma), strict=True):
            found[task] = item
    best = _chosen(tasks, found)
    hidden = dict(zip(chosen, (covered[:, 3] >= HIDDEN_SHARE).tolist(), strict=False))
    return tuple(_finish(best[index], index, names[index], detections, hidden[index]) for index in chosen)


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """One item at one height."""

    centre: Float64Array
    footprint: PolygonCm
    plan: PolygonCm
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
        near &= ~carriers(picture.boxes, picture.to_px, picture.pose, surface)
        tasks += [(index, surface) for index in chosen if near[index] and names[index] != "monitor_riser"]
    return tasks


def _chosen(tasks: Sequence[Task], found: Sequence[_Placed]) -> dict[int, _Placed]:
    """Where each item stands, of all heights that it was tried at."""
    best: dict[int, _Placed] = {}
    for (index, surface), item in zip(tasks, found, strict=True):
        best[index] = item if surface is None else _better(best[index], item, surface)
    return best


def _covered(
    picture: _Picture,
    names: Sequence[str],
    tasks: Sequence[Task],
    best: Mapping[int, _Placed],
    hides: NDArray[np.bool_],
) -> Float64Array:
    """Share (T, 4) of each edge that other things hide, were the item where the task has it."""
    count = len(picture.boxes)
    plans_cm, top_cm = np.zeros((count, _RING, 2)), np.zeros(count)
    for index, item in best.items():
        plans_cm[index] = np.resize(np.array(item.plan), (_RING, 2))
        top_cm[index] = item.height_cm + item.size_cm[2]
    bodies = Bodies(plans_cm, top_cm)
    covered = np.zeros((len(tasks), 4))
    if not covered_edges(picture.boxes, names, hides).any():
        return covered
    heights = np.array([surface.height_cm if surface else 0.0 for _, surface in tasks])
    rows = np.array([index for index, _ in tasks])
    for height in np.unique(heights):
        before = stands_before(picture.boxes, bodies, picture.to_px, picture.pose, float(height))
        at = heights == height
        covered[at] = covered_edges(picture.boxes, names, hides, before)[rows[at]]
    return covered


def _better(ground: _Placed, other: _Placed, surface: Surface) -> _Placed:
    """Choose between the desk (or a surface already found) and one more raised surface."""
    share = share_over(other.footprint, surface.polygon_cm, other.covariance)
    if share[1] >= max(_STANDS_ON, ground.share[1] if ground.surface else 0.0):
        return replace(other, surface=surface.id, near=surface.id, share=share)
    if ground.surface is None and share[2] > ground.share[2]:
        return replace(ground, near=surface.id, share=share)
    return ground


def _hypotheses(
    picture: _Picture, names: Sequence[str], tasks: Sequence[Task], sigma: Float64Array
) -> tuple[Hypotheses, Float64Array, Float64Array, list[int]]:
    """All shapes of all tasks, task by task; each one's log probability and off-centre spread; shapes per task."""
    priors = [SHAPES[names[index]].shapes for index, _ in tasks]
    counts = [len(shapes) for shapes in priors]
    rows = np.repeat(np.array([index for index, _ in tasks]), counts)
    surface = np.repeat(np.array([surface.height_cm if surface else 0.0 for _, surface in tasks]), counts)
    table = np.concatenate([shape_rows(names[index]) for index, _ in tasks])
    start = np.repeat(_starts(picture, tasks), counts, axis=0)
    hypotheses = Hypotheses.of_shapes(table, picture.boxes[rows], np.repeat(sigma, counts, axis=0), surface, start)
    return hypotheses, table[:, 13], table[:, 14], counts


@cache
def shape_rows(name: str) -> Float64Array:
    """The shapes of a class as rows (K, 18): what ``_hypotheses`` takes apart."""
    rows = [
        (
            *shape.stance.size_cm, *shape.stance.log_spread, np.radians(shape.turn_deg),
            np.radians(shape.turn_spread_deg), shape.is_round, *shape.stance.base, *shape.stance.top,
            np.log(shape.probability), shape.stance.off_centre, *(shape.stance.seen_base or shape.stance.base),
            shape.stance.seen_from,
        )
        for shape in SHAPES[name].shapes
    ]  # fmt: skip
    return read_only(np.array(rows, np.float64))


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


def _place(picture: _Picture, names: Sequence[str], tasks: Sequence[Task], sigma: Float64Array) -> list[_Placed]:
    """Place each task's item; ``sigma`` (T, 4) is the standard deviation of its box edges in px."""
    hypotheses, log_probability, off_centre, counts = _hypotheses(picture, names, tasks, sigma)
    fits = fit(hypotheses, picture.to_px, picture.pose.up_px)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    weight = weights(fits.cost - 2 * log_probability, starts, counts)
    centre, covariance = mixture(fits, weight, starts)
    best = np.array([start + int(np.argmax(weight[start : start + count]))
                     for start, count in zip(starts, counts, strict=True)])  # fmt: skip
    shift = centre - fits.parameters[best, :2]
    offsets = outlines(hypotheses, fits) - fits.parameters[:, None, :2]
    outline = offsets[best] + centre[:, None, :]
    plan = plans(hypotheses, fits)[best] + shift[:, None, :]
    common = covariance - fits.covariance[best, :2, :2]
    common = common + _plane_covariance(picture, centre, hypotheses.surface_cm[best])
    turn = hypotheses.turn_rad[best] + fits.parameters[best, 5]
    common = common + off_centre_covariance(fits.size_cm[best, :2] * off_centre[best, None], turn)
    corners = outline_covariance(hypotheses, fits)[best] + common[:, None]
    corners = corners + extent_covariance(offsets, weight, best, starts, counts)[:, None]
    total = fits.covariance[best, :2, :2] + common
    scales = picture.plane.scales_px_per_cm(centre)
    upper = corners.reshape(*corners.shape[:2], 4)[..., [0, 1, 3]]
    covariances = [(float(c[0, 0]), float(c[0, 1]), float(c[1, 1])) for c in total]
    used = np.where(hypotheses.is_round[best] == 1, 8, 4)
    return [
        _Placed(
            centre=centre[row],
            footprint=tuple(map(tuple, outline[row, : used[row]].tolist())),
            plan=tuple(map(tuple, plan[row, : used[row]].tolist())),
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


def _plane_covariance(picture: _Picture, centre: Float64Array, surface_cm: Float64Array) -> Float64Array:
    """Covariance (T, 2, 2) in cm2 from the tapped corners and, on raised surfaces, from the focal length."""
    covariance = picture.plane.covariance_cm2(geometry.apply_homography(picture.to_px, centre))
    x, y, height = picture.pose.centre_cm
    parallax = (centre - np.array([x, y])) * (surface_cm / height * picture.pose.focal_log_sigma)[:, None]
    total: Float64Array = covariance + parallax[:, :, None] * parallax[:, None, :]
    return total


def _finish(placed: _Placed, index: int, name: str, detections: Detections, is_hidden: bool) -> PlacedItem:
    left, top, right, bottom = (float(value) for value in detections.xyxy[index])
    width, height = detections.image_wh
    return PlacedItem(
        index=index,
        item=name,
        confidence=float(detections.confidence[index]),
        xyxy=(left, top, right, bottom),
        footprint_cm=placed.footprint,
        plan_cm=placed.plan,
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
        is_cut=min(left, top, width - right, height - bottom) <= ON_BORDER_PX,
    )
