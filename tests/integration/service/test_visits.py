"""Visits on real databases: held by one, judged once, tried again, taken over, and ended with what was not seen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from audit_kit import add_cameras, owed, rounds_of, visits
from deskcheck_service.audits import embedded, rounds
from deskcheck_service.audits.engine import AuditEngine
from deskcheck_service.audits.holds import Holds
from deskcheck_service.audits.visiting import VisitOutcome, make_visit
from deskcheck_service.db import Database
from deskcheck_service.errors import DatabaseAbsentError
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Camera, JudgementRow, utc_now
from deskcheck_service.tables.audits import AuditRound, CameraVisit, RoundState, VisitState
from deskcheck_service.tables.sources import CameraTrouble, TroubleKind
from photos import photo, services_that_know
from processes import until
from service_kit import Hall
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"media_folder": tmp_path / "media", "audit_retry_s": 0.2, "audit_hold_s": 2.0})


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    built = services_that_know(settings)
    yield built
    built.close()


def _start(services: Services, hall: Hall, minutes: int = 5) -> int:
    return rounds.start_now(
        services, "test", hall.centre_id, minutes=minutes, burst_frames=2, burst_span_s=5.0
    ).round_id


def _judgements(services: Services) -> int:
    with services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(JudgementRow)) or 0


def test_a_round_is_made_whole(services: Services, hall: Hall, tmp_path: Path) -> None:
    add_cameras(services, hall, tmp_path / "media", 3)
    _start(services, hall)
    assert embedded.run_once(services) == {VisitOutcome.DONE: 3}
    assert owed(services) == {f"W{number:04d}": [("judged", None)] for number in range(3)}
    (made,) = rounds_of(services)
    assert (made.state, made.judged_count) == (RoundState.COMPLETE, 3)
    assert {(row.state, row.tries, row.held_by) for row in visits(services)} == {(VisitState.DONE, 1, None)}
    assert _judgements(services) == 3
    # Once more: nothing is owed, nothing is judged.
    assert embedded.run_once(services) == {}
    assert _judgements(services) == 3


def test_of_many_workers_one_makes_a_visit(services: Services, hall: Hall, tmp_path: Path) -> None:
    add_cameras(services, hall, tmp_path / "media", 2)
    _start(services, hall)
    keys = [row.id for row in visits(services)] * 4
    holds = [Holds(services.database, f"worker-{number}") for number in range(len(keys))]
    with ThreadPoolExecutor(len(keys)) as pool:
        outcomes = list(pool.map(lambda one: make_visit(services, one[0], one[1]), zip(keys, holds, strict=True)))
    assert outcomes.count(VisitOutcome.DONE) == 2
    assert set(outcomes) == {VisitOutcome.DONE, VisitOutcome.NOT_OURS}
    assert _judgements(services) == 2


def _shown(folder: Path, *pictures: bytes) -> None:
    """Have a camera show these pictures, two seconds apart, and nothing else."""
    for path in folder.iterdir():
        path.unlink()
    local = datetime.now(UTC) + timedelta(hours=8)
    for number, content in enumerate(pictures):
        taken = local - timedelta(seconds=2 * (len(pictures) - number))
        (folder / f"{taken:%Y%m%d_%H%M%S}.jpg").write_bytes(content)


def _noisy(seed: int) -> bytes:
    """What the camera's still shows, with the noise of another moment."""
    image = cv2.imdecode(np.frombuffer(photo(), np.uint8), cv2.IMREAD_COLOR)
    noise = np.random.default_rng(seed).integers(-4, 5, image.shape, np.int16)
    done, content = cv2.imencode(".jpg", np.clip(image + noise, 0, 255).astype(np.uint8))
    assert done
    return content.tobytes()


def test_what_is_wrong_with_the_pictures_is_the_cameras_is_tried_again_and_ends_with_a_picture_that_is_right(
    services: Services, hall: Hall, tmp_path: Path
) -> None:
    add_cameras(services, hall, tmp_path / "media", 1)
    done, covered = cv2.imencode(".jpg", np.full((1080, 1920, 3), 128, np.uint8))
    assert done
    folder = tmp_path / "media" / "W0000"
    _shown(folder, covered.tobytes(), covered.tobytes())
    _start(services, hall)
    (visit,) = visits(services)
    holds = Holds(services.database, "worker")
    assert make_visit(services, visit.id, holds) is VisitOutcome.LATER
    assert owed(services) == {"W0000": [("owed", None)]}
    assert _judgements(services) == 0
    with services.database.reading() as session:
        (trouble,) = session.scalars(select(CameraTrouble)).all()
    assert (trouble.kind, trouble.ended_at) == (TroubleKind.COVERED, None)
    _shown(folder, _noisy(1), _noisy(2))
    assert until(lambda: make_visit(services, visit.id, holds) is VisitOutcome.DONE, 10)
    assert owed(services) == {"W0000": [("judged", None)]}
    with services.database.reading() as session:
        (trouble,) = session.scalars(select(CameraTrouble)).all()
    assert trouble.ended_at is not None


def test_a_dead_camera_is_tried_again_and_recorded_with_its_trouble(
    services: Services, hall: Hall, tmp_path: Path
) -> None:
    add_cameras(services, hall, tmp_path / "media", 2, addresses={1: "no-such-folder"})
    _start(services, hall)
    with services.database.writing() as session:
        session.execute(update(AuditRound).values(due_until=utc_now() + timedelta(seconds=4)))
    made = embedded.run_once(services)
    assert made[VisitOutcome.DONE] == 1
    assert made[VisitOutcome.FAILED] == 1
    assert made[VisitOutcome.LATER] >= 1
    found = owed(services)
    assert found["W0000"] == [("judged", None)]
    assert found["W0001"] == [("unjudged", "unreachable")]
    assert [row.state for row in rounds_of(services)] == [RoundState.PARTIAL]
    with services.database.reading() as session:
        trouble = session.scalar(select(CameraTrouble))
    assert trouble is not None
    assert trouble.seen_count == made[VisitOutcome.FAILED] + made[VisitOutcome.LATER]


def test_a_dead_workers_visit_is_taken_over_when_its_hold_runs_out(
    services: Services, hall: Hall, tmp_path: Path
) -> None:
    add_cameras(services, hall, tmp_path / "media", 1)
    _start(services, hall)
    (visit,) = visits(services)
    with services.database.writing() as session:
        dead = {"held_by": "dead", "held_until": utc_now() + timedelta(seconds=1), "tries": 1}
        session.execute(update(CameraVisit).values(**dead))
    assert make_visit(services, visit.id, Holds(services.database, "other")) is VisitOutcome.NOT_OURS
    assert embedded.run_once(services) == {VisitOutcome.DONE: 1}
    assert visits(services)[0].tries == 2


def test_a_camera_is_visited_by_one_at_a_time(services: Services, hall: Hall, tmp_path: Path) -> None:
    add_cameras(services, hall, tmp_path / "media", 1)
    _start(services, hall)
    with services.database.writing() as session:
        camera = session.scalar(select(Camera))
        assert camera is not None
        (first,) = session.scalars(select(CameraVisit))
        made = rounds_of(services)[0]
        other = AuditRound(
            **{name: getattr(made, name) for name in ("centre_id", "kind", "on_date", "due_from", "due_until",
               "burst_frames", "burst_span_s", "state", "opened_at")}
        )  # fmt: skip
        session.add(other)
        session.flush()
        second = CameraVisit(
            round_id=other.id, camera_id=camera.id, position=1, state=VisitState.WAITING, tries=0,
            next_try_at=utc_now(), correlation_id="visit-2",
        )  # fmt: skip
        session.add(second)
        session.flush()
    mine, theirs = Holds(services.database, "a"), Holds(services.database, "b")
    assert mine.take(first.id)
    assert not theirs.take(second.id)
    mine.release()
    assert theirs.take(second.id)
    mine.close()
    theirs.close()


def test_an_engine_that_ends_gives_back_what_it_holds(services: Services, hall: Hall, tmp_path: Path) -> None:
    add_cameras(services, hall, tmp_path / "media", 1)
    _start(services, hall)
    (visit,) = visits(services)
    engine = AuditEngine(services, "ending")
    assert engine.holds.take(visit.id)
    engine.stop()
    (after,) = visits(services)
    assert (after.held_by, after.held_until, after.tries, after.state) == (None, None, 0, VisitState.WAITING)
    assert embedded.run_once(services) == {VisitOutcome.DONE: 1}


def test_a_visit_whose_end_cannot_be_told_is_renewed_no_more(
    services: Services, hall: Hall, tmp_path: Path, settings: Settings
) -> None:
    """As when the database goes away in the middle: the hold must run out, or nobody ever takes the visit over."""
    add_cameras(services, hall, tmp_path / "media", 1)
    _start(services, hall)
    (visit,) = visits(services)
    holds = Holds(services.database, "cut off", timedelta(seconds=2))
    broken = Services(settings, _DeafDatabase(services.database), services.evidence, services.engine)
    with pytest.raises(DatabaseAbsentError):
        make_visit(broken, visit.id, holds)
    assert len(holds) == 0
    holds.close()
    assert visits(services)[0].held_by == "cut off"
    assert until(lambda: embedded.run_once(services) == {VisitOutcome.DONE: 1}, 10)


class _DeafDatabase(Database):
    """Answers, and takes nothing."""

    def __init__(self, other: Database) -> None:
        self.engine, self._reader = other.engine, other._reader

    @contextmanager
    def writing(self) -> Iterator[Session]:
        raise DatabaseAbsentError
        yield
