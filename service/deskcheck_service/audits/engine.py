"""Makes visits, many at a time: most cameras are being waited for while one or two are judged.

Each visit has a thread, which sleeps between frames. Three things bound them: how many cameras are looked at together
(those that did not answer lately in a lane of their own, so that they keep nobody waiting), how many of one address,
and the memory of frames that wait to be judged. The network itself is behind ``JudgeEngine.turn``.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections import Counter
from datetime import timedelta
from urllib.parse import urlsplit

import structlog

from deskcheck_service.audits import visit_repository as visits
from deskcheck_service.audits.holds import Holds
from deskcheck_service.audits.room import FrameRoom, Hosts
from deskcheck_service.audits.visit_repository import Waiting
from deskcheck_service.audits.visiting import VisitOutcome, make_visit
from deskcheck_service.errors import ServiceError
from deskcheck_service.errors.workers import CamerasBusyError
from deskcheck_service.services import Services
from deskcheck_service.tables import utc_now

_MB = 1024 * 1024
# Of the room, for cameras that did not answer lately.
_SILENT_SHARE = 0.2
_BYTES_PER_PX = 3


def worker_name() -> str:
    """Return a name that no other process has, now or later."""
    return f"{socket.gethostname()[:60]}-{os.getpid()}-{secrets.token_hex(4)}"


class AuditEngine:
    """The visits that this process makes.

    Args:
        services: of the service.
        name: of this process.
    """

    def __init__(self, services: Services, name: str) -> None:
        settings = services.settings
        self.name = name
        self._services = services
        self.holds = Holds(services.database, name, timedelta(seconds=settings.audit_hold_s))
        self._places = {False: settings.audit_cameras_at_once, True: settings.audit_silent_at_once}
        room = settings.audit_memory_mb * _MB
        self._room = {False: FrameRoom(int(room * (1 - _SILENT_SHARE))), True: FrameRoom(int(room * _SILENT_SHARE))}
        self._hosts = Hosts(settings.audit_per_host)
        self._at_work: dict[int, bool] = {}
        self._changed = threading.Condition()
        self._ending = threading.Event()
        self.made: Counter[VisitOutcome] = Counter()

    @property
    def at_work(self) -> int:
        """How many visits are being made."""
        with self._changed:
            return len(self._at_work)

    def is_ending(self) -> bool:
        """Whether this process was asked to end."""
        return self._ending.is_set()

    def pick(self) -> int:
        """Begin as many waiting visits as there are places for, and return how many.

        Raises:
            DatabaseError: nothing can be known.
        """
        begun = 0
        for silent in (False, True):
            with self._changed:
                busy = set(self._at_work)
                free = self._places[silent] - sum(1 for lane in self._at_work.values() if lane is silent)
            if free <= 0 or self._ending.is_set():
                continue
            with self._services.database.reading() as session:
                # Some of the first may be of an address that has enough: others behind them go on.
                found = visits.due(session, utc_now(), 4 * free, silent=silent, leave_out=busy)
            for one in found:
                if free <= 0:
                    break
                if self._begin(one):
                    free, begun = free - 1, begun + 1
        return begun

    def _begin(self, waiting: Waiting) -> bool:
        host = host_of(waiting.address)
        if not self._hosts.enter(host):
            return False
        with self._changed:
            self._at_work[waiting.visit_id] = waiting.silent
        thread = threading.Thread(target=self._run, args=(waiting, host), name="deskcheck-visit", daemon=True)
        thread.start()
        return True

    def _run(self, waiting: Waiting, host: str) -> None:
        try:
            self._made(waiting)
        except ServiceError as error:
            # The database cannot even be told: the hold runs out by itself.
            structlog.get_logger().warning("visit_lost", visit=waiting.visit_id, code=error.code)
        except Exception:
            structlog.get_logger().exception("visit_lost", visit=waiting.visit_id)
        finally:
            self._hosts.leave(host)
            with self._changed:
                self._at_work.pop(waiting.visit_id, None)
                self._changed.notify_all()

    def visit(self, visit_id: int) -> None:
        """Make one visit in the calling thread, waiting for a place at its address; what a queue's job calls.

        Raises:
            DatabaseError: the database cannot be told.
        """
        with self._services.database.reading() as session:
            waiting = visits.waiting(session, visit_id)
        if waiting is None or self._ending.is_set():
            return
        host = host_of(waiting.address)
        while not self._hosts.enter(host):
            if self._ending.wait(0.2):
                return
        with self._changed:
            self._at_work[visit_id] = waiting.silent
        self._run(waiting, host)

    def _made(self, waiting: Waiting) -> None:
        with self._services.database.reading() as session:
            visit = visits.visit(session, waiting.visit_id)
        if visit is None:
            return
        width, height = visit.frame_wh
        wanted = width * height * _BYTES_PER_PX * visit.burst_frames
        left_s = max(1.0, (visit.due_until - utc_now()).total_seconds())
        try:
            with self._room[waiting.silent].taken(wanted, left_s, self.is_ending):
                outcome = make_visit(self._services, waiting.visit_id, self.holds)
        except CamerasBusyError:
            return  # it was never held: whoever has room takes it
        with self._changed:
            self.made[outcome] += 1

    def wait(self, timeout_s: float) -> None:
        """Wait until a visit ends, or for so long."""
        with self._changed:
            self._changed.wait(timeout_s)

    def run_until_idle(self, until: float | None = None) -> None:
        """Make visits until none waits and none is being made.

        Args:
            until: ``time.monotonic()`` at which to stop in any case.

        Raises:
            DatabaseError: nothing can be known.
        """
        while until is None or time.monotonic() < until:
            if self._ending.is_set():
                return
            begun = self.pick()
            if not begun and not self.at_work:
                with self._services.database.reading() as session:
                    if visits.next_due_at(session) is None:
                        return
            self.wait(0.2)

    def stop(self, grace_s: float = 20.0) -> None:
        """Begin nothing more, let what is being judged end, and give back what is only being waited for."""
        self._ending.set()
        self.holds.release()
        until = time.monotonic() + grace_s
        while self.holds.judging and time.monotonic() < until:
            self.wait(0.1)
        self.holds.close()


def host_of(address: str | None) -> str:
    """Return the network address of a source's address; empty for files."""
    if not address or "://" not in address:
        return ""
    return urlsplit(address).hostname or ""
