"""Routes of the map of today and of how cameras do."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from deskcheck_service.dependencies import CurrentUser, Reading
from deskcheck_service.schemas import Code, Identifier
from deskcheck_service.tables.sources import TroubleKind
from deskcheck_service.watching import camera_health, today_map
from deskcheck_service.watching.schemas import CameraHealth, TodayMap, TroublePage

router = APIRouter(tags=["watching"])


@router.get("/today-map", name="today_map")
def map_of_today(principal: CurrentUser, session: Reading) -> TodayMap:
    """Read how every window of one's areas stands today."""
    return today_map.today_map(session, principal)


@router.get("/camera-health")
def list_camera_health(principal: CurrentUser, session: Reading) -> list[CameraHealth]:
    """List how the cameras do that show windows of one's areas."""
    return camera_health.list_camera_health(session, principal)


@router.get("/cameras/{code}/health")
def read_camera_health(code: Code, principal: CurrentUser, session: Reading) -> CameraHealth:
    """Read how one camera does."""
    return camera_health.read_camera_health(session, principal, code)


@router.get("/cameras/{code}/troubles")
def list_camera_troubles(
    code: Code,
    principal: CurrentUser,
    session: Reading,
    kind: TroubleKind | None = None,
    is_open: Annotated[bool | None, Query(alias="open")] = None,
    before: Identifier | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> TroublePage:
    """List a camera's troubles, newest first."""
    return camera_health.list_troubles(
        session, principal, code, kind=kind, only_open=is_open, before=before, limit=limit
    )
