"""Log-in, cookies, CSRF, throttling, tokens, people."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from deskcheck_service.services import Services
from deskcheck_service.tables import ApiToken, AuditEntry, LoginThrottle, User, UserSession
from fastapi import FastAPI
from service_kit import PASSWORD, Hall, logged_in
from sqlalchemy import select
from starlette.testclient import TestClient


def test_log_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(client: TestClient, hall: Hall) -> None:
    answer = client.post("/api/v1/session", json={"name": "Inspector", "password": PASSWORD})
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert answer.json()["user"]["name"] == "inspector"
    assert client.get("/api/v1/me").json()["csrf_token"] == answer.json()["csrf_token"]


def test_cookie_is_secure_over_https(app: FastAPI, hall: Hall) -> None:
    client = TestClient(app, base_url="https://testserver")
    answer = client.post("/api/v1/session", json={"name": "inspector", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()


def test_log_out_ends_the_session_on_the_server(app: FastAPI, hall: Hall) -> None:
    client = logged_in(app, "inspector")
    stolen = client.cookies["deskcheck_session"]
    assert client.delete("/api/v1/session").status_code == 204
    thief = TestClient(app, cookies={"deskcheck_session": stolen})
    assert thief.get("/api/v1/me").status_code == 401


def test_secrets_are_kept_as_hashes_only(app: FastAPI, hall: Hall, services: Services) -> None:
    client = logged_in(app, "inspector")
    made = client.post("/api/v1/me/tokens", json={"name": "nightly"}).json()
    with services.database.reading() as session:
        stored = [
            *session.scalars(select(User.password_hash)),
            *session.scalars(select(UserSession.token_sha256)),
            *session.scalars(select(ApiToken.token_sha256)),
        ]
    for secret in (PASSWORD, client.cookies["deskcheck_session"], made["secret"]):
        assert all(secret not in text for text in stored)
    assert all(text.startswith("$argon2id$") for text in stored[: len(hall.users)])


@pytest.mark.parametrize("name", ["inspector", "there-is-no-such-person"])
def test_wrong_password_says_nothing_about_which_names_exist(client: TestClient, hall: Hall, name: str) -> None:
    answer = client.post("/api/v1/session", json={"name": name, "password": "wrong password"})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "auth.wrong"
    assert "set-cookie" not in answer.headers


def test_too_many_wrong_passwords_hold_log_in_back_even_for_the_right_one(client: TestClient, hall: Hall) -> None:
    for _ in range(5):
        wrong = client.post("/api/v1/session", json={"name": "inspector", "password": "wrong password"})
        assert wrong.status_code == 401
    held = client.post("/api/v1/session", json={"name": "inspector", "password": PASSWORD})
    assert held.status_code == 429
    assert held.json()["error"]["code"] == "auth.held"
    assert 0 < int(held.headers["retry-after"]) <= 300
    other = client.post("/api/v1/session", json={"name": "supervisor", "password": PASSWORD})
    assert other.status_code == 200


def test_wrong_passwords_at_the_same_time_are_all_counted(app: FastAPI, services: Services, hall: Hall) -> None:
    def fail(_number: int) -> int:
        client = TestClient(app, raise_server_exceptions=False)
        return client.post("/api/v1/session", json={"name": "second", "password": "wrong password"}).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(fail, range(4)))
    assert statuses == [401] * 4
    with services.database.reading() as session:
        assert sorted(session.scalars(select(LoginThrottle.failures))) == [4, 4]


def test_unsafe_request_without_the_csrf_token_is_refused_and_changes_nothing(app: FastAPI, hall: Hall) -> None:
    client = logged_in(app, "inspector")
    del client.headers["X-CSRF-Token"]
    for headers in ({}, {"X-CSRF-Token": "guessed"}):
        answer = client.patch("/api/v1/me", json={"language": "en"}, headers=headers)
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "auth.csrf"
    assert client.get("/api/v1/me").json()["user"]["language"] is None


def test_request_from_another_site_is_refused_even_with_the_token(app: FastAPI, hall: Hall) -> None:
    client = logged_in(app, "inspector")
    answer = client.patch("/api/v1/me", json={"language": "en"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.json()["error"]["code"] == "auth.csrf"


def test_token_works_without_csrf_until_it_is_revoked(app: FastAPI, hall: Hall) -> None:
    browser = logged_in(app, "inspector")
    made = browser.post("/api/v1/me/tokens", json={"name": "nightly", "days": 1})
    assert made.status_code == 201
    program = TestClient(app, headers={"Authorization": f"Bearer {made.json()['secret']}"})
    assert program.patch("/api/v1/me", json={"language": "en"}).json()["user"]["language"] == "en"
    assert browser.delete(f"/api/v1/me/tokens/{made.json()['token']['id']}").status_code == 204
    assert program.get("/api/v1/me").status_code == 401


def test_nobody_revokes_anothers_token(app: FastAPI, hall: Hall) -> None:
    made = logged_in(app, "inspector").post("/api/v1/me/tokens", json={"name": "mine"}).json()
    answer = logged_in(app, "administrator").delete(f"/api/v1/me/tokens/{made['token']['id']}")
    assert answer.status_code == 404


def test_new_password_ends_other_sessions(app: FastAPI, hall: Hall) -> None:
    here, elsewhere = logged_in(app, "inspector"), logged_in(app, "inspector")
    body = {"old_password": PASSWORD, "new_password": "another long password"}
    assert here.post("/api/v1/me/password", json=body).status_code == 204
    assert here.get("/api/v1/me").status_code == 200
    assert elsewhere.get("/api/v1/me").status_code == 401


def test_switched_off_account_is_out_at_once(app: FastAPI, hall: Hall) -> None:
    person = logged_in(app, "inspector")
    administrator = logged_in(app, "administrator")
    changed = administrator.patch(f"/api/v1/users/{hall.users['inspector']}", json={"active": False})
    assert changed.json()["active"] is False
    assert person.get("/api/v1/me").status_code == 401
    again = person.post("/api/v1/session", json={"name": "inspector", "password": PASSWORD})
    assert again.status_code == 401


def test_last_administrator_stays(app: FastAPI, hall: Hall) -> None:
    administrator = logged_in(app, "administrator")
    path = f"/api/v1/users/{hall.users['administrator']}"
    for change in ({"active": False}, {"roles": []}):
        answer = administrator.patch(path, json=change)
        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "user.last_administrator"
    assert administrator.get("/api/v1/me").json()["user"]["roles"][0]["role"] == "administrator"


def test_user_with_taken_name_or_unknown_area_is_refused(app: FastAPI, hall: Hall) -> None:
    administrator = logged_in(app, "administrator")
    new = {"name": "INSPECTOR", "display_name": "x", "password": PASSWORD}
    assert administrator.post("/api/v1/users", json=new).status_code == 409
    new |= {"name": "new", "roles": [{"role": "inspector", "area_id": 999999}]}
    assert administrator.post("/api/v1/users", json=new).status_code == 404
    assert "new" not in [user["name"] for user in administrator.get("/api/v1/users").json()]


def test_acts_are_in_the_audit_log_with_their_request(app: FastAPI, hall: Hall) -> None:
    administrator = logged_in(app, "administrator")
    new = {"name": "new", "display_name": "New", "password": PASSWORD, "roles": [{"role": "inspector"}]}
    answer = administrator.post("/api/v1/users", json=new)
    entry = administrator.get("/api/v1/audit").json()["items"][0]
    assert (entry["action"], entry["subject"], entry["actor_name"]) == ("user.add", "new", "administrator")
    assert entry["request_id"] == answer.headers["x-request-id"]
    assert PASSWORD not in str(entry)


def test_audit_log_cannot_be_rewritten_even_with_the_database_connection(services: Services, hall: Hall) -> None:
    from deskcheck_service.errors import ServiceError
    from sqlalchemy import delete, update
    from sqlalchemy.exc import IntegrityError

    for statement in (update(AuditEntry).values(actor_name="x"), delete(AuditEntry)):
        with pytest.raises((ServiceError, IntegrityError)), services.database.writing() as session:
            session.execute(statement)
    with services.database.reading() as session:
        assert "x" not in set(session.scalars(select(AuditEntry.actor_name)))


def test_audit_pages_follow_each_other(app: FastAPI, hall: Hall) -> None:
    administrator = logged_in(app, "administrator")
    for number in range(101):
        name = f"token {number}"
        assert administrator.post("/api/v1/me/tokens", json={"name": name}).status_code == 201
    first = administrator.get("/api/v1/audit").json()
    second = administrator.get("/api/v1/audit", params={"after": first["next"]}).json()
    assert len(first["items"]) == 100
    assert max(entry["id"] for entry in second["items"]) < min(entry["id"] for entry in first["items"])
    assert second["next"] is None
