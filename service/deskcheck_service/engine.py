"""The one detector of a process, loaded when the first photo comes, and a door that lets few photos in at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from deskcheck_service.errors import BusyError
from deskcheck_service.session_choice import open_detector
from deskcheck_service.settings import Settings
from deskcheck_service.tables import DEFAULT_TIME_ZONE

if TYPE_CHECKING:
    from deskcheck_vision.detector import Detector
    from deskcheck_vision.images import Picture


class JudgeEngine:
    """Decodes photos and lends the detector.

    Args:
        settings: model, threads, limits.
        detector: one to use in place of the model of the settings.
    """

    def __init__(self, settings: Settings, detector: Detector | None = None) -> None:
        self._settings = settings
        self._detector = detector
        self._loading = threading.Lock()
        self._door = threading.BoundedSemaphore(settings.concurrent_judgements)

    def detector(self) -> Detector:
        """Return the detector, loading its weights at the first call.

        Raises:
            ModelFileError: there is no weight file, or it does not fit.
            SessionUnusableError: the session of the settings cannot run here.
        """
        with self._loading:
            if self._detector is None:
                self._detector = open_detector(self._settings)
                model = self._detector.model
                structlog.get_logger().info(
                    "model loaded", model=model.name, sha256=model.sha256, session=model.session
                )
            return self._detector

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn: a decoded photo takes tens of MB, and a run of the model takes all cores.

        Raises:
            BusyError: it did not come in time.
        """
        if not self._door.acquire(timeout=self._settings.judgement_wait_s):
            raise BusyError
        try:
            yield
        finally:
            self._door.release()

    def decode(self, photo: bytes, time_zone: str = DEFAULT_TIME_ZONE) -> Picture:
        """Return the decoded photo.

        Args:
            photo: the file's bytes.
            time_zone: IANA name of the zone by which a camera without one of its own keeps time.

        Raises:
            PictureError: see ``deskcheck_vision.images.decode_picture``.
        """
        from deskcheck_vision.images import PictureLimits, decode_picture

        limits = PictureLimits(self._settings.max_photo_bytes, self._settings.max_photo_pixels)
        return decode_picture(photo, limits, ZoneInfo(time_zone))
