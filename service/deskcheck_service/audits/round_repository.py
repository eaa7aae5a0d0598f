"""Queries on rounds as people see them, and on what the day's marks are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from deskcheck_calibration.findings import State
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, joinedload

from deskcheck_service.accounts.rights import Scope
from deskcheck_service.audits.schedule_repository import sees_centre
from deskcheck_service.layouts.repository import within
from deskcheck_service.tables import Area, Camera, FindingRow, JudgementRow, ReviewState, RulePass, View, Window
from deskcheck_service.tables.audits import (
    AuditRound,
    AuditSchedule,
    CameraVisit,
    DayHalf,
    OwedState,
    OwedView,
    RoundState,
)


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round, its centre loaded, with its schedule."""

    round: AuditRound
    schedule: AuditSchedule | None


@dataclass(frozen=True, slots=True)
class OwedRow:
    """An owed view with everything that its line shows."""

    owed: OwedView
    visit: CameraVisit
    window: Window
    area: Area
    view_name: str
    camera_code: str
    judgement_state: State | None


def _rounds(scope: Scope) -> Select[AuditRound, AuditSchedule]:
    return (
        select(AuditRound, AuditSchedule)
        .outerjoin(AuditSchedule, AuditSchedule.id == AuditRound.schedule_id)
        .where(sees_centre(scope, AuditRound.centre_id))
        .options(joinedload(AuditRound.centre))
    )


def rounds(session: Session, scope: Scope, centre_id: int | None, before: int | None, limit: int) -> list[RoundRow]:
    """Return rounds, newest first, with keys under ``before``."""
    query = _rounds(scope).order_by(AuditRound.id.desc()).limit(limit)
    if centre_id is not None:
        query = query.where(AuditRound.centre_id == centre_id)
    if before is not None:
        query = query.where(AuditRound.id < before)
    return [RoundRow(row[0], row[1]) for row in session.execute(query).all()]


def one_round(session: Session, scope: Scope, round_id: int) -> RoundRow | None:
    """Return a round of a centre that a person sees any part of."""
    row = session.execute(_rounds(scope).where(AuditRound.id == round_id)).one_or_none()
    return RoundRow(row[0], row[1]) if row is not None else None


def progress(session: Session, round_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return how many views of running rounds are judged, and how many are settled without."""
    keys = sorted(set(round_ids))
    found = dict.fromkeys(keys, (0, 0))
    query = (
        select(OwedView.round_id, OwedView.state, func.count())
        .where(OwedView.round_id.in_(keys), OwedView.state != OwedState.OWED)
        .group_by(OwedView.round_id, OwedView.state)
    )
    for key, state, count in session.execute(query).all() if keys else ():
        judged, unjudged = found[key]
        found[key] = (judged + count, unjudged) if state is OwedState.JUDGED else (judged, unjudged + count)
    return found


def owed(session: Session, scope: Scope, round_id: int) -> list[OwedRow]:
    """Return what a round owes in a person's areas, in route order."""
    query = (
        select(OwedView, CameraVisit, Window, Area, View.name, Camera.code, JudgementRow.state)
        .join(CameraVisit, CameraVisit.id == OwedView.visit_id)
        .join(Camera, Camera.id == CameraVisit.camera_id)
        .join(Window, Window.id == OwedView.window_id)
        .join(Area, Area.id == Window.area_id)
        .join(View, View.id == OwedView.view_id)
        .outerjoin(JudgementRow, JudgementRow.id == OwedView.judgement_id)
        .where(OwedView.round_id == round_id, within(scope, Area.centre_id, Area.id))
        .order_by(OwedView.position, OwedView.id)
    )
    return [OwedRow(*row) for row in session.execute(query).all()]


@dataclass(frozen=True, slots=True)
class LookRow:
    """An owed view of a round that counts for a half of the day; the last two of a judged one."""

    window_id: int
    half: DayHalf
    round_state: RoundState
    state: OwedState
    reason: str | None
    judgement_id: int | None
    judgement_state: State | None


def _counting(centre_id: int, on_date: date) -> Select[int]:
    return select(AuditRound.id).where(
        AuditRound.centre_id == centre_id, AuditRound.on_date == on_date, AuditRound.counts_as.is_not(None)
    )


def looks_of_day(session: Session, scope: Scope, centre_id: int, on_date: date) -> list[LookRow]:
    """Return everything that a centre's counting rounds of a day owe in a person's areas."""
    query = (
        select(
            OwedView.window_id,
            AuditRound.counts_as,
            AuditRound.state,
            OwedView.state,
            OwedView.reason,
            OwedView.judgement_id,
            JudgementRow.state,
        )
        .join(AuditRound, AuditRound.id == OwedView.round_id)
        .join(Window, Window.id == OwedView.window_id)
        .join(Area, Area.id == Window.area_id)
        .outerjoin(JudgementRow, JudgementRow.id == OwedView.judgement_id)
        .where(OwedView.round_id.in_(_counting(centre_id, on_date)), within(scope, Area.centre_id, Area.id))
    )
    return [
        LookRow(window, half, round_state, state, reason, judgement, said)
        for window, half, round_state, state, reason, judgement, said in session.execute(query).all()
        if half is not None
    ]


def findings_of_day(
    session: Session, centre_id: int, on_date: date
) -> list[Row[int, str, State, ReviewState, str | None]]:
    """Return judgement, rule, state, review and item of the findings of a day's counting rounds."""
    judged = select(OwedView.judgement_id).where(OwedView.round_id.in_(_counting(centre_id, on_date)))
    query = select(
        FindingRow.judgement_id, FindingRow.rule, FindingRow.state, FindingRow.review_state, FindingRow.item
    ).where(FindingRow.judgement_id.in_(judged))
    return list(session.execute(query).all())


def passes_of_day(session: Session, centre_id: int, on_date: date) -> list[Row[int, str]]:
    """Return judgement and rule of what passed in a day's counting rounds."""
    judged = select(OwedView.judgement_id).where(OwedView.round_id.in_(_counting(centre_id, on_date)))
    query = select(RulePass.judgement_id, RulePass.rule).where(RulePass.judgement_id.in_(judged), RulePass.count > 0)
    return list(session.execute(query).all())


def windows_of(session: Session, scope: Scope, centre_id: int) -> list[Window]:
    """Return a centre's windows that a person sees, in route order, with their areas."""
    query = (
        select(Window)
        .join(Area, Area.id == Window.area_id)
        .where(Area.centre_id == centre_id, within(scope, Area.centre_id, Area.id))
        .options(joinedload(Window.area))
        .order_by(Area.position, Area.code, Window.position, Window.code)
    )
    return list(session.scalars(query))


def hold_windows(session: Session, round_id: int) -> None:
    """Hold a round's windows, in ascending order, before its views are ended.

    Whoever stores a judgement holds its window before its view: in the other order both could wait for each other.
    """
    owed_ones = select(OwedView.window_id).where(OwedView.round_id == round_id)
    query = select(Window.id).where(Window.id.in_(owed_ones)).order_by(Window.id)
    session.execute(query.with_for_update(key_share=True)).all()


def ended_by_window(session: Session, round_id: int) -> list[Row[int, OwedState, int, str | None]]:
    """Return how many views of each window ended how, with a reason of those that were not judged."""
    query = select(OwedView.window_id, OwedView.state, func.count(), func.max(OwedView.reason))
    return list(
        session.execute(query.where(OwedView.round_id == round_id).group_by(OwedView.window_id, OwedView.state)).all()
    )
