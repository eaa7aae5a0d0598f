"""Queries on working drafts and the stills they are drawn on."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from deskcheck_service.db import insert_into
from deskcheck_service.tables import Capture, Evidence, JudgementRow, LayoutDraft


def draft(session: Session, window_id: int) -> LayoutDraft | None:
    """Return the window's draft with its author, as the database has it now."""
    query = select(LayoutDraft).where(LayoutDraft.window_id == window_id).options(joinedload(LayoutDraft.author))
    return session.scalar(query.execution_options(populate_existing=True))


def save(session: Session, row: LayoutDraft, *, over: int) -> bool:
    """Write a draft over one revision, 0 for none; False where another revision is there by now.

    One statement each, so that of two who save at once the database itself refuses the second.
    """
    values = {
        "document": row.document,
        "revision": row.revision,
        "base_version": row.base_version,
        "author_id": row.author_id,
        "updated_at": row.updated_at,
    }
    if over == 0:
        new = insert_into(session, LayoutDraft).values(window_id=row.window_id, **values)
        written = session.execute(new.on_conflict_do_nothing().returning(LayoutDraft.window_id))
    else:
        here = (LayoutDraft.window_id == row.window_id, LayoutDraft.revision == over)
        written = session.execute(update(LayoutDraft).where(*here).values(values).returning(LayoutDraft.window_id))
    return written.first() is not None


def remove(session: Session, window_id: int, revision: int) -> bool:
    """Remove a draft; False where another revision is there by now."""
    here = (LayoutDraft.window_id == window_id, LayoutDraft.revision == revision)
    return session.execute(delete(LayoutDraft).where(*here).returning(LayoutDraft.window_id)).first() is not None


def has_evidence(session: Session, window_id: int, sha256: str) -> bool:
    """Tell whether a stored picture is one of the window's."""
    query = select(Evidence.sha256).where(Evidence.window_id == window_id, Evidence.sha256 == sha256)
    return session.scalar(query) is not None


def recent_captures(session: Session, window_id: int, limit: int) -> list[Capture]:
    """Return the window's last captures, newest first."""
    query = select(Capture).where(Capture.window_id == window_id)
    return list(session.scalars(query.order_by(Capture.taken_at.desc(), Capture.id.desc()).limit(limit)))


def last_judgements(session: Session, window_id: int, limit: int, skip: int = 0) -> list[JudgementRow]:
    """Return the window's last judgements with their captures, newest first, after the newest ``skip``."""
    query = select(JudgementRow).options(joinedload(JudgementRow.capture)).where(JudgementRow.window_id == window_id)
    return list(
        session.scalars(query.order_by(JudgementRow.taken_at.desc(), JudgementRow.id.desc()).offset(skip).limit(limit))
    )


def judgements_of(session: Session, window_id: int, masked_sha256: list[str]) -> list[JudgementRow]:
    """Return the window's judgements of kept pictures with their captures, oldest first."""
    query = select(JudgementRow).join(JudgementRow.capture).options(contains_eager(JudgementRow.capture))
    here = (JudgementRow.window_id == window_id, Capture.masked_sha256.in_(masked_sha256))
    return list(session.scalars(query.where(*here).order_by(JudgementRow.taken_at, JudgementRow.id)))


def count_judgements(session: Session, window_id: int, most: int) -> int:
    """Count the window's judgements, not beyond ``most``."""
    some = select(JudgementRow.id).where(JudgementRow.window_id == window_id).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0
