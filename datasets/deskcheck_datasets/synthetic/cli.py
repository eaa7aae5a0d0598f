"""``deskcheck-data synth``: render sets of pictures and look at them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from deskcheck_datasets.synthetic.camera import View
from deskcheck_datasets.synthetic.hall import take_hall
from deskcheck_datasets.synthetic.item_sheet import write_item_sheet
from deskcheck_datasets.synthetic.making import make_set
from deskcheck_datasets.synthetic.scene import Recipe
from deskcheck_datasets.synthetic.sheet import write_sheet

synth_app = typer.Typer(help="Counter scenes in three dimensions with exact truth.", no_args_is_help=True)
synth_app.command("items")(write_item_sheet)

TRAIN_SEEDS = range(0, 1_000_000)
TEST_SEEDS = range(5_000_000, 5_100_000)

RECIPES = {
    "train": (Recipe(), TRAIN_SEEDS),
    "test": (
        Recipe(
            held_out=True,
            count=(3, 9),
            tidy=0.9,
            view=View(elevation_deg=(30, 60), distance_cm=(70, 100), aim_spread=0.06, azimuth_deg=28),
            whole_desk=1.0,
            image_wh=(1280, 960),
            portrait=0.0,
            raised_ledges=False,
        ),
        TEST_SEEDS,
    ),
}


@synth_app.command()
def render(
    folder: Annotated[Path, typer.Argument(help="Folder for images/, labels/, truth/ and classes.txt.")],
    recipe: Annotated[str, typer.Option(help="train (random) or test (held-out variants, whole desk).")] = "train",
    count: Annotated[int, typer.Option(min=1, help="Number of pictures.")] = 100,
    start: Annotated[int, typer.Option(min=0, help="First seed, counted from the recipe's own range.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    samples: Annotated[int, typer.Option(min=1, help="Light paths a pixel, before filtering.")] = 12,
    quality: Annotated[int, typer.Option(min=30, max=100, help="JPEG quality.")] = 88,
) -> None:
    """Render pictures with their truth; run again to go on where it stopped."""
    if recipe not in RECIPES:
        raise typer.BadParameter(f"unknown recipe '{recipe}', known: {', '.join(RECIPES)}")
    chosen, seeds = RECIPES[recipe]
    wanted = seeds[start : start + count]
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(f"rendering to {folder}", total=len(wanted))
        for _ in make_set(folder, wanted, chosen, workers=workers, samples=samples, quality=quality):
            progress.advance(task)


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


@synth_app.command()
def sheet(
    folder: Annotated[Path, typer.Argument(help="A folder written by render.")],
    out: Annotated[Path, typer.Argument(help="PNG or JPEG to write.")],
    count: Annotated[int, typer.Option(min=1, help="Pictures on the sheet.")] = 12,
    boxes: Annotated[bool, typer.Option(help="Draw boxes and footprints.")] = True,
) -> None:
    """Write a contact sheet with boxes, footprints and desk outline, to look at."""
    typer.echo(f"{write_sheet(folder, out, count, boxes)} pictures on {out}")
