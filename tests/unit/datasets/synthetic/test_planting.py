"""Plans: possible, the same from the same seed, with as many violations as stated, of many rules."""

from __future__ import annotations

from collections import Counter

import pytest
from deskcheck_datasets.synthetic.hall import layout_of, stand_items, stands_in
from deskcheck_datasets.synthetic.planting import Planned, plan
from deskcheck_datasets.synthetic.recipes import VERDICT_SEEDS


@pytest.fixture(scope="module")
def plans() -> list[Planned]:
    return [plan(seed, f"V{seed}") for seed in VERDICT_SEEDS[200:214]]


def test_windows_and_their_photos_are_possible(plans: list[Planned]) -> None:
    for planned in plans:
        stand_items(planned.window, planned.window.stands)
        stand_items(planned.window, stands_in(planned.window, planned.photo))


def test_many_rules_are_broken_and_some_pictures_are_clean(plans: list[Planned]) -> None:
    counted = Counter(rule for planned in plans for rule, _ in planned.photo.planted)
    assert len(counted) >= 5
    assert {len(planned.photo.planted) for planned in plans} >= {0, 1, 2}


def test_the_same_seed_gives_the_same_plan(plans: list[Planned]) -> None:
    assert plan(VERDICT_SEEDS[200], f"V{VERDICT_SEEDS[200]}") == plans[0]


def test_the_layout_has_what_the_planted_rules_need(plans: list[Planned]) -> None:
    for planned in plans:
        layout = layout_of(planned.window, None)
        rules = {rule for rule, _ in planned.photo.planted}
        kinds = {surface.kind.value for surface in layout.surfaces}
        if "V03" in rules:
            assert layout.edge_clearance_cm is not None
        if "V08" in rules:
            assert layout.relations
        if "V09" in rules:
            assert "riser_top" in kinds
        if "V10" in rules:
            assert "machine_top" in kinds
        if "V13" in rules:
            assert "low_cabinet" not in kinds
