"""People in kept pictures."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.privacy import mask_people

WH = (320, 240)


def noise(seed: int = 0) -> Uint8Array:
    image = np.random.default_rng(seed).integers(0, 255, (WH[1], WH[0], 3), np.uint8)
    image.flags.writeable = False
    return image


def people(*rows: tuple[float, tuple[float, float, float, float]], name: str = "person") -> Detections:
    return Detections.from_rows([(name, confidence, xyxy) for confidence, xyxy in rows], WH)


def test_no_texture_survives() -> None:
    box = (60.0, 40.0, 180.0, 220.0)
    masked = mask_people(noise(), people((0.9, box)))
    left, top, right, bottom = masked.mask.xyxy[0]
    assert (left, top, right, bottom) == (50, 25, 190, 235)
    region = masked.image[top:bottom, left:right].astype(int)
    # The shorter side of 140 px has 8 blocks of 17 px or more: hardly any neighbours differ, and few colours are left.
    changes_x = (np.abs(np.diff(region, axis=1)).sum(axis=2) > 0).any(axis=0).sum()
    changes_y = (np.abs(np.diff(region, axis=0)).sum(axis=2) > 0).any(axis=1).sum()
    assert changes_x <= 7
    assert changes_y <= 11
    assert len(np.unique(region.reshape(-1, 3), axis=0)) <= 8 * 12


def test_blocks_are_large_in_a_small_box_too() -> None:
    masked = mask_people(noise(), people((0.9, (100, 100, 140, 130))), blocks_across=12)
    left, top, right, bottom = masked.mask.xyxy[0]
    region = masked.image[top:bottom, left:right].astype(int)
    edges = np.flatnonzero((np.abs(np.diff(region, axis=1)).sum(axis=2) > 0).any(axis=0))
    assert np.diff([-1, *edges, region.shape[1] - 1]).min() >= 12


def test_details_are_gone_not_hidden() -> None:
    """Two different faces with the same averages give the same masked picture."""
    first, second = noise(1).copy(), noise(1).copy()
    second[40:220, 60:180] = (
        second[40:220, 60:180].reshape(-1, 3)[np.random.default_rng(2).permutation(180 * 120)].reshape(180, 120, 3)
    )
    assert not np.array_equal(first, second)
    first[40:220, 60:180] = first[40:220, 60:180] // 8 + 104
    second[40:220, 60:180] = second[40:220, 60:180] // 8 + 104
    found = people((0.9, (60, 40, 180, 220)))
    one, other = mask_people(first, found).image[60:200, 80:160], mask_people(second, found).image[60:200, 80:160]
    assert np.array_equal(one, other)


def test_everything_else_stays() -> None:
    image = noise()
    found = people((0.9, (60, 40, 180, 220)), name="clothing")
    masked = mask_people(image, found)
    assert np.array_equal(masked.image, image)
    assert len(masked.mask) == 0
    assert not masked.image.flags.writeable
    one = mask_people(image, people((0.9, (60, 40, 180, 220))))
    outside = np.ones(image.shape[:2], bool)
    left, top, right, bottom = one.mask.xyxy[0]
    outside[top:bottom, left:right] = False
    assert np.array_equal(one.image[outside], image[outside])


@pytest.mark.parametrize(("confidence", "count"), [(0.19, 0), (0.2, 1), (0.9, 1)])
def test_unsure_people_are_masked_too(confidence: float, count: int) -> None:
    assert len(mask_people(noise(), people((confidence, (10, 10, 50, 50)))).mask) == count


def test_nobody_and_people_at_the_edge() -> None:
    assert len(mask_people(noise(), Detections.empty(WH)).mask) == 0
    masked = mask_people(noise(), people((0.9, (300, 200, 320, 240)), (0.5, (0, 0, 3, 3)), (0.5, (0, 0, 320, 240))))
    assert masked.mask.xyxy.tolist() == [[298, 196, 320, 240], [0, 0, 5, 5], [0, 0, 320, 240]]


def test_a_mask_of_another_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="picture of"):
        mask_people(noise(), Detections.empty((240, 320)))
    with pytest.raises(ValueError, match="blocks_across"):
        mask_people(noise(), Detections.empty(WH), blocks_across=13)
