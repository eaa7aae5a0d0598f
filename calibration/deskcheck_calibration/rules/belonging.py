"""Which surface an item is on, what the layout says about it there, and whose home zone it fills.

Every item is explained by one rule: on a riser or machine by V09/V10, as forbidden by V01 (a printer by V13),
otherwise by its home zone, V04/V07 (where) and V06 (how many).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from deskcheck_vision.taxonomy import BY_ID, DefaultPolicy

from deskcheck_calibration.layout import HomeZone, PlaceType, PolicyKind, PolygonCm, Surface, SurfaceKind
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.scene import Scene
from deskcheck_calibration.shares import centred, depth_inside, inward_planes, protrusion, shape_of, share_over
from deskcheck_calibration.working_hours import is_valid

PRINTER = "printer"
_RAISED_KINDS = (SurfaceKind.RISER_TOP, SurfaceKind.MACHINE_TOP)


@dataclass(frozen=True, slots=True)
class Shift:
    """How far an item is out of a home zone.

    Attributes:
        measured_cm: how far it sticks out beyond what its size makes unavoidable; 0 where it is inside.
        margin_cm: how far inside it is; 0 where it is outside.
        uncertainty_cm: ~95 % half width of either.
    """

    measured_cm: float
    margin_cm: float
    uncertainty_cm: float


def shift_from(item: PlacedItem, zone: PolygonCm) -> Shift:
    """Measure an item against a zone by its footprint alone.

    What is unknown about a shift is where the item's centre lies: an item whose size is unknown is not thereby
    shifted, and one too large for its zone is not out of it as long as it stands in its middle.
    """
    out, _, direction = protrusion(item.footprint_cm, zone)
    if out == 0:
        return _shift_inside(item, zone)
    unavoidable, _, _ = protrusion(centred(item.footprint_cm, item.centre_cm, zone), zone)
    return Shift(max(out - unavoidable, 0.0), 0.0, item.centre_uncertainty_cm(direction))


def _shift_inside(item: PlacedItem, zone: PolygonCm) -> Shift:
    """Margin and uncertainty towards the side that is likeliest to be crossed."""
    planes = inward_planes(zone)
    if not planes:
        return Shift(0.0, max(depth_inside(item.footprint_cm, zone), 0.0), item.uncertainty_cm)
    margins = [min(nx * x + ny * y + offset for x, y in item.footprint_cm) for nx, ny, offset in planes]
    doubts = [item.centre_uncertainty_cm((nx, ny)) for nx, ny, _ in planes]
    margin, doubt = min(zip(margins, doubts, strict=True), key=lambda side: side[0] - side[1])
    return Shift(0.0, max(margin, 0.0), doubt)


def allowed_shift_cm(scene: Scene, zone: HomeZone, parameters: Mapping[str, float]) -> float:
    """Return the zone's own tolerance or the rule's default for photos or cameras."""
    if zone.tolerance_cm is not None:
        return zone.tolerance_cm
    return parameters["shift_camera_cm" if scene.is_camera else "shift_photo_cm"]


def valid_zones(scene: Scene, item: str | None = None) -> tuple[HomeZone, ...]:
    """Return the zones that count now, of one class or of all."""
    return tuple(
        zone
        for zone in scene.layout.zones
        if (item is None or zone.item == item) and is_valid(zone.valid, open_now=scene.open_now)
    )


def surface_share(item: PlacedItem, surface: Surface) -> tuple[float, float, float]:
    """Return (low, best, high) share of an item on a surface; nothing stands on two heights at once."""
    if surface.height_cm != 0:
        return item.raised_share if item.surface == surface.id else (0.0, 0.0, 0.0)
    if item.surface is not None:
        return (0.0, 0.0, 0.0)
    return share_over(item.footprint_cm, surface.polygon_cm, item.centre_covariance_cm2)


def flat_surface(scene: Scene, item: PlacedItem) -> tuple[Surface, tuple[float, float, float]] | None:
    """Return the surface that an item lies on with its share, the smallest of several; None where on none.

    An item half on two surfaces is on the one that holds more of it, so that it is never counted twice.
    """
    shares = [(surface, surface_share(item, surface)) for surface in scene.flat_surfaces()]
    reached = [(surface, share) for surface, share in shares if share[2] > 0]
    if not reached:
        return None
    return min(reached, key=lambda found: (-round(found[1][1], 6), shape_of(found[0].polygon_cm).area, found[0].id))


def policy_of(scene: Scene, name: str, surface: Surface) -> PolicyKind:
    """Return what holds for a class on a surface: its own policy, the desk's, else the taxonomy's default.

    A class that the taxonomy forbids is not forbidden where the approved layout gives it a home zone, and a printer
    is forbidden on counters by V13 alone. ``required`` needs a place to be missing from, so the taxonomy's default
    makes nothing required.
    """
    for_class = [policy for policy in scene.layout.policies if policy.item == name]
    for policy in sorted(for_class, key=lambda policy: policy.surface is None):
        if policy.surface in (surface.id, None):
            return policy.kind
    default = BY_ID[name].default_policy
    if default in (DefaultPolicy.CONTEXT, DefaultPolicy.ADVISORY):
        return PolicyKind.IGNORED
    has_zone = any(zone.item == name for zone in scene.layout.zones)
    if default is DefaultPolicy.FORBIDDEN and not has_zone and name != PRINTER:
        return PolicyKind.FORBIDDEN
    return PolicyKind.ALLOWED


def is_home(scene: Scene, item: PlacedItem, parameters: Mapping[str, float]) -> bool:
    """Tell whether an item stands in a valid home zone of its class, within the allowed shift."""
    return any(
        shift_from(item, zone.polygon_cm).measured_cm <= allowed_shift_cm(scene, zone, parameters)
        for zone in valid_zones(scene, item.item)
    )


def is_raised(scene: Scene, item: PlacedItem) -> bool:
    """Tell whether an item stands on a riser or machine, which V09 and V10 explain."""
    return any(surface.id == item.surface and surface.kind in _RAISED_KINDS for surface in scene.layout.surfaces)


def is_forbidden(scene: Scene, item: PlacedItem, parameters: Mapping[str, float]) -> bool:
    """Tell whether V01 or V13 explains an item: forbidden on its surface and not in its own home zone."""
    if is_raised(scene, item):
        return False
    found = flat_surface(scene, item)
    if found is None:
        return False
    surface, _ = found
    kind = policy_of(scene, item.item, surface)
    by_v13 = item.item == PRINTER and surface.kind is SurfaceKind.MAIN_COUNTER and v13_applies(scene, surface)
    return (kind is PolicyKind.FORBIDDEN or by_v13) and not is_home(scene, item, parameters)


def v13_applies(scene: Scene, surface: Surface) -> bool:
    """Tell whether V13 looks at printers on a surface.

    It does on the main counter of a window that has a cabinet for them, unless the layout lets them be there.
    """
    if scene.layout.place_type is not PlaceType.WINDOW or not scene.layout.cabinet_fitted:
        return False
    if surface.kind is not SurfaceKind.MAIN_COUNTER:
        return False
    explicit = {policy.surface: policy.kind for policy in scene.layout.policies if policy.item == PRINTER}
    kind = explicit.get(surface.id, explicit.get(None, PolicyKind.FORBIDDEN))
    has_zone = any(zone.item == PRINTER for zone in scene.layout.zones)
    return kind is PolicyKind.FORBIDDEN and not (has_zone and not explicit)


def order(item: PlacedItem) -> tuple[float, ...]:
    """Sort key by what an item is, never by where it came in the list."""
    return (-item.confidence, *item.centre_cm, *item.xyxy)


@dataclass(frozen=True, slots=True)
class Homes:
    """Who fills which home zone.

    Attributes:
        by_zone: zone id -> items that it is the home of, at most its largest count.
        spare: items of the class beyond all its zones' counts.
        is_ambiguous: several alike items could be the one that is out of its zone.
    """

    by_zone: Mapping[str, tuple[PlacedItem, ...]]
    spare: tuple[PlacedItem, ...]
    is_ambiguous: bool


def assign(name: str, zones: tuple[HomeZone, ...], candidates: Iterable[PlacedItem], inside_cm: float) -> Homes:
    """Give every item of a class at most one zone, nearest first, so that none is counted twice.

    Args:
        name: class id.
        zones: that class's zones.
        candidates: items to give; those of other classes are left out.
        inside_cm: shift up to which an item counts as in its zone.
    """
    items = sorted((item for item in candidates if item.item == name), key=order)
    pairs = sorted(
        (
            (shift_from(item, zone.polygon_cm).measured_cm, zone.id, index, zone)
            for index, item in enumerate(items)
            for zone in zones
        ),
        key=lambda pair: pair[:3],
    )
    taken: dict[int, str] = {}
    homes: dict[str, list[int]] = {zone.id: [] for zone in zones}
    outside = 0
    for shift, zone_id, index, zone in pairs:
        if index in taken or len(homes[zone_id]) >= zone.max_count:
            continue
        taken[index] = zone_id
        homes[zone_id].append(index)
        outside += shift > inside_cm
    spare = tuple(item for index, item in enumerate(items) if index not in taken)
    by_zone = {zone_id: tuple(items[index] for index in members) for zone_id, members in homes.items()}
    return Homes(by_zone, spare, is_ambiguous=bool(spare) and outside > 0)
