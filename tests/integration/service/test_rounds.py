"""Rounds on real databases: made once whoever makes them, owing everything, caught up or missed, and ended."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier

import pytest
from deskcheck_service.audits import rounds
from deskcheck_service.errors.audits import NothingOwedError, RoundRunningError
from deskcheck_service.services import Services
from deskcheck_service.tables import Camera, Window, utc_now
from deskcheck_service.tables.audits import (
    AuditRound,
    AuditSchedule,
    CameraVisit,
    OwedState,
    OwedView,
    RoundState,
    ScheduleKind,
    VisitState,
)
from deskcheck_service.tables.cameras import CameraState
from rounds_kit import add_camera, add_schedule, add_windows, audited_hall
from service_kit import Hall, approve
from sqlalchemy import func, select, update

# A Wednesday in Shanghai (UTC+8) without a holiday near it.
DAY = date(2026, 11, 18)
BEFORE = datetime(2026, 11, 17, 16, tzinfo=UTC)
# Nothing in these differs between the databases; those that are not marked run on both.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def at(clock: str, day: date = DAY) -> datetime:
    """A local time of the hall, as UTC."""
    return datetime.combine(day, time.fromisoformat(clock), UTC) - timedelta(hours=8)


def _rounds(services: Services) -> Sequence[AuditRound]:
    with services.database.reading() as session:
        return session.scalars(select(AuditRound).order_by(AuditRound.id)).all()


def _owed(services: Services, round_id: int) -> dict[str, tuple[int, str, str | None]]:
    """Window code -> place in the order, state, reason."""
    query = (
        select(Window.code, OwedView.position, OwedView.state, OwedView.reason)
        .join(Window, Window.id == OwedView.window_id)
        .where(OwedView.round_id == round_id)
    )
    with services.database.reading() as session:
        return {row[0]: (row[1], row[2].value, row[3]) for row in session.execute(query).all()}


def _schedule(services: Services, hall: Hall, **changes: object) -> int:
    with services.database.writing() as session:
        return add_schedule(session, hall, BEFORE, **changes).id


@SQLITE
def test_a_due_round_is_made_once_with_everything_that_it_owes(services: Services, hall: Hall) -> None:
    audited_hall(services, hall)
    _schedule(services, hall)
    assert rounds.open_due(services, at("09:59")) == []
    visits = rounds.open_due(services, at("10:00"))
    assert len(visits) == 3
    assert rounds.open_due(services, at("10:01")) == []
    (made,) = _rounds(services)
    assert (made.state, made.owed_count, made.caught_up) == (RoundState.RUNNING, 4, False)
    assert (made.due_from, made.due_until, made.on_date) == (at("10:00"), at("11:30"), DAY)
    assert {code: place for code, (place, _, _) in _owed(services, made.id).items()} == {
        "A01": 1, "A02": 2, "A03": 3, "B01": 4,
    }  # fmt: skip
    with services.database.reading() as session:
        rows = session.scalars(select(CameraVisit).order_by(CameraVisit.position)).all()
    assert [(row.position, row.state) for row in rows] == [(place, VisitState.WAITING) for place in (1, 3, 4)]
    assert len({row.correlation_id for row in rows}) == 3


def test_eight_that_make_the_same_rounds_at_once_make_each_once(services: Services, hall: Hall) -> None:
    audited_hall(services, hall)
    for begins in (9, 10):
        _schedule(services, hall, begins=time(begins), ends=time(12))
    start = Barrier(8)

    def open_them(_: int) -> list[int]:
        start.wait()
        return rounds.open_due(services, at("10:30"))

    with ThreadPoolExecutor(8) as pool:
        found = [visit for visits in pool.map(open_them, range(8)) for visit in visits]
    assert len(found) == len(set(found)) == 6
    assert len(_rounds(services)) == 2
    with services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CameraVisit)) == 6
        assert session.scalar(select(func.count()).select_from(OwedView)) == 8


@SQLITE
def test_what_cannot_be_looked_at_is_owed_and_not_seen_with_its_reason(services: Services, hall: Hall) -> None:
    audited_hall(services, hall)
    add_windows(services, hall, "B", "B02", "B03")
    approve(services, "B02")
    add_camera(services, hall, "cam-bare", "B02", source=False)
    add_camera(services, hall, "cam-off", "B02", permit=False)
    add_camera(services, hall, "cam-unlaid", "B03")
    with services.database.writing() as session:
        session.execute(update(Camera).where(Camera.code == "cam-b").values(state=CameraState.SUSPENDED))
    _schedule(services, hall)
    assert len(rounds.open_due(services, at("10:00"))) == 2
    (made,) = _rounds(services)
    owed = _owed(services, made.id)
    # B03 has no approved layout; the second view of B02 has no permit: neither is owed.
    assert set(owed) == {"A01", "A02", "A03", "B01", "B02"}
    assert owed["B01"][1:] == ("unjudged", "camera_suspended")
    assert owed["B02"][1:] == ("unjudged", "no_source")
    assert made.owed_count == 5


def test_while_the_time_lasts_it_is_caught_up_and_then_it_is_missed(services: Services, hall: Hall) -> None:
    audited_hall(services, hall)
    _schedule(services, hall)
    _schedule(services, hall, begins=time(7), ends=time(8), counts_as=None)
    assert len(rounds.open_due(services, at("11:29"))) == 3
    early, morning = _rounds(services)
    assert (early.state, early.reason, early.owed_count) == (RoundState.MISSED, "service_down", 4)
    assert {state for _, state, _ in _owed(services, early.id).values()} == {"unjudged"}
    assert (morning.state, morning.caught_up) == (RoundState.RUNNING, True)
    assert rounds.close_due(services, at("11:29")) == []


@SQLITE
def test_days_without_the_service_are_recorded_as_missed_and_rest_days_are_not(services: Services, hall: Hall) -> None:
    audited_hall(services, hall)
    _schedule(services, hall)
    monday = DAY + timedelta(days=5)
    rounds.open_due(services, at("12:00", monday))
    assert [made.on_date.day for made in _rounds(services)] == [18, 19, 20, 23]
    assert {made.state for made in _rounds(services)} == {RoundState.MISSED}
    # Set back, the clock makes nothing twice.
    assert rounds.open_due(services, at("10:30")) == []
    assert len(_rounds(services)) == 4


@SQLITE
def test_a_closing_check_is_caught_up_until_the_next_morning(services: Services, hall: Hall) -> None:
    audited_hall(services, hall)
    evening = {"kind": ScheduleKind.CLOSING, "counts_as": None, "begins": time(17, 45), "ends": time(18, 45)}
    _schedule(services, hall, **evening)
    night = at("02:00", DAY + timedelta(days=1))
    assert len(rounds.open_due(services, night)) == 3
    (made,) = _rounds(services)
    assert (made.on_date, made.caught_up, made.due_until) == (DAY, True, night + timedelta(hours=1))


@SQLITE
def test_a_spot_check_takes_what_its_seed_draws_and_says_the_seed(services: Services, hall: Hall) -> None:
    audited_hall(services, hall)
    spot = {"kind": ScheduleKind.SPOT, "counts_as": None, "begins": time(9), "ends": time(17), "share": 0.5}
    _schedule(services, hall, **spot)
    rounds.open_due(services, at("23:00"))
    (made,) = _rounds(services)
    assert made.draw_seed is not None
    assert at("09:00") <= made.due_from < made.due_until <= at("17:00")
    assert made.owed_count == 2


def test_a_round_ends_when_all_is_settled_and_says_what_was_not_seen(services: Services, hall: Hall) -> None:
    audited_hall(services, hall)
    _schedule(services, hall)
    rounds.open_due(services, at("10:00"))
    (made,) = _rounds(services)
    with services.database.writing() as session:
        session.execute(update(CameraVisit).values(reason="unreachable", tries=3))
    assert rounds.close_due(services, at("11:29")) == []
    assert rounds.close_due(services, at("11:30")) == [made.id]
    (made,) = _rounds(services)
    assert (made.state, made.owed_count, made.judged_count, made.reason) == (RoundState.MISSED, 4, 0, "unreachable")
    assert {(state, reason) for _, state, reason in _owed(services, made.id).values()} == {("unjudged", "unreachable")}
    assert rounds.close_due(services, at("11:31")) == []


@SQLITE
def test_a_visit_in_the_making_may_be_finished(services: Services, hall: Hall) -> None:
    audited_hall(services, hall)
    _schedule(services, hall)
    visits = rounds.open_due(services, at("10:00"))
    with services.database.writing() as session:
        held = update(CameraVisit).where(CameraVisit.id == visits[0])
        session.execute(held.values(held_by="w", held_until=at("12:00")))
    assert rounds.close_due(services, at("11:31")) == []
    # A worker that holds on for ever keeps no round open.
    assert len(rounds.close_due(services, at("11:35"))) == 1


def test_one_round_at_a_time_is_started_by_hand(services: Services, hall: Hall) -> None:
    with pytest.raises(NothingOwedError):
        rounds.start_now(services, "test", hall.centre_id)
    audited_hall(services, hall)
    opened = rounds.start_now(services, "test", hall.centre_id, area_id=hall.area_ids["B"])
    assert set(_owed(services, opened.round_id)) == {"B01"}
    with pytest.raises(RoundRunningError):
        rounds.start_now(services, "test", hall.centre_id)
    with services.database.writing() as session:
        session.execute(update(OwedView).values(state=OwedState.UNJUDGED, reason="frozen"))
    assert rounds.close_due(services, utc_now()) == [opened.round_id]
    assert len(rounds.start_now(services, "test", hall.centre_id).visit_ids) == 3


@SQLITE
def test_a_schedule_that_was_switched_off_makes_nothing(services: Services, hall: Hall) -> None:
    audited_hall(services, hall)
    _schedule(services, hall, enabled=False)
    assert rounds.open_due(services, at("10:00")) == []
    with services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditSchedule)) == 1
