"""Trying a camera: one look through its source, shown to who set it up, and kept nowhere."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, scope_of_actor
from deskcheck_service.cameras.service import MAKERS, camera_of
from deskcheck_service.cameras.source_schemas import SourceTried
from deskcheck_service.cameras.sourcing import opened, spec_of
from deskcheck_service.schemas import Text
from deskcheck_service.services import Services

if TYPE_CHECKING:
    from deskcheck_vision.frames import Frame
    from deskcheck_vision.sources.base import FrameSource

# Three whole pictures tell the interval of keyframes; longer than this nobody waits for them.
_FRAMES, _PATIENCE_S, _EVERY_S = 3, 10.0, 0.6
_SHOWN_PX = 1280


def try_source(services: Services, actor: Principal | str, code: str) -> SourceTried:
    """Open a camera's source, look at up to three pictures, and say what was negotiated.

    It needs no permit, since nothing is kept or judged: people are masked before the picture leaves the server. Every
    try is in the audit log.

    Raises:
        NotFoundError: there is no such camera that the person may set up.
        SourceUnsetError: nothing says where its frames come from.
        SecretError: its password cannot be decrypted.
        SourceError: it gives no pictures.
        BusyError: too many pictures at once.
    """
    with services.database.writing() as session:
        camera = camera_of(session, scope_of_actor(actor, *MAKERS), code)
        spec = spec_of(session, services.secrets, camera.id)
        audit.record(session, actor, "camera.try", "camera", code)
    with opened(services.settings, spec) as source:
        frames = _looked(source)
        return _tried(services, source, frames)


def _looked(source: FrameSource) -> list[Frame]:
    from deskcheck_vision.sources.camera_errors import NoFrameInTimeError

    frames: list[Frame] = []
    until = time.monotonic() + _PATIENCE_S
    for frame in source.frames(_EVERY_S, until):
        frames.append(frame)
        if len(frames) == _FRAMES or time.monotonic() > until:
            break
    if not frames:
        raise NoFrameInTimeError(place=source.name, limit_s=_PATIENCE_S)
    return frames


def _tried(services: Services, source: FrameSource, frames: list[Frame]) -> SourceTried:
    from deskcheck_vision.sources.camera import negotiated_of

    found, last = negotiated_of(source), frames[-1]
    return SourceTried(
        transport=found.transport,
        auth=found.auth,
        content_type=found.content_type,
        codec=found.codec,
        width_px=last.image_wh[0],
        height_px=last.image_wh[1],
        frame_rate=found.frame_rate,
        keyframe_interval_s=found.keyframe_interval_s,
        first_frame_s=found.first_frame_s,
        clock_offset_s=found.clock_offset_s,
        server=found.server,
        taken_at=last.captured_at,
        warnings=_warnings(frames),
        picture=base64.b64encode(_masked(services, last)).decode("ascii"),
    )


def _warnings(frames: list[Frame]) -> list[Text]:
    from deskcheck_vision.sources.burst import check_alive, check_clock
    from deskcheck_vision.sources.camera_errors import SourceError

    told = []
    for check in (check_clock, check_alive):
        try:
            check(frames)
        except SourceError as error:
            told.append(Text(zh=error.sentence("zh"), en=error.sentence("en")))
    return told


def _masked(services: Services, frame: Frame) -> bytes:
    """Return the picture with people masked, and no larger than a page shows it; masked before it is made smaller."""
    import cv2
    import numpy as np
    from deskcheck_calibration.judging import DETECT_FROM
    from deskcheck_vision.images import encode_jpeg
    from deskcheck_vision.privacy import mask_people

    with services.engine.turn():
        detections = services.engine.detector().detect(frame.image, min_confidence=DETECT_FROM)
        image = mask_people(frame.image, detections, min_confidence=DETECT_FROM).image
    scale = _SHOWN_PX / max(frame.image_wh)
    if scale < 1:
        image = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    return encode_jpeg(image)
