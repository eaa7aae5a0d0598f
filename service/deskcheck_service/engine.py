"""The one detector of a process, loaded when the first photo comes, and a door that lets few pictures in at a time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Generic, TypeVar
from zoneinfo import ZoneInfo

from deskcheck_service.door import Door
from deskcheck_service.errors import BusyError
from deskcheck_service.session_choice import open_detector
from deskcheck_service.settings import Settings
from deskcheck_service.tables import DEFAULT_TIME_ZONE

if TYPE_CHECKING:
    from deskcheck_calibration.desk_reference import DeskReference
    from deskcheck_calibration.reference import Reference
    from deskcheck_vision.camera_shift import CameraStill
    from deskcheck_vision.detections import Detections
    from deskcheck_vision.detector import Detector
    from deskcheck_vision.images import Picture
    from deskcheck_vision.known_scene import KnownScene
    from deskcheck_vision.markers import Tag


# Features of a reference take 1 to 2 MB, those to recognise a desk by 0.3; looking at it costs as much as judging a
# photo.
_REFERENCES_KEPT = 64
# What was seen in a kept picture: a few kB each.
_LOOKS_KEPT = 512
# Stickers found in a kept picture are a few numbers, and looking for them costs as much as judging it.
_TAGS_KEPT = 512
# Evidence pictures as they are sent, up to some hundred kB each.
_DRAWINGS_KEPT = 64
_T = TypeVar("_T")
# Seconds that what is done behind photos waits for its turn; None for photos themselves.
_BEHIND: ContextVar[float | None] = ContextVar("deskcheck_behind_photos", default=None)


@contextmanager
def behind_photos(wait_s: float) -> Iterator[None]:
    """Have every turn taken inside wait for people's photos first, and for longer: nobody stands there waiting for it.

    Args:
        wait_s: longest wait in seconds.
    """
    token = _BEHIND.set(wait_s)
    try:
        yield
    finally:
        _BEHIND.reset(token)


class Shelf(Generic[_T]):
    """Keeps the values used last. Safe to call from several threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, _T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """Return the value of a key, making it where it is not there; two threads may both make it at the same time.

        Whatever ``make`` raises passes through, and nothing is kept.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value

    def peek(self, key: Hashable) -> _T | None:
        """Return the value of a key; None where it is not there."""
        with self._lock:
            return self._values.get(key)

    def put(self, key: Hashable, value: _T) -> None:
        """Keep a value in place of the one before."""
        with self._lock:
            self._values.pop(key, None)
        self.get(key, lambda: value)


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
        self._door = Door(settings.concurrent_judgements)
        self.references: Shelf[Reference] = Shelf(_REFERENCES_KEPT)
        self.desk_references: Shelf[DeskReference] = Shelf(_REFERENCES_KEPT)
        self.looks: Shelf[Detections] = Shelf(_LOOKS_KEPT)
        self.tags: Shelf[tuple[tuple[Tag, ...], tuple[int, int]]] = Shelf(_TAGS_KEPT)
        self.camera_stills: Shelf[CameraStill] = Shelf(_REFERENCES_KEPT)
        self.scenes: Shelf[KnownScene] = Shelf(settings.scenes_kept)
        self.flat_shares: Shelf[float] = Shelf(_LOOKS_KEPT)
        self.drawings: Shelf[bytes] = Shelf(_DRAWINGS_KEPT)

    def detector(self) -> Detector:
        """Return the detector, loading its weights at the first call.

        Raises:
            ModelFileError: there is no weight file, or it does not fit.
            SessionUnusableError: the session of the settings cannot run here.
        """
        with self._loading:
            if self._detector is None:
                self._detector = open_detector(self._settings)
            return self._detector

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn: a decoded photo takes tens of MB, and a run of the model takes all cores.

        Photos go before what is done ``behind_photos``.

        Raises:
            BusyError: it did not come in time.
        """
        wait_s = _BEHIND.get()
        behind = wait_s is not None
        if not self._door.enter(wait_s if wait_s is not None else self._settings.judgement_wait_s, behind=behind):
            raise BusyError
        try:
            yield
        finally:
            self._door.leave()

    def decode(self, photo: bytes, time_zone: str = DEFAULT_TIME_ZONE) -> Picture:
        """Return the decoded photo.

        Args:
            photo: the file's bytes.
            time_zone: IANA name of the zone by which a camera without one of its own keeps time.

        Raises:
            PictureError: see ``deskcheck_vision.images.decode_picture``.
        """
        from deskcheck_vision.images import PictureLimits, decode_picture

        from deskcheck_service.watching.stages import Stage, timed

        limits = PictureLimits(self._settings.max_photo_bytes, self._settings.max_photo_pixels)
        with timed(Stage.DECODE):
            return decode_picture(photo, limits, ZoneInfo(time_zone))
