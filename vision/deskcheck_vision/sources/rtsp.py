"""A camera's stream by RTSP over TCP: the connection stays open, and only wanted keyframes are decoded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from deskcheck_vision.frames import Frame
from deskcheck_vision.sources.addresses import Place
from deskcheck_vision.sources.base import DEFAULT_LIMITS, Login, Negotiated, SourceLimits
from deskcheck_vision.sources.camera_errors import (
    NoFrameInTimeError,
    NoVideoError,
    PictureUnfitError,
    ReaderMissingError,
    SourceError,
    StalledError,
    StreamEndedError,
)
from deskcheck_vision.sources.keyframes import decoded, keyframes_only, upright
from deskcheck_vision.sources.rtsp_probe import describe, error_of_status

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream


class RtspSource:
    """A camera's stream as a source of frames; also a context manager that closes it.

    A frame's time is when its keyframe had come in whole, by this machine's clock; the stream's own time is beside it.

    Args:
        place: checked address.
        login: user and password; None for none.
        name: what people call the camera.
        limits: how long is waited.

    Raises:
        SourceError: there is no stream, see ``camera_errors``.
    """

    def __init__(
        self, place: Place, login: Login | None = None, *, name: str = "", limits: SourceLimits = DEFAULT_LIMITS
    ) -> None:
        try:
            import av  # noqa: F401
        except ImportError:
            raise ReaderMissingError() from None
        self._place, self._limits, self._name = place, limits, name or place.shown
        self._opened_at = time.monotonic()
        told = describe(place, login, limits)
        self._stream_in = _opened(place, login, limits)
        try:
            self._video = _video(self._stream_in, place, limits)
        except BaseException:
            self._stream_in.close()
            raise
        self._negotiated = _negotiated(self._video, told.auth, told.server, told.frame_rate)

    @property
    def name(self) -> str:
        """What people call it."""
        return self._name

    @property
    def negotiated(self) -> Negotiated:
        """What is known of the stream by now."""
        return self._negotiated

    def frames(self, every_s: float | None = None, until: float | None = None) -> Iterator[Frame]:
        """Yield keyframes as they come, at least ``every_s`` apart; those between are not decoded.

        Raises:
            NoFrameInTimeError: there was no whole one within the limit for the first frame.
            StalledError: nothing came for too long.
            StreamEndedError: the other side ended the stream.
        """
        began = time.monotonic()
        due, is_first, last_key = began, True, None
        for packet in self._packets():
            now = time.monotonic()
            if until is not None and now > until:
                return
            if is_first and now - began > self._limits.first_frame_s:
                break
            if not packet.is_keyframe:
                continue
            last_key = self._note_interval(last_key, packet, now)
            if now < due:
                continue
            frame = self._frame(packet)
            if frame is None:
                continue
            if is_first:
                is_first, due = False, now
                self._negotiated = replace(
                    self._negotiated, image_wh=frame.image_wh, first_frame_s=round(now - self._opened_at, 3)
                )
            due += every_s or 0.0
            yield frame
        if is_first:
            raise NoFrameInTimeError(place=self._place.shown, limit_s=self._limits.first_frame_s)
        raise StreamEndedError(place=self._place.shown)

    def _note_interval(self, last: float | None, packet: Packet[VideoStream], now: float) -> float:
        at = float(packet.pts * packet.time_base) if packet.pts is not None else now
        longest = self._negotiated.keyframe_interval_s or 0.0
        if last is not None and at - last > longest:
            self._negotiated = replace(self._negotiated, keyframe_interval_s=round(at - last, 3))
        return at

    def _frame(self, packet: Packet[VideoStream]) -> Frame | None:
        received = datetime.now(UTC)
        found = decoded(self._video.codec_context, packet)
        if found is None:
            return None
        stream_s = round(float(packet.pts * packet.time_base), 3) if packet.pts is not None else None
        return Frame(upright(found), received, self._name, stream_s)

    def _packets(self) -> Iterator[Packet[VideoStream]]:
        """Yield what comes; a stream that the other side ends just ends."""
        import av

        try:
            yield from (packet for packet in self._stream_in.demux(self._video) if packet.size)
        except (av.error.FFmpegError, OSError) as exc:
            stalled = isinstance(exc, av.error.ExitError | av.error.TimeoutError | av.error.BlockingIOError)
        else:
            stalled = False
        if stalled:
            raise StalledError(place=self._place.shown, limit_s=self._limits.stall_s)

    def close(self) -> None:
        """Close the connection."""
        self._stream_in.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def _opened(place: Place, login: Login | None, limits: SourceLimits) -> InputContainer:
    """Open the stream. FFmpeg's errors repeat the whole address: none of them is passed on, nor kept as a cause."""
    import av

    error: SourceError
    began = time.monotonic()
    account = f"{quote(login.user, safe='')}:{quote(login.password, safe='')}@" if login is not None else ""
    options = {
        "rtsp_transport": "tcp",
        "allowed_media_types": "video",
        "protocol_whitelist": "rtsp,tcp,rtp",
        "timeout": str(int(limits.stall_s * 1e6)),
        "analyzeduration": "3000000",
        "fpsprobesize": "0",
    }
    try:
        return av.open(
            place.url.replace("://", f"://{account}", 1),
            format="rtsp",
            options=options,
            timeout=(limits.connect_s + limits.first_frame_s, limits.stall_s),
        )
    except (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError):
        error = error_of_status(401, place, login)
    except av.error.HTTPNotFoundError:
        error = error_of_status(404, place, login)
    except (av.error.FFmpegError, OSError):
        # It calls silence "invalid data": time tells them apart.
        silent = time.monotonic() - began >= limits.stall_s
        error = StalledError(place=place.shown, limit_s=limits.stall_s) if silent else _no_video(place)
    raise error


def _no_video(place: Place) -> NoVideoError:
    return NoVideoError(place=place.shown, found="-")


def _video(stream_in: InputContainer, place: Place, limits: SourceLimits) -> VideoStream:
    """Return the stream of pictures, set to decode keyframes only."""
    videos: list[Any] = [one for one in stream_in.streams.video if one.codec_context is not None]
    if not videos:
        found = ", ".join(one.type for one in stream_in.streams) or "-"
        raise NoVideoError(place=place.shown, found=found)
    video: VideoStream = videos[0]
    width, height = video.codec_context.width, video.codec_context.height
    if width * height > limits.max_pixels:
        raise PictureUnfitError(
            place=place.shown,
            reason_zh=f"{width}×{height} 像素超过上限。",
            reason=f"{width} x {height} px are too many.",
        )
    keyframes_only(video.codec_context)
    return video


def _negotiated(video: VideoStream, auth: str, server: str | None, rate: float | None) -> Negotiated:
    width, height = video.codec_context.width, video.codec_context.height
    measured = float(video.average_rate) if video.average_rate else None
    return Negotiated(
        transport="RTSP over TCP",
        auth=auth,
        codec=video.codec_context.name,
        image_wh=(width, height) if width and height else None,
        frame_rate=rate or measured,
        server=server,
    )
