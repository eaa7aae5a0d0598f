"""Bursts of a camera over two windows: judged once a window, settled in the same transaction, or not judged at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from camera_kit import CORNERS, VIEW, jpeg, keep_view, turned
from deskcheck_service.cameras.health import note_troubles, open_troubles
from deskcheck_service.cameras.watching import check_burst
from deskcheck_service.errors import ServiceError
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Camera, CameraLook, Capture, JudgementRow, View, Window
from deskcheck_service.tables.sources import CameraTrouble, TroubleKind
from deskcheck_vision.frames import Frame
from fastapi import FastAPI
from photos import services_that_know
from service_kit import Hall, approve, logged_in
from sqlalchemy import func, select
from sqlalchemy.orm import Session

CAMERA = "hall-1"
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)  # 10 o'clock on a Friday


@pytest.fixture
def services(settings: Settings) -> Any:
    built = services_that_know(settings)
    yield built
    built.close()


@pytest.fixture
def views(app: FastAPI, hall: Hall, services: Services) -> dict[str, int]:
    """Window code -> key of its view of the one camera."""
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
        return {code: row.id for code, row in zip(CORNERS, rows, strict=True)}


def burst(count: int = 3, at: datetime = AT, seed: int = 0, deg: float = 0.0) -> list[Frame]:
    """Frames 10 seconds apart, the last one at ``at``."""
    times = [at - timedelta(seconds=10 * (count - 1 - number)) for number in range(count)]
    return [Frame(turned(deg, seed + number), time, CAMERA) for number, time in enumerate(times)]


def test_a_burst_is_one_look_and_one_judgement_a_window(
    services: Services, views: dict[str, int], app: FastAPI
) -> None:
    settled: list[tuple[int, int]] = []

    def settle(session: Session, view: View, row: JudgementRow) -> None:
        settled.append((view.id, row.id))

    checked = check_burst(services, "audit", CAMERA, burst(), key=b"one", settle=settle, correlation_id="visit-1")
    assert set(checked.judged) == set(views.values())
    assert checked.look.state == "steady"
    assert settled == [(view, one.judgement.id) for view, one in checked.judged.items()]
    with services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CameraLook)) == 1
        captures = session.scalars(select(Capture)).all()
    assert [(one.frame_count, one.first_taken_at, one.taken_at) for one in captures] == [
        (3, AT - timedelta(seconds=20), AT)
    ] * 2
    # The first frame is kept as well, people masked, for whoever sees the window.
    first = captures[0].first_masked_sha256
    assert first is not None
    assert first != captures[0].masked_sha256
    assert logged_in(app, "inspector").get(f"/api/v1/evidence/{first}").status_code == 200


def test_the_same_burst_again_is_the_same_judgement_and_is_settled_again(
    services: Services, views: dict[str, int]
) -> None:
    settled: list[int] = []
    only = frozenset({views["A01"]})
    first, again = (
        check_burst(
            services, "audit", CAMERA, burst(), key=b"one", view_ids=only,
            settle=lambda _session, _view, row: settled.append(row.id),
        )
        for _ in range(2)
    )  # fmt: skip
    assert (set(first.judged), set(again.judged)) == (only, only)
    assert first.judged[views["A01"]].created
    assert not again.judged[views["A01"]].created
    assert settled == [first.judged[views["A01"]].judgement.id] * 2


def test_a_settlement_that_fails_leaves_nothing_of_that_judgement(services: Services, views: dict[str, int]) -> None:
    class TakenError(ServiceError):
        code = "test.taken"
        zh = en = next_zh = next_en = "-"

    def settle(session: Session, view: View, row: JudgementRow) -> None:
        if view.id == views["A01"]:
            raise TakenError

    checked = check_burst(services, "audit", CAMERA, burst(), key=b"one", settle=settle)
    assert checked.refused == {views["A01"]: "test.taken"}
    assert set(checked.judged) == {views["B01"]}
    with services.database.reading() as session:
        kept = select(Window.code).join(Capture, Capture.window_id == Window.id)
        assert session.scalars(kept).all() == ["B01"]


def test_troubles_are_opened_counted_and_ended(services: Services, views: dict[str, int]) -> None:
    def note(minute: int, *kinds: TroubleKind) -> None:
        with services.database.writing() as session:
            camera = session.scalars(select(Camera)).one()
            note_troubles(session, camera.id, kinds, AT + timedelta(minutes=minute))

    note(0, TroubleKind.COVERED)
    note(5, TroubleKind.COVERED)
    note(10, TroubleKind.UNREACHABLE)  # nobody knows whether the lens is still covered
    with services.database.reading() as session:
        rows = open_troubles(session, session.scalars(select(Camera.id)).one())
        assert {kind: row.seen_count for kind, row in rows.items()} == {"covered": 2, "unreachable": 1}
    note(4)  # an older try says nothing about now
    note(15)
    with services.database.reading() as session:
        ended = {row.kind: (row.since, row.last_seen, row.ended_at) for row in session.scalars(select(CameraTrouble))}
    assert ended == {
        "covered": (AT, AT + timedelta(minutes=5), AT + timedelta(minutes=15)),
        "unreachable": (AT + timedelta(minutes=10), AT + timedelta(minutes=10), AT + timedelta(minutes=15)),
    }
