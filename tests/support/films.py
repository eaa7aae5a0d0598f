"""Small films made by PyAV: each second of them has a grey of its own, so that a frame tells its time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from deskcheck_vision.detections import Uint8Array

FPS = 10
WH = (192, 128)


def grey_of(second: int) -> int:
    """The grey that a second of a film shows."""
    return 20 + 12 * (second % 18)


def write_film(
    path: Path,
    seconds: float = 12,
    *,
    keyframe_s: float = 2,
    codec: str = "libx264",
    created: str = "",
    pictures: list[Uint8Array] | None = None,
    first_pts: int = 0,
    b_frames: int = 0,
    options: dict[str, str] | None = None,
    live: bool = False,
) -> Path:
    """Write a film with a keyframe every so often.

    Args:
        path: its ending says the container.
        seconds: length.
        keyframe_s: between two keyframes.
        codec: of FFmpeg.
        created: ISO time for the container's metadata.
        pictures: one for each second, (H, W, 3) uint8 BGR; plain greys by default.
        first_pts: time stamp of the first frame, in frames.
        b_frames: frames between two others that need both.
        options: of the container.
        live: written as it comes, without going back to fill in how long it became; Matroska only.
    """
    pipe = _Pipe()
    with av.open(pipe if live else str(path), "w", format="matroska" if live else None, options=options or {}) as out:
        if created:
            out.metadata["creation_time"] = created
        stream = out.add_stream(codec, rate=FPS)
        stream.codec_context.time_base = Fraction(1, FPS)
        first = pictures[0] if pictures else np.zeros((WH[1], WH[0], 3), np.uint8)
        stream.height, stream.width, stream.pix_fmt = first.shape[0], first.shape[1], "yuv420p"
        stream.gop_size = round(keyframe_s * FPS)
        if codec == "libx264":
            stream.options = {"x264-params": f"scenecut=0:min-keyint={stream.gop_size}:bframes={b_frames}", "crf": "12"}
        for number in range(round(seconds * FPS)):
            second = number // FPS
            image = pictures[second] if pictures else np.full(first.shape, grey_of(second), np.uint8)
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = first_pts + number, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    if live:
        path.write_bytes(pipe.written)
    return path


class _Pipe:
    """Something that can be written to and not gone back in."""

    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, content: bytes) -> int:
        self.written += content
        return len(content)
