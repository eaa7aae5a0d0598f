"""Fixed cameras over time, before any light falls on them; and the looks that are cut out of a rendered picture."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from deskcheck_datasets.synthetic import camera_sets
from deskcheck_datasets.synthetic.camera import desk_corners_world
from deskcheck_datasets.synthetic.camera_looks import AT_REST, Turn, cut, fits_in, people_in, still_px, wide_px
from deskcheck_datasets.synthetic.camera_sets import CameraSet, SeenByCamera, posed, read_camera_sets, turned_by, wide
from deskcheck_datasets.synthetic.desk_sets import DESK_SET_SEEDS
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.lights import lamp_panorama
from deskcheck_datasets.synthetic.placing import faults
from deskcheck_datasets.synthetic.recipes import RECIPES
from deskcheck_datasets.synthetic.scene import draw_scene
from deskcheck_datasets.synthetic.tidy_windows import TIDY_SEEDS

SCENE = draw_scene(6_700_005, camera_sets._RECIPE)
SHOWN = SeenByCamera(
    "a.jpg", "later", "day", wide(SCENE.camera).image_wh, 0.0, ((300.0, 100.0, 420.0, 400.0),), (0.0, 0.0, 0.0), 0.0
)
SET = CameraSet(
    camera_sets.CAMERA_SET_FORMAT,
    SCENE.seed,
    SCENE.desk_wh_cm,
    SCENE.camera.image_wh,
    SCENE.camera.focal_px,
    SCENE.camera.k1,
    ((1.0, 0.0, 2.0), (0.0, 1.0, 3.0), (0.0, 0.0, 1.0)),
    (SHOWN,),
)


def test_no_other_recipe_draws_these_seeds() -> None:
    seeds = set(camera_sets.CAMERA_SET_SEEDS)
    assert not any(seeds & set(other) for _, other in RECIPES.values())
    assert not seeds & {*DESK_SET_SEEDS, *TIDY_SEEDS}


@pytest.mark.parametrize("turn_deg", [(2.0, 0.0, 0.0), (0.0, -1.5, 0.0), (0.0, 0.0, 4.0), (1.0, -2.0, 3.0)])
def test_a_turned_cut_shows_what_a_turned_camera_sees(turn_deg: tuple[float, float, float]) -> None:
    corners = desk_corners_world(SCENE.desk_wh_cm)
    turned = turned_by(SCENE.camera, turn_deg, np.zeros(3))
    in_picture = turned.seen(corners)
    in_wide = wide(SCENE.camera).seen(corners)
    np.testing.assert_allclose(wide_px(SET, SHOWN, Turn(turn_deg), in_picture), in_wide, atol=0.02)
    np.testing.assert_allclose(still_px(SET, Turn(turn_deg), in_picture), SCENE.camera.seen(corners), atol=0.02)


def test_signs_are_those_of_the_words() -> None:
    middle = np.array([[480.0, 270.0]])
    right, down = still_px(SET, Turn((1.0, 0.0, 0.0)), middle)[0], still_px(SET, Turn((0.0, 1.0, 0.0)), middle)[0]
    assert right[0] > 485  # the middle of the picture of a camera that panned right was right of the middle
    assert down[1] > 275
    x, y = still_px(SET, Turn(shift_share=(0.01, 0.0)), middle)[0]
    assert x < 480
    assert y == pytest.approx(270, abs=0.1)


def test_a_cut_at_rest_is_the_middle_of_the_wide_picture_behind_the_lens() -> None:
    width, height = SHOWN.wide_wh
    y, x = np.mgrid[0:height, 0:width]
    picture = np.stack([x * 200 // width, y * 200 // height, np.full_like(x, 90)], axis=-1).astype(np.uint8)
    rng = np.random.default_rng(1)
    image = cut(picture, SET, SHOWN, AT_REST, rng)
    assert image.shape == (540, 960, 3)
    at = wide_px(SET, SHOWN, AT_REST, np.array([[100.5, 60.5], [700.5, 400.5]]))
    expected = [[x * 200 / width, y * 200 / height, 90] for x, y in at - 0.5]
    np.testing.assert_allclose(image[[60, 400], [100, 700]].astype(float), expected, atol=1.6)
    assert cut(picture, SET, SHOWN, AT_REST, rng, gain=1.5).mean() > 1.3 * image.mean()
    assert not np.array_equal(cut(picture, SET, SHOWN, AT_REST, rng, quantiser=38), image)
    assert people_in(SET, SHOWN, AT_REST).shape == (1, 4)
    assert people_in(SET, replace(SHOWN, people_xyxy=((0.0, 0.0, 2.0, 2.0),)), AT_REST).shape == (0, 4)


def test_what_was_not_rendered_is_not_made_up() -> None:
    far = Turn((25.0, 0.0, 0.0))
    assert not fits_in(SET, SHOWN, far)
    assert fits_in(SET, SHOWN, Turn(shift_share=(0.06, 0.0)))
    with pytest.raises(TruthError, match="turned"):
        cut(np.zeros((4, 4, 3), np.uint8), SET, SHOWN, far, np.random.default_rng(1))


def test_a_later_picture_has_the_room_of_the_still_and_other_things_that_stand_rightly() -> None:
    for number, (role, light) in enumerate(camera_sets.PICTURES):
        draw = Draw((SCENE.seed, 41, number), held_out=True)
        camera, turn_deg, moved_cm = posed(SCENE.camera, role, draw)
        scene = camera_sets.scene_at(SCENE, camera, role, light, draw)
        assert scene.fixtures is SCENE.fixtures
        assert not faults(scene.items, scene.desk_wh_cm)
        assert (camera == SCENE.camera) is (role in ("still", "later"))
        assert (turn_deg == (0.0, 0.0, 0.0)) is (role in ("still", "later"))
        assert moved_cm <= 2.0
        if role == "later":
            assert [(p.x_cm, p.y_cm) for p in scene.items] != [(p.x_cm, p.y_cm) for p in SCENE.items]
        if light == "night":
            assert not [p for p in scene.items if p.item.class_id == "person"]


def test_the_lamp_shines_from_where_it_is() -> None:
    light = lamp_panorama((100.0, 0.0, 300.0), 64)
    row, column = np.unravel_index(light[..., 0].argmax(), light.shape[:2])
    polar = (row + 0.5) / 32 * np.pi
    assert np.degrees(polar) == pytest.approx(np.degrees(np.arctan2(100, 300)), abs=8)
    assert column in (0, 1, 62, 63)
    assert np.median(light) < 0.05


def test_a_record_is_read_back_and_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cameras").mkdir()
    record = tmp_path / "cameras" / "camera_6700005.json"
    record.write_text(json.dumps(asdict(SET)), encoding="utf-8")
    assert read_camera_sets(tmp_path) == [SET]
    record.write_text(json.dumps({**asdict(SET), "format": "0"}), encoding="utf-8")
    with pytest.raises(TruthError, match="format"):
        read_camera_sets(tmp_path)
