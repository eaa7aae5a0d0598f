"""Between a working draft's document and a layout file; pure, without the database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deskcheck_service.errors import DraftShapeError
from deskcheck_service.layouts.draft_schemas import DraftDocument, StillRef

if TYPE_CHECKING:
    from deskcheck_calibration.layout import Layout

MAX_BYTES = 256 * 1024
_MAX_DEPTH = 12
# What the service writes itself: a draft cannot become another window's layout or take another version's number.
_FIXED = ("format", "window", "version", "taxonomy")

EMPTY: dict[str, Any] = {
    "place_type": "window",
    "desk_cm": None,
    "edge_clearance_cm": None,
    "cabinet_fitted": True,
    "surfaces": [],
    "zones": [],
    "relations": [],
    "policies": [],
    "parameters": {},
    "views": [],
}


def document_text(document: DraftDocument) -> str:
    """Return a document as it is stored.

    Raises:
        DraftShapeError: too long, too deep, or with values that JSON or UTF-8 cannot carry.
    """
    if _depth(document.layout) > _MAX_DEPTH:
        raise DraftShapeError(problem=f"depth > {_MAX_DEPTH}")
    try:
        text = json.dumps(document.model_dump(), ensure_ascii=False, allow_nan=False)
        size = len(text.encode("utf-8"))
    except ValueError as exc:
        raise DraftShapeError(problem="NaN / UTF-8") from exc
    if size > MAX_BYTES:
        raise DraftShapeError(problem=f"> {MAX_BYTES // 1024} KB")
    # Escaped, since one database cannot hold every character.
    return json.dumps(json.loads(text), ensure_ascii=True, separators=(",", ":"))


def _depth(value: object) -> int:
    level, deepest = [value], 0
    while level and deepest <= _MAX_DEPTH:
        deepest += 1
        level = [
            part
            for one in level
            for part in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
        ]
    return deepest


def document_of(
    layout: Layout | None, still: StillRef | None, corners: list[tuple[float, float]], time_zone: str
) -> DraftDocument:
    """Return what a draft starts from: the approved layout on a still of its view, or an empty desk of the centre."""
    if layout is None:
        # Spans and weekdays are the usual ones until somebody says otherwise; whose clock they mean is known.
        return DraftDocument(layout={**EMPTY, "hours": {"time_zone": time_zone}}, still=still, corners_px=corners)
    from deskcheck_calibration.layout_writer import layout_values

    values = {key: value for key, value in layout_values(layout).items() if key not in _FIXED}
    return DraftDocument(layout=values, still=still, corners_px=corners)


def layout_of(
    document: DraftDocument, window: str, version: int, stickers: list[dict[str, Any]] | None = None
) -> Layout:
    """Return the layout that a document draws, with the still's corners as a reference view.

    Args:
        document: the draft.
        window: the window's code.
        version: number of the layout.
        stickers: position stickers as they were measured on the still; None keeps those of the document.

    Raises:
        LayoutFileError: it is not a sound layout; paths are those of the document's ``layout``, and ``views[...]``
            for the corners.
    """
    from deskcheck_calibration.layout import LAYOUT_FORMAT
    from deskcheck_calibration.layout_file import load_layout
    from deskcheck_vision.taxonomy import TAXONOMY_VERSION

    values = {
        "format": LAYOUT_FORMAT,
        "window": window,
        "version": version,
        "taxonomy": TAXONOMY_VERSION,
        **{key: value for key, value in document.layout.items() if key not in _FIXED},
    }
    if stickers is not None:
        values["stickers"] = stickers
    still = document.still
    views = values.get("views", [])
    if still is not None and isinstance(views, list):
        view = {
            "name": still.view,
            "image_wh": list(still.image_wh),
            "corners_px": [[round(x, 2), round(y, 2)] for x, y in document.corners_px],
            "focal_px": still.focal_px,
            "bend": still.bend,
        }
        others = [one for one in views if not (isinstance(one, dict) and one.get("name") == still.view)]
        # Last, so that a problem with the corners is always that of the last view.
        values["views"] = [*others, view]
    return load_layout(json.dumps(values))
