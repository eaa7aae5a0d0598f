"""Desk types: unique in their centre, changed with a question where windows have them, deleted when unused."""

from __future__ import annotations

from typing import Any

import pytest
from deskcheck_service.layouts import service as places
from deskcheck_service.layouts.schemas import AreaNew, CentreNew, WindowNew
from deskcheck_service.services import Services
from deskcheck_service.tables import AuditEntry
from fastapi import FastAPI
from httpx2 import Response
from service_kit import Hall, approve, logged_in
from sqlalchemy import select
from starlette.testclient import TestClient

TYPES = "/api/v1/desk-types"


@pytest.fixture
def author(app: FastAPI, hall: Hall) -> TestClient:
    return logged_in(app, "supervisor")


def new_type(centre: int, code: str = "T160", **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "centre_id": centre, "code": code, "name_zh": "标准柜台", "name_en": "Standard",
        "width_cm": 180, "depth_cm": 75,
    }  # fmt: skip
    return values | changes


def added(client: TestClient, hall: Hall, **changes: Any) -> dict[str, Any]:
    answer = client.post(TYPES, json=new_type(hall.centre_id, **changes))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def values_of(one: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {key: one[key] for key in ("code", "name_zh", "name_en", "width_cm", "depth_cm")} | changes


def code_of(answer: Response) -> str:
    code: str = answer.json()["error"]["code"]
    return code


def test_a_type_is_added_listed_changed_and_deleted(author: TestClient, hall: Hall, services: Services) -> None:
    made = added(author, hall)
    assert author.get(TYPES).json() == [made]
    assert author.get(f"{TYPES}?centre_id={hall.centre_id + 1}").json() == []
    changed = author.put(f"{TYPES}/{made['id']}", json=values_of(made, name_zh="窄柜台", width_cm=150))
    assert changed.status_code == 200, changed.text
    assert changed.json() == made | {"name_zh": "窄柜台", "width_cm": 150}
    assert author.delete(f"{TYPES}/{made['id']}").status_code == 204
    assert author.get(TYPES).json() == []
    assert author.delete(f"{TYPES}/{made['id']}").status_code == 404
    with services.database.reading() as session:
        written = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("desk_type.%"))).all()
    assert sorted(written) == ["desk_type.add", "desk_type.change", "desk_type.remove"]


def test_a_code_is_taken_once_in_a_centre(author: TestClient, hall: Hall) -> None:
    first, second = added(author, hall), added(author, hall, code="T120", width_cm=120)
    assert code_of(author.post(TYPES, json=new_type(hall.centre_id))) == "request.exists"
    assert code_of(author.put(f"{TYPES}/{second['id']}", json=values_of(second, code="T160"))) == "request.exists"
    assert author.put(f"{TYPES}/{first['id']}", json=values_of(first)).status_code == 200


@pytest.mark.parametrize("side", [0, 4.9, 2000.1, -160, 1e6, "wide", None])
def test_impossible_sizes_are_refused(author: TestClient, hall: Hall, side: object) -> None:
    assert author.post(TYPES, json=new_type(hall.centre_id, width_cm=side)).status_code == 422
    assert author.post(TYPES, json=new_type(hall.centre_id, depth_cm=side)).status_code == 422


def test_another_size_of_a_type_in_use_names_the_windows_and_asks(author: TestClient, hall: Hall) -> None:
    made = added(author, hall)
    assert author.post(f"{TYPES}/{made['id']}/windows", json={"windows": ["B01", "A01"]}).status_code == 204
    assert author.get(TYPES).json()[0]["windows"] == ["A01", "B01"]
    larger = values_of(made, width_cm=190)
    refused = author.put(f"{TYPES}/{made['id']}", json=larger)
    assert (refused.status_code, code_of(refused)) == (409, "desk_type.resize")
    assert "A01, B01" in refused.json()["error"]["message_zh"]
    assert author.put(f"{TYPES}/{made['id']}", json=values_of(made, name_en="Wide")).status_code == 200
    assert author.put(f"{TYPES}/{made['id']}", json=larger | {"confirmed": True}).json()["width_cm"] == 190


def test_layouts_stay_when_the_size_of_their_type_changes(author: TestClient, hall: Hall, services: Services) -> None:
    approve(services, "A01")
    before = author.get("/api/v1/windows/A01").json()["layout"]
    made = added(author, hall)
    author.put("/api/v1/windows/A01/desk-type", json={"desk_type_id": made["id"]})
    author.put(f"{TYPES}/{made['id']}", json=values_of(made, width_cm=190, confirmed=True))
    assert author.get("/api/v1/windows/A01").json()["layout"] == before


def test_a_type_in_use_is_not_deleted(author: TestClient, hall: Hall) -> None:
    made = added(author, hall)
    answer = author.put("/api/v1/windows/A01/desk-type", json={"desk_type_id": made["id"]})
    assert answer.json()["desk_type_id"] == made["id"]
    refused = author.delete(f"{TYPES}/{made['id']}")
    assert (refused.status_code, code_of(refused)) == (409, "desk_type.used")
    assert "A01" in refused.json()["error"]["message_en"]
    assert author.put("/api/v1/windows/A01/desk-type", json={"desk_type_id": None}).json()["desk_type_id"] is None
    assert author.delete(f"{TYPES}/{made['id']}").status_code == 204


def test_in_bulk_all_windows_get_a_type_or_none(author: TestClient, hall: Hall) -> None:
    made = added(author, hall)
    answer = author.post(f"{TYPES}/{made['id']}/windows", json={"windows": ["A01", "Z99"]})
    assert (answer.status_code, code_of(answer)) == (404, "request.not_found")
    assert author.get("/api/v1/windows/A01").json()["window"]["desk_type_id"] is None
    assert author.post(f"{TYPES}/999/windows", json={"windows": ["A01"]}).status_code == 404


def test_a_type_belongs_to_its_centre(author: TestClient, hall: Hall, services: Services) -> None:
    with services.database.writing() as session:
        centre = places.add_centre(session, "test", CentreNew(code="C2", name_zh="分中心", name_en="Branch"))
        area = places.add_area(session, "test", AreaNew(centre_id=centre.id, code="X", name_zh="X区", name_en="Area X"))
        places.add_window(session, "test", WindowNew(area_id=area.id, code="X01", name_zh="X01窗口", name_en="X01"))
    made = added(author, hall)
    added(author, hall, centre_id=centre.id)  # the same code in another centre is another type
    answer = author.put("/api/v1/windows/X01/desk-type", json={"desk_type_id": made["id"]})
    assert (answer.status_code, code_of(answer)) == (422, "desk_type.other_centre")


def test_who_draws_in_one_area_sets_types_there_and_changes_none(app: FastAPI, author: TestClient, hall: Hall) -> None:
    made = added(author, hall)
    theirs = logged_in(app, "supervisor_b")
    assert [one["code"] for one in theirs.get(TYPES).json()] == ["T160"]
    assert theirs.put("/api/v1/windows/B01/desk-type", json={"desk_type_id": made["id"]}).status_code == 200
    assert theirs.put("/api/v1/windows/A01/desk-type", json={"desk_type_id": made["id"]}).status_code == 404
    for answer in (
        theirs.post(TYPES, json=new_type(hall.centre_id, "T1")),
        theirs.put(f"{TYPES}/{made['id']}", json=values_of(made)),
        theirs.delete(f"{TYPES}/{made['id']}"),
    ):
        assert (answer.status_code, code_of(answer)) == (403, "auth.forbidden")
