"""Areas by windows, as they stand today: what was seen, what could not be, and what is still to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo

from deskcheck_calibration.findings import State
from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.audits.reasons import UnjudgedReason, reason_text
from deskcheck_service.cameras.health import NO_PICTURES
from deskcheck_service.schemas import Text
from deskcheck_service.tables import ReviewState, Window, utc_now
from deskcheck_service.tables.cameras import CameraState
from deskcheck_service.watching import map_repository as repository
from deskcheck_service.watching.map_repository import Eye, Look, Unseen
from deskcheck_service.watching.schemas import MapArea, MapCell, MapState, TodayMap

_Row = TypeVar("_Row", Look, Eye)
_RANK = {state: rank for rank, state in enumerate(MapState)}
_STANDS = (ReviewState.OPEN, ReviewState.CONFIRMED)


def today_map(session: Session, principal: Principal, now: datetime | None = None) -> TodayMap:
    """Return the windows that a person reaches, each with the worst of what the day has shown of it.

    A window is suspected while a finding of the last look of one of its views stands; offline where none of its
    cameras gives pictures, or the last round could not look at it; and cannot be judged where pictures came that say
    nothing. A day begins at midnight of the centre.
    """
    moment = now or utc_now()
    scope = principal.scope()
    found = repository.windows(session, scope)
    if not found:
        return TodayMap(at=moment, counts=dict.fromkeys(MapState, 0), areas=[])
    begins = {zone: _midnight(moment, zone) for zone in {window.area.centre.time_zone for window in found}}
    since = min(begins.values())
    looks = _by_window(repository.last_looks(session, scope, since))
    standing = repository.standing(session, (look.judgement_id for each in looks.values() for look in each))
    eyes = _by_window(repository.eyes(session, scope))
    unseen = repository.unseen(session, scope, since)
    cells = {}
    for window in found:
        day = begins[window.area.centre.time_zone]
        todays = [look for look in looks[window.id] if look.taken_at >= day]
        missed = unseen.get(window.id)
        late = missed if missed is not None and missed.at >= day else None
        cells[window.id] = _cell(window, todays, standing, eyes[window.id], late)
    counts = dict.fromkeys(MapState, 0)
    for cell in cells.values():
        counts[cell.state] += 1
    groups = groupby(found, key=lambda window: window.area_id)
    return TodayMap(at=moment, counts=counts, areas=[_area(list(group), cells) for _, group in groups])


def _midnight(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def _by_window(rows: Iterable[_Row]) -> defaultdict[int, list[_Row]]:
    found: defaultdict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.window_id].append(row)
    return found


def _area(windows: Sequence[Window], cells: Mapping[int, MapCell]) -> MapArea:
    area = windows[0].area
    return MapArea(
        centre_name=Text(zh=area.centre.name_zh, en=area.centre.name_en),
        code=area.code,
        name=Text(zh=area.name_zh, en=area.name_en),
        responsible=area.responsible,
        time_zone=area.centre.time_zone,
        windows=[cells[window.id] for window in windows],
    )


def _cell(
    window: Window,
    looks: Sequence[Look],
    standing: Mapping[int, Mapping[ReviewState, int]],
    eyes: Sequence[Eye],
    missed: Unseen | None,
) -> MapCell:
    """Return the worst that is known of a window today."""
    seen = [(_seen_state(look, standing[look.judgement_id]), look) for look in looks]
    seen.sort(key=lambda one: (_RANK[one[0]], -one[1].taken_at.timestamp()))
    state, look = seen[0] if seen else (MapState.NOT_YET, None)
    last = max((one.taken_at for one in looks), default=None)
    hindered, camera, reason = _hindered(eyes)
    if hindered is None and missed is not None and (last is None or last < missed.at):
        hindered, reason = MapState.OFFLINE, reason_text(missed.reason)
    if hindered is not None and _RANK[hindered] < _RANK[state]:
        state = hindered
    told = state in {MapState.OFFLINE, MapState.CANNOT_JUDGE} and hindered is not None
    return MapCell(
        window_code=window.code,
        window_name=Text(zh=window.name_zh, en=window.name_en),
        state=state,
        judgement_id=look.judgement_id if look is not None else None,
        judged_at=look.taken_at if look is not None else None,
        suspected_count=sum(_stands(standing[one.judgement_id]) for one in looks),
        camera_code=camera if told else None,
        reason=reason if told else None,
    )


def _stands(reviews: Mapping[ReviewState, int]) -> int:
    return sum(reviews.get(state, 0) for state in _STANDS)


def _seen_state(look: Look, reviews: Mapping[ReviewState, int]) -> MapState:
    """Return what a look says, after what people have said of it."""
    if look.state is State.SUSPECTED:
        if _stands(reviews):
            return MapState.SUSPECTED
        return MapState.CANNOT_JUDGE if reviews.get(ReviewState.CANNOT_JUDGE) else MapState.OK
    return MapState.OK if look.state in {State.PASS, State.EXEMPT} else MapState.CANNOT_JUDGE


def _hindered(eyes: Sequence[Eye]) -> tuple[MapState | None, str | None, Text | None]:
    """Return what keeps all of a window's cameras from showing it, and whose trouble that is; None for nothing."""
    troubles = {eye.camera_code: eye for eye in reversed(eyes) if eye.trouble is not None}
    offline = {eye.camera_code: eye for eye in reversed(eyes) if eye.trouble in NO_PICTURES}
    codes = {eye.camera_code for eye in eyes}
    if codes and codes <= offline.keys():
        eye = min(offline.values(), key=lambda one: one.camera_code)
        return MapState.OFFLINE, eye.camera_code, reason_text(eye.trouble)
    moved = {eye.camera_code for eye in eyes if eye.state is CameraState.SUSPENDED}
    if codes and codes <= moved | troubles.keys():
        code = min(codes)
        eye_of = troubles.get(code)
        why = UnjudgedReason.CAMERA_SUSPENDED if code in moved or eye_of is None else eye_of.trouble
        return MapState.CANNOT_JUDGE, code, reason_text(why)
    return None, None, None
