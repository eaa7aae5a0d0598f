"""Placed items against a layout: the judgement, without any picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from deskcheck_vision.taxonomy import TAXONOMY_VERSION

from deskcheck_calibration.findings import Finding, Judgement, Reason, State
from deskcheck_calibration.layout import Layout
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.rules.catalogue import RULE_SET_VERSION, RULES, evaluate
from deskcheck_calibration.rules.parameters import COMMON, defaults
from deskcheck_calibration.scene import Context, Scene
from deskcheck_calibration.working_hours import is_open


def common_parameters(layout: Layout) -> MappingProxyType[str, float]:
    """Return the parameters that all rules share, with the layout's overrides."""
    return MappingProxyType({**defaults(COMMON), **layout.parameters.get(COMMON, {})})


def scene_of(placed: Sequence[PlacedItem], layout: Layout, context: Context) -> Scene:
    """Return what the rules look at; items below the lowest confidence are not seen."""
    common = common_parameters(layout)
    items = tuple(item for item in placed if item.confidence >= common["grey_low"])
    open_now = is_open(layout.hours, context.captured_at) if context.open_now is None else context.open_now
    return Scene(layout, items, context, open_now, common)


def compare(placed: Sequence[PlacedItem], layout: Layout, context: Context) -> Judgement:
    """Judge a window.

    Args:
        placed: items on the desk.
        layout: the window's approved layout.
        context: the picture; its ``problems`` make every rule inconclusive.
    """
    if layout.taxonomy_version != TAXONOMY_VERSION:
        # Its class names may mean something else.
        context = replace(context, problems=(Reason.LAYOUT_MISSING, *context.problems))
    return Judgement(
        window=layout.window,
        captured_at=context.captured_at,
        findings=evaluate(scene_of(placed, layout, context)),
        layout_version=layout.version,
        model_sha256=context.model_sha256,
        model_session=context.model_session,
        rule_set_version=RULE_SET_VERSION,
    )


def without_layout(window: str, context: Context) -> Judgement:
    """Return the judgement of a window that has no approved layout: nothing can be said."""
    findings = tuple(Finding(rule.id, State.INCONCLUSIVE, reason=Reason.LAYOUT_MISSING) for rule in RULES)
    return Judgement(
        window=window,
        captured_at=context.captured_at,
        findings=findings,
        layout_version=0,
        model_sha256=context.model_sha256,
        model_session=context.model_session,
        rule_set_version=RULE_SET_VERSION,
    )
