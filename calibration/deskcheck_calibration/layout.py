"""The approved layout of one window: what may stand where, in desk centimetres only.

Because nothing here is in pixels, ONE layout serves every camera and every phone picture of its window.
Desk coordinates: origin at the counter's outer-left corner seen from the staff side, x to the right along the
outer edge, y towards the staff, cm (docs/coordinates.md). Values are frozen; the file format is ``layout_file``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from types import MappingProxyType

PointCm = tuple[float, float]
PolygonCm = tuple[PointCm, ...]

LAYOUT_FORMAT = "1"


class SurfaceKind(StrEnum):
    """What a surface is (C3 of the domain notes)."""

    MAIN_COUNTER = "main_counter"
    PUBLIC_LEDGE = "public_ledge"
    LOW_CABINET = "low_cabinet"
    RISER_TOP = "riser_top"
    UNDER_RISER = "under_riser"
    MACHINE_TOP = "machine_top"
    OFFICE_DESK = "office_desk"


class PlaceType(StrEnum):
    """Kind of work place; rule sets differ by it (D27)."""

    WINDOW = "window"
    MIDDLE_OFFICE = "middle_office"
    CHIEF_OFFICE = "chief_office"


class PolicyKind(StrEnum):
    """What a centre decided about one class on one surface."""

    REQUIRED = "required"
    ALLOWED = "allowed"
    ZONE = "zone"
    FORBIDDEN = "forbidden"
    IGNORED = "ignored"


class When(StrEnum):
    """The hours a zone is valid in."""

    ALWAYS = "always"
    OPEN = "open"
    CLOSED = "closed"


class Side(StrEnum):
    """On which side of the anchor an item has to stand, seen from the staff side."""

    LEFT = "left"
    RIGHT = "right"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Surface:
    """A named area of the desk.

    Attributes:
        id: unique in the layout.
        kind: what it is.
        polygon_cm: (N >= 3) corners, simple, not zero in area.
        height_cm: height of the surface above the desk plane (a riser top: about 10).
    """

    id: str
    kind: SurfaceKind
    polygon_cm: PolygonCm
    height_cm: float = 0.0


@dataclass(frozen=True, slots=True)
class HomeZone:
    """Where items of one class belong (C4, D4, D9).

    Attributes:
        id: unique in the layout.
        item: taxonomy class id.
        polygon_cm: corners in cm.
        min_count: fewer than this many is a missing item (V05).
        max_count: more than this many is too many (V06).
        tolerance_cm: allowed shift beyond the polygon; None takes the rule's default.
        valid: hours in which the zone counts.
        returns: the item may leave in use and must come back (V07: cup, tissue).
    """

    id: str
    item: str
    polygon_cm: PolygonCm
    min_count: int = 0
    max_count: int = 1
    tolerance_cm: float | None = None
    valid: When = When.ALWAYS
    returns: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """An item that has to stand beside another (C5, D6).

    Attributes:
        id: unique in the layout.
        item: taxonomy class id of the item, such as document_camera.
        anchor: taxonomy class id it stands beside, such as monitor.
        max_gap_cm: largest allowed gap between the two footprints; None takes the rule's default.
        side: allowed side.
    """

    id: str
    item: str
    anchor: str
    max_gap_cm: float | None = None
    side: Side = Side.EITHER


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for one class on one surface; classes without a policy follow the taxonomy's default.

    Attributes:
        item: taxonomy class id.
        kind: the decision.
        surface: surface id; None means every surface of the desk.
        max_count: largest number on that surface; None means the rule's default.
    """

    item: str
    kind: PolicyKind
    surface: str | None = None
    max_count: int | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours (C8), local time of the centre.

    Attributes:
        open: half-open intervals [from, to) of a working day.
        weekdays: working days, Monday = 0.
        time_zone: IANA name.
    """

    open: tuple[tuple[time, time], ...] = ((time(9, 0), time(12, 0)), (time(13, 30), time(17, 0)))
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    time_zone: str = "Asia/Shanghai"


def _no_parameters() -> Mapping[str, Mapping[str, float]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ReferenceView:
    """Where the desk lies in the pictures of one place of the camera.

    Kept beside the layout, never inside its rules: the layout itself speaks centimetres only.

    Attributes:
        name: for people; the file name of a photo it was tapped on picks it for that photo.
        image_wh: picture size in px.
        corners_px: outer-left, outer-right, inner-right, inner-left corner of the desk in px (staff-side view).
        focal_px: focal length in px where known.
        bend: how its lens bends the picture, see ``deskcheck_vision.lens``; None for a straight one.
    """

    name: str
    image_wh: tuple[int, int]
    corners_px: tuple[PointCm, PointCm, PointCm, PointCm]
    focal_px: float | None = None
    bend: float | None = None


class AroundKind(StrEnum):
    """What a part of the plane around the desk is (C6, C7)."""

    SIGHT_LINE = "sight_line"
    STAFF_SEAT = "staff_seat"
    VISITOR_SEAT = "visitor_seat"


@dataclass(frozen=True, slots=True)
class Around:
    """A part of the desk's plane that may reach beyond the desk: what visitors see, and where people sit.

    Attributes:
        id: unique in the layout.
        kind: what it is.
        polygon_cm: (N >= 3) corners, simple, not zero in area.
    """

    id: str
    kind: AroundKind
    polygon_cm: PolygonCm


class DeskCorner(StrEnum):
    """A corner of the desk as the staff see it; the order is that of tapped corners and of the printed stickers."""

    OUTER_LEFT = "outer_left"
    OUTER_RIGHT = "outer_right"
    INNER_RIGHT = "inner_right"
    INNER_LEFT = "inner_left"


@dataclass(frozen=True, slots=True)
class Sticker:
    """A position sticker (定位贴) on the desk. Which window it names is the window's business, not the layout's.

    Attributes:
        corner: which of a window's four stickers it is; it need not lie at that corner.
        tag_cm: the black square's corners, clockwise from the tag's own top left.
    """

    corner: DeskCorner
    tag_cm: PolygonCm


@dataclass(frozen=True, slots=True)
class Layout:
    """One version of the layout of one window.

    Attributes:
        window: the window's code, such as "A03".
        version: counts from 1; immutable once approved.
        desk_wh_cm: width (along the outer edge) and depth of the desk in cm.
        taxonomy_version: the taxonomy it was written for.
        place_type: kind of work place.
        outer_edge_cm: polyline (N >= 2) of the counter's outer edge; default is the line y = 0.
        edge_clearance_cm: smallest allowed distance from an item to the outer edge; None switches V03 off.
        cabinet_fitted: a low cabinet for the printer exists (V13 exempts windows without one).
        surfaces, zones, relations, policies: see there.
        hours: opening hours.
        parameters: overrides of rule parameters, rule id -> parameter name -> value.
        views: reference views, see ``ReferenceView``.
        stickers: where the position stickers lie; none, or at least two.
        around: sight line and seats; may reach beyond the desk.
    """

    window: str
    version: int
    desk_wh_cm: tuple[float, float]
    taxonomy_version: str
    place_type: PlaceType = PlaceType.WINDOW
    outer_edge_cm: PolygonCm = ()
    edge_clearance_cm: float | None = None
    cabinet_fitted: bool = True
    surfaces: tuple[Surface, ...] = ()
    zones: tuple[HomeZone, ...] = ()
    relations: tuple[Relation, ...] = ()
    policies: tuple[Policy, ...] = ()
    hours: Hours = field(default_factory=Hours)
    parameters: Mapping[str, Mapping[str, float]] = field(default_factory=_no_parameters)
    views: tuple[ReferenceView, ...] = ()
    stickers: tuple[Sticker, ...] = ()
    around: tuple[Around, ...] = ()

    def surface(self, surface_id: str) -> Surface:
        """Return the surface of that id.

        Raises:
            KeyError: there is none (a loaded layout file has been checked for it).
        """
        for surface in self.surfaces:
            if surface.id == surface_id:
                return surface
        raise KeyError(surface_id)
