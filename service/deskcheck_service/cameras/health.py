"""What is wrong with a camera, from the first picture or try that showed it to the first that did not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskcheck_service.cameras import repository
from deskcheck_service.schemas import Text
from deskcheck_service.tables.sources import CameraTrouble, TroubleKind

# Without a picture nothing is known of how the pictures are.
NO_PICTURES = frozenset(
    {
        TroubleKind.UNREACHABLE,
        TroubleKind.LOGIN_REFUSED,
        TroubleKind.NOT_THERE,
        TroubleKind.NO_PICTURE,
        TroubleKind.STALLED,
    }
)


def note_troubles(
    session: Session,
    camera_id: int,
    kinds: Collection[TroubleKind],
    at: datetime,
    details: Mapping[TroubleKind, Text] | None = None,
) -> None:
    """Open, count and end a camera's troubles after one try to get pictures of it.

    A try without a picture ends no trouble that only a picture shows, such as a covered lens.

    Args:
        session: the transaction to write in.
        camera_id: of the camera; others who write about it wait.
        kinds: everything that is wrong now; none where all is well.
        at: when it was tried; one from before the last one that was noted changes nothing.
        details: more about a kind, for people who look after cameras; never a URL or a secret.
    """
    repository.camera_by_key(session, camera_id)  # locks it
    rows = open_troubles(session, camera_id)
    told = details or {}
    blind = bool(NO_PICTURES & set(kinds))
    for kind, row in rows.items():
        if kind in kinds:
            if at > row.last_seen:
                row.last_seen, row.seen_count = at, row.seen_count + 1
                _tell(row, told.get(kind))
        elif at >= row.last_seen and (kind in NO_PICTURES or not blind):
            row.ended_at = at
    for kind in sorted(set(kinds) - rows.keys()):
        row = CameraTrouble(camera_id=camera_id, kind=kind, since=at, last_seen=at, seen_count=1)
        _tell(row, told.get(kind))
        session.add(row)
    session.flush()


def open_troubles(session: Session, camera_id: int) -> dict[TroubleKind, CameraTrouble]:
    """Return what is wrong with a camera at present."""
    query = select(CameraTrouble).where(CameraTrouble.camera_id == camera_id, CameraTrouble.ended_at.is_(None))
    return {row.kind: row for row in session.scalars(query)}


def _tell(row: CameraTrouble, detail: Text | None) -> None:
    if detail is not None:
        row.detail_zh, row.detail_en = detail.zh[:500], detail.en[:500]
