"""The working draft of a window: revisions, conflicts, submission, and judgements by what was drawn."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from threading import Barrier
from typing import Any

import pytest
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import AuditEntry
from fastapi import FastAPI
from httpx2 import Response
from photos import CORNERS_TEXT, photo, send, services_that_know
from service_kit import CORNERS, Hall, approve, layout_yaml, logged_in
from sqlalchemy import select
from starlette.testclient import TestClient

DRAFT = "/api/v1/windows/A01/draft"


@pytest.fixture
def services(settings: Settings) -> Any:
    built = services_that_know(settings)
    yield built
    built.close()


@pytest.fixture
def author(app: FastAPI, hall: Hall) -> TestClient:
    return logged_in(app, "supervisor")


def code_of(answer: Response) -> str:
    code: str = answer.json()["error"]["code"]
    return code


def saved(client: TestClient, document: dict[str, Any], revision: int = 0) -> Response:
    return client.put(DRAFT, json={"revision": revision, "document": document})


def started(client: TestClient) -> dict[str, Any]:
    document: dict[str, Any] = client.get(DRAFT).json()["document"]
    return document


def uploaded(client: TestClient, name: str = "IMG_1.jpg") -> dict[str, Any]:
    answer = client.post("/api/v1/windows/A01/stills", files={"photo": (name, photo())})
    assert answer.status_code == 201, answer.text
    still: dict[str, Any] = answer.json()
    return still


def drawn(client: TestClient) -> dict[str, Any]:
    """A document as the editor makes it for a window that has nothing yet."""
    still = uploaded(client)
    document = started(client)
    document["still"] = {key: still[key] for key in ("sha256", "image_wh", "focal_px", "view")}
    document["corners_px"] = [list(corner) for corner in CORNERS]
    desk = [[0, 0], [180, 0], [180, 75], [0, 75]]
    document["layout"] |= {
        "desk_cm": [180, 75],
        "surfaces": [{"id": "counter", "kind": "main_counter", "polygon_cm": desk}],
        "policies": [{"item": "beverage_container", "kind": "allowed"}],
    }
    return document


def test_a_new_draft_starts_empty_or_from_what_is_approved(author: TestClient, services: Services) -> None:
    fresh = author.get(DRAFT).json()
    assert (fresh["revision"], fresh["base_version"], fresh["author"]) == (0, None, None)
    assert fresh["document"]["layout"]["desk_cm"] is None
    approve(services, "A01")
    begun = author.get(DRAFT).json()
    assert (begun["revision"], begun["base_version"], begun["approved_version"]) == (0, 1, 1)
    assert begun["document"]["layout"]["desk_cm"] == [180, 75]
    assert [zone["id"] for zone in begun["document"]["layout"]["zones"]] == ["cup_place"]
    assert {"window", "version", "format", "taxonomy"} & set(begun["document"]["layout"]) == set()


def test_a_draft_is_saved_over_the_revision_that_was_read(app: FastAPI, author: TestClient) -> None:
    document = started(author)
    document["layout"]["desk_cm"] = [150, 60]
    first = saved(author, document)
    assert first.status_code == 200, first.text
    assert (first.json()["revision"], first.json()["author"]["name"]) == (1, "supervisor")
    second = saved(logged_in(app, "second"), {**document, "corners_px": [[1, 2]]}, 1)
    assert second.json()["revision"] == 2
    late = saved(author, document, 1)
    assert (late.status_code, code_of(late)) == (409, "layout.draft_conflict")
    facts = late.json()["error"]["facts"]
    assert (facts["saved_by"], facts["revision"]) == ("Second", 2)
    assert facts["saved_at"][:2] == "20"
    assert author.get(DRAFT).json()["document"]["corners_px"] == [[1, 2]]
    assert saved(author, document, 2).json()["revision"] == 3


def test_of_two_first_savings_at_once_one_is_told(app: FastAPI, author: TestClient) -> None:
    document = started(author)
    clients = [author, logged_in(app, "second")]
    barrier = Barrier(2)

    def save(client: TestClient) -> int:
        barrier.wait()
        return saved(client, document).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, clients)) == [200, 409]
    assert author.get(DRAFT).json()["revision"] == 1


def test_what_no_database_or_browser_can_hold_is_refused(author: TestClient) -> None:
    document = started(author)
    nested: Any = []
    for _ in range(40):
        nested = [nested]
    for wrong in (
        {**document, "layout": {"zones": nested}},
        {**document, "layout": {"note": "x" * 300_000}},
        {**document, "layout": {"note": "\ud800"}},
        {**document, "layout": {"note": float("nan")}},
    ):
        body = json.dumps({"revision": 0, "document": wrong})
        answer = author.put(DRAFT, content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, code_of(answer)) == (422, "layout.draft_unreadable"), str(wrong)[:60]
    odd = {**document, "layout": {"note": "\u0000 😀"}}
    assert saved(author, odd).status_code == 200
    assert author.get(DRAFT).json()["document"]["layout"] == odd["layout"]


def test_a_revision_beyond_every_count_is_no_fault(author: TestClient) -> None:
    document = started(author)
    assert saved(author, document, 2**31 - 1).status_code == 422
    assert code_of(saved(author, document, 2**31 - 2)) == "layout.draft_gone"


def test_a_picture_of_another_window_is_no_still_here(app: FastAPI, author: TestClient) -> None:
    answer = author.post("/api/v1/windows/B01/stills", files={"photo": ("b.jpg", photo(2))})
    still = {key: answer.json()[key] for key in ("sha256", "image_wh", "focal_px", "view")}
    refused = saved(author, {**started(author), "still": still})
    assert (refused.status_code, code_of(refused)) == (404, "request.not_found")


def test_submitting_names_problems_by_what_they_are_about(author: TestClient) -> None:
    document = drawn(author)
    document["layout"]["zones"] = [
        {"id": "good", "item": "cup", "polygon_cm": [[10, 10], [30, 10], [30, 30], [10, 30]]},
        {"id": "crossed", "item": "cup", "polygon_cm": [[40, 10], [60, 30], [60, 10], [40, 30]]},
    ]
    document["corners_px"] = [document["corners_px"][place] for place in (1, 0, 2, 3)]
    revision = saved(author, document).json()["revision"]
    answer = author.post(f"{DRAFT}/submit", json={"revision": revision})
    assert (answer.status_code, code_of(answer)) == (422, "layout.file_unusable")
    problems = {one["path"]: one["code"] for one in answer.json()["error"]["facts"]["problems"]}
    assert problems == {
        "zones[1].polygon_cm": "layout.polygon_crossed",
        "views[0].corners_px": "calibration.corners_crossed",
    }
    assert author.get(DRAFT).json()["revision"] == revision


def test_what_was_drawn_is_approved_by_another_and_judges_the_next_photo(
    app: FastAPI, author: TestClient, services: Services
) -> None:
    approve(services, "A01")  # version 1 forbids the drink that the detector sees
    inspector, second = logged_in(app, "inspector"), logged_in(app, "second")
    before = send(inspector, "A01", photo(3), corners_px=CORNERS_TEXT).json()
    assert (before["layout_version"], before["state"]) == (1, "suspected")

    document = drawn(author)
    revision = saved(author, document).json()["revision"]
    made = author.post(f"{DRAFT}/submit", json={"revision": revision})
    assert made.status_code == 201, made.text
    assert (made.json()["version"], made.json()["state"]) == (2, "draft")
    assert author.get(DRAFT).json()["revision"] == 0

    key = made.json()["id"]
    own = author.post(f"/api/v1/layouts/{key}/approve")
    assert (own.status_code, code_of(own)) == (403, "layout.own_approval")
    views = second.get("/api/v1/windows/A01").json()["views"]
    assert "IMG_1.jpg" not in {view["name"] for view in views}  # nothing counts before it is approved
    assert second.post(f"/api/v1/layouts/{key}/approve").status_code == 200
    views = {view["name"]: view for view in second.get("/api/v1/windows/A01").json()["views"]}
    assert views["IMG_1.jpg"]["reference_sha256"] == document["still"]["sha256"]
    assert views["IMG_1.jpg"]["corners_px"] == [list(corner) for corner in CORNERS]

    after = send(inspector, "A01", photo(4), corners_px=CORNERS_TEXT).json()
    assert after["layout_version"] == 2
    assert not [one for one in after["findings"] if one["rule"] == "V01" and one["state"] == "suspected"]


def test_a_submitted_or_discarded_draft_is_gone(app: FastAPI, author: TestClient) -> None:
    document = started(author)
    assert saved(author, document).json()["revision"] == 1
    other = logged_in(app, "second")
    assert code_of(other.delete(f"{DRAFT}?revision=4")) == "layout.draft_conflict"
    assert other.delete(f"{DRAFT}?revision=1").status_code == 204
    gone = saved(author, document, 1)
    assert (gone.status_code, code_of(gone)) == (409, "layout.draft_gone")
    assert code_of(author.post(f"{DRAFT}/submit", json={"revision": 1})) == "layout.draft_gone"
    assert saved(author, document).json()["revision"] == 1


def test_supervisors_elsewhere_neither_see_nor_save_it(app: FastAPI, author: TestClient) -> None:
    elsewhere = logged_in(app, "supervisor_b")
    document = started(author)
    assert elsewhere.get(DRAFT).status_code == 404
    assert saved(elsewhere, document).status_code == 404
    assert elsewhere.get("/api/v1/windows/A01/stills").status_code == 404
    assert logged_in(app, "inspector").get(DRAFT).status_code == 403


def test_stills_are_masked_pictures_of_the_window(app: FastAPI, author: TestClient, services: Services) -> None:
    approve(services, "A01")
    send(logged_in(app, "inspector"), "A01", photo(5), corners_px=CORNERS_TEXT)
    still = uploaded(author)
    assert services.evidence.get(still["sha256"]) != photo()
    listed = author.get("/api/v1/windows/A01/stills").json()
    assert [one["kind"] for one in listed] == ["capture"]
    assert listed[0]["corners_px"] == [list(corner) for corner in CORNERS]
    assert author.get(f"/api/v1/evidence/{listed[0]['sha256']}").status_code == 200
    with services.database.reading() as session:
        actions = set(session.scalars(select(AuditEntry.action)))
    assert "still.add" in actions


def test_an_old_version_comes_back_as_a_new_draft(app: FastAPI, author: TestClient, services: Services) -> None:
    approve(services, "A01")
    changed = layout_yaml("A01", 2).replace("[40, 70], [10, 70]", "[50, 70], [10, 70]")
    second = logged_in(app, "second")
    key = author.post("/api/v1/windows/A01/layouts", json={"text": changed}).json()["id"]
    assert second.post(f"/api/v1/layouts/{key}/approve").status_code == 200
    changes = second.get(f"/api/v1/layouts/{key}/changes").json()
    assert changes["against"]["version"] == 1
    assert [(one["kind"], one["section"], one["id"]) for one in changes["changes"]] == [
        ("changed", "zones", "cup_place")
    ]
    versions = {one["version"]: one for one in author.get("/api/v1/windows/A01/layouts").json()}
    back = author.post(f"/api/v1/layouts/{versions[1]['id']}/restore")
    assert (back.status_code, back.json()["version"], back.json()["state"]) == (201, 3, "draft")
    same = second.get(f"/api/v1/layouts/{back.json()['id']}/changes?against={versions[1]['id']}").json()
    assert same["changes"] == []
    elsewhere = author.get(f"/api/v1/layouts/{key}/changes?against=999")
    assert elsewhere.status_code == 404


def test_nothing_is_written_to_the_document_that_was_sent(author: TestClient) -> None:
    document = drawn(author)
    before = deepcopy(document)
    saved(author, document)
    assert document == before
    assert author.get(DRAFT).json()["document"]["layout"] == before["layout"]
