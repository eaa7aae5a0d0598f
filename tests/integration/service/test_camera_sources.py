"""Sources and permits on both databases: who may set, try and permit, and what a burst needs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from camera_kit import CORNERS, VIEW, jpeg, keep_view, turned
from deskcheck_service.app import create_app
from deskcheck_service.cameras import permits, sourcing
from deskcheck_service.errors import NotFoundError
from deskcheck_service.errors.secrets import SecretKeysError, SecretUnreadableError
from deskcheck_service.errors.sources import SourceUnsetError, ViewOffError
from deskcheck_service.secret_box import key_file
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables.sources import CameraSource
from deskcheck_vision.sources.camera_errors import LoginRefusedError
from fastapi import FastAPI
from http_camera import HttpCamera, http_camera
from service_kit import Hall, approve, logged_in, make_hall
from starlette.testclient import TestClient

PASSWORD = "hunter2"
ORDER = {"purpose": "order at the counters", "legal_basis": "rules of 2024"}


@pytest.fixture(scope="module")
def running() -> Iterator[HttpCamera]:
    seeds = itertools.count()
    with http_camera(lambda: jpeg(turned(seed=next(seeds)))) as camera:
        yield camera


@pytest.fixture
def camera(running: HttpCamera) -> HttpCamera:
    running.user, running.password = "admin", PASSWORD
    return running


@pytest.fixture
def settings(settings: Settings, camera: HttpCamera) -> Settings:
    return settings.model_copy(update={"camera_networks": "127.0.0.0/8", "camera_ports": str(camera.port)})


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    built = build_services(settings)
    yield built
    built.close()


@pytest.fixture
def hall(services: Services) -> Hall:
    """A camera hall-1 that shows both windows."""
    made = make_hall(services)
    approve(services, *CORNERS)
    app = create_app(services.settings, services)
    administrator, supervisor = logged_in(app, "administrator"), logged_in(app, "supervisor")
    names = {"code": "hall-1", "name_zh": "一", "name_en": "1", "centre_id": made.centre_id}
    assert administrator.post("/api/v1/cameras", json=names).status_code == 201
    for window in CORNERS:
        keep_view(supervisor, window, jpeg(turned()))
        assert supervisor.put(f"/api/v1/cameras/hall-1/views/{window}/{VIEW}").status_code == 200
    return made


@pytest.fixture
def app(settings: Settings, services: Services) -> FastAPI:
    return create_app(settings, services)


def put(client: TestClient, camera: HttpCamera, **fields: object) -> int:
    body = {"kind": "snapshot", "address": camera.url("/snapshot.jpg"), **fields}
    return client.put("/api/v1/cameras/hall-1/source", json=body).status_code


def code_of(client: TestClient, method: str, path: str, **json: object) -> tuple[int, str]:
    answer = client.request(method, f"/api/v1/cameras/hall-1/{path}", json=json or None)
    return answer.status_code, answer.json().get("error", {}).get("code", "") if answer.status_code >= 400 else ""


def burst(services: Services, camera_id: int = 1) -> int:
    return len(sourcing.take_burst(services, camera_id, frames=2, span_s=0.1, deadline_s=5))


def test_a_burst_needs_a_source_a_permit_and_the_keys(
    services: Services, hall: Hall, app: FastAPI, camera: HttpCamera
) -> None:
    administrator, supervisor = logged_in(app, "administrator"), logged_in(app, "supervisor")
    with pytest.raises(NotFoundError):
        burst(services, 99)
    with pytest.raises(SourceUnsetError):
        burst(services)
    assert put(administrator, camera, user="admin", password=PASSWORD) == 200
    with pytest.raises(ViewOffError):
        burst(services)
    # Who set the address may not approve; windows can be named; an area's supervisor approves their own.
    assert code_of(administrator, "POST", "permits", **ORDER) == (403, "camera.permit_own")
    in_b = logged_in(app, "supervisor_b")
    assert code_of(in_b, "POST", "permits", **ORDER, windows=["A01"]) == (403, "auth.forbidden")
    assert code_of(in_b, "POST", "permits", **ORDER) == (201, "")
    with services.database.reading() as session:
        on = permits.permitted_view_ids(session, hall.centre_id)
    assert len(on) == 1
    assert burst(services) == 2
    assert code_of(supervisor, "POST", "permits", **ORDER, windows=["B01"]) == (409, "camera.permit_exists")
    assert code_of(supervisor, "POST", "permits", **ORDER, windows=["C01"]) == (404, "request.not_found")
    assert code_of(supervisor, "POST", "permits", **ORDER) == (201, "")
    told = supervisor.get("/api/v1/cameras/hall-1/permits").json()
    assert [(one["window_code"], one["permit"]["approved_by"]) for one in told] == [
        ("A01", "Supervisor"),
        ("B01", "Supervisor_B"),
    ]
    assert code_of(in_b, "DELETE", "permits/A01") == (403, "auth.forbidden")
    assert code_of(supervisor, "DELETE", "permits/A01") == (200, "")
    # A view that is unlinked and linked again is off.
    supervisor.delete(f"/api/v1/cameras/hall-1/views/B01/{VIEW}")
    supervisor.put(f"/api/v1/cameras/hall-1/views/B01/{VIEW}")
    with services.database.reading() as session:
        assert permits.permitted_view_ids(session, hall.centre_id) == frozenset()

    supervisor.post("/api/v1/cameras/hall-1/permits", json=ORDER)
    camera.password = "other"
    with pytest.raises(LoginRefusedError):
        burst(services)
    camera.password = PASSWORD
    keys = key_file(services.settings)
    kept = keys.read_text()
    keys.unlink()
    with pytest.raises(SecretKeysError):
        burst(services)
    services.secrets.encrypt("makes a new key")
    with pytest.raises(SecretUnreadableError):
        burst(services)
    assert code_of(administrator, "POST", "source/try") == (503, "secret.unreadable")
    keys.write_text(kept)
    assert burst(services) == 2


def test_a_password_goes_to_the_host_it_was_entered_for_and_no_other(
    services: Services, hall: Hall, app: FastAPI, camera: HttpCamera
) -> None:
    administrator, supervisor = logged_in(app, "administrator"), logged_in(app, "supervisor")
    assert put(administrator, camera, user="admin", password=PASSWORD) == 200
    supervisor.post("/api/v1/cameras/hall-1/permits", json=ORDER)

    def state() -> tuple[bool, int]:
        source = administrator.get("/api/v1/cameras/hall-1/source").json()
        told = administrator.get("/api/v1/cameras/hall-1/permits").json()
        return source["has_login"], sum(one["permit"] is not None for one in told)

    assert state() == (True, 2)
    # The same address once more, or with another size: nothing changes but that.
    assert put(administrator, camera, width_px=640, height_px=480) == 200
    assert state() == (True, 2)
    # Another path: views are off. Another host: the password is forgotten too.
    assert put(administrator, camera, address=camera.url("/cgi-bin/snapshot.cgi")) == 200
    assert state() == (True, 0)
    assert put(administrator, camera, address=f"http://127.0.0.2:{camera.port}/snapshot.jpg") == 200
    assert state() == (False, 0)
    assert put(administrator, camera, user="admin", password=PASSWORD) == 200
    assert put(administrator, camera, without_login=True) == 200
    assert state() == (False, 0)
    # A secret moved to another camera's row is refused there.
    assert put(administrator, camera, user="admin", password=PASSWORD) == 200
    with services.database.writing() as session:
        row = session.get(CameraSource, 1)
        assert row is not None
        row.secret = sourcing.write_login(services.secrets, 2, "admin", PASSWORD)
    with services.database.reading() as session, pytest.raises(SecretUnreadableError):
        sourcing.spec_of(session, services.secrets, 1)
    assert code_of(supervisor, "PUT", "source", kind="rtsp", address="rtsp://127.0.0.1/") == (403, "auth.forbidden")
    assert put(administrator, camera, user="admin") == 422
    assert put(administrator, camera, width_px=640) == 422
    assert administrator.delete("/api/v1/cameras/hall-1/source").status_code == 204
    assert code_of(administrator, "GET", "source") == (409, "camera.source_unset")
    assert code_of(administrator, "DELETE", "source") == (409, "camera.source_unset")
