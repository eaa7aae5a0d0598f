"""``deskcheck-data synth clip``: the demonstration's film."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from deskcheck_datasets.synthetic.clip import make_clip
from deskcheck_datasets.synthetic.clip_hall import join_hall
from deskcheck_datasets.synthetic.clip_plan import ACTS


def render_clip(
    folder: Annotated[Path, typer.Argument(help="Folder for clips/ and layouts/; its hall.json gets the window.")],
    scratch: Annotated[Path, typer.Option(help="Keeps rendered scenes until the film is whole.")] = Path("clip-scenes"),
    samples: Annotated[int, typer.Option(min=1, help="Light paths a pixel, before filtering.")] = 8,
    quantiser: Annotated[int, typer.Option(min=18, max=40, help="H.264's constant rate factor.")] = 36,
) -> None:
    """Render the demonstration's film with its truth and layout; run again to go on where it stopped."""
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(f"rendering to {folder}", total=len(ACTS))
        for _ in make_clip(folder, scratch, samples=samples, quantiser=quantiser):
            progress.advance(task)
    joined = join_hall(folder)
    typer.echo(f"{len(ACTS)} scenes{', window put into hall.json' if joined else ''}")
