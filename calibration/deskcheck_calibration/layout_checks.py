"""What a layout file says that no schema can forbid: geometry, classes, references, hours."""

from __future__ import annotations

import difflib
import zoneinfo
from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from deskcheck_vision.detections import Float64Array
from deskcheck_vision.lens import Lens
from deskcheck_vision.taxonomy import BY_ID, TAXONOMY_VERSION

from deskcheck_calibration.errors import CalibrationError
from deskcheck_calibration.geometry import is_convex, signed_area
from deskcheck_calibration.layout import SurfaceKind
from deskcheck_calibration.layout_text import LinedValues, PathSteps
from deskcheck_calibration.plane import DeskPlane

SMALLEST_AREA_CM2 = 1.0
STICKER_SIDE_CM = (1.5, 20.0)
# Measured on a photo a tag comes out a little askew; one that is more so was written down wrongly.
_LARGEST_SKEW = 0.15
_BESIDE_STICKER_CM = 30.0
_SLACK_CM = 1.0
_BESIDE_DESK_CM = 150.0
# A visitor stands, and a broom leans, within some steps of the desk; farther off a plane through its top says nothing.
AROUND_DESK_CM = 400.0
_BY_CHINESE = {part: item.id for item in BY_ID.values() for part in (item.zh, *item.zh.split("/"))}
_ON_THE_DESK = (SurfaceKind.MAIN_COUNTER.value, SurfaceKind.OFFICE_DESK.value)

Values = dict[str, Any]


def check(lined: LinedValues, broken: set[PathSteps]) -> None:
    """Add every semantic problem of schema-checked values to ``lined``.

    Args:
        lined: the file's values, at least a mapping.
        broken: paths at which the schema found something; what lies under them is left out here.
    """
    values = _Sound(lined.value, broken)
    if values.is_sound("taxonomy") and values.root.get("taxonomy") != TAXONOMY_VERSION:
        lined.add(
            ("taxonomy",), "layout.other_taxonomy",
            f"布局按分类表 {values.root.get('taxonomy')} 编写，本程序使用 {TAXONOMY_VERSION}",
            f"was written for taxonomy {values.root.get('taxonomy')}, this program uses {TAXONOMY_VERSION}",
        )  # fmt: skip
    _check_ids(values, lined)
    _check_classes(values, lined)
    _check_polygons(values, lined)
    _check_edge(values, lined)
    _check_counts(values, lined)
    _check_policies(values, lined)
    _check_hours(values, lined)
    _check_views(values, lined)
    _check_stickers(values, lined)


class _Sound:
    """Schema-sound parts of the values."""

    def __init__(self, root: Values, broken: set[PathSteps]) -> None:
        self.root = root
        self._broken = broken

    def is_sound(self, *path: str | int) -> bool:
        """Tell whether nothing at, above or below a path is broken."""
        return not any(step[: len(path)] == path[: len(step)] for step in self._broken if step)

    def entries(self, section: str) -> Iterator[tuple[int, Values]]:
        """Yield index and entry of the sound entries of a list section."""
        entries = self.root.get(section)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if self.is_sound(section, index):
                yield index, entry


def _check_ids(values: _Sound, lined: LinedValues) -> None:
    seen: dict[str, str] = {}
    for section in ("surfaces", "zones", "relations", "around"):
        for index, entry in values.entries(section):
            here = f"{section}[{index}]"
            first = seen.setdefault(entry["id"], here)
            if first != here:
                lined.add(
                    (section, index, "id"), "layout.duplicate_id",
                    f"编号“{entry['id']}”已用于 {first}", f"id '{entry['id']}' is already used by {first}",
                )  # fmt: skip


def _check_classes(values: _Sound, lined: LinedValues) -> None:
    for section, keys in (("zones", ("item",)), ("relations", ("item", "anchor")), ("policies", ("item",))):
        for index, entry in values.entries(section):
            for key in keys:
                if entry[key] not in BY_ID:
                    near = ", ".join(nearest_classes(entry[key]))
                    lined.add(
                        (section, index, key), "layout.unknown_class",
                        f"未知物品类别“{entry[key]}”，相近的有：{near}",
                        f"unknown item class '{entry[key]}', nearest: {near}",
                    )  # fmt: skip
            if section == "relations" and entry["item"] == entry["anchor"]:
                lined.add(
                    (section, index, "anchor"), "layout.same_class",
                    "物品不能与同类物品建立相邻关系", "an item cannot stand beside its own class",
                )  # fmt: skip


def nearest_classes(name: str, count: int = 3) -> list[str]:
    """Return the taxonomy ids nearest to a mistyped one, by English id or Chinese name, best first."""
    close = difflib.get_close_matches(name.strip().lower(), [*BY_ID, *_BY_CHINESE], n=count + 2, cutoff=0.3)
    near = [_BY_CHINESE.get(found, found) for found in close]
    return list(dict.fromkeys(near))[:count] or sorted(BY_ID)[:count]


def _check_polygons(values: _Sound, lined: LinedValues) -> None:
    desk = None
    if values.is_sound("desk_cm") and "desk_cm" in values.root:
        desk = shapely.box(0, 0, *values.root["desk_cm"])
    around = [desk] if desk is not None else []
    for index, surface in values.entries("surfaces"):
        polygon = _polygon(("surfaces", index, "polygon_cm"), surface["polygon_cm"], lined)
        if polygon is None or desk is None:
            continue
        around.append(polygon)
        beside = _SLACK_CM if surface["kind"] in _ON_THE_DESK else _BESIDE_DESK_CM
        _check_inside(("surfaces", index, "polygon_cm"), polygon, desk.buffer(beside, join_style="mitre"), lined)
    ground = shapely.union_all(around).buffer(_SLACK_CM, join_style="mitre") if around else None
    for index, zone in values.entries("zones"):
        polygon = _polygon(("zones", index, "polygon_cm"), zone["polygon_cm"], lined)
        if polygon is not None and ground is not None and values.is_sound("surfaces"):
            _check_inside(("zones", index, "polygon_cm"), polygon, ground, lined)
    for index, entry in values.entries("around"):
        polygon = _polygon(("around", index, "polygon_cm"), entry["polygon_cm"], lined)
        if polygon is not None and desk is not None:
            near = desk.buffer(AROUND_DESK_CM, join_style="mitre")
            _check_inside(("around", index, "polygon_cm"), polygon, near, lined, "layout.far_off")


def _polygon(path: PathSteps, points: list[list[float]], lined: LinedValues) -> Any:
    ring = shapely.LinearRing(points)
    polygon = shapely.Polygon(points)
    if polygon.area < SMALLEST_AREA_CM2 and ring.length > 0 and shapely.convex_hull(ring).area >= SMALLEST_AREA_CM2:
        lined.add(path, "layout.polygon_crossed", "多边形自相交", "the polygon crosses itself")
    elif shapely.convex_hull(ring).area < SMALLEST_AREA_CM2:
        lined.add(path, "layout.polygon_area", "多边形面积为零", "the polygon has no area")
    elif not polygon.is_valid:
        lined.add(path, "layout.polygon_crossed", "多边形自相交", "the polygon crosses itself")
    else:
        return polygon
    return None


def _check_inside(
    path: PathSteps, polygon: Any, ground: Any, lined: LinedValues, code: str = "layout.outside_desk"
) -> None:
    if not ground.covers(polygon):
        beyond = polygon.hausdorff_distance(ground.intersection(polygon)) if ground.intersects(polygon) else None
        by_zh = f"，超出 {beyond:.1f} cm" if beyond is not None else ""
        by_en = f" by {beyond:.1f} cm" if beyond is not None else ""
        if code == "layout.outside_desk":
            lined.add(path, code, f"多边形在桌面之外{by_zh}", f"the polygon lies outside the desk{by_en}")
        else:
            lined.add(path, code, f"离桌面超过 {AROUND_DESK_CM:g} cm{by_zh}",
                      f"it lies over {AROUND_DESK_CM:g} cm from the desk{by_en}")  # fmt: skip


def _check_edge(values: _Sound, lined: LinedValues) -> None:
    edge = values.root.get("outer_edge_cm")
    if edge is not None and values.is_sound("outer_edge_cm"):
        line = shapely.LineString(edge)
        if line.length < 1.0 or not line.is_simple:
            lined.add(
                ("outer_edge_cm",), "layout.outer_edge",
                "外沿线没有长度或自相交", "the edge has no length or crosses itself",
            )  # fmt: skip


def _check_counts(values: _Sound, lined: LinedValues) -> None:
    for index, zone in values.entries("zones"):
        low, high = zone.get("min_count", 0), zone.get("max_count", 1)
        if low > high or high == 0:
            lined.add(
                ("zones", index, "max_count" if "max_count" in zone else "min_count"), "layout.counts",
                f"数量范围 {low} 至 {high} 不成立", f"a count of {low} to {high} is impossible",
            )  # fmt: skip


def _check_policies(values: _Sound, lined: LinedValues) -> None:
    known = [entry["id"] for _, entry in values.entries("surfaces")]
    seen: dict[tuple[str, str | None], int] = {}
    for index, policy in values.entries("policies"):
        surface = policy.get("surface")
        if surface is not None and surface not in known and values.is_sound("surfaces"):
            listing = ", ".join(known) or "-"
            lined.add(
                ("policies", index, "surface"), "layout.unknown_surface",
                f"未知台面“{surface}”，已有：{listing}", f"unknown surface '{surface}', known: {listing}",
            )  # fmt: skip
        first = seen.setdefault((policy["item"], surface), index)
        if first != index:
            lined.add(
                ("policies", index), "layout.duplicate_policy",
                f"与 policies[{first}] 重复", f"repeats policies[{first}]",
            )  # fmt: skip


def _check_hours(values: _Sound, lined: LinedValues) -> None:
    hours = values.root.get("hours")
    if not isinstance(hours, dict) or not values.is_sound("hours"):
        return
    last = ""
    for index, (start, end) in enumerate(hours.get("open", ())):
        if not start < end:
            lined.add(("hours", "open", index), "layout.hours", f"{start} 不早于 {end}", f"{start} is not before {end}")
        elif start < last:
            lined.add(
                ("hours", "open", index), "layout.hours",
                "与前一时段重叠或顺序颠倒", "overlaps the span before it or comes too late",
            )  # fmt: skip
        last = max(last, end)
    days = hours.get("weekdays", ())
    if len(set(days)) != len(days):
        lined.add(("hours", "weekdays"), "layout.hours", "工作日重复", "a weekday is given twice")
    zone = hours.get("time_zone")
    if zone is not None and not _is_time_zone(zone):
        lined.add(("hours", "time_zone"), "layout.time_zone", f"未知时区“{zone}”", f"unknown time zone '{zone}'")


def _is_time_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _check_views(values: _Sound, lined: LinedValues) -> None:
    if not values.is_sound("desk_cm") or "desk_cm" not in values.root:
        return
    for index, view in values.entries("views"):
        width, depth = values.root["desk_cm"]
        image_width, image_height = view["image_wh"]
        corners = [(float(x), float(y)) for x, y in view["corners_px"]]
        size = (image_width, image_height)
        lens = None if view.get("bend") is None else Lens(view["bend"], size)
        try:
            DeskPlane.from_corners(corners, (width, depth), size, view.get("focal_px"), lens=lens)
        except CalibrationError as exc:
            lined.add(
                ("views", index, "corners_px"),
                exc.code,
                exc.sentence("zh").rstrip("。"),
                exc.sentence("en").rstrip("."),
            )


def _check_stickers(values: _Sound, lined: LinedValues) -> None:
    entries = list(values.entries("stickers"))
    if len(entries) == 1 and values.is_sound("stickers"):
        lined.add(
            ("stickers",), "layout.stickers_too_few",
            "只有一张定位贴，至少需要两张才能定位", "one sticker alone tells neither window nor place; two are needed",
        )  # fmt: skip
    seen: dict[str, int] = {}
    for index, entry in entries:
        first = seen.setdefault(entry["corner"], index)
        if first != index:
            lined.add(
                ("stickers", index, "corner"), "layout.duplicate_sticker",
                f"与 stickers[{first}] 是同一张", f"is the sticker of stickers[{first}] again",
            )  # fmt: skip
        problem = _sticker_problem(np.array(entry["tag_cm"], np.float64))
        if problem is None and values.is_sound("desk_cm") and "desk_cm" in values.root:
            ground = shapely.box(0, 0, *values.root["desk_cm"]).buffer(_BESIDE_STICKER_CM)
            if not ground.covers(shapely.Polygon(entry["tag_cm"])):
                problem = ("不在台面上或紧邻台面", "lies neither on the desk nor close beside it")
        if problem is not None:
            lined.add(("stickers", index, "tag_cm"), "layout.sticker", *problem)


def _sticker_problem(square: Float64Array) -> tuple[str, str] | None:
    low, high = STICKER_SIDE_CM
    sides = np.linalg.norm(square - np.roll(square, -1, axis=0), axis=1)
    if not (low <= sides.min() and sides.max() <= high):
        return f"边长应为 {low:g} 至 {high:g} cm", f"its sides must be {low:g} to {high:g} cm long"
    if not is_convex(square) or signed_area(square) < 0:
        return "四角应按顺时针给出", "its corners must run clockwise"
    diagonals = np.linalg.norm(square[2:] - square[:2], axis=1)
    if max(sides.max() / sides.min(), diagonals.max() / diagonals.min()) > 1 + _LARGEST_SKEW:
        return "不是正方形", "is no square"
    return None
