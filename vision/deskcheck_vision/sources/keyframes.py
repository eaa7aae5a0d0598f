"""Single keyframes out of a stream of packets, decoded by themselves; for films and cameras alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deskcheck_vision.detections import Uint8Array

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream


def keyframes_only(decoder: VideoCodecContext) -> None:
    """Set a decoder to keyframes, one at a time: threads would only wait for further ones."""
    decoder.skip_frame = "NONKEY"
    decoder.thread_count = 1


def decoded(decoder: VideoCodecContext, packet: Packet[VideoStream]) -> VideoFrame | None:
    """Decode a keyframe by itself; None where it is damaged, mended or not."""
    import av

    try:
        # The decoder waits for the frames after this one, which are not wanted.
        found = packet.decode() or decoder.decode(None)
    except av.error.InvalidDataError:
        return None
    finally:
        decoder.flush_buffers()
    return found[0] if found and not found[0].is_corrupt else None


def upright(frame: VideoFrame) -> Uint8Array:
    """Return a frame as (H, W, 3) uint8 BGR, turned as it says, counter-clockwise, by quarters."""
    image = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(image, turns)) if turns else image
