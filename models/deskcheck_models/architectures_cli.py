"""The command of ``deskcheck-models`` that holds architectures and input sizes against each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from deskcheck_models.architectures import Contender, compare
from deskcheck_models.checksets import JudgedPicture, held_out, rendered

DataDir = Annotated[Path, typer.Option("--data", envvar="DESKCHECK_DATA_DIR", help="Data folder with the real sets.")]
DEFAULT_DATA = Path("../shared/data")
SIDES_PX = (640, 960)
_console = Console()
_errors = Console(stderr=True)


def architectures(
    checkpoints: Annotated[list[Path], typer.Argument(help="Checkpoints (.pt) whose labels are COCO's or ours.")],
    side: Annotated[list[int] | None, typer.Option(help="Input size in px; 640 and 960 where not given.")] = None,
    data: DataDir = DEFAULT_DATA,
    rendered_set: Annotated[
        Path | None, typer.Option("--rendered", help="Rendered test set: a folder with images/ and truth/.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list in place of the table.")] = False,
) -> None:
    """Judge checkpoints at several input sizes on held-out pictures, as ultralytics runs them (extra [train])."""
    sets: dict[str, list[JudgedPicture]] = {}
    for picture in held_out(data):
        sets.setdefault(picture.source, []).append(picture)
    if rendered_set is not None:
        sets["rendered"] = list(rendered(rendered_set))
    sides = side or list(SIDES_PX)
    with Progress(console=_errors) as progress:
        count = len(checkpoints) * len(sides) * sum(len(pictures) for pictures in sets.values())
        task = progress.add_task("pictures", total=count)
        contenders = compare(checkpoints, sides, sets, lambda: progress.advance(task))
    if as_json:
        _console.print_json(json.dumps([_values(contender) for contender in contenders]))
        return
    table = Table("checkpoint", "px", "ms", "set", "mAP50", "recall", "precision")
    for contender in contenders:
        head = (contender.checkpoint.stem, str(contender.side_px), f"{contender.picture_ms:.0f}")
        for name, own in contender.sets.items():
            table.add_row(*head, name, f"{own.whole.map50:.3f}", f"{own.recall:.3f}", f"{own.precision:.3f}")
            head = ("", "", "")
    _console.print(table)


def _values(contender: Contender) -> dict[str, object]:
    return {
        "checkpoint": contender.checkpoint.name,
        "side_px": contender.side_px,
        "picture_ms": round(contender.picture_ms, 1),
        "sets": {
            name: {"map50": own.whole.map50, "recall": own.recall, "precision": own.precision}
            for name, own in contender.sets.items()
        },
    }


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(architectures)
