"""Builders for items on the desk, layouts and scenes; nothing here judges anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from deskcheck_calibration.compare import scene_of
from deskcheck_calibration.layout import Layout, PolygonCm, Surface, SurfaceKind
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.scene import WHOLE_DESK, Context, PlaceView, Scene
from deskcheck_vision.taxonomy import BY_ID

# Friday 2026-11-20, 10:00 in Shanghai: open. 20:00: closed.
OPEN_TIME = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CLOSED_TIME = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def rect(x: float, y: float, width: float, depth: float) -> PolygonCm:
    return ((x, y), (x + width, y), (x + width, y + depth), (x, y + depth))


COUNTER = Surface("counter", SurfaceKind.MAIN_COUNTER, rect(0, 0, 180, 70))
RISER = Surface("riser", SurfaceKind.RISER_TOP, rect(60, 5, 50, 24), 10.0)


def make_layout(**changes: Any) -> Layout:
    values: dict[str, Any] = {
        "window": "A03", "version": 7, "desk_wh_cm": (180.0, 70.0), "taxonomy_version": "1", "surfaces": (COUNTER,),
    }  # fmt: skip
    values.update(changes)
    return Layout(**values)


def make_item(
    name: str, x: float, y: float, width: float = 8, depth: float = 8, *, sigma: float = 0.3, **changes: Any
) -> PlacedItem:
    """An item whose footprint's corner with the least x and y is given."""
    variance = sigma * sigma
    outline = rect(x, y, width, depth)
    values: dict[str, Any] = {
        "index": 0,
        "item": name,
        "confidence": 0.9,
        "xyxy": (10 * x, 10 * y, 10 * (x + width), 10 * (y + depth)),
        "footprint_cm": outline,
        "plan_cm": outline,
        "centre_cm": (x + width / 2, y + depth / 2),
        "uncertainty_cm": 2.45 * sigma,
        "centre_covariance_cm2": (variance, 0.0, variance),
        "outline_covariance_cm2": ((variance, 0.0, variance),) * 4,
        "size_cm": (width, depth, BY_ID[name].size_cm[2]),
        "height_cm": 0.0,
        "surface": None,
        "near_surface": None,
        "raised_share": (0.0, 0.0, 0.0),
        "scale_px_per_cm": 10.0,
        "is_hidden": False,
    }
    values.update(changes)
    return PlacedItem(**values)


def make_context(layout: Layout, **changes: Any) -> Context:
    places = [WHOLE_DESK, *(surface.id for surface in layout.surfaces), *(zone.id for zone in layout.zones)]
    values: dict[str, Any] = {
        "captured_at": OPEN_TIME,
        "views": {place: PlaceView() for place in places},
        "trained_classes": frozenset(BY_ID),
        "model_sha256": "0" * 64,
    }
    seen = changes.pop("seen", {})
    values.update(changes)
    values["views"] = {**values["views"], **seen}
    return Context(**values)


def make_scene(layout: Layout, *items: PlacedItem, **changes: Any) -> Scene:
    return scene_of(items, layout, make_context(layout, **changes))


@pytest.fixture
def layout() -> Callable[..., Layout]:
    return make_layout


@pytest.fixture
def item() -> Callable[..., PlacedItem]:
    return make_item


@pytest.fixture
def context() -> Callable[..., Context]:
    return make_context


@pytest.fixture
def scene() -> Callable[..., Scene]:
    return make_scene
