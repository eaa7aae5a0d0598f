"""The map of today and the health of cameras through their routes: what each state means, who sees what, queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from deskcheck_calibration.findings import State
from deskcheck_service.services import Services
from deskcheck_service.tables import ReviewState, Window, utc_now
from deskcheck_service.tables.cameras import CameraState
from deskcheck_service.tables.sources import CameraTrouble, TroubleKind
from deskcheck_service.watching.schemas import MapState
from fastapi import FastAPI
from seed_day import add_camera, add_look, add_round, seed_day
from service_kit import Hall, logged_in
from sqlalchemy import event, select
from sqlalchemy.orm import Session

OPEN, DISMISSED = ReviewState.OPEN, ReviewState.DISMISSED
Seed = Callable[[Session, Window, int], object]


def looked(state: State, *reviews: ReviewState, view: str = "", minutes: int = 1) -> Seed:
    return lambda session, window, _: add_look(
        session, window, state, utc_now() - timedelta(minutes=minutes), view=view, reviews=reviews
    )


def camera(*troubles: TroubleKind, code: str = "K1", state: CameraState = CameraState.ACTIVE) -> Seed:
    return lambda session, window, centre: add_camera(
        session, centre, f"{window.code}-{code}", [window], troubles=troubles, state=state
    )


def missed(minutes: int) -> Seed:
    def add(session: Session, window: Window, centre: int) -> None:
        one = add_camera(session, centre, f"{window.code}-K9", [window])
        add_round(session, one, utc_now() - timedelta(minutes=minutes + 5), [(None, "no_permit")])

    return add


UNREACHABLE, COVERED = TroubleKind.UNREACHABLE, TroubleKind.COVERED
CASES: dict[str, tuple[list[Seed], MapState]] = {
    "nothing yet": ([], MapState.NOT_YET),
    "passed": ([looked(State.PASS)], MapState.OK),
    "of yesterday": ([looked(State.SUSPECTED, OPEN, minutes=2 * 24 * 60)], MapState.NOT_YET),
    "suspected": ([looked(State.SUSPECTED, OPEN)], MapState.SUSPECTED),
    "suspected, then in order": ([looked(State.SUSPECTED, OPEN, minutes=2), looked(State.PASS)], MapState.OK),
    "another view in order does not help": (
        [looked(State.SUSPECTED, OPEN, view="left", minutes=2), looked(State.PASS, view="right")],
        MapState.SUSPECTED,
    ),
    "all dismissed": ([looked(State.SUSPECTED, DISMISSED, DISMISSED)], MapState.OK),
    "one of two dismissed": ([looked(State.SUSPECTED, OPEN, DISMISSED)], MapState.SUSPECTED),
    "people could not tell": ([looked(State.SUSPECTED, ReviewState.CANNOT_JUDGE)], MapState.CANNOT_JUDGE),
    "not judged": ([looked(State.INCONCLUSIVE)], MapState.CANNOT_JUDGE),
    "its camera is away": ([camera(UNREACHABLE)], MapState.OFFLINE),
    "its camera is away since it passed": ([looked(State.PASS), camera(UNREACHABLE)], MapState.OFFLINE),
    "its camera is away, and it is suspected": (
        [looked(State.SUSPECTED, OPEN), camera(UNREACHABLE)],
        MapState.SUSPECTED,
    ),
    "one of two cameras is away": (
        [looked(State.PASS), camera(UNREACHABLE), camera(code="K2")],
        MapState.OK,
    ),
    "its lens is covered": ([camera(COVERED)], MapState.CANNOT_JUDGE),
    "one away, the other covered": ([camera(UNREACHABLE), camera(COVERED, code="K2")], MapState.CANNOT_JUDGE),
    "its camera has moved": ([camera(state=CameraState.SUSPENDED)], MapState.CANNOT_JUDGE),
    "the round could not look": ([missed(1)], MapState.OFFLINE),
    "the round could not look, a later photo could": ([missed(30), looked(State.PASS)], MapState.OK),
}  # fmt: skip


# Of these the map says why.
REASONED = {
    "its camera is away",
    "its camera is away since it passed",
    "its lens is covered",
    "one away, the other covered",
    "its camera has moved",
    "the round could not look",
}


def test_what_each_state_means(app: FastAPI, services: Services, hall: Hall) -> None:
    with services.database.writing() as session:
        windows = [
            Window(area_id=hall.area_ids["A"], code=f"S{number}", name_zh=case, name_en=case, position=number)
            for number, case in enumerate(CASES, start=1)
        ]
        session.add_all(windows)
        session.flush()
        for window, (seeds, _) in zip(windows, CASES.values(), strict=True):
            for seed in seeds:
                seed(session, window, hall.centre_id)
    found = logged_in(app, "inspector").get("/api/v1/today-map").json()
    cells = {cell["window_name"]["en"]: cell for area in found["areas"] for cell in area["windows"]}
    assert {case: cells[case]["state"] for case in CASES} == {case: state.value for case, (_, state) in CASES.items()}
    assert {case for case in CASES if cells[case]["reason"] is not None} == REASONED
    assert cells["suspected"]["suspected_count"] == cells["one of two dismissed"]["suspected_count"] == 1
    assert sum(found["counts"].values()) == len(cells) == len(CASES) + 2


def test_people_see_their_own_areas(app: FastAPI, services: Services, hall: Hall) -> None:
    found = logged_in(app, "inspector_b").get("/api/v1/today-map").json()
    assert [area["code"] for area in found["areas"]] == ["B"]
    assert found["counts"] == {"suspected": 0, "offline": 0, "cannot_judge": 0, "ok": 0, "not_yet": 1}


def test_as_many_queries_for_three_hundred_windows(app: FastAPI, services: Services, hall: Hall) -> None:
    client = logged_in(app, "inspector")

    def queries(path: str) -> int:
        asked: list[str] = []
        listener = lambda *told: asked.append(told[2])  # noqa: E731
        event.listen(services.database.engine, "before_cursor_execute", listener)
        assert client.get(path).status_code == 200
        event.remove(services.database.engine, "before_cursor_execute", listener)
        return len(asked)

    paths = ("/api/v1/today-map", "/api/v1/camera-health", "/map", "/cameras")
    with services.database.writing() as session:
        seed_day(session, "M", 1, 12)
    before = [queries(path) for path in paths]
    with services.database.writing() as session:
        seed_day(session, "N", 8, 12)
    assert [queries(path) for path in paths] == before


def test_a_cameras_health_in_figures_and_words(app: FastAPI, services: Services, hall: Hall) -> None:
    now = utc_now()
    with services.database.writing() as session:
        windows = list(session.scalars(select(Window).order_by(Window.code)))
        one = add_camera(
            session, hall.centre_id, "K1", windows, troubles=[UNREACHABLE, COVERED], looked_at=now - timedelta(hours=3)
        )
        judged = [add_look(session, window, State.PASS, now, view="view K1") for window in windows]
        add_round(session, one, now - timedelta(days=1), [(judged[0], None), (judged[1], None)])
        add_round(session, one, now - timedelta(days=2), [(None, "unreachable"), (None, None)])
        add_round(session, one, now - timedelta(days=8), [(None, "unreachable"), (None, "unreachable")])
        add_camera(session, hall.centre_id, "K2", [])
    client = logged_in(app, "supervisor")
    first, second = client.get("/api/v1/camera-health").json()
    assert (first["camera_code"], first["owed"], first["judged"]) == ("K1", 3, 2)
    assert first["success_rate"] == pytest.approx(2 / 3)
    assert first["last_frame_at"] is not None
    assert {one["kind"] for one in first["troubles"]} == {"unreachable", "covered"}
    assert all(one["words"]["zh"] and one["words"]["en"] and one["ended_at"] is None for one in first["troubles"])
    assert (second["success_rate"], second["last_frame_at"], second["troubles"]) == (None, None, [])
    assert client.get("/api/v1/cameras/K1/health").json() == first
    # An area that shows one of the camera's windows sees the camera.
    assert [one["camera_code"] for one in logged_in(app, "inspector_b").get("/api/v1/camera-health").json()] == ["K1"]
    assert logged_in(app, "inspector_b").get("/api/v1/cameras/K2/troubles").status_code == 404


def test_troubles_are_filtered_and_paged(app: FastAPI, services: Services, hall: Hall) -> None:
    now = utc_now()
    with services.database.writing() as session:
        one = add_camera(session, hall.centre_id, "K1", [], troubles=[UNREACHABLE])
        session.add_all(
            CameraTrouble(camera_id=one.id, kind=kind, since=now - timedelta(days=day), last_seen=now, ended_at=now)
            for day in range(3)
            for kind in (COVERED, TroubleKind.DARK)
        )
    client = logged_in(app, "inspector")

    def kinds(**query: object) -> list[str]:
        found = client.get("/api/v1/cameras/K1/troubles", params=query).json()
        return [row["kind"] for row in found["items"]]

    assert len(kinds()) == 7
    assert kinds(kind="covered") == ["covered"] * 3
    assert kinds(open=True) == ["unreachable"]
    assert sorted(kinds(open=False)) == ["covered"] * 3 + ["dark"] * 3
    assert kinds(open=True, kind="dark") == []
    seen: list[int] = []
    after: str | None = None
    while True:
        found = client.get("/api/v1/cameras/K1/troubles", params={"limit": 3, **({"before": after} if after else {})})
        seen += [row["id"] for row in found.json()["items"]]
        after = found.json()["next"]
        if after is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 7
    assert client.get("/api/v1/cameras/K1/troubles", params={"kind": "haunted"}).status_code == 422
