"""A layout and what stood on it last, as shapes to scale: one SVG unit is one centimetre.

Seen from the staff side: the outer edge (towards the visitors) is at the top, the staff at the bottom, so desk
coordinates are SVG coordinates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from deskcheck_calibration.layout import AroundKind, Layout, PointCm, SurfaceKind, When
from deskcheck_vision.taxonomy import CLASSES

from deskcheck_service.layouts.changes import LayoutChangeOut
from deskcheck_service.layouts.schemas import PlacedItemOut
from deskcheck_service.pages.i18n import mark
from deskcheck_service.schemas import LanguageCode

_MARGIN_CM = 12.0
_FAR_OFF_CM = 30.0
_SIDE_SHARE = 0.2
_TICK_CM = 10
_LABEL_EVERY_CM = 50
_NAMES = {item.id: {"zh": item.zh, "en": item.en} for item in CLASSES}

SURFACE_WORDS = {
    SurfaceKind.MAIN_COUNTER: mark("Main counter"),
    SurfaceKind.PUBLIC_LEDGE: mark("Visitors' ledge"),
    SurfaceKind.LOW_CABINET: mark("Low cabinet"),
    SurfaceKind.RISER_TOP: mark("Riser, top"),
    SurfaceKind.UNDER_RISER: mark("Under the riser"),
    SurfaceKind.MACHINE_TOP: mark("Top of a machine"),
    SurfaceKind.OFFICE_DESK: mark("Office desk"),
}

AROUND_WORDS = {
    AroundKind.SIGHT_LINE: mark("Sight line"),
    AroundKind.STAFF_SEAT: mark("Staff seat"),
    AroundKind.VISITOR_SEAT: mark("Visitors' seat"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A named polygon.

    Attributes:
        points: SVG points, cm.
        label: name of the item it is about; empty where ``word`` names it.
        word: message id; empty where ``label`` names it.
        x_cm, y_cm: where the name stands.
        note: fuller words for people who cannot see the drawing.
        anchor: SVG text-anchor of the name; names near a side grow inwards.
    """

    points: str
    label: str
    word: str
    x_cm: float
    y_cm: float
    note: str = ""
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the ruler; ``label`` is empty between the numbered ones."""

    x_cm: float
    length_cm: float
    label: str


@dataclass(frozen=True, slots=True)
class Redrawn:
    """An outline that another version has otherwise, as SVG points; empty where there was or is none."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DeskMap:
    """Everything the drawing needs.

    Attributes:
        view_box: SVG viewBox with room for ruler and words.
        width_cm, depth_cm: size of the desk.
        surfaces, zones, items: shapes; items are where they stood at the last check.
        edge: SVG points of the outer edge.
        clearance_cm: least distance to the outer edge, None where the rule is off.
        ticks: the ruler below the desk.
        ruler_y_cm: where it lies.
        redrawn: what another version draws otherwise.
        around: sight line and seats, cut where they leave the drawing.
    """

    view_box: str
    width_cm: float
    depth_cm: float
    surfaces: tuple[Shape, ...]
    zones: tuple[Shape, ...]
    items: tuple[Shape, ...]
    edge: str
    clearance_cm: float | None
    ticks: tuple[Tick, ...]
    ruler_y_cm: float
    redrawn: tuple[Redrawn, ...] = ()
    around: tuple[Shape, ...] = ()


def item_name(item: str, language: LanguageCode) -> str:
    """Return an item's name; an id that this version does not know stays as it is."""
    return _NAMES.get(item, {}).get(language, item)


def svg_points(polygon: Iterable[Sequence[float]]) -> str:
    """Return points as SVG writes them, in millimetre steps."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in polygon)


def _corner(polygon: Sequence[PointCm]) -> PointCm:
    return min(x for x, _ in polygon), min(y for _, y in polygon)


def _middle(polygon: Sequence[PointCm]) -> PointCm:
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _surfaces(layout: Layout) -> tuple[Shape, ...]:
    shapes = []
    for surface in layout.surfaces:
        x_cm, _ = _corner(surface.polygon_cm)
        # At the staff's end: the other one holds the edge and its least distance.
        y_cm = max(y for _, y in surface.polygon_cm)
        # A surface that is the whole desk needs no name.
        word = "" if _bounds(surface.polygon_cm) == (0, 0, *layout.desk_wh_cm) else SURFACE_WORDS[surface.kind]
        shapes.append(Shape(svg_points(surface.polygon_cm), "", word, x_cm, y_cm))
    return tuple(shapes)


def _around(layout: Layout, extent: tuple[float, float, float, float]) -> tuple[Shape, ...]:
    """Return sight line and seats; their names stand where the drawing still shows them."""
    shapes = []
    for one in layout.around:
        left, _, _, bottom = _bounds(one.polygon_cm)
        x_cm, y_cm = max(left, extent[0]), min(bottom, extent[3])
        shapes.append(Shape(svg_points(one.polygon_cm), "", AROUND_WORDS[one.kind], x_cm, y_cm, one.kind.value))
    return tuple(shapes)


def _zones(layout: Layout, language: LanguageCode) -> tuple[Shape, ...]:
    shapes = []
    for zone in layout.zones:
        x_cm, y_cm = _corner(zone.polygon_cm)
        name = item_name(zone.item, language)
        count = f"{zone.min_count}-{zone.max_count}"
        hours = "" if zone.valid is When.ALWAYS else f" ({zone.valid.value})"
        shapes.append(Shape(svg_points(zone.polygon_cm), name, "", x_cm, y_cm, f"{name} {count}{hours}"))
    return tuple(shapes)


def _items(layout: Layout, items: Iterable[PlacedItemOut], language: LanguageCode) -> tuple[Shape, ...]:
    shapes = []
    for item in items:
        if not item.footprint_cm:
            continue
        x_cm, y_cm = _middle(item.footprint_cm)
        name = item.item_name.in_language(language)
        around = f"±{item.uncertainty_cm:.1f} cm" if item.uncertainty_cm is not None else ""
        note = f"{name} x {x_cm:.0f} cm, y {y_cm:.0f} cm {around}".strip()
        # At home its zone names it already; a second name would only hide the drawing.
        label = "" if _at_home(layout, item.item, (x_cm, y_cm)) else name
        lowest_cm = max(y for _, y in item.footprint_cm)
        anchor = _anchor(x_cm, layout.desk_wh_cm[0])
        shapes.append(Shape(svg_points(item.footprint_cm), label, "", x_cm, lowest_cm, note, anchor))
    return tuple(shapes)


def _anchor(x_cm: float, width_cm: float) -> str:
    if x_cm < _SIDE_SHARE * width_cm:
        return "start"
    return "end" if x_cm > (1 - _SIDE_SHARE) * width_cm else "middle"


def _at_home(layout: Layout, item: str, point: PointCm) -> bool:
    return any(
        left <= point[0] <= right and top <= point[1] <= bottom
        for zone in layout.zones
        if zone.item == item
        for left, top, right, bottom in [_bounds(zone.polygon_cm)]
    )


def _bounds(polygon: Sequence[PointCm]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return min(xs), min(ys), max(xs), max(ys)


def _extent(layout: Layout, items: Iterable[PlacedItemOut]) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom in cm of all that is drawn; what stands far off the desk is cut."""
    width_cm, depth_cm = layout.desk_wh_cm
    drawn: list[Sequence[PointCm]] = [((0.0, 0.0), (width_cm, depth_cm))]
    drawn += [surface.polygon_cm for surface in layout.surfaces]
    drawn += [zone.polygon_cm for zone in layout.zones]
    drawn += [one.polygon_cm for one in layout.around]
    drawn += [item.footprint_cm for item in items if item.footprint_cm]
    lefts, tops, rights, bottoms = zip(*(_bounds(polygon) for polygon in drawn), strict=True)
    return (
        max(min(lefts), -_FAR_OFF_CM),
        max(min(tops), -_FAR_OFF_CM),
        min(max(rights), width_cm + _FAR_OFF_CM),
        min(max(bottoms), depth_cm + _FAR_OFF_CM),
    )


def _ticks(width_cm: float) -> tuple[Tick, ...]:
    ticks = []
    for at in range(0, int(width_cm) + 1, _TICK_CM):
        numbered = at % _LABEL_EVERY_CM == 0
        ticks.append(Tick(float(at), 2.5 if numbered else 1.2, str(at) if numbered else ""))
    return tuple(ticks)


def desk_map(layout: Layout, items: Iterable[PlacedItemOut], language: LanguageCode) -> DeskMap:
    """Return the drawing of a layout with the items that stood there last.

    Args:
        layout: the approved layout.
        items: what the last judgement saw.
        language: language of the names.
    """
    width_cm, depth_cm = layout.desk_wh_cm
    seen = list(items)
    left, top, right, bottom = _extent(layout, seen)
    box = (left - _MARGIN_CM / 2, top - _MARGIN_CM, right - left + _MARGIN_CM, bottom - top + 2.7 * _MARGIN_CM)
    edge = layout.outer_edge_cm or ((0.0, 0.0), (width_cm, 0.0))
    return DeskMap(
        view_box=" ".join(f"{side:.1f}" for side in box),
        width_cm=width_cm,
        depth_cm=depth_cm,
        surfaces=_surfaces(layout),
        zones=_zones(layout, language),
        items=_items(layout, seen, language),
        edge=svg_points(edge),
        clearance_cm=layout.edge_clearance_cm,
        ticks=_ticks(width_cm),
        ruler_y_cm=bottom + 2.0,
        around=_around(layout, (left, top, right, bottom)),
    )


def desk_map_of_text(text: str, items: Iterable[PlacedItemOut], language: LanguageCode) -> DeskMap:
    """Return the drawing of a stored layout file.

    Raises:
        LayoutFileError: the text is no layout.
    """
    # Reading a layout brings geometry libraries with it, which a server that is only starting does not need.
    from deskcheck_calibration.layout_file import load_layout

    return desk_map(load_layout(text), items, language)


def with_changes(drawn: DeskMap, changes: Iterable[LayoutChangeOut]) -> DeskMap:
    """Return the drawing with the outlines of another version dashed under those that changed."""
    redrawn = [
        Redrawn(svg_points(change.before_cm), svg_points(change.after_cm))
        for change in changes
        if change.before_cm or change.after_cm
    ]
    return replace(drawn, redrawn=tuple(redrawn))
