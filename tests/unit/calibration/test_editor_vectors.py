"""The server's half of the vectors; service/web/tests/editor_geometry.test.ts holds the browser's editor to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from deskcheck_calibration.errors import CalibrationError
from deskcheck_calibration.geometry import signed_area
from deskcheck_calibration.layout import HomeZone, Layout
from deskcheck_calibration.layout_diff import layout_changes
from deskcheck_calibration.layout_file import LayoutFileError, load_layout
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.stickers import measure_stickers
from deskcheck_vision.markers import DeskTags, Tag

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).resolve().parents[2] / "vectors" / "editor_geometry.json").read_text(encoding="utf-8")
)


def named(kind: str) -> Any:
    return pytest.mark.parametrize("one", VECTORS[kind], ids=lambda one: str(one.get("name", ""))[:40])


def problems_of(zone: Any, surfaces: list[Any], desk: list[float]) -> set[str]:
    """The codes that a layout with one zone gets at that zone."""
    kinds = [{"id": f"s{i}", "kind": "low_cabinet", "polygon_cm": one} for i, one in enumerate(surfaces)]
    values = {"format": "1", "window": "W", "version": 1, "taxonomy": "1", "desk_cm": desk, "surfaces": kinds,
              "zones": [{"id": "zone", "item": "cup", "polygon_cm": zone}]}  # fmt: skip
    try:
        load_layout(json.dumps(values))
    except LayoutFileError as error:
        return {one.code for one in error.problems if one.path.startswith("zones")}
    return set()


def test_every_kind_has_good_and_bad_ones() -> None:
    assert {one["problem"] for one in VECTORS["corner_problems"]} == {
        None, "corners_outside", "corners_on_line", "corners_crossed", "corners_order", "desk_size"}  # fmt: skip
    assert {one["problem"] for one in VECTORS["polygons"]} == {None, "polygon_crossed", "polygon_area"}
    assert (
        {one["outside"] for one in VECTORS["ground"]} == {one["inside"] for one in VECTORS["inside"]} == {True, False}
    )


@named("homographies")
def test_homography(one: dict[str, Any]) -> None:
    plane = DeskPlane.from_corners(one["corners_px"], tuple(one["desk_cm"]), tuple(one["image_wh"]))
    np.testing.assert_allclose(plane.to_px(np.array(one["points_cm"])), one["points_px"], atol=1e-4)
    np.testing.assert_allclose(plane.to_cm(np.array(one["points_px"])), one["points_cm"], atol=1e-4)


@named("corner_problems")
def test_corner_problem(one: dict[str, Any]) -> None:
    try:
        DeskPlane.from_corners(one["corners_px"], tuple(one["desk_cm"]), tuple(one["image_wh"]))
        found = None
    except CalibrationError as error:
        found = error.code
    assert found == (f"calibration.{one['problem']}" if one["problem"] else None)


@named("polygons")
def test_polygon(one: dict[str, Any]) -> None:
    around = [[-300, -300], [300, -300], [300, 300], [-300, 300]]
    found = problems_of(one["polygon_cm"], [around], [160, 70])
    assert found == ({f"layout.{one['problem']}"} if one["problem"] else set())
    assert abs(signed_area(np.array(one["polygon_cm"], np.float64))) == pytest.approx(one["area_cm2"], abs=1e-6)


@named("ground")
def test_ground(one: dict[str, Any]) -> None:
    found = problems_of(one["zone_cm"], one["surfaces_cm"], one["desk_cm"])
    assert found == ({"layout.outside_desk"} if one["outside"] else set())


@named("inside")
def test_inside(one: dict[str, Any]) -> None:
    assert shapely.Polygon(one["polygon_cm"]).contains(shapely.Point(one["point_cm"])) is one["inside"]


def with_zone(polygon: Any) -> Layout:
    zone = HomeZone("zone", "cup", tuple((float(x), float(y)) for x, y in polygon))
    return Layout("W", 1, (160.0, 70.0), "1", zones=(zone,))


@named("rotations")
def test_rotation(one: dict[str, Any]) -> None:
    polygon, turned = shapely.Polygon(one["polygon_cm"]), shapely.Polygon(one["turned_cm"])
    assert turned.area == pytest.approx(polygon.area, abs=1e-3)
    assert turned.centroid.distance(polygon.centroid) < 1e-4
    # The server has no command that turns; it says by how much somebody did.
    (change,) = layout_changes(with_zone(one["polygon_cm"]), with_zone(one["turned_cm"]))
    said = "clockwise" if one["angle_deg"] > 0 else "anticlockwise"
    assert change.en == f"cup home zone: turned {abs(one['angle_deg'])}° {said}"


@named("around")
def test_around(one: dict[str, Any]) -> None:
    values = {"format": "1", "window": "W", "version": 1, "taxonomy": "1", "desk_cm": one["desk_cm"],
              "around": [{"id": "seen", "kind": "sight_line", "polygon_cm": one["polygon_cm"]}]}  # fmt: skip
    try:
        load_layout(json.dumps(values))
        found = set()
    except LayoutFileError as error:
        found = {(problem.code, problem.path) for problem in error.problems}
    assert found == ({(f"layout.{one['problem']}", "around[0].polygon_cm")} if one["problem"] else set())


@named("sticker_scale")
def test_sticker_scale(one: dict[str, Any]) -> None:
    plane = DeskPlane.from_corners(one["corners_px"], tuple(one["desk_cm"]), tuple(one["image_wh"]))
    tags = {corner: Tag(corner, np.array(tag)) for corner, tag in enumerate(one["tags_px"])}
    found = measure_stickers(DeskTags(0, tags), plane)
    assert found.side_cm == pytest.approx(one["side_cm"], abs=1e-3)
    assert found.suspicious is (one["share"] is not None)
