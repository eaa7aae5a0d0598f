"""A fixed camera's shift, for any small turn, light and size."""

from __future__ import annotations

import cv2
import numpy as np
from deskcheck_vision.camera_shift import CameraStill, Outcome, measure_shift
from deskcheck_vision.detections import Float64Array
from deskcheck_vision.view_fit import Moves, fit_turn, mapped
from drawn_hall import WH, drawn_hall, turned, turning
from hypothesis import given, settings
from hypothesis import strategies as st

NONE = np.zeros((0, 4))
HALLS = [drawn_hall(seed) for seed in (11, 12)]
STILLS = [CameraStill.from_picture(hall, NONE) for hall in HALLS]
degrees = st.floats(-2.5, 2.5)


def _places() -> Float64Array:
    x, y = np.meshgrid(np.linspace(0, WH[0], 7), np.linspace(0, WH[1], 5))
    return np.column_stack([x.ravel(), y.ravel()])


@settings(max_examples=25, deadline=None)
@given(hall=st.integers(0, 1), pan=degrees, tilt=degrees, roll=degrees, focal=st.floats(0.5, 2.0))
def test_a_known_turn_is_recovered(hall: int, pan: float, tilt: float, roll: float, focal: float) -> None:
    pan, tilt = pan / max(1.0, focal), tilt / max(1.0, focal)
    turn = turning(WH, pan, tilt, roll, focal)
    shift = measure_shift(turned(HALLS[hall], turn), STILLS[hall], NONE)
    assert shift.outcome is Outcome.MEASURED
    off = np.linalg.norm(mapped(shift.to_still, mapped(turn, _places())) - _places(), axis=1).max() / WH[0]
    assert off < 0.0012 + 0.05 * shift.share


@settings(max_examples=25, deadline=None)
@given(hall=st.integers(0, 1), gain=st.floats(0.4, 1.5), gamma=st.floats(0.7, 1.5), offset=st.floats(-15, 30))
def test_another_light_is_no_turn(hall: int, gain: float, gamma: float, offset: float) -> None:
    light = 255 * (HALLS[hall] / 255.0) ** gamma * gain + offset
    shift = measure_shift(np.clip(light, 0, 255).astype(np.uint8), STILLS[hall], NONE)
    assert shift.outcome is Outcome.MEASURED
    assert shift.share < 0.0012


@settings(max_examples=15, deadline=None)
@given(hall=st.integers(0, 1), factor=st.floats(0.6, 3.0), pan=st.floats(-0.5, 0.5))
def test_another_size_is_no_turn(hall: int, factor: float, pan: float) -> None:
    wh = (round(WH[0] * factor / 16) * 16, round(WH[0] * factor / 16) * 9)
    picture = turned(HALLS[hall], turning(WH, pan, 0.0, 0.0))
    large = np.asarray(cv2.resize(picture, wh, interpolation=cv2.INTER_AREA), np.uint8)
    same, other = (measure_shift(one, STILLS[hall], NONE) for one in (picture, large))
    assert abs(same.share - other.share) < 0.0012


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_order_of_moves_changes_nothing(data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    at = np.column_stack([rng.uniform(-0.5, 0.5, 60), rng.uniform(-0.28, 0.28, 60)])
    to = at + rng.uniform(-0.02, 0.02, 2)
    cell = np.arange(60) // 2
    order = rng.permutation(60)
    first, second = fit_turn(Moves(at, to, cell), 0.0025), fit_turn(Moves(at[order], to[order], cell[order]), 0.0025)
    assert first is not None
    assert second is not None
    np.testing.assert_allclose(mapped(first.homography, at), mapped(second.homography, at), atol=1e-5)
