"""A draft tried on the last pictures: what it would have flagged, beside the version that counts; nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from deskcheck_calibration.layout import Policy, PolicyKind
from deskcheck_calibration.layout_file import dump_layout, load_layout
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Capture, JudgementRow
from fastapi import FastAPI
from photos import CORNERS_TEXT, photo, send, services_that_know
from service_kit import Hall, approve, layout_yaml, logged_in
from sqlalchemy import func, select
from starlette.testclient import TestClient


@pytest.fixture
def services(settings: Settings) -> Any:
    built = services_that_know(settings)
    yield built
    built.close()


@pytest.fixture
def author(app: FastAPI, hall: Hall, services: Services) -> TestClient:
    approve(services, "A01")
    return logged_in(app, "supervisor")


def judged(app: FastAPI, *seeds: int) -> None:
    inspector = logged_in(app, "inspector")
    for seed in seeds:
        taken_at = f"2026-11-20T09:{seed:02d}:00+08:00"
        answer = send(inspector, "A01", photo(seed), corners_px=CORNERS_TEXT, taken_at=taken_at)
        assert answer.status_code == 201, answer.text


def draft(author: TestClient, *policies: Policy) -> int:
    text = dump_layout(replace(load_layout(layout_yaml("A01")), version=2, policies=policies))
    answer = author.post("/api/v1/windows/A01/layouts", json={"text": text})
    assert answer.status_code == 201, answer.text
    key: int = answer.json()["id"]
    return key


def stored(services: Services) -> tuple[int, int]:
    with services.database.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Capture, JudgementRow)]
    return counts[0], counts[1]


def test_what_a_draft_would_have_flagged_stands_beside_what_counts(
    app: FastAPI, author: TestClient, services: Services
) -> None:
    judged(app, 1, 2, 3)
    before = stored(services)
    found = author.get(
        f"/api/v1/layouts/{draft(author, Policy('beverage_container', PolicyKind.ALLOWED))}/trial"
    ).json()
    assert stored(services) == before
    assert (found["layout"]["version"], found["against"]["version"]) == (2, 1)
    assert (found["suspected"], found["suspected_present"], found["differing"]) == (0, 3, 3)
    assert [row["taken_at"] for row in found["rows"]] == sorted(
        (row["taken_at"] for row in found["rows"]), reverse=True
    )
    for row in found["rows"]:
        assert row["differs"]
        assert not [one for one in row["tried"]["findings"] if one["state"] == "suspected"]
        (drink,) = [one for one in row["present"]["findings"] if one["state"] == "suspected"]
        assert (drink["rule"], drink["only_here"]) == ("V01", True)
        assert author.get(f"/api/v1/evidence/{row['evidence']['masked']}").status_code == 200
    assert len(author.get(f"/api/v1/layouts/{found['layout']['id']}/trial?last=2").json()["rows"]) == 2


def test_what_both_say_is_marked_as_neither_s_own(app: FastAPI, author: TestClient) -> None:
    judged(app, 1)
    same = author.get(f"/api/v1/layouts/{draft(author, Policy('cup', PolicyKind.ALLOWED))}/trial").json()
    (row,) = same["rows"]
    assert (same["differing"], row["differs"]) == (0, False)
    assert [one for one in row["tried"]["findings"] if one["state"] == "suspected"]
    assert not any(one["only_here"] for one in row["tried"]["findings"] + row["present"]["findings"])


def test_the_version_that_counts_is_tried_alone_and_a_window_without_pictures_has_no_row(
    app: FastAPI, author: TestClient
) -> None:
    (counting,) = author.get("/api/v1/windows/A01/layouts").json()
    assert author.get(f"/api/v1/layouts/{counting['id']}/trial").json()["rows"] == []
    judged(app, 1)
    alone = author.get(f"/api/v1/layouts/{counting['id']}/trial").json()
    assert alone["against"] is None
    assert [row["present"] for row in alone["rows"]] == [None]
    assert alone["suspected"] == 1


def test_a_picture_that_is_gone_is_told_and_the_others_are_tried(
    app: FastAPI, author: TestClient, services: Services, tmp_path: Path
) -> None:
    judged(app, 1, 2)
    with services.database.reading() as session:
        lost = session.scalars(select(Capture.masked_sha256).order_by(Capture.taken_at)).first()
    assert lost is not None
    (tmp_path / "evidence" / lost[:2] / lost).unlink()
    rows = author.get(f"/api/v1/layouts/{draft(author)}/trial").json()["rows"]
    assert [row["tried"]["state"] for row in rows] == ["suspected", None]
    assert rows[1]["tried"]["problem"]["zh"]
    assert rows[1]["tried"]["problem"]["en"]


def test_only_who_draws_up_layouts_there_may_try_them(app: FastAPI, author: TestClient) -> None:
    path = f"/api/v1/layouts/{draft(author)}/trial"
    assert logged_in(app, "inspector").get(path).status_code == 403
    assert logged_in(app, "supervisor_b").get(path).status_code == 404
    assert author.get("/api/v1/layouts/999/trial").status_code == 404
    assert author.get(f"{path}?last=51").status_code == 422


def saved_draft(author: TestClient, *policies: dict[str, Any], **layout: Any) -> int:
    """Save a draft of the approved layout with other policies; its revision."""
    draft_at = "/api/v1/windows/A01/draft"
    now = author.get(draft_at).json()
    document = now["document"]
    document["layout"] |= {"policies": list(policies), **layout}
    answer = author.put(draft_at, json={"revision": now["revision"], "document": document})
    assert answer.status_code == 200, answer.text
    revision: int = answer.json()["revision"]
    return revision


def tried(author: TestClient, revision: int, **ask: int) -> Any:
    return author.post("/api/v1/windows/A01/draft/trial", json={"revision": revision, **ask})


def test_a_draft_is_tried_picture_by_picture_as_a_version_is(
    app: FastAPI, author: TestClient, services: Services
) -> None:
    judged(app, 1, 2, 3)
    before = stored(services)
    revision = saved_draft(author, {"item": "beverage_container", "kind": "allowed"})
    parts = [tried(author, revision, last=1, skip=skip).json() for skip in range(3)]
    whole = author.get(
        f"/api/v1/layouts/{draft(author, Policy('beverage_container', PolicyKind.ALLOWED))}/trial"
    ).json()
    assert stored(services) == before
    assert [part["pictures"] for part in parts] == [3, 3, 3]
    assert {part["against_version"] for part in parts} == {1}
    assert [row for part in parts for row in part["rows"]] == whole["rows"]
    assert tried(author, revision, skip=3).json()["rows"] == []
    assert author.get("/api/v1/windows/A01/draft").json()["revision"] == revision


def test_a_draft_that_is_no_layout_or_not_the_last_one_is_not_tried(app: FastAPI, author: TestClient) -> None:
    judged(app, 1)
    revision = saved_draft(author)
    later = saved_draft(author, zones=[{"id": "z", "item": "cup", "polygon_cm": [[0, 0], [9, 9], [9, 0], [0, 9]]}])
    stale = tried(author, revision)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "layout.draft_conflict")
    unsound = tried(author, later)
    assert unsound.status_code == 422
    (problem,) = unsound.json()["error"]["facts"]["problems"]
    assert (problem["path"], problem["code"]) == ("zones[0].polygon_cm", "layout.polygon_crossed")
    author.delete(f"/api/v1/windows/A01/draft?revision={later}")
    assert tried(author, later).json()["error"]["code"] == "layout.draft_gone"


def test_a_draft_is_tried_by_those_who_draw_there(app: FastAPI, author: TestClient) -> None:
    revision = saved_draft(author)
    assert tried(logged_in(app, "inspector"), revision).status_code == 403
    assert author.post("/api/v1/windows/Z99/draft/trial", json={"revision": 1}).status_code == 404
    for wrong in ({"last": 0}, {"last": 51}, {"skip": -1}, {"skip": 51}):
        assert tried(author, revision, **wrong).status_code == 422
