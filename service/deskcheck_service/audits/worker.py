"""``deskcheck worker``: makes the visits that the queue hands out, on any number of machines over one PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from deskcheck_service.audits import heartbeats, queue, ticks
from deskcheck_service.audits.engine import AuditEngine, worker_name
from deskcheck_service.audits.visiting import VisitOutcome
from deskcheck_service.errors import ServiceError
from deskcheck_service.services import Services

if TYPE_CHECKING:
    from procrastinate import App

_SWEEP_EVERY_S = 2.0
_POLL_EVERY_S = 2.0
# After the queue failed, such as while the database is restarted.
_AGAIN_AFTER_S = 2.0
_GRACE_S = 25.0


class AuditWorker:
    """One process of the queue.

    Args:
        services: of the service.
        name: of the worker; one that nobody else has where None.

    Raises:
        QueueNeedsPostgresqlError, QueueAbsentError: there is no queue.
    """

    def __init__(self, services: Services, name: str | None = None) -> None:
        queue.check(services)
        self._services = services
        self.engine = AuditEngine(services, name or worker_name())
        self._ending = asyncio.Event()
        self._scheduler = ticks.scheduler_of(
            {
                "beat": (heartbeats.BEAT_EVERY_S, lambda: ticks.beat(services, self.engine, embedded=False)),
                "open": (ticks.OPEN_EVERY_S, lambda: ticks.open_rounds(services)),
                "close": (ticks.OPEN_EVERY_S, lambda: ticks.close_rounds(services)),
                "sweep": (_SWEEP_EVERY_S, lambda: queue.sweep(services)),
                "deliver": (ticks.DELIVER_EVERY_S, lambda: ticks.deliver(services)),
                "clean": (ticks.CLEAN_EVERY_S, lambda: ticks.clean(services)),
            }
        )

    def run(self) -> None:
        """Work until SIGTERM or Ctrl-C; then end what is being judged and give back the rest."""
        # Its lines would name every job twice; what becomes of a visit is in our own log.
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        self._scheduler.start()
        try:
            asyncio.run(self._run())
        finally:
            self._scheduler.shutdown(wait=False)
            try:
                with self._services.database.writing() as session:
                    heartbeats.end(session, self.engine.name, self.engine.made[VisitOutcome.DONE])
            except ServiceError:
                pass  # its silence says the same a little later

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ending.set)
        loop.set_exception_handler(_told)
        while not self._ending.is_set():
            try:
                await self._serve()
            except Exception as error:
                if self._ending.is_set():
                    break
                structlog.get_logger().warning("queue_failed", kind=type(error).__name__)
                await _at_most(self._ending.wait(), _AGAIN_AFTER_S)

    async def _serve(self) -> None:
        """Take jobs until asked to end.

        Raises:
            Exception: of the queue, such as when the database goes away.
        """
        app = queue.app_of(self._services.settings)
        self._add_task(app)
        settings = self._services.settings
        async with app.open_async():
            lanes = [
                asyncio.create_task(self._lane(app, name, places))
                for name, places in (
                    (queue.VISITS, settings.audit_cameras_at_once),
                    (queue.SILENT, settings.audit_silent_at_once),
                )
            ]
            ending = asyncio.create_task(self._ending.wait())
            try:
                await asyncio.wait([*lanes, ending], return_when=asyncio.FIRST_COMPLETED)
            finally:
                await _in_thread(lambda: self.engine.stop(_GRACE_S) if self._ending.is_set() else None)
                for task in (*lanes, ending):
                    task.cancel()
                ended = await asyncio.gather(*lanes, return_exceptions=True)
            for one in ended:
                if isinstance(one, Exception):
                    raise one

    async def _lane(self, app: App, name: str, places: int) -> None:
        await app.run_worker_async(
            name=f"{self.engine.name}-{name}",
            queues=[name],
            concurrency=places,
            fetch_job_polling_interval=_POLL_EVERY_S,
            shutdown_graceful_timeout=1.0,
            update_heartbeat_interval=min(10.0, self._services.settings.audit_hold_s / 4),
            stalled_worker_timeout=self._services.settings.audit_hold_s,
            delete_jobs="always",
            install_signal_handlers=False,
        )

    def _add_task(self, app: App) -> None:
        async def visit(visit_id: int) -> None:
            await _in_thread(lambda: self.engine.visit(visit_id))

        app.task(name=queue.TASK)(visit)


def _told(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log in one line what nobody waited for, such as a job whose end could not be told to the database."""
    error = context.get("exception")
    structlog.get_logger().warning("queue_job_lost", kind=type(error).__name__, about=str(context.get("message", "")))


async def _in_thread(action: Callable[[], Any]) -> None:
    """Do it in a thread of its own; one that sleeps at a camera does not keep the process from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def told(error: Exception | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def run() -> None:
        error: Exception | None = None
        try:
            action()
        except Exception as exc:
            error = exc
        if not loop.is_closed():
            loop.call_soon_threadsafe(told, error)

    threading.Thread(target=run, name="deskcheck-job", daemon=True).start()
    await done


async def _at_most(waiting: Any, seconds: float) -> None:
    try:
        await asyncio.wait_for(waiting, seconds)
    except TimeoutError:
        return
