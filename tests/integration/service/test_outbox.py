"""Messages to outside systems: a real receiver on a real port, on both databases."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from deskcheck_service.audits import rounds
from deskcheck_service.outbox import delivering, events, signing, targets
from deskcheck_service.outbox.schemas import Replay, TargetChange, TargetNew
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Window, utc_now
from deskcheck_service.tables.outbox import DeliveryState, OutboxDelivery, OutboxEvent, WebhookTarget
from fastapi import FastAPI
from receiver import Receiver, receiving
from rounds_kit import add_schedule, audited_hall
from service_kit import Hall, logged_in
from sqlalchemy import event, func, insert, select
from starlette.testclient import TestClient

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what no database has a say in
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"webhook_networks": "127.0.0.0/8", "webhook_timeout_s": 0.5, "webhook_tries": 3, "log_level": "error"}
    )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def add(services: Services, hall: Hall, url: str, name: str = "outside") -> None:
    with services.database.writing() as session:
        body = TargetNew(centre_id=hall.centre_id, name=name, url=url, secret=SECRET)
        targets.add_target(session, "test", services.secrets, body)


def happen(services: Services, window: str, count: int = 1) -> list[str]:
    """Let things happen at a window, each in a transaction of its own."""
    made = []
    for number in range(count):
        with services.database.writing() as session:
            key = session.scalars(select(Window.id).where(Window.code == window)).one()
            made.append(
                events.webhook_id(events.add(session, key, "problem.opened", {"number": number, "word": "水杯"}))
            )
    return made


def deliver(services: Services, after_s: float = 0.0, limit_s: float = 20.0) -> int:
    return delivering.deliver_due(services, utc_now() + timedelta(seconds=after_s), limit_s)


def states(services: Services) -> dict[str, int]:
    with services.database.reading() as session:
        query = select(OutboxDelivery.state, func.count()).group_by(OutboxDelivery.state)
        return {state.value: count for state, count in session.execute(query).all()}


@ONE
def test_message_is_signed_as_standard_webhooks_says(services: Services, hall: Hall, receiver: Receiver) -> None:
    add(services, hall, receiver.url)
    (name,) = happen(services, "A01")
    assert deliver(services) == 1
    (got,) = receiver.got
    assert got.id == name
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 60
    signed = b".".join((name.encode(), got.headers["webhook-timestamp"].encode(), got.body))
    wanted = base64.b64encode(hmac.new(b"k" * 32, signed, hashlib.sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{wanted}"
    assert got.headers["content-type"] == "application/json; charset=utf-8"
    message = json.loads(got.body)
    assert message["type"] == "problem.opened"
    assert message["data"] == {"centre": "C1", "area": "A", "window": "A01", "number": 0, "word": "水杯"}
    assert states(services) == {"delivered": 1}


def test_nothing_is_told_of_what_was_not_saved(services: Services, hall: Hall, receiver: Receiver) -> None:
    add(services, hall, receiver.url)

    def fail() -> None:
        with services.database.writing() as session:
            key = session.scalars(select(Window.id).where(Window.code == "A01")).one()
            events.add(session, key, "problem.opened", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert deliver(services) == 0
    assert receiver.got == []


def test_windows_are_told_in_order_and_a_failure_holds_up_its_own_window_alone(
    services: Services, hall: Hall, receiver: Receiver
) -> None:
    add(services, hall, receiver.url)
    first = happen(services, "A01", 4)
    other = happen(services, "B01", 3)
    receiver.answer = lambda got: 400 if got.id == first[1] else 204
    assert deliver(services) == 1 + 3
    assert receiver.ids == [*first[:2], *other]
    assert deliver(services) == 0, "it is tried later, not at once"
    receiver.answer = lambda got: 204
    assert deliver(services, after_s=60) == 3
    assert receiver.ids == [*first[:2], *other, *first[1:]]
    assert states(services) == {"delivered": 7}


WORDS = {
    "status": "HTTP 500: answer 500",
    "hang": "no answer within 0.5 s",
    "drip": "no answer within 0.5 s",
    "endless": "HTTP 500",
    "closed": "Connection refused",
    "redirect": "redirects are not followed",
}


@ONE
@pytest.mark.parametrize("trouble", WORDS)
def test_what_goes_wrong_is_tried_again_and_told(
    services: Services, hall: Hall, receiver: Receiver, trouble: str
) -> None:
    if trouble == "closed":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    else:
        url = receiver.url
    receiver.hang_s = 5.0 if trouble == "hang" else 0.0
    receiver.drip, receiver.endless = trouble == "drip", trouble == "endless"
    receiver.location = "http://127.0.0.1:1/" if trouble == "redirect" else ""
    status = {"status": 500, "endless": 500, "redirect": 302}.get(trouble, 204)
    receiver.answer = lambda got: status
    add(services, hall, url)
    names = happen(services, "A01", 2)
    start = time.monotonic()
    assert deliver(services) == 0
    assert time.monotonic() - start < 3, "limited in time, however the other side behaves"
    with services.database.reading() as session:
        target = session.scalars(select(WebhookTarget)).one()
        row = session.scalars(select(OutboxDelivery).order_by(OutboxDelivery.id).limit(1)).one()
    assert WORDS[trouble] in target.last_error
    assert (row.tries, row.state, row.held_until) == (1, DeliveryState.WAITING, None)
    assert len(receiver.got) == (0 if trouble == "closed" else 1), "the second waits for the first"
    if trouble == "closed":
        return
    receiver.hang_s, receiver.drip, receiver.endless, receiver.location = 0.0, False, False, ""
    receiver.answer = lambda got: 204
    assert deliver(services, after_s=60) == 2
    assert receiver.ids == [names[0], *names]
    with services.database.reading() as session:
        assert session.scalars(select(WebhookTarget.last_error)).one() == ""


def test_dead_letter_lets_the_next_through_and_comes_back_by_replay(
    services: Services, hall: Hall, receiver: Receiver
) -> None:
    add(services, hall, receiver.url)
    names = happen(services, "A01", 3)
    receiver.answer = lambda got: 422 if got.id == names[0] else 204
    for hours in range(4):
        deliver(services, after_s=7200.0 * hours)
    assert receiver.ids == [names[0]] * 3 + names[1:]
    assert states(services) == {"dead": 1, "delivered": 2}
    with services.database.writing() as session:
        (dead,) = targets.list_dead(session, "test", "outside")
        assert (dead.event, dead.tries, dead.window) == (names[0], 3, "A01")
        assert "HTTP 422" in dead.last_error
        assert targets.replay(session, "test", "outside", Replay(dead=True), utc_now()) == 1
    receiver.answer = lambda got: 204
    assert deliver(services) == 1
    assert receiver.ids[-1] == names[0]


@ONE
def test_old_message_is_dead_at_its_next_failure(services: Services, hall: Hall, receiver: Receiver) -> None:
    add(services, hall, receiver.url)
    happen(services, "A01")
    receiver.answer = lambda got: 503
    deliver(services, after_s=73 * 3600.0)
    assert states(services) == {"dead": 1}


def test_two_processes_send_everything_once_and_in_order(services: Services, hall: Hall, receiver: Receiver) -> None:
    add(services, hall, receiver.url)
    order = {window: happen(services, window, 30) for window in ("A01", "B01")}
    others = [build_services(services.settings) for _ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        sent = sum(pool.map(deliver, [services, *others]))
    for one in others:
        one.close()
    assert sent == 60
    for names in order.values():
        assert [name for name in receiver.ids if name in names] == names


@ONE
def test_a_system_that_is_away_keeps_no_other_waiting(services: Services, hall: Hall, receiver: Receiver) -> None:
    with receiving() as silent:
        silent.hang_s = 5.0
        add(services, hall, silent.url, "silent")
        add(services, hall, receiver.url)
        happen(services, "A01", 5)
        happen(services, "B01", 5)
        assert deliver(services) == 10
        assert len(silent.got) == 1, "one try tells that it is away"
    assert len(receiver.got) == 10


@ONE
def test_addresses_outside_the_allowed_networks_are_never_called(
    services: Services, hall: Hall, receiver: Receiver
) -> None:
    shut = Services(
        services.settings.model_copy(update={"webhook_networks": "10.0.0.0/8"}),
        services.database, services.evidence, services.engine,
    )  # fmt: skip
    add(services, hall, receiver.url.replace("127.0.0.1", "localhost"))
    happen(services, "A01")
    assert deliver(shut) == 0
    assert receiver.got == []
    with services.database.reading() as session:
        assert "outside the allowed networks" in session.scalars(select(WebhookTarget.last_error)).one()


@contextmanager
def counted_statements(services: Services) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    event.listen(services.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(services.database.engine, "before_cursor_execute", note)


def test_a_batch_costs_the_same_statements_with_ten_thousand_waiting(
    services: Services, hall: Hall, receiver: Receiver
) -> None:
    add(services, hall, receiver.url)
    counted = []
    for more in (20, 10_000):
        with services.database.writing() as session:
            _backlog(session, more)
        with counted_statements(services) as statements:
            assert deliver(services, limit_s=0.0) == min(more, 2 * delivering.EVENTS_OF_WINDOW)
        counted.append(len(statements))
    # One batch and, of the small backlog, one look more that finds nothing left.
    assert counted[1] <= counted[0] <= counted[1] + 1
    assert counted[1] <= 12


def _backlog(session: Any, count: int) -> None:
    now = utc_now()
    places = session.execute(select(Window.id).order_by(Window.id)).scalars().all()
    centre_id, target_id = session.execute(select(WebhookTarget.centre_id, WebhookTarget.id)).one()
    made = [
        {
            "centre_id": centre_id,
            "window_id": places[number % len(places)],
            "kind": "problem.opened",
            "body": "{}",
            "created_at": now,
        }
        for number in range(count)
    ]
    rows = session.execute(insert(OutboxEvent).returning(OutboxEvent.id, OutboxEvent.window_id), made).all()
    waiting = {"target_id": target_id, "state": DeliveryState.WAITING, "tries": 0, "next_try_at": now, "last_error": ""}
    session.execute(insert(OutboxDelivery), [{**waiting, "event_id": row[0], "window_id": row[1]} for row in rows])


def test_what_happens_while_a_system_is_off_comes_by_replay(services: Services, hall: Hall, receiver: Receiver) -> None:
    add(services, hall, receiver.url)
    before = happen(services, "A01")
    since = utc_now()
    with services.database.writing() as session:
        targets.switch_target(session, "test", "outside", TargetChange(enabled=False))
    missed = happen(services, "A01", 2)
    assert deliver(services) == 0
    with services.database.writing() as session:
        targets.switch_target(session, "test", "outside", TargetChange(enabled=True))
        assert targets.replay(session, "test", "outside", Replay(since=since), utc_now()) == 2
    assert deliver(services) == 3
    assert receiver.ids == [*before, *missed]


@pytest.fixture
def administrator(app: FastAPI, hall: Hall) -> TestClient:
    return logged_in(app, "administrator")


def span() -> dict[str, str]:
    now: datetime = utc_now()
    return {"start": (now - timedelta(hours=1)).isoformat(), "end": (now + timedelta(hours=1)).isoformat()}


def test_both_sides_compare_and_what_is_lacking_is_sent(
    administrator: TestClient, services: Services, hall: Hall, receiver: Receiver
) -> None:
    made = administrator.post(
        "/api/v1/webhook-targets", json={"centre_id": hall.centre_id, "name": "outside", "url": receiver.url}
    )
    assert made.status_code == 201, made.text
    assert made.json()["secret"].startswith("whsec_")
    assert "whsec_" not in administrator.get("/api/v1/webhook-targets").text
    first, other = happen(services, "A01", 3), happen(services, "B01", 1)
    assert deliver(services) == 4
    told = administrator.get("/api/v1/webhook-targets/outside/reconciliation", params=span()).json()
    assert told["count"] == 4
    assert [(row["window"], row["count"]) for row in told["rows"]] == [("A01", 3), ("B01", 1)]
    text = "".join(f"{name}\n" for name in first)
    assert told["rows"][0]["digest"] == hashlib.sha256(text.encode()).hexdigest()
    held = {**span(), "ids": [first[0], first[2], "evt_999999"], "resend": True}
    compared = administrator.post("/api/v1/webhook-targets/outside/reconciliation", json=held).json()
    assert compared == {"missing": [first[1], *other], "unknown": ["evt_999999"], "resent": 2}
    assert deliver(services) == 2
    assert sorted(receiver.ids[-2:]) == sorted([first[1], *other])


@ONE
def test_only_administrators_and_only_whole_requests(app: FastAPI, administrator: TestClient, hall: Hall) -> None:
    new = {"centre_id": hall.centre_id, "name": "outside", "url": "http://10.1.2.3/hook"}
    assert logged_in(app, "supervisor").post("/api/v1/webhook-targets", json=new).status_code == 403
    assert administrator.post("/api/v1/webhook-targets", json=new).status_code == 201
    for change, status, code in (
        (new, 409, "request.exists"),
        ({**new, "name": "b", "url": "ftp://10.1.2.3/"}, 422, "outbox.url"),
        ({**new, "name": "b", "url": "http://me:secret@10.1.2.3/"}, 422, "outbox.url"),
        ({**new, "name": "b", "centre_id": 99}, 404, "request.not_found"),
    ):
        answer = administrator.post("/api/v1/webhook-targets", json=change)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert "secret" not in answer.text
    for body, status in (({}, 422), ({"dead": True, "event": "evt_1"}, 422), ({"event": "evt_1"}, 404)):
        assert administrator.post("/api/v1/webhook-targets/outside/replays", json=body).status_code == status
    off = administrator.patch("/api/v1/webhook-targets/outside", json={"enabled": False}).json()
    assert (off["enabled"], off["waiting"], off["dead"]) == (False, 0, 0)


@ONE
def test_secret_is_encrypted_at_rest(services: Services, hall: Hall, receiver: Receiver) -> None:
    add(services, hall, receiver.url)
    with services.database.reading() as session:
        stored = session.scalars(select(WebhookTarget.secret)).one()
    assert "whsec_" not in stored
    assert services.secrets.decrypt(stored) == SECRET


@pytest.mark.parametrize(("tries", "low", "high"), [(1, 8, 12), (2, 16, 24), (5, 128, 192), (12, 2880, 4320)])
def test_pause_doubles_up_to_an_hour_with_some_chance(tries: int, low: float, high: float) -> None:
    assert delivering.pause_s(tries, -1.0) == pytest.approx(low)
    assert delivering.pause_s(tries, 1.0) == pytest.approx(high)
    assert low <= delivering.pause_s(tries) <= high


def test_a_round_that_ends_is_told_to_each_of_its_windows(services: Services, hall: Hall, receiver: Receiver) -> None:
    audited_hall(services, hall)
    with services.database.writing() as session:
        add_schedule(session, hall, datetime(2026, 11, 17, 16, tzinfo=UTC))
    begins = datetime(2026, 11, 18, 2, tzinfo=UTC)
    rounds.open_due(services, begins)
    add(services, hall, receiver.url)
    assert len(rounds.close_due(services, begins + timedelta(hours=2))) == 1
    assert deliver(services) == 4
    told = [json.loads(got.body) for got in receiver.got]
    assert {one["type"] for one in told} == {"round.closed"}
    assert sorted(one["data"]["window"] for one in told) == ["A01", "A02", "A03", "B01"]
    assert {(one["data"]["round"]["state"], one["data"]["judged"]) for one in told} == {("missed", False)}
    assert {one["data"]["reason"] for one in told} == {"time_over"}


@ONE
def test_documented_check_of_a_signature_takes_the_real_and_refuses_the_others(
    services: Services, hall: Hall, receiver: Receiver
) -> None:
    """The example of docs/outbox.md, as it stands there."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "outbox.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert code
    told: dict[str, Any] = {}
    exec(compile(code[1], "docs/outbox.md", "exec"), told)  # noqa: S102 -- our own documentation
    check = told["check"]
    add(services, hall, receiver.url)
    happen(services, "A01")
    deliver(services)
    (got,) = receiver.got
    assert check(SECRET, got.headers, got.body)
    assert not check(SECRET, got.headers, got.body + b" ")
    assert not check("whsec_" + base64.b64encode(b"x" * 32).decode(), got.headers, got.body)
    assert not check(SECRET, {**got.headers, "webhook-id": "evt_2"}, got.body)
    old = signing.headers(b"k" * 32, got.id, int(time.time()) - 400, got.body)
    assert not check(SECRET, old, got.body)
    rotated = {**got.headers, "webhook-signature": "v1,AAAA " + got.headers["webhook-signature"]}
    assert check(SECRET, rotated, got.body)
