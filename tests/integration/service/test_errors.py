"""One shape for every error of every route, in the caller's language."""

from __future__ import annotations

import re

import pytest
from deskcheck_service.app import create_app
from deskcheck_service.schemas import ErrorBody
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from fastapi import FastAPI
from httpx2 import Response
from service_kit import Hall, logged_in
from starlette.testclient import TestClient


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def error_of(answer: Response) -> ErrorBody:
    """Read the one shape; anything else fails here."""
    body = ErrorBody.model_validate(answer.json())
    detail = body.error
    assert detail.message in {detail.message_zh, detail.message_en}
    assert re.search("[一-鿿]", detail.message_zh)
    assert not re.search("[一-鿿]", detail.message_en) or detail.facts
    assert detail.request_id == answer.headers["x-request-id"]
    assert not re.search(r"\{[a-z_]+\}", detail.message + detail.next_step)
    return body


def _routes(app: FastAPI) -> list[tuple[str, str]]:
    return [(method.upper(), path) for path, operations in app.openapi()["paths"].items() for method in operations]


def _filled(path: str, value: str) -> str:
    return re.sub(r"\{\w+\}", value, path)


def test_every_route_without_log_in(app: FastAPI, client: TestClient) -> None:
    for method, path in _routes(app):
        answer = client.request(method, _filled(path, "1"))
        if answer.status_code >= 400:
            error_of(answer)


@pytest.mark.parametrize(
    ("value", "content"),
    [
        *((value, None) for value in ("1", "!", "x" * 200, "-1", "99999999999999999999", "%00")),
        *(("1", content) for content in (b"{", b"[]", b'{"name": 1}', b"\xff\xfe")),
    ],
)
def test_every_route_with_nonsense(app: FastAPI, hall: Hall, value: str, content: bytes | None) -> None:
    client = logged_in(app, "administrator")
    headers = {"content-type": "application/json"}
    for method, path in _routes(app):
        if path.endswith(("/session", "/me")):
            continue
        answer = client.request(method, _filled(path, value), content=content, headers=headers)
        assert answer.status_code < 500 or answer.json()["error"]["code"].startswith("model."), (method, path)
        if answer.status_code >= 400:
            error_of(answer)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/no-such-thing", 404, "request.not_found"),
        ("GET", "/api/v1", 404, "request.not_found"),
        ("PUT", "/api/v1/me", 405, "request.method"),
        ("POST", "/api/v1/session", 422, "request.invalid"),
    ],
)
def test_what_the_framework_refuses_has_the_shape_too(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert error_of(answer).error.code == code


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "zh"), ("en-GB,en;q=0.9", "en"), ("zh-CN", "zh"), ("fr,en;q=0.5", "en"), ("*", "zh"), (";;,q=", "zh")],
)
def test_language_follows_the_browser(client: TestClient, header: str, language: str) -> None:
    detail = error_of(client.get("/api/v1/me", headers={"Accept-Language": header})).error
    assert detail.message == (detail.message_en if language == "en" else detail.message_zh)


def test_language_follows_the_persons_choice_before_the_browser(app: FastAPI, hall: Hall) -> None:
    client = logged_in(app, "inspector")
    client.patch("/api/v1/me", json={"language": "en"})
    detail = error_of(client.get("/api/v1/windows/X99", headers={"Accept-Language": "zh"})).error
    assert detail.message == detail.message_en


def test_fault_of_the_program_tells_nothing_but_the_request(settings: Settings, services: Services) -> None:
    app = create_app(settings, services)

    def broken() -> None:
        raise ValueError("secret of the inside")

    app.router.add_route("/api/v1/broken", lambda _request: broken(), methods=["GET"])
    answer = TestClient(app, raise_server_exceptions=False).get("/api/v1/broken")
    assert answer.status_code == 500
    assert error_of(answer).error.code == "service.failed"
    assert "secret" not in answer.text


def test_large_body_is_refused_before_it_is_read_to_the_end(client: TestClient) -> None:
    answer = client.post("/api/v1/session", content=b" " * 2_500_000, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert error_of(answer).error.code == "request.too_large"


def test_answers_carry_the_headers_that_keep_other_hosts_out(client: TestClient) -> None:
    headers = client.get("/api/v1/health").headers
    policy = headers["content-security-policy"]
    assert "http" not in policy
    assert "default-src 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_request_id_is_taken_over_only_where_it_is_harmless(client: TestClient) -> None:
    assert client.get("/api/v1/health", headers={"X-Request-ID": "abcdef-123"}).headers["x-request-id"] == "abcdef-123"
    forged = client.get("/api/v1/health", headers={"X-Request-ID": 'x" level=error'}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", forged)
