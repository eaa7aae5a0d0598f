"""``models/metrics.json``: what was measured about the published weights, and what CI does not let fall.

A *figure* is named by its dotted path in the file (``rendered_map50``, ``hall.verdict_recall``). ``guards`` holds the
least, or the most, that a figure may be. A new weight file has to be measured again, since the file names the hash of
the weights that it speaks of, and its figures have to pass the guards that stand there: they are only ever tightened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deskcheck_models.comparison import CONFIDENCE
from deskcheck_models.errors import MetricsFileError
from deskcheck_models.evaluate import Evaluation, Group
from deskcheck_models.metrics_pictures import PictureFigures
from deskcheck_models.metrics_precision import FIRST_RELEASE
from deskcheck_models.verdicts import VerdictFigures

FORMAT = "2"
# A class of the first release with a lower average precision than this on the rendered test set is named.
WEAK_AP50 = 0.60
VERDICT_NAMES = (
    "verdict_recall",
    "verdict_precision",
    "inconclusive_share",
    "footprint_photo_cm",
    "footprint_camera_cm",
)
# Figures that are guarded, whether more is better, and how much a new measurement may fall short of the old one:
# another machine's arithmetic moves a handful of detections across a limit.
GUARDED: Mapping[str, tuple[bool, float]] = {
    "rendered.map50": (True, 0.01),
    "rendered_map50": (True, 0.01),
    "rendered.ece": (False, 0.01),
    "committed_truth.map50": (True, 0.02),
    "verdict_recall": (True, 0.02),
    "verdict_precision": (True, 0.02),
    "footprint_photo_cm": (False, 0.1),
    "footprint_camera_cm": (False, 0.2),
    "hall.verdict_recall": (True, 0.0),
    "hall.verdict_precision": (True, 0.05),
}
# Figures with a limit of their own, whatever was reached before, and whether it is the least. Photographs must not show
# a loss beyond what chance makes of so few. Doubt is what surer suspicions are traded for, as far as it is asked for.
FIXED: Mapping[str, tuple[bool, float]] = {
    "real_recall_gain_high": (True, 0.0),
    "real_gain_high": (True, 0.0),
    "inconclusive_share": (False, 0.10),
}


@dataclass(frozen=True, slots=True)
class Guard:
    """What a figure must not fall below, or rise above.

    Attributes:
        figure: dotted path.
        limit: the last allowed value.
        at_least: the figure has to be at or above the limit; otherwise at or below it.
    """

    figure: str
    limit: float
    at_least: bool

    def holds(self, value: float | None) -> bool:
        """Whether a value passes; what was not measured does not."""
        if value is None:
            return False
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{self.figure} {'>=' if self.at_least else '<='} {self.limit:g}"


def figure(metrics: Mapping[str, Any], path: str) -> float | None:
    """Return the figure at a dotted path, None where it was not measured."""
    value: Any = metrics
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return float(value) if isinstance(value, int | float) else None


def guards_of(metrics: Mapping[str, Any]) -> tuple[Guard, ...]:
    """Return the guards of a metrics file, in its order."""
    return tuple(
        Guard(path, float(limit[key]), key == "at_least")
        for path, limit in metrics.get("guards", {}).items()
        for key in limit
    )


def broken_guards(metrics: Mapping[str, Any], guards: Sequence[Guard]) -> list[str]:
    """Return a line for every guard that the figures do not pass."""
    return [
        f"{guard}, measured {'nothing' if (value := figure(metrics, guard.figure)) is None else f'{value:g}'}"
        for guard in guards
        if not guard.holds(figure(metrics, guard.figure))
    ]


def tightened(metrics: Mapping[str, Any], guards: Sequence[Guard]) -> tuple[Guard, ...]:
    """Return a guard for every guarded figure that was measured, never looser than the ones given."""
    old = {guard.figure: guard for guard in guards if guard.figure in GUARDED}
    fixed = {path: Guard(path, limit, at_least) for path, (at_least, limit) in FIXED.items()}
    new = {path: guard for path, guard in fixed.items() if figure(metrics, path) is not None} | old
    for path, (at_least, margin) in GUARDED.items():
        value = figure(metrics, path)
        if value is None:
            continue
        limit = round(value - margin if at_least else value + margin, 4)
        if path in old:
            limit = max(limit, old[path].limit) if at_least else min(limit, old[path].limit)
        new[path] = Guard(path, limit, at_least)
    return tuple(new.values())


def _rows(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: asdict(row) for name, row in part.items()}


def _pictures(figures: PictureFigures) -> dict[str, Any]:
    return {
        "pictures": figures.whole.pictures,
        "boxed": figures.whole.boxed,
        "map50": figures.whole.map50,
        "map50_95": figures.whole.map50_95,
        "map50_first_release": figures.first_release.map50,
        "recall": figures.recall,
        "precision": figures.precision,
        "ece": figures.reliability.ece,
        "sizes": _rows(figures.sizes),
        "cameras": _rows(figures.cameras),
        "classes": _rows(figures.classes),
    }


def _real(group: Group) -> dict[str, Any]:
    own = group.figures
    beside = asdict(group.beside_start) if group.beside_start is not None else {}
    return beside | {"map50": own.whole.map50, "map50_95": own.whole.map50_95, "ece": own.reliability.ece}


def _named(rendered: Mapping[str, Group], verdicts: Mapping[str, VerdictFigures]) -> dict[str, Any]:
    """Return the figures of the rendered test set and of the verdict pictures that have names of their own."""
    named: dict[str, Any] = {}
    if "rendered" in rendered:
        figures = rendered["rendered"].figures
        first = {name: row.ap50 for name, row in figures.classes.items() if name in FIRST_RELEASE}
        named["rendered_map50"] = figures.first_release.map50
        named["rendered_weak_classes"] = {
            name: ap50 for name, ap50 in sorted(first.items(), key=lambda one: one[1]) if ap50 < WEAK_AP50
        }
        named["rendered_unseen_classes"] = sorted(FIRST_RELEASE - set(first))
    if "verdicts" in verdicts:
        own = asdict(verdicts["verdicts"])
        named |= {name: own[name] for name in VERDICT_NAMES}
    return named


def metrics_of(evaluation: Evaluation, verdicts: Mapping[str, VerdictFigures]) -> dict[str, Any]:
    """Return what the metrics file says, without guards.

    Args:
        evaluation: the model on everything; of its rendered sets, ``rendered`` is the test set and
            ``committed_truth`` the one that comes with the sources, which CI measures again.
        verdicts: name -> figures: ``verdicts`` on the rendered verdict pictures, ``verdicts_true_boxes`` what the
            rules alone reach there, ``hall`` on the demonstration hall, which CI measures again.

    Returns:
        The table; the figures that the project has set itself limits for stand at its top, by their names.
    """
    metrics: dict[str, Any] = {
        "format": FORMAT,
        "model": evaluation.model,
        "model_sha256": evaluation.model_sha256,
        "confidence": CONFIDENCE,
        "thresholds": evaluation.thresholds,
        "real_recall_gain": evaluation.real_recall_gain,
        "real_gain": evaluation.real_gain,
        "real_recall_gain_high": evaluation.real_recall_gain_high,
        "real_gain_high": evaluation.real_gain_high,
        "sets": {name: _real(group) for name, group in evaluation.real.items()},
        "classes": _rows(evaluation.classes),
        "alarms_per_100_coco_pictures": evaluation.alarms,
    }
    metrics.update(_named(evaluation.rendered, verdicts))
    metrics.update({name: _pictures(group.figures) for name, group in evaluation.rendered.items()})
    metrics.update({name: asdict(figures) for name, figures in verdicts.items()})
    return metrics


def read_metrics(path: Path) -> dict[str, Any]:
    """Read a metrics file; an absent one is empty.

    Raises:
        MetricsFileError: it is not JSON, or no table.
    """
    if not path.is_file():
        return {}
    try:
        metrics = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise MetricsFileError(path=path, reason="it is not JSON") from error
    if not isinstance(metrics, dict):
        raise MetricsFileError(path=path, reason="it is not a table")
    return metrics


def write_metrics(path: Path, metrics: Mapping[str, Any], guards: Sequence[Guard]) -> None:
    """Write a metrics file with its guards, whole or not at all."""
    limits = {guard.figure: {"at_least" if guard.at_least else "at_most": guard.limit} for guard in guards}
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps({**metrics, "guards": limits}, indent=1) + "\n", encoding="utf-8")
    part.replace(path)
