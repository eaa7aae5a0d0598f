"""What is wrong with a camera, told from a burst."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from deskcheck_vision.camera_health import Ailment, ailment_of, burst_health, flat_share, is_clock_wrong
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.frames import Frame

from tests.unit.vision.test_unchanged import DESK, shot

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
BLACK, GREY = np.full((720, 1280, 3), 4, np.uint8), np.full((720, 1280, 3), 90, np.uint8)
WHITE = np.full((720, 1280, 3), 255, np.uint8)


def frames(*images: Uint8Array, apart_s: float = 15.0, stream_s: float | None = None) -> list[Frame]:
    return [
        Frame(image, AT + timedelta(seconds=number * apart_s), "c", None if stream_s is None else number * stream_s)
        for number, image in enumerate(images)
    ]


def live(count: int = 3) -> list[Uint8Array]:
    return [shot(seed=seed) for seed in range(count)]


def test_a_live_camera_has_nothing() -> None:
    found = burst_health(frames(*live()), flat_share(shot()), AT + timedelta(minutes=1))
    assert (found.sound, found.ailment) == ((0, 1, 2), None)


@pytest.mark.parametrize(
    ("image", "ailment"),
    [(BLACK, Ailment.DARK), (GREY, Ailment.COVERED), (shot(), None), (WHITE, Ailment.COVERED)],
)
def test_one_picture(image: Uint8Array, ailment: Ailment | None) -> None:
    assert ailment_of(image, 0.1) is ailment


def test_a_camera_that_looks_at_a_plain_wall_is_not_covered() -> None:
    assert ailment_of(GREY, 0.9) is Ailment.BLURRED
    assert ailment_of(GREY, None) is Ailment.COVERED


def test_bad_frames_are_left_out_and_only_bad_ones_are_the_cameras() -> None:
    one, other, _ = live()
    assert burst_health(frames(one, BLACK, other)).sound == (0, 2)
    found = burst_health(frames(BLACK, GREY, BLACK + 1))
    assert (found.sound, found.ailment) == ((), Ailment.DARK)


def test_a_frozen_stream() -> None:
    still = shot()
    assert burst_health(frames(still, still, still)).ailment is Ailment.FROZEN
    assert burst_health(frames(still, still, shot(seed=9))).ailment is None
    assert burst_health(frames(still)).ailment is None
    assert burst_health(frames(still, still, apart_s=0.1)).ailment is None  # too near to differ


@pytest.mark.parametrize(
    ("burst", "now", "wrong"),
    [
        (frames(*live()), None, False),
        (frames(*live(), apart_s=-1.0), None, True),
        (frames(*live(), apart_s=0.0), None, True),
        (frames(*live(), stream_s=15.0), None, False),
        (frames(*live(), stream_s=0.0), None, True),  # pictures change and their time does not
        (frames(*live(), stream_s=600.0), None, True),
        (frames(*live(), stream_s=-15.0), None, True),
        (frames(*live(1), stream_s=0.0), None, False),
        (frames(*live()), AT + timedelta(minutes=2), False),
        (frames(*live()), AT + timedelta(hours=1), True),
        (frames(*live()), AT - timedelta(hours=1), True),
    ],
)
def test_times_that_cannot_be(burst: list[Frame], now: datetime | None, wrong: bool) -> None:
    assert is_clock_wrong(burst, now) is wrong
    assert (burst_health(burst, None, now).ailment is Ailment.CLOCK_WRONG) is wrong


def test_shares_of_what_is_flat() -> None:
    assert flat_share(GREY) == 1.0
    assert flat_share(shot(DESK, sigma=0.0)) < 0.9
    assert flat_share(np.zeros((4, 4, 3), np.uint8)) == 1.0
