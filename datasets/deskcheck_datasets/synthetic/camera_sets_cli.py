"""``deskcheck-data synth cameras``: fixed cameras, their reference stills, later pictures, and turned cameras."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from deskcheck_datasets.synthetic.camera_sets import CAMERA_SET_SEEDS, PICTURES, make_camera_sets
from deskcheck_datasets.synthetic.progress import count_made


def render_cameras(
    folder: Annotated[Path, typer.Argument(help="Folder for images/ and cameras/.")],
    count: Annotated[int, typer.Option(min=1, help="Number of cameras, six pictures each.")] = 20,
    start: Annotated[int, typer.Option(min=0, help="First seed, counted from their own range.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
) -> None:
    """Render what the guard against moved cameras is measured by; run again to go on where it stopped."""
    made = count_made(make_camera_sets(folder, CAMERA_SET_SEEDS[start : start + count], workers=workers), folder, count)
    typer.echo(f"{made} cameras of {len(PICTURES)} pictures")
