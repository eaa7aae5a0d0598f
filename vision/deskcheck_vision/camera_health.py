"""What is wrong with a camera, told from the frames of a burst. Pure functions; nothing here is about a window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

import cv2
import numpy as np

from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.frames import Frame
from deskcheck_vision.quality import QualityProblem, assess_quality, is_frozen
from deskcheck_vision.unchanged import shrunk

_PART_PX = 16
_COPY_SIDE_PX = 480
# A part of the picture in which nothing differs by more than this is flat.
_FLAT_GREY = 3.0
# A covered lens leaves so little of the picture with anything in it, where the still has much more.
_COVERED_FLAT_SHARE = 0.8
_LEAST_FLATTER = 0.4
_CLOCK_SLACK = timedelta(seconds=5)
_FUTURE_SLACK = timedelta(minutes=5)
_STALE_AFTER = timedelta(minutes=5)
# Two pictures of a live camera that are this far apart differ by noise at least.
_FROZEN_AFTER_S = 1.0


class Ailment(StrEnum):
    """What keeps a camera's frames from being judged; the values are those of the service's troubles."""

    FROZEN = "frozen"
    CLOCK_WRONG = "clock_wrong"
    DARK = "dark"
    BLURRED = "blurred"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class BurstHealth:
    """How the frames of a burst are.

    Attributes:
        sound: numbers of the frames that nothing is wrong with, oldest first.
        ailment: why none of them can be judged; None where some can, or where what is wrong is not the camera's.
    """

    sound: tuple[int, ...]
    ailment: Ailment | None


def flat_share(image: Uint8Array) -> float:
    """Return the share of a picture, (H, W, 3) uint8 BGR, in whose parts there is nothing to see, in [0, 1]."""
    grey = cv2.cvtColor(shrunk(image, _COPY_SIDE_PX), cv2.COLOR_BGR2GRAY)
    part = min(_PART_PX, *grey.shape)
    rows, columns = grey.shape[0] // part, grey.shape[1] // part
    cut = grey[: rows * part, : columns * part].reshape(rows, part, columns, part)
    return float((cut.std(axis=(1, 3)) < _FLAT_GREY).mean())


def ailment_of(image: Uint8Array, still_flat_share: float | None) -> Ailment | None:
    """Return what is wrong with one picture, (H, W, 3) uint8 BGR, as far as it is the camera's.

    Args:
        image: the picture.
        still_flat_share: ``flat_share`` of the camera's reference still; None where there is none.
    """
    quality = assess_quality(image)
    if QualityProblem.DARK in quality.problems:
        return Ailment.DARK
    flat = flat_share(image)
    known = 0.0 if still_flat_share is None else still_flat_share
    if flat >= _COVERED_FLAT_SHARE and flat >= known + _LEAST_FLATTER:
        return Ailment.COVERED
    return Ailment.BLURRED if QualityProblem.BLURRED in quality.problems else None


def burst_health(
    frames: Sequence[Frame], still_flat_share: float | None = None, now: datetime | None = None
) -> BurstHealth:
    """Tell which frames of a burst can be judged, and what is wrong with the camera where none can.

    A stream that is frozen or whose time is wrong shows some other moment, so none of its frames counts.

    Args:
        frames: at least one, oldest first.
        still_flat_share: ``flat_share`` of the camera's reference still.
        now: time of a live camera's burst; None for a film, whose frames are of another day.
    """
    if is_clock_wrong(frames, now):
        return BurstHealth((), Ailment.CLOCK_WRONG)
    ailments = [ailment_of(frame.image, still_flat_share) for frame in frames]
    sound = tuple(number for number, ailment in enumerate(ailments) if ailment is None)
    if not sound:
        return BurstHealth((), Counter(ailments).most_common(1)[0][0])
    if is_stream_frozen(frames):
        return BurstHealth((), Ailment.FROZEN)
    return BurstHealth(sound, None)


def is_stream_frozen(frames: Sequence[Frame]) -> bool:
    """Tell whether all frames of a burst are one picture once more, though some time lies between them."""
    first, last = frames[0], frames[-1]
    if len(frames) < 2 or (last.captured_at - first.captured_at).total_seconds() < _FROZEN_AFTER_S:
        return False
    # The last one first: it differs most.
    return all(is_frozen(first.image, frame.image) for frame in reversed(frames[1:]))


def is_clock_wrong(frames: Sequence[Frame], now: datetime | None = None) -> bool:
    """Tell whether frames carry times that cannot be: not one after the other, not as the stream's, not now."""
    times = [frame.captured_at for frame in frames]
    if any(later <= earlier for earlier, later in pairwise(times)):
        return True
    if now is not None and not now - _STALE_AFTER - (times[-1] - times[0]) <= times[-1] <= now + _FUTURE_SLACK:
        return True
    streams = [frame.stream_time_s for frame in frames if frame.stream_time_s is not None]
    if len(streams) < len(frames) or len(frames) < 2:
        return False
    steps = np.diff(streams)
    if (steps < 0).any():
        return True
    passed, told = (times[-1] - times[0]).total_seconds(), float(streams[-1] - streams[0])
    return abs(told - passed) > max(_CLOCK_SLACK.total_seconds(), passed / 2)
