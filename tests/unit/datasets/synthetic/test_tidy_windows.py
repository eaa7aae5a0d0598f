"""Windows in order: things stand about where they belong in every photo, some are away, nothing floats or touches."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from deskcheck_calibration.layout_file import load_layout
from deskcheck_calibration.shares import shape_of
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.hall import stand_items, write_layout
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.placing import faults
from deskcheck_datasets.synthetic.planned_windows import draw_window
from deskcheck_datasets.synthetic.tidy_windows import PHOTOS, TIDY_SEEDS, tidy_scene, tidy_window, true_layout

SEEDS = TIDY_SEEDS[:6]
# Two standard deviations of 1 cm each way.
FARTHEST_CM = 2 * math.sqrt(2)


@pytest.mark.parametrize("seed", SEEDS)
def test_things_stand_about_where_they_belong(seed: int) -> None:
    homes = {zone.id: zone for zone in true_layout(seed, {}).zones}
    stands = tidy_window(seed).stands
    assert set(homes) == {stand.key for stand in stands}
    places = set()
    for photo in range(PHOTOS):
        scene = tidy_scene(seed, photo)
        assert faults(scene.items, scene.desk_wh_cm) == []
        assert {item.item.class_id for item in scene.items} <= {zone.item for zone in homes.values()}
        for placed in scene.items:
            own = [zone for zone in homes.values() if zone.item == placed.item.class_id]
            centre = placed.footprint_desk().centroid
            nearest = min(shape_of(zone.polygon_cm).centroid.distance(centre) for zone in own)
            assert nearest <= FARTHEST_CM + 0.1
            places.add((placed.item.class_id, round(centre.x, 2), round(centre.y, 2)))
        required = [stand.kind for stand in stands if stand.required]
        assert len([item for item in scene.items if item.item.class_id in required]) >= len(required)
    assert len(places) > len(homes)  # not all were put back alike


def test_optional_things_are_away_now_and_then() -> None:
    away = sum(
        len(tidy_window(seed).stands) - len(tidy_scene(seed, photo).items) for seed in SEEDS for photo in range(PHOTOS)
    )
    assert 1 <= away <= len(SEEDS) * PHOTOS


def test_the_camera_stands_elsewhere_and_a_photo_is_the_same_again() -> None:
    first, other, again = (tidy_scene(SEEDS[0], photo) for photo in (0, 1, 0))
    assert first.camera != other.camera
    assert first.camera == again.camera
    assert [(one.x_cm, one.y_cm, one.yaw_deg) for one in first.items] == [
        (one.x_cm, one.y_cm, one.yaw_deg) for one in again.items
    ]


@pytest.mark.parametrize("seed", [TIDY_SEEDS[10], TIDY_SEEDS[21]])
def test_a_window_whose_things_would_touch_where_they_belong_is_drawn_anew(seed: int) -> None:
    window = tidy_window(seed)
    first = draw_window(Draw((seed, 1), held_out=True), window.code)
    with pytest.raises(TruthError, match="intersect"):
        stand_items(first, first.stands)
    assert len(true_layout(seed, {}).zones) == len(window.stands)


def test_the_layout_beside_the_photos_reads_back(tmp_path: Path) -> None:
    layout = true_layout(SEEDS[0], {})
    write_layout(tmp_path / "layout.yaml", layout)
    assert load_layout(tmp_path / "layout.yaml") == layout
