"""Truth records: computed from a scene and an index picture, checked, written and read back."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.items import cups
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.placing import Placed
from deskcheck_datasets.synthetic.render import Rendered
from deskcheck_datasets.synthetic.scene import Recipe, Scene, draw_scene
from deskcheck_datasets.synthetic.truth import Truth, Violation, read_truth, write_truth, yolo_rows
from deskcheck_datasets.synthetic.truth_making import covered_px, truth_of, validate

RECIPE = Recipe(count=(2, 4), whole_desk=1.0, portrait=0.0)


@pytest.fixture(scope="module")
def scene() -> Scene:
    drawn = draw_scene(3, RECIPE)
    return replace(drawn, items=(Placed(cups.mug(Draw(1)), 60, 40, 20),))


@pytest.fixture(scope="module")
def truth(scene: Scene) -> Truth:
    index = np.full((480, 640), -1, np.int32)
    index[100:140, 200:230] = 0
    rendered = Rendered(np.zeros((480, 640, 3), np.float32), index)
    return truth_of(scene, rendered, "a.jpg", (Violation("V04", "cup"),))


def test_the_box_goes_around_the_visible_pixels(truth: Truth) -> None:
    assert truth.items[0].box_xyxy == (200.0, 100.0, 230.0, 140.0)


def test_visibility_is_the_visible_share_of_the_whole_item(scene: Scene, truth: Truth) -> None:
    whole = covered_px(scene.items[0], scene.camera)
    assert whole > 20
    assert truth.items[0].visibility == pytest.approx(min(40 * 30 / whole, 1.0), abs=0.001)


def test_the_footprint_lies_about_the_items_place_in_desk_cm(truth: Truth) -> None:
    outline = np.asarray(truth.items[0].footprint_cm)
    middle = (outline.min(axis=0) + outline.max(axis=0)) / 2
    np.testing.assert_allclose(middle, (60, 40), atol=2.5)


def test_a_record_is_read_back_as_it_was_written(truth: Truth, tmp_path: Path) -> None:
    write_truth(truth, tmp_path / "a.json")
    assert read_truth(tmp_path / "a.json") == truth
    assert not list(tmp_path.glob("*.part"))


def test_another_format_is_refused(truth: Truth, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_truth(truth, path)
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": "9"}))
    with pytest.raises(TruthError, match="format"):
        read_truth(path)


def test_records_of_the_first_format_are_phones_behind_an_ideal_lens(truth: Truth, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_truth(truth, path)
    old = json.loads(path.read_text())
    del old["camera_kind"], old["captured_at"], old["camera"]["k1"]
    path.write_text(json.dumps({**old, "format": "1"}))
    assert read_truth(path) == replace(truth, format="1")
    assert read_truth(path).camera_kind == "phone"


def test_reading_records_brings_in_nothing_that_makes_scenes() -> None:
    asked = "import sys, deskcheck_datasets.synthetic.truth; print(*(n for n in sys.modules if 'deskcheck_d' in n))"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    ours = "deskcheck_datasets.synthetic"
    assert set(loaded) == {"deskcheck_datasets", ours, f"{ours}.truth", f"{ours}.errors", f"{ours}.writing"}


def test_a_box_outside_the_picture_is_refused(truth: Truth, scene: Scene) -> None:
    broken = replace(truth, items=(replace(truth.items[0], box_xyxy=(600.0, 10.0, 700.0, 20.0)),))
    with pytest.raises(TruthError, match="leaves the picture"):
        validate(broken, scene)


def test_a_homography_that_misses_a_corner_is_refused(truth: Truth, scene: Scene) -> None:
    moved = np.asarray(truth.homography)
    moved[0, 2] += 0.5
    broken = replace(truth, homography=tuple(tuple(row) for row in moved.tolist()))
    with pytest.raises(TruthError, match="misses a desk corner"):
        validate(broken, scene)


def test_intersecting_things_are_refused(truth: Truth, scene: Scene) -> None:
    twice = replace(scene, items=(*scene.items, replace(scene.items[0], x_cm=62.0)))
    with pytest.raises(TruthError, match="intersect"):
        validate(truth, twice)


def test_yolo_rows_leave_out_what_is_hardly_seen(truth: Truth) -> None:
    (row,) = yolo_rows(truth, {"cup": 35})
    assert row.split()[0] == "35"
    np.testing.assert_allclose(
        [float(v) for v in row.split()[1:]], [215 / 640, 120 / 480, 30 / 640, 40 / 480], atol=1e-6
    )
    hidden = replace(truth, items=(replace(truth.items[0], visibility=0.1),))
    assert yolo_rows(hidden, {"cup": 35}) == []
