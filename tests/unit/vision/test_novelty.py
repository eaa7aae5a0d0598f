"""Feature maps of known pictures: what is new stands out, what only moved a little or got brighter does not."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_vision.letterbox import Letterbox
from deskcheck_vision.novelty import (
    DRIFT_CELLS,
    Difference,
    FeatureMap,
    comparable_cells,
    difference,
    inside_boxes,
    inside_polygon,
    mapped,
    novel_regions,
    threshold_of,
)

WH = (320, 160)
FIT = Letterbox.fit(WH, (160, 160), 32)  # half size, grey above and below
NOWHERE = np.zeros((0, 4))
WHOLE = np.array([[0.0, 0.0], [320, 0], [320, 160], [0, 160]])
SAME = np.eye(3)


def features(seed: int = 0, channels: int = 6) -> np.ndarray:
    """Smooth features (C, h, w), so that neighbours resemble each other as they do in a network."""
    rows, columns = FIT.input_wh[1] // 8, FIT.input_wh[0] // 8
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns]
    waves = rng.uniform(0.15, 0.5, (channels, 2, 1, 1))
    return np.asarray(np.sin(waves[:, 0] * x + waves[:, 1] * y + rng.uniform(0, 6, (channels, 1, 1))), np.float32)


def map_of(values: np.ndarray) -> FeatureMap:
    return FeatureMap(values, FIT)


def everywhere(present: FeatureMap, reference: FeatureMap) -> np.ndarray:
    return comparable_cells(present, reference, SAME, WHOLE, NOWHERE, NOWHERE)


def found_in(values: np.ndarray, reference: np.ndarray) -> Difference:
    present, approved = map_of(values), map_of(reference)
    found = difference(present, approved, SAME, everywhere(present, approved))
    assert found is not None
    return found


class TestFeatureMap:
    def test_cells_and_pixels_are_each_others_inverse(self) -> None:
        present = map_of(features())
        assert present.grid_hw == (FIT.input_wh[1] // 8, 20)
        centres = present.centres_px()
        cells = present.to_cells(centres)
        rows, columns = present.grid_hw
        np.testing.assert_allclose(cells[0], [0, 0], atol=1e-9)
        np.testing.assert_allclose(cells[-1], [columns - 1, rows - 1], atol=1e-9)
        # A cell is 8 px of the input, 16 of the picture; the first row of cells lies in the grey above it.
        np.testing.assert_allclose(centres[1] - centres[0], [16, 0])
        assert centres[0, 1] < 0

    def test_nobody_changes_it(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            map_of(features()).values[0, 0, 0] = 1

    def test_other_shapes_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"\(C, h, w\)"):
            FeatureMap(np.zeros((4, 4), np.float32), FIT)


class TestMasks:
    def test_polygon(self) -> None:
        points = np.array([[5.0, 5], [15, 5], [-1, 5], [5, 11], [5, -1]])
        square = np.array([[0.0, 0], [10, 0], [10, 10], [0, 10]])
        assert inside_polygon(points, square).tolist() == [True, False, False, False, False]

    def test_boxes(self) -> None:
        points = np.array([[5.0, 5], [11, 5], [5, 11], [-1, 5], [5, -1]])
        assert inside_boxes(points, np.array([[0.0, 0, 10, 10]])).tolist() == [True, False, False, False, False]
        assert not inside_boxes(points, NOWHERE).any()

    def test_a_homography_moves_points(self) -> None:
        shift = np.array([[1.0, 0, 3], [0, 1, -2], [0, 0, 1]])
        np.testing.assert_allclose(mapped(shift, np.array([[1.0, 1.0]])), [[4, -1]])

    def test_only_the_desk_in_both_pictures_is_compared(self) -> None:
        present = map_of(features())
        half = np.array([[0.0, 0], [160, 0], [160, 160], [0, 160]])
        assert comparable_cells(present, present, SAME, half, NOWHERE, NOWHERE).sum() == 10 * 10
        away = np.array([[1.0, 0, 80], [0, 1, 0], [0, 0, 1]])
        assert comparable_cells(present, present, away, WHOLE, NOWHERE, NOWHERE).sum() == 15 * 10

    def test_boxes_of_either_picture_are_left_out(self) -> None:
        present = map_of(features())
        whole = everywhere(present, present)
        box = np.array([[0.0, 0, 64, 160]])
        for boxes in ((box, NOWHERE), (NOWHERE, box)):
            left = comparable_cells(present, present, SAME, WHOLE, *boxes)
            assert whole.sum() - left.sum() == 4 * 10


class TestDifference:
    def test_the_same_picture_differs_nowhere(self) -> None:
        found = found_in(features(), features())
        assert np.nanmax(found.distance) == pytest.approx(0, abs=1e-3)
        assert np.isnan(found.distance).any()  # the grey is not compared
        assert found.drift_cells == (0, 0)

    def test_exposure_and_colour_cast_are_no_difference(self) -> None:
        gain = np.linspace(0.5, 2.0, 6, dtype=np.float32)[:, None, None]
        assert np.nanmax(found_in(gain * features() + gain, features()).distance) == pytest.approx(0, abs=2e-2)

    def test_drift_is_found_and_undone(self) -> None:
        reference = features()
        found = found_in(np.roll(reference, 2, axis=2), reference)
        assert found.drift_cells == (-2, 0)
        assert float(np.nanmedian(found.distance)) < 0.05

    def test_more_drift_than_is_looked_for_ends_at_the_border_or_misfits(self) -> None:
        reference = features(channels=24)
        found = found_in(np.roll(reference, 8, axis=2), reference)
        assert max(map(abs, found.drift_cells)) == DRIFT_CELLS or found.noise[0] > 0.5

    def test_something_new_stands_out_where_it_is(self) -> None:
        values = features()
        values[:, 8:10, 5:8] += 4.0
        present = map_of(values)
        found = found_in(values, features())
        regions = novel_regions(present, found, threshold_of(found, 1.0, 4.0))
        assert len(regions) == 1
        low, high = regions[0].polygon_px.min(axis=0), regions[0].polygon_px.max(axis=0)
        assert np.all(low <= present.to_px(np.array([[5.0, 8.0]]))[0] + 1e-6)
        assert np.all(high >= present.to_px(np.array([[8.0, 10.0]]))[0] - 1e-6)
        assert (high - low).max() < 130
        assert regions[0].score > 1

    def test_too_few_cells_are_not_compared(self) -> None:
        present = map_of(features())
        nothing = np.zeros(present.grid_hw, np.bool_)
        nothing[0, :10] = True
        assert difference(present, present, SAME, nothing) is None


class TestRegions:
    def test_the_strongest_comes_first_and_weak_ones_are_none(self) -> None:
        present = map_of(features())
        distance = np.full(present.grid_hw, np.nan, np.float32)
        distance[1:11] = 0.1
        distance[3, 2], distance[3, 3] = 2.0, 1.3  # one region: the neighbour is above the reach
        distance[6, 10], distance[9, 15] = 3.0, 1.8  # another; the last one is too weak
        found = Difference(distance, (0.1, 0.01), (0.0, 0.0))
        regions = novel_regions(present, found, 1.9)
        assert [round(region.score, 2) for region in regions] == [1.58, 1.16]
        assert np.ptp(regions[1].polygon_px, axis=0).tolist() == [32, 16]

    def test_noise_raises_the_threshold(self) -> None:
        found = Difference(np.zeros((2, 2), np.float32), (0.5, 0.25), (0.0, 0.0))
        assert threshold_of(found, 1.0, 4.0) == 1.5
        assert threshold_of(found, 2.0, 4.0) == 2.0
