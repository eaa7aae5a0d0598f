"""Making a set: a seed that fails is noted, the others are made."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest
from deskcheck_datasets.synthetic import making
from deskcheck_datasets.synthetic.making import in_processes, stems_of
from deskcheck_datasets.synthetic.scene import Recipe


def test_a_seed_that_fails_is_noted_and_stops_nothing(tmp_path: Path) -> None:
    made = list(in_processes(tmp_path, range(-1, 3), math.sqrt, 1))
    assert sorted(made) == [0.0, 1.0, math.sqrt(2)]
    (note,) = (tmp_path / "failed.txt").read_text(encoding="utf-8").splitlines()
    assert note.startswith("-1\tValueError")


def test_every_view_has_a_name_of_its_own() -> None:
    assert stems_of(7, Recipe()) == ["scene_0000007"]
    assert stems_of(7, Recipe(views=3)) == ["scene_0000007_0", "scene_0000007_1", "scene_0000007_2"]


def test_processes_are_replaced_while_seeds_are_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_SCENES_PER_PROCESS", 2)
    assert sorted(in_processes(tmp_path, range(5), math.sqrt, 1)) == [math.sqrt(seed) for seed in range(5)]


def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    # os._exit ends the process at once; the set then stays as it was, without hanging or raising.
    assert list(in_processes(tmp_path, range(3, 4), os._exit, 1)) == []
    assert not (tmp_path / "failed.txt").exists()
