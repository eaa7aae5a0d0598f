"""What every source of frames has in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from deskcheck_vision.frames import Frame


class FrameSource(Protocol):
    """Something that shows a place again and again: a film, a camera, a folder of pictures."""

    @property
    def name(self) -> str:
        """What people call it; never a URL or a secret."""
        ...

    def frames(self) -> Iterator[Frame]:
        """Yield frames, oldest first, each with the time at which it was taken.

        Raises:
            FilmError: a film that cannot be read any further; other sources have errors of their own.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections; safe to repeat."""
        ...
