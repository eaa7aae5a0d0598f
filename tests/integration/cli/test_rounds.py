"""``deskcheck schedule``, ``calendar`` and ``round`` on a real database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from deskcheck_service.migrate import upgrade
from deskcheck_service.services import build_services
from deskcheck_service.settings import Settings
from rounds_kit import audited_hall
from service_kit import make_hall

from tests.integration.cli.conftest import Command


@pytest.fixture
def command(deskcheck: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The commands in an installation with four windows under three cameras."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'deskcheck.db'}", log_level="error")
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", settings.database_url)
    upgrade(settings)
    services = build_services(settings)
    audited_hall(services, make_hall(services))
    services.close()
    return deskcheck


def test_schedules_calendar_and_rounds_by_command(command: Command, tmp_path: Path) -> None:
    assert len(command("schedule", "preset", "--centre", "C1").out.splitlines()) == 4
    assert command("schedule", "preset", "--centre", "C1").out.strip() == "The usual schedules are all there."
    noon = (
        "schedule",
        "add",
        "Noon",
        "--centre",
        "C1",
        "--from",
        "12:00",
        "--to",
        "12:30",
        "--area",
        "B",
        "--every-day",
    )
    assert command(*noon).out.strip() == "Added schedule 5."
    wrong = command("schedule", "add", "x", "--centre", "C1", "--from", "12:00", "--to", "11:00")
    assert wrong.code == 2
    assert "ends before it begins" in wrong.err
    assert command("schedule", "off", "5").code == 0
    listed = json.loads(command("schedule", "list", "--json").out)["schedules"]
    assert [one["enabled"] for one in listed if one["id"] == 5] == [False]
    assert "Noon" in command("schedule", "list").out

    (tmp_path / "list.txt").write_text("2029-10-01~2029-10-07,休,国庆节\n2029-01-01,休,元旦\n", encoding="utf-8")
    told = command("calendar", "import", "list.txt", "--year", "2029", "--centre", "C1")
    assert told.out.strip() == "Taken over: 8 days of rest, 0 make-up days.", told.err
    assert command("calendar", "set", "2029-10-08", "rest", "--centre", "C1", "--name", "Move").code == 0
    month = command("calendar", "list", "--centre", "C1", "--month", "2029-10").out
    assert "2029-10-08  rests, as the centre says (Move): -" in month
    assert "2029-10-09  working day: Spot check, Morning round, Afternoon round, Closing check" in month
    assert "not known" not in month
    assert "not known" in command("calendar", "list", "--centre", "C1", "--month", "2030-10").out
    assert command("calendar", "set", "2029-10-08", "public", "--centre", "C1").code == 0
    assert command("calendar", "set", "tomorrow", "rest", "--centre", "C1").code == 2

    assert command("round", "start", "--centre", "C1").out.strip() == "Round 1: 3 cameras."
    assert command("round", "start", "--centre", "C1").code == 2
    assert "running" in command("round", "list").out
    shown = command("round", "show", "1").out.splitlines()
    assert [line.split()[1] for line in shown[1:]] == ["A01", "A02", "A03", "B01"]
    assert json.loads(command("round", "show", "1", "--json").out)["owed_count"] == 4
    assert command("round", "show", "9").code == 2
