"""One id from a camera's visit to its log lines, its judgement, its findings and what a person is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from audit_kit import add_cameras, visits
from deskcheck_service.app import create_app
from deskcheck_service.audits import embedded, rounds
from deskcheck_service.settings import Settings
from deskcheck_service.tables import AuditEntry
from deskcheck_service.tables.audits import OwedView
from deskcheck_service.watching.stages import PROCESS
from photos import services_that_know
from service_kit import logged_in, make_hall
from sqlalchemy import select


def test_from_a_cameras_frame_to_a_finding(sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(
        database_url=sqlite_url, evidence_url=str(tmp_path / "evidence"), media_folder=tmp_path / "media",
        log_level="info", log_json=True,
    )  # fmt: skip
    services = services_that_know(settings)
    app = create_app(settings, services)
    hall = make_hall(services)
    add_cameras(services, hall, tmp_path / "media", 2)
    rounds.start_now(services, "test", hall.centre_id, minutes=5, burst_frames=2, burst_span_s=5.0)
    made = PROCESS.get_sample_value("deskcheck_visits_made_total", {"outcome": "done"}) or 0
    embedded.run_once(services)
    assert PROCESS.get_sample_value("deskcheck_visits_made_total", {"outcome": "done"}) == made + 2
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    ids = {row.id: row.correlation_id for row in visits(services)}
    assert len(set(ids.values())) == 2
    client = logged_in(app, "supervisor")
    for visit_id, correlation_id in ids.items():
        with services.database.reading() as session:
            judgement_id = session.scalars(select(OwedView.judgement_id).where(OwedView.visit_id == visit_id)).one()
            entries = session.scalars(select(AuditEntry).where(AuditEntry.request_id == correlation_id))
            assert ("capture.add", str(judgement_id)) in {(row.action, row.subject) for row in entries}
        judgement = client.get(f"/api/v1/judgements/{judgement_id}").json()
        assert judgement["correlation_id"] == correlation_id
        own = [line for line in lines if line.get("correlation_id") == correlation_id]
        told = {line["event"] for line in own}
        assert {"visit", "judged"} <= told
        assert {line["judgement_id"] for line in own if line["event"] == "judged"} == {judgement_id}
        suspected = {row["id"] for row in judgement["findings"] if row["state"] == "suspected"}
        assert {line["finding_id"] for line in own if line["event"] == "finding"} == suspected
        assert correlation_id in client.get(f"/judgements/{judgement_id}").text
        assert "10.0." not in json.dumps(own)
    services.close()
