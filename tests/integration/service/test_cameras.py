"""One camera over two windows: guarded, suspended, made active again, recalibrated."""

from __future__ import annotations

from typing import Any

import pytest
from camera_kit import CORNERS, VIEW, corners_text, jpeg, keep_view, shoot, turned
from deskcheck_service.cameras.watching import check_frame
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import AuditEntry, Camera, CameraLook, Capture, View, utc_now
from deskcheck_vision.frames import Frame
from fastapi import FastAPI
from photos import services_that_know
from service_kit import Hall, approve, logged_in
from sqlalchemy import func, select
from starlette.testclient import TestClient

CAMERA = "hall-1"


@pytest.fixture
def services(settings: Settings) -> Any:
    built = services_that_know(settings)
    yield built
    built.close()


@pytest.fixture
def supervisor(app: FastAPI, hall: Hall, services: Services) -> TestClient:
    """The supervisor, once both windows have an approved layout and a view of the one camera."""
    approve(services, "A01", "B01")
    client = logged_in(app, "supervisor")
    for window in CORNERS:
        keep_view(client, window, jpeg(turned()))
    new = {"centre_id": hall.centre_id, "code": CAMERA, "name_zh": "大厅一号", "name_en": "Hall 1"}
    assert logged_in(app, "administrator").post("/api/v1/cameras", json=new).status_code == 201
    for window in CORNERS:
        answer = client.put(f"/api/v1/cameras/{CAMERA}/views/{window}/{VIEW}")
        assert answer.status_code == 200, answer.text
    return client


def _looked(client: TestClient, deg: float, seed: int) -> dict[str, Any]:
    answer = shoot(client, CAMERA, jpeg(turned(deg, seed)))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def _reasons(client: TestClient, checked: dict[str, Any]) -> set[str | None]:
    """Reasons of everything inconclusive in all judgements of a picture."""
    found: set[str | None] = set()
    for window in checked["windows"]:
        judgement = client.get(f"/api/v1/judgements/{window['judgement']['id']}").json()
        found |= {one["reason"] for one in judgement["findings"] if one["state"] == "inconclusive"}
    return found


def _suspend(client: TestClient, seed: int) -> dict[str, Any]:
    _looked(client, 2.0, seed)
    checked = _looked(client, 2.0, seed + 1)
    assert checked["camera"]["state"] == "suspended"
    return checked


def test_one_picture_is_looked_at_once_and_judged_for_each_window(supervisor: TestClient, services: Services) -> None:
    checked = _looked(supervisor, 0.0, 1)
    assert checked["look"]["state"] == "steady"
    assert [(one["window_code"], one["view"]) for one in checked["windows"]] == [("A01", VIEW), ("B01", VIEW)]
    assert all(one["judgement"]["source"] == "camera" for one in checked["windows"])
    # The picture is kept once, with people masked, and shown to whoever may see one of the windows.
    assert {one["judgement"]["evidence"]["masked"] for one in checked["windows"]} == {checked["look"]["picture_sha256"]}
    with services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CameraLook)) == 1
        assert session.scalar(select(func.count()).select_from(Capture)) == 2
    again = shoot(supervisor, CAMERA, jpeg(turned(0.0, 1)))
    assert again.status_code == 200
    assert [one["judgement"]["id"] for one in again.json()["windows"]] == [
        one["judgement"]["id"] for one in checked["windows"]
    ]


def test_a_small_drift_is_corrected_and_kept_in_the_history(supervisor: TestClient) -> None:
    checked = _looked(supervisor, 0.2, 1)
    look = checked["look"]
    assert look["state"] == "drifted"
    assert abs(abs(look["roll_deg"]) - 0.2) < 0.05
    assert checked["camera"]["state"] == "active"
    for window in checked["windows"]:
        assert supervisor.get(f"/api/v1/judgements/{window['judgement']['id']}").json()["registration"] == "view"
    (kept,) = supervisor.get(f"/api/v1/cameras/{CAMERA}/looks").json()["items"]
    assert kept == look


def test_a_moved_camera_is_suspended_after_two_pictures_and_nothing_passes(
    app: FastAPI, supervisor: TestClient, services: Services
) -> None:
    first = _looked(supervisor, 2.0, 1)
    assert (first["look"]["state"], first["camera"]["state"]) == ("moved", "active")
    assert _reasons(supervisor, first) == {"camera_moved"}  # judged by corners that are elsewhere it would be wrong
    second = _looked(supervisor, 2.0, 2)
    assert second["look"]["suspended"]
    assert second["camera"]["state"] == "suspended"
    task = second["camera"]["open_task"]
    assert (task["before_sha256"], task["after_sha256"]) == (
        second["camera"]["reference_sha256"],
        second["look"]["picture_sha256"],
    )
    for sha256 in (task["before_sha256"], task["after_sha256"]):
        assert logged_in(app, "inspector_b").get(f"/api/v1/evidence/{sha256}").status_code == 200
    assert [one["camera_code"] for one in supervisor.get("/api/v1/camera-tasks").json()] == [CAMERA]
    # While it is suspended even a picture that looks right is no pass.
    third = _looked(supervisor, 0.0, 3)
    assert _reasons(supervisor, third) == {"camera_moved"}
    assert all(one["judgement"]["pass_count"] == 0 for one in third["windows"])
    # One task stands for what would be a question a rule, window and picture.
    assert supervisor.get("/api/v1/findings", params={"state": "inconclusive"}).json()["items"] == []
    assert supervisor.get("/api/v1/findings/counts").json()["inconclusive"] == 0
    windows = supervisor.get("/api/v1/windows").json()
    assert all(window["camera_moved"] for window in windows)
    with services.database.reading() as session:
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "camera")).all()
    assert acts == ["camera.add", "camera.link", "camera.link", "camera.suspend"]


def test_one_knock_between_steady_pictures_suspends_nothing(supervisor: TestClient) -> None:
    for seed, deg in enumerate((0.0, 2.0, 0.0, 2.0, 0.0)):
        checked = _looked(supervisor, deg, seed)
    assert checked["camera"]["state"] == "active"
    assert supervisor.get("/api/v1/camera-tasks").json() == []


def test_hangs_as_before_holds_only_if_the_next_picture_agrees(supervisor: TestClient) -> None:
    _suspend(supervisor, 1)
    refused = supervisor.post(f"/api/v1/cameras/{CAMERA}/reactivate", json={"reason": ""})
    assert refused.status_code == 422
    back = supervisor.post(f"/api/v1/cameras/{CAMERA}/reactivate", json={"reason": "pushed back"}).json()
    assert (back["state"], back["watched_closely"], back["open_task"]) == ("active", True, None)
    agreed = _looked(supervisor, 0.0, 3)
    assert (agreed["camera"]["state"], agreed["camera"]["watched_closely"]) == ("active", False)
    assert "camera_moved" not in _reasons(supervisor, agreed)
    (done,) = supervisor.get("/api/v1/camera-tasks", params={"only_open": False}).json()
    assert (done["how"], done["note"], done["closed_by"]["name"]) == ("hangs_as_before", "pushed back", "supervisor")

    _suspend(supervisor, 4)
    supervisor.post(f"/api/v1/cameras/{CAMERA}/reactivate", json={"reason": "looks fine to me"})
    assert _looked(supervisor, 2.0, 6)["camera"]["state"] == "suspended"  # one picture is enough now
    assert len(supervisor.get("/api/v1/camera-tasks", params={"only_open": False}).json()) == 3
    again = supervisor.post(f"/api/v1/cameras/{CAMERA}/reactivate", json={"reason": "once more"})
    assert again.status_code == 200
    twice = supervisor.post(f"/api/v1/cameras/{CAMERA}/reactivate", json={"reason": "twice"})
    assert twice.json()["error"]["code"] == "camera.not_suspended"


def _draw_anew(client: TestClient, window: str, sha256: str, corners: tuple[tuple[float, float], ...]) -> int:
    """Draw a window's layout on a picture and submit it; return the key of the version that waits for approval."""
    draft = client.get(f"/api/v1/windows/{window}/draft").json()
    document = draft["document"]
    assert document["still"]["view"] == VIEW
    document["still"] = {"sha256": sha256, "image_wh": [1440, 1080], "focal_px": None, "view": VIEW}
    document["corners_px"] = [list(corner) for corner in corners]
    saved = client.put(f"/api/v1/windows/{window}/draft", json={"revision": 0, "base_version": 1, "document": document})
    assert saved.status_code == 200, saved.text
    made = client.post(f"/api/v1/windows/{window}/draft/submit", json={"revision": saved.json()["revision"]})
    assert made.status_code == 201, made.text
    return int(made.json()["id"])


def test_new_corners_of_every_window_approved_by_another_person_close_the_task(
    app: FastAPI, supervisor: TestClient
) -> None:
    moved = _suspend(supervisor, 1)
    sha256 = moved["look"]["picture_sha256"]
    begun = supervisor.get("/api/v1/windows/A01/draft").json()["document"]
    assert begun["still"]["sha256"] == sha256  # a new draft begins on what the camera shows now, with the old corners
    assert [tuple(corner) for corner in begun["corners_px"]] == list(CORNERS["A01"])
    second = logged_in(app, "second")
    shifted = {window: tuple((x + 20, y + 10) for x, y in corners) for window, corners in CORNERS.items()}
    first_id = _draw_anew(supervisor, "A01", sha256, shifted["A01"])
    assert supervisor.post(f"/api/v1/layouts/{first_id}/approve").status_code == 403  # four eyes
    assert second.post(f"/api/v1/layouts/{first_id}/approve").status_code == 200
    camera = supervisor.get(f"/api/v1/cameras/{CAMERA}").json()
    assert camera["state"] == "suspended"  # the other window has old corners still
    assert second.post(f"/api/v1/layouts/{_draw_anew(supervisor, 'B01', sha256, shifted['B01'])}/approve").is_success
    camera = supervisor.get(f"/api/v1/cameras/{CAMERA}").json()
    assert (camera["state"], camera["reference_sha256"]) == ("active", sha256)
    (task,) = supervisor.get("/api/v1/camera-tasks", params={"only_open": False}).json()
    assert (task["how"], task["closed_by"]["name"]) == ("recalibrated", "second")
    after = _looked(supervisor, 2.0, 9)
    assert after["look"]["state"] == "steady"
    assert "camera_moved" not in _reasons(supervisor, after)


def test_a_version_on_a_picture_from_before_the_move_closes_nothing(app: FastAPI, supervisor: TestClient) -> None:
    steady = _looked(supervisor, 0.0, 1)
    _suspend(supervisor, 2)
    for window, corners in CORNERS.items():
        layout_id = _draw_anew(supervisor, window, steady["look"]["picture_sha256"], corners)
        assert logged_in(app, "second").post(f"/api/v1/layouts/{layout_id}/approve").is_success
    assert supervisor.get(f"/api/v1/cameras/{CAMERA}").json()["state"] == "suspended"


def test_a_photo_said_to_be_from_the_cameras_place_is_guarded_too(app: FastAPI, supervisor: TestClient) -> None:
    inspector = logged_in(app, "inspector")

    def judged(deg: float, seed: int) -> dict[str, Any]:
        files = {"photo": ("x.jpg", jpeg(turned(deg, seed)))}
        answer = inspector.post("/api/v1/windows/A01/captures", files=files, data={"view": VIEW})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    assert judged(0.0, 1)["registration"] == "view"
    assert {one["reason"] for one in judged(2.0, 2)["findings"] if one["state"] == "inconclusive"} == {"camera_moved"}


def test_a_frame_of_a_view_without_a_camera_makes_one(app: FastAPI, hall: Hall, services: Services) -> None:
    approve(services, "A01")
    keep_view(logged_in(app, "supervisor"), "A01", jpeg(turned()))
    with services.database.reading() as session:
        view = session.scalars(select(View).where(View.name == VIEW)).one()
    taken = {"centre_id": hall.centre_id, "code": f"cam-{view.id}", "name_zh": "别的", "name_en": "Another"}
    assert logged_in(app, "administrator").post("/api/v1/cameras", json=taken).status_code == 201
    for seed in (1, 2):
        frame = Frame(turned(2.0, seed), utc_now(), "film", float(seed))
        judgement = check_frame(services, "test", "A01", frame, VIEW).judgement
    assert judgement.findings[0].reason == "camera_moved"
    with services.database.reading() as session:
        made = {camera.code: camera.state for camera in session.scalars(select(Camera))}
    assert made == {f"cam-{view.id}": "active", f"cam-{view.id}-2": "suspended"}


def test_what_is_wrong_with_one_window_keeps_the_other_from_nothing(
    app: FastAPI, supervisor: TestClient, services: Services
) -> None:
    with services.database.writing() as session:
        view = session.scalars(select(View).where(View.name == VIEW)).first()
        assert view is not None
        view.inner_left_x_px, view.inner_left_y_px = view.outer_left_x_px, view.outer_left_y_px
    broken, sound = _looked(supervisor, 0.0, 1)["windows"]
    assert broken["judgement"] is None
    assert broken["problem"]["en"]
    assert sound["judgement"] is not None


def test_who_reaches_one_window_sees_the_camera_but_decides_nothing_about_the_other(
    app: FastAPI, supervisor: TestClient
) -> None:
    _suspend(supervisor, 1)
    only_b = logged_in(app, "supervisor_b")
    camera = only_b.get(f"/api/v1/cameras/{CAMERA}").json()
    assert [view["window_code"] for view in camera["views"]] == ["B01"]
    assert only_b.post(f"/api/v1/cameras/{CAMERA}/reactivate", json={"reason": "mine"}).status_code == 403
    assert shoot(only_b, CAMERA, jpeg(turned())).status_code == 403
    assert only_b.put(f"/api/v1/cameras/{CAMERA}/views/A01/{VIEW}").status_code == 404
    unlinked = supervisor.delete(f"/api/v1/cameras/{CAMERA}/views/B01/{VIEW}")
    assert unlinked.status_code == 200
    assert only_b.get(f"/api/v1/cameras/{CAMERA}").status_code == 404
    assert only_b.get("/api/v1/cameras").json() == []


def test_what_cannot_be_is_refused_with_its_code(app: FastAPI, hall: Hall, supervisor: TestClient) -> None:
    administrator = logged_in(app, "administrator")

    def code(answer: Any) -> str:
        return str(answer.json()["error"]["code"])

    new = {"centre_id": hall.centre_id, "code": "hall-2", "name_zh": "二号", "name_en": "Two"}
    assert administrator.post("/api/v1/cameras", json=new).status_code == 201
    assert code(administrator.post("/api/v1/cameras", json=new)) == "request.exists"
    assert code(shoot(supervisor, "hall-2", jpeg(turned()))) == "camera.no_view"
    assert code(supervisor.put(f"/api/v1/cameras/hall-2/views/A01/{VIEW}")) == "camera.view_taken"
    assert code(supervisor.put("/api/v1/cameras/hall-2/views/A01/counter.jpg")) == "camera.view_without_still"
    assert code(shoot(supervisor, CAMERA, jpeg(turned()[:, :1000]))) == "camera.picture_unfit"
    assert code(shoot(supervisor, CAMERA, jpeg(turned()), taken_at="2199-01-01T00:00:00Z")) == "request.invalid"
    assert code(shoot(supervisor, "nowhere", jpeg(turned()))) == "request.not_found"
    assert administrator.delete("/api/v1/cameras/hall-2").status_code == 204
    assert _looked(supervisor, 0.0, 1)["camera"]["state"] == "active"
    assert code(administrator.delete(f"/api/v1/cameras/{CAMERA}")) == "camera.in_use"
    assert administrator.patch(f"/api/v1/cameras/{CAMERA}", json={"name_en": "Hall"}).json()["name_en"] == "Hall"


def test_the_cameras_pictures_can_be_drawn_on_with_the_corners_of_their_view(supervisor: TestClient) -> None:
    looked = _looked(supervisor, 0.2, 1)
    stills = supervisor.get("/api/v1/windows/A01/stills").json()
    assert [(one["kind"], one["view"]) for one in stills] == [("reference", VIEW), ("capture", VIEW)]
    assert stills[1]["sha256"] == looked["look"]["picture_sha256"]
    assert [tuple(corner) for corner in stills[1]["corners_px"]] == list(CORNERS["A01"])


def test_a_new_still_of_an_active_camera_becomes_its_reference(supervisor: TestClient) -> None:
    for window in CORNERS:
        keep_view(supervisor, window, jpeg(turned(1.0, 7)), corners_text(window))
    assert _looked(supervisor, 1.0, 8)["look"]["state"] == "steady"


def test_two_cameras_over_one_desk_are_judged_as_one(app: FastAPI, hall: Hall, services: Services) -> None:
    approve(services, "A01")
    supervisor, administrator = logged_in(app, "supervisor"), logged_in(app, "administrator")
    # Each picture shows two corners of the desk; the other two lie beyond its right or left edge.
    halves = {"left": "400,300 2000,300 2300,900 300,900", "right": "-560,300 1040,300 1140,900 -860,900"}
    for name, corners in halves.items():
        still = {"photo": ("still.jpg", jpeg(turned()))}
        put = supervisor.put(f"/api/v1/windows/A01/views/{name}", files=still, data={"corners_px": corners})
        assert put.status_code in (200, 201), put.text
        new = {"centre_id": hall.centre_id, "code": f"over-{name}", "name_zh": name, "name_en": name}
        assert administrator.post("/api/v1/cameras", json=new).status_code == 201
        assert supervisor.put(f"/api/v1/cameras/over-{name}/views/A01/{name}").status_code == 200

    def judged(name: str, minute: int, seed: int, deg: float = 0.0) -> dict[str, Any]:
        taken_at = f"2026-11-20T09:{minute}:00+08:00"
        answer = shoot(supervisor, f"over-{name}", jpeg(turned(deg, seed)), taken_at=taken_at)
        assert answer.status_code == 201, answer.text
        (window,) = answer.json()["windows"]
        return dict(supervisor.get(f"/api/v1/judgements/{window['judgement']['id']}").json())

    left = judged("left", 30, 1)
    right = judged("right", 33, 2)
    assert [one["judgement_id"] for one in right["together_with"]] == [left["id"]]
    assert "outside_view" in {one["reason"] for one in left["findings"]}
    assert "outside_view" not in {one["reason"] for one in right["findings"]}
    # A camera that has moved speaks for nothing, nor does anything speak for it.
    moved = judged("left", 36, 3, deg=2.0)
    assert moved["together_with"] == []
    assert judged("right", 39, 4)["together_with"] == []
