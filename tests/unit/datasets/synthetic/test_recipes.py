"""Recipes: no two share a seed, training never sees held-out variants, every scene of theirs is possible."""

from __future__ import annotations

from itertools import combinations

import pytest
from deskcheck_datasets.synthetic import recipes
from deskcheck_datasets.synthetic.placing import faults
from deskcheck_datasets.synthetic.recipes import CLIP_SEEDS, RECIPES, VERDICT_SEEDS
from deskcheck_datasets.synthetic.scene import draw_scene


def test_seeds_are_disjoint() -> None:
    ranges = [*(seeds for _, seeds in RECIPES.values()), VERDICT_SEEDS, CLIP_SEEDS]
    for a, b in combinations(ranges, 2):
        assert a.stop <= b.start or b.stop <= a.start


def test_training_and_test_recipes_are_held_apart() -> None:
    for name, (recipe, seeds) in RECIPES.items():
        assert recipe.held_out == (not name.startswith("train"))
        assert (seeds[0] in recipes.TRAIN_SEEDS) == name.startswith("train")


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_scenes_are_possible_and_seen_by_their_kind_of_camera(name: str) -> None:
    recipe, seeds = RECIPES[name]
    for seed in seeds[70:72]:
        scene = draw_scene(seed, recipe)
        assert faults(scene.items, scene.desk_wh_cm) == []
        views = scene.views()
        assert len(views) == recipe.views
        assert len({view.camera for view in views}) == recipe.views
        for view in views:
            assert view.camera.kind == ("phone" if recipe.ceiling is None else "ceiling")
            if recipe.ceiling is not None:
                assert 250 <= view.camera.position_cm[2] + 75 <= 605
                assert 19 <= view.camera.elevation_deg <= 71
