"""Presets: what their documents say and no more, applied beside what a layout says already, judged on small scenes."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from deskcheck_calibration.compare import evaluate
from deskcheck_calibration.errors import UnknownPresetError
from deskcheck_calibration.findings import State
from deskcheck_calibration.layout import HomeZone, Layout, Policy, PolicyKind, Relation, Surface, SurfaceKind
from deskcheck_calibration.layout_file import dump_layout, load_layout
from deskcheck_calibration.presets import apply_preset, load_preset, load_presets, read_preset
from deskcheck_vision.errors import UnknownClassError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.calibration.conftest import COUNTER, RISER, make_item, make_layout, make_scene, rect

CABINET = Surface("cabinet", SurfaceKind.LOW_CABINET, rect(180, 0, 40, 70))
MACHINE = Surface("machine", SurfaceKind.MACHINE_TOP, rect(10, 5, 40, 36), 28.0)
FULL = make_layout(surfaces=(COUNTER, CABINET, RISER, MACHINE))
ON_COUNTER, ON_CABINET = (20.0, 40.0), (190.0, 30.0)
VECTORS = json.loads((Path(__file__).resolve().parents[2] / "vectors" / "presets.json").read_text(encoding="utf-8"))


def states(layout: Layout, name: str, at: tuple[float, float], rule: str = "V01") -> set[str]:
    """What a rule says of a thing that stands at a place, beside the clear surfaces."""
    found = [one for one in evaluate(make_scene(layout, make_item(name, *at))) if one.rule == rule]
    about = {one.state.value for one in found if one.item == name}
    return about or {one.state.value for one in found if one.state is State.PASS}


@pytest.mark.parametrize(
    ("preset", "name", "at", "state"),
    [
        # The three centres contradict each other about the cup (D1, D9, published).
        ("taizhou", "cup", ON_COUNTER, "pass"),
        ("pinghu", "cup", ON_COUNTER, "suspected"),
        ("pinghu", "cup", ON_CABINET, "pass"),
        ("liaozhong", "cup", ON_COUNTER, "suspected"),
        ("liaozhong", "cup", ON_CABINET, "suspected"),
        ("pinghu", "tissue", ON_COUNTER, "suspected"),
        ("pinghu", "tissue", ON_CABINET, "pass"),
        # D11, D12, D14.
        ("pinghu", "food", ON_COUNTER, "suspected"),
        ("pinghu", "beverage_container", ON_CABINET, "suspected"),
        ("pinghu", "personal_ornament", ON_COUNTER, "suspected"),
        ("pinghu", "newspaper_magazine", ON_COUNTER, "suspected"),
        ("pinghu", "sticky_note", ON_COUNTER, "suspected"),
        ("pinghu", "potted_plant", ON_COUNTER, "suspected"),
        ("pinghu", "clothing", ON_COUNTER, "suspected"),
        # Not said: as the taxonomy has it.
        ("taizhou", "food", ON_COUNTER, "suspected"),
        ("taizhou", "telephone", ON_COUNTER, "pass"),
        ("liaozhong", "tissue", ON_COUNTER, "pass"),
        ("pinghu", "telephone", ON_COUNTER, "pass"),
    ],
)
def test_each_preset_judges_as_its_document_asks(preset: str, name: str, at: tuple[float, float], state: str) -> None:
    assert states(apply_preset(FULL, load_preset(preset)).layout, name, at) == {state}


def test_a_printer_belongs_into_the_low_cabinet() -> None:
    layout = apply_preset(FULL, load_preset("pinghu")).layout
    assert states(layout, "printer", (60.0, 30.0), "V13") == {"suspected"}
    assert states(layout, "printer", (181.0, 10.0), "V13") == {"pass"}
    assert states(layout, "printer", (181.0, 10.0)) == {"pass"}


def test_the_riser_is_looked_at_once_it_is_drawn() -> None:
    layout = apply_preset(FULL, load_preset("pinghu")).layout
    on_top = make_item("cup", 70, 10, surface="riser", near_surface="riser", raised_share=(1.0, 1.0, 1.0))
    found = [one for one in evaluate(make_scene(layout, on_top)) if one.rule == "V09" and one.item == "cup"]
    assert [one.state for one in found] == [State.SUSPECTED]
    told = [
        (one.decision.source, one.surface.value) for one in apply_preset(make_layout(), load_preset("pinghu")).waiting
    ]
    assert told == [("D9", "low_cabinet"), ("D10", "low_cabinet"), ("D7", "riser_top"), ("D7", "machine_top")]


def test_the_document_camera_stands_beside_the_monitor() -> None:
    layout = apply_preset(FULL, load_preset("pinghu")).layout
    monitor = make_item("monitor", 60, 40, 54, 20)
    for left, state in ((116.0, State.PASS), (155.0, State.SUSPECTED)):
        scene = make_scene(layout, monitor, make_item("document_camera", left, 40, 20, 12, index=1))
        found = [one.state for one in evaluate(scene) if one.rule == "V08" and one.item == "document_camera"]
        assert found == [state]


def test_no_figure_is_invented_for_the_distance_to_the_edge() -> None:
    applied = apply_preset(FULL, load_preset("taizhou")).layout
    assert applied.edge_clearance_cm is None
    assert applied.parameters == FULL.parameters
    off = [one for one in evaluate(make_scene(applied, make_item("cup", 20, 0.2))) if one.rule == "V03"]
    assert {one.state for one in off} == {State.NOT_ASSESSED}
    assert "D3" in {one.source for one in load_preset("taizhou").left_open}


@pytest.mark.parametrize("name", load_presets())
def test_every_decision_says_where_it_comes_from_in_both_languages(name: str) -> None:
    preset = load_preset(name)
    for one in (*preset.decisions, *preset.left_open):
        assert one.source == "published" or one.source[0] == "D"
        assert any("一" <= char <= "鿿" for char in one.zh)
        assert not any("一" <= char <= "鿿" for char in one.en)
    for decision in preset.decisions:
        assert decision.policies or decision.relations or decision.surfaces
    assert f"{preset.id}.yaml" in {one.name for one in files("deskcheck_calibration.presets").iterdir()}


def test_an_unknown_preset_names_the_known_ones() -> None:
    with pytest.raises(UnknownPresetError) as refused:
        load_preset("anshan")
    assert "liaozhong, pinghu, taizhou" in refused.value.next_step("en")


GOOD = (files("deskcheck_calibration.presets") / "pinghu.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("was", "now", "error"),
    [
        ('format: "1"', 'format: "2"', ValueError),
        ("item: food", "item: fruit", UnknownClassError),
        ("{item: food, kind: forbidden}", "{item: food, kind: banned}", ValueError),
        ("surface: main_counter", "surface: roof", ValueError),
        ("{item: food, kind: forbidden}", "{item: cup, kind: allowed}", ValueError),
        ("{item: food, kind: forbidden}", "{item: food, kind: forbidden, max: 1}", ValueError),
        ("{item: food, kind: forbidden}", "{item: food}", ValueError),
        ("{item: food, kind: forbidden}", "food", TypeError),
        ("source: D11", "origin: D11", ValueError),
        ("left_open:", "open:", ValueError),
    ],
)
def test_a_broken_file_is_refused(was: str, now: str, error: type[Exception]) -> None:
    assert was in GOOD
    assert read_preset(GOOD) == load_preset("pinghu")
    with pytest.raises(error):
        read_preset(GOOD.replace(was, now, 1))


def test_what_the_layout_said_before_stays_unless_the_preset_speaks_of_it() -> None:
    own = make_layout(
        surfaces=(COUNTER, CABINET),
        policies=(
            Policy("cup", PolicyKind.ALLOWED, "counter", 2),
            Policy("food", PolicyKind.ALLOWED, None, 3),
            Policy("bag", PolicyKind.FORBIDDEN),
        ),
        relations=(Relation("own", "document_camera", "monitor", 8.0),),
        zones=(HomeZone("cup", "cup", rect(20, 40, 10, 10)), HomeZone("tissue", "tissue", rect(190, 30, 10, 10))),
    )
    applied = apply_preset(own, load_preset("pinghu"))
    kinds = {(one.item, one.surface): (one.kind.value, one.max_count) for one in applied.layout.policies}
    assert kinds[("bag", None)] == ("forbidden", None)
    assert kinds[("food", None)] == ("forbidden", 3)
    assert ("cup", "counter") not in kinds
    assert kinds[("cup", None)] == ("forbidden", None)
    assert [one.surface for one in applied.removed] == ["counter"]
    assert [(before.item, after.kind.value) for before, after in applied.changed] == [("food", "forbidden")]
    assert [one.item for one in applied.relations] == ["tablet_terminal"]
    assert applied.layout.relations[0] == own.relations[0]
    assert [zone.id for zone in applied.zones_against] == ["cup"]
    assert own.policies[0].surface == "counter"  # the layout given is untouched
    # A home zone is the more particular word: the cup in it passes, as it was told.
    assert states(applied.layout, "cup", (21.0, 41.0)) == {"pass"}


def test_new_ids_are_free() -> None:
    taken = make_layout(surfaces=(replace(COUNTER, id="document_camera-beside-monitor"),))
    ids = [one.id for one in apply_preset(taken, load_preset("pinghu")).relations]
    assert ids == ["document_camera-beside-monitor-2", "tablet_terminal-beside-monitor"]


@settings(deadline=None, max_examples=40)
@given(st.permutations([COUNTER, CABINET, RISER, MACHINE]), st.integers(0, 4), st.sampled_from(sorted(load_presets())))
def test_applying_again_changes_nothing_and_the_file_is_sound(order: list[Surface], many: int, name: str) -> None:
    once = apply_preset(make_layout(surfaces=tuple(order[:many])), load_preset(name))
    again = apply_preset(once.layout, load_preset(name))
    assert again.layout == once.layout
    assert (again.added, again.changed, again.removed, again.relations) == ((), (), (), ())
    assert load_layout(dump_layout(once.layout)) == once.layout


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: str(case["name"]))
def test_the_editor_is_held_to_the_same(case: dict[str, Any]) -> None:
    """service/web/tests/editor_presets.test.ts is the other half."""
    head = {"format": "1", "window": "W", "version": 1, "taxonomy": "1"}
    layout = load_layout(json.dumps({**head, **case["layout"]}))
    applied = apply_preset(layout, load_preset(case["preset"]))
    assert {
        "policies": [[p.item, p.kind.value, p.surface, p.max_count] for p in applied.layout.policies],
        "relations": [[r.id, r.item, r.anchor, r.side.value] for r in applied.layout.relations],
        "added": len(applied.added),
        "changed": [[after.item, after.surface] for _, after in applied.changed],
        "removed": [[p.item, p.surface] for p in applied.removed],
        "waiting": [[w.decision.source, w.surface.value] for w in applied.waiting],
        "against": [zone.id for zone in applied.zones_against],
    } == case["expected"]


def test_the_vectors_hold_the_presets_as_they_are_shown() -> None:
    from deskcheck_service.layouts.presets import list_presets

    assert VECTORS["presets"] == [one.model_dump(mode="json") for one in list_presets()]
