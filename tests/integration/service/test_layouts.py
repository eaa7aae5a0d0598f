"""Layout versions: drafts with their problems by line, approval by another person, one approved at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from deskcheck_service.layouts import service as places
from deskcheck_service.services import Services
from deskcheck_service.tables import AuditEntry, LayoutState, LayoutVersion
from fastapi import FastAPI
from service_kit import Hall, approve, layout_yaml, logged_in
from sqlalchemy import select
from starlette.testclient import TestClient


@pytest.fixture
def author(app: FastAPI, hall: Hall) -> TestClient:
    return logged_in(app, "supervisor")


def draft(client: TestClient, version: int = 1, window: str = "A01") -> int:
    answer = client.post(f"/api/v1/windows/{window}/layouts", json={"text": layout_yaml(window, version)})
    assert answer.status_code == 201, answer.text
    key: int = answer.json()["id"]
    return key


def test_draft_is_approved_by_another_person_and_retires_the_one_before(app: FastAPI, author: TestClient) -> None:
    other = logged_in(app, "second")
    for version in (1, 2):
        answer = other.post(f"/api/v1/layouts/{draft(author, version)}/approve")
        assert answer.status_code == 200
        assert answer.json()["state"] == "approved"
        assert (answer.json()["author"]["name"], answer.json()["approver"]["name"]) == ("supervisor", "second")
    listed = author.get("/api/v1/windows/A01/layouts").json()
    assert [(one["version"], one["state"]) for one in listed] == [(2, "approved"), (1, "retired")]
    detail = author.get("/api/v1/windows/A01").json()
    assert detail["window"]["layout_version"] == 2
    assert detail["layout"]["text"] == layout_yaml("A01", 2)
    assert [view["name"] for view in detail["views"]] == ["counter.jpg"]


def test_nobody_approves_their_own_draft(author: TestClient) -> None:
    key = draft(author)
    answer = author.post(f"/api/v1/layouts/{key}/approve")
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "layout.own_approval"
    assert author.get(f"/api/v1/layouts/{key}").json()["state"] == "draft"


def test_command_line_imports_and_approves_with_an_entry_in_the_log(services: Services, hall: Hall) -> None:
    with services.database.writing() as session:
        made = places.import_layout(session, "command line", layout_yaml("A01"))
    assert made.state is LayoutState.APPROVED
    with services.database.writing() as session:
        assert places.import_layout(session, "command line", layout_yaml("A01")) == made
    with services.database.reading() as session:
        entries = list(session.scalars(select(AuditEntry).where(AuditEntry.action == "layout.import")))
    assert [entry.actor_name for entry in entries] == ["command line"]


def test_same_text_again_is_the_same_draft_and_other_text_of_that_version_is_refused(author: TestClient) -> None:
    key = draft(author)
    assert draft(author) == key
    changed = layout_yaml("A01").replace("180", "170", 1)
    answer = author.post("/api/v1/windows/A01/layouts", json={"text": changed})
    if answer.status_code == 422:  # the views' surfaces no longer fit a narrower desk
        changed = layout_yaml("A01").replace("max_count: 1", "max_count: 2")
        answer = author.post("/api/v1/windows/A01/layouts", json={"text": changed})
    assert answer.status_code == 409, answer.text
    assert answer.json()["error"]["code"] == "layout.version_taken"
    assert answer.json()["error"]["facts"]["next_version"] == 2


def test_problems_of_a_layout_file_are_named_by_line(author: TestClient) -> None:
    text = layout_yaml("A01").replace("cup", "cupp", 1)
    answer = author.post("/api/v1/windows/A01/layouts", json={"text": "nonsense: 1\n" + text})
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "layout.file_unusable"
    assert "line 1" in error["message_en"]
    assert {"line", "path", "code", "zh", "en"} == set(error["facts"]["problems"][0])
    assert author.get("/api/v1/windows/A01/layouts").json() == []


def test_what_is_no_layout_is_refused(author: TestClient) -> None:
    for text in ("", " ", "[", "a: &a [*a]", "\u0000", "x" * 300_000, "!!python/object:os.system {}"):
        answer = author.post("/api/v1/windows/A01/layouts", json={"text": text})
        assert answer.status_code == 422, text[:40]


def test_layout_of_another_window_is_refused(author: TestClient) -> None:
    answer = author.post("/api/v1/windows/A01/layouts", json={"text": layout_yaml("B01")})
    assert answer.json()["error"]["code"] == "layout.other_window"


def test_only_drafts_are_approved(app: FastAPI, author: TestClient) -> None:
    key = draft(author)
    other = logged_in(app, "second")
    assert other.post(f"/api/v1/layouts/{key}/approve").status_code == 200
    again = other.post(f"/api/v1/layouts/{key}/approve")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "layout.state")
    assert other.post(f"/api/v1/layouts/{key}/retire").json()["state"] == "retired"
    assert other.post(f"/api/v1/layouts/{key}/retire").json()["error"]["code"] == "layout.state"


def test_two_approvals_at_once_leave_one_approved_layout(app: FastAPI, services: Services, author: TestClient) -> None:
    keys = [draft(author, 1), draft(author, 2)]
    clients = [logged_in(app, "second"), logged_in(app, "administrator")]
    barrier = Barrier(2)

    def decide(client: TestClient, key: int) -> int:
        barrier.wait()
        return client.post(f"/api/v1/layouts/{key}/approve").status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(decide, clients, keys))
    assert set(statuses) <= {200, 409, 503}
    with services.database.reading() as session:
        states = list(session.scalars(select(LayoutVersion.state).order_by(LayoutVersion.version)))
    assert states.count(LayoutState.APPROVED) == 1


def test_supervisor_of_another_area_approves_nothing_here(app: FastAPI, author: TestClient) -> None:
    answer = logged_in(app, "supervisor_b").post(f"/api/v1/layouts/{draft(author)}/approve")
    assert answer.status_code == 404


def test_places_are_added_once(app: FastAPI, hall: Hall) -> None:
    administrator = logged_in(app, "administrator")
    window = {"area_id": hall.area_ids["A"], "code": "A02", "name_zh": "二", "name_en": "Two"}
    assert administrator.post("/api/v1/windows", json=window).status_code == 201
    assert administrator.post("/api/v1/windows", json=window).json()["error"]["code"] == "request.exists"
    assert administrator.post("/api/v1/windows", json={**window, "code": "A/3"}).status_code == 422
    nowhere = administrator.post("/api/v1/windows", json={**window, "code": "A04", "area_id": 999})
    assert nowhere.status_code == 404
    zone = {"code": "C3", "name_zh": "三", "name_en": "Three", "time_zone": "Mars/Olympus"}
    assert administrator.post("/api/v1/centres", json=zone).status_code == 422


def test_same_window_added_by_two_at_once_exists_once(app: FastAPI, hall: Hall) -> None:
    clients = [logged_in(app, "administrator"), logged_in(app, "administrator")]
    barrier = Barrier(2)

    def add(client: TestClient) -> int:
        barrier.wait()
        window = {"area_id": hall.area_ids["A"], "code": "A02", "name_zh": "二", "name_en": "Two"}
        return client.post("/api/v1/windows", json=window).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(add, clients)) == [201, 409]


def test_new_layout_version_keeps_a_reference_picture_only_while_its_corners_stay(
    app: FastAPI, services: Services, hall: Hall
) -> None:
    from deskcheck_service.layouts import repository

    approve(services, "A01")
    with services.database.writing() as session:
        window = repository.window(session, "A01")
        assert window is not None
        view = repository.view(session, window.id, "counter.jpg")
        assert view is not None
        view.reference_sha256 = "f" * 64
    with services.database.writing() as session:
        places.import_layout(session, "test", layout_yaml("A01", 2))
        kept = repository.view(session, window.id, "counter.jpg")
        assert kept is not None
        assert kept.reference_sha256 == "f" * 64
    with services.database.writing() as session:
        places.import_layout(session, "test", layout_yaml("A01", 3).replace("1420", "1430"))
        moved = repository.view(session, window.id, "counter.jpg")
        assert moved is not None
        assert moved.reference_sha256 is None
