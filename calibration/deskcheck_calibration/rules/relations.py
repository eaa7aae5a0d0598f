"""What stands beside what: V08."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deskcheck_vision.taxonomy import BY_ID

from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.layout import Relation, Side
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.rules import belonging
from deskcheck_calibration.scene import Scene, against_limit, finding_about
from deskcheck_calibration.shares import gap

Parameters = Mapping[str, float]


def relations_off(scene: Scene) -> tuple[State, Reason] | None:
    """V08 needs a relation in the layout."""
    return None if scene.layout.relations else (State.NOT_ASSESSED, Reason.NOT_APPLICABLE)


def not_beside(scene: Scene, parameters: Parameters) -> Iterator[Finding]:
    """V08: the gap between two things seen from above, and the side, seen by the staff."""
    for relation in scene.layout.relations:
        items = sorted((item for item in scene.items if item.item == relation.item), key=belonging.order)
        anchors = sorted((item for item in scene.items if item.item == relation.anchor), key=belonging.order)
        if not items or not anchors:
            yield _absent(scene, relation, items)
        for item in items if anchors else ():
            yield _beside(scene, parameters, relation, item, _nearest(item, anchors))


def _nearest(item: PlacedItem, anchors: list[PlacedItem]) -> PlacedItem:
    return min(anchors, key=lambda anchor: gap(item.plan_cm, anchor.plan_cm))


def _absent(scene: Scene, relation: Relation, items: list[PlacedItem]) -> Finding:
    """Nothing can be beside what is not there; a missing item is V05's, a missing anchor leaves V08 open."""
    absent = (relation.anchor,) if items else (relation.item, relation.anchor)
    silent = [reason for name in absent if (reason := scene.silent_about(name)) is not None]
    if not silent and any(scene.may_stand_outside(name) for name in absent):
        silent = [Reason.OUTSIDE_VIEW]
    if silent:
        return Finding("V08", State.NOT_ASSESSED, relation.item, relation.id, reason=silent[0])
    if not items:
        return Finding("V08", State.NOT_ASSESSED, relation.item, relation.id, reason=Reason.NOT_APPLICABLE)
    return finding_about("V08", State.INCONCLUSIVE, items[0], relation.id, Reason.ANCHOR_NOT_FOUND)


def _beside(scene: Scene, parameters: Parameters, relation: Relation, item: PlacedItem, anchor: PlacedItem) -> Finding:
    limit = parameters["gap_cm"] if relation.max_gap_cm is None else relation.max_gap_cm
    measured = gap(item.plan_cm, anchor.plan_cm)
    way = (anchor.centre_cm[0] - item.centre_cm[0], anchor.centre_cm[1] - item.centre_cm[1])
    uncertainty = (item.centre_uncertainty_cm(way) ** 2 + anchor.centre_uncertainty_cm(way) ** 2) ** 0.5
    state, reason = against_limit(measured, uncertainty, limit)
    if state is not State.SUSPECTED and relation.side is not Side.EITHER:
        wrong_by = -way[0] if relation.side is Side.LEFT else way[0]
        doubt = (item.centre_uncertainty_cm((1, 0)) ** 2 + anchor.centre_uncertainty_cm((1, 0)) ** 2) ** 0.5
        side_state, side_reason = against_limit(wrong_by, doubt, 0.0)
        if side_state is not State.PASS:
            state, reason, measured, uncertainty, limit = side_state, side_reason, wrong_by, doubt, 0.0
    if state is not State.PASS and not (scene.is_sure(item) and scene.is_sure(anchor)):
        state, reason = State.INCONCLUSIVE, Reason.LOW_CONFIDENCE
    if item.scale_px_per_cm < BY_ID[item.item].min_scale_px_per_cm:
        state, reason = State.NOT_ASSESSED, Reason.SCALE_TOO_SMALL
    elif state is not State.PASS and (item.is_hidden or anchor.is_hidden):
        state, reason = State.INCONCLUSIVE, Reason.FOOTPRINT_HIDDEN
    elif state is not State.PASS and scene.may_stand_outside(relation.anchor):
        # It may stand beside another one.
        state, reason = State.INCONCLUSIVE, Reason.MAY_BE_OUTSIDE_VIEW
    if state is State.INCONCLUSIVE and anchor.is_cut and scene.is_partial:
        state, reason = State.NOT_ASSESSED, Reason.OUTSIDE_VIEW
    return finding_about(
        "V08", state, item, relation.id, reason, measured=measured, limit=limit, unit="cm", uncertainty=uncertainty
    )
