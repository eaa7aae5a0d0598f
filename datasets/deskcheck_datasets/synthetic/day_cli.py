"""``deskcheck-data synth day``: a day of several windows under fixed cameras."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from deskcheck_datasets.synthetic.day import SAMPLES, make_day
from deskcheck_datasets.synthetic.day_kinds import WINDOW_KINDS
from deskcheck_datasets.synthetic.day_plan import MOMENTS
from deskcheck_datasets.synthetic.recipes import DAY_SEEDS


def render_day(
    folder: Annotated[Path, typer.Argument(help="Folder for frames/, layouts/, references/ and day.json.")],
    windows: Annotated[int, typer.Option(min=1, max=len(WINDOW_KINDS), help="Windows.")] = len(WINDOW_KINDS),
    start: Annotated[int, typer.Option(min=0, help="Which day, counted from their own seeds; 0 is the test day.")] = 0,
    samples: Annotated[int, typer.Option(min=1, help="Light paths a pixel, before filtering.")] = SAMPLES,
) -> None:
    """Render a day of windows at which things go wrong, with its truth; run again to go on where it stopped."""
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(f"rendering to {folder}", total=windows * len(MOMENTS))
        for _ in make_day(folder, DAY_SEEDS[start], windows, samples=samples):
            progress.advance(task)
    typer.echo(f"{windows} windows, {windows * len(MOMENTS)} bursts")
