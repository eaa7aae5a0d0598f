"""The review queue: paging, filters, decisions, two reviewers at once, undo."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from deskcheck_calibration.findings import State
from deskcheck_service.accounts.rights import Principal, RoleGrant, Scope
from deskcheck_service.errors import UndoError
from deskcheck_service.reviews import repository
from deskcheck_service.reviews.schemas import QueueFilter
from deskcheck_service.reviews.service import undo_review
from deskcheck_service.services import Services
from deskcheck_service.tables import FindingRow, Review, ReviewState, Role
from fastapi import FastAPI
from seed_queue import seed_queue
from service_kit import Hall, logged_in
from sqlalchemy import event, select, text
from starlette.testclient import TestClient


@pytest.fixture
def seeded(services: Services, hall: Hall) -> Services:
    seed_queue(services.database, 60)
    return services


def _queue(client: TestClient, **asked: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/findings", params=asked)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def _all_pages(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    page = _queue(client, **asked)
    items += page["items"]
    while page["next"] is not None:
        page = _queue(client, after=page["next"], **asked)
        items += page["items"]
    return items


def test_pages_together_are_the_whole_queue_once_newest_first(app: FastAPI, seeded: Services) -> None:
    items = _all_pages(logged_in(app, "supervisor"), limit=7)
    keys = [(item["finding"]["taken_at"], item["finding"]["id"]) for item in items]
    assert len(keys) == 54  # every tenth of the 60 is inconclusive
    assert keys == sorted(keys, reverse=True)
    assert len(set(keys)) == len(keys)


def test_queue_speaks_in_sentences_and_shows_pictures(app: FastAPI, seeded: Services) -> None:
    item = _queue(logged_in(app, "supervisor"), rule="V04")["items"][0]
    assert "14.2 cm" in item["finding"]["sentence"]["zh"]
    assert "14.2 cm" in item["finding"]["sentence"]["en"]
    assert item["finding"]["item_name"]["en"] == "cup"
    assert set(item["evidence"]) == {
        "masked",
        "overlay_zh",
        "overlay_en",
        "overlay_zh_narrow",
        "overlay_en_narrow",
        "reference",
        "first",
    }


FILTERS: list[tuple[dict[str, str], int]] = [
    ({"window": "A01"}, 30),
    ({"window": "A01", "rule": "V01"}, 6),
    ({"rule": "V99"}, 0),
    ({"window": "nowhere"}, 0),
    ({"state": "inconclusive"}, 6),
    ({"review_state": "confirmed"}, 0),
    ({"taken_from": "2199-01-01T00:00:00Z"}, 0),
    ({"taken_before": "2199-01-01T00:00:00+08:00"}, 54),
]


def test_filters(app: FastAPI, seeded: Services) -> None:
    client = logged_in(app, "supervisor")
    for asked, count in FILTERS:
        assert len(_all_pages(client, limit=50, **asked)) == count, asked


def test_supervisor_of_an_area_sees_and_decides_that_area_only(app: FastAPI, seeded: Services) -> None:
    theirs = logged_in(app, "supervisor_b")
    assert {item["finding"]["window_code"] for item in _all_pages(theirs)} == {"B01"}
    other = _queue(logged_in(app, "supervisor"), window="A01")["items"][0]["finding"]
    answer = theirs.post(f"/api/v1/findings/{other['id']}/reviews", json={"decision": "confirm", "version": 1})
    assert answer.status_code == 404
    assert theirs.get("/api/v1/findings/counts").json()["suspected"] == 24


def test_page_marks_that_are_none(app: FastAPI, hall: Hall) -> None:
    client = logged_in(app, "supervisor")
    for after in ("x", "1", "1-x", "1-99999999999999999999", "9" * 40 + "-1", "-1--1", "١-١"):
        answer = client.get("/api/v1/findings", params={"after": after})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "request.cursor"), after


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ({"decision": "confirm"}, "confirmed"),
        ({"decision": "dismiss", "reason_code": "not_the_item", "note": "是杯垫"}, "dismissed"),
        ({"decision": "cannot_judge"}, "cannot_judge"),
    ],
)
def test_decision_moves_the_finding_and_keeps_who_and_why(
    app: FastAPI, seeded: Services, body: dict[str, str], state: str
) -> None:
    client = logged_in(app, "supervisor")
    finding = _queue(client)["items"][0]["finding"]
    answer = client.post(f"/api/v1/findings/{finding['id']}/reviews", json={**body, "version": finding["version"]})
    assert answer.status_code == 201
    assert answer.json()["finding"]["review_state"] == state
    assert answer.json()["finding"]["version"] == finding["version"] + 1
    detail = client.get(f"/api/v1/findings/{finding['id']}").json()
    assert detail == answer.json()
    review = detail["reviews"][0]
    assert review["reviewer"]["name"] == "supervisor"
    assert review["note"] == body.get("note", "")
    assert finding["id"] not in [item["finding"]["id"] for item in _all_pages(client)]
    assert [item["finding"]["id"] for item in _all_pages(client, review_state=state)] == [finding["id"]]


HALF: list[dict[str, Any]] = [
    {"decision": "dismiss", "version": 1},
    {"decision": "confirm", "reason_code": "other", "version": 1},
    {"decision": "confirm"},
    {"decision": "exempt", "version": 1},
    {"decision": "confirm", "version": 1, "extra": 1},
]


def test_half_a_decision_is_refused(app: FastAPI, seeded: Services) -> None:
    client = logged_in(app, "supervisor")
    finding = _queue(client)["items"][0]["finding"]
    for body in HALF:
        assert client.post(f"/api/v1/findings/{finding['id']}/reviews", json=body).status_code == 422, body
    assert client.get(f"/api/v1/findings/{finding['id']}").json()["finding"]["version"] == 1


def test_second_reviewer_is_told_who_was_first_and_overwrites_nothing(app: FastAPI, seeded: Services) -> None:
    first, second = logged_in(app, "supervisor"), logged_in(app, "second")
    finding = _queue(first)["items"][0]["finding"]
    path = f"/api/v1/findings/{finding['id']}/reviews"
    assert first.post(path, json={"decision": "confirm", "version": 1}).status_code == 201
    late = second.post(path, json={"decision": "dismiss", "reason_code": "other", "version": 1})
    assert late.status_code == 409
    assert late.json()["error"]["code"] == "review.conflict"
    assert late.json()["error"]["facts"]["who"] == "Supervisor"
    detail = first.get(f"/api/v1/findings/{finding['id']}").json()
    assert detail["finding"]["review_state"] == "confirmed"
    assert [review["decision"] for review in detail["reviews"]] == ["confirm"]


def test_of_two_reviewers_at_the_same_moment_exactly_one_decides(app: FastAPI, seeded: Services) -> None:
    clients = [logged_in(app, "supervisor"), logged_in(app, "second")]
    findings = [item["finding"]["id"] for item in _queue(clients[0], limit=10)["items"]]

    def decide(client: TestClient, finding_id: int, barrier: Barrier) -> int:
        barrier.wait()
        body = {"decision": "confirm", "version": 1}
        return client.post(f"/api/v1/findings/{finding_id}/reviews", json=body).status_code

    with ThreadPoolExecutor(2) as pool:
        for finding_id in findings:
            barrier = Barrier(2)
            answers = [pool.submit(decide, client, finding_id, barrier) for client in clients]
            assert sorted(answer.result() for answer in answers) == [201, 409]
    with seeded.database.reading() as session:
        assert len(list(session.scalars(select(Review)))) == len(findings)


def test_undo_gives_the_finding_back_to_the_queue_and_keeps_the_history(app: FastAPI, seeded: Services) -> None:
    client = logged_in(app, "supervisor")
    finding = _queue(client)["items"][0]["finding"]
    path = f"/api/v1/findings/{finding['id']}/reviews"
    client.post(path, json={"decision": "confirm", "version": 1})
    undone = client.delete(f"{path}/last")
    assert undone.status_code == 200
    assert undone.json()["finding"]["review_state"] == "open"
    assert undone.json()["reviews"][0]["undone_at"] is not None
    assert client.delete(f"{path}/last").json()["error"]["code"] == "review.no_undo"
    again = client.post(path, json={"decision": "cannot_judge", "version": 3})
    assert [review["decision"] for review in again.json()["reviews"]] == ["cannot_judge", "confirm"]


def test_undo_of_a_change_brings_back_the_decision_before(app: FastAPI, seeded: Services) -> None:
    client = logged_in(app, "supervisor")
    finding = _queue(client)["items"][0]["finding"]
    path = f"/api/v1/findings/{finding['id']}/reviews"
    client.post(path, json={"decision": "confirm", "version": 1})
    client.post(path, json={"decision": "cannot_judge", "version": 2})
    assert client.delete(f"{path}/last").json()["finding"]["review_state"] == "confirmed"


def test_nobody_undoes_anothers_decision(app: FastAPI, seeded: Services) -> None:
    client = logged_in(app, "supervisor")
    finding = _queue(client)["items"][0]["finding"]
    path = f"/api/v1/findings/{finding['id']}/reviews"
    client.post(path, json={"decision": "confirm", "version": 1})
    assert logged_in(app, "second").delete(f"{path}/last").json()["error"]["code"] == "review.no_undo"


def test_undo_ends_with_its_time(app: FastAPI, hall: Hall, seeded: Services) -> None:
    client = logged_in(app, "supervisor")
    finding = _queue(client)["items"][0]["finding"]
    client.post(f"/api/v1/findings/{finding['id']}/reviews", json={"decision": "confirm", "version": 1})
    me = Principal(hall.users["supervisor"], "supervisor", "S", None, (RoleGrant(Role.SUPERVISOR),))
    with pytest.raises(UndoError), seeded.database.writing() as session:
        undo_review(session, me, finding["id"], undo_minutes=0.0)


def test_exempt_and_unassessed_findings_are_not_decided(app: FastAPI, seeded: Services) -> None:
    with seeded.database.writing() as session:
        row = session.scalars(select(FindingRow)).first()
        assert row is not None
        row.state = State.NOT_ASSESSED
        finding_id = row.id
    client = logged_in(app, "supervisor")
    answer = client.post(f"/api/v1/findings/{finding_id}/reviews", json={"decision": "confirm", "version": 1})
    assert answer.json()["error"]["code"] == "review.not_reviewable"
    with seeded.database.reading() as session:
        fresh = session.get(FindingRow, finding_id)
        assert fresh is not None
        assert (fresh.review_state, fresh.version) == (ReviewState.OPEN, 1)


@contextmanager
def counted_statements(services: Services) -> Iterator[list[str]]:
    """Collect what is sent to the database."""
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            statements.append(statement)

    event.listen(services.database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(services.database.engine, "before_cursor_execute", note)


def test_page_of_the_queue_costs_the_same_number_of_queries_whatever_it_holds(
    app: FastAPI, services: Services, hall: Hall
) -> None:
    client = logged_in(app, "supervisor")
    counted = []
    for more in (5, 400):
        seed_queue(services.database, more)
        with counted_statements(services) as statements:
            _queue(client, limit=100)
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 4


@pytest.mark.parametrize("filters", [{}, {"window": "A01"}, {"rule": "V04"}, {"area_id": "1"}])
def test_queue_is_read_in_the_order_of_an_index(
    app: FastAPI, services: Services, hall: Hall, filters: dict[str, str]
) -> None:
    seed_queue(services.database, 2000)
    with services.database.writing() as session:
        session.execute(text("ANALYZE"))
    with services.database.reading() as session, counted_statements(services):
        plan: list[str] = []
        prefix = "EXPLAIN QUERY PLAN " if services.database.engine.dialect.name == "sqlite" else "EXPLAIN "

        def explain(conn: Any, cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
            if statement.startswith("SELECT") and "finding" in statement:
                fresh = conn.connection.cursor()
                fresh.execute(prefix + statement, parameters)
                plan.extend(str(row) for row in fresh.fetchall())

        event.listen(services.database.engine, "before_cursor_execute", explain)
        repository.queue(session, Scope(everything=True), QueueFilter.model_validate(filters), None, 20)
        event.remove(services.database.engine, "before_cursor_execute", explain)
    assert plan
    assert not any("TEMP B-TREE" in line for line in plan), plan
    assert any("ix_finding_queue" in line for line in plan), plan
