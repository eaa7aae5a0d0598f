"""What this process itself counts: pictures judged, and the seconds of each stage of a picture's way.

Importing this module costs a tenth of a second; whoever is also a command line imports it where it is needed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics

# When a counter began is one more line for each, which Prometheus keeps without need.
disable_created_metrics()  # type: ignore[no-untyped-call]
# One a process: several applications in it, as in tests, share it.
PROCESS = CollectorRegistry()


class Stage(StrEnum):
    """A stage of a picture's way. ``judge`` contains ``detect``."""

    COLLECT = "collect"
    DECODE = "decode"
    DETECT = "detect"
    JUDGE = "judge"
    STORE = "store"


CAPTURES = Counter(
    "deskcheck_captures",
    "Pictures judged and stored by this process, by where they came from and what the judgement said.",
    ["source", "state"],
    registry=PROCESS,
)
VISITS = Counter(
    "deskcheck_visits_made",
    "Tries of this process to make a visit, by what came of them.",
    ["outcome"],
    registry=PROCESS,
)
STAGES = Histogram(
    "deskcheck_stage_seconds",
    "Seconds that a stage of a picture's way took in this process; judge contains detect.",
    ["stage"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
    registry=PROCESS,
)
ProcessCollector(registry=PROCESS)
for _stage in Stage:
    STAGES.labels(_stage.value)  # there from the start, so that a rate over it is never empty


@contextmanager
def timed(stage: Stage) -> Iterator[None]:
    """Count the seconds of a block, whether or not it ends well."""
    began = time.perf_counter()
    try:
        yield
    finally:
        STAGES.labels(stage.value).observe(time.perf_counter() - began)
