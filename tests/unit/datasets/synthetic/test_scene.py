"""Scenes: nothing floats, nothing intersects, the same seed gives the same scene."""

from __future__ import annotations

from dataclasses import replace

import pytest
from deskcheck_datasets.synthetic.items import cups, printers, screens
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.placing import Placed, faults, floating, intersecting
from deskcheck_datasets.synthetic.scene import Recipe, Scene, desk_polygon, draw_scene

DESK = (160.0, 70.0)
RECIPE = Recipe(count=(3, 9))


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return [draw_scene(seed, RECIPE) for seed in range(3)]


def test_scenes_are_physically_possible(scenes: list[Scene]) -> None:
    for scene in scenes:
        assert len(scene.items) >= 3
        assert faults(scene.items, scene.desk_wh_cm) == []


def test_things_stand_on_the_desk_within_its_outline(scenes: list[Scene]) -> None:
    for scene in scenes:
        desk = desk_polygon(scene.desk_wh_cm)
        for placed in scene.items:
            if placed.surface == "desk":
                foot = placed.footprint_desk()
                assert foot.intersection(desk).area >= 0.979 * foot.area


def test_the_same_seed_draws_the_same_scene(scenes: list[Scene]) -> None:
    again = draw_scene(1, RECIPE)
    assert again.camera == scenes[1].camera
    assert [(p.item.label, p.x_cm, p.y_cm) for p in again.items] == [
        (p.item.label, p.x_cm, p.y_cm) for p in scenes[1].items
    ]


def test_two_mugs_in_one_place_intersect_and_side_by_side_do_not() -> None:
    mug = cups.mug(Draw(1))
    here = Placed(mug, 50, 30, 0)
    assert intersecting(here, Placed(mug, 52, 30, 90))
    assert not intersecting(here, Placed(mug, 80, 30, 90))


def test_a_keyboard_high_thing_under_a_riser_does_not_intersect_it() -> None:
    riser = screens.monitor_riser(Draw(2))
    mug = cups.mug(Draw(3))
    on_top = Placed(mug, 80, 30, 0, riser.tops[0].height_cm, "riser_top", 0)
    assert not intersecting(on_top, Placed(riser, 80, 30, 0))
    assert not floating(on_top, (Placed(riser, 80, 30, 0), on_top), DESK)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, False),
        ({"height_cm": 3.0}, True),
        ({"x_cm": 159.0}, True),
        ({"y_cm": -5.0}, True),
        ({"surface": "floor", "height_cm": -75.0, "y_cm": -60.0}, False),
    ],
)
def test_floating_and_overhanging_things_are_found(change: dict[str, float | str], wrong: bool) -> None:
    placed = replace(Placed(cups.mug(Draw(1)), 50, 30, 0), **change)  # type: ignore[arg-type]
    assert floating(placed, (placed,), DESK) is wrong


def test_a_thing_beside_the_machine_top_floats() -> None:
    printer = Placed(printers.printer(Draw(4)), 40, 35, 0)
    top = printer.item.tops[0]
    mug = Placed(cups.mug(Draw(5)), 40, 35, 0, top.height_cm, "machine_top", 0)
    assert not floating(mug, (printer, mug), DESK)
    beside = replace(mug, x_cm=75.0)
    assert floating(beside, (printer, beside), DESK)
    assert faults((printer, beside), DESK) == ["mug floats or overhangs"]
