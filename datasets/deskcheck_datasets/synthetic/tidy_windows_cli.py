"""``deskcheck-data synth tidy``: windows in order, photographed several times."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from deskcheck_datasets.synthetic.progress import count_made
from deskcheck_datasets.synthetic.tidy_windows import PHOTOS, TIDY_SEEDS, make_tidy_windows


def render_tidy(
    folder: Annotated[Path, typer.Argument(help="Folder for images/, truth/ and layouts/.")],
    count: Annotated[int, typer.Option(min=1, help=f"Number of windows, {PHOTOS} photos each.")] = 20,
    start: Annotated[int, typer.Option(min=0, help="First seed, counted from their own range.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
) -> None:
    """Render windows that drafting a layout is measured by; run again to go on where it stopped."""
    made = count_made(make_tidy_windows(folder, TIDY_SEEDS[start : start + count], workers=workers), folder, count)
    typer.echo(f"{made} windows of {PHOTOS} photos")
