"""Rounds made and ended: each once, with everything that it owes written down before anybody looks.

``open_due`` and ``close_due`` may be called by any number of processes at any time: the unique key of a round decides
who makes it, and what somebody else has done is left alone. Neither takes a picture.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, Scope, scope_of_actor
from deskcheck_service.audits import queue, repository
from deskcheck_service.audits.calendar import WorkCalendar
from deskcheck_service.audits.reasons import UnjudgedReason
from deskcheck_service.audits.repository import Auditable
from deskcheck_service.audits.routing import route
from deskcheck_service.audits.timetable import Due, Timetable, drawn_views, due_on
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
    VisitState,
)

_log = structlog.get_logger()

STARTERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
# A round made later than this after it was due was caught up: the service had been down.
_LATE = timedelta(minutes=5)
# A visit that is being made when the time is over may still be finished, for as long as this.
FINISHING = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Opened:
    """A round that was made, with the keys of the visits that are to be made."""

    round_id: int
    visit_ids: tuple[int, ...]


def timetable_of(schedule: AuditSchedule) -> Timetable:
    """Return what of a schedule says when it is due."""
    return Timetable(
        schedule_id=schedule.id,
        kind=schedule.kind,
        begins=schedule.begins,
        ends=schedule.ends,
        working_days_only=schedule.working_days_only,
        times_a_day=schedule.times_a_day,
        draw_secret=schedule.draw_secret,
    )


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
    made = repository.made_since(session, first)
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


def open_round(session: Session, schedule: AuditSchedule, due: Due, now: datetime) -> Opened | None:
    """Make one round with what it owes, in the session's transaction; None where it was made before.

    A round whose time is over, and that makes no sense any more, is made as missed: what it owed is written down too.
    """
    views = repository.auditable(session, schedule.centre_id, schedule.area_id)
    if due.draw_seed is not None:
        drawn = drawn_views(due.draw_seed, (one.view_id for one in views), schedule.share)
        views = [one for one in views if one.view_id in drawn]
    late = now >= due.due_until
    values = {
        "schedule_id": schedule.id,
        "centre_id": schedule.centre_id,
        "kind": schedule.kind,
        "counts_as": schedule.counts_as,
        "on_date": due.on_date,
        "number": due.number,
        "due_from": due.due_from,
        "due_until": min(due.late_until, now + (due.due_until - due.due_from)) if late else due.due_until,
        "burst_frames": schedule.burst_frames,
        "burst_span_s": schedule.burst_span_s,
        "draw_seed": due.draw_seed,
    }
    missed = UnjudgedReason.SERVICE_DOWN if now >= due.late_until else None
    if missed is not None:
        values["due_until"] = due.due_until
    caught_up = missed is None and now - due.due_from > _LATE
    order = route(
        (one.stop for one in views), repository.own_order(session, schedule.id), last_first=schedule.last_first
    )
    return _write(session, {**values, "caught_up": caught_up}, views, order, now, missed)


def _write(
    session: Session,
    values: dict[str, Any],
    views: Sequence[Auditable],
    order: dict[int, int],
    now: datetime,
    missed: UnjudgedReason | None,
) -> Opened | None:
    """Write a round with its visits and owed views; what cannot be looked at is settled at once, with its reason."""
    why = missed or (None if views else UnjudgedReason.NOTHING_OWED)
    ended = {"state": RoundState.MISSED, "closed_at": now} if why else {"state": RoundState.RUNNING, "closed_at": None}
    counts = {"owed_count": len(views), "judged_count": 0, "opened_at": now, "reason": why.value if why else None}
    round_id = repository.add_round(session, {**values, **ended, **counts})
    if round_id is None:
        return None
    reasons = {one.view_id: missed or one.hindered for one in views}
    visits = repository.add_visits(session, _visits(round_id, values["due_from"], views, order, now, missed))
    repository.add_owed(
        session,
        [
            {
                "round_id": round_id,
                "visit_id": visits[one.camera_id],
                "view_id": one.view_id,
                "window_id": one.stop.window_id,
                "position": order[one.stop.window_id],
                "state": OwedState.UNJUDGED if reasons[one.view_id] else OwedState.OWED,
                "reason": reasons[one.view_id],
                "settled_at": now if reasons[one.view_id] else None,
            }
            for one in views
        ],
    )
    able = {one.camera_id for one in views if not reasons[one.view_id]}
    return Opened(round_id, tuple(sorted(visits[camera] for camera in able)))


def _visits(
    round_id: int,
    due_from: datetime,
    views: Sequence[Auditable],
    order: dict[int, int],
    now: datetime,
    missed: UnjudgedReason | None,
) -> list[dict[str, Any]]:
    """Return the rows of a round's visits: one a camera, in the order of the first window that it shows."""
    position: dict[int, int] = {}
    hindered: dict[int, UnjudgedReason | None] = {}
    for one in views:
        place = order[one.stop.window_id]
        position[one.camera_id] = min(place, position.get(one.camera_id, place))
        hindered[one.camera_id] = missed or one.hindered
    return [
        {
            "round_id": round_id,
            "camera_id": camera,
            "position": position[camera],
            "state": VisitState.FAILED if hindered[camera] else VisitState.WAITING,
            "reason": hindered[camera],
            "ended_at": now if hindered[camera] else None,
            "next_try_at": max(now, due_from),
            "tries": 0,
            "correlation_id": f"visit-{uuid.uuid4().hex}",
        }
        for camera in sorted(position, key=lambda camera: (position[camera], camera))
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
        opened = _write(session, values, views, route((one.stop for one in views), {}), at, None)
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
