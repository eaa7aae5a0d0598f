"""Queries for the map of today: five, however many windows there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from deskcheck_calibration.findings import State
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from deskcheck_service.accounts.rights import Scope
from deskcheck_service.layouts.repository import within
from deskcheck_service.tables import Area, Camera, Capture, FindingRow, JudgementRow, ReviewState, View, Window
from deskcheck_service.tables.audits import AuditRound, OwedState, OwedView
from deskcheck_service.tables.cameras import CameraState
from deskcheck_service.tables.sources import CameraTrouble, TroubleKind


@dataclass(frozen=True, slots=True)
class Look:
    """The newest judgement of one view of a window since a time."""

    judgement_id: int
    window_id: int
    state: State
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Eye:
    """A camera that shows a window, with one of its open troubles, or None."""

    window_id: int
    camera_code: str
    state: CameraState
    trouble: TroubleKind | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Unseen:
    """When and why the last round that owed a view of a window could not judge it."""

    at: datetime
    reason: str | None


def windows(session: Session, scope: Scope) -> list[Window]:
    """Return the windows that a person reaches, with area and centre, in route order."""
    query = (
        select(Window)
        .join(Area, Area.id == Window.area_id)
        .where(within(scope, Area.centre_id, Area.id))
        .options(joinedload(Window.area).joinedload(Area.centre))
        .order_by(Area.centre_id, Area.position, Area.code, Window.position, Window.code)
    )
    return list(session.scalars(query))


def last_looks(session: Session, scope: Scope, since: datetime) -> list[Look]:
    """Return the newest judgement of each view since a time; a window's phone pictures without a view are one."""
    newest = (
        select(func.max(JudgementRow.id))
        .join(Capture, Capture.id == JudgementRow.capture_id)
        .join(Window, Window.id == JudgementRow.window_id)
        .join(Area, Area.id == Window.area_id)
        .where(JudgementRow.taken_at >= since, within(scope, Area.centre_id, Area.id))
        .group_by(JudgementRow.window_id, Capture.view_name)
    )
    query = select(JudgementRow.id, JudgementRow.window_id, JudgementRow.state, JudgementRow.taken_at)
    return [Look(*row) for row in session.execute(query.where(JudgementRow.id.in_(newest))).all()]


def standing(session: Session, judgement_ids: Iterable[int]) -> dict[int, dict[ReviewState, int]]:
    """Return how many suspected findings of judgements people have left open, confirmed, dismissed..."""
    keys = sorted(judgement_ids)
    query = (
        select(FindingRow.judgement_id, FindingRow.review_state, func.count())
        .where(FindingRow.judgement_id.in_(keys), FindingRow.state == State.SUSPECTED)
        .group_by(FindingRow.judgement_id, FindingRow.review_state)
    )
    found: dict[int, dict[ReviewState, int]] = {key: {} for key in keys}
    for judgement_id, state, count in session.execute(query).all():
        found[judgement_id][state] = count
    return found


def eyes(session: Session, scope: Scope) -> list[Eye]:
    """Return the cameras of the windows that a person reaches, once for each open trouble."""
    query = (
        select(View.window_id, Camera.code, Camera.state, CameraTrouble.kind, CameraTrouble.since)
        .join(Camera, Camera.id == View.camera_id)
        .join(Window, Window.id == View.window_id)
        .join(Area, Area.id == Window.area_id)
        .outerjoin(CameraTrouble, (CameraTrouble.camera_id == Camera.id) & CameraTrouble.ended_at.is_(None))
        .where(within(scope, Area.centre_id, Area.id))
        .order_by(CameraTrouble.since, Camera.code)
    )
    return [Eye(*row) for row in session.execute(query).all()]


def unseen(session: Session, scope: Scope, since: datetime) -> dict[int, Unseen]:
    """Return the windows whose last settled view of the rounds since a time was not judged."""
    newest = (
        select(func.max(OwedView.id))
        .join(AuditRound, AuditRound.id == OwedView.round_id)
        .join(Window, Window.id == OwedView.window_id)
        .join(Area, Area.id == Window.area_id)
        .where(
            AuditRound.due_from >= since,
            OwedView.state != OwedState.OWED,
            within(scope, Area.centre_id, Area.id),
        )
        .group_by(OwedView.window_id)
    )
    query = select(OwedView.window_id, OwedView.settled_at, OwedView.reason).where(
        OwedView.id.in_(newest), OwedView.state == OwedState.UNJUDGED, OwedView.settled_at.is_not(None)
    )
    rows = session.execute(query).all()
    return {window_id: Unseen(at, reason) for window_id, at, reason in rows if at is not None}
