"""Who works at which visit: a hold that is renewed while the work goes on, and runs out when its holder is gone."""

from __future__ import annotations

import threading
from datetime import timedelta

import structlog

from deskcheck_service.audits import visit_repository as visits
from deskcheck_service.db import Database
from deskcheck_service.errors import ServiceError
from deskcheck_service.tables import utc_now

# Longer than a database takes to come back, shorter than a round can wait for a dead worker's visits.
HOLD_FOR = timedelta(seconds=60)
_RENEW_EVERY_S = 15.0
# After a try that ended in the worker's death; each further one waits twice as long.
_AFTER_DEATH = timedelta(seconds=1)
_MOST_AFTER_DEATH = timedelta(minutes=10)


class Holds:
    """The visits that one process works at, renewed together by one thread.

    Args:
        database: where visits are.
        worker: name of the process.
        hold_for: how long a hold lasts when it is not renewed.
    """

    def __init__(self, database: Database, worker: str, hold_for: timedelta = HOLD_FOR) -> None:
        self.worker = worker
        self._database = database
        self._hold_for = hold_for
        self._held: set[int] = set()
        self._judging: set[int] = set()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def __len__(self) -> int:
        with self._lock:
            return len(self._held)

    def take(self, visit_id: int) -> bool:
        """Hold a visit; False where its turn has not come, somebody else holds it, or it is over.

        Raises:
            DatabaseError: it cannot be known.
        """
        now = utc_now()
        with self._database.writing() as session:
            tries = visits.tries(session, visit_id)
            later = now + self._hold_for + min(_AFTER_DEATH * 2 ** min(tries, 20), _MOST_AFTER_DEATH)
            taken = visits.take(session, visit_id, self.worker, now, now + self._hold_for, later)
        if taken:
            with self._lock:
                self._held.add(visit_id)
            self._start()
        return taken

    def begin_judging(self, visit_id: int) -> bool:
        """Keep a visit through the end of this process, which waits for it; False where it is not ours any more."""
        with self._lock:
            if visit_id not in self._held:
                return False
            self._judging.add(visit_id)
            return True

    @property
    def judging(self) -> int:
        """How many visits are being judged."""
        with self._lock:
            return len(self._judging)

    def forget(self, visit_id: int) -> None:
        """Renew a visit no more, since it has ended or was put off."""
        with self._lock:
            self._held.discard(visit_id)
            self._judging.discard(visit_id)

    def release(self, *, judging: bool = False) -> None:
        """Let go of all visits that were not made; where that fails the holds run out by themselves.

        Args:
            judging: those that are being judged too.
        """
        with self._lock:
            given = set(self._held) if judging else self._held - self._judging
            self._held -= given
            self._judging -= given
        if not given:
            return
        try:
            with self._database.writing() as session:
                visits.release(session, self.worker, sorted(given), utc_now())
        except ServiceError as error:
            structlog.get_logger().warning("holds_not_released", code=error.code, visits=len(given))

    def renew(self) -> None:
        """Renew all holds; those that were lost are forgotten.

        Raises:
            DatabaseError: nothing was renewed.
        """
        with self._lock:
            held = sorted(self._held)
        if not held:
            return
        with self._database.writing() as session:
            kept = visits.renew(session, self.worker, held, utc_now() + self._hold_for)
        lost = set(held) - kept
        with self._lock:
            lost &= self._held
            self._held -= lost
            self._judging -= lost
        if lost:
            structlog.get_logger().warning("holds_lost", worker=self.worker, visits=len(lost))

    def _start(self) -> None:
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return
            self._thread = threading.Thread(target=self._run, name="deskcheck-holds", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while not self._ended.wait(min(_RENEW_EVERY_S, self._hold_for.total_seconds() / 4)):
            try:
                self.renew()
            except ServiceError as error:
                structlog.get_logger().warning("holds_not_renewed", code=error.code)

    def close(self) -> None:
        """Stop renewing and let go of everything."""
        self._ended.set()
        self.release(judging=True)
        if self._thread is not None:
            self._thread.join(5)
