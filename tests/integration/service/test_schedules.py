"""Schedules, calendar, rounds and the day's marks through the API, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from deskcheck_calibration.findings import State
from deskcheck_service.audits import days, rounds
from deskcheck_service.services import Services
from deskcheck_service.tables import AuditEntry, FindingRow, JudgementRow, ReviewState, Window
from deskcheck_service.tables.audits import AuditRound, AuditSchedule, DayHalf, OwedState, OwedView
from fastapi import FastAPI
from rounds_kit import add_schedule, audited_hall
from seed_queue import seed_queue
from service_kit import Hall, approve, logged_in
from sqlalchemy import select, update
from starlette.testclient import TestClient

SCHEDULES = "/api/v1/audits/schedules"
DAY = date(2026, 11, 18)
# Nothing in these differs between the databases; those that are not marked run on both.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def at(clock: str) -> datetime:
    return datetime.combine(DAY, time.fromisoformat(clock), UTC) - timedelta(hours=8)


@pytest.fixture
def supervisor(app: FastAPI, hall: Hall) -> TestClient:
    return logged_in(app, "supervisor")


def _new(hall: Hall, **changes: Any) -> dict[str, Any]:
    body = {"centre_id": hall.centre_id, "name_zh": "上午", "name_en": "Morning", "kind": "round"}
    return {**body, "counts_as": "morning", "begins": "10:00", "ends": "11:30", **changes}


def _changed(schedule: dict[str, Any], **changes: Any) -> dict[str, Any]:
    out = ("id", "centre_id", "centre_code", "time_zone", "area_name", "since", "own_order")
    return {**{name: value for name, value in schedule.items() if name not in out}, **changes}


def test_a_schedule_is_added_changed_and_switched_off_by_its_version(
    supervisor: TestClient, hall: Hall, services: Services
) -> None:
    made = supervisor.post(SCHEDULES, json=_new(hall)).json()
    assert (made["version"], made["enabled"], made["times_a_day"]) == (1, True, 1)
    assert "secret" not in str(made)
    address = f"{SCHEDULES}/{made['id']}"
    changed = supervisor.put(address, json=_changed(made, begins="10:15"))
    assert changed.status_code == 200, changed.text
    assert changed.json()["version"] == 2
    late = supervisor.put(address, json=_changed(made, enabled=False))
    assert (late.status_code, late.json()["error"]["code"]) == (409, "schedule.conflict")
    off = supervisor.put(address, json=_changed(changed.json(), enabled=False))
    assert off.json()["enabled"] is False
    with services.database.reading() as session:
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "schedule")).all()
        secret = session.scalar(select(AuditSchedule.draw_secret))
    assert acts == ["schedule.add", "schedule.change", "schedule.change"]
    assert secret is not None
    assert len(secret) == 64


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"ends": "09:00"}, "schedule.unfit"),
    ({"ends": "10:04"}, "schedule.unfit"),
    ({"kind": "spot"}, "schedule.unfit"),
    ({"share": 0.5}, "schedule.unfit"),
    ({"begins": "10:00Z"}, "request.invalid"),
    ({"begins": "10:00:00.5"}, "request.invalid"),
    ({"ends": 36000}, "request.invalid"),
    ({"area_id": 10**6}, "request.not_found"),
    ({"times_a_day": 0}, "request.invalid"),
]


@SQLITE
def test_a_schedule_that_contradicts_itself_is_refused(supervisor: TestClient, hall: Hall) -> None:
    for changes, code in UNFIT:
        answer = supervisor.post(SCHEDULES, json=_new(hall, **changes))
        assert answer.status_code in (404, 422), changes
        assert answer.json()["error"]["code"] == code, changes
    assert supervisor.get(SCHEDULES).json() == []


@SQLITE
def test_who_is_responsible_for_an_area_has_schedules_of_that_area(app: FastAPI, hall: Hall) -> None:
    client = logged_in(app, "supervisor_b")
    assert client.post(SCHEDULES, json=_new(hall)).status_code == 403
    assert client.post(SCHEDULES, json=_new(hall, area_id=hall.area_ids["A"])).status_code == 403
    made = client.post(SCHEDULES, json=_new(hall, area_id=hall.area_ids["B"]))
    assert made.status_code == 201
    away = _changed(made.json(), area_id=hall.area_ids["A"])
    assert client.put(f"{SCHEDULES}/{made.json()['id']}", json=away).status_code == 403
    assert logged_in(app, "inspector").post(SCHEDULES, json=_new(hall)).status_code == 403
    assert len(logged_in(app, "inspector").get(SCHEDULES).json()) == 1


@SQLITE
def test_the_usual_schedules_come_once_and_close_as_the_layouts_say(
    supervisor: TestClient, hall: Hall, services: Services
) -> None:
    approve(services, "A01")
    usual = f"/api/v1/audits/centres/{hall.centre_id}/usual-schedules"
    made = supervisor.post(usual).json()
    assert [(one["kind"], one["counts_as"], one["begins"], one["ends"]) for one in made] == [
        ("round", "morning", "10:00:00", "11:30:00"),
        ("round", "afternoon", "15:00:00", "16:30:00"),
        ("closing", None, "17:15:00", "18:15:00"),
        ("spot", None, "09:00:00", "17:00:00"),
    ]
    assert supervisor.post(usual).json() == []
    away = f"/api/v1/audits/centres/{hall.centre_id}/calendar"
    shown = supervisor.get(away, params={"first": "2029-01-03", "last": "2029-01-03"}).json()
    assert [one["kind"] for one in shown["days"][0]["due"]] == ["spot", "round", "round", "closing"]
    # Of a spot check the whole span is told, never its minute.
    assert shown["days"][0]["due"][0]["due_from"] == "2029-01-03T01:00:00Z"
    assert shown["unknown_years"] == [2029]


def test_what_was_due_before_a_change_is_settled_by_what_was_said_before(
    supervisor: TestClient, hall: Hall, services: Services
) -> None:
    audited_hall(services, hall)
    made = supervisor.post(SCHEDULES, json=_new(hall, begins="00:00", ends="23:59", working_days_only=False)).json()
    with services.database.writing() as session:
        session.execute(update(AuditSchedule).values(since=datetime.now(UTC) - timedelta(days=3)))
    assert supervisor.put(f"{SCHEDULES}/{made['id']}", json=_changed(made, enabled=False)).status_code == 200
    listed = supervisor.get("/api/v1/audits/rounds").json()["items"]
    assert len(listed) == 4
    assert {one["state"] for one in listed} == {"missed", "running"}
    assert [one["state"] for one in listed].count("running") == 1


@SQLITE
def test_a_schedule_has_its_own_order(supervisor: TestClient, hall: Hall, services: Services) -> None:
    audited_hall(services, hall)
    made = supervisor.post(SCHEDULES, json=_new(hall)).json()
    address = f"{SCHEDULES}/{made['id']}/route"
    assert supervisor.put(address, json={"version": 1, "windows": ["Z99"]}).status_code == 404
    told = supervisor.put(address, json={"version": 1, "windows": ["B01", "A03", "B01"]}).json()
    assert (told["own_order"], told["version"]) == (["B01", "A03"], 2)
    with services.database.writing() as session:
        session.execute(update(AuditSchedule).values(since=at("00:00")))
    rounds.open_due(services, at("10:00"))
    (listed,) = supervisor.get("/api/v1/audits/rounds").json()["items"]
    detail = supervisor.get(f"/api/v1/audits/rounds/{listed['id']}").json()
    assert [one["window_code"] for one in detail["views"]] == ["B01", "A03", "A01", "A02"]


@SQLITE
def test_the_centres_own_days_and_a_years_list(app: FastAPI, supervisor: TestClient, hall: Hall) -> None:
    base = f"/api/v1/audits/centres/{hall.centre_id}"
    day = f"{base}/calendar/2026-11-18"
    assert supervisor.put(day, json={"working": False, "name": "搬迁"}).json()["kind"] == "own_rest"
    asked = {"first": "2026-11-17", "last": "2026-11-18"}
    shown = supervisor.get(f"{base}/calendar", params=asked).json()["days"]
    assert [(one["working"], one["own"]) for one in shown] == [(True, False), (False, True)]
    assert supervisor.delete(day).status_code == 204
    assert supervisor.delete(day).status_code == 404
    year = {"first": "2028-10-01", "last": "2028-10-01"}
    assert supervisor.get(f"{base}/calendar", params=year).json()["unknown_years"] == [2028]
    notice = "一、元旦：1月1日至3日放假调休，共3天。1月8日上班。\n七、国庆节：10月1日至7日放假调休。"
    told = supervisor.post(f"{base}/calendar-list", json={"year": 2028, "text": notice}).json()
    assert (told["rest_days"], told["work_days"]) == (10, 1)
    after = supervisor.get(f"{base}/calendar", params=year).json()
    assert after["unknown_years"] == []
    assert after["days"][0]["name"]["zh"] == "国庆节"
    bad = supervisor.post(f"{base}/calendar-list", json={"year": 2028, "text": "10月1日放假"})
    assert (bad.status_code, bad.json()["error"]["code"]) == (422, "calendar.text")
    assert logged_in(app, "supervisor_b").put(day, json={"working": False}).status_code == 403
    assert supervisor.get(f"{base}/calendar", params={"first": "0001-01-01", "last": "0001-01-02"}).status_code == 422


@SQLITE
def test_a_round_started_by_hand_shows_each_its_own_windows(app: FastAPI, hall: Hall, services: Services) -> None:
    audited_hall(services, hall)
    supervisor = logged_in(app, "supervisor")
    made = supervisor.post("/api/v1/audits/rounds", json={"centre_id": hall.centre_id}).json()
    assert (made["owed_count"], len(made["views"]), made["started_by"]) == (4, 4, "supervisor")
    again = supervisor.post("/api/v1/audits/rounds", json={"centre_id": hall.centre_id})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "round.running")
    seen = logged_in(app, "inspector_b").get(f"/api/v1/audits/rounds/{made['id']}").json()
    assert [one["window_code"] for one in seen["views"]] == ["B01"]
    assert logged_in(app, "nobody").get(f"/api/v1/audits/rounds/{made['id']}").status_code == 403


def _judge(services: Services, half: DayHalf, window: str, finding: int) -> None:
    """Settle a window's view in a half's round by a judgement that has one finding."""
    with services.database.writing() as session:
        key = session.scalar(select(Window.id).where(Window.code == window))
        row = session.get_one(FindingRow, finding)
        session.execute(
            update(OwedView)
            .where(
                OwedView.window_id == key,
                OwedView.round_id == select(AuditRound.id).where(AuditRound.counts_as == half).scalar_subquery(),
            )
            .values(state=OwedState.JUDGED, judgement_id=row.judgement_id)
        )


def _review(services: Services, finding: int, state: ReviewState) -> None:
    with services.database.writing() as session:
        session.execute(update(FindingRow).where(FindingRow.id == finding).values(review_state=state))


def test_the_days_marks_follow_rounds_and_reviews(supervisor: TestClient, hall: Hall, services: Services) -> None:
    audited_hall(services, hall)
    # Two judgements, each left with one suspected finding.
    seed_queue(services.database, 10)
    with services.database.writing() as session:
        judgements = session.scalars(select(JudgementRow.id).order_by(JudgementRow.id)).all()
        firsts = [
            session.scalars(select(FindingRow.id).where(FindingRow.judgement_id == one).order_by(FindingRow.id)).all()
            for one in judgements[:2]
        ]
        for ids in firsts:
            session.execute(update(FindingRow).where(FindingRow.id.in_(ids)).values(review_state=ReviewState.DISMISSED))
            kept = update(FindingRow).where(FindingRow.id == ids[0])
            session.execute(kept.values(state=State.SUSPECTED, review_state=ReviewState.OPEN, rule="V01"))
        session.execute(update(JudgementRow).values(state=State.SUSPECTED))
        add_schedule(session, hall, at("00:00"))
        add_schedule(session, hall, at("00:00"), counts_as=DayHalf.AFTERNOON, begins=time(15), ends=time(16, 30))
    morning, afternoon = firsts[0][0], firsts[1][0]

    def shown(clock: str = "23:00") -> dict[str, tuple[str, str, str]]:
        with services.database.reading() as session:
            told = days.marks(session, "test", hall.centre_id, DAY, at(clock))
        return {one.window_code: (one.morning, one.afternoon, one.day) for one in told.windows}

    assert shown("08:00")["A01"] == ("pending", "pending", "pending")
    assert shown("12:00")["A01"] == ("incomplete", "pending", "incomplete")
    rounds.open_due(services, at("15:30"))
    assert shown("15:40")["A01"] == ("incomplete", "pending", "incomplete")
    _judge(services, DayHalf.MORNING, "A01", morning)
    assert shown("15:40")["A01"] == ("suspected", "pending", "suspected")
    _review(services, morning, ReviewState.DISMISSED)
    assert shown("15:40")["A01"] == ("ok", "pending", "pending")
    _judge(services, DayHalf.AFTERNOON, "A01", afternoon)
    rounds.close_due(services, at("16:30"))
    assert shown()["A01"] == ("ok", "suspected", "suspected")
    _review(services, afternoon, ReviewState.CONFIRMED)
    assert shown()["A01"] == ("ok", "fail", "fail")
    _review(services, afternoon, ReviewState.DISMISSED)
    assert shown()["A01"] == ("ok", "ok", "ok")
    assert shown()["A03"] == ("incomplete", "incomplete", "incomplete")
    told = supervisor.get(f"/api/v1/audits/centres/{hall.centre_id}/days/{DAY}").json()
    (a03,) = [one for one in told["windows"] if one["window_code"] == "A03"]
    assert {text["en"] for text in a03["reasons"]} == {
        "the service was not running",
        "the time was over before its turn",
    }
    holiday = supervisor.get(f"/api/v1/audits/centres/{hall.centre_id}/days/2026-10-01").json()
    assert {one["day"] for one in holiday["windows"]} == {"no_work"}
