"""``deskcheck-models unlisted``: how well rule V02 notices what no class covers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from deskcheck_models.judging_cli import DEFAULT_MODEL
from deskcheck_models.predicting import open_detector
from deskcheck_models.unlisted import PairVerdict, UnlistedFigures, judge_pair, look_at_pairs, unlisted_figures

_console = Console()
_errors = Console(stderr=True)


def unlisted(
    folder: Annotated[Path, typer.Argument(help="Folder of pairs, see deskcheck-data synth pairs.")],
    model: Annotated[Path, typer.Option(help="ONNX file with features.")] = DEFAULT_MODEL,
    distance: Annotated[float | None, typer.Option(help="In place of the rule's least difference.")] = None,
    pairs: Annotated[bool, typer.Option("--pairs", help="Also list what went wrong, pair by pair.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object in place of the table.")] = False,
) -> None:
    """Judge pairs by rule V02, with the model's boxes and with true ones, registered and with unnoticed drift."""
    detector = open_detector(model)
    parameters = {} if distance is None else {"distance": distance}
    with Progress(console=_errors) as progress:
        task = progress.add_task("pairs", total=None)
        seen = look_at_pairs(folder, detector, lambda: progress.advance(task))
    verdicts = {
        (boxes, registered): [
            judge_pair(one if boxes == "model" else one.with_true_boxes(), parameters, registered=registered)
            for one in seen
        ]
        for boxes in ("model", "true")
        for registered in (False, True)
    }
    figures = {key: unlisted_figures(found) for key, found in verdicts.items()}
    if as_json:
        told = {f"{boxes}{'_registered' if known else ''}": asdict(one) for (boxes, known), one in figures.items()}
        _console.print_json(json.dumps(told))
        return
    _console.print(_table(figures))
    for one, verdict in zip(seen, verdicts["model", False], strict=True) if pairs else ():
        _console.print(f"{one.pair.seed}: {_said(verdict)}", markup=False, soft_wrap=True)


def _table(figures: dict[tuple[str, bool], UnlistedFigures]) -> Table:
    table = Table("boxes", "desk corners", "pairs", "noticed", "false regions a picture", "not judged")
    for (boxes, registered), one in figures.items():
        numbers = (f"{one.recall:.2f}", f"{one.false_per_picture:.2f}", f"{one.unjudged_share:.2f}")
        table.add_row(boxes, "own" if registered else "the reference's", str(one.pairs), *numbers)
    return table


def _said(verdict: PairVerdict) -> str:
    noticed = "noticed" if verdict.found else "missed"
    why = f", {', '.join(verdict.reasons)}" if verdict.reasons else ""
    return f"{verdict.camera_kind} {verdict.label} {noticed}, {verdict.false_regions} false{why}"


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(unlisted)
