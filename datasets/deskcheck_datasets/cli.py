"""``deskcheck-data``: make and check training sets."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from deskcheck_vision.errors import DeskcheckError
from rich.console import Console
from rich.progress import Progress

from deskcheck_datasets.making import SetPlan, make_set
from deskcheck_datasets.set_cli import DEFAULT_DATA, DataDir, register
from deskcheck_datasets.synthetic.cli import synth_app

app = typer.Typer(help="Make and check training sets.", no_args_is_help=True)
app.add_typer(synth_app, name="synth")
_console = Console()
_errors = Console(stderr=True)


@app.command()
def compose(
    out: Annotated[Path, typer.Argument(help="Folder of the new set.")],
    data: DataDir = DEFAULT_DATA,
    count: Annotated[int, typer.Option(help="Number of composed pictures.", min=1)] = 1600,
    seed: Annotated[int, typer.Option(help="All randomness comes from it.", min=0)] = 7,
    processes: Annotated[int, typer.Option(help="Pictures made at once.", min=1)] = os.cpu_count() or 1,
    real_views: Annotated[bool, typer.Option(help="Also write views of the real training pictures.")] = True,
    teacher: Annotated[
        Path | None, typer.Option(envvar="DESKCHECK_START_WEIGHTS", help="NMS-free ONNX that labels backgrounds.")
    ] = None,
) -> None:
    """Compose a training set."""
    plan = SetPlan(data, out, count, seed, processes, real_views, teacher)
    with Progress(console=_errors) as progress:
        task = progress.add_task("pictures", total=None)
        rows = make_set(plan, lambda: progress.advance(task))
    _console.print(f"{len(rows)} pictures in {out}")


register(app)


def main() -> None:
    """Run the command line; an error that a person can act on is one line and the next step, exit code 2."""
    try:
        app()
    except DeskcheckError as error:
        _errors.print(f"{error.sentence('en')} {error.next_step('en')}", markup=False, soft_wrap=True)
        sys.exit(2)
