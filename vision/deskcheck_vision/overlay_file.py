"""What is drawn over a picture, as a few kB of bytes: the picture need not be kept once more with it drawn in."""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np

from deskcheck_vision.detections import Float64Array
from deskcheck_vision.overlay_values import Overlay, OverlayItem, OverlayRuler, OverlayZone
from deskcheck_vision.privacy import PrivacyMask
from deskcheck_vision.strokes import OverlayState

# Hundredths of a px are far below what a line shows.
_DIGITS = 2


def dump_overlay(overlay: Overlay) -> bytes:
    """Return an overlay as compressed JSON; the same overlay gives the same bytes."""
    ruler, mask = overlay.ruler, overlay.mask
    document = {
        "zones": [[_rounded(zone.polygon_px), zone.name, zone.state.value] for zone in overlay.zones],
        "items": [[_rounded(np.array(one.xyxy)), one.label, one.state.value, one.name] for one in overlay.items],
        "ruler": None if ruler is None else [_rounded(ruler.points_px), list(ruler.labels)],
        "desk": _rounded(overlay.desk_outline_px),
        "mask": None if mask is None else mask.xyxy.tolist(),
        "mask_label": overlay.mask_label,
    }
    return zlib.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def load_overlay(content: bytes) -> Overlay:
    """Return the overlay that ``dump_overlay`` wrote.

    Raises:
        ValueError: it did not write this.
    """
    try:
        document: dict[str, Any] = json.loads(zlib.decompress(content))
        ruler, mask = document["ruler"], document["mask"]
        return Overlay(
            zones=tuple(
                OverlayZone(_array(points), name, OverlayState(is_)) for points, name, is_ in document["zones"]
            ),
            items=tuple(_item(*fields) for fields in document["items"]),
            ruler=None if ruler is None else OverlayRuler(_array(ruler[0]), tuple(ruler[1])),
            desk_outline_px=_array(document["desk"]),
            mask=None if mask is None else PrivacyMask(np.array(mask, np.int64)),
            mask_label=document["mask_label"],
        )
    except (zlib.error, KeyError, TypeError, IndexError) as exc:
        raise ValueError("not an overlay that was written down") from exc


def _item(xyxy: list[float], label: str, state: str, name: str) -> OverlayItem:
    left, top, right, bottom = xyxy
    return OverlayItem((left, top, right, bottom), label, OverlayState(state), name)


def _array(points: list[list[float]]) -> Float64Array:
    return np.array(points, np.float64).reshape(-1, 2)


def _rounded(points: Float64Array) -> Any:
    return np.round(np.asarray(points, np.float64), _DIGITS).tolist()
