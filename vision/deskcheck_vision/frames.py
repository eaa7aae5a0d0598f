"""One picture of a source with the time it was taken; a photo is a burst of one frame."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from deskcheck_vision.detections import Uint8Array


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded picture.

    Attributes:
        image: (H, W, 3) uint8, BGR, orientation already applied; read-only.
        captured_at: aware UTC time at which the picture was taken or received.
        source: where it comes from, for people: "upload", a camera's name, a file name. Never a URL or a secret.
        stream_time_s: the stream's own timestamp in seconds, None where the source has none.
    """

    image: Uint8Array
    captured_at: datetime
    source: str
    stream_time_s: float | None = None

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.shape[2] != 3 or self.image.dtype != np.uint8:
            raise ValueError(f"expected an (H, W, 3) uint8 image, got {self.image.shape} {self.image.dtype}")
        if self.captured_at.tzinfo is None:
            raise ValueError("captured_at must be an aware time")
        # A 1080p copy costs 1 ms, a view costs nothing; the caller's own array stays writable.
        view = self.image.view()
        view.flags.writeable = False
        object.__setattr__(self, "image", view)

    @property
    def image_wh(self) -> tuple[int, int]:
        """Width and height in px."""
        return self.image.shape[1], self.image.shape[0]
