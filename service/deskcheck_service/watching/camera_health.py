"""How cameras do: their last picture, how many of the views that rounds owed were judged, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.audits.reasons import reason_text
from deskcheck_service.cameras import repository as cameras
from deskcheck_service.cameras.service import camera_of
from deskcheck_service.schemas import Text
from deskcheck_service.tables import Camera, utc_now
from deskcheck_service.tables.sources import CameraTrouble, TroubleKind
from deskcheck_service.watching import health_repository as repository
from deskcheck_service.watching.schemas import CameraHealth, TroubleOut, TroublePage

OVER = timedelta(days=7)


def list_camera_health(session: Session, principal: Principal) -> list[CameraHealth]:
    """Return how the cameras that a person sees do; as many queries however many there are."""
    return _health(session, cameras.cameras(session, principal.scope()))


def read_camera_health(session: Session, principal: Principal, code: str) -> CameraHealth:
    """Return how one camera does.

    Raises:
        NotFoundError: there is none, or it shows nothing of the person's areas.
    """
    return _health(session, [camera_of(session, principal.scope(), code)])[0]


def list_troubles(
    session: Session,
    principal: Principal,
    code: str,
    *,
    kind: TroubleKind | None = None,
    only_open: bool | None = None,
    before: int | None = None,
    limit: int = 50,
) -> TroublePage:
    """Return a camera's troubles, newest first: of one kind, or only those open (True) or ended (False).

    Raises:
        NotFoundError: there is no such camera, or it shows nothing of the person's areas.
    """
    camera = camera_of(session, principal.scope(), code)
    rows = repository.troubles(session, camera.id, kind, only_open, before, limit + 1)
    following = str(rows[limit - 1].id) if len(rows) > limit else None
    return TroublePage(items=[trouble_out(row) for row in rows[:limit]], next=following)


def _health(session: Session, rows: Sequence[Camera]) -> list[CameraHealth]:
    keys = [row.id for row in rows]
    looks = cameras.last_looks(session, keys)
    troubles = repository.open_troubles(session, keys)
    sourced = repository.sourced(session, keys)
    settled = repository.settled(session, keys, utc_now() - OVER)
    found = []
    for row in rows:
        owed, judged = settled.get(row.id, (0, 0))
        look = looks.get(row.id)
        found.append(
            CameraHealth(
                camera_code=row.code,
                camera_name=Text(zh=row.name_zh, en=row.name_en),
                time_zone=row.centre.time_zone,
                state=row.state,
                has_source=row.id in sourced,
                last_frame_at=look.taken_at if look is not None else None,
                owed=owed,
                judged=judged,
                success_rate=judged / owed if owed else None,
                troubles=[trouble_out(one) for one in troubles.get(row.id, [])],
            )
        )
    return found


def trouble_out(row: CameraTrouble) -> TroubleOut:
    """Return the shape of a trouble."""
    return TroubleOut(
        id=row.id,
        kind=row.kind,
        words=reason_text(row.kind) or Text(zh=row.kind, en=row.kind),
        detail=Text(zh=row.detail_zh, en=row.detail_en),
        since=row.since,
        last_seen=row.last_seen,
        seen_count=row.seen_count,
        ended_at=row.ended_at,
    )
