"""Driver of ``make bench``: measures every figure, prints ``name | value | asked | unit``, writes build/bench.json.

``python -m tests.benchmarks.run [NAME...]`` measures only the named groups and keeps the other lines of the file.
The exit status is 0 when every figure was measured and reached, 1 otherwise.
"""

from __future__ import annotations

import json
import sys
import traceback
from importlib import import_module
from pathlib import Path

from tests.benchmarks.figures import Figure, registered

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build" / "bench.json"
MODULES = (
    "bench_photo",
    "bench_sessions",
    "bench_process",
    "bench_queue",
    "bench_footprint",
    "bench_registration",
    "bench_camera_guard",
    "bench_sources",
    "bench_unchanged",
    "bench_day_film",
    "bench_lens",
    "bench_propose",
    "bench_editor",
    "bench_model",
    "bench_audit",
    "bench_faults",
)


def show(figure: Figure) -> None:
    """Print one line of the table."""
    value = "not measured" if figure.value is None else f"{figure.value:.3g}"
    bound = "<=" if figure.at_most else ">="
    verdict = {True: "", False: "  (not reached)", None: f"  ({figure.note})"}[figure.reached]
    print(f"{figure.name} | {value} | {bound} {figure.asked:g} | {figure.unit}{verdict}", flush=True)
    if figure.note and figure.value is not None:
        print(f"  {figure.name}: {figure.note}", file=sys.stderr, flush=True)


def main(names: list[str]) -> int:
    """Measure, print, write; return the exit status."""
    for module in MODULES:
        import_module(f"tests.benchmarks.{module}")
    known = registered()
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    figures = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {}
    print("name | value | asked | unit")
    complete = True
    for name in names or known:
        try:
            for figure in known[name]():
                show(figure)
                complete = complete and bool(figure.reached)
                figures[figure.name] = {"value": figure.value, "asked": figure.asked, "unit": figure.unit}
        except Exception:  # one broken measure must not hide the others' figures
            traceback.print_exc()
            complete = False
        OUT.parent.mkdir(exist_ok=True)
        OUT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
