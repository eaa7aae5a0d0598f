"""Features of a desk seen from several sides, and the ratio test between places instead of features."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.registration import (
    PLAIN_VIEWS,
    DeskFeatures,
    Features,
    desk_features,
    joined,
    match,
    photo_features,
)

RNG = np.random.default_rng(11)


def codes(count: int) -> Uint8Array:
    return RNG.integers(0, 256, (count, 32), np.uint8)


def flipped(descriptor: Uint8Array, bits: int) -> Uint8Array:
    """The same descriptor with some bits of its first bytes turned."""
    turned = np.unpackbits(descriptor)
    turned[:bits] ^= 1
    return np.asarray(np.packbits(turned), np.uint8)


def spread_out(count: int) -> Float64Array:
    return np.column_stack([np.arange(count) * 9.0, np.zeros(count)])


def on_desk(points: Float64Array, descriptors: Uint8Array) -> DeskFeatures:
    count = len(descriptors)
    heights = np.zeros(len(points))
    return DeskFeatures(np.column_stack([points, heights]), descriptors, np.zeros(count), np.full(count, 2.0))


def in_photo(points: Float64Array, descriptors: Uint8Array) -> Features:
    return Features(points, descriptors, np.full(len(points), 30.0), np.full(len(points), 16.0))


def test_each_place_is_matched_with_its_own_feature() -> None:
    known = codes(20)
    desk = on_desk(spread_out(20), known)
    seen = np.array([flipped(code, 6) for code in known])
    order = RNG.permutation(20)
    found = match(in_photo(spread_out(20)[order] * 3 + 5, seen[order]), desk)
    assert len(found.points_cm) == 20
    assert np.allclose(found.points_px, found.points_cm[:, :2] * 3 + 5)
    assert (found.turns_deg == 30.0).all()
    assert (found.log_sizes == 3.0).all()
    assert (found.ratios < 0.3).all()
    few = found.chosen(found.points_cm[:, 0] < 20)
    assert len(few.points_px) == len(few.ratios) == 3


def test_one_place_seen_from_two_sides_is_clear_and_two_places_alike_are_not() -> None:
    known = codes(20)
    known[1] = flipped(known[0], 3)
    beside, elsewhere = spread_out(20), spread_out(20)
    beside[1] = beside[0] + 0.4
    seen = flipped(known[0][::-1], 30)[::-1][None]  # 30 other bits: 30 and 33 off the two
    photo = in_photo(np.array([[7.0, 7.0]]), seen)
    assert match(photo, on_desk(beside, known)).ratios[0] < 0.5
    assert match(photo, on_desk(elsewhere, known)).ratios[0] > 0.85


def test_a_place_is_matched_once_with_the_surest() -> None:
    known = codes(20)
    seen = np.array([flipped(known[4], 9), flipped(known[4], 2), flipped(known[4], 5)])
    found = match(in_photo(np.array([[1.0, 1], [2, 2], [3, 3]]), seen), on_desk(spread_out(20), known))
    assert found.points_px.tolist() == [[2.0, 2.0]]
    assert found.points_cm.tolist() == [[36.0, 0.0, 0.0]]


@pytest.mark.parametrize(("photo", "desk"), [(0, 20), (5, 0), (5, 6)])
def test_too_little_on_either_side_is_no_match(photo: int, desk: int) -> None:
    found = match(in_photo(np.zeros((photo, 2)), codes(photo)), on_desk(spread_out(desk), codes(desk)))
    assert found.points_px.shape == (0, 2)
    assert found.points_cm.shape == (0, 3)


def test_features_lie_where_their_corners_are_from_every_side() -> None:
    straightened = np.full((400, 900), 90, np.uint8)
    corners = [(150, 120), (700, 80), (420, 300)]
    for x, y in corners:
        straightened[y : y + 40, x : x + 40] = 200
    px_per_cm = 5.0
    usable = np.full_like(straightened, 255)
    whole = desk_features(straightened, usable, px_per_cm)
    plain = desk_features(straightened, usable, px_per_cm, PLAIN_VIEWS)
    assert len(whole.points_cm) > 2 * len(plain.points_cm) > 0
    outline = np.concatenate([np.array(one) + np.array([[0, 0], [40, 0], [40, 40], [0, 40]]) for one in corners])
    nearest = np.linalg.norm(whole.points_cm[:, None, :2] - outline / px_per_cm, axis=2).min(axis=1)
    assert np.median(nearest) < 0.8
    usable[:, :400] = 0
    assert desk_features(straightened, usable, px_per_cm).points_cm[:, 0].min() > 390 / px_per_cm
    usable[:] = 0
    assert desk_features(straightened, usable, px_per_cm).points_cm.shape == (0, 3)


def test_features_of_a_large_photo_are_in_its_own_px() -> None:
    image = np.full((1600, 2400, 3), 90, np.uint8)
    image[700:900, 1100:1400] = 220
    found = photo_features(image)
    points = found.points_px
    assert len(points) == len(found.descriptors) == len(found.turns_deg) > 0
    assert found.sizes_px.min() > 31  # ORB's least, of the smaller picture
    assert points[:, 0].min() > 1050
    assert points[:, 0].max() < 1450
    assert photo_features(np.full((100, 100, 3), 90, np.uint8)).points_px.shape == (0, 2)


def test_shapes_are_checked_and_arrays_are_read_only() -> None:
    with pytest.raises(ValueError, match="expected"):
        on_desk(np.zeros((2, 2)), codes(3))
    desk = on_desk(np.zeros((2, 2)), codes(2))
    assert len(joined([desk, desk]).points_cm) == 4
    assert joined([]).points_cm.shape == (0, 3)
    with pytest.raises(ValueError, match="read-only"):
        desk.points_cm[0] = 1
