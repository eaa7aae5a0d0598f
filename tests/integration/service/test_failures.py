"""Commits that fail, locked, absent and full databases, full disks: a clear code, and nothing half-written."""

from __future__ import annotations

import errno
import io
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from deskcheck_service.app import create_app
from deskcheck_service.captures.cleaning import remove_orphans
from deskcheck_service.db import Database
from deskcheck_service.engine import JudgeEngine
from deskcheck_service.errors import EvidenceMissingError, StorageFullError
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Capture, Centre, Evidence, FindingRow, JudgementRow
from fastapi import FastAPI
from fsspec.implementations.local import LocalFileSystem
from photos import CORNERS_TEXT, KnownDetector, photo, send
from real_server import served
from service_kit import PASSWORD, Hall, approve, logged_in, make_hall
from sqlalchemy import event, func, select, text
from starlette.testclient import TestClient

CENTRE = {"code": "C2", "name_zh": "二", "name_en": "Two"}

FAIL_AT_COMMIT = {
    "sqlite": [
        "CREATE TABLE trap (centre_id INTEGER REFERENCES centre (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER trap_centre AFTER INSERT ON centre BEGIN INSERT INTO trap VALUES (-1); END",
    ],
    "postgresql": [
        "CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trap'; END $$",
        "CREATE CONSTRAINT TRIGGER trap_centre AFTER INSERT ON centre DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION trap()",
    ],
}


def test_commit_that_fails_is_never_answered_with_201(app: FastAPI, services: Services, hall: Hall) -> None:
    with services.database.writing() as session:
        for statement in FAIL_AT_COMMIT[services.database.engine.dialect.name]:
            session.execute(text(statement))
    with served(app) as address, httpx2.Client(base_url=address) as client:
        logged = client.post("/api/v1/session", json={"name": "administrator", "password": PASSWORD})
        headers = {"X-CSRF-Token": logged.json()["csrf_token"]}
        answer = client.post("/api/v1/centres", json=CENTRE, headers=headers)
        assert answer.status_code in {500, 503}
        assert answer.json()["error"]["code"] in {"service.failed", "database.failed"}
        listed = client.get("/api/v1/centres").json()
    assert [centre["code"] for centre in listed] == ["C1"]


def test_answer_comes_after_the_commit(app: FastAPI, services: Services, hall: Hall) -> None:
    """What was answered with 201 is there for another connection at once, a hundred times."""
    with served(app) as address, httpx2.Client(base_url=address) as client:
        logged = client.post("/api/v1/session", json={"name": "administrator", "password": PASSWORD})
        headers = {"X-CSRF-Token": logged.json()["csrf_token"]}
        for number in range(100):
            new = {**CENTRE, "code": f"N{number}"}
            assert client.post("/api/v1/centres", json=new, headers=headers).status_code == 201
            with services.database.reading() as session:
                assert session.scalar(select(Centre.id).where(Centre.code == f"N{number}")) is not None


def _quick(settings: Settings) -> Settings:
    return settings.model_copy(update={"database_busy_timeout_s": 0.3})


def test_database_locked_by_another_process(settings: Settings, services: Services, hall: Hall) -> None:
    quick = build_services(_quick(settings))
    client = logged_in(create_app(quick.settings, quick), "administrator")
    url = quick.database.engine.url
    if url.get_backend_name() == "sqlite":
        other: Any = sqlite3.connect(str(url.database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        other = psycopg.connect(settings.database_url)
        other.execute("LOCK TABLE centre IN ACCESS EXCLUSIVE MODE")
    answer = client.post("/api/v1/centres", json=CENTRE)
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "database.locked"
    assert answer.headers["retry-after"]
    other.rollback()
    other.close()
    assert client.post("/api/v1/centres", json=CENTRE).status_code == 201
    quick.close()


def test_readers_go_on_while_another_process_writes(sqlite_url: str, tmp_path: Path) -> None:
    services = build_services(
        Settings(database_url=sqlite_url, evidence_url=str(tmp_path), database_busy_timeout_s=0.3)
    )
    writer = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Centre)) == 0
    writer.rollback()
    writer.close()
    services.close()


@pytest.fixture
def unusable(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Addresses of databases that cannot be used."""
    kind: str = request.param
    if kind == "garbage":
        (tmp_path / "garbage.db").write_bytes(b"this is not a database" * 100)
        return f"sqlite:///{tmp_path}/garbage.db"
    if kind == "folder":
        (tmp_path / "folder.db").mkdir()
        return f"sqlite:///{tmp_path}/folder.db"
    if kind == "empty":
        return f"sqlite:///{tmp_path}/empty.db"
    return "postgresql://nobody:wrong@127.0.0.1:1/none"


@pytest.mark.parametrize(
    ("unusable", "code"),
    [
        ("garbage", "database.absent"),
        ("folder", "database.absent"),
        ("empty", "database.outdated"),
        ("server", "database.absent"),
    ],
    indirect=["unusable"],
)
def test_database_that_cannot_be_used(unusable: str, code: str, tmp_path: Path) -> None:
    services = build_services(Settings(database_url=unusable, evidence_url=str(tmp_path), log_level="error"))
    client = TestClient(create_app(services.settings, services), raise_server_exceptions=False)
    for answer in (
        client.post("/api/v1/session", json={"name": "a", "password": "b"}),
        client.get("/api/v1/windows", headers={"Authorization": "Bearer x"}),
        client.get("/api/v1/ready"),
    ):
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == code
        assert "wrong" not in answer.text
    assert client.get("/api/v1/health").status_code == 200
    services.close()


class FullDisk(LocalFileSystem):
    """A disk that takes so many bytes and no more."""

    cachable = False

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def _open(self, path: str, mode: str = "rb", **kwargs: Any) -> Any:
        file = super()._open(path, mode, **kwargs)
        return _FullFile(self, file) if "w" in mode else file


class _FullFile(io.RawIOBase):
    def __init__(self, disk: FullDisk, file: Any) -> None:
        self._disk, self._file = disk, file

    def write(self, content: Any) -> int:
        if len(content) > self._disk.room:
            self._file.write(bytes(content)[: self._disk.room])
            raise OSError(errno.ENOSPC, "No space left on device")
        self._disk.room -= len(content)
        return int(self._file.write(content))

    def flush(self) -> None:
        self._file.flush()

    def fileno(self) -> int:
        return int(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def _services(settings: Settings, store: EvidenceStore) -> Services:
    return Services(settings, Database(settings), store, JudgeEngine(settings, KnownDetector()))


def _rows(services: Services) -> int:
    with services.database.reading() as session:
        tables = (Capture, JudgementRow, FindingRow, Evidence)
        return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


@pytest.mark.parametrize("room", [0, 100_000], ids=["first picture", "a later picture"])
def test_full_evidence_disk_saves_nothing_and_says_so(
    settings: Settings, services: Services, hall: Hall, tmp_path: Path, room: int
) -> None:
    approve(services, "A01")
    disk = FullDisk(room)
    full = _services(settings, EvidenceStore(str(tmp_path / "full"), filesystem=disk))
    client = logged_in(create_app(settings, full), "inspector")
    answer = send(client, "A01", photo(), corners_px=CORNERS_TEXT)
    assert answer.status_code == 507
    assert answer.json()["error"]["code"] == "storage.full"
    assert _rows(full) == 0
    assert list((tmp_path / "full").rglob("*partial*")) == []
    for name in full.evidence.names():
        assert full.evidence.get(name)  # whole, or it would not be served
    disk.room = 10**9
    assert send(client, "A01", photo(), corners_px=CORNERS_TEXT).status_code == 201
    full.close()


def test_full_database_disk_saves_nothing_and_the_files_are_swept(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=sqlite_url, evidence_url=str(tmp_path / "evidence"), log_level="error")
    services = _services(settings, EvidenceStore(settings.evidence_url))
    make_hall(services)
    approve(services, "A01")
    client = logged_in(create_app(settings, services), "inspector")

    @event.listens_for(services.database.engine, "begin")
    def no_more_pages(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    answer = send(client, "A01", photo(), corners_px=CORNERS_TEXT)
    while answer.status_code == 201:  # pages that are free already take a few rows
        answer = send(client, "A01", photo(answer.json()["id"] + 1), corners_px=CORNERS_TEXT)
    assert answer.status_code == 507, answer.text
    assert answer.json()["error"]["code"] == "storage.full"
    event.remove(services.database.engine, "begin", no_more_pages)
    orphans = set(services.evidence.names())
    with services.database.reading() as session:
        orphans -= set(session.scalars(select(Evidence.sha256)))
    assert len(orphans) == 1
    assert remove_orphans(services) == 0  # too young: it might belong to a photo that is being saved
    assert remove_orphans(services, timedelta(seconds=-5)) == 1
    services.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 64 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root mounts a file system")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_really_full_file_system(small_disk: Path) -> None:
    store = EvidenceStore(str(small_disk))
    kept = store.put(b"a" * 20_000)
    with pytest.raises(StorageFullError):
        store.put(b"b" * 200_000)
    assert list(store.names()) == [kept]
    assert store.get(kept) == b"a" * 20_000


def test_evidence_works_on_any_fsspec_file_system() -> None:
    store = EvidenceStore("memory://deskcheck-evidence-test")
    sha256 = store.put(b"picture")
    assert store.put(b"picture") == sha256
    assert store.get(sha256) == b"picture"
    assert list(store.names()) == [sha256]
    with pytest.raises(EvidenceMissingError):
        store.get("0" * 64)
    assert store.remove_orphans([], timedelta(seconds=-5)) == 1
