"""Rounds as people see them: all of a centre, and one with every view that it owes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal, scope_of_actor
from deskcheck_service.audits import round_repository as rows
from deskcheck_service.audits.reasons import reason_text
from deskcheck_service.audits.schemas import OwedOut, RoundDetail, RoundOut, RoundPage
from deskcheck_service.errors import NotFoundError
from deskcheck_service.schemas import Text
from deskcheck_service.tables import utc_now
from deskcheck_service.tables.audits import OwedState, RoundState, VisitState


def list_rounds(
    session: Session, actor: Principal | str, centre_id: int | None = None, before: int | None = None, limit: int = 50
) -> RoundPage:
    """Return the rounds of the centres that the person sees any part of, newest first, before a key."""
    found = rows.rounds(session, scope_of_actor(actor), centre_id, before, limit + 1)
    shown = found[:limit]
    running = [one.round.id for one in shown if one.round.state is RoundState.RUNNING]
    counts = rows.progress(session, running)
    items = [RoundOut(**_values(one, counts)) for one in shown]
    return RoundPage(items=items, next=shown[-1].round.id if len(found) > limit else None)


def read_round(session: Session, actor: Principal | str, round_id: int, now: datetime | None = None) -> RoundDetail:
    """Return a round with the views of the person's areas, in route order.

    Raises:
        NotFoundError: there is none that the person sees any part of.
    """
    scope = scope_of_actor(actor)
    found = rows.one_round(session, scope, round_id)
    if found is None:
        raise NotFoundError(what=f"round {round_id}")
    counts = rows.progress(session, [round_id] if found.round.state is RoundState.RUNNING else [])
    at = now or utc_now()
    views = [_owed_out(one, at) for one in rows.owed(session, scope, round_id)]
    return RoundDetail(**_values(found, counts), views=views)


def _values(row: rows.RoundRow, counts: dict[int, tuple[int, int]]) -> dict[str, Any]:
    one = row.round
    judged, unjudged = counts.get(one.id, (one.judged_count, one.owed_count - one.judged_count))
    own = (
        "id", "centre_id", "schedule_id", "kind", "counts_as", "on_date", "number", "due_from", "due_until", "state",
        "caught_up", "opened_at", "closed_at", "owed_count", "reason", "draw_seed", "started_by",
    )  # fmt: skip
    return {
        **{name: getattr(one, name) for name in own},
        "centre_name": Text(zh=one.centre.name_zh, en=one.centre.name_en),
        "time_zone": one.centre.time_zone,
        "name": Text(zh=row.schedule.name_zh, en=row.schedule.name_en) if row.schedule is not None else None,
        "judged_count": judged,
        "unjudged_count": unjudged,
        "reason_words": reason_text(one.reason),
    }


def _owed_out(row: rows.OwedRow, now: datetime) -> OwedOut:
    owed, visit, window = row.owed, row.visit, row.window
    waiting = visit.state is VisitState.WAITING
    return OwedOut(
        window_code=window.code,
        window_name=Text(zh=window.name_zh, en=window.name_en),
        area_name=Text(zh=row.area.name_zh, en=row.area.name_en),
        view=row.view_name,
        camera_code=row.camera_code,
        position=owed.position,
        state=owed.state,
        at_work=waiting and visit.held_until is not None and visit.held_until > now,
        tries=visit.tries,
        next_try_at=visit.next_try_at,
        last_reason=reason_text(visit.reason) if owed.state is OwedState.OWED else None,
        reason=owed.reason,
        reason_words=reason_text(owed.reason),
        judgement_id=owed.judgement_id,
        judgement_state=row.judgement_state,
        settled_at=owed.settled_at,
    )
