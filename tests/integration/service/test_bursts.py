"""Bursts of a camera over two windows: judged once a window, settled in the same transaction, or not judged at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from camera_kit import CORNERS, VIEW, jpeg, keep_view, turned
from deskcheck_service.app import create_app
from deskcheck_service.cameras.bursts import BurstChecked
from deskcheck_service.cameras.health import note_troubles, open_troubles
from deskcheck_service.cameras.watching import check_burst
from deskcheck_service.errors import ServiceError
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Camera, CameraLook, Capture, JudgementRow, View, Window
from deskcheck_service.tables.sources import CameraTrouble, TroubleKind
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import Tiling
from deskcheck_vision.frames import Frame
from photos import KnownDetector, services_that_know
from service_kit import approve, logged_in, make_hall
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

CAMERA = "hall-1"
HOUR = timedelta(hours=1)
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)  # 10 o'clock on a Friday
# On A01's desk: a cup and, in the way, a drink.
CUP_BOX, DRINK_BOX = (330.0, 560.0, 390.0, 640.0), (420.0, 600.0, 470.0, 720.0)


class CountingDetector(KnownDetector):
    """Finds what is asked of it, and counts how often it looks."""

    def __init__(self) -> None:
        self.looks = 0
        self.drink = True

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        self.looks += 1
        rows = [("cup", 0.9, CUP_BOX), *([("beverage_container", 0.9, DRINK_BOX)] if self.drink else [])]
        return Detections.from_rows(rows, (image.shape[1], image.shape[0]))


@dataclass(frozen=True)
class Camera2:
    """A running service with one camera over windows A01 and B01."""

    services: Services
    client: TestClient
    views: dict[str, int]
    detector: CountingDetector


@pytest.fixture(scope="module")
def prepared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Camera2]:
    """The hall, its camera and both views, once for all tests of this file."""
    folder = tmp_path_factory.mktemp("bursts")
    shutil.copy(sqlite_template, folder / "deskcheck.db")
    settings = Settings(
        database_url=f"sqlite:///{folder / 'deskcheck.db'}", evidence_url=str(folder / "evidence"), log_level="error"
    )
    services = services_that_know(settings)
    detector = CountingDetector()
    services.engine._detector = detector
    app, hall = create_app(settings, services), make_hall(services)
    approve(services, "A01", "B01")
    client = logged_in(app, "supervisor")
    for window in CORNERS:
        keep_view(client, window, jpeg(turned()))
    new = {"centre_id": hall.centre_id, "code": CAMERA, "name_zh": "大厅一号", "name_en": "Hall 1"}
    assert logged_in(app, "administrator").post("/api/v1/cameras", json=new).status_code == 201
    for window in CORNERS:
        assert client.put(f"/api/v1/cameras/{CAMERA}/views/{window}/{VIEW}").status_code == 200
    with services.database.reading() as session:
        rows = session.scalars(select(View).where(View.name == VIEW).order_by(View.window_id)).all()
    detector.drink = False  # the approved picture, which is looked at now, does not show it
    check_burst(services, "audit", CAMERA, burst(AT - timedelta(weeks=600)), key=b"first of all")
    yield Camera2(services, client, {code: row.id for code, row in zip(CORNERS, rows, strict=True)}, detector)
    services.close()


@pytest.fixture
def hall(prepared: Camera2) -> Camera2:
    """The hall as if nobody had looked at it yet."""
    prepared.detector.drink = True
    prepared.detector.looks = 0
    services = prepared.services
    with services.database.reading() as session:
        camera_id = session.scalars(select(Camera.id)).one()
    services.engine.scenes.put(camera_id, None)  # type: ignore[arg-type]
    with services.database.writing() as session:
        session.execute(delete(CameraTrouble))
    return prepared


_DAY = iter(range(1000))


@pytest.fixture
def day() -> timedelta:
    """A day of its own for each test, weeks apart: what lingered in another is long forgotten."""
    return timedelta(weeks=next(_DAY) - 500)


_NOISE = iter(range(10_000))


def burst(at: datetime, count: int = 3, deg: float = 0.0, changed: np.ndarray | None = None) -> list[Frame]:
    """Frames 10 seconds apart, the last one at ``at``, each with noise of its own; ``changed`` in their place."""
    times = [at - timedelta(seconds=10 * (count - 1 - number)) for number in range(count)]
    return [
        Frame(turned(deg, next(_NOISE)) if changed is None else changed, time, CAMERA)
        for number, time in enumerate(times)
    ]


def judged(hall: Camera2, window: str, checked: BurstChecked) -> dict[str, object]:
    found = checked.judged[hall.views[window]].judgement
    return dict(hall.client.get(f"/api/v1/judgements/{found.id}").json())


def test_a_burst_is_one_look_and_one_judgement_a_window(hall: Camera2, day: timedelta) -> None:
    services, settled = hall.services, []

    def settle(session: Session, view: View, row: JudgementRow) -> None:
        settled.append((view.id, row.id))

    def looks() -> int:
        with services.database.reading() as session:
            return session.scalar(select(func.count()).select_from(CameraLook)) or 0

    before, at = looks(), AT + day
    checked = check_burst(
        services, "audit", CAMERA, burst(at), key=b"one look", settle=settle, correlation_id="visit-1"
    )
    assert set(checked.judged) == set(hall.views.values())
    assert checked.look is not None
    assert checked.look.state == "steady"
    assert settled == [(view, one.judgement.id) for view, one in checked.judged.items()]
    assert looks() == before + 1
    shown = judged(hall, "A01", checked)
    assert (shown["frame_count"], shown["correlation_id"]) == (3, "visit-1")
    assert datetime.fromisoformat(str(shown["first_taken_at"])) == at - timedelta(seconds=20)
    # The first frame is kept as well, people masked, for whoever sees the window.
    first = shown["evidence"]["first"]  # type: ignore[index]
    assert first != shown["evidence"]["masked"]  # type: ignore[index]
    assert hall.client.get(f"/api/v1/evidence/{first}").status_code == 200


def test_the_same_burst_again_is_the_same_judgement_and_is_settled_again(hall: Camera2, day: timedelta) -> None:
    settled: list[int] = []
    only, frames = frozenset({hall.views["A01"]}), burst(AT + day)
    first, again = (
        check_burst(
            hall.services, "audit", CAMERA, frames, key=b"twice", view_ids=only,
            settle=lambda _session, _view, row: settled.append(row.id),
        )
        for _ in range(2)
    )  # fmt: skip
    assert (set(first.judged), set(again.judged)) == (only, only)
    assert first.judged[hall.views["A01"]].created
    assert not again.judged[hall.views["A01"]].created
    assert settled == [first.judged[hall.views["A01"]].judgement.id] * 2


def test_a_settlement_that_fails_leaves_nothing_of_that_judgement(hall: Camera2, day: timedelta) -> None:
    class TakenError(ServiceError):
        code = "test.taken"
        zh = en = next_zh = next_en = "-"

    def settle(session: Session, view: View, row: JudgementRow) -> None:
        if view.id == hall.views["A01"]:
            raise TakenError

    checked = check_burst(hall.services, "audit", CAMERA, burst(AT + day), key=b"refused", settle=settle)
    assert checked.refused == {hall.views["A01"]: "test.taken"}
    assert set(checked.judged) == {hall.views["B01"]}
    with hall.services.database.reading() as session:
        kept = select(Window.code).join(Capture, Capture.window_id == Window.id).where(Capture.taken_at == AT + day)
        assert session.scalars(kept).all() == ["B01"]


def test_troubles_are_opened_counted_and_ended(hall: Camera2) -> None:
    def note(minute: int, *kinds: TroubleKind) -> None:
        with hall.services.database.writing() as session:
            camera = session.scalars(select(Camera)).one()
            note_troubles(session, camera.id, kinds, AT + timedelta(minutes=minute))

    note(0, TroubleKind.COVERED)
    note(5, TroubleKind.COVERED)
    note(10, TroubleKind.UNREACHABLE)  # nobody knows whether the lens is still covered
    with hall.services.database.reading() as session:
        rows = open_troubles(session, session.scalars(select(Camera.id)).one())
        assert {kind: row.seen_count for kind, row in rows.items()} == {"covered": 2, "unreachable": 1}
    note(4)  # an older try says nothing about now
    note(15)
    with hall.services.database.reading() as session:
        ended = {row.kind: (row.since, row.last_seen, row.ended_at) for row in session.scalars(select(CameraTrouble))}
    assert ended == {
        "covered": (AT, AT + timedelta(minutes=5), AT + timedelta(minutes=15)),
        "unreachable": (AT + timedelta(minutes=10), AT + timedelta(minutes=10), AT + timedelta(minutes=15)),
    }


BLACK = np.random.default_rng(1).integers(0, 12, (1080, 1440, 3)).astype(np.uint8)
GREY = np.random.default_rng(2).integers(88, 92, (1080, 1440, 3)).astype(np.uint8)


@pytest.mark.parametrize(
    ("frames", "reason", "trouble"),
    [
        (lambda at: burst(at, changed=turned(0.0, 7)), "frozen", True),
        (lambda at: list(reversed(burst(at))), "clock_wrong", True),
        (lambda at: [Frame(BLACK + one % 2, at + timedelta(seconds=one), CAMERA) for one in range(3)], "dark", True),
        (lambda at: [Frame(GREY + one, at + timedelta(seconds=one), CAMERA) for one in range(3)], "covered", True),
        (lambda at: burst(at, deg=3.0), "turned", True),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_camera_is_no_verdict_about_a_window(
    hall: Camera2, day: timedelta, frames: object, reason: str, trouble: bool
) -> None:
    shot = frames(AT + day)  # type: ignore[operator]
    checked = check_burst(hall.services, "audit", CAMERA, shot, key=f"{reason} {day}".encode())
    assert checked.unjudged == dict.fromkeys(hall.views.values(), reason)
    assert not checked.judged
    assert [one.value for one in checked.troubles] == [reason] * trouble
    with hall.services.database.writing() as session:
        note_troubles(session, session.scalars(select(Camera.id)).one(), checked.troubles, AT + day)
        assert session.scalars(select(CameraTrouble.kind).where(CameraTrouble.ended_at.is_(None))).all() == [reason]
        of_day = select(Capture.id).where(Capture.taken_at.between(AT + day - HOUR, AT + day + HOUR))
        assert session.scalars(of_day).all() == []


def test_a_dark_hall_at_night_is_no_trouble_of_its_camera(hall: Camera2, day: timedelta) -> None:
    night = AT + day + timedelta(hours=12)
    shot = [Frame(BLACK + one % 2, night + timedelta(seconds=one), CAMERA) for one in range(3)]
    checked = check_burst(hall.services, "audit", CAMERA, shot, key=f"night {day}".encode())
    assert (checked.troubles, set(checked.unjudged.values())) == ((), {"dark"})


def test_bad_frames_of_a_burst_are_left_out(hall: Camera2, day: timedelta) -> None:
    at = AT + day
    shot = burst(at, 4)
    shot[1] = Frame(BLACK, shot[1].captured_at, CAMERA)
    shot[3] = Frame(GREY, shot[3].captured_at, CAMERA)
    shown = judged(hall, "A01", check_burst(hall.services, "audit", CAMERA, shot, key=b"bad ones"))
    assert shown["frame_count"] == 2
    assert datetime.fromisoformat(str(shown["taken_at"])) == shot[2].captured_at
    one = [*burst(at, 1), *(Frame(BLACK, at + timedelta(seconds=number), CAMERA) for number in (1, 2))]
    checked = check_burst(hall.services, "audit", CAMERA, one, key=b"only one")
    assert set(checked.unjudged.values()) == {"too_few_frames"}


def test_an_unchanged_view_is_not_looked_at_again_and_says_so(hall: Camera2, day: timedelta) -> None:
    at, services = AT + day, hall.services
    first = judged(hall, "A01", check_burst(services, "audit", CAMERA, burst(at), key=b"u1"))
    assert first["unchanged_since"] is None
    looks = hall.detector.looks
    assert looks == 1  # the frames of the burst show the same
    again = judged(hall, "A01", check_burst(services, "audit", CAMERA, burst(at + timedelta(minutes=30)), key=b"u2"))
    assert hall.detector.looks == looks
    assert again["unchanged_since"] == {"judgement_id": first["id"], "taken_at": first["taken_at"]}
    assert again["passed"] == first["passed"]
    # A pen of 8 px that somebody put down between is a change, wherever the detector has nothing to say of it.
    pen = [Frame(_with_pen(frame.image), frame.captured_at, CAMERA) for frame in burst(at + timedelta(hours=1))]
    changed = judged(hall, "A01", check_burst(services, "audit", CAMERA, pen, key=b"u3"))
    assert changed["unchanged_since"] is None
    assert hall.detector.looks > looks
    # After half a day the detector looks again though nothing changed.
    looks = hall.detector.looks
    late = [Frame(_with_pen(frame.image), frame.captured_at, CAMERA) for frame in burst(at + timedelta(hours=14))]
    assert judged(hall, "A01", check_burst(services, "audit", CAMERA, late, key=b"u4"))["unchanged_since"] is None
    assert hall.detector.looks > looks


def _with_pen(image: np.ndarray) -> np.ndarray:
    drawn = image.copy()
    drawn[700:708, 300:400] = 60
    return drawn


def test_a_time_of_grace_goes_on_over_two_looks(hall: Camera2, day: timedelta) -> None:
    """The drink is forbidden; within opening hours a camera leaves it ten minutes."""

    def of_drink(minute: int, key: str) -> dict[str, object]:
        shot = burst(AT + day + timedelta(minutes=minute))
        shown = judged(hall, "A01", check_burst(hall.services, "audit", CAMERA, shot, key=f"{key} {day}".encode()))
        found = [one for one in shown["findings"] if one["item"] == "beverage_container"]  # type: ignore[attr-defined]
        return found[0] if found else {}

    first = of_drink(0, "g1")
    assert (first["state"], first["reason"], first["since"]) == ("inconclusive", "within_grace", None)
    assert (first["support"], first["shown_frames"]) == (1.0, 3)
    second = of_drink(30, "g2")
    assert (second["state"], second["reason"]) == ("suspected", None)
    assert second["since"]["judgement_id"] == first["judgement_id"]  # type: ignore[index]
    hall.detector.drink = False
    services = hall.services
    with services.database.reading() as session:
        services.engine.scenes.put(session.scalars(select(Camera.id)).one(), None)  # type: ignore[arg-type]
    assert of_drink(60, "g3") == {}
    hall.detector.drink = True
    with services.database.reading() as session:
        services.engine.scenes.put(session.scalars(select(Camera.id)).one(), None)  # type: ignore[arg-type]
    assert of_drink(70, "g4")["reason"] == "within_grace"  # it was gone in between
