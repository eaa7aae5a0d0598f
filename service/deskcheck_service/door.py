"""A door with few places behind it and two queues before it."""

from __future__ import annotations

import threading
from collections import deque


class Door:
    """Lets few in at a time: everybody of the front queue before anybody of the back one, each in the order of coming.

    Safe to call from several threads.

    Args:
        places: how many may be inside.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._front: deque[threading.Event] = deque()
        self._back: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    def enter(self, timeout_s: float, *, behind: bool = False) -> bool:
        """Wait for a place and take it; False where none became free in time.

        Args:
            timeout_s: longest wait in seconds.
            behind: wait in the back queue.
        """
        ticket = threading.Event()
        queue = self._back if behind else self._front
        with self._lock:
            queue.append(ticket)
            self._call()
        if ticket.wait(timeout_s):
            return True
        with self._lock:
            if ticket.is_set():  # called at the last moment
                return True
            queue.remove(ticket)
        return False

    def leave(self) -> None:
        """Give the place back."""
        with self._lock:
            self._free += 1
            self._call()

    def _call(self) -> None:
        while self._free and (self._front or self._back):
            self._free -= 1
            (self._front or self._back).popleft().set()
