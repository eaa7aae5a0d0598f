from __future__ import annotations

import numpy as np
from deskcheck_datasets.augment import random_view
from deskcheck_datasets.converters.yolo import YoloBoxes


def test_boxes_follow_the_pixels() -> None:
    image = np.full((300, 400, 3), 20, np.uint8)
    image[120:180, 160:240] = 250
    boxes = YoloBoxes(np.array([7]), np.array([[0.5, 0.5, 0.2, 0.2]]))
    seen = 0
    for seed in range(30):
        shot, kept = random_view(image, boxes, np.random.default_rng(seed))
        assert max(shot.shape[:2]) == 640
        bright = shot.mean(axis=2) > (int(shot.max()) + int(shot.min())) / 2
        if not len(kept):
            continue
        seen += 1
        x0, y0, x1, y1 = kept.xyxy((shot.shape[1], shot.shape[0]))[0]
        rows, columns = np.nonzero(bright)
        np.testing.assert_allclose(
            [x0, y0, x1, y1], [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], atol=8
        )
    assert seen >= 20


def test_no_boxes_stay_no_boxes() -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    _, kept = random_view(image, YoloBoxes(np.zeros(0), np.zeros((0, 4))), np.random.default_rng(1))
    assert len(kept) == 0
