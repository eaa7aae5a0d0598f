"""Bending and straightening undo each other, keep directions, and never fold the picture."""

from __future__ import annotations

import numpy as np
from deskcheck_vision.lens import Lens
from deskcheck_vision.lens_limits import LARGEST_BEND, SMALLEST_BEND
from hypothesis import given
from hypothesis import strategies as st

sizes = st.tuples(st.integers(64, 8000), st.integers(64, 8000))
lenses = st.builds(Lens, st.floats(SMALLEST_BEND, LARGEST_BEND), sizes)
# Corners of a desk may be tapped up to one picture beside the picture.
shares = st.lists(st.tuples(st.floats(-1, 2), st.floats(-1, 2)), min_size=1, max_size=20)


@given(lenses, shares)
def test_bent_then_straightened_is_where_it_was(lens: Lens, at: list[tuple[float, float]]) -> None:
    points = np.array(at) * lens.image_wh
    assert np.abs(lens.straightened(lens.bent(points)) - points).max() < 0.01
    assert np.abs(lens.bent(lens.straightened(points)) - points).max() < 0.01


@given(lenses, st.floats(0, 2 * np.pi))
def test_farther_from_the_middle_stays_farther(lens: Lens, direction: float) -> None:
    radius = np.linspace(0, 1.5 * np.hypot(*lens.image_wh), 400)
    along = np.array([np.cos(direction), np.sin(direction)])
    shown = lens.bent(np.array(lens.image_wh) / 2 + radius[:, None] * along) - np.array(lens.image_wh) / 2
    assert (np.diff(shown @ along) > 0).all()
    assert np.abs(shown @ [-along[1], along[0]]).max() < 1e-6 * max(lens.image_wh)


@given(st.floats(SMALLEST_BEND, LARGEST_BEND), sizes, st.floats(0.1, 10), shares)
def test_the_same_lens_at_another_size_bends_alike(
    bend: float, image_wh: tuple[int, int], factor: float, at: list[tuple[float, float]]
) -> None:
    points = np.array(at) * image_wh
    scaled = (max(1, round(image_wh[0] * factor)), max(1, round(image_wh[1] * factor)))
    exact = image_wh[0] * scaled[1] == image_wh[1] * scaled[0]
    if exact:
        moved = Lens(bend, scaled).bent(points * (scaled[0] / image_wh[0]))
        assert np.abs(moved - Lens(bend, image_wh).bent(points) * (scaled[0] / image_wh[0])).max() < 1e-6 * max(scaled)


@given(lenses, shares)
def test_read_only_points_are_taken_and_left_alone(lens: Lens, at: list[tuple[float, float]]) -> None:
    points = np.array(at) * lens.image_wh
    before = points.copy()
    points.flags.writeable = False
    lens.bent(points)
    lens.straightened(points)
    assert (points == before).all()
