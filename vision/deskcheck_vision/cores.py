"""How many threads the work on pixels may take."""

from __future__ import annotations

import os


def usable_cores() -> int:
    """Return how many cores this process may use; fewer where ``OMP_NUM_THREADS`` says so.

    Two processes that each take all cores run a network at half the speed of two with one core each: within a run,
    threads wait for each other by spinning.
    """
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    told = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    return min(count, max(1, int(told))) if told.isascii() and told.isdigit() else count
