"""Single frames out of a film file, seconds apart, without decoding what lies between.

A film keeps a whole picture (keyframe) every few seconds and between these only what changes. A frame that is wanted is
taken from the keyframe at or before its time: one seek and one decoded picture, whatever the film's frame rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.frames import Frame
from deskcheck_vision.sources.errors import (
    FilmAbsentError,
    FilmDamagedError,
    FilmReaderMissingError,
    FilmTooLargeError,
    FilmTooShortError,
    NotAFilmError,
    NoVideoStreamError,
)
from deskcheck_vision.sources.keyframes import decoded, keyframes_only, upright

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

# What recorders export. A play list would be a film as well to FFmpeg, and name other files and addresses to read.
_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf"
_ACCEPTED = "MP4, MOV, MKV, AVI, MPEG-TS, MPEG-PS, FLV, ASF"
_TRIES = 3


@dataclass(frozen=True, slots=True)
class FilmLimits:
    """What is still read.

    Attributes:
        max_pixels: width times height of a picture.
        min_duration_s: anything shorter is a photo rather than a film.
    """

    max_pixels: int = 40_000_000
    min_duration_s: float = 1.0


class VideoFileSource:
    """A film file as a source of frames; also a context manager that closes it.

    Args:
        path: the file; only ever a file, never an address.
        every_s: seconds between two frames that are wanted.
        started_at: aware time of the film's first frame; None takes what the file says, else the present.
        name: what people call it; its file name by default.
        limits: checked before a picture is decoded.

    Raises:
        ValueError: ``every_s`` is not above 0, or ``started_at`` has no zone.
        FilmError: the film cannot be used, see ``sources.errors``.
    """

    def __init__(
        self,
        path: Path,
        *,
        every_s: float = 10.0,
        started_at: datetime | None = None,
        name: str = "",
        limits: FilmLimits = FilmLimits(),
    ) -> None:
        if not every_s > 0:
            raise ValueError(f"every_s must be above 0, not {every_s}")
        if started_at is not None and started_at.tzinfo is None:
            raise ValueError("started_at must be an aware time")
        self._name = name or path.name
        self._every_s = float(every_s)
        self._film = _opened(path, self._name)
        try:
            self._stream = _video(self._film, self._name)
            self._duration_s = _duration_s(self._film, self._stream)
            self._check(limits)
        except BaseException:
            self._film.close()
            raise
        self._recorded_at = _recorded_at(self._film.metadata)
        self._started_at = (started_at or self._recorded_at or datetime.now(UTC)).astimezone(UTC)

    def _check(self, limits: FilmLimits) -> None:
        width, height = self._stream.codec_context.width, self._stream.codec_context.height
        if width * height > limits.max_pixels:
            limit_mpx = round(limits.max_pixels / 1e6, 1)
            raise FilmTooLargeError(film=self._name, width=width, height=height, limit_mpx=limit_mpx)
        if self._duration_s < limits.min_duration_s:
            short_s = round(self._duration_s, 2)
            raise FilmTooShortError(film=self._name, duration_s=short_s, limit_s=limits.min_duration_s)

    @property
    def name(self) -> str:
        """What people call it."""
        return self._name

    @property
    def duration_s(self) -> float:
        """How long it lasts."""
        return self._duration_s

    @property
    def started_at(self) -> datetime:
        """Aware UTC time of the first frame."""
        return self._started_at

    @property
    def recorded_at(self) -> datetime | None:
        """The first frame's time as the file says it, a recorder's clock; None where it says none."""
        return self._recorded_at

    def times_s(self, every_s: float | None = None) -> tuple[float, ...]:
        """The times that frames are wanted at, in seconds of the film."""
        step_s = every_s or self._every_s
        count = int(np.ceil(self._duration_s / step_s - 1e-9))
        return tuple(round(k * step_s, 3) for k in range(count))

    def frames(self, every_s: float | None = None, until: float | None = None) -> Iterator[Frame]:
        """Yield the frames at ``times_s``; where a film keeps whole pictures more rarely, each of them once.

        Args:
            every_s: seconds between two frames that are wanted, in place of the source's own.
            until: a film waits for nothing.

        Raises:
            FilmDamagedError: it cannot be read from here on.
        """
        del until
        last_s = -1.0
        for time_s in self.times_s(every_s):
            frame = self.frame_at(time_s)
            if frame.stream_time_s is not None and frame.stream_time_s > last_s:
                last_s = frame.stream_time_s
                yield frame

    def frame_at(self, time_s: float) -> Frame:
        """Return the whole picture at or last before a time of the film; its own time is in the frame.

        Where that one is damaged, the next two are tried: a picture that the decoder had to mend is never returned.

        Raises:
            FilmDamagedError: there is none that can be decoded.
        """
        import av

        try:
            shown, at_s = self._decoded(time_s)
        except (av.error.FFmpegError, EOFError) as exc:
            raise FilmDamagedError(film=self._name, at_s=round(time_s, 1)) from exc
        return Frame(shown, self._started_at + timedelta(seconds=at_s), self._name, at_s)

    def _decoded(self, time_s: float) -> tuple[Uint8Array, float]:
        """Seek, and decode the first keyframe there; (H, W, 3) uint8 BGR and its time in seconds of the film."""
        stream = self._stream
        base, start = float(stream.time_base or 0), stream.start_time or 0
        self._film.seek(round(time_s / base) + start, stream=stream, backward=True, any_frame=False)
        tries = 0
        for packet in self._film.demux(stream):
            if not packet.is_keyframe or packet.pts is None:
                continue
            found = decoded(stream.codec_context, packet)
            if found is not None:
                return upright(found), round((packet.pts - start) * base, 3)
            tries += 1
            if tries == _TRIES:
                break
        raise EOFError

    def close(self) -> None:
        """Close the file."""
        self._film.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def _opened(path: Path, name: str) -> InputContainer:
    try:
        import av
    except ImportError as exc:
        raise FilmReaderMissingError() from exc

    options = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
    try:
        # The prefix keeps a file whose name looks like an address a file.
        return av.open(f"file:{path}", options=options)
    except OSError as exc:
        raise FilmAbsentError(film=name, reason=exc.strerror or exc) from exc
    except av.error.FFmpegError as exc:
        raise NotAFilmError(film=name, accepted=_ACCEPTED) from exc


def _video(film: InputContainer, name: str) -> VideoStream:
    """Return the stream of pictures, set to decode keyframes only."""
    videos: list[Any] = [stream for stream in film.streams.video if stream.codec_context is not None]
    if not videos or not videos[0].codec_context.width:
        found = ", ".join(stream.type for stream in film.streams) or "-"
        raise NoVideoStreamError(film=name, found=found)
    stream: VideoStream = videos[0]
    keyframes_only(stream.codec_context)
    return stream


def _duration_s(film: InputContainer, stream: VideoStream) -> float:
    """Return the length; where the file does not say it, its packets are counted through, undecoded."""
    base = float(stream.time_base or 0)
    if stream.duration is not None and stream.duration > 0:
        return stream.duration * base
    start = stream.start_time or 0
    if film.duration is not None and film.duration > 0:
        # Matroska counts from 0 even where the first frame is later.
        before_s = start * base if "matroska" in film.format.name else 0.0
        return film.duration / 1e6 - before_s
    ends = (packet.pts + (packet.duration or 0) for packet in film.demux(stream) if packet.pts is not None)
    return float((max(ends, default=start) - start) * base)


def _recorded_at(metadata: dict[str, str]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(metadata.get("creation_time", ""))
    except ValueError:
        return None
    # Recorders whose clock was never set write the epoch of the format, 1904, or of Unix.
    return moment if moment.tzinfo is not None and moment.year > 2000 else None
