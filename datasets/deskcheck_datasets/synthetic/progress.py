"""The bar of a command that renders."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.progress import Progress


def count_made(made: Iterable[object], folder: Path, total: int) -> int:
    """Show a bar while things are made, and return how many were; what is empty could not be made."""
    count = 0
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(f"rendering to {folder}", total=total)
        for one in made:
            count += bool(one)
            progress.advance(task)
    return count
