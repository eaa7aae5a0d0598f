"""Room for what cameras have sent and nobody has judged yet: those that would not fit wait before they are opened."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deskcheck_service.errors.workers import CamerasBusyError


class FrameRoom:
    """Bytes of frames that may be in memory. Safe to call from several threads.

    Args:
        most_bytes: in all; one burst that is larger by itself has the room alone.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._used = 0
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, wanted_bytes: int, wait_s: float, is_ending: Callable[[], bool]) -> Iterator[None]:
        """Wait for room and keep it inside the block.

        Raises:
            CamerasBusyError: there was none in time, or the process ends.
        """
        wanted = min(wanted_bytes, self._most)
        until = time.monotonic() + wait_s
        with self._changed:
            while self._used + wanted > self._most:
                left = until - time.monotonic()
                if left <= 0 or is_ending():
                    raise CamerasBusyError
                self._changed.wait(min(left, 1.0))
            self._used += wanted
        try:
            yield
        finally:
            with self._changed:
                self._used -= wanted
                self._changed.notify_all()


class Hosts:
    """How many cameras of each address are being looked at: a recorder gives only so many streams.

    Args:
        most: of one address.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._busy: Counter[str] = Counter()
        self._lock = threading.Lock()

    def enter(self, host: str) -> bool:
        """Count one more in; False where there are enough."""
        with self._lock:
            if host and self._busy[host] >= self._most:
                return False
            self._busy[host] += 1
            return True

    def leave(self, host: str) -> None:
        """Count one out."""
        with self._lock:
            self._busy[host] -= 1
            if not self._busy[host]:
                del self._busy[host]
