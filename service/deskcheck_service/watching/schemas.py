"""Shapes of the map of today and of how cameras are."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from deskcheck_service.schemas import Schema, Text
from deskcheck_service.tables.cameras import CameraState
from deskcheck_service.tables.sources import TroubleKind


class MapState(StrEnum):
    """How a window stands today, worst first."""

    SUSPECTED = "suspected"
    OFFLINE = "offline"
    CANNOT_JUDGE = "cannot_judge"
    OK = "ok"
    NOT_YET = "not_yet"


class MapCell(Schema):
    """A window today.

    Attributes:
        judgement_id, judged_at: the judgement that the state comes from, else the day's last one.
        suspected_count: findings of today's last looks that nobody has dismissed.
        camera_code: whose trouble it is.
        reason: why it is offline or cannot be judged.
    """

    window_code: str
    window_name: Text
    state: MapState
    judgement_id: int | None = None
    judged_at: datetime | None = None
    suspected_count: int = 0
    camera_code: str | None = None
    reason: Text | None = None


class MapArea(Schema):
    """An area's windows in route order."""

    centre_name: Text
    code: str
    name: Text
    responsible: str
    time_zone: str
    windows: list[MapCell]


class TodayMap(Schema):
    """All windows that a person reaches, as they stand on this day of their centre; ``counts`` has every state."""

    at: datetime
    counts: dict[MapState, int]
    areas: list[MapArea]


class TroubleOut(Schema):
    """One trouble of a camera, from the first try that showed it to the first that did not; None while it is open."""

    id: int
    kind: TroubleKind
    words: Text
    detail: Text
    since: datetime
    last_seen: datetime
    seen_count: int
    ended_at: datetime | None


class TroublePage(Schema):
    """Troubles of a camera, newest first; ``next`` continues."""

    items: list[TroubleOut]
    next: str | None


class CameraHealth(Schema):
    """How a camera does.

    Attributes:
        has_source: pictures are fetched of it.
        last_frame_at: when its last picture was taken.
        owed, judged: views that the rounds of the last seven days owed of it and that are settled, and those judged.
        success_rate: their ratio; None where nothing was owed.
        troubles: that are open, the longest first.
    """

    camera_code: str
    camera_name: Text
    time_zone: str
    state: CameraState
    has_source: bool
    last_frame_at: datetime | None
    owed: int
    judged: int
    success_rate: float | None
    troubles: list[TroubleOut]
