"""The review queue's page with 100,000 findings in the database against the one with 100, in one run."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from deskcheck_service import migrate
from deskcheck_service.app import create_app
from deskcheck_service.services import build_services
from deskcheck_service.settings import Settings
from sqlalchemy import event

from tests.benchmarks.figures import Figure, measures
from tests.support.seed_queue import seed_queue
from tests.support.service_kit import logged_in, make_hall

FEW, MANY = 100, 100_000
ROUNDS = 30
PAGE = "/review"


def _page(folder: Path, count: int) -> tuple[Callable[[], float], Callable[[], int]]:
    """Return an action that loads the page and returns its seconds, and one that returns its number of queries."""
    settings = Settings(database_url=f"sqlite:///{folder / 'queue.db'}", evidence_url=str(folder / "evidence"))
    migrate.upgrade(settings)
    services = build_services(settings)
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


@measures
def queue_page() -> Iterator[Figure]:
    """Ratio of the medians, and the difference in the number of queries (none is asked)."""
    with ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)]
        (few, few_queries), (many, many_queries) = (
            _page(folder, count) for folder, count in zip(folders, (FEW, MANY), strict=True)
        )
        for warm in (few, many, few, many):
            warm()
        pairs = [(many(), few()) for _ in range(ROUNDS)]
        slow, quick = (statistics.median(column) for column in zip(*pairs, strict=True))
        note = f"{slow * 1e3:.1f} ms over {quick * 1e3:.1f} ms"
        yield Figure("queue_page_ratio", slow / quick, 2.0, True, "x", note)
        yield Figure("queue_page_extra_queries", float(many_queries() - few_queries()), 0.0, True, "queries")
