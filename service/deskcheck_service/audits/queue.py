"""Visits as jobs of Procrastinate, on the PostgreSQL that holds them.

A job only says "go". What is to be done is the visit's row: a job that is lost is found missing and made again, one
that comes twice finds the visit held or done, and one whose worker has died is removed when nobody holds its visit.
Jobs are never retried by the queue: a job that waits for its retry would keep every later job of its camera waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from deskcheck_service.audits import queue_schema
from deskcheck_service.audits import visit_repository as visits
from deskcheck_service.audits.visit_repository import Waiting
from deskcheck_service.errors.workers import QueueAbsentError, QueueNeedsPostgresqlError
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import utc_now

if TYPE_CHECKING:
    from procrastinate import App

TASK = "deskcheck.visit"
VISITS, SILENT = "visits", "silent"
_AT_MOST = 1000
_S = queue_schema.SCHEMA


def app_of(settings: Settings) -> App:
    """Return Procrastinate's application, closed, without tasks.

    Raises:
        QueueNeedsPostgresqlError: the database is another.
    """
    from procrastinate import App, PsycopgConnector

    url = make_url(settings.database_url)
    if url.get_backend_name() != "postgresql":
        raise QueueNeedsPostgresqlError(found=url.get_backend_name())
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connector = PsycopgConnector(
        conninfo=conninfo,
        kwargs={"options": f"-c search_path={_S} -c timezone=UTC", "connect_timeout": 10},
        min_size=1,
        max_size=4,
        timeout=5.0,
    )
    return App(connector=connector)


def check(services: Services) -> None:
    """Make sure that there is a queue.

    Raises:
        QueueNeedsPostgresqlError, QueueAbsentError: there is none.
        DatabaseError: the database cannot be asked.
    """
    if services.database.engine.dialect.name != "postgresql":
        raise QueueNeedsPostgresqlError(found=services.database.engine.dialect.name)
    with services.database.reading() as session:
        if not queue_schema.is_there(session.connection()):
            raise QueueAbsentError


def is_used(services: Services) -> bool:
    """Whether visits of these settings go through the queue."""
    return services.settings.audit == "queue" and services.database.engine.dialect.name == "postgresql"


_DEFER = text(f"""
SELECT {_S}.procrastinate_defer_jobs_v1(array(
    SELECT ROW(one.queue, '{TASK}', 0, 'camera:' || one.camera, 'visit:' || one.visit,
               jsonb_build_object('visit_id', one.visit), NULL)::{_S}.procrastinate_job_to_defer_v1
    FROM unnest(CAST(:visits AS bigint[]), CAST(:cameras AS bigint[]), CAST(:queues AS text[]))
         WITH ORDINALITY AS one(visit, camera, queue, position)
    WHERE NOT EXISTS (
        SELECT 1 FROM {_S}.procrastinate_jobs job
        WHERE job.queueing_lock = 'visit:' || one.visit AND job.status IN ('todo', 'doing')
    )
    ORDER BY one.position
))
""")  # noqa: S608  the schema's name is ours

# A living worker ends its job right after its visit, unless the database was away just then.
_ENDING = 10
_REMOVE = text(f"""
DELETE FROM {_S}.procrastinate_jobs job
WHERE job.task_name = '{TASK}' AND (
    job.status NOT IN ('todo', 'doing')
    OR job.status = 'doing'
    AND NOT EXISTS (
        SELECT 1 FROM camera_visit visit
        WHERE visit.id = (job.args->>'visit_id')::bigint AND visit.state = 'waiting' AND visit.held_until >= :now
    )
    AND NOT (
        EXISTS (
            SELECT 1 FROM {_S}.procrastinate_workers worker
            WHERE worker.id = job.worker_id AND worker.last_heartbeat >= :since
        )
        AND EXISTS (
            SELECT 1 FROM {_S}.procrastinate_events event
            WHERE event.job_id = job.id AND event.type = 'started' AND event.at >= :long_since
        )
    )
)
""")  # noqa: S608  the schema's name is ours


def defer(session: Session, found: Sequence[Waiting]) -> None:
    """Add a job for each visit that has none, in the transaction that the session is in.

    Raises:
        IntegrityError: another transaction added one of them; the sweep goes on with the others the next time.
    """
    if not found:
        return
    session.execute(
        _DEFER,
        {
            "visits": [one.visit_id for one in found],
            "cameras": [one.camera_id for one in found],
            "queues": [SILENT if one.silent else VISITS for one in found],
        },
    )


def defer_opened(services: Services, session: Session, visit_ids: Sequence[int]) -> None:
    """Add jobs for the visits of a round that is being made, where the settings say that workers make them."""
    if is_used(services) and visit_ids:
        now = utc_now()
        wanted = set(visit_ids)
        found = visits.due(session, now, _AT_MOST, silent=False, leave_out=set())
        found += visits.due(session, now, _AT_MOST, silent=True, leave_out=set())
        defer(session, [one for one in found if one.visit_id in wanted])


def sweep(services: Services) -> int:
    """Remove the jobs of dead workers, add one for each visit whose turn has come; return how many wait.

    One process does it at a time; others find it being done and do nothing.

    Raises:
        DatabaseError: nothing was done.
    """
    now = utc_now()
    with services.database.writing() as session:
        if not session.scalar(text("SELECT pg_try_advisory_xact_lock(hashtext('deskcheck.sweep'))")):
            return 0
        remove_dead(session, now, timedelta(seconds=services.settings.audit_hold_s))
        found = visits.due(session, now, _AT_MOST, silent=False, leave_out=set())
        found += visits.due(session, now, _AT_MOST, silent=True, leave_out=set())
        defer(session, found)
    return len(found)


def remove_dead(session: Session, now: datetime, hold_for: timedelta) -> None:
    """Remove jobs that are over, and those at visits that nobody holds whose worker has died or forgotten them."""
    session.execute(_REMOVE, {"now": now, "since": now - hold_for, "long_since": now - _ENDING * hold_for})


def counts(session: Session) -> dict[str, int]:
    """Return how many jobs are in which state."""
    query = text(f"SELECT status::text, count(*) FROM {_S}.procrastinate_jobs GROUP BY status")  # noqa: S608
    return {str(state): int(number) for state, number in session.execute(query)}
