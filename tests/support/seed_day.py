"""Rows of a day as rounds and people leave them: looks, cameras and their troubles, rounds with what they owed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

from deskcheck_calibration.findings import State
from deskcheck_service.tables import (
    Area,
    Camera,
    CameraLook,
    Capture,
    Centre,
    FindingRow,
    JudgementRow,
    LayoutState,
    LayoutVersion,
    ReviewState,
    View,
    Window,
    utc_now,
)
from deskcheck_service.tables.audits import (
    AuditRound,
    CameraVisit,
    OwedState,
    OwedView,
    RoundState,
    ScheduleKind,
    VisitState,
)
from deskcheck_service.tables.cameras import CameraState, LookState
from deskcheck_service.tables.sources import CameraSource, CameraTrouble, SourceType, TroubleKind
from service_kit import CORNERS
from sqlalchemy import select
from sqlalchemy.orm import Session

_NUMBERS = count(1)
_CORNER_NAMES = ("outer_left", "outer_right", "inner_right", "inner_left")


def _sha256() -> str:
    return hashlib.sha256(f"day {next(_NUMBERS)}".encode()).hexdigest()


def _layout_of(session: Session, window: Window, now: datetime) -> int:
    query = select(LayoutVersion.id).where(
        LayoutVersion.window_id == window.id, LayoutVersion.state == LayoutState.APPROVED
    )
    known = session.scalar(query)
    if known is not None:
        return known
    row = LayoutVersion(
        window_id=window.id, version=1, text="{}", sha256=_sha256(), taxonomy_version="1",
        state=LayoutState.APPROVED, created_at=now, decided_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def add_look(
    session: Session,
    window: Window,
    state: State,
    at: datetime,
    *,
    view: str = "",
    reviews: Sequence[ReviewState] = (),
) -> int:
    """Add a judgement, with a suspected finding for each review that people have given it, and return its key."""
    capture = Capture(
        window_id=window.id, layout_version_id=_layout_of(session, window, at), photo_sha256=_sha256(),
        source="camera" if view else "upload", width_px=1920, height_px=1080, taken_at=at, received_at=at,
        masked_sha256=_sha256(), overlay_zh_sha256=_sha256(), overlay_en_sha256=_sha256(), view_name=view,
        masked_people=0,
    )  # fmt: skip
    session.add(capture)
    session.flush()
    counts = {f"{one}_count": 0 for one in ("pass", "inconclusive", "not_assessed", "exempt")}
    row = JudgementRow(
        capture_id=capture.id, window_id=window.id, layout_version_id=capture.layout_version_id,
        model_sha256="a" * 64, rule_set_version="1", state=state, taken_at=at, created_at=at,
        registration="view", suspected_count=len(reviews), **counts,
    )  # fmt: skip
    session.add(row)
    session.flush()
    area = session.get_one(Area, window.area_id)
    session.add_all(
        FindingRow(
            judgement_id=row.id,
            window_id=window.id,
            area_id=area.id,
            centre_id=area.centre_id,
            taken_at=at,
            created_at=at,
            rule="V01",
            state=State.SUSPECTED,
            item="beverage_container",
            place="counter",
            review_state=review,
            version=1,
        )
        for review in reviews
    )
    return row.id


def add_camera(
    session: Session,
    centre_id: int,
    code: str,
    windows: Sequence[Window],
    *,
    troubles: Sequence[TroubleKind] = (),
    state: CameraState = CameraState.ACTIVE,
    looked_at: datetime | None = None,
    since: datetime | None = None,
) -> Camera:
    """Add a camera with a source over windows, its open troubles, and a look."""
    now = utc_now()
    camera = Camera(
        centre_id=centre_id, code=code, name_zh=f"{code} 摄像机", name_en=f"Camera {code}", state=state,
        suspended_at=now if state is CameraState.SUSPENDED else None, watched_closely=False, created_at=now,
    )  # fmt: skip
    session.add(camera)
    session.flush()
    session.add(CameraSource(camera_id=camera.id, kind=SourceType.RTSP, address="rtsp://10.0.0.9/1", changed_at=now))
    corners = {
        f"{name}_{axis}_px": value
        for name, corner in zip(_CORNER_NAMES, CORNERS, strict=True)
        for axis, value in zip("xy", corner, strict=True)
    }
    for window in windows:
        session.add(
            View(
                window_id=window.id, name=f"view {code}", width_px=1920, height_px=1080, camera_id=camera.id, **corners
            )
        )
    begun = since or now - timedelta(hours=1)
    session.add_all(
        CameraTrouble(
            camera_id=camera.id,
            kind=kind,
            since=begun,
            last_seen=now,
            seen_count=3,
            detail_zh="端口 554 没有应答",
            detail_en="nothing answers at port 554",
        )
        for kind in troubles
    )
    if looked_at is not None:
        session.add(
            CameraLook(
                camera_id=camera.id,
                taken_at=looked_at,
                received_at=looked_at,
                state=LookState.STEADY,
                suspended=False,
                photo_sha256=_sha256(),
                reference_sha256="0" * 64,
                picture_sha256=_sha256(),
            )
        )
    session.flush()
    return camera


def add_round(
    session: Session, camera: Camera, at: datetime, outcomes: Sequence[tuple[int | None, str | None]]
) -> None:
    """Add a round of a camera's views, each with its judgement's key or the reason why there is none; neither: owed."""
    judged = sum(judgement is not None for judgement, _ in outcomes)
    row = AuditRound(
        centre_id=camera.centre_id, kind=ScheduleKind.ROUND, on_date=at.date(), due_from=at,
        due_until=at + timedelta(minutes=90), burst_frames=5, burst_span_s=60.0, state=RoundState.PARTIAL,
        opened_at=at, owed_count=len(outcomes), judged_count=judged,
    )  # fmt: skip
    session.add(row)
    session.flush()
    visit = CameraVisit(
        round_id=row.id, camera_id=camera.id, position=0, state=VisitState.DONE if judged else VisitState.FAILED,
        reason=None if judged else next((reason for _, reason in outcomes if reason), None), next_try_at=at,
        correlation_id=_sha256(),
    )  # fmt: skip
    session.add(visit)
    session.flush()
    views = session.scalars(select(View).where(View.camera_id == camera.id).order_by(View.id))
    for position, (view, (judgement, reason)) in enumerate(zip(views, outcomes, strict=True)):
        settled = OwedState.JUDGED if judgement else OwedState.UNJUDGED if reason else OwedState.OWED
        session.add(
            OwedView(
                round_id=row.id,
                visit_id=visit.id,
                view_id=view.id,
                window_id=view.window_id,
                position=position,
                state=settled,
                reason=reason,
                judgement_id=judgement,
                settled_at=None if settled is OwedState.OWED else at + timedelta(minutes=5),
            )
        )
    session.flush()


def seed_day(session: Session, letter: str, areas: int, per_area: int) -> None:
    """Add areas with windows to the first centre, in every state, with the cameras that show them."""
    now = utc_now()
    centre = session.scalars(select(Centre).order_by(Centre.id)).first()
    if centre is None:
        raise LookupError("centre")
    for number in range(areas):
        area = Area(
            centre_id=centre.id, code=f"{letter}{number:02d}", name_zh=f"第{number + 1}责任区",
            name_en=f"Area {number + 1}", responsible="负责人甲", position=10 + number,
        )  # fmt: skip
        session.add(area)
        session.flush()
        windows = [
            Window(
                area_id=area.id,
                code=f"{letter}{100 * (number + 1) + place + 1}",
                name_zh=f"综合窗口{place + 1}",
                name_en=f"General {place + 1}",
                position=place,
            )
            for place in range(per_area)
        ]
        session.add_all(windows)
        session.flush()
        for place, window in enumerate(windows):
            _seed_window(session, centre.id, window, number * per_area + place, now)


def _seed_window(session: Session, centre_id: int, window: Window, number: int, now: datetime) -> None:
    at = now - timedelta(seconds=60 + number)
    code = f"cam-{window.code}"
    kind = number % 12
    if kind == 5:
        troubles = [TroubleKind.UNREACHABLE] if number % 24 == 5 else [TroubleKind.LOGIN_REFUSED]
        camera = add_camera(session, centre_id, code, [window], troubles=troubles, looked_at=now - timedelta(days=2))
        for days in range(1, 4):
            add_round(session, camera, now - timedelta(days=days), [(None, troubles[0].value)])
    elif kind == 8:
        camera = add_camera(
            session, centre_id, code, [window], troubles=[TroubleKind.COVERED, TroubleKind.DARK], looked_at=at
        )
        add_look(session, window, State.INCONCLUSIVE, at, view=f"view {code}")
    elif kind == 9:
        add_camera(session, centre_id, code, [window], state=CameraState.SUSPENDED, looked_at=at)
    elif kind in {3, 10}:
        add_look(session, window, State.SUSPECTED, at, reviews=[ReviewState.OPEN] * (1 + number % 3))
    elif kind != 7:
        camera = add_camera(session, centre_id, code, [window], looked_at=at)
        judgement = add_look(session, window, State.PASS, at, view=f"view {code}")
        add_round(session, camera, now - timedelta(days=1), [(judgement, None)])
