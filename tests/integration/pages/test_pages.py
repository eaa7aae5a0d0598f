from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from deskcheck_service.app import create_app
from deskcheck_service.pages.i18n import LANGUAGE_COOKIE
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Area, Centre, FindingRow, JudgementRow
from fastapi import FastAPI
from seed_queue import seed_queue
from sqlalchemy import event, update
from starlette.testclient import TestClient

Visitor = Callable[[str], TestClient]
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FINDING = re.compile(r'class="review-row" href="/review\?[^"]*finding=(\d+)')

ALL = {"inspector", "supervisor", "administrator"}
RIGHTS = {
    "/": ALL,
    "/me": ALL,
    "/judgements": ALL,
    "/windows/A01": ALL,
    "/check": {"inspector", "supervisor"},
    "/check?window=A01": {"inspector", "supervisor"},
    "/cameras": ALL,
    "/map": ALL,
    "/review": {"supervisor"},
    "/layouts": {"supervisor", "administrator"},
    "/windows/A01/layouts": {"supervisor", "administrator"},
    "/layouts/desk-types": {"supervisor", "administrator"},
    "/layouts/waiting": {"supervisor", "administrator"},
    "/layouts/1/copies": {"supervisor", "administrator"},
    "/users": {"administrator"},
}


@pytest.mark.parametrize("path", RIGHTS)
def test_each_page_is_for_those_whose_api_route_it_is(visitor: Visitor, path: str) -> None:
    for name in sorted(ALL):
        answer = visitor(name).get(path)
        assert answer.status_code == (200 if name in RIGHTS[path] else 403), name
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", RIGHTS)
def test_nobody_is_sent_to_the_log_in_and_back(visitor: Visitor, path: str) -> None:
    answer = visitor("").get(path)
    assert answer.status_code == 303
    location = answer.headers["location"]
    assert location == "/login" if path == "/" else location.startswith("/login?next=%2F")


def test_a_part_asked_for_by_script_is_not_replaced_by_the_log_in(visitor: Visitor) -> None:
    answer = visitor("").get("/review", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/login?next=%2Freview"


@pytest.mark.parametrize(
    ("name", "path", "data"),
    [
        ("supervisor", "/review/1", {"decision": "confirm", "version": "1"}),
        ("supervisor", "/review/1/undo", {}),
        ("administrator", "/users", {"name": "x", "password": "long enough it is", "roles": "inspector"}),
        ("administrator", "/users/1/active", {"active": "false"}),
        ("supervisor", "/layouts/1/retire", {}),
        ("inspector", "/me/password", {"old_password": "a", "new_password": "b"}),
        ("inspector", "/logout", {}),
        ("inspector", "/language", {"language": "en"}),
    ],
)
def test_every_form_needs_its_token(visitor: Visitor, name: str, path: str, data: dict[str, str]) -> None:
    client = visitor(name)
    for token in ({}, {"csrf_token": "wrong"}):
        answer = client.post(path, data={**data, **token})
        assert answer.status_code == 403
        assert "auth.csrf" in answer.text


def test_forms_from_another_site_are_refused_before_log_in_too(visitor: Visitor) -> None:
    answer = visitor("").post("/login", data={"name": "x", "password": "y"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def statements(app: FastAPI, services: Services, client: TestClient, path: str) -> int:
    """How many statements a page sends to the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(services.database.engine, "before_cursor_execute", note)
    answer = client.get(path)
    event.remove(services.database.engine, "before_cursor_execute", note)
    assert answer.status_code == 200, answer.text
    return len(seen)


@pytest.mark.parametrize("path", ["/", "/review", "/judgements", "/windows/A01", "/check"])
def test_pages_ask_the_database_as_often_for_many_findings_as_for_few(
    visitor: Visitor, app: FastAPI, services: Services, path: str
) -> None:
    client = visitor("supervisor")
    seed_queue(services.database, 10)
    few = statements(app, services, client, path)
    seed_queue(services.database, 1000)
    assert statements(app, services, client, path) == few
    assert few <= 20


def test_the_queue_is_paged_without_gaps_or_repeats(visitor: Visitor, services: Services) -> None:
    seed_queue(services.database, 60)
    client = visitor("supervisor")
    found: list[str] = []
    path: str | None = "/review"
    while path:
        page = client.get(path).text
        found += FINDING.findall(page)
        older = re.search(r'href="(/review\?[^"]*)">[^<]*更早', page)
        path = older.group(1).replace("&amp;", "&") if older else None
    assert len(found) == len(set(found)) == 54  # every tenth of the sixty is inconclusive, in the other tab
    groups = [(int(finding) - 1) // 5 for finding in found]  # five to a judgement, the newest seeded first
    assert groups == sorted(groups)


def test_the_history_is_filtered_and_paged(visitor: Visitor, services: Services) -> None:
    seed_queue(services.database, 600)  # 120 judgements of three windows
    client = visitor("inspector")
    page = client.get("/judgements?window=A01").text
    assert page.count("row-link") == 30
    assert "A02</strong>" not in page
    older = re.search(r'href="(/judgements\?[^"]*after=[^"]*)"', page)
    assert older is not None
    assert "window=A01" in older.group(1)
    second = client.get(older.group(1).replace("&amp;", "&")).text
    assert not set(re.findall(r"/judgements/(\d+)", page)) & set(re.findall(r"/judgements/(\d+)", second))
    assert "没有符合条件的记录" in client.get("/judgements?from=2020-01-01&to=2020-01-02").text


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nowhere", 404, "request.not_found"),
        ("/windows/Z99", 404, "request.not_found"),
        ("/judgements/999", 404, "request.not_found"),
        ("/judgements/abc", 422, "request.invalid"),
        ("/judgements?from=yesterday", 422, "form.date"),
        ("/judgements?state=guilty", 422, "request.invalid"),
        ("/judgements?after=zzz", 422, "request.cursor"),
        ("/windows/A01?after=zzz", 422, "request.cursor"),
    ],
)
def test_errors_are_pages_with_code_and_way_out(visitor: Visitor, path: str, status: int, code: str) -> None:
    answer = visitor("inspector").get(path)
    assert answer.status_code == status
    assert code in answer.text
    assert "回到今日" in answer.text


def test_an_unmigrated_database_is_a_page_that_says_what_to_do(settings: Settings, tmp_path: Path) -> None:
    empty = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'empty.db'}"})
    with TestClient(create_app(empty), raise_server_exceptions=False, follow_redirects=False) as client:
        client.cookies.set("deskcheck_session", "anything")
        answer = client.get("/")
    assert answer.status_code == 503
    assert "database.outdated" in answer.text
    assert "deskcheck db upgrade" in answer.text
    assert "<html" in answer.text


def test_the_language_cookie_is_kept_for_a_year_and_out_of_reach_of_scripts(visitor: Visitor) -> None:
    client = visitor("")
    answer = client.post("/language", data={"language": "en", "next": "//evil.example"})
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{LANGUAGE_COOKIE}=en")
    assert "Max-Age=31536000" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.post("/language", data={"language": "fr"}).status_code == 422


def test_errors_speak_the_pages_language_to_the_last_word(visitor: Visitor) -> None:
    client = visitor("inspector")
    client.cookies.set(LANGUAGE_COOKIE, "en")
    answer = client.get("/users", headers={"Accept-Language": "zh-CN"})
    assert "Your role does not allow this (needed: Administrator)." in answer.text
    assert not re.search(r"[一-鿿]", answer.text.replace("中文", "").replace("巡查员甲", ""))


def test_files_with_a_hash_in_their_name_are_kept_and_compressed(visitor: Visitor) -> None:
    client = visitor("")
    sheet = re.search(r'href="(/static/[^"]+\.css)"', client.get("/login").text)
    assert sheet is not None
    answer = client.get(sheet.group(1))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert client.get("/static/nothing.css").status_code == 404
    assert "immutable" not in client.get("/static/nothing.css").headers.get("cache-control", "")


def test_a_decision_needs_a_reason_exactly_when_it_dismisses(visitor: Visitor, services: Services) -> None:
    seed_queue(services.database, 5)
    client = visitor("supervisor")
    page = client.get("/review").text
    token, finding = TOKEN.findall(page)[0], FINDING.findall(page)[0]
    answer = client.post(f"/review/{finding}", data={"csrf_token": token, "decision": "dismiss", "version": "1"})
    assert answer.status_code == 409
    assert "request.invalid" not in answer.headers.get("location", "")
    assert "data-trouble" in answer.text
    good = {"csrf_token": token, "decision": "dismiss", "version": "1", "reason_code": "other", "next_id": "2"}
    answer = client.post(f"/review/{finding}?window=A01", data=good)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/review?window=A01&finding=2&done={finding}"


def test_a_confirmed_finding_that_the_machine_could_not_judge_is_in_the_confirmed_tab(
    visitor: Visitor, services: Services
) -> None:
    seed_queue(services.database, 10)  # the tenth could not be judged
    client = visitor("supervisor")
    page = client.get("/review?state=inconclusive").text
    finding = FINDING.findall(page)[0]
    form = {"csrf_token": TOKEN.findall(page)[0], "decision": "confirm", "version": "1"}
    assert client.post(f"/review/{finding}", data=form).status_code == 303
    assert FINDING.findall(client.get("/review?review_state=confirmed").text) == [finding]


def test_times_and_days_are_those_of_the_centre(visitor: Visitor, services: Services) -> None:
    moment = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # the 21st in Shanghai, still the 20th in Urumqi
    seed_queue(services.database, 5)
    with services.database.writing() as session:
        session.execute(update(JudgementRow).values(taken_at=moment))
        session.execute(update(FindingRow).values(taken_at=moment))
    client = visitor("supervisor")
    for zone, shown, day in (
        ("Asia/Shanghai", "2026-11-21 01:30", "2026-11-21"),
        ("Asia/Urumqi", "2026-11-20 23:30", "2026-11-20"),
    ):
        with services.database.writing() as session:
            session.execute(update(Centre).values(time_zone=zone))
        for path in ("/", f"/judgements?from={day}&to={day}", f"/review?from={day}&to={day}", "/judgements/1"):
            assert shown in client.get(path).text, (zone, path)
        other = "2026-11-20" if day == "2026-11-21" else "2026-11-21"
        assert shown not in client.get(f"/judgements?from={other}&to={other}").text


def test_times_of_a_centre_with_other_clocks_than_the_readers_say_so(visitor: Visitor, services: Services) -> None:
    seed_queue(services.database, 15)  # a judgement in each of the three windows
    client = visitor("supervisor")
    assert "UTC+" not in client.get("/judgements").text
    with services.database.writing() as session:
        west = Centre(code="Z9", name_zh="西部中心", name_en="Western centre", time_zone="Asia/Urumqi")
        session.add(west)
        session.flush()
        session.execute(update(Area).where(Area.id == 2).values(centre_id=west.id))
        session.execute(update(FindingRow).where(FindingRow.area_id == 2).values(centre_id=west.id))
    for path in ("/", "/judgements", "/review"):
        assert client.get(path).text.count("UTC+06:00") >= 1, path
    assert client.get("/judgements").text.count("UTC+06:00") == 1
