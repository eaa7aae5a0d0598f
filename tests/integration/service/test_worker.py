"""Workers over one PostgreSQL, as processes of their own: started, killed, ended, and the queue that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from audit_kit import add_cameras, owed, rounds_of, visits
from deskcheck_service.audits import queue, rounds
from deskcheck_service.audits.visit_repository import due
from deskcheck_service.errors.workers import QueueNeedsPostgresqlError
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import JudgementRow, utc_now
from deskcheck_service.tables.audits import OwedState, RoundState, VisitState, Worker
from processes import ended, environment, killed, start, until
from service_kit import make_hall
from sqlalchemy import func, select
from sqlalchemy.orm import Session


@pytest.fixture
def settings(postgresql_url: str, tmp_path: Path, tiny_onnx: Callable[..., Path]) -> Settings:
    return Settings(
        database_url=postgresql_url,
        evidence_url=str(tmp_path / "evidence"),
        model_path=tiny_onnx(),
        media_folder=tmp_path / "media",
        audit="queue",
        audit_hold_s=3.0,
        audit_retry_s=0.5,
        inference_threads=1,
        log_level="warning",
    )


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    built = build_services(settings)
    yield built
    built.close()


def _jobs(services: Services) -> dict[str, int]:
    with services.database.reading() as session:
        return queue.counts(session)


def test_jobs_come_with_the_round_and_each_visit_has_one(services: Services, tmp_path: Path) -> None:
    hall = make_hall(services)
    add_cameras(services, hall, tmp_path / "media", 2)
    rounds.start_now(services, "test", hall.centre_id)
    assert _jobs(services) == {"todo": 2}
    assert queue.sweep(services) == 2
    assert _jobs(services) == {"todo": 2}


def test_a_transaction_that_fails_leaves_no_job_and_the_sweep_adds_it(
    services: Services, settings: Settings, tmp_path: Path
) -> None:
    hall = make_hall(services)
    add_cameras(services, hall, tmp_path / "media", 2)
    unqueued = build_services(settings.model_copy(update={"audit": "off"}))
    rounds.start_now(unqueued, "test", hall.centre_id)
    unqueued.close()
    session = Session(services.database.engine)
    queue.defer(session, due(session, utc_now(), 10, silent=False, leave_out=set()))
    assert queue.counts(session) == {"todo": 2}
    session.close()
    assert _jobs(services) == {}
    assert queue.sweep(services) == 2
    assert _jobs(services) == {"todo": 2}


def test_a_killed_workers_visits_are_made_by_the_other(services: Services, settings: Settings, tmp_path: Path) -> None:
    hall = make_hall(services)
    add_cameras(services, hall, tmp_path / "media", 12)
    rounds.start_now(services, "test", hall.centre_id, burst_frames=2, burst_span_s=5)
    env = environment(settings)
    first = start(["worker", "--name", "first"], env, tmp_path / "first.log")
    assert until(lambda: any(row.tries for row in visits(services)), 20), (tmp_path / "first.log").read_text()
    killed(first)
    second = start(["worker", "--name", "second"], env, tmp_path / "second.log")
    try:
        done = until(lambda: all(row.state is VisitState.DONE for row in visits(services)), 30)
        assert done, (tmp_path / "second.log").read_text()
        assert {state for rows in owed(services).values() for state, _ in rows} == {OwedState.JUDGED}
        assert until(lambda: rounds_of(services)[0].state is RoundState.COMPLETE, 20)
        assert until(lambda: not _jobs(services), 10), _jobs(services)
    finally:
        code = ended(second)
    assert code == 0, (tmp_path / "second.log").read_text()
    with services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(JudgementRow)) == 12
        workers = {row.name: row for row in session.scalars(select(Worker))}
    assert workers["second"].ended_at is not None
    assert workers["second"].visits_done > 0
    assert "Traceback" not in (tmp_path / "second.log").read_text()


def test_without_postgresql_there_is_no_queue(sqlite_url: str, tmp_path: Path) -> None:
    built = build_services(Settings(database_url=sqlite_url, evidence_url=str(tmp_path)))
    with pytest.raises(QueueNeedsPostgresqlError):
        queue.check(built)
    built.close()
