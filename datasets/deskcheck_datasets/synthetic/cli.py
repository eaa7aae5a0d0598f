"""``deskcheck-data synth``: render sets of pictures and look at them."""

from __future__ import annotations

import os
import resource
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from deskcheck_datasets.synthetic.camera_sets_cli import render_cameras
from deskcheck_datasets.synthetic.clip_cli import render_clip
from deskcheck_datasets.synthetic.clip_hall import join_hall
from deskcheck_datasets.synthetic.day_cli import render_day
from deskcheck_datasets.synthetic.desk_sets_cli import render_desks
from deskcheck_datasets.synthetic.hall import take_hall
from deskcheck_datasets.synthetic.item_sheet import write_item_sheet
from deskcheck_datasets.synthetic.making import make_set
from deskcheck_datasets.synthetic.pairs_cli import render_pairs
from deskcheck_datasets.synthetic.recipes import RECIPES, VERDICT_SEEDS
from deskcheck_datasets.synthetic.sheet import write_sheet
from deskcheck_datasets.synthetic.tidy_windows_cli import render_tidy
from deskcheck_datasets.synthetic.verdicts import SAMPLES, make_verdicts

synth_app = typer.Typer(help="Counter scenes in three dimensions with exact truth.", no_args_is_help=True)
synth_app.command("items")(write_item_sheet)
synth_app.command("pairs")(render_pairs)
synth_app.command("cameras")(render_cameras)
synth_app.command("desks")(render_desks)
synth_app.command("clip")(render_clip)
synth_app.command("day")(render_day)
synth_app.command("tidy")(render_tidy)

VERDICTS = "verdicts"
_QUALITY = Annotated[int, typer.Option(min=30, max=100, help="JPEG quality.")]


@synth_app.command()
def render(
    folder: Annotated[Path, typer.Argument(help="Folder for images/, labels/, truth/, classes.txt and manifest.json.")],
    recipe: Annotated[str, typer.Option(help=f"One of {', '.join((*RECIPES, VERDICTS))}.")] = "train-phone",
    count: Annotated[int, typer.Option(min=1, help="Number of pictures.")] = 300,
    start: Annotated[int, typer.Option(min=0, help="First seed, counted from the recipe's own range.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
    samples: Annotated[int, typer.Option(min=0, help="Light paths a pixel, before filtering; 0: the recipe's.")] = 0,
    quality: _QUALITY = 90,
    truth_only: Annotated[
        bool, typer.Option("--truth-only", help="Only for verdicts: truth, layouts and stand-in pictures, no light.")
    ] = False,
) -> None:
    """Render pictures with their truth; run again to go on where it stopped."""
    if recipe not in (*RECIPES, VERDICTS):
        raise typer.BadParameter(f"unknown recipe '{recipe}', known: {', '.join((*RECIPES, VERDICTS))}")
    if truth_only and recipe != VERDICTS:
        raise typer.BadParameter(f"--truth-only goes with --recipe {VERDICTS}")
    if recipe == VERDICTS:
        total = count
        paths = 0 if truth_only else samples or SAMPLES
        seeds = VERDICT_SEEDS[start : start + count]
        making = make_verdicts(folder, seeds, workers=workers, samples=paths, quality=quality)
    else:
        chosen, seeds = RECIPES[recipe]
        chosen = replace(chosen, samples=samples or chosen.samples)
        wanted = seeds[start : start + -(-count // chosen.views)]
        total = len(wanted) * chosen.views
        making = make_set(folder, wanted, chosen, workers=workers, quality=quality, name=recipe)
    began, cpu_before = time.perf_counter(), _children_cpu_s()
    made = 0
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(f"rendering to {folder}", total=total)
        for _ in making:
            made += 1
            progress.advance(task)
    wall_s, cpu_s = time.perf_counter() - began, _children_cpu_s() - cpu_before
    typer.echo(f"{made} pictures, {wall_s / max(made, 1):.2f} s and {cpu_s / max(made, 1):.2f} CPU-s each")
    if made < total:
        typer.echo(f"{total - made} could not be made, see {folder / 'failed.txt'}", err=True)


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@synth_app.command()
def hall(
    folder: Annotated[Path, typer.Argument(help="Folder for photos/, layouts/ and hall.json.")],
    truth: Annotated[Path, typer.Argument(help="Folder for the truth records.")],
    samples: Annotated[int, typer.Option(min=1, help="Light paths a pixel, before filtering.")] = 10,
    quality: Annotated[int, typer.Option(min=30, max=100, help="JPEG quality.")] = 86,
) -> None:
    """Render the demonstration hall; photos that are there already are kept."""
    for name in take_hall(folder, truth, samples=samples, quality=quality):
        typer.echo(name)
    join_hall(folder)


@synth_app.command()
def sheet(
    folder: Annotated[Path, typer.Argument(help="A folder written by render.")],
    out: Annotated[Path, typer.Argument(help="PNG or JPEG to write.")],
    count: Annotated[int, typer.Option(min=1, help="Pictures on the sheet.")] = 12,
    boxes: Annotated[bool, typer.Option(help="Draw boxes and footprints.")] = True,
    real: Annotated[Path | None, typer.Option(help="Folder of photographs to show above them.")] = None,
) -> None:
    """Write a contact sheet with boxes, footprints and desk outline, to look at."""
    typer.echo(f"{write_sheet(folder, out, count, boxes, real)} pictures on {out}")
