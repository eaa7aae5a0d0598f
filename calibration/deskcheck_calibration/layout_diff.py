"""What one version of a layout changes against another, in words and as outlines; pure.

Things are matched by their id, policies by class and surface, views by name: a zone that was deleted and drawn anew
under another id is one removed and one added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from deskcheck_calibration.diff_words import (
    WHEN_WORDS,
    Words,
    around_name,
    hours_words,
    policy_name,
    relation_name,
    shape_words,
    surface_name,
    value_words,
    zone_name,
)
from deskcheck_calibration.layout import Around, HomeZone, Layout, Policy, PolygonCm, Relation, Surface
from deskcheck_calibration.view_words import view_part

Named = TypeVar("Named")
_DEFAULT: Words = ("默认", "default")


class ChangeKind(StrEnum):
    """What happened to a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class LayoutChange:
    """One difference.

    Attributes:
        kind: added, removed or changed.
        section: key of the layout file it is about, such as ``zones``.
        id: id of the thing; empty where the whole layout is meant.
        zh, en: a sentence for people.
        before_cm, after_cm: outlines in desk cm to be drawn; empty where there is none or it stayed.
    """

    kind: ChangeKind
    section: str
    id: str
    zh: str
    en: str
    before_cm: PolygonCm = ()
    after_cm: PolygonCm = ()


def layout_changes(before: Layout, after: Layout) -> tuple[LayoutChange, ...]:
    """Return what ``after`` changes against ``before``, in the order of the file; empty where both mean the same.

    Window and version number are no change. Neither argument is written to.
    """
    return (*_desk(before, after), *_surfaces(before, after), *_zones(before, after), *_around(before, after),
            *_relations(before, after), *_policies(before, after), *_rest(before, after))  # fmt: skip


def _desk(before: Layout, after: Layout) -> Iterator[LayoutChange]:
    edges = _cm(before.edge_clearance_cm), _cm(after.edge_clearance_cm)
    fitted = _yes(before.cabinet_fitted), _yes(after.cabinet_fitted)
    kinds = before.place_type.value, after.place_type.value
    whole = [
        ("desk_cm", value_words(("桌面尺寸", "size of the desk"), _size(before.desk_wh_cm), _size(after.desk_wh_cm))),
        ("place_type", value_words(("场所类型", "kind of place"), *kinds)),
        ("edge_clearance_cm", value_words(("离外沿最小距离", "least distance to the edge"), *edges)),
        ("cabinet_fitted", value_words(("配有矮柜", "low cabinet fitted"), *fitted)),
    ]
    for section, words in whole:
        if words is not None:
            yield LayoutChange(ChangeKind.CHANGED, section, "", *words)
    if before.outer_edge_cm != after.outer_edge_cm:
        yield LayoutChange(ChangeKind.CHANGED, "outer_edge_cm", "", "外沿线已改画", "the outer edge was redrawn")


def _size(desk_wh_cm: tuple[float, float]) -> str:
    return f"{desk_wh_cm[0]:g} x {desk_wh_cm[1]:g} cm"


def _cm(value: float | None) -> str | None:
    return None if value is None else f"{value:g} cm"


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:g}"


def _yes(value: bool) -> Words:
    return ("是", "yes") if value else ("否", "no")


def _by_key(
    before: Sequence[Named], after: Sequence[Named], key: Callable[[Named], str]
) -> Iterator[tuple[str, Named | None, Named | None]]:
    old, new = {key(one): one for one in before}, {key(one): one for one in after}
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)


def _joined(name: Words, parts: Sequence[Words | None]) -> Words:
    said = [part for part in parts if part is not None]
    return f"{name[0]}：" + "；".join(zh for zh, _ in said), f"{name[1]}: " + "; ".join(en for _, en in said)


def _whole(
    section: str, key: str, name: Words, removed: bool, before: PolygonCm = (), after: PolygonCm = ()
) -> LayoutChange:
    if removed:
        return LayoutChange(ChangeKind.REMOVED, section, key, f"删除{name[0]}", f"{name[1]} was removed", before)
    return LayoutChange(ChangeKind.ADDED, section, key, f"新增{name[0]}", f"{name[1]} was added", (), after)


def _surfaces(before: Layout, after: Layout) -> Iterator[LayoutChange]:
    def key(surface: Surface) -> str:
        return surface.id

    for name, old, new in _by_key(before.surfaces, after.surfaces, key):
        if old is None or new is None:
            one = old or new
            assert one is not None
            yield _whole("surfaces", name, surface_name(one), new is None, one.polygon_cm, one.polygon_cm)
            continue
        parts = [
            shape_words(old.polygon_cm, new.polygon_cm),
            value_words(("类型", "kind"), surface_name(old), surface_name(new)) if old.kind is not new.kind else None,
            value_words(("高度", "height"), _cm(old.height_cm), _cm(new.height_cm)),
        ]
        words = _joined(surface_name(new), parts)
        yield LayoutChange(ChangeKind.CHANGED, "surfaces", name, *words, *_outlines(old.polygon_cm, new.polygon_cm))


def _outlines(before: PolygonCm, after: PolygonCm) -> tuple[PolygonCm, PolygonCm]:
    return ((), ()) if before == after else (before, after)


def _zones(before: Layout, after: Layout) -> Iterator[LayoutChange]:
    def key(zone: HomeZone) -> str:
        return zone.id

    for name, old, new in _by_key(before.zones, after.zones, key):
        if old is None or new is None:
            one = old or new
            assert one is not None
            home = before if new is None else after
            label = zone_name(one, home.zones)
            yield _whole("zones", name, label, new is None, one.polygon_cm, one.polygon_cm)
            continue
        parts = [
            value_words(("物品", "item"), zone_name(old, ()), zone_name(new, ())) if old.item != new.item else None,
            shape_words(old.polygon_cm, new.polygon_cm),
            value_words(("数量", "count"), f"{old.min_count}-{old.max_count}", f"{new.min_count}-{new.max_count}"),
            value_words(("允许偏移", "tolerance"), _cm(old.tolerance_cm), _cm(new.tolerance_cm), _DEFAULT),
            value_words(("适用时段", "hours"), WHEN_WORDS[old.valid], WHEN_WORDS[new.valid]),
            value_words(("用后归位", "returns after use"), _yes(old.returns), _yes(new.returns)),
        ]  # fmt: skip
        words = _joined(zone_name(new, after.zones), parts)
        yield LayoutChange(ChangeKind.CHANGED, "zones", name, *words, *_outlines(old.polygon_cm, new.polygon_cm))


def _around(before: Layout, after: Layout) -> Iterator[LayoutChange]:
    def key(one: Around) -> str:
        return one.id

    for name, old, new in _by_key(before.around, after.around, key):
        if old is None or new is None:
            one = old or new
            assert one is not None
            yield _whole("around", name, around_name(one), new is None, one.polygon_cm, one.polygon_cm)
            continue
        parts = [
            shape_words(old.polygon_cm, new.polygon_cm),
            value_words(("类型", "kind"), around_name(old), around_name(new)) if old.kind is not new.kind else None,
        ]
        words = _joined(around_name(new), parts)
        yield LayoutChange(ChangeKind.CHANGED, "around", name, *words, *_outlines(old.polygon_cm, new.polygon_cm))


def _relations(before: Layout, after: Layout) -> Iterator[LayoutChange]:
    def key(relation: Relation) -> str:
        return relation.id

    for name, old, new in _by_key(before.relations, after.relations, key):
        if old is None or new is None:
            one = old or new
            assert one is not None
            yield _whole("relations", name, relation_name(one), new is None)
            continue
        gaps = (_cm(old.max_gap_cm), _cm(new.max_gap_cm))
        words = (
            f"相邻要求：{relation_name(old)[0]} 改为 {relation_name(new)[0]}",
            f"relation: {relation_name(old)[1]} is now {relation_name(new)[1]}",
        )
        if relation_name(old) == relation_name(new):
            gap = value_words(("最大间距", "largest gap"), *gaps, _DEFAULT)
            words = _joined(relation_name(new), [gap])
        yield LayoutChange(ChangeKind.CHANGED, "relations", name, *words)


def _policies(before: Layout, after: Layout) -> Iterator[LayoutChange]:
    def key(policy: Policy) -> str:
        return f"{policy.item}@{policy.surface or ''}"

    for name, old, new in _by_key(before.policies, after.policies, key):
        if old is None or new is None:
            one = old or new
            assert one is not None
            yield _whole("policies", name, policy_name(one, after if new else before), new is None)
            continue
        words = (
            f"规定：{policy_name(old, before)[0]} 改为 {policy_name(new, after)[0]}",
            f"policy: {policy_name(old, before)[1]} is now {policy_name(new, after)[1]}",
        )
        yield LayoutChange(ChangeKind.CHANGED, "policies", name, *words)


def _rest(before: Layout, after: Layout) -> Iterator[LayoutChange]:
    hours = value_words(("开放时间", "opening hours"), hours_words(before.hours), hours_words(after.hours))
    if hours is not None:
        yield LayoutChange(ChangeKind.CHANGED, "hours", "", *hours)
    for rule in dict.fromkeys([*before.parameters, *after.parameters]):
        old_values, new_values = before.parameters.get(rule, {}), after.parameters.get(rule, {})
        for name in dict.fromkeys([*old_values, *new_values]):
            old, new = _number(old_values.get(name)), _number(new_values.get(name))
            words = value_words((f"{rule} {name}", f"{rule} {name}"), old, new, _DEFAULT)
            if words is not None:
                yield LayoutChange(ChangeKind.CHANGED, "parameters", f"{rule}.{name}", *words)
    for name, old_view, new_view in _by_key(before.views, after.views, lambda view: view.name):
        quoted = (f"参考视图“{name}”", f"reference view '{name}'")
        part = ("", "") if new_view is None else view_part(new_view, after.desk_wh_cm)
        if old_view is None or new_view is None:
            change = _whole("views", name, quoted, new_view is None)
            yield replace(change, zh=change.zh + part[0], en=change.en + part[1])
            continue
        if replace(old_view, bend=None) != replace(new_view, bend=None):
            words = f"{quoted[0]}：重新标定了四角{part[0]}", f"{quoted[1]}: its corners were set anew{part[1]}"
            yield LayoutChange(ChangeKind.CHANGED, "views", name, *words)
        if old_view.bend != new_view.bend:
            words = f"{quoted[0]}：镜头畸变校正有改动", f"{quoted[1]}: the straightening of its lens changed"
            yield LayoutChange(ChangeKind.CHANGED, "views", name, *words)
    if before.stickers != after.stickers:
        yield LayoutChange(
            ChangeKind.CHANGED, "stickers", "", "定位贴的位置有改动", "the places of the position stickers changed"
        )
