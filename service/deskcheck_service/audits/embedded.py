"""Rounds made by threads of this very process: ``deskcheck serve`` on one machine, or ``deskcheck audit run``.

Several processes may do so on one database; each visit is held by one of them.
"""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from deskcheck_service.audits import heartbeats, ticks
from deskcheck_service.audits.engine import AuditEngine, worker_name
from deskcheck_service.audits.visiting import VisitOutcome
from deskcheck_service.errors import ServiceError
from deskcheck_service.services import Services

_PICK_EVERY_S = 1.0


class EmbeddedAudits:
    """The engine with its clock.

    Args:
        services: of the service.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self.engine = AuditEngine(services, worker_name())
        self._scheduler = ticks.scheduler_of(
            {
                "beat": (heartbeats.BEAT_EVERY_S, lambda: ticks.beat(services, self.engine, embedded=True)),
                "open": (ticks.OPEN_EVERY_S, lambda: ticks.open_rounds(services)),
                "close": (ticks.OPEN_EVERY_S, lambda: ticks.close_rounds(services)),
                "pick": (_PICK_EVERY_S, self.engine.pick),
                "deliver": (ticks.DELIVER_EVERY_S, lambda: ticks.deliver(services)),
                "clean": (ticks.CLEAN_EVERY_S, lambda: ticks.clean(services)),
            }
        )

    def start(self) -> None:
        """Begin; returns at once."""
        self._scheduler.start()

    def stop(self) -> None:
        """Begin nothing more, end what is being judged, give back the rest, and say so."""
        self._scheduler.shutdown(wait=False)
        self.engine.stop()
        _ended(self._services, self.engine)


@contextmanager
def running(services: Services) -> Iterator[EmbeddedAudits | None]:
    """Make rounds inside the block where the settings say so."""
    if services.settings.audit != "embedded":
        yield None
        return
    audits = EmbeddedAudits(services)
    audits.start()
    try:
        yield audits
    finally:
        audits.stop()


def run_until_told(services: Services) -> Counter[VisitOutcome]:
    """Make rounds until SIGTERM or Ctrl-C, whatever the settings say, and return what was made."""
    told = threading.Event()
    before = {number: signal.signal(number, lambda *_: told.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    audits = EmbeddedAudits(services)
    audits.start()
    try:
        told.wait()
    finally:
        audits.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
    return audits.engine.made


def run_once(services: Services) -> Counter[VisitOutcome]:
    """Open what is due, make every visit that waits, close what is done, deliver, and return what was made.

    Raises:
        DatabaseError: the database failed; what was not made waits for the next run.
    """
    engine = AuditEngine(services, worker_name())
    try:
        ticks.open_rounds(services)
        ticks.beat(services, engine, embedded=True)
        engine.run_until_idle()
        ticks.close_rounds(services)
        ticks.deliver(services)
    finally:
        engine.stop()
        _ended(services, engine)
    return engine.made


def _ended(services: Services, engine: AuditEngine) -> None:
    try:
        with services.database.writing() as session:
            heartbeats.end(session, engine.name, engine.made[VisitOutcome.DONE])
    except ServiceError:
        pass  # its silence says the same a little later
