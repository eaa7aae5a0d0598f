"""Who makes visits, and when each was last heard of; for people, and for nothing else: holds say what is being done."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from deskcheck_service.db import insert_into
from deskcheck_service.tables import utc_now
from deskcheck_service.tables.audits import Worker

BEAT_EVERY_S = 10.0
# Three beats missed.
SILENT_AFTER = timedelta(seconds=35)
_KEPT_FOR = timedelta(days=7)


def beat(session: Session, name: str, *, embedded: bool, at_work: int, visits_done: int) -> None:
    """Write down that a worker is there."""
    now = utc_now()
    row = {"beat_at": now, "at_work": at_work, "visits_done": visits_done, "ended_at": None}
    new = {"name": name, "embedded": embedded, "started_at": now, **row}
    statement = insert_into(session, Worker).values(new)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))


def end(session: Session, name: str, visits_done: int) -> None:
    """Write down that a worker has ended in order."""
    ended = update(Worker).where(Worker.name == name)
    session.execute(ended.values(ended_at=utc_now(), at_work=0, visits_done=visits_done))


def workers(session: Session, since: datetime) -> list[Worker]:
    """Return the workers heard of since then, the last to be heard of first."""
    return list(session.scalars(select(Worker).where(Worker.beat_at >= since).order_by(Worker.beat_at.desc())))


def remove_old(session: Session) -> None:
    """Remove workers that have not been heard of for a week."""
    session.execute(delete(Worker).where(Worker.beat_at < utc_now() - _KEPT_FOR))
