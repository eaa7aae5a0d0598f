"""Figures, health and readiness as machines ask for them, over a real port; one id from a request to its rows."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from deskcheck_service import audit, migrate
from deskcheck_service.app import create_app
from deskcheck_service.cli.serve import listen
from deskcheck_service.correlation import carried, correlated, current
from deskcheck_service.engine import JudgeEngine
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import AuditEntry, Camera, CameraLook, utc_now
from deskcheck_service.tables.audits import Worker
from deskcheck_service.tables.cameras import CameraState, LookState
from deskcheck_service.tables.sources import CameraSource, CameraTrouble, SourceType, TroubleKind
from deskcheck_service.watching.beside import watched
from deskcheck_service.watching.figures import read_figures
from deskcheck_service.watching.metrics import registry_of
from deskcheck_service.watching.readiness import Readiness
from fastapi import FastAPI
from photos import KnownDetector, photo
from postgresql import running_postgresql
from prometheus_client.parser import text_string_to_metric_families
from real_server import served
from service_kit import CORNERS_TEXT, Hall, approve, logged_in, make_hall
from sqlalchemy import event, select, text
from starlette.testclient import TestClient

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "a-token-for-prometheus"


@pytest.fixture
def only_sqlite(sqlite_url: str, tmp_path: Path) -> Iterator[Services]:
    """Services on SQLite, for what asks nothing that the two databases could answer differently."""
    settings = Settings(database_url=sqlite_url, evidence_url=str(tmp_path / "evidence"), log_level="error")
    built = build_services(settings)
    yield built
    built.close()


def scraped_text(exposed: str) -> dict[str, float]:
    """Read figures as Prometheus does: name and labels -> value."""
    found = {}
    for family in text_string_to_metric_families(exposed):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def new_camera(hall: Hall, code: str) -> Camera:
    return Camera(
        centre_id=hall.centre_id, code=code, name_zh=code, name_en=code, state=CameraState.ACTIVE,
        watched_closely=False, created_at=utc_now(),
    )  # fmt: skip


def add_cameras(services: Services, hall: Hall, count: int) -> None:
    """Cameras with a source: a third looked at some minutes ago, a third six hours ago, a third never."""
    now = utc_now()
    with services.database.writing() as session:
        for number in range(count):
            camera = new_camera(hall, f"many-{number}")
            session.add(camera)
            session.flush()
            source = CameraSource(
                camera_id=camera.id, kind=SourceType.SNAPSHOT, address="http://10.0.0.1/", changed_at=now
            )
            session.add(source)
            ages = ([5, 600], [360, 4000], [])[number % 3]
            session.add_all(_look(camera.id, number, now - timedelta(minutes=minutes)) for minutes in ages)


def _look(camera_id: int, number: int, at: datetime) -> CameraLook:
    return CameraLook(
        camera_id=camera_id,
        taken_at=at,
        received_at=at,
        state=LookState.STEADY,
        suspended=False,
        photo_sha256=f"{number:032d}{int(at.timestamp()):032d}",
        reference_sha256="0" * 64,
        picture_sha256="1" * 64,
    )


def test_figures_say_what_is_in_the_database(services: Services, settings: Settings, hall: Hall) -> None:
    now = utc_now()
    with services.database.writing() as session:
        for code in ("K1", "K2"):
            camera = new_camera(hall, code)
            session.add(camera)
            session.flush()
            kinds = [TroubleKind.UNREACHABLE, TroubleKind.DARK] if code == "K1" else [TroubleKind.UNREACHABLE]
            session.add_all(CameraTrouble(camera_id=camera.id, kind=kind, since=now, last_seen=now) for kind in kinds)
            ended = CameraTrouble(camera_id=camera.id, kind=TroubleKind.FROZEN, since=now, last_seen=now, ended_at=now)
            session.add(ended)
        long_ago = now - timedelta(minutes=5)
        session.add(Worker(name="one", embedded=False, started_at=long_ago, beat_at=now))
        session.add(Worker(name="two", embedded=False, started_at=long_ago, beat_at=long_ago))
    with served(create_app(settings, services)) as url:
        answer = httpx2.get(f"{url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = scraped_text(answer.text)
    assert found["deskcheck_state_readable"] == 1
    assert found["deskcheck_cameras{state=active}"] == 2
    assert found["deskcheck_camera_troubles{kind=unreachable}"] == 2
    assert found["deskcheck_camera_troubles{kind=dark}"] == 1
    assert found["deskcheck_camera_troubles{kind=frozen}"] == 0
    assert found["deskcheck_workers{state=alive}"] == found["deskcheck_workers{state=silent}"] == 1
    assert found["deskcheck_outbox_deliveries{state=dead}"] == 0
    assert found["deskcheck_evidence_free_bytes"] > 0
    assert found["deskcheck_database_connections_limit"] == settings.database_pool_size
    assert found["process_resident_memory_bytes"] > 0


def with_token(services: Services) -> FastAPI:
    settings = Settings(**{**services.settings.model_dump(), "metrics_token": TOKEN})
    return create_app(settings, replace(services, settings=settings))


@pytest.mark.parametrize("given", ["", "Bearer wrong-token-of-some-kind", f"Basic {TOKEN}"])
def test_figures_ask_for_the_token_wherever_the_caller_is(only_sqlite: Services, given: str) -> None:
    client = TestClient(with_token(only_sqlite), client=("10.1.2.3", 1))
    refused = client.get("/metrics", headers={"Authorization": given})
    assert refused.status_code == 401
    assert "deskcheck_cameras" not in refused.text
    assert "deskcheck_cameras{" in client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [("127.0.0.1", {}, 200), ("::1", {}, 200), ("10.1.2.3", {}, 401), ("127.0.0.1", {"X-Forwarded-For": "::1"}, 401)],
)
def test_without_a_token_this_machine_alone_reads_figures(
    only_sqlite: Services, address: str, headers: dict[str, str], status: int
) -> None:
    client = TestClient(create_app(only_sqlite.settings, only_sqlite), client=(address, 1))
    assert client.get("/metrics", headers=headers).status_code == status


def test_one_id_from_the_request_to_log_lines_audit_log_and_page(
    only_sqlite: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    services = replace(only_sqlite, engine=JudgeEngine(only_sqlite.settings, KnownDetector()))
    settings = services.settings.model_copy(update={"log_level": "info", "log_json": True})
    make_hall(services)
    approve(services, "A01")
    app = create_app(settings, services)
    inspector = logged_in(app, "inspector")
    before = scraped_text(TestClient(app, client=("127.0.0.1", 1)).get("/metrics").text)
    sent = inspector.post(
        "/api/v1/windows/A01/captures",
        files={"photo": ("desk.jpg", photo(), "image/jpeg")},
        data={"corners_px": CORNERS_TEXT},
        headers={"X-Request-ID": "one-id-for-all"},
    )
    assert sent.status_code == 201, sent.text
    judgement = sent.json()
    assert judgement["correlation_id"] == "one-id-for-all"
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    own = {line["event"]: line for line in lines if line.get("correlation_id") == "one-id-for-all"}
    assert {"judged", "finding", "request"} <= own.keys()
    assert own["judged"]["judgement_id"] == judgement["id"]
    suspected = {finding["id"] for finding in judgement["findings"] if finding["state"] == "suspected"}
    assert own["finding"]["finding_id"] in suspected
    with services.database.reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.request_id == "one-id-for-all"))
        assert ("capture.add", str(judgement["id"])) in {(row.action, row.subject) for row in rows}
    assert "one-id-for-all" in inspector.get(f"/judgements/{judgement['id']}").text
    assert inspector.get(f"/api/v1/judgements/{judgement['id']}").json()["correlation_id"] == "one-id-for-all"
    after = scraped_text(TestClient(app, client=("127.0.0.1", 1)).get("/metrics").text)
    counted = "deskcheck_captures_total{source=upload,state=suspected}"
    assert after[counted] == before.get(counted, 0) + 1
    for stage in ("decode", "detect", "judge", "store"):
        name = f"deskcheck_stage_seconds_count{{stage={stage}}}"
        assert after[name] > before[name]


def test_a_machines_acts_carry_the_id_of_its_work(only_sqlite: Services) -> None:
    """As a camera's visit does, also in threads that it starts."""
    with ThreadPoolExecutor(1) as threads, correlated("visit-of-one-camera"):

        def act() -> None:
            with only_sqlite.database.writing() as session:
                audit.record(session, "audit", "visit.test", "camera", "K1")

        threads.submit(carried(act)).result()
        threads.submit(lambda: None).result()
    with only_sqlite.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "visit.test")).one()
    assert entry.request_id == "visit-of-one-camera"
    assert entry.actor_name == "audit"
    assert current() == ""


def test_alive_and_ready(only_sqlite: Services) -> None:
    services = replace(only_sqlite, engine=JudgeEngine(only_sqlite.settings, KnownDetector()))
    with served(create_app(services.settings, services)) as url:
        assert httpx2.get(f"{url}/healthz").json() == {"status": "ok"}
        answer = httpx2.get(f"{url}/readyz")
    assert answer.status_code == 200
    names = ["database", "model", "evidence", "room"]
    assert answer.json() == {
        "ready": True,
        "checks": [{"name": name, "ok": True, "code": None, "message": None} for name in names],
    }
    assert list((Path(services.settings.evidence_url)).iterdir()) == []


def broken(services: Services, problem: str, folder: Path) -> Services:
    settings = services.settings
    if problem == "model.missing":
        return build_services(settings.model_copy(update={"model_path": folder / "none.onnx"}))
    if problem == "evidence.unwritable":
        (folder / "file").write_text("no folder")
        return replace(services, evidence=EvidenceStore(str(folder / "file" / "evidence")))
    if problem == "storage.full":
        return replace(services, settings=settings.model_copy(update={"ready_free_mb": 10**9}))
    with services.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    return services


@pytest.mark.parametrize("problem", ["model.missing", "evidence.unwritable", "storage.full", "database.outdated"])
def test_not_ready_with_the_reason(only_sqlite: Services, tmp_path: Path, problem: str) -> None:
    services = replace(only_sqlite, engine=JudgeEngine(only_sqlite.settings, KnownDetector()))
    services = broken(services, problem, tmp_path)
    answer = TestClient(create_app(services.settings, services)).get("/readyz")
    assert answer.status_code == 503
    assert not answer.json()["ready"]
    wrong = [check for check in answer.json()["checks"] if not check["ok"]]
    assert [check["code"] for check in wrong] == [problem]
    assert all(wrong[0]["message"].values())
    assert str(tmp_path) not in answer.text


def test_what_hangs_is_told_in_time_and_not_begun_again(only_sqlite: Services) -> None:
    begun = []
    go_on = threading.Event()

    class Stuck(EvidenceStore):
        def try_writing(self) -> None:
            begun.append(1)
            go_on.wait(20)

    known = JudgeEngine(only_sqlite.settings, KnownDetector())
    services = replace(only_sqlite, engine=known, evidence=Stuck(only_sqlite.settings.evidence_url))
    readiness = Readiness(services, limit_s=0.2, kept_s=0)
    for _ in range(3):
        found = readiness.look()
        assert [check.code for check in found.checks if not check.ok] == ["watching.slow"]
    assert len(begun) == 1
    go_on.set()


def test_a_database_that_stops_and_comes_back(tmp_path: Path) -> None:
    with running_postgresql() as uri:
        settings = Settings(
            database_url=uri, evidence_url=str(tmp_path / "evidence"), log_level="error", database_busy_timeout_s=1
        )
        migrate.upgrade(settings)
        services = replace(build_services(settings), engine=JudgeEngine(settings, KnownDetector()))
        app = create_app(settings, services)
        client = TestClient(app, client=("127.0.0.1", 1))
        assert client.get("/readyz").json()["ready"]
        assert "deskcheck_state_readable 1.0" in client.get("/metrics").text
    app.state.readiness = Readiness(services, kept_s=0)
    app.state.figures = registry_of(services)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [check["code"] for check in answer.json()["checks"] if not check["ok"]] == ["database.absent"]
    assert "deskcheck_state_readable 0.0" in client.get("/metrics").text
    assert client.get("/healthz").status_code == 200
    services.close()


def test_as_many_queries_however_many_cameras_there_are(services: Services, hall: Hall) -> None:
    def queries() -> int:
        asked: list[str] = []
        listener = lambda *told: asked.append(told[2])  # noqa: E731
        event.listen(services.database.engine, "before_cursor_execute", listener)
        with services.database.reading() as session:
            read_figures(session)
        event.remove(services.database.engine, "before_cursor_execute", listener)
        return len(asked)

    first = queries()
    add_cameras(services, hall, 30)
    assert queries() == first
    with services.database.reading() as session:
        found = read_figures(session)
    assert found.sourced == 30
    assert found.looked_within == {"1h": 10, "4h": 10, "1d": 20, "7d": 20}
    assert found.oldest_look_s == pytest.approx(6 * 3600, abs=60)


def test_every_figure_is_in_the_documentation(only_sqlite: Services) -> None:
    client = TestClient(create_app(only_sqlite.settings, only_sqlite), client=("127.0.0.1", 1))
    families = {one.name for one in text_string_to_metric_families(client.get("/metrics").text)}
    told = set(re.findall(r"`(deskcheck_[a-z_]+)`", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")))
    ours = {name for name in families if name.startswith("deskcheck_")}
    assert {name.removesuffix("_total") for name in told} == ours


def test_a_worker_answers_on_a_port_of_its_own(only_sqlite: Services) -> None:
    services = replace(only_sqlite, engine=JudgeEngine(only_sqlite.settings, KnownDetector()))
    listening = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with watched(services, listening):
        assert httpx2.get(f"{url}/healthz").status_code == 200
        assert httpx2.get(f"{url}/readyz").json()["ready"]
        assert "deskcheck_visits_due 0.0" in httpx2.get(f"{url}/metrics").text
        assert httpx2.get(f"{url}/docs").status_code == 404
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{url}/healthz")
    with watched(services, None):
        pass
