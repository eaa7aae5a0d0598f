"""Names of what a layout holds and how an outline moved, in Chinese and English, for ``layout_diff``.

Right and left are the staff's; y grows towards the staff.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from types import MappingProxyType

import numpy as np
from deskcheck_vision.detections import Float64Array
from deskcheck_vision.taxonomy import BY_ID

from deskcheck_calibration.geometry import signed_area
from deskcheck_calibration.layout import (
    Around,
    AroundKind,
    HomeZone,
    Hours,
    Layout,
    Policy,
    PolicyKind,
    PolygonCm,
    Relation,
    Side,
    Surface,
    SurfaceKind,
    When,
)

Words = tuple[str, str]

# Points are stored in millimetres at best: what differs by less is the same outline written again.
SAME_CM = 0.05
_SAME_DEG = 0.5

_SURFACES = MappingProxyType(
    {
        SurfaceKind.MAIN_COUNTER: ("主柜面", "main counter"),
        SurfaceKind.PUBLIC_LEDGE: ("群众侧台沿", "visitors' ledge"),
        SurfaceKind.LOW_CABINET: ("矮柜面板", "low cabinet"),
        SurfaceKind.RISER_TOP: ("增高架上方", "riser top"),
        SurfaceKind.UNDER_RISER: ("增高架下方", "place under the riser"),
        SurfaceKind.MACHINE_TOP: ("机器顶面", "top of a machine"),
        SurfaceKind.OFFICE_DESK: ("办公桌", "office desk"),
    }
)
_AROUND = MappingProxyType(
    {
        AroundKind.SIGHT_LINE: ("视线范围", "sight line"),
        AroundKind.STAFF_SEAT: ("工作人员座位", "staff seat"),
        AroundKind.VISITOR_SEAT: ("群众座位", "visitors' seat"),
    }
)
_KINDS = MappingProxyType(
    {
        PolicyKind.REQUIRED: ("必备", "required"),
        PolicyKind.ALLOWED: ("允许", "allowed"),
        PolicyKind.ZONE: ("仅限定位区", "in its zone only"),
        PolicyKind.FORBIDDEN: ("禁止", "forbidden"),
        PolicyKind.IGNORED: ("不检查", "not looked at"),
    }
)
_SIDES = MappingProxyType(
    {Side.LEFT: ("左侧", "on its left"), Side.RIGHT: ("右侧", "on its right"), Side.EITHER: ("旁边", "beside it")}
)
WHEN_WORDS = MappingProxyType(
    {When.ALWAYS: ("全天", "always"), When.OPEN: ("上班时", "open hours"), When.CLOSED: ("下班后", "closed hours")}
)


def item_words(item: str) -> Words:
    """Return a class's names; an id that this version does not know stays as it is."""
    known = BY_ID.get(item)
    return (known.zh, known.en) if known is not None else (item, item)


def zone_name(zone: HomeZone, among: Iterable[HomeZone]) -> Words:
    """Return a zone's name, with its id where ``among`` has several of its class."""
    zh, en = item_words(zone.item)
    several = sum(other.item == zone.item for other in among) > 1
    return (f"{zh}定位区“{zone.id}”", f"{en} home zone '{zone.id}'") if several else (f"{zh}定位区", f"{en} home zone")


def surface_name(surface: Surface) -> Words:
    """Return a surface's name."""
    return _SURFACES[surface.kind]


def around_name(one: Around) -> Words:
    """Return the name of a part of the plane around the desk."""
    return _AROUND[one.kind]


def relation_name(relation: Relation) -> Words:
    """Return what has to stand beside what."""
    (item_zh, item_en), (anchor_zh, anchor_en) = item_words(relation.item), item_words(relation.anchor)
    side_zh, side_en = _SIDES[relation.side]
    return f"{item_zh}在{anchor_zh}{side_zh}", f"{item_en} with {anchor_en}, {side_en}"


def policy_name(policy: Policy, layout: Layout) -> Words:
    """Return what was decided about a class, and where."""
    zh, en = item_words(policy.item)
    kind_zh, kind_en = _KINDS[policy.kind]
    surface = next((one for one in layout.surfaces if one.id == policy.surface), None)
    where_zh, where_en = surface_name(surface) if surface is not None else ("", "everywhere")
    most_zh = f"，至多 {policy.max_count} 件" if policy.max_count is not None else ""
    most_en = f", at most {policy.max_count}" if policy.max_count is not None else ""
    return f"{zh}{where_zh}{kind_zh}{most_zh}", f"{en} {kind_en} {'on the ' if surface else ''}{where_en}{most_en}"


def hours_words(hours: Hours) -> Words:
    """Return opening hours as text."""
    spans = ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in hours.open)
    days_zh = "".join("一二三四五六日"[day] for day in hours.weekdays)
    days_en = " ".join(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day] for day in hours.weekdays)
    return f"周{days_zh} {spans} {hours.time_zone}", f"{days_en} {spans} {hours.time_zone}"


def value_words(
    name: Words, before: str | Words | None, after: str | Words | None, none: Words = ("无", "none")
) -> Words | None:
    """Return "name: was, is now"; None where nothing changed."""
    if before == after:
        return None
    old, new = (none if one is None else (one, one) if isinstance(one, str) else one for one in (before, after))
    return f"{name[0]}由{old[0]}改为{new[0]}", f"{name[1]} {new[1]} (was {old[1]})"


def shape_words(before: PolygonCm, after: PolygonCm) -> Words | None:
    """Return how an outline moved, turned or changed its shape; None where it is the same."""
    if before == after:
        return None
    old, new = np.array(before, np.float64), np.array(after, np.float64)
    turned_deg = _turn_deg(old, new) if old.shape == new.shape else None
    if turned_deg is not None:
        parts = [*_turned(turned_deg), *_moved(_centroid(new) - _centroid(old))]
    else:
        (old_w, old_d), (new_w, new_d) = np.ptp(old, axis=0), np.ptp(new, axis=0)
        now, was = f"{new_w:.1f} x {new_d:.1f} cm", f"{old_w:.1f} x {old_d:.1f} cm"
        shape = f"形状改变，现为 {now}（原 {was}）", f"reshaped to {now} (was {was})"
        parts = [shape, *_moved(_centroid(new) - _centroid(old))]
    said = parts or [("轮廓有细微调整", "outline adjusted slightly")]
    return "，".join(zh for zh, _ in said), ", ".join(en for _, en in said)


def _centroid(polygon: Float64Array) -> Float64Array:
    """Return the centre of a polygon's area; of its corners where it has none."""
    area = signed_area(polygon)
    if abs(area) < 1e-9:
        return np.asarray(polygon.mean(axis=0), np.float64)
    following = np.roll(polygon, -1, axis=0)
    cross = polygon[:, 0] * following[:, 1] - following[:, 0] * polygon[:, 1]
    return np.asarray(((polygon + following) * cross[:, None]).sum(axis=0) / (6 * area), np.float64)


def _turn_deg(old: Float64Array, new: Float64Array) -> float | None:
    """Return by how much an outline was turned, clockwise as seen from above; None where its shape changed.

    The rotation that fits best in the least-squares sense (Kabsch in the plane).
    """
    a, b = old - old.mean(axis=0), new - new.mean(axis=0)
    angle = math.atan2(float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()), float((a * b).sum()))
    cos, sin = math.cos(angle), math.sin(angle)
    missed = a @ np.array([[cos, sin], [-sin, cos]]) - b
    return math.degrees(angle) if np.abs(missed).max() <= 2 * SAME_CM else None


def _turned(angle_deg: float) -> list[Words]:
    if abs(angle_deg) < _SAME_DEG:
        return []
    way_zh, way_en = ("顺时针", "clockwise") if angle_deg > 0 else ("逆时针", "anticlockwise")
    return [(f"{way_zh}旋转 {abs(angle_deg):.0f}°", f"turned {abs(angle_deg):.0f}° {way_en}")]


def _moved(by_cm: Float64Array) -> list[Words]:
    x, y = float(by_cm[0]), float(by_cm[1])
    steps = []
    if abs(x) > SAME_CM:
        right, left = (
            (f"右移 {x:.1f} cm", f"{x:.1f} cm to the right"),
            (f"左移 {-x:.1f} cm", f"{-x:.1f} cm to the left"),
        )
        steps.append(right if x > 0 else left)
    if abs(y) > SAME_CM:
        steps.append(
            (f"向工作人员侧移 {y:.1f} cm", f"{y:.1f} cm towards the staff")
            if y > 0
            else (f"向群众侧移 {-y:.1f} cm", f"{-y:.1f} cm towards the visitors")
        )  # fmt: skip
    if not steps:
        return []
    return [("、".join(zh for zh, _ in steps), "moved " + " and ".join(en for _, en in steps))]
