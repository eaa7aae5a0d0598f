"""Where things stand: V03 edge clearance, V04 home zones, V09 risers, V10 machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deskcheck_vision.taxonomy import BY_ID, DefaultPolicy

from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.layout import HomeZone, PolicyKind, PolygonCm, Surface, SurfaceKind
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.rules import belonging
from deskcheck_calibration.rules.presence import scene_parameters, within_grace
from deskcheck_calibration.scene import WHOLE_DESK, Scene, against_limit, clear_state, finding_about, share_state
from deskcheck_calibration.shares import crosses, nearest_on_line, shape_of

Parameters = Mapping[str, float]
MONITOR = "monitor"
# An item whose foot is hidden is out of its place all the same where it is this many half widths beyond the limit.
_FAR = 3.0


def clearance_off(scene: Scene) -> tuple[State, Reason] | None:
    """V03 has no default: the source's figure is cut off, so a centre has to give its own."""
    return (State.NOT_ASSESSED, Reason.RULE_OFF) if scene.layout.edge_clearance_cm is None else None


def edge_clearance(scene: Scene, parameters: Parameters) -> Iterator[Finding]:
    """V03: a footprint's outermost point against the counter's outer edge."""
    clearance = scene.layout.edge_clearance_cm
    if clearance is None:
        return
    tolerance = parameters["tolerance_camera_cm" if scene.is_camera else "tolerance_photo_cm"]
    home = scene_parameters(scene, "V04")
    findings = []
    for item in scene.items:
        if _keeps_clear(scene, item, home):
            finding = _clearance(scene, item, clearance, tolerance)
            if finding.state is not State.PASS:
                findings.append(finding)
    yield from findings
    if not findings:
        unseen = scene.unseen(WHOLE_DESK)
        yield Finding("V03", clear_state(unseen), limit=clearance, unit="cm", reason=unseen)


def _keeps_clear(scene: Scene, item: PlacedItem, home: Parameters) -> bool:
    """Context, forbidden and raised items are none of V03's business, nor is what lies on the public ledge."""
    if BY_ID[item.item].default_policy is DefaultPolicy.CONTEXT or belonging.is_raised(scene, item):
        return False
    found = belonging.flat_surface(scene, item)
    if found is None or found[0].kind is SurfaceKind.PUBLIC_LEDGE:
        return False
    if belonging.policy_of(scene, item.item, found[0]) is PolicyKind.IGNORED:
        return False
    return not belonging.is_forbidden(scene, item, home)


def _clearance(scene: Scene, item: PlacedItem, clearance_cm: float, tolerance_cm: float) -> Finding:
    measured, uncertainty = edge_distance(scene, item)
    # As a value that must not exceed a limit: by how much it comes too near.
    state, reason = against_limit(clearance_cm - measured, uncertainty, tolerance_cm)
    if item.is_hidden and state is not State.PASS:
        state, reason = State.INCONCLUSIVE, Reason.FOOTPRINT_HIDDEN
    elif not scene.is_sure(item) and state is not State.PASS:
        state, reason = State.INCONCLUSIVE, Reason.LOW_CONFIDENCE
    elif item.scale_px_per_cm < BY_ID[item.item].min_scale_px_per_cm:
        state, reason = State.NOT_ASSESSED, Reason.SCALE_TOO_SMALL
    return finding_about(
        "V03", state, item, None, reason, measured=measured, limit=clearance_cm, unit="cm", uncertainty=uncertainty
    )


def edge_distance(scene: Scene, item: PlacedItem) -> tuple[float, float]:
    """Return distance and ~95 % half width in cm of the footprint's outermost point from the outer edge.

    Negative beyond the edge, seen from the middle of the desk.
    """
    width, depth = scene.layout.desk_wh_cm
    edge: PolygonCm = scene.layout.outer_edge_cm or ((0.0, 0.0), (width, 0.0))
    middle = (width / 2, depth / 2)
    best: tuple[float, float] | None = None
    for corner, point in enumerate(item.footprint_cm):
        distance, direction = nearest_on_line(point, edge)
        if crosses(middle, point, edge):
            distance = -distance
        if best is None or distance < best[0]:
            best = (distance, item.corner_uncertainty_cm(corner, direction))
    assert best is not None
    return best


def out_of_zone(scene: Scene, parameters: Parameters) -> Iterator[Finding]:
    """V04: items against their home zones; those that may be in use and come back are V07's."""
    yield from against_zones("V04", scene, parameters, returning=False)


def against_zones(rule: str, scene: Scene, parameters: Parameters, *, returning: bool) -> Iterator[Finding]:
    """Judge every valid home zone of one kind: fixed ones (V04) or those that items return to (V07)."""
    zones = [zone for zone in belonging.valid_zones(scene) if zone.returns is returning]
    if not zones:
        asleep = any(zone.returns is returning for zone in scene.layout.zones)
        yield Finding(rule, State.NOT_ASSESSED, reason=Reason.OUT_OF_HOURS if asleep else Reason.NOT_APPLICABLE)
    inside_cm = parameters["shift_camera_cm" if scene.is_camera else "shift_photo_cm"]
    for name in sorted({zone.item for zone in zones}):
        own = tuple(zone for zone in zones if zone.item == name)
        # A class may have zones of both kinds; an item in one of the others is at home and no business of these.
        others = tuple(zone for zone in belonging.valid_zones(scene, name) if zone not in own)
        candidates = [
            item
            for item in scene.items
            if item.item == name
            and not belonging.is_forbidden(scene, item, parameters)
            and not (belonging.is_raised(scene, item) and not belonging.is_home(scene, item, parameters))
            and not any(belonging.shift_from(item, zone.polygon_cm).measured_cm <= inside_cm for zone in others)
        ]
        homes = belonging.assign(name, own, candidates, inside_cm)
        for zone in own:
            members = homes.by_zone[zone.id]
            if not members:
                yield _nothing_there(rule, scene, zone)
            for item in members:
                yield _judge(rule, scene, parameters, zone, item, is_ambiguous=homes.is_ambiguous)


def _nothing_there(rule: str, scene: Scene, zone: HomeZone) -> Finding:
    """An absent item is in no place, right or wrong; whether it is missing is V05's."""
    view = scene.view(zone.id, zone.item)
    reason = scene.silent_about(zone.item)
    if reason is None and scene.unseen(zone.id) is Reason.OUTSIDE_VIEW:
        reason = Reason.OUTSIDE_VIEW
    elif reason is None and view.visible_share > 0 and view.scale_px_per_cm < BY_ID[zone.item].min_scale_px_per_cm:
        reason = Reason.SCALE_TOO_SMALL
    return Finding(rule, State.NOT_ASSESSED, zone.item, zone.id, reason=reason or Reason.NOT_APPLICABLE)


def _judge(
    rule: str, scene: Scene, parameters: Parameters, zone: HomeZone, item: PlacedItem, *, is_ambiguous: bool
) -> Finding:
    limit = belonging.allowed_shift_cm(scene, zone, parameters)
    shift = belonging.shift_from(item, zone.polygon_cm)
    state, reason = against_limit(shift.measured_cm - shift.margin_cm, shift.uncertainty_cm, limit)
    if item.scale_px_per_cm < BY_ID[item.item].min_scale_px_per_cm:
        state, reason = State.NOT_ASSESSED, Reason.SCALE_TOO_SMALL
    elif not scene.is_sure(item):
        state, reason = State.INCONCLUSIVE, Reason.LOW_CONFIDENCE
    elif state is not State.PASS and item.index in scene.context.touched:
        state, reason = State.INCONCLUSIVE, Reason.ITEM_IN_USE
    elif state is not State.PASS and (is_ambiguous or scene.unseen(zone.id) is Reason.OUTSIDE_VIEW):
        # Where the zone is not shown, it may hold its own thing, and this be one too many.
        state, reason = State.INCONCLUSIVE, Reason.AMBIGUOUS_ITEMS
    elif state is not State.PASS and item.is_hidden and shift.measured_cm - limit < _FAR * shift.uncertainty_cm:
        state, reason = State.INCONCLUSIVE, Reason.FOOTPRINT_HIDDEN
    elif state is State.SUSPECTED and _may_still_return(rule, scene, parameters, zone, item):
        state, reason = State.INCONCLUSIVE, Reason.WITHIN_GRACE
    return finding_about(
        rule, state, item, zone.id, reason, measured=shift.measured_cm, limit=limit, unit="cm",
        uncertainty=shift.uncertainty_cm,
    )  # fmt: skip


def _may_still_return(rule: str, scene: Scene, parameters: Parameters, zone: HomeZone, item: PlacedItem) -> bool:
    return "grace_min" in parameters and within_grace(scene, parameters, rule, item, zone.id)


def on_risers(scene: Scene, parameters: Parameters) -> Iterator[Finding]:
    """V09: items on a riser top; the monitor may stand there."""
    yield from _on_raised("V09", scene, parameters, SurfaceKind.RISER_TOP, frozenset({MONITOR, "monitor_riser"}))


def on_machines(scene: Scene, parameters: Parameters) -> Iterator[Finding]:
    """V10: items on a machine top."""
    yield from _on_raised("V10", scene, parameters, SurfaceKind.MACHINE_TOP, frozenset())


def riser_off(scene: Scene) -> tuple[State, Reason] | None:
    """V09 needs a riser top in the layout."""
    return _without(scene, SurfaceKind.RISER_TOP)


def machine_off(scene: Scene) -> tuple[State, Reason] | None:
    """V10 needs a machine top in the layout."""
    return _without(scene, SurfaceKind.MACHINE_TOP)


def _without(scene: Scene, kind: SurfaceKind) -> tuple[State, Reason] | None:
    if any(surface.kind is kind for surface in scene.layout.surfaces):
        return None
    return State.NOT_ASSESSED, Reason.NOT_APPLICABLE


def _on_raised(
    rule: str, scene: Scene, parameters: Parameters, kind: SurfaceKind, exempt: frozenset[str]
) -> Iterator[Finding]:
    for surface in (surface for surface in scene.layout.surfaces if surface.kind is kind):
        findings = []
        for item in scene.items:
            if item.item in exempt or _may_stand_on(scene, item, surface):
                continue
            finding = _stands_on(rule, scene, parameters, surface, item)
            if finding.state is not State.PASS:
                findings.append(finding)
        yield from findings
        if not findings:
            unseen = scene.unseen(surface.id)
            yield Finding(rule, clear_state(unseen), None, surface.id, 0.0, 0.0, "count", 0.0, unseen)


def _may_stand_on(scene: Scene, item: PlacedItem, surface: Surface) -> bool:
    """The layout's own word: a policy for this very surface, or a home zone on it that the item stands in."""
    if any(p.item == item.item and p.surface == surface.id and p.kind is not PolicyKind.FORBIDDEN
           for p in scene.layout.policies):  # fmt: skip
        return True
    if BY_ID[item.item].default_policy is DefaultPolicy.CONTEXT:
        return True
    top = shape_of(surface.polygon_cm)
    return any(
        zone.item == item.item
        and top.covers(shape_of(zone.polygon_cm).centroid)
        and belonging.shift_from(item, zone.polygon_cm).measured_cm == 0
        for zone in belonging.valid_zones(scene, item.item)
    )


def _stands_on(rule: str, scene: Scene, parameters: Parameters, surface: Surface, item: PlacedItem) -> Finding:
    shares = item.raised_share if item.near_surface == surface.id else (0.0, 0.0, 0.0)
    state, reason = share_state(shares, parameters["overlap"])
    if state is not State.PASS and item.scale_px_per_cm < BY_ID[item.item].min_scale_px_per_cm:
        state, reason = State.NOT_ASSESSED, Reason.SCALE_TOO_SMALL
    elif state is not State.PASS and not scene.is_sure(item):
        state, reason = State.INCONCLUSIVE, Reason.LOW_CONFIDENCE
    return finding_about(
        rule, state, item, surface.id, reason, measured=100 * shares[1], limit=100 * parameters["overlap"], unit="%",
        uncertainty=50 * (shares[2] - shares[0]),
    )  # fmt: skip
