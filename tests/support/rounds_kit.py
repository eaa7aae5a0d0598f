"""A hall whose cameras may be audited: windows, views, cameras, sources and permits, as rows."""

from __future__ import annotations

from datetime import datetime, time

from deskcheck_service.audits.timetable import new_secret
from deskcheck_service.layouts import service as places
from deskcheck_service.layouts.schemas import WindowNew
from deskcheck_service.services import Services
from deskcheck_service.tables import Camera, View, Window, utc_now
from deskcheck_service.tables.audits import AuditSchedule, DayHalf, ScheduleKind
from deskcheck_service.tables.cameras import CameraState
from deskcheck_service.tables.sources import CameraSource, SourceType, ViewPermit
from service_kit import CORNERS, Hall, approve
from sqlalchemy import select
from sqlalchemy.orm import Session

_SHA = "a" * 64


def add_windows(services: Services, hall: Hall, area: str, *codes: str) -> None:
    """Add windows to an area, in this order."""
    with services.database.writing() as session:
        for position, code in enumerate(codes, start=1):
            new = WindowNew(
                area_id=hall.area_ids[area],
                code=code,
                name_zh=f"{code}窗口",
                name_en=f"Window {code}",
                position=position,
            )
            places.add_window(session, "test", new)


def view_of(window: Window, camera_id: int, sha256: str = _SHA) -> View:
    names = ("outer_left", "outer_right", "inner_right", "inner_left")
    corners = {
        f"{name}_{axis}_px": value
        for name, corner in zip(names, CORNERS, strict=True)
        for axis, value in zip("xy", corner, strict=True)
    }
    return View(
        window_id=window.id, name=f"camera {camera_id}", width_px=1920, height_px=1080,
        reference_sha256=sha256, camera_id=camera_id, **corners,
    )  # fmt: skip


def add_camera(
    services: Services, hall: Hall, code: str, *windows: str, permit: bool = True, source: bool = True
) -> int:
    """Add a camera over windows; with a permit for each view and a source unless told otherwise."""
    now = utc_now()
    with services.database.writing() as session:
        camera = Camera(
            centre_id=hall.centre_id, code=code, name_zh=code, name_en=code, state=CameraState.ACTIVE,
            reference_sha256=_SHA, reference_width_px=1920, reference_height_px=1080, created_at=now,
        )  # fmt: skip
        session.add(camera)
        session.flush()
        if source:
            session.add(
                CameraSource(camera_id=camera.id, kind=SourceType.FOLDER, address=code, secret=None, changed_at=now)
            )
        for window in windows:
            row = session.scalar(select(Window).where(Window.code == window))
            assert row is not None
            view = view_of(row, camera.id)
            session.add(view)
            session.flush()
            if permit:
                session.add(permit_of(view.id, now))
        return camera.id


def permit_of(view_id: int, at: datetime) -> ViewPermit:
    return ViewPermit(view_id=view_id, purpose="6S", legal_basis="PIPL 13", approved_by="test", approved_at=at)


def audited_hall(services: Services, hall: Hall) -> None:
    """Four windows with approved layouts: A01 and A02 under one camera, A03 under its own, B01 under its own."""
    add_windows(services, hall, "A", "A02", "A03")
    approve(services, "A01", "A02", "A03", "B01")
    add_camera(services, hall, "cam-a", "A01", "A02")
    add_camera(services, hall, "cam-a3", "A03")
    add_camera(services, hall, "cam-b", "B01")


def schedule_row(hall: Hall, since: datetime, **changes: object) -> AuditSchedule:
    values: dict[str, object] = {
        "centre_id": hall.centre_id,
        "name_zh": "上午巡检",
        "name_en": "Morning round",
        "kind": ScheduleKind.ROUND,
        "counts_as": DayHalf.MORNING,
        "begins": time(10),
        "ends": time(11, 30),
        "since": since,
        "draw_secret": new_secret(),
        **changes,
    }
    return AuditSchedule(**values)


def add_schedule(session: Session, hall: Hall, since: datetime, **changes: object) -> AuditSchedule:
    """Add a schedule; a morning round from 10:00 to 11:30 unless told otherwise."""
    row = schedule_row(hall, since, **changes)
    session.add(row)
    session.flush()
    return row
