"""Desks seen again, before any light falls on them: what may change between two pictures, and what may not."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from deskcheck_datasets.synthetic import desk_sets
from deskcheck_datasets.synthetic.desk_sets import DeskSet, SeenDesk, read_desk_sets
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.recipes import RECIPES
from deskcheck_datasets.synthetic.surroundings import counter

DESK = (160.0, 70.0)


def approved(seed: int) -> desk_sets.Scene:
    top = counter(Draw((seed, 31), held_out=True), DESK, "none")
    return desk_sets._furnished(seed, 0, DESK, top, desk_sets._APPROVED, (4, 8), people=0.0)


def placed(scene: desk_sets.Scene) -> list[tuple[str, float, float, float]]:
    return [(one.item.class_id, one.x_cm, one.y_cm, one.yaw_deg) for one in scene.items]


def test_later_things_have_moved_and_what_is_stuck_has_not() -> None:
    for seed in (6_500_003, 6_500_004):
        before = approved(seed)
        after = desk_sets._at_another_time(before, seed, 1)
        stuck = [one for one in placed(before) if one[0] == "position_marker"]
        assert [one for one in placed(after) if one[0] == "position_marker"][: len(stuck)] == stuck
        assert after.fixtures is before.fixtures
        assert after.camera != before.camera
        assert all(one.support < len(after.items) for one in after.items)
        again = desk_sets._at_another_time(before, seed, 1)  # the same seed, the same scene
        assert again.camera == after.camera
        assert placed(again) == placed(after) != placed(before)


def test_every_photo_shows_enough_of_its_desk() -> None:
    before = approved(6_500_005)
    for number in range(1, 5):
        camera = desk_sets._at_another_time(before, 6_500_005, number).camera
        assert desk_sets._in_picture(camera, DESK).mean() >= desk_sets._LEAST_SEEN


def test_the_neighbours_boards_are_cut_elsewhere_from_the_same_roll() -> None:
    parts = counter(Draw((1, 31), held_out=True), DESK, "flush")
    cut = desk_sets._cut_elsewhere(parts, Draw((2, 31)))
    textures = [
        (one.material.texture, other.material.texture)
        for one, other in zip(parts, cut, strict=True)
        if one.material.texture is not None and other.material.texture is not None
    ]
    assert textures
    for one, other in textures:
        assert not np.array_equal(one, other)
        assert np.array_equal(np.sort(one, axis=None), np.sort(other, axis=None))


def test_no_other_recipe_draws_these_seeds() -> None:
    for _, seeds in RECIPES.values():
        assert not set(seeds) & set(desk_sets.DESK_SET_SEEDS)


def test_a_record_is_read_back_and_another_format_is_refused(tmp_path: Path) -> None:
    shown = SeenDesk(
        "a.jpg", "later", ((1.0, 0.0, 2.0), (0.0, 1.0, 3.0), (0.0, 0.0, 1.0)), 900.0, 45.0, 150.0, 0.2, 1.0
    )
    kept = DeskSet(desk_sets.DESK_SET_FORMAT, 7, DESK, (1280, 960), (shown,))
    (tmp_path / "desks").mkdir()
    record = tmp_path / "desks" / "desk_0000007.json"
    record.write_text(json.dumps(asdict(kept)), encoding="utf-8")
    assert read_desk_sets(tmp_path) == [kept]
    record.write_text(json.dumps({**asdict(kept), "format": "0"}), encoding="utf-8")
    with pytest.raises(TruthError, match="format"):
        read_desk_sets(tmp_path)
