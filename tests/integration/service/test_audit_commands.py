"""``deskcheck audit`` and ``deskcheck worker`` as an administrator types them; the server makes rounds by itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from audit_kit import add_cameras, owed, rounds_of
from deskcheck_service.app import create_app
from deskcheck_service.audits import rounds
from deskcheck_service.cli.app import run
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables.audits import RoundState
from processes import environment, until
from service_kit import make_hall
from starlette.testclient import TestClient


@pytest.fixture
def settings(
    sqlite_url: str, tmp_path: Path, tiny_onnx: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> Settings:
    told = Settings(
        database_url=sqlite_url,
        evidence_url=str(tmp_path / "evidence"),
        model_path=tiny_onnx(),
        media_folder=tmp_path / "media",
        inference_threads=1,
        log_level="error",
    )
    for name, value in environment(told).items():
        if name.startswith("DESKCHECK_"):
            monkeypatch.setenv(name, value)
    return told


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    built = build_services(settings)
    yield built
    built.close()


def _status(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = run(["audit", "status", "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, found


def test_rounds_by_hand_and_what_is_told_of_them(
    services: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hall = make_hall(services)
    add_cameras(services, hall, tmp_path / "media", 2, addresses={1: "not-there"})
    code, found = _status(capsys)
    assert code == 1  # nobody works
    rounds.start_now(services, "test", hall.centre_id, minutes=1, burst_frames=1, burst_span_s=1)
    code, found = _status(capsys)
    assert (found["waiting"], found["rounds"][0]["left"]) == (2, 2)
    assert run(["audit", "sweep", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"visits_opened": 0, "rounds_closed": 0, "visits_waiting": 0}
    assert run(["worker", "--lang", "en"]) == 2
    assert "audit.queue_needs_postgresql" in capsys.readouterr().err


def test_the_server_makes_rounds_by_itself_and_says_so(
    services: Services, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hall = make_hall(services)
    add_cameras(services, hall, tmp_path / "media", 2)
    rounds.start_now(services, "test", hall.centre_id, burst_frames=1, burst_span_s=1)
    with TestClient(create_app(settings)):
        assert until(lambda: all(state == "judged" for rows in owed(services).values() for state, _ in rows), 20)
        code, found = _status(capsys)
        assert code == 0, found["wrong"]
        (worker,) = found["workers"]
        assert worker["embedded"] is True
    _, found = _status(capsys)
    assert found["workers"][0]["ended_at"] is not None
    assert found["workers"][0]["visits_done"] == 2
    assert run(["audit", "sweep"]) == 0
    assert rounds_of(services)[0].state is RoundState.COMPLETE
    capsys.readouterr()
    assert run(["audit", "status", "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "complete" in said
    assert "Nobody makes rounds at present." in said
