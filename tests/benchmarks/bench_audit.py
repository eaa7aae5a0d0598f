"""Scheduled audits at scale: against the bare network, over many captures, by two workers, beside dead cameras.

Cameras are films of H.264 or web servers. Ratios are of figures measured in one run.
"""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import psycopg
from deskcheck_service import migrate
from deskcheck_service.audits import queue, rounds
from deskcheck_service.audits.engine import AuditEngine
from deskcheck_service.logs import configure_logging
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import utc_now
from deskcheck_service.tables.audits import CameraVisit, OwedState, OwedView, VisitState
from deskcheck_service.tables.sources import SourceType
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.letterbox import Letterbox
from deskcheck_vision.model_files import default_model_path
from deskcheck_vision.sessions import OnnxSession
from sqlalchemy import func, select, update

from tests.benchmarks.bench_faults import small_model, snapshot_server
from tests.benchmarks.bench_photo import PICTURE_WH, hall_photo
from tests.benchmarks.figures import Figure, measures
from tests.support.audit_kit import add_cameras
from tests.support.photos import photo
from tests.support.postgresql import in_database, running_postgresql
from tests.support.processes import ended, environment, start, until
from tests.support.service_kit import Hall, make_hall

CORES = 2
_FRAMES = 5


def _settings(folder: Path, url: str, **more: object) -> Settings:
    told = {
        "database_url": url,
        "evidence_url": str(folder / "evidence"),
        "media_folder": folder / "media",
        "inference_threads": CORES,
        "log_level": "error",
        **more,
    }
    return Settings(**told)


@contextlib.contextmanager
def _service(settings: Settings) -> Iterator[tuple[Services, Hall]]:
    configure_logging(settings)
    migrate.upgrade(settings)
    services = build_services(settings)
    try:
        yield services, make_hall(services)
    finally:
        services.close()


def _states(services: Services, round_id: int) -> dict[tuple[OwedState, str | None], int]:
    query = (
        select(OwedView.state, OwedView.reason, func.count())
        .where(OwedView.round_id == round_id)
        .group_by(OwedView.state, OwedView.reason)
    )
    with services.database.reading() as session:
        return {(row[0], row[1]): row[2] for row in session.execute(query)}


def _round(services: Services, hall: Hall, frames: int, span_s: float, minutes: int = 60) -> int:
    return rounds.start_now(
        services, "bench", hall.centre_id, minutes=minutes, burst_frames=frames, burst_span_s=span_s
    ).round_id


def _made(services: Services, hall: Hall, frames: int, span_s: float) -> tuple[float, int]:
    """Make a round in this process; return its seconds and its key."""
    from deskcheck_service.audits import ticks

    key = _round(services, hall, frames, span_s)
    engine = AuditEngine(services, f"bench-{time.monotonic_ns()}")
    begun = time.perf_counter()
    engine.run_until_idle()
    took = time.perf_counter() - begun
    engine.stop()
    ticks.close_rounds(services)
    return took, key


@measures
def audit_over_session() -> Iterator[Figure]:
    """Frames judged a second in a round of 64 films, over runs a second of the same session with nothing around them.

    The base is the better of one caller and of as many callers as judge at the same time.
    """
    cameras, rounds_made = 64, 1
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        settings = _settings(folder, f"sqlite:///{folder / 'd.db'}", concurrent_judgements=2)
        services, hall = stack.enter_context(_service(settings))
        shown = hall_photo().jpeg
        addresses = {number: _film(folder / "media", shown, number) for number in range(cameras)}
        add_cameras(services, hall, folder / "media", cameras, content=shown, kind=SourceType.FILM, addresses=addresses)
        detector = services.engine.detector()
        session = getattr(detector, "session", None) or OnnxSession(default_model_path(), threads=CORES)
        _made(services, hall, 1, 0.0)  # stills looked at, caches warm
        runs = [_rate(session, settings.concurrent_judgements)]
        frames, took = 0, 0.0
        for _ in range(rounds_made):
            seconds, key = _made(services, hall, _FRAMES, 4.0)
            took += seconds
            frames += _FRAMES * sum(number for (state, _), number in _states(services, key).items()
                                    if state is OwedState.JUDGED)  # fmt: skip
            runs.append(_rate(session, settings.concurrent_judgements))
    base, ours = statistics.median(runs), frames / took
    note = f"{ours:.1f} frames/s over {base:.1f} runs/s, {frames} frames of {cameras} films"
    yield Figure("audit_over_session", ours / base, 0.85, False, "x", note)


def _film(media: Path, jpeg: bytes, number: int) -> str:
    """Write a film of 1080p H.264 in which something large moves every second, and return its address."""
    media.mkdir(parents=True, exist_ok=True)
    path = media / f"{number % 8}.mp4"  # eight different films; each is opened and decoded for each camera
    if not path.exists():
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        chance = np.random.default_rng(number)
        with av.open(str(path), "w") as out:
            stream = out.add_stream("libx264", rate=5)
            stream.width, stream.height, stream.pix_fmt, stream.gop_size = image.shape[1], image.shape[0], "yuv420p", 5
            stream.options = {"crf": "24", "preset": "veryfast"}
            for second in range(6):
                shown = _with_passer_by(image, chance)
                for part in range(5):
                    frame = av.VideoFrame.from_ndarray(shown, format="bgr24")
                    frame.pts, frame.time_base = 5 * second + part, Fraction(1, 5)
                    out.mux(stream.encode(frame))
            out.mux(stream.encode())
    return path.name


def _with_passer_by(image: Uint8Array, chance: np.random.Generator) -> Uint8Array:
    """A picture with a dark figure somewhere in it, so that no two are alike."""
    shown = image.copy()
    left, top = (int(chance.integers(0, side - 320)) for side in (image.shape[1], image.shape[0] - 200))
    shown[top : top + 520, left : left + 320] //= 3
    return shown


def _rate(session: OnnxSession, callers: int) -> float:
    """Return runs a second, the better of one caller and of several at once."""
    width, height = Letterbox.fit(PICTURE_WH, session.metadata.input_wh, session.input_step_px).input_wh
    planes = np.random.default_rng(0).random((1, 3, height, width), np.float32)

    def rate(workers: int, each: int) -> float:
        with ThreadPoolExecutor(workers) as pool:
            begun = time.perf_counter()
            list(pool.map(lambda _: [session.run(planes) for _ in range(each)], range(workers)))
            return workers * each / (time.perf_counter() - begun)

    rate(1, 3)
    return max(rate(1, 40), rate(callers, 40 // callers))


@measures
def memory_growth() -> Iterator[Figure]:
    """Memory of the process after all captures over that after the first 500; threads and sockets as at the start.

    AUDIT_BENCH_CAPTURES says how many captures; 5000 unless told.
    """
    captures = int(os.environ.get("AUDIT_BENCH_CAPTURES", "5000"))
    cameras = 50
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        port = stack.enter_context(snapshot_server(photo(1), "127.0.0.1"))
        small_model(folder / "small.onnx")
        settings = _settings(
            folder, f"sqlite:///{folder / 'd.db'}", model_path=folder / "small.onnx", camera_networks="127.0.0.0/8",
            camera_ports=str(port), audit_per_host=64, audit_cameras_at_once=16,
        )  # fmt: skip
        services, hall = stack.enter_context(_service(settings))
        addresses = {number: f"http://127.0.0.1:{port}/{number}.jpg" for number in range(cameras)}
        add_cameras(services, hall, folder / "media", cameras, kind=SourceType.SNAPSHOT, addresses=addresses)
        _made(services, hall, 1, 0.0)
        threads, sockets = threading.active_count(), _sockets()
        made, after_first = 0, 0.0
        while made < captures:
            _, key = _made(services, hall, 1, 0.0)
            made += sum(_states(services, key).values())
            if not after_first and made >= min(500, captures / 2):
                after_first = _memory_mb()
        grown = _memory_mb() / after_first - 1
        left = threading.active_count() - threads, _sockets() - sockets
    counted = f"{after_first:.0f} MB after {min(500, captures // 2)}, {made} captures in all"
    note = f"{counted}; threads {left[0]:+d}, sockets {left[1]:+d}"
    yield Figure("memory_growth", 100 * grown, 5.0, True, "%", note)
    yield Figure("threads_and_sockets_left", float(max(left)), 0.0, True, "")


def _memory_mb() -> float:
    gc.collect()
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _sockets() -> int:
    found = 0
    for one in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found += "socket:" in str(one.readlink())
    return found


@measures
def two_workers() -> Iterator[Figure]:
    """A round of real-model visits by one worker over that by two, each on a core of its own, on PostgreSQL."""
    cameras = 16
    with ExitStack() as stack:
        uri = stack.enter_context(running_postgresql())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("CREATE DATABASE two")
        settings = _settings(
            folder, in_database(uri, "two"), audit="queue", inference_threads=1, concurrent_judgements=1
        )
        services, hall = stack.enter_context(_service(settings))
        addresses = {number: _film(folder / "media", hall_photo().jpeg, number) for number in range(cameras)}
        add_cameras(
            services, hall, folder / "media", cameras, content=hall_photo().jpeg, kind=SourceType.FILM,
            addresses=addresses,
        )  # fmt: skip
        env = environment(settings)
        took = {}
        for number in (1, 2):
            workers = [start(["worker"], env, folder / "log", cores=str(core)) for core in range(number)]
            try:
                _warm(services, hall, number)
                took[number] = _queued(services, hall, span_s=4.0)
            finally:
                for one in workers:
                    ended(one)
    note = f"{cameras} cameras: {took[1]:.1f} s by one, {took[2]:.1f} s by two"
    yield Figure("two_workers", took[1] / took[2], 1.8, False, "x", note)


def _warm(services: Services, hall: Hall, workers: int) -> None:
    """Wait until all workers have loaded their model."""
    for _ in range(4):
        _queued(services, hall, span_s=4.0)
        with services.database.reading() as session:
            if len(_at_work(session)) >= workers:
                return


def _at_work(session: object) -> set[str]:
    from deskcheck_service.audits import heartbeats

    found = heartbeats.workers(session, utc_now() - timedelta(seconds=30))  # type: ignore[arg-type]
    return {one.name for one in found if one.visits_done and one.ended_at is None}


def _queued(services: Services, hall: Hall, span_s: float) -> float:
    """Make a round by the workers that run; return the seconds from its first visit's begin to its last one's end."""
    key = _round(services, hall, _FRAMES, span_s)
    query = select(func.count()).where(CameraVisit.round_id == key, CameraVisit.state == VisitState.WAITING)

    def is_over() -> bool:
        with services.database.reading() as session:
            return session.scalar(query) == 0

    if not until(is_over, 200):
        raise RuntimeError("the round did not end")
    with services.database.reading() as session:
        first, last = session.execute(
            select(func.min(CameraVisit.began_at), func.max(CameraVisit.ended_at)).where(CameraVisit.round_id == key)
        ).one()
    with services.database.writing() as session:
        from deskcheck_service.audits.rounds import close_round

        close_round(session, key, utc_now())
    return float((last - first).total_seconds())


@measures
def queue_overhead() -> Iterator[Figure]:
    """What the queue adds to a visit, its job made, fetched and removed, over the time that a visit's judging takes."""
    jobs = 300
    with ExitStack() as stack:
        uri = stack.enter_context(running_postgresql())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("CREATE DATABASE overhead")
        settings = _settings(folder, in_database(uri, "overhead"), concurrent_judgements=1, audit_cameras_at_once=1)
        services, hall = stack.enter_context(_service(settings))
        shown = hall_photo().jpeg
        addresses = {number: _film(folder / "media", shown, number) for number in range(8)}
        add_cameras(services, hall, folder / "media", 8, content=shown, kind=SourceType.FILM, addresses=addresses)
        _made(services, hall, 1, 0.0)
        seconds, _ = _made(services, hall, _FRAMES, 4.0)
        visit_s = seconds / 8
        job_s = _job_s(services, settings, jobs)
    note = f"{1000 * job_s:.1f} ms a job over {1000 * visit_s:.0f} ms a capture of {_FRAMES} frames"
    yield Figure("queue_overhead", 100 * job_s / visit_s, 5.0, True, "%", note)


def _job_s(services: Services, settings: Settings, jobs: int) -> float:
    """Return the seconds that one job costs which does nothing, from its adding to its removal."""
    import asyncio

    from deskcheck_service.audits.visit_repository import Waiting

    begun = time.perf_counter()
    with services.database.writing() as session:
        queue.defer(session, [Waiting(number, number, None, False) for number in range(1, jobs + 1)])
    app = queue.app_of(settings)

    async def visit(visit_id: int) -> None:
        del visit_id

    app.task(name=queue.TASK)(visit)

    async def work() -> None:
        async with app.open_async():
            await app.run_worker_async(
                queues=[queue.VISITS], wait=False, listen_notify=False, delete_jobs="always",
                install_signal_handlers=False,
            )  # fmt: skip

    asyncio.run(work())
    return (time.perf_counter() - begun) / jobs


@measures
def dead_camera_delay() -> Iterator[Figure]:
    """When the last living camera of 700 is done beside 300 dead ones, over when it is without them.

    AUDIT_BENCH_CAMERAS says how many there are in all; 1000 unless told.
    Spans and limits are a twentieth of the real ones: bursts of 3 s, connections given up after 0.25 s. The dead are
    addresses that never answer. Every dead camera must be recorded as such when the round ends.
    """
    cameras = int(os.environ.get("AUDIT_BENCH_CAMERAS", "1000"))
    living, dead = cameras - 3 * cameras // 10, 3 * cameras // 10
    took = {}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        silent = stack.enter_context(_full_backlog())
        port = stack.enter_context(snapshot_server(photo(1), "127.0.0.1"))
        for number, with_dead in enumerate((False, False, True)):  # the first one warms up
            folder = Path(name) / str(number)
            small_model(folder / "small.onnx")
            settings = _settings(
                folder, f"sqlite:///{folder / 'd.db'}", model_path=folder / "small.onnx", database_pool_size=40,
                camera_networks="127.0.0.0/8", camera_ports=f"{port},{silent}", camera_connect_s=0.25,
                audit_per_host=512, audit_cameras_at_once=64, audit_retry_s=5.0, audit_memory_mb=4000,
            )  # fmt: skip
            services, hall = stack.enter_context(_service(settings))
            count = living + (dead if with_dead else 0)
            # Every third or so, so that the dead are everywhere in the route.
            is_dead = {number for number in range(count) if with_dead and number % 10 in (2, 5, 8)}
            addresses = {
                number: f"http://127.0.0.1:{silent if number in is_dead else port}/{number}.jpg"
                for number in range(count)
            }
            add_cameras(services, hall, folder / "media", count, kind=SourceType.SNAPSHOT, addresses=addresses)
            took[with_dead], states = _until_living_done(services, hall, living, seconds=max(60.0, cameras / 2))
            judged = sum(number for (state, _), number in states.items() if state is OwedState.JUDGED)
            recorded = states.get((OwedState.UNJUDGED, "unreachable"), 0)
            if (judged, recorded) != (living, len(is_dead)):
                raise RuntimeError(f"the round ended otherwise: {states}")
    note = f"{took[True]:.1f} s beside {dead} dead, {took[False]:.1f} s without; all dead ones recorded"
    yield Figure("dead_camera_delay", 100 * (took[True] / took[False] - 1), 10.0, True, "%", note)


def _until_living_done(
    services: Services, hall: Hall, living: int, seconds: float
) -> tuple[float, dict[tuple[OwedState, str | None], int]]:
    """Make a round that ends after so many seconds; return when the last living one was done, and all results."""
    from deskcheck_service.audits import ticks
    from deskcheck_service.tables.audits import AuditRound

    key = _round(services, hall, 2, 3.0)
    until_at = utc_now() + timedelta(seconds=seconds)
    with services.database.writing() as session:
        session.execute(update(AuditRound).values(due_until=until_at))
    engine = AuditEngine(services, f"bench-{time.monotonic_ns()}")
    begun = utc_now()
    engine.run_until_idle(time.monotonic() + seconds + 20)
    engine.stop()
    ticks.close_rounds(services)
    with services.database.reading() as session:
        last = session.scalar(
            select(func.max(OwedView.settled_at)).where(OwedView.round_id == key, OwedView.state == OwedState.JUDGED)
        )
    assert last is not None
    return (last - begun).total_seconds(), _states(services, key)


@contextlib.contextmanager
def _full_backlog() -> Iterator[int]:
    """A port whose connections are never taken: its backlog is full, and the kernel answers no more."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(listening.getsockname())
        yield listening.getsockname()[1]
