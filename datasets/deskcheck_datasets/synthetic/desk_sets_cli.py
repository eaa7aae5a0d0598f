"""``deskcheck-data synth desks``: desks as approved, later from elsewhere, and their neighbours that look alike."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from deskcheck_datasets.synthetic.desk_sets import DESK_SET_SEEDS, make_desk_sets
from deskcheck_datasets.synthetic.progress import count_made


def render_desks(
    folder: Annotated[Path, typer.Argument(help="Folder for images/ and desks/.")],
    count: Annotated[int, typer.Option(min=1, help="Number of desks, six pictures each.")] = 30,
    start: Annotated[int, typer.Option(min=0, help="First seed, counted from their own range.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
) -> None:
    """Render desks that registration by features is measured by; run again to go on where it stopped."""
    made = count_made(make_desk_sets(folder, DESK_SET_SEEDS[start : start + count], workers=workers), folder, count)
    typer.echo(f"{made} desks of 6 pictures")
