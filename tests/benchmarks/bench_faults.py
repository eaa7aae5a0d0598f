"""What must not break: processes killed, the database restarted, the disk full, cameras cut off, all within rounds.

Each fault is done to real processes. It counts as survived if afterwards every view that the round owed is judged once
or not judged with a reason, no judgement is without its view, no evidence file is missing, and none is left that no row
names once the cleaning has run.
"""

from __future__ import annotations

import contextlib
import http.server
import os
import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import psycopg
from deskcheck_service import migrate
from deskcheck_service.audits import rounds
from deskcheck_service.captures.cleaning import remove_orphans
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Capture, Evidence, JudgementRow
from deskcheck_service.tables.audits import AuditRound, OwedState, OwedView, RoundState
from deskcheck_service.tables.drawings import Drawing
from deskcheck_service.tables.sources import SourceType
from sqlalchemy import func, select

from tests.benchmarks.figures import Figure, measures
from tests.support.audit_kit import add_cameras
from tests.support.photos import photo
from tests.support.postgresql import in_database, running_postgresql
from tests.support.processes import ended, environment, killed, start, until
from tests.support.service_kit import make_hall

KILLS = 50
CAMERAS = 40
_WITHIN_S = 90.0
_HERE, _THERE = "10.231.77.1", "10.231.77.2"


@dataclass(frozen=True, slots=True)
class Scene:
    """A service with cameras, over a database, whose processes are to suffer."""

    services: Services
    settings: Settings
    centre_id: int
    folder: Path

    def begin(self, minutes: int = 20, span_s: float = 5.0) -> int:
        """Start a round and return its key."""
        opened = rounds.start_now(
            self.services, "test", self.centre_id, minutes=minutes, burst_frames=2, burst_span_s=span_s
        )
        return opened.round_id

    def settled(self, round_id: int) -> dict[OwedState, int]:
        """Return how many of its views ended how."""
        query = select(OwedView.state, func.count()).where(OwedView.round_id == round_id).group_by(OwedView.state)
        with self.services.database.reading() as session:
            return {row[0]: row[1] for row in session.execute(query)}

    def is_over(self, round_id: int) -> bool:
        """Whether the round has ended."""
        with contextlib.suppress(Exception), self.services.database.reading() as session:
            row = session.get(AuditRound, round_id)
            return row is not None and row.state is not RoundState.RUNNING
        return False

    def broken(self, round_id: int) -> str:
        """Return what is wrong after a round; empty where nothing is."""
        remove_orphans(self.services, timedelta(0))
        with self.services.database.reading() as session:
            views = session.scalars(select(OwedView).where(OwedView.round_id == round_id)).all()
            named = set(session.scalars(select(Evidence.sha256)))
            judgements = session.scalar(select(func.count()).select_from(JudgementRow)) or 0
            captures = session.scalar(select(func.count()).select_from(Capture)) or 0
            drawn = set(session.scalars(select(Drawing.sha256)))
            settled = set(session.scalars(select(OwedView.judgement_id).where(OwedView.judgement_id.is_not(None))))
        left = [one.id for one in views if one.state is OwedState.OWED]
        mute = [one.id for one in views if one.state is OwedState.UNJUDGED and not one.reason]
        stored = set(self.services.evidence.names())
        found = {
            "views left": len(left),
            "without a reason": len(mute),
            "judgements beyond the settled": judgements - len(settled),
            "captures beyond the judgements": captures - judgements,
            "orphan files": len(stored - named),
            "lost files": len(named - stored - drawn),
        }
        return ", ".join(f"{name}: {number}" for name, number in found.items() if number)


@contextlib.contextmanager
def scene(
    url: str, folder: Path, *, evidence: Path | None = None, addresses: dict[int, str] | None = None, **more: object
) -> Iterator[Scene]:
    """A database with a hall and cameras, which stand in folders of pictures or have web servers at addresses."""
    model = folder / "small.onnx"
    if not model.exists():
        small_model(model)
    told = {
        "database_url": url,
        "evidence_url": str(evidence or folder / "evidence"),
        "media_folder": folder / "media",
        "model_path": model,
        "audit_hold_s": 3.0,
        "audit_retry_s": 0.5,
        "inference_threads": 1,
        "log_level": "warning",
        **more,
    }
    settings = Settings(**told)
    migrate.upgrade(settings)
    services = build_services(settings)
    hall = make_hall(services)
    kind = SourceType.SNAPSHOT if addresses else SourceType.FOLDER
    add_cameras(services, hall, folder / "media", CAMERAS, alike=bool(addresses), kind=kind, addresses=addresses)
    try:
        yield Scene(services, settings, hall.centre_id, folder)
    finally:
        services.close()


def small_model(path: Path) -> None:
    import hashlib

    from tests.conftest import TINY_ROWS, build_tiny_onnx, tiny_metadata

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(build_tiny_onnx(TINY_ROWS, tiny_metadata()))
    path.with_name(f"{path.name}.sha256").write_text(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")


def kill_workers(within: Scene, kills: int, seed: int = 1) -> tuple[int, str]:
    """Kill a worker or the server at a random moment, again and again; return how many times, and what broke."""
    chance = random.Random(seed)
    env = environment(within.settings)
    log = within.folder / "processes.log"
    kinds = [["worker"], ["worker"], ["serve", "--port", "0"]]
    alive = [start(kind, env, log) for kind in kinds]
    done, round_ids = 0, []
    try:
        while done < kills:
            if not round_ids or within.is_over(round_ids[-1]):
                round_ids.append(within.begin())
            time.sleep(chance.uniform(0.3, 3.5))
            number = chance.randrange(len(kinds))
            killed(alive[number])
            alive[number] = start(kinds[number], env, log)
            done += 1
        over = until(lambda: within.is_over(round_ids[-1]), _WITHIN_S, 1.0)
    finally:
        for one in alive:
            ended(one)
    faults = [f"round {key}: {text}" for key in round_ids if (text := within.broken(key))]
    judged = sum(within.settled(key).get(OwedState.JUDGED, 0) for key in round_ids)
    if not over:
        faults.append("the last round did not end")
    return done, "; ".join(faults) or f"{len(round_ids)} rounds, {judged} views judged"


def restart_database(within: Scene, folder: Path) -> str:
    """Restart PostgreSQL in the middle of a round; return what broke."""
    env, log = environment(within.settings), within.folder / "restart.log"
    worker = start(["worker"], env, log)
    try:
        key = within.begin()
        until(lambda: within.settled(key).get(OwedState.JUDGED, 0) >= 3, 60)
        _restart(folder)
        over = until(lambda: within.is_over(key), _WITHIN_S, 1.0)
    finally:
        ended(worker)
    counts = within.settled(key)
    return within.broken(key) or ("" if over and counts == {OwedState.JUDGED: CAMERAS} else f"over {over}, {counts}")


def _restart(folder: Path) -> None:
    server = (folder / "postmaster.opts").read_text().split(maxsplit=1)[0]
    program = Path(server).with_name("pg_ctl")
    owner = folder.stat().st_uid
    command = [str(program), "-D", str(folder), "-m", "immediate", "-w", "restart", "-l", str(folder / "again.log")]
    command += ["-o", f'-h "" -k {folder}']
    subprocess.run(command, check=True, user=owner, capture_output=True, timeout=60)


@contextlib.contextmanager
def small_disk(folder: Path, size_mb: int) -> Iterator[Path]:
    """A file system of its own with little room.

    Raises:
        PermissionError: this user may not mount one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "none", str(folder)], check=False, capture_output=True
    )
    if made.returncode:
        raise PermissionError(made.stderr.decode())
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=False, capture_output=True)


def fill_disk(within: Scene, disk: Path) -> str:
    """Let the evidence's disk be full for a part of a round; return what broke."""
    env, log = environment(within.settings), within.folder / "disk.log"
    filler = disk / "filler"
    worker = start(["audit", "run"], env, log)
    try:
        key = within.begin()
        until(lambda: within.settled(key).get(OwedState.JUDGED, 0) >= 3, 60)
        with filler.open("wb") as file, contextlib.suppress(OSError):
            while True:
                file.write(os.urandom(65536))
        time.sleep(5)
        hindered = within.settled(key)
        filler.unlink()
        over = until(lambda: within.is_over(key), _WITHIN_S, 1.0)
    finally:
        ended(worker)
    counts = within.settled(key)
    if hindered.get(OwedState.OWED, 0) == 0:
        return "the disk was full too late"
    return within.broken(key) or ("" if over and counts == {OwedState.JUDGED: CAMERAS} else f"over {over}, {counts}")


class _Snapshots(http.server.BaseHTTPRequestHandler):
    contents: tuple[bytes, ...] = ()

    def do_GET(self) -> None:
        content = self.contents[int(time.monotonic()) % len(self.contents)]  # another each second
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def network() -> Iterator[tuple[str, str]]:
    """A network namespace for a worker, joined to this one by a cable: its name, and the cable's end on this side.

    Raises:
        PermissionError: this user may not make one.
    """
    name, ours, theirs = f"deskcheck{os.getpid()}", f"dc{os.getpid()}a", f"dc{os.getpid()}b"
    inside = ["netns", "exec", name, "ip"]
    try:
        for words in (
            ["netns", "add", name],
            ["link", "add", ours, "type", "veth", "peer", "name", theirs],
            ["link", "set", theirs, "netns", name],
            ["addr", "add", f"{_HERE}/24", "dev", ours],
            ["link", "set", ours, "up"],
            [*inside, "addr", "add", f"{_THERE}/24", "dev", theirs],
            [*inside, "link", "set", theirs, "up"],
            [*inside, "link", "set", "lo", "up"],
        ):
            _ip(*words)
        yield name, ours
    except (OSError, subprocess.CalledProcessError) as error:
        raise PermissionError(str(error)) from error
    finally:
        for words in (["link", "del", ours], ["netns", "del", name]):
            with contextlib.suppress(OSError, subprocess.CalledProcessError):
                _ip(*words)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _noisy(jpeg: bytes, seed: int) -> bytes:
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR).astype(np.int16)
    image += np.random.default_rng(seed).integers(-3, 4, image.shape, np.int16)
    encoded = cv2.imencode(".jpg", np.clip(image, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
    return encoded.tobytes()


@contextlib.contextmanager
def snapshot_server(content: bytes, host: str) -> Iterator[int]:
    """A camera's web server, whose pictures differ by their noise as a living camera's do; yields its port."""
    handler = type("Handler", (_Snapshots,), {"contents": tuple(_noisy(content, seed) for seed in range(7))})
    server = http.server.ThreadingHTTPServer((host, 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@measures
def faults_survived() -> Iterator[Figure]:
    """Of all faults, those after which nothing is lost, doubled or left behind."""
    survived, tried, notes = 0, 0, []
    with ExitStack() as stack:
        uri = stack.enter_context(running_postgresql())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in ("kills", "restarts"):
            with psycopg.connect(uri, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
        with scene(in_database(uri, "kills"), folder / "kills", audit="queue") as within:
            done, text = kill_workers(within, KILLS)
            tried += done
            survived += done if "round " not in text and "did not" not in text else 0
            notes.append(f"{done} kills: {text}")
        with scene(in_database(uri, "restarts"), folder / "restarts", audit="queue") as within:
            data = Path(uri.partition("host=")[2].partition("&")[0])
            survived, tried = _count(notes, "database restarted", restart_database(within, data), survived, tried)
        try:
            disk = stack.enter_context(small_disk(folder / "disk", 200))
        except PermissionError as error:
            notes.append(f"disk full: not tried, {error}")
        else:
            with scene(
                f"sqlite:///{folder / 'full' / 'd.db'}", folder / "full", evidence=disk, audit_cameras_at_once=2
            ) as within:
                survived, tried = _count(notes, "disk full", fill_disk(within, disk), survived, tried)
        try:
            broken = cut_network(folder / "cut")
        except PermissionError as error:
            notes.append(f"network cut: not tried, {error}")
        else:
            survived, tried = _count(notes, "network cut", broken, survived, tried)
    yield Figure("faults_survived", survived / tried, 1.0, False, "share", f"{survived} of {tried}; {'; '.join(notes)}")


def _count(notes: list[str], name: str, broken: str, survived: int, tried: int) -> tuple[int, int]:
    notes.append(f"{name}: {broken or 'survived'}")
    return survived + (not broken), tried + 1


def cut_network(folder: Path) -> str:
    """Cut all cameras off in the middle of a round and put them back; return what broke."""
    with network() as (name, cable), snapshot_server(photo(1), _HERE) as port:
        more = {"camera_networks": f"{_HERE}/32", "camera_ports": str(port), "camera_connect_s": 1.0}
        addresses = dict.fromkeys(range(CAMERAS), f"http://{_HERE}:{port}/snap.jpg")
        with scene(
            f"sqlite:///{folder / 'd.db'}", folder, addresses=addresses, audit_cameras_at_once=4, **more
        ) as within:
            worker = start(["audit", "run"], environment(within.settings), folder / "cut.log", namespace=name)
            try:
                key = within.begin(span_s=0.5)
                until(lambda: within.settled(key).get(OwedState.JUDGED, 0) >= 3, 60)
                _ip("link", "set", cable, "down")
                time.sleep(8)
                cut_off = within.settled(key)
                _ip("link", "set", cable, "up")
                over = until(lambda: within.is_over(key), _WITHIN_S, 1.0)
            finally:
                ended(worker)
            if cut_off.get(OwedState.OWED, 0) == 0:
                return "the network was cut too late"
            counts = within.settled(key)
            whole = over and counts == {OwedState.JUDGED: CAMERAS}
            return within.broken(key) or ("" if whole else f"over {over}, {counts}")
