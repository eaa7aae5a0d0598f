"""``deskcheck outbox`` against a real receiver."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from deskcheck_service import migrate
from deskcheck_service.outbox import delivering, events
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Window, utc_now
from receiver import Got, Receiver, receiving
from service_kit import make_hall
from sqlalchemy import select

from tests.integration.cli.conftest import Command

FROM = ("--from", "2020-01-01T00:00:00Z")


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deskcheck: Command) -> Iterator[Services]:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'deskcheck.db'}", evidence_url=str(tmp_path / "evidence"))
    migrate.upgrade(settings)
    built = build_services(settings)
    make_hall(built)
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DESKCHECK_WEBHOOK_NETWORKS", "127.0.0.0/8")
    yield built
    built.close()


def happen(services: Services, count: int) -> list[str]:
    with services.database.writing() as session:
        key = session.scalars(select(Window.id).where(Window.code == "A01")).one()
        return [events.webhook_id(events.add(session, key, "problem.opened", {})) for _ in range(count)]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def test_from_a_new_system_to_both_sides_agreeing(
    deskcheck: Command, services: Services, receiver: Receiver, tmp_path: Path
) -> None:
    added = deskcheck("outbox", "target", "add", "outside", receiver.url, "--centre", "C1")
    assert added.code == 0, added.err
    assert added.out.startswith("whsec_")
    names = happen(services, 3)
    receiver.answer = lambda got: 500
    assert deskcheck("outbox", "deliver").out == "0 accepted.\n"
    told = json.loads(deskcheck("outbox", "status", "--json").out)["targets"][0]
    assert (told["waiting"], told["dead"], told["last_error"]) == (3, 0, "HTTP 500: answer 500")
    assert "whsec_" not in deskcheck("outbox", "target", "list").out
    receiver.answer = lambda got: 204
    assert deskcheck("outbox", "replay", "outside", "--since", "2020-01-01T00:00:00Z").code == 0
    with services.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE outbox_delivery SET next_try_at = '2020-01-01 00:00:00.000000'")
    assert deskcheck("outbox", "deliver").out == "3 accepted.\n"
    assert receiver.ids == [names[0], *names]
    table = json.loads(deskcheck("outbox", "reconcile", "outside", *FROM, "--json").out)
    digest = hashlib.sha256("".join(f"{name}\n" for name in names).encode()).hexdigest()
    assert (table["count"], table["digest"]) == (3, digest)
    assert deskcheck("outbox", "reconcile", "outside", *FROM).out.endswith(f"\n3 {digest}\n")
    held = tmp_path / "held.txt"
    held.write_text(f"{names[0]}\n{names[2]}\n")
    lacking = deskcheck("outbox", "reconcile", "outside", *FROM, "--have", held, "--resend")
    assert (lacking.code, lacking.out) == (1, f"{names[1]}\n")
    assert deskcheck("outbox", "deliver").out == "1 accepted.\n"
    held.write_text("\n".join(names))
    assert deskcheck("outbox", "reconcile", "outside", *FROM, "--have", held).code == 0


def test_killed_between_a_system_s_yes_and_its_record_sends_again_under_the_same_names(
    deskcheck: Command, services: Services, receiver: Receiver
) -> None:
    assert deskcheck("outbox", "target", "add", "outside", receiver.url, "--centre", "C1").code == 0
    names = happen(services, 3)
    killed: list[subprocess.Popen[bytes]] = []

    def answer(got: Got) -> int:
        if got.id == names[1] and killed:
            killed[0].kill()
        return 204

    receiver.answer = answer
    command = [sys.executable, "-c", "from deskcheck_service.cli import main; main()", "outbox", "deliver"]
    killed.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    assert killed[0].wait(60) == -signal.SIGKILL
    killed.clear()
    assert receiver.ids == names[:2]
    assert deskcheck("outbox", "deliver").out == "0 accepted.\n", "held by the process that is gone"
    later = utc_now() + timedelta(seconds=delivering.HOLD_S + 1)
    with_networks = services.settings.model_copy(update={"webhook_networks": "127.0.0.0/8"})
    after = build_services(with_networks)
    assert delivering.deliver_due(after, later) == 3
    after.close()
    assert receiver.ids == [*names[:2], *names]


def test_switched_off_and_on(deskcheck: Command, services: Services, receiver: Receiver) -> None:
    key = "whsec_" + "QUFB" * 11
    command = ("outbox", "target", "add", "outside", receiver.url, "--centre", "C1", "--secret-stdin")
    assert deskcheck(*command, stdin=f"{key}\n").out == "outside is added.\n"
    assert deskcheck("outbox", "target", "off", "outside").code == 0
    happen(services, 1)
    assert deskcheck("outbox", "deliver").out == "0 accepted.\n"
    assert deskcheck("outbox", "target", "on", "outside").code == 0
    assert deskcheck("outbox", "replay", "outside", "--dead").out.startswith("0 ")
    assert deskcheck("outbox", "replay", "outside", "--event", "evt_1").out.startswith("1 ")
    assert deskcheck("outbox", "deliver").out == "1 accepted.\n"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("target", "add", "x", "http://10.0.0.1/", "--centre", "C9"), "centre C9"),
        (("target", "add", "x", "file:///etc/passwd", "--centre", "C1"), "The address cannot be used"),
        (("replay", "nobody", "--dead"), "target nobody"),
        (("reconcile", "nobody", *FROM), "target nobody"),
        (("replay", "nobody", "--event", "123"), "event"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(
    deskcheck: Command, services: Services, command: tuple[str, ...], words: str
) -> None:
    ran = deskcheck("outbox", *command)
    assert ran.code == 2
    assert words in ran.err
