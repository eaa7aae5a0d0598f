"""The rendered day through the service: bursts judged by the way of the audit, problems read afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
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
from deskcheck_service.captures.points import parse_points
from deskcheck_service.layouts import service as places
from deskcheck_service.layouts.schemas import AreaNew, CentreNew, WindowNew
from deskcheck_service.layouts.views import put_reference
from deskcheck_service.logs import configure_command_logging
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import FindingRow, Role, User, UserRole, Window, utc_now
from deskcheck_service.tables.problems import Problem, ProblemSighting
from deskcheck_service.uploads import Upload
from deskcheck_vision.frames import Frame
from deskcheck_vision.taxonomy import BY_ID
from shapely.geometry import MultiPoint, Point, Polygon
from sqlalchemy import select

ACTOR = "audit"
# A problem may be told until the burst after the thing was put right begins; bursts are at least 20 minutes apart.
LATE = timedelta(minutes=3)
# Off the true place by more than this, it is another thing.
NEAR_CM = 15.0


@dataclass(frozen=True, slots=True)
class Sighting:
    """One suspected finding: when, and its thing's outline in desk cm; empty where nothing stands there."""

    at: datetime
    outline_cm: tuple[tuple[float, float], ...]


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
        wrongs: what goes wrong on it.
        told: every problem.
        doubts: of each window and time (its bursts'), what was inconclusive: rule, item and reason.
    """

    day: DayRecord
    wrongs: tuple[Wrong, ...]
    told: tuple[Told, ...]
    doubts: dict[tuple[str, datetime], tuple[tuple[str, str, str], ...]]


@contextmanager
def services_in(folder: Path) -> Iterator[Services]:
    """A migrated service of its own with the shipped model."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'day.db'}", evidence_url=str(folder / "evidence"), log_level="error"
    )
    configure_command_logging(settings)
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
            sightings = tuple(Sighting(row.taken_at, tuple(parse_points(row.footprint_cm) or ())) for row in rows)
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
        return Audited(day, wrongs(folder, day), problems_told(services), doubts_told(services))


@dataclass(frozen=True, slots=True)
class Wrong:
    """An event with its window and the places that it is about: where its thing is, and where that belongs."""

    event: EventRecord
    window: str
    places_cm: tuple[tuple[float, float], ...]


def wrongs(folder: Path, day: DayRecord) -> tuple[Wrong, ...]:
    """All events of a day."""
    found = []
    for window in day.windows:
        zones = load_layout((folder / window.layout).read_text(encoding="utf-8")).zones
        for event in window.events:
            homes = [Polygon(zone.polygon_cm).centroid for zone in zones if zone.item == event.item]
            there = [] if event.at_cm is None else [event.at_cm]
            found.append(Wrong(event, window.code, (*there, *((home.x, home.y) for home in homes))))
    return tuple(found)


def _lasts(wrong: Wrong, sighting: Sighting) -> bool:
    return wrong.event.lasts(sighting.at) or wrong.event.lasts(sighting.at - LATE)


def _near(
    outline_cm: tuple[tuple[float, float], ...], places_cm: Iterable[tuple[float, float]], reach_cm: float = NEAR_CM
) -> bool:
    if not outline_cm:
        return True
    shape = MultiPoint(outline_cm).convex_hull
    return any(shape.distance(Point(place)) <= reach_cm for place in places_cm)


def is_found(wrong: Wrong, told: Told) -> bool:
    """Whether a problem is of an event: window, rule and class, seen while it lasts, and where its thing is."""
    event = wrong.event
    if (wrong.window, event.rule, event.item) != (told.window, told.rule, told.item):
        return False
    where = wrong.places_cm[:1] if event.at_cm is not None else wrong.places_cm
    return any(_lasts(wrong, one) and _near(one.outline_cm, where) for one in told.sightings)


def is_told_again(wrong: Wrong, told: Told) -> bool:
    """Whether a region that the reference does not explain (V02) is the thing of an event, which has a rule of its own.

    It is no false alarm then, and no find either.
    """
    if told.rule != "V02" or told.window != wrong.window:
        return False
    # A region takes in the thing's shadow and its cord; the places are the middles of things.
    reach = NEAR_CM + max(BY_ID[wrong.event.item].size_cm[:2]) / 2
    return any(_lasts(wrong, one) and _near(one.outline_cm, wrong.places_cm, reach) for one in told.sightings)


def found_events(result: Audited) -> frozenset[str]:
    """Names of the events that a problem was opened for."""
    return frozenset(one.event.name for one in result.wrongs if any(is_found(one, told) for told in result.told))


def false_problems(result: Audited) -> tuple[Told, ...]:
    """Problems that are of no event."""
    return tuple(
        told
        for told in result.told
        if not any(is_found(one, told) or is_told_again(one, told) for one in result.wrongs)
    )
