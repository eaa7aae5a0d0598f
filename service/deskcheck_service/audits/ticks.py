"""What has to happen again and again, whoever makes the visits; each may run anywhere, often, and twice at once."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from deskcheck_service.audits import heartbeats
from deskcheck_service.audits.engine import AuditEngine
from deskcheck_service.audits.visiting import VisitOutcome
from deskcheck_service.errors import ServiceError
from deskcheck_service.services import Services
from deskcheck_service.tables import utc_now

OPEN_EVERY_S = 15.0
DELIVER_EVERY_S = 5.0
CLEAN_EVERY_S = 3600.0


def open_rounds(services: Services) -> int:
    """Open the rounds that are due and return how many visits they owe.

    Raises:
        DatabaseError: nothing was opened.
    """
    from deskcheck_service.audits.rounds import open_due

    return len(open_due(services, utc_now()))


def close_rounds(services: Services) -> int:
    """Close the rounds that are done or whose time is over, and return how many.

    Raises:
        DatabaseError: what remained is closed the next time.
    """
    from deskcheck_service.audits.rounds import close_due

    return len(close_due(services, utc_now()))


def deliver(services: Services) -> int:
    """Send what waits in the outbox and return how much was accepted.

    Raises:
        DatabaseError: the database failed.
    """
    from deskcheck_service.outbox.delivering import deliver_due

    return deliver_due(services, utc_now())


def clean(services: Services) -> None:
    """Remove evidence that no row names, and workers long gone.

    Raises:
        DatabaseError: the database failed.
    """
    from deskcheck_service.captures.cleaning import remove_orphans

    remove_orphans(services)
    with services.database.writing() as session:
        heartbeats.remove_old(session)


def beat(services: Services, engine: AuditEngine, *, embedded: bool) -> None:
    """Write down that this process is there.

    Raises:
        DatabaseError: it was not.
    """
    done = engine.made[VisitOutcome.DONE]
    with services.database.writing() as session:
        heartbeats.beat(session, engine.name, embedded=embedded, at_work=engine.at_work, visits_done=done)


def scheduler_of(ticks: dict[str, tuple[float, Callable[[], object]]]) -> BackgroundScheduler:
    """Return a scheduler that does each thing every so many seconds, beginning at once, and never twice at once.

    Args:
        ticks: seconds and what to do, by name.
    """
    scheduler = BackgroundScheduler(
        timezone="UTC", daemon=True, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for name, (every_s, action) in ticks.items():
        scheduler.add_job(_guarded, "interval", args=(name, action), seconds=every_s, id=name, next_run_time=utc_now())
    return scheduler


def _guarded(name: str, action: Callable[[], object]) -> None:
    """Do it; what goes wrong is logged, and the next time comes."""
    try:
        action()
    except ServiceError as error:
        structlog.get_logger().warning("tick_failed", tick=name, code=error.code)
    except Exception:
        structlog.get_logger().exception("tick_fault", tick=name)
