"""Pairs for V02, as far as they go without rendering."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.mesh import open_edges
from deskcheck_datasets.synthetic.pairs import (
    PAIR_FORMAT,
    PAIR_SEEDS,
    Pair,
    Pictured,
    Unlisted,
    later,
    pair_recipe,
    read_pairs,
    with_unlisted,
)
from deskcheck_datasets.synthetic.placing import faults
from deskcheck_datasets.synthetic.scene import Scene, draw_scene
from deskcheck_datasets.synthetic.unlisted_things import UNLISTED_THINGS
from deskcheck_vision.taxonomy import BY_ID

BOX = (1.0, 2.0, 30.0, 40.0)


@pytest.fixture(scope="module")
def scene() -> Scene:
    seed = PAIR_SEEDS[2]
    return draw_scene(seed, pair_recipe(seed))


@pytest.mark.parametrize("name", UNLISTED_THINGS)
def test_unlisted_things_are_solid_of_a_desks_size_and_of_no_class(name: str) -> None:
    for seed in range(3):
        item = UNLISTED_THINGS[name](Draw(seed, held_out=True))
        assert item.label == name
        assert item.class_id not in BY_ID
        assert 3 < max(item.size_cm) < 40
        assert min(item.size_cm) > 1
        assert all(open_edges(part.mesh) == 0 for part in item.parts)
        assert min(float(part.mesh.vertices[:, 2].min()) for part in item.parts) == pytest.approx(0, abs=1e-6)


def test_later_the_camera_has_drifted_a_little_and_a_few_things_were_moved(scene: Scene) -> None:
    after = later(scene, Draw(1, held_out=True))
    drift = np.linalg.norm(np.subtract(after.camera.position_cm, scene.camera.position_cm))
    assert 0 < drift <= 1.6
    moved = [
        a.item.class_id for a, b in zip(scene.items, after.items, strict=True) if (a.x_cm, a.y_cm) != (b.x_cm, b.y_cm)
    ]
    assert 1 <= len(moved) <= 3
    assert not faults(after.items, after.desk_wh_cm)


def test_the_new_thing_stands_free_on_the_desk_as_the_last_item(scene: Scene) -> None:
    after = with_unlisted(scene, Draw(2, held_out=True), "puzzle_cube")
    assert after.items[:-1] == scene.items
    assert after.items[-1].item.label == "puzzle_cube"
    assert not faults(after.items, after.desk_wh_cm)


def test_a_full_desk_has_no_room(scene: Scene) -> None:
    def filled(desk: Scene, helmets: int) -> Scene:
        for seed in range(helmets):
            desk = with_unlisted(desk, Draw(seed, held_out=True), "helmet")
        return desk

    with pytest.raises(TruthError, match="no room"):
        filled(scene, 60)


def test_records_are_read_as_written(tmp_path: Path) -> None:
    corners = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
    shown = Pictured("a.jpg", corners, (("cup", BOX),))
    thing = Unlisted("ball", BOX, 0.9, (8.0, 8.0, 8.0), corners)
    pair = Pair(PAIR_FORMAT, 7, "phone", (640, 480), (180.0, 70.0), 0.5, shown, shown, shown, thing)
    (tmp_path / "pairs").mkdir()
    path = tmp_path / "pairs" / "pair_7.json"
    path.write_text(json.dumps(asdict(pair)), encoding="utf-8")
    assert read_pairs(tmp_path) == [pair]
    path.write_text(json.dumps(asdict(pair) | {"format": "0"}), encoding="utf-8")
    with pytest.raises(TruthError, match="format '0'"):
        read_pairs(tmp_path)
