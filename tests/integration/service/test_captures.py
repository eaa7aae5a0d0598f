"""Photos in: judged, masked before anything is written, stored once, served to those who may see them."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import cv2
import numpy as np
import pytest
from deskcheck_service.app import create_app
from deskcheck_service.captures.cleaning import remove_orphans
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import (
    AuditEntry,
    Capture,
    Centre,
    Evidence,
    FindingRow,
    JudgementRow,
    PlacedItemRow,
    RulePass,
)
from fastapi import FastAPI
from httpx2 import Response
from photos import PERSON_BOX, photo, send, services_that_know
from PIL import Image
from seed_queue import seed_queue
from service_kit import CORNERS_TEXT, Hall, approve, layout_yaml, logged_in
from sqlalchemy import func, select, update
from starlette.testclient import TestClient


@pytest.fixture
def services(settings: Settings) -> Any:
    built = services_that_know(settings)
    yield built
    built.close()


@pytest.fixture
def inspector(app: FastAPI, hall: Hall, services: Services) -> TestClient:
    approve(services, "A01", "B01")
    return logged_in(app, "inspector")


def counts(services: Services) -> dict[str, int]:
    with services.database.reading() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Capture, JudgementRow, FindingRow, RulePass, PlacedItemRow, Evidence)
        }


def test_photo_becomes_a_judgement_with_everything_to_repeat_it(inspector: TestClient, services: Services) -> None:
    content = photo()
    answer = send(inspector, "A01", content, corners_px=CORNERS_TEXT, taken_at="2026-11-20T09:30:00+08:00")
    assert answer.status_code == 201, answer.text
    judgement = answer.json()
    assert judgement["state"] == "suspected"
    drink = next(one for one in judgement["findings"] if one["rule"] == "V01" and one["state"] == "suspected")
    assert drink["item"] == "beverage_container"
    assert drink["sentence"]["zh"]
    assert drink["xyxy"] == [900.0, 500.0, 960.0, 700.0]
    assert judgement["findings"][0]["state"] == "suspected"
    assert judgement["taken_at"] == "2026-11-20T01:30:00Z"
    assert judgement["photo_sha256"] == hashlib.sha256(content).hexdigest()
    assert (judgement["model_sha256"], judgement["model_session"]) == ("a" * 64, "known-fp32")
    assert (judgement["layout_version"], judgement["registration"], judgement["image_wh"]) == (
        1,
        "corners",
        [1920, 1080],
    )
    assert judgement["masked_people"] == 1
    assert inspector.get(f"/api/v1/judgements/{judgement['id']}").json() == judgement
    stored = counts(services)
    assert (stored["capture"], stored["judgement"], stored["evidence"]) == (1, 1, 5)
    assert stored["finding"] == len(judgement["findings"])
    total = sum(judgement[f"{state}_count"] for state in ("suspected", "inconclusive", "not_assessed", "exempt"))
    assert total == len(judgement["findings"])
    assert sum(one["count"] for one in judgement["passed"]) == judgement["pass_count"]


def test_window_page_and_history_show_the_judgement(inspector: TestClient) -> None:
    first = send(inspector, "A01", photo(1), corners_px=CORNERS_TEXT).json()
    second = send(inspector, "A01", photo(2), corners_px=CORNERS_TEXT).json()
    detail = inspector.get("/api/v1/windows/A01").json()
    assert detail["window"]["last"]["id"] == second["id"]
    assert [item["item"] for item in detail["last_items"]] == ["beverage_container"]
    # The drink of both pictures is one problem, which one finding stands for.
    assert (first["suspected_count"], second["suspected_count"], detail["open_findings"]) == (1, 1, 1)
    page = inspector.get("/api/v1/windows/A01/captures", params={"limit": 1}).json()
    assert [one["id"] for one in page["items"]] == [second["id"]]
    rest = inspector.get("/api/v1/windows/A01/captures", params={"limit": 1, "after": page["next"]}).json()
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([first["id"]], None)


def test_same_photo_again_is_the_same_judgement(inspector: TestClient, services: Services) -> None:
    first = send(inspector, "A01", photo(), corners_px=CORNERS_TEXT)
    before = counts(services)
    again = send(inspector, "A01", photo(), "renamed.jpg", corners_px=CORNERS_TEXT)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert counts(services) == before


def test_same_photo_of_another_window_or_under_a_new_layout_is_judged_anew(
    app: FastAPI, inspector: TestClient, services: Services
) -> None:
    first = send(inspector, "A01", photo(), corners_px=CORNERS_TEXT).json()
    other = send(inspector, "B01", photo(), corners_px=CORNERS_TEXT)
    assert other.status_code == 201
    draft = logged_in(app, "supervisor").post("/api/v1/windows/A01/layouts", json={"text": layout_yaml("A01", 2)})
    assert logged_in(app, "second").post(f"/api/v1/layouts/{draft.json()['id']}/approve").status_code == 200
    anew = send(inspector, "A01", photo(), corners_px=CORNERS_TEXT)
    assert anew.status_code == 201
    assert (anew.json()["layout_version"], first["layout_version"]) == (2, 1)


def test_same_photo_at_the_same_moment_is_one_judgement(
    app: FastAPI, inspector: TestClient, services: Services
) -> None:
    clients = [inspector, logged_in(app, "inspector"), logged_in(app, "supervisor")]
    barrier = Barrier(len(clients))
    content = photo()

    def post(client: TestClient) -> Response:
        barrier.wait()
        return send(client, "A01", content, corners_px=CORNERS_TEXT)

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(post, clients))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert counts(services)["judgement"] == 1


def test_people_are_masked_in_every_stored_picture_and_the_photo_itself_is_nowhere(
    inspector: TestClient, services: Services, tmp_path: Path
) -> None:
    content = photo()
    judgement = send(inspector, "A01", content, corners_px=CORNERS_TEXT).json()
    left, top, right, bottom = PERSON_BOX
    original = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert original is not None
    for kind in ("masked", "overlay_zh", "overlay_en", "overlay_zh_narrow", "overlay_en_narrow"):
        content_of = inspector.get(f"/api/v1/evidence/{judgement['evidence'][kind]}").content
        stored = cv2.imdecode(np.frombuffer(content_of, np.uint8), cv2.IMREAD_COLOR)
        assert stored is not None
        shrink = stored.shape[1] / original.shape[1]
        assert shrink < 0.7 if kind.endswith("narrow") else shrink == 1
        small = cv2.resize(original, (stored.shape[1], stored.shape[0]), interpolation=cv2.INTER_AREA)
        x1, y1, x2, y2 = (round(side * shrink) for side in (left, top, right, bottom))
        inside, before = stored[y1:y2, x1:x2], small[y1:y2, x1:x2]
        # Blocks have no detail: neighbouring pixels do not differ, where the photo's do by many greys. The
        # median, since labels may lie over the blocks.
        assert np.median(np.abs(np.diff(inside.astype(int), axis=1))) <= 1
        assert np.median(np.abs(np.diff(before.astype(int), axis=1))) >= 4
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert content[50_000:50_200] not in path.read_bytes(), path


def test_large_photo_never_touches_the_disk_before_it_is_masked(
    inspector: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A temporary folder that does not exist: any spooling of the form to the disk would fail.
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent/deskcheck")
    content = photo(3) + os.urandom(3_000_000)
    answer = send(inspector, "A01", content, corners_px=CORNERS_TEXT)
    assert answer.status_code == 201, answer.text


def test_photo_without_corners_or_view_is_inconclusive_and_never_guessed(inspector: TestClient) -> None:
    judgement = send(inspector, "A01", photo(), "IMG_0001.jpg").json()
    assert judgement["state"] == "inconclusive"
    assert judgement["registration"] == "none"
    assert {one["reason"] for one in judgement["findings"] if one["state"] == "inconclusive"} == {"not_registered"}
    tapped = send(inspector, "A01", photo(), "IMG_0001.jpg", corners_px=CORNERS_TEXT)
    assert tapped.status_code == 201
    assert tapped.json()["id"] != judgement["id"]


def test_view_is_taken_by_name_or_by_the_photos_file_name(inspector: TestClient) -> None:
    by_file = send(inspector, "A01", photo(1), "counter.jpg").json()
    assert by_file["registration"] == "view"
    by_name = send(inspector, "A01", photo(2), "IMG.jpg", view="counter.jpg").json()
    assert by_name["state"] == "suspected"
    unknown = send(inspector, "A01", photo(3), "IMG.jpg", view="elsewhere")
    assert unknown.status_code == 404
    upright = send(inspector, "A01", photo(4, (1080, 1920)), "IMG.jpg", view="counter.jpg")
    assert upright.json()["error"]["code"] == "photo.view_unfit"


def _png(wh: tuple[int, int]) -> bytes:
    done, content = cv2.imencode(".png", np.zeros((wh[1], wh[0], 3), np.uint8))
    assert done
    return content.tobytes()


BAD_PICTURES: list[tuple[str, bytes, int]] = [
    ("empty", b"", 422),
    ("words", b"not a picture at all, just words", 415),
    ("truncated", photo()[:5000], 422),
    ("gif", b"GIF89a" + b"\x00" * 100, 415),
    ("tiny", _png((20, 20)), 422),
    ("bomb", _png((9000, 9000)), 422),
]


def test_bad_pictures_are_named_and_leave_nothing(inspector: TestClient, services: Services) -> None:
    for name, content, status in BAD_PICTURES:
        answer = send(inspector, "A01", content, corners_px=CORNERS_TEXT)
        assert answer.status_code == status, (name, answer.text)
        assert answer.json()["error"]["code"].startswith("picture.")
    assert set(counts(services).values()) == {0}
    assert list(services.evidence.names()) == []


BAD_FIELDS: list[dict[str, str]] = [
    {"corners_px": "1,2 3,4"},
    {"corners_px": "nan,2 3,4 5,6 7,8"},
    {"corners_px": "1,2 3,4 5,6 inf,8"},
    {"corners_px": "200,900 1720,900 1420,400 500,400"},
    {"corners_px": "0,0 1,1 2,2 3,3"},
    {"taken_at": "yesterday"},
    {"taken_at": "2026-11-20T09:30:00"},
    {"taken_at": "2150-01-01T00:00:00Z"},
]


def test_bad_fields_are_named_and_leave_nothing(inspector: TestClient, services: Services) -> None:
    for fields in BAD_FIELDS:
        answer = send(inspector, "A01", photo(), **fields)
        assert answer.status_code == 422, (fields, answer.text)
    assert set(counts(services).values()) == {0}


def test_photo_larger_than_allowed_is_refused(settings: Settings, services: Services, hall: Hall) -> None:
    approve(services, "A01")
    small = settings.model_copy(update={"max_photo_mb": 1})
    held = Services(small, services.database, services.evidence, services.engine)
    client = logged_in(create_app(small, held), "inspector")
    answer = send(client, "A01", photo() + b"\0" * 1_200_000, corners_px=CORNERS_TEXT)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "request.too_large"


def test_window_without_an_approved_layout_takes_no_photo(app: FastAPI, hall: Hall, services: Services) -> None:
    answer = send(logged_in(app, "inspector"), "A01", photo(), corners_px=CORNERS_TEXT)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "window.no_layout"


def test_form_without_a_photo_is_refused(inspector: TestClient) -> None:
    answer = inspector.post("/api/v1/windows/A01/captures", data={"photo": "text"})
    assert answer.json()["error"]["code"] == "request.invalid"
    answer = inspector.post("/api/v1/windows/A01/captures", files={"picture": ("a.jpg", photo())})
    assert answer.json()["error"]["code"] == "request.invalid"


def test_evidence_is_private_checked_and_every_view_is_logged(
    app: FastAPI, inspector: TestClient, services: Services
) -> None:
    judgement = send(inspector, "A01", photo(), corners_px=CORNERS_TEXT).json()
    path = f"/api/v1/evidence/{judgement['evidence']['masked']}"
    served = inspector.get(path)
    assert served.status_code == 200
    assert served.headers["content-type"] == "image/jpeg"
    assert "private" in served.headers["cache-control"]
    assert hashlib.sha256(served.content).hexdigest() == judgement["evidence"]["masked"]
    again = inspector.get(path, headers={"If-None-Match": served.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert logged_in(app, "inspector_b").get(path).status_code == 404
    assert TestClient(app).get(path).status_code == 401
    with services.database.reading() as session:
        reads = select(AuditEntry.actor_name).where(AuditEntry.action == "evidence.read")
        assert list(session.scalars(reads)) == ["inspector", "inspector"]


def test_damaged_or_lost_evidence_is_never_served(inspector: TestClient, services: Services, tmp_path: Path) -> None:
    judgement = send(inspector, "A01", photo(), corners_px=CORNERS_TEXT).json()
    sha256 = judgement["evidence"]["masked"]
    path = tmp_path / "evidence" / sha256[:2] / sha256
    path.write_bytes(b"something else")
    assert inspector.get(f"/api/v1/evidence/{sha256}").json()["error"]["code"] == "evidence.missing"
    path.unlink()
    assert inspector.get(f"/api/v1/evidence/{sha256}").json()["error"]["code"] == "evidence.missing"


def test_reference_picture_is_masked_and_shown_beside_the_evidence(
    app: FastAPI, inspector: TestClient, services: Services
) -> None:
    supervisor = logged_in(app, "supervisor")
    path = "/api/v1/windows/A01/views/counter.jpg"
    put = supervisor.put(path, files={"photo": ("r.jpg", photo(9))}, data={"corners_px": CORNERS_TEXT})
    assert put.status_code == 200, put.text  # the layout file brought the view, the picture is new
    new = supervisor.put(
        "/api/v1/windows/A01/views/door", files={"photo": ("r.jpg", photo(9))}, data={"corners_px": CORNERS_TEXT}
    )
    assert new.status_code == 201
    judgement = send(inspector, "A01", photo(), "counter.jpg").json()
    assert judgement["evidence"]["reference"] == put.json()["reference_sha256"]
    assert inspector.get(f"/api/v1/evidence/{judgement['evidence']['reference']}").status_code == 200
    missing = supervisor.put(path, files={"photo": ("r.jpg", photo(9))})
    assert missing.status_code == 422


def test_a_judgement_from_before_narrow_overlays_is_shown_with_the_wide_one(
    inspector: TestClient, services: Services
) -> None:
    judgement = send(inspector, "A01", photo(), corners_px=CORNERS_TEXT).json()
    with services.database.writing() as session:
        session.execute(update(Capture).values(overlay_zh_narrow_sha256=None, overlay_en_narrow_sha256=None))
    old = inspector.get(f"/api/v1/judgements/{judgement['id']}").json()["evidence"]
    assert old["overlay_zh_narrow"] is None
    page = inspector.get(f"/judgements/{judgement['id']}").text
    assert old["overlay_zh"] in page
    assert "data-narrow" not in page


def test_who_ran_the_model_is_shown_in_the_history_and_on_the_page(inspector: TestClient, services: Services) -> None:
    judgement = send(inspector, "A01", photo(), corners_px=CORNERS_TEXT).json()
    listed = inspector.get("/api/v1/judgements").json()["items"]
    of_window = inspector.get("/api/v1/windows/A01/captures").json()["items"]
    assert [one["model_session"] for one in (*listed, *of_window)] == ["known-fp32"] * 2
    assert "known-fp32" in inspector.get(f"/judgements/{judgement['id']}").text
    with services.database.writing() as session:
        session.execute(update(JudgementRow).values(model_session=None))
    assert inspector.get(f"/api/v1/judgements/{judgement['id']}").json()["model_session"] is None
    assert "未记录" in inspector.get(f"/judgements/{judgement['id']}").text


def test_narrow_overlays_are_reached_by_those_who_reach_the_judgement_and_stay_when_evidence_is_cleaned(
    inspector: TestClient, app: FastAPI, services: Services
) -> None:
    evidence = send(inspector, "A01", photo(), corners_px=CORNERS_TEXT).json()["evidence"]
    assert remove_orphans(services, timedelta(seconds=-5)) == 0
    stranger = logged_in(app, "inspector_b")
    for kind in ("overlay_zh_narrow", "overlay_en_narrow"):
        assert inspector.get(f"/api/v1/evidence/{evidence[kind]}").status_code == 200
        assert stranger.get(f"/api/v1/evidence/{evidence[kind]}").status_code == 404


def test_history_over_windows_is_listed_filtered_and_paged_within_the_persons_areas(
    inspector: TestClient, app: FastAPI, services: Services
) -> None:
    approve(services, "B01")
    seed_queue(services.database, 60)  # twelve judgements, in turn of A01 and B01
    listed = inspector.get("/api/v1/judgements", params={"limit": 5}).json()
    pages = [listed["items"]]
    while listed["next"]:
        listed = inspector.get("/api/v1/judgements", params={"limit": 5, "after": listed["next"]}).json()
        pages.append(listed["items"])
    assert [len(page) for page in pages] == [5, 5, 2]
    everything = [one for page in pages for one in page]
    assert len({one["id"] for one in everything}) == 12
    assert [one["taken_at"] for one in everything] == sorted((one["taken_at"] for one in everything), reverse=True)
    assert {one["time_zone"] for one in everything} == {"Asia/Shanghai"}
    of_b = inspector.get("/api/v1/judgements", params={"window": "B01"}).json()["items"]
    assert len(of_b) == 6
    assert logged_in(app, "inspector_b").get("/api/v1/judgements").json()["items"] == of_b
    assert (
        inspector.get("/api/v1/judgements", params={"taken_before": everything[-1]["taken_at"]}).json()["items"] == []
    )
    assert inspector.get("/api/v1/judgements", params={"state": "pass"}).json() == {"items": [], "next": None}
    assert inspector.get("/api/v1/judgements", params={"after": "zzz"}).json()["error"]["code"] == "request.cursor"
    assert inspector.get("/api/v1/judgements", params={"limit": 1000}).status_code == 422
    assert logged_in(app, "nobody").get("/api/v1/judgements").status_code == 403


@pytest.mark.parametrize(
    ("zone", "taken_at"), [("Asia/Shanghai", "2026-11-20T01:30:00Z"), ("Asia/Urumqi", "2026-11-20T03:30:00Z")]
)
def test_a_camera_that_names_no_zone_keeps_the_centres_time(
    inspector: TestClient, services: Services, zone: str, taken_at: str
) -> None:
    with services.database.writing() as session:
        session.execute(update(Centre).values(time_zone=zone))
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:20 09:30:00"  # DateTimeOriginal in the Exif block
    stamped = io.BytesIO()
    Image.open(io.BytesIO(photo())).save(stamped, "JPEG", exif=exif)
    answer = send(inspector, "A01", stamped.getvalue(), corners_px=CORNERS_TEXT)
    assert answer.json()["taken_at"] == taken_at
