"""Rendering with Mitsuba: the picture shows what the truth says."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_datasets.synthetic.camera import Camera, desk_corners_world
from deskcheck_datasets.synthetic.items import cups
from deskcheck_datasets.synthetic.items.base import Draw, Material, Part
from deskcheck_datasets.synthetic.making import make_scene, open_folder
from deskcheck_datasets.synthetic.manifest import SetRecord, write_manifest
from deskcheck_datasets.synthetic.mesh import front_panel
from deskcheck_datasets.synthetic.placing import Placed
from deskcheck_datasets.synthetic.render import (
    Rendered,
    mitsuba,
    prepare,
    render,
    render_view,
    seen_items,
    sensor_of,
)
from deskcheck_datasets.synthetic.scene import Recipe, Scene, draw_scene
from deskcheck_datasets.synthetic.truth import read_truth
from deskcheck_datasets.synthetic.truth_making import covered_px

pytest.importorskip("mitsuba", reason="the extra [synth] (mitsuba) is not installed")

RECIPE = Recipe(
    samples=1,
    people=0.0,
    fitted=0.0,
    count=(1, 2),
    whole_desk=1.0,
    portrait=0.0,
    image_wh=(320, 240),
    raised_ledges=False,
)


@pytest.fixture(scope="module")
def scene() -> Scene:
    drawn = draw_scene(11, RECIPE)
    w, d = drawn.desk_wh_cm
    return replace(drawn, items=(Placed(cups.steel_thermos(Draw(1)), w / 2, d / 2, 0),))


@pytest.fixture(scope="module")
def rendered(scene: Scene) -> Rendered:
    return render(scene, samples=2)


def test_the_render_camera_sees_the_desk_corners_where_the_truth_has_them(scene: Scene) -> None:
    mi = mitsuba()
    sensor = sensor_of(mi, scene.camera)
    corners_px = scene.camera.project(desk_corners_world(scene.desk_wh_cm))
    w, h = scene.camera.image_wh
    per_px = []
    for (x, y), corner in zip(corners_px, desk_corners_world(scene.desk_wh_cm), strict=True):
        ray, _ = sensor.sample_ray(0.0, 0.5, mi.Point2f(float(x / w), float(y / h)), mi.Point2f(0.5))
        origin, direction = (np.array(v, dtype=np.float64).ravel() for v in (ray.o, ray.d))
        hit = origin - direction * (origin[2] / direction[2])
        off_px = scene.camera.project(hit[None])[0] - (x, y)
        per_px.append(float(np.hypot(*off_px)))
        assert np.linalg.norm(hit - corner) < 0.1
    assert max(per_px) < 0.1


def test_item_pixels_lie_inside_the_projected_item(scene: Scene, rendered: Rendered) -> None:
    seen = rendered.item_index == 0
    assert set(np.unique(rendered.item_index)) == {-1, 0}
    alone = covered_px(scene.items[0], scene.camera)
    assert seen.sum() == pytest.approx(alone, rel=0.06)
    points = scene.items[0].item.parts[0].mesh.moved(scene.items[0].x_cm, -scene.items[0].y_cm).vertices
    low = np.nanmin(scene.camera.project(points), axis=0)
    rows, columns = np.nonzero(seen)
    assert columns.min() >= low[0] - 1.5
    assert rows.min() >= low[1] - 40


def test_light_is_finite_and_neither_black_nor_white(rendered: Rendered) -> None:
    assert np.isfinite(rendered.radiance).all()
    assert 0.02 < float(np.median(rendered.radiance)) < 5


def test_a_set_is_made_once_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    for name in ("images", "labels", "truth"):
        (tmp_path / name).mkdir()
    (stem,) = make_scene(tmp_path, 21, RECIPE, 80)
    picture = tmp_path / "images" / f"{stem}.jpg"
    truth = read_truth(tmp_path / "truth" / f"{stem}.json")
    image = cv2.imread(str(picture))
    assert image is not None
    assert image.shape[1::-1] == truth.image_wh
    labelled = (tmp_path / "labels" / f"{stem}.txt").read_text().splitlines()
    assert 0 < len(labelled) <= len(truth.items)
    before = picture.stat().st_mtime_ns
    make_scene(tmp_path, 21, RECIPE, 80)
    assert picture.stat().st_mtime_ns == before


def test_things_behind_a_pane_are_seen_and_kept_sharp(scene: Scene) -> None:
    w, d = scene.desk_wh_cm
    pane = Part(front_panel(w, 60).moved(w / 2, -d + 0.5, 0.0), Material((0.95, 0.97, 0.96), clear=True))
    before = Camera((w / 2, -d - 90, 45), (w / 2, -d / 2, 8), 0.0, 300.0, (320, 240))
    clear, glazed = (
        seen_items(prepare(replace(scene, camera=before, fixtures=fixtures)), before)
        for fixtures in (scene.fixtures, (*scene.fixtures, pane))
    )
    assert (clear == 0).sum() > 50
    np.testing.assert_array_equal(glazed, clear)


def test_a_bent_picture_agrees_with_the_bent_points(scene: Scene) -> None:
    w, d = scene.desk_wh_cm
    bent = Camera((w / 2, -d - 160, 180), (w / 2, -d / 2, 0), 0.0, 260.0, (320, 180), "ceiling", -0.12)
    rendered = render_view(prepare(replace(scene, camera=bent)), bent, 1, 1)
    assert rendered.radiance.shape == (180, 320, 3)
    rows, columns = np.nonzero(rendered.item_index == 0)
    placed = scene.items[0]
    middle = bent.seen(np.array([[placed.x_cm, -placed.y_cm, placed.item.size_cm[2] / 2]]))[0]
    np.testing.assert_allclose((columns.mean() + 0.5, rows.mean() + 0.5), middle, atol=3.0)


def test_the_views_of_a_scene_are_made_together_and_listed_in_the_manifest(tmp_path: Path) -> None:
    recipe = replace(RECIPE, views=2)
    open_folder(tmp_path)
    stems = make_scene(tmp_path, 33, recipe, 80)
    assert stems == ["scene_0000033_0", "scene_0000033_1"]
    pictures = [cv2.imread(str(tmp_path / "images" / f"{stem}.jpg")) for stem in stems]
    assert not np.array_equal(pictures[0], pictures[1])
    write_manifest(tmp_path, SetRecord("train-phone", (33, 34), 1, 80))
    values = json.loads((tmp_path / "manifest.json").read_text())
    assert list(values["pictures"]) == [f"{stem}.jpg" for stem in stems]
    first = sha256((tmp_path / "images" / f"{stems[0]}.jpg").read_bytes()).hexdigest()
    assert values["pictures"][f"{stems[0]}.jpg"] == first
    assert values["runs"][0]["generator"]["deskcheck"]
