"""How well a picture shows every surface and home zone: in frame, behind persons, behind other things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import shapely
from deskcheck_vision.detections import Detections, Float64Array, read_only
from deskcheck_vision.taxonomy import BY_ID, INDEX
from numpy.typing import NDArray

from deskcheck_calibration.findings import Reason
from deskcheck_calibration.layout import Layout, PolygonCm
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.plane import DeskPlane, raised
from deskcheck_calibration.scene import WHOLE_DESK, PlaceView
from deskcheck_calibration.shares import shape_of

_GRID = 9
_HIDING_HEIGHT_CM = 5.0
_IN_HAND_SHARE = 0.8
# A spot counts as seen where more of its points than this are.
_SPOT_SHARE = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class PlaceSight:
    """What a picture shows of a place, point by point: K points spread evenly over it (``sample_points``).

    Attributes:
        visible: (K,) bool, inside the picture.
        covered: (K,) bool, there behind a person.
        hidden: (K,) bool, behind things that stand elsewhere.
        meant: (K,) bool, inside every picture of this view, by its calibration.
        scale_px_per_cm: picture scale in the place's middle.
        problem: why the picture, which cannot be used, shows nothing; None where it can.
        shown_frames: how many frames of a burst show the place; 0 of a single picture.
    """

    visible: NDArray[np.bool_]
    covered: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    meant: NDArray[np.bool_]
    scale_px_per_cm: float
    problem: Reason | None = None
    shown_frames: int = 0

    def shares(self) -> PlaceView:
        """Return it as shares of the place."""
        return PlaceView(
            visible_share=float(self.visible.mean()),
            covered_share=float(self.covered.mean()),
            hidden_share=float(self.hidden.mean()),
            scale_px_per_cm=self.scale_px_per_cm,
            meant_share=float(self.meant.mean()),
            shown_frames=self.shown_frames,
        )


def place_views(
    layout: Layout,
    plane: DeskPlane,
    detections: Detections,
    placed: Sequence[PlacedItem],
    min_confidence: float,
    calibrated: DeskPlane | None = None,
) -> Mapping[str, PlaceView]:
    """Return surface or zone id (``WHOLE_DESK``: all of the desk) -> how well it is seen; see ``place_sights``."""
    sights = place_sights(layout, plane, detections, placed, min_confidence, calibrated)
    return MappingProxyType({name: sight.shares() for name, sight in sights.items()})


def place_sights(
    layout: Layout,
    plane: DeskPlane,
    detections: Detections,
    placed: Sequence[PlacedItem],
    min_confidence: float,
    calibrated: DeskPlane | None = None,
) -> Mapping[str, PlaceSight]:
    """Return surface or zone id (``WHOLE_DESK``: all of the desk) -> what the picture shows of it.

    A person counts as their whole box, since nothing finer is known; what a thing hides is what lies in its box, unless
    it stands in that place itself.

    Args:
        layout: whose places.
        plane: the desk in the picture.
        detections: persons among them hide what is behind them.
        placed: the things on the desk.
        min_confidence: confidence from which a person counts.
        calibrated: the desk in the view's own calibrated picture, which says what its pictures are meant to show;
            None: all of it.
    """
    places = _places(layout)
    points = [sample_points(polygon) for polygon, _ in places.values()]
    counts = [len(group) for group in points]
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    pixels, in_front = _project(plane, points, [height for _, height in places.values()])
    visible = in_front & ((pixels >= 0) & (pixels < np.array(plane.image_wh))).all(axis=1)
    persons = detections.xyxy[(detections.class_id == INDEX["person"]) & (detections.confidence >= min_confidence)]
    covered = _inside(pixels, persons.astype(np.float64)).any(axis=1) & visible
    hiding = [item for item in placed if BY_ID[item.item].size_cm[2] >= _HIDING_HEIGHT_CM]
    behind = _inside(pixels, np.array([item.xyxy for item in hiding]).reshape(-1, 4))
    centres = np.array([item.centre_cm for item in hiding]).reshape(-1, 2).T
    scales = plane.scales_px_per_cm(np.array([_middle(polygon) for polygon, _ in places.values()]))
    meant = np.ones(len(pixels), np.bool_) if calibrated is None else _shown(places, points, calibrated)
    sights = {}
    for row, (name, (polygon, _)) in enumerate(places.items()):
        part = slice(starts[row], starts[row] + counts[row])
        elsewhere = ~np.asarray(shapely.contains_xy(shape_of(polygon), *centres), np.bool_)
        hidden = behind[part][:, elsewhere].any(axis=1)
        sights[name] = PlaceSight(
            visible[part], covered[part], np.asarray(hidden, np.bool_), meant[part], float(scales[row])
        )
    return MappingProxyType(sights)


def no_sights(layout: Layout, calibrated: DeskPlane | None, problem: Reason) -> Mapping[str, PlaceSight]:
    """Return ``place_sights`` of a picture that cannot be used: it shows nothing of what it is meant to show."""
    places = _places(layout)
    points = [sample_points(polygon) for polygon, _ in places.values()]
    counts = [len(group) for group in points]
    meant = np.ones(sum(counts), np.bool_) if calibrated is None else _shown(places, points, calibrated)
    groups = np.split(meant, np.cumsum(counts)[:-1])
    nothing = [np.zeros(count, np.bool_) for count in counts]
    return MappingProxyType(
        {
            name: PlaceSight(none, none, none, group, 0.0, problem)
            for name, none, group in zip(places, nothing, groups, strict=True)
        }
    )


def desk_share(plane: DeskPlane) -> float:
    """Return the share of the desk that lies in its picture, in [0, 1]."""
    width, depth = plane.desk_wh_cm
    outline: PolygonCm = ((0.0, 0.0), (width, 0.0), (width, depth), (0.0, depth))
    return float(_shown({WHOLE_DESK: (outline, 0.0)}, [sample_points(outline)], plane).mean())


def meant_shares(layout: Layout, calibrated: DeskPlane) -> Mapping[str, float]:
    """Return surface or zone id (``WHOLE_DESK``: all of the desk) -> share that a view is meant to show, in [0, 1]."""
    sights = no_sights(layout, calibrated, Reason.OUTSIDE_VIEW)
    return MappingProxyType({name: float(sight.meant.mean()) for name, sight in sights.items()})


def _shown(
    places: Mapping[str, tuple[PolygonCm, float]], points: Sequence[Float64Array], plane: DeskPlane
) -> NDArray[np.bool_]:
    """Which points (K,) of all places lie in a picture."""
    pixels, in_front = _project(plane, points, [height for _, height in places.values()])
    return np.asarray(in_front & ((pixels >= 0) & (pixels < np.array(plane.image_wh))).all(axis=1), np.bool_)


def _places(layout: Layout) -> dict[str, tuple[PolygonCm, float]]:
    """Id -> polygon and height of the desk, of every surface, and of every zone with the surface that it lies on."""
    width, depth = layout.desk_wh_cm
    places: dict[str, tuple[PolygonCm, float]] = {
        WHOLE_DESK: (((0.0, 0.0), (width, 0.0), (width, depth), (0.0, depth)), 0.0)
    }
    places |= {surface.id: (surface.polygon_cm, surface.height_cm) for surface in layout.surfaces}
    heights = heights_of_places(layout)
    places |= {zone.id: (zone.polygon_cm, heights[zone.id]) for zone in layout.zones}
    return places


def heights_of_places(layout: Layout) -> dict[str, float]:
    """Return surface or zone id -> height in cm; a zone lies on the raised surface under its middle, if any."""
    raised_surfaces = [surface for surface in layout.surfaces if surface.height_cm != 0]
    heights = {surface.id: surface.height_cm for surface in layout.surfaces}
    for zone in layout.zones:
        under = [one.height_cm for one in raised_surfaces if _middle_lies_on(zone.polygon_cm, one.polygon_cm)]
        heights[zone.id] = under[0] if under else 0.0
    return heights


@lru_cache(maxsize=4096)
def _middle_lies_on(polygon: PolygonCm, surface: PolygonCm) -> bool:
    return bool(shape_of(surface).covers(shape_of(polygon).centroid))


@lru_cache(maxsize=4096)
def sample_points(polygon: PolygonCm) -> Float64Array:
    """Return points (K, 2) in cm spread evenly over a polygon, at least its centre."""
    shape = shape_of(polygon)
    left, top, right, bottom = shape.bounds
    at = (np.arange(_GRID) + 0.5) / _GRID
    x, y = np.meshgrid(left + at * (right - left), top + at * (bottom - top))
    inside = shapely.contains_xy(shape, x.ravel(), y.ravel())
    points = np.column_stack([x.ravel(), y.ravel()])[inside]
    return read_only(points if len(points) else np.array([_middle(polygon)]))


@lru_cache(maxsize=4096)
def _middle(polygon: PolygonCm) -> tuple[float, float]:
    point = shape_of(polygon).representative_point()
    return float(point.x), float(point.y)


def _project(
    plane: DeskPlane, points: Sequence[Float64Array], heights: Sequence[float]
) -> tuple[Float64Array, NDArray[np.bool_]]:
    """Picture points (K, 2) of all places' points and whether each lies in front of the camera."""
    to_px = plane.to_px_homography
    parts = []
    for group, height in zip(points, heights, strict=True):
        matrix = to_px if height == 0 else raised(to_px, plane.pose_or_nominal(), height)
        parts.append(group @ matrix[:, :2].T + matrix[:, 2])
    homogeneous = np.concatenate(parts)
    weight = homogeneous[:, 2]
    in_front = weight > 1e-9
    straight = homogeneous[:, :2] / np.where(in_front, weight, 1.0)[:, None]
    return straight if plane.lens is None else plane.lens.bent(straight), in_front


def _inside(points: Float64Array, boxes: Float64Array) -> NDArray[np.bool_]:
    """Tell which points (K, 2) lie in which boxes (B, 4), as (K, B)."""
    low = points[:, None, :] >= boxes[None, :, :2]
    high = points[:, None, :] <= boxes[None, :, 2:]
    return np.asarray((low & high).all(axis=2), np.bool_)


def shown_spots(
    spots_cm: Float64Array,
    plane: DeskPlane,
    detections: Detections,
    placed: Sequence[PlacedItem],
    min_confidence: float,
) -> NDArray[np.bool_]:
    """Tell which spots (S, 2) of a desk, 8 cm across, a picture shows free of people and of things that stand before.

    Args:
        spots_cm: middles of the spots on the desk.
        plane: the desk in the picture.
        detections: persons among them hide what is behind them.
        placed: the things on the desk.
        min_confidence: confidence from which a person counts.
    """
    steps = np.array([-4.0, 0.0, 4.0])
    around = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    points = (spots_cm[:, None, :] + around).reshape(-1, 2)
    pixels, in_front = _project(plane, [points], [0.0])
    free = in_front & ((pixels >= 0) & (pixels < np.array(plane.image_wh))).all(axis=1)
    persons = detections.xyxy[(detections.class_id == INDEX["person"]) & (detections.confidence >= min_confidence)]
    hiding = [item.xyxy for item in placed if BY_ID[item.item].size_cm[2] >= _HIDING_HEIGHT_CM]
    for boxes in (persons.astype(np.float64), np.array(hiding, np.float64).reshape(-1, 4)):
        free &= ~_inside(pixels, boxes).any(axis=1)
    return np.asarray(free.reshape(len(spots_cm), -1).mean(axis=1) > _SPOT_SHARE, np.bool_)


def touched_items(detections: Detections, placed: Sequence[PlacedItem], min_confidence: float) -> frozenset[int]:
    """Return the indices of items that lie almost wholly in a person's box and so may be in their hand."""
    persons = detections.xyxy[(detections.class_id == INDEX["person"]) & (detections.confidence >= min_confidence)]
    touched = set()
    for item in placed:
        left, top, right, bottom = item.xyxy
        wide = np.minimum(persons[:, 2], right) - np.maximum(persons[:, 0], left)
        high = np.minimum(persons[:, 3], bottom) - np.maximum(persons[:, 1], top)
        inside = np.maximum(wide, 0) * np.maximum(high, 0)
        if (inside >= _IN_HAND_SHARE * (right - left) * (bottom - top)).any():
            touched.add(item.index)
    return frozenset(touched)


def is_client_present(detections: Detections, plane: DeskPlane, min_confidence: float) -> bool:
    """Tell whether a person stands at the public side.

    A client's box ends where the counter hides their legs, at its outer edge or beyond, a staff member's on the
    staff's side, whichever side the camera is on.
    """
    persons = detections.xyxy[(detections.class_id == INDEX["person"]) & (detections.confidence >= min_confidence)]
    if not len(persons):
        return False
    feet = np.column_stack([persons[:, [0, 2]].mean(axis=1), persons[:, 3]]).astype(np.float64)
    return bool((plane.to_cm(feet)[:, 1] < plane.desk_wh_cm[1] / 3).any())
