"""The committed truth pictures: whole, consistent with themselves, never trained on, small enough for git."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_datasets.synthetic.recipes import TEST_SEEDS, TRAIN_SEEDS
from deskcheck_datasets.synthetic.truth import Truth, read_truth
from deskcheck_vision.taxonomy import BY_ID

FOLDER = Path(__file__).resolve().parents[4] / "datasets" / "truth"
RECORDS = sorted((FOLDER / "truth").glob("*.json"))


@pytest.fixture(params=RECORDS, ids=lambda path: path.stem)
def truth(request: pytest.FixtureRequest) -> Truth:
    return read_truth(request.param)


def test_there_are_enough_pictures_of_enough_classes() -> None:
    truths = [read_truth(path) for path in RECORDS]
    assert len(truths) >= 30
    assert len({item.class_id for truth in truths for item in truth.items}) >= 25
    assert all(truth.seed in TEST_SEEDS and truth.seed not in TRAIN_SEEDS for truth in truths)
    assert len({truth.seed for truth in truths}) == len(truths)


def test_the_picture_has_the_stated_size_and_is_small(truth: Truth) -> None:
    path = FOLDER / "images" / truth.picture
    assert path.stat().st_size < 120_000
    image = cv2.imread(str(path))
    assert image is not None
    assert image.shape[1::-1] == truth.image_wh


def test_homography_projection_and_corners_agree(truth: Truth) -> None:
    w, d = truth.desk_wh_cm
    corners_cm = np.array([[0, 0], [w, 0], [w, d], [0, d]])
    corners_px = np.array(truth.desk_corners_px)
    to_cm = np.column_stack([corners_px, np.ones(4)]) @ np.array(truth.homography).T
    np.testing.assert_allclose(to_cm[:, :2] / to_cm[:, 2:], corners_cm, atol=0.01)
    on_desk = np.column_stack([corners_cm, np.zeros(4), np.ones(4)]) @ np.array(truth.camera.desk_projection).T
    np.testing.assert_allclose(on_desk[:, :2] / on_desk[:, 2:], corners_px, atol=0.1)
    assert 28 <= truth.camera.elevation_deg <= 62


def test_items_are_known_and_seen_about_where_they_stand(truth: Truth) -> None:
    projection = np.array(truth.camera.desk_projection)
    for item in truth.items:
        assert item.class_id in BY_ID
        if item.box_xyxy is None or item.visibility < 0.97 or item.surface == "floor":
            continue
        outline = np.array([[x, y, item.height_cm, 1.0] for x, y in item.footprint_cm]) @ projection.T
        pixels = outline[:, :2] / outline[:, 2:]
        x1, y1, x2, y2 = item.box_xyxy
        # A thin corner may hide behind a neighbour even where hardly anything of the item does.
        slack = 3 + 0.12 * max(x2 - x1, y2 - y1)
        assert (pixels >= np.array([x1, y1]) - slack).all(), item.label
        assert (pixels <= np.array([x2, y2]) + slack).all(), item.label
