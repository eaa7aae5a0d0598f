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
from rich.table import Table

from deskcheck_datasets.checks import check_set, leaks, statistics
from deskcheck_datasets.converters.yolo import pictures_of
from deskcheck_datasets.making import SetPlan, make_set
from deskcheck_datasets.readers import BOXED_SETS, read_boxed
from deskcheck_datasets.roles import RoleLists, roles_by_hash, roles_of_real_sets, write_role_lists
from deskcheck_datasets.splits import Role
from deskcheck_datasets.synthetic.cli import synth_app

app = typer.Typer(help="Make and check training sets.", no_args_is_help=True)
app.add_typer(synth_app, name="synth")
_console = Console()
_errors = Console(stderr=True)

DataDir = Annotated[
    Path,
    typer.Option("--data", envvar="DESKCHECK_DATA_DIR", help="Data folder with cut-outs, backgrounds and boxed sets."),
]
_DEFAULT_DATA = Path("../shared/data")


@app.command()
def compose(
    out: Annotated[Path, typer.Argument(help="Folder of the new set.")],
    data: DataDir = _DEFAULT_DATA,
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


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="A YOLO set.")],
    data: DataDir = _DEFAULT_DATA,
) -> None:
    """Check a set: files, boxes, and that no held-out picture is in it. Exit code 1 where something is wrong."""
    problems = check_set(folder)
    for problem in problems:
        _console.print(f"{problem.path}: {problem.reason}", markup=False)
    held = [
        picture.path
        for source in BOXED_SETS
        if (data / source).is_dir()
        for picture in read_boxed(data, source)
        if picture.role is Role.HELD_OUT
    ]
    leaked = leaks(pictures_of(folder), held)
    for inside, outside in leaked:
        _console.print(f"{inside.name}: is the held-out picture {outside.name}", markup=False)
    _console.print(f"{len(problems)} problems, {len(leaked)} leaks ({len(held)} held-out pictures compared)")
    if problems or leaked:
        raise typer.Exit(1)


@app.command()
def stats(folder: Annotated[Path, typer.Argument(help="A YOLO set.")]) -> None:
    """Count pictures and boxes of a set."""
    counted = statistics(folder)
    _console.print(f"{counted.pictures} pictures {counted.kinds}", markup=False)
    for name, number in counted.boxes.items():
        _console.print(f"{number:7d}  {name}", markup=False)


@app.command()
def split(
    folder: Annotated[
        Path | None, typer.Argument(help="A set with images/ to split by hash; without it, the real sets of --data.")
    ] = None,
    data: DataDir = _DEFAULT_DATA,
    out: Annotated[Path | None, typer.Option(help="Also write train.txt, val.txt and held_out.txt there.")] = None,
    validation: Annotated[int, typer.Option(help="FOLDER: per cent that decides.", min=0, max=100)] = 15,
    held_out: Annotated[int, typer.Option(help="FOLDER: per cent that only checks.", min=0, max=100)] = 15,
) -> None:
    """Show, and write where asked, which pictures teach, which decide and which only check."""
    if validation + held_out > 100:
        raise typer.BadParameter("--validation and --held-out together are more than 100")
    tables: dict[str, RoleLists]
    tables = {folder.name: roles_by_hash(folder, validation, held_out)} if folder else dict(roles_of_real_sets(data))
    shown = Table("set", *(role.value for role in Role))
    for name, lists in tables.items():
        shown.add_row(name, *(str(len(lists[role])) for role in Role))
    _console.print(shown)
    if out is not None:
        merged = {role: [path for lists in tables.values() for path in lists[role]] for role in Role}
        for path in write_role_lists(out, merged):
            _console.print(str(path), markup=False, soft_wrap=True)


def main() -> None:
    """Run the command line; an error that a person can act on is one line and the next step, exit code 2."""
    try:
        app()
    except DeskcheckError as error:
        _errors.print(f"{error.sentence('en')} {error.next_step('en')}", markup=False, soft_wrap=True)
        sys.exit(2)
