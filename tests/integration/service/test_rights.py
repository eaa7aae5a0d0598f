"""Role x route, as a table that is written down here a second time, and every route asked by every role."""

from __future__ import annotations

import re

import pytest
from deskcheck_service.accounts.rights import PUBLIC, ROUTES
from fastapi import FastAPI
from httpx2 import Response
from service_kit import Hall, logged_in
from starlette.testclient import TestClient

# method path: who passes the guard (I inspector, S supervisor, A administrator, N no role but logged in, - nobody)
TABLE = """
POST   /session                          I S A N -
DELETE /session                          I S A N
GET    /me                               I S A N
PATCH  /me                               I S A N
POST   /me/password                      I S A N
GET    /me/tokens                        I S A N
POST   /me/tokens                        I S A N
DELETE /me/tokens/{token_id}             I S A N
GET    /users                            A
POST   /users                            A
PATCH  /users/{user_id}                  A
GET    /audit                            A
GET    /centres                          I S A
POST   /centres                          A
GET    /areas                            I S A
POST   /areas                            A
GET    /windows                          I S A
POST   /windows                          A
GET    /windows/{code}                   I S A
GET    /windows/{code}/stickers.pdf      I S A
GET    /windows/{code}/layouts           I S A
POST   /windows/{code}/layouts           S A
GET    /layouts/{layout_id}              I S A
POST   /layouts/{layout_id}/approve      S A
POST   /layouts/{layout_id}/retire       S A
PUT    /windows/{code}/views/{name}      S A
POST   /layouts/{layout_id}/restore      S A
GET    /layouts/{layout_id}/changes      I S A
GET    /layouts/{layout_id}/trial        S A
GET    /desk-types                       S A
POST   /desk-types                       S A
PUT    /desk-types/{desk_type_id}        S A
DELETE /desk-types/{desk_type_id}        S A
POST   /desk-types/{desk_type_id}/windows  S A
PUT    /windows/{code}/desk-type         S A
GET    /layouts/waiting                  S A
POST   /layouts/approvals                S A
GET    /layouts/{layout_id}/copies       S A
POST   /layouts/{layout_id}/copies       S A
GET    /policy-presets                   I S A N
GET    /windows/{code}/draft             S A
PUT    /windows/{code}/draft             S A
DELETE /windows/{code}/draft             S A
POST   /windows/{code}/draft/submit      S A
POST   /windows/{code}/draft/trial       S A
GET    /windows/{code}/draft/pictures    S A
POST   /windows/{code}/draft/looks       S A
POST   /windows/{code}/draft/proposal    S A
GET    /windows/{code}/stills            S A
POST   /windows/{code}/stills            S A
POST   /windows/{code}/stills/{sha256}/lens  S A
GET    /windows/{code}/stills/{sha256}/stickers  S A
POST   /windows/{code}/captures          I S
GET    /windows/{code}/captures          I S A
GET    /judgements                       I S A
GET    /judgements/{judgement_id}        I S A
GET    /evidence/{sha256}                I S A
GET    /cameras                          I S A
POST   /cameras                          A
GET    /cameras/{code}                   I S A
PATCH  /cameras/{code}                   A
DELETE /cameras/{code}                   A
PUT    /cameras/{code}/views/{window}/{name}     S A
DELETE /cameras/{code}/views/{window}/{name}     S A
POST   /cameras/{code}/captures          I S
GET    /cameras/{code}/looks             I S A
POST   /cameras/{code}/reactivate        S A
GET    /camera-tasks                     I S A
GET    /cameras/{code}/source            S A
PUT    /cameras/{code}/source            A
DELETE /cameras/{code}/source            A
POST   /cameras/{code}/source/try        S A
GET    /cameras/{code}/permits           I S A
POST   /cameras/{code}/permits           S A
DELETE /cameras/{code}/permits/{window}  S A
GET    /audits/schedules                 I S A
POST   /audits/schedules                 S A
GET    /audits/schedules/{schedule_id}   I S A
PUT    /audits/schedules/{schedule_id}   S A
PUT    /audits/schedules/{schedule_id}/route  S A
POST   /audits/centres/{centre_id}/usual-schedules  S A
GET    /audits/centres/{centre_id}/calendar  I S A
PUT    /audits/centres/{centre_id}/calendar/{on_date}  S A
DELETE /audits/centres/{centre_id}/calendar/{on_date}  S A
POST   /audits/centres/{centre_id}/calendar-list  S A
GET    /audits/centres/{centre_id}/days/{on_date}  I S A
GET    /audits/rounds                    I S A
POST   /audits/rounds                    S A
GET    /audits/rounds/{round_id}         I S A
GET    /findings                         I S A
GET    /findings/counts                  I S A
GET    /findings/{finding_id}            I S A
POST   /findings/{finding_id}/reviews    S
DELETE /findings/{finding_id}/reviews/last  S
GET    /today-map                        I S A
GET    /camera-health                    I S A
GET    /cameras/{code}/health            I S A
GET    /cameras/{code}/troubles          I S A
GET    /problems                         I S A
GET    /problems/{problem_id}            I S A
GET    /webhook-targets                  A
POST   /webhook-targets                  A
PATCH  /webhook-targets/{name}           A
GET    /webhook-targets/{name}/dead      A
POST   /webhook-targets/{name}/replays   A
GET    /webhook-targets/{name}/reconciliation  A
POST   /webhook-targets/{name}/reconciliation  A
GET    /rules                            I S A N
GET    /classes                          I S A N
GET    /health                           I S A N -
GET    /ready                            I S A N -
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
PEOPLE = {"I": "inspector", "S": "supervisor", "A": "administrator", "N": "nobody", "-": None}
STOPPED = {"auth.required", "auth.forbidden"}


def error_code(answer: Response) -> str | None:
    """The code of an error; None for anything else."""
    body = answer.json() if answer.content and answer.headers.get("content-type") == "application/json" else None
    return body["error"]["code"] if isinstance(body, dict) and "error" in body else None


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url  # the guard asks no database but for the person


def test_table_names_every_route(app: FastAPI) -> None:
    described = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, operations in app.openapi()["paths"].items()
        for method in operations
    }
    assert described == {(row[0], row[1]) for row in ROWS}
    assert len(described) == len(ROUTES) + len(PUBLIC)


def _person(app: FastAPI, name: str | None) -> TestClient:
    return logged_in(app, name) if name else TestClient(app, raise_server_exceptions=False)


def test_every_role_at_every_route(app: FastAPI, hall: Hall) -> None:
    wrong = []
    for letter, name in PEOPLE.items():
        client = _person(app, name)
        for method, path, *allowed in ROWS:
            if name and client.get("/api/v1/me").status_code == 401:  # one of the routes logs out
                client = _person(app, name)
            address = "/api/v1" + re.sub(r"\{sha256\}", "0" * 64, re.sub(r"\{(?!sha256)\w+\}", "1", path))
            answer = client.request(method, address)
            code = error_code(answer)
            if (code not in STOPPED) != (letter in allowed):
                wrong.append((letter, method, path, answer.status_code, code))
    assert wrong == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/windows/A01"), ("GET", "/windows/A01/captures"), ("GET", "/windows/A01/layouts")],
)
def test_window_of_another_area_is_not_there(app: FastAPI, hall: Hall, method: str, path: str) -> None:
    mine, theirs = logged_in(app, "inspector"), logged_in(app, "inspector_b")
    assert mine.request(method, f"/api/v1{path}").status_code == 200
    answer = theirs.request(method, f"/api/v1{path}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "request.not_found"


def test_lists_show_ones_own_areas(app: FastAPI, hall: Hall) -> None:
    theirs = logged_in(app, "inspector_b")
    assert [area["code"] for area in theirs.get("/api/v1/areas").json()] == ["B"]
    assert [window["code"] for window in theirs.get("/api/v1/windows").json()] == ["B01"]
    everywhere = logged_in(app, "inspector").get("/api/v1/windows").json()
    assert [window["code"] for window in everywhere] == ["A01", "B01"]
