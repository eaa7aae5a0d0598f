"""A layout as plain values and as commented YAML; the reverse of ``layout_file.load_layout``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import time
from typing import Any

from deskcheck_calibration.layout import LAYOUT_FORMAT, Hours, Layout, PolygonCm, ReferenceView
from deskcheck_calibration.layout_schema import WEEKDAYS
from deskcheck_calibration.rules.parameters import PARAMETERS

_COMMENTS = {
    "format": "deskcheck 布局文件 / layout file; 格式说明 / format: docs/layout-format.md",
    "desk_cm": "桌面宽（沿外沿）与深，厘米 / width along the outer edge and depth in cm",
    "outer_edge_cm": "柜台外沿折线；缺省为 y = 0 / outer edge of the counter; default is the line y = 0",
    "edge_clearance_cm": "物品离外沿的最小距离；null 表示不检查 V03 / smallest distance to the edge; null: V03 is off",
    "cabinet_fitted": "是否配有放打印机的矮柜 / a low cabinet for the printer exists",
    "surfaces": "台面分区 / areas of the desk",
    "zones": "定位区 / home zones",
    "relations": "相邻要求 / items that stand beside others",
    "policies": "各类物品的规定；未列出的按分类表默认 / decisions per class; others follow the taxonomy",
    "hours": "上班时间（当地）/ opening hours, local time",
    "parameters": "规则参数的改动 / overrides of rule parameters",
    "stickers": "定位贴黑色方块的位置，厘米 / black squares of the position stickers, cm",
    "around": "视线范围和座位，可超出台面 / sight line and seats; may reach beyond the desk",
    "views": "参考视图与四角像素 / views; corners in px: outer left, outer right, inner right, inner left",
}  # fmt: skip


def layout_values(layout: Layout) -> dict[str, Any]:
    """Return a layout as the plain values that its file holds, all keys present."""
    return {
        "format": LAYOUT_FORMAT,
        "window": layout.window,
        "version": layout.version,
        "taxonomy": layout.taxonomy_version,
        "place_type": layout.place_type.value,
        "desk_cm": [_plain(side) for side in layout.desk_wh_cm],
        **({"outer_edge_cm": _points(layout.outer_edge_cm)} if layout.outer_edge_cm else {}),
        "edge_clearance_cm": _maybe(layout.edge_clearance_cm),
        "cabinet_fitted": layout.cabinet_fitted,
        "surfaces": [
            {"id": s.id, "kind": s.kind.value, "height_cm": _plain(s.height_cm), "polygon_cm": _points(s.polygon_cm)}
            for s in layout.surfaces
        ],
        "zones": [
            {
                "id": z.id, "item": z.item, "polygon_cm": _points(z.polygon_cm), "min_count": z.min_count,
                "max_count": z.max_count, "tolerance_cm": _maybe(z.tolerance_cm), "valid": z.valid.value,
                "returns": z.returns,
            }
            for z in layout.zones
        ],
        "relations": [
            {"id": r.id, "item": r.item, "anchor": r.anchor, "max_gap_cm": _maybe(r.max_gap_cm), "side": r.side.value}
            for r in layout.relations
        ],
        "policies": [
            {"item": p.item, "kind": p.kind.value, "surface": p.surface, "max_count": p.max_count}
            for p in layout.policies
        ],
        "hours": _hours(layout.hours),
        "parameters": {
            rule: {name: _plain(value) for name, value in chosen.items()} for rule, chosen in layout.parameters.items()
        },
        "views": [_view(view) for view in layout.views],
        # Left out where there are none, so that the hash of a layout without them is what it always was.
        **(
            {"stickers": [{"corner": s.corner.value, "tag_cm": _points(s.tag_cm)} for s in layout.stickers]}
            if layout.stickers
            else {}
        ),
        **(
            {"around": [{"id": a.id, "kind": a.kind.value, "polygon_cm": _points(a.polygon_cm)} for a in layout.around]}
            if layout.around
            else {}
        ),
    }  # fmt: skip


def layout_yaml(layout: Layout) -> str:
    """Return a layout as YAML with a comment above each section and beside each changed parameter."""
    lines: list[str] = []
    for key, value in layout_values(layout).items():
        if key in _COMMENTS:
            lines.append(f"{'' if not lines else chr(10)}# {_COMMENTS[key]}")
        lines.extend(_parameter_lines(value) if key == "parameters" and value else _section(key, value))
    return "\n".join(lines) + "\n"


def _section(key: str, value: Any) -> Iterable[str]:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield f"{key}:"
        for entry in value:
            mark = "-"
            for name, part in entry.items():
                yield f"  {mark} {name}: {_text(part)}"
                mark = " "
    elif isinstance(value, dict) and value:
        yield f"{key}:"
        yield from (f"  {name}: {_text(part)}" for name, part in value.items())
    else:
        yield f"{key}: {_text(value)}"


def _parameter_lines(value: dict[str, dict[str, float]]) -> Iterable[str]:
    yield "parameters:"
    for rule, chosen in value.items():
        labels = {p.name: f"  # {p.zh} / {p.en} ({p.unit})" for p in PARAMETERS.get(rule, ())}
        yield f"  {rule}:" if chosen else f"  {rule}: {{}}"
        yield from (f"    {name}: {_text(number)}{labels.get(name, '')}" for name, number in chosen.items())


def _text(value: Any) -> str:
    """JSON of a value on one line, which is YAML as well; what cannot be printed is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in text)


def _plain(number: float) -> float:
    return int(number) if float(number).is_integer() else float(number)


def _maybe(number: float | None) -> float | None:
    return None if number is None else _plain(number)


def _points(polygon: PolygonCm) -> list[list[float]]:
    return [[_plain(x), _plain(y)] for x, y in polygon]


def _hours(hours: Hours) -> dict[str, Any]:
    def clock(at: time) -> str:
        return at.isoformat("seconds" if at.second else "minutes")

    return {
        "open": [[clock(start), clock(end)] for start, end in hours.open],
        "weekdays": [WEEKDAYS[day] for day in hours.weekdays],
        "time_zone": hours.time_zone,
    }


def _view(view: ReferenceView) -> dict[str, Any]:
    values = {
        "name": view.name,
        "image_wh": list(view.image_wh),
        "corners_px": _points(view.corners_px),
        "focal_px": _maybe(view.focal_px),
    }
    # Left out where there is none, so that layouts without it keep their checksum.
    return values if view.bend is None else {**values, "bend": view.bend}
