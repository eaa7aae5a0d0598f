"""The desk plane in centimetres, layouts, placing of items, rules and judging."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcheck_vision.lazy import lazy_names

if TYPE_CHECKING:
    from deskcheck_calibration.errors import CalibrationError
    from deskcheck_calibration.findings import Finding, Judgement, Reason, State
    from deskcheck_calibration.judging import Judged, judge
    from deskcheck_calibration.layout import Layout
    from deskcheck_calibration.layout_file import dump_layout, load_layout
    from deskcheck_calibration.picture import overlay_of
    from deskcheck_calibration.placed_item import PlacedItem
    from deskcheck_calibration.placing import place_items
    from deskcheck_calibration.plane import DeskPlane
    from deskcheck_calibration.wording import sentence

__all__ = [
    "CalibrationError",
    "DeskPlane",
    "Finding",
    "Judged",
    "Judgement",
    "Layout",
    "PlacedItem",
    "Reason",
    "State",
    "dump_layout",
    "judge",
    "load_layout",
    "overlay_of",
    "place_items",
    "sentence",
]

_HOMES = {
    "CalibrationError": "errors",
    "DeskPlane": "plane",
    "Finding": "findings",
    "Judged": "judging",
    "Judgement": "findings",
    "Layout": "layout",
    "PlacedItem": "placed_item",
    "Reason": "findings",
    "State": "findings",
    "dump_layout": "layout_file",
    "judge": "judging",
    "load_layout": "layout_file",
    "overlay_of": "picture",
    "place_items": "placing",
    "sentence": "wording",
}

__getattr__ = lazy_names(__name__, _HOMES)
