"""Figures for Prometheus: what this process counts, and how the installation stands, read from the database.

Several processes each tell their own counters. What is read from the database is the same everywhere: take ``max`` of
it over processes, never ``sum``.
"""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Iterable, Iterator, Mapping

import structlog
from deskcheck_vision.errors import DeskcheckError
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import QueuePool

from deskcheck_service.services import Services
from deskcheck_service.tables.audits import OwedState, RoundState, VisitState
from deskcheck_service.tables.cameras import CameraState
from deskcheck_service.tables.outbox import DeliveryState
from deskcheck_service.tables.sources import TroubleKind
from deskcheck_service.watching.figures import Figures, read_figures
from deskcheck_service.watching.stages import PROCESS

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_KEPT_S = 10.0


def is_allowed(token: str | None, authorization: str, address: str, *, forwarded: bool) -> bool:
    """Say whether somebody may read the figures.

    Args:
        token: that is asked for; None lets this machine itself in, and nobody else.
        authorization: header of the request.
        address: of the caller.
        forwarded: it came through a proxy, whose own address says nothing of the caller.
    """
    if token is None:
        return address in {"127.0.0.1", "::1"} and not forwarded
    scheme, _, given = authorization.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


class StateCollector(Collector):
    """Reads how things stand when Prometheus asks, at most once in ten seconds; safe for several at once.

    Args:
        services: of the application.
        kept_s: seconds for which figures that were read are told again.
    """

    def __init__(self, services: Services, kept_s: float = _KEPT_S) -> None:
        self._services = services
        self._kept_s = kept_s
        self._lock = threading.Lock()
        self._read_at = -kept_s
        self._figures: Figures | None = None

    def describe(self) -> Iterable[Metric]:
        """Tell no names ahead: registering must not ask the database."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield the figures; without a database those alone that need none."""
        figures = self._current()
        yield _gauge("state_readable", "1 if the figures from the database could be read.", int(figures is not None))
        yield from self._of_machine()
        if figures is not None:
            yield from _of_rounds(figures)
            yield from _of_cameras(figures)
            yield from _of_outbox(figures)

    def _current(self) -> Figures | None:
        with self._lock:
            if time.monotonic() - self._read_at >= self._kept_s:
                try:
                    with self._services.database.reading() as session:
                        self._figures = read_figures(session)
                except DeskcheckError as error:
                    structlog.get_logger().warning("figures_unreadable", code=error.code)
                    self._figures = None
                self._read_at = time.monotonic()
            return self._figures

    def _of_machine(self) -> Iterator[Metric]:
        free = self._services.evidence.free_bytes()
        if free is not None:
            yield _gauge("evidence_free_bytes", "Bytes free where evidence pictures are kept.", free)
        pool = self._services.database.engine.pool
        if isinstance(pool, QueuePool):
            states = {"in_use": pool.checkedout(), "idle": pool.checkedin()}
            yield _by("database_connections", "Connections of this process, by state.", "state", states, states)
            yield _gauge("database_connections_limit", "Connections this process may have.", pool.size())


def _of_rounds(found: Figures) -> Iterator[Metric]:
    yield _by("rounds", "Rounds of the last day, by state.", "state", RoundState, found.rounds)
    yield _by("visits", "Visits of the rounds of the last day, by state.", "state", VisitState, found.visits)
    failed = found.visits_failed
    yield _by("visits_failed", "Failed visits of the last day, by code of the reason.", "reason", failed, failed)
    yield _by("views", "Views that the rounds of the last day owe, by state.", "state", OwedState, found.views)
    yield _gauge("visits_due", "Visits whose turn has come and that are not done.", found.visits_due)
    yield _gauge("visits_due_oldest_seconds", "Seconds since the first due visit's turn came.", found.oldest_due_s)
    yield _by("workers", "Workers that have not ended, alive or silent.", "state", found.workers, found.workers)


def _of_cameras(found: Figures) -> Iterator[Metric]:
    yield _by("cameras", "Cameras, by state.", "state", CameraState, found.cameras)
    yield _gauge("cameras_with_source", "Cameras that pictures are fetched of.", found.sourced)
    within = found.looked_within
    yield _by("cameras_looked_at", "Cameras with a source looked at within a span.", "within", within, within)
    what = "Seconds since the last look at the camera whose last look is longest ago."
    yield _gauge("cameras_oldest_look_seconds", what, found.oldest_look_s)
    yield _by("camera_troubles", "Open troubles of cameras, by kind.", "kind", TroubleKind, found.troubles)


def _of_outbox(found: Figures) -> Iterator[Metric]:
    states = (DeliveryState.WAITING, DeliveryState.DEAD)
    yield _by("outbox_deliveries", "Deliveries not made, waiting or dead.", "state", states, found.deliveries)
    what = "Seconds since the event of the first waiting delivery."
    yield _gauge("outbox_oldest_waiting_seconds", what, found.oldest_delivery_s)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"deskcheck_{name}", what, value=value)


def _by(name: str, what: str, label: str, values: Iterable[str], counts: Mapping[str, int]) -> Metric:
    """Return one figure a value of a label; what does not occur is 0, so that an alert sees it come and go."""
    family = GaugeMetricFamily(f"deskcheck_{name}", what, labels=[label])
    for value in sorted({str(one) for one in values} | set(counts)):
        family.add_metric([value], counts.get(value, 0))
    return family


def registry_of(services: Services) -> CollectorRegistry:
    """Return a registry with the state of an installation."""
    registry = CollectorRegistry()
    registry.register(StateCollector(services))
    return registry


def exposition(state: CollectorRegistry) -> bytes:
    """Return all figures in Prometheus' text format."""
    return bytes(generate_latest(PROCESS)) + bytes(generate_latest(state))
