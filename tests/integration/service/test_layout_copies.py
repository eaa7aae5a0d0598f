"""Copying a layout to like windows, and approving many at once: each window whole or not at all, told one by one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from deskcheck_calibration.layout import DeskCorner, Policy, PolicyKind, ReferenceView, Sticker
from deskcheck_calibration.layout_file import dump_layout, load_layout
from deskcheck_service.layouts import repository
from deskcheck_service.layouts import service as places
from deskcheck_service.layouts.schemas import AreaNew, CentreNew, WindowNew
from deskcheck_service.services import Services
from deskcheck_service.tables import AuditEntry
from fastapi import FastAPI
from service_kit import CORNERS, Hall, layout, layout_yaml, logged_in
from sqlalchemy import select
from starlette.testclient import TestClient

Answers = dict[str, dict[str, Any]]


@pytest.fixture
def hall(hall: Hall, services: Services) -> Hall:
    """The small hall with three more windows; A01 has an approved layout."""
    with services.database.writing() as session:
        for code, area in (("A02", "A"), ("A03", "A"), ("B02", "B")):
            new = WindowNew(area_id=hall.area_ids[area], code=code, name_zh=f"{code}窗口", name_en=code, position=1)
            places.add_window(session, "test", new)
        places.import_layout(session, "test", layout_yaml("A01"))
    return hall


@pytest.fixture
def author(app: FastAPI, hall: Hall) -> TestClient:
    client = logged_in(app, "supervisor")
    kind = {"centre_id": hall.centre_id, "code": "T180", "name_zh": "标准", "name_en": "Standard",
            "width_cm": 180, "depth_cm": 75}  # fmt: skip
    made = client.post("/api/v1/desk-types", json=kind).json()["id"]
    windows = {"windows": ["A01", "A02", "A03", "B02"]}
    assert client.post(f"/api/v1/desk-types/{made}/windows", json=windows).status_code == 204
    return client


@pytest.fixture
def source(author: TestClient) -> int:
    key: int = author.get("/api/v1/windows/A01/layouts").json()[0]["id"]
    return key


def copied(client: TestClient, source: int, *windows: str) -> Answers:
    answer = client.post(f"/api/v1/layouts/{source}/copies", json={"windows": list(windows)})
    assert answer.status_code == 200, answer.text
    return {one["window_code"]: one for one in answer.json()}


def candidates(client: TestClient, source: int) -> Answers:
    answer = client.get(f"/api/v1/layouts/{source}/copies")
    assert answer.status_code == 200, answer.text
    return {one["window_code"]: one for one in answer.json()["windows"]}


def approved(client: TestClient, *ids: int, **more: Any) -> list[dict[str, Any]]:
    answer = client.post("/api/v1/layouts/approvals", json={"ids": list(ids), **more})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def own_place(services: Services, window: str, **changes: Any) -> None:
    """Give a window an approved layout with views and stickers of its own."""
    tags = tuple(
        Sticker(corner, ((x, 1.0), (x + 4, 1.0), (x + 4, 5.0), (x, 5.0)))
        for corner, x in ((DeskCorner.OUTER_LEFT, 1.0), (DeskCorner.OUTER_RIGHT, 170.0))
    )
    own = replace(layout(window), views=(ReferenceView("own.jpg", (1920, 1080), CORNERS),), stickers=tags)
    with services.database.writing() as session:
        places.import_layout(session, "test", dump_layout(replace(own, **changes)))


def test_a_copy_is_the_next_draft_with_everything_but_what_is_of_the_place(
    author: TestClient, source: int, services: Services
) -> None:
    own_place(services, "A02", policies=())
    made = copied(author, source, "A02", "A03")
    assert {code: one["effect"] for code, one in made.items()} == {"A02": "replaces", "A03": "first"}
    for code, version in (("A02", 2), ("A03", 1)):
        told = made[code]["layout"]
        assert (told["version"], told["state"], told["author"]["name"]) == (version, "draft", "supervisor")
        assert told["copied_from"] == {"id": source, "window_code": "A01", "version": 1}
    first = load_layout(author.get(f"/api/v1/layouts/{source}").json()["text"])
    for code in ("A02", "A03"):
        copy = load_layout(author.get(f"/api/v1/layouts/{made[code]['layout']['id']}").json()["text"])
        assert copy.window == code
        for part in ("surfaces", "zones", "relations", "policies", "hours", "parameters", "desk_wh_cm"):
            assert getattr(copy, part) == getattr(first, part), part
        own = [view.name for view in copy.views], [one.corner.value for one in copy.stickers]
        assert own == ((["own.jpg"], ["outer_left", "outer_right"]) if code == "A02" else ([], []))
    listed = author.get("/api/v1/windows/A02/layouts").json()
    assert [(one["version"], one["state"]) for one in listed] == [(2, "draft"), (1, "approved")]
    with services.database.reading() as session:
        notes = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "layout.copy")).all()
    assert sorted(notes) == ["A02 v2 = A01 v1", "A03 v1 = A01 v1"]


def test_candidates_say_in_advance_what_copying_then_does(author: TestClient, source: int, services: Services) -> None:
    own_place(services, "A02", policies=())
    own_place(services, "B02", desk_wh_cm=(160.0, 75.0), surfaces=(), zones=(), policies=(), stickers=())
    draft = {"revision": 0, "document": {"layout": {"desk_cm": None}}}
    assert author.put("/api/v1/windows/A03/draft", json=draft).status_code == 200
    told = candidates(author, source)
    assert list(told) == ["A02", "A03", "B02"]  # in route order, without the window itself
    assert {code: one["effect"] for code, one in told.items()} == {"A02": "replaces", "A03": "first", "B02": "refused"}
    assert told["A02"]["replaces"]["version"] == 1
    assert any("水杯" in change["zh"] for change in told["A02"]["changes"])
    assert told["A03"]["has_draft"]
    assert "160 x 75" in told["B02"]["reason"]["zh"]
    done = copied(author, source, *told)
    assert {code: one["effect"] for code, one in done.items()} == {code: one["effect"] for code, one in told.items()}
    assert done["B02"]["code"] == "layout.size_differs"
    assert author.get("/api/v1/windows/A03/draft").json()["revision"] == 1  # the working draft stays


def test_copying_again_makes_nothing_and_says_so(author: TestClient, app: FastAPI, source: int) -> None:
    first = copied(author, source, "A02", "A03", "A02")
    again = copied(author, source, "A02", "A03")
    assert {one["effect"] for one in again.values()} == {"waiting"}
    assert {one["layout"]["id"] for one in again.values()} == {one["layout"]["id"] for one in first.values()}
    assert candidates(author, source)["A02"]["same"]["version"] == 1
    approved(logged_in(app, "second"), first["A02"]["layout"]["id"])
    assert copied(author, source, "A02")["A02"]["effect"] == "unchanged"
    assert len(author.get("/api/v1/windows/A02/layouts").json()) == 1


def test_a_draft_version_is_copied_and_a_retired_one_not(author: TestClient, source: int) -> None:
    changed = replace(layout("A01", 2), policies=(Policy("cup", PolicyKind.FORBIDDEN),))
    sent = author.post("/api/v1/windows/A01/layouts", json={"text": dump_layout(changed)}).json()["id"]
    assert copied(author, sent, "A02")["A02"]["layout"]["copied_from"]["version"] == 2
    author.post(f"/api/v1/layouts/{sent}/retire")
    answer = author.post(f"/api/v1/layouts/{sent}/copies", json={"windows": ["A03"]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "layout.state")


def test_without_a_type_the_size_decides(author: TestClient, source: int, services: Services) -> None:
    for code in ("A01", "A02", "A03", "B02"):
        author.put(f"/api/v1/windows/{code}/desk-type", json={"desk_type_id": None})
    own_place(services, "A02", desk_wh_cm=(181.0, 74.2), stickers=())
    own_place(services, "B02", desk_wh_cm=(181.1, 75.0), stickers=())
    told = author.get(f"/api/v1/layouts/{source}/copies").json()
    assert told["desk_type"] is None
    assert [one["window_code"] for one in told["windows"]] == ["A02"]
    done = copied(author, source, "A02", "A03", "B02")
    assert {code: one["code"] for code, one in done.items()} == {
        "A02": None, "A03": "layout.size_unknown", "B02": "layout.size_differs",
    }  # fmt: skip
    copy = load_layout(author.get(f"/api/v1/layouts/{done['A02']['layout']['id']}").json()["text"])
    assert copy.desk_wh_cm == (181.0, 74.2)  # the measure of its own desk stays


def test_windows_that_cannot_get_it_are_told_and_the_others_get_it(
    app: FastAPI, author: TestClient, source: int, services: Services
) -> None:
    with services.database.writing() as session:
        centre = places.add_centre(session, "test", CentreNew(code="C2", name_zh="分中心", name_en="Branch"))
        new = AreaNew(centre_id=centre.id, code="X", name_zh="X区", name_en="X")
        area = places.add_area(session, "test", new)
        places.add_window(session, "test", WindowNew(area_id=area.id, code="X01", name_zh="X01窗口", name_en="X01"))
    done = copied(author, source, "Z99", "X01", "A01", "A02")
    assert {code: one["code"] for code, one in done.items()} == {
        "Z99": "request.not_found", "X01": "layout.other_centre", "A01": "layout.same_window", "A02": None,
    }  # fmt: skip
    assert all(one["reason"]["zh"] and one["next_step"]["en"] for one in done.values() if one["code"])
    theirs = logged_in(app, "supervisor_b")
    assert theirs.get(f"/api/v1/layouts/{source}/copies").status_code == 404
    assert theirs.post(f"/api/v1/layouts/{source}/copies", json={"windows": ["B02"]}).status_code == 404


def test_views_and_pictures_of_a_window_stay_when_a_copy_is_approved(
    app: FastAPI, author: TestClient, source: int, services: Services
) -> None:
    own_place(services, "A02", policies=())
    with services.database.writing() as session:
        window = repository.window(session, "A02")
        assert window is not None
        view = repository.view(session, window.id, "own.jpg")
        assert view is not None
        view.reference_sha256, view.outer_left_x_px = "e" * 64, 512.0  # calibrated again since its layout was approved
    key = copied(author, source, "A02")["A02"]["layout"]["id"]
    assert approved(logged_in(app, "second"), key)[0]["approved"]
    views = author.get("/api/v1/windows/A02").json()["views"]
    assert [(one["name"], one["reference_sha256"], one["corners_px"][0][0]) for one in views] == [
        ("own.jpg", "e" * 64, 512.0)
    ]


def test_many_are_approved_at_once_each_on_its_own(app: FastAPI, author: TestClient, source: int) -> None:
    made = copied(author, source, "A02", "A03", "B02")
    ids = [made[code]["layout"]["id"] for code in ("A02", "A03", "B02")]
    mine = approved(author, *ids)
    assert {one["code"] for one in mine} == {"layout.own_approval"}
    waiting = logged_in(app, "second").get("/api/v1/layouts/waiting").json()
    assert [(one["layout"]["window_code"], one["own"]) for one in waiting] == [
        ("A02", False), ("A03", False), ("B02", False),
    ]  # fmt: skip
    assert all(one["own"] for one in author.get("/api/v1/layouts/waiting").json())
    author.post(f"/api/v1/layouts/{ids[1]}/retire")
    told = approved(logged_in(app, "second"), *ids, 999_999)
    assert [(one["approved"], one["code"]) for one in told] == [
        (True, None), (False, "layout.state"), (True, None), (False, "request.not_found"),
    ]  # fmt: skip
    assert told[0]["layout"]["approver"]["name"] == "second"
    assert told[1]["window_code"] == "A03"
    assert author.get("/api/v1/windows/A02").json()["window"]["layout_version"] == 1


def test_who_approves_areas_sees_and_approves_those_alone(app: FastAPI, author: TestClient, source: int) -> None:
    made = copied(author, source, "A02", "B02")
    theirs = logged_in(app, "supervisor_b")
    assert [one["layout"]["window_code"] for one in theirs.get("/api/v1/layouts/waiting").json()] == ["B02"]
    told = approved(theirs, *(one["layout"]["id"] for one in made.values()))
    assert [(one["approved"], one["code"]) for one in told] == [(False, "request.not_found"), (True, None)]


def test_a_version_is_refused_where_another_one_counts_since_it_was_looked_at(
    app: FastAPI, author: TestClient, source: int, services: Services
) -> None:
    second = logged_in(app, "second")
    key = copied(author, source, "A02")["A02"]["layout"]["id"]
    seen = {
        one["layout"]["id"]: one["against"] and one["against"]["id"]
        for one in second.get("/api/v1/layouts/waiting").json()
    }
    assert seen == {key: None}
    with services.database.writing() as session:
        places.import_layout(session, "test", layout_yaml("A02", 2))
    told = approved(second, key, against={str(key): None})
    assert (told[0]["approved"], told[0]["code"]) == (False, "layout.moved_on")
    now = second.get("/api/v1/layouts/waiting").json()[0]["against"]
    assert now["version"] == 2
    assert approved(second, key, against={str(key): now["id"]})[0]["approved"]


def test_nobody_approves_what_they_drew_by_the_hand_that_copied_it(app: FastAPI, author: TestClient) -> None:
    """The supervisor draws, the second copies: the supervisor's own drawing is not theirs to approve elsewhere."""
    sent = author.post(
        "/api/v1/windows/A01/layouts", json={"text": dump_layout(replace(layout("A01", 2), edge_clearance_cm=7.0))}
    )
    second = logged_in(app, "second")
    key = copied(second, sent.json()["id"], "A02")["A02"]["layout"]["id"]
    assert approved(author, key)[0]["code"] == "layout.own_approval"
    assert approved(second, key)[0]["code"] == "layout.own_approval"
    assert approved(second, sent.json()["id"])[0]["approved"]
    assert approved(author, key)[0]["approved"]  # now another pair of eyes has approved what was drawn


def _at_once(*acts: Callable[[], Any]) -> list[Any]:
    barrier = Barrier(len(acts))

    def start(act: Callable[[], Any]) -> Any:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(start, acts))


def test_two_who_copy_at_once_make_one_version(app: FastAPI, author: TestClient, source: int) -> None:
    other = logged_in(app, "second")
    told = _at_once(*(lambda client=client: copied(client, source, "A02", "A03") for client in (author, other)))
    for code in ("A02", "A03"):
        versions = author.get(f"/api/v1/windows/{code}/layouts").json()
        assert len(versions) == 1
        effects = sorted(str(one[code]["effect"]) for one in told)
        assert effects == ["first", "waiting"]


def test_two_who_approve_at_once_approve_once(app: FastAPI, author: TestClient, source: int) -> None:
    key = copied(author, source, "A02")["A02"]["layout"]["id"]
    clients = [logged_in(app, "second"), logged_in(app, "administrator")]
    told = _at_once(*(lambda client=client: approved(client, key)[0]["approved"] for client in clients))
    assert sorted(told) == [False, True]


@pytest.mark.parametrize("body", [{}, {"windows": []}, {"windows": ["a b"]}, {"windows": ["A02"], "more": 1}])
def test_what_is_no_order_is_refused(author: TestClient, source: int, body: dict[str, Any]) -> None:
    assert author.post(f"/api/v1/layouts/{source}/copies", json=body).status_code == 422
