"""A preset applied to a layout: what it adds, changes and takes away, and what waits; pure.

The editor does the same on a draft that is being drawn (service/web/src/editor/presets.ts); both agree on
tests/vectors/presets.json.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import shapely

from deskcheck_calibration.layout import HomeZone, Layout, Policy, PolicyKind, Relation, Surface, SurfaceKind
from deskcheck_calibration.presets.reading import Decision, Preset, PresetPolicy

Key = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decision about a kind of surface that the layout lacks."""

    decision: Decision
    surface: SurfaceKind


@dataclass(frozen=True, slots=True)
class Applied:
    """What a preset makes of a layout.

    Attributes:
        layout: the layout with the decisions; the given one where nothing changes.
        added, removed: policies.
        changed: policies before and after.
        relations: relations added.
        waiting: what cannot be decided before a surface is drawn.
        zones_against: home zones of a class where the preset forbids it. A home zone is the more particular word, so
            things in it pass.
    """

    layout: Layout
    added: tuple[Policy, ...]
    changed: tuple[tuple[Policy, Policy], ...]
    removed: tuple[Policy, ...]
    relations: tuple[Relation, ...]
    waiting: tuple[Waiting, ...]
    zones_against: tuple[HomeZone, ...]


def apply_preset(layout: Layout, preset: Preset) -> Applied:
    """Apply a preset. Decisions that it does not speak of stay; a relation of the same two classes stays as it is.

    A decision for the whole desk takes the place of the layout's own ones for single surfaces, which would win over it.
    """
    wanted, waiting = _wanted(layout.surfaces, preset)
    whole = {one.item for decision in preset.decisions for one in decision.policies if one.surface is None}
    present = {(one.item, one.surface): one for one in layout.policies}
    merged = {key: _decided(present.get(key), key, one) for key, one in wanted.items()}
    kept = {key: one for key, one in present.items() if key in wanted or key[0] not in whole}
    policies = {**{key: merged.get(key, one) for key, one in kept.items()}, **merged}
    relations = _relations(layout, preset)
    changes = replace(layout, policies=tuple(policies.values()), relations=(*layout.relations, *relations))
    return Applied(
        layout=changes,
        added=tuple(one for key, one in merged.items() if key not in present),
        changed=tuple((present[key], one) for key, one in merged.items() if key in present and present[key] != one),
        removed=tuple(one for key, one in present.items() if key not in kept),
        relations=relations,
        waiting=tuple(waiting),
        zones_against=tuple(zone for zone in layout.zones if _is_against(zone, layout.surfaces, preset)),
    )


def _wanted(surfaces: Sequence[Surface], preset: Preset) -> tuple[dict[Key, PresetPolicy], list[Waiting]]:
    wanted: dict[Key, PresetPolicy] = {}
    waiting: dict[tuple[str, SurfaceKind], Waiting] = {}
    for decision in preset.decisions:
        for one in decision.policies:
            ids = [surface.id for surface in surfaces if surface.kind is one.surface]
            if one.surface is not None and not ids:
                waiting.setdefault((decision.source, one.surface), Waiting(decision, one.surface))
            wanted.update({(one.item, key): one for key in (ids if one.surface is not None else [None])})
        for kind in decision.surfaces:
            if all(surface.kind is not kind for surface in surfaces):
                waiting.setdefault((decision.source, kind), Waiting(decision, kind))
    return wanted, list(waiting.values())


def _decided(present: Policy | None, key: Key, one: PresetPolicy) -> Policy:
    kept = present.max_count if present is not None else None
    return Policy(one.item, one.kind, key[1], kept if one.max_count is None else one.max_count)


def _relations(layout: Layout, preset: Preset) -> tuple[Relation, ...]:
    known = {(one.item, one.anchor) for one in layout.relations}
    taken = {one.id for one in layout.surfaces} | {one.id for one in layout.zones}
    taken |= {one.id for one in layout.relations} | {one.id for one in layout.around}
    made = []
    for one in (one for decision in preset.decisions for one in decision.relations):
        if (one.item, one.anchor) not in known:
            relation = Relation(_free(f"{one.item}-beside-{one.anchor}", taken), one.item, one.anchor, None, one.side)
            taken.add(relation.id)
            made.append(relation)
    return tuple(made)


def _free(wish: str, taken: set[str]) -> str:
    number, name = 2, wish
    while name in taken:
        name, number = f"{wish}-{number}", number + 1
    return name


def _is_against(zone: HomeZone, surfaces: Sequence[Surface], preset: Preset) -> bool:
    """Tell whether the preset forbids a zone's class where the zone's middle lies."""
    middle = shapely.Polygon(zone.polygon_cm).centroid
    under = {one.kind for one in surfaces if shapely.Polygon(one.polygon_cm).covers(middle)}
    about = [one for decision in preset.decisions for one in decision.policies if one.item == zone.item]
    here = [one for one in about if one.surface in under] or [one for one in about if one.surface is None]
    return bool(here) and all(one.kind is PolicyKind.FORBIDDEN for one in here)
