"""Whatever text comes in: a layout, or one LayoutFileError that names what is wrong. Nothing else, and soon."""

from __future__ import annotations

import json
import string
from datetime import time
from types import MappingProxyType

import pytest
from deskcheck_calibration.layout import (
    HomeZone,
    Hours,
    Layout,
    PlaceType,
    Policy,
    PolicyKind,
    ReferenceView,
    Surface,
    SurfaceKind,
    When,
)
from deskcheck_calibration.layout_file import LayoutFileError, dump_layout, layout_sha256, load_layout
from deskcheck_calibration.rules.parameters import PARAMETERS
from deskcheck_vision.taxonomy import CLASSES
from hypothesis import given, settings
from hypothesis import strategies as st

KEYS = ["format", "window", "version", "taxonomy", "desk_cm", "surfaces", "zones", "relations", "policies", "hours",
        "parameters", "views", "place_type", "outer_edge_cm", "edge_clearance_cm", "cabinet_fitted", "id", "item",
        "polygon_cm", "open", "weekdays", "corners_px", "image_wh", "V04", "*a", "&a", "<<", "!!map"]  # fmt: skip
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["1", "cup", "main_counter", "yes", "NO", ".nan", "09:00", "A03", "1e999", "mon"])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner),
    max_leaves=25,
)
YAML_LIKE = st.text(alphabet=string.ascii_letters + string.digits + ":-[]{},&*!#|>\"'\n\t .%@`\\~?水", max_size=400)


def reads_or_explains(text: str) -> None:
    layout, refused = None, None
    try:
        layout = load_layout(text)
    except LayoutFileError as exc:
        refused = exc
    if refused is not None:
        assert refused.problems
        assert all(problem.zh and problem.en and problem.code and problem.line >= 0 for problem in refused.problems)
        assert refused.sentence("zh")
        assert refused.sentence("en")
    if layout is not None:
        assert load_layout(dump_layout(layout)) == layout


SHORT = settings(max_examples=40, deadline=None)


@SHORT
@given(YAML_LIKE | st.text(max_size=200))
def test_any_text(text: str) -> None:
    reads_or_explains(text)


@SHORT
@given(VALUES)
def test_any_json(values: object) -> None:
    reads_or_explains(json.dumps(values))


def _good_values() -> dict[str, object]:
    return {
        "format": "1", "window": "A", "version": 1, "taxonomy": "1", "desk_cm": [180, 70],
        "surfaces": [{"id": "s", "kind": "main_counter", "polygon_cm": [[0, 0], [180, 0], [180, 70]]}],
        "zones": [{"id": "z", "item": "cup", "polygon_cm": [[0, 0], [20, 0], [20, 20]], "tolerance_cm": 2}],
        "policies": [{"item": "bag", "kind": "forbidden", "surface": "s"}],
        "hours": {"open": [["09:00", "12:00"]], "weekdays": ["mon"], "time_zone": "Asia/Shanghai"},
        "views": [{"name": "v", "image_wh": [640, 480], "corners_px": [[200, 100], [450, 100], [600, 400], [20, 400]]}],
    }  # fmt: skip


def _spots(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        found += [spot for key in value for spot in _spots(value[key], (*path, key))]
    if isinstance(value, list):
        found += [spot for index in range(len(value)) for spot in _spots(value[index], (*path, index))]
    return found


@SHORT
@given(st.data())
def test_a_good_file_with_one_part_replaced(data: st.DataObject) -> None:
    values = _good_values()
    path = data.draw(st.sampled_from(_spots(values)))
    target: object = values
    for step in path[:-1]:
        target = target[step]  # type: ignore[index]
    target[path[-1]] = data.draw(VALUES)  # type: ignore[index]
    reads_or_explains(json.dumps(values))


@pytest.mark.fuzz
@settings(max_examples=5000, deadline=None)
@given(YAML_LIKE | st.text(max_size=2000))
def test_any_text_for_long(text: str) -> None:
    reads_or_explains(text)


@pytest.mark.fuzz
@settings(max_examples=3000, deadline=None)
@given(st.data())
def test_a_good_file_with_several_parts_replaced(data: st.DataObject) -> None:
    values = _good_values()
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(_spots(values)))
        target: object = values
        for step in path[:-1]:
            target = target[step]  # type: ignore[index]
        target[path[-1]] = data.draw(VALUES)  # type: ignore[index]
    reads_or_explains(json.dumps(values))


def _rectangles() -> st.SearchStrategy[tuple[tuple[float, float], ...]]:
    side = st.floats(2, 40, allow_nan=False)
    return st.tuples(st.floats(0, 100), st.floats(0, 28), side, side).map(
        lambda r: ((r[0], r[1]), (r[0] + r[2], r[1]), (r[0] + r[2], r[1] + r[3]), (r[0], r[1] + r[3]))
    )


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
ITEMS = st.sampled_from([item.id for item in CLASSES])


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    ids = draw(st.lists(WORDS, min_size=4, max_size=4, unique=True))
    zones = tuple(
        HomeZone(
            zone_id, draw(ITEMS), draw(_rectangles()), draw(st.integers(0, 1)), draw(st.integers(1, 5)),
            draw(st.none() | st.floats(0.1, 100)), draw(st.sampled_from(When)), draw(st.booleans()),
        )
        for zone_id in ids[:2]
    )  # fmt: skip
    surface = Surface(ids[2], draw(st.sampled_from(SurfaceKind)), draw(_rectangles()), draw(st.floats(-100, 200)))
    rule = draw(st.sampled_from(sorted(PARAMETERS)))
    parameter = draw(st.sampled_from(PARAMETERS[rule]))
    chosen = MappingProxyType({parameter.name: draw(st.floats(parameter.low, parameter.high))})
    view = ReferenceView(
        draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)),
        (640, 480),
        ((200.0, 100.0), (450.0, draw(st.floats(90, 110))), (600.0, 400.0), (20.0, 400.0)),
        draw(st.none() | st.floats(300, 3000)),
    )
    return Layout(
        window=draw(WORDS),
        version=draw(st.integers(1, 1000)),
        desk_wh_cm=(draw(st.floats(150, 300)), draw(st.floats(70, 120))),
        taxonomy_version="1",
        place_type=draw(st.sampled_from(PlaceType)),
        edge_clearance_cm=draw(st.none() | st.floats(0.1, 200)),
        cabinet_fitted=draw(st.booleans()),
        surfaces=(surface,),
        zones=zones,
        policies=(Policy(draw(ITEMS), draw(st.sampled_from(PolicyKind)), ids[2], draw(st.none() | st.integers(0, 9))),),
        hours=Hours(((time(draw(st.integers(0, 11))), time(draw(st.integers(12, 23)))),), (0, 3)),
        parameters=MappingProxyType({rule: chosen}),
        views=(view,),
    )


@SHORT
@given(layouts())
def test_every_layout_is_read_back_as_it_was(layout: Layout) -> None:
    text = dump_layout(layout)
    assert load_layout(text) == layout
    assert layout_sha256(load_layout(text)) == layout_sha256(layout)
