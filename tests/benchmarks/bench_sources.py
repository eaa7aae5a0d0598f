"""What one sampled frame of a stream costs beside decoding everything that lies between two samples.

The stream is real H.264 of 25 frames a second in 1080p, made of a rendered photo of the demonstration hall that a hand
of noise passes over, with a keyframe every 2 s as cameras are set (docs/sources.md); a sample is taken every 10 s.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.sources.keyframes import decoded, keyframes_only, upright

from tests.benchmarks.figures import Figure, measures

ROOT = Path(__file__).resolve().parents[2]
HALL_PHOTO = ROOT / "service" / "deskcheck_service" / "demo" / "hall" / "photos" / "A01-reference.jpg"
WH, FPS, KEYFRAME_S, EVERY_S, SECONDS, RUNS = (1920, 1080), 25, 2, 10, 20, 3


def written(path: Path) -> Path:
    """Write the stream."""
    photo = cv2.imread(str(HALL_PHOTO))
    assert photo is not None
    base = np.asarray(cv2.resize(photo, WH, interpolation=cv2.INTER_AREA), np.uint8)
    noise = np.random.default_rng(0).integers(-3, 4, (8, WH[1], WH[0], 3), np.int16)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = *WH, "yuv420p"
        stream.gop_size = KEYFRAME_S * FPS
        stream.bit_rate = 4_000_000
        stream.options = {"preset": "veryfast", "tune": "zerolatency", "x264-params": "scenecut=0"}
        for number in range(SECONDS * FPS):
            image = _shown(base, noise[number % len(noise)], number)
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def _shown(base: Uint8Array, noise: np.ndarray, number: int) -> Uint8Array:
    """One frame: the photo with sensor noise, and a dark shape that moves through it."""
    image = np.clip(base.astype(np.int16) + noise, 0, 255).astype(np.uint8)
    left = 12 * number % (WH[0] - 300)
    image[500:800, left : left + 300] //= 2
    return image


def sampled_s(path: Path) -> tuple[float, int]:
    """Read the stream as the RTSP source does: every packet passes, one keyframe every ``EVERY_S`` is decoded."""
    began, due, taken = time.perf_counter(), 0.0, 0
    with av.open(str(path)) as film:
        video = film.streams.video[0]
        keyframes_only(video.codec_context)
        for packet in film.demux(video):
            if not packet.size or not packet.is_keyframe or float((packet.pts or 0) * packet.time_base) < due:
                continue
            found = decoded(video.codec_context, packet)
            assert found is not None
            upright(found)
            due, taken = due + EVERY_S, taken + 1
    return (time.perf_counter() - began) / taken, taken


def everything_s(path: Path) -> float:
    """Decode all frames on one core, as sampling does, and convert those that are wanted; seconds for one sample."""
    began, taken = time.perf_counter(), 0
    with av.open(str(path)) as film:
        video = film.streams.video[0]
        video.codec_context.thread_count = 1
        for number, frame in enumerate(film.decode(video)):
            if number % (EVERY_S * FPS) == 0:
                upright(frame)
                taken += 1
    return (time.perf_counter() - began) / taken


@measures
def sample_over_decode() -> Iterator[Figure]:
    """One sampled frame, demultiplexing of all that lies between included, over decoding everything."""
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "stream.mp4")
        pairs = [(sampled_s(path)[0], everything_s(path)) for _ in range(RUNS)]
    one, whole = (float(np.median(times)) for times in zip(*pairs, strict=True))
    note = f"{1000 * one:.0f} ms a sample, {1000 * whole:.0f} ms decoding {EVERY_S} s of 1080p at {FPS} frames a second"
    yield Figure("sample_over_decode", one / whole, 0.1, True, "times", f"{note}, keyframes every {KEYFRAME_S} s")
