"""Several frames of a source, spread over a while."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

from deskcheck_vision.frames import Frame
from deskcheck_vision.quality import is_frozen
from deskcheck_vision.sources.base import FrameSource
from deskcheck_vision.sources.camera_errors import ClockJumpError, FrozenPictureError, NoFrameInTimeError

# Networks hold packets back and let them go at once; a clock that is set differs by more.
_CLOCK_TOLERANCE_S = 5.0


def collect_burst(source: FrameSource, count: int, span_s: float, deadline_s: float) -> tuple[Frame, ...]:
    """Take frames that are spread evenly over a while; where a source shows whole pictures more rarely, fewer of them.

    Args:
        source: open; it stays open.
        count: frames that are wanted, 1 or more.
        span_s: seconds from the first to the last.
        deadline_s: seconds after which what has come must do.

    Returns:
        At least one frame, oldest first.

    Raises:
        ValueError: ``count`` is below 1, or a time negative.
        SourceError: nothing came, or no more; see ``camera_errors``.
        ClockJumpError: the source's time does not pass as ours does.
    """
    if count < 1 or span_s < 0 or deadline_s <= 0:
        raise ValueError(f"no such burst: {count} frames, {span_s} s, at most {deadline_s} s")
    every_s = span_s / (count - 1) if count > 1 else 0.0
    until = time.monotonic() + deadline_s
    frames: list[Frame] = []
    for frame in source.frames(every_s, until):
        frames.append(frame)
        if len(frames) == count or time.monotonic() > until:
            break
    if not frames:
        raise NoFrameInTimeError(place=source.name, limit_s=deadline_s)
    check_clock(frames)
    return tuple(frames)


def check_clock(frames: Sequence[Frame]) -> None:
    """Hold the times that a source says against those at which its frames came.

    Raises:
        ClockJumpError: from one frame to the next they differ by more than 5 s, or the source's run backward.
    """
    for before, after in pairwise(frames):
        if before.stream_time_s is None or after.stream_time_s is None:
            continue
        passed_s = (after.captured_at - before.captured_at).total_seconds()
        jump_s = after.stream_time_s - before.stream_time_s - passed_s
        if abs(jump_s) > _CLOCK_TOLERANCE_S or after.stream_time_s < before.stream_time_s:
            raise ClockJumpError(place=after.source, jump_s=jump_s)


def check_alive(frames: Sequence[Frame], min_span_s: float = 1.0) -> None:
    """Hold each picture against the next: a live one always differs a little.

    Args:
        frames: oldest first.
        min_span_s: frames nearer than this in time tell nothing.

    Raises:
        FrozenPictureError: none of them differs from the one before.
    """
    if len(frames) < 2 or (frames[-1].captured_at - frames[0].captured_at).total_seconds() < min_span_s:
        return
    if all(is_frozen(before.image, after.image) for before, after in pairwise(frames)):
        span_s = round((frames[-1].captured_at - frames[0].captured_at).total_seconds(), 1)
        raise FrozenPictureError(place=frames[-1].source, span_s=span_s)
