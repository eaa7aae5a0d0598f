"""The guard of the published figures: worse ones do not pass, and guards only ever tighten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from deskcheck_models.errors import MetricsFileError
from deskcheck_models.metrics_file import (
    GUARDED,
    Guard,
    broken_guards,
    figure,
    guards_of,
    read_metrics,
    tightened,
    write_metrics,
)

METRICS: dict[str, Any] = {
    "real_gain": 0.06,
    "real_gain_high": 0.08,
    "verdict_recall": 0.5,
    "rendered": {"map50": 0.86, "ece": 0.05},
    "verdicts": {"found": None},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [("real_gain", 0.06), ("rendered.map50", 0.86), ("rendered", None), ("verdicts.found", None), ("hall.x", None)],
)
def test_a_figure_is_named_by_its_path(path: str, value: float | None) -> None:
    assert figure(METRICS, path) == value


@pytest.mark.parametrize(
    ("guard", "holds"),
    [
        (Guard("rendered.map50", 0.86, at_least=True), True),
        (Guard("rendered.map50", 0.87, at_least=True), False),
        (Guard("rendered.ece", 0.05, at_least=False), True),
        (Guard("rendered.ece", 0.04, at_least=False), False),
        (Guard("verdict_recall", 0.9, at_least=True), False),  # not measured is not passed
    ],
)
def test_a_worse_or_unmeasured_figure_does_not_pass(guard: Guard, holds: bool) -> None:
    broken = broken_guards(METRICS, [guard])
    assert (broken == []) is holds
    assert holds or guard.figure in broken[0]


def test_guards_only_ever_tighten() -> None:
    old = (
        Guard("rendered.map50", 0.9, at_least=True),
        Guard("rendered.ece", 0.2, at_least=False),
        Guard("real_gain_high", 0.0, at_least=True),
    )
    new = {guard.figure: guard.limit for guard in tightened(METRICS, old)}
    assert new["rendered.map50"] == 0.9  # measured 0.86: the limit stays, and the file does not pass it
    assert new["rendered.ece"] == pytest.approx(0.05 + GUARDED["rendered.ece"][1])
    assert new["verdict_recall"] == pytest.approx(0.5 - GUARDED["verdict_recall"][1])
    assert new["real_gain_high"] == 0.0  # no loss is allowed; what was once gained by few boxes is not asked for again
    assert set(new) == {"rendered.map50", "rendered.ece", "verdict_recall", "real_gain_high"}


def test_some_guards_have_a_limit_of_their_own() -> None:
    old = (Guard("inconclusive_share", 0.05, at_least=False), Guard("real_gain_high", 0.3, at_least=True))
    metrics = {**METRICS, "inconclusive_share": 0.09}
    new = {guard.figure: guard for guard in tightened(metrics, old)}
    assert new["inconclusive_share"] == Guard("inconclusive_share", 0.10, at_least=False)
    assert new["real_gain_high"].limit == 0.0
    assert broken_guards({**metrics, "inconclusive_share": 0.11}, list(new.values()))


def test_a_file_reads_back_with_its_guards(tmp_path: Path) -> None:
    path = tmp_path / "metrics.json"
    guards = tightened(METRICS, ())
    write_metrics(path, METRICS, guards)
    assert guards_of(read_metrics(path)) == guards
    assert figure(read_metrics(path), "rendered.map50") == 0.86
    assert read_metrics(tmp_path / "absent.json") == {}


@pytest.mark.parametrize("text", ["{", "[1]"])
def test_a_broken_file_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "metrics.json").write_text(text)
    with pytest.raises(MetricsFileError, match=r"metrics\.json"):
        read_metrics(tmp_path / "metrics.json")
