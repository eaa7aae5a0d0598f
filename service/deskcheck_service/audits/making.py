"""One round made, in one transaction: the round, a visit for each camera, and every view that it owes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from deskcheck_service.audits import repository
from deskcheck_service.audits.reasons import UnjudgedReason
from deskcheck_service.audits.repository import Auditable
from deskcheck_service.audits.routing import route
from deskcheck_service.audits.timetable import Due, Timetable, drawn_views
from deskcheck_service.tables.audits import AuditSchedule, OwedState, RoundState, VisitState

# A round made later than this after it was due was caught up: the service had been down.
_LATE = timedelta(minutes=5)


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
    caught_up = missed is None and now - max(due.due_from, schedule.since) > _LATE
    order = route(
        (one.stop for one in views), repository.own_order(session, schedule.id), last_first=schedule.last_first
    )
    return write_round(session, {**values, "caught_up": caught_up}, views, order, now, missed)


def write_round(
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
