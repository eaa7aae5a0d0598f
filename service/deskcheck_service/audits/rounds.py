"""Rounds made and ended: each once, with everything that it owes written down before anybody looks.

``open_due`` and ``close_due`` may be called by any number of processes at any time: the unique key of a round decides
who makes it, and what somebody else has done is left alone. Neither takes a picture.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, Scope, scope_of_actor
from deskcheck_service.audits import queue, repository, round_repository, telling
from deskcheck_service.audits.calendar import WorkCalendar
from deskcheck_service.audits.making import Opened, open_round, timetable_of, write_round
from deskcheck_service.audits.reasons import UnjudgedReason
from deskcheck_service.audits.routing import route
from deskcheck_service.audits.timetable import Due, due_on
from deskcheck_service.errors import ForbiddenError, NotFoundError
from deskcheck_service.errors.audits import NothingOwedError, RoundRunningError
from deskcheck_service.services import Services
from deskcheck_service.tables import Role, utc_now
from deskcheck_service.tables.audits import (
    AuditSchedule,
    DayHalf,
    OwedState,
    RoundState,
    ScheduleKind,
)

_log = structlog.get_logger()

STARTERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
# A visit that is being made when the time is over may still be finished, for as long as this.
FINISHING = timedelta(minutes=5)


def open_due(services: Services, now: datetime) -> list[int]:
    """Make the rounds that are due, and record those that were missed while nothing ran.

    Args:
        services: what the application holds.
        now: present time, aware.

    Returns:
        Keys of the visits that are newly owed.

    Raises:
        DatabaseError: a statement failed; the rounds made before it stand.
    """
    with services.database.reading() as session:
        wanted = _due_now(session, now, services.settings.audit_look_back_days)
    visits: list[int] = []
    for schedule_id, version, due in wanted:
        with services.database.writing() as session:
            schedule = repository.locked_schedule(session, schedule_id)
            if schedule is None or not schedule.enabled or schedule.version != version:
                continue  # changed since: the next call sees what it says now
            opened = open_round(session, schedule, due, now)
            if opened is not None:
                queue.defer_opened(services, session, opened.visit_ids)
        if opened is not None:
            visits.extend(opened.visit_ids)
            _log.info("round.opened", round=opened.round_id, schedule=schedule_id, visits=len(opened.visit_ids))
    return visits


def _due_now(session: Session, now: datetime, look_back_days: int) -> list[tuple[int, int, Due]]:
    """Return what is due or was missed and has no round: schedule, its version, and when; oldest first."""
    schedules = repository.enabled_schedules(session)
    if not schedules:
        return []
    # A day more on either side: local days begin and end up to 14 h away from UTC's.
    first = now.date() - timedelta(days=look_back_days + 1)
    own = repository.own_days(session, (one.centre_id for one in schedules), first, now.date() + timedelta(days=1))
    made = repository.made_since(session, (one.id for one in schedules), first)
    found = [
        (schedule.id, schedule.version, due)
        for schedule in schedules
        for due in due_until(schedule, WorkCalendar(own[schedule.centre_id]), now, look_back_days)
        if (schedule.id, due.on_date, due.number) not in made
    ]
    return sorted(found, key=lambda one: (one[2].due_from, one[0]))


def due_until(schedule: AuditSchedule, calendar: WorkCalendar, now: datetime, look_back_days: int) -> list[Due]:
    """Return when a schedule was due from so many days ago until now; nothing that was over before it was made."""
    zone = ZoneInfo(schedule.centre.time_zone)
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(look_back_days, -1, -1)]
    timetable = timetable_of(schedule)
    return [
        due
        for day in days
        for due in due_on(timetable, day, calendar, zone)
        if due.due_from <= now and due.due_until > schedule.since
    ]


def close_due(services: Services, now: datetime) -> list[int]:
    """End the rounds whose time is over or that owe nothing any more.

    A visit that is being made when the time ends may be finished, for five minutes at most.

    Returns:
        Keys of the rounds that were ended.

    Raises:
        DatabaseError: a statement failed; the rounds ended before it stay ended.
    """
    with services.database.reading() as session:
        waiting = repository.rounds_to_close(session, now)
    ended: list[int] = []
    for round_id in waiting:
        with services.database.writing() as session:
            if close_round(session, round_id, now):
                ended.append(round_id)
    return ended


def close_round(session: Session, round_id: int, now: datetime) -> bool:
    """End a round if it can end; False where it goes on or had ended."""
    row = repository.locked_round(session, round_id)
    if row is None or row.state is not RoundState.RUNNING:
        return False
    round_repository.hold_windows(session, round_id)
    if now >= row.due_until:
        if now < row.due_until + FINISHING and repository.being_visited(session, round_id, now):
            return False
        repository.end_visits(session, round_id, UnjudgedReason.TIME_OVER, now)
    counts = repository.settled(session, round_id)
    if any(state is OwedState.OWED for state, _ in counts):
        return False
    judged = sum(count for (state, _), count in counts.items() if state is OwedState.JUDGED)
    owed = sum(counts.values())
    unjudged = {reason: count for (state, reason), count in counts.items() if state is OwedState.UNJUDGED}
    commonest = max(unjudged, key=lambda reason: (unjudged[reason], reason or ""), default=None)
    state = end_state(owed, judged)
    values = {
        "state": state,
        "closed_at": now,
        "owed_count": owed,
        "judged_count": judged,
        "reason": commonest if state is RoundState.MISSED else None,
    }
    done = repository.end_round(session, round_id, values)
    if done:
        telling.round_closed(session, row, state, now)
    _log.info("round.closed", round=round_id, state=state.value, owed=owed, judged=judged)
    return done


def end_state(owed: int, judged: int) -> RoundState:
    """Return how a round ends: nothing looked at is missed, and so is a round that owed nothing."""
    if judged == 0:
        return RoundState.MISSED
    return RoundState.COMPLETE if judged == owed else RoundState.PARTIAL


def start_now(
    services: Services,
    actor: Principal | str,
    centre_id: int,
    *,
    area_id: int | None = None,
    counts_as: DayHalf | None = None,
    minutes: int = 30,
    burst_frames: int = 5,
    burst_span_s: float = 60.0,
    now: datetime | None = None,
) -> Opened:
    """Start a round that no schedule asks for; one at a time a centre.

    Args:
        services: what the application holds.
        actor: who asks.
        centre_id: the centre.
        area_id: one of its areas alone.
        counts_as: the half of the day whose mark it counts for, as when a round was missed.
        minutes: how long it may take.
        burst_frames: frames a camera.
        burst_span_s: seconds over which they are taken.
        now: present time; the clock's where None.

    Raises:
        NotFoundError: there is no such centre or area that the person reaches.
        ForbiddenError: the person may not start rounds there.
        RoundRunningError: one that a person started is still running.
        NothingOwedError: no view there may be audited.
    """
    at = now or utc_now()
    with services.database.writing() as session:
        centre = repository.locked_centre(session, centre_id)
        if centre is None:
            raise NotFoundError(what=f"centre {centre_id}")
        require_place(scope_of_actor(actor, *STARTERS), centre_id, area_id)
        running = repository.running_on_demand(session, centre_id)
        if running is not None:
            raise RoundRunningError(round=running)
        views = repository.auditable(session, centre_id, area_id)
        if not views:
            raise NothingOwedError
        values = {
            "schedule_id": None,
            "centre_id": centre_id,
            "kind": ScheduleKind.ROUND,
            "counts_as": counts_as,
            "on_date": at.astimezone(ZoneInfo(centre.time_zone)).date(),
            "number": 1,
            "due_from": at,
            "due_until": at + timedelta(minutes=minutes),
            "burst_frames": burst_frames,
            "burst_span_s": burst_span_s,
            "caught_up": False,
            "started_by": (actor.name if isinstance(actor, Principal) else actor)[:64],
        }
        opened = write_round(session, values, views, route((one.stop for one in views), {}), at, None)
        if opened is None:
            raise RoundRunningError(round=0)
        queue.defer_opened(services, session, opened.visit_ids)
        audit.record(session, actor, "round.start", "round", opened.round_id, f"{len(views)} views")
    return opened


def require_place(scope: Scope, centre_id: int, area_id: int | None) -> None:
    """Refuse a centre, or one of its areas, that a scope does not reach.

    Raises:
        ForbiddenError: it lies outside.
    """
    whole = scope.everything or centre_id in scope.centre_ids
    if not (whole or (area_id is not None and area_id in scope.area_ids)):
        raise ForbiddenError(needed=Role.SUPERVISOR.value)
