"""Which frames of a burst can be used: not the bad ones, not those whose desk is lost, and none twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.frames import Frame
from deskcheck_vision.quality import Quality, assess_quality

from deskcheck_calibration.findings import Reason

_LEAST_FRAMES = 2
# Two frames that agree in these px are compared whole.
_SAMPLE = (slice(None, None, 31), slice(None, None, 37))


@dataclass(frozen=True, slots=True)
class Usable:
    """The frames of a burst that can be used.

    Attributes:
        used: their numbers, oldest first; the last frame alone where there is none.
        quality: of the last of them.
        problems: why nothing can be said by them; empty where something can.
    """

    used: tuple[int, ...]
    quality: Quality
    problems: tuple[Reason, ...]


def usable_frames(frames: Sequence[Frame], known: Sequence[bool], *, sound: bool = False) -> Usable:
    """Choose the frames to judge by; a single picture is judged by itself, whatever it is like.

    Args:
        frames: at least one, oldest first, all of one size.
        known: of each, whether its desk is known; where none is, the frames are chosen as if all were.
        sound: the caller has looked at the pictures of a burst and left the bad ones out; only the last is measured.

    Raises:
        ValueError: no frame, or frames of different sizes.
    """
    if not frames:
        raise ValueError("at least one frame is needed")
    if len({frame.image_wh for frame in frames}) > 1:
        raise ValueError("the frames of a burst have one size")
    if len(frames) == 1:
        quality = assess_quality(frames[0].image)
        return Usable((0,), quality, _problems(quality))
    last = assess_quality(frames[-1].image)
    qualities = [last if sound else assess_quality(frame.image) for frame in frames[:-1]] + [last]
    distinct = distinct_frames([frame.image for frame in frames])
    sharp = [number for number in distinct if not qualities[number].problems]
    used = [number for number in sharp if known[number] or not any(known)]
    if not used:
        return Usable((len(frames) - 1,), last, _problems(last) or (Reason.TOO_FEW_FRAMES,))
    problems: tuple[Reason, ...] = ()
    if len(used) < _LEAST_FRAMES:
        problems = (Reason.FROZEN if len(distinct) < _LEAST_FRAMES else Reason.TOO_FEW_FRAMES,)
    return Usable(tuple(used), qualities[used[-1]], problems)


def distinct_frames(images: Sequence[Uint8Array]) -> tuple[int, ...]:
    """Return the numbers of pictures, (H, W, 3) uint8 each, that are not an earlier one once more, pixel by pixel."""
    kept: list[int] = []
    for number, image in enumerate(images):
        sample = image[_SAMPLE]
        if not any(
            np.array_equal(images[other][_SAMPLE], sample) and np.array_equal(images[other], image) for other in kept
        ):
            kept.append(number)
    return tuple(kept)


def _problems(quality: Quality) -> tuple[Reason, ...]:
    return tuple(Reason(problem.value) for problem in quality.problems)
