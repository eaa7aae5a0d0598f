"""Which frames of a burst can be used, and which regions of the last one stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from deskcheck_calibration.findings import Reason
from deskcheck_calibration.region_steadiness import steady_regions
from deskcheck_calibration.scene import Comparison, Region
from deskcheck_calibration.usable_frames import distinct_frames, usable_frames
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.frames import Frame

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
BLACK = np.full((96, 128, 3), 3, np.uint8)


def sharp(seed: int) -> Uint8Array:
    return np.random.default_rng(seed).integers(40, 220, (96, 128, 3), np.uint8)


def frames(*images: Uint8Array) -> list[Frame]:
    return [Frame(image, AT + timedelta(seconds=number), "c") for number, image in enumerate(images)]


@pytest.mark.parametrize(
    ("images", "known", "used", "problems"),
    [
        ([sharp(1)], [True], (0,), ()),
        ([BLACK], [True], (0,), (Reason.BLURRED, Reason.DARK)),
        ([sharp(1), BLACK, sharp(2)], [True] * 3, (0, 2), ()),
        ([sharp(1), sharp(2), sharp(3)], [True, False, True], (0, 2), ()),
        ([sharp(1), sharp(2)], [False, False], (0, 1), ()),
        ([sharp(1), sharp(1), sharp(2)], [True] * 3, (0, 2), ()),
        ([sharp(1), sharp(1)], [True] * 2, (0,), (Reason.FROZEN,)),
        ([sharp(1), BLACK], [True] * 2, (0,), (Reason.TOO_FEW_FRAMES,)),
        ([BLACK, BLACK + 1], [True] * 2, (1,), (Reason.BLURRED, Reason.DARK)),
        ([BLACK, sharp(1)], [True, False], (1,), (Reason.TOO_FEW_FRAMES,)),
    ],
)
def test_frames(
    images: list[Uint8Array], known: list[bool], used: tuple[int, ...], problems: tuple[Reason, ...]
) -> None:
    found = usable_frames(frames(*images), known)
    assert (found.used, found.problems) == (used, problems)


def test_frames_that_somebody_looked_at_are_not_measured_again() -> None:
    assert usable_frames(frames(BLACK, sharp(1)), [True, True], sound=True).used == (0, 1)


def test_what_is_no_burst() -> None:
    with pytest.raises(ValueError, match="at least one"):
        usable_frames([], [])
    with pytest.raises(ValueError, match="one size"):
        usable_frames(frames(sharp(1), sharp(2)[:48]), [True, True])
    assert distinct_frames([]) == ()


def region(x: float) -> Region:
    square = ((x, 0.0), (x + 10, 0.0), (x + 10, 10.0), (x, 10.0))
    return Region(square, 100.0, (x, 0.0, x + 10, 10.0), 2.0)


NOBODY = Detections.empty((128, 96))
SOMEBODY = Detections.from_rows([("person", 0.9, (0.0, 0.0, 128.0, 96.0))], (128, 96))


@pytest.mark.parametrize(
    ("others", "stays"),
    [
        ([(NOBODY, Comparison((region(1),)))], True),
        ([(NOBODY, Comparison((region(50),)))], False),
        ([(NOBODY, Comparison()), (NOBODY, Comparison((region(0),)))], True),
        ([(NOBODY, Comparison()), (NOBODY, Comparison()), (NOBODY, Comparison((region(0),)))], False),
        ([(SOMEBODY, Comparison()), (SOMEBODY, Comparison()), (NOBODY, Comparison((region(0),)))], True),
        ([(SOMEBODY, Comparison())], False),  # once is not enough
        ([(NOBODY, Comparison(reason=Reason.TOO_LITTLE_COMPARED)), (NOBODY, Comparison((region(0),)))], True),
    ],
)
def test_a_region_stays_where_enough_frames_show_it(others: list[tuple[Detections, Comparison]], stays: bool) -> None:
    assert bool(steady_regions(Comparison((region(0),)), others, 0.35, 0.6).regions) is stays
