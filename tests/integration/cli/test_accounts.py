from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
import time
from pathlib import Path

import pytest
from deskcheck_service.cli.users import RoleName
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.migrate import upgrade
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Role

from tests.integration.cli.conftest import Command

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file built by the migrations, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "deskcheck.db"
    upgrade(Settings(database_url=f"sqlite:///{file}"))
    return file


@pytest.fixture
def database(migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deskcheck: Command) -> Path:
    """A migrated SQLite file that the commands use."""
    file = tmp_path / "deskcheck.db"
    shutil.copy(migrated, file)
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", f"sqlite:///{file}")
    return file


def test_the_roles_of_the_command_line_are_those_of_the_service() -> None:
    assert [role.value for role in RoleName] == [role.value for role in Role]


def test_the_tables_are_made_once_and_upgrading_again_changes_nothing(
    deskcheck: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "new" / "deskcheck.db"
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", f"sqlite:///{file}")
    assert deskcheck("db", "upgrade").code == 0
    size = file.stat().st_size
    assert deskcheck("db", "upgrade").code == 0
    assert file.stat().st_size == size
    current = json.loads(deskcheck("db", "current", "--json").out)
    assert current["fits"] is True
    assert current["current"] == current["needed"]
    assert deskcheck("db", "check").code == 0


def test_an_absent_database_is_named_and_not_made(
    deskcheck: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "none" / "deskcheck.db"
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", f"sqlite:///{file}")
    for command in (["db", "check"], ["db", "current"], ["user", "list"], ["serve", "--port", "0"]):
        ran = deskcheck(*command)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("error database.absent: ")
        assert "Next: " in ran.err
        assert ran.err.count("\n") == 1
    assert not file.exists()


def test_a_database_without_tables_is_outdated(
    deskcheck: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "empty.db"
    sqlite3.connect(file).close()
    file.touch()
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", f"sqlite:///{file}")
    ran = deskcheck("db", "check")
    assert ran.code == 2
    assert ran.err.startswith("error database.outdated")
    assert "deskcheck db upgrade" in ran.err


def test_a_file_that_is_no_database_is_refused(
    deskcheck: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "letter.db"
    file.write_bytes(b"Dear inspector, " * 100)
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", f"sqlite:///{file}")
    assert deskcheck("db", "upgrade").err.startswith("error database.absent")
    assert file.read_bytes() == b"Dear inspector, " * 100


def test_a_locked_database_is_told_after_the_wait_and_nothing_is_saved(
    deskcheck: Command, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKCHECK_DATABASE_BUSY_TIMEOUT_S", "0.2")
    holder = sqlite3.connect(database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        ran = deskcheck("user", "add", "li", "--password-stdin", stdin=PASSWORD)
    finally:
        holder.rollback()
        holder.close()
    assert ran.code == 2
    assert ran.err.startswith("error database.locked")
    assert json.loads(deskcheck("user", "list", "--json").out) == {"users": []}


def test_a_lock_that_is_let_go_in_time_is_waited_for(deskcheck: Command, database: Path) -> None:
    holder = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")

    def let_go() -> None:
        time.sleep(0.5)
        holder.rollback()

    waiting = threading.Thread(target=let_go)
    waiting.start()
    ran = deskcheck("user", "add", "li", "--password-stdin", stdin=PASSWORD)
    waiting.join()
    holder.close()
    assert ran.code == 0, ran.err


def test_an_unknown_kind_of_database_is_a_settings_error(deskcheck: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", "mysql://somebody:hidden-word@host/db")
    ran = deskcheck("user", "list")
    assert ran.code == 2
    assert ran.err.startswith("error cli.settings: The setting DESKCHECK_DATABASE_URL")
    assert "hidden-word" not in ran.err


def test_a_server_that_is_not_there_is_absent_and_its_password_is_not_shown(
    deskcheck: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", "postgresql://deskcheck:hidden-word@127.0.0.1:9/deskcheck")
    for command in (["db", "upgrade"], ["db", "check"], ["user", "list"]):
        ran = deskcheck(*command)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("error database.absent: ")
        assert "hidden-word" not in ran.err


def test_the_first_administrator_and_the_life_of_an_account(deskcheck: Command, database: Path) -> None:
    ran = deskcheck("user", "add", "Li", "--role", "inspector", "--password-stdin", stdin=PASSWORD)
    assert ran.code == 0
    assert "no administrator yet" in ran.err
    ran = deskcheck("user", "add", "boss", "--role", "administrator", "--password-stdin", stdin=PASSWORD)
    assert (ran.code, ran.err) == (0, "")
    users = {user["name"]: user for user in json.loads(deskcheck("user", "list", "--json").out)["users"]}
    assert {name: [role["role"] for role in user["roles"]] for name, user in users.items()} == {
        "li": ["inspector"],
        "boss": ["administrator"],
    }
    assert deskcheck("user", "disable", "LI").code == 0
    assert deskcheck("user", "set-password", "li", "--password-stdin", stdin="another long one").code == 0
    users = {user["name"]: user for user in json.loads(deskcheck("user", "list", "--json").out)["users"]}
    assert users["li"]["active"] is False
    assert deskcheck("user", "enable", "li").code == 0
    assert "boss" in deskcheck("user", "list").out
    for name in ("li", "boss"):
        assert PASSWORD not in deskcheck("user", "list", "--json").out + name


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (("user", "add", "li", "--password-stdin"), PASSWORD, "request.exists"),
        (("user", "add", "new", "--password-stdin"), "short", "cli.value_unfit"),
        (("user", "add", "a b", "--password-stdin"), PASSWORD, "cli.value_unfit"),
        (("user", "add", "new", "--password-stdin"), "", "cli.password_missing"),
        (("user", "add", "new"), PASSWORD, "cli.password_missing"),
        (("user", "add", "new", "--password-stdin", "--centre", "none"), PASSWORD, "request.not_found"),
        (("user", "add", "new", "--password-stdin", "--area", "a1"), PASSWORD, "request.not_found"),
        (("user", "disable", "li"), None, "user.last_administrator"),
        (("user", "disable", "nobody"), None, "request.not_found"),
        (("user", "set-password", "nobody", "--password-stdin"), PASSWORD, "request.not_found"),
        (("user", "add", "new", "--role", "king", "--password-stdin"), PASSWORD, "cli.usage"),
        (("user", "add", "new", "--password", "on-the-command-line"), None, "cli.usage"),
        (("token", "add", "nobody", "--name", "x"), None, "request.not_found"),
        (("token", "revoke", "li", "9"), None, "request.not_found"),
    ],
)
def test_every_refusal_is_one_line_with_a_code_and_changes_nothing(
    deskcheck: Command, database: Path, arguments: tuple[str, ...], stdin: str | None, code: str
) -> None:
    assert deskcheck("user", "add", "li", "--role", "administrator", "--password-stdin", stdin=PASSWORD).code == 0
    before = deskcheck("user", "list", "--json").out
    ran = deskcheck(*arguments, stdin=stdin)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error {code}: ")
    assert " Next: " in ran.err
    assert ran.err.count("\n") == 1
    assert PASSWORD not in ran.err
    assert deskcheck("user", "list", "--json").out == before


def test_a_token_is_shown_once_and_then_only_named(deskcheck: Command, database: Path) -> None:
    deskcheck("user", "add", "li", "--password-stdin", stdin=PASSWORD)
    made = json.loads(deskcheck("token", "add", "li", "--name", "gate camera", "--days", "7", "--json").out)
    listed = deskcheck("token", "list", "li", "--json").out
    assert made["secret"] not in listed
    assert [token["name"] for token in json.loads(listed)["tokens"]] == ["gate camera"]
    assert made["secret"].encode() not in database.read_bytes()
    assert deskcheck("token", "revoke", "li", made["id"]).code == 0
    assert json.loads(deskcheck("token", "list", "li", "--json").out)["tokens"][0]["revoked_at"]
    assert "gate camera" in deskcheck("token", "list", "li").out


def test_settings_are_listed_without_the_databases_password(
    deskcheck: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", "postgresql://deskcheck:hidden-word@db/deskcheck")
    values = json.loads(deskcheck("settings", "--json").out)
    assert values["DESKCHECK_DATABASE_URL"] == "postgresql://deskcheck:***@db/deskcheck"
    shown = deskcheck("settings", "--lang", "zh").out
    assert "hidden-word" not in shown
    assert "DESKCHECK_EVIDENCE_URL" in shown


def test_evidence_that_no_record_names_is_cleaned_up_once_it_is_old(
    deskcheck: Command, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKCHECK_EVIDENCE_URL", str(tmp_path / "evidence"))
    old, young = (EvidenceStore(str(tmp_path / "evidence")).put(content) for content in (b"old", b"young"))
    two_hours_ago = time.time() - 7200
    os.utime(tmp_path / "evidence" / old[:2] / old, (two_hours_ago, two_hours_ago))
    ran = deskcheck("db", "clean")
    assert (ran.code, ran.out) == (0, "Removed 1 evidence files that no record names.\n")
    assert [path.name for path in (tmp_path / "evidence").rglob("*") if path.is_file()] == [young]
