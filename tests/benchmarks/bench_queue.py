"""The review queue with 100,000 findings in the database against the one with 100, in one run, on both databases."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
from deskcheck_service import migrate
from deskcheck_service.app import create_app
from deskcheck_service.services import build_services
from deskcheck_service.settings import Settings
from sqlalchemy import event

from tests.benchmarks.figures import Figure, measures
from tests.support.postgresql import in_database, running_postgresql
from tests.support.seed_queue import seed_queue
from tests.support.service_kit import logged_in, make_hall

FEW, MANY = 100, 100_000
ROUNDS = 30
PAGE = "/review"
Page = tuple[Callable[[], float], Callable[[], int]]


def _page(stack: ExitStack, url: str, count: int) -> Page:
    """Return an action that loads the page and returns its seconds, and one that returns its number of queries."""
    evidence = stack.enter_context(tempfile.TemporaryDirectory())
    settings = Settings(database_url=url, evidence_url=evidence, log_level="error")
    migrate.upgrade(settings)
    services = build_services(settings)
    stack.callback(services.close)
    make_hall(services)
    seed_queue(services.database, count)
    client = logged_in(create_app(settings, services), "supervisor")
    queries: list[str] = []
    event.listen(services.database.engine, "before_cursor_execute", lambda *arguments: queries.append(arguments[2]))

    def load() -> float:
        start = time.perf_counter()
        answer = client.get(PAGE)
        elapsed = time.perf_counter() - start
        if answer.status_code != 200:
            raise RuntimeError(f"{PAGE} answered {answer.status_code}")
        return elapsed

    def queries_of_one() -> int:
        queries.clear()
        load()
        return len(queries)

    return load, queries_of_one


def _figures(few_page: Page, many_page: Page, suffix: str) -> Iterator[Figure]:
    """Ratio of the medians, and the difference in the number of queries (none is asked)."""
    (few, few_queries), (many, many_queries) = few_page, many_page
    for warm in (few, many, few, many):
        warm()
    pairs = [(many(), few()) for _ in range(ROUNDS)]
    slow, quick = (statistics.median(column) for column in zip(*pairs, strict=True))
    note = f"{slow * 1e3:.1f} ms over {quick * 1e3:.1f} ms"
    yield Figure(f"queue_page_ratio{suffix}", slow / quick, 2.0, True, "x", note)
    extra = float(many_queries() - few_queries())
    yield Figure(f"queue_page_extra_queries{suffix}", extra, 0.0, True, "queries")


@measures
def queue_page() -> Iterator[Figure]:
    """On SQLite."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        few, many = (_page(stack, f"sqlite:///{folder / f'{count}.db'}", count) for count in (FEW, MANY))
        yield from _figures(few, many, "")


@measures
def queue_page_postgresql() -> Iterator[Figure]:
    """On a PostgreSQL server of its own, with the statistics that its own clean-up keeps in daily use."""
    with ExitStack() as stack:
        uri = stack.enter_context(running_postgresql())
        pages = []
        for count in (FEW, MANY):
            with psycopg.connect(uri, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE queue_{count}")
            pages.append(_page(stack, in_database(uri, f"queue_{count}"), count))
            with psycopg.connect(in_database(uri, f"queue_{count}"), autocommit=True) as connection:
                connection.execute("ANALYZE")
        yield from _figures(*pages, "_postgresql")
