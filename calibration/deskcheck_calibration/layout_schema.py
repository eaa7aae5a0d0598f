"""The JSON Schema of the layout file, format 1: the one source of the published file and of the reader."""

from __future__ import annotations

import copy
import json
from typing import Any

from deskcheck_vision.lens_limits import LARGEST_BEND, SMALLEST_BEND
from deskcheck_vision.taxonomy import BY_ID

from deskcheck_calibration.layout import (
    LAYOUT_FORMAT,
    AroundKind,
    DeskCorner,
    PlaceType,
    PolicyKind,
    Side,
    SurfaceKind,
    When,
)
from deskcheck_calibration.rules.parameters import PARAMETERS

Schema = dict[str, Any]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_FARTHEST_CM = 5000
_NAME = {
    "type": "string",
    "description": "可打印的文字，词间一个空格 / printable words, single blanks",
    "maxLength": 64,
    # Words parted by single blanks: no control characters, no line breaks, nothing that cannot be printed.
    "pattern": r"^[^\s\u0000-\u001f\u007f-\u009f\ud800-\udfff]+( [^\s\u0000-\u001f\u007f-\u009f\ud800-\udfff]+)*$",
}
_COORDINATE = {"type": "number", "minimum": -_FARTHEST_CM, "maximum": _FARTHEST_CM}
_POINT = {"type": "array", "items": _COORDINATE, "minItems": 2, "maxItems": 2}
_POLYGON = {"type": "array", "items": _POINT, "minItems": 3, "maxItems": 200}
_CLOCK = {"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$", "description": "HH:MM"}
_COUNT = {"type": "integer", "minimum": 0, "maximum": 100}


def _choice(
    values: type[AroundKind]
    | type[DeskCorner]
    | type[PlaceType]
    | type[PolicyKind]
    | type[Side]
    | type[SurfaceKind]
    | type[When],
) -> Schema:
    return {"enum": [value.value for value in values]}


def _maybe(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _object(required: list[str], description: str = "", /, **properties: Schema) -> Schema:
    return {
        "type": "object",
        **({"description": description} if description else {}),
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _list(items: Schema, description: str, most: int = 200) -> Schema:
    return {"type": "array", "items": items, "maxItems": most, "description": description}


def _item() -> Schema:
    # Unknown classes get a friendlier message from the reader than "not one of 45": the enum informs editors.
    return {"type": "string", "maxLength": 64, "examples": list(BY_ID)}


def _parameters() -> Schema:
    rules: dict[str, Schema] = {
        rule: _object(
            [],
            "",
            **{
                p.name: {"type": "number", "minimum": p.low, "maximum": p.high, "default": p.default,
                         "description": f"{p.zh} / {p.en} ({p.unit})"}
                for p in parameters
            },
        )
        for rule, parameters in PARAMETERS.items()
    }  # fmt: skip
    return _object([], "Overrides of rule parameters: rule id -> name -> value.", **rules)


def _surface() -> Schema:
    height = {"type": "number", "minimum": -100, "maximum": 200, "default": 0,
              "description": "Height above the desk plane in cm."}  # fmt: skip
    return _object(
        ["id", "kind", "polygon_cm"], id=_NAME, kind=_choice(SurfaceKind), polygon_cm=_POLYGON, height_cm=height
    )


def _zone() -> Schema:
    return _object(
        ["id", "item", "polygon_cm"],
        id=_NAME,
        item=_item(),
        polygon_cm=_POLYGON,
        min_count={**_COUNT, "default": 0},
        max_count={**_COUNT, "default": 1},
        tolerance_cm=_maybe({"type": "number", "minimum": 0.1, "maximum": 100}),
        valid={**_choice(When), "default": When.ALWAYS.value},
        returns={"type": "boolean", "default": False},
    )


def _relation() -> Schema:
    return _object(
        ["id", "item", "anchor"],
        id=_NAME,
        item=_item(),
        anchor=_item(),
        max_gap_cm=_maybe({"type": "number", "minimum": 0.5, "maximum": 500}),
        side={**_choice(Side), "default": Side.EITHER.value},
    )


def _policy() -> Schema:
    return _object(
        ["item", "kind"],
        item=_item(),
        kind=_choice(PolicyKind),
        surface=_maybe(_NAME),
        max_count=_maybe(_COUNT),
    )


def _hours() -> Schema:
    span = {"type": "array", "items": _CLOCK, "minItems": 2, "maxItems": 2}
    return _object(
        [],
        "Opening hours in local time; each span is [from, to).",
        open=_list(span, "Spans of a working day.", 12),
        weekdays=_list({"enum": list(WEEKDAYS)}, "Working days.", 7),
        time_zone={"type": "string", "maxLength": 64, "default": "Asia/Shanghai"},
    )


def _view() -> Schema:
    size = {"type": "integer", "minimum": 16, "maximum": 100_000}
    corner = {"type": "array", "items": {"type": "number", "minimum": -1e6, "maximum": 1e6},
              "minItems": 2, "maxItems": 2}  # fmt: skip
    return _object(
        ["name", "image_wh", "corners_px"],
        "Where the desk lies in the pictures of one place of the camera.",
        name={"type": "string", "minLength": 1, "maxLength": 200},
        image_wh={"type": "array", "items": size, "minItems": 2, "maxItems": 2},
        corners_px={"type": "array", "items": corner, "minItems": 4, "maxItems": 4,
                    "description": "Outer-left, outer-right, inner-right, inner-left corner in px."},
        focal_px=_maybe({"type": "number", "minimum": 1, "maximum": 1e6}),
        bend=_maybe({"type": "number", "minimum": SMALLEST_BEND, "maximum": LARGEST_BEND,
                     "description": "Radial distortion k1 of the lens, radius in halves of the picture's diagonal."}),
    )  # fmt: skip


def _sticker() -> Schema:
    square = {**_POLYGON, "minItems": 4, "maxItems": 4,
              "description": "The tag's black square in desk cm, clockwise from the tag's own top left."}  # fmt: skip
    return _object(["corner", "tag_cm"], corner=_choice(DeskCorner), tag_cm=square)


def _around() -> Schema:
    return _object(["id", "kind", "polygon_cm"], id=_NAME, kind=_choice(AroundKind), polygon_cm=_POLYGON)


def _build() -> Schema:
    side = {"type": "number", "minimum": 5, "maximum": 2000}
    body = _object(
        ["format", "window", "version", "taxonomy", "desk_cm"],
        "Desk centimetres: origin at the outer-left corner seen by the staff, x right along the outer edge, "
        "y towards the staff.",
        format={"const": LAYOUT_FORMAT},
        window=_NAME,
        version={"type": "integer", "minimum": 1, "maximum": 1_000_000},
        taxonomy={"type": "string", "maxLength": 16},
        place_type={**_choice(PlaceType), "default": PlaceType.WINDOW.value},
        desk_cm={"type": "array", "items": side, "minItems": 2, "maxItems": 2, "description": "Width and depth."},
        outer_edge_cm={"type": "array", "items": _POINT, "minItems": 2, "maxItems": 200},
        edge_clearance_cm=_maybe({"type": "number", "minimum": 0.1, "maximum": 200}),
        cabinet_fitted={"type": "boolean", "default": True},
        surfaces=_list(_surface(), "Named areas of the desk."),
        zones=_list(_zone(), "Home zones."),
        relations=_list(_relation(), "Items that stand beside others."),
        policies=_list(_policy(), "What holds for a class on a surface.", 500),
        hours=_hours(),
        parameters=_parameters(),
        views=_list(_view(), "Reference views."),
        stickers=_list(_sticker(), "Where the position stickers lie: none, or two to four.", 4),
        around=_list(_around(), "Sight line and seats; may reach beyond the desk.", 20),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:deskcheck:layout:{LAYOUT_FORMAT}",
        "title": "deskcheck layout",
        **body,
    }


_SCHEMA = _build()


def layout_json_schema() -> Schema:
    """Return a copy of the JSON Schema (draft 2020-12) of a layout file."""
    return copy.deepcopy(_SCHEMA)


def schema_text() -> str:
    """Return the published file's text; a test holds ``schema/layout-1.schema.json`` against it."""
    return json.dumps(_SCHEMA, ensure_ascii=False, indent=2) + "\n"
