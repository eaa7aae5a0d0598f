"""What every source of frames has in common."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from deskcheck_vision.frames import Frame


class FrameSource(Protocol):
    """Something that shows a place again and again: a film, a camera, a folder of pictures."""

    @property
    def name(self) -> str:
        """What people call it; never a URL or a secret."""
        ...

    def frames(self, every_s: float | None = None, until: float | None = None) -> Iterator[Frame]:
        """Yield frames, oldest first, each with the time at which it was taken.

        Args:
            every_s: seconds between two frames at least; None leaves it to the source.
            until: ``time.monotonic()`` after which nothing is waited for; a live source ends then.

        Raises:
            SourceError: nothing comes any more, see ``camera_errors``.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections; safe to repeat."""
        ...


@dataclass(frozen=True, slots=True)
class Login:
    """User and password of a camera; its words never hold the password."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SourceLimits:
    """How long and how much is waited for.

    Attributes:
        connect_s: until a connection stands.
        first_frame_s: from then until the first whole picture.
        stall_s: between two signs of life.
        max_bytes: of one picture's file.
        max_pixels: width times height of a picture.
    """

    connect_s: float = 5.0
    first_frame_s: float = 15.0
    stall_s: float = 8.0
    max_bytes: int = 30_000_000
    max_pixels: int = 40_000_000


DEFAULT_LIMITS = SourceLimits()


@dataclass(frozen=True, slots=True)
class TlsRules:
    """How far https certificates are checked.

    Attributes:
        verify: False takes any.
        ca_file: authorities to be trusted in place of the system's; None for those.
    """

    verify: bool = True
    ca_file: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Return what connections are made with."""
        context = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file is not None else None)
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


ANY_CA = TlsRules()


@dataclass(frozen=True, slots=True)
class Negotiated:
    """What was found out about a source while it was read; None where it says nothing.

    Attributes:
        transport: such as "RTSP over TCP" or "HTTP".
        auth: "digest", "basic", "none", or several of them that were offered.
        content_type: of a snapshot.
        codec: of a stream, such as "h264".
        image_wh: width and height in px.
        frame_rate: frames a second that the stream says it has.
        keyframe_interval_s: longest time between two keyframes that were seen.
        first_frame_s: from opening to the first whole picture.
        clock_offset_s: how far the source's clock is ahead of ours, from HTTP's Date.
        server: what it calls itself.
    """

    transport: str
    auth: str = "none"
    content_type: str | None = None
    codec: str | None = None
    image_wh: tuple[int, int] | None = None
    frame_rate: float | None = None
    keyframe_interval_s: float | None = None
    first_frame_s: float | None = None
    clock_offset_s: float | None = None
    server: str | None = None
