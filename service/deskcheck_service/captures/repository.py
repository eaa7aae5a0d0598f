"""Queries on captures, judgements and evidence."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session, joinedload

from deskcheck_service.accounts.rights import Scope
from deskcheck_service.layouts.repository import WindowRef, within
from deskcheck_service.tables import (
    Area,
    AuditEntry,
    Camera,
    Capture,
    Centre,
    Evidence,
    FindingRow,
    JudgementRow,
    PlacedItemRow,
    RulePass,
    View,
    Window,
)
from deskcheck_service.tables.base import as_moment
from deskcheck_service.tables.cameras import CameraState
from deskcheck_service.tables.captures import JudgedTogether, UnchangedSince
from deskcheck_service.tables.drawings import Drawing


def _judgements() -> Select[JudgementRow]:
    return select(JudgementRow).options(
        joinedload(JudgementRow.capture).joinedload(Capture.uploader),
        joinedload(JudgementRow.layout_version),
    )


def judgement_of_photo(
    session: Session, window_id: int, layout_version_id: int, photo_sha256: str, corners_key: str
) -> JudgementRow | None:
    """Return the judgement of a photo that came before."""
    query = _judgements().join(Capture, Capture.id == JudgementRow.capture_id)
    return session.scalar(
        query.where(
            Capture.window_id == window_id,
            Capture.layout_version_id == layout_version_id,
            Capture.photo_sha256 == photo_sha256,
            Capture.corners_key == corners_key,
        )
    )


def judgement(session: Session, scope: Scope, judgement_id: int) -> tuple[JudgementRow, WindowRef] | None:
    """Return a judgement with its window, if the person may see it."""
    query = (
        _judgements()
        .add_columns(Window.code, Centre.time_zone)
        .join(Window, Window.id == JudgementRow.window_id)
        .join(Area, Area.id == Window.area_id)
        .join(Centre, Centre.id == Area.centre_id)
        .where(JudgementRow.id == judgement_id, within(scope, Area.centre_id, Area.id))
    )
    row = session.execute(query).one_or_none()
    return (row[0], WindowRef(row[1], row[2])) if row is not None else None


def latest_of_views(
    session: Session, window_id: int, layout_version_id: int, source: str, names: Collection[str], since: datetime
) -> list[JudgementRow]:
    """Return the newest judgement of each of a window's views since a time, by one layout, if its desk was found."""
    newest = (
        select(func.max(JudgementRow.id))
        .join(Capture, Capture.id == JudgementRow.capture_id)
        .where(
            Capture.window_id == window_id,
            Capture.taken_at >= since,
            Capture.layout_version_id == layout_version_id,
            Capture.source == source,
            Capture.view_name.in_(names),
        )
        .group_by(Capture.view_name)
    )
    # The newest alone: where the desk was not found in it, an older picture says nothing of the camera's present place.
    found = JudgementRow.registration.in_(("view", "markers"))
    query = select(JudgementRow).options(joinedload(JudgementRow.capture)).where(JudgementRow.id.in_(newest), found)
    return list(session.scalars(query.order_by(JudgementRow.id)))


def together_with(session: Session, judgement_id: int) -> list[JudgementRow]:
    """Return the judgements of other views that a judgement was made together with."""
    others = select(JudgedTogether.other_id).where(JudgedTogether.judgement_id == judgement_id)
    query = select(JudgementRow).options(joinedload(JudgementRow.capture)).where(JudgementRow.id.in_(others))
    return list(session.scalars(query.order_by(JudgementRow.id)))


def looked_at(session: Session, judgement_id: int) -> JudgementRow | None:
    """Return the judgement whose detections one used again, since nothing had changed; None where the model looked."""
    query = select(JudgementRow).join(UnchangedSince, UnchangedSince.looked_id == JudgementRow.id)
    return session.scalar(query.where(UnchangedSince.judgement_id == judgement_id))


def findings_of(session: Session, judgement_id: int) -> list[FindingRow]:
    """Return the findings of a judgement."""
    return list(session.scalars(select(FindingRow).where(FindingRow.judgement_id == judgement_id)))


def passes_of(session: Session, judgement_id: int) -> list[RulePass]:
    """Return the passed rules of a judgement."""
    query = select(RulePass).where(RulePass.judgement_id == judgement_id).order_by(RulePass.rule)
    return list(session.scalars(query))


def items_of(session: Session, judgement_id: int) -> list[PlacedItemRow]:
    """Return what a judgement saw."""
    query = select(PlacedItemRow).where(PlacedItemRow.judgement_id == judgement_id).order_by(PlacedItemRow.id)
    return list(session.scalars(query))


def correlation_of(session: Session, judgement_id: int) -> str:
    """Return the id under which a judgement's log lines are found; empty for those from before it was kept."""
    query = select(AuditEntry.request_id).where(
        AuditEntry.subject_kind == "judgement",
        AuditEntry.subject == str(judgement_id),
        AuditEntry.action == "capture.add",
    )
    return session.scalar(query) or ""


def history(session: Session, window_id: int, after: tuple[datetime, int] | None, limit: int) -> list[JudgementRow]:
    """Return a window's judgements, newest first, after a (time, key) pair."""
    query = _judgements().where(JudgementRow.window_id == window_id)
    if after is not None:
        query = query.where(tuple_(JudgementRow.taken_at, JudgementRow.id) < tuple_(as_moment(after[0]), after[1]))
    query = query.order_by(JudgementRow.taken_at.desc(), JudgementRow.id.desc()).limit(limit)
    return list(session.scalars(query))


def evidence(session: Session, scope: Scope, sha256: str) -> Evidence | None:
    """Return an evidence row of a window that the person may see."""
    query = (
        select(Evidence)
        .join(Window, Window.id == Evidence.window_id)
        .join(Area, Area.id == Window.area_id)
        .where(Evidence.sha256 == sha256, within(scope, Area.centre_id, Area.id))
        .limit(1)
    )
    return session.scalar(query)


def drawing(session: Session, sha256: str) -> Drawing | None:
    """Return what is drawn for an evidence picture; None for one that is stored itself."""
    return session.get(Drawing, sha256)


def evidence_names(session: Session) -> list[str]:
    """Return every SHA-256 that the database names."""
    return list(session.scalars(select(Evidence.sha256).distinct()))


def views_of(session: Session, window_id: int) -> list[View]:
    """Return a window's views."""
    return list(session.scalars(select(View).where(View.window_id == window_id).order_by(View.name)))


def suspended_view_ids(session: Session, window_id: int) -> frozenset[int]:
    """Return the keys of a window's views whose camera is suspended."""
    query = select(View.id).join(Camera, Camera.id == View.camera_id)
    return frozenset(session.scalars(query.where(View.window_id == window_id, Camera.state == CameraState.SUSPENDED)))
