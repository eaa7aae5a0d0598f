"""The one detector of a process, loaded when the first photo comes, and a door that lets few photos in at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from deskcheck_service.errors import BusyError
from deskcheck_service.settings import Settings

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
        """
        with self._loading:
            if self._detector is None:
                # cv2 and onnxruntime take most of a second to load; a server that only shows pages needs neither.
                from deskcheck_vision.detector import YoloDetector
                from deskcheck_vision.model_files import default_model_path
                from deskcheck_vision.sessions import OnnxSession

                path = self._settings.model_path or default_model_path()
                self._detector = YoloDetector(OnnxSession(path, self._settings.inference_threads))
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

    def decode(self, photo: bytes) -> Picture:
        """Return the decoded photo.

        Raises:
            PictureError: see ``deskcheck_vision.images.decode_picture``.
        """
        from deskcheck_vision.images import PictureLimits, decode_picture

        limits = PictureLimits(self._settings.max_photo_bytes, self._settings.max_photo_pixels)
        return decode_picture(photo, limits)
