"""What is there and should not be, and what should be there and is not: V01, V05, V06, V13."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from deskcheck_vision.taxonomy import BY_ID

from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.layout import HomeZone, PlaceType, PolicyKind, Surface, SurfaceKind
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.rules import belonging
from deskcheck_calibration.rules.parameters import defaults
from deskcheck_calibration.scene import WHOLE_DESK, Scene, clear_state, finding_about, share_state
from deskcheck_calibration.shares import share

Parameters = Mapping[str, float]
_SAME_PLACE_SHARE = 0.5
_SAME_BOX_IOU = 0.45
# Between a thing in the approved picture and in a later one, where nobody has moved it.
_APPROVED_REACH_CM = 4.0


def forbidden_items(scene: Scene, parameters: Parameters) -> Iterator[Finding]:
    """V01: forbidden classes inside a surface."""
    home = scene_parameters(scene, "V04")
    on_surface: dict[str, list[Finding]] = {surface.id: [] for surface in scene.flat_surfaces()}
    for item in scene.items:
        found = belonging.flat_surface(scene, item)
        if found is None or not belonging.is_forbidden(scene, item, home):
            continue
        surface, shares = found
        if item.item == belonging.PRINTER and belonging.v13_applies(scene, surface):
            continue
        finding = _forbidden(scene, parameters, item, surface, shares)
        if finding is not None:
            on_surface[surface.id].append(finding)
    for surface in scene.flat_surfaces():
        findings = on_surface[surface.id]
        yield from findings
        yield from _clear("V01", scene, surface, findings, _forbidden_classes(scene, surface))


def _forbidden(
    scene: Scene, parameters: Parameters, item: PlacedItem, surface: Surface, shares: tuple[float, float, float]
) -> Finding | None:
    state, reason = share_state(shares, parameters["overlap"])
    if state is State.PASS:
        return None
    if item.scale_px_per_cm < BY_ID[item.item].min_scale_px_per_cm:
        state, reason = State.NOT_ASSESSED, Reason.SCALE_TOO_SMALL
    elif item.confidence < parameters["sure_from"] or item.is_disputed or item.is_fleeting or _is_approved(scene, item):
        state, reason = State.INCONCLUSIVE, Reason.LOW_CONFIDENCE
    elif surface.kind is SurfaceKind.PUBLIC_LEDGE and scene.context.client_present:
        state, reason = State.INCONCLUSIVE, Reason.MAY_BE_CLIENTS
    elif item.index in scene.context.touched:
        state, reason = State.INCONCLUSIVE, Reason.ITEM_IN_USE
    elif within_grace(scene, parameters, "V01", item, surface.id):
        state, reason = State.INCONCLUSIVE, Reason.WITHIN_GRACE
    return finding_about(
        "V01", state, item, surface.id, reason, measured=100 * shares[1], limit=100 * parameters["overlap"], unit="%",
        uncertainty=50 * (shares[2] - shares[0]),
    )  # fmt: skip


def _is_approved(scene: Scene, item: PlacedItem) -> bool:
    """Tell whether the approved picture shows the same at the same place: then it is taken for what it is not.

    A supervisor has looked at that picture and found everything in order; what the detector makes of it is no finding.
    """
    return any(
        known.item == item.item
        and math.dist(known.centre_cm, item.centre_cm)
        <= max(_APPROVED_REACH_CM, (known.uncertainty_cm + item.uncertainty_cm) / 2)
        for known in scene.context.approved
    )


def within_grace(scene: Scene, parameters: Parameters, rule: str, item: PlacedItem, place: str) -> bool:
    """On camera and in hours an item may stay for a while before it is a finding; after closing not at all.

    How long it has been there is what these frames show, or what earlier looks at the window remember of it.
    """
    if not (scene.is_camera and scene.open_now):
        return False
    context = scene.context
    before_s = context.grace.seconds(rule, item, place, context.captured_at, 60 * parameters["bridge_min"])
    return max(context.observed_s, before_s) < 60 * parameters["grace_min"]


def _forbidden_classes(scene: Scene, surface: Surface) -> tuple[str, ...]:
    return tuple(name for name in BY_ID if belonging.policy_of(scene, name, surface) is PolicyKind.FORBIDDEN)


def _clear(
    rule: str, scene: Scene, surface: Surface, findings: list[Finding], classes: tuple[str, ...]
) -> Iterator[Finding]:
    """Say what can be said of a surface on which nothing forbidden was found."""
    seen = 0
    for name in classes:
        silent = scene.silent_about(name)
        if silent is None and scene.view(surface.id, name).scale_px_per_cm < BY_ID[name].min_scale_px_per_cm:
            silent = Reason.SCALE_TOO_SMALL
        if silent is None:
            seen += 1
        elif not any(finding.item == name for finding in findings):
            yield Finding(rule, State.NOT_ASSESSED, name, surface.id, reason=silent)
    if any(finding.state is not State.NOT_ASSESSED for finding in findings):
        return
    if seen == 0:
        yield Finding(rule, State.NOT_ASSESSED, None, surface.id, reason=Reason.NOT_APPLICABLE)
        return
    unseen = scene.unseen(surface.id)
    yield Finding(rule, clear_state(unseen), None, surface.id, 0.0, 0.0, "count", 0.0, unseen)


def missing_items(scene: Scene, parameters: Parameters) -> Iterator[Finding]:
    """V05: required items against found ones; an item that is elsewhere on the desk is V04's, not missing."""
    required = [zone for zone in belonging.valid_zones(scene) if zone.min_count > 0]
    names = sorted({zone.item for zone in required})
    policies = [policy for policy in scene.layout.policies if policy.kind is PolicyKind.REQUIRED]
    names += sorted({policy.item for policy in policies} - set(names))
    if not names:
        yield Finding("V05", State.NOT_ASSESSED, reason=Reason.NOT_APPLICABLE)
    for name in names:
        zones = tuple(zone for zone in required if zone.item == name)
        if zones:
            yield from _missing_from_zones(scene, parameters, name, zones)
        else:
            places = [policy.surface or WHOLE_DESK for policy in policies if policy.item == name]
            there = _there_often(scene, parameters, name)
            yield from (_missing_from(scene, parameters, name, place, 1, _on(scene, place, there))
                        for place in places)  # fmt: skip


def _missing_from_zones(
    scene: Scene, parameters: Parameters, name: str, zones: tuple[HomeZone, ...]
) -> Iterator[Finding]:
    homes = belonging.assign(name, zones, _there_often(scene, parameters, name), inside_cm=0.0)
    spare = list(homes.spare)
    for zone in zones:
        filling = list(homes.by_zone[zone.id])
        while spare and len(filling) < zone.min_count:
            filling.append(spare.pop())
        yield _missing_from(scene, parameters, name, zone.id, zone.min_count, filling)


def _there_often(scene: Scene, parameters: Parameters, name: str) -> list[PlacedItem]:
    """Items of a class that are missing from less than the share of frames from which a thing counts as missing."""
    least = parameters["frames_share"]
    own = [item for item in (*scene.items, *scene.context.passing) if item.item == name]
    return [item for item in own if not item.shown_frames or 1 - item.support < least - 1e-9]


def _on(scene: Scene, place: str, items: list[PlacedItem]) -> list[PlacedItem]:
    if place == WHOLE_DESK:
        return items
    surface = scene.layout.surface(place)
    return [item for item in items if _is_on(item, surface)]


def _on_place(scene: Scene, name: str, place: str) -> list[PlacedItem]:
    return _on(scene, place, [item for item in scene.items if item.item == name])


def _missing_from(
    scene: Scene, parameters: Parameters, name: str, place: str, needed: int, filling: list[PlacedItem]
) -> Finding:
    # A thing that some frames show is not missing, however few they are to say that it stays where it is.
    sure = [item for item in filling if scene.is_recognised(item)]
    count, view = float(len(sure)), scene.view(place, name)
    if len(sure) >= needed:
        best = min(sure, key=belonging.order)
        return finding_about(
            "V05", State.PASS, best, place, measured=count, limit=float(needed), unit="count", uncertainty=0.0
        )
    reason = view.unseen(scene.common)
    state = State.NOT_ASSESSED if reason is Reason.OUTSIDE_VIEW else State.INCONCLUSIVE
    if (silent := scene.silent_about(name)) is not None:
        state, reason = State.NOT_ASSESSED, silent
    elif view.visible_share > 0 and view.scale_px_per_cm < BY_ID[name].min_scale_px_per_cm:
        state, reason = State.NOT_ASSESSED, Reason.SCALE_TOO_SMALL
    elif len(filling) >= needed:
        state, reason = State.INCONCLUSIVE, Reason.LOW_CONFIDENCE
    elif reason is None and view.hidden_share > scene.common["hidden_share"]:
        reason = Reason.FOOTPRINT_HIDDEN
    elif reason is None and _is_glimpsed(scene, name, place):
        reason = Reason.LOW_CONFIDENCE
    elif reason is None and scene.is_partial and any(zone.id == place for zone in scene.layout.zones):
        # A thing of a zone is missing only where it is nowhere on the desk.
        reason = Reason.MAY_BE_OUTSIDE_VIEW
    elif reason is None:
        state = State.SUSPECTED
    support = 0.0 if view.shown_frames and not filling else None
    return Finding(
        "V05", state, name, place, count, float(needed), "count", 0.0, reason,
        support=support, shown_frames=view.shown_frames,
    )  # fmt: skip


def _is_glimpsed(scene: Scene, name: str, place: str) -> bool:
    """Tell whether something in the place looks a little like what is missing from it."""
    faint = [item for item in scene.context.faint if item.item == name]
    zones = [zone for zone in scene.layout.zones if zone.id == place]
    if not zones:
        return any(place == WHOLE_DESK or _is_on(item, scene.layout.surface(place)) for item in faint)
    return any(belonging.shift_from(item, zones[0].polygon_cm).measured_cm <= item.uncertainty_cm for item in faint)


def _is_on(item: PlacedItem, surface: Surface) -> bool:
    return belonging.surface_share(item, surface)[1] >= _SAME_PLACE_SHARE


def too_many(scene: Scene, parameters: Parameters) -> Iterator[Finding]:
    """V06: count against the maximum of each class that has one."""
    home = scene_parameters(scene, "V04")
    for name, place, limit in _count_limits(scene, parameters):
        counted = [
            item for item in _on_place(scene, name, place)
            if not belonging.is_raised(scene, item) and not belonging.is_forbidden(scene, item, home)
        ]  # fmt: skip
        yield _count(scene, name, place, limit, sorted(counted, key=belonging.order))


def _count_limits(scene: Scene, parameters: Parameters) -> Iterable[tuple[str, str, int]]:
    """(class, place, largest count): the layout's policies, then its zones' sum, then the rule's default."""
    policies = [policy for policy in scene.layout.policies if policy.max_count is not None]
    yield from ((p.item, p.surface or WHOLE_DESK, p.max_count or 0) for p in policies)
    whole = {policy.item for policy in policies if policy.surface is None}
    names = {zone.item for zone in belonging.valid_zones(scene)} | set(defaults("V06"))
    for name in sorted(names - whole):
        zones = belonging.valid_zones(scene, name)
        most = sum(zone.max_count for zone in zones) if zones else int(parameters[name])
        yield name, WHOLE_DESK, most


def _count(scene: Scene, name: str, place: str, limit: int, items: list[PlacedItem]) -> Finding:
    sure = [item for item in items if scene.is_sure(item)]
    doubles = sum(any(same_thing(item, other) for other in sure[:index]) for index, item in enumerate(sure))
    low, high = len(sure) - doubles, len(items) + sum(item.may_be_two for item in items)
    view = scene.view(place, name)
    unseen = view.unseen(scene.common)
    place_id = place or None
    extra = items[min(limit, len(items) - 1)] if items else None
    if low > limit:
        state, reason = State.SUSPECTED, None
    elif high > limit:
        state = State.INCONCLUSIVE
        reason = Reason.OVERLAPPING_BOXES if len(sure) > limit or len(items) <= limit else Reason.LOW_CONFIDENCE
    elif (silent := scene.silent_about(name)) is not None:
        return Finding("V06", State.NOT_ASSESSED, name, place_id, reason=silent)
    elif view.visible_share > 0 and view.scale_px_per_cm < BY_ID[name].min_scale_px_per_cm:
        return Finding("V06", State.NOT_ASSESSED, name, place_id, reason=Reason.SCALE_TOO_SMALL)
    elif unseen is not None:
        return Finding("V06", clear_state(unseen), name, place_id, float(low), float(limit), "count", reason=unseen)
    else:
        return Finding("V06", State.PASS, name, place_id, float(low), float(limit), "count", float(high - low))
    assert extra is not None
    return finding_about(
        "V06", state, extra, place_id, reason, measured=float(low), limit=float(limit), unit="count",
        uncertainty=float(high - low),
    )  # fmt: skip


def same_thing(first: PlacedItem, second: PlacedItem) -> bool:
    """Tell whether two detections of a class may be one thing: two solid items cannot share their place."""
    if share(first.footprint_cm, second.footprint_cm) >= _SAME_PLACE_SHARE:
        return True
    if first.picture != second.picture:
        return False
    left, top, right, bottom = first.xyxy
    other_left, other_top, other_right, other_bottom = second.xyxy
    wide = max(0.0, min(right, other_right) - max(left, other_left))
    high = max(0.0, min(bottom, other_bottom) - max(top, other_top))
    union = (right - left) * (bottom - top) + (other_right - other_left) * (other_bottom - other_top) - wide * high
    return wide * high > _SAME_BOX_IOU * union


def printer_on_counter(scene: Scene, parameters: Parameters) -> Iterator[Finding]:
    """V13: a printer on a window's main counter."""
    home = scene_parameters(scene, "V04")
    for surface in scene.flat_surfaces():
        if not belonging.v13_applies(scene, surface):
            continue
        findings = [
            _printer(scene, parameters, item, surface, found[1])
            for item in scene.items
            if item.item == belonging.PRINTER
            and (found := belonging.flat_surface(scene, item)) is not None
            and found[0].id == surface.id
            and belonging.is_forbidden(scene, item, home)
            and share_state(found[1], parameters["overlap"])[0] is not State.PASS
        ]
        yield from findings
        yield from _clear("V13", scene, surface, findings, (belonging.PRINTER,))


def _printer(
    scene: Scene, parameters: Parameters, item: PlacedItem, surface: Surface, shares: tuple[float, float, float]
) -> Finding:
    state, reason = share_state(shares, parameters["overlap"])
    if not scene.is_sure(item):
        state, reason = State.INCONCLUSIVE, Reason.LOW_CONFIDENCE
    return finding_about(
        "V13", state, item, surface.id, reason, measured=100 * shares[1], limit=100 * parameters["overlap"], unit="%",
        uncertainty=50 * (shares[2] - shares[0]),
    )  # fmt: skip


def printer_rule_off(scene: Scene) -> tuple[State, Reason] | None:
    """V13 speaks only of windows that have a cabinet to put the printer in."""
    if scene.layout.place_type is not PlaceType.WINDOW:
        return State.NOT_ASSESSED, Reason.NOT_APPLICABLE
    if not scene.layout.cabinet_fitted:
        return State.EXEMPT, Reason.NO_CABINET
    if not any(belonging.v13_applies(scene, surface) for surface in scene.flat_surfaces()):
        return State.NOT_ASSESSED, Reason.NOT_APPLICABLE
    return None


def scene_parameters(scene: Scene, rule: str) -> dict[str, float]:
    """Return a rule's parameters with the layout's overrides."""
    return {**defaults(rule), **scene.layout.parameters.get(rule, {})}
