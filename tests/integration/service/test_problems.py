"""The same deviation seen again is one problem: through photos sent to the API, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Barrier
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
import pytest
from deskcheck_calibration.findings import State
from deskcheck_service.db import Database
from deskcheck_service.engine import JudgeEngine
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.problems import deciding
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import DismissReason, FindingRow
from deskcheck_service.tables.outbox import OutboxEvent
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import ModelIdentity, Tiling
from fastapi import FastAPI
from photos import photo, send
from service_kit import CORNERS, Hall, approve, logged_in
from sqlalchemy import select, text
from starlette.testclient import TestClient

Box = tuple[int, int, int, int]
# Smaller pictures than a phone's are as good for this and judged in half the time.
WH = (1344, 756)
SCALE = WH[0] / 1920
CORNERS_TEXT = " ".join(f"{SCALE * x},{SCALE * y}" for x, y in CORNERS)
HERE: Box = (630, 350, 672, 490)
ELSEWHERE: Box = (350, 350, 392, 490)
NOON = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=12)


@dataclass
class Showing:
    """A detector that finds what the test has put on the desk."""

    drinks: list[tuple[float, Box]] = field(default_factory=list)
    model = ModelIdentity("showing", "b" * 64, frozenset({"beverage_container", "cup"}), session="showing-fp32")

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        rows = [("beverage_container", confidence, box) for confidence, box in self.drinks]
        return Detections.from_rows(rows, (image.shape[1], image.shape[0]))


BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite, and PostgreSQL too for tests that say so: a photo takes half a second on either."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
def desk() -> Showing:
    return Showing()


@pytest.fixture
def services(settings: Settings, desk: Showing) -> Any:
    built = Services(settings, Database(settings), EvidenceStore(settings.evidence_url), JudgeEngine(settings, desk))
    yield built
    built.close()


class Room:
    """Window A01, who sends its photos and who decides."""

    def __init__(self, app: FastAPI, desk: Showing) -> None:
        self.desk = desk
        self.inspector, self.supervisor = logged_in(app, "inspector"), logged_in(app, "supervisor")
        self._photo = 0

    def look(self, minutes: float, *drinks: tuple[float, Box], dark: bool = False) -> dict[str, Any]:
        """Send a photo taken so many minutes after noon, with drinks on the desk."""
        self._photo += 1
        self.desk.drinks = list(drinks)
        taken_at = (NOON + timedelta(minutes=minutes)).isoformat()
        content = _black() if dark else photo(self._photo, WH)
        answer = send(self.inspector, "A01", content, corners_px=CORNERS_TEXT, taken_at=taken_at)
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def problems(self, state: str = "open") -> list[dict[str, Any]]:
        """Problems of the drink, those seen last first."""
        found = self.inspector.get("/api/v1/problems", params={"state": state, "rule": "V01"}).json()["items"]
        return [one["problem"] for one in found]

    def queue(self) -> list[dict[str, Any]]:
        return list(self.supervisor.get("/api/v1/findings", params={"rule": "V01"}).json()["items"])

    def decide(self, finding: dict[str, Any], decision: str, reason: str | None = None) -> Any:
        body = {"decision": decision, "version": finding["version"], "reason_code": reason}
        return self.supervisor.post(f"/api/v1/findings/{finding['id']}/reviews", json=body)


def _black() -> bytes:
    return bytes(cv2.imencode(".jpg", np.full((WH[1], WH[0], 3), 3, np.uint8))[1].tobytes())


@pytest.fixture
def room(app: FastAPI, hall: Hall, services: Services, desk: Showing) -> Room:
    approve(services, "A01", "B01")
    return Room(app, desk)


def kinds(services: Services) -> list[str]:
    with services.database.reading() as session:
        return list(session.scalars(select(OutboxEvent.kind).order_by(OutboxEvent.id)))


@BOTH
def test_seen_again_is_counted_and_one_entry_stands_in_the_queue(room: Room, services: Services) -> None:
    first = room.look(0, (0.8, HERE))
    room.look(10, (0.8, HERE))
    third = room.look(20, (0.8, HERE), (0.95, ELSEWHERE))
    (problem,) = room.problems()
    assert (problem["seen_count"], problem["state"], problem["decision"]) == (3, "open", "open")
    assert problem["first_seen"] == first["taken_at"]
    assert problem["last_seen"] == third["taken_at"]
    (entry,) = room.queue()
    assert entry["problem"]["seen_count"] == 3
    assert entry["finding"]["judgement_id"] == third["id"], "the clearly better picture stands for all"
    assert entry["finding"]["confidence"] == pytest.approx(0.95, abs=0.01)
    detail = room.inspector.get(f"/api/v1/problems/{problem['id']}").json()
    assert [one["finding"]["judgement_id"] for one in detail["sightings"]] == [third["id"]] * 2 + [
        first["id"] + 1, first["id"],
    ]  # fmt: skip
    assert detail["best"]["id"] == entry["finding"]["id"]
    assert room.supervisor.get("/api/v1/findings/counts").json()["suspected"] == 1
    assert kinds(services) == ["problem.opened"]


@BOTH
def test_machine_closes_after_clean_looks_and_a_doubt_is_none(room: Room, services: Services) -> None:
    room.look(0, (0.9, HERE))
    room.look(10)
    room.look(20, dark=True)
    room.look(25, (0.6, HERE))  # something is there, and nobody is sure
    assert room.problems()[0]["clean_looks"] == 1
    clean = room.look(30)
    assert room.problems() == []
    (closed,) = room.problems("no_longer_seen")
    assert (closed["closed_at"], closed["clean_looks"]) == (clean["taken_at"], 2)
    assert len(room.queue()) == 1, "whether it was a violation is still for a person to say"
    room.look(40, (0.9, HERE))
    (again,) = room.problems()
    assert (again["earlier_id"], again["seen_count"]) == (closed["id"], 1)
    assert room.inspector.get(f"/api/v1/problems/{closed['id']}").json()["later_id"] == again["id"]
    assert kinds(services) == ["problem.opened", "problem.no_longer_seen", "problem.opened"]


def test_a_sighting_begins_the_clean_looks_anew(room: Room) -> None:
    room.look(0, (0.9, HERE))
    room.look(10)
    room.look(20, (0.9, HERE))
    room.look(30)
    assert room.problems()[0]["clean_looks"] == 1


def test_late_pictures_change_neither_the_last_sighting_nor_what_was_closed(room: Room) -> None:
    room.look(10, (0.9, HERE))
    room.look(30, (0.9, HERE))
    room.look(20)  # clean, and older than the last sighting
    early = room.look(0, (0.9, HERE))
    (problem,) = room.problems()
    assert (problem["clean_looks"], problem["seen_count"]) == (0, 3)
    assert problem["first_seen"] == early["taken_at"]
    room.look(40)
    room.look(35, (0.9, HERE))  # seen before the clean look that came first
    assert room.problems()[0]["clean_looks"] == 1
    room.look(50)
    room.look(45, (0.9, HERE))
    assert room.problems() == []
    assert room.problems("no_longer_seen")[0]["seen_count"] == 5


@BOTH
def test_confirmed_once_holds_for_what_is_seen_later(room: Room, services: Services) -> None:
    room.look(0, (0.8, HERE))
    (entry,) = room.queue()
    assert room.decide(entry["finding"], "confirm").status_code == 201
    room.look(10, (0.99, HERE))
    assert room.queue() == []
    (problem,) = room.problems()
    assert (problem["decision"], problem["seen_count"]) == ("confirmed", 2)
    assert problem["standing_id"] == entry["finding"]["id"]
    sightings = room.inspector.get(f"/api/v1/problems/{problem['id']}").json()["sightings"]
    answer = room.decide(sightings[0]["finding"], "dismiss", "not_the_item")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "review.conflict")
    assert kinds(services) == ["problem.opened", "finding.confirmed"]


def test_who_looks_at_an_older_sighting_decides_what_they_saw(room: Room) -> None:
    room.look(0, (0.78, HERE))
    (seen,) = room.queue()
    room.look(10, (0.95, HERE))
    assert room.queue()[0]["finding"]["id"] != seen["finding"]["id"]
    decided = room.decide(seen["finding"], "confirm")
    assert decided.status_code == 201, decided.text
    assert room.queue() == []
    assert room.problems()[0]["standing_id"] == seen["finding"]["id"]


def test_cannot_judge_asks_again_only_with_a_clearly_better_picture(room: Room) -> None:
    room.look(0, (0.78, HERE))
    assert room.decide(room.queue()[0]["finding"], "cannot_judge").status_code == 201
    room.look(10, (0.78, HERE))
    assert room.queue() == []
    room.look(20, (0.95, HERE))
    assert len(room.queue()) == 1


def dismissed(room: Room, reason: str, *drinks: tuple[float, Box]) -> float:
    """Dismiss what a first look shows; return the minutes after noon at which that was."""
    room.look(0, *drinks)
    assert room.decide(room.queue()[0]["finding"], "dismiss", reason).status_code == 201
    return (datetime.now(UTC) - NOON).total_seconds() / 60


def test_dismissed_stays_quiet_while_it_stays_where_it_is(room: Room, services: Services) -> None:
    at = dismissed(room, "allowed_here", (0.9, HERE))
    room.look(at + 1, (0.9, HERE))
    room.look(at + 2, (0.9, HERE))
    assert (room.problems(), room.queue()) == ([], [])
    assert room.problems("dismissed")[0]["seen_count"] == 3
    room.look(at + 3, (0.9, HERE), (0.9, ELSEWHERE))
    assert len(room.queue()) == 1, "another one is not the dismissed one"
    assert kinds(services) == ["problem.opened", "finding.dismissed", "problem.opened"]


@pytest.mark.parametrize(
    ("reason", "clean_at", "seen_at"),
    [
        ("fixed_on_the_spot", (), 1.0),  # said to be gone, and there it is
        ("clients_property", (), 2.0),  # its quiet time is over
        ("not_the_item", (1.0, 2.0), 3.0),  # it had been away
    ],
)
def test_dismissed_opens_anew_when_it_is_not_the_same_occurrence(
    room: Room, reason: str, clean_at: tuple[float, ...], seen_at: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = {DismissReason.CLIENTS_PROPERTY: 1e-6, DismissReason.FIXED_ON_THE_SPOT: 0.0}
    monkeypatch.setattr(deciding, "_QUIET_AT_MOST_H", MappingProxyType(hours))
    at = dismissed(room, reason, (0.9, HERE))
    for minutes in clean_at:
        room.look(at + minutes)
    room.look(at + seen_at, (0.9, HERE))
    (problem,) = room.problems()
    assert problem["earlier_id"] == room.problems("dismissed")[0]["id"]


@BOTH
def test_undone_dismissal_opens_the_problem_again(room: Room, services: Services) -> None:
    dismissed(room, "not_the_item", (0.9, HERE))
    (closed,) = room.problems("dismissed")
    undone = room.supervisor.delete(f"/api/v1/findings/{closed['standing_id']}/reviews/last")
    assert undone.status_code == 200, undone.text
    assert undone.json()["problem"]["state"] == "open"
    assert [one["id"] for one in room.problems()] == [closed["id"]]
    assert len(room.queue()) == 1
    assert kinds(services)[-1] == "finding.reopened"


def test_undone_after_it_came_back_leaves_one_entry(room: Room) -> None:
    at = dismissed(room, "fixed_on_the_spot", (0.9, HERE))
    room.look(at + 1, (0.9, HERE))
    (closed,) = room.problems("dismissed")
    assert room.supervisor.delete(f"/api/v1/findings/{closed['standing_id']}/reviews/last").status_code == 200
    (problem,) = room.problems()
    assert problem["seen_count"] == 2
    assert len(room.queue()) == 1


def test_who_thinks_better_of_a_dismissal_has_the_problem_open_again(room: Room) -> None:
    at = dismissed(room, "fixed_on_the_spot", (0.9, HERE))
    room.look(at + 1, (0.9, HERE))
    (closed,) = room.problems("dismissed")
    finding = room.supervisor.get(f"/api/v1/findings/{closed['standing_id']}").json()["finding"]
    assert room.decide(finding, "confirm").status_code == 201
    (problem,) = room.problems()
    assert (problem["decision"], problem["seen_count"], problem["standing_id"]) == ("confirmed", 2, finding["id"])
    assert room.queue() == []


def test_newest_doubt_stands_for_those_before_it(room: Room) -> None:
    asked = {"state": "inconclusive", "rule": "V01"}
    for minutes in (0, 10, 5):
        room.look(minutes, (0.6, HERE))
    items = room.supervisor.get("/api/v1/findings", params=asked).json()["items"]
    assert [one["finding"]["taken_at"] for one in items] == [
        (NOON + timedelta(minutes=10)).isoformat().replace("+00:00", "Z")
    ]


@BOTH
def test_two_looks_at_once_are_one_problem_seen_twice(room: Room, services: Services, app: FastAPI) -> None:
    room.desk.drinks = [(0.9, HERE)]
    clients = [logged_in(app, "inspector") for _ in range(4)]
    start = Barrier(4)

    def look(number: int) -> int:
        start.wait(20)
        taken_at = (NOON + timedelta(minutes=number)).isoformat()
        answer = send(clients[number], "A01", photo(100 + number, WH), corners_px=CORNERS_TEXT, taken_at=taken_at)
        return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(look, range(4))) == [201] * 4
    (problem,) = room.problems()
    assert problem["seen_count"] == 4
    assert problem["last_seen"] == (NOON + timedelta(minutes=3)).isoformat().replace("+00:00", "Z")
    with services.database.reading() as session:
        standing = session.scalars(
            select(FindingRow.id).where(
                FindingRow.state == State.SUSPECTED, FindingRow.rule == "V01", FindingRow.stands.is_(True)
            )
        ).all()
    assert len(standing) == len(room.queue()) == 1


def test_problems_are_listed_by_window_area_and_page(room: Room, app: FastAPI, hall: Hall) -> None:
    room.look(0, (0.9, HERE))
    send(room.inspector, "B01", photo(50, WH), corners_px=CORNERS_TEXT)
    assert [one["window_code"] for one in _listed(room.inspector, window="A01", rule="V01")] == ["A01"]
    assert {one["window_code"] for one in _listed(room.inspector, area_id=hall.area_ids["B"])} == {"B01"}
    assert {one["window_code"] for one in _listed(logged_in(app, "inspector_b"))} == {"B01"}
    everything, after, pages = _listed(room.inspector), None, []
    while True:
        page = room.inspector.get("/api/v1/problems", params={"limit": 1, **({"after": after} if after else {})}).json()
        pages += [one["problem"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert pages == everything
    (of_a,) = _listed(room.inspector, window="A01", rule="V01")
    assert logged_in(app, "inspector_b").get(f"/api/v1/problems/{of_a['id']}").status_code == 404


def _listed(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/problems", params=asked)
    assert answer.status_code == 200, answer.text
    return [one["problem"] for one in answer.json()["items"]]


@BOTH
def test_queue_goes_along_an_index_of_what_stands(services: Services, hall: Hall) -> None:
    with services.database.reading() as session:
        sqlite = session.get_bind().dialect.name == "sqlite"
        if not sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        explain, stands = ("EXPLAIN QUERY PLAN", "stands IS 1") if sqlite else ("EXPLAIN", "stands IS true")
        query = f"SELECT id FROM finding WHERE {stands} AND review_state = 'open' AND state = 'suspected'"  # noqa: S608
        plan = session.execute(text(f"{explain} {query} ORDER BY taken_at DESC, id DESC LIMIT 50")).all()
    # On an empty table PostgreSQL may as well take the one of all states.
    assert ("ix_finding_queue" if sqlite else "using ix_finding_") in str(plan)
    assert "SORT" not in str(plan).upper().replace("SORT KEY", "")
