"""Size and start of the installed program."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.bench_cli import check_peak_mb, import_s, runtime_install_mb
from tests.benchmarks.figures import Figure, measures


@measures
def process() -> Iterator[Figure]:
    """Import time, peak memory of one check, size of an installation without torch."""
    yield Figure("import_s", import_s(), 1.5, True, "s")
    yield Figure("check_peak_mb", check_peak_mb(), 600, True, "MB")
    yield Figure("runtime_install_mb", runtime_install_mb(), 600, True, "MB")
