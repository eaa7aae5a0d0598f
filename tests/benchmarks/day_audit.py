"""The rendered day through the service: bursts judged by the way of the audit, problems read afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from deskcheck_calibration.findings import State
from deskcheck_calibration.layout_file import load_layout
from deskcheck_datasets.synthetic.day_record import BurstRecord, DayRecord, EventRecord, WindowRecord, read_day
from deskcheck_service import migrate
from deskcheck_service.accounts.rights import Principal, RoleGrant
from deskcheck_service.cameras import linking
from deskcheck_service.cameras import service as cameras
from deskcheck_service.cameras.schemas import CameraNew
from deskcheck_service.cameras.watching import check_burst
from deskcheck_service.layouts import service as places
from deskcheck_service.layouts.schemas import AreaNew, CentreNew, WindowNew
from deskcheck_service.layouts.views import put_reference
from deskcheck_service.problems.noting import spot_of
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import FindingRow, Role, User, UserRole, Window, utc_now
from deskcheck_service.tables.problems import Problem, ProblemSighting
from deskcheck_service.uploads import Upload
from deskcheck_vision.frames import Frame
from sqlalchemy import select

ACTOR = "audit"
# A problem may be told until the burst after the thing was put right begins; bursts are at least 20 minutes apart.
LATE = timedelta(minutes=3)
# Off the true place by more than this, it is another thing.
NEAR_CM = 20.0


@dataclass(frozen=True, slots=True)
class Sighting:
    """One suspected finding of a problem: when, and the middle of its thing in desk cm where it has one."""

    at: datetime
    spot_cm: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Told:
    """One problem that the service opened."""

    window: str
    rule: str
    item: str
    place: str
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class Audited:
    """What came of a day.

    Attributes:
        day: the truth.
        told: every problem.
        doubts: of each window and time (its bursts'), what was inconclusive: rule, item and reason.
    """

    day: DayRecord
    told: tuple[Told, ...]
    doubts: dict[tuple[str, datetime], tuple[tuple[str, str, str], ...]]


@contextmanager
def services_in(folder: Path) -> Iterator[Services]:
    """A migrated service of its own with the shipped model."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'day.db'}", evidence_url=str(folder / "evidence"), log_level="error"
    )
    migrate.upgrade(settings)
    services = build_services(settings)
    try:
        yield services
    finally:
        services.close()


def install(services: Services, folder: Path, day: DayRecord) -> None:
    """Centre, windows, approved layouts, reference pictures and cameras, as administrators add them."""
    with services.database.writing() as session:
        centre = places.add_centre(session, ACTOR, CentreNew(code="DAY", name_zh="大厅", name_en="Hall"))
        area = places.add_area(session, ACTOR, AreaNew(centre_id=centre.id, code="A", name_zh="大厅", name_en="Hall"))
        for window in day.windows:
            code = window.code
            places.add_window(session, ACTOR, WindowNew(area_id=area.id, code=code, name_zh=code, name_en=code))
            places.import_layout(session, ACTOR, (folder / window.layout).read_text(encoding="utf-8"), approve=True)
        roles = (Role.ADMINISTRATOR, Role.SUPERVISOR)
        maker = User(
            name="maker", display_name="-", password_hash="-", active=True, created_at=utc_now(),
            roles=[UserRole(role=role) for role in roles],
        )  # fmt: skip
        session.add(maker)
        session.flush()
        principal = Principal(maker.id, "maker", "-", None, tuple(RoleGrant(role) for role in roles))
        centre_id = centre.id
    for window in day.windows:
        view = load_layout((folder / window.layout).read_text(encoding="utf-8")).views[0]
        corners = " ".join(f"{x},{y}" for x, y in view.corners_px)
        reference = Upload((folder / window.reference).read_bytes(), f"{window.code}.jpg", {"corners_px": corners})
        put_reference(services, principal, window.code, window.view, reference)
        with services.database.writing() as session:
            code = camera_code(window)
            cameras.add_camera(session, ACTOR, CameraNew(centre_id=centre_id, code=code, name_zh=code, name_en=code))
        with services.database.writing() as session:
            linking.link_view(session, ACTOR, code, window.code, window.view)


def camera_code(window: WindowRecord) -> str:
    """Code of a window's camera."""
    return f"cam-{window.code}"


def frames_of(folder: Path, burst: BurstRecord, source: str) -> list[Frame]:
    """The frames of a burst, oldest first."""
    return [
        Frame(np.asarray(cv2.imread(str(folder / one.file)), np.uint8), datetime.fromisoformat(one.taken_at), source)
        for one in burst.frames
    ]


def look_all_day(services: Services, folder: Path, day: DayRecord) -> None:
    """Judge every burst of every window in the order of time, as the rounds of an audit would."""
    due = sorted(
        ((burst.taken_at, window.code, window, burst) for window in day.windows for burst in window.bursts),
        key=lambda one: one[:2],
    )
    for taken_at, code, window, burst in due:
        frames = frames_of(folder, burst, camera_code(window))
        check_burst(services, ACTOR, camera_code(window), frames, key=f"{code} {taken_at}".encode())


def problems_told(services: Services) -> tuple[Told, ...]:
    """Every problem with its sightings."""
    with services.database.reading() as session:
        codes = {row.id: row.code for row in session.scalars(select(Window))}
        found = []
        for problem in session.scalars(select(Problem).order_by(Problem.id)):
            seen = select(FindingRow).join(ProblemSighting, ProblemSighting.finding_id == FindingRow.id)
            rows = session.scalars(seen.where(ProblemSighting.problem_id == problem.id)).all()
            sightings = tuple(Sighting(row.taken_at, spot_of(row)) for row in rows)
            found.append(Told(codes[problem.window_id], problem.rule, problem.item, problem.place, sightings))
        return tuple(found)


def doubts_told(services: Services) -> dict[tuple[str, datetime], tuple[tuple[str, str, str], ...]]:
    """What could not be judged, by window and time of the burst's last frame."""
    with services.database.reading() as session:
        codes = {row.id: row.code for row in session.scalars(select(Window))}
        rows = session.scalars(select(FindingRow).where(FindingRow.state == State.INCONCLUSIVE)).all()
        found: dict[tuple[str, datetime], list[tuple[str, str, str]]] = {}
        for row in rows:
            key = codes[row.window_id], row.taken_at
            found.setdefault(key, []).append((row.rule, row.item or "-", row.reason.value if row.reason else "-"))
        return {key: tuple(told) for key, told in found.items()}


@cache
def audited(folder: Path) -> Audited:
    """A day through a service of its own."""
    day = read_day(folder)
    with tempfile.TemporaryDirectory() as scratch, services_in(Path(scratch)) as services:
        install(services, folder, day)
        look_all_day(services, folder, day)
        return Audited(day, problems_told(services), doubts_told(services))


def _matches(event: EventRecord, told: Told, sighting: Sighting, windows: dict[str, str]) -> bool:
    """Whether a sighting is of an event: same window, rule and class, while it lasts, and where its thing stands."""
    if (windows[event.name], event.rule, event.item) != (told.window, told.rule, told.item):
        return False
    if not event.lasts(sighting.at) and not event.lasts(sighting.at - LATE):
        return False
    if event.at_cm is None or sighting.spot_cm is None:
        return True
    off = np.subtract(event.at_cm, sighting.spot_cm)
    return bool(np.hypot(*off) <= NEAR_CM)


def found_events(result: Audited) -> frozenset[str]:
    """Names of the events of which at least one sighting was told."""
    windows = _windows(result.day)
    return frozenset(
        event.name
        for event in result.day.events()
        if any(_matches(event, told, one, windows) for told in result.told for one in told.sightings)
    )


def false_problems(result: Audited) -> tuple[Told, ...]:
    """Problems of which no sighting is of any event."""
    windows, events = _windows(result.day), result.day.events()
    return tuple(
        told
        for told in result.told
        if not any(_matches(event, told, one, windows) for event in events for one in told.sightings)
    )


def _windows(day: DayRecord) -> dict[str, str]:
    return {event.name: window.code for window in day.windows for event in window.events}
