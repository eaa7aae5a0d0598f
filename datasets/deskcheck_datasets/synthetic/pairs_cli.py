"""``deskcheck-data synth pairs``: the same desk as approved and later, with and without something unlisted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from deskcheck_datasets.synthetic.pairs import PAIR_SEEDS, make_pairs
from deskcheck_datasets.synthetic.progress import count_made


def render_pairs(
    folder: Annotated[Path, typer.Argument(help="Folder for images/ and pairs/.")],
    count: Annotated[int, typer.Option(min=1, help="Number of seeds; a few have no room for the thing.")] = 50,
    start: Annotated[int, typer.Option(min=0, help="First seed, counted from the pairs' own range.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
) -> None:
    """Render pairs that rule V02 is measured by; run again to go on where it stopped."""
    made = count_made(make_pairs(folder, PAIR_SEEDS[start : start + count], workers=workers), folder, count)
    typer.echo(f"{made} pairs of 3 pictures")
